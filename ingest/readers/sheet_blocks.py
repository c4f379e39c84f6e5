"""Several tables on one sheet: where a blank row parts two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.documents import Row
from knowledge.text import fold

_TITLE_ROWS = 3
"""Rows with a single text that may stand between a gap and a header: title, subject, unit of measure."""
_LEAST_COLUMNS = 3
"""Texts of a header; two cells side by side are as often a label and its value."""
_NUMBER_HEADS = {"tt", "stt", "so tt", "so thu tu"}
"""Heads of the column that counts the rows."""


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row and whether all of its texts are bold."""

    row: Row
    bold: bool

    @property
    def texts(self) -> list[str]:
        return [cell.text for cell in self.row.cells if cell.text]


def split_blocks(rows: Sequence[PrintedRow]) -> list[list[PrintedRow]]:
    """Parts the rows where a blank row is followed by a header, with titles above it at most.

    Blank rows also part sections and pages of one table, and a table cut in two would lose its header;
    so without a header right after the gap the rows stay together.
    """
    blocks: list[list[PrintedRow]] = [[]]
    for place, row in enumerate(rows):
        if blocks[-1] and _after_gap(rows, place) and _begins_table(rows[place:], blocks[-1]):
            blocks.append([])
        blocks[-1].append(row)
    full = [_without_blank_end(block) for block in blocks]
    return [block for block in full if block]


def _after_gap(rows: Sequence[PrintedRow], place: int) -> bool:
    number, above = rows[place].row.number or 0, rows[place - 1]
    return bool(rows[place].texts) and (not _in_use(above) or number > (above.row.number or 0) + 1)


def _in_use(row: PrintedRow) -> bool:
    return bool(row.texts) or any(cell.merged_above for cell in row.row.cells)


def _begins_table(rows: Sequence[PrintedRow], above: Sequence[PrintedRow]) -> bool:
    if all(len(row.texts) < _LEAST_COLUMNS for row in above):
        return False  # only titles so far: they belong to this table
    for place, row in enumerate(rows[: _TITLE_ROWS + 1]):
        if len(row.texts) >= _LEAST_COLUMNS:
            return _is_header(row, rows[place + 1 :], above)
        if len(row.texts) != 1:
            return False
    return False


def _is_header(row: PrintedRow, below: Sequence[PrintedRow], above: Sequence[PrintedRow]) -> bool:
    """Words only, and one of: it counts rows in its first column, it stands out in bold, it was printed before."""
    if any(letter.isdigit() for text in row.texts for letter in text):
        return False
    heads = [fold(text) for text in row.texts]
    if heads[0] in _NUMBER_HEADS:
        return True
    stands_out = row.bold and any(not other.bold for other in below if other.texts)
    return stands_out or any(heads == [fold(text) for text in other.texts] for other in above)


def _without_blank_end(block: list[PrintedRow]) -> list[PrintedRow]:
    while block and not _in_use(block[-1]):
        block = block[:-1]
    return block
