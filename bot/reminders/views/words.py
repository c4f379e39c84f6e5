"""A board as a text: beside a picture, and instead of it on channels that take no files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.reminders.views.board import Board, Entry
from bot.reminders.views.lights import Standing
from bot.reminders.views.looks import LOOKS, SHOWN, long_day, short_day
from bot.reminders.views.progress import NOTHING
from bot.reminders.views.timeline import DAYS, Item, due_items
from knowledge.answers.wording import cut

MOST_LINES = 15
_TITLE = 90
"""Characters of a task's title: two lines on a phone."""


def summary(board: Board) -> str:
    """How many stand where, in two lines."""
    head = f"Tiến độ: {board.title} (đến {long_day(board.today)})"
    if not board.counted:
        return f"{head}\n{NOTHING}"
    parts = [
        f"{LOOKS[each].sign} {LOOKS[each].words.lower()}: {board.counts[each]}" for each in SHOWN if board.counts[each]
    ]
    return f"{head}\n{board.counted} việc có thời hạn – {'; '.join(parts)}."


def progress_text(board: Board) -> str:
    """The summary, then what is late, the longest first, and what is near."""
    pressing = [entry for entry in board.entries if entry.standing is Standing.LATE]
    pressing += [entry for entry in board.entries if entry.standing is Standing.NEAR]
    return "\n".join([summary(board), *_some([_pressing(entry, board) for entry in pressing])])


def timeline_summary(board: Board, days: int = DAYS) -> str:
    """How much is due within so many days."""
    last = long_day(board.today + timedelta(days=days))
    head = f"Việc đến hạn: {board.title} ({days} ngày tới, đến {last})"
    items = len(due_items(board, days))
    return f"{head}\n{items} việc." if items else f"{head}\nKhông có việc nào đến hạn trong {days} ngày tới."


def timeline_text(board: Board, days: int = DAYS) -> str:
    """The same, then what is due, by day."""
    lines = [_due(item, board) for item in due_items(board, days)]
    return "\n".join([timeline_summary(board, days), *_some(lines)])


def _pressing(entry: Entry, board: Board) -> str:
    days = (entry.occurrence.due_on - board.today).days
    look = LOOKS[entry.standing]
    if entry.standing is Standing.LATE:
        when = f"quá hạn {-days} ngày"
    else:
        when = f"hạn {short_day(entry.occurrence.due_on)}" + (f", còn {days} ngày" if days > 0 else "")
    return f"{look.sign} {cut(entry.occurrence.title, _TITLE)} – {_aside(entry, board)} – {when}"


def _due(item: Item, board: Board) -> str:
    entry = item.entries[0]
    who = _aside(entry, board) if board.by_plan else item.who
    return f"{short_day(item.due_on)}: {cut(entry.occurrence.title, _TITLE)} – {who}"


def _aside(entry: Entry, board: Board) -> str:
    """What the board is made up by."""
    return cut(entry.plan if board.by_plan else entry.agency, 60)


def _some(lines: Sequence[str]) -> list[str]:
    if len(lines) <= MOST_LINES:
        return list(lines)
    return [*lines[:MOST_LINES], f"… và {len(lines) - MOST_LINES} việc nữa."]
