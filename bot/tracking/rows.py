"""Occurrences in the database. Sessions come from the caller."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import Select, String, cast, func, or_, select
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.tracking.records import NOT_OWED, Occurrence, State
from knowledge.store.models import DutyRow, MemberAgencyRow, MemberRow, OccurrenceRow

_COLUMNS = (
    OccurrenceRow.id,
    OccurrenceRow.duty_id,
    DutyRow.plan_id,
    DutyRow.task_id,
    DutyRow.title,
    OccurrenceRow.agency,
    OccurrenceRow.due_on,
    OccurrenceRow.planned_on,
    OccurrenceRow.known_on,
    OccurrenceRow.recurring,
    OccurrenceRow.previous_on,
    OccurrenceRow.next_on,
    DutyRow.last_year,
    OccurrenceRow.state,
    OccurrenceRow.acknowledged_at,
    OccurrenceRow.done_at,
    DutyRow.hour,
    OccurrenceRow.progressed_at,
    OccurrenceRow.returned_at,
    OccurrenceRow.acknowledged_by,
)
_FIELDS = [field.name for field in fields(Occurrence)]
_STATE, _DUE, _PLANNED, _HOUR = map(_FIELDS.index, ("state", "due_on", "planned_on", "hour"))
_MOMENTS = [_FIELDS.index(name) for name in ("acknowledged_on", "done_on", "progressed_on", "returned_on")]
"""Of which the database has the moment."""
_STANDING = ("due_on", "known_on", "recurring", "last_year", "state", "done_on")
"""What says how an occurrence stands."""
_AT_ONCE = 10_000
_LISTED = 500


def find_occurrences(session: Session, ids: Collection[int]) -> dict[int, Occurrence]:
    """The occurrences with these numbers; a number that is gone is left out."""
    numbers = sorted(set(ids))
    found: dict[int, Occurrence] = {}
    for at in range(0, len(numbers), _LISTED):
        wanted = OccurrenceRow.id.in_(numbers[at : at + _LISTED])
        found |= {each.id: each for each in _read(session, _selection().where(wanted))}
    return found


def open_between(session: Session, first: date, last: date) -> Iterator[Occurrence]:
    """Open occurrences due from `first` through `last`, by day."""
    return _read(
        session,
        _selection()
        .where(OccurrenceRow.state == State.OPEN, OccurrenceRow.due_on.between(first, last))
        .order_by(OccurrenceRow.due_on, OccurrenceRow.id),
    )


def of_agencies(
    session: Session,
    agencies: Collection[str] | None,
    first: date,
    last: date,
    tasks: Collection[int] | None = None,
    plans: Collection[int] | None = None,
) -> list[Occurrence]:
    """Occurrences of some agencies, or of all, due from `first` through `last`, that are owed or done; by day.

    Args:
        plans: None: all.
        tasks: live ones, few enough for one query; None: all.
    """
    wanted = _selection().where(OccurrenceRow.state.not_in(NOT_OWED), OccurrenceRow.due_on.between(first, last))
    if agencies is not None:
        wanted = wanted.where(OccurrenceRow.agency.in_(agencies))
    if tasks is not None:
        wanted = wanted.where(DutyRow.task_id.in_(tasks))
    if plans is not None:
        wanted = wanted.where(DutyRow.plan_id.in_(plans))
    return list(_read(session, wanted.order_by(OccurrenceRow.due_on, OccurrenceRow.id)))


def kinds_of(session: Session, plan: int, last: date) -> Iterator[tuple[Occurrence, list[int]]]:
    """What is owed or done of a plan's tasks: one occurrence of each kind that stand alike, with the tasks of all.

    Alike are those of which a `Judge` says the same; a plan of ten thousand tasks has some hundreds of kinds.
    The occurrence told of a kind has no number, agency or title of its own; a task may be among its tasks twice.

    Args:
        last: recurring days after it are left out.
    """
    # Gathered by the database: to read the twenty thousand occurrences of such a plan takes a second.
    facts_of = [_COLUMNS[_FIELDS.index(name)] for name in _STANDING]
    tasks_of = func.aggregate_strings(cast(DutyRow.task_id, String), ",")
    told: Select[*tuple[Any, ...]] = select(tasks_of, *facts_of)
    wanted = told.join(DutyRow, DutyRow.id == OccurrenceRow.duty_id).where(
        DutyRow.plan_id == plan,
        DutyRow.task_id.is_not(None),
        OccurrenceRow.state.not_in(NOT_OWED),
        or_(OccurrenceRow.recurring.is_(False), OccurrenceRow.due_on <= last),
    )
    for listed, *facts in session.execute(wanted.group_by(*facts_of)):
        tasks = [int(each) for each in listed.split(",")]
        values: dict[str, Any] = dict(zip(_STANDING, facts, strict=True))
        done_at = values["done_on"]
        values["done_on"] = done_at.astimezone(HANOI).date() if done_at is not None else None
        values |= {"planned_on": values["due_on"], "state": State(values["state"])}
        yield Occurrence(id=0, duty=0, plan=plan, task=None, title="", agency="", **values), tasks


def open_titles(session: Session, member: int) -> list[str]:
    """What the member's agencies owe is called, each once; a light question beside `of_agencies`."""
    own = select(MemberRow.agency).where(MemberRow.id == member)
    further = select(MemberAgencyRow.agency).where(MemberAgencyRow.member_id == member)
    owed = select(DutyRow.title).join(OccurrenceRow, OccurrenceRow.duty_id == DutyRow.id)
    owed = owed.where(OccurrenceRow.state == State.OPEN, OccurrenceRow.agency.in_(own.union_all(further)))
    return [*session.scalars(owed.distinct())]


def _selection() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).join(DutyRow, DutyRow.id == OccurrenceRow.duty_id)


def _read(session: Session, wanted: Select[*tuple[Any, ...]]) -> Iterator[Occurrence]:
    for row in session.execute(wanted.execution_options(yield_per=_AT_ONCE)):
        values: list[Any] = [*row]
        values[_STATE] = State(values[_STATE])
        if values[_DUE] != values[_PLANNED]:
            values[_HOUR] = None
        for at in _MOMENTS:
            if values[at] is not None:
                values[at] = values[at].astimezone(HANOI).date()
        yield Occurrence(*values)
