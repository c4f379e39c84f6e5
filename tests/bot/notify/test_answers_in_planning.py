"""What is reported, returned and moved, over days of planning: who hears what, and nobody twice."""

from __future__ import annotations

from datetime import date

import pytest

from bot.people.members import Role
from bot.people.records import Member
from bot.tracking.absences import Absences
from bot.tracking.assignments import Assignments
from bot.tracking.confirming import Confirmations
from bot.tracking.outbox import Reason, cancel_waiting
from bot.tracking.progress import Progress
from bot.tracking.records import Kind
from bot.tracking.rules import Name, Scope
from bot.tracking.settings import ReminderSettings
from bot.tracking.transfers import Transfers
from knowledge.records import Task
from tests.bot.notify.office import Office, duty

HEALTH, BUILDING, FINANCE, INTERIOR = "Sở Y tế", "Sở Xây dựng", "Sở Tài chính", "Sở Nội vụ"
SHARED = duty("Kiểm tra nước sạch", "Trước ngày 31/3/2026", HEALTH, BUILDING, coordinating=[FINANCE])
ALONE = duty("Tổng hợp báo cáo", "Trước ngày 31/3/2026", HEALTH, coordinating=[FINANCE])
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 3, day) for day in (9, 10, 11, 12))
"""14 working days before 31/3 is this Wednesday."""


@pytest.fixture
def people(office: Office) -> dict[str, Member]:
    office.rule(Scope.ALL, "", Name.CONFIRM, True)
    return {
        agency: office.hire(name, agency)
        for name, agency in (("An", HEALTH), ("Bình", BUILDING), ("Chi", FINANCE), ("Dung", INTERIOR))
    }


def pass_days(office: Office, *days: date) -> None:
    """On each of them planning runs, and what is due goes."""
    for day in days:
        office.at(day)
        office.refresh()
        office.send_all()


def report(office: Office, by: Member) -> int:
    """Health reports its part; the number of it."""
    number = next(each.id for each in office.occurrences() if each.agency == HEALTH)
    Progress(office.store, lambda: office.now, office.directory).done([number], by.id)
    return number


def give_back(office: Office, number: int, by: Member) -> None:
    Confirmations(office.store, lambda: office.now, office.directory).give_back([number], by.id, "Thiếu phụ lục")


def move(office: Office, asker: Member, to: str) -> None:
    """What Health has open of the first duty is another agency's."""
    service = Transfers(office.store, lambda: office.now, office.directory)
    boss = office.hire("Quản Trị", "Sở Tư pháp", Role.ADMIN)
    number = next(each.id for each in office.occurrences() if each.agency == HEALTH and each.state == "open")
    service.move(service.ask(number, asker.id, "Không thuộc lĩnh vực").id, boss.id, to)


def heard(office: Office, who: Member) -> list[str]:
    """What has gone to somebody or waits, by time, but digests; of notices the sentence."""
    return [
        str((row.payload or {}).get("say") or row.name)
        for row in office.outbox()
        if row.recipient == f"member:{who.id}" and row.state in ("sent", "waiting") and row.kind != "digest"
    ]


@pytest.mark.parametrize(("task", "meanwhile"), [(SHARED, ["help"]), (ALONE, [])])
def test_coordinating_agencies_hear_once_of_what_is_returned(
    office: Office, people: dict[str, Member], task: Task, meanwhile: list[str]
) -> None:
    office.issue(task)
    pass_days(office, MONDAY, TUESDAY)
    number = report(office, people[HEALTH])
    pass_days(office, WEDNESDAY)
    assert heard(office, people[FINANCE]) == meanwhile
    give_back(office, number, people[INTERIOR])
    pass_days(office, THURSDAY)
    assert heard(office, people[FINANCE]) == ["help"]


def test_what_waits_to_be_told_of_another_part_is_not_told_of_the_returned_one_too(
    office: Office, people: dict[str, Member]
) -> None:
    office.issue(SHARED)
    pass_days(office, MONDAY)
    number = report(office, people[HEALTH])
    pass_days(office, TUESDAY)
    give_back(office, number, people[INTERIOR])
    pass_days(office, WEDNESDAY)
    assert heard(office, people[FINANCE]) == ["help"]


def test_who_has_a_day_of_their_own_hears_of_another_part_than_the_others(
    office: Office, people: dict[str, Member]
) -> None:
    early = office.hire("Giang", FINANCE)
    ReminderSettings(office.store, lambda: office.now, office.directory).choose_days(early.id, [MONDAY.weekday()])
    office.issue(SHARED)
    pass_days(office, date(2026, 3, 6), MONDAY)
    assert (heard(office, early), heard(office, people[FINANCE])) == (["help"], [])
    report(office, people[HEALTH])
    pass_days(office, TUESDAY, WEDNESDAY)
    assert (heard(office, early), heard(office, people[FINANCE])) == (["help"], ["help"])


def test_who_stands_in_and_who_does_it_hear_that_it_was_returned(office: Office, people: dict[str, Member]) -> None:
    lan, mai = office.hire("Lan", HEALTH, Role.STAFF), office.hire("Mai", HEALTH, Role.STAFF)
    other = office.hire("Oanh", HEALTH)
    office.issue(ALONE)
    pass_days(office, MONDAY)
    number = next(each.id for each in office.occurrences())
    Assignments(office.store, lambda: office.now, office.directory).assign([number], mai.id, other.id)
    away = Absences(office.store, lambda: office.now, office.directory)
    away.add(other.id, lan.id, MONDAY, TUESDAY, other.id)
    report(office, people[HEALTH])
    give_back(office, number, people[INTERIOR])
    told = {who.name for who in (people[HEALTH], lan, mai, other) if "reminder_returned" in heard(office, who)}
    assert told == {"An", "Lan", "Mai"}


@pytest.mark.parametrize(("back", "again"), [(date(2026, 3, 18), ["lead:14"]), (date(2026, 3, 19), [])])
def test_what_fell_while_a_report_waited_is_said_within_five_working_days_and_never_missed(
    office: Office, people: dict[str, Member], back: date, again: list[str]
) -> None:
    office.issue(ALONE)
    pass_days(office, MONDAY, TUESDAY)
    number = report(office, people[HEALTH])
    pass_days(office, WEDNESDAY)
    office.at(back)
    give_back(office, number, people[INTERIOR])
    assert heard(office, people[HEALTH]) == [*again, "reminder_returned"]


def test_the_unit_is_asked_once_of_a_report_that_follows_a_returned_one(
    office: Office, people: dict[str, Member]
) -> None:
    office.issue(ALONE)
    pass_days(office, MONDAY)
    number = report(office, people[HEALTH])
    give_back(office, number, people[INTERIOR])
    with office.store.write() as session:
        # The first question was looked at before it went, and was not true any more.
        cancel_waiting(session, [number], Reason.DONE, kinds=[Kind.NOTICE])
    office.at(TUESDAY)
    report(office, people[HEALTH])
    give_back(office, number, people[INTERIOR])
    assert heard(office, people[INTERIOR]) == ["reminder_reported"]


def test_whoever_owes_it_now_is_no_helper_of_the_others(office: Office, people: dict[str, Member]) -> None:
    office.issue(SHARED)
    pass_days(office, MONDAY, TUESDAY)
    assert heard(office, people[FINANCE]) == ["help"]
    move(office, people[HEALTH], FINANCE)
    pass_days(office, WEDNESDAY)
    assert heard(office, people[FINANCE]) == ["transfer_received", "lead:14"]
    assert heard(office, people[HEALTH])[-1] == "transfer_moved"
