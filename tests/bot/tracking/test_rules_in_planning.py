"""Rules of planning that the simulated year first showed, each by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.people.members import Role
from bot.tracking.records import State
from bot.tracking.rules import Name, Scope
from knowledge.agencies import load_directory
from knowledge.store.models import MemberRow, OccurrenceRow
from tests.bot.notify.office import PLAN, START, Office, duty

OLD_PLAN = replace(
    PLAN,
    number="12/KH-UBND",
    issued=date(2025, 1, 10),
    title="Cải cách hành chính tỉnh Phú Giang năm 2025",
    years=(2025,),
)


def names(office: Office, member: int) -> list[str]:
    return [row.name for row in office.outbox() if row.recipient == f"member:{member}"]


def test_a_plan_of_a_past_year_gives_leaders_no_weekly_digest(office: Office) -> None:
    leader = office.hire("Lãnh đạo", "Sở Nội vụ", Role.LEADER)
    office.issue(duty("Báo cáo năm", "30/6/2025", "Sở Nội vụ", year=2025), plan=OLD_PLAN)
    for week in range(6):
        office.at(START.date() + timedelta(weeks=week))
        office.refresh()
        office.send_all()
    assert names(office, leader.id) == []


def test_after_a_long_downtime_everything_missed_is_planned_for_the_digest_of_missed_ones(office: Office) -> None:
    an = office.hire("An", "Sở Y tế")
    office.issue(duty("Báo cáo", "30/6/2026", "Sở Y tế"))
    office.at(date(2026, 6, 8))
    office.refresh()
    office.at(date(2026, 7, 20))
    office.refresh()
    missed = ["lead:14", "lead:7", "lead:3", "lead:1", "due", "overdue:1", "overdue:2", "overdue:3"]
    assert names(office, an.id) == missed


def test_who_answers_for_leading_and_coordinating_agency_hears_as_an_owner(office: Office) -> None:
    both = office.hire("An", "Sở Nội vụ", Role.OWNER, "Sở Tài chính")
    other = office.hire("Bình", "Sở Tài chính")
    office.issue(duty("Báo cáo", "30/6/2026", "Sở Nội vụ", coordinating=["Sở Tài chính"]))
    office.at(date(2026, 6, 10))
    office.refresh()
    assert (names(office, both.id), names(office, other.id)) == (["lead:14"], ["help"])


def test_coordinating_agencies_hear_once_when_the_leading_one_changes(office: Office) -> None:
    other = office.hire("Bình", "Sở Tài chính")
    office.hire("An", "Sở Nội vụ")
    office.hire("Chi", "Sở Y tế")
    office.issue(duty("Báo cáo", "30/6/2026", "Sở Nội vụ", coordinating=["Sở Tài chính"]))
    office.at(date(2026, 6, 10))
    office.refresh()
    office.send_all()
    office.at(date(2026, 6, 11))
    office.issue(duty("Báo cáo", "30/6/2026", "Sở Y tế", coordinating=["Sở Tài chính"]))
    office.refresh()
    assert [row.name for row in office.outbox() if row.recipient == f"member:{other.id}"].count("help") == 1


def test_a_coordinating_owner_hears_though_the_first_leading_agency_is_gone(office: Office) -> None:
    other = office.hire("Bình", "Sở Tài chính")
    office.issue(duty("Báo cáo", "30/6/2026", "Sở Nội vụ", "Sở Y tế", coordinating=["Sở Tài chính"]))
    office.refresh()
    office.issue(duty("Báo cáo", "30/6/2026", "Sở Y tế", coordinating=["Sở Tài chính"]))
    office.at(date(2026, 6, 10))
    office.refresh()
    assert names(office, other.id) == ["help"]


def test_who_wants_nothing_is_told_of_no_move_and_no_summary(office: Office) -> None:
    silent, other = office.hire("An", "Sở Nội vụ"), office.hire("Bình", "Sở Nội vụ")
    office.rule(Scope.MEMBER, silent.id, Name.LEADS, [])
    office.issue(duty("Báo cáo", "30/6/2026", "Sở Nội vụ"), duty("Đã qua", "5/1/2026", "Sở Nội vụ", row=2))
    office.refresh()
    office.issue(duty("Báo cáo", "15/7/2026", "Sở Nội vụ"), duty("Đã qua", "5/1/2026", "Sở Nội vụ", row=2))
    office.refresh()
    assert names(office, silent.id) == []
    assert [name.split(":")[0] for name in names(office, other.id)] == ["past", "moved"]


def test_a_commune_whose_only_owner_is_switched_off_still_owes_its_part(office: Office) -> None:
    admin = office.hire("Quản", "Sở Nội vụ", Role.ADMIN)
    off = office.hire("Xã", "UBND xã Tân Hưng")
    office.hire("Xã hai", "UBND xã Phú Lương")
    office.issue(duty("Báo cáo", "30/6/2026", "UBND các xã, phường"))
    office.refresh()
    with office.store.write() as session:
        row = session.get(MemberRow, off.id)
        assert row is not None
        row.active = False
    office.at(date(2026, 6, 1), 7)
    office.refresh()
    assert {(each.agency, each.state) for each in office.occurrences()} == {
        ("UBND xã Tân Hưng", State.OPEN),
        ("UBND xã Phú Lương", State.OPEN),
    }
    told = [row.payload for row in office.outbox() if row.recipient == f"member:{admin.id}"]
    assert told == [{"say": "unowned"}]
    assert office.unowned() == {"UBND xã Tân Hưng": 1}


def test_a_late_recurring_duty_that_the_plan_drops_is_told_once(office: Office) -> None:
    an = office.hire("An", "Sở Nội vụ")
    report = duty("Báo cáo quý", "Hằng quý", "Sở Nội vụ")
    office.issue(report, duty("Việc khác", "30/11/2026", "Sở Nội vụ", row=2))
    office.at(date(2026, 4, 1))
    office.refresh()
    office.send_all()
    office.issue(duty("Việc khác", "30/11/2026", "Sở Nội vụ", row=2))
    office.at(date(2026, 4, 2))
    office.refresh()
    assert [name.split(":")[0] for name in names(office, an.id)].count("removed") == 1
    assert [row.name for row in office.outbox() if row.state == "waiting"] == names(office, an.id)[-1:]


def test_two_agencies_that_become_one_owe_it_once_and_nothing_is_said_to_be_dropped(tmp_path: Path) -> None:
    extra = tmp_path / "co-quan.yaml"
    extra.write_text(
        "agencies:\n"
        + "".join(
            f"  - name: {name}\n    level: tinh\n    ended: 2026-06-20\n"
            "    replaced_by:\n      - name: Sở Ba\n        since: 2026-06-20\n"
            for name in ("Sở Một", "Sở Hai")
        )
        + "  - name: Sở Ba\n    level: tinh\n    since: 2026-06-20\n",
        encoding="utf-8",
    )
    office = Office(tmp_path / "dữ liệu", directory=load_directory(extra))
    one, two = office.hire("Một", "Sở Một"), office.hire("Hai", "Sở Hai")
    office.issue(duty("Báo cáo", "30/6/2026", "Sở Một", "Sở Hai"))
    office.at(date(2026, 6, 10))
    office.refresh()
    office.send_all()
    office.at(date(2026, 6, 25))
    office.refresh()
    living = [each.agency for each in office.occurrences() if each.state is State.OPEN]
    assert living == ["Sở Ba"]
    with office.store.read() as session:
        assert session.scalar(select(func.count()).select_from(OccurrenceRow)) == 2
    for member in (one, two):
        assert not [name for name in names(office, member.id) if name.startswith("removed")]
        assert "lead:3" in names(office, member.id)
    office.close()
