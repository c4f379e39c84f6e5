"""The picture of progress: a bar for each agency or plan: done in time or late, open, near, late.

The label stands over its bar, not beside it: beside it a phone leaves no room for Vietnamese names.
A bar has the full width and shows shares; how many there are stands in it and over it.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.reports.board_text import NOTHING, left_out
from bot.reports.colours import LOOKS, NEAR_MEANS, SHOWN, long_day
from bot.reports.page import GREY, MARGIN, TEXT, TITLE, finish, font_of, mark, new_page, write
from bot.tracking.board import Board, Group, counted, urgency
from knowledge.progress import BOXES, Standing, boxed, told_share
from knowledge.wording import sentence_case

MOST_BARS = 12
"""Those beyond are drawn as one."""
_BAR = 58
_CHARACTER = 0.026
"""Of the page's width, for each character in a bar, its edges included."""


def draw_progress(board: Board) -> Figure:
    """The board's progress, 1080 pixels wide, as high as it needs."""
    figure, axes = new_page()
    y = write(axes, 0, MARGIN, f"Tiến độ: {board.title}", TITLE, bold=True, most=3)
    y = write(axes, 0, y + 8, f"Đến {long_day(board.today)}", color=GREY)
    if board.counted:
        y = write(axes, 0, y, f"{sentence_case(told_share(board.counts))}.", color=GREY) + 24
        for standing in SHOWN:
            mark(axes, 0.02, y, standing)
            y = write(axes, 0.055, y, _means(standing, board.counts)) + 11
        for group in _shown(board):
            y = _bar(axes, y + 22, group)
    else:
        y = write(axes, 0, y + 40, NOTHING)
    for words in left_out(board):
        y = write(axes, 0, y + 30, words, color=GREY)
    return finish(figure, y)


def _shown(board: Board) -> list[Group]:
    """Those with most late ones where there are too many, in the order of the board."""
    groups = board.groups()
    if len(groups) <= MOST_BARS:
        return groups
    pressing = {group.name for group in sorted(groups, key=urgency)[: MOST_BARS - 1]}
    rest = [group for group in groups if group.name not in pressing]
    together: Counter[Standing] = Counter()
    for group in rest:
        together += group.counts
    what = "kế hoạch" if board.by_plan else "cơ quan"
    return [*(group for group in groups if group.name in pressing), Group(f"{len(rest)} {what} còn lại", together)]


def _means(standing: Standing, counts: Counter[Standing]) -> str:
    """What a colour means: one of the four boxes with its number, or what is near."""
    if standing is Standing.NEAR:
        return f"trong đó sắp đến hạn ({NEAR_MEANS}): {counts[standing]}"
    box = next(box for box, standings in BOXES.items() if standing in standings)
    return f"{sentence_case(box)}: {boxed(counts)[box]}"


def _bar(axes: Axes, y: float, group: Group) -> float:
    total = counted(group.counts)
    write(axes, 1, y, f"{total} việc", color=GREY, ha="right")
    y = write(axes, 0, y, group.name, bold=True, room=0.83, most=2) + 8
    shares = {standing: group.counts[standing] for standing in SHOWN if group.counts[standing]}
    labels = [f"{LOOKS[standing].sign} {number}" for standing, number in shares.items()]
    least = [_CHARACTER * len(label) for label in labels]
    widths = [max(number / total, needs) for number, needs in zip(shares.values(), least, strict=True)]
    # What narrow ones were given is taken from the others, by what they have to spare.
    taken = (sum(widths) - 1) / (sum(widths) - sum(least))
    widths = [wide - taken * (wide - needs) for wide, needs in zip(widths, least, strict=True)]
    starts = list(accumulate(widths[:-1], initial=0.0))
    fills = [LOOKS[standing].fill for standing in shares]
    bars = axes.barh(y + _BAR / 2, [wide - 0.003 for wide in widths], _BAR, starts, color=fills)
    for text, standing in zip(axes.bar_label(bars, labels, label_type="center"), shares, strict=True):
        text.set(color=LOOKS[standing].ink, font=font_of(TEXT, bold=True))
    return y + _BAR
