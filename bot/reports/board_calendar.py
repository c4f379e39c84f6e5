"""A board as an iCalendar file."""

from __future__ import annotations

from datetime import datetime

from bot.reports.calendar_file import DueDay, write_calendar
from bot.reports.colours import LOOKS
from bot.tracking.board import Board, Entry
from knowledge.progress import DONE


def calendar_bytes(board: Board, now: datetime) -> bytes:
    """One all-day event an occurrence, on the day owed now.

    An occurrence keeps its UID when its deadline is put off or moved, or its agency has a successor: importing
    a later file moves the event.

    Args:
        now: when the file is made; aware.
    """
    return write_calendar(board_days(board), f"Thời hạn: {board.title}", now)


def board_days(board: Board) -> list[DueDay]:
    """The events of a board's file."""
    return [_due_day(entry) for entry in board.entries]


def _due_day(entry: Entry) -> DueDay:
    occurrence, done_on = entry.occurrence, entry.occurrence.done_on
    done = "✓ " if entry.standing in DONE else ""
    lines = [
        f"Cơ quan: {entry.agency}",
        *([f"Thời hạn: {entry.deadline}"] if entry.deadline else []),
        *([f"Hạn cũ: {occurrence.planned_on:%d/%m/%Y}"] if occurrence.due_on != occurrence.planned_on else []),
        *([f"Sản phẩm: {entry.product}"] if entry.product else []),
        *([f"{LOOKS[entry.standing].words}, ngày {done_on:%d/%m/%Y}"] if done_on and entry.standing in DONE else []),
        *([f"Đơn vị theo dõi: {entry.follows}"] if entry.follows else []),
        f"Nguồn: {entry.source or entry.plan}",
    ]
    return DueDay(
        key=f"occurrence|{occurrence.duty}|{occurrence.id}",
        day=occurrence.due_on,
        summary=f"{done}{entry.title} ({entry.agency})",
        description="\n".join(lines),
    )
