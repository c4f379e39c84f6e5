"""Between channels and conversation: order, no waiting for others, failures, stops and starts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, null, select

from bot.channels.contract import (
    Address,
    BlockedError,
    Channel,
    ChannelError,
    ChannelName,
    Incoming,
    Reply,
    Sender,
    TokenError,
    TryAgainError,
)
from bot.channels.patience import PatientChannel
from bot.chat.inbox import Inbox, forget_waiting
from bot.menus.texts import load_texts
from bot.serving.serve import TRIES, Service
from knowledge.errors import StoreError
from knowledge.store.database import Store, open_store
from knowledge.store.models import InboxRow
from tests.bot.chat.test_inbox import START, Hands
from tests.bot.memory_channel import MemoryChannel

DISK_WAITS = load_texts().say("disk_waits")
IN_TIME = 10.0
"""Seconds after which what a test waits for is not coming any more."""


class Talk:
    """Answers with what was said; some words do something else: "lỗi" is a defect, "lỗi thoáng qua" one that passes.

    Attributes:
        defects: messages with a defect that were begun.
        go_on: "chậm" is answered when this is set.
        began: "chậm" was begun.
    """

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.began = asyncio.Event()
        self.defects = 0

    async def __call__(self, incoming: Incoming, channel: Channel) -> None:
        if incoming.text == "chậm":
            self.began.set()
            await self.go_on.wait()
        if incoming.text.startswith("lỗi"):
            self.defects += 1
            if incoming.text == "lỗi" or self.defects < TRIES:
                raise ZeroDivisionError(incoming.text)
        if incoming.text == "kho":
            raise StoreError("Kho dữ liệu đang bận.")
        await channel.send(incoming.address, Reply(f"đáp {incoming.text}"))


async def no_pause(_seconds: float) -> None:
    """Time goes by at once."""
    await asyncio.sleep(0)


async def keep_cleaning_away(seconds: float) -> None:
    """`no_pause`, but what comes once an hour does not come again."""
    if seconds >= 3600:
        await asyncio.Event().wait()
    await no_pause(seconds)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(data=tmp_path) as opened:
        yield opened


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def inbox(store: Store, clock: Hands) -> Inbox:
    return Inbox(store, clock)


def service(
    inbox: Inbox, talk: Talk, *channels: MemoryChannel, alarm: Callable[[str], None] = lambda _: None
) -> Service:
    """A service whose waits take no time."""
    patient = [PatientChannel(channel, no_pause) for channel in channels]
    menu = (("giup", "Trợ giúp"),)
    return Service(patient, inbox, talk, menu, texts=load_texts(), alarm=alarm, pause=keep_cleaning_away)


@asynccontextmanager
async def serving(
    inbox: Inbox, talk: Talk, *channels: MemoryChannel, alarm: Callable[[str], None] = lambda _: None
) -> AsyncIterator[asyncio.Task[None]]:
    """A service at work, stopped at the end."""
    stop = asyncio.Event()
    running = asyncio.create_task(service(inbox, talk, *channels, alarm=alarm).run(stop))
    try:
        async with asyncio.timeout(IN_TIME):
            yield running
    finally:
        stop.set()
        await asyncio.wait([running])


async def test_a_message_is_answered_and_repeated_deliveries_once(inbox: Inbox) -> None:
    channel = MemoryChannel()
    async with serving(inbox, Talk(), channel):
        await channel.write("câu 1", "1", START, repeated=3)
        await channel.write("câu 2", "2", START, repeated=2)
        await channel.until_posted(2)
        await channel.until_taken(5)
    assert channel.told == [("an", "đáp câu 1"), ("an", "đáp câu 2")]
    assert (channel.commands, channel.closed) == ((("giup", "Trợ giúp"),), True)


async def test_a_slow_chat_keeps_its_order_and_holds_nobody(inbox: Inbox) -> None:
    channel, talk = MemoryChannel(), Talk()
    async with serving(inbox, talk, channel):
        await channel.write("chậm", "1", START, "an")
        await channel.write("câu 2", "2", START, "an")
        await channel.write("câu 3", "3", START, "bình")
        assert await channel.until_posted(1) == [("bình", "đáp câu 3")]
        talk.go_on.set()
        await channel.until_posted(3)
    assert channel.told[1:] == [("an", "đáp chậm"), ("an", "đáp câu 2")]


async def test_channels_are_served_side_by_side(inbox: Inbox) -> None:
    channels = [MemoryChannel(name) for name in (ChannelName.TELEGRAM, ChannelName.ZALO)]
    async with serving(inbox, Talk(), *channels):
        for channel in channels:
            await channel.write(f"câu của {channel.name}", "1", START)
            await channel.until_posted(1)
    assert [channel.told for channel in channels] == [
        [("an", "đáp câu của telegram")],
        [("an", "đáp câu của zalo")],
    ]


async def test_what_passes_is_waited_out(inbox: Inbox) -> None:
    channel = MemoryChannel()
    busy = TryAgainError("Đang bận.", "502"), TryAgainError("Đang bận.", "429", 3.0)
    channel.starts.extend(busy)
    channel.failures.extend([*busy] * 5)
    async with serving(inbox, Talk(), channel):
        await channel.write("câu 1", "1", START)
        await channel.until_posted(1)
    assert channel.told == [("an", "đáp câu 1")]


@pytest.mark.parametrize(
    "failure", [BlockedError("Bị chặn."), TryAgainError("Đang bận.", "429", 601.0)], ids=["blocked", "too long"]
)
async def test_a_reply_that_cannot_be_sent_is_given_up(inbox: Inbox, failure: ChannelError) -> None:
    channel = MemoryChannel()
    channel.failures.append(failure)
    async with serving(inbox, Talk(), channel):
        await channel.write("câu 1", "1", START)
        await channel.write("câu 2", "2", START)
        await channel.until_posted(1)
    assert channel.told == [("an", "đáp câu 2")]


async def test_a_failure_in_one_message_is_told_and_ends_there(inbox: Inbox) -> None:
    channel = MemoryChannel()
    async with serving(inbox, Talk(), channel):
        for number, text in enumerate(["lỗi", "kho", "câu 3"]):
            await channel.write(text, str(number), START)
        await channel.until_posted(3)
    assert [text for _, text in channel.told] == [
        "Trợ lý gặp lỗi với tin này, đã ghi lại cho người quản trị. Xin anh/chị thử lại sau.",
        "Kho dữ liệu đang bận.",
        "đáp câu 3",
    ]


async def test_what_cannot_be_answered_twice_is_set_aside(
    inbox: Inbox, store: Store, clock: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    channel, talk, alarms = MemoryChannel(), Talk(), list[str]()
    async with serving(inbox, talk, channel, alarm=alarms.append):
        await channel.write("lỗi", "1", START, repeated=2)
        await channel.write("câu 2", "2", START)
        await channel.until_posted(2)
        await channel.until_taken(3)
    assert (talk.defects, alarms, channel.told[1]) == (TRIES, ["message_aside"], ("an", "đáp câu 2"))
    assert [line.splitlines()[0] for line in caplog.messages] == ["defect: ZeroDivisionError"] * TRIES
    assert "lỗi" not in caplog.text
    async with serving(Inbox(store, clock), talk, channel):
        await channel.write("câu 3", "3", START)
        await channel.until_posted(3)
    assert talk.defects == TRIES
    with store.read() as session:
        kept = session.scalars(select(InboxRow).where(InboxRow.message.is_not(null()))).all()
        assert [row.message["text"] for row in kept if row.message] == ["lỗi"]
    with store.write() as session:
        forget_waiting(session, Sender(channel.name, "an"), START)
        assert session.scalar(select(InboxRow).where(InboxRow.message.is_not(null()))) is None


async def test_a_defect_that_passes_is_not_noticed(inbox: Inbox) -> None:
    channel, alarms = MemoryChannel(), list[str]()
    async with serving(inbox, Talk(), channel, alarm=alarms.append):
        await channel.write("lỗi thoáng qua", "1", START)
        await channel.until_posted(1)
    assert (channel.told, alarms) == ([("an", "đáp lỗi thoáng qua")], [])


async def test_a_message_with_halves_of_characters_is_answered_without_them(inbox: Inbox) -> None:
    channel, alarms = MemoryChannel(), list[str]()
    async with serving(inbox, Talk(), channel, alarm=alarms.append):
        await channel.write("câu \ud800 1", "1", START)
        await channel.deliver(
            Incoming("2", Address(channel.name, "an"), Sender(channel.name, "an", "An \ud83d"), START, "câu 2")
        )
        await channel.until_posted(2)
    assert channel.told == [("an", "đáp câu � 1"), ("an", "đáp câu 2")]
    assert alarms == ["message_damaged"] * 2  # `bot.chat.alarm` tells it once a day


async def test_what_no_way_leads_to_the_inbox_is_passed_over(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    channel, alarms, store_it = MemoryChannel(), list[str](), inbox.try_store

    def try_store(incoming: Incoming) -> bool:
        if incoming.text == "lạ":
            raise TypeError
        return store_it(incoming)

    monkeypatch.setattr(inbox, "try_store", try_store)
    async with serving(inbox, Talk(), channel, alarm=alarms.append):
        await channel.write("lạ", "1", START)
        await channel.write("câu 2", "2", START)
        await channel.until_posted(1)
    assert (channel.told, alarms) == ([("an", "đáp câu 2")], ["message_damaged"])


async def test_a_part_that_a_defect_ends_begins_anew(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    channel, alarms, claim = MemoryChannel(), list[str](), inbox.claim
    failures = [ZeroDivisionError(), OverflowError()]

    def fail_first(*given: Any) -> Any:
        if failures:
            raise failures.pop()
        return claim(*given)

    monkeypatch.setattr(inbox, "claim", fail_first)
    async with serving(inbox, Talk(), channel, alarm=alarms.append):
        await channel.write("câu 1", "1", START)
        await channel.until_posted(1)
    assert (channel.told, alarms) == ([("an", "đáp câu 1")], ["part_failed"] * 2)


@pytest.mark.sqlite  # a server's disk is its own, and cannot be filled from here
async def test_a_full_disk_is_told_and_waited_out(inbox: Inbox, store: Store) -> None:
    """Real refusals of SQLite: the database may have no page more than it has."""
    channel, alarms = MemoryChannel(), list[str]()
    with store.engine.connect() as connection:  # the pool's one, which the inbox is given next
        most = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())

    def hold(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={most}")

    event.listen(store.engine, "begin", hold)
    long = "câu 1 " + "rất dài " * 500
    async with serving(inbox, Talk(), channel, alarm=alarms.append):
        for number in range(20):
            await channel.write(long, str(number), START)
        posted = await channel.until_posted(1)
        while DISK_WAITS not in [text for _, text in posted]:
            posted = await channel.until_posted(len(posted) + 1)
        most = 1_000_000
        await channel.until_taken(20)
        await channel.until_posted(21)
    told = [text for _, text in channel.told]
    assert (told.count(f"đáp {long}"), told.count(DISK_WAITS)) == (20, 1)
    assert set(alarms) == {"disk_failed"}


async def test_a_database_that_is_busy_loses_nothing(inbox: Inbox, store: Store) -> None:
    channel = MemoryChannel()
    left = 6

    def fail(*_: object) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            raise StoreError("Kho dữ liệu đang bận.")

    event.listen(store.engine, "begin", fail)
    async with serving(inbox, Talk(), channel):
        await channel.write("câu 1", "1", START)
        await channel.until_posted(1)
    assert channel.told == [("an", "đáp câu 1")]


async def test_a_wrong_token_ends_the_service(inbox: Inbox) -> None:
    wrong, right = MemoryChannel(ChannelName.ZALO), MemoryChannel()
    wrong.starts.append(TokenError("Mã truy cập sai."))
    with pytest.raises(TokenError, match="Mã truy cập sai"):
        await service(inbox, Talk(), right, wrong).run(asyncio.Event())
    assert (right.closed, wrong.closed) == (True, True)


async def test_a_stop_lets_replies_under_way_go_out(inbox: Inbox) -> None:
    channel, talk, stop = MemoryChannel(), Talk(), asyncio.Event()
    running = asyncio.create_task(service(inbox, talk, channel).run(stop))
    await channel.write("chậm", "1", START)
    await talk.began.wait()
    stop.set()
    await asyncio.sleep(0)
    talk.go_on.set()
    await running
    assert (channel.told, inbox.count_waiting()) == ([("an", "đáp chậm")], 0)


async def test_what_a_stop_cut_off_is_answered_by_the_next_start(
    inbox: Inbox, store: Store, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.serving.serve.STOP_SECONDS", 0.01)
    channel, talk = MemoryChannel(), Talk()
    async with serving(inbox, talk, channel):
        await channel.write("chậm", "1", START)
        await channel.write("câu 2", "2", START)
        await talk.began.wait()
        await channel.until_taken(1)
    await channel.write("câu 3", "3", START)
    assert channel.told == []
    talk.go_on.set()
    async with serving(Inbox(store, clock), talk, channel):
        await channel.until_posted(3)
    assert [text for _, text in channel.told] == ["đáp chậm", "đáp câu 2", "đáp câu 3"]


async def test_after_a_long_outage_the_last_question_is_answered(inbox: Inbox, clock: Hands) -> None:
    channel = MemoryChannel()
    for number, text in enumerate(["câu 1", "/quahan", "câu 2", "2"]):
        await channel.write(text, str(number), START)
    await channel.write("/giup", "9", START, "bình")
    clock.advance(hours=3)
    async with serving(inbox, Talk(), channel):
        await channel.until_taken(5)
        clock.advance(seconds=2)
        await channel.until_posted(3)
    assert sorted(channel.told, key=lambda each: each[0]) == [
        ("an", "Trợ lý vừa gián đoạn, xin lỗi anh/chị đã phải chờ. Trả lời cho câu hỏi gần nhất:"),
        ("an", "đáp câu 2"),
        ("bình", "Trợ lý vừa gián đoạn nên chưa xử lý được tin trước; xin anh/chị gửi lại."),
    ]


async def test_talk_in_a_group_that_is_not_for_us_is_not_kept(inbox: Inbox) -> None:
    channel = MemoryChannel()
    address, sender = Address(channel.name, "-100"), Sender(channel.name, "an")
    aside = Incoming("1", address, sender, START, "trưa nay ăn gì?", group=True, addressed=False)
    async with serving(inbox, Talk(), channel):
        await channel.deliver(aside)
        await channel.deliver(
            replace(aside, update="2", text="câu 1", addressed=True, at=START + timedelta(minutes=1))
        )
        await channel.until_posted(1)
    assert channel.told == [("-100", "đáp câu 1")]
    assert inbox.try_store(aside)
