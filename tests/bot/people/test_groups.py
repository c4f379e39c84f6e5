"""Group chats that hear what an agency is reminded of; and who may say so."""

from __future__ import annotations

from functools import partial

import pytest

from bot.channels.contract import Address, ChannelName
from bot.people.groups import GroupChats
from bot.people.members import Member, People, Role
from bot.people.records import Audit, Change, NotOfAgencyError, PeopleError
from knowledge.agencies import Directory
from knowledge.store.database import Store
from tests.bot.people.conftest import MovedClock, telegram, zalo

ROOM = Address(ChannelName.TELEGRAM, "-100200")
HALL = Address(ChannelName.ZALO, "g1")
HOME = "Sở Nội vụ"


@pytest.fixture
def groups(store: Store, clock: MovedClock, directory: Directory) -> GroupChats:
    return GroupChats(store, clock, directory)


def let_in(people: People, role: Role, agency: str = HOME, id_: int = 77) -> Member:
    return people.approve(people.request(telegram(id_), "Lan", agency).id, None, role)


@pytest.mark.parametrize(
    ("role", "agency", "may"),
    [
        (Role.OWNER, HOME, True),
        (Role.LEADER, HOME, True),
        (Role.ADMIN, "Sở Y tế", True),
        (Role.STAFF, HOME, False),
        (Role.OWNER, "Sở Y tế", False),
        (Role.LEADER, "Sở Y tế", False),
    ],
)
def test_who_may_decide(people: People, groups: GroupChats, role: Role, agency: str, may: bool) -> None:
    lan = let_in(people, role, agency)
    assert groups.may_decide(lan, HOME) is may
    if may:
        assert groups.set_chat(ROOM, "snv", lan.id) == HOME
        assert groups.unset(ROOM, lan.id) == HOME
    else:
        groups.set_chat(HALL, HOME, None)
        sentence = "Việc này cần đầu mối hoặc lãnh đạo của Sở Nội vụ, hoặc quản trị viên."
        for attempt in (partial(groups.set_chat, ROOM, HOME, lan.id), partial(groups.unset, HALL, lan.id)):
            with pytest.raises(NotOfAgencyError) as raised:
                attempt()
            assert raised.value.sentence == sentence
        assert (groups.agency_of(ROOM), groups.agency_of(HALL)) == (None, HOME)


def test_who_is_switched_off_or_forgotten_may_not(people: People, groups: GroupChats) -> None:
    lan = let_in(people, Role.OWNER)
    people.switch_off(lan.id, None)
    with pytest.raises(NotOfAgencyError):
        groups.set_chat(ROOM, HOME, lan.id)
    people.forget(lan.id, None)
    with pytest.raises(NotOfAgencyError):
        groups.set_chat(ROOM, HOME, lan.id)


def test_a_chat_is_of_one_agency_and_an_agency_has_several(
    people: People, groups: GroupChats, clock: MovedClock
) -> None:
    lan = let_in(people, Role.OWNER)
    assert (groups.agency_of(ROOM), groups.chats_of(HOME), groups.unset(ROOM, lan.id)) == (None, [], None)
    groups.set_chat(HALL, HOME, lan.id)
    clock.pass_by(minutes=1)
    groups.set_chat(ROOM, HOME, lan.id)
    assert groups.chats_of("so noi vu") == [HALL, ROOM]
    groups.set_chat(ROOM, "Sở Y tế", None)
    assert (groups.agency_of(ROOM), groups.chats_of(HOME), groups.chats_of("Sở Y tế")) == ("Sở Y tế", [HALL], [ROOM])


def test_nobody_takes_another_agencys_chat(people: People, groups: GroupChats) -> None:
    lan = let_in(people, Role.LEADER)
    groups.set_chat(ROOM, "Sở Y tế", None)
    with pytest.raises(NotOfAgencyError, match="Sở Y tế"):
        groups.set_chat(ROOM, HOME, lan.id)
    assert groups.agency_of(ROOM) == "Sở Y tế"


def test_an_agency_that_was_merged_is_its_successors(groups: GroupChats) -> None:
    assert groups.set_chat(ROOM, "Sở Thông tin và Truyền thông", None) == "Sở Khoa học và Công nghệ"
    assert groups.chats_of("Sở Thông tin và Truyền thông") == groups.chats_of("Sở Khoa học và Công nghệ") == [ROOM]
    with pytest.raises(PeopleError):
        groups.set_chat(ROOM, " ", None)


def test_the_audit_tells_every_change_once(people: People, groups: GroupChats, clock: MovedClock) -> None:
    lan = let_in(people, Role.OWNER)
    before = len(people.history())
    for _ in range(2):
        groups.set_chat(ROOM, HOME, lan.id)
    for _ in range(2):
        groups.unset(ROOM, lan.id)
    changes = people.history()[: len(people.history()) - before]
    assert changes == [
        Audit(clock.now, lan.id, Change.CHAT_UNSET, None, "telegram; Sở Nội vụ"),
        Audit(clock.now, lan.id, Change.CHAT_SET, None, "telegram; Sở Nội vụ"),
    ]


def test_a_chat_that_got_another_name_goes_on(groups: GroupChats) -> None:
    groups.set_chat(ROOM, HOME, None)
    groups.move(ROOM.chat, "-100999", ChannelName.ZALO)
    assert groups.chats_of(HOME) == [ROOM]
    moved = Address(ChannelName.TELEGRAM, "-100999")
    for _ in range(2):
        groups.move(ROOM.chat, moved.chat, ChannelName.TELEGRAM)
        assert (groups.chats_of(HOME), groups.agency_of(ROOM)) == ([moved], None)
    groups.set_chat(ROOM, "Sở Y tế", None)
    groups.move(ROOM.chat, moved.chat, ChannelName.TELEGRAM)
    assert (groups.agency_of(moved), groups.agency_of(ROOM)) == (HOME, None)


def test_a_stranger_in_the_group_decides_nothing(people: People, groups: GroupChats) -> None:
    assert people.find(zalo("x")) is None
    with pytest.raises(NotOfAgencyError):
        groups.set_chat(HALL, HOME, 0)
