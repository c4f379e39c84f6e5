"""Duties given to colleagues: who may give, who hears and answers then, taken back, given twice, people who go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from bot.people.members import Role
from bot.people.records import Member
from bot.tracking.assignments import Assignments
from bot.tracking.progress import Progress
from bot.tracking.records import ReminderError
from knowledge.store.models import AssignmentRow, OutboxRow
from tests.bot.notify.office import Office, duty

HEALTH = "Sở Y tế"
LAST = date(2026, 4, 30)


def _office(office: Office) -> tuple[Member, Member, Member, int]:
    """Two owners and one of the staff owe a report by 31/3."""
    an, binh = office.hire("An", HEALTH), office.hire("Bình", HEALTH)
    lan = office.hire("Lan", HEALTH, Role.STAFF)
    office.issue(duty("Tổng hợp báo cáo", "Trước ngày 31/3/2026", HEALTH))
    office.refresh()
    return an, binh, lan, office.occurrences()[0].id


def _assignments(office: Office) -> Assignments:
    return Assignments(office.store, lambda: office.now, office.directory)


def _heard(office: Office) -> dict[str, list[str]]:
    """By person what is to be said from now on, in order."""
    heard: dict[str, list[str]] = {}
    for _, who, name, _ in office.planned(office.now.date(), LAST):
        heard.setdefault(who, []).append(name)
    return heard


def _late(count: int) -> list[str]:
    return [f"overdue:{number}" for number in range(1, count + 1)]


def test_the_colleague_hears_all_of_it_and_owners_the_last_and_what_is_late(office: Office) -> None:
    an, _, lan, number = _office(office)
    _assignments(office).assign([number], lan.id, an.id)
    late = _late(5)
    assert _heard(office) == {
        "Lan": ["lead:14", "lead:7", "lead:3", "lead:1", "due", *late],
        "An": ["lead:1", *late],
        "Bình": ["lead:1", *late],
    }


def test_of_two_owners_who_has_received_it_is_reminded(office: Office) -> None:
    an, _, _, number = _office(office)
    Progress(office.store, lambda: office.now, office.directory).acknowledge([number], an.id)
    assert _heard(office) == {"An": ["lead:1", "due", *_late(5)], "Bình": _late(5)}


def test_who_does_it_answers_for_it_and_for_nothing_else(office: Office) -> None:
    an, _, lan, number = _office(office)
    progress = Progress(office.store, lambda: office.now, office.directory)
    with pytest.raises(ReminderError):
        progress.acknowledge([number], lan.id)
    _assignments(office).assign([number], lan.id, an.id)
    progress.acknowledge([number], lan.id)
    assert progress.later([number], lan.id, date(2026, 1, 19))
    progress.done([number], lan.id)
    office.issue(
        duty("Tổng hợp báo cáo", "Trước ngày 31/3/2026", HEALTH),
        duty("Việc khác", "Trước ngày 1/4/2026", HEALTH, row=2),
    )
    office.refresh()
    (other,) = [each.id for each in office.occurrences() if each.title == "Việc khác"]
    with pytest.raises(ReminderError):
        progress.done([other], lan.id)


@pytest.mark.parametrize(
    ("role", "agency", "may"),
    [
        (Role.OWNER, HEALTH, True),
        (Role.LEADER, HEALTH, True),
        (Role.ADMIN, "Sở Nội vụ", True),
        (Role.STAFF, HEALTH, False),
        (Role.OWNER, "Sở Tài chính", False),
    ],
)
def test_who_may_give(office: Office, role: Role, agency: str, *, may: bool) -> None:
    _, _, lan, number = _office(office)
    somebody = office.hire("Ai đó", agency, role)
    calls: list[Callable[[], object]] = [
        lambda: _assignments(office).assign([number], lan.id, somebody.id),
        lambda: _assignments(office).take_back([number], somebody.id),
    ]
    for call in calls:
        if may:
            call()
        else:
            with pytest.raises(ReminderError):
                call()


def test_nobody_of_another_agency_and_nobody_who_is_off(office: Office) -> None:
    an, binh, _, number = _office(office)
    stranger = office.hire("Minh", "Sở Tài chính")
    office.people.switch_off(binh.id, None)
    for somebody in (stranger, binh):
        with pytest.raises(ReminderError):
            _assignments(office).assign([number], somebody.id, an.id)


def test_given_twice_taken_back_and_given_to_another(office: Office) -> None:
    an, binh, lan, number = _office(office)
    service = _assignments(office)
    for _ in range(2):
        service.assign([number], lan.id, an.id)
    assert _notices(office) == [("Lan", "assigned")]
    service.assign([number], binh.id, an.id)
    assert _notices(office) == [("Lan", "assigned"), ("Lan", "unassigned"), ("Bình", "assigned")]
    service.take_back([number], an.id)
    with pytest.raises(ReminderError, match="chưa giao"):
        service.take_back([number], an.id)
    assert _heard(office).keys() == {"An", "Bình"}


@pytest.mark.parametrize("gone", ["off", "moved", "erased"])
def test_who_goes_leaves_it_with_the_owners_who_hear_of_it(office: Office, gone: str) -> None:
    an, _, lan, number = _office(office)
    _assignments(office).assign([number], lan.id, an.id)
    if gone == "off":
        office.people.switch_off(lan.id, None)
    elif gone == "moved":
        office.people.change(lan.id, None, agency="Sở Tài chính")
    else:
        office.people.forget(lan.id, lan.id)
    for _ in range(2):
        office.refresh()
    assert [each for each in _notices(office) if each[1] == "assignment_over"] == [
        ("An", "assignment_over"),
        ("Bình", "assignment_over"),
    ]
    assert _heard(office).keys() == {"An", "Bình"}
    with office.store.read() as session:
        assert session.scalar(select(func.count()).select_from(AssignmentRow)) == 0


def test_a_recurring_duty_stays_given_over_the_versions_of_its_plan(office: Office) -> None:
    an, lan = office.hire("An", HEALTH), office.hire("Lan", HEALTH, Role.STAFF)
    report = duty("Báo cáo quý", "Trước ngày 25 hàng tháng", HEALTH)
    office.issue(report)
    office.refresh()
    number = office.occurrences()[0].id
    _assignments(office).assign([number], lan.id, an.id)
    office.issue(report, duty("Việc khác", "Trước ngày 1/4/2026", HEALTH, row=2))
    office.refresh()
    days = {due for _, who, name, due in office.planned(office.now.date(), LAST) if who == "Lan" and name == "due"}
    assert len(days) >= 3


def _notices(office: Office) -> list[tuple[str, str]]:
    wanted = select(OutboxRow).where(OutboxRow.kind == "notice").order_by(OutboxRow.id)
    with office.store.read() as session:
        rows = [(row.recipient, row.name) for row in session.scalars(wanted)]
    return [(office.called(int(who.removeprefix("member:"))), name.partition(":")[0]) for who, name in rows]
