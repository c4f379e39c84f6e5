"""What is reported is confirmed or returned: who may, what it counts as, who hears of it, and doing it twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.people.members import Role
from bot.people.records import NotAllowedError
from bot.tracking.records import Kind, ReminderError, RetypeError
from bot.tracking.rules import Name, Scope
from tests.bot.notify.owed import FINANCE, HEALTH, INTERIOR, Owed

DUE = date(2026, 12, 10)
PAST = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("rules", "waits_for"),
    [
        ([], ""),
        ([(Scope.ALL, "", True)], INTERIOR),  # the unit that follows plans where nobody else is named
        ([(Scope.PLAN, 1, FINANCE)], FINANCE),
        ([(Scope.ALL, "", True), (Scope.PLAN, 1, False)], ""),
        ([(Scope.ALL, "", True), (Scope.PLAN, 2, False)], INTERIOR),
        ([(Scope.PLAN, 1, "Sở Xây dựng")], ""),  # nobody is registered there
    ],
)
def test_who_is_set_to_confirm(owed: Owed, rules: list[tuple[Scope, object, object]], waits_for: str) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    owed.person("Lý Bình", INTERIOR, Role.OWNER)
    owed.person("Đỗ Cúc", FINANCE, Role.LEADER)
    for scope, subject, value in rules:
        owed.rule(scope, subject, Name.CONFIRM, value)
    number = owed.owe(HEALTH, DUE)
    assert owed.progress.done([number], an).unit == waits_for
    assert owed.standing(number) == (("reported", "in_time") if waits_for else ("done", "done_in_time"))


@pytest.mark.parametrize(
    ("agency", "role", "counts"),
    [(INTERIOR, Role.OWNER, True), (HEALTH, Role.ADMIN, True), (HEALTH, Role.OWNER, False)],
)
def test_what_confirmers_report_counts_at_once(owed: Owed, agency: str, role: Role, counts: bool) -> None:
    owed.rule(Scope.ALL, "", Name.CONFIRM, True)
    owed.person("Lý Bình", INTERIOR, Role.OWNER)
    who = owed.person("Trần An", agency, role, further=[HEALTH])
    number = owed.owe(HEALTH, DUE)
    assert (owed.progress.done([number], who).unit == "") is counts


class TestConfirmed:
    """One agency reports, the following unit confirms."""

    @pytest.fixture
    def people(self, owed: Owed) -> tuple[int, int, int]:
        owed.rule(Scope.ALL, "", Name.CONFIRM, True)
        return (
            owed.person("Trần An", HEALTH, Role.OWNER),
            owed.person("Phạm Dũng", HEALTH, Role.LEADER),
            owed.person("Lý Bình", INTERIOR, Role.OWNER),
        )

    def test_everybody_hears_once_it_cannot_be_taken_back(self, owed: Owed, people: tuple[int, int, int]) -> None:
        an, dung, binh = people
        number = owed.owe(HEALTH, DUE)
        owed.progress.done([number], an, "Đã gửi bản giấy")
        told = [(f"member:{dung}", "reminder_done"), (f"member:{binh}", "reminder_reported")]
        assert owed.told() == told
        assert {at for _, at, _ in owed.notices()} == {owed.now + timedelta(minutes=10)}
        owed.progress.undo([number], an)
        assert owed.told() == []
        assert owed.standing(number) == ("new", "in_time")

    def test_confirming_counts_by_the_day_of_the_report(self, owed: Owed, people: tuple[int, int, int]) -> None:
        an, _, binh = people
        number = owed.owe(HEALTH, owed.now.date())
        owed.progress.done([number], an)
        owed.pass_by(days=10)
        assert owed.standing(number) == ("reported", "in_time")
        owed.send_all()
        for _ in range(2):
            (confirmed,) = owed.confirmations.confirm([number], binh)
            assert confirmed.id == number
        assert owed.standing(number) == ("done", "done_in_time")
        assert owed.told() == [(f"member:{an}", "reminder_confirmed")]

    def test_reported_late_is_done_late(self, owed: Owed, people: tuple[int, int, int]) -> None:
        an, _, binh = people
        number = owed.owe(HEALTH, PAST)
        owed.progress.done([number], an)
        assert owed.standing(number) == ("reported", "late")
        owed.confirmations.confirm([number], binh)
        assert owed.standing(number) == ("done", "done_late")

    def test_returned_is_owed_again_and_reminded_of(self, owed: Owed, people: tuple[int, int, int]) -> None:
        an, _, binh = people
        number = owed.owe(HEALTH, DUE)
        owed.plan(number, an, (Kind.LEAD, "lead:3", date(2026, 12, 7)))
        owed.progress.done([number], an, "Xong phần đầu", "a1-bao-cao.docx")
        assert owed.rows(number, an) == {"lead:3": "cancelled done"}
        owed.pass_by(hours=1)
        owed.send_all()
        owed.confirmations.give_back([number], binh, " Thiếu phụ lục 2 ")
        assert owed.standing(number) == ("returned", "in_time")
        assert owed.rows(number, an)["lead:3"] == "waiting"
        ((recipient, _, payload),) = owed.notices()
        assert (recipient, payload["say"], payload["reason"]) == (
            f"member:{an}",
            "reminder_returned",
            "Thiếu phụ lục 2",
        )
        assert owed.occurrence(number).file == "a1-bao-cao.docx"
        again = owed.progress.done([number], an, file="b2-bao-cao.docx")
        assert (again.unit, again.replaced) == (INTERIOR, ("a1-bao-cao.docx",))

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
    def test_a_reason_is_needed(self, owed: Owed, people: tuple[int, int, int], reason: str) -> None:
        an, _, binh = people
        number = owed.owe(HEALTH, DUE)
        owed.progress.done([number], an)
        with pytest.raises(RetypeError):
            owed.confirmations.give_back([number], binh, reason)
        assert owed.standing(number)[0] == "reported"

    def test_who_may(self, owed: Owed, people: tuple[int, int, int]) -> None:
        an, dung, _ = people
        number = owed.owe(HEALTH, DUE)
        owed.progress.done([number], an)
        stranger = owed.person("Hà Giang", FINANCE, Role.OWNER)
        for who in (an, dung, stranger):
            with pytest.raises(NotAllowedError):
                owed.confirmations.confirm([number], who)
            with pytest.raises(NotAllowedError):
                owed.confirmations.give_back([number], who, "Thiếu")
            assert owed.confirmations.waiting(who) == []
        admin = owed.person("Quản Trị", FINANCE, Role.ADMIN)
        assert [each.id for each in owed.confirmations.waiting(admin)] == [number]
        owed.confirmations.confirm([number], admin)
        assert owed.confirmations.waiting(admin) == []

    def test_of_two_the_second_is_told(self, owed: Owed, people: tuple[int, int, int]) -> None:
        an, _, binh = people
        other = owed.person("Hà Giang", INTERIOR, Role.LEADER)
        number = owed.owe(HEALTH, DUE)
        with pytest.raises(ReminderError, match="không có báo cáo nào chờ"):
            owed.confirmations.confirm([number], binh)
        owed.progress.done([number], an)
        owed.confirmations.give_back([number], binh, "Thiếu phụ lục")
        with pytest.raises(ReminderError, match="Lý Bình đã trả lại ngày 20/11/2026"):
            owed.confirmations.confirm([number], other)
        owed.progress.done([number], an)
        owed.confirmations.confirm([number], binh)
        with pytest.raises(ReminderError, match="Lý Bình đã xác nhận ngày 20/11/2026"):
            owed.confirmations.give_back([number], other, "Thiếu")

    def test_an_administrator_reopens_what_was_confirmed(self, owed: Owed, people: tuple[int, int, int]) -> None:
        an, _, binh = people
        admin = owed.person("Quản Trị", FINANCE, Role.ADMIN)
        number = owed.owe(HEALTH, DUE)
        owed.progress.done([number], an)
        owed.confirmations.confirm([number], binh)
        owed.pass_by(days=1)
        owed.progress.undo([number], admin)
        assert owed.standing(number) == ("new", "in_time")
        assert owed.occurrence(number).confirmed_by is None
