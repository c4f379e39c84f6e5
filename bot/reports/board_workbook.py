"""A board as a workbook: the progress table as a leader prints it and a clerk sorts it."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from bot.reports.board_text import NOTHING, left_out
from bot.reports.colours import LOOKS, long_day
from bot.reports.workbook import Columns, Value, table_book
from bot.tracking.board import Board, Entry
from bot.tracking.records import State
from knowledge.progress import STATE_WORDS, Standing, told_boxes, told_share

_COLUMNS: Columns = (
    ("Kế hoạch", 20), ("Nhiệm vụ", 46), ("Cơ quan", 24), ("Thời hạn ghi trong văn bản", 22), ("Ngày đến hạn", 13),
    ("Trạng thái xử lý", 20), ("Tình trạng thời hạn", 22), ("Đã nhận", 13), ("Ngày xong", 13), ("Ghi chú", 28),
    ("Nguồn", 34),
)  # fmt: skip
_STANDING = 7
"""Number of the column of standings: it has their colours."""


def sheet_bytes(board: Board) -> bytes:
    """The workbook: title and counts, then a row an occurrence; what the paper says stays text."""
    from openpyxl.styles import Font, PatternFill

    words = NOTHING
    if board.counted:
        words = f"{board.counted} việc có thời hạn: {told_boxes(board.counts)}; {told_share(board.counts)}."
    above = (f"Tiến độ: {board.title}", f"Đến {long_day(board.today)}", " ".join([words, *left_out(board)]))
    book = table_book("Tiến độ", _COLUMNS, (_row(entry, board.today) for entry in board.entries), above)
    sheet = book.worksheets[0]
    for row, entry in enumerate(board.entries, len(above) + 2):
        look, light = LOOKS[entry.standing], sheet.cell(row, _STANDING)
        light.fill, light.font = PatternFill("solid", fgColor=look.fill[1:]), Font(bold=True, color=look.ink[1:])
    if sheet.oddFooter is not None:  # an empty one is false
        sheet.oddFooter.left.text = f"{board.today:%d/%m/%Y}"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


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
