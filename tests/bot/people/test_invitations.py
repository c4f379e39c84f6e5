"""Codes: invitations used once and in time, and joining a second account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.people.invitations import JOIN_TRIES
from bot.people.members import Member, People, Role
from bot.people.records import AlreadyMemberError, Change, CodeError, DecidedError, PeopleError, SwitchedOffError
from knowledge.store.database import Store
from tests.bot.people.conftest import MovedClock, telegram, zalo
from tests.databases import all_text

LAN = telegram(77, "Lan Trần")


class TestInvitations:
    def test_lets_one_person_in_with_agency_and_role(self, people: People, admin: Member, clock: MovedClock) -> None:
        made = people.invite("stp", Role.OWNER, admin.id)
        assert (made.agency, made.role, made.expires_at) == ("Sở Tư pháp", Role.OWNER, clock.now + timedelta(days=7))
        assert people.find(LAN) is None
        member = people.redeem(made.code, LAN)
        assert member == Member(2, "Lan Trần", "Sở Tư pháp", frozenset({Role.OWNER}), True)
        assert people.find(LAN) == member
        with pytest.raises(CodeError) as told:
            people.redeem(made.code, zalo("khác"))
        assert told.value.sentence == "Mã mời này đã có người dùng; xin quản trị viên một mã khác."
        assert people.find(zalo("khác")) is None

    def test_a_link_tapped_twice_is_no_error(self, people: People) -> None:
        made = people.invite("Sở Tư pháp", Role.STAFF, None)
        assert people.redeem(made.code, LAN) == people.redeem(f" {made.code}\n", LAN)

    def test_the_person_may_say_the_name(self, people: People) -> None:
        made = people.invite("Sở Tư pháp", Role.STAFF, None)
        assert people.redeem(made.code, zalo("x"), name="Phạm Minh").name == "Phạm Minh"

    @pytest.mark.parametrize(
        ("called", "name"),
        [("", "Chưa ghi tên"), (" \n", "Chưa ghi tên"), ("Lan\n\u202eTrần", "Lan Trần"), ("A" * 500, "A" * 80)],
    )
    def test_otherwise_the_platforms_name_is_taken(self, people: People, called: str, name: str) -> None:
        made = people.invite("Sở Tư pháp", Role.STAFF, None)
        assert people.redeem(made.code, zalo("x", called)).name == name

    def test_ends_in_time(self, people: People, clock: MovedClock) -> None:
        made = people.invite("Sở Tư pháp", Role.STAFF, None, timedelta(hours=2))
        clock.pass_by(hours=2)
        with pytest.raises(CodeError, match="đã hết hạn"):
            people.redeem(made.code, LAN)

    @pytest.mark.parametrize("lasts", [timedelta(0), timedelta(days=-1), timedelta(days=91)])
    def test_lasts_up_to_ninety_days(self, people: People, lasts: timedelta) -> None:
        with pytest.raises(PeopleError, match="từ 1 đến 90 ngày"):
            people.invite("Sở Tư pháp", Role.STAFF, None, lasts)

    @pytest.mark.parametrize("code", ["", "abc", "a" * 32, "mã mời", "x" * 5_000])
    def test_a_wrong_code(self, people: People, code: str) -> None:
        with pytest.raises(CodeError, match="không đúng"):
            people.redeem(code, LAN)

    def test_codes_fit_a_deep_link_and_are_never_alike(self, people: People) -> None:
        made = [people.invite("Sở Tư pháp", Role.STAFF, None) for _ in range(20)]
        assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", each.code) for each in made)
        assert len({each.code for each in made}) == 20
        assert made[0].deep_link("@tro_ly") == f"https://t.me/tro_ly?start={made[0].code}"

    def test_codes_are_not_kept(self, people: People, store: Store, admin: Member) -> None:
        codes = [people.invite("Sở Tư pháp", Role.STAFF, None).code, people.join_code(admin)]
        kept = all_text(store)
        assert not [code for code in codes if code in kept or code.replace("-", "") in kept]

    def test_a_member_gains_the_role(self, people: People) -> None:
        people.redeem(people.invite("Sở Tư pháp", Role.STAFF, None).code, LAN)
        member = people.redeem(people.invite("Sở Tư pháp", Role.OWNER, None).code, LAN)
        assert (member.id, member.roles) == (2, frozenset({Role.STAFF, Role.OWNER}))

    def test_what_gives_nothing_is_not_used_up(self, people: People) -> None:
        people.redeem(people.invite("Sở Tư pháp", Role.STAFF, None).code, LAN)
        for agency in ("Sở Tư pháp", "Sở Nội vụ"):
            made = people.invite(agency, Role.STAFF, None)
            with pytest.raises(AlreadyMemberError):
                people.redeem(made.code, LAN)
            assert people.redeem(made.code, zalo(agency[-2:].encode().hex())).agency == agency

    def test_opens_nothing_for_whoever_was_switched_off(self, people: People, admin: Member) -> None:
        member = people.redeem(people.invite("Sở Tư pháp", Role.STAFF, None).code, LAN)
        people.switch_off(member.id, admin.id)
        with pytest.raises(SwitchedOffError):
            people.redeem(people.invite("Sở Tư pháp", Role.STAFF, None).code, LAN)

    def test_ends_with_the_administrator_who_made_it(self, people: People, admin: Member) -> None:
        people.appoint([zalo("second")])
        made = people.invite("Sở Tư pháp", Role.ADMIN, admin.id)
        people.switch_off(admin.id, None)
        with pytest.raises(CodeError, match="đã bị hủy"):
            people.redeem(made.code, LAN)

    def test_someone_waiting_for_approval_may_use_one(self, people: People, admin: Member) -> None:
        asked = people.request(LAN, "Lan", "Sở Nội vụ")
        people.redeem(people.invite("Sở Tư pháp", Role.STAFF, None).code, LAN)
        assert people.pending() == []
        with pytest.raises(DecidedError) as told:
            people.approve(asked.id, admin.id)
        assert told.value.sentence == "Yêu cầu của Lan đã được duyệt lúc 08:00 ngày 20/11/2026."


class TestJoining:
    @pytest.fixture
    def lan(self, people: People) -> Member:
        return people.redeem(people.invite("Sở Tư pháp", Role.STAFF, None).code, LAN)

    def test_one_person_has_two_accounts(self, people: People, lan: Member, clock: MovedClock) -> None:
        code = people.join_code(lan)
        assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", code)
        clock.pass_by(minutes=9)
        assert people.join(code, zalo("lan")) == lan
        assert people.find(zalo("lan")) == lan
        assert people.channels_of(lan.id) == [telegram(77), zalo("lan")]
        assert (people.history(1)[0].action, people.history(1)[0].detail) == (Change.JOINED, "zalo")

    @pytest.mark.parametrize(
        "typed", [str.lower, lambda code: f" {code.replace('-', ' ')} "], ids=["small", "spaced"]
    )
    def test_is_typed_as_people_type(self, people: People, lan: Member, typed: object) -> None:
        assert callable(typed)
        assert people.join(typed(people.join_code(lan)), zalo("lan")) == lan

    def test_holds_a_digit_so_that_no_word_is_taken_for_one(self, people: People, lan: Member) -> None:
        assert not [code for code in (people.join_code(lan) for _ in range(60)) if code.replace("-", "").isalpha()]

    def test_works_once(self, people: People, lan: Member) -> None:
        code = people.join_code(lan)
        people.join(code, zalo("lan"))
        with pytest.raises(CodeError):
            people.join(code, zalo("minh"))

    def test_ends_after_ten_minutes(self, people: People, lan: Member, clock: MovedClock) -> None:
        code = people.join_code(lan)
        clock.pass_by(minutes=10)
        with pytest.raises(CodeError, match="quá 10 phút"):
            people.join(code, zalo("lan"))

    def test_a_new_code_ends_the_old_one(self, people: People, lan: Member) -> None:
        old, new = people.join_code(lan), people.join_code(lan)
        with pytest.raises(CodeError):
            people.join(old, zalo("lan"))
        assert people.join(new, zalo("lan")) == lan

    def test_wrong_ones_are_counted_and_then_even_the_right_one_waits(
        self, people: People, lan: Member, clock: MovedClock
    ) -> None:
        for _ in range(JOIN_TRIES):
            with pytest.raises(CodeError, match="không đúng"):
                people.join("AAAA-AAAA", zalo("lan"))
        with pytest.raises(CodeError, match="đã nhập sai 5 lần"):
            people.join(people.join_code(lan), zalo("lan"))
        clock.pass_by(minutes=10)
        assert people.join(people.join_code(lan), zalo("lan")) == lan

    def test_another_members_account_is_not_taken(self, people: People, lan: Member, admin: Member) -> None:
        with pytest.raises(AlreadyMemberError):
            people.join(people.join_code(lan), telegram(1))
        assert people.find(telegram(1)) == admin

    def test_ends_when_the_member_is_switched_off(self, people: People, lan: Member, admin: Member) -> None:
        code = people.join_code(lan)
        people.switch_off(lan.id, admin.id)
        people.switch_on(lan.id, admin.id)
        with pytest.raises(CodeError):
            people.join(code, zalo("lan"))
