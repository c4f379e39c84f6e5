"""`SqlLibrary`: what answering reads of the live plans, out of the database.

A version never changes once it is stored, and every switch counts up the store's
generation; so the plans, the tasks of live versions and the matrix of their vectors are
kept in memory until that number moves. Every call asks for the number in the same
snapshot as the rest of its reading, so it sees one state of the store, whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.library import Hit, LivePassage, LivePlan, LiveTask
from knowledge.records import Task
from knowledge.store import keyword
from knowledge.store.catalog import live_plans
from knowledge.store.database import Store, generation
from knowledge.store.derived import load_vectors
from knowledge.store.models import LiveVersionRow, PassageRow
from knowledge.store.rows import load_tasks, passage_of
from knowledge.text import Folded
from knowledge.vectors import VectorIndex, VectorSet

CHROMA_FROM = 20_000
"""Passages from which a current Chroma index is asked instead of the vectors in SQL. Below it,
reading the vectors and multiplying takes less than importing and opening Chroma does (0.6 s)."""
_CHUNK = 500


@dataclass
class _Live:
    """What is known of one generation; filled in as it is asked for."""

    generation: int
    plans: tuple[LivePlan, ...]
    versions: dict[int, int]
    """Version id of each plan id."""
    tasks: dict[int, dict[int, Task]] = field(default_factory=dict)
    """The tasks of a version, by their ids, in the order of the paper; by version id."""
    vectors: VectorSet | None = None


class SqlLibrary:
    """`knowledge.library.Library` over a `Store`; safe to share between threads."""

    def __init__(self, store: Store, *, chroma_from: int = CHROMA_FROM) -> None:
        self._store = store
        self._chroma_from = chroma_from
        self._live: _Live | None = None
        self._lock = Lock()
        self._session: Session | None = None
        """Set in a snapshot: then every read goes through it."""
        folder = store.vector_folder
        self._index = VectorIndex(folder) if folder is not None else None

    def close(self) -> None:
        """Let go of the vector index, if it was opened; the store stays open."""
        if self._index is not None:
            self._index.close()

    @contextmanager
    def snapshot(self) -> Iterator[SqlLibrary]:
        """A library that sees the store as it is now, whatever is switched meanwhile.

        For the several reads of one answer; for one thread, and not for long: while it
        is open, the write-ahead log cannot be folded into the database.
        """
        with self._store.read() as session:
            self._current(session)
            view = copy(self)
            view._session = session
            yield view

    def generation(self) -> int:
        """A number that changes whenever what is live changes, for callers that cache."""
        with self._read() as session:
            return generation(session)

    def plans(self) -> Sequence[LivePlan]:
        """See `Library.plans`."""
        with self._read() as session:
            return self._current(session).plans

    def tasks(self, plan_ids: Collection[int] | None = None) -> Sequence[LiveTask]:
        """See `Library.tasks`."""
        with self._read() as session:
            live = self._current(session)
            return [
                LiveTask(id_, plan, task)
                for plan in live.plans
                if plan_ids is None or plan.id in plan_ids
                for id_, task in self._tasks(session, live, plan.id).items()
            ]

    def tasks_by_id(self, ids: Collection[int]) -> dict[int, LiveTask]:
        """See `Library.tasks_by_id`."""
        found: dict[int, LiveTask] = {}
        with self._read() as session:
            live = self._current(session)
            for plan in live.plans:
                tasks = self._tasks(session, live, plan.id)
                found |= {id_: LiveTask(id_, plan, tasks[id_]) for id_ in ids if id_ in tasks}
        return found

    def passages_by_id(self, ids: Collection[int]) -> dict[int, LivePassage]:
        """See `Library.passages_by_id`."""
        listed = list(ids)
        found: dict[int, LivePassage] = {}
        with self._read() as session:
            live = self._current(session)
            for start in range(0, len(listed), _CHUNK):
                statement = select(PassageRow).where(PassageRow.id.in_(listed[start : start + _CHUNK]))
                for passage in self._passages(session, live, session.scalars(statement).all()):
                    found[passage.id] = passage
        return found

    def passages(self, plan_ids: Collection[int]) -> Sequence[LivePassage]:
        """See `Library.passages`."""
        with self._read() as session:
            live = self._current(session)
            found: list[LivePassage] = []
            for plan in live.plans:
                if plan.id in plan_ids:
                    statement = (
                        select(PassageRow)
                        .where(PassageRow.version_id == live.versions[plan.id])
                        .order_by(PassageRow.position)
                    )
                    found += self._passages(session, live, session.scalars(statement).all())
            return found

    def keyword(self, terms: Sequence[Folded], limit: int, plan_ids: Collection[int] | None = None) -> Sequence[Hit]:
        """See `Library.keyword`."""
        with self._read() as session:
            return keyword.search(session, terms, limit, plan_ids)

    def nearest(self, text: str, limit: int, plan_ids: Collection[int] | None = None) -> Sequence[Hit]:
        """See `Library.nearest`. The Chroma index where it is worth opening and current, else SQL."""
        query = self._store.embedder.encode([text])[0]
        if limit <= 0 or not query.any() or (plan_ids is not None and not plan_ids):
            return []
        with self._read() as session:
            live = self._current(session)
            if live.vectors is None and self._index is not None:
                hits = self._index.search(
                    query,
                    limit,
                    plan_ids,
                    generation=live.generation,
                    model=self._store.embedder.id,
                    at_least=self._chroma_from,
                )
                if hits is not None:
                    return hits
            if live.vectors is None:
                live.vectors = load_vectors(session, self._store.embedder.id)
        return live.vectors.nearest(query, limit, plan_ids)

    @contextmanager
    def _read(self) -> Iterator[Session]:
        if self._session is not None:
            yield self._session
        else:
            with self._store.read() as session:
                yield session

    def _current(self, session: Session) -> _Live:
        """What is live in this snapshot."""
        number = generation(session)
        live = self._live
        if live is None or live.generation != number:
            rows = session.execute(select(LiveVersionRow.plan_id, LiveVersionRow.version_id))
            versions = {row.plan_id: row.version_id for row in rows}
            kept = {v: tasks for v, tasks in live.tasks.items() if v in versions.values()} if live else {}
            live = _Live(number, tuple(live_plans(session)), versions, kept)
            with self._lock:
                if self._live is None or self._live.generation < number:
                    self._live = live
        return live

    def _tasks(self, session: Session, live: _Live, plan_id: int) -> dict[int, Task]:
        version = live.versions[plan_id]
        if version not in live.tasks:
            live.tasks[version] = dict(load_tasks(session, version))
        return live.tasks[version]

    def _passages(self, session: Session, live: _Live, rows: Sequence[PassageRow]) -> list[LivePassage]:
        plans = {live.versions[plan.id]: plan for plan in live.plans}
        places = {
            version: {id_: place for place, id_ in enumerate(self._tasks(session, live, plans[version].id))}
            for version in {row.version_id for row in rows if row.task_id is not None}
            if version in plans
        }
        return [
            LivePassage(row.id, plans[row.version_id], passage_of(row, places.get(row.version_id, {})), row.task_id)
            for row in rows
            if row.version_id in plans
        ]
