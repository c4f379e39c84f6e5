"""Signing in on the web page: addresses that work once, sessions that end."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.contract import ChannelName, Sender
from bot.people.accounts import read_senders
from bot.people.members import Member, People, Role
from bot.people.records import CodeError, NotAllowedError, PeopleError, SwitchedOffError
from bot.people.sessions import IDLE_LASTS, LINK_LASTS, SESSION_LASTS, Sessions
from knowledge.store.database import Store
from knowledge.store.models import SignInLinkRow, WebSessionRow
from tests.bot.people.conftest import MovedClock, telegram
from tests.bot.running import call


@pytest.fixture
def sessions(store: Store, clock: MovedClock) -> Sessions:
    return Sessions(store, clock)


@pytest.fixture
def an(people: People, admin: Member) -> Member:
    request = people.request(telegram(2), "Trần An", "Sở Nội vụ")
    return people.approve(request.id, admin.id, Role.OWNER)


def test_a_link_signs_in_once(sessions: Sessions, an: Member) -> None:
    link = sessions.make_link(an.id, by=None)
    assert sessions.check_link(link.code) == an
    token = sessions.sign_in(link.code)
    assert sessions.find(token) == an
    with pytest.raises(CodeError, match="đã được dùng"):
        sessions.sign_in(link.code)
    with pytest.raises(CodeError, match="đã được dùng"):
        sessions.check_link(link.code)


def test_a_link_is_too_old_after_ten_minutes(sessions: Sessions, an: Member, clock: MovedClock) -> None:
    link = sessions.make_link(an.id, by=None)
    clock.now += LINK_LASTS
    with pytest.raises(CodeError, match="hết hạn"):
        sessions.sign_in(link.code)


def test_neither_code_nor_token_is_kept(sessions: Sessions, an: Member, store: Store) -> None:
    code = sessions.make_link(an.id, by=None).code
    token = sessions.sign_in(code)
    with store.read() as session:
        kept = [*session.scalars(select(SignInLinkRow.code_hash)), *session.scalars(select(WebSessionRow.token_hash))]
    assert len(kept) == 2
    assert {code, token}.isdisjoint(kept)


def test_a_session_ends_when_nobody_clicks(sessions: Sessions, an: Member, clock: MovedClock) -> None:
    token = sessions.sign_in(sessions.make_link(an.id, by=None).code)
    clock.now += IDLE_LASTS * 0.9
    assert sessions.find(token) == an
    clock.now += IDLE_LASTS * 0.9
    assert sessions.find(token) == an
    clock.now += IDLE_LASTS
    assert sessions.find(token) is None


def test_a_session_ends_after_a_working_day(sessions: Sessions, an: Member, clock: MovedClock) -> None:
    token = sessions.sign_in(sessions.make_link(an.id, by=None).code)
    began = clock.now
    while clock.now < began + SESSION_LASTS:
        assert sessions.find(token) == an
        clock.now += IDLE_LASTS / 2
    assert sessions.find(token) is None


def test_signing_out_ends_it(sessions: Sessions, an: Member) -> None:
    token = sessions.sign_in(sessions.make_link(an.id, by=None).code)
    sessions.sign_out(token)
    assert sessions.find(token) is None


def test_who_is_switched_off_is_out_at_once_and_stays_so(
    sessions: Sessions, people: People, an: Member, admin: Member
) -> None:
    link = sessions.make_link(an.id, by=None)
    token = sessions.sign_in(sessions.make_link(an.id, by=None).code)
    people.switch_off(an.id, by=admin.id)
    assert sessions.find(token) is None
    with pytest.raises(SwitchedOffError):
        sessions.make_link(an.id, by=None)
    people.switch_on(an.id, by=admin.id)
    assert sessions.find(token) is None
    with pytest.raises(CodeError):
        sessions.sign_in(link.code)


def test_who_is_forgotten_is_out(sessions: Sessions, people: People, an: Member) -> None:
    token = sessions.sign_in(sessions.make_link(an.id, by=None).code)
    people.forget(an.id, by=an.id)
    assert sessions.find(token) is None


def test_links_for_others_are_an_administrators_to_make(sessions: Sessions, an: Member, admin: Member) -> None:
    assert sessions.make_link(an.id, by=an.id).member == an
    assert sessions.make_link(an.id, by=admin.id).member == an
    with pytest.raises(NotAllowedError):
        sessions.make_link(admin.id, by=an.id)


def test_on_the_page_a_sender_is_the_members_number_and_no_account_of_a_file(people: People, an: Member) -> None:
    assert people.find(Sender(ChannelName.WEB, str(an.id))) == an
    assert people.find(Sender(ChannelName.WEB, "999")) is None
    with pytest.raises(PeopleError, match="không có kênh “web”"):
        read_senders(f"web:{an.id}")


ADMINS = {"KEHOACH_ADMINS": "telegram:1"}


def test_the_command_prints_the_address(home: Path) -> None:
    done = call(home, "login", "Quan tri vien", env=ADMINS)
    assert done.code == 0, done.err
    address, whose, _ = done.out.splitlines()
    assert address.startswith("http://127.0.0.1:8080/vao/")
    assert whose == "Cho Quản trị viên; dùng một lần, đến 20/11/2026 08:10."
    assert call(home, "login", "1", env=ADMINS).code == 0
    behind = call(home, "login", "1", env={**ADMINS, "KEHOACH_WEB_ADDRESS": "https://troly.phugiang.example/"})
    assert behind.out.startswith("https://troly.phugiang.example/vao/")


def test_the_command_says_whom_it_does_not_find(home: Path) -> None:
    done = call(home, "login", "Bình", env=ADMINS)
    assert (done.code, done.err) == (1, "Không có người dùng nào tên “Bình” (xem: kehoach people).\n")
