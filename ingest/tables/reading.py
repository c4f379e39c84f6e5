"""All tables of a paper: which hold tasks, their candidates, and what an administrator should look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.candidates import ROLE_NAMES, Candidate, Role, Stated, Whence
from ingest.context import Context
from ingest.documents import Block, Line, Row, Table
from ingest.layout.outline import Node, Outline, heading_over
from ingest.layout.paragraphs import Paragraph
from ingest.statements.headings import assigned_over
from ingest.statements.subjects import read_subject
from ingest.tables.calendars import fold_calendar
from ingest.tables.cells import CellJudge, CellKind
from ingest.tables.columns import Columns, read_columns
from ingest.tables.grid import Grid, GridRow, find_header, join
from ingest.tables.realign import realign
from ingest.tables.rows import LogicalRow, whole_rows
from ingest.tables.table_kind import WIDEST, TableKind, holds_figures, kind_of
from ingest.tables.task_rows import Surroundings, TaskTable, candidates_of, day_in
from ingest.tables.unit_calendars import read_unit_calendar
from knowledge.records import Doubt
from knowledge.text import cut, squeeze

_POINTS_BELOW = re.compile(r":\s*$|(?:như sau|sau đây|dưới đây|bảng sau|biểu sau)\s*[.:]?\s*$", re.IGNORECASE)
_MOST = 0.5
"""Share of hours from which on a column of times is one of a timetable."""
_NO_HEADER = Row(())
"""Stands above rows whose cells are not under their columns, so that none is called by a wrong name."""


@dataclass(slots=True)
class TablesRead:
    """What the tables of a paper give.

    Attributes:
        tables: how many of them hold tasks.
        others: tables without tasks, and rows that could not be read as such, with the headings above them.
        figures: how many of the others list targets and figures.
        used: `id` of nodes and paragraphs that only say whose the table below is.
        filled, dropped: sentences for the report.
    """

    candidates: list[Candidate] = field(default_factory=list)
    tables: int = 0
    others: list[tuple[Table, tuple[str, ...]]] = field(default_factory=list)
    lost: list[tuple[Table, tuple[str, ...]]] = field(default_factory=list)
    figures: int = 0
    used: set[int] = field(default_factory=set)
    filled: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def split_titles(blocks: Sequence[Block], context: Context) -> Iterator[Block]:
    """Rows above a table's header (letterhead and title in a sheet) as lines of their own."""
    judge = CellJudge(context)
    for block in blocks:
        first = find_header(block.rows, judge).first if isinstance(block, Table) else 0
        if isinstance(block, Table) and first:
            for row in block.rows[:first]:
                text = squeeze(" ".join(c.text for c in row.cells if not c.merged_left))
                yield Line(text, page=row.page, paragraph=row.number, whole=True)
            block = replace(block, rows=block.rows[first:])
        yield block


def read_tables(outline: Outline, context: Context) -> TablesRead:
    """Reads every table of the paper."""
    done = TablesRead()
    judge = CellJudge(context)
    for place, tables in _table_runs(outline):
        for grid in join(tables, judge):
            _Table(grid, place, done, judge).read()
    return done


def _table_runs(outline: Outline) -> Iterator[tuple[_Place, list[Table]]]:
    """Tables that follow one another with no text between, and where they stand."""
    for node in outline.root.walk():
        run: list[Table] = []
        above: Node | Paragraph | None = node
        for item in (*node.items, None):
            if isinstance(item, Table):
                run.append(item)
                continue
            if run:
                yield _Place(outline, node, above), run
                run = []
            above = item if isinstance(item, Paragraph) else None


@dataclass(frozen=True, slots=True)
class _Place:
    outline: Outline
    node: Node
    above: Node | Paragraph | None
    """What stands just above: a paragraph, or the node itself."""

    @property
    def path(self) -> tuple[str, ...]:
        return self.node.full_path if self.node.paragraph else ()

    @property
    def line(self) -> str:
        """The text just above, without its label."""
        return self.above.text if self.above is not None else ""

    def sentences(self) -> Iterator[str]:
        """All texts of the paper."""
        for node in self.outline.nodes():
            yield from (node.text, *(paragraph.text for paragraph in node.body))


@dataclass(slots=True)
class _Table:
    grid: Grid
    place: _Place
    done: TablesRead
    judge: CellJudge

    def read(self) -> None:
        """Adds what the table gives."""
        grid = fold_calendar(self.grid, self.judge)
        if grid.width > WIDEST:
            self._leave(TableKind.OTHER)
            return
        columns = read_columns(grid, self.judge)
        kind = kind_of(grid, columns)
        units = read_unit_calendar(grid, columns, self.place.line, self.place.sentences(), self.judge.context)
        if units is not None:
            self._add(
                units.grid,
                units.columns,
                replace(self._with_lead(self._surroundings()), lead=units.lead, lead_for_all=True),
            )
        elif kind is TableKind.TASKS and not self._lacks_days(grid, columns):
            led = columns.at(Role.LEAD) is not None
            self._add(grid, columns, self._surroundings() if led else self._with_lead(self._surroundings()))
        else:
            self._leave(TableKind.UNSURE if kind is TableKind.TASKS else kind)

    def _lacks_days(self, grid: Grid, columns: Columns) -> bool:
        """Whether its times are hours of a day that nothing near it tells."""
        if columns.share(Role.DEADLINE, CellKind.CLOCK) < _MOST:
            return False
        above = self._surroundings().lines
        return day_in((*above, *(text for row in grid.rows for text in row.texts))) is None

    def _add(self, grid: Grid, columns: Columns, above: Surroundings) -> None:
        self.done.tables += 1
        rows = self._rows(grid, columns)
        table = TaskTable(columns, rows, grid, above)
        for row, candidate in zip(rows, candidates_of(table, self.judge), strict=True):
            if candidate is None:
                self.done.dropped.append(f"dòng {row.row}: không có nội dung nhiệm vụ")
            else:
                self.done.candidates.append(candidate)
        self._tell_filled(rows)
        if not grid.header.depth:
            self._doubt("Bảng không có dòng tiêu đề, các cột được hiểu theo nội dung các ô", grid.rows[0])

    def _leave(self, kind: TableKind) -> None:
        self.done.others.extend((table, self.place.path) for table in self.grid.tables)
        self.done.figures += holds_figures(self.grid)
        if kind is TableKind.UNSURE and self.grid.rows:
            self._doubt("Có thể là bảng nhiệm vụ nhưng chưa chắc, chỉ tra cứu được trong lời văn", self.grid.rows[0])

    def _rows(self, grid: Grid, columns: Columns) -> list[LogicalRow]:
        for row in grid.rows:
            if len(row.cells) > grid.width:
                self._doubt("Dòng có nhiều ô hơn tiêu đề, các ô thừa bị bỏ", row)
        laid = realign(grid, columns, self.judge)
        if laid.torn:
            self._doubt("Bảng bị vỡ khi chuyển đổi, các ô được xếp lại theo nội dung", grid.rows[0])
        for row in laid.lost:
            self._doubt(f"Không xếp lại được “{cut(' '.join(row.texts), 80)}”, chỉ tra cứu được trong lời văn", row)
        if laid.lost:
            rows = (Row(row.cells, row.page, row.number) for row in laid.lost)
            self.done.lost.append((Table((_NO_HEADER, *rows)), self.place.path))
        fitted = [replace(row, cells=row.cells[: grid.width]) for row in laid.rows]
        return whole_rows(fitted, columns, self.judge)

    def _surroundings(self) -> Surroundings:
        place = self.place
        return Surroundings(place.path, (place.line, *reversed(place.path)), section=heading_over(place.node))

    def _with_lead(self, above: Surroundings) -> Surroundings:
        """Who the table is given to where it has no column of offices: the sentence above, or a heading."""
        subject = read_subject(self.place.line, self.judge.context) if self.place.line else None
        if subject is not None:
            points = _POINTS_BELOW.search(self.place.line) is not None
            if points and not (isinstance(self.place.above, Node) and self.place.above.body):
                self.done.used.add(id(self.place.above))
            whence = Whence.HEADING if points else Whence.NEARBY
            return replace(above, lead=Stated(subject.offices, whence), coordinating=Stated(subject.helpers, whence))
        assigned = assigned_over(self.place.node, self.judge.context) if self.place.node.paragraph else None
        return replace(above, lead=Stated(assigned.offices, Whence.HEADING)) if assigned else above

    def _tell_filled(self, rows: Sequence[LogicalRow]) -> None:
        told = {Role.ACTIVITY, Role.PRODUCT, Role.LEAD, Role.COORDINATING, Role.DEADLINE}
        self.done.filled.extend(
            f"dòng {row.row}: {', '.join(ROLE_NAMES[r] for r in Role if r in row.filled)} lấy theo dòng trên"
            for row in rows
            if row.filled & told
        )

    def _doubt(self, what: str, row: GridRow) -> None:
        place = f"dòng {row.number}" if row.number else "một dòng"
        self.done.doubts.append(Doubt(what, f"{place}, trang {row.page}" if row.page else place))
