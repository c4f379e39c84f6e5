"""Reading passages and tasks of live versions as records, without the weight of mapped objects.

An answer reads a hundred of them; as mapped objects each would cost as much as its search.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Integer, Select, String, and_, any_, cast, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from knowledge.records import Deadline, DeadlineKind, Passage, Task
from knowledge.store.models import PassageRow, TaskAgencyRow, TaskRow
from knowledge.store.rows import deadline_of, source_of, task_of

_CHUNK = 500
_SOURCE = ("section_path", "source_row", "clause", "page", "sheet", "quote")
_PASSAGE: Select[Any] = select(
    *(getattr(PassageRow, name) for name in ("id", "version_id", "task_id", "text", "agency", *_SOURCE)),
    TaskRow.position.label("task_position"),
).outerjoin(TaskRow, TaskRow.id == PassageRow.task_id)
_DAYLESS = [
    f'["{kind.value}"]' for kind in (DeadlineKind.STANDING, DeadlineKind.CONDITIONAL, DeadlineKind.OPEN_START)
]
"""Deadlines that have no day by their nature, as stored."""
_TASK: Select[Any] = select(*TaskRow.__table__.columns)

Value = TypeVar("Value")
Facet = TypeVar("Facet", str, Deadline)


class Kept(Generic[Value]):
    """What was read last, by id, up to a number of records; the oldest go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[int, Value] = {}
        self._lock = Lock()

    def find(self, ids: Collection[int]) -> dict[int, Value]:
        """Those of `ids` that are kept."""
        values = self._values
        return {id_: values[id_] for id_ in ids if id_ in values}

    def keep(self, more: dict[int, Value]) -> None:
        """Keep these as well."""
        with self._lock:
            # A new dictionary rather than a changed one: readers take no lock.
            joined = {**self._values, **more} if len(self._values) + len(more) > self._most else None
            if joined is None:
                self._values.update(more)
            else:
                self._values = dict(list(joined.items())[-self._most * 3 // 4 :])


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its keys."""

    id: int
    version_id: int
    task_id: int | None
    passage: Passage


@dataclass(frozen=True, slots=True)
class StoredTask:
    """A task with its keys."""

    id: int
    version_id: int
    task: Task
    correction: int | None = None
    """Number of the correction that added it; None for a task of the paper."""


def passages_by_id(session: Session, ids: Sequence[int]) -> Iterator[StoredPassage]:
    """The passages with these ids, of whatever version."""
    for part in _parts(ids):
        yield from _passages(session, _PASSAGE.where(_one_of(session, PassageRow.id, part)))


def passages_in(session: Session, ids: Sequence[int], version_ids: Set[int]) -> set[int]:
    """Those of the passages that stand in one of the versions."""
    wanted = select(PassageRow.id, PassageRow.version_id)
    return {
        row.id
        for part in _parts(ids)
        for row in session.execute(wanted.where(_one_of(session, PassageRow.id, part)))
        if row.version_id in version_ids
    }


def passages_of(session: Session, version_id: int, *, headed: bool = False) -> Iterator[StoredPassage]:
    """A version's passages in its order; `headed`: only clauses that stand under an agency's heading."""
    statement = _PASSAGE.where(PassageRow.version_id == version_id).order_by(PassageRow.position)
    if headed:
        statement = statement.where(PassageRow.agency.is_not(None), PassageRow.source_row.is_(None))
    return _passages(session, statement)


def tasks_by_id(session: Session, ids: Sequence[int]) -> Iterator[StoredTask]:
    """The tasks with these ids, of whatever version."""
    return chain.from_iterable(_tasks(session, _one_of(session, TaskRow.id, part)) for part in _parts(ids))


def tasks_of(session: Session, version_id: int) -> Iterator[StoredTask]:
    """A version's tasks in its order."""
    return _tasks(session, TaskRow.version_id == version_id)


def doubtful_tasks(session: Session, version_id: int) -> Iterator[StoredTask]:
    """The printed tasks of a version of which something may be doubtful (`knowledge.doubts`), in its order."""
    doubts, unread, kinds, dates, rules = (
        cast(column, String)
        for column in (TaskRow.doubts, TaskRow.unread, TaskRow.kinds, TaskRow.dates, TaskRow.rules)
    )
    recurring = kinds.contains(f'"{DeadlineKind.RECURRING.value}"')
    undated = and_(rules == "[]", or_(dates == "[]", recurring), kinds.not_in(_DAYLESS))
    doubtful = or_(doubts != "[]", unread != "[]", undated)
    return _tasks(session, and_(TaskRow.version_id == version_id, TaskRow.correction_id.is_(None), doubtful))


@dataclass
class Facets:
    """Live tasks by what lists filter them by, so that a filter looks at each value once."""

    leading: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Ids of the tasks that an office, as printed, leads."""
    helping: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The same of those that it helps with."""
    deadlines: dict[Deadline, list[int]] = field(default_factory=lambda: defaultdict(list))

    def put(self, task_id: int, task: Task) -> None:
        """What a task is filtered by."""
        self.add(task_id, task.lead, task.coordinating, task.deadline)

    def add(self, task_id: int, lead: Iterable[str], coordinating: Iterable[str], deadline: Deadline) -> None:
        """The same, by its cells."""
        for facets, offices in ((self.leading, lead), (self.helping, coordinating)):
            for office in {*offices}:
                facets[office].append(task_id)
        self.deadlines[deadline].append(task_id)

    @property
    def offices(self) -> list[str]:
        """The offices that lead or help with a task, each once."""
        return list({**self.leading, **self.helping})

    def find(
        self, offices: Collection[str] | None, deadlines: Collection[Deadline] | None, *, leading: bool
    ) -> set[int]:
        """Ids of the tasks with one of the offices and one of the deadlines, where these are given.

        Args:
            leading: only where the office leads.
        """
        ids: set[int] | None = None
        if offices is not None:
            among = (self.leading,) if leading else (self.leading, self.helping)
            ids = {id_ for facets in among for office in offices for id_ in facets.get(office, ())}
        if deadlines is not None and ids != set():
            # Of a plan alone there are fewer deadlines than are asked for.
            shared = self.deadlines.keys() & deadlines if isinstance(deadlines, Set) else deadlines
            due = {id_ for deadline in shared for id_ in self.deadlines.get(deadline, ())}
            ids = due if ids is None else ids & due
        return ids or set()

    def take(self, other: Facets, held: Mapping[int, object]) -> None:
        """Those of a version, without the tasks that hold otherwise than printed."""
        _join(self.leading, other.leading, held)
        _join(self.helping, other.helping, held)
        _join(self.deadlines, other.deadlines, held)


def _join(into: dict[Facet, list[int]], values: Mapping[Facet, list[int]], held: Mapping[int, object]) -> None:
    for value, ids in values.items():
        kept = [id_ for id_ in ids if id_ not in held] if held else ids
        if kept:
            into[value] += kept


def read_facets(session: Session, version_ids: Sequence[int]) -> dict[int, Facets]:
    """By version the facets of its tasks as printed."""
    found = {id_: Facets() for id_ in version_ids}
    columns = [getattr(TaskRow, n) for n in ("id", "version_id", "lead", "coordinating")]
    columns += [getattr(TaskRow, n) for n in ("deadline_text", "kinds", "start", "dates", "rules", "unread")]
    for part in _parts(version_ids):
        wanted = select(*columns).where(_one_of(session, TaskRow.version_id, part), TaskRow.correction_id.is_(None))
        for row in session.execute(wanted.order_by(TaskRow.id)):
            found[row.version_id].add(row.id, row.lead, row.coordinating, deadline_of(row))
    return found


def _one_of(session: Session, column: InstrumentedAttribute[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """Whether the column is one of the numbers; PostgreSQL reads one array sooner than hundreds of parameters."""
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(cast(literal(ids, ARRAY(Integer)), ARRAY(Integer)))
    return column.in_(ids)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def _passages(session: Session, statement: Select[Any]) -> Iterator[StoredPassage]:
    for row in session.execute(statement):
        passage = Passage(row.text, source_of(row), row.agency, row.task_position)
        yield StoredPassage(row.id, row.version_id, row.task_id, passage)


def _tasks(session: Session, condition: ColumnElement[bool]) -> Iterator[StoredTask]:
    agencies: dict[int, list[str]] = defaultdict(list)
    led = select(TaskAgencyRow.task_id, TaskAgencyRow.agency).join(TaskRow, TaskRow.id == TaskAgencyRow.task_id)
    for task_id, agency in session.execute(led.where(condition).order_by(TaskRow.id, TaskAgencyRow.position)):
        agencies[task_id].append(agency)
    for row in session.execute(_TASK.where(condition).order_by(TaskRow.version_id, TaskRow.position)):
        yield StoredTask(row.id, row.version_id, task_of(row, tuple(agencies.get(row.id, ()))), row.correction_id)
