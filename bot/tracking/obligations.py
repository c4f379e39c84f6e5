"""Live tasks become duties with occurrences, and stay the same ones over the versions of a plan.

A duty is known again by its words (title and activity, folded), or by words nearly the same where a new
version corrected them; never by its row. What is unchanged keeps its history. A single day that became another
is moved and announced; what is gone is cancelled, and who had been reminded of it is told once; what was over
before the plan was known is told of in one summary.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.tracking import outbox
from bot.tracking.audience import Audience
from bot.tracking.outbox import OutboxState, Reason
from bot.tracking.records import ENDED, NOT_OWED, Kind, Recipient, State
from bot.tracking.transfers import moved_agencies
from knowledge.deadlines import hour_of
from knowledge.library import LivePlan, LiveTask
from knowledge.records import Task
from knowledge.store.models import DutyRow, OccurrenceRow, OutboxRow
from knowledge.text import syllables
from knowledge.wording import short_label

HORIZON = timedelta(days=400)
"""Recurring duties are spelled out so far ahead."""
_SAME = 90
"""Likeness, of 100, from which two wordings within one plan are one duty."""
_DAILY = "FREQ=DAILY"
"""What is due every day is a standing task: nobody wants to hear of it every day."""
_GONE = "văn bản không còn dùng"


@dataclass(frozen=True, slots=True)
class _Day:
    """One day that a duty asks for."""

    on: date
    recurring: bool
    before: date | None = None
    after: date | None = None


@dataclass
class _Changes:
    """What is to be written and told at the end."""

    new: list[dict[str, Any]] = field(default_factory=list)
    cancelled: list[OccurrenceRow] = field(default_factory=list)
    moved: list[tuple[OccurrenceRow, date]] = field(default_factory=list)
    merged: list[int] = field(default_factory=list)
    """Occurrences of an agency whose successor owes the same already."""
    titles: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Title and plan of a duty."""


def sync(
    session: Session,
    plans: Sequence[LivePlan],
    tasks: Sequence[LiveTask],
    audience: Audience,
    activated: Mapping[int, date],
    now: datetime,
) -> None:
    """Brings duties and occurrences up to the live plans.

    Args:
        activated: by plan, the day on which its live version became live.
        now: in Việt Nam's time zone.
    """
    today, changes, names = now.date(), _Changes(), {plan.id: short_label(plan) for plan in plans}
    known: dict[int, list[DutyRow]] = defaultdict(list)
    for duty in session.scalars(select(DutyRow).order_by(DutyRow.id)):
        known[duty.plan_id].append(duty)
    wanted: dict[int, list[LiveTask]] = defaultdict(list)
    for task in tasks:
        wanted[task.plan.id].append(task)
    paired = [
        pair
        for plan_id in {**known, **wanted}
        for pair in _pair(session, plan_id, wanted.get(plan_id, []), known.get(plan_id, []), audience)
    ]
    session.flush()
    rows: dict[int, list[OccurrenceRow]] = defaultdict(list)
    for row in session.scalars(select(OccurrenceRow).order_by(OccurrenceRow.planned_on)):
        rows[row.duty_id].append(row)
    elsewhere = moved_agencies(session)
    for duty, live in paired:
        changes.titles[duty.id] = (_said(live.task) if live else duty.title, names.get(duty.plan_id, _GONE))
        known_on = min(today, activated.get(duty.plan_id, today))
        days = _days(live, known_on, today) if live else []
        leads = audience.offices.open_all(live.task.lead) or ("",) if live else ()
        agencies = tuple(dict.fromkeys(elsewhere.get((duty.id, each), each) for each in leads))
        _compare(rows.get(duty.id, []), duty, agencies, days, known_on, today, audience, changes)
    if changes.new:
        session.execute(insert(OccurrenceRow), changes.new)
    session.flush()
    _tell(session, changes, audience, now)


def _pair(
    session: Session, plan_id: int, tasks: Sequence[LiveTask], duties: Sequence[DutyRow], audience: Audience
) -> list[tuple[DutyRow, LiveTask | None]]:
    """Every duty of a plan with its live task; None for one that is gone."""
    keyed = _keyed(tasks)
    left = {duty.key: duty for duty in duties}
    found = {key: left.pop(key) for key in keyed if key in left}
    # A title that a person has corrected is another wording of the same task.
    of_task = {duty.task_id: key for key, duty in left.items() if duty.task_id is not None}
    for key in [key for key in keyed if key not in found and keyed[key].id in of_task]:
        found[key] = left.pop(of_task[keyed[key].id])
    for key in [key for key in keyed if key not in found]:
        near = process.extractOne(key, [*left], scorer=fuzz.ratio, score_cutoff=_SAME)
        if near is not None:
            found[key] = left.pop(near[0])
    pairs: list[tuple[DutyRow, LiveTask | None]] = []
    for key, task in keyed.items():
        duty = found.get(key)
        if duty is None:
            duty = DutyRow(plan_id=plan_id)
            session.add(duty)
        last_year = _last_year(task.plan, audience)
        said, hour = _said(task.task), hour_of(task.task.deadline.phrase)
        if (duty.key, duty.title, duty.task_id, duty.last_year, duty.hour) != (key, said, task.id, last_year, hour):
            duty.key, duty.title, duty.task_id, duty.last_year, duty.hour = key, said, task.id, last_year, hour
        pairs.append((duty, task))
    for duty in left.values():
        if duty.task_id is not None:
            duty.task_id = None
        pairs.append((duty, None))
    return pairs


def _keyed(tasks: Sequence[LiveTask]) -> dict[str, LiveTask]:
    """Tasks by their words; equal ones are told apart by their order."""
    seen: Counter[str] = Counter()
    keyed: dict[str, LiveTask] = {}
    for task in tasks:
        words = " ".join([*syllables(task.task.title), "/", *syllables(task.task.activity or "")])
        seen[words] += 1
        keyed[words if seen[words] == 1 else f"{words} #{seen[words]}"] = task
    return keyed


def _last_year(plan: LivePlan, audience: Audience) -> int | None:
    forced = audience.rules.in_force(plan.id)
    if forced is not None:
        return None if forced else ENDED
    return max(plan.metadata.years) if plan.metadata.years else None


def _days(live: LiveTask, known_on: date, today: date) -> list[_Day]:
    """The days that a task asks for: single ones, and recurring ones from when it was known to the horizon."""
    deadline = live.task.deadline
    single = [_Day(day, False) for day in deadline.dates]
    if not deadline.rules or all(_DAILY in rule for rule in deadline.rules):
        return single
    days = [day for day in deadline.due_dates(today + HORIZON) if day not in deadline.dates]
    spaced = zip([None, *days], days, [*days[1:], None], strict=False)
    return [*single, *(_Day(day, True, before, after) for before, day, after in spaced if day >= known_on)]


def _compare(
    rows: Sequence[OccurrenceRow],
    duty: DutyRow,
    agencies: Sequence[str],
    days: Sequence[_Day],
    known_on: date,
    today: date,
    audience: Audience,
    changes: _Changes,
) -> None:
    """One duty's occurrences, agency by agency."""
    by_agency: dict[str, list[OccurrenceRow]] = defaultdict(list)
    for row in rows:
        by_agency[row.agency].append(row)
    for agency in [agency for agency in by_agency if agency not in agencies]:
        heir = next((name for name in audience.offices.today(agency) if name in agencies), None)
        left = by_agency.pop(agency)
        if heir is not None and heir in by_agency:
            # Two agencies became one that owes it once: nothing was taken out of the plan, so nothing is told.
            for row in left:
                row.state = State.CANCELLED.value if row.state == State.OPEN else row.state
                changes.merged.append(row.id)
            continue
        if heir is None:
            _cancel(left, changes)
            continue
        for row in left:
            row.agency = heir
        by_agency[heir] = left
    for agency in agencies:
        told = None if days else audience.rules.told_day(duty.id, agency)
        own = days or ([_Day(told, False)] if told else [])
        _compare_days(by_agency.get(agency, []), duty, agency, own, known_on, today, changes)


def _compare_days(
    rows: Sequence[OccurrenceRow],
    duty: DutyRow,
    agency: str,
    days: Sequence[_Day],
    known_on: date,
    today: date,
    changes: _Changes,
) -> None:
    have, want = {row.planned_on: row for row in rows}, {day.on: day for day in days}
    for on in have.keys() & want.keys():
        row = have[on]
        if row.state in NOT_OWED:
            row.state = State.OPEN.value if row.done_at is None else State.DONE.value
        _put(row, want[on])
    # A recurring day that is over stays as it was; a later rule says nothing of it. While it is still
    # spoken of as late, a plan that asks for none of them any more takes it back as well.
    gone = [row for on, row in sorted(have.items()) if on not in want and not _is_history(row, today, bool(want))]
    gone = [row for row in gone if row.state not in NOT_OWED]
    fresh = [day for on, day in sorted(want.items()) if on not in have]
    movable = [day for day in fresh if not (day.recurring and day.on < today)]
    for row, day in zip(gone, movable, strict=False):
        changes.moved.append((row, row.due_on))
        row.planned_on = row.due_on = day.on
        row.known_on = today
        _put(row, day)
        fresh.remove(day)
    _cancel(gone[len(movable) :], changes)
    changes.new += [
        {
            "duty_id": duty.id,
            "agency": agency,
            "planned_on": day.on,
            "due_on": day.on,
            "known_on": known_on,
            "previous_on": day.before,
            "next_on": day.after,
            "recurring": day.recurring,
            "state": State.OPEN.value,
        }
        for day in fresh
    ]


def _is_history(row: OccurrenceRow, today: date, asked: bool) -> bool:
    over = row.next_on is not None and row.next_on <= today
    return row.recurring and row.planned_on < today and (asked or over)


def _put(row: OccurrenceRow, day: _Day) -> None:
    if (row.recurring, row.previous_on, row.next_on) != (day.recurring, day.before, day.after):
        row.recurring, row.previous_on, row.next_on = day.recurring, day.before, day.after


def _cancel(rows: Iterable[OccurrenceRow], changes: _Changes) -> None:
    for row in rows:
        if row.state == State.OPEN:
            row.state = State.CANCELLED.value
            changes.cancelled.append(row)


def _tell(session: Session, changes: _Changes, audience: Audience, now: datetime) -> None:
    _tell_removed(session, changes, now)
    _tell_moved(session, changes, audience, now)
    _tell_past(session, changes, audience, now)


def _tell_removed(session: Session, changes: _Changes, now: datetime) -> None:
    """One notice for each duty to whoever had been reminded of it."""
    rows = {row.id: row for row in changes.cancelled}
    told: dict[tuple[str, int], OccurrenceRow] = {}
    for recipient, number in _reminded(session, [*rows]):
        told.setdefault((recipient, rows[number].duty_id), rows[number])
    for (recipient, duty), row in told.items():
        title, plan = changes.titles[duty]
        payload = {"say": "reminder_removed", "title": title, "plan": plan, "agency": row.agency,
                   "due": row.due_on.isoformat()}  # fmt: skip
        outbox.add_notice(
            session,
            Recipient.of(recipient),
            f"removed:{duty}:{now.date()}",
            payload,
            send_at=now,
            now=now,
            agency=row.agency,
        )
    outbox.cancel_waiting(session, [*rows, *changes.merged], Reason.REMOVED)


def _reminded(session: Session, occurrences: Sequence[int]) -> Iterable[tuple[str, int]]:
    """Recipients and occurrences of messages that went; the earliest occurrence first."""
    wanted = set(occurrences)
    if not wanted:
        return []
    sent = session.execute(
        select(OutboxRow.recipient, OutboxRow.occurrence)
        .where(OutboxRow.state == OutboxState.SENT, OutboxRow.kind != Kind.NOTICE, OutboxRow.occurrence > 0)
        .order_by(OutboxRow.due_on, OutboxRow.id)
    )
    return [(recipient, number) for recipient, number in sent if number in wanted]


def _tell_moved(session: Session, changes: _Changes, audience: Audience, now: datetime) -> None:
    """Every owner hears of a moved deadline; of a recurring duty once."""
    told: set[tuple[int, str]] = set()
    for row, was in changes.moved:
        outbox.retire(session, row.id, was)
        if row.state != State.OPEN or (row.recurring and (row.duty_id, row.agency) in told):
            continue
        told.add((row.duty_id, row.agency))
        title, plan = changes.titles[row.duty_id]
        payload = {"say": "reminder_moved", "title": title, "plan": plan, "agency": row.agency,
                   "was": was.isoformat(), "due": row.due_on.isoformat()}  # fmt: skip
        for recipient in audience.hearing(row.agency, duty=row.duty_id):
            name = f"moved:{row.due_on}:{now.date()}"
            outbox.add_notice(
                session, recipient, name, payload, send_at=now, now=now, occurrence=row.id, agency=row.agency
            )


def _tell_past(session: Session, changes: _Changes, audience: Audience, now: datetime) -> None:
    """One summary a plan to whoever owes what was over before the plan was known."""
    plans = {duty: plan for duty, plan in session.execute(select(DutyRow.id, DutyRow.plan_id))}  # noqa: C416  (rows are no pairs to mypy)
    counted: Counter[tuple[Recipient, int]] = Counter()
    names: dict[int, str] = {}
    for row in changes.new:
        if row["due_on"] < row["known_on"]:
            plan = plans[row["duty_id"]]
            names[plan] = changes.titles[row["duty_id"]][1]
            # Nobody is told of days before they were let in, nor who wants to hear nothing.
            counted.update(
                (recipient, plan)
                for recipient in audience.hearing(row["agency"])
                if audience.since(recipient) <= row["known_on"]
            )
    for (recipient, plan), count in counted.items():
        payload = {"say": "reminder_past", "plan": names[plan], "plan_id": plan, "count": count}
        outbox.add_notice(
            session, recipient, f"past:{plan}:{now.date()}", payload, send_at=now, now=now, kind=Kind.DIGEST
        )


def _said(task: Task) -> str:
    """What a task is called in a message: the activity where the paper tells it apart from its heading."""
    return task.activity or task.title
