"""A page of a picture, filled from the top down: text that is measured and wrapped, boxes, PNG bytes.

matplotlib's objects are used, never pyplot, so that threads may draw at once. All lengths are
pixels of the finished picture, y grows downwards. The same drawing gives the same bytes.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from knowledge.text import nfc, squeeze

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text

WIDTH = 1080
"""The width of most phones' screens."""
_DPI = 200
_POINT = _DPI / 72
"""Pixels of a typographic point."""
_ASCENT = 0.95
"""Of the font size: from the top of a line to its baseline, accents over capitals included."""
_LINE = 1.32
"""Of the font size: from one baseline to the next."""
_FAMILY = "DejaVu Sans"


class Canvas:
    """See the module.

    Args:
        width: pixels.
    """

    def __init__(self, width: int = WIDTH) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.width = width
        self.figure = Figure(figsize=(width / _DPI, width / _DPI), dpi=_DPI, facecolor="white")
        self._agg = FigureCanvasAgg(self.figure)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._renderer = self._agg.get_renderer()  # type: ignore[no-untyped-call]
        self.finish(width)

    def finish(self, height: float) -> None:
        """Sets the height of the page."""
        self.figure.set_size_inches(self.width / _DPI, round(height) / _DPI)
        self._axes.set_xlim(0, self.width)
        self._axes.set_ylim(round(height), 0)

    def png(self) -> bytes:
        """The picture as it is."""
        out = BytesIO()
        self.figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
        return out.getvalue()

    def measure(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width of a line.

        Args:
            size: of the font, in pixels.
        """
        width, _, _ = self._renderer.get_text_width_height_descent(text, _font(size, bold), ismath=False)
        return float(width)

    def wrap(self, text: str, size: float, width: float, most: int = 99, *, bold: bool = False) -> list[str]:
        """`text` in lines that fit in `width`, at most so many; the last one ends with "…" where more was to come."""
        lines: list[str] = []
        rest = printable(text).split(" ")
        while rest and rest != [""]:
            if len(lines) == most:
                lines[-1] = self._cut(f"{lines[-1]}…", size, width, bold)
                break
            line, rest = self._first_line(rest, size, width, bold)
            lines.append(line)
        return lines

    def write(
        self,
        x: float,
        y: float,
        lines: str | list[str],
        size: float,
        *,
        color: str = "#1a1a1a",
        bold: bool = False,
        align: str = "left",
    ) -> float:
        """Writes lines, the first one's top at `y`; gives the y below them.

        Args:
            align: which side of the text stands at `x`: left, center, right.
        """
        for line in [lines] if isinstance(lines, str) else lines:
            self._put(x, y + size * _ASCENT, line, size, color, bold, align)
            y += size * _LINE
        return y

    def box(self, x: float, y: float, width: float, height: float, color: str, *, behind: bool = False) -> None:
        """A filled rectangle; `behind` all else."""
        from matplotlib.patches import Rectangle

        patch = Rectangle((x, y), width, height, facecolor=color, edgecolor="none", linewidth=0)
        self._axes.add_patch(patch).set_zorder(0 if behind else 1)

    def dot(self, x: float, y: float, radius: float, color: str) -> None:
        """A filled disc with a dark edge."""
        from matplotlib.patches import Circle

        self._axes.add_patch(Circle((x, y), radius, facecolor=color, edgecolor="#333333", linewidth=0.8))

    def texts(self) -> list[Text]:
        """What is written on the page, in the order in which it was written."""
        return list(self._axes.texts)

    def _put(self, x: float, y: float, text: str, size: float, color: str, bold: bool, align: str) -> None:
        self._axes.text(
            x,
            y,
            printable(text),
            fontproperties=_font(size, bold),
            color=color,
            horizontalalignment=align,
            verticalalignment="baseline",
            parse_math=False,
        )

    def _first_line(self, words: list[str], size: float, width: float, bold: bool) -> tuple[str, list[str]]:
        """As many words as fit in a line, and the others; a word wider than a line is broken."""
        line = words[0]
        if self.measure(line, size, bold=bold) > width:
            fits = 1
            while fits < len(line) and self.measure(line[: fits + 1], size, bold=bold) <= width:
                fits += 1
            return line[:fits], [line[fits:], *words[1:]] if line[fits:] else words[1:]
        used = 1
        while used < len(words) and self.measure(f"{line} {words[used]}", size, bold=bold) <= width:
            line = f"{line} {words[used]}"
            used += 1
        return line, words[used:]

    def _cut(self, line: str, size: float, width: float, bold: bool) -> str:
        """A line that ends with "…", shortened until it fits: by words, a single word by characters."""
        while len(line) > 1 and self.measure(line, size, bold=bold) > width:
            kept = line.rpartition(" ")[0] or line[:-2]
            line = f"{kept.rstrip(' ,;:.')}…"
        return line


def line_height(size: float) -> float:
    """Of a line in a font of that size."""
    return size * _LINE


def printable(text: str) -> str:
    """`text` without characters that the font cannot draw (emoji, controls), on one line."""
    known = _characters()
    return squeeze("".join(char if ord(char) in known or char.isspace() else " " for char in nfc(text)))


@cache
def _font(size: float, bold: bool) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=_FAMILY, size=size / _POINT, weight="bold" if bold else "normal")


@cache
def _characters() -> frozenset[int]:
    """What both faces of the font can draw."""
    from matplotlib.font_manager import findfont, get_font

    faces = [get_font(findfont(_font(10, bold))).get_charmap() for bold in (False, True)]
    return frozenset(code for code in faces[0] if code in faces[1] and code >= ord(" "))
