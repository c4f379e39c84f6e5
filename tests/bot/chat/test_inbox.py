"""What people wrote is stored once, claimed in the order of its chat, and survives a crash."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.channels.contract import Address, ChannelName, FileIn, Incoming, Sender
from bot.chat.inbox import Claimed, Inbox, Late, forget_waiting
from bot.clock import HANOI
from knowledge.store.database import Store, open_store

TELEGRAM, ZALO = ChannelName.TELEGRAM, ChannelName.ZALO
START = datetime(2026, 11, 20, 8, tzinfo=HANOI)
ROOT = Path(__file__).parents[3]


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **time: float) -> None:
        """Lets time go by."""
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(data=tmp_path) as opened:
        yield opened


@pytest.fixture
def inbox(store: Store, clock: Hands) -> Inbox:
    return Inbox(store, clock)


def said(text: str, update: str, chat: str = "an", channel: ChannelName = TELEGRAM) -> Incoming:
    """A message written at `START`."""
    return Incoming(update, Address(channel, chat), Sender(channel, chat, "Nguyễn Văn An"), START, text)


def texts(claimed: list[Claimed]) -> list[str]:
    return [each.incoming.text for each in claimed]


MESSAGES = [
    said("ai chủ trì số hóa hồ sơ?", "1"),
    replace(said("", "2"), pressed="nguồn:57", pressed_on="81"),
    replace(said("", "3"), file=FileIn("f-1", "kế hoạch 57.docx", 20_480)),
    replace(said("/hoi báo cáo", "4"), group=True, addressed=False, payload="mời-57"),
]


@pytest.mark.parametrize("incoming", MESSAGES, ids=["text", "button", "file", "group"])
def test_a_message_comes_out_as_it_went_in(inbox: Inbox, incoming: Incoming) -> None:
    assert inbox.try_store(incoming)
    assert [each.incoming for each in inbox.claim(TELEGRAM, 5)] == [incoming]


def test_a_repeated_delivery_is_known_before_and_after_it_is_handled(inbox: Inbox) -> None:
    assert inbox.try_store(said("câu 1", "1"))
    assert not inbox.try_store(said("câu 1", "1"))
    [claimed] = inbox.claim(TELEGRAM, 5)
    inbox.mark_handled(claimed)
    assert not inbox.try_store(said("câu 1", "1"))
    assert inbox.claim(TELEGRAM, 5) == []


def test_two_platforms_may_use_one_number(inbox: Inbox) -> None:
    assert inbox.try_store(said("câu 1", "1"))
    assert inbox.try_store(said("câu 2", "1", channel=ZALO))
    assert texts(inbox.claim(ZALO, 5)) == ["câu 2"]
    assert texts(inbox.claim(TELEGRAM, 5)) == ["câu 1"]


def test_a_chat_is_in_order_and_chats_are_side_by_side(inbox: Inbox) -> None:
    for number, chat in enumerate(["an", "an", "bình", "chi", "an"]):
        inbox.try_store(said(f"câu {number}", str(number), chat))
    first = inbox.claim(TELEGRAM, 2)
    assert texts(first) == ["câu 0", "câu 2"]
    assert texts(inbox.claim(TELEGRAM, 2)) == ["câu 3"]
    assert inbox.claim(TELEGRAM, 2) == []
    inbox.mark_handled(first[0])
    assert texts(inbox.claim(TELEGRAM, 2)) == ["câu 1"]


def test_what_was_released_comes_first_again(inbox: Inbox) -> None:
    for number in range(2):
        inbox.try_store(said(f"câu {number}", str(number)))
    inbox.release(inbox.claim(TELEGRAM, 1)[0])
    assert texts(inbox.claim(TELEGRAM, 5)) == ["câu 0"]


CRASHING = """
import os, signal, sys
from bot.chat.inbox import Inbox
from knowledge.store.database import open_store
from tests.bot.chat.test_inbox import START, TELEGRAM, said
inbox = Inbox(open_store(sys.argv[1], data=None), lambda: START)
for number in range(4):
    inbox.try_store(said(f"câu {number}", str(number), "an" if number < 3 else "bình"))
inbox.mark_handled(inbox.claim(TELEGRAM, 1)[0])
inbox.claim(TELEGRAM, 5)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.both_databases
def test_what_a_killed_process_held_is_claimed_again(tmp_path: Path, clock: Hands) -> None:
    folder = tmp_path / "dữ liệu"
    with open_store(data=folder) as store:
        address = store.engine.url.render_as_string(hide_password=False)
    done = subprocess.run([sys.executable, "-c", CRASHING, address], cwd=ROOT, check=False)
    assert done.returncode == -9
    with open_store(data=folder) as store:
        inbox = Inbox(store, clock)
        assert not inbox.try_store(said("câu 0", "0"))
        first = inbox.claim(TELEGRAM, 5)
        assert texts(first) == ["câu 1", "câu 3"]
        for each in first:
            inbox.mark_handled(each)
        assert texts(inbox.claim(TELEGRAM, 5)) == ["câu 2"]


PRESSED = replace(said("", ""), pressed="duyệt:57", pressed_on="81")
FILE = replace(said("", ""), file=FileIn("f-1", "kế hoạch.docx"))
BACKLOGS = [
    (["câu 1", "câu 2"], ("câu 2", Late.QUESTION)),
    (["câu 1", "/quahan", "2"], ("câu 1", Late.QUESTION)),
    (["câu 1", PRESSED, FILE], ("câu 1", Late.QUESTION)),
    (["câu 1"], ("câu 1", Late.QUESTION)),
    (["/giup", "2"], ("2", Late.NOTHING)),
    (["👍"], ("👍", Late.NOTHING)),
]


@pytest.mark.parametrize(("waiting", "left"), BACKLOGS)
def test_of_a_backlog_only_the_last_question_is_left(
    inbox: Inbox, clock: Hands, waiting: list[str | Incoming], left: tuple[str, Late]
) -> None:
    for number, each in enumerate(waiting):
        message = said(each, str(number)) if isinstance(each, str) else replace(each, update=str(number))
        inbox.try_store(message)
    clock.advance(minutes=10, seconds=1)
    [claimed] = inbox.claim(TELEGRAM, 5)
    assert (claimed.incoming.text, claimed.late) == left
    assert inbox.count_waiting() == 1
    inbox.mark_handled(claimed)
    assert inbox.claim(TELEGRAM, 5) == []


def test_ten_minutes_are_no_backlog(inbox: Inbox, clock: Hands) -> None:
    for number in range(2):
        inbox.try_store(said(f"câu {number}", str(number)))
    clock.advance(minutes=10)
    assert [(each.incoming.text, each.late) for each in inbox.claim(TELEGRAM, 5)] == [("câu 0", None)]


def test_a_backlog_that_is_still_arriving_is_waited_for_and_holds_nobody(inbox: Inbox, clock: Hands) -> None:
    clock.advance(hours=3)
    for number in range(2):
        inbox.try_store(said(f"câu {number}", str(number)))
        clock.advance(seconds=1)
    inbox.try_store(replace(said("câu mới", "9", "bình"), at=clock.now))
    assert texts(inbox.claim(TELEGRAM, 5)) == ["câu mới"]
    clock.advance(seconds=1)
    assert texts(inbox.claim(TELEGRAM, 5)) == ["câu 1"]


def test_nothing_of_a_person_is_left_when_it_is_handled(inbox: Inbox, clock: Hands, store: Store) -> None:
    inbox.try_store(said("số điện thoại của tôi là 0912", "1", "chat-57"))
    inbox.try_store(said("/quahan", "2", "chat-57"))
    inbox.try_store(said("bao giờ xong?", "3", "chat-57"))
    clock.advance(minutes=30)
    [claimed] = inbox.claim(TELEGRAM, 5)
    inbox.mark_handled(claimed)
    with store.read() as session:
        rows = session.execute(text("SELECT delivery, chat, message FROM inbox ORDER BY id")).all()
    assert rows == [("1", "", None), ("2", "", None), ("3", "", None)]


def test_handled_rows_go_after_two_days_and_what_waited_for_us_stays(
    inbox: Inbox, store: Store, clock: Hands
) -> None:
    inbox.try_store(said("câu 1", "1"))
    inbox.try_store(said("câu 2", "2", "bình"))
    inbox.mark_handled(inbox.claim(TELEGRAM, 1)[0])
    clock.advance(days=2)
    assert inbox.clean() == 0
    clock.advance(seconds=1)
    restarted = Inbox(store, clock)
    assert restarted.clean() == 1
    assert texts(restarted.claim(TELEGRAM, 5)) == ["câu 2"]


def test_what_nobody_claims_goes_after_two_days(inbox: Inbox, clock: Hands, store: Store) -> None:
    inbox.try_store(said("kênh đã bỏ", "1", channel=ZALO))
    inbox.try_store(said("đang trả lời", "2"))
    clock.advance(seconds=3)
    [held] = inbox.claim(TELEGRAM, 5)
    clock.advance(days=2)
    inbox.try_store(said("mới đến", "3", "bình", ZALO))
    assert inbox.clean() == 1
    with store.read() as session:
        assert session.execute(text("SELECT delivery FROM inbox ORDER BY id")).all() == [("2",), ("3",)]
    inbox.mark_handled(held)
    clock.advance(days=2, seconds=1)
    assert (inbox.clean(), inbox.count_waiting()) == (2, 0)


def test_what_a_forgotten_account_wrote_is_not_answered(inbox: Inbox, store: Store, clock: Hands) -> None:
    inbox.try_store(said("riêng", "1"))
    inbox.try_store(replace(said("trong nhóm", "2", "nhóm"), sender=Sender(TELEGRAM, "an")))
    inbox.try_store(said("người khác", "3", "bình"))
    inbox.try_store(said("kênh khác", "4", channel=ZALO))
    with store.write() as session:
        forget_waiting(session, Sender(TELEGRAM, "an"), clock())
    assert texts(inbox.claim(TELEGRAM, 5)) == ["người khác"]
    assert texts(inbox.claim(ZALO, 5)) == ["kênh khác"]
