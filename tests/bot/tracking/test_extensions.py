"""More time: asked, granted, declined; days that can be, rights, twice."""

from __future__ import annotations

from datetime import date

import pytest

from bot.people.members import Role
from bot.people.records import NotAllowedError
from bot.tracking.progress import AlreadyDoneError
from bot.tracking.records import Kind, ReminderError
from bot.tracking.rules import Scope
from bot.tracking.settings import ReminderSettings
from knowledge.store.models import DutyRow, OccurrenceRow
from tests.bot.notify.owed import HEALTH, INTERIOR, Owed

DUE, WANTED = date(2026, 12, 10), date(2026, 12, 24)


def _said(owed: Owed) -> list[tuple[str, object, object]]:
    return [(who, said["say"], said["reason"]) for who, _, said in owed.notices()]


def test_asked_and_granted(owed: Owed) -> None:
    admin = owed.person("Quản trị", INTERIOR, Role.ADMIN)
    an, chi = owed.person("Trần An", HEALTH, Role.OWNER), owed.person("Vũ Chi", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    owed.plan(number, an, (Kind.LEAD, "lead:7", date(2026, 12, 1)), (Kind.DUE, "due", DUE))
    asked = owed.extensions.ask(number, an, WANTED, " Chờ số liệu ")
    assert owed.notices() == [
        (
            f"member:{admin}",
            owed.now,
            {
                "say": "extension_asked",
                "id": asked.id,
                "title": "Lập báo cáo quý",
                "agency": HEALTH,
                "due": "2026-12-10",
                "wanted": "2026-12-24",
                "by": an,
                "reason": "Chờ số liệu",
            },
        )
    ]
    assert [(each.id, each.asker, each.reason) for each in owed.extensions.waiting()] == [
        (asked.id, "Trần An", "Chờ số liệu")
    ]
    owed.send_all()
    owed.extensions.decide(asked.id, admin, granted=True)
    row = owed.occurrence(number)
    assert (row.due_on, row.planned_on, row.state) == (WANTED, DUE, "open")
    assert owed.rows(number, an) == {
        "lead:7@2026-12-10": "cancelled moved",
        "due@2026-12-10": "cancelled moved",
        f"extension:{asked.id}:granted": "waiting",
    }
    assert _said(owed) == [(f"member:{an}", "extension_granted", ""), (f"member:{chi}", "extension_granted", "")]
    assert owed.extensions.waiting() == []


def test_declined_is_told_with_its_reason_to_who_asked(owed: Owed) -> None:
    admin, an = owed.person("Quản trị", INTERIOR, Role.ADMIN), owed.person("Trần An", HEALTH, Role.OWNER)
    owed.person("Vũ Chi", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    asked = owed.extensions.ask(number, an, WANTED, "Chờ số liệu")
    owed.send_all()
    owed.extensions.decide(asked.id, admin, granted=False, reason="UBND tỉnh đã chốt")
    assert owed.occurrence(number).due_on == DUE
    assert _said(owed) == [(f"member:{an}", "extension_declined", "UBND tỉnh đã chốt")]


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (date(2026, 11, 20), "Hạn mới phải sau hôm nay."),
        (date(2026, 12, 10), "Hạn mới phải sau hạn đang có (10/12/2026)."),
        (date(2027, 12, 10), None),
        (date(2027, 12, 11), "Hạn mới không được muộn hơn một năm."),
    ],
)
def test_days_that_can_be(owed: Owed, wanted: date, problem: str | None) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    if problem is None:
        owed.extensions.ask(number, an, wanted, "Chờ số liệu")
        return
    with pytest.raises(ReminderError) as told:
        owed.extensions.ask(number, an, wanted, "Chờ số liệu")
    assert told.value.sentence == problem
    assert owed.extensions.waiting() == []


def test_something_late_is_put_off_from_today(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, date(2026, 10, 1))
    with pytest.raises(ReminderError, match="Hạn mới phải sau hôm nay"):
        owed.extensions.ask(number, an, date(2026, 11, 1), "Chờ số liệu")
    assert owed.extensions.ask(number, an, date(2026, 11, 30), "Chờ số liệu").state == "waiting"


def test_one_request_waits_at_a_time(owed: Owed) -> None:
    an, chi = owed.person("Trần An", HEALTH, Role.OWNER), owed.person("Vũ Chi", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    first = owed.extensions.ask(number, an, WANTED, "Chờ số liệu")
    assert owed.extensions.ask(number, an, WANTED, "Chờ số liệu").id == first.id
    with pytest.raises(ReminderError, match="Đã có yêu cầu lùi hạn việc này đến 24/12/2026"):
        owed.extensions.ask(number, chi, date(2026, 12, 30), "Thiếu người")


@pytest.mark.parametrize(
    ("rule", "last_year", "asked", "problem"),
    [
        (None, None, 2, "Việc này đã được lùi hạn 2 lần"),
        (None, 2026, 0, "chỉ được lùi hạn đến 31/12/2026"),
        ((3, "year"), None, 3, "đã được lùi hạn 3 lần"),
        ((None, "2026-12-20"), None, 0, "chỉ được lùi hạn đến 20/12/2026"),
        ((None, None), 2026, 4, None),
        ((0, "year"), None, 0, "Việc này không được lùi hạn"),
    ],
)
def test_how_often_and_how_far_is_a_rule_that_administrators_are_above(
    owed: Owed, rule: tuple[int | None, str | None] | None, last_year: int | None, asked: int, problem: str | None
) -> None:
    admin, an = owed.person("Quản trị", INTERIOR, Role.ADMIN), owed.person("Trần An", HEALTH, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    with owed.store.write() as session:
        occurrence = session.get_one(OccurrenceRow, number)
        session.get_one(DutyRow, occurrence.duty_id).last_year = last_year
    settings = ReminderSettings(owed.store, lambda: owed.now, owed.directory)
    settings.set_extension_limit(Scope.PLAN, "1", rule, admin)
    with pytest.raises(NotAllowedError):
        settings.set_extension_limit(Scope.PLAN, "1", (9, None), an)
    for count in range(asked):
        request = owed.extensions.ask(number, an, date(2026, 12, 11 + count), "Chờ số liệu")
        owed.extensions.decide(request.id, admin, granted=True)
    far = date(2027, 1, 15)
    if problem is None:
        assert owed.extensions.ask(number, an, far, "Chờ số liệu").state == "waiting"
        return
    with pytest.raises(ReminderError, match=problem):
        owed.extensions.ask(number, an, far, "Chờ số liệu")
    own = owed.extensions.ask(number, admin, far, "Ý kiến của UBND tỉnh")
    owed.extensions.decide(own.id, admin, granted=True)
    assert owed.occurrence(number).due_on == far


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_reason_is_needed(owed: Owed, reason: str) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    with pytest.raises(ReminderError, match="lý do"):
        owed.extensions.ask(owed.owe(HEALTH, DUE), an, WANTED, reason)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (True, True, "Yêu cầu này Quản Một đã đồng ý lúc 09:00 ngày 20/11/2026."),
        (False, False, "Yêu cầu này Quản Một đã từ chối lúc 09:00 ngày 20/11/2026."),
        (
            False,
            True,
            "Yêu cầu này Quản Một đã từ chối lúc 09:00 ngày 20/11/2026; quyết định đó giữ nguyên.",
        ),
    ],
)
def test_decided_twice(owed: Owed, first: bool, second: bool, told: str) -> None:
    one, two = owed.person("Quản Một", INTERIOR, Role.ADMIN), owed.person("Quản Hai", INTERIOR, Role.ADMIN)
    asked = owed.extensions.ask(owed.owe(HEALTH, DUE), one, WANTED, "Chờ số liệu")
    owed.extensions.decide(asked.id, one, granted=first)
    owed.pass_by(hours=2)
    with pytest.raises(ReminderError) as error:
        owed.extensions.decide(asked.id, two, granted=second)
    assert error.value.sentence == told


def test_only_administrators_decide(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER, Role.LEADER)
    asked = owed.extensions.ask(owed.owe(HEALTH, DUE), an, WANTED, "Chờ số liệu")
    with pytest.raises(NotAllowedError):
        owed.extensions.decide(asked.id, an, granted=True)
    assert [each.id for each in owed.extensions.waiting()] == [asked.id]


def test_what_is_done_meanwhile_or_late_by_then(owed: Owed) -> None:
    admin, an = owed.person("Quản trị", INTERIOR, Role.ADMIN), owed.person("Trần An", HEALTH, Role.OWNER)
    done, old = owed.owe(HEALTH, DUE), owed.owe(HEALTH, DUE)
    first = owed.extensions.ask(done, an, WANTED, "Chờ số liệu")
    second = owed.extensions.ask(old, an, WANTED, "Chờ số liệu")
    owed.progress.done([done], an)
    assert [each.id for each in owed.extensions.waiting()] == [second.id]
    with pytest.raises(AlreadyDoneError):
        owed.extensions.decide(first.id, admin, granted=True)
    owed.pass_by(days=60)
    with pytest.raises(ReminderError, match=r"Không lùi được đến 24/12/2026\. Hạn mới phải sau hôm nay\."):
        owed.extensions.decide(second.id, admin, granted=True)
    owed.extensions.decide(second.id, admin, granted=False)
    with pytest.raises(ReminderError, match="Yêu cầu lùi hạn này không còn nữa"):
        owed.extensions.decide(99, admin, granted=False)
