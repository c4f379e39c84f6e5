"""Tables of a Word file: rows as the reader found them -> lines and tables as a person sees them.

A table may hold tables. Where it only frames them it is opened, and they stand for themselves;
where it is a table of its own, what a cell holds stays that cell's text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ingest.documents import Block, Cell, Row, Table
from ingest.readers.word_grid import FoundCell, FoundRow, divide


def arrange(rows: Sequence[FoundRow], widths: Sequence[int]) -> Iterator[Block]:
    """The blocks that a table stands for, in reading order; `widths` as `divide` takes them."""
    for part in divide(_without_struck(rows), widths):
        yield from _arrange_part(part)


def _arrange_part(rows: Sequence[FoundRow]) -> Iterator[Block]:
    only_frames = all(len(row.cells) == 1 for row in rows) and any(_is_frame(row, rows) for row in rows)
    for frame, group in groupby(rows, lambda row: only_frames or _is_frame(row, rows)):
        if frame:
            blocks = (block for row in group for cell in row.cells for block in cell.blocks)
            yield from (block for block in blocks if _says_something(block))
        else:
            made = tuple(map(_make_row, group))
            yield Table(made, page=made[0].page)


def _says_something(block: Block) -> bool:
    return isinstance(block, Table) or bool(block.text.strip())


def _without_struck(rows: Sequence[FoundRow]) -> list[FoundRow]:
    """Rows in force. A merge that began in a row that is gone has no text any more."""
    if not any(row.struck for row in rows):
        return list(rows)
    kept: list[FoundRow] = []
    gone: set[int] = set()
    for row in rows:
        if row.struck:
            gone |= set(row.edges[:-1])
            continue
        cells = zip(row.cells, row.edges, strict=False)
        row = replace(row, cells=tuple(_cut_off(cell) if column in gone else cell for cell, column in cells))
        gone = set()
        kept.append(row)
    return kept


def _cut_off(cell: FoundCell) -> FoundCell:
    return replace(cell, merged_above=False, blocks=()) if cell.merged_above else cell


def _is_frame(row: FoundRow, rows: Sequence[FoundRow]) -> bool:
    """The row only sets something out on the page: a frame round a table, or tables side by side.

    A table with columns of its own has more than one row of cells with text, so what stands in one
    of them belongs to it, however wide: unless the whole row is that one cell, or every cell of the
    row is a table.
    """
    filled = [cell for cell in row.cells if cell.text.strip() or cell.merged_above]
    inner = [cell for cell in filled if any(_is_grid(block) for block in cell.blocks)]
    if not inner:
        return False
    if len(row.cells) == 1 or len(inner) == len(filled) > 1:
        return True
    alone = len(rows) == 1 or max(len(other.cells) for other in rows) == 1
    return alone or (len(filled) == 1 and all(_blank_beside(other, row) for other in rows))


def _blank_beside(other: FoundRow, row: FoundRow) -> bool:
    """`other` has text in one cell at most: the table's further columns are margins."""
    return sum(1 for cell in other.cells if cell.text.strip() or cell.merged_above) <= 1 or other is row


def _is_grid(block: Block) -> bool:
    """A table with columns and rows of its own, more than two things side by side."""
    return isinstance(block, Table) and len(block.rows) > 1 and max(len(row.cells) for row in block.rows) > 1


def _make_row(row: FoundRow) -> Row:
    cells = [Cell("")] * row.before
    for cell in row.cells:
        cells.append(Cell(cell.text, merged_above=cell.merged_above, merged_left=cell.merged_left))
        cells += [Cell("", merged_above=cell.merged_above, merged_left=True)] * (cell.span - 1)
    cells += [Cell("")] * row.after
    pages = (block.page for cell in row.cells for block in cell.blocks if block.page is not None)
    return Row(tuple(cells), page=next(pages, None), number=row.number)
