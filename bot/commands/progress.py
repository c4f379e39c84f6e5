"""progress, timeline: how far agencies and plans are, as a table, a picture, a workbook, a calendar file."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.console import app_of, console, note, write_file
from bot.reminders.boards import load_board
from bot.reminders.views.board import Board, counted
from bot.reminders.views.files import calendar_file, progress_picture, progress_sheet, timeline_picture
from bot.reminders.views.looks import LOOKS, SHOWN
from bot.reminders.views.timeline import DAYS
from bot.reminders.views.words import progress_text, timeline_text
from knowledge.store.catalog import find_plan


class ProgressFormat(StrEnum):
    """How progress is written."""

    TABLE = "table"
    PNG = "png"
    XLSX = "xlsx"
    ICS = "ics"


class TimelineFormat(StrEnum):
    """How the timeline is written."""

    TABLE = "table"
    PNG = "png"


_Plan = Annotated[str | None, typer.Option(help="Số kế hoạch hoặc tên tệp")]
_Agency = Annotated[str | None, typer.Option(help="Cơ quan: tên, tên tắt hoặc chữ viết tắt")]
_Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%d/%m/%Y"], show_default=False)]
_Out = Annotated[
    Path | None, typer.Option("--out", "--output", help="Tệp ghi ra (mặc định đặt tên theo cơ quan, kế hoạch và ngày)")
]


def progress(
    context: typer.Context,
    plan: _Plan = None,
    agency: _Agency = None,
    due_from: _Day = None,
    due_to: _Day = None,
    form: Annotated[ProgressFormat, typer.Option("--format", help="Cách ghi")] = ProgressFormat.TABLE,
    out: _Out = None,
) -> None:
    """Tiến độ: việc đã xong, còn hạn, sắp đến hạn, quá hạn."""
    board = _board(context, plan, agency, due_from, due_to)
    if form is ProgressFormat.TABLE:
        _print_progress(board, out)
    elif form is ProgressFormat.PNG:
        file = progress_picture(board)
        _write(file.content, out or Path(file.name), len(board.entries))
    elif form is ProgressFormat.XLSX:
        file = progress_sheet(board)
        _write(file.content, out or Path(file.name), len(board.entries))
    else:
        file = calendar_file(board, app_of(context).clock())
        _write(file.content, out or Path(file.name), len(board.entries))


def timeline(
    context: typer.Context,
    plan: _Plan = None,
    agency: _Agency = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="Số ngày tới")] = DAYS,
    form: Annotated[TimelineFormat, typer.Option("--format", help="Cách ghi")] = TimelineFormat.TABLE,
    out: _Out = None,
) -> None:
    """Việc đến hạn trong những ngày tới."""
    board = _board(context, plan, agency)
