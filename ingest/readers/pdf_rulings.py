"""Ruled tables of a page: from drawn lines to a grid of cells, and which text stands in which cell.

Used for text pages, where rulings are drawn, and for scanned ones, where they are found in the picture.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

from ingest.documents import Box

_RULE = 3.0
"""Points: a filled rectangle as thin as this is a rule; a broader one is a background of text."""
_MAX_EDGES = 5_000
"""A page with more rules than this is a drawing; looking for tables in it takes minutes."""
_TOLERANCE = 3.0
"""Points that rules which belong together may lie apart."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A drawn path: "line", "rect" or "curve" (a polygon or a curve) with its corner points."""

    kind: str
    box: Box
    points: Sequence[Point]
    stroked: bool
    filled: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A straight rule, across the page or down it."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def level(self) -> bool:
        return self.x1 - self.x0 >= self.bottom - self.top


def edges_of(rulings: Sequence[Ruling]) -> list[Edge]:
    """The rules that drawn paths make. A shaded or white background behind text is none."""
    return [edge for ruling in rulings for edge in _edges(ruling)]


def _edges(ruling: Ruling) -> Iterator[Edge]:
    x0, top, x1, bottom = ruling.box
    if min(x1 - x0, bottom - top) <= _RULE:
        if x1 - x0 >= bottom - top:
            yield Edge(x0, (top + bottom) / 2, x1, (top + bottom) / 2)
        else:
            yield Edge((x0 + x1) / 2, top, (x0 + x1) / 2, bottom)
    elif ruling.stroked:
        points = [*ruling.points, ruling.points[0]] if ruling.kind == "rect" and ruling.points else ruling.points
        for (ax, ay), (bx, by) in pairwise(points):
            if abs(ax - bx) < 0.5 or abs(ay - by) < 0.5:  # slanted strokes rule nothing
                yield Edge(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


class Placed(Protocol):
    """Anything printed at a place."""

    @property
    def middle(self) -> Point:
        """Its middle: from the left, from the top."""


Mark = TypeVar("Mark", bound=Placed)


def find_grids(edges: Sequence[Edge], marks: Sequence[Mark]) -> list[Grid[Mark]]:
    """Tables among rules, with the marks that stand in each.

    A frame round some lines, a row of boxes in one column and a grid without text are no tables.
    """
    if not 0 < len(edges) < _MAX_EDGES:
        return []
    grids: list[Grid[Mark]] = [Grid(cells) for cells in cells_of(edges)]
    for mark in marks:
        any(grid.take(mark) for grid in grids)
    return [grid for grid in grids if grid.is_table()]


def cells_of(edges: Sequence[Edge]) -> list[list[Box]]:
    """Groups of cells, each enclosed by rules on all four sides."""
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

    ruled = [
        {
            "x0": edge.x0, "x1": edge.x1, "top": edge.top, "bottom": edge.bottom,
            "width": edge.x1 - edge.x0, "height": edge.bottom - edge.top,
            "orientation": "h" if edge.level else "v", "object_type": "line",
        }
        for edge in edges
        if max(edge.x1 - edge.x0, edge.bottom - edge.top) >= 1
    ]  # fmt: skip
    merged = merge_edges(ruled, _TOLERANCE, _TOLERANCE, _TOLERANCE, _TOLERANCE)
    long = [edge for edge in merged if max(edge["x1"] - edge["x0"], edge["bottom"] - edge["top"]) >= _TOLERANCE]
    tables: list[list[Box]] = cells_to_tables(
        intersections_to_cells(edges_to_intersections(long, _TOLERANCE, _TOLERANCE))
    )
    return tables


class Grid(Generic[Mark]):
    """The cells of a ruled table and what stands in each."""

    def __init__(self, cells: Sequence[Box]) -> None:
        self._cells = cells
        self._lefts = sorted({cell[0] for cell in cells})
        self._tops = sorted({cell[1] for cell in cells})
        self.box: Box = (
            self._lefts[0],
            self._tops[0],
            max(cell[2] for cell in cells),
            max(cell[3] for cell in cells),
        )
        self._owner: dict[tuple[int, int], int] = {}
        self._starts: dict[int, tuple[int, int]] = {}
        self.marks: list[list[Mark]] = [[] for _ in cells]
        for index, cell in enumerate(cells):
            self._cover(index, cell)

    def _cover(self, index: int, cell: Box) -> None:
        """Note which grid places the cell lies over: more than one when it is merged."""
        rows = [r for r, top in enumerate(self._tops) if cell[1] <= top < cell[3] - 0.5]
        columns = [c for c, left in enumerate(self._lefts) if cell[0] <= left < cell[2] - 0.5]
        self._starts[index] = (rows[0], columns[0])
        for row in rows:
            for column in columns:
                self._owner.setdefault((row, column), index)

    def owner(self, place: Point) -> int | None:
        """Which cell a place lies in."""
        x, y = place
        left, top, right, bottom = self.box
        if not (left <= x <= right and top <= y <= bottom):
            return None
        return self._owner.get((bisect_right(self._tops, y) - 1, bisect_right(self._lefts, x) - 1))

    def take(self, mark: Mark) -> bool:
        """Keep `mark` when it stands in the table."""
        owner = self.owner(mark.middle)
        if owner is not None:
            self.marks[owner].append(mark)
        return owner is not None

    def is_table(self) -> bool:
        """At least two columns, and text in two cells; of a row that a page break cut, one cell may go on."""
        filled = sum(bool(marks) for marks in self.marks)
        return len(self._lefts) > 1 and filled > (len(self._lefts) == 2)

    def rows(self) -> Iterator[list[tuple[int | None, bool, bool]]]:
        """For each row its cells: the owner's index, covered from above, covered from the left."""
        for row in range(len(self._tops)):
            cells: list[tuple[int | None, bool, bool]] = []
            for column in range(len(self._lefts)):
                owner = self._owner.get((row, column))
                if owner is None:
                    cells.append((None, False, False))
                    continue
                first_row, first_column = self._starts[owner]
                above, left = row > first_row, column > first_column
                cells.append((owner, above, left))
            yield cells

    def cell_box(self, index: int) -> Box:
        return self._cells[index]

    @property
    def cells(self) -> Sequence[Box]:
        return self._cells
