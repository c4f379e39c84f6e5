"""The inbox of several processes on one database: each message is answered by one, in the order of its chat."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.contract import Address, ChannelName, Incoming, Sender
from bot.chat.inbox import BACKLOG, Inbox, Late
from bot.clock import HANOI
from knowledge.store.database import open_store
from knowledge.store.processes import ServiceProcess
from tests.databases import Server, fall_silent

ZALO = ChannelName.ZALO
START = datetime(2026, 11, 20, 8, tzinfo=HANOI)


@pytest.fixture
def address(postgresql_server: Server, tmp_path: Path) -> str:
    return postgresql_server.database_of(tmp_path)


@pytest.fixture
def inboxes(address: str) -> Iterator[list[tuple[Inbox, ServiceProcess]]]:
    with ExitStack() as opened:
        made = []
        for _ in range(3):
            store = opened.enter_context(open_store(address, data=None))
            process = ServiceProcess(store, "worker")
            process.beat()
            made.append((Inbox(store, lambda: START, process), process))
        yield made


def said(text: str, update: str, chat: str, at: datetime = START) -> Incoming:
    return Incoming(update, Address(ZALO, chat), Sender(ZALO, chat, "Nguyễn Văn An"), at, text)


def test_a_message_is_claimed_by_one_and_its_chat_waits_for_it(inboxes: list[tuple[Inbox, ServiceProcess]]) -> None:
    (one, _), (other, _), _ = inboxes
    for number, chat in enumerate(["an", "an", "binh"]):
        assert one.try_store(said(f"câu {number}", str(number), chat))
    first = one.claim(ZALO, 1)
    assert [each.incoming.text for each in first] == ["câu 0"]
    second = other.claim(ZALO, 5)
    assert [each.incoming.text for each in second] == ["câu 2"]
    one.mark_handled(*first)
    assert [each.incoming.text for each in other.claim(ZALO, 5)] == ["câu 1"]
    assert one.claim(ZALO, 5) == []


def test_what_a_killed_process_was_answering_is_answered_by_another(
    inboxes: list[tuple[Inbox, ServiceProcess]], postgresql_server: Server, address: str
) -> None:
    (one, dead), (other, _), _ = inboxes
    one.try_store(said("câu 1", "1", "an"))
    one.try_store(said("câu 2", "2", "an"))
    assert len(one.claim(ZALO, 5)) == 1
    assert other.claim(ZALO, 5) == []
    fall_silent(postgresql_server, address, dead)
    assert [each.incoming.text for each in other.claim(ZALO, 5)] == ["câu 1"]


def test_who_may_be_taken_for_ended_claims_nothing(inboxes: list[tuple[Inbox, ServiceProcess]]) -> None:
    (one, process), (other, _), _ = inboxes
    one.try_store(said("câu 1", "1", "an"))
    process.leave()
    assert not one.is_open
    assert one.claim(ZALO, 5) == []
    assert len(other.claim(ZALO, 5)) == 1


def test_a_backlog_comes_down_to_one_question_for_one_process(inboxes: list[tuple[Inbox, ServiceProcess]]) -> None:
    (one, _), (other, _), _ = inboxes
    old = START - BACKLOG - timedelta(minutes=1)
    for inbox, _ in inboxes:
        inbox._clock = lambda: START - timedelta(seconds=10)  # when they were stored
    for number in range(3):
        one.try_store(said(f"câu {number} là gì?", str(number), "an", old))
    for inbox, _ in inboxes:
        inbox._clock = lambda: START
    claimed = one.claim(ZALO, 5)
    assert [(each.incoming.text, each.late) for each in claimed] == [("câu 2 là gì?", Late.QUESTION)]
    assert other.claim(ZALO, 5) == []


def test_many_messages_and_three_at_work(inboxes: list[tuple[Inbox, ServiceProcess]]) -> None:
    """Each is handled once, and those of a chat in their order."""
    chats = [f"người {number}" for number in range(12)]
    drawn = random.Random(14)
    for number in range(150):
        inboxes[0][0].try_store(said(str(number), str(number), drawn.choice(chats)))
    handled: list[tuple[str, int]] = []
    failures: list[BaseException] = []

    def work(inbox: Inbox) -> None:
        try:
            while claimed := inbox.claim(ZALO, 4):
                handled.extend((each.incoming.address.chat, int(each.incoming.text)) for each in claimed)
                inbox.mark_handled(*claimed)
        except BaseException as error:  # noqa: BLE001 - told below, in the thread of the test
            failures.append(error)

    while inboxes[0][0].count_waiting():
        threads = [threading.Thread(target=work, args=[inbox]) for inbox, _ in inboxes]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert not failures
    assert Counter(number for _, number in handled) == Counter(range(150))
    for chat in chats:
        own = [number for at, number in handled if at == chat]
        assert own == sorted(own)
