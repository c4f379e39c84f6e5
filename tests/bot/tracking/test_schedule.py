"""The days on which something is said, as a table; 2026's Tết is 16 to 20 February, its swap day 22 August."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from bot.tracking.records import Occurrence, State
from bot.tracking.schedule import (
    DEFAULT_LEADS,
    escalation_steps,
    help_step,
    is_followed_up,
    leads_of,
    on_own_days,
    owner_steps,
    spoken_leads,
)
from knowledge.workdays import WorkCalendar

KNOWN = date(2026, 1, 2)
CALENDAR = WorkCalendar()


def occurrence(
    due: date,
    *,
    known: date = KNOWN,
    before: date | None = None,
    after: date | None = None,
    acknowledged: date | None = None,
) -> Occurrence:
    recurring = before is not None or after is not None
    return Occurrence(
        1, 1, 1, 1, "Báo cáo", "Sở Nội vụ", due, due, known,
        recurring=recurring, previous_on=before, next_on=after, acknowledged_on=acknowledged,
    )  # fmt: skip


def told(each: Occurrence, leads: tuple[int, ...] = DEFAULT_LEADS) -> list[str]:
    return [f"{step.day:%d/%m} {step.name}" for step in owner_steps(each, leads, CALENDAR)]


LATE = ["01/07 overdue:1", "08/07 overdue:2", "15/07 overdue:3", "22/07 overdue:4", "29/07 overdue:5",
        "05/08 overdue:6"]  # fmt: skip


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        pytest.param(
            occurrence(date(2026, 6, 30)),
            ["10/06 lead:14", "19/06 lead:7", "25/06 lead:3", "29/06 lead:1", "30/06 due", *LATE],
            id="a Tuesday",
        ),
        pytest.param(
            occurrence(date(2026, 5, 31)),
            ["12/05 lead:14", "21/05 lead:7", "27/05 lead:3", "29/05 due", "02/06 overdue:1", "09/06 overdue:2",
             "16/06 overdue:3", "23/06 overdue:4", "30/06 overdue:5", "07/07 overdue:6"],
            id="a Sunday: the day before and the day are one, and Monday is still in time",
        ),
        pytest.param(
            occurrence(date(2026, 2, 18)),
            ["27/01 lead:14", "05/02 lead:7", "11/02 lead:3", "13/02 due", "24/02 overdue:1", "03/03 overdue:2",
             "10/03 overdue:3", "17/03 overdue:4", "24/03 overdue:5", "31/03 overdue:6"],
            id="within Tết",
        ),
        pytest.param(
            occurrence(date(2026, 8, 24)),
            ["05/08 lead:14", "14/08 lead:7", "20/08 lead:3", "22/08 lead:1", "24/08 due", "25/08 overdue:1",
             "03/09 overdue:2", "08/09 overdue:3", "15/09 overdue:4", "22/09 overdue:5", "29/09 overdue:6"],
            id="the Saturday before is worked, 1/9 is a day off",
        ),
        pytest.param(
            occurrence(date(2026, 6, 30), known=date(2026, 6, 26)),
            ["29/06 lead:1", "30/06 due", *LATE],
            id="known late",
        ),
        pytest.param(occurrence(date(2026, 6, 30), known=date(2026, 7, 1)), [], id="over when known"),
        pytest.param(
            occurrence(date(2026, 6, 26), before=date(2026, 6, 19), after=date(2026, 7, 3)),
            ["23/06 lead:3", "25/06 lead:1", "26/06 due", "29/06 overdue:1"],
            id="every week: not before the last one is over, no more once the next is due",
        ),
    ],
)  # fmt: skip
def test_what_owners_hear(each: Occurrence, expected: list[str]) -> None:
    assert told(each) == expected


@pytest.mark.parametrize(
    ("each", "chosen", "expected"),
    [
        (occurrence(date(2026, 6, 30)), None, (14, 7, 3, 1, 0)),
        (occurrence(date(2027, 1, 2)), None, (30, 14, 7, 3, 1, 0)),
        (occurrence(date(2027, 1, 2), before=date(2026, 1, 2)), None, (14, 7, 3, 1, 0)),
        (occurrence(date(2027, 1, 2)), [0, 20, 5], (20, 5, 0)),
        (occurrence(date(2026, 6, 30)), [], ()),
    ],
)
def test_lead_times(each: Occurrence, chosen: list[int] | None, expected: tuple[int, ...]) -> None:
    assert leads_of(each, chosen) == expected


@pytest.mark.parametrize(
    ("leads", "expected"),
    [((30, 14, 7, 3, 1, 0), (1, 0)), ((14, 7, 3), (3,)), ((10, 0), (0,)), ((), ())],
)
def test_what_was_received_is_said_again_only_when_the_day_is_close(
    leads: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    due = date(2026, 6, 30)
    assert spoken_leads(occurrence(due), leads) == leads
    assert spoken_leads(occurrence(due, acknowledged=date(2026, 6, 1)), leads) == expected


@pytest.mark.parametrize(
    ("each", "day", "again"),
    [
        (occurrence(date(2026, 6, 30)), date(2026, 7, 6), False),  # the unit hears on 7/7
        (occurrence(date(2026, 6, 30)), date(2026, 7, 13), True),
        (occurrence(date(2026, 6, 30), acknowledged=date(2026, 6, 20)), date(2026, 12, 28), True),
        (occurrence(date(2026, 6, 30), known=date(2026, 7, 3)), date(2026, 7, 13), False),
        (replace(occurrence(date(2026, 6, 30)), state=State.DONE), date(2026, 7, 13), False),
    ],
)
def test_what_the_following_unit_hears_again_every_week(each: Occurrence, day: date, again: bool) -> None:
    assert is_followed_up(each, day, CALENDAR) is again


def test_coordinating_agencies_hear_with_the_first_message_only() -> None:
    step = help_step(owner_steps(occurrence(date(2026, 6, 30)), DEFAULT_LEADS, CALENDAR))
    assert step is not None
    assert (step.name, step.day) == ("help", date(2026, 6, 10))
    assert (
        help_step(owner_steps(occurrence(date(2026, 6, 30), known=date(2026, 7, 1)), DEFAULT_LEADS, CALENDAR)) is None
    )


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        (occurrence(date(2026, 6, 30)), [("leader", date(2026, 7, 1)), ("follow", date(2026, 7, 7))]),
        (occurrence(date(2026, 5, 31)), [("leader", date(2026, 6, 2)), ("follow", date(2026, 6, 8))]),
        (
            occurrence(date(2026, 6, 30), acknowledged=date(2026, 6, 20)),
            [("leader", date(2026, 7, 1)), ("follow", date(2026, 7, 7))],
        ),
        (occurrence(date(2026, 6, 30), known=date(2026, 7, 3)), []),
    ],
)
def test_who_else_hears_of_what_is_late(each: Occurrence, expected: list[tuple[str, date]]) -> None:
    assert [(step.name, step.day) for step in escalation_steps(each, CALENDAR)] == expected


@pytest.mark.parametrize(
    ("hour", "due", "expected"),
    [
        (time(7, 30), date(2026, 6, 30), ["25/06 lead:3", "29/06 due"]),
        (time(11, 59), date(2026, 6, 29), ["24/06 lead:3", "26/06 due"]),
        (time(12), date(2026, 6, 30), ["25/06 lead:3", "29/06 lead:1", "30/06 due"]),
        (time(17), date(2026, 6, 30), ["25/06 lead:3", "29/06 lead:1", "30/06 due"]),
    ],
)
def test_what_is_due_in_the_morning_is_said_the_working_day_before(
    hour: time, due: date, expected: list[str]
) -> None:
    steps = told(replace(occurrence(due), hour=hour), (3, 1, 0))
    assert [each for each in steps if "overdue" not in each] == expected
    late = [each for each in steps if "overdue" in each]
    assert late == [each for each in told(occurrence(due), (3, 1, 0)) if "overdue" in each]


MONDAYS = ["08/06 lead:14", "15/06 lead:7", "22/06 lead:3", "29/06 lead:1", "30/06 due"]


@pytest.mark.parametrize(
    ("each", "weekdays", "since", "expected"),
    [
        pytest.param(occurrence(date(2026, 6, 30)), (0,), KNOWN, MONDAYS, id="Mondays"),
        pytest.param(
            occurrence(date(2026, 6, 30)), (1, 4), KNOWN,
            ["09/06 lead:14", "19/06 lead:7", "23/06 lead:3", "29/06 lead:1", "30/06 due"], id="two days",
        ),
        pytest.param(
            occurrence(date(2026, 6, 30)), (0,), date(2026, 6, 16),
            ["10/06 lead:14", "19/06 lead:7", *MONDAYS[2:]], id="wished in between: as it was until then",
        ),
        pytest.param(
            occurrence(date(2026, 6, 30), known=date(2026, 6, 17)), (0,), KNOWN,
            ["19/06 lead:7", *MONDAYS[2:]], id="known in between",
        ),
        pytest.param(
            occurrence(date(2026, 6, 30), before=date(2026, 6, 15)), (0,), KNOWN,
            ["19/06 lead:7", *MONDAYS[2:]], id="not before the day before is over",
        ),
        pytest.param(
            occurrence(date(2026, 9, 11)), (0,), KNOWN,
            ["17/08 lead:14", "24/08 lead:7", "07/09 lead:3", "10/09 lead:1", "11/09 due"], id="a Monday off",
        ),
    ],
)  # fmt: skip
def test_days_of_ones_own(each: Occurrence, weekdays: tuple[int, ...], since: date, expected: list[str]) -> None:
    steps = on_own_days(owner_steps(each, DEFAULT_LEADS, CALENDAR), each, weekdays, since, CALENDAR)
    told = [f"{step.day:%d/%m} {step.name}" for step in steps]
    assert [each for each in told if "overdue" not in each] == expected
    plain = owner_steps(each, DEFAULT_LEADS, CALENDAR)
    assert [step for step in steps if step.name.startswith("overdue")] == plain[-len(steps) + len(expected) :]
