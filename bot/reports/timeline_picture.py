"""The picture of what is due in the next weeks: weeks downwards, beside each what is due in it.

A task that several agencies owe by the same day is one item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.reports.canvas import Canvas
from bot.reports.colours import LOOKS, NEAR_MEANS, long_day, short_day
from bot.tracking.board import Board, Item
from knowledge.progress import Standing

DAYS = 90
MOST_ITEMS = 20
_OPEN = (Standing.NEAR, Standing.IN_TIME)
_MARGIN = 48
_TITLE, _TEXT, _SMALL = 46, 29, 25
_LABEL = 27
_AXIS = 268
"""Where the line of time stands."""
_ITEMS = 304
_GREY, _PALE = "#555555", "#bdbdbd"
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """A week, or several without items: `first` through `last`."""

    first: date
    last: date
    items: tuple[Item, ...]


def due_items(board: Board, days: int = DAYS) -> list[Item]:
    """What is open and due from today through so many days, by day."""
    return board.items(_OPEN, board.today, board.today + timedelta(days=days))


def weeks_of(items: Sequence[Item], today: date, days: int) -> list[Week]:
    """Every week from today's through the last one; those in a row without items as one."""
    last = today + timedelta(days=days)
    weeks: list[Week] = []
    monday = today - timedelta(days=today.weekday())
    while monday <= last:
        inside = tuple(item for item in items if monday <= item.due_on < monday + _WEEK)
        first, end = max(monday, today), min(monday + timedelta(days=6), last)
        if not inside and weeks and not weeks[-1].items:
            weeks[-1] = Week(weeks[-1].first, end, ())
        else:
            weeks.append(Week(first, end, inside))
        monday += _WEEK
    return weeks


def timeline_png(board: Board, days: int = DAYS) -> bytes:
    """PNG of what is due within so many days, 1080 pixels wide, as high as it needs."""
    return draw_timeline(board, days).png()


def draw_timeline(board: Board, days: int = DAYS) -> Canvas:
    """The same, before it becomes bytes."""
    items = due_items(board, days)
    canvas = Canvas()
    room = canvas.width - 2 * _MARGIN
    title = canvas.wrap(f"Việc đến hạn: {board.title}", _TITLE, room, 3, bold=True)
    y = canvas.write(_MARGIN, _MARGIN, title, _TITLE, bold=True)
    span = f"{days} ngày tới, từ {long_day(board.today)} đến {long_day(board.today + timedelta(days=days))}"
    y = canvas.write(_MARGIN, y + 8, canvas.wrap(f"{span} – {len(items)} việc", _TEXT, room), _TEXT, color=_GREY)
    late = board.counts[Standing.LATE]
    if late:
        words = f"{LOOKS[Standing.LATE].sign} Ngoài ra có {late} việc đã quá hạn."
        y = canvas.write(_MARGIN, y + 8, canvas.wrap(words, _TEXT, room), _TEXT, color=LOOKS[Standing.LATE].fill)
    if items:
        y = _legend(canvas, y + 20)
        y = _weeks(canvas, y + 30, weeks_of(items, board.today, days), by_agency=not board.by_plan)
        if len(items) > MOST_ITEMS:
            more = f"và {len(items) - MOST_ITEMS} việc nữa"
            y = canvas.write(_ITEMS, y + 10, more, _TEXT, bold=True)
    else:
        y = canvas.write(_MARGIN, y + 40, f"Không có việc nào đến hạn trong {days} ngày tới.", _TEXT)
    canvas.finish(y + _MARGIN)
    return canvas


def _legend(canvas: Canvas, y: float) -> float:
    x = float(_MARGIN)
    for standing, words in (
        (Standing.NEAR, f"{LOOKS[Standing.NEAR].words} ({NEAR_MEANS})"),
        (Standing.IN_TIME, LOOKS[Standing.IN_TIME].words),
    ):
        _mark(canvas, x + 17, y + 17, standing)
        canvas.write(x + 46, y, words, _SMALL)
        x += 46 + canvas.measure(words, _SMALL) + 50
    return y + 40


def _mark(canvas: Canvas, x: float, y: float, standing: Standing) -> None:
    look = LOOKS[standing]
    canvas.dot(x, y, 17, look.fill)
    if standing is Standing.NEAR:  # an hour hand: told from the other without its colour
        canvas.dot(x, y, 6, "#333333")


def _weeks(canvas: Canvas, y: float, weeks: Sequence[Week], *, by_agency: bool) -> float:
    top, left = y, MOST_ITEMS
    for week in weeks:
        color = "#1a1a1a" if week.items else _GREY
        bottom = canvas.write(_MARGIN, y + 1, _span(week), _LABEL, color=color, bold=bool(week.items))
        shown = week.items[:left]
        left -= len(shown)
        if not shown:
            words = f"{len(week.items)} việc" if week.items else "không có việc đến hạn"
            y = canvas.write(_ITEMS, y + 2, words, _SMALL, color=_GREY) + 22
            continue
        bottom = canvas.write(_MARGIN, bottom, f"{len(week.items)} việc", _SMALL, color=_GREY)
        for item in shown:
            y = _item(canvas, y, item, by_agency=by_agency) + 16
        if hidden := len(week.items) - len(shown):
            y = canvas.write(_ITEMS, y, f"và {hidden} việc nữa trong tuần", _SMALL, color=_GREY) + 16
        y = max(y, bottom) + 14
    canvas.box(_AXIS - 2, top, 4, y - top - 14, _PALE, behind=True)
    return y


def _span(week: Week) -> str:
    """ "23–29/11", "30/11–06/12"."""
    first, last = week.first, week.last
    if first == last:
        return f"{first:%d/%m}"
    return f"{first:%d}–{last:%d/%m}" if first.month == last.month else f"{first:%d/%m}–{last:%d/%m}"


def _item(canvas: Canvas, y: float, item: Item, *, by_agency: bool) -> float:
    room = canvas.width - _MARGIN - _ITEMS
    _mark(canvas, _AXIS, y + 20, item.standing)
    title = f"{short_day(item.due_on)}: {item.title}"
    y = canvas.write(_ITEMS, y, canvas.wrap(title, _TEXT, room, 2), _TEXT)
    below = item.who if by_agency else item.plan
    return canvas.write(_ITEMS, y, canvas.wrap(below, _SMALL, room, 1), _SMALL, color=_GREY)
