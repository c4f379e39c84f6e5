"""doctor: is everything in order, and what to do where it is not."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.console import app_of, console, note
from ingest.readers.programs import Program, find_programs
from knowledge.store.doctor import doctor_report
from knowledge.store.doctor import repair as mend


def doctor(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Dựng lại chỉ mục nếu hỏng hoặc cũ")] = False,
) -> None:
    """Kiểm tra dữ liệu, chỉ mục, danh bạ cơ quan và các chương trình đọc tệp."""
    app = app_of(context)
    out = console()
    _ = app.directory
    note(out, "✓ Danh bạ cơ quan: đọc được.")
    for program in find_programs():
        note(out, _told(program))
    if repair:
        mend(app.store)
    bad = 0
    for finding in doctor_report(app.store):
        bad += not finding.ok
        note(out, f"{'✓' if finding.ok else '✗'} {finding.sentence}")
    if bad:
        raise typer.Exit(1)


def _told(program: Program) -> str:
    """A program that is missing is no fault: an office without scans needs no OCR."""
    if program.found:
        return f"✓ {program.name}: đã cài."
    return f"– {program.name}: chưa cài nên chưa đọc được {program.needed_for}; cài bằng lệnh: {program.install}"
