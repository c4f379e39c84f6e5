"""Characters of a PDF page to printed lines. Distances are in points, relative to the letters' size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.documents import Box
from ingest.readers.encodings import clean
from ingest.readers.legacy import Legacy, convert, font_encoding, is_unicode

_SPACE = 0.18
"""A gap this wide is a space; spaces of text fonts are 0.25, gaps between letters under 0.1."""
_PRINTED_SPACE = 0.1
"""Where the file has a space sign between two letters, this gap is one; some have signs with no gap to see."""
_COLUMN = 2.0
"""A gap this wide divides columns, as in a letter head; it is printed as several spaces."""
_COLUMN_GAP = "    "
_RAISED = 0.8
"""Signs smaller than this share of their line, and standing higher, are superscripts."""
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Char:
    """One printed character, or one word that was read from a picture, with its box; `top` grows downwards.

    Attributes:
        word: it is a whole word, so that a space stands before and after it.
        confidence: 1 for printed text, else how sure the reading is.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    font: str
    word: bool = False
    confidence: float = 1.0

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A printed line: clean Unicode text, its place, and the encoding it was converted from."""

    text: str
    box: Box
    bold: bool
    legacy: Legacy | None
    confidence: float


def turned_upright(chars: Sequence[Char], direction: int, width: float, height: float) -> list[Char]:
    """Characters that run in `direction` (degrees counter-clockwise) as they stand on the page turned upright."""

    def turned(char: Char) -> Char:
        if direction == 90:
            return replace(char, x0=height - char.bottom, x1=height - char.top, top=char.x0, bottom=char.x1)
        if direction == 270:
            return replace(char, x0=char.top, x1=char.bottom, top=width - char.x1, bottom=width - char.x0)
        return replace(
            char, x0=width - char.x1, x1=width - char.x0, top=height - char.bottom, bottom=height - char.top
        )

    return [turned(char) for char in chars] if direction else list(chars)


def print_lines(chars: Sequence[Char]) -> Iterator[PrintedLine]:
    """Characters as lines from top to bottom, each from left to right."""
    for row in _rows(chars):
        row.sort(key=lambda char: char.x0)
        size = sorted(char.size for char in row)[len(row) // 2]
        base = max((char.bottom for char in row if char.size >= size * _RAISED), default=0.0)
        stretches, legacy = [], None
        for font, group in groupby(_spaced(row, size, base), key=lambda piece: piece[1]):
            text = "".join(piece for piece, _ in group)
            encoding, capitals = font_encoding(font)
            if encoding:
                legacy = encoding if not (text.isascii() or is_unicode(text)) else legacy
                text = convert(text, encoding, capitals)
            stretches.append(text)
        text = clean("".join(stretches)).rstrip()
        if text.strip():
            yield _printed(text.strip(), [char for char in row if not char.text.isspace()], legacy)


def _printed(text: str, inked: Sequence[Char], legacy: Legacy | None) -> PrintedLine:
    return PrintedLine(
        text,
        box=box_of(inked),
        bold=all("bold" in char.font.lower() for char in inked),
        legacy=legacy,
        confidence=confidence_of(inked),
    )


def box_of(chars: Sequence[Char]) -> Box:
    """The box that holds `chars`."""
    return (
        min(char.x0 for char in chars),
        min(char.top for char in chars),
        max(char.x1 for char in chars),
        max(char.bottom for char in chars),
    )


def confidence_of(chars: Sequence[Char]) -> float:
    """How sure the reading of `chars` is; 1 for printed text.

    Words count by their letters, and no text is surer than its least sure word with a figure:
    a wrong figure is a wrong date.
    """
    letters = sum(len(char.text) for char in chars)
    if not letters:
        return 1.0
    mean = sum(char.confidence * len(char.text) for char in chars) / letters
    figures = (char.confidence for char in chars if any(sign.isdigit() or sign == "…" for sign in char.text))
    return round(min([mean, *figures]), 3)


def _rows(chars: Sequence[Char]) -> Iterator[list[Char]]:
    """Groups of characters that stand on one line: the middle of each lies within the line's height."""
    row: list[Char] = []
    top = bottom = 0.0
    for char in sorted(chars, key=lambda char: char.middle[1]):
        if row and not (top <= char.middle[1] <= bottom):
            yield row
            row = []
        if not row:
            top, bottom = char.top, char.bottom
        row.append(char)
        if char.bottom - char.top > bottom - top:
            top, bottom = char.top, char.bottom
    if row:
        yield row


def _spaced(row: list[Char], size: float, base: float) -> Iterator[tuple[str, str]]:
    """Texts with their fonts: spaces put where letters stand apart, double-struck letters once."""
    before: Char | None = None
    space = False
    for char in row:
        if char.text.isspace():
            space = True
            continue
        if before is not None:
            if char.text == before.text and abs(char.x0 - before.x0) < size * 0.1:
                continue
            gap = char.x0 - before.x1
            if gap > size * _COLUMN:
                yield _COLUMN_GAP, before.font
            elif gap > size * (_PRINTED_SPACE if space else _SPACE) or char.word or before.word:
                yield " ", before.font
        raised = not char.word and char.size < size * _RAISED and char.bottom < base - size * 0.1
        yield char.text.translate(_SUPERSCRIPTS) if raised else char.text, char.font
        before, space = char, False
