"""Drafts and live versions as they hold now, whole or one row of them, for whoever looks through or corrects them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.amending import Stated
from knowledge.correcting import Correction
from knowledge.errors import CorrectionError
from knowledge.library import LivePlan, LiveTask
from knowledge.records import PlanMetadata, Task
from knowledge.store.catalog import find_plan_row, live_plans, live_relations
from knowledge.store.database import Store
from knowledge.store.held import Held, Rows, corrections_of, held_tasks, is_live
from knowledge.store.models import LiveVersionRow, PlanRow, TaskRow, VersionRow, VersionState
from knowledge.store.reading import StoredTask
from knowledge.store.rows import metadata_of

NO_VERSION = "Kế hoạch này không có bản nào đang dùng hoặc chờ duyệt."


@dataclass(frozen=True, slots=True)
class VersionTask:
    """A task of one version, live or not.

    Attributes:
        printed: as the paper's reading has it.
        task: with what people corrected, and of a live version with what other papers amend.
    """

    id: int
    printed: Task
    task: Task
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A task of a draft or live version, within a transaction."""

    session: Session
    plan: PlanRow
    version: VersionRow
    metadata: PlanMetadata
    id: int
    key: str
    held: Held

    @property
    def task(self) -> Task:
        """As it holds now."""
        return self.held.task


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A draft or live version as it holds now, within a transaction."""

    session: Session
    plan: PlanRow
    version: VersionRow
    metadata: PlanMetadata
    rows: Rows
    held: Mapping[int, Held]
    printed: Mapping[int, Task]

    @classmethod
    def of(cls, session: Session, version: VersionRow) -> ShownVersion:
        plan, rows = session.get_one(PlanRow, version.plan_id), Rows(session, version.id)
        held, metadata = _held(session, plan.id, version, rows), metadata_now(session, plan.id, version)
        return cls(session, plan, version, metadata, rows, held, {each.id: each.task for each in rows.stored})

    def task(self, id_: int) -> LiveTask:
        version, held = self.version, self.held.get(id_, Held(self.printed[id_]))
        plan = LivePlan(self.plan.id, version.name, version.file, version.version, self.metadata)
        return LiveTask(id_, plan, held.task, held.amendments, held.corrections)

    def row(self, id_: int) -> ShownRow:
        held = self.held.get(id_, Held(self.printed[id_]))
        return ShownRow(self.session, self.plan, self.version, self.metadata, id_, self.rows.keys[id_], held)


def stored_row(session: Session, task_id: int) -> ShownRow:
    """The task with that number.

    Raises:
        CorrectionError: it is in no draft and no live version.
    """
    version_id = session.scalar(select(TaskRow.version_id).where(TaskRow.id == task_id))
    version = session.get(VersionRow, version_id) if version_id is not None else None
    if version is None or version.state not in (VersionState.ACTIVE, VersionState.DRAFT):
        raise CorrectionError(
            f"Không có nhiệm vụ mang mã {task_id} trong các bản đang dùng (xem mã: kehoach tasks --format json)."
        )
    rows, plan = Rows(session, version.id), session.get_one(PlanRow, version.plan_id)
    key, printed = rows.key(task_id), rows.of([task_id])[task_id].task
    held = _held(session, plan.id, version, rows, key).get(task_id, Held(printed))
    return ShownRow(session, plan, version, metadata_now(session, plan.id, version), task_id, key, held)


def shown_version(session: Session, plan_id: int) -> VersionRow:
    """The live version, else the draft."""
    versions = seen_versions(session, plan_id)
    if not versions:
        raise CorrectionError(NO_VERSION)
    return versions[0]


def seen_versions(session: Session, plan_id: int) -> list[VersionRow]:
    """The live version and the draft, where there are such."""
    states = (VersionState.ACTIVE, VersionState.DRAFT)
    found = session.scalars(
        select(VersionRow).where(VersionRow.plan_id == plan_id, VersionRow.state.in_(states))
    ).all()
    return sorted(found, key=lambda version: (states.index(VersionState(version.state)), -version.version))


def _numbered(session: Session, plan_id: int, version: int) -> Sequence[VersionRow]:
    wanted = select(VersionRow).where(VersionRow.plan_id == plan_id, VersionRow.version == version)
    return session.scalars(wanted.where(VersionRow.state != VersionState.DISCARDED)).all()


def _held(session: Session, plan_id: int, version: VersionRow, rows: Rows, key: str | None = None) -> dict[int, Held]:
    """What holds of the version otherwise than printed; other papers change live ones only.

    Args:
        key: of the one row that is looked at.
    """
    stated: list[Stated] = []
    if is_live(session, version.id):
        stated = live_relations(session, live_plans(session)).get(plan_id, [])
    # Which row another paper means is told by what all rows say by now.
    corrections = corrections_of(session, plan_id, None if key is None or stated else [key])
    own = {by: _live_tasks(session, by) for by in {each.by.id for each in stated}}
    return held_tasks(rows, corrections, stated, own)


def _live_tasks(session: Session, plan_id: int) -> list[Task]:
    version = session.scalar(select(LiveVersionRow.version_id).where(LiveVersionRow.plan_id == plan_id))
    return [each.task for each in Rows(session, version).stored]


def metadata_now(session: Session, plan_id: int, version: VersionRow) -> PlanMetadata:
    """What the paper says of itself, with what other live papers state of it."""
    live = next((plan for plan in live_plans(session) if plan.id == plan_id), None)
    return live.metadata if live is not None and is_live(session, version.id) else metadata_of(version)


def version_tasks(store: Store, plan: str | int, version: int | None = None) -> list[VersionTask]:
    """The tasks of a plan's draft, or of its live version where there is no draft, for a person to look through.

    Args:
        version: the one that is meant, in place of those.

    Raises:
        UnknownPlanError, AmbiguousPlanError: by the name.
        CorrectionError: it has neither.
    """
    with store.read() as session:
        plan_id = find_plan_row(session, plan).id
        versions = seen_versions(session, plan_id) if version is None else _numbered(session, plan_id, version)
        if not versions:
            raise CorrectionError(NO_VERSION)
        rows = Rows(session, versions[-1].id)
        return _laid(rows.stored, _held(session, plan_id, versions[-1], rows))


def printed_tasks(store: Store, version_id: int) -> Sequence[StoredTask]:
    """The tasks of a version as printed, which never change while it is there."""
    with store.read() as session:
        return Rows(session, version_id).stored


def laid_over(store: Store, plan_id: int, version_id: int, printed: Sequence[StoredTask]) -> list[VersionTask]:
    """The tasks of a draft with what people corrected.

    Args:
        printed: as `printed_tasks` gave them.
    """
    with store.read() as session:
        held = held_tasks(Rows(session, version_id), corrections_of(session, plan_id))
    return _laid(printed, held)


def _laid(printed: Sequence[StoredTask], held: Mapping[int, Held]) -> list[VersionTask]:
    return [
        VersionTask(each.id, each.task, now.task, now.corrections)
        for each in printed
        for now in [held.get(each.id) or Held(each.task)]
    ]


def draft_tasks(store: Store, plan_id: int) -> list[LiveTask]:
    """The tasks of a plan's draft as they would be told if it were live; none where there is no draft.

    Without those that a person added, which get their rows when the draft goes live, and those that were ended.
    """
    with store.read() as session:
        draft = next((each for each in seen_versions(session, plan_id) if each.state == VersionState.DRAFT), None)
        if draft is None:
            return []
        shown = ShownVersion.of(session, draft)
        tasks = [shown.task(id_) for id_ in shown.printed]
        return [each for each in tasks if each.cancelled is None]


def draft_task(store: Store, task_id: int) -> LiveTask | None:
    """A task of a draft in the same way; None for one of another version."""
    with store.read() as session:
        version_id = session.scalar(select(TaskRow.version_id).where(TaskRow.id == task_id))
        version = session.get(VersionRow, version_id) if version_id is not None else None
        if version is None or version.state != VersionState.DRAFT:
            return None
        row = stored_row(session, task_id)
        plan = LivePlan(row.plan.id, version.name, version.file, version.version, row.metadata)
        return LiveTask(task_id, plan, row.task, row.held.amendments, row.held.corrections)


def table_keys(store: Store, plan_ids: Iterable[int]) -> dict[int, str]:
    """By task what its row is known by, of the live versions and drafts of these plans."""
    with store.read() as session:
        versions = [each for plan_id in plan_ids for each in seen_versions(session, plan_id)]
        return {id_: key for version in versions for id_, key in Rows(session, version.id).keys.items()}
