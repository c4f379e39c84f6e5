"""A table of tasks that a person sends back, held against the plans that it is of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from knowledge.agencies import Directory
from knowledge.correcting import CorrectionKind, Offices, Value, row_words, told_value, value_of, with_value
from knowledge.doubts import FIELDS
from knowledge.errors import CorrectionError, CorrectionMovedError
from knowledge.records import Task
from knowledge.store.corrections.cells import NAME, CellReader, Cells, checked_reason, empty_task, filled
from knowledge.store.corrections.checks import check_expected, check_going_on
from knowledge.store.corrections.shown import NO_VERSION, ShownRow, ShownVersion, seen_versions
from knowledge.store.corrections.writing import added_row, correction_row, find_alike, write_corrections
from knowledge.store.database import Store
from knowledge.store.models import CorrectionRow, PlanRow, VersionRow
from knowledge.text import cut, squeeze


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table of tasks that a person sends back.

    Attributes:
        key: what the row is known by (`table_keys`); None for a task to be added.
        cells: by cell what is written there, of those cells that a person changed.
        seen: by cell what stood there when the table was made.
        section: heading under which a task is to be added.
    """

    plan_id: int
    key: str | None
    cells: Mapping[str, str]
    seen: Mapping[str, str] = field(default_factory=dict)
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a row of a table would change, or has changed.

    Attributes:
        task_id: None for a task to be added, and where the row is not there any more.
        name: what the task is called.
        changes: by cell what stands there and what would, as people read them.
        wrong: by cell why what is written there is not taken; under "" why the row is not.
        moved: by cell what somebody else made of it since; under "" of the row as a whole.
    """

    row: TableRow
    task_id: int | None
    name: str
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)


def weigh_table(store: Store, rows: Iterable[TableRow], *, now: datetime, directory: Directory) -> list[Weighed]:
    """What a table that is sent back would change; nothing is written."""
    with store.read() as session:
        table = _Table(session, directory, now)
        return [table.weigh(row)[0] for row in rows]


def apply_table(
    store: Store, rows: Iterable[TableRow], *, reason: str, by: int, now: datetime, directory: Directory
) -> list[Weighed]:
    """Changes what `weigh_table` says, all of it in one transaction; what is wrong or moved meanwhile is left out.

    Raises:
        CorrectionError: no reason.
    """
    reason = checked_reason(reason)
    with store.write() as session:
        table = _Table(session, directory, now)
        told = []
        made: dict[int, list[CorrectionRow]] = defaultdict(list)
        for each in rows:
            weighed, row, values = table.weigh(each)
            told.append(weighed)
            if row is not None:
                made[each.plan_id] += [
                    correction_row(row, CorrectionKind.EDIT, reason, by, now, field=name, after=value)
                    for name, value in values.items()
                ]
            elif values:
                added = filled(empty_task(each.section), values)
                beside, _ = find_alike(session, table.version(each.plan_id), added)
                made[each.plan_id].append(added_row(each.plan_id, added, beside, reason, by, now))
        for plan_id, corrections in made.items():
            if corrections:
                write_corrections(session, session.get_one(PlanRow, plan_id), corrections)
        return told


_Lines = tuple[ShownVersion, dict[str, int]]
"""A version, and the ids of its rows by what they are known by."""


class _Table:
    """Holds a table that was sent back against the plans that it is of, within a transaction."""

    def __init__(self, session: Session, directory: Directory, now: datetime) -> None:
        self._session = session
        self._directory = directory
        self._now = now
        self._plans: dict[int, list[_Lines]] = {}
        self._told: dict[int, dict[str, int | None]] = {}

    def version(self, plan_id: int) -> VersionRow:
        versions = self._seen(plan_id)
        if not versions:
            raise CorrectionError(NO_VERSION)
        return versions[0][0].version

    def weigh(self, given: TableRow) -> tuple[Weighed, ShownRow | None, dict[str, Value]]:
        """What would change, the row that it is of (None for one to be added), and the values to be set."""
        versions = self._seen(given.plan_id)
        name = cut(squeeze(given.seen.get("activity") or given.seen.get("title") or ""), NAME)
        if not versions:
            return Weighed(given, None, name, moved={"": NO_VERSION}), None, {}
        if given.key is None:
            return self._weigh_new(given, versions[0][0])
        found = next(((shown, ids[given.key]) for shown, ids in versions if given.key in ids), None)
        if found is None:
            gone = "Bản đang dùng không còn dòng này, hoặc dòng này đã đổi."
            return Weighed(given, None, name, moved={"": gone}), None, {}
        shown, id_ = found
        row = shown.row(id_)
        name = cut(row.task.activity or row.task.title, NAME)
        try:
            check_going_on(self._session, row, self._now)
        except CorrectionMovedError as error:
            return Weighed(given, row.id, name, moved={"": error.sentence}), None, {}
        wrong: dict[str, str] = {}
        moved: dict[str, str] = {}
        values: dict[str, Value] = {}
        task = row.task
        for cell, written in _in_order(given.cells):
            value, why = self._read(shown, task, cell, written)
            before = value_of(row.task, cell)
            if not why and told_value(value) == told_value(before):
                continue
            try:
                check_expected(self._session, row, [cell], given.seen, self._now)
            except CorrectionMovedError as error:
                moved[cell] = error.sentence
                continue
            if why:
                wrong[cell] = why
                continue
            values[cell], task = value, with_value(task, cell, value)
        changes = {cell: (told_value(value_of(row.task, cell)), told_value(value)) for cell, value in values.items()}
        return Weighed(given, row.id, name, changes, wrong, moved), row if values else None, values

    def _weigh_new(self, given: TableRow, shown: ShownVersion) -> tuple[Weighed, None, dict[str, Value]]:
        wrong: dict[str, str] = {}
        values: dict[str, Value] = {}
        task = empty_task(given.section)
        for cell, written in _in_order(given.cells):
            value, why = self._read(shown, task, cell, written)
            if why:
                wrong[cell] = why
            elif told_value(value):
                values[cell], task = value, with_value(task, cell, value)
        if not task.title and "title" not in wrong:
            wrong["title"] = "Dòng mới phải có tên nhiệm vụ."
        name = cut(task.activity or task.title or squeeze(given.cells.get("title", "")), NAME)
        words = self._told.setdefault(shown.plan.id, {row_words(shown.row(id_).task): id_ for id_ in shown.rows.keys})
        if not wrong and row_words(task) in words:
            wrong[""] = "Kế hoạch đã có một nhiệm vụ ghi đúng như dòng này, nên không thêm."
        if wrong:
            return Weighed(given, None, name, wrong=wrong), None, {}
        words[row_words(task)] = None
        changes = {cell: ("", told_value(value)) for cell, value in values.items()}
        return Weighed(given, None, name, changes), None, values

    def _read(self, shown: ShownVersion, task: Task, cell: str, written: str) -> tuple[Value, str]:
        """The value, and why it is not taken: in a table nobody answers a warning."""
        reader = CellReader(self._directory, shown.metadata, task)
        given: dict[str, Any] = {cell: [written] if cell in ("lead", "coordinating") else written}
        try:
            value = reader.values(Cells(**given))[cell]
        except CorrectionError as error:
            return None, error.sentence
        if isinstance(value, Offices):
            kept = value_of(task, cell)
            known = set(kept.printed) if isinstance(kept, Offices) else set()
            strange = [each for each in value.printed if each not in known and not self._directory.resolve(each)]
            how = "nếu đúng là vậy, xin sửa trên thẻ nhiệm vụ"
            return value, f"Danh bạ chưa có cơ quan {_quoted(strange)}; {how}." if strange else ""
        return value, f"Không đọc được thời hạn “{cut(squeeze(written), NAME)}”." if reader.warnings else ""

    def _seen(self, plan_id: int) -> list[_Lines]:
        """The live version, then the draft."""
        if plan_id not in self._plans:
            shown = [ShownVersion.of(self._session, each) for each in seen_versions(self._session, plan_id)]
            self._plans[plan_id] = [(each, {key: id_ for id_, key in each.rows.keys.items()}) for each in shown]
        return self._plans[plan_id]


def _in_order(cells: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is written, the deadline last: the other cells are read for its sake."""
    return [(name, cells[name]) for name in FIELDS if name in cells]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"“{cut(name, NAME)}”" for name in names)
