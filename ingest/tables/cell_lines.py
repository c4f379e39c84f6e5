"""Tables drawn in text with each cell on lines of its own, with or without bars between them.

|          stacked: each cell between   TT         closed: a bar after   TT           bare: no bars; every
TT         two bars, a row of n cells   |          each cell, none       Nhiệm vụ     row has as many lines
|          has n + 1 of them            Nhiệm vụ   between rows          1            as the header
Nhiệm vụ                                |                                Rà soát ...
|
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.documents import Line
from ingest.layout.labels import KINDS
from ingest.tables.words import speaks
from knowledge.text import fold

_BAR = re.compile(r"^\s*\|\s*$")
_FIRST_NAME = re.compile(r"^\W*(?:S?TT|STT|Stt|Số TT)\W*$")
_NUMBER = re.compile(r"^(\d{1,3})[.)]?$")
_ROMAN = re.compile(r"^(?:[IVX]{1,5}|[A-H])[.)]?$")
_WIDEST = 12
"""Columns that a table on an upright page has room for."""
_LONGEST_CELL = 3000
"""Characters; what is longer is running text up to some later bar."""


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell's text and the line it begins at."""

    text: str
    line: Line


DrawnRow = list[DrawnCell]


WINDOW = 60
"""Lines that tell whether such a table begins: a header of a dozen names, some wrapped, and their bars."""


def may_begin_cell_lines(line: Line) -> bool:
    """Whether `line` may be the first of such a table; what follows need not be looked at where it may not."""
    return bool(_BAR.match(line.text) or _FIRST_NAME.match(line.text))


def begins_cell_lines(lines: Sequence[Line]) -> bool:
    """Whether such a table may begin at the first of `lines` (a window of `WINDOW`)."""
    if _BAR.match(lines[0].text):
        return True
    return bool(_FIRST_NAME.match(lines[0].text)) and (
        any(_BAR.match(x.text) for x in lines) or _bare_width(lines) > 0
    )


def read_cell_lines(lines: Sequence[Line]) -> tuple[list[DrawnRow], int] | None:
    """Rows and how many lines they take; None where `lines`, which `begins_cell_lines` told, are no such table."""
    if _BAR.match(lines[0].text):
        cells, used = _between_bars(lines, opened=True)
        rows = _stacked(cells)
        return (rows, used) if rows else None
    cells, used = _between_bars(lines, opened=False)
    rows = _numbered(cells)
    return (rows, used) if len(rows) >= 3 else _bare(lines)


def _between_bars(lines: Sequence[Line], *, opened: bool) -> tuple[list[DrawnCell], int]:
    """Texts that a bar closes, and the lines up to the last such bar."""
    cells: list[DrawnCell] = []
    parts: list[Line] = []
    bars: list[int] = []
    gap = False
    for i, line in enumerate(lines):
        text = line.text.strip()
        apart = opened and gap and not parts and len(bars) > 1  # empty lines behind a whole cell end the table
        if _BAR.match(line.text):
            cells.append(DrawnCell("\n".join(p.text.strip() for p in parts), parts[0] if parts else line))
            bars.append(i)
            parts, gap = [], False
        elif not text:
            gap = True
        elif opened and not parts and len(bars) > 1 and _FIRST_NAME.match(text):
            cells.pop()  # a header begins a table of its own, whatever it is glued to
            bars.pop()
            break
        elif apart or sum(len(p.text) for p in parts) > _LONGEST_CELL or (opened and _begins_part(text)):
            break
        else:
            parts.append(line)
            gap = False
    return cells, bars[-1] + 1 if bars else 0


def _begins_part(text: str) -> bool:
    """Whether a line in capitals names a kind of paper or an appendix: a table above it has ended."""
    name = fold(text).strip(" *#:.")
    return text.isupper() and (name in KINDS or name.startswith("phu luc"))


def _stacked(cells: Sequence[DrawnCell]) -> list[DrawnRow]:
    """Rows between their own bars: by count where the next row then opens, else (a merged row) up to two bars."""
    rows: list[DrawnRow] = []
    at = 1
    while at < len(cells):
        width = len(rows[0]) if rows else 0
        end = at + width
        if not width or (end < len(cells) and cells[end].text):
            end = next((i for i in range(at + 1, len(cells)) if not cells[i].text), len(cells))
        rows.append(list(cells[at : min(end, len(cells))]))
        at = end + 1
    return rows


def _numbered(cells: Sequence[DrawnCell]) -> list[DrawnRow]:
    """Rows without a sign between them: one begins at each number that goes on counting or starts again."""
    width = next(
        (i for i, c in enumerate(cells[: _WIDEST + 1]) if i >= 3 and c.text.strip(".") in {"1", "I", "A"}), None
    )
    if width is None:
        return []
    rows = [list(cells[:width])]
    last = 0
    for cell in cells[width:]:
        number = _NUMBER.match(cell.text)
        counts = number is not None and int(number[1]) in {last + 1, 1}
        begins = counts or (_ROMAN.match(cell.text) is not None and len(rows[-1]) != width - 1)
        if len(rows) == 1 or (begins and len(rows[-1]) >= 2):
            rows.append([cell])
            last = int(number[1]) if number else 0
        else:
            rows[-1].append(cell)
    return rows


def _bare(lines: Sequence[Line]) -> tuple[list[DrawnRow], int] | None:
    """Rows of a table without bars; None where a row has another number of lines, as its cells could be anything."""
    width = _bare_width(lines[:WINDOW])
    if not width:
        return None
    told = [(i, DrawnCell(line.text.strip(), line)) for i, line in enumerate(lines) if line.text.strip()]
    cells = [cell for _, cell in told]
    rows, at, number = [cells[:width]], width, 1
    while at < len(cells):
        if _ROMAN.match(cells[at].text) and at + 2 < len(cells) and _NUMBER.match(cells[at + 2].text):
            rows.append(cells[at : at + 2])
            at += 2
            continue
        found = _NUMBER.match(cells[at].text)
        if not found or int(found[1]) not in {number, 1} or at + width > len(cells):
            break
        rows.append(cells[at : at + width])
        at, number = at + width, int(found[1]) + 1
    goes_on = any(_NUMBER.match(c.text) and c.text.rstrip(".)") == str(number) for c in cells[at : at + 2 * width])
    return None if goes_on or len(rows) < 3 else (rows, told[at - 1][0] + 1)


def _bare_width(lines: Sequence[Line]) -> int:
    """How many names of columns stand before the first number; 0 where other words do."""
    texts = [line.text.strip() for line in lines if line.text.strip()][: _WIDEST + 1]
    width = next((i for i, text in enumerate(texts) if text.strip(".") in {"1", "I"}), 0)
    return width if width >= 3 and all(map(speaks, texts[:width])) else 0
