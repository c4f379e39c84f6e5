"""The page of a picture: one Axes of matplotlib, a phone wide, written from the top down.

Across, it goes from 0 to 1 between the margins; down it counts pixels. matplotlib's objects are used, never pyplot,
so that threads may draw at once. The same drawing gives the same bytes.
"""

from __future__ import annotations

import textwrap
from functools import cache
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

from bot.reports.colours import LOOKS
from knowledge.progress import Standing
from knowledge.text import nfc, squeeze

WIDTH, MARGIN = 1080, 48
TITLE, TEXT = 46, 28
GREY = "#555555"
_DPI = 72
"""A point of a font is a pixel."""


def new_page() -> tuple[Figure, Axes]:
    """An empty page, and what is drawn on."""
    figure = Figure(dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((MARGIN / WIDTH, 0, 1 - 2 * MARGIN / WIDTH, 1), xlim=(0, 1))
    axes.set_axis_off()
    return figure, axes


def write(
    axes: Axes, x: float, y: float, text: str, size: int = TEXT, *,
    bold: bool = False, color: str = "#1a1a1a", ha: str = "left", room: float = 1, most: int = 9,
) -> float:  # fmt: skip
    """Writes `text` below `y`, at most so many lines in that much of the width; gives the y below it.

    Lines are broken by characters, as many as the widest of them has room for: in one font on a page of one width
    that is a fair measure.
    """
    words, font, pixels = printable(text), font_of(size, bold=bold), room * (WIDTH - 2 * MARGIN)
    measure = axes.figure.canvas.get_renderer().get_text_width_height_descent  # type: ignore[attr-defined]
    characters = len(words) or 1
    while True:
        lines = textwrap.wrap(words, characters, max_lines=most, placeholder="…", break_on_hyphens=False)
        widest = max((measure(line, font, ismath=False)[0] for line in lines), default=0)
        if widest <= pixels:
            break
        characters = min(characters - 1, int(characters * pixels / widest))
    for at, line in enumerate(lines):
        axes.text(x, y + (0.95 + 1.32 * at) * size, line, font=font, color=color, ha=ha, parse_math=False)
    return y + 1.32 * size * len(lines)


def mark(axes: Axes, x: float, y: float, standing: Standing) -> None:
    """The sign of a standing in a box of its colour, beside a line that is written at `y`."""
    look = LOOKS[standing]
    axes.plot(x, y + 18, "s", markersize=36, color=look.fill)
    write(axes, x, y, look.sign, color=look.ink, ha="center")


def finish(figure: Figure, height: float) -> Figure:
    """The page, so high and a margin."""
    height = round(height) + MARGIN
    figure.axes[0].set_ylim(height, 0)
    figure.set_size_inches(WIDTH / _DPI, height / _DPI)
    return figure


def png(figure: Figure) -> bytes:
    """The picture, without when and with what it was made."""
    out = BytesIO()
    figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
    return out.getvalue()


def printable(text: str) -> str:
    """`text` without characters that the font cannot draw (emoji, controls), on one line."""
    known = _characters()
    return squeeze("".join(char if char in known or char.isspace() else " " for char in nfc(text)))


@cache
def font_of(size: int, *, bold: bool) -> FontProperties:
    """The font, which comes with matplotlib and has every Vietnamese letter."""
    return FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")


@cache
def _characters() -> frozenset[str]:
    """What both of its faces can draw."""
    plain, bold = (get_font(findfont(font_of(TEXT, bold=bold))).get_charmap().keys() for bold in (False, True))
    return frozenset(chr(code) for code in plain & bold if code >= ord(" "))
