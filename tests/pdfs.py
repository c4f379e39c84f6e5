"""Makes PDF files with Vietnamese text, ruled tables and pictures, for tests and the sample plans.

Glyphs are embedded from DejaVu Sans, which matplotlib ships, so that the files
read the same on every machine. Places are in points from the page's upper left
corner; pages are A4 upright.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph
from reportlab.platypus import Table as FlowTable

PAGE_WIDTH, PAGE_HEIGHT = 595.0, 842.0
_REGULAR, _BOLD = "DejaVuSans", "DejaVuSans-Bold"


@dataclass(frozen=True)
class Text:
    """One printed line; `y` is its baseline."""

    x: float
    y: float
    text: str
    size: float = 11
    bold: bool = False
    font: str | None = None
    """The font's name as the file shall tell it, such as ".VnTime"; the glyphs stay DejaVu's."""


@dataclass(frozen=True)
class Box:
    """A table cell that is merged over `rows` rows and `columns` columns, or bold."""

    text: str
    rows: int = 1
    columns: int = 1
    bold: bool = False


TableRow = Sequence[str | Box | None]
"""Cells of a row; None stands where a merged cell of another row or column lies."""


@dataclass(frozen=True)
class Grid:
    """A ruled table; `y` is its upper edge. Text wraps inside the column widths."""

    x: float
    y: float
    widths: Sequence[float]
    rows: Sequence[TableRow]
    size: float = 9


@dataclass(frozen=True)
class Picture:
    """A grey picture, as a scanned page has one."""

    x: float = 0
    y: float = 0
    width: float = PAGE_WIDTH
    height: float = PAGE_HEIGHT


PageItem = Text | Grid | Picture


@dataclass
class Pager:
    """Lays lines and tables one below the other and begins pages as they fill.

    `pages` is what `write_pdf` takes.
    """

    margin: float = 56
    size: float = 11
    pages: list[list[PageItem]] = field(default_factory=lambda: [[]])
    y: float = 56

    def break_page(self) -> None:
        """Go on at the top of a new page."""
        self.pages.append([])
        self.y = self.margin

    def line(self, text: str, *, indent: float = 0, bold: bool = False, centred: bool = False) -> None:
        """Print `text`, wrapped hard at the page's width."""
        font = _font(_BOLD if bold else _REGULAR)
        room = PAGE_WIDTH - 2 * self.margin - indent
        for piece in _wrap(text, font, self.size, room):
            if self.y + self.size * 1.4 > PAGE_HEIGHT - self.margin:
                self.break_page()
            self.y += self.size * 1.4
            spare = room - pdfmetrics.stringWidth(piece, font, self.size)
            x = self.margin + indent + (spare / 2 if centred else 0)
            self.pages[-1].append(Text(x, self.y, piece, self.size, bold))

    def table(self, widths: Sequence[float], rows: Sequence[TableRow], repeat: int = 0, size: float = 9) -> None:
        """Print a ruled table that goes on over pages, its first `repeat` rows on each.

        A merged cell that a page break cuts goes on as an empty merged cell, as
        word processors print it.
        """
        self.y += self.size * 0.6
        header, todo = list(rows[:repeat]), list(rows)
        while todo:
            fitting = _rows_that_fit(Grid(self.margin, self.y, widths, todo, size), PAGE_HEIGHT - self.margin)
            if fitting <= repeat and self.y > self.margin:
                self.break_page()
                continue
            fitting = max(fitting, repeat + 1)
            now, later = _cut(todo, fitting)
            grid = Grid(self.margin, self.y, widths, now, size)
            self.pages[-1].append(grid)
            self.y += sum(_heights(grid)) + self.size
            todo = header + later if later else []
            if todo:
                self.break_page()


def write_pdf(path: Path, pages: Sequence[Sequence[PageItem]], password: str | None = None) -> None:
    """Write `pages` to `path`; with `password` the file opens with that password only.

    The same pages give the same bytes.
    """
    lock = StandardEncryption(password, strength=128) if password else None
    canvas = Canvas(str(path), pagesize=(PAGE_WIDTH, PAGE_HEIGHT), encrypt=lock, invariant=1)
    for page in pages:
        for item in page:
            draw(canvas, item)
        canvas.showPage()
    canvas.save()


def text_font() -> str:
    """The font that texts are set in, ready to be drawn with."""
    return _font(_REGULAR)


def draw(canvas: Canvas, item: PageItem) -> None:
    """Draw one item on a page that is being made."""
    match item:
        case Text():
            canvas.setFont(_font(_BOLD if item.bold else _REGULAR, item.font), item.size)
            canvas.drawString(item.x, PAGE_HEIGHT - item.y, item.text)
        case Grid():
            flow, height = _flow(item)
            flow.drawOn(canvas, item.x, PAGE_HEIGHT - item.y - height)
        case Picture():
            bottom = PAGE_HEIGHT - item.y - item.height
            canvas.drawImage(_grey(), item.x, bottom, item.width, item.height)


@cache
def _grey() -> ImageReader:
    from PIL import Image

    return ImageReader(Image.new("L", (60, 80), 200))


@cache
def _font(face: str, named: str | None = None) -> str:
    """Register `face`, under the name `named` where given, and return the name to draw with."""
    font = TTFont(named or face, str(_font_folder() / f"{face}.ttf"))
    if named:
        font.face.name = named.encode("ascii")
    pdfmetrics.registerFont(font)
    return named or face


def _font_folder() -> Path:
    """Where matplotlib keeps its fonts, found without importing it (that takes a second)."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise RuntimeError("matplotlib is missing: install the dev dependencies")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


def _wrap(text: str, font: str, size: float, room: float) -> list[str]:
    lines, current = [], ""
    for word in text.split(" "):
        longer = f"{current} {word}" if current else word
        if current and pdfmetrics.stringWidth(longer, font, size) > room:
            lines.append(current)
            longer = word
        current = longer
    return [*lines, current]


def _flow(grid: Grid) -> tuple[FlowTable, float]:
    """The table as reportlab draws it, laid out, and its height."""
    style: list[tuple[object, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    cells: list[list[object]] = []
    for r, row in enumerate(grid.rows):
        cells.append([])
        for c, cell in enumerate(row):
            box = Box(cell or "") if not isinstance(cell, Box) else cell
            if box.rows > 1 or box.columns > 1:
                style.append(("SPAN", (c, r), (c + box.columns - 1, r + box.rows - 1)))
            cells[-1].append(_paragraph(box, grid.size) if box.text else "")
    flow = FlowTable(cells, colWidths=list(grid.widths), style=style)
    _, height = flow.wrap(sum(grid.widths), 10_000)
    return flow, height


def _paragraph(box: Box, size: float) -> Paragraph:
    font = _font(_BOLD if box.bold else _REGULAR)
    style = ParagraphStyle("cell", fontName=font, fontSize=size, leading=size * 1.25)
    escaped = box.text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br/>")
    return Paragraph(escaped, style)


def _heights(grid: Grid) -> list[float]:
    flow, _ = _flow(grid)
    return [float(height) for height in flow._rowHeights]


def _rows_that_fit(grid: Grid, bottom: float) -> int:
    y, count = grid.y, 0
    for height in _heights(grid):
        y += height
        if y > bottom:
            break
        count += 1
    return count


def _cut(rows: list[TableRow], at: int) -> tuple[list[TableRow], list[TableRow]]:
    """The rows before and after a page break, merged cells cut in two."""
    now, later = [list(row) for row in rows[:at]], [list(row) for row in rows[at:]]
    for r, row in enumerate(now):
        for c, cell in enumerate(row):
            if isinstance(cell, Box) and r + cell.rows > at:
                row[c] = replace(cell, rows=at - r)
                if later:
                    later[0][c] = replace(cell, text="", rows=r + cell.rows - at)
    return list(now), list(later)
