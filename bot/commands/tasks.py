"""tasks: the task table on the screen, as JSON lines, as a workbook, as a calendar file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.commands.console import app_of, console, note, writing
from bot.menus.texts import load_texts
from bot.objects import task_objects
from knowledge.doubts import doubts_of
from knowledge.errors import CorrectionError
from knowledge.library import LiveTask
from knowledge.objects import horizon
from knowledge.records import CellDoubt
from knowledge.store import corrections
from knowledge.store.catalog import find_plan
from knowledge.store.corrections import OPERATOR
from knowledge.task_filters import is_due_within, is_led_by


class Format(StrEnum):
    """How the task table is written."""

    TABLE = "table"
    JSON = "json"
    XLSX = "xlsx"
    ICS = "ics"


_MARK = " (?)"
"""Ends a cell that is to be looked at."""
_CORRECTED = " (*)"
"""Ends a cell to which a person gave its value."""
_Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%d/%m/%Y"], show_default=False)]


tasks = typer.Typer(
    invoke_without_command=True, rich_markup_mode=None, help="Bảng nhiệm vụ của các kế hoạch đang dùng."
)


@tasks.callback()
def show_tasks(
    context: typer.Context,
    plan: Annotated[str | None, typer.Option(help="Số kế hoạch hoặc tên tệp")] = None,
    agency: Annotated[str | None, typer.Option(help="Cơ quan chủ trì: tên, tên tắt hoặc chữ viết tắt")] = None,
    due_from: _Day = None,
    due_to: _Day = None,
    form: Annotated[Format, typer.Option("--format", help="Cách in")] = Format.TABLE,
    output: Annotated[Path | None, typer.Option(help="Tệp ghi ra (mặc định nhiem-vu.xlsx, nhiem-vu.ics)")] = None,
) -> None:
    """Bảng nhiệm vụ của các kế hoạch đang dùng."""
    if context.invoked_subcommand is not None:
        return
    app = app_of(context)
    plan_ids = [find_plan(app.store, plan)] if plan else None
    found = [
        task
        for task in app.library.tasks(plan_ids)
        if (agency is None or is_led_by(task, agency, app.directory, app.today))
        and is_due_within(task, _date(due_from), _date(due_to), app.today)
    ]
    if form is Format.JSON:
        lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in task_objects(app, found)]
        _write("".join(lines), output)
    elif form is Format.XLSX:
        from bot.reports.task_workbook import write_workbook

        path = output or Path("nhiem-vu.xlsx")
        with writing(path):
            write_workbook(path, app.store, found, app.directory, app.today)
        note(console(stderr=True), f"Đã ghi {len(found)} nhiệm vụ vào {path}.")
    elif form is Format.ICS:
        from bot.reports.calendar_file import task_days, write_calendar

        path = output or Path("nhiem-vu.ics")
        first, last = _period(due_from, due_to, app.today)
        days = [day for task in found for day in task_days(task, first, last)]
        with writing(path):
            path.write_bytes(write_calendar(days, "Thời hạn nhiệm vụ", app.clock()))
        note(console(stderr=True), f"Đã ghi {len(days)} thời hạn của {len(found)} nhiệm vụ vào {path}.")
    else:
        _print(found, app.today)


@tasks.command("import")
def import_table(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="TỆP.xlsx", help="Bảng đã xuất bằng --format xlsx", show_default=False)
    ],
    reason: Annotated[str, typer.Option(help="Lý do, ghi kèm “Sửa qua Excel”", show_default=False)] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Áp dụng mà không hỏi lại")] = False,
) -> None:
    """Đọc lại bảng đã sửa trong Excel: cho xem chỗ khác, hỏi, rồi ghi thành đính chính."""
    from bot.reports.returned_table import is_returned, read_returned
    from bot.reports.returned_words import count_changes, told_table

    app, texts, out = app_of(context), load_texts(), console()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CorrectionError(f"Không mở được tệp {file.name}.", repr(error)) from error
    if not is_returned(content):
        raise CorrectionError(f"{file.name} không phải bảng do kehoach tasks --format xlsx xuất ra.")
    table = read_returned(content)
    rows = [each.row for each in table.rows]
    weighed = corrections.weigh_table(app.store, rows, now=app.clock(), directory=app.directory)
    note(out, told_table(texts, table, weighed, app.library.plans()))
    if not count_changes(weighed).any:
        return
    if not yes and not typer.confirm("Áp dụng?"):
        note(out, texts.say("stopped"))
        return
    why = texts.say("table_reason_more", reason=reason) if reason.strip() else texts.say("table_reason")
    done = corrections.apply_table(app.store, rows, reason=why, by=OPERATOR, now=app.clock(), directory=app.directory)
    if count_changes(done).added:
        app.refresh_vectors()
    note(out, told_table(texts, replace(table, wrong=()), done, (), done=True))


def _date(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _period(first: datetime | None, last: datetime | None, today: date) -> tuple[date, date]:
    """The days asked for; without an end the horizon of recurring duties."""
    return first.date() if first else date.min, last.date() if last else horizon(today)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        typer.echo(text, nl=False)
    else:
        with writing(output):
            output.write_text(text, encoding="utf-8")


def _print(found: Sequence[LiveTask], today: date) -> None:
    out = console()
    if not found:
        out.print("Không có nhiệm vụ nào khớp.")
        return
    table = Table(show_lines=True)
    for heading in ("Kế hoạch", "Mục", "Số", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn", "Ngày tới hạn"):
        table.add_column(heading, overflow="fold", no_wrap=heading in {"Số", "Ngày tới hạn"})
    doubtful = corrected = 0
    for live in found:
        task = live.task
        doubts = doubts_of(task)
        doubtful, corrected = doubtful + bool(doubts), corrected + bool(live.corrections)
        mark = _marks(live, doubts)
        due = [d for d in task.deadline.due_dates(horizon(today)) if d >= today] or list(task.deadline.dates)[-1:]
        table.add_row(
            live.plan.name,
            task.section or "",
            task.number or "",
            (f"{task.title}\n→ {task.activity}" if task.activity else task.title) + mark("title", "activity"),
            "; ".join(task.lead) + mark("lead"),
            "; ".join(task.coordinating) + mark("coordinating"),
            task.deadline.phrase + mark("deadline"),
            due[0].strftime("%d/%m/%Y") if due else "",
        )
    out.print(table)
    note(out, f"{len(found)} nhiệm vụ.")
    if doubtful:
        note(out, f"{_MARK.strip()} cần xem lại: {doubtful} nhiệm vụ (lý do: --format json, --format xlsx).")
    if corrected:
        note(out, f"{_CORRECTED.strip()} đã đính chính: {corrected} nhiệm vụ (lý do: kehoach task corrections).")


def _marks(live: LiveTask, doubts: Sequence[CellDoubt]) -> Callable[..., str]:
    """What a cell of these fields ends with."""
    doubtful, corrected = {doubt.field for doubt in doubts}, {*live.corrected}
    if live.added is not None:
        corrected.add("title")

    def mark(*names: str) -> str:
        told = _CORRECTED if corrected.intersection(names) else ""
        return told + (_MARK if doubtful.intersection(names) else "")

    return mark
