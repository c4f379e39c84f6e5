"""Who is told what on which day, over a plan's versions and people's changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.clock import HANOI
from bot.people.members import Role
from bot.tracking.progress import Progress
from bot.tracking.records import State
from bot.tracking.rules import Name, Scope
from bot.tracking.settings import ReminderSettings
from knowledge.store.models import SettingRow
from tests.bot.notify.office import PLAN, Office, duty

JUNE = date(2026, 6, 30)
REPORT = duty("Báo cáo cải cách hành chính", "30/6/2026", "Sở Nội vụ", coordinating=["Sở Tài chính"])


def test_owners_coordinators_leaders_and_the_following_unit(office: Office) -> None:
    office.hire("An", "Sở Tư pháp")
    office.hire("Bình", "Sở Tư pháp", Role.LEADER)
    office.hire("Chi", "Sở Tài chính")
    office.hire("Dung", "Sở Nội vụ")
    office.hire("Em", "Sở Tư pháp", Role.STAFF)
    office.issue(duty("Rà soát văn bản", "30/6/2026", "Sở Tư pháp", coordinating=["Sở Tài chính"]))
    assert [each for each in office.planned(date(2026, 6, 1), date(2026, 7, 8)) if "digest" not in each[2]] == [
        (date(2026, 6, 10), "An", "lead:14", JUNE),
        (date(2026, 6, 10), "Chi", "help", JUNE),
        (date(2026, 6, 19), "An", "lead:7", JUNE),
        (date(2026, 6, 25), "An", "lead:3", JUNE),
        (date(2026, 6, 29), "An", "lead:1", JUNE),
        (date(2026, 6, 30), "An", "due", JUNE),
        (date(2026, 7, 1), "An", "overdue:1", JUNE),
        (date(2026, 7, 1), "Bình", "leader", JUNE),
        (date(2026, 7, 7), "Dung", "follow", JUNE),
        (date(2026, 7, 8), "An", "overdue:2", JUNE),
    ]


def test_what_was_received_is_quiet_until_the_day_is_close_and_told_above_when_late(office: Office) -> None:
    an = office.hire("An", "Sở Tư pháp")
    office.hire("Bình", "Sở Tư pháp", Role.LEADER)
    office.hire("Dung", "Sở Nội vụ")
    office.issue(duty("Rà soát văn bản", "30/6/2026", "Sở Tư pháp", "Sở Y tế"))
    office.refresh()
    progress = Progress(office.store, lambda: office.now, office.directory)
    progress.acknowledge([each.id for each in office.occurrences() if each.agency == "Sở Tư pháp"], an.id)
    assert [each for each in office.planned(date(2026, 6, 1), date(2026, 7, 14)) if "digest" not in each[2]] == [
        (date(2026, 6, 29), "An", "lead:1", JUNE),
        (date(2026, 6, 30), "An", "due", JUNE),
        (date(2026, 7, 1), "An", "overdue:1", JUNE),
        (date(2026, 7, 1), "Bình", "leader", JUNE),
        # Of Sở Y tế nobody is registered; the following unit hears of both.
        (date(2026, 7, 7), "Dung", "follow", JUNE),
        (date(2026, 7, 7), "Dung", "follow", JUNE),
        (date(2026, 7, 8), "An", "overdue:2", JUNE),
        (date(2026, 7, 13), "Dung", "followed:2026-07-13:Sở Nội vụ", None),
    ]


def test_a_leader_has_a_digest_on_the_first_working_day_of_a_week_that_has_something(office: Office) -> None:
    office.hire("Bình", "Sở Nội vụ", Role.LEADER)
    office.issue(REPORT)
    digests = [each for each in office.planned(date(2026, 5, 1), date(2026, 6, 9)) if "digest" in each[2]]
    assert [(day, who) for day, who, _, _ in digests] == [(date(2026, 6, 1), "Bình"), (date(2026, 6, 8), "Bình")]


def test_a_group_is_opened_and_a_dissolved_agency_is_its_successor(office: Office) -> None:
    office.hire("Xã", "UBND xã Tân Hưng")
    office.hire("Sử", "Sở Khoa học và Công nghệ")
    office.issue(
        duty("Rà soát thủ tục", "30/6/2026", "Các sở, ban, ngành tỉnh", "UBND cấp huyện, cấp xã"),
        duty("Nâng cấp cổng", "30/6/2026", "Sở Thông tin và Truyền thông", row=2),
    )
    on_the_day = [each[1:3] for each in office.planned(JUNE, JUNE)]
    assert on_the_day == [("Xã", "due"), ("Sử", "due"), ("Sử", "due")]


def test_nothing_is_planned_twice_and_every_agency_has_its_own_progress(office: Office) -> None:
    office.hire("An", "Sở Nội vụ")
    office.issue(duty("Báo cáo", "30/6/2026", "Sở Nội vụ", "Sở Tài chính"))
    office.at(date(2026, 6, 10))
    assert office.refresh()
    assert not office.refresh()
    assert [(row.recipient, row.name) for row in office.outbox()] == [("member:1", "lead:14")]
    assert [(each.agency, each.due_on) for each in office.occurrences()] == [
        ("Sở Nội vụ", JUNE),
        ("Sở Tài chính", JUNE),
    ]


def test_an_agency_with_nobody_registered_is_shown_to_administrators(office: Office) -> None:
    office.hire("Quản", "Sở Nội vụ", Role.ADMIN)
    office.issue(duty("Khám sức khỏe", "30/6/2026", "Sở Y tế"), duty("Việc vô chủ", "30/6/2026", row=2))
    office.at(date(2026, 6, 1), 7)
    office.refresh()
    assert [(row.recipient, row.name, row.payload) for row in office.outbox()] == [
        ("member:1", "unowned:2026-06-01", {"say": "unowned"})
    ]
    assert office.unowned() == {"": 1, "Sở Y tế": 1}


def test_a_corrected_plan_keeps_history_moves_and_drops(office: Office) -> None:
    an = office.hire("An", "Sở Nội vụ")
    office.issue(
        duty("Tập huấn kỹ năng số cho công chức", "30/6/2026", "Sở Nội vụ", row=1),
        duty("Công bố chỉ số hài lòng của người dân", "30/6/2026", "Sở Nội vụ", row=2),
        duty("Kiểm tra công vụ đột xuất", "30/6/2026", "Sở Nội vụ", row=3),
    )
    office.at(date(2026, 6, 10))
    office.refresh()
    office.send_all()
    before = {each.title: each.id for each in office.occurrences()}
    office.at(date(2026, 6, 11))
    office.issue(
        duty("Công bố chỉ số hài lòng của người dân", "31/7/2026", "Sở Nội vụ", row=1),
        duty("Tập huấn kỹ năng số cho cong chức", "30/6/2026", "Sở Nội vụ", row=2),
    )
    office.refresh()
    assert [(each.id, each.due_on, each.state) for each in office.occurrences()] == [
        (before["Tập huấn kỹ năng số cho công chức"], JUNE, State.OPEN),
        (before["Kiểm tra công vụ đột xuất"], JUNE, State.CANCELLED),
        (before["Công bố chỉ số hài lòng của người dân"], date(2026, 7, 31), State.OPEN),
    ]
    notices = [row.payload for row in office.outbox() if row.kind == "notice"]
    assert notices == [
        {"say": "reminder_removed", "title": "Kiểm tra công vụ đột xuất", "plan": "Kế hoạch 57/KH-UBND (năm 2026)",
         "agency": "Sở Nội vụ", "due": "2026-06-30"},
        {"say": "reminder_moved", "title": "Công bố chỉ số hài lòng của người dân",
         "plan": "Kế hoạch 57/KH-UBND (năm 2026)", "agency": "Sở Nội vụ", "was": "2026-06-30", "due": "2026-07-31"},
    ]  # fmt: skip
    # The new deadline is told of from the beginning, though its first message had gone for the old one.
    assert (date(2026, 7, 13), "An", "lead:14", date(2026, 7, 31)) in office.planned(JUNE, date(2026, 7, 31))
    assert an.id == 1


def test_taking_a_version_back_brings_back_what_it_had_dropped(office: Office) -> None:
    office.hire("An", "Sở Nội vụ")
    office.issue(REPORT, duty("Kiểm tra công vụ", "30/6/2026", "Sở Nội vụ", row=2))
    office.at(date(2026, 6, 9))
    office.refresh()
    office.issue(REPORT)
    office.refresh()
    office.take_back()
    office.refresh()
    assert [(each.title, each.state) for each in office.occurrences()] == [
        ("Báo cáo cải cách hành chính", State.OPEN),
        ("Kiểm tra công vụ", State.OPEN),
    ]
    assert [(row.name, row.state) for row in office.outbox()] == [("lead:14", "waiting"), ("lead:14", "waiting")]


def test_what_was_over_when_the_plan_came_is_one_summary(office: Office) -> None:
    office.hire("An", "Sở Nội vụ")
    office.at(date(2026, 5, 4))
    office.issue(
        *(duty(f"Việc thứ {number}", f"{number}/3/2026", "Sở Nội vụ", row=number) for number in range(1, 31))
    )
    office.refresh()
    assert [(row.name, row.payload) for row in office.outbox()] == [
        (
            "past:1:2026-05-04",
            {"say": "reminder_past", "plan": "Kế hoạch 57/KH-UBND (năm 2026)", "plan_id": 1, "count": 30},
        )
    ]
    assert office.planned(date(2026, 5, 4), date(2026, 12, 31)) == []


def test_a_past_plan_s_yearly_duties_end_with_its_year_unless_kept(office: Office) -> None:
    office.hire("An", "Sở Nội vụ")
    plan = office.issue(
        duty("Tổng kết", "Tháng 6 hàng năm", "Sở Nội vụ"), duty("Đề án lớn", "30/6/2027", "Sở Nội vụ", row=2)
    )
    office.at(date(2027, 1, 4))
    day = date(2027, 6, 30)
    assert [each[2] for each in office.planned(day, day)] == ["due"]
    office.rule(Scope.PLAN, plan, Name.FORCE, True)
    assert [each[2] for each in office.planned(day, day)] == ["due", "due"]
    office.rule(Scope.PLAN, plan, Name.FORCE, False)
    assert office.planned(day, day) == []


def test_lead_times_of_a_duty_win_over_its_plan_s_and_those_over_the_agency_s(office: Office) -> None:
    office.hire("An", "Sở Nội vụ")
    plan = office.issue(REPORT)
    office.refresh()
    number = office.occurrences()[0].duty

    def leads() -> list[str]:
        return [each[2] for each in office.planned(date(2026, 5, 1), JUNE)]

    office.rule(Scope.AGENCY, "Sở Nội vụ", Name.LEADS, [10, 0])
    assert leads() == ["lead:10", "due"]
    office.rule(Scope.PLAN, plan, Name.LEADS, [5])
    assert leads() == ["lead:5"]
    office.rule(Scope.DUTY, number, Name.LEADS, [2, 1])
    assert leads() == ["lead:2", "lead:1"]


def test_a_member_hears_less_but_an_only_owner_never_nothing(office: Office) -> None:
    an = office.hire("An", "Sở Nội vụ")
    office.issue(REPORT)
    office.rule(Scope.MEMBER, an.id, Name.LEADS, [3, 0])
    assert [each[2] for each in office.planned(date(2026, 5, 1), JUNE)] == ["lead:3", "due"]
    office.rule(Scope.MEMBER, an.id, Name.LEADS, [])
    assert len(office.planned(date(2026, 5, 1), JUNE)) == 5
    office.hire("Bình", "Sở Nội vụ")
    assert {each[1] for each in office.planned(date(2026, 5, 1), JUNE)} == {"Bình"}


def test_a_person_in_five_agencies_hears_for_each(office: Office) -> None:
    office.hire("An", "Sở Nội vụ", Role.OWNER, "Sở Y tế", "Sở Tư pháp", "Sở Xây dựng", "Sở Công Thương")
    office.issue(duty("Rà soát", "30/6/2026", "Các sở, ban, ngành tỉnh"))
    assert [each[1:3] for each in office.planned(JUNE, JUNE)] == [("An", "due")] * 5


def test_who_joins_later_is_not_told_of_days_before(office: Office) -> None:
    office.issue(REPORT)
    office.at(date(2026, 6, 26))
    office.hire("An", "Sở Nội vụ")
    office.refresh()
    # Three working days before was Thursday; today is Friday.
    assert [(row.name, row.send_at.date()) for row in office.outbox()] == [("lead:1", date(2026, 6, 29))]


def test_a_task_with_no_agency_or_two_hundred(office: Office) -> None:
    names = [f"Trạm quan trắc số {number}" for number in range(200)]
    for name in names[:3]:
        office.hire(name, name)
    office.issue(duty("Kiểm kê tài sản", "30/6/2026", *names), duty("Việc chung", "30/6/2026", row=2))
    assert [each[1] for each in office.planned(JUNE, JUNE)] == names[:3]
    office.refresh()
    assert len(office.occurrences()) == 201


def test_a_day_that_is_due_every_year_on_29_february(office: Office) -> None:
    office.hire("An", "Sở Nội vụ")
    office.at(date(2028, 1, 10))
    plan = office.issue(duty("Kiểm kê", "Tháng 2 hàng năm", "Sở Nội vụ"))
    office.rule(Scope.PLAN, plan, Name.FORCE, True)
    office.refresh()
    assert [each.due_on for each in office.occurrences()] == [date(2028, 2, 29)]
    office.at(date(2028, 3, 1))
    office.refresh()
    assert [each.due_on for each in office.occurrences()] == [date(2028, 2, 29), date(2029, 2, 28)]


def test_a_plan_switched_on_at_the_last_minute_of_a_day(office: Office) -> None:
    office.hire("An", "Sở Nội vụ")
    office.at(date(2026, 6, 10), 23, 59)
    office.issue(REPORT)
    office.refresh()
    assert [(row.name, row.send_at.date()) for row in office.outbox()] == [("lead:14", date(2026, 6, 10))]


def test_what_is_due_every_day_is_nobody_s_daily_message(office: Office) -> None:
    office.hire("An", "Sở Nội vụ")
    office.issue(duty("Trực hệ thống", "Hằng ngày", "Sở Nội vụ"))
    assert office.planned(date(2026, 1, 16), date(2026, 1, 16) + timedelta(days=90)) == []


def test_another_province_s_plan_is_another_duty(office: Office) -> None:
    office.hire("An", "Sở Nội vụ")
    office.issue(REPORT)
    office.issue(REPORT, plan=replace(PLAN, number="58/KH-UBND", title="Chuyển đổi số năm 2026"))
    assert len({each.duty for each in (office.refresh(), office.occurrences())[1]}) == 2


@pytest.mark.parametrize("mark", ["2026-06-09", "2026-06-09 0a1b2c", "2026-06-10 0a1b2c 3d4e", "2026-06-10"])
def test_the_mark_of_an_older_program_is_taken_for_what_it_says(office: Office, mark: str) -> None:
    office.hire("An", "Sở Nội vụ")
    office.issue(REPORT)
    office.at(date(2026, 6, 10))
    assert office.refresh()
    before = [(row.id, row.name, row.state, row.send_at) for row in office.outbox()]
    with office.store.write() as session:
        session.get_one(SettingRow, "reminders").value = mark
    assert office.refresh()
    assert [(row.id, row.name, row.state, row.send_at) for row in office.outbox()] == before
    assert not office.refresh()


def test_days_and_hours_of_ones_own_are_planned_as_they_are_shown_beforehand(office: Office) -> None:
    an = office.hire("An", "Sở Tư pháp")
    office.hire("Bình", "Sở Tư pháp")
    office.rule(Scope.MEMBER, an.id, Name.DAYS, {"weekdays": [0], "since": "2026-01-16"})
    office.rule(Scope.MEMBER, an.id, Name.HOURS, ["09:30", "17:00"])
    office.issue(duty("Rà soát văn bản", "30/6/2026", "Sở Tư pháp"))
    days = [(day, name) for day, who, name, _ in office.planned(date(2026, 6, 1), date(2026, 7, 2)) if who == "An"]
    assert days == [
        (date(2026, 6, 8), "lead:14"),
        (date(2026, 6, 15), "lead:7"),
        (date(2026, 6, 22), "lead:3"),
        (date(2026, 6, 29), "lead:1"),
        (date(2026, 6, 30), "due"),
        (date(2026, 7, 1), "overdue:1"),
    ]
    office.at(date(2026, 6, 5))
    office.refresh()
    office.at(date(2026, 6, 12))
    office.refresh()
    rows = {
        (row.send_at.astimezone(HANOI), row.name) for row in office.outbox() if row.recipient == f"member:{an.id}"
    }
    assert rows == {
        (datetime(2026, 6, 8, 9, 30, tzinfo=HANOI), "lead:14"),
        (datetime(2026, 6, 15, 9, 30, tzinfo=HANOI), "lead:7"),
    }
    settings = ReminderSettings(office.store, lambda: office.now, office.directory)
    settings.choose_days(an.id, None)
    settings.choose_hours(an.id, None)
    office.refresh()
    waiting = [(row.send_at, row.name) for row in office.outbox() if row.recipient == f"member:{an.id}"]
    assert (datetime(2026, 6, 15, 8, tzinfo=HANOI), "lead:7") not in [(at.astimezone(HANOI), n) for at, n in waiting]
    left = [(day, name) for day, who, name, _ in office.planned(date(2026, 6, 15), date(2026, 6, 30)) if who == "An"]
    assert left[0] == (date(2026, 6, 19), "lead:7")
