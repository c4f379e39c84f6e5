"""What only an administrator can mend: told at once, on a channel that takes it, once a day."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channels.contract import BlockedError, ChannelName, Sender
from bot.chat.alarm import Alarm
from bot.menus.texts import load_texts
from bot.people.members import People
from bot.tracking.forgetting import forget_reminded
from knowledge.agencies import load_directory
from knowledge.store.database import Store, open_store
from tests.bot.chat.test_inbox import Hands
from tests.bot.memory_channel import MemoryChannel

TELEGRAM, ZALO = ChannelName.TELEGRAM, ChannelName.ZALO
ASIDE, DISK = (load_texts().say(key) for key in ("message_aside", "disk_failed"))
IN_TIME = 10.0


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def store(tmp_path: Path, clock: Hands) -> Iterator[Store]:
    """Two administrators, on Telegram and on Zalo, and somebody who is none."""
    with open_store(data=tmp_path) as opened:
        people = People(opened, clock, load_directory(), erase=forget_reminded)
        people.appoint([Sender(TELEGRAM, "1", "Quan"), Sender(ZALO, "2", "Lan")])
        people.approve(people.request(Sender(TELEGRAM, "3", "An"), "Trần An", "Sở Nội vụ").id, by=None)
        yield opened


async def test_every_administrator_hears_once_a_day(store: Store, clock: Hands) -> None:
    telegram, zalo = MemoryChannel(TELEGRAM), MemoryChannel(ZALO)
    alarm = Alarm(store, load_texts(), [telegram, zalo], clock)
    async with asyncio.timeout(IN_TIME):
        for _ in range(3):
            alarm.tell("message_aside")
        assert await telegram.until_posted(1) == [("1", ASIDE)]
        assert await zalo.until_posted(1) == [("2", ASIDE)]
        alarm.tell("disk_failed")
        await telegram.until_posted(2)
        clock.advance(days=1)
        alarm.tell("message_aside")
        assert await telegram.until_posted(3) == [("1", ASIDE), ("1", DISK), ("1", ASIDE)]
    await alarm.close()


async def test_who_blocked_us_holds_nobody(store: Store, clock: Hands) -> None:
    telegram, zalo = MemoryChannel(TELEGRAM), MemoryChannel(ZALO)
    telegram.failures.append(BlockedError("Bị chặn."))
    alarm = Alarm(store, load_texts(), [telegram, zalo], clock)
    async with asyncio.timeout(IN_TIME):
        alarm.tell("message_aside")
        assert await zalo.until_posted(1) == [("2", ASIDE)]
    await alarm.close()
    assert telegram.told == []
