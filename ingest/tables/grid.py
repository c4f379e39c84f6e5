"""One printed table as a grid: the pieces that pages cut it into, its header, and the rows below, all of one width.

A header has one to three rows. Where the file tells which cells are merged, the spans tell
which rows belong to it; where a converter lost them, its words do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.documents import Cell, Row, Table
from ingest.tables.cells import CellJudge, CellKind
from ingest.tables.words import speaks
from knowledge.text import Folded, fold, squeeze

_SERIAL = re.compile(r"^\(?(\d{1,2})\)?\.?$")
_TOTAL = re.compile(r"^(?:tong(?: cong| so)?|cong)\s*:?$")
_LONGEST_NAME = 90
"""Characters of a header cell; longer ones are what stands below."""
_TITLES_MOST = 8
"""Rows of letterhead and title that a sheet may have above its header."""
_DEPTH_MOST = 3
_BELOW = 12
"""Rows below that a header without known words is told by."""
_TELLING_KINDS = {CellKind.DEADLINE, CellKind.AMOUNT, CellKind.CLOCK, CellKind.SERIAL, CellKind.OFFICE}


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns.

    Attributes:
        names: what is printed lowest above each column.
        above: what the header rows above that say, for several columns at once.
        first: position of the first header row; rows above it are titles.
        depth: how many rows it takes; 0 where a table has none.
        known: its words speak for roles; else it was told by standing above other kinds of cells.
    """

    names: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    first: int = 0
    depth: int = 0
    known: bool = True

    @property
    def words(self) -> frozenset[Folded]:
        """All that is printed in it."""
        return frozenset(fold(text) for text in (*self.names, *self.above) if text)


NO_HEADER = Header()


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row below the header; `given` cells of it stand in the file, the others were never printed."""

    cells: tuple[Cell, ...]
    given: int
    page: int | None = None
    number: int | None = None
    after_break: bool = False
    taken: frozenset[int] = frozenset()
    """Places whose text a converter dropped; it stands in the row above."""

    @property
    def texts(self) -> list[str]:
        """What its cells say, blank ones left out."""
        return [squeeze(c.text) for c in self.cells if c.text.strip()]


@dataclass(slots=True)
class Grid:
    """A table made whole.

    Attributes:
        tables: the pieces it was made from.
    """

    header: Header
    width: int
    sheet: str | None = None
    rows: list[GridRow] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def column(self, at: int) -> list[str]:
        """The texts of a column: of whole rows; none where most rows were left short, as cells are then moved."""
        plain = [row for row in self.rows if not _is_across(row)]
        whole = [row for row in plain if row.given >= self.width]
        return [row.cells[at].text for row in whole] if len(whole) * 2 >= len(plain) else []

    def take(self, table: Table, first: int) -> None:
        """Adds the rows of a piece from `first` on, without those that only repeat or count the columns."""
        breaks = bool(self.rows)
        self.tables.append(table)
        for row in table.rows[first:]:
            if not any(c.text.strip() for c in row.cells) or self._only_helps(row):
                continue
            cells = _trimmed(row.cells, self.width)
            padded = (*cells, *(Cell(""),) * (self.width - len(cells)))
            self.rows.append(GridRow(padded, len(row.cells), row.page, row.number, breaks))
            breaks = False

    def _only_helps(self, row: Row) -> bool:
        return repeats(row, self.header) or is_column_numbers(row) or is_total(row)


def join(tables: Sequence[Table], judge: CellJudge) -> list[Grid]:
    """Grids of tables that follow one another with no text between: pieces of one table are put together."""
    grids: list[Grid] = []
    for table in tables:
        header = find_header(table.rows, judge)
        last = grids[-1] if grids else None
        if last is not None and _continues(table, header, last):
            last.take(table, header.first + header.depth if header.known else 0)
            continue
        width = max(len(header.names), _usual_width(table)) if header.depth else _usual_width(table)
        grids.append(Grid(_padded(header, width), width, table.sheet))
        grids[-1].take(table, header.first + header.depth)
    return grids


def find_header(rows: Sequence[Row], judge: CellJudge) -> Header:
    """The header among the first rows; `NO_HEADER` where the table has none."""
    for first, row in enumerate(rows[:_TITLES_MOST]):
        if _is_named(row):
            return _header(rows, first)
    first = next((i for i, row in enumerate(rows[:_TITLES_MOST]) if len(_distinct(row)) >= 3), 0)
    if _stands_out(rows, first, judge):
        return replace(_header(rows, first, depth=1), known=False)
    return NO_HEADER


def repeats(row: Row, header: Header) -> bool:
    """Whether `row` is the header again, as printed at the top of a new page."""
    names = [fold(c.text) for c in row.cells if c.text.strip()]
    words = header.words
    shared = sum(1 for name in names if name in words)
    return shared >= 2 and shared >= len(names) - 1


def is_column_numbers(row: Row) -> bool:
    """Whether `row` only counts the columns: 1 2 3, (1) (2) (3)."""
    texts = [c.text.strip() for c in row.cells if c.text.strip()]
    found = [_SERIAL.match(t) for t in texts]
    numbers = [int(m[1]) for m in found if m]
    letters = sum(1 for t in texts if t in {"A", "B", "C"})
    return len(numbers) + letters == len(texts) >= 3 and numbers == sorted(numbers)


def is_total(row: Row) -> bool:
    """Whether `row` only adds up the rows above it."""
    words = [fold(c.text) for c in row.cells if any(sign.isalpha() for sign in c.text)]
    return len(words) == 1 and bool(_TOTAL.match(words[0]))


def _continues(table: Table, header: Header, last: Grid) -> bool:
    if table.sheet != last.sheet:
        return False
    if header.depth and header.known:
        return [fold(n) for n in header.names if n] == [fold(n) for n in last.header.names if n]
    return _usual_width(table) == last.width


def _usual_width(table: Table) -> int:
    """The width that most rows have, trailing columns without any text left out."""
    used = max((len(_trimmed(r.cells, 0)) for r in table.rows), default=0)
    lengths = [min(len(r.cells), used) for r in table.rows]
    return max(set(lengths), key=lambda n: (lengths.count(n), n)) if lengths else 0


def _padded(header: Header, width: int) -> Header:
    blank = ("",) * (width - len(header.names))
    return replace(header, names=(*header.names, *blank)[:width], above=(*header.above, *blank)[:width])


def _trimmed(cells: Sequence[Cell], width: int) -> tuple[Cell, ...]:
    """Cells without blank ones at the end that go beyond `width`."""
    end = len(cells)
    while end > width and not cells[end - 1].text.strip() and not (width == 0 and cells[end - 1].merged_left):
        end -= 1
    return tuple(cells[:end])


def _is_across(row: GridRow) -> bool:
    """Whether the row is one cell merged over the others."""
    return len(row.cells) > 2 and sum(1 for c in row.cells if c.text.strip()) == 1


def _distinct(row: Row) -> list[str]:
    return list(dict.fromkeys(squeeze(c.text) for c in row.cells if c.text.strip()))


def _is_named(row: Row) -> bool:
    """Whether the words of a row name columns: two of them or more, and at least half."""
    texts = _distinct(row)
    if any(len(t) > _LONGEST_NAME for t in texts) or not texts or _SERIAL.match(texts[0]):
        return False
    told = sum(1 for t in texts if speaks(t))
    return told >= 2 and told * 2 >= len(texts)


def _stands_out(rows: Sequence[Row], first: int, judge: CellJudge) -> bool:
    """Whether short words stand above columns of offices, days or numbers, and are mostly none themselves."""
    row, below = rows[first], rows[first + 1 : first + 1 + _BELOW]
    texts = [c.text.strip() for c in row.cells]
    if len(_distinct(row)) < 3:
        return False
    told = [_is_unlike(text, at, below, judge) for at, text in enumerate(texts) if text]
    return told.count(True) >= 2 * told.count(False) and told.count(True) >= 1


def _is_unlike(text: str, at: int, below: Sequence[Row], judge: CellJudge) -> bool | None:
    """Whether `text` is of another kind than the cells below it; None where these are of no kind that tells."""
    kinds = [judge.kind(r.cells[at].text) for r in below if at < len(r.cells) and r.cells[at].text.strip()]
    alike = [kind for kind in kinds if kind in _TELLING_KINDS]
    if len(alike) * 2 <= len(kinds):
        return None
    return judge.kind(text) not in alike


def _header(rows: Sequence[Row], first: int, depth: int = _DEPTH_MOST) -> Header:
    end = first + 1
    while end < min(len(rows), first + depth) and _is_second(rows[end]):
        end += 1
    levels = list(_levels(rows[first:end]))
    names, above = [], []
    for parts in zip(*levels, strict=True):
        told = list(dict.fromkeys(p for p in parts if p))
        names.append(told[-1] if told else "")
        above.append(" ".join(told[:-1]))
    return Header(tuple(names), tuple(above), first, end - first)


def _levels(rows: Sequence[Row]) -> Iterator[list[str]]:
    """The texts of header rows, each cell's over all the columns that it spans."""
    width = max(len(_trimmed(r.cells, 0)) for r in rows)
    for row in rows:
        level: list[str] = []
        for at in range(width):
            cell = row.cells[at] if at < len(row.cells) else Cell("")
            level.append(level[-1] if cell.merged_left and level else squeeze(cell.text))
        yield level


def _is_second(lower: Row) -> bool:
    """Whether `lower` splits headings of the row above it."""
    if any(c.merged_above for c in lower.cells):
        return True
    if is_column_numbers(lower):
        return False
    texts = [c.text.strip() for c in lower.cells]
    written = [t for t in texts if t]
    first_blank = not texts[0]
    return first_blank and len(written) >= 2 and all(map(speaks, written))
