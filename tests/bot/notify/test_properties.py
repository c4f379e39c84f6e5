"""What holds on any day: of the calendar, and of what is said around a deadline."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tracking.records import Kind, Occurrence
from bot.tracking.schedule import DEFAULT_LEADS, escalation_steps, help_step, leads_of, owner_steps
from knowledge.records import Deadline, DeadlineKind
from knowledge.workdays import WorkCalendar
from tests.bot.notify.model import DAY, DAYS_OFF, DAYS_WORKED, Item, Work, speaking_days

CALENDAR = WorkCalendar()
YEAR = date(2026, 1, 1)
days = st.dates(date(2021, 6, 1), date(2029, 12, 31))
days_by_hand = st.dates(date(2026, 1, 1), date(2027, 8, 31))
counts = st.integers(0, 60)
leads = st.sets(st.integers(0, 60), max_size=6)
corrections = st.dictionaries(days, st.booleans(), max_size=8)


def calendar(corrected: dict[date, bool]) -> WorkCalendar:
    off = [day for day, works in corrected.items() if not works]
    return WorkCalendar(days_off=off, working_days=[day for day, works in corrected.items() if works])


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_table_written_by_hand_is_that_of_the_package(year: int) -> None:
    work = Work()
    all_days = [date(year, 1, 1) + n * DAY for n in range(365)]
    assert [day for day in all_days if work.works(day) != CALENDAR.is_working(day)] == []


def test_the_days_off_that_reminders_must_know() -> None:
    assert {date(2026, 2, day) for day in range(16, 21)} <= DAYS_OFF
    assert {date(2026, 4, 27), date(2026, 8, 31), date(2026, 9, 2), date(2027, 1, 1)} <= DAYS_OFF
    assert {date(2026, 8, 22)} == DAYS_WORKED


@given(days, counts, corrections)
def test_counted_days_are_working_days_and_counting_back_comes_home(
    day: date, count: int, corrected: dict[date, bool]
) -> None:
    used = calendar(corrected)
    later, earlier = used.add(day, count), used.add(day, -count)
    if count:
        assert used.is_working(later) and used.is_working(earlier)
    if used.is_working(day):
        assert used.add(later, -count) == day == used.add(earlier, count)


@given(days, counts, corrections)
def test_more_days_are_later_and_later_days_end_later(day: date, count: int, corrected: dict[date, bool]) -> None:
    used = calendar(corrected)
    assert used.add(day, count) < used.add(day, count + 1)
    assert used.add(day, -count) > used.add(day, -count - 1)
    assert used.add(day, count) <= used.add(day + DAY, count)


@given(days, corrections)
def test_the_nearest_working_days_enclose_a_day(day: date, corrected: dict[date, bool]) -> None:
    used = calendar(corrected)
    before, after = used.previous(day), used.next_working(day)
    assert before <= day <= after
    assert used.is_working(before) and used.is_working(after)
    assert (before == day == after) == used.is_working(day)
    assert used.next_working(after) == after and used.previous(before) == before
    assert not any(used.is_working(before + n * DAY) for n in range(1, (after - before).days))


@given(days_by_hand, st.integers(-60, 60))
def test_working_days_are_those_counted_one_by_one(day: date, count: int) -> None:
    work, reached = Work(), CALENDAR.add(day, count)
    first, last = (day + DAY, reached + DAY) if count > 0 else (reached, day)
    if count:
        assert work.between(first, last) == abs(count)


def occurrence(due: date, known: date, before: date | None, after: date | None) -> Occurrence:
    recurring = before is not None or after is not None
    return Occurrence(
        1, 1, 1, 1, "Báo cáo", "Sở Nội vụ", due, due, known, recurring=recurring, previous_on=before, next_on=after
    )


spaces = st.none() | st.integers(1, 400)


@settings(max_examples=150, deadline=None)
@given(days, st.integers(-40, 500), spaces, spaces, leads, corrections)
def test_what_is_said_around_any_deadline(
    due: date, ahead: int, before: int | None, after: int | None, chosen: set[int], corrected: dict[date, bool]
) -> None:
    used = calendar(corrected)
    each = occurrence(
        due, due - ahead * DAY, due - before * DAY if before else None, due + after * DAY if after else None
    )
    steps = owner_steps(each, chosen, used)
    said = [step.day for step in steps]
    assert said == sorted(set(said)), "at most one a day, in order"
    assert all(used.is_working(day) and day >= each.known_on for day in said)
    assert len(steps) <= len(chosen) + 6
    assert len({step.name for step in steps}) == len(steps)
    ahead_of = [step for step in steps if step.kind is not Kind.OVERDUE]
    assert steps[: len(ahead_of)] == ahead_of, "what is ahead of the day comes before what is late"
    assert all(step.day <= due for step in ahead_of)
    assert all(step.day > used.next_working(due) for step in steps[len(ahead_of) :])
    counted = Counter(step.kind for step in steps)
    assert counted[Kind.DUE] <= 1 and counted[Kind.OVERDUE] <= 6
    if after is not None:
        assert all(step.day < due + after * DAY for step in steps)
    if each.due_on < each.known_on:
        assert steps == [] == escalation_steps(each, used)
    helping = help_step(steps)
    assert helping is None or helping.day == said[0] <= due


@settings(max_examples=150, deadline=None)
@given(
    st.dates(date(2026, 6, 1), date(2027, 5, 31)), st.integers(0, 500), spaces, spaces,
    st.sets(st.integers(0, 40), min_size=1, max_size=6),
)  # fmt: skip
def test_the_schedule_is_that_of_the_plain_rules(
    due: date, ahead: int, before: int | None, after: int | None, chosen: set[int]
) -> None:
    known = max(due - ahead * DAY, YEAR)
    earlier, later = (due - before * DAY if before else None), (due + after * DAY if after else None)
    item = Item("KH", "1", "Sở Nội vụ", due, due, known, False, earlier, later)
    steps = owner_steps(occurrence(due, known, earlier, later), chosen, CALENDAR)
    assert {step.day: step.name for step in steps} == speaking_days(item, chosen, Work())


def rule(text: str) -> Deadline:
    return Deadline("định kỳ", (DeadlineKind.RECURRING,), rules=(text,))


def test_29_february_comes_in_leap_years_only() -> None:
    deadline = rule("DTSTART:20240229\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")
    assert deadline.due_dates(date(2033, 1, 1)) == (date(2024, 2, 29), date(2028, 2, 29), date(2032, 2, 29))


def test_a_recurrence_without_end_ends_where_one_stops_looking() -> None:
    deadline = rule("DTSTART:20260105\nRRULE:FREQ=MONTHLY;BYMONTHDAY=5")
    assert len(deadline.due_dates(date(2126, 1, 5))) == 1201


@pytest.mark.parametrize("weekday", ["MO", "WE", "FR", "SU"])
def test_of_a_weekly_duty_one_day_is_spoken_of_at_a_time(weekday: str) -> None:
    found = rule(f"DTSTART:20260105\nRRULE:FREQ=WEEKLY;BYDAY={weekday}").due_dates(date(2026, 12, 31))
    spoken: Counter[date] = Counter()
    for before, due, after in zip(found, found[1:], found[2:], strict=False):
        steps = owner_steps(occurrence(due, YEAR, before, after), DEFAULT_LEADS, CALENDAR)
        # Of a day within Tết the last working day before it must tell, however early that is.
        assert all(step.day > before for step in steps if step.kind is not Kind.DUE)
        assert all(step.day < after for step in steps)
        spoken.update(step.day for step in steps)
    # Two at most: yesterday's is late, and the next one is three days away.
    assert max(spoken.values()) <= 2


def test_a_deadline_in_tet_is_told_of_before_it_and_late_after_the_first_day_back() -> None:
    for day in range(14, 23):
        steps = owner_steps(occurrence(date(2026, 2, day), YEAR, None, None), DEFAULT_LEADS, CALENDAR)
        assert [step.day for step in steps if step.kind is Kind.DUE] == [date(2026, 2, 13)]
        assert next(step.day for step in steps if step.kind is Kind.OVERDUE) == date(2026, 2, 24)
        assert not [step for step in steps if date(2026, 2, 14) <= step.day <= date(2026, 2, 22)]


@given(days, st.integers(0, 800), st.booleans())
def test_thirty_days_ahead_only_for_single_days_known_a_year_ahead(due: date, ahead: int, recurring: bool) -> None:
    after = due + timedelta(days=365) if recurring else None
    found = leads_of(occurrence(due, due - ahead * DAY, None, after), None)
    assert (30 in found) == (ahead >= 365 and not recurring)
