"""Lights: what is red, amber, green on a day, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.tracking.lights import Judge
from bot.tracking.records import State
from knowledge.progress import Standing
from knowledge.workdays import WorkCalendar
from tests.bot.notify.boards import CALENDAR, TODAY, occurrence

DUE = date(2026, 11, 25)
"""A Wednesday."""
DAYS = [
    (date(2026, 11, 12), Standing.IN_TIME),
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
    assert Judge(date(2026, 2, 4), CALENDAR).standing(occurrence(1, due)) is Standing.IN_TIME
    assert Judge(date(2026, 2, 6), CALENDAR).standing(occurrence(1, due)) is Standing.NEAR


def test_an_administrators_day_off_moves_amber() -> None:
    extra = WorkCalendar([2026], days_off=[date(2026, 11, 23)])
    assert Judge(date(2026, 11, 12), extra).standing(occurrence(1, DUE)) is Standing.NEAR


@pytest.mark.parametrize(
    ("due", "done_on", "standing"),
    [
        (DUE, date(2026, 11, 1), Standing.DONE_IN_TIME),
        (DUE, DUE, Standing.DONE_IN_TIME),
        (DUE, date(2026, 11, 26), Standing.DONE_LATE),
        (date(2026, 11, 21), date(2026, 11, 23), Standing.DONE_IN_TIME),  # due on a Saturday, done on Monday
        (date(2026, 11, 21), date(2026, 11, 24), Standing.DONE_LATE),
        (DUE, None, Standing.DONE_IN_TIME),  # of old versions: when is not known
    ],
)
def test_a_done_one_by_the_day_on_which_it_was_reported(due: date, done_on: date | None, standing: Standing) -> None:
    done = replace(occurrence(1, due, state=State.DONE), done_on=done_on)
    assert Judge(date(2027, 1, 4), CALENDAR).standing(done) is standing


def test_what_was_over_when_its_plan_came_is_not_late() -> None:
    assert Judge(TODAY, CALENDAR).standing(occurrence(1, date(2026, 1, 10))) is Standing.BEFORE  # known since 15/1
