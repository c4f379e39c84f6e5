"""Letting in, changing, switching off, forgetting; and who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.channels.contract import Sender
from bot.people.members import Member, People, Request, Role
from bot.people.records import (
    AlreadyMemberError,
    Change,
    DecidedError,
    LastAccountError,
    LastAdministratorError,
    NotAllowedError,
    PeopleError,
    SwitchedOffError,
    UnknownMemberError,
)
from knowledge.store.database import Store
from knowledge.store.models import JoinRequestRow
from tests.bot.people.conftest import ADMIN, MovedClock, telegram, zalo
from tests.databases import all_text

LAN = telegram(77, "Lan")
LAN_ACCOUNT = telegram(77)
STAFF, OWNER, LEADER, ADMINS = (frozenset({role}) for role in (Role.STAFF, Role.OWNER, Role.LEADER, Role.ADMIN))


def let_in(people: People, sender: Sender, name: str, agency: str = "Sở Nội vụ", role: Role = Role.STAFF) -> Member:
    return people.approve(people.request(sender, name, agency).id, None, role)


class TestRequests:
    def test_nobody_is_known_before_approval(self, people: People, admin: Member, clock: MovedClock) -> None:
        asked = people.request(LAN, "  Trần Thị  Lan ", "so noi vu")
        assert asked == Request(1, LAN, "Trần Thị Lan", "Sở Nội vụ", clock.now)
        assert people.find(LAN) is None
        waiting = Request(1, LAN, "Trần Thị Lan", "Sở Nội vụ", clock.now)
        assert (people.pending(), people.find_request(LAN), people.get_pending(1)) == ([waiting], waiting, waiting)
        assert (people.find_request(zalo("77")), people.get_pending(2)) == (None, None)
        member = people.approve(asked.id, admin.id)
        assert member == Member(2, "Trần Thị Lan", "Sở Nội vụ", STAFF, True)
        assert people.find(LAN) == member
        assert (people.pending(), people.find_request(LAN), people.get_pending(1)) == ([], None, None)

    @pytest.mark.parametrize(
        ("printed", "kept", "known"),
        [
            ("snv", "Sở Nội vụ", True),
            ("Sở Nội vụ tỉnh Phú Giang", "Sở Nội vụ", True),
            ("Sở Thông tin và Truyền thông", "Sở Khoa học và Công nghệ", True),
            ("UBND xã Phú An", "UBND xã Phú An", False),
            ("Các sở, ban, ngành tỉnh", "Các sở, ban, ngành tỉnh", False),
            ("Trung tâm Công nghệ số", "Trung tâm Công nghệ số", False),
        ],
    )
    def test_an_agency_is_the_directorys_or_as_printed(
        self, people: People, printed: str, kept: str, known: bool
    ) -> None:
        asked = people.request(LAN, "Lan", printed)
        assert (asked.agency, asked.known) == (kept, known)
        assert people.pending()[0].known is known

    def test_a_second_press_says_who_answered(self, people: People, admin: Member, clock: MovedClock) -> None:
        asked = people.request(LAN, "Trần Thị Lan", "Sở Nội vụ")
        people.approve(asked.id, admin.id)
        clock.pass_by(minutes=5)
        for press in (people.approve, people.reject):
            with pytest.raises(DecidedError) as told:
                press(asked.id, admin.id)
            assert told.value.sentence == (
                "Yêu cầu của Trần Thị Lan đã được Quản trị viên duyệt lúc 08:00 ngày 20/11/2026."
            )
        assert [change.action for change in people.history()] == [Change.APPROVED, Change.APPOINTED]

    def test_who_is_turned_down_may_ask_again_three_times_a_day(self, people: People, clock: MovedClock) -> None:
        for _ in range(3):
            people.reject(people.request(LAN, "Lan", "Sở Nội vụ").id, None)
            assert people.find(LAN) is None
        with pytest.raises(PeopleError, match="nhiều yêu cầu"):
            people.request(LAN, "Lan", "Sở Nội vụ")
        clock.pass_by(days=1)
        assert people.request(LAN, "Lan", "Sở Nội vụ").id == 4

    def test_an_answered_request_is_erased_after_a_month(self, people: People, clock: MovedClock) -> None:
        old = people.request(LAN, "Lan", "Sở Nội vụ").id
        people.reject(old, None)
        clock.pass_by(days=30)
        people.request(zalo("minh"), "Minh", "Sở Nội vụ")
        with pytest.raises(UnknownMemberError, match="không còn nữa"):
            people.approve(old, None)

    def test_asking_again_corrects_the_request(self, people: People) -> None:
        first = people.request(LAN, "Lan", "Sở Nội vụ")
        again = people.request(LAN, "Trần Thị Lan", "Sở Tư pháp")
        assert (first.repeated, again.repeated, again.id) == (False, True, first.id)
        assert [(r.name, r.agency) for r in people.pending()] == [("Trần Thị Lan", "Sở Tư pháp")]

    @pytest.mark.parametrize(
        ("name", "agency", "sentence"),
        [
            ("", "Sở Nội vụ", "Xin cho biết họ tên."),
            ("12345", "Sở Nội vụ", "Xin cho biết họ tên."),
            ("Lan", " \n", "Xin cho biết tên cơ quan."),
            ("Lan " * 30, "Sở Nội vụ", "Xin ghi họ tên ngắn hơn 80 ký tự."),
        ],
    )
    def test_names_that_are_none(self, people: People, name: str, agency: str, sentence: str) -> None:
        with pytest.raises(PeopleError) as told:
            people.request(LAN, name, agency)
        assert told.value.sentence == sentence

    def test_a_member_need_not_ask(self, people: People) -> None:
        let_in(people, LAN, "Lan")
        with pytest.raises(AlreadyMemberError):
            people.request(LAN, "Lan", "Sở Nội vụ")

    def test_a_request_of_no_number(self, people: People, admin: Member) -> None:
        with pytest.raises(UnknownMemberError, match="không còn nữa"):
            people.approve(99, admin.id)


class TestAdministrators:
    def test_the_settings_name_them_again_at_every_start(self, people: People) -> None:
        before = people.list(), people.history()
        people.appoint([ADMIN])
        assert (people.list(), people.history()) == before

    def test_a_member_is_promoted_by_the_settings(self, people: People) -> None:
        lan = let_in(people, LAN, "Lan")
        people.appoint([ADMIN, LAN])
        assert people.get(lan.id).roles == STAFF | ADMINS

    def test_one_who_was_switched_off_stays_so_while_there_is_another(self, people: People, admin: Member) -> None:
        people.appoint([LAN])
        people.switch_off(admin.id, None)
        people.appoint([ADMIN, LAN])
        assert people.find(ADMIN) is None
        assert [a.id for a in people.administrators()] == [2]

    def test_the_last_one_stays(self, people: People, admin: Member) -> None:
        calls: list[Callable[[], object]] = [
            lambda: people.switch_off(admin.id, admin.id),
            lambda: people.switch_off(admin.id, None),
            lambda: people.change(admin.id, admin.id, roles={Role.STAFF}),
            lambda: people.forget(admin.id, admin.id),
        ]
        for call in calls:
            with pytest.raises(LastAdministratorError):
                call()
        assert people.administrators() == [admin]

    def test_others_may_change_nobody(self, people: People, admin: Member) -> None:
        lan = let_in(people, LAN, "Lan", role=Role.LEADER)
        asked = people.request(zalo("a"), "Minh", "Sở Tư pháp")
        calls: list[Callable[[], object]] = [
            lambda: people.approve(asked.id, lan.id),
            lambda: people.reject(asked.id, lan.id),
            lambda: people.invite("Sở Nội vụ", Role.ADMIN, lan.id),
            lambda: people.switch_off(admin.id, lan.id),
            lambda: people.switch_on(admin.id, lan.id),
            lambda: people.change(admin.id, lan.id, name="Minh"),
            lambda: people.change(lan.id, lan.id, roles={Role.ADMIN}),
            lambda: people.change(lan.id, lan.id, agency="Sở Tài chính"),
            lambda: people.forget(admin.id, lan.id),
            lambda: people.import_rows([], lan.id),
        ]
        for call in calls:
            with pytest.raises(NotAllowedError):
                call()
        assert people.pending()[0].id == asked.id

    def test_an_administrator_who_is_switched_off_may_change_nobody(self, people: People, admin: Member) -> None:
        people.appoint([LAN])
        people.switch_off(admin.id, None)
        with pytest.raises(NotAllowedError):
            people.switch_on(admin.id, admin.id)


class TestMembers:
    def test_switching_off_ends_every_account_and_on_again_brings_them_back(
        self, people: People, admin: Member
    ) -> None:
        lan = let_in(people, LAN, "Lan")
        people.join(people.join_code(lan), zalo("lan"))
        assert people.switch_off(lan.id, admin.id).active is False
        assert (people.find(LAN), people.find(zalo("lan"))) == (None, None)
        for sender in (LAN, zalo("lan")):
            with pytest.raises(SwitchedOffError):
                people.request(sender, "Lan", "Sở Nội vụ")
        people.switch_off(lan.id, admin.id)
        assert people.switch_on(lan.id, admin.id) == lan
        assert people.find(zalo("lan")) == lan
        changes = [(c.by, c.action, c.subject) for c in people.history(2)]
        assert changes == [(1, Change.SWITCHED_ON, 2), (1, Change.SWITCHED_OFF, 2)]

    def test_one_of_several_accounts_is_taken_off(self, people: People, admin: Member, store: Store) -> None:
        lan, minh = let_in(people, LAN, "Lan"), let_in(people, zalo("minh"), "Minh")
        people.join(people.join_code(lan), zalo("lan"))
        with pytest.raises(NotAllowedError):
            people.take_off(lan.id, LAN, minh.id)
        with pytest.raises(UnknownMemberError, match="không còn là của"):
            people.take_off(lan.id, zalo("minh"), lan.id)
        assert people.take_off(lan.id, LAN, lan.id) == lan
        assert (people.find(LAN), people.find(zalo("lan")), people.find(zalo("minh"))) == (None, lan, minh)
        with pytest.raises(LastAccountError):
            people.take_off(lan.id, zalo("lan"), admin.id)
        changes = [(c.by, c.action, c.subject, c.detail) for c in people.history(1)]
        assert changes == [(lan.id, Change.TAKEN_OFF, lan.id, "telegram")]
        with store.read() as session:
            assert session.scalars(select(JoinRequestRow.sender)).all() == ["minh"]

    def test_an_account_taken_off_may_come_back(self, people: People, admin: Member) -> None:
        lan = let_in(people, LAN, "Lan")
        people.join(people.join_code(lan), zalo("lan"))
        people.take_off(lan.id, LAN, admin.id)
        assert people.join(people.join_code(lan), LAN) == lan
        assert people.channels_of(lan.id) == [LAN_ACCOUNT, zalo("lan")]

    def test_changes(self, people: People, admin: Member) -> None:
        lan = let_in(people, LAN, "Lan")
        people.change(lan.id, lan.id, name="Trần Thị Lan")
        people.change(lan.id, admin.id, agency="stp", roles={Role.OWNER, Role.LEADER})
        assert people.find(LAN) == Member(2, "Trần Thị Lan", "Sở Tư pháp", OWNER | LEADER, True)
        assert people.history(1)[0].detail == "leader owner; Sở Tư pháp"
        with pytest.raises(PeopleError, match="ít nhất một vai trò"):
            people.change(lan.id, admin.id, roles=set())

    def test_the_list_can_be_narrowed(self, people: People, admin: Member) -> None:
        lan = let_in(people, LAN, "Lan", "Sở Nội vụ", Role.OWNER)
        minh = let_in(people, zalo("m"), "Minh", "Sở Tư pháp", Role.OWNER)
        an = let_in(people, zalo("an"), "An", "Sở Nội vụ")
        gone = people.switch_off(minh.id, admin.id)
        assert people.list() == [admin, an, lan, gone]
        assert people.list(agency="snv") == [an, lan]
        assert people.list(role=Role.OWNER) == [lan, gone]
        assert people.list(role=Role.OWNER, active_only=True) == [lan]

    def test_a_forgotten_person_leaves_nothing_but_a_number(
        self, people: People, admin: Member, store: Store
    ) -> None:
        people.reject(people.request(LAN, "Trần Lan Lý", "Sở Nội vụ").id, admin.id)
        lan = let_in(people, LAN, "Trần Lan Lý")
        people.join(people.join_code(lan), zalo("lan-zalo-90"))
        people.join(people.join_code(lan), telegram(700800900))
        people.change(lan.id, lan.id, name="Trần Lan Lý Hai")
        people.join_code(lan)
        people.forget(lan.id, lan.id)
        assert people.find(LAN) is None
        assert people.history(1)[0].subject == lan.id
        with pytest.raises(UnknownMemberError):
            people.get(lan.id)
        kept = all_text(store)
        for trace in ("Trần Lan Lý", "lan-zalo-90", "700800900"):
            assert trace not in kept
        assert let_in(people, LAN, "Lan").id == 3  # the number is not given again

    def test_a_stranger_is_forgotten_too(self, people: People) -> None:
        people.request(LAN, "Lan", "Sở Nội vụ")
        people.forget_stranger(LAN)
        assert people.pending() == []


class TestAgencySearch:
    @pytest.mark.parametrize(
        ("typed", "first"),
        [("snv", "Sở Nội vụ"), ("sở nội v", "Sở Nội vụ"), ("noi v", "Sở Nội vụ"), ("tu phap", "Sở Tư pháp")],
    )
    def test_the_best_comes_first(self, people: People, typed: str, first: str) -> None:
        assert people.find_agencies(typed)[0] == first

    def test_only_agencies_that_exist_are_offered(self, people: People) -> None:
        every = people.find_agencies("")
        assert "Sở Nội vụ" in every
        assert "Sở Kế hoạch và Đầu tư" not in every
        assert "Các sở, ban, ngành tỉnh" not in every
        assert people.find_agencies("xyzxyz") == []
