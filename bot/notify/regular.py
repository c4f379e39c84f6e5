"""Digests that come by themselves on the first working day of a week or a quarter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta

from bot.tracking.audience import Audience, unowned
from bot.tracking.records import Digest, Occurrence
from bot.tracking.schedule import is_followed_up, is_worth_a_digest, morning
from knowledge.doubts import is_undated
from knowledge.library import LiveTask
from knowledge.records import DeadlineKind
from knowledge.workdays import WorkCalendar

_STANDING = {DeadlineKind.STANDING, DeadlineKind.CONDITIONAL}


def regular_digests(
    occurrences: Sequence[Occurrence],
    tasks: Iterable[LiveTask],
    audience: Audience,
    calendar: WorkCalendar,
    first: date,
    last: date,
    answered: Collection[tuple[int, str]] = (),
) -> list[Digest]:
    """Those from `first` through `last`.

    Args:
        answered: tasks without a readable day and agencies that have told what is to be told of them.
        occurrences: the open ones due up to a month after `last`.
        tasks: the live ones.
    """
    days, tasks = list(_days(first, last)), list(tasks)
    weeks = [day for day in days if _opens_week(day, calendar)]
    quarters = [day for day in days if _opens_quarter(day, calendar)]
    return [
        *_weekly(occurrences, audience, weeks),
        *_unowned(occurrences, audience, weeks),
        *_followed(occurrences, audience, calendar, weeks),
        *(_checkins(tasks, audience, quarters) if audience.rules.checkins else ()),
        *_undated(tasks, audience, quarters, answered),
    ]


def _weekly(occurrences: Iterable[Occurrence], audience: Audience, days: Sequence[date]) -> list[Digest]:
    """For leaders, where there is something late or near."""
    due: dict[str, list[Occurrence]] = {}
    for each in occurrences if days else ():
        due.setdefault(each.agency, []).append(each)
    return [
        Digest(leader, f"digest:{day}:{agency}", morning(day), agency, {"say": "digest", "agency": agency})
        for day in days
        for agency in audience.leading()
        if any(is_worth_a_digest(each, day) for each in due.get(agency, ()))
        for leader in audience.leaders(agency, day)
        if audience.since(leader) <= day
    ]


def _unowned(occurrences: Sequence[Occurrence], audience: Audience, days: Sequence[date]) -> list[Digest]:
    """For administrators: agencies that owe something and have nobody who hears of it."""
    return [
        Digest(each, f"unowned:{day}", morning(day), "", {"say": "unowned"})
        for day in days
        if unowned(occurrences, audience, day)
        for each in audience.administrators(day)
        if audience.since(each) <= day
    ]


def _followed(
    occurrences: Sequence[Occurrence], audience: Audience, calendar: WorkCalendar, days: Sequence[date]
) -> list[Digest]:
    """For following units: what they have heard of and is late still, acknowledged or not."""
    return [
        Digest(each, f"followed:{day}:{unit}", morning(day), unit, {"say": "followed"})
        for day in days
        for unit in sorted(
            {audience.rules.following_unit(o.plan) for o in occurrences if is_followed_up(o, day, calendar)}
        )
        for each in audience.of_unit(unit, day)
        if audience.since(each) <= day
    ]


def _checkins(tasks: Iterable[LiveTask], audience: Audience, days: Sequence[date]) -> list[Digest]:
    """For owners: how do standing tasks stand."""
    standing: dict[str, list[int]] = {}
    for each in tasks if days else ():
        if set(each.task.deadline.kinds) <= _STANDING and audience.rules.in_force(each.plan.id) is not False:
            for agency in audience.offices.open_all(each.task.lead):
                standing.setdefault(agency, []).append(each.id)
    return [
        Digest(
            recipient,
            f"checkin:{day}:{agency}",
            morning(day),
            agency,
            {"say": "checkin", "agency": agency, "tasks": numbers},
        )
        for day in days
        for agency, numbers in sorted(standing.items())
        for recipient in audience.hearing(agency, day)
        if audience.since(recipient) <= day
    ]


def _undated(
    tasks: Iterable[LiveTask], audience: Audience, days: Sequence[date], answered: Collection[tuple[int, str]]
) -> list[Digest]:
    """Owners are asked, and administrators hear, of tasks with a deadline of which no day could be read.

    Nothing else ever reminds of them, so this needs no switching on.
    """
    every, owed = list[int](), dict[str, list[int]]()
    for each in tasks if days else ():
        if is_undated(each.task.deadline) and audience.rules.in_force(each.plan.id) is not False:
            agencies = audience.offices.open_all(each.task.lead)
            left = [agency for agency in agencies if (each.id, agency) not in answered]
            every += [each.id] if left or not agencies else []
            for agency in left:
                owed.setdefault(agency, []).append(each.id)
    told = [
        (day, who, agency, numbers)
        for day in days
        for agency, numbers in sorted(owed.items())
        for who in audience.hearing(agency, day)
    ]
    told += [(day, who, "", every) for day in days for who in audience.administrators(day) if every]
    return [
        Digest(
            recipient,
            f"undated:{day}:{agency}",
            morning(day),
            agency,
            {"say": "undated", "agency": agency, "tasks": numbers},
        )
        for day, recipient, agency, numbers in told
        if audience.since(recipient) <= day
    ]


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _opens_week(day: date, calendar: WorkCalendar) -> bool:
    monday = day - timedelta(days=day.weekday())
    return calendar.is_working(day) and not any(
        calendar.is_working(each) for each in _days(monday, day - timedelta(1))
    )


def _opens_quarter(day: date, calendar: WorkCalendar) -> bool:
    opening = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return calendar.next_working(opening) == day
