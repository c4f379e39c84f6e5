"""Corrections as rows, and what has readers see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from knowledge.correcting import SAME, CorrectionKind, Value, find_row, row_words, value_of
from knowledge.records import Task
from knowledge.store import audit
from knowledge.store.audit import AuditKind, PlanChange
from knowledge.store.corrections.cells import NAME
from knowledge.store.corrections.shown import ShownRow, seen_versions
from knowledge.store.database import bump_generation
from knowledge.store.held import Rows, is_live, lay, task_to_json, value_to_json
from knowledge.store.models import CorrectionRow, PlanRow, VersionRow
from knowledge.text import cut


def find_alike(session: Session, version: VersionRow, task: Task) -> tuple[list[str], list[str]]:
    """Keys of the printed row that says nearly the same as an added task, and a warning; nothing for none."""
    rows = Rows(session, version.id)
    id_ = find_row(row_words(task), rows.words, least=SAME)
    if id_ is None:
        return [], []
    printed = rows.of([id_])[id_].task
    name = cut(printed.activity or printed.title, NAME)
    return [rows.key(id_)], [f"Kế hoạch đã có nhiệm vụ gần giống (mã {id_}): “{name}”."]


def correction_row(
    row: ShownRow,
    kind: CorrectionKind,
    reason: str,
    by: int,
    now: datetime,
    *,
    field: str = "",
    after: Value = None,
) -> CorrectionRow:
    """A correction of a row that is there."""
    return CorrectionRow(
        plan_id=row.plan.id,
        kind=kind.value,
        keys=[row.key],
        field=field,
        before=value_to_json(value_of(row.task, field)) if field else None,
        after=value_to_json(after),
        **_kept(row.task),
        **_made(reason, by, now),
    )


def added_row(plan_id: int, task: Task, beside: Sequence[str], reason: str, by: int, now: datetime) -> CorrectionRow:
    """An added task, and the keys of printed rows beside which it stands."""
    return CorrectionRow(
        plan_id=plan_id, kind=CorrectionKind.ADD.value, keys=[*beside], field="", before=None,
        after=task_to_json(task), **_kept(task), **_made(reason, by, now),
    )  # fmt: skip


def _kept(task: Task) -> dict[str, str]:
    """Of the row, what it is found again and named by."""
    return {"words": row_words(task), "title": task.activity or task.title}


def _made(reason: str, by: int, now: datetime) -> dict[str, object]:
    return {"reason": reason, "made_at": now, "made_on": now.date(), "made_by": by}


def note_change(session: Session, change: PlanChange, row: CorrectionRow, by: int | None, now: datetime) -> None:
    """Writes a line of the history."""
    audit.record(session, AuditKind.CORRECTION, change, by=by, now=now, plan_id=row.plan_id, subject=row.id)


def write_corrections(session: Session, plan: PlanRow, rows: Sequence[CorrectionRow]) -> tuple[int, ...]:
    """Writes what was changed, and has every reader see it when the transaction ends.

    Args:
        rows: all that is new or has changed of the plan's corrections.
    """
    new = [row for row in rows if row.id is None]
    session.add_all(rows)
    plan.revision += 1
    session.flush()
    for row in new:
        note_change(session, PlanChange.CORRECTION_MADE, row, row.made_by, row.made_at)
    for version in seen_versions(session, plan.id):
        if is_live(session, version.id):
            lay(session, plan.id, version.id, rows)
    bump_generation(session, passages=any(row.kind == CorrectionKind.ADD for row in rows))
    return tuple(row.id for row in rows)
