"""One picture of a page to words and rulings: what stands in ruled cells is read cell by cell."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ingest.documents import Box
from ingest.readers.ocr_engine import PageReading, Word, find_turn, read_words
from ingest.readers.ocr_picture import Dark, ink, straighten
from ingest.readers.ocr_rulings import Rule, find_rules
from ingest.readers.ocr_words import legible, legible_in_cells
from ingest.readers.pdf_rulings import Edge, cells_of
from ingest.readers.pdf_text import Char
from knowledge.syllables import vietnamese_share

if TYPE_CHECKING:
    from PIL.Image import Image

Place: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom in dots."""
_LINES, _BLOCK = 4, 6
_LETTERS = 0.9
"""Size of letters, of the height of their line with its marks."""
_EDGE = 3
"""Dots inside a cell's border where the remains of its rules lie."""
_VIETNAMESE = 0.35
"""A page read the wrong way up gives under a tenth of syllables with marks, the right way up over 0.45."""
_MARGIN = 12
"""White dots round a cell that is read apart: letters at the very edge of a picture are misread."""
_MAX_STRIP = 12_000
"""Dots in height of one strip of cells; tesseract takes up to 32,767."""


def read_picture(picture: Image, points: float, may_lie: bool) -> PageReading:
    """Words and rulings of a page's picture.

    Args:
        points: how many points one dot is wide.
        may_lie: it may lie on its side or its head, and is then turned upright.

    Raises:
        OcrError: tesseract failed.
    """
    reading = _read_as_it_lies(picture, points)
    share = _share(reading)
    turn = find_turn(picture, round(72 / points)) if may_lie and share < _VIETNAMESE else 0
    if not turn:
        return reading
    turned = _read_as_it_lies(picture.rotate(-turn, expand=True), points)
    return replace(turned, turned=turn) if _share(turned) > share else reading


def _share(reading: PageReading) -> float:
    return vietnamese_share(" ".join(word.text for word in reading.words))


def _read_as_it_lies(picture: Image, points: float) -> PageReading:
    dots = round(72 / points)
    picture = straighten(picture)
    across, down = find_rules(ink(picture), dots)
    edges = [Edge(r.start, (r.first + r.last) / 2, r.end, (r.first + r.last) / 2) for r in across]
    edges += [Edge((r.first + r.last) / 2, r.start, (r.first + r.last) / 2, r.end) for r in down]
    edges = [Edge(e.x0 * points, e.top * points, e.x1 * points, e.bottom * points) for e in edges]
    cells = [_in_dots(cell, points) for table in cells_of(edges) if _has_columns(table) for cell in table]
    picture = _without_rules(picture, across, down)
    words = [word for strip in _strips(picture, cells) for word in legible_in_cells(strip.read(dots))]
    words += legible(read_words(_without_cells(picture, cells), dots, _LINES))
    size = median(word.bottom - word.top for word in words) * points if words else 0.0
    return PageReading([_char(word, points, size) for word in words], edges)


def _has_columns(table: Sequence[Box]) -> bool:
    return len({cell[0] for cell in table}) > 1


def _in_dots(cell: Box, points: float) -> Place:
    left, top, right, bottom = (round(side / points) for side in cell)
    return left, top, right, bottom


def _without_rules(picture: Image, across: Sequence[Rule], down: Sequence[Rule]) -> Image:
    from PIL import Image as Images

    grey = np.array(picture)
    for rule in across:
        grey[max(rule.first - 1, 0) : rule.last + 2, rule.start : rule.end] = 255
    for rule in down:
        grey[rule.start : rule.end, max(rule.first - 1, 0) : rule.last + 2] = 255
    return Images.fromarray(grey)


def _without_cells(picture: Image, cells: Sequence[Place]) -> Image:
    left = picture.copy()
    for cell in cells:
        left.paste(255, cell)
    return left


@dataclass(frozen=True, slots=True)
class _Strip:
    """Cells laid one below the other in a picture of their own, so that one call reads them all.

    Attributes:
        shifts: for each cell where it begins in the strip, and how far its dots were moved right and down.
    """

    picture: Image
    shifts: list[tuple[int, int, int]]

    def read(self, dots: int) -> Iterator[Word]:
        """The words, at their places on the page."""
        begins = [begin for begin, _, _ in self.shifts]
        for word in read_words(self.picture, dots, _BLOCK):
            _, right, down = self.shifts[max(bisect_right(begins, (word.top + word.bottom) // 2) - 1, 0)]
            yield replace(
                word,
                left=word.left - right,
                right=word.right - right,
                top=word.top - down,
                bottom=word.bottom - down,
            )


def _strips(picture: Image, cells: Sequence[Place]) -> Iterator[_Strip]:
    """The inked cells in as few strips as are low enough."""
    from PIL import Image as Images

    dark = ink(picture)
    waiting: list[Place] = []
    for cell in [*filter(None, (_inked(dark, cell) for cell in cells)), None]:
        heights = sum(bottom - top + 2 * _MARGIN for _, top, _, bottom in waiting)
        if waiting and (cell is None or heights + cell[3] - cell[1] > _MAX_STRIP):
            width = max(right - left for left, _, right, _ in waiting) + 2 * _MARGIN
            strip = _Strip(Images.new("L", (width, heights), 255), [])
            begin = 0
            for left, top, right, bottom in waiting:
                strip.picture.paste(picture.crop((left, top, right, bottom)), (_MARGIN, begin + _MARGIN))
                strip.shifts.append((begin, _MARGIN - left, begin + _MARGIN - top))
                begin += bottom - top + 2 * _MARGIN
            yield strip
            waiting = []
        if cell is not None:
            waiting.append(cell)


def _inked(dark: Dark, cell: Place) -> Place | None:
    """The part of a cell that has ink, or None when it is empty."""
    left, top, right, bottom = cell
    inner = dark[top + _EDGE : bottom - _EDGE, left + _EDGE : right - _EDGE]
    rows, columns = np.nonzero(inner.sum(axis=1) > 1)[0], np.nonzero(inner.sum(axis=0) > 1)[0]
    if not len(rows) or not len(columns):
        return None
    return (
        left + _EDGE + int(columns[0]),
        top + _EDGE + int(rows[0]),
        left + _EDGE + int(columns[-1]) + 1,
        top + _EDGE + int(rows[-1]) + 1,
    )


def _char(word: Word, points: float, usual: float) -> Char:
    """A word in points. Letters are about as large as their line is high, unless a stroke made that higher."""
    top, bottom = word.top * points, word.bottom * points
    size = min(bottom - top, usual) * _LETTERS
    return Char(word.text, word.left * points, word.right * points, top, bottom, size, "", True, word.confidence)
