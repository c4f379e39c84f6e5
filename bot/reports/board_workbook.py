"""A board as a workbook: the progress table as a leader prints it and a clerk sorts it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

from bot.reports.board_text import NOTHING, left_out
from bot.reports.colours import LOOKS, long_day
from bot.reports.workbook import DAY_FORMAT, keep_text, lay_out_pages, printable
from bot.tracking.board import Board, Entry
from bot.tracking.records import State
from knowledge.progress import STATE_WORDS, Standing, told_boxes, told_share

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_COLUMNS: tuple[tuple[str, int], ...] = (
    ("Kế hoạch", 20), ("Nhiệm vụ", 46), ("Cơ quan", 24), ("Thời hạn ghi trong văn bản", 22), ("Ngày đến hạn", 13),
    ("Trạng thái xử lý", 20), ("Tình trạng thời hạn", 22), ("Đã nhận", 13), ("Ngày xong", 13), ("Ghi chú", 28),
    ("Nguồn", 34),
)  # fmt: skip
_STANDING = 7
"""Number of the column of standings: it has their colours."""
_TOP = 4
"""The row of the heading: below title, day and counts."""
Value = str | date | None


def sheet_bytes(board: Board) -> bytes:
    """The workbook: title and counts, then a row an occurrence; what the paper says stays text."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Tiến độ"
    _head(sheet, board)
    for entry in board.entries:
        sheet.append([printable(value) if isinstance(value, str) else value for value in _row(entry, board.today)])
    _style(sheet, [entry.standing for entry in board.entries])
    _prepare_print(sheet, board)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Worksheet, board: Board) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    counts = board.counts
    words = NOTHING
    if board.counted:
        words = f"{board.counted} việc có thời hạn: {told_boxes(counts)}; {told_share(counts)}."
    words = " ".join([words, *left_out(board)])
    for row, text in enumerate((f"Tiến độ: {board.title}", f"Đến {long_day(board.today)}", words), 1):
        cell = sheet.cell(row, 1, printable(text))
        cell.font = Font(bold=row == 1, size=14 if row == 1 else 11)
    for column, (name, _) in enumerate(_COLUMNS, 1):
        cell = sheet.cell(_TOP, column, name)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6EC")
        cell.alignment = Alignment(wrap_text=True, vertical="center")


def _row(entry: Entry, today: date) -> list[Value]:
    occurrence = entry.occurrence
    return [
        entry.plan, entry.title, entry.agency, entry.deadline, occurrence.due_on, _state(entry),
        _light(entry, today), occurrence.acknowledged_on, occurrence.done_on, entry.note, entry.source,
    ]  # fmt: skip


def _state(entry: Entry) -> str:
    occurrence = entry.occurrence
    if occurrence.state is State.DONE:
        return STATE_WORDS[occurrence.processing]
    moved = occurrence.due_on != occurrence.planned_on
    put_off = f"; hạn cũ {occurrence.planned_on:%d/%m/%Y}" if moved else ""
    return STATE_WORDS[occurrence.processing] + put_off


def _light(entry: Entry, today: date) -> str:
    look, days = LOOKS[entry.standing], (entry.occurrence.due_on - today).days
    words = f"{look.light} – {look.words.lower()}" if look.light else look.words
    if entry.standing is Standing.LATE:
        return f"{words} {-days} ngày"
    if entry.standing in {Standing.NEAR, Standing.IN_TIME} and days > 0:
        return f"{words}, còn {days} ngày"
    return words


def _style(sheet: Worksheet, standings: Sequence[Standing]) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    for column, (_, width) in enumerate(_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    around = Alignment(wrap_text=True, vertical="top")
    line = Side(style="thin", color="BFBFBF")
    border = Border(left=line, right=line, top=line, bottom=line)
    fills = {each: PatternFill("solid", fgColor=look.fill[1:]) for each, look in LOOKS.items()}
    inks = {each: Font(bold=True, color=look.ink[1:]) for each, look in LOOKS.items()}
    for cells, standing in zip(sheet.iter_rows(min_row=_TOP + 1, max_col=len(_COLUMNS)), standings, strict=True):
        for cell in cells:
            cell.alignment, cell.border = around, border
            keep_text(cell)
            if isinstance(cell.value, date):
                cell.number_format = DAY_FORMAT
        light = cells[_STANDING - 1]
        light.fill, light.font = fills[standing], inks[standing]
    for row in range(1, _TOP):
        keep_text(sheet.cell(row, 1))
    sheet.freeze_panes = f"A{_TOP + 1}"
    last = get_column_letter(len(_COLUMNS))
    sheet.auto_filter.ref = f"A{_TOP}:{last}{_TOP + len(standings)}"


def _prepare_print(sheet: Worksheet, board: Board) -> None:
    lay_out_pages(sheet, _TOP)
    foot = sheet.oddFooter
    if foot is not None:  # an empty one is false
        foot.left.text = f"{board.today:%d/%m/%Y}"
