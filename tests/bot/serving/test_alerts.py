"""What administrators hear by chat when a channel is down or reminders are late, in the words that they read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.channels.contract import ChannelName, Sender
from bot.chat.alarm import Alarm
from bot.clock import HANOI
from bot.menus.texts import load_texts
from bot.people.members import People
from bot.serving.alerts import Alerts
from bot.tracking.forgetting import forget_reminded
from knowledge.agencies import load_directory
from knowledge.store.database import Store, open_store
from knowledge.store.models import OutboxRow
from tests.bot.chat.test_inbox import Hands
from tests.bot.memory_channel import MemoryChannel

TELEGRAM, ZALO = ChannelName.TELEGRAM, ChannelName.ZALO
DOWN = (
    "Kênh Telegram không kết nối được từ {}: tin nhắn và lời nhắc trên kênh này đang chờ. "
    "Xin kiểm tra mạng của máy chủ và mã truy cập của kênh."
)
LATE = (
    "1 tin nhắc chưa gửi được, sớm nhất từ 08:00 ngày {}; xin xem trang Tình trạng, "
    "hoặc chạy kehoach doctor trên máy chủ."
)


class Office:
    """One administrator with accounts on Telegram and Zalo, and what is looked at."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, Hands()
        self.telegram, self.zalo = MemoryChannel(TELEGRAM), MemoryChannel(ZALO)
        self.away: set[ChannelName] = set()
        self.planning_late = False
        people = People(store, self.clock, load_directory(), erase=forget_reminded)
        people.appoint([Sender(TELEGRAM, "1", "Quan")])
        (member,) = people.administrators()
        people.join(people.join_code(member), Sender(ZALO, "2", "Quan"))
        texts = load_texts()
        self.alarm = Alarm(store, texts, [self.telegram, self.zalo], self.clock, lambda: self.away)
        self.alerts = Alerts(store, self.clock, texts, lambda: self.away, lambda: self.planning_late, self.alarm.tell)

    def say(self, moment: datetime) -> str:
        return moment.astimezone(HANOI).strftime("%H:%M ngày %d/%m/%Y")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_store(data=tmp_path) as store:
        yield Office(store)


async def test_a_channel_that_stays_away_is_told_by_the_other_one(office: Office) -> None:
    async with asyncio.timeout(10):
        began = office.say(office.clock())
        office.away.add(TELEGRAM)
        await office.alerts.look()
        office.clock.advance(minutes=9)
        await office.alerts.look()
        for _ in range(3):  # told once, however often it is looked at
            office.clock.advance(minutes=1)
            await office.alerts.look()
        assert await office.zalo.until_posted(1) == [("2", DOWN.format(began))]
        office.away.clear()
        await office.alerts.look()
        back = ("1", "Kênh Telegram đã kết nối lại; tin đang chờ được gửi tiếp.")
        assert await office.telegram.until_posted(1) == [back]
        await office.alarm.close()
    assert len(office.zalo.told) == 1


async def test_a_short_trouble_is_told_to_nobody(office: Office) -> None:
    office.away.add(ZALO)
    await office.alerts.look()
    office.clock.advance(minutes=9)
    office.away.clear()
    await office.alerts.look()
    await office.alarm.close()
    assert (office.telegram.told, office.zalo.told) == ([], [])


async def test_late_reminders_and_planning_are_told_once_a_day(office: Office) -> None:
    friday = datetime(2026, 11, 20, 8, tzinfo=HANOI)
    office.clock.now = friday
    with office.store.write() as session:
        session.add(
            OutboxRow(
                recipient="member:9", occurrence=0, name="digest:x", kind="digest", agency="", state="waiting",
                attempts=2, send_at=friday, made_at=friday,
            )
        )  # fmt: skip
    async with asyncio.timeout(10):
        office.clock.advance(minutes=30)
        await office.alerts.look()
        assert office.telegram.told == []
        office.clock.advance(minutes=1)
        for _ in range(2):
            await office.alerts.look()
        assert await office.telegram.until_posted(1) == [("1", LATE.format("20/11/2026"))]
        office.planning_late = True
        await office.alerts.look()
        planning = ("1", "Việc lập lời nhắc đang chậm hoặc gặp lỗi; xin xem kehoach.log trong thư mục dữ liệu.")
        assert (await office.telegram.until_posted(2))[1:] == [planning]
        await office.alarm.close()


async def test_who_has_hours_of_their_own_is_waited_for(office: Office) -> None:
    morning = datetime(2026, 11, 20, 8, tzinfo=HANOI)
    office.clock.now = morning
    with office.store.write() as session:
        session.add(
            OutboxRow(
                recipient="member:9", occurrence=0, name="digest:x", kind="digest", agency="", state="waiting",
                attempts=0, send_at=morning, made_at=morning, reason="hours", lease_until=morning.replace(hour=10),
            )
        )  # fmt: skip
    async with asyncio.timeout(10):
        office.clock.advance(hours=2, minutes=30)
        await office.alerts.look()
        assert office.telegram.told == []
        office.clock.advance(minutes=1)
        await office.alerts.look()
        assert await office.telegram.until_posted(1) == [("1", LATE.format("20/11/2026"))]
        await office.alarm.close()


async def test_at_night_and_on_a_day_off_nothing_new_is_late(office: Office) -> None:
    saturday = datetime(2026, 11, 21, 10, tzinfo=HANOI)
    evening = datetime(2026, 11, 20, 16, 45, tzinfo=HANOI)  # half an hour of office hours has not passed
    office.clock.now = saturday
    with office.store.write() as session:
        session.add(
            OutboxRow(
                recipient="member:9", occurrence=0, name="digest:x", kind="digest", agency="", state="waiting",
                attempts=0, send_at=evening, made_at=evening,
            )
        )  # fmt: skip
    await office.alerts.look()
    await office.alarm.close()
    assert office.telegram.told == []
