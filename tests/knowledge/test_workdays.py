"""The working-day calendar: Vietnamese holidays, swaps, an administrator's corrections."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.workdays import WorkCalendar

PLAIN = WorkCalendar([2026])


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 1, 1), False),  # Tết Dương lịch
        (date(2026, 2, 16), False),  # Giao thừa
        (date(2026, 2, 20), False),  # mùng 4 Tết
        (date(2026, 4, 30), False),
        (date(2026, 9, 2), False),
        (date(2026, 6, 13), False),  # thứ Bảy
        (date(2026, 6, 14), False),  # Chủ nhật
        (date(2026, 6, 15), True),
        (date(2027, 9, 2), False),  # a year that was not named at the start
    ],
)
def test_public_holidays_and_weekends_are_off(day: date, working: bool) -> None:
    assert PLAIN.is_working(day) is working


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 8, 22), True),  # a Saturday worked for 31/8
        (date(2026, 8, 31), False),
        (date(2026, 6, 15), False),  # a local holiday
        (date(2026, 2, 16), True),  # an emergency on a public holiday
        (date(2026, 6, 16), True),
    ],
)
def test_corrections_win_over_the_public_calendar(day: date, working: bool) -> None:
    corrected = WorkCalendar(
        [2026],
        days_off=[date(2026, 8, 31), date(2026, 6, 15)],
        working_days=[date(2026, 8, 22), date(2026, 2, 16)],
    )
    assert corrected.is_working(day) is working


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 6, 12), 0, date(2026, 6, 12)),
        (date(2026, 6, 12), 1, date(2026, 6, 15)),
        (date(2026, 6, 12), 5, date(2026, 6, 19)),
        (date(2026, 6, 13), 1, date(2026, 6, 15)),
        (date(2026, 6, 15), -1, date(2026, 6, 12)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over Tết
        (date(2026, 4, 29), 1, date(2026, 5, 4)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # over New Year, into an unread year
    ],
)
def test_working_days_are_counted_from_the_day_after(day: date, n: int, expected: date) -> None:
    assert PLAIN.add(day, n) == expected


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2026, 6, 15), date(2026, 6, 15), date(2026, 6, 15)),
        (date(2026, 6, 14), date(2026, 6, 12), date(2026, 6, 15)),
        (date(2026, 2, 17), date(2026, 2, 13), date(2026, 2, 23)),
    ],
)
def test_nearest_working_days_include_the_day_itself(day: date, before: date, after: date) -> None:
    assert PLAIN.previous(day) == before
    assert PLAIN.next_working(day) == after
