"""progress, timeline: how far agencies and plans are, as a table, a picture, a workbook, a calendar file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.channels.contract import FileOut
from bot.commands.console import app_of, console, note, writing
from bot.notify.planning import refresh
from bot.objects import board_object, entry_object
from bot.reports.board_text import DAYS, progress_text, timeline_text
from bot.reports.files import calendar_file, progress_picture, progress_sheet, report_file, timeline_picture
from bot.reports.periodic import Report, load_report
from bot.reports.report_periods import Span, period_of
from bot.tracking.board import Board, counted
from bot.tracking.boards import find_named, load_board
from bot.tracking.rules import FOLLOWING_UNIT, load_rules
from ingest.readers.libreoffice import to_pdf
from knowledge.progress import BOXES, boxed
from knowledge.store.catalog import find_plan
from knowledge.wording import sentence_case


class ProgressFormat(StrEnum):
    """How progress is written."""

    TABLE = "table"
    PNG = "png"
    XLSX = "xlsx"
    ICS = "ics"
    JSON = "json"


class TimelineFormat(StrEnum):
    """How the timeline is written."""

    TABLE = "table"
    PNG = "png"


_Plan = Annotated[str | None, typer.Option(help="Số kế hoạch hoặc tên tệp")]
_Agency = Annotated[str | None, typer.Option(help="Cơ quan: tên, tên tắt hoặc chữ viết tắt")]
_Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%d/%m/%Y"], show_default=False)]
_Out = Annotated[
    Path | None,
    typer.Option("--out", "--output", help="Tệp ghi ra (mặc định đặt tên theo cơ quan và ngày)"),
]


def progress(
    context: typer.Context,
    plan: _Plan = None,
    agency: _Agency = None,
    due_from: _Day = None,
    due_to: _Day = None,
    form: Annotated[ProgressFormat, typer.Option("--format", help="Cách ghi")] = ProgressFormat.TABLE,
    report: Annotated[
        Span | None,
        typer.Option(help="Báo cáo Word để ký của tuần, tháng, quý, nửa năm, năm; --out ….pdf: bản PDF"),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%d/%m/%Y"], show_default=False, help="Tính đến ngày này (mặc định hôm nay)"
        ),
    ] = None,
    out: _Out = None,
) -> None:
    """Tiến độ: việc hoàn thành đúng hạn, quá hạn; chưa hoàn thành trong hạn, quá hạn."""
    today = as_of.date() if as_of else app_of(context).today
    if report is not None:
        if form is not ProgressFormat.TABLE or due_from or due_to:
            raise typer.BadParameter("--report là tệp Word của một kỳ: không đi cùng --format, --due-from, --due-to")
        wanted = to_pdf if out and out.suffix.lower() == ".pdf" else None
        _write(report_file(_report(context, report, plan, agency, today), wanted), out)
        return
    board = _board(context, plan, agency, due_from, due_to, today)
    if form is ProgressFormat.TABLE:
        _print_progress(board, out)
    elif form is ProgressFormat.PNG:
        _write(progress_picture(board), out)
    elif form is ProgressFormat.XLSX:
        _write(progress_sheet(board), out)
    elif form is ProgressFormat.JSON:
        whole = {**board_object(board), "items": [entry_object(each) for each in board.entries]}
        with _screen(out) as screen:
            note(screen, json.dumps(whole, ensure_ascii=False))
    else:
        _write(calendar_file(board, app_of(context).clock()), out)


def timeline(
    context: typer.Context,
    plan: _Plan = None,
    agency: _Agency = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="Số ngày tới")] = DAYS,
    form: Annotated[TimelineFormat, typer.Option("--format", help="Cách ghi")] = TimelineFormat.TABLE,
    out: _Out = None,
) -> None:
    """Việc đến hạn trong những ngày tới (mặc định 90 ngày)."""
    board = _board(context, plan, agency)
    if form is TimelineFormat.PNG:
        _write(timeline_picture(board, days), out)
    else:
        _print_timeline(board, days, out)


def _board(
    context: typer.Context,
    plan: str | None,
    agency: str | None,
    due_from: datetime | None = None,
    due_to: datetime | None = None,
    today: date | None = None,
) -> Board:
    """What was asked for, as things stand now: what was loaded a moment ago is in it."""
    app = app_of(context)
    number = find_plan(app.store, plan) if plan else None
    refresh(app.store, app.library, app.directory, app.clock())
    with app.store.read() as session:
        return load_board(
            session,
            app.library,
            app.directory,
            today or app.today,
            agency=agency,
            plan=number,
            due_from=due_from.date() if due_from else None,
            due_to=due_to.date() if due_to else None,
        )


def _report(context: typer.Context, span: Span, plan: str | None, agency: str | None, day: date) -> Report:
    """The period that `day` is in, as it stood on its closing day or on that day."""
    app = app_of(context)
    number = find_plan(app.store, plan) if plan else None
    refresh(app.store, app.library, app.directory, app.clock())
    with app.store.read() as session:
        named = find_named(session, app.directory, agency, day).title if agency else None
        unit = named or (load_rules(session).following_unit(number) if number is not None else FOLLOWING_UNIT)
        period = period_of(span, day, app.settings.report_day)
        return load_report(session, app.library, app.directory, period, day, unit=unit, agency=agency, plan=number)


def _write(file: FileOut, out: Path | None) -> None:
    path = out or Path(file.name)
    with writing(path):
        path.write_bytes(file.content)
    note(console(stderr=True), f"Đã ghi {path}.")


def _print_progress(board: Board, out: Path | None) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("Kế hoạch" if board.by_plan else "Cơ quan", overflow="fold", ratio=1)
    for heading in (*BOXES, "tổng"):
        # "hoàn thành" over "đúng hạn": four such columns in a line leave a name no room.
        first, _, rest = heading.partition("thành ")
        table.add_column(sentence_case(f"{first}thành\n{rest}" if rest else heading), justify="right", no_wrap=True)
    for group in board.groups():
        table.add_row(group.name, *map(str, boxed(group.counts).values()), str(counted(group.counts)))
    with _screen(out) as screen:
        note(screen, progress_text(board))
        if table.row_count > 1:
            screen.print()
            screen.print(table)


def _print_timeline(board: Board, days: int, out: Path | None) -> None:
    with _screen(out) as screen:
        note(screen, timeline_text(board, days, most=None))


@contextmanager
def _screen(out: Path | None) -> Iterator[Console]:
    """The screen, or a file in its place."""
    if out is None:
        yield console()
        return
    with writing(out), out.open("w", encoding="utf-8") as file:
        yield console(file)
