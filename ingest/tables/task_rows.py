"""Whole rows of a task table into candidates: what each field says, where that stands and how sure its column is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.candidates import NOTHING, ROLE_NAMES, SAYS_NOTHING, Candidate, Role, Stated, Whence
from ingest.tables.cells import CLOCK, CellJudge
from ingest.tables.columns import Columns
from ingest.tables.grid import Grid
from ingest.tables.offices import offices_of
from ingest.tables.rows import LogicalRow, one_line
from ingest.validate import SURE
from knowledge.records import CellDoubt, Origin, Source
from knowledge.text import fold

_DAY = re.compile(
    r"ngày\s+\d{1,2}(?:\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\s+tháng\s+\d{1,2}\s+năm\s+\d{4})", re.IGNORECASE
)

_DOUBTED = (Role.LEAD, Role.COORDINATING, Role.DEADLINE, Role.PRODUCT)
_UNIT_OF_TIME = re.compile(r"(?:tháng|quý|năm)(?!\w)", re.IGNORECASE)
_BARE = re.compile(r"^(?:\d{1,2}|[IV]{1,3}|\d{4})(?:\s*/\s*\d{4})?$")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands above a table and may speak for all of its rows.

    Attributes:
        path: headings from the outermost in.
        lines: texts above it, the nearest first.
        lead: the offices that a heading or the sentence above gives it to, where it has no column of them.
        lead_for_all: its sections only group the rows, whatever offices they name.
        section: the part of the paper that it stands in.
    """

    path: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    lead: Stated = NOTHING
    coordinating: Stated = NOTHING
    lead_for_all: bool = False
    section: str | None = None


@dataclass(frozen=True, slots=True)
class TaskTable:
    """A table made whole, with its roles and surroundings."""

    columns: Columns
    rows: Sequence[LogicalRow]
    grid: Grid
    above: Surroundings


def candidates_of(table: TaskTable, judge: CellJudge) -> list[Candidate | None]:
    """The duty that each row states; None for a row without words for one."""
    alone = _alone(table)
    return [_Reader(table, row, judge, alone).candidate() for row in table.rows]


def _alone(table: TaskTable) -> frozenset[str]:
    places = [i for role in (Role.LEAD, Role.COORDINATING) if (i := table.columns.at(role)) is not None]
    cells = (row.cells[i].text for row in table.rows for i in places)
    return frozenset(fold(text) for text in cells if text and "\n" not in text)


def day_in(lines: Iterable[str]) -> str | None:
    """The first whole date in `lines`, as printed."""
    return next((found[0] for line in lines if (found := _DAY.search(line))), None)


class _Reader:
    def __init__(self, table: TaskTable, row: LogicalRow, judge: CellJudge, alone: frozenset[str]) -> None:
        self.table = table
        self.row = row
        self.judge = judge
        self.alone = alone

    def candidate(self) -> Candidate | None:
        """The duty of the row; None where it names none."""
        title, activity = self._words(Role.TITLE), self._words(Role.ACTIVITY)
        if not title:
            title, activity = activity, ""
        if not title:
            return None
        lead, coordinating = self._offices()
        row = self.row
        quote = " | ".join(one_line(c.text).replace("\n", " ") for c in row.cells if c.text)
        return Candidate(
            Origin.TABLE,
            title,
            Source(
                (*self.table.above.path, *row.headings),
                row.row,
                page=row.page,
                sheet=self.table.grid.sheet,
                quote=quote,
            ),
            section=row.section or self.table.above.section,
            number=self._words(Role.NUMBER) or None,
            activity=activity or None,
            product=self._stated(Role.PRODUCT, self._words(Role.PRODUCT)),
            lead=lead,
            coordinating=coordinating,
            deadline=self._deadline(),
            doubts=self._doubts(),
        )

    def _raw(self, role: Role) -> str:
        at = self.table.columns.at(role)
        text = self.row.cells[at].text if at is not None else ""
        return "" if role is not Role.NUMBER and SAYS_NOTHING.match(text) else text

    def _words(self, role: Role) -> str:
        return one_line(self._raw(role)).replace("\n", " ").strip()

    def _stated(self, role: Role, text: str) -> Stated:
        at = self.table.columns.at(role)
        if at is None or not text:
            return NOTHING
        whence = Whence.FILLED if role in self.row.filled else Whence.PRINTED
        return Stated(text, whence, min(self.table.columns.sure[at], self.row.cells[at].confidence))

    def _offices(self) -> tuple[Stated, Stated]:
        lead, coordinating = offices_of(self._raw(Role.LEAD), self._raw(Role.COORDINATING), self.judge, self.alone)
        helpers = self._stated(Role.COORDINATING, coordinating)
        if coordinating and not helpers.text:  # both stand in one cell
            helpers = self._stated(Role.LEAD, coordinating)
        if self.table.columns.at(Role.LEAD) is None:
            return (
                self._lead_of_section() or self.table.above.lead,
                helpers if helpers.text else self.table.above.coordinating,
            )
        return self._stated(Role.LEAD, lead), helpers

    def _lead_of_section(self) -> Stated | None:
        """The office that heads the rows: "I | Sở Xây dựng"."""
        for heading in () if self.table.above.lead_for_all else reversed(self.row.headings):
            office = self.judge.context.heading_agency(heading)
            if office:
                return Stated(office, Whence.HEADING)
        return None

    def _deadline(self) -> Stated:
        start, end = self._words(Role.START), self._with_unit(self._words(Role.DEADLINE))
        text = f"{start} - {end}" if start and end else end
        stated = self._stated(Role.DEADLINE, text)
        if CLOCK.match(text):
            lines = (*reversed(self.row.headings), *self.table.above.lines)
            day = day_in(lines)
            return Stated(f"{text}, {day[0].lower()}{day[1:]}", Whence.HEADING, stated.confidence) if day else stated
        return stated

    def _with_unit(self, text: str) -> str:
        """A bare number under "Tháng" or "Quý" with that word."""
        at = self.table.columns.at(Role.DEADLINE)
        name = self.table.grid.header.names[at] if at is not None and self.table.grid.header.names else ""
        unit = _UNIT_OF_TIME.match(name)
        return f"{unit[0].capitalize()} {text}" if unit and _BARE.match(text) else text

    def _doubts(self) -> tuple[CellDoubt, ...]:
        columns, names = self.table.columns, self.table.grid.header.names
        found = [
            CellDoubt(role.value, f"chưa chắc cột “{names[at]}” có phải là cột {ROLE_NAMES[role]} không")
            for role in _DOUBTED
            if names and (at := columns.at(role)) is not None and columns.sure[at] < SURE and self._raw(role)
        ]
        start = self._words(Role.START)
        if start and not self._words(Role.DEADLINE):
            found.append(CellDoubt("deadline", f"chỉ ghi ngày bắt đầu {start}"))
        return tuple(found)
