"""Requests that gather into one notice, and an account that becomes a known person's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.channels.contract import Sender
from bot.people.admission import mark_told
from bot.people.members import Member, People, Request, Role
from bot.people.records import Change, DecidedError, NotAllowedError, PeopleError, UnknownMemberError
from knowledge.store.database import Store
from knowledge.store.models import DialogueRow, PersonalReminderRow
from tests.bot.people.conftest import MovedClock, telegram, zalo

OLD, ZALO, NEW = telegram(77), zalo("lan"), telegram(88)


def ask(people: People, *numbers: int) -> list[Request]:
    return [
        people.request(telegram(200 + number, f"n{number}"), f"Người {'abcdefgh'[number % 8]}", "Sở Y tế")
        for number in numbers
    ]


def tell(people: People, store: Store, clock: MovedClock) -> list[int]:
    """Numbers of the requests that are told of now."""
    told = people.to_be_told()
    with store.write() as session:
        mark_told(session, told, clock.now)
    return [each.id for each in told]


class TestGathering:
    def test_the_first_at_once_the_rest_together(self, people: People, store: Store, clock: MovedClock) -> None:
        assert tell(people, store, clock) == []
        ask(people, 1)
        assert tell(people, store, clock) == [1]
        for number in range(2, 31):
            clock.pass_by(seconds=10)
            ask(people, number)
            assert tell(people, store, clock) == []
        clock.pass_by(minutes=6)
        assert tell(people, store, clock) == list(range(1, 31))
        assert tell(people, store, clock) == []

    def test_while_nobody_answers_it_waits_longer(
        self, people: People, admin: Member, store: Store, clock: MovedClock
    ) -> None:
        ask(people, 1, 2)
        assert tell(people, store, clock) == [1, 2]
        ask(people, 3)
        clock.pass_by(minutes=59)
        assert tell(people, store, clock) == []
        clock.pass_by(minutes=1)
        assert tell(people, store, clock) == [1, 2, 3]
        ask(people, 4)
        for number in (1, 2, 3):
            people.approve(number, admin.id)
        clock.pass_by(minutes=10)
        assert tell(people, store, clock) == [4]

    def test_what_was_not_marked_is_told_again(self, people: People) -> None:
        ask(people, 1)
        assert [each.id for each in people.to_be_told()] == [each.id for each in people.to_be_told()] == [1]


@pytest.fixture
def lan(people: People, admin: Member) -> Member:
    member = people.approve(people.request(OLD, "Trần Thị Lan", "Sở Nội vụ").id, None, Role.OWNER)
    people.join(people.join_code(member), ZALO)
    people.add_agency(member.id, "Sở Tư pháp", admin.id)
    return member


class TestJoining:
    def test_the_person_stays_and_the_old_account_is_closed(
        self, people: People, admin: Member, lan: Member, store: Store, clock: MovedClock
    ) -> None:
        with store.write() as session:
            session.add(DialogueRow(channel="telegram", chat="77", person="77", at=clock.now, state={}))
            session.add(
                PersonalReminderRow(
                    member_id=lan.id, text="Nộp biểu", send_at=clock.now, at_any_hour=False, made_at=clock.now
                )
            )
        asked = people.request(NEW, "Lan", "Sở Nội vụ")
        joined = people.join_request(asked.id, lan.id, admin.id)
        assert (joined.member, joined.account, joined.closed) == (lan, NEW, (OLD,))
        assert people.find(NEW) == people.find(ZALO) == lan
        assert people.find(OLD) is None
        assert people.pending() == []
        assert people.further_agencies(lan.id) == ["Sở Tư pháp"]
        with store.read() as session:
            assert session.scalars(select(PersonalReminderRow.member_id)).all() == [lan.id]
            assert session.scalars(select(DialogueRow)).all() == []
        assert [(each.action, each.by, each.subject, each.detail) for each in people.history(2)] == [
            (Change.TAKEN_OFF, admin.id, lan.id, "telegram"),
            (Change.JOINED, admin.id, lan.id, "telegram"),
        ]
        with pytest.raises(DecidedError):
            people.join_request(asked.id, lan.id, admin.id)

    def test_on_another_platform_nothing_is_closed(self, people: People, admin: Member) -> None:
        member = people.approve(people.request(OLD, "Lan", "Sở Nội vụ").id, None)
        joined = people.join_request(people.request(ZALO, "Lan", "Sở Nội vụ").id, member.id, admin.id)
        assert joined.closed == ()
        assert people.channels_of(member.id) == [OLD, ZALO]

    @pytest.mark.parametrize("case", ["staff", "off", "nobody"])
    def test_nothing_changes_where_it_may_not(self, people: People, admin: Member, lan: Member, case: str) -> None:
        asked = people.request(NEW, "Lan", "Sở Nội vụ")
        refused: dict[str, tuple[int, int, type[PeopleError]]] = {
            "staff": (lan.id, lan.id, NotAllowedError),
            "off": (lan.id, admin.id, PeopleError),
            "nobody": (999, admin.id, UnknownMemberError),
        }
        member, by, error = refused[case]
        if case == "off":
            people.switch_off(lan.id, admin.id)
        with pytest.raises(error):
            people.join_request(asked.id, member, by)
        assert (people.find(NEW), people.channels_of(lan.id)) == (None, [OLD, ZALO])
        assert [each.id for each in people.pending()] == [asked.id]


def test_a_request_has_the_platforms_name(people: People) -> None:
    people.request(Sender(NEW.channel, NEW.id, "  lan\n🌸 "), "Trần Thị Lan", "Sở Nội vụ")
    assert people.pending()[0].sender.name == "lan 🌸"
