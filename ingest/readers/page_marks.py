"""Where on a page a quote stands: boxes of the lines or the table row that hold it.

A quote is what was made of the page when the paper was read: its lines joined, a row's cells with bars between them,
slips of OCR put right. So letters and figures are compared, without accents, spaces or signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ingest.documents import Block, Box, Cell, Row, Table
from knowledge.text import fold

_ALIKE = 90.0
"""Likeness, of 100, from which a line is one of the quote's with slips."""
_LONG = 12
"""Letters from which likeness says something, and a quote's first or last words in a line are known."""
_SHORT = 3
"""Fewer letters stand in any quote."""
_SHARE = 0.3
"""Of a quote's letters, that a place must hold: the rest may be on the next page."""
_ROW, _NEXT_ROW = 0.6, 0.85
"""Of a row's letters, those that the quote must hold; of a row beside the best one, that goes on with it, more."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Something that may be marked, and how many letters of the quote it holds."""

    boxes: tuple[Box, ...]
    letters: int


def find_marks(blocks: Sequence[Block], quote: str) -> list[Box]:
    """The boxes, in points; empty where the quote is not found on the page."""
    wanted = _letters(quote)
    if not wanted:
        return []
    places = [*_line_places(blocks, wanted), *_row_places(blocks, wanted)]
    best = max(places, key=lambda place: place.letters, default=None)
    return [_around(best.boxes)] if best is not None else []


def _letters(text: str) -> str:
    return "".join(sign for sign in fold(text) if sign.isalnum())


def _line_places(blocks: Sequence[Block], wanted: str) -> Iterator[_Place]:
    """Runs of lines that the quote holds; one line between them may be a page's own."""
    run: list[tuple[Box, str]] = []
    missed = 0
    for block in [*blocks, None]:
        letters = _letters(block.text) if block is not None and not isinstance(block, Table) else ""
        held = _held(letters, wanted)
        if held and block is not None and not isinstance(block, Table) and block.box is not None:
            run.append((block.box, held))
            missed = 0
            continue
        missed += 1
        if run and (missed > 1 or block is None or isinstance(block, Table)):
            yield from _run(run, wanted)
            run = []


def _run(run: Sequence[tuple[Box, str]], wanted: str) -> Iterator[_Place]:
    letters = sum(len(held) for _, held in run)
    begins = wanted.startswith(run[0][1]) and letters >= min(_LONG, len(wanted))
    if begins or letters >= _SHARE * len(wanted):
        yield _Place(tuple(box for box, _ in run), letters)


def _held(letters: str, wanted: str) -> str:
    """What of a line's letters the quote holds: all, its end where the quote begins in it, or its beginning."""
    if len(letters) < _SHORT:
        return ""
    if wanted in letters:
        return wanted
    if letters in wanted or (len(letters) >= _LONG and _is_alike(letters, wanted)):
        return letters
    for length in range(min(len(letters), len(wanted)) - 1, _LONG - 1, -1):
        if letters.endswith(wanted[:length]):
            return wanted[:length]
        if letters.startswith(wanted[-length:]):
            return wanted[-length:]
    return ""


def _is_alike(letters: str, wanted: str) -> bool:
    return len(letters) <= len(wanted) and fuzz.partial_ratio(letters, wanted, score_cutoff=_ALIKE) > 0


def _row_places(blocks: Sequence[Block], wanted: str) -> Iterator[_Place]:
    """Rows whose cells the quote holds, with those beside them that go on with it."""
    for table in (block for block in blocks if isinstance(block, Table)):
        weighed = [_weigh(row, wanted) for row in table.rows]
        for at, (letters, share) in enumerate(weighed):
            if share < _ROW or letters < _SHARE * len(wanted):
                continue
            first, last = at, at
            while first and weighed[first - 1][1] >= _NEXT_ROW:
                first -= 1
            while last + 1 < len(weighed) and weighed[last + 1][1] >= _NEXT_ROW:
                last += 1
            boxes = tuple(
                cell.box for row in table.rows[first : last + 1] for cell in _own(row) if cell.box is not None
            )
            if boxes:
                yield _Place(boxes, letters)


def _weigh(row: Row, wanted: str) -> tuple[int, float]:
    """How many letters of the quote a row's cells hold, and which share of the row's own that is."""
    held = total = 0
    for cell in _own(row):
        letters = _letters(cell.text)
        if wanted in letters:
            return len(wanted), 1.0
        total += len(letters)
        if letters in wanted or (len(letters) >= _LONG and _is_alike(letters, wanted)):
            held += len(letters)
    return held, held / total if total else 0.0


def _own(row: Row) -> Iterator[Cell]:
    """Cells whose text stands in this row, merged ones once."""
    return (cell for cell in row.cells if not (cell.merged_above or cell.merged_left))


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
