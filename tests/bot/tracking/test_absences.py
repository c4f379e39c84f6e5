"""Days away: who hears and answers on them, ended sooner, noted twice, who may; and all handed over for good."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from bot.people.members import Role
from bot.people.records import Member
from bot.tracking.absences import Absences
from bot.tracking.handovers import Handovers
from bot.tracking.progress import Progress
from bot.tracking.records import ReminderError
from knowledge.store.models import OutboxRow
from tests.bot.notify.office import Office, duty

HEALTH = "Sở Y tế"
FIRST, LAST = date(2026, 3, 23), date(2026, 3, 27)
"""A week: 7 working days before 31/3 is the 20th, 3 before it the 26th."""


def _office(office: Office) -> tuple[Member, Member, Member]:
    """An owner, a colleague and a leader; a report is owed by 31/3."""
    an, lan = office.hire("An", HEALTH), office.hire("Lan", HEALTH, Role.STAFF)
    leader = office.hire("Cúc", HEALTH, Role.LEADER)
    office.issue(duty("Tổng hợp báo cáo", "Trước ngày 31/3/2026", HEALTH))
    office.refresh()
    return an, lan, leader


def _absences(office: Office) -> Absences:
    return Absences(office.store, lambda: office.now, office.directory)


def _heard(office: Office, last: date = date(2026, 4, 3)) -> list[tuple[str, str]]:
    planned = office.planned(office.now.date(), last)
    return [(who, name) for _, who, name, due in planned if due is not None]


def test_the_substitute_hears_on_those_days_and_nobody_twice(office: Office) -> None:
    an, lan, _ = _office(office)
    _absences(office).add(an.id, lan.id, FIRST, LAST, an.id)
    assert _heard(office) == [
        ("An", "lead:14"),
        ("An", "lead:7"),
        ("Lan", "lead:3"),
        ("An", "lead:1"),
        ("An", "due"),
        ("An", "overdue:1"),
        ("Cúc", "leader"),
    ]


@pytest.mark.parametrize("gone", ["away", "off"])
def test_where_the_substitute_is_not_there_leaders_hear(office: Office, gone: str) -> None:
    an, lan, _ = _office(office)
    _absences(office).add(an.id, lan.id, FIRST, LAST, an.id)
    if gone == "away":
        _absences(office).add(lan.id, an.id, date(2026, 3, 26), LAST, lan.id)
    else:
        office.people.switch_off(lan.id, None)
    assert [who for who, name in _heard(office) if name == "lead:3"] == ["Cúc"]


def test_with_nobody_there_the_absent_person_hears(office: Office) -> None:
    an, lan, leader = _office(office)
    for away, instead in ((an, lan), (lan, an), (leader, an)):
        _absences(office).add(away.id, instead.id, FIRST, LAST, away.id)
    assert [who for who, name in _heard(office) if name == "lead:3"] == ["An"]


def test_who_stands_in_answers_on_those_days_only(office: Office) -> None:
    an, lan, _ = _office(office)
    _absences(office).add(an.id, lan.id, FIRST, LAST, an.id)
    number = office.occurrences()[0].id
    progress = Progress(office.store, lambda: office.now, office.directory)
    for day, may in ((date(2026, 3, 20), False), (FIRST, True), (LAST, True), (date(2026, 3, 30), False)):
        office.at(day)
        if may:
            progress.acknowledge([number], lan.id)
        else:
            with pytest.raises(ReminderError):
                progress.acknowledge([number], lan.id)


def test_what_was_put_off_into_those_days_is_the_substitutes(office: Office) -> None:
    an, lan, _ = _office(office)
    office.at(date(2026, 3, 20))
    number = office.occurrences()[0].id
    Progress(office.store, lambda: office.now, office.directory).later([number], an.id, date(2026, 3, 24))
    _absences(office).add(an.id, lan.id, FIRST, LAST, an.id)
    office.at(date(2026, 3, 24), 8)
    office.refresh()
    assert ("Lan", "later:2026-03-24") in _heard(office, date(2026, 3, 24))
    assert ("An", "later:2026-03-24") not in _heard(office, date(2026, 3, 24))


def test_what_came_too_late_before_the_leave_goes_to_the_substitute(office: Office) -> None:
    an, lan, _ = _office(office)
    office.at(date(2026, 3, 20), 7)
    office.refresh()  # lead:7 is of this day, and nothing runs until the next week
    _absences(office).add(an.id, lan.id, FIRST, LAST, an.id)
    office.at(FIRST, 8)
    office.refresh()
    assert {("Lan", "lead:7"), ("An", "lead:7")} <= {
        (office.called(int(row.recipient.removeprefix("member:"))), row.name) for row in office.outbox()
    }


def test_noted_twice_and_ended(office: Office) -> None:
    an, lan, leader = _office(office)
    first = _absences(office).add(an.id, lan.id, FIRST, LAST, an.id)
    assert _absences(office).add(an.id, lan.id, FIRST, LAST, an.id) == first
    with pytest.raises(ReminderError, match="bỏ lần ấy trước"):
        _absences(office).add(an.id, leader.id, LAST, LAST, an.id)
    assert _notices(office) == ["stand_in", "returned"]
    assert _absences(office).end(first.absence.id, an.id) is not None
    assert _absences(office).end(first.absence.id, an.id) is None
    assert _notices(office) == []
    assert _absences(office).coming(an.id) == []


def test_back_sooner_hears_again_from_that_day(office: Office) -> None:
    an, lan, _ = _office(office)
    made = _absences(office).add(an.id, lan.id, FIRST, LAST, an.id)
    office.at(date(2026, 3, 25))
    _absences(office).end(made.absence.id, an.id)
    assert [who for who, name in _heard(office) if name == "lead:3"] == ["An"]
    assert {*_notices(office)} == {"stand_in_over", "returned"}


@pytest.mark.parametrize(("who", "may"), [("An", True), ("Lan", False), ("Cúc", False), ("Quản trị", True)])
def test_who_may_note_and_end(office: Office, who: str, *, may: bool) -> None:
    an, lan, leader = _office(office)
    admin = office.hire("Quản trị", "Sở Nội vụ", Role.ADMIN)
    by = {"An": an, "Lan": lan, "Cúc": leader, "Quản trị": admin}[who].id
    if not may:
        with pytest.raises(ReminderError):
            _absences(office).add(an.id, lan.id, FIRST, LAST, by)
        made = _absences(office).add(an.id, lan.id, FIRST, LAST, an.id)
        with pytest.raises(ReminderError):
            _absences(office).end(made.absence.id, by)
        return
    made = _absences(office).add(an.id, lan.id, FIRST, LAST, by)
    assert _absences(office).end(made.absence.id, by)


def test_no_days_that_cannot_be_and_no_stranger(office: Office) -> None:
    an, lan, _ = _office(office)
    stranger = office.hire("Minh", "Sở Tài chính")
    for substitute, first, last in (
        (stranger.id, FIRST, LAST),
        (an.id, FIRST, LAST),
        (lan.id, LAST, FIRST),
        (lan.id, date(2026, 1, 2), date(2026, 1, 5)),
        (lan.id, date(2028, 1, 2), date(2028, 1, 5)),
    ):
        with pytest.raises(ReminderError):
            _absences(office).add(an.id, substitute, first, last, an.id)


def test_all_handed_over_on_its_day_once_somebody_agrees(office: Office) -> None:
    an, lan, leader = _office(office)
    handovers = Handovers(office.store, lambda: office.now, office.directory)
    with pytest.raises(ReminderError):
        handovers.ask(an.id, FIRST, lan.id)  # is no owner
    asked = handovers.ask(lan.id, FIRST, an.id)
    assert handovers.ask(lan.id, FIRST, an.id) == asked
    for nobody in (an, lan):
        with pytest.raises(ReminderError):
            handovers.decide(asked.id, nobody.id, agreed=True)
    assert [each.id for each in handovers.waiting(leader.id)] == [asked.id]
    for _ in range(2):
        handovers.decide(asked.id, leader.id, agreed=True)
    with pytest.raises(ReminderError):
        handovers.decide(asked.id, leader.id, agreed=False)
    office.refresh()
    assert office.people.get(an.id).roles == {Role.OWNER}
    office.at(FIRST, 8)
    for _ in range(2):
        office.refresh()
    assert office.people.get(an.id).roles == {Role.STAFF}
    assert office.people.get(lan.id).roles == {Role.OWNER}
    assert {who for who, name in _heard(office) if name != "leader"} == {"Lan"}


def _notices(office: Office) -> list[str]:
    """What waits about the days away."""
    wanted = select(OutboxRow.name).where(OutboxRow.occurrence == 0, OutboxRow.state == "waiting")
    with office.store.read() as session:
        names = [name.partition(":")[0] for name in session.scalars(wanted.order_by(OutboxRow.id))]
    return sorted({*names} & {"stand_in", "stand_in_over", "returned"}, key=names.index)
