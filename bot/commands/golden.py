"""golden: the questions of the organisation that every draft is tried with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.administration import drop_golden, import_golden
from bot.commands.batch import read_batch
from bot.commands.console import app_of, console, day, note, writing
from knowledge.golden import STATUSES, Comparison, read_line
from knowledge.store import golden as store
from knowledge.store.audit import OPERATOR
from knowledge.store.catalog import find_plan
from knowledge.text import cut

golden = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Câu hỏi mẫu của cơ quan.")

_NAMED = 90
_REQUIRED = {"q", "status", "must", "must_not"}


@golden.command("list")
def list_all(context: typer.Context) -> None:
    """Các câu hỏi mẫu, và câu trả lời đúng phải thế nào."""
    out = console()
    kept = store.list_golden(app_of(context).store)
    if not kept:
        note(out, "Chưa có câu hỏi mẫu nào. Thêm trên trang web (mục Câu hỏi mẫu) hoặc: kehoach golden import TỆP")
    for each in kept:
        question = each.question
        note(out, f"{question.number}. {question.question} ({STATUSES[question.status]})")
        for before in question.turns:
            note(out, f"    trước đó: {before}")
        if question.task is not None:
            note(out, f"    nhiệm vụ: {question.task.title} ({question.task.plan})")
        for group in question.must:
            note(out, f"    phải có: {' | '.join(group)}")
        for word in question.must_not:
            note(out, f"    không được có: {word}")
        note(out, f"    {each.by}, {day(each.at)}")


@golden.command("export")
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Tệp JSONL; kehoach eval cũng đọc được", show_default=False)],
) -> None:
    """Ghi các câu hỏi mẫu ra tệp, mỗi dòng một câu."""
    found = store.questions(app_of(context).store)
    with writing(file):
        file.write_text("".join(json.dumps(each.line, ensure_ascii=False) + "\n" for each in found), encoding="utf-8")
    note(console(), f"✓ {file.name}: {len(found)} câu hỏi mẫu.")


@golden.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Tệp JSONL như kehoach golden export ghi", show_default=False)],
) -> None:
    """Thêm câu hỏi mẫu từ tệp: cả tệp, hoặc không câu nào nếu có câu sai."""
    app = app_of(context)
    lines = [read_line(line) for line in read_batch(file, _REQUIRED)]
    added, there = import_golden(app.store, lines, by=OPERATOR, now=app.clock())
    note(console(), f"✓ {file.name}: thêm {added} câu hỏi mẫu, {there} câu đã có.")


@golden.command("drop")
def drop(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="SỐ", help="Số câu hỏi mẫu", show_default=False)],
) -> None:
    """Bỏ một câu hỏi mẫu."""
    app = app_of(context)
    gone = drop_golden(app.store, number, by=OPERATOR, now=app.clock())
    note(console(), f"✓ Đã bỏ câu hỏi mẫu số {number}: {cut(gone.question, _NAMED)}")


@golden.command("run")
def run(
    context: typer.Context,
    plan: Annotated[str | None, typer.Option(help="Thử với bản nháp của kế hoạch này")] = None,
) -> None:
    """Trả lời thử các câu hỏi mẫu theo các bản đang dùng, hoặc theo một bản nháp."""
    app, out = app_of(context), console()
    if plan is not None:
        compared = app.golden.compare([find_plan(app.store, plan)])
        note(out, compared.sentence or "Chưa có câu hỏi mẫu nào.")
        _print_drops(compared)
        return
    outcomes, left_out = app.golden.run()
    left = f"; {left_out} câu chưa thử" if left_out else ""
    note(out, f"Câu hỏi mẫu: {sum(each.right for each in outcomes)} trong {len(outcomes)} đúng{left}.")
    for each in outcomes:
        if not each.right:
            note(out, f"✗ {each.question.number}. {each.question.question}: {each.fault}")


def _print_drops(compared: Comparison) -> None:
    out = console()
    for each in compared.drops:
        note(out, f"✗ {each.after.question.number}. {each.after.question.question}: {each.after.fault}")
        for label, outcome in (("đang trả lời", each.before), ("sẽ trả lời", each.after)):
            note(out, f"    {label}:")
            for line in outcome.answer.splitlines():
                note(out, f"    | {line}")
