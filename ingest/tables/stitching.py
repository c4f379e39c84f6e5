"""Task tables put together again: pages, repeated headers, continued and merged cells.

The rows of one printed table come in pieces. Here they become logical rows: a cell
that a page break cut is joined, a cell merged over several rows is one shared cell
(so text that continues it on the next page reaches every row that shares it), blank
cells that mean "as above" are filled, section rows are carried along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ingest.documents import Cell, Row, Table
from ingest.tables.broken_rows import Fit, is_broken, mend
from ingest.tables.columns import Header, Role, find_header, is_column_numbers, is_total, repeats
from ingest.tables.sections import Sections
from knowledge.answers.wording import cut
from knowledge.text import squeeze

_DITTO = re.compile(r"^[\s\-–]*(?:như trên|nt|//|[\"”″〃]|'')[\s\-–.]*$", re.IGNORECASE)
"""What people write for "the same as in the row above"."""
_ENDED = (".", ";", "!", "?", ":")


@dataclass(slots=True, eq=False)
class TextCell:
    """A cell's text; rows that share a merged cell share the object."""

    text: str = ""

    def extend(self, more: str) -> None:
        """Joins text that continues the cell after a break."""
        if not more:
            return
        glue = "" if re.search(r"[\w]-$|[\w]/$", self.text) and re.match(r"[A-ZĐ0-9]", more) else " "
        self.text = f"{self.text}{glue}{more}" if self.text else more


@dataclass(slots=True, eq=False)
class LogicalRow:
    """A whole row of a task table."""

    cells: list[TextCell]
    section: str | None
    headings: tuple[str, ...]
    """Section and group rows above it, with their numbers."""
    row: int
    page: int | None
    sheet: str | None
    filled: set[Role] = field(default_factory=set)
    continued: bool = False


@dataclass(slots=True)
class StitchedTable:
    """A task table as one piece."""

    header: Header
    rows: list[LogicalRow] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)
    """What, where."""
    lost: list[Row] = field(default_factory=list)
    """Rows that could not be read as tasks; still passages."""
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class Judge:
    """What stitching asks of the domain: is this a whole deadline, a whole agency list?"""

    is_deadline: Callable[[str], bool]
    is_agency: Callable[[str], bool]


def stitch(tables: Sequence[Table], judge: Judge) -> tuple[list[StitchedTable], list[Table]]:
    """Task tables made whole, and the tables that hold no tasks.

    Args:
        tables: tables that follow one another with no text between.
    """
    done: list[StitchedTable] = []
    others: list[Table] = []
    builder: _Builder | None = None
    for table in tables:
        header = find_header(table.rows)
        if header is not None and header.is_task_table:
            if builder is None or builder.table.header.folded != header.folded:
                builder = _Builder(StitchedTable(header), judge)
                done.append(builder.table)
            builder.add(table, skip=header.first + header.rows, lost=header.first)
        elif builder is not None and _same_shape(table, builder.table.header):
            builder.add(table, skip=0, lost=0)
        else:
            others.append(table)
            builder = None
    return done, others


def _same_shape(table: Table, header: Header) -> bool:
    width = len(header.roles)
    return sum(1 for r in table.rows if len(r.cells) == width) >= len(table.rows) * 0.6


class _Builder:
    def __init__(self, table: StitchedTable, judge: Judge) -> None:
        self.table = table
        self.judge = judge
        self.sections = Sections(table.header)
        self.count = 0

    def add(self, table: Table, *, skip: int, lost: int) -> None:
        """Adds one piece; its first row may continue the last row of the piece before."""
        self.table.pieces += 1
        if lost:
            self.table.dropped.append(f"{lost} dòng tiêu đề phía trên bảng")
        rows = [r for r in table.rows[skip:] if any(c.text.strip() for c in r.cells)]
        if is_broken(rows, len(self.table.header.roles)):
            rows = self._mend(rows)
        first = self.table.pieces > 1
        for i, row in enumerate(rows):
            if repeats(row, self.table.header) or is_column_numbers(row) or is_total(row):
                continue
            following = next((r for r in rows[i + 1 :] if not is_column_numbers(r)), None)
            self._row(self._fit(row), row, table.sheet, after_break=first, following=following)
            first = False

    def _mend(self, rows: list[Row]) -> list[Row]:
        kept, lost = mend(rows, self.table.header, Fit(self.judge.is_deadline, self.judge.is_agency))
        self.table.doubts.append(("Bảng bị vỡ khi chuyển đổi, các ô được xếp lại theo nội dung", _where(rows[0])))
        for row in lost:
            text = cut(" ".join(c.text for c in row.cells), 80)
            self.table.doubts.append((f"Không xếp lại được “{text}”, chỉ tra cứu được trong lời văn", _where(row)))
            self.table.lost.append(row)
        return kept

    def _fit(self, row: Row) -> list[Cell]:
        width = len(self.table.header.roles)
        cells = list(row.cells)
        while len(cells) > width and not cells[-1].text.strip():
            cells.pop()
        if len(cells) > width:
            self.table.doubts.append(("Dòng có nhiều ô hơn tiêu đề, các ô thừa bị bỏ", _where(row)))
        return (cells + [Cell("")] * width)[:width]

    def _row(
        self, cells: list[Cell], row: Row, sheet: str | None, *, after_break: bool, following: Row | None
    ) -> None:
        roles = self.table.header.roles
        texts: dict[Role, str] = {
            role: squeeze(c.text) for role, c in zip(roles, cells, strict=True) if role is not Role.OTHER
        }
        rest = self.sections.cut_off(cells, texts) if self.table.rows else None
        if rest is not None:
            self._spill(self.table.rows[-1], rest)
        if self.sections.take(cells, texts, after_break=after_break, following=following):
            return
        last = self.table.rows[-1] if self.table.rows else None
        unnumbered = not texts.get(Role.NUMBER) and not (Role.NUMBER not in texts and texts.get(Role.TITLE))
        if (
            last is not None
            and unnumbered
            and (self._continues(last, texts, after_break=after_break) or self._only_words(cells, texts))
        ):
            self._spill(last, cells)
            return
        self._new_row(cells, texts, row, sheet, last if unnumbered else None, after_break=after_break)

    def _spill(self, last: LogicalRow, cells: list[Cell]) -> None:
        """Adds the rest of a row's cells, cut off by a page or a line."""
        for cell, part in zip(last.cells, cells, strict=True):
            cell.extend(_inner(part.text))
        last.continued = True

    def _continues(self, last: LogicalRow, texts: dict[Role, str], *, after_break: bool) -> bool:
        """Whether an unnumbered row is the rest of `last`, cut by a page (or a wrap)."""
        main = Role.ACTIVITY if Role.ACTIVITY in self.table.header.roles else Role.TITLE
        text = texts.get(main, "")
        if text and text[0].islower():
            return True
        if self._deadline_anew(last, texts) or self._lead_anew(last, texts):
            return False
        if not after_break:
            owed = texts.get(Role.LEAD) or texts.get(Role.DEADLINE)
            return not owed and any(t and t[0].islower() for t in texts.values())
        if not text or self._goes_on(last, texts):
            return True
        before = self._text(last, main)
        return not before.endswith(_ENDED) and not (texts.get(Role.LEAD) or texts.get(Role.DEADLINE))

    def _only_words(self, cells: list[Cell], texts: dict[Role, str]) -> bool:
        """Whether a row says nothing but more of the task: no number, no agency, no time, nothing merged in."""
        if Role.ACTIVITY in texts or any(c.merged_above for c in cells):
            return False
        return [role for role, text in texts.items() if text] == [Role.TITLE]

    def _goes_on(self, last: LogicalRow, texts: dict[Role, str]) -> bool:
        """Whether a cell that belongs to one row alone begins in the middle of its words."""
        for role in (Role.PRODUCT, Role.COORDINATING, Role.DEADLINE):
            more = texts.get(role, "")
            if more and more[0].islower() and self._text(last, role):
                return role is not Role.DEADLINE or not self.judge.is_deadline(more)
        return False

    def _deadline_anew(self, last: LogicalRow, texts: dict[Role, str]) -> bool:
        more = texts.get(Role.DEADLINE, "")
        before = self._text(last, Role.DEADLINE)
        return bool(more) and self.judge.is_deadline(more) and (not before or self.judge.is_deadline(before))

    def _lead_anew(self, last: LogicalRow, texts: dict[Role, str]) -> bool:
        more = texts.get(Role.LEAD, "")
        before = self._text(last, Role.LEAD)
        if not more or not more[0].isupper() or before.endswith((";", ",", "-")):
            return False
        if self.judge.is_agency(f"{before} {more}") and not self.judge.is_agency(before):
            return False
        return self.judge.is_agency(more) and self.judge.is_agency(before)

    def _text(self, row: LogicalRow, role: Role) -> str:
        at = self.table.header.column(role)
        return row.cells[at].text if at is not None else ""

    def _new_row(
        self,
        cells: list[Cell],
        texts: dict[Role, str],
        row: Row,
        sheet: str | None,
        above: LogicalRow | None,
        *,
        after_break: bool,
    ) -> None:
        previous = self.table.rows[-1] if self.table.rows else None
        shared: list[TextCell] = []
        filled: set[Role] = set()
        # A blank lead beside a blank deadline is a merged block; its blank helpers belong to it.
        block = not texts.get(Role.LEAD) and not texts.get(Role.DEADLINE)
        for i, (role, cell) in enumerate(zip(self.table.header.roles, cells, strict=True)):
            text = _inner(cell.text)
            if previous is not None and (_DITTO.match(text) if text else cell.merged_above):
                shared.append(previous.cells[i])
                filled.add(role)
            elif above is not None and self._as_above(role, text, texts, above, i, block, after_break=after_break):
                above.cells[i].extend(text)
                shared.append(above.cells[i])
                filled.add(role)
            elif previous is not None and not text and role is Role.LEAD and self._lead_left_blank(texts):
                shared.append(previous.cells[i])
                filled.add(role)
            else:
                shared.append(TextCell(text))
        self.count += 1
        self.sections.leave_group(texts.get(Role.NUMBER, ""))
        self.table.rows.append(
            LogicalRow(shared, self.sections.name, self.sections.headings, self.count, row.page, sheet, filled)
        )

    def _as_above(
        self,
        role: Role,
        text: str,
        texts: dict[Role, str],
        above: LogicalRow,
        column: int,
        block: bool,
        *,
        after_break: bool,
    ) -> bool:
        """Whether a cell of an unnumbered row is the cell above: blank, or its rest after a page break."""
        if role is Role.OTHER:
            return False
        if text:
            return role is Role.TITLE and after_break and Role.ACTIVITY in texts and text[0].islower()
        if role in {Role.NUMBER, Role.TITLE, Role.LEAD, Role.DEADLINE}:
            return bool(above.cells[column].text)
        if role is Role.ACTIVITY:
            return not texts.get(Role.TITLE) and bool(above.cells[column].text)
        return role is Role.COORDINATING and block and bool(above.cells[column].text)

    def _lead_left_blank(self, texts: dict[Role, str]) -> bool:
        """A numbered row with a deadline and no lead: the lead is merged over several numbers."""
        return bool(texts.get(Role.DEADLINE)) and bool(texts.get(Role.TITLE))


def _inner(text: str) -> str:
    """A cell's text on one line, except where its lines are list items."""
    lines = [squeeze(line) for line in text.split("\n") if line.strip()]
    out = ""
    for line in lines:
        if out and re.match(r"^(?:[-–+•]|\d+[.)])\s*\S", line):
            out += "\n" + line
        else:
            out = f"{out} {line}" if out else line
    return out


def _where(row: Row) -> str:
    place = f"dòng {row.number}" if row.number else "một dòng"
    return f"{place}, trang {row.page}" if row.page else place
