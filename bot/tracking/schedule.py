"""On which days something is said of an occurrence: the one place where the rules of time stand.

    lead:N    N working days before the deadline (30 only where a single day was known a year ahead)
    due       on the day, or on the last working day before it; of an hour before noon the working day before
    overdue:1 one working day after it, then every seven days, six times at most
    help      to coordinating agencies, with the first of these
    leader    one working day late, whether it was received or not
    follow    five working days late, likewise; then every week in one digest, until it is done

Once an agency has said that it received it, its owners hear of the lead times no more but the last ones
(`spoken_leads`); what is late is said all the same.

A deadline that falls on a day off can still be met on the next working day (Bộ luật Dân sự 2015, art. 148),
so lateness counts from there. For a recurring duty nothing is said of the next day before the one before it
is over (but "due", which days off may bring before it), and owners hear no more of the last one once the next
is due. Nothing is said of days before the plan was known.

Who has days of their own (a weekly bundle has one) hears of the lead times on the last of those days before
(`on_own_days`); the last lead time, the day itself and what is late come on their day all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.clock import HANOI
from bot.tracking.records import EVENING, MORNING, Kind, Occurrence, State, Step
from knowledge.workdays import WorkCalendar

DEFAULT_LEADS = (14, 7, 3, 1, 0)
"""Working days before the deadline; 0 is the day itself."""
FAR_LEAD = 30
FAR = timedelta(days=365)
"""A single deadline that was known so long ahead is told of `FAR_LEAD` working days before as well."""
OVERDUE_TIMES = 6
LAST_LEAD = 1
"""Working days before the deadline from which a reminder comes though the agency has said that it received it."""
LEADER_AFTER = 1
"""Working days late after which the agency's leader hears of it; after `FOLLOW_AFTER` the following unit does."""
FOLLOW_AFTER = 5
LOOK_BACK = 5
"""Working days: what should have gone within them is still sent; what is older is told of in one digest at most."""
NEAR = timedelta(days=30)
"""What is due within it is told of in weekly digests."""
_WEEK = timedelta(days=7)
_NOON = time(12)


def leads_of(occurrence: Occurrence, chosen: Collection[int] | None) -> tuple[int, ...]:
    """Lead times in working days, longest first; `chosen` ones win over the default."""
    if chosen is not None:
        return tuple(sorted(set(chosen), reverse=True))
    far = not occurrence.recurring and occurrence.due_on - occurrence.known_on >= FAR
    return (FAR_LEAD, *DEFAULT_LEADS) if far else DEFAULT_LEADS


def spoken_leads(occurrence: Occurrence, leads: Sequence[int]) -> tuple[int, ...]:
    """Those of the lead times at which owners hear: all, or the last ones once the agency has received it."""
    if occurrence.acknowledged_on is None:
        return tuple(leads)
    return tuple(lead for lead in leads if lead <= LAST_LEAD) or tuple(leads[-1:])


def last_lead(leads: Sequence[int]) -> tuple[int, ...]:
    """The last of the lead times before the day itself; the day where there is no other."""
    before = [lead for lead in leads if lead]
    return (min(before),) if before else tuple(leads[-1:])


def owner_steps(occurrence: Occurrence, leads: Collection[int], calendar: WorkCalendar) -> list[Step]:
    """What owners hear of an open occurrence, first to last; at most one a day."""
    due, known, before, after = (
        occurrence.due_on,
        occurrence.known_on,
        occurrence.previous_on,
        occurrence.next_on,
    )
    if due < known:
        return []
    said: dict[date, Step] = {}
    for lead in sorted(leads, reverse=True):
        day = calendar.add(due, -lead) if lead else last_day(occurrence, calendar)
        if lead and before is not None and day <= before:
            continue
        # The last working day before a deadline on a day off is both "one day left" and "the day": once is enough.
        said[day] = Step(Kind.LEAD, f"lead:{lead}", day) if lead else Step(Kind.DUE, "due", day)
    first = _late_by(1, due, calendar)
    for count in range(OVERDUE_TIMES):
        day = calendar.next_working(first + count * _WEEK)
        if after is not None and day >= after:
            break
        said[day] = Step(Kind.OVERDUE, f"overdue:{count + 1}", day)
    return [said[day] for day in sorted(said) if day >= known]


def last_day(occurrence: Occurrence, calendar: WorkCalendar) -> date:
    """The working day on which an occurrence is to be done: what is owed in the morning is done the day before."""
    early = occurrence.hour is not None and occurrence.hour < _NOON
    return calendar.previous(occurrence.due_on - timedelta(days=early))


def on_own_days(
    steps: Sequence[Step], occurrence: Occurrence, weekdays: Collection[int], since: date, calendar: WorkCalendar
) -> list[Step]:
    """The steps as somebody hears them who has days of their own; at most one a day.

    Args:
        weekdays: 0 for Monday; where one is off, the next working day is meant.
        since: from that day on they hold; a step stays where its own day would be before it.
    """
    since = max(since, occurrence.known_on)
    leads = [step.day for step in steps if step.kind is Kind.LEAD and step.name != "help"]
    said: dict[date, Step] = {}
    for step in steps:
        day = step.day
        if step.kind is Kind.LEAD and leads[-1:] != [day]:
            own = next(on for back in range(7) if (on := day - timedelta(days=back)).weekday() in weekdays)
            own = calendar.next_working(own)
            over = occurrence.previous_on is None or own > occurrence.previous_on
            day = own if own >= since and over else day
        said[day] = replace(step, day=day)
    return [said[day] for day in sorted(said)]


def help_step(steps: Sequence[Step]) -> Step | None:
    """The one message to coordinating agencies: with the owners' first one, if that is not late already."""
    if not steps or steps[0].kind is Kind.OVERDUE:
        return None
    return Step(Kind.LEAD, "help", steps[0].day)


def escalation_steps(occurrence: Occurrence, calendar: WorkCalendar) -> list[Step]:
    """What leader and following unit hear first of what is late."""
    if occurrence.due_on < occurrence.known_on:
        return []
    days = {
        "leader": _late_by(LEADER_AFTER, occurrence.due_on, calendar),
        "follow": _late_by(FOLLOW_AFTER, occurrence.due_on, calendar),
    }
    return [Step(Kind.ESCALATION, name, day) for name, day in days.items() if day >= occurrence.known_on]


def morning(day: date, opens: time = MORNING) -> datetime:
    """When messages of that day are to go."""
    return datetime.combine(day, opens, HANOI)


def is_open(now: datetime, calendar: WorkCalendar) -> bool:
    """Whether messages go at that moment: 08:00 to 17:00 on working days, Việt Nam's time."""
    here = now.astimezone(HANOI)
    return MORNING <= here.time() < EVENING and calendar.is_working(here.date())


def sending_day(moment: datetime, calendar: WorkCalendar) -> date:
    """The day on which what is due at that moment can go: in the evening and on days off, the next working day."""
    here = moment.astimezone(HANOI)
    return calendar.next_working(here.date() + (timedelta(1) if here.time() >= EVENING else timedelta(0)))


def is_worth_a_digest(occurrence: Occurrence, day: date) -> bool:
    """Whether a weekly digest of that day speaks of an open occurrence: late, or due within `NEAR`.

    What was over when its plan came is told of once, not every week.
    """
    near = occurrence.known_on <= occurrence.due_on <= day + NEAR
    return near and occurrence.state is State.OPEN and occurrence.task is not None and occurrence.is_in_force(day)


def is_followed_up(occurrence: Occurrence, day: date, calendar: WorkCalendar) -> bool:
    """Whether the following unit has heard that it is late, and is to hear so again in the digest of that day."""
    return (
        occurrence.due_on < day
        and is_worth_a_digest(occurrence, day)
        and _late_by(FOLLOW_AFTER, occurrence.due_on, calendar) < day
    )


def _late_by(days: int, due: date, calendar: WorkCalendar) -> date:
    return calendar.add(calendar.next_working(due), days)
