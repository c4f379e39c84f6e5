"""doctor: is everything in order, and what to do where it is not."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.console import app_of, console, note
from knowledge.store.doctor import Finding
from knowledge.store.doctor import repair as mend


def doctor(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Dựng lại chỉ mục nếu hỏng hoặc cũ")] = False,
) -> None:
    """Kiểm tra cài đặt, thư mục, ổ đĩa, dữ liệu, chỉ mục, mô hình, chương trình đọc tệp, sao lưu, tin chờ."""
    from bot.serving.installation import check_installation  # no other command needs it

    app = app_of(context)
    if repair:
        mend(app.store)
    bad = 0
    for finding in check_installation(app):
        bad += _is_fault(finding)
        note(console(), f"{_sign(finding)} {finding.sentence}")
    if bad:
        raise typer.Exit(1)


def _is_fault(finding: Finding) -> bool:
    return not finding.ok and not finding.minor


def _sign(finding: Finding) -> str:
    return "✓" if finding.ok else "–" if finding.minor else "✗"
