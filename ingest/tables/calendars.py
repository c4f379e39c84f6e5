"""Tables with months, quarters or offices across: the columns with a mark are when a row is due, or whose it is.

TT | Nội dung      | Tháng 1 | Tháng 2 | Tháng 3          TT | Nội dung     | Sở Y tế | Sở Nội vụ
1  | Kiểm tra ...  |    x    |         |    x             1  | Báo cáo ...  |    x    |     x
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.documents import Cell
from ingest.tables.cells import CellJudge, CellKind
from ingest.tables.grid import Grid, GridRow
from ingest.tables.words import prior
from knowledge.text import fold

_MONTH = re.compile(r"^(?:thang|thg?\.?|t\.?)\s*(\d{1,2})((?:\s*[/.-]\s*\d{4})?)$")
_BARE = re.compile(r"^0?(\d{1,2})$")
_QUARTER = re.compile(r"^(?:quy|q\.?)\s*(i{1,3}|iv|[1-4])\b")
_LEAST = 2
"""Columns with marks; one alone is a column like others."""
_MARKS = {CellKind.MARK, CellKind.BLANK}


def fold_calendar(grid: Grid, judge: CellJudge) -> Grid:
    """`grid` with such columns put together into one of deadlines and one of offices."""
    names = grid.header.names
    columns = [grid.column(i) for i in range(len(names))]
    marked = [i for i, texts in enumerate(columns) if all(judge.kind(text) in _MARKS for text in texts)]
    for reader, heading in ((_period, "Thời gian"), (lambda name, _: _office(name, judge), "Chủ trì")):
        told = {i: text for i in marked if (text := reader(names[i], grid.header.above[i]))}
        if len(told) >= _LEAST:
            return _folded(grid, told, heading, judge)
    return grid


def _period(name: str, above: str) -> str:
    """The period that a column stands for, as a phrase; empty where it stands for none."""
    folded = fold(name)
    month = _MONTH.match(folded)
    bare = _BARE.match(folded) if "thang" in fold(above) else None
    found = month or bare
    if found and 1 <= int(found[1]) <= 12:
        return f"Tháng {int(found[1])}{month[2] if month else ''}"
    return name if _QUARTER.match(folded) else ""


def _office(name: str, judge: CellJudge) -> str:
    return name if judge.is_office(name) and not any(w > 0 for w in prior(name).values()) else ""


def _folded(grid: Grid, told: dict[int, str], heading: str, judge: CellJudge) -> Grid:
    kept = [i for i in range(grid.width) if i not in told]

    def pick(values: Sequence[str], more: str) -> tuple[str, ...]:
        return (*(values[i] for i in kept), more)

    header = replace(grid.header, names=pick(grid.header.names, heading), above=pick(grid.header.above, ""))
    rows = [_folded_row(row, kept, told, lambda text: judge.kind(text) is CellKind.MARK) for row in grid.rows]
    return Grid(header, len(kept) + 1, grid.sheet, rows, grid.tables)


def _folded_row(row: GridRow, kept: Sequence[int], told: dict[int, str], is_mark: Callable[[str], bool]) -> GridRow:
    said = "; ".join(text for i, text in told.items() if is_mark(row.cells[i].text))
    return replace(row, cells=(*(row.cells[i] for i in kept), Cell(said)), given=max(0, row.given - len(told) + 1))
