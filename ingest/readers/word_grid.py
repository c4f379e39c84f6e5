"""The columns of a Word table as a person sees them.

The file's own grid has a column for every place where any row has an edge. Edges dragged by hand stand a
little apart from row to row, and tables that stand against each other are stored as one; so edges that look
like one are made one, and rows that share no edge with those above are a table of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingest.documents import Block, Line
from ingest.readers.ordinals import is_ordinal

_APART = 230
"""Twentieths of a point (4 mm): edges nearer than this look like one; a column of numbers takes 7 mm at least."""
_WIDTH = 1_000
"""Stands for the width of a column that the file does not tell."""


@dataclass(frozen=True, slots=True)
class FoundCell:
    """A cell with what it holds, and how many columns it takes."""

    blocks: tuple[Block, ...] = ()
    span: int = 1
    merged_above: bool = False
    merged_left: bool = False
    struck: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "" if self.merged_above or self.merged_left else flatten(self.blocks)


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row; `before` and `after` count the grid columns that it leaves out at its ends."""

    cells: tuple[FoundCell, ...]
    number: int
    before: int = 0
    after: int = 0
    struck: bool = field(init=False)
    """All of its text is crossed out, so that it is not in force."""

    def __post_init__(self) -> None:
        struck = any(cell.struck for cell in self.cells) and not any(cell.merged_above for cell in self.cells)
        object.__setattr__(self, "struck", struck and all(is_ordinal(cell.text) for cell in self.cells))

    @property
    def edges(self) -> list[int]:
        """The grid columns at which its cells begin, and where the last one ends."""
        edges = [self.before]
        for cell in self.cells:
            edges.append(edges[-1] + cell.span)
        return edges


def flatten(blocks: Sequence[Block]) -> str:
    """The text of a cell: its lines; a row of a table in it is one line, cells parted by bars."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Line):
            lines.append(block.text)
        else:
            lines += (" | ".join(t for c in row.cells if (t := " ".join(c.text.split()))) for row in block.rows)
    return "\n".join(line for line in lines if line.strip())


def divide(rows: Sequence[FoundRow], widths: Sequence[int]) -> list[list[FoundRow]]:
    """The tables that are stored as one, each over columns that are really there.

    Args:
        widths: of the grid's columns in twentieths of a point, as far as the file tells them.
    """
    rows = _align(rows, widths)
    begins = [0, *_find_breaks(rows), len(rows)]
    if len(begins) == 2:
        return [rows]
    return [_align(rows[begin:end], ()) for begin, end in pairwise(begins)]


def _find_breaks(rows: Sequence[FoundRow]) -> list[int]:
    """Rows that begin a table of their own: no inner edge goes on there, nor does any number of cells."""
    reach: dict[tuple[str, int], tuple[int, int]] = {}
    for place, row in enumerate(rows):
        if len(row.cells) > 1:
            for mark in (("cells", len(row.cells)), *(("edge", edge) for edge in row.edges[1:-1])):
                reach[mark] = (reach.get(mark, (place, place))[0], place)
    crossing = Counter(first + 1 for first, _ in reach.values())
    crossing.subtract(last + 1 for _, last in reach.values())
    breaks, open_marks, seen = [], 0, False
    for place, row in enumerate(rows):
        open_marks += crossing[place]
        begins = len(row.cells) > 1 and not any(cell.merged_above for cell in row.cells)
        if seen and begins and open_marks == 0:
            breaks.append(place)
        seen = seen or len(row.cells) > 1
    return breaks


def _align(rows: Sequence[FoundRow], widths: Sequence[int]) -> list[FoundRow]:
    """Rows over those columns only at which some cell begins or ends, near ones taken together."""
    used = sorted({0, *(edge for row in rows for edge in (*row.edges, row.edges[-1] + row.after))})
    columns = _number(used, widths, _APART)
    if any(columns[a] == columns[b] for row in rows for a, b in pairwise(row.edges)):
        columns = _number(used, (), 0)
    return [_renumber(row, columns) for row in rows]


def _number(used: Sequence[int], widths: Sequence[int], apart: int) -> dict[int, int]:
    """The column of each edge; a new one begins where an edge stands apart from the first of the one before."""
    places = [0]
    for column in range(used[-1]):
        places.append(places[-1] + (widths[column] if used[-1] <= len(widths) else _WIDTH))
    columns: dict[int, int] = {}
    first, column = used[0], 0
    for edge in used:
        if places[edge] - places[first] > apart:
            first, column = edge, column + 1
        columns[edge] = column
    return columns


def _renumber(row: FoundRow, columns: dict[int, int]) -> FoundRow:
    edges = row.edges
    spans = [columns[right] - columns[left] for left, right in pairwise(edges)]
    return replace(
        row,
        cells=tuple(replace(cell, span=span) for cell, span in zip(row.cells, spans, strict=True)),
        before=columns[edges[0]],
        after=columns[edges[-1] + row.after] - columns[edges[-1]],
    )
