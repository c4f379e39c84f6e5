"""Live tasks become duties with occurrences, and stay the same ones over the versions of a plan.

A duty is known again by its words (title and activity, folded), or by words nearly the same where a new
version corrected them; never by its row. What is unchanged keeps its history. A single day that became another
is moved and announced; what is gone is cancelled, and who had been reminded of it is told once; what was over
before the plan was known is told of in one summary.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rapidfuzz import fuzz, process
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.tracking.audience import Audience
from bot.tracking.changes import DUTY, OWED, Changes, Duty, Owed, tell, write
from bot.tracking.records import ENDED, NOT_OWED, State
from bot.tracking.transfers import moved_agencies
from knowledge.deadlines import hour_of
from knowledge.library import LivePlan, LiveTask
from knowledge.records import Task
from knowledge.store.models import DutyRow, OccurrenceRow
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


class Demand:
    """What the live plans ask for, and of whom, as things stand.

    Args:
        activated: by plan, the day on which its live version became live.
        now: in Việt Nam's time zone.
    """

    def __init__(
        self,
        plans: Iterable[LivePlan],
        tasks: Iterable[LiveTask],
        audience: Audience,
        activated: Mapping[int, date],
        now: datetime,
    ) -> None:
        self._audience, self._activated, self._now = audience, activated, now
        self._names = {plan.id: short_label(plan) for plan in plans}
        self._days: dict[int, list[_Day]] = {}
        self._tasks: dict[int, list[LiveTask]] = defaultdict(list)
        for task in tasks:
            self._tasks[task.plan.id].append(task)

    def outdated(self, session: Session, at_once: int) -> Iterator[list[int]]:
        """Plans whose duties are not up to date, by slices of about so many rows; no plan is parted."""
        some, size = list[int](), 0
        elsewhere = moved_agencies(session)
        for plan in self._plans(session):
            changes = self._compare(session, plan, elsewhere)
            if changes.size:
                some.append(plan)
                size += changes.compared + changes.size
            if size >= at_once:
                yield some
                some, size = [], 0
        if some:
            yield some

    def compare(self, session: Session, plan: int) -> Changes:
        """What `sync` would write of a plan; nothing is written."""
        return self._compare(session, plan, moved_agencies(session))

    def sync(self, session: Session, plans: Iterable[int] | None = None) -> None:
        """Brings duties and occurrences up to these plans, or to all, and tells of what has changed."""
        elsewhere = moved_agencies(session)
        for plan in self._plans(session) if plans is None else plans:
            changes = self._compare(session, plan, elsewhere)
            if changes.size:
                write(session, changes)
                tell(session, changes, self._names.get(plan, _GONE), self._audience, self._now)

    def _days_of(self, live: LiveTask, known_on: date) -> list[_Day]:
        if live.id not in self._days:
            self._days[live.id] = _days(live, known_on, self._now.date())
        return self._days[live.id]

    def _plans(self, session: Session) -> list[int]:
        known = session.scalars(select(DutyRow.plan_id).group_by(DutyRow.plan_id).order_by(func.min(DutyRow.id)))
        return [*dict.fromkeys([*known, *self._tasks])]

    def _compare(self, session: Session, plan: int, elsewhere: Mapping[int, Mapping[str, str]]) -> Changes:
        changes, today, audience = Changes(), self._now.date(), self._audience
        found = session.execute(select(*DUTY).where(DutyRow.plan_id == plan).order_by(DutyRow.id))
        paired = _pair(plan, self._tasks.get(plan, []), [Duty(*row) for row in found], audience, changes)
        rows: dict[int | None, list[Owed]] = defaultdict(list)
        owed = select(*OWED).join(DutyRow, DutyRow.id == OccurrenceRow.duty_id).where(DutyRow.plan_id == plan)
        for row in session.execute(owed.order_by(OccurrenceRow.planned_on)):
            rows[row.duty_id].append(Owed(*row))
            changes.compared += 1
            changes.open += rows[row.duty_id][-1].state == State.OPEN
        known_on = min(today, self._activated.get(plan, today))
        for duty, live in paired:
            changes.titles[duty.id] = duty.title
            days = self._days_of(live, known_on) if live else []
            leads = audience.offices.open_all(live.task.lead) or ("",) if live else ()
            moved = elsewhere.get(duty.id or 0, {})
            agencies = tuple(dict.fromkeys(moved.get(each, each) for each in leads))
            _compare(rows.get(duty.id, []), duty, agencies, moved, days, known_on, today, audience, changes)
        return changes


def _pair(
    plan_id: int, tasks: Sequence[LiveTask], duties: Sequence[Duty], audience: Audience, changes: Changes
) -> list[tuple[Duty, LiveTask | None]]:
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
    pairs: list[tuple[Duty, LiveTask | None]] = []
    for key, task in keyed.items():
        known = found.get(key)
        number, last_year = known.id if known else None, _last_year(task.plan, audience)
        duty = Duty(number, plan_id, key, _said(task.task), task.id, last_year, hour_of(task.task.deadline.phrase))
        if duty != known:
            changes.duties.append(duty)
        pairs.append((duty, task))
    for duty in left.values():
        if duty.task_id is not None:
            duty.task_id = None
            changes.duties.append(duty)
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
    rows: Sequence[Owed],
    duty: Duty,
    agencies: Sequence[str],
    moved: Mapping[str, str],
    days: Sequence[_Day],
    known_on: date,
    today: date,
    audience: Audience,
    changes: Changes,
) -> None:
    """One duty's occurrences, agency by agency.

    Args:
        moved: from which agencies it was moved, and to which.
    """
    by_agency: dict[str, list[Owed]] = defaultdict(list)
    for row in rows:
        by_agency[row.agency].append(row)
    for agency in [agency for agency in by_agency if agency not in agencies]:
        heir = next((name for name in audience.offices.today(agency) if name in agencies), None)
        left = by_agency.pop(agency)
        if heir is not None and heir in by_agency:
            # Two agencies became one that owes it once: nothing was taken out of the plan, so nothing is told.
            for row in left:
                if row.state == State.OPEN:
                    row.state, changes.changed[row.id] = State.CANCELLED.value, row
                changes.merged.append(row.id)
            continue
        if heir is None:
            _cancel(left, changes)
            continue
        for row in left:
            row.agency, changes.changed[row.id] = heir, row
        by_agency[heir] = left
    for agency in agencies:
        told = None if days or duty.id is None else audience.rules.told_day(duty.id, agency)
        own = days or ([_Day(told, False)] if told else [])
        if agency in moved.values():
            # What was answered before it was moved is not owed once more.
            answered = {row.planned_on for row in rows if _is_answered(row) and moved.get(row.agency) == agency}
            answered -= {row.planned_on for row in by_agency.get(agency, []) if row.state not in NOT_OWED}
            own = [day for day in own if day.on not in answered]
        _compare_days(by_agency.get(agency, []), duty, agency, own, known_on, today, changes)


def _compare_days(
    rows: Sequence[Owed],
    duty: Duty,
    agency: str,
    days: Sequence[_Day],
    known_on: date,
    today: date,
    changes: Changes,
) -> None:
    have, want = {row.planned_on: row for row in rows}, {day.on: day for day in days}
    for on in have.keys() & want.keys():
        row = have[on]
        if row.state in NOT_OWED:
            row.state, changes.changed[row.id] = (State.DONE if row.is_done else State.OPEN).value, row
        _put(row, want[on], changes)
    # A recurring day that is over stays as it was; a later rule says nothing of it. While it is still
    # spoken of as late, a plan that asks for none of them any more takes it back as well.
    gone = [row for on, row in sorted(have.items()) if on not in want and not _is_history(row, today, bool(want))]
    gone = [row for row in gone if row.state not in NOT_OWED]
    fresh = [day for on, day in sorted(want.items()) if on not in have]
    movable = [day for day in fresh if not (day.recurring and day.on < today)]
    for row, day in zip(gone, movable, strict=False):
        changes.moved.append((row, row.due_on))
        row.planned_on = row.due_on = day.on
        row.known_on, changes.changed[row.id] = today, row
        _put(row, day, changes)
        fresh.remove(day)
    _cancel(gone[len(movable) :], changes)
    changes.new += [
        (
            duty,
            {
                "agency": agency,
                "planned_on": day.on,
                "due_on": day.on,
                "known_on": known_on,
                "previous_on": day.before,
                "next_on": day.after,
                "recurring": day.recurring,
                "state": State.OPEN.value,
            },
        )
        for day in fresh
    ]


def _is_answered(row: Owed) -> bool:
    return row.state in (State.DONE, State.REPORTED)


def _is_history(row: Owed, today: date, asked: bool) -> bool:
    over = row.next_on is not None and row.next_on <= today
    return row.recurring and row.planned_on < today and (asked or over)


def _put(row: Owed, day: _Day, changes: Changes) -> None:
    if (row.recurring, row.previous_on, row.next_on) != (day.recurring, day.before, day.after):
        row.recurring, row.previous_on, row.next_on = day.recurring, day.before, day.after
        changes.changed[row.id] = row


def _cancel(rows: Iterable[Owed], changes: Changes) -> None:
    for row in rows:
        if row.state == State.OPEN:
            row.state, changes.changed[row.id] = State.CANCELLED.value, row
            changes.cancelled.append(row)


def _said(task: Task) -> str:
    """What a task is called in a message: the activity where the paper tells it apart from its heading."""
    return task.activity or task.title
