"""Reminders beside the channels: planned, sent, stopped, begun again."""

from __future__ import annotations

import asyncio
import time
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.contract import Address, ChannelName, Reply, Sent
from bot.menus.texts import load_texts
from bot.notify.delivery import Deliverer
from bot.notify.service import LATE, ReminderService
from bot.people.members import Role
from knowledge.store.models import OutboxRow
from tests.bot.notify.delivering import Line
from tests.bot.notify.office import Office, duty

STOPS_WITHIN = 3.0


class Telling(Line):
    """A channel that tells when something was posted."""

    def __init__(self) -> None:
        super().__init__(ChannelName.TELEGRAM)
        self.told = asyncio.Event()

    async def send(self, address: Address, reply: Reply) -> Sent:
        sent = await super().send(address, reply)
        self.told.set()
        return sent


def service(office: Office, line: Line) -> ReminderService:
    channels: list[Any] = [line]
    deliverer = Deliverer(office.store, office.library, office.directory, load_texts(), channels, lambda: office.now)
    return ReminderService(office.store, office.library, lambda: office.directory, lambda: office.now, deliverer)


async def test_planned_sent_stopped_and_gone_on_with(office: Office) -> None:
    office.hire("Lan", "Sở Tư pháp")
    office.issue(duty("Tổng hợp báo cáo", "Trước ngày 30/6/2026", "Sở Tư pháp"))
    office.at(date(2026, 6, 29))
    line, stop = Telling(), asyncio.Event()
    running = asyncio.create_task(service(office, line).run(stop))
    async with asyncio.timeout(10):
        await line.told.wait()
    began = time.monotonic()
    stop.set()
    await running
    assert time.monotonic() - began < STOPS_WITHIN
    assert [text.splitlines()[0] for text in line.texts] == ["Nhắc việc: còn 1 ngày"]
    office.at(date(2026, 6, 30))
    again, stop = Telling(), asyncio.Event()
    running = asyncio.create_task(service(office, again).run(stop))
    async with asyncio.timeout(10):
        await again.told.wait()
    stop.set()
    await running
    assert [text.splitlines()[0] for text in again.texts] == ["Nhắc việc: hạn cuối là hôm nay"]


async def test_quiet_where_nobody_is_registered(office: Office) -> None:
    office.hire("Lan", "Sở Nội vụ", Role.ADMIN)
    office.issue(duty("Tổng hợp báo cáo", "Trước ngày 30/6/2026", "Sở Tư pháp"))
    office.at(date(2026, 6, 29))
    reminders = service(office, Telling())
    assert not reminders.anybody_hears()
    stop = asyncio.Event()
    running = asyncio.create_task(reminders.run(stop))
    await asyncio.sleep(0)
    stop.set()
    await running
    with office.store.read() as session:
        assert session.query(OutboxRow).count() == 0


async def test_planning_that_fails_is_late_after_minutes_and_no_more_when_it_works(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.hire("Lan", "Sở Tư pháp")
    office.at(date(2026, 6, 29))
    tried, broken = asyncio.Event(), True
    loop = asyncio.get_running_loop()

    def plan(*_: Any, **__: Any) -> None:
        loop.call_soon_threadsafe(tried.set)
        if broken:
            raise ZeroDivisionError

    monkeypatch.setattr("bot.notify.service.refresh", plan)
    reminders, stop = service(office, Telling()), asyncio.Event()
    running = asyncio.create_task(reminders.run(stop))
    async with asyncio.timeout(10):
        await tried.wait()
        before = reminders.is_late
        office.now += LATE + timedelta(seconds=1)
        assert (before, reminders.is_late) == (False, True)
        broken = False
        reminders.plan_soon()
        while reminders.is_late:
            await asyncio.sleep(0.01)
    stop.set()
    await running


async def test_who_does_not_plan_has_it_done_by_who_does(office: Office) -> None:
    """As of several processes on one database: one plans, another one hears of a change."""
    planner = ReminderService(office.store, office.library, lambda: office.directory, lambda: office.now, None)
    other = ReminderService(
        office.store, office.library, lambda: office.directory, lambda: office.now, None, plans=lambda: False
    )
    office.issue(duty("Tổng hợp báo cáo", "Trước ngày 30/6/2026", "Sở Tư pháp"))
    office.at(date(2026, 6, 29))
    planned = planner._refresh(None)
    office.hire("Lan", "Sở Tư pháp")
    assert planner._refresh(planned) == planned  # nothing that it looks at has changed
    assert waiting(office) == 0
    stop = asyncio.Event()
    running = asyncio.create_task(other.run(stop))
    other.plan_soon()
    async with asyncio.timeout(10):
        while not waiting(office):
            await asyncio.to_thread(planner._refresh, planned)
    stop.set()
    await running
    assert other.lag is None


def waiting(office: Office) -> int:
    with office.store.read() as session:
        return len(session.scalars(select(OutboxRow.id)).all())
