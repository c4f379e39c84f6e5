"""What a sample plan is made of, and the task rows it should yield.

Every writer (docx, pdf, md, txt, xlsx) and the expected data read the same content,
so a sample and what is expected of it cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from tests.samples.phrases import Due, find_due

UP = "\u2191"
"""A cell that is merged with the cell above it."""

_TOGETHER = {
    "Sở Xây dựng, UBND các xã, phường": ("Sở Xây dựng", "UBND các xã, phường"),
    "Sở Tài chính, Sở Nội vụ": ("Sở Tài chính", "Sở Nội vụ"),
    "Sở Y tế, Công an tỉnh": ("Sở Y tế", "Công an tỉnh"),
    "Sở Tài chính và UBND các xã": ("Sở Tài chính", "UBND các xã"),
}
"""Printed lists where a comma or "và" parts two offices; elsewhere only ";" does."""


class Style(StrEnum):
    """How a paragraph is set."""

    CENTRE = "centre"
    TITLE = "title"
    HEADING = "heading"
    SUBHEADING = "subheading"
    BODY = "body"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph as printed."""

    text: str
    style: Style = Style.BODY


@dataclass(frozen=True, slots=True)
class Section:
    """A row that names a section of a table, merged across it."""

    label: str
    name: str
    whole: bool = False
    """Merged over all columns, label included; otherwise the label has its own cell."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A table row as printed; `UP` is a merged cell, "" a blank one."""

    number: str
    title: str
    activity: str
    product: str
    lead: str
    coordinating: str
    due: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A task that running text or label lines state.

    `quote` stands in the paper word for word, white space aside.
    """

    section: str
    number: str
    title: str
    lead: str
    due: str
    quote: str
    coordinating: str = ""
    activity: str = ""


TableRow = Section | Entry


def offices(printed: str) -> list[str]:
    """The offices of a printed list."""
    if not printed:
        return []
    return [name.strip() for part in printed.split(";") for name in _TOGETHER.get(part.strip(), (part,))]


def filled(rows: Sequence[TableRow]) -> list[tuple[Section | None, Entry]]:
    """The entries with what merged or blank cells mean, each with its section.

    A blank number, title, lead or deadline in a row that goes on with the task
    above means "as above"; a blank in the other columns means none.
    """
    section: Section | None = None
    above: Entry | None = None
    result: list[tuple[Section | None, Entry]] = []
    for row in rows:
        if isinstance(row, Section):
            section, above = row, None
            continue
        above = _filled(row, above)
        result.append((section, above))
    return result


def _filled(row: Entry, above: Entry | None) -> Entry:
    if above is None:
        return row
    goes_on = row.number in ("", UP)
    changes = {
        name: getattr(above, name)
        for name in ("number", "title", "activity", "product", "lead", "coordinating", "due")
        if getattr(row, name) == UP
        or (getattr(row, name) == "" and goes_on and name in ("number", "title", "lead", "due"))
    }
    return replace(row, **changes)


def expected_rows(file: str, year: int, rows: Sequence[TableRow]) -> list[dict[str, Any]]:
    """The task objects that a table should yield, one per entry."""
    return [
        _task(file, "table", section.name if section else None, entry, find_due(entry.due, year, entry.product))
        for section, entry in filled(rows)
    ]


def expected_duties(file: str, year: int, duties: Iterable[Duty]) -> list[dict[str, Any]]:
    """The task objects that running text should yield."""
    return [
        _task(
            file,
            "clause",
            duty.section,
            Entry(duty.number, duty.title, duty.activity, "", duty.lead, duty.coordinating, duty.due),
            find_due(duty.due, year),
        )
        for duty in duties
    ]


def _task(file: str, origin: str, section: str | None, entry: Entry, due: Due) -> dict[str, Any]:
    return {
        "doc": file.rsplit(".", 1)[0],
        "file": file,
        "origin": origin,
        "section": section,
        "number": entry.number or None,
        "title": entry.title,
        "activity": entry.activity or None,
        "product": entry.product or None,
        "lead": offices(entry.lead),
        "coordinating": offices(entry.coordinating),
        "deadline_text": entry.due,
        "kinds": list(due.kinds),
        "start": due.start,
        "due_dates": list(due.dates),
    }
