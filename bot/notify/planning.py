"""From occurrences to messages for some days, and into the outbox.

`refresh` is called at start, every few minutes, after midnight and after a plan was switched: it brings duties
up to the live plans, then adds what is to go from a few working days ago (what a downtime missed) through the
next working day. Doing it again adds nothing, so it may be called at any time and by any process.

It reads and computes outside of transactions that write, and writes in slices, so that no reply waits for the whole:
a pass may end after any slice, and the next one adds the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from time import perf_counter, sleep

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.notify.context import find_marks
from bot.notify.planned_state import Mark, corrections, find_mark, keep_mark, look_at, owing_of
from bot.notify.regular import regular_digests
from bot.tracking import assignments, handovers, outbox
from bot.tracking.audience import Audience, load_audience
from bot.tracking.obligations import Demand
from bot.tracking.records import Digest, Occurrence, Planned, Recipient, State, Step
from bot.tracking.rows import find_occurrences, open_between
from bot.tracking.rules import Rules, load_calendar, load_rules
from bot.tracking.schedule import (
    LOOK_BACK,
    NEAR,
    escalation_steps,
    help_step,
    morning,
    on_own_days,
    owner_steps,
    sending_day,
)
from bot.tracking.transfers import moved_agencies
from bot.tracking.undated import find_answered
from knowledge.agencies import Directory
from knowledge.library import Library, LiveTask
from knowledge.store.database import Store, generation
from knowledge.store.models import LiveVersionRow, OccurrenceRow, OutboxRow, VersionRow
from knowledge.workdays import WorkCalendar

_SPOKEN_BEFORE = timedelta(days=107)
"""No message goes longer before its deadline: 60 working days, and up to a week more on a day of somebody's own."""
_SPOKEN_AFTER = timedelta(days=60)
"""Nor longer after it: six weeks."""
_LONGEST_DOWN = timedelta(days=60)
"""Of days longer ago nothing is made up for."""
_WEEK = timedelta(days=7)
_HELPED = (outbox.OutboxState.WAITING.value, outbox.OutboxState.SENDING.value, outbox.OutboxState.SENT.value)
_PREVIEWED = timedelta(days=30)
"""So much of a preview is held at once."""
_PARAMETERS = 1_000
"""Of one statement: SQLite takes some thousands."""
_AT_ONCE = 3_000
"""Rows of a transaction: some 0.06 s of computing, while nobody else writes; of duties, which it compares, half."""
_HELD, _SOON, _PAUSE, _LONG_PAUSE = 0.02, 0.1, 0.03, 0.11
"""Seconds. Who waits for SQLite's lock looks again every 25 ms at most in the first 0.1 s, later every 100 ms: when
it was held for `_HELD` a pause follows that outlasts the first, and the second after `_SOON` on a busy machine."""


@dataclass(frozen=True)
class PlanningContext:
    """All that planning looks at beside the occurrences.

    Attributes:
        helpers: agencies that lead and agencies that coordinate, by task.
        first: by duty and day the occurrence that coordinating agencies hear of.
        helped: by duty and day, who has heard of another one of it, as the outbox names recipients.
        moved: by duty, agencies that owed it until it was moved, or owe it since.
    """

    audience: Audience
    calendar: WorkCalendar
    helpers: Mapping[int, tuple[tuple[str, ...], tuple[str, ...]]]
    first: Mapping[tuple[int, date], int]
    helped: Mapping[tuple[int, date], Collection[str]] = field(default_factory=dict)
    moved: Mapping[int, Collection[str]] = field(default_factory=dict)

    @property
    def rules(self) -> Rules:
        """What is set."""
        return self.audience.rules

    def steps(self, occurrence: Occurrence, leads: tuple[int, ...]) -> list[Step]:
        """`owner_steps`, once for all that are alike: the agencies that lead one task."""
        alike = (
            occurrence.due_on,
            occurrence.known_on,
            occurrence.previous_on,
            occurrence.next_on,
            occurrence.hour,
            leads,
        )
        found = self._steps.get(alike)
        if found is None:
            found = self._steps[alike] = owner_steps(occurrence, leads, self.calendar)
        return found

    @cached_property
    def _steps(self) -> dict[tuple[object, ...], list[Step]]:
        return {}


def plan(occurrences: Iterable[Occurrence], around: PlanningContext, first: date, last: date) -> Iterator[Planned]:
    """Every message about these open occurrences whose day is from `first` through `last`."""
    for occurrence in occurrences:
        if occurrence.task is None or occurrence.state is not State.OPEN:
            continue
        for recipient, step, agency in _told(occurrence, around, first, last):
            if occurrence.is_in_force(step.day):
                opens = around.rules.opens(recipient.member)
                yield Planned(recipient, occurrence, step, morning(step.day, opens), agency)


def _told(
    occurrence: Occurrence, around: PlanningContext, first: date, last: date
) -> Iterator[tuple[Recipient, Step, str]]:
    audience, agency = around.audience, occurrence.agency
    leads = around.rules.leads(occurrence)
    # Lead times of a share are some of these; a day of somebody's own is less than a week before.
    if any(first <= step.day < last + _WEEK for step in around.steps(occurrence, leads)):
        for share in audience.shares(occurrence, agency):
            steps = around.steps(occurrence, share.leads)
            for step in _on_own_days(steps, occurrence, share.recipient, share.since, around):
                if first <= step.day <= last and step.day >= share.since:
                    for each in audience.in_place_of(share.recipient, agency, step.day):
                        yield each, step, agency
        yield from _helpers_told(occurrence, leads, around, first, last)
    for step in escalation_steps(occurrence, around.calendar):
        if first <= step.day <= last:
            if step.name == "leader":
                leading = audience.leaders(agency, step.day)
            else:
                leading = audience.followers(occurrence.plan, step.day)
            yield from ((each, step, agency) for each in leading if step.day >= audience.since(each))


def _helpers_told(
    occurrence: Occurrence, leads: tuple[int, ...], around: PlanningContext, first: date, last: date
) -> Iterator[tuple[Recipient, Step, str]]:
    """Coordinating agencies, once for all the leading ones."""
    leading, helpers = around.helpers.get(occurrence.task or 0, ((), ()))
    key = occurrence.duty, occurrence.planned_on
    if not helpers or around.first.get(key) != occurrence.id:
        return
    step = help_step(around.steps(occurrence, leads))
    if step is None or not first <= step.day < last + _WEEK:
        return
    audience = around.audience
    # Who answers for a leading agency as well hears as its owner; who it was moved from has heard where it went.
    leading = tuple({*leading, *around.moved.get(occurrence.duty, ())})
    told = {recipient for agency in leading for recipient in audience.owners(agency)}
    told |= {recipient for agency in leading for recipient in audience.hearing(agency, step.day, occurrence.duty)}
    for agency in helpers:
        if agency in leading:
            continue
        for recipient in audience.hearing(agency, step.day):
            heard = recipient in told or recipient.key in around.helped.get(key, ())
            if step.day >= audience.since(recipient) and not heard:
                told.add(recipient)
                [own] = _on_own_days([step], occurrence, recipient, audience.since(recipient), around)
                if first <= own.day <= last:
                    yield recipient, own, agency


def _on_own_days(
    steps: list[Step], occurrence: Occurrence, recipient: Recipient, since: date, around: PlanningContext
) -> list[Step]:
    own = around.rules.own_days(recipient.member)
    if own is None:
        return steps
    return on_own_days(steps, occurrence, own.weekdays, max(own.since, since), around.calendar)


class _OvertakenError(Exception):
    """Plans, people or rules have changed since a pass looked at them: it begins anew."""


@dataclass
class _Slices:
    """The writing of a pass: short transactions, between which replies write; each is right by itself.

    What a pass has read holds in all of them.
    """

    store: Store
    stand: tuple[object, ...]
    _held: float = 0.0

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One of them.

        Raises:
            _OvertakenError: what the pass has read holds no more.
        """
        with self.store.write() as session:
            began = perf_counter()
            if _stand(session) != self.stand:
                raise _OvertakenError
            yield session
        self._held += perf_counter() - began
        if self._held >= _HELD:
            sleep(_PAUSE if self._held < _SOON else _LONG_PAUSE)
            self._held = 0.0


def _stand(session: Session) -> tuple[object, ...]:
    return generation(session), *find_marks(session)


def refresh(store: Store, library: Library, directory: Directory, now: datetime, *, force: bool = False) -> bool:
    """Brings duties, occurrences and the outbox up to date; says whether there was anything to look at.

    Args:
        now: in any time zone.
        force: also when neither plans, people nor rules have changed since the last time today.

    Raises:
        StoreError: what was written until then stays, and is right; the next pass adds the rest.
    """
    while True:
        with suppress(_OvertakenError):
            return _refresh(store, library, directory, now.astimezone(HANOI), force=force)


def refresh_first(store: Store, library: Library, directory: Directory, now: datetime) -> None:
    """`refresh` where nothing was ever planned: where no service of reminders runs beside."""
    with store.read() as session:
        planned = is_planned(session)
    if not planned:
        refresh(store, library, directory, now)


def preview(
    store: Store, library: Library, directory: Directory, first: date, last: date, now: datetime
) -> Iterator[Planned | Digest]:
    """What is to be sent from `first` through `last` as things stand, by time and recipient; writes nothing.

    What has gone before `now` is left out. Messages come month by month: a year of a province is millions.
    """
    now = now.astimezone(HANOI)
    with library.snapshot() as view:
        plans, tasks = view.plans(), view.tasks()
    with store.read() as session:
        audience, before = load_audience(session, directory, load_rules(session), now.date()), find_mark(session)
        compared = before is not None and before.owing == owing_of(session, tasks, audience, now.date())
    # Duties that are not up to date are brought up in a transaction that is taken back.
    with store.read() if compared else store.write() as session:
        if not compared:
            Demand(plans, tasks, audience, activated_days(session), now).sync(session)
        around = _context(session, tasks, audience)
        while first <= last:
            until = min(last, first + _PREVIEWED)
            yield from _between(session, tasks, around, first, until, now)
            first = until + timedelta(days=1)
        session.rollback()


def _between(
    session: Session, tasks: Iterable[LiveTask], around: PlanningContext, first: date, last: date, now: datetime
) -> list[Planned | Digest]:
    # What was told on a day of the reader's own is not told again, though the reader has other days by now.
    gone = outbox.find_gone(session, morning(first - _WEEK), morning(last + timedelta(days=1)), now)
    open_ = open_between(session, first - _SPOKEN_AFTER, last + _SPOKEN_BEFORE)
    planned = [each for each in plan(open_, around, first, last) if _key(each) not in gone]
    planned += _put_off(session, around.audience, first, last)
    near = list(open_between(session, date.min, last + NEAR))
    answered = find_answered(session, tasks, around.rules)
    digests = regular_digests(near, tasks, around.audience, around.calendar, first, last, answered)
    digests = _at_own_hours(digests, around)
    told: list[Planned | Digest] = [*planned, *(each for each in digests if _key(each) not in gone)]
    return sorted(told, key=_order)


def _put_off(session: Session, audience: Audience, first: date, last: date) -> list[Planned]:
    """What readers have put off to these days; on days on which they are away, who stands in hears it."""
    later = outbox.find_put_off(session, morning(first), morning(last + timedelta(days=1)))
    owed = find_occurrences(session, [row.occurrence for row in later])
    return [
        Planned(heard, owed[row.occurrence], row.step, row.send_at, row.agency)
        for row in later
        if row.occurrence in owed and owed[row.occurrence].state is State.OPEN
        for heard in audience.in_place_of(Recipient.of(row.recipient), row.agency, row.step.day)
    ]


def _at_own_hours(digests: Iterable[Digest], around: PlanningContext) -> list[Digest]:
    return [
        replace(each, send_at=morning(each.send_at.date(), around.rules.opens(each.recipient.member)))
        for each in digests
    ]


def _late_of_absent(session: Session, audience: Audience, first: date, today: date) -> list[Planned]:
    """What was to be said from `first` on to people gone away since, and is not said yet: who stands in hears it."""
    keys = {Recipient(member).key for member in audience.away()}
    rows = outbox.find_late(session, keys, morning(first), morning(today)) if keys else []
    owed = find_occurrences(session, [row.occurrence for row in rows])
    return [
        Planned(heard, owed[row.occurrence], row.step, row.send_at, row.agency)
        for row in rows
        if row.occurrence in owed
        for heard in audience.in_place_of(Recipient.of(row.recipient), row.agency)
    ]


def is_planned(session: Session) -> bool:
    """Whether `refresh` has ever run on this database."""
    return find_mark(session) is not None


def activated_days(session: Session) -> dict[int, date]:
    """By plan, the day in Việt Nam on which its live version became live."""
    rows = session.execute(
        select(LiveVersionRow.plan_id, VersionRow.activated_at).join(
            VersionRow, VersionRow.id == LiveVersionRow.version_id
        )
    )
    return {plan_id: at.astimezone(HANOI).date() for plan_id, at in rows if at is not None}


def _refresh(store: Store, library: Library, directory: Directory, now: datetime, *, force: bool) -> bool:
    today = now.date()
    with store.write() as session:
        handovers.hand_over_due(session, now)
    with store.read() as session:
        slices = _Slices(store, _stand(session))
        audience, calendar = load_audience(session, directory, load_rules(session), today), load_calendar(session)
        before, seen, days = find_mark(session), look_at(session, audience, today), corrections(session)
    if audience.unfit:
        with slices.write() as session:
            assignments.release(session, audience, now)
        raise _OvertakenError
    if not force and before is not None and before.seen == seen:
        return False
    with library.snapshot() as view:
        plans, tasks = view.plans(), view.tasks()
    with store.read() as session:
        owing = owing_of(session, tasks, audience, today)
        demand = Demand(plans, tasks, audience, activated_days(session), now)
        compared = not force and before is not None and before.owing == owing
        outdated = [] if compared else list(demand.outdated(session, _AT_ONCE // 2))
    for some_plans in outdated:
        with slices.write() as session:
            demand.sync(session, some_plans)
    first = calendar.add(today, -LOOK_BACK)
    if before is not None:
        # All that a long downtime missed is added: what is too late by then is told of in one digest.
        first = max(min(first, before.day), today - _LONGEST_DOWN)
    last = calendar.add(today, 1)
    moving = list[int]()
    if before is not None and before.days != days:
        # Other working days than before: what waits for another day may have to go sooner, or later.
        with slices.write() as session:
            outbox.take_back_planned(session, now)
            moving = outbox.find_taken_back(session, morning(first))
    # Of digests that a downtime missed, this week's only (on a weekend that is the next one: what is made now goes
    # then, beside next week's own); none of the days before reminders began.
    sent_on = calendar.next_working(today)
    monday = sent_on - timedelta(days=sent_on.weekday())
    since = max(first, monday) if before is not None else today
    with store.read() as session:
        around = _context(session, tasks, audience)
        open_ = open_between(session, first - _SPOKEN_AFTER, last + _SPOKEN_BEFORE)
        missing = outbox.find_missing(session, plan(open_, around, first, last))
        near = list(open_between(session, date.min, last + NEAR))
        answered = find_answered(session, tasks, around.rules)
    digests = regular_digests(near, tasks, audience, calendar, since, last, answered)
    digests = _at_own_hours(digests, around)
    # What the new calendar would have sent by now is not late: nobody could know.
    opening = morning(sending_day(now, calendar))
    for at in range(0, len(missing), _AT_ONCE):
        with slices.write() as session:
            some = missing[at : at + _AT_ONCE]
            owed = find_occurrences(session, [each.occurrence.id for each in some])
            still = [each for each in some if owed.get(each.occurrence.id) == each.occurrence]
            # What was answered meanwhile is planned as it is now.
            changed = {each.occurrence.id for each in some} - {each.occurrence.id for each in still}
            again = plan([owed[number] for number in sorted(changed & owed.keys())], around, first, last)
            outbox.enqueue(session, [*still, *again], now)
            outbox.put_off(session, moving, opening)
    with slices.write() as session:
        others = [*_put_off(session, audience, today, last), *_late_of_absent(session, audience, first, today)]
        outbox.enqueue(session, others, now)
    for at in range(0, len(digests), _AT_ONCE):
        with slices.write() as session:
            outbox.add_digests(session, digests[at : at + _AT_ONCE], now)
            outbox.put_off(session, moving, opening)
    with slices.write() as session:
        keep_mark(session, Mark(today, seen, days, owing))
    return True


def _context(session: Session, tasks: Iterable[LiveTask], audience: Audience) -> PlanningContext:
    helpers = {}
    for each in tasks:
        if each.task.coordinating:
            leading = audience.offices.open_all(each.task.lead)
            opened = audience.offices.open_all(each.task.coordinating)
            helpers[each.id] = leading, tuple(agency for agency in opened if agency not in leading)
    moved = {duty: {*owners, *owners.values()} for duty, owners in moved_agencies(session).items()}
    return PlanningContext(audience, load_calendar(session), helpers, *_first_of_each(session), moved)


def _first_of_each(session: Session) -> tuple[dict[tuple[int, date], int], dict[tuple[int, date], set[str]]]:
    """By duty and day the occurrence that coordinating agencies hear of, and who has heard of another one of it.

    It is an open one: one that they have heard of or are about to, else the first.
    """
    by_day = OccurrenceRow.duty_id, OccurrenceRow.planned_on
    open_ = select(*by_day, func.min(OccurrenceRow.id)).where(OccurrenceRow.state == State.OPEN).group_by(*by_day)
    first = {(duty, day): number for duty, day, number in session.execute(open_)}
    helping = OutboxRow.name == "help", OutboxRow.state.in_(_HELPED)
    heard = (
        select(*by_day, OccurrenceRow.id, OccurrenceRow.state)
        .join(OutboxRow, OutboxRow.occurrence == OccurrenceRow.id)
        .where(*helping)
        .distinct()
        .order_by(OccurrenceRow.id.desc())
    )
    told = [(number, (duty, day), state) for duty, day, number, state in session.execute(heard)]
    first |= {key: number for number, key, state in told if state == State.OPEN}
    others = {number: key for number, key, _ in told if key in first and first[key] != number}
    helped: dict[tuple[int, date], set[str]] = {}
    numbers = [*others]
    for at in range(0, len(numbers), _PARAMETERS):
        those = OutboxRow.occurrence.in_(numbers[at : at + _PARAMETERS])
        for number, recipient in session.execute(
            select(OutboxRow.occurrence, OutboxRow.recipient).where(*helping, those)
        ):
            helped.setdefault(others[number], set()).add(recipient)
    return first, helped


def _key(each: Planned | Digest) -> outbox.Key:
    if isinstance(each, Digest):
        return each.recipient.key, 0, each.name
    return each.recipient.key, each.occurrence.id, each.step.name


def _order(each: Planned | Digest) -> tuple[datetime, str, date, int]:
    owed = (date.max, 0) if isinstance(each, Digest) else (each.occurrence.due_on, each.occurrence.id)
    return each.send_at, each.recipient.key, *owed
