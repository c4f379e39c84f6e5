"""A board as a text: beside a picture, and instead of it on channels that take no files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.reports.colours import LOOKS, long_day, short_day
from bot.tracking.board import Board, Item
from knowledge.progress import Standing, told_boxes, told_share
from knowledge.text import cut

MOST_LINES = 15
DAYS = 90
"""How far ahead what is due is told."""
NOTHING = "Chưa có việc nào có thời hạn để theo dõi."
_OPEN = (Standing.NEAR, Standing.IN_TIME)
_TITLE = 90
"""Characters of a task's title: two lines on a phone."""


def summary(board: Board) -> str:
    """How many stand in each box, in two lines."""
    head = f"Tiến độ: {board.title} (đến {long_day(board.today)})"
    if not board.counted:
        return f"{head}\n{NOTHING}"
    counts = board.counts
    return f"{head}\n{board.counted} việc có thời hạn: {told_boxes(counts)}; {told_share(counts)}."


def progress_text(board: Board) -> str:
    """The summary, then what is late, the longest first, and what is near."""
    pressing = [*board.items({Standing.LATE}), *board.items({Standing.NEAR})]
    return "\n".join([summary(board), *some([_pressing(item, board) for item in pressing]), *left_out(board)])


def timeline_summary(board: Board, days: int = DAYS) -> str:
    """How much is due within so many days."""
    last = long_day(board.today + timedelta(days=days))
    head = f"Việc đến hạn: {board.title} ({days} ngày tới, đến {last})"
    items = len(due_items(board, days))
    return f"{head}\n{items} việc." if items else f"{head}\n{nothing_due(days)}"


def timeline_text(board: Board, days: int = DAYS, most: int | None = MOST_LINES) -> str:
    """The same, then what is due, by day.

    Args:
        most: lines; None: all of it.
    """
    lines = [_due(item, board) for item in due_items(board, days)]
    return "\n".join([timeline_summary(board, days), *some(lines, most)])


def due_items(board: Board, days: int = DAYS) -> list[Item]:
    """What is open and due from today through so many days, by day."""
    return board.items(_OPEN, board.today, board.today + timedelta(days=days))


def nothing_due(days: int) -> str:
    """That nothing is due within so many days."""
    return f"Không có việc nào đến hạn trong {days} ngày tới."


def left_out(board: Board) -> list[str]:
    """What is not counted though it is on the papers, and of what is counted that it waits for a yes."""
    before = board.counts[Standing.BEFORE]
    lines = [f"Không kể {before} việc có hạn trước ngày kế hoạch được đưa vào theo dõi."] if before else []
    if board.over_open:
        lines.append(f"Không kể {board.over_open} việc chưa xong của văn bản các năm trước.")
    if board.waiting:
        lines.append(f"Có {board.waiting} việc đã báo xong, đang chờ xác nhận.")
    return lines


def _pressing(item: Item, board: Board) -> str:
    days = (item.due_on - board.today).days
    look = LOOKS[item.standing]
    if item.standing is Standing.LATE:
        when = f"quá hạn {-days} ngày"
    else:
        when = f"hạn {short_day(item.due_on)}" + (f", còn {days} ngày" if days > 0 else "")
    return f"{look.sign} {cut(item.title, _TITLE)} – {_aside(item, board)} – {when}"


def _due(item: Item, board: Board) -> str:
    return f"{short_day(item.due_on)}: {cut(item.title, _TITLE)} – {_aside(item, board)}"


def _aside(item: Item, board: Board) -> str:
    """What the board is made up by."""
    return cut(item.plan if board.by_plan else item.who, 60)


def some(lines: Sequence[str], most: int | None = MOST_LINES) -> list[str]:
    """The first lines, and how many more there are."""
    if most is None or len(lines) <= most:
        return list(lines)
    return [*lines[:most], f"… và {len(lines) - most} việc nữa."]
