"""What a version does to other loaded plans, and what other papers do to its plan, in sentences for its report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.amending import find_target, find_task
from knowledge.library import LivePlan
from knowledge.records import Relation, RelationKind, Task
from knowledge.store import reading
from knowledge.store.catalog import live_plans
from knowledge.store.database import Store
from knowledge.store.models import LiveVersionRow, RelationRow, VersionRow, VersionState
from knowledge.store.rows import metadata_of, relation_of
from knowledge.text import cut, fold, squeeze
from knowledge.wording import amended_note, join_names

_VERBS = {
    RelationKind.AMENDS: "sửa đổi",
    RelationKind.REPLACES: "thay thế",
    RelationKind.REPEALS: "bãi bỏ",
    RelationKind.EXTENDS: "gia hạn",
}
_PART = 120
"""Characters of a part or title."""


def describe_relations(store: Store, plan_id: int, version: int, *, most: int | None = None) -> tuple[str, ...]:
    """One sentence for each other paper that the version changes, and one for what others change in its plan.

    Args:
        version: number of a draft or live version; one whose contents are gone tells nothing.
        most: changes told of one paper; of further ones the number.
    """
    with store.read() as session:
        row = session.scalar(select(VersionRow).where(VersionRow.plan_id == plan_id, VersionRow.version == version))
        if row is None or row.state == VersionState.DISCARDED:
            return ()
        plans = live_plans(session)
        by = LivePlan(plan_id, row.name, row.file, row.version, metadata_of(row))
        told = [_about(session, by, plans, same, most) for same in _by_target(session, row.id).values()]
        live = next((plan for plan in plans if plan.id == plan_id), None)
        if live is not None and live.amendments:
            told.append(f"Văn bản này{amended_note(live).replace(' (', ' ').rstrip(')')}.")
        return tuple(told)


def _by_target(session: Session, version_id: int) -> dict[str, list[Relation]]:
    found: dict[str, list[Relation]] = defaultdict(list)
    rows = session.scalars(select(RelationRow).where(RelationRow.version_id == version_id).order_by(RelationRow.id))
    for row in rows:
        found[row.number].append(relation_of(row))
    return found


def _about(
    session: Session, by: LivePlan, plans: Sequence[LivePlan], relations: Sequence[Relation], most: int | None
) -> str:
    kinds = dict.fromkeys(each.kind for each in relations if each.is_whole)
    verbs = " và ".join(_VERBS[kind] for kind in kinds) or "sửa đổi"
    first = relations[0]
    named = f"{first.paper_kind} {first.number}"
    target = find_target(by, first, plans)
    if target is None:
        return f"Văn bản này {verbs} {named} (chưa nạp hoặc chưa dùng)."
    parts = [each for each in relations if not each.is_whole]
    tasks = _tasks_of(session, target.id) if parts else {}
    told = "; ".join(_part(each, tasks) for each in parts[:most])
    if most is not None and len(parts) > most:
        told += f"; và {len(parts) - most} thay đổi nữa"
    whole = "" if told else _whole(relations)
    return f"Văn bản này {verbs} {named} đang có hiệu lực{': ' + told if told else whole}."


def _whole(relations: Sequence[Relation]) -> str:
    if any(each.kind in (RelationKind.REPEALS, RelationKind.REPLACES) for each in relations):
        return "; các nhiệm vụ của văn bản đó không còn được nhắc"
    until = next((each.deadline.phrase for each in relations if each.deadline), None)
    return f" đến {until}" if until else ""


def _part(relation: Relation, tasks: Mapping[int, Task]) -> str:
    """One change: what is meant, its new values, and whether the task was found."""
    what = f"nhiệm vụ “{cut(relation.task, _PART)}”" if relation.task else cut(relation.part, _PART)
    found = find_task(relation, tasks)
    if found is not None and not relation.task:
        what = f"{what} (“{cut(tasks[found].activity or tasks[found].title, _PART)}”)"
    values = []
    if relation.lead:
        values.append(f"chủ trì mới: {join_names(relation.lead)}")
    if relation.deadline:
        values.append(f"hạn mới: {squeeze(relation.deadline.phrase)}")
    changed = f", {', '.join(values)}" if values else ""
    if found is None:
        changed += " (không rõ nhiệm vụ nào của văn bản đó, cần xem lại)"
    elif not values and relation.kind in (RelationKind.AMENDS, RelationKind.EXTENDS):
        changed = " (chưa đọc được nội dung mới, cần xem lại)"
    verb = _VERBS[relation.kind]
    return f"{'' if fold(what).startswith(fold(verb)) else verb + ' '}{what}{changed}"


def _tasks_of(session: Session, plan_id: int) -> dict[int, Task]:
    version = session.scalar(select(LiveVersionRow.version_id).where(LiveVersionRow.plan_id == plan_id))
    return {each.id: each.task for each in reading.tasks_of(session, version)} if version is not None else {}
