"""The picture of what is due in the next weeks: weeks downwards, beside each what is due in it.

A task that several agencies owe by the same day is one item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matplotlib.figure import Figure

from bot.reports.board_text import DAYS, due_items, nothing_due
from bot.reports.colours import LOOKS, NEAR_MEANS, long_day, short_day
from bot.reports.page import GREY, MARGIN, TITLE, finish, mark, new_page, write
from bot.tracking.board import Board, Item
from knowledge.progress import Standing

MOST_ITEMS = 20
_LINE, _ITEMS = 0.235, 0.27
"""Where the line of time and the items stand, of the page's width."""


@dataclass(frozen=True, slots=True)
class Week:
    """A week, or several without items: `first` through `last`."""

    first: date
    last: date
    items: tuple[Item, ...]


def weeks_of(items: Sequence[Item], today: date, days: int) -> list[Week]:
    """Every week from today's through the last one; those in a row without items as one."""
    first, last = today, today + timedelta(days=days)
    weeks: list[Week] = []
    while first <= last:
        end = min(first + timedelta(days=6 - first.weekday()), last)
        inside = tuple(item for item in items if first <= item.due_on <= end)
        if not inside and weeks and not weeks[-1].items:
            first = weeks.pop().first
        weeks.append(Week(first, end, inside))
        first = end + timedelta(days=1)
    return weeks


def draw_timeline(board: Board, days: int = DAYS) -> Figure:
    """What is due within so many days, 1080 pixels wide, as high as it needs."""
    items, last = due_items(board, days), board.today + timedelta(days=days)
    figure, axes = new_page()
    y = write(axes, 0, MARGIN, f"Việc đến hạn: {board.title}", TITLE, bold=True, most=3)
    span = f"{days} ngày tới, từ {long_day(board.today)} đến {long_day(last)} – {len(items)} việc"
    y = write(axes, 0, y + 8, span, color=GREY)
    if late := board.counts[Standing.LATE]:
        look = LOOKS[Standing.LATE]
        y = write(axes, 0, y + 8, f"{look.sign} Ngoài ra có {late} việc đã quá hạn.", color=look.fill)
    if not items:
        return finish(figure, write(axes, 0, y + 40, nothing_due(days)))
    for x, standing, means in ((0.02, Standing.NEAR, f" ({NEAR_MEANS})"), (0.65, Standing.IN_TIME, "")):
        mark(axes, x, y + 20, standing)
        write(axes, x + 0.035, y + 20, f"{LOOKS[standing].words}{means}")
    y = top = y + 90
    left = MOST_ITEMS
    for week in weeks_of(items, board.today, days):
        shown, hidden = week.items[:left], len(week.items[left:])
        left -= len(shown)
        below = write(axes, 0, y, _span(week), bold=bool(week.items), color="#1a1a1a" if week.items else GREY)
        if shown:
            below = write(axes, 0, below, f"{len(week.items)} việc", color=GREY)
        for item in shown:
            mark(axes, _LINE, y, item.standing)
            y = write(axes, _ITEMS, y, f"{short_day(item.due_on)}: {item.title}", room=1 - _ITEMS, most=2)
            whose = item.plan if board.by_plan else item.who
            y = write(axes, _ITEMS, y, whose, room=1 - _ITEMS, most=1, color=GREY) + 16
        if not week.items:
            y = write(axes, _ITEMS, y, "không có việc đến hạn", color=GREY)
        elif hidden:
            words = f"và {hidden} việc nữa trong tuần" if shown else f"{hidden} việc"
            y = write(axes, _ITEMS, y, words, color=GREY)
        y = max(y, below) + 22
    axes.vlines(_LINE, top, y - 22, "#bdbdbd", linewidth=4, zorder=0)
    if len(items) > MOST_ITEMS:
        y = write(axes, _ITEMS, y, f"và {len(items) - MOST_ITEMS} việc nữa", bold=True)
    return finish(figure, y)


def _span(week: Week) -> str:
    """ "23–29/11", "30/11–06/12"."""
    first, last = f"{week.first:%d/%m}", f"{week.last:%d/%m}"
    return last if first == last else f"{first.removesuffix(last[2:])}–{last}"
