"""The picture of progress: a bar for each agency or plan: done in time or late, open, near, late.

The label stands over its bar, not beside it: beside it a phone leaves no room for Vietnamese names.
A bar has the full width and shows shares; how many there are stands in it and over it. A share
too narrow for its number is widened to hold it.
"""

from __future__ import annotations

from collections import Counter

from bot.reports.canvas import Canvas, line_height
from bot.reports.colours import LOOKS, NEAR_MEANS, SHOWN, long_day
from bot.tracking.board import Board, Group, counted, urgency
from knowledge.progress import BOXES, Standing, boxed, told_share
from knowledge.wording import sentence_case

MOST_BARS = 12
"""Those beyond are drawn as one."""
NOTHING = "Chưa có việc nào có thời hạn để theo dõi."
_MARGIN = 48
_TITLE, _TEXT, _SMALL = 46, 32, 28
_BAR = 58
_GREY = "#555555"


def progress_png(board: Board) -> bytes:
    """PNG of the board's progress, 1080 pixels wide, as high as it needs."""
    return draw_progress(board).png()


def draw_progress(board: Board) -> Canvas:
    """The same, before it becomes bytes."""
    canvas = Canvas()
    room = canvas.width - 2 * _MARGIN
    y = canvas.write(
        _MARGIN, _MARGIN, canvas.wrap(f"Tiến độ: {board.title}", _TITLE, room, 3, bold=True), _TITLE, bold=True
    )
    y = canvas.write(_MARGIN, y + 8, f"Đến {long_day(board.today)}", _TEXT, color=_GREY)
    if board.counted:
        y = canvas.write(_MARGIN, y, f"{sentence_case(told_share(board.counts))}.", _TEXT, color=_GREY)
        y = _legend(canvas, y + 24, board.counts)
        for group in _shown(board):
            y = _bar(canvas, y + 30, group)
    else:
        y = canvas.write(_MARGIN, y + 40, canvas.wrap(NOTHING, _TEXT, room), _TEXT)
    for words in left_out(board):
        y = canvas.write(_MARGIN, y + 30, canvas.wrap(words, _SMALL, room), _SMALL, color=_GREY)
    canvas.finish(y + _MARGIN)
    return canvas


def left_out(board: Board) -> list[str]:
    """What is not counted though it is on the papers, and of what is counted that it waits for a yes."""
    before = board.counts[Standing.BEFORE]
    lines = [f"Không kể {before} việc có hạn trước ngày kế hoạch được đưa vào theo dõi."] if before else []
    if board.over_open:
        lines.append(f"Không kể {board.over_open} việc chưa xong của văn bản các năm trước.")
    if board.waiting:
        lines.append(f"Có {board.waiting} việc đã báo xong, đang chờ xác nhận.")
    return lines


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


def _legend(canvas: Canvas, y: float, counts: Counter[Standing]) -> float:
    """What the colours mean: the four boxes, each with its number, and what is near; two in a line where they fit."""
    swatch, gap = 40, 14
    half = (canvas.width - 2 * _MARGIN) / 2
    column = 0
    for standing in SHOWN:
        look = LOOKS[standing]
        if standing is Standing.NEAR:
            words = f"trong đó sắp đến hạn ({NEAR_MEANS}): {counts[standing]}"
        else:
            box = next(box for box, standings in BOXES.items() if standing in standings)
            words = f"{sentence_case(box)}: {boxed(counts)[box]}"
        needs = swatch + gap + canvas.measure(words, _SMALL)
        if column and needs > half:
            y, column = y + swatch + 12, 0
        x = _MARGIN + column * half
        canvas.box(x, y, swatch, swatch, look.fill)
        canvas.write(x + swatch / 2, y + 3, look.sign, _SMALL, color=look.ink, align="center")
        canvas.write(x + swatch + gap, y + 3, words, _SMALL)
        column += 1
        if column == 2 or needs > half:
            y, column = y + swatch + 12, 0
    return y + (swatch + 12 if column else 0)


def _bar(canvas: Canvas, y: float, group: Group) -> float:
    room = canvas.width - 2 * _MARGIN
    total = f"{counted(group.counts)} việc"
    width = canvas.measure(total, _TEXT) + 30
    canvas.write(canvas.width - _MARGIN, y, total, _TEXT, color=_GREY, align="right")
    y = canvas.write(_MARGIN, y, canvas.wrap(group.name, _TEXT, room - width, 2, bold=True), _TEXT, bold=True) + 8
    shares = [(standing, group.counts[standing]) for standing in SHOWN if group.counts[standing]]
    labels = {standing: f"{LOOKS[standing].sign} {number}" for standing, number in shares}
    widths = _widths(
        room, [number for _, number in shares], [canvas.measure(labels[s], _TEXT, bold=True) + 20 for s, _ in shares]
    )
    x = float(_MARGIN)
    for (standing, _), wide in zip(shares, widths, strict=True):
        look = LOOKS[standing]
        canvas.box(x, y, wide - 3, _BAR, look.fill)
        inside = y + (_BAR - line_height(_TEXT)) / 2 + 3
        canvas.write(x + (wide - 3) / 2, inside, labels[standing], _TEXT, color=look.ink, bold=True, align="center")
        x += wide
    return y + _BAR


def _widths(room: float, numbers: list[int], least: list[float]) -> list[float]:
    """Widths in proportion to `numbers`, each at least as wide as its label."""
    widths = [0.0] * len(numbers)
    free = set(range(len(numbers)))
    while free:
        left = room - sum(widths)
        total = sum(numbers[at] for at in free)
        narrow = [at for at in free if left * numbers[at] / total < least[at]]
        if not narrow:
            for at in free:
                widths[at] = left * numbers[at] / total
            break
        for at in narrow:
            widths[at] = least[at]
        free -= set(narrow)
        if not free:  # only where labels fill the whole bar
            widths = [wide * room / sum(widths) for wide in widths]
    return widths
