"""A table of which only the ends of cells are left: a bar after each, none between rows.

TT            The header's width is where the first row number stands; then a row
|             begins at each number that goes on counting, starts again at 1, or is
Nhiệm vụ      Roman. Cells that a converter dropped leave a row short, which
|             `ingest.tables.broken_rows` sees to.
...
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_BAR = re.compile(r"^\s*\|\s*$")
_NUMBER = re.compile(r"^(\d{1,3})[.)]?$")
_ROMAN = re.compile(r"^(?:[IVX]{1,5}|[A-H])[.)]?$")
_HEADER_MOST = 12
_CELL_MOST = 3000


def rows_of_closed_cells(lines: Sequence[str]) -> tuple[list[tuple[list[str], int]], int] | None:
    """Rows, each with the position of the line it begins at, and how many lines the table takes.

    None where `lines` do not begin such a table.
    """
    cells, used = _cells(lines)
    width = _width(cells)
    if width is None:
        return None
    rows: list[tuple[list[str], int]] = [([text for text, _ in cells[:width]], cells[0][1])]
    last = 0
    for text, place in cells[width:]:
        row = rows[-1][0]
        number = _NUMBER.match(text)
        counts = number is not None and int(number[1]) in {last + 1, 1}
        begins = counts or (_ROMAN.match(text) and len(row) != width - 1)
        if len(rows) == 1 or (begins and len(row) >= 2):
            rows.append(([text], place))
            last = int(number[1]) if number else 0
        else:
            row.append(text)
    return (rows, used) if len(rows) >= 3 else None


def _cells(lines: Sequence[str]) -> tuple[list[tuple[str, int]], int]:
    """Texts that a bar closes, each with its first line, and the lines up to the last such bar."""
    cells: list[tuple[str, int]] = []
    parts: list[str] = []
    place = used = 0
    for i, line in enumerate(lines):
        if _BAR.match(line):
            cells.append(("\n".join(parts), place))
            parts, place, used = [], i + 1, i + 1
            continue
        if line.strip():
            place = place if parts else i
            parts.append(line.strip())
        if sum(map(len, parts)) > _CELL_MOST:
            break
    return cells, used


def _width(cells: Sequence[tuple[str, int]]) -> int | None:
    for i, (text, _) in enumerate(cells[: _HEADER_MOST + 1]):
        if i >= 3 and text in {"1", "1.", "I", "I.", "A", "A."}:
            return i
    return None
