"""Characters of a PDF page to printed lines. Distances are in points, relative to the letters' size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ingest.readers.encodings import clean
from ingest.readers.legacy import Legacy, convert, font_encoding, is_unicode

_SPACE = 0.18
"""A gap this wide is a space; spaces of text fonts are 0.25, gaps between letters under 0.1."""
_COLUMN = 2.0
"""A gap this wide divides columns, as in a letter head; it is printed as several spaces."""
_COLUMN_GAP = "    "
_RAISED = 0.8
"""Signs smaller than this share of their line, and standing higher, are superscripts."""
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Char:
    """One printed character with its box; `top` grows downwards."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    font: str

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A printed line: clean Unicode text, its place, and the encoding it was converted from."""

    text: str
    top: float
    bold: bool
    legacy: Legacy | None


def read_chars(raw: Iterable[dict[str, Any]]) -> list[Char]:
    """pdfplumber's characters, upright ones only (a turned watermark is no text of the paper)."""
    return [
        Char(c["text"], c["x0"], c["x1"], c["top"], c["bottom"], c["size"], c["fontname"])
        for c in raw
        if c["upright"] and c["text"]
    ]


def print_lines(chars: list[Char]) -> Iterator[PrintedLine]:
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
            inked = [char for char in row if not char.text.isspace()]
            bold = all("bold" in char.font.lower() for char in inked)
            yield PrintedLine(text.strip(), min(char.top for char in inked), bold, legacy)


def _rows(chars: list[Char]) -> Iterator[list[Char]]:
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
    for char in row:
        if char.text.isspace():
            continue
        if before is not None:
            if char.text == before.text and abs(char.x0 - before.x0) < size * 0.1:
                continue
            gap = char.x0 - before.x1
            if gap > size * _COLUMN:
                yield _COLUMN_GAP, before.font
            elif gap > size * _SPACE:
                yield " ", before.font
        raised = char.size < size * _RAISED and char.bottom < base - size * 0.1
        yield char.text.translate(_SUPERSCRIPTS) if raised else char.text, char.font
        before = char
