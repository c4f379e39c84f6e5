"""Long text in pieces that a platform takes.

Pieces are plain text: a channel escapes each of them afterwards, so no cut can fall inside
its mark-up.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

Measure = Callable[[str], int]
"""Length of a text as a platform counts it."""

_GOOD_FILL = 0.5
"""Share of the limit from which a piece may end early, at an empty line rather than at any line end."""
_ZERO_WIDTH_JOINER = "\u200d"


def utf16_length(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts: an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def split_text(text: str, limit: int, measure: Measure = len) -> tuple[str, ...]:
    """`text` after NFC, in pieces of at most `limit` by `measure`.

    Cuts at an empty line where that fills the piece well, else at a line end; only in a line
    that is longer than the limit between words, and only in a longer word inside it, never
    between a letter and its marks. Empty lines at a cut go; text of blanks alone gives ().
    """
    lines = [
        part
        for line in unicodedata.normalize("NFC", text).strip().split("\n")
        for part in _parts(line.rstrip(), limit, measure)
    ]
    pieces: list[str] = []
    while lines:
        taken = _count_that_fits(lines, limit, measure)
        pieces.append("\n".join(lines[:taken]).strip("\n"))
        lines = lines[taken:]
        while lines and not lines[0]:
            lines.pop(0)
    return tuple(piece for piece in pieces if piece)


def _count_that_fits(lines: list[str], limit: int, measure: Measure) -> int:
    """How many of the first lines make the next piece; at least one."""
    filled, empty_line = 0, 0
    for number, line in enumerate(lines):
        filled += measure(line) + (number > 0)
        if filled > limit and number:
            return empty_line or number
        if not line and filled >= limit * _GOOD_FILL:
            empty_line = number
    return len(lines)


def _parts(line: str, limit: int, measure: Measure) -> Iterator[str]:
    """One line, cut only where it is longer than a whole piece."""
    while measure(line) > limit:
        cut = _longest_fit(line, limit, measure)
        blank = line.rfind(" ", 1, cut + 1)
        end = blank if blank > 0 else _whole_character(line, cut)
        yield line[:end].rstrip()
        line = line[end:].lstrip()
    yield line


def _longest_fit(line: str, limit: int, measure: Measure) -> int:
    """Number of characters of the longest beginning of `line` within the limit; at least one."""
    low, high = 1, min(len(line), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(line[:middle]) <= limit else (low, middle - 1)
    return low


def _whole_character(line: str, cut: int) -> int:
    """`cut`, moved back so that what a person sees as one character stays whole."""
    end = cut
    while end and (
        unicodedata.combining(line[end])
        or unicodedata.category(line[end]) in {"Mn", "Me"}
        or _ZERO_WIDTH_JOINER in line[end - 1 : end + 1]
    ):
        end -= 1
    return end or cut
