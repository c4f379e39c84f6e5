"""Calendars of units without a column of tasks: what is done to each unit stands in a sentence.

Sở Nội vụ kiểm tra công tác lưu trữ tại các cơ quan:
TT | Đơn vị được kiểm tra | Thời gian         ->  kiểm tra công tác lưu trữ tại Sở Y tế, Sở Nội vụ, Tháng 8/2026
1  | Sở Y tế              | Tháng 8/2026
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingest.candidates import Role, Stated, Whence
from ingest.context import Context
from ingest.documents import Cell
from ingest.statements.subjects import Subject, read_subject
from ingest.tables.columns import Columns
from ingest.tables.grid import Grid, GridRow

_ACTED_ON = re.compile(r"\bđược (?!giao|phân công)(\w+ \w+)", re.IGNORECASE)
"""A unit that something is done to: "Đơn vị được kiểm tra"."""
_PLACE = re.compile(r"\s+(tại|đối với|ở|với)\s+", re.IGNORECASE)
_POINTER = re.compile(
    r"[\s,]*(?:theo (?:lịch|kế hoạch|bảng|biểu)|như sau|cụ thể|dưới đây|sau đây)\b.*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class UnitCalendar:
    """The table with its units as tasks, and who leads them."""

    grid: Grid
    columns: Columns
    lead: Stated


def read_unit_calendar(
    grid: Grid, columns: Columns, line: str, sentences: Iterable[str], context: Context
) -> UnitCalendar | None:
    """The tasks of a calendar of units; None where the table is none, or no sentence says what is done to them.

    Args:
        line: the text just above the table.
        sentences: all other texts of the paper.
    """
    at, verb = _units(grid)
    if at is None or columns.at(Role.DEADLINE) is None or columns.at(Role.TITLE) is not None:
        return None
    found = _sentence(line, verb, context)
    whence = Whence.HEADING
    if found is None:
        others = {
            s: f
            for text in sentences
            if verb in text.lower() and (f := _sentence(text, verb, context))
            for s in [f.offices]
        }
        found, whence = (next(iter(others.values())), Whence.NEARBY) if len(others) == 1 else (None, whence)
    if found is None:
        return None
    roles = tuple(
        Role.TITLE if i == at else Role.OTHER if role is Role.LEAD else role for i, role in enumerate(columns.roles)
    )
    duty = found.rest[found.rest.lower().index(verb) :]
    rows = [_with_duty(row, at, duty, columns) for row in grid.rows]
    return UnitCalendar(replace(grid, rows=rows), replace(columns, roles=roles), Stated(found.offices, whence))


def _units(grid: Grid) -> tuple[int | None, str]:
    """The column of units that something is done to, and what."""
    for at, name in enumerate(grid.header.names):
        found = _ACTED_ON.search(name)
        if found:
            return at, found[1].lower()
    return None, ""


def _sentence(text: str, verb: str, context: Context) -> Subject | None:
    subject = read_subject(text, context) if text else None
    return subject if subject is not None and verb in subject.rest.lower() else None


def _with_duty(row: GridRow, at: int, duty: str, columns: Columns) -> GridRow:
    due = columns.at(Role.DEADLINE)
    unit = row.cells[at].text.strip()
    if not unit or due is None or not row.cells[due].text.strip():
        return row
    duty = _POINTER.sub("", duty).rstrip(" .:;")
    place = _PLACE.search(duty)
    words = f"{duty[: place.start()]} {place[1]} {unit}" if place else f"{duty}: {unit}"
    cells = list(row.cells)
    cells[at] = Cell(words[0].upper() + words[1:], confidence=row.cells[at].confidence)
    return replace(row, cells=tuple(cells))
