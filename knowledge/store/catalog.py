"""What is loaded: plans by the names people use, their versions and states."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from knowledge.amending import Stated, amendment_of, extended, find_target
from knowledge.errors import AmbiguousPlanError, UnknownPlanError
from knowledge.library import LivePlan
from knowledge.numbers import number_key
from knowledge.records import Mention, PlanMetadata, Relation, Report
from knowledge.store.database import Store
from knowledge.store.held import Doubtful, corrected_plans, report_as_held
from knowledge.store.identity import describe
from knowledge.store.models import (
    LiveVersionRow,
    MentionRow,
    PaperRow,
    PassageRow,
    PlanRow,
    RelationRow,
    TaskRow,
    VersionRow,
    VersionState,
)
from knowledge.store.rows import metadata_of, relation_of, report_of
from knowledge.store.stated import find_stated
from knowledge.text import fold, syllables

_KINDS = {"kh": "kh", "ke": "kh", "qd": "qd", "quyet": "qd", "cv": "", "cong": "", "nq": "nq", "nghi": "nq"}
_ADDED_TASKS = select(TaskRow.version_id, TaskRow.id).where(TaskRow.correction_id.is_not(None)).order_by(TaskRow.id)


@dataclass(frozen=True, slots=True)
class VersionOverview:
    """One version of a plan."""

    version: int
    state: VersionState
    file: str
    loaded_at: datetime
    activated_at: datetime | None
    tasks: int
    passages: int
    report: Report
    """Without what people have settled meanwhile."""
    withdrawn_reason: str | None = None
    """Why the plan was last taken out while this version was live."""
    has_paper: bool = False
    """Whether its file is kept."""


@dataclass(frozen=True, slots=True)
class PlanOverview:
    """A plan with its versions, oldest first; drafts that were replaced are left out.

    Attributes:
        live: number of the live version, or None.
        metadata: of the live version, else of the newest.
    """

    id: int
    name: str
    metadata: PlanMetadata
    live: int | None
    versions: tuple[VersionOverview, ...]
    stated_by: str | None = None


@dataclass(frozen=True, slots=True)
class _Named:
    """A plan with all that its name may be matched against."""

    row: PlanRow
    version: VersionRow
    metadata: PlanMetadata


def live_plans(session: Session) -> list[LivePlan]:
    """Live plans, oldest first by issue date (those without one last), then name."""
    rows = session.execute(
        select(PlanRow.id, PlanRow.revision, VersionRow)
        .join(LiveVersionRow, LiveVersionRow.plan_id == PlanRow.id)
        .join(VersionRow, VersionRow.id == LiveVersionRow.version_id)
    ).all()
    names = {id_: version.name for id_, _, version in rows}
    stated = find_stated([(id_, metadata_of(version)) for id_, _, version in rows], _live_mentions(session))
    added: dict[int, list[int]] = defaultdict(list)
    for version_id, task_id in session.execute(_ADDED_TASKS):
        added[version_id].append(task_id)
    plans = []
    for id_, revision, version in rows:
        facts, by = metadata_of(version), None
        if id_ in stated:
            facts = replace(facts, number=stated[id_].number, issued=facts.issued or stated[id_].issued)
            by = names[stated[id_].by]
        own = tuple(added.get(version.id, ()))
        plans.append(
            LivePlan(id_, version.name, version.file, version.version, facts, by, revision=revision, added=own)
        )
    plans.sort(key=lambda plan: (plan.metadata.issued is None, plan.metadata.issued, plan.name))
    stated_relations = live_relations(session, plans)
    return [
        replace(
            plan,
            amendments=tuple(map(amendment_of, stated_relations[plan.id])),
            metadata=extended(plan.metadata, stated_relations[plan.id]),
        )
        if plan.id in stated_relations
        else plan
        for plan in plans
    ]


def live_relations(session: Session, plans: Sequence[LivePlan]) -> dict[int, list[Stated]]:
    """By plan, what the other live papers do to it; `plans` come oldest first, and so does what they state."""
    rows: dict[int, list[Relation]] = defaultdict(list)
    for plan_id, row in session.execute(
        select(LiveVersionRow.plan_id, RelationRow)
        .join(RelationRow, RelationRow.version_id == LiveVersionRow.version_id)
        .order_by(RelationRow.id)
    ):
        rows[plan_id].append(relation_of(row))
    found: dict[int, list[Stated]] = defaultdict(list)
    for by in plans if rows else ():
        for relation in rows.get(by.id, ()):
            target = find_target(by, relation, plans)
            if target is not None:
                found[target.id].append(Stated(by, relation))
    return found


def list_plans(store: Store, doubtful: Doubtful | None = None) -> list[PlanOverview]:
    """Every loaded plan, by name.

    Args:
        doubtful: as of `report_as_held`.
    """
    with store.read() as session:
        live = {plan.id: plan for plan in live_plans(session)}
        tasks = _count(session, TaskRow.version_id, TaskRow.correction_id.is_(None))
        passages = _count(session, PassageRow.version_id)
        touched = corrected_plans(session)
        kept = set(session.scalars(select(PaperRow.digest)))
        plans = []
        for row in session.scalars(select(PlanRow)):
            versions = _versions(session, row.id)
            if not versions:  # its only draft was discarded
                continue
            shown = next((v for v in versions if v.state == VersionState.ACTIVE), versions[-1])
            now_live = live.get(row.id)
            plans.append(
                PlanOverview(
                    row.id,
                    shown.name,
                    now_live.metadata if now_live else metadata_of(shown),
                    now_live.version if now_live else None,
                    tuple(
                        _overview(
                            v,
                            tasks.get(v.id, 0),
                            passages.get(v.id, 0),
                            report_as_held(session, v, doubtful) if row.id in touched else report_of(v),
                            has_paper=v.digest in kept,
                        )
                        for v in versions
                    ),
                    now_live.stated_by if now_live else None,
                )
            )
        return sorted(plans, key=lambda plan: (plan.name, plan.id))


def find_plan(store: Store, name: str | int) -> int:
    """Id of the plan that `name` means; see `find_plan_row`."""
    with store.read() as session:
        return find_plan_row(session, name).id


def find_plan_row(session: Session, name: str | int) -> PlanRow:
    """The plan that a person means.

    Tried in this order, the first that fits anything decides: the whole number, the
    stem of the file, the number's first part ("160", "KH 160"), the beginning of the
    stem or number, a number followed by words of the issuer, date or title
    ("160/KH-UBND Phú Giang").

    Args:
        name: as typed, or the plan's id.

    Raises:
        UnknownPlanError: no loaded plan fits.
        AmbiguousPlanError: several do.
    """
    if isinstance(name, int):
        row = session.get(PlanRow, name)
        if row is None:
            raise UnknownPlanError(f"Không có kế hoạch mang mã {name}.")
        return row
    plans = _named(session)
    for fits in (_has_number, _has_stem, _has_short_number, _begins_with, _has_words):
        found = [plan for plan in plans if fits(plan, name)]
        if len(found) == 1:
            return found[0].row
        if found:
            listed = "; ".join(describe(plan.version.name, plan.metadata) for plan in found)
            raise AmbiguousPlanError(f"“{name}” ứng với nhiều kế hoạch: {listed}. Xin ghi rõ hơn.")
    raise UnknownPlanError(f"Chưa nạp kế hoạch nào tên là “{name}”.")


def _has_number(plan: _Named, name: str) -> bool:
    number = number_key(plan.metadata.number)
    return number is not None and number == number_key(name)


def _has_stem(plan: _Named, name: str) -> bool:
    return fold(name) in (plan.row.stem_key, fold(plan.version.file))


def _has_short_number(plan: _Named, name: str) -> bool:
    """ "160", "số 160", "KH 160", "kế hoạch số 160"."""
    number = number_key(plan.metadata.number)
    match = re.fullmatch(
        r"(?:(kh|ke hoach|qd|quyet dinh|cv|cong van|nq|nghi quyet)\s*)?(?:so\s*)?0*(\d+)", fold(name)
    )
    if number is None or match is None:
        return False
    kind = _KINDS[match[1].split()[0]] if match[1] else ""
    first, _, rest = number.partition("/")
    return first == match[2] and rest.startswith(kind)


def _begins_with(plan: _Named, name: str) -> bool:
    start = fold(name)
    number = number_key(plan.metadata.number) or ""
    return bool(start) and (plan.row.stem_key.startswith(start) or number.startswith(number_key(name) or start))


def _has_words(plan: _Named, name: str) -> bool:
    facts = plan.metadata
    issued = f"{facts.issued:%d/%m/%Y %Y}" if facts.issued else ""
    known = syllables(f"{facts.number or ''} {facts.issuer or ''} {facts.title or ''} {issued} {plan.version.file}")
    return set(syllables(name)) <= {*known, *(word.partition("/")[0] for word in known)} and bool(syllables(name))


def _named(session: Session) -> list[_Named]:
    live = {plan.id: plan for plan in live_plans(session)}
    named = []
    for row in session.scalars(select(PlanRow).order_by(PlanRow.id)):
        versions = _versions(session, row.id)
        if versions:  # of a plan whose only draft was discarded, nothing but its number is kept
            facts = live[row.id].metadata if row.id in live else metadata_of(versions[-1])
            named.append(_Named(row, versions[-1], facts))
    return named


def _versions(session: Session, plan_id: int) -> Sequence[VersionRow]:
    return session.scalars(
        select(VersionRow)
        .where(VersionRow.plan_id == plan_id, VersionRow.state != VersionState.DISCARDED)
        .order_by(VersionRow.version)
    ).all()


def _live_mentions(session: Session) -> list[tuple[int, Mention]]:
    rows = session.execute(
        select(LiveVersionRow.plan_id, MentionRow)
        .join(MentionRow, MentionRow.version_id == LiveVersionRow.version_id)
        .order_by(MentionRow.id)
    )
    return [(plan, Mention(row.kind, row.number, row.issued, row.topic)) for plan, row in rows]


def _overview(row: VersionRow, tasks: int, passages: int, report: Report, *, has_paper: bool) -> VersionOverview:
    return VersionOverview(
        row.version,
        VersionState(row.state),
        row.file,
        row.loaded_at,
        row.activated_at,
        tasks,
        passages,
        report,
        row.withdrawn_reason,
        has_paper,
    )


def _count(session: Session, column: InstrumentedAttribute[int], *only: ColumnElement[bool]) -> dict[int, int]:
    rows = session.execute(select(column, func.count()).where(*only).group_by(column))
    return {row[0]: row[1] for row in rows}
