"""`SqlLibrary`: what answering reads of the live plans, out of the database.

A version never changes once it is stored, and every switch and every correction counts up
the store's generation. So what papers print is kept in memory while they are live, the matrix of their vectors
while passages stay, and what is laid over a plan until something of that plan changes. Every call asks for the
number in the same snapshot as the rest of its reading, so it sees one state of the store, whole.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.amending import Stated
from knowledge.embedding import Embedder, Vectors
from knowledge.library import Hit, LivePassage, LivePlan, LiveTask
from knowledge.records import Deadline
from knowledge.store import keyword, reading
from knowledge.store.catalog import live_plans, live_relations
from knowledge.store.database import Store, generation, passages_generation
from knowledge.store.derived import live_embedder, live_model, load_blocks, open_index
from knowledge.store.held import Held, Rows, corrected_plans, corrections_of, held_tasks
from knowledge.store.models import LiveVersionRow
from knowledge.store.naming import edition
from knowledge.store.reading import Facets, Kept, StoredPassage, StoredTask
from knowledge.text import Folded
from knowledge.vectors import VectorBlock, VectorIndex, nearest

_KEPT_PASSAGES = 4_000
_KEPT_TASKS = 20_000
_FEW_PLANS = 50
"""Within so many plans, some 10,000 passages, the product takes 5 ms."""
_SPARE = 1.5
"""So many times as many of all are looked among as would hold enough of the plans' by their number."""
_AMONG = 2_000
"""The most of all among which the nearest of many plans are looked for: so many the index's graph is searched for."""


@dataclass
class _Printed:
    """What papers print, by one edition of agencies' names, which stays the same while generations pass.

    Attributes:
        edition: of the names, by which leads are resolved; see `knowledge.store.naming`.
        lists: ids of a version's tasks, in the order of the paper; not of those that people added.
        facets: by version.
        held: by plan what is laid over its tasks, and what that was made of.
    """

    edition: int
    tasks: Kept[StoredTask] = field(default_factory=lambda: Kept(_KEPT_TASKS))
    lists: dict[int, tuple[int, ...]] = field(default_factory=dict)
    facets: dict[int, Facets] = field(default_factory=dict)
    held: dict[int, tuple[object, dict[int, Held]]] = field(default_factory=dict)

    def forget_all_but(self, live: _Live) -> None:
        """Lets go of what is not live any more."""
        for kept, known in ((self.lists, live.owners), (self.facets, live.owners), (self.held, live.versions)):
            for id_ in [*kept]:
                if id_ not in known:
                    kept.pop(id_, None)


@dataclass
class _Multiplied:
    """The vectors of versions that one model made, kept while these are live.

    Attributes:
        blocks: by version, and the plan's revision, whose passages and vectors stay as they are.
    """

    model: str
    blocks: dict[tuple[int, int], VectorBlock] = field(default_factory=dict)

    def forget_all_but(self, live: _Live) -> None:
        """Lets go of what is not live any more."""
        known = {(live.versions[plan.id], plan.revision) for plan in live.plans}
        for key in [key for key in self.blocks if key not in known]:
            self.blocks.pop(key, None)


@dataclass
class _Live:
    """What is known of one generation; filled in as it is asked for."""

    generation: int
    printed: _Printed
    plans: tuple[LivePlan, ...]
    versions: dict[int, int]
    """Version id of each plan id."""
    owners: dict[int, LivePlan]
    """Plan of each version id."""
    tasks: Kept[LiveTask] = field(default_factory=lambda: Kept(_KEPT_TASKS))
    passages: Kept[LivePassage] = field(default_factory=lambda: Kept(_KEPT_PASSAGES))
    lists: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Ids of a version's tasks, in the order of the paper."""
    frequencies: dict[str, int] = field(default_factory=dict)
    """See `keyword.search`."""
    held: dict[int, Held] | None = None
    """Tasks that hold otherwise than printed, by id; see `knowledge.store.held`."""
    facets: Facets | None = None
    passages_generation: int = 0
    multiplied: _Multiplied = field(default_factory=lambda: _Multiplied(""))
    unfinished: dict[int, VectorBlock] = field(default_factory=dict)
    """By version vectors that lack some passages'."""
    embedder: Embedder | None = None


class SqlLibrary:
    """`knowledge.library.Library` over a `Store`; safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._live: _Live | None = None
        self._lock = Lock()
        self._embedders: dict[str, Embedder] = {}
        self._session: Session | None = None
        """Set in a snapshot: then every read goes through it."""
        self._seen: _Live | None = None
        """Set in a snapshot: what is live in it."""
        self._index: VectorIndex | None = None

    def open_index(self) -> None:
        """Ask the Chroma index from now on: where many questions come it is worth what its import takes."""
        self._index = open_index(self._store)

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
            view = copy(self)
            view._seen = self._current(session)
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

    def tasks(
        self,
        plan_ids: Collection[int] | None = None,
        *,
        offices: Collection[str] | None = None,
        deadlines: Collection[Deadline] | None = None,
        leading: bool = False,
    ) -> Sequence[LiveTask]:
        """See `Library.tasks`."""
        with self._read() as session:
            live = self._current(session)
            if offices is None and deadlines is None:
                wanted = [plan for plan in live.plans if plan_ids is None or plan.id in plan_ids]
                return [
                    task
                    for plan in wanted
                    if plan.in_force or _is_alone(plan, plan_ids)
                    for task in self._list(session, live, live.versions[plan.id])
                    if _goes_on(task)
                ]
            ids = self._filtered(session, live, plan_ids, offices, deadlines, leading=leading)
            found = self._tasks_by_id(session, live, ids)
            places = {plan.id: place for place, plan in enumerate(live.plans)}
            chosen = [found[id_] for id_ in sorted(found)]  # ids follow the order of the paper
            chosen = [
                task
                for task in chosen
                if (plan_ids is None or task.plan.id in plan_ids)
                and (task.plan.in_force or _is_alone(task.plan, plan_ids))
                and _goes_on(task)
            ]
            return sorted(chosen, key=lambda task: places[task.plan.id])

    def offices(self) -> Sequence[str]:
        """See `Library.offices`."""
        with self._read() as session:
            return self._facets(session, self._current(session)).offices

    def deadlines(self) -> Sequence[Deadline]:
        """See `Library.deadlines`."""
        with self._read() as session:
            return list(self._facets(session, self._current(session)).deadlines)

    def tasks_by_id(self, ids: Collection[int]) -> dict[int, LiveTask]:
        """See `Library.tasks_by_id`."""
        with self._read() as session:
            return self._tasks_by_id(session, self._current(session), ids)

    def passages_by_id(self, ids: Collection[int]) -> dict[int, LivePassage]:
        """See `Library.passages_by_id`."""
        with self._read() as session:
            live = self._current(session)
            found = live.passages.find(ids)
            missing = [id_ for id_ in ids if id_ not in found]
            read = {each.id: each for each in _live_passages(live, reading.passages_by_id(session, missing))}
            live.passages.keep(read)
            return found | read

    def passages(self, plan_ids: Collection[int], *, headed: bool = False) -> Sequence[LivePassage]:
        """See `Library.passages`."""
        with self._read() as session:
            live = self._current(session)
            versions = [live.versions[plan.id] for plan in live.plans if plan.id in plan_ids]
            return [
                passage
                for version in versions
                for passage in _live_passages(live, reading.passages_of(session, version, headed=headed))
            ]

    def keyword(
        self,
        terms: Sequence[Folded],
        limit: int,
        plan_ids: Collection[int] | None = None,
        more: Sequence[Folded] = (),
    ) -> Sequence[Hit]:
        """See `Library.keyword`."""
        with self._read() as session:
            return keyword.search(session, terms, limit, plan_ids, self._current(session).frequencies, more)

    def nearest(self, text: str, limit: int, plan_ids: Collection[int] | None = None) -> Sequence[Hit]:
        """See `Library.nearest`.

        The Chroma index where it is open and current; the product over the vectors in SQL where it is not, and
        within a few plans, whose rows alone are read. Within many plans those of the nearest of all that are theirs,
        where there are enough.
        """
        if limit <= 0 or (plan_ids is not None and not plan_ids):
            return []
        with self._read() as session:
            live = self._current(session)
            embedder = self._embedder_of(session, live)
            if embedder is None:
                return []
            query = embedder.encode_question(text)
            if not query.any():
                return []
            if self._index is not None and (plan_ids is None or len(plan_ids) > _FEW_PLANS):
                versions = (
                    None if plan_ids is None else {live.versions[id_] for id_ in plan_ids if id_ in live.versions}
                )
                hits = self._indexed(self._index, session, live, query, limit, embedder.id, versions)
                if hits is not None:
                    return hits
            wanted = [plan for plan in live.plans if plan_ids is None or plan.id in plan_ids]
            blocks = self._blocks(session, live, embedder.id, wanted)
        return nearest(blocks, query, limit)

    def _indexed(
        self,
        index: VectorIndex,
        session: Session,
        live: _Live,
        query: Vectors,
        limit: int,
        model: str,
        versions: Set[int] | None,
    ) -> list[Hit] | None:
        """What the Chroma index finds of these versions; None where it is of no use, or finds too few."""
        search = partial(index.search, query, generation=live.passages_generation, model=model)
        if versions is None:
            return search(limit)
        share = len(versions) / max(1, len(live.owners))
        enough = min(_AMONG, math.ceil(limit * _SPARE / share)) if share else _AMONG
        for among in sorted({enough, _AMONG}):
            hits = search(among)
            if hits is None:
                return None
            inside = reading.passages_in(session, [hit.passage_id for hit in hits], versions)
            found = [hit for hit in hits if hit.passage_id in inside]
            if len(found) >= limit:
                return found[:limit]
        return None

    def _blocks(self, session: Session, live: _Live, model: str, plans: Sequence[LivePlan]) -> Sequence[VectorBlock]:
        """The vectors of these plans' live versions."""
        if live.multiplied.model != model:
            live.multiplied, live.unfinished = _Multiplied(model), {}
        kept, unfinished = live.multiplied.blocks, live.unfinished
        keys = {live.versions[plan.id]: plan.revision for plan in plans}
        found = {version: kept.get(key) or unfinished.get(version) for key in keys.items() for version in key[:1]}
        missing = [version for version, block in found.items() if block is None]
        for version, block in load_blocks(session, model, missing).items():
            found[version] = block
            if block.complete:
                kept[version, keys[version]] = block
            else:
                unfinished[version] = block
        return [block for block in found.values() if block is not None]

    @contextmanager
    def _read(self) -> Iterator[Session]:
        if self._session is not None:
            yield self._session
        else:
            with self._store.read() as session:
                yield session

    def _current(self, session: Session) -> _Live:
        """What is live in this snapshot."""
        if self._seen is not None:
            return self._seen
        number = generation(session)
        live = self._live
        if live is None or live.generation != number:
            rows = session.execute(select(LiveVersionRow.plan_id, LiveVersionRow.version_id))
            versions = {row.plan_id: row.version_id for row in rows}
            plans = tuple(live_plans(session))
            before, named = live, edition(session)
            printed = before.printed if before is not None and before.printed.edition == named else _Printed(named)
            live = _Live(number, printed, plans, versions, {versions[plan.id]: plan for plan in plans})
            live.passages_generation = passages_generation(session)
            if before is not None:
                live.multiplied = before.multiplied
            with self._lock:
                if self._live is None or self._live.generation < number:
                    self._live = live
                    printed.forget_all_but(live)
                    live.multiplied.forget_all_but(live)
        return live

    def _embedder_of(self, session: Session, live: _Live) -> Embedder | None:
        """The model that made the live vectors, if there is one; the same object while the model stays."""
        if live.embedder is None:
            before = self._embedders.get(live_model(session, self._store))
            live.embedder = before or live_embedder(session, self._store)
            if live.embedder is not None:
                self._embedders = {live.embedder.id: live.embedder}
        return live.embedder

    def _list(self, session: Session, live: _Live, version: int) -> Sequence[LiveTask]:
        """The tasks of a version, in the order of the paper."""
        if version in live.lists:
            ids = live.lists[version]
            found = self._tasks_by_id(session, live, ids)
            return [found[id_] for id_ in ids]
        plan = live.owners[version]
        held = self._held(session, live)
        stored = [*self._read_printed(session, live, version), *reading.tasks_by_id(session, plan.added)]
        tasks = [_live_task(each, plan, held) for each in stored]
        live.lists[version] = tuple(task.id for task in tasks)
        live.tasks.keep({task.id: task for task in tasks})
        return tasks

    def _read_printed(self, session: Session, live: _Live, version: int) -> Sequence[StoredTask]:
        """The tasks of a version's paper, in its order."""
        printed = live.printed
        if version in printed.lists:
            ids = printed.lists[version]
            found = printed.tasks.find(ids)
            if len(found) == len(ids):
                return [found[id_] for id_ in ids]
        stored = [each for each in reading.tasks_of(session, version) if each.correction is None]
        printed.tasks.keep({each.id: each for each in stored})
        printed.lists[version] = tuple(each.id for each in stored)
        return stored

    def _tasks_by_id(self, session: Session, live: _Live, ids: Collection[int]) -> dict[int, LiveTask]:
        found = live.tasks.find(ids)
        missing = [id_ for id_ in ids if id_ not in found]
        if not missing:
            return found
        held, printed = self._held(session, live), live.printed.tasks
        stored = printed.find(missing)
        more = {each.id: each for each in reading.tasks_by_id(session, [id_ for id_ in missing if id_ not in stored])}
        printed.keep({id_: each for id_, each in more.items() if each.version_id in live.owners})
        read = {
            id_: _live_task(each, live.owners[each.version_id], held)
            for id_, each in (stored | more).items()
            if each.version_id in live.owners
        }
        live.tasks.keep(read)
        return found | read

    def _facets(self, session: Session, live: _Live) -> Facets:
        if live.facets is None:
            facets, held = Facets(), self._held(session, live)
            for own in self._printed_facets(session, live, sorted(live.owners)).values():
                facets.take(own, held)
            for id_, now in held.items():
                facets.put(id_, now.task)
            live.facets = facets
        return live.facets

    def _printed_facets(self, session: Session, live: _Live, versions: Collection[int]) -> dict[int, Facets]:
        """By version, kept while they are live: another thread may let go of them meanwhile."""
        kept = live.printed.facets
        found = {version: facets for version in versions if (facets := kept.get(version)) is not None}
        missing = [version for version in versions if version not in found]
        if not missing:
            return found
        read = reading.read_facets(session, missing)
        kept.update(read)
        return {version: found.get(version) or read[version] for version in versions}

    def _held(self, session: Session, live: _Live) -> dict[int, Held]:
        """Tasks that people have corrected or other live papers change; no other plans are looked at."""
        if live.held is None:
            found: dict[int, Held] = {}
            stated = live_relations(session, live.plans)
            corrected = corrected_plans(session) & live.versions.keys()
            plans = {plan.id: plan for plan in live.plans}
            for plan_id in {**dict.fromkeys(stated), **dict.fromkeys(corrected)}:
                by = stated.get(plan_id, [])
                # Of another paper its version says what it prints, and the plan's revision what is corrected of it.
                made_of = (
                    live.versions[plan_id],
                    plans[plan_id].revision,
                    tuple((live.versions[each.by.id], each.by.name, each.relation) for each in by),
                )
                kept = live.printed.held.get(plan_id)
                if kept is None or kept[0] != made_of:
                    kept = made_of, self._read_held(session, live, plan_id, by, corrected=plan_id in corrected)
                    live.printed.held[plan_id] = kept
                found |= kept[1]
            live.held = found
        return live.held

    def _read_held(
        self, session: Session, live: _Live, plan_id: int, by: Sequence[Stated], *, corrected: bool
    ) -> dict[int, Held]:
        corrections = corrections_of(session, plan_id) if corrected else []
        papers = {
            other: [each.task for each in reading.tasks_of(session, live.versions[other])]
            for other in {each.by.id for each in by}
        }
        return held_tasks(Rows(session, live.versions[plan_id]), corrections, by, papers)

    def _filtered(
        self,
        session: Session,
        live: _Live,
        plan_ids: Collection[int] | None,
        offices: Collection[str] | None,
        deadlines: Collection[Deadline] | None,
        *,
        leading: bool,
    ) -> set[int]:
        """Ids of the tasks that pass; of plans that are not wanted only of what holds otherwise than printed."""
        everywhere = self._facets(session, live)
        if plan_ids is None:
            return everywhere.find(offices, deadlines, leading=leading)
        held, wanted = self._held(session, live), {live.versions[id_] for id_ in plan_ids if id_ in live.versions}
        found = Facets()
        for id_, now in held.items():
            found.put(id_, now.task)
        ids = found.find(offices, deadlines, leading=leading)
        for own in self._printed_facets(session, live, wanted).values():
            ids |= own.find(offices, deadlines, leading=leading) - held.keys()
        return ids


def _live_task(stored: StoredTask, plan: LivePlan, held: dict[int, Held]) -> LiveTask:
    now = held.get(stored.id)
    if now is None:
        return LiveTask(stored.id, plan, stored.task)
    return LiveTask(stored.id, plan, now.task, now.amendments, now.corrections)


def _is_alone(plan: LivePlan, asked: Collection[int] | None) -> bool:
    """Tasks of a plan that is replaced as a whole are still listed where that plan alone is asked about."""
    return asked is not None and {*asked} == {plan.id}


def _goes_on(task: LiveTask) -> bool:
    """Whether nobody has taken the task out of its plan."""
    if not task.amendments and not task.corrections:
        return True
    return not task.repealed and task.cancelled is None


def _live_passages(live: _Live, read: Iterable[StoredPassage]) -> Iterator[LivePassage]:
    for each in read:
        plan = live.owners.get(each.version_id)
        if plan is not None:
            yield LivePassage(each.id, plan, each.passage, each.task_id)
