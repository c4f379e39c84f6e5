"""Plans and their tasks as the page lists them, held in memory until something is loaded, switched or corrected."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.app import App
from knowledge.library import LivePlan, LiveTask
from knowledge.store.corrections import draft_task, laid_over, printed_tasks
from knowledge.store.database import generation, passages_generation
from knowledge.store.models import PaperRow, VersionRow, VersionState
from knowledge.store.reading import StoredTask, doubtful_tasks
from knowledge.store.rows import metadata_of

_KEPT = 12
"""Things read of plans that are held in memory, drafts' tasks among them: few plans are looked through at once."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Table:
    """Tasks in the order of the paper.

    Attributes:
        draft: of a version that is not used yet.
    """

    plan: LivePlan
    tasks: Sequence[LiveTask]
    draft: bool


@dataclass
class TaskTables:
    """Reads tables, and whatever else takes long with plans of thousands of tasks."""

    app: App
    _kept: OrderedDict[Hashable, object] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def keep(self, name: Hashable, read: Callable[[], _T], *, printed: bool = False) -> _T:
        """What `read` gives, read once for as long as plans stay as they are.

        Args:
            name: of what is read, the same for the same thing.
            printed: it holds what papers print only, whatever is corrected.
        """
        with self.app.store.read() as session:
            stamp = _stamp(session)
            key = name, stamp if printed else (generation(session), *stamp)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                kept: _T = self._kept[key]  # type: ignore[assignment]  # one name is always of one type
                return kept
        found = read()
        with self._lock:
            for older in [other for other in self._kept if isinstance(other, tuple) and other[0] == name]:
                del self._kept[older]
            self._kept[key] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found

    def live(self, plan_id: int) -> Table | None:
        """The live version's; None where the plan has none. Tasks that are ended or repealed are left out."""
        with self.app.library.snapshot() as library:
            plan = next((each for each in library.plans() if each.id == plan_id), None)
            return Table(plan, library.tasks([plan_id]), draft=False) if plan is not None else None

    def draft(self, plan_id: int) -> Table | None:
        """The draft's; None where there is none."""
        return self.keep(("draft", plan_id), lambda: self._read_draft(plan_id))

    def versions(self, plan_id: int) -> dict[int, tuple[str, str]]:
        """By its number what a version of a plan is called, and the name of its file; discarded ones left out."""
        wanted = select(VersionRow.version, VersionRow.name, VersionRow.file).where(
            VersionRow.plan_id == plan_id, VersionRow.state != VersionState.DISCARDED
        )
        with self.app.store.read() as session:
            return {row.version: (row.name, row.file) for row in session.execute(wanted)}

    def _read_draft(self, plan_id: int) -> Table | None:
        store = self.app.store
        with store.read() as session:
            row = session.scalar(
                select(VersionRow).where(VersionRow.plan_id == plan_id, VersionRow.state == VersionState.DRAFT)
            )
            if row is None:
                return None
            plan, version = LivePlan(plan_id, row.name, row.file, row.version, metadata_of(row)), row.id
        printed = self.keep(("printed", plan_id), lambda: printed_tasks(store, version), printed=True)
        tasks = [
            LiveTask(each.id, plan, each.task, corrections=each.corrections)
            for each in laid_over(store, plan_id, version, printed)
        ]
        return Table(plan, tasks, draft=True)

    def doubtful(self, version_id: int) -> Sequence[StoredTask]:
        """The printed tasks of a version of which something may be doubtful."""

        def read() -> Sequence[StoredTask]:
            with self.app.store.read() as session:
                return list(doubtful_tasks(session, version_id))

        return self.keep(("doubtful", version_id), read, printed=True)

    def find(self, task_id: int, *, drafts: bool) -> tuple[LiveTask, bool] | None:
        """A task, ended ones as well, and whether it is of a draft.

        Args:
            drafts: look there, too.
        """
        live = self.app.library.tasks_by_id([task_id]).get(task_id)
        if live is not None:
            return live, False
        found = draft_task(self.app.store, task_id) if drafts else None
        return (found, True) if found is not None else None


def _stamp(session: Session) -> tuple[int, ...]:
    """Another one whenever a version was loaded, switched or discarded, got its file, or rows were added to it."""
    discarded = func.sum(case((VersionRow.state == VersionState.DISCARDED, 1), else_=0))
    row = session.execute(select(func.count(), func.max(VersionRow.id), discarded).select_from(VersionRow)).one()
    papers = session.scalar(select(func.count()).select_from(PaperRow)) or 0
    return passages_generation(session), papers, *(value or 0 for value in row)
