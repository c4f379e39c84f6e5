"""Lights: what is red, amber, green on a day, and in which order."""

from __future__ import annotations

from datetime import date

import pytest

from bot.reminders.records import State
from bot.reminders.views.lights import Judge, Lights, Standing, lights
from knowledge.workdays import WorkCalendar
from tests.bot.reminders.boards import CALENDAR, TODAY, occurrence

DUE = date(2026, 11, 25)
"""A Wednesday."""
DAYS = [
    (date(2026, 11, 12), Standing.ON_TIME),
    (date(2026, 11, 13), Standing.NEAR),  # seven working days before: 13, 16, 17, 18, 19, 20, 23; 24 is a holiday
    (date(2026, 11, 25), Standing.NEAR),
    (date(2026, 11, 26), Standing.LATE),
]


@pytest.mark.parametrize(("today", "standing"), DAYS)
def test_an_open_one_by_day(today: date, standing: Standing) -> None:
    assert Judge(today, CALENDAR).standing(occurrence(1, DUE)) is standing


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        (date(2026, 11, 22), Standing.NEAR),
        (date(2026, 11, 23), Standing.NEAR),
        (date(2026, 11, 24), Standing.LATE),
    ],
)
def test_a_deadline_on_a_saturday_can_be_met_on_monday(today: date, standing: Standing) -> None:
    assert Judge(today, CALENDAR).standing(occurrence(1, date(2026, 11, 21))) is standing


def test_working_days_skip_tet() -> None:
    due = date(2026, 2, 24)  # the days from 14/2 through 22/2/2026 are off
    assert Judge(date(2026, 2, 4), CALENDAR).standing(occurrence(1, due)) is Standing.ON_TIME
    assert Judge(date(2026, 2, 6), CALENDAR).standing(occurrence(1, due)) is Standing.NEAR


def test_an_administrators_day_off_moves_amber() -> None:
    extra = WorkCalendar([2026], days_off=[date(2026, 11, 23)])
    assert Judge(date(2026, 11, 12), extra).standing(occurrence(1, DUE)) is Standing.NEAR


def test_lists_are_in_a_leaders_order() -> None:
    occurrences = [
        occurrence(1, date(2026, 11, 24)),
        occurrence(2, date(2026, 11, 23)),
        occurrence(3, date(2026, 11, 10)),
        occurrence(4, date(2026, 9, 10)),
        occurrence(5, date(2027, 3, 1)),
        occurrence(6, date(2027, 1, 5)),
        occurrence(7, date(2026, 5, 5), state=State.DONE),
        occurrence(8, date(2026, 12, 5), state=State.DONE),
        occurrence(9, date(2026, 1, 10)),  # known since 15/1
        occurrence(10, date(2026, 1, 10), state=State.DONE),
        occurrence(11, date(2026, 11, 24), state=State.CANCELLED),
    ]
    found = lights(occurrences, TODAY, CALENDAR)
    assert [
        [each.id for each in part] for part in (found.red, found.amber, found.green, found.done, found.before)
    ] == [
        [4, 3],
        [2, 1],
        [6, 5],
        [8, 7, 10],
        [9],
    ]
    assert found.total == 9


def test_nothing() -> None:
    assert lights([], TODAY, CALENDAR) == Lights((), (), (), (), ())
