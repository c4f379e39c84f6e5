"""What members and administrators set about reminders: rights, limits, what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.channels.contract import ChannelName
from bot.people.members import Role
from bot.people.records import NotAllowedError, PeopleError
from bot.tracking.outbox import OutboxState
from bot.tracking.records import Kind, ReminderError
from bot.tracking.rules import Scope, load_calendar
from bot.tracking.settings import CHOOSABLE, ReminderSettings, Undelivered, WorkDay, read_leads
from knowledge.store.models import DutyRow, OutboxRow
from tests.bot.notify.owed import FINANCE, HEALTH, INTERIOR, Owed


def _settings(owed: Owed) -> ReminderSettings:
    return ReminderSettings(owed.store, lambda: owed.now, owed.directory)


def test_fewer_lead_times(owed: Owed) -> None:
    an, settings = owed.person("Trần An", HEALTH, Role.OWNER), _settings(owed)
    settings.choose_leads(an, [1, 7])
    assert settings.rules().member_leads(an) == frozenset({1, 7})
    for everything in (None, CHOOSABLE):
        settings.choose_leads(an, everything)
        assert settings.rules().member_leads(an) is None
    with pytest.raises(ReminderError, match="Không có mốc nhắc này"):
        settings.choose_leads(an, [2])


def test_none_only_with_a_substitute(owed: Owed) -> None:
    an, settings = owed.person("Trần An", HEALTH, Role.OWNER, further=[FINANCE]), _settings(owed)
    with pytest.raises(ReminderError, match="Sở Y tế chưa có đầu mối khác nhận lời nhắc"):
        settings.choose_leads(an, [])
    chi = owed.person("Vũ Chi", HEALTH, Role.OWNER)
    with pytest.raises(ReminderError, match="Sở Tài chính chưa có đầu mối khác"):
        settings.choose_leads(an, [])
    owed.person("Đỗ Hà", FINANCE, Role.OWNER)
    settings.choose_leads(an, [])
    assert settings.rules().member_leads(an) == frozenset()
    with pytest.raises(ReminderError, match="Sở Y tế chưa có đầu mối khác"):
        settings.choose_leads(chi, [])


def test_a_channel_that_is_joined(owed: Owed) -> None:
    an, settings = owed.person("Trần An", HEALTH, Role.OWNER), _settings(owed)
    settings.choose_channel(an, ChannelName.TELEGRAM)
    assert settings.rules().channel(an) is ChannelName.TELEGRAM
    with pytest.raises(ReminderError, match="Anh/chị chưa nối kênh này"):
        settings.choose_channel(an, ChannelName.ZALO)


def test_only_administrators_set_rules(owed: Owed) -> None:
    lan, settings = owed.person("Lê Lan", HEALTH, Role.OWNER, Role.LEADER), _settings(owed)
    calls: list[Callable[[], object]] = [
        lambda: settings.set_leads(Scope.AGENCY, HEALTH, [5], lan),
        lambda: settings.set_following_unit(1, HEALTH, lan),
        lambda: settings.set_in_force(1, True, lan),
        lambda: settings.set_checkins(True, lan),
        lambda: settings.set_work_day(date(2026, 12, 30), False, "", lan),
        lambda: settings.drop_work_day(date(2026, 12, 30), lan),
    ]
    for call in calls:
        with pytest.raises(NotAllowedError):
            call()
    assert (settings.rules().values, settings.work_days()) == ({}, [])


def test_rules_of_a_plan(owed: Owed) -> None:
    admin, settings = owed.person("Quản trị", INTERIOR, Role.ADMIN), _settings(owed)
    settings.set_following_unit(7, "stc", admin)
    settings.set_in_force(7, False, admin)
    settings.set_checkins(False, admin)
    rules = settings.rules()
    assert (rules.following_unit(7), rules.in_force(7), rules.checkins) == (FINANCE, False, False)
    settings.set_following_unit(7, None, admin)
    settings.set_in_force(7, None, admin)
    settings.set_checkins(True, admin)
    assert settings.rules().values == {}
    for leads in ([], [61], [-1]):
        with pytest.raises(ReminderError):
            settings.set_leads(Scope.PLAN, "7", leads, admin)


def test_corrections_of_the_calendar(owed: Owed) -> None:
    admin, settings = owed.person("Quản trị", INTERIOR, Role.ADMIN), _settings(owed)
    friday, saturday = date(2026, 12, 18), date(2026, 12, 19)
    settings.set_work_day(friday, False, " Nghỉ bù ", admin)
    settings.set_work_day(saturday, True, "", admin)
    assert settings.work_days() == [WorkDay(friday, False, "Nghỉ bù"), WorkDay(saturday, True, "")]
    with owed.store.read() as session:
        known = load_calendar(session)
    assert [known.is_working(day) for day in (friday, saturday)] == [False, True]
    assert [settings.drop_work_day(friday, admin) for _ in range(2)] == [True, False]


def test_agencies_without_anybody(owed: Owed) -> None:
    owed.person("Trần An", HEALTH, Role.OWNER)
    owed.person("Lê Lan", FINANCE, Role.STAFF)
    for agency in (HEALTH, FINANCE, FINANCE):
        number = owed.owe(agency, date(2026, 12, 1))
        with owed.store.write() as session:
            session.get_one(DutyRow, owed.occurrence(number).duty_id).task_id = 1
    assert _settings(owed).unowned() == {FINANCE: 2}


def test_what_could_not_be_sent(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, date(2026, 12, 10))
    owed.plan(number, an, (Kind.LEAD, "lead:7", date(2026, 12, 1)), (Kind.DUE, "due", date(2026, 12, 10)))
    with owed.store.write() as session:
        row = session.query(OutboxRow).filter_by(name="lead:7").one()
        row.state, row.reason, at = OutboxState.FAILED.value, "telegram:blocked", row.send_at
    assert _settings(owed).undelivered() == [
        Undelivered(
            1, "Trần An (Sở Y tế)", "Lập báo cáo quý", Kind.LEAD, at, date(2026, 12, 10), "telegram:blocked", number
        )
    ]


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        ("10, 5,1", [10, 5, 1]),
        ("0", [0]),
        ("3 2;1", [3, 2, 1]),
        ("", None),
        ("mười", None),
        ("1.5", None),
        ("-1", None),
    ],
)
def test_lead_times_as_typed(typed: str, leads: list[int] | None) -> None:
    assert read_leads(typed) == leads


def test_further_agencies(owed: Owed) -> None:
    admin, an = owed.person("Quản trị", INTERIOR, Role.ADMIN), owed.person("Trần An", HEALTH, Role.OWNER)
    for _ in range(2):
        owed.people.add_agency(an, "stc", admin)
    assert owed.people.further_agencies(an) == [FINANCE]
    with pytest.raises(PeopleError, match="Sở Y tế là cơ quan của người này"):
        owed.people.add_agency(an, HEALTH, admin)
    for call in (owed.people.add_agency, owed.people.drop_agency):
        with pytest.raises(NotAllowedError):
            call(an, FINANCE, an)
    owed.people.drop_agency(an, FINANCE, admin)
    assert owed.people.further_agencies(an) == []
