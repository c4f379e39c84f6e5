"""A task that the reading of a plan's paper lacks, added by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.agencies import Directory
from knowledge.correcting import CorrectionKind
from knowledge.errors import CorrectionError
from knowledge.records import Task
from knowledge.store.catalog import find_plan_row
from knowledge.store.corrections.calls import Done
from knowledge.store.corrections.cells import CellReader, Cells, CellWarning, checked_reason, empty_task, filled
from knowledge.store.corrections.checks import check_latest_added
from knowledge.store.corrections.shown import metadata_now, shown_version
from knowledge.store.corrections.writing import added_row, find_alike, write_corrections
from knowledge.store.database import Store
from knowledge.store.models import CorrectionRow, PlanRow, TaskRow, VersionRow


@dataclass(frozen=True, slots=True)
class AddTrial:
    """What an added task would be.

    Attributes:
        task: as it would hold.
        warnings: what was taken as written but not understood, and of the title a row that says nearly the same.
    """

    task: Task
    warnings: tuple[CellWarning, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A task to be added, as the plan's paper would be read.

    Attributes:
        beside: keys of printed rows that say nearly the same.
    """

    plan: PlanRow
    version: VersionRow
    task: Task
    beside: tuple[str, ...]
    warned: tuple[CellWarning, ...]


def add_task(
    store: Store,
    plan: str | int,
    cells: Cells,
    *,
    reason: str,
    by: int,
    now: datetime,
    directory: Directory,
    section: str | None = None,
    seen: int | None = None,
) -> Done:
    """Adds a task that the reading of the plan's paper lacks.

    Args:
        plan: a name as `catalog.find_plan` takes it, or a plan's id.
        section: heading under which it belongs.
        seen: number of the plan's latest added task that the person knows of, 0 for none; None: whatever it is.

    Raises:
        UnknownPlanError, AmbiguousPlanError: by the name.
        CorrectionMovedError: another task was added to the plan meanwhile.
        CorrectionError: no title or no reason, or a value that cannot be.
    """
    reason = checked_reason(reason)
    with store.write() as session:
        read = _read(session, plan, cells, directory, section)
        check_latest_added(session, read.plan.id, seen, now)
        row = added_row(read.plan.id, read.task, read.beside, reason, by, now)
        session.add(row)
        numbers = write_corrections(session, read.plan, [row])
        id_ = session.scalar(
            select(TaskRow.id).where(TaskRow.correction_id == row.id, TaskRow.version_id == read.version.id)
        )
        warnings = tuple(each.sentence for each in read.warned)
        return Done(numbers, read.plan.id, read.version.name, id_, read.task, warnings)


def try_add(
    store: Store, plan: str | int, cells: Cells, *, directory: Directory, section: str | None = None
) -> AddTrial:
    """What `add_task` would add; nothing is written.

    Raises:
        UnknownPlanError, AmbiguousPlanError, CorrectionError: as `add_task`.
    """
    with store.read() as session:
        read = _read(session, plan, cells, directory, section)
        return AddTrial(read.task, read.warned)


def latest_added(store: Store, plan_id: int) -> int:
    """Number of the correction by which a task was last added to the plan, undone or not; 0 for none."""
    wanted = select(CorrectionRow.id).where(
        CorrectionRow.plan_id == plan_id, CorrectionRow.kind == CorrectionKind.ADD
    )
    with store.read() as session:
        return session.scalar(wanted.order_by(CorrectionRow.id.desc()).limit(1)) or 0


def _read(session: Session, plan: str | int, cells: Cells, directory: Directory, section: str | None) -> _Read:
    plan_row = find_plan_row(session, plan)
    version = shown_version(session, plan_row.id)
    empty = empty_task(section)
    reader = CellReader(directory, metadata_now(session, plan_row.id, version), empty)
    task = filled(empty, reader.values(cells))
    if not task.title:
        raise CorrectionError("Xin ghi tên nhiệm vụ.", field="title")
    beside, warnings = find_alike(session, version, task)
    alike = (CellWarning("title", each) for each in warnings)
    return _Read(plan_row, version, task, tuple(beside), (*reader.warned, *alike))
