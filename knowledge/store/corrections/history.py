"""The list of everything that people corrected, and what is to be decided of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.correcting import Correction, CorrectionKind, CorrectionState
from knowledge.doubts import FIELDS
from knowledge.records import Task
from knowledge.store.catalog import find_plan_row
from knowledge.store.corrections.cells import NAME
from knowledge.store.corrections.checks import name_of
from knowledge.store.corrections.shown import seen_versions
from knowledge.store.database import Store
from knowledge.store.held import Rows, correction_of, states_in
from knowledge.store.models import CorrectionRow, VersionRow
from knowledge.text import cut


@dataclass(frozen=True, slots=True)
class CorrectionOverview:
    """A correction with its history.

    Attributes:
        title: what the task was called when it was corrected.
        likely: where somebody is to decide, the row of the newest version that it may be of now; None for none.
        by, kept_by, undone_by: names; empty where that did not happen.
    """

    correction: Correction
    plan_id: int
    plan_name: str
    title: str
    state: CorrectionState
    likely: Task | None
    by: str
    kept_by: str = ""
    kept_at: datetime | None = None
    undone_by: str = ""
    undone_at: datetime | None = None


def list_corrections(
    store: Store, plan: str | int | None = None, *, waiting: bool = False
) -> list[CorrectionOverview]:
    """Corrections with their history, by number; of one plan, or of all.

    Args:
        waiting: only those about which somebody is to decide.

    Raises:
        UnknownPlanError, AmbiguousPlanError: by the name.
    """
    with store.read() as session:
        if plan is not None:
            plans: Sequence[int] = [find_plan_row(session, plan).id]
        else:
            plans = session.scalars(select(CorrectionRow.plan_id).distinct()).all()
        found = [each for plan_id in plans for each in overviews(session, plan_id)]
    found.sort(key=lambda each: each.correction.number)
    return [each for each in found if not waiting or each.state is CorrectionState.TO_DECIDE]


def describe_waiting(store: Store, plan: str | int) -> tuple[str, ...]:
    """One sentence for each correction of a plan about which somebody is to decide.

    Raises:
        UnknownPlanError, AmbiguousPlanError: by the name.
    """
    return tuple(_told_waiting(each) for each in list_corrections(store, plan, waiting=True))


def correctors(store: Store, made: Iterable[Correction]) -> dict[int, str]:
    """Who made each correction, by its number."""
    with store.read() as session:
        return {each.number: name_of(session, each.by) for each in made}


def _told_waiting(each: CorrectionOverview) -> str:
    made, title = each.correction, f"“{cut(each.title, NAME)}”"
    likely = cut(each.likely.activity or each.likely.title, NAME) if each.likely is not None else ""
    if made.kind is CorrectionKind.ADD:
        return f"Số {made.number}: nhiệm vụ đã bổ sung {title} nay bản mới cũng ghi: “{likely}”."
    if made.kind is CorrectionKind.CANCEL:
        what = f"cho dừng {title}"
    else:
        what = f"{FIELDS.get(made.field, made.field)} của {title}"
    if not likely:
        return f"Số {made.number}: {what}: bản mới không còn dòng này."
    return f"Số {made.number}: {what}: dòng này đã đổi trong bản mới, có thể là “{likely}”."


def overviews(session: Session, plan_id: int, *, only: Collection[int] | None = None) -> list[CorrectionOverview]:
    """The corrections of a plan with their history.

    Args:
        only: numbers of corrections; None: all.
    """
    if session.scalar(select(CorrectionRow.id).where(CorrectionRow.plan_id == plan_id).limit(1)) is None:
        return []  # a plan's rows are many, and most plans are never corrected
    versions = seen_versions(session, plan_id)
    newest = versions[0] if versions else None
    name = newest.name if newest is not None else _last_name(session, plan_id)
    seen = [states_in(session, plan_id, Rows(session, version.id), only=only) for version in versions]
    if not seen:  # withdrawn: what somebody would have to decide is told when it is back
        made = states_in(session, plan_id, Rows(session, None), only=only)
        seen = [[(row, _undone_or_held(row), None) for row, _, _ in made]]
    found = []
    for told in zip(*seen, strict=True):
        row = told[0][0]
        # What is to be decided of the draft is told before it is switched on.
        _, state, likely = next((each for each in told if each[1] is CorrectionState.TO_DECIDE), told[0])
        found.append(
            CorrectionOverview(
                correction_of(row), plan_id, name, row.title, state, likely[1] if likely else None,
                name_of(session, row.made_by),
                name_of(session, row.kept_by) if row.kept_at else "", row.kept_at,
                name_of(session, row.undone_by) if row.undone_at else "", row.undone_at,
            )
        )  # fmt: skip
    return found


def _undone_or_held(row: CorrectionRow) -> CorrectionState:
    return CorrectionState.UNDONE if row.undone_at is not None else CorrectionState.HELD


def _last_name(session: Session, plan_id: int) -> str:
    wanted = select(VersionRow.name).where(VersionRow.plan_id == plan_id).order_by(VersionRow.version.desc()).limit(1)
    return session.scalar(wanted) or ""
