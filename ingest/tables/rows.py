"""Printed rows into whole rows: a cell cut by a page is joined, a merged one shared, a blank one may mean "as above".

A cell merged over several rows is one shared object, so text that continues it on the
next page reaches every row that shares it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.candidates import Role
from ingest.documents import Cell
from ingest.layout.paragraphs import glue
from ingest.tables.cells import CellJudge
from ingest.tables.columns import Columns
from ingest.tables.grid import GridRow
from ingest.tables.sections import Sections
from knowledge.text import squeeze

_DITTO = re.compile(r"^[\s\-–]*(?:như trên|nt|//|[\"”″〃]|'')[\s\-–.]*$", re.IGNORECASE)
"""What people write for "the same as in the row above"."""
_ENDED = (".", ";", "!", "?", ":")
_Texts = dict[Role, str]


@dataclass(slots=True, eq=False)
class TextCell:
    """A cell's text, its own lines kept; rows that share a merged cell share the object."""

    text: str = ""
    confidence: float = 1.0

    def extend(self, more: str) -> None:
        """Joins text that continues the cell after a break."""
        if not more:
            return
        self.text = f"{self.text}{glue(self.text, more)}{more}" if self.text else more


@dataclass(slots=True, eq=False)
class LogicalRow:
    """A whole row of a task table."""

    cells: list[TextCell]
    section: str | None
    headings: tuple[str, ...]
    """Section and group rows above it, with their numbers."""
    row: int
    page: int | None
    filled: set[Role] = field(default_factory=set)
    """What was blank here and is taken from the row above."""


def whole_rows(rows: Sequence[GridRow], columns: Columns, judge: CellJudge) -> list[LogicalRow]:
    """The rows of a table made whole."""
    builder = _Builder(columns, judge)
    builder.merged = {at for row in rows for at, cell in enumerate(row.cells) if cell.merged_above}
    for i, row in enumerate(rows):
        builder.add(row, rows[i + 1] if i + 1 < len(rows) else None)
    return builder.rows


class _Builder:
    def __init__(self, columns: Columns, judge: CellJudge) -> None:
        self.columns = columns
        self.judge = judge
        self.sections = Sections(columns.roles)
        self.rows: list[LogicalRow] = []
        self.merged: set[int] = set()
        """Columns in which the file tells merged cells."""

    def add(self, row: GridRow, following: GridRow | None) -> None:
        """Adds one printed row: a heading, the rest of the row above, or a row."""
        texts: _Texts = {
            r: squeeze(c.text) for r, c in zip(self.columns.roles, row.cells, strict=True) if r is not Role.OTHER
        }
        last = self.rows[-1] if self.rows else None
        rest = self.sections.cut_off(row.cells, texts) if last is not None else None
        if rest is not None and last is not None:
            _spill(last, rest)
        if self.sections.take(row.cells, texts, after_break=row.after_break, following=following):
            return
        unnumbered = not texts.get(Role.NUMBER) and not (Role.NUMBER not in texts and texts.get(Role.TITLE))
        if last is not None and unnumbered and (self._goes_on(last, texts, row) or _only_words(row, texts)):
            _spill(last, row.cells)
        elif any(texts.get(role) for role in (Role.TITLE, Role.ACTIVITY, Role.PRODUCT, Role.LEAD, Role.DEADLINE)):
            self._add_row(row, texts, last if unnumbered else None)

    def _goes_on(self, last: LogicalRow, texts: _Texts, row: GridRow) -> bool:
        """Whether an unnumbered row is the rest of `last`, cut by a page (or a wrap)."""
        if row.taken:
            return False
        main = Role.ACTIVITY if self.columns.at(Role.ACTIVITY) is not None else Role.TITLE
        text = texts.get(main, "")
        if text and text[0].islower():
            return True
        if self._states_anew(last, texts):
            return False
        owed = texts.get(Role.LEAD) or texts.get(Role.DEADLINE)
        if not row.after_break:
            return not owed and any(t and t[0].islower() for t in texts.values())
        if not text or self._cell_goes_on(last, texts):
            return True
        return not self._text(last, main).endswith(_ENDED) and not owed

    def _cell_goes_on(self, last: LogicalRow, texts: _Texts) -> bool:
        """Whether a cell that belongs to one row alone begins in the middle of its words."""
        for role in (Role.PRODUCT, Role.COORDINATING, Role.DEADLINE):
            more = texts.get(role, "")
            if more and more[0].islower() and self._text(last, role):
                return role is not Role.DEADLINE or not self.judge.is_deadline(more)
        return False

    def _states_anew(self, last: LogicalRow, texts: _Texts) -> bool:
        """Whether its lead or deadline is whole by itself, and that of `last` is too: it is a row of its own."""
        for role, is_whole in ((Role.DEADLINE, self.judge.is_deadline), (Role.LEAD, self.judge.context.is_agency)):
            more, before = texts.get(role, ""), self._text(last, role)
            if more and is_whole(more) and is_whole(before) and not before.endswith((";", ",", "-")):
                return True
        return False

    def _text(self, row: LogicalRow, role: Role) -> str:
        at = self.columns.at(role)
        return squeeze(row.cells[at].text) if at is not None else ""

    def _add_row(self, row: GridRow, texts: _Texts, above: LogicalRow | None) -> None:
        previous = self.rows[-1] if self.rows else None
        made = LogicalRow([], None, (), len(self.rows) + 1, row.page)
        for i, (role, cell) in enumerate(zip(self.columns.roles, row.cells, strict=True)):
            text = cell.text.strip()
            merged = _DITTO.match(text) if text else cell.merged_above
            guessed = not merged and self._is_as_above(i, role, text, texts, above, row)
            if previous is None or not (merged or guessed):
                made.cells.append(TextCell(text, cell.confidence))
                continue
            if guessed:
                previous.cells[i].extend(text)
            made.cells.append(previous.cells[i])
            guess = guessed or i in row.taken or (merged and role in previous.filled)
            if guess and previous.cells[i].text:
                made.filled.add(role)
        self.sections.leave_group(texts.get(Role.NUMBER, ""))
        made.section, made.headings = self.sections.name, self.sections.headings
        self.rows.append(made)

    def _is_as_above(
        self, at: int, role: Role, text: str, texts: _Texts, above: LogicalRow | None, row: GridRow
    ) -> bool:
        """Whether a cell is the one above: blank, or its rest after a page break."""
        if above is None:
            # A row with a number of its own is whole: a blank is blank, unless a page cut the cell merged over it.
            return row.after_break and at in self.merged and not text and role in {Role.LEAD, Role.DEADLINE}
        if text:
            return role is Role.TITLE and row.after_break and Role.ACTIVITY in texts and text[0].islower()
        if not above.cells[at].text:
            return False
        if role in {Role.NUMBER, Role.TITLE, Role.LEAD, Role.DEADLINE, Role.START}:
            return True
        if role is Role.ACTIVITY:
            return not texts.get(Role.TITLE)
        # A blank lead beside a blank deadline is a merged block; its blank helpers belong to it.
        return role is Role.COORDINATING and not texts.get(Role.LEAD) and not texts.get(Role.DEADLINE)


def _only_words(row: GridRow, texts: _Texts) -> bool:
    """Whether a row says nothing but more of the task: no number, no agency, no time, nothing merged in."""
    if Role.ACTIVITY in texts or any(c.merged_above for c in row.cells):
        return False
    return [role for role, text in texts.items() if text] == [Role.TITLE]


def _spill(last: LogicalRow, cells: Sequence[Cell]) -> None:
    """Adds the rest of a row's cells, cut off by a page or a line."""
    for cell, part in zip(last.cells, cells, strict=True):
        cell.extend(part.text.strip())


def one_line(text: str) -> str:
    """A cell's text on one line, except where its lines are list items."""
    return "\n".join(_items(text))


def _items(text: str) -> Iterator[str]:
    parts: list[str] = []
    for line in (squeeze(line) for line in text.split("\n") if line.strip()):
        if parts and re.match(r"^(?:[-–+•]|\d+[.)])\s*\S", line):
            yield " ".join(parts)
            parts = []
        parts.append(line)
    if parts:
        yield " ".join(parts)
