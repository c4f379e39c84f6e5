"""Writes the yearly plan as .pdf: its table runs over pages, and a row that does not fit goes on overleaf.

A word processor cuts such a row between two lines: the rest of every cell stands on
the next page, under the repeated header, and a merged cell goes on as a merged cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.utils import simpleSplit

from tests.pdfs import PAGE_HEIGHT, PAGE_WIDTH, Box, Grid, Pager, Text, write_pdf
from tests.pdfs import TableRow as GridRow
from tests.samples.content import UP, Para, Section, Style
from tests.samples.papers import TaskTable

_WIDTHS = (28.0, 88.0, 90.0, 84.0, 64.0, 66.0, 63.0)
_SIZE = 8.0
_LEADING = _SIZE * 1.25
_PADDING = 6.0
"""Above and below the text of a cell, together; as much stands left and right of it."""
_FOOT = 60.0
"""Free space below the table."""
_FEWEST = 1
"""Lines of a row that may stand alone at the foot of a page."""


@dataclass
class _Row:
    """A row as it is printed; a cell is its lines, or None where it is merged with the one above."""

    cells: list[list[str] | None]
    lines: int
    section: Section | None = None

    @property
    def height(self) -> float:
        return self.lines * _LEADING + _PADDING


def write_plan_pdf(path: Path, text: tuple[Para, ...], appendix: tuple[str, ...], table: TaskTable) -> None:
    """Write the plan to `path`; the same content gives the same bytes."""
    pager = Pager()
    for para in text:
        bold = para.style in {Style.TITLE, Style.HEADING, Style.SUBHEADING}
        centred = para.style in {Style.CENTRE, Style.TITLE}
        pager.line(para.text, indent=260 if para.style is Style.RIGHT else 0, bold=bold, centred=centred)
    pager.break_page()
    for line in appendix:
        pager.line(line, bold=True, centred=True)
    _print_table(pager, table)
    for number, page in enumerate(pager.pages[1:], 2):
        page.insert(0, Text(PAGE_WIDTH / 2, 36, str(number)))
    write_pdf(path, pager.pages)


def _print_table(pager: Pager, table: TaskTable) -> None:
    head: list[GridRow] = [
        [Box(name, bold=True) for name in table.header],
        ["", *(str(n) for n in range(1, len(table.header)))],
    ]
    todo = _rows(table)
    while todo:
        pager.y += _SIZE
        taken = _take(todo, PAGE_HEIGHT - _FOOT - pager.y - 3 * _LEADING - 2 * _PADDING)
        rows = [*head, *_boxes(taken, todo)]
        pager.pages[-1].append(Grid(pager.margin, pager.y, _WIDTHS, rows, _SIZE))
        if todo:
            pager.break_page()


def _rows(table: TaskTable) -> list[_Row]:
    rows: list[_Row] = []
    for row in table.rows:
        if isinstance(row, Section):
            rows.append(_Row([[""] for _ in _WIDTHS], 1, row))
            continue
        texts = [getattr(row, name) for name in table.fields]
        rows.append(_Row([None if t == UP else _wrapped(t, w) for t, w in zip(texts, _WIDTHS, strict=True)], 1))
    for at, line in enumerate(rows):
        below = rows[at + 1].cells if at + 1 < len(rows) else [[""] for _ in _WIDTHS]
        alone = [len(c) for c, b in zip(line.cells, below, strict=True) if c is not None and b is not None]
        line.lines = max([1, *alone])
    for column in range(len(_WIDTHS)):
        _stretch(rows, column)
    return rows


def _wrapped(text: str, width: float) -> list[str]:
    # The running text that stands above has registered the font.
    return list(simpleSplit(text, "DejaVuSans", _SIZE, width - 2 * _PADDING - 0.5))


def _stretch(rows: list[_Row], column: int) -> None:
    """Give a merged cell's last row the lines that its text needs more than its rows have."""
    for start, end in _spans(rows, column):
        lines = rows[start].cells[column] or []
        room = sum(row.height for row in rows[start:end]) - _PADDING
        while room < len(lines) * _LEADING:
            rows[end - 1].lines += 1
            room += _LEADING


def _spans(rows: list[_Row], column: int) -> list[tuple[int, int]]:
    """First row and row behind the last of every cell of a column."""
    starts = [at for at, row in enumerate(rows) if row.cells[column] is not None or at == 0]
    return list(zip(starts, [*starts[1:], len(rows)], strict=True))


def _take(todo: list[_Row], room: float) -> list[_Row]:
    """Take the rows that fit into `room` points off `todo`, the last one cut if need be."""
    taken: list[_Row] = []
    while todo and todo[0].height <= room:
        taken.append(todo.pop(0))
        room -= taken[-1].height
    fitting = int((room - _PADDING) // _LEADING)
    if todo and todo[0].section is None and _FEWEST <= fitting <= todo[0].lines - _FEWEST:
        whole = todo[0]
        taken.append(_Row(whole.cells, fitting))
        todo[0] = _Row([[] for _ in whole.cells], whole.lines - fitting)
    if taken and taken[-1].section is not None and todo:
        todo.insert(0, taken.pop())  # no section's name alone at the foot
    return taken


def _boxes(taken: list[_Row], todo: list[_Row]) -> list[GridRow]:
    """The grid's rows; what a cell has no room for goes to the first row of `todo`."""
    grid: list[list[str | Box | None]] = [[None] * len(_WIDTHS) for _ in taken]
    for column in range(len(_WIDTHS)):
        for start, end in _spans(taken, column):
            lines = taken[start].cells[column] or []
            room = int((sum(row.height for row in taken[start:end]) - _PADDING) // _LEADING)
            grid[start][column] = Box("\n".join(lines[:room]), rows=end - start)
            if end == len(taken) and todo and (lines[room:] or todo[0].cells[column] is None):
                todo[0].cells[column] = lines[room:]
    for at, row in enumerate(taken):
        if row.section is not None:
            grid[at] = _section(row.section)
    return list(grid)


def _section(section: Section) -> list[str | Box | None]:
    columns = len(_WIDTHS)
    if section.whole:
        return [Box(f"{section.label}. {section.name}", columns=columns, bold=True), *[None] * (columns - 1)]
    name = Box(section.name, columns=columns - 1, bold=True)
    return [Box(section.label, bold=True), name, *[None] * (columns - 2)]
