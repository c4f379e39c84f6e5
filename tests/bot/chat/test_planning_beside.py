"""A change that messages follow is planned beside the conversation: no reply waits, and a crash loses nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.contract import Address, ChannelName, Incoming, Sender
from bot.chat.dispatcher import Dispatcher
from bot.menus.texts import load_texts
from bot.notify import planning
from bot.notify import service as service_module
from bot.notify.delivery import Deliverer
from bot.notify.service import ReminderService
from bot.people.members import Role
from knowledge.store.models import OutboxRow, ReminderRuleRow
from tests.bot.chat.playing import Player
from tests.bot.memory_channel import MemoryChannel

IN_TIME = 10.0
QUAN, AN = Sender(ChannelName.TELEGRAM, "1", "Quân"), Sender(ChannelName.TELEGRAM, "2", "An")


class Gate:
    """Planning that goes on only when it is let; `at` counts how often it has begun, `done` how often ended."""

    def __init__(self, real: Callable[..., bool]) -> None:
        self.real = real
        self.at = self.done = 0
        self.open = threading.Event()
        self.begun = threading.Event()
        self.failures: list[Exception] = []

    def __call__(self, *given: object, **options: object) -> bool:
        """Plans."""
        self.at += 1
        self.begun.set()
        assert self.open.wait(IN_TIME)
        if self.failures:
            raise self.failures.pop()
        planned = self.real(*given, **options)
        self.done += 1
        return planned


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    made = Gate(planning.refresh)
    monkeypatch.setattr(service_module, "refresh", made)
    return made


@pytest.fixture
def player(home: Path) -> Iterator[Player]:
    made = Player(home, True)
    made.people.appoint([QUAN])
    made.people.approve(made.people.request(AN, "Trần An", "Sở Nội vụ").id, None, Role.OWNER)
    yield made
    made.app.close()


class Silent(MemoryChannel):
    """Takes nothing at night: only planning is looked at here."""


def make_service(player: Player) -> ReminderService:
    """Reminders as `kehoach serve` runs them, on channels that this test does not look at."""
    app = player.app
    deliverer = Deliverer(app.store, app.library, app.directory, load_texts(), [Silent()], app.clock)
    return ReminderService(app.store, app.library, lambda: app.directory, app.clock, deliverer)


@asynccontextmanager
async def running(reminders: ReminderService, gate: Gate) -> AsyncIterator[None]:
    """Runs it until the block ends."""
    stop = asyncio.Event()
    task = asyncio.create_task(reminders.run(stop))
    try:
        yield
    finally:
        gate.open.set()
        stop.set()
        await task


async def until(what: Callable[[], object]) -> None:
    """Waits for what a thread brings about."""
    async with asyncio.timeout(IN_TIME):
        while not what():
            await asyncio.sleep(0.005)


async def say(player: Player, dispatcher: Dispatcher, text: str) -> str:
    """What the administrator is answered."""
    channel, before = player.channels[ChannelName.TELEGRAM], len(player.posted)
    incoming = Incoming(str(before), Address(ChannelName.TELEGRAM, QUAN.id), QUAN, player.now, text)
    async with asyncio.timeout(IN_TIME):
        await dispatcher.handle(incoming, channel)
    (post,) = player.posted[before:]
    return post.reply.text


def planned(player: Player) -> dict[str, int]:
    """Messages that wait for An, and how many, by day."""
    with player.app.store.read() as session:
        found = session.scalars(
            select(OutboxRow.send_at).where(OutboxRow.state == "waiting", OutboxRow.recipient == "member:2")
        )
        days: dict[str, int] = {}
        for moment in found:
            days[f"{moment:%d/%m}"] = days.get(f"{moment:%d/%m}", 0) + 1
        return days


def dispatcher_of(player: Player, reminders: ReminderService) -> Dispatcher:
    """The conversation beside that service."""
    return Dispatcher(
        player.app,
        player.people,
        load_texts(),
        player.app.clock,
        player.channels.values(),
        plan_soon=reminders.plan_soon,
    )


async def test_the_reply_does_not_wait_and_planning_follows(player: Player, gate: Gate) -> None:
    player.now += timedelta(hours=14)  # at night nothing is sent
    reminders = make_service(player)
    dispatcher = dispatcher_of(player, reminders)
    async with running(reminders, gate):
        gate.open.set()
        await until(lambda: gate.done == 1 and planned(player))
        before = planned(player)
        gate.open.clear()
        assert await say(player, dispatcher, "/lich nghỉ 23/11/2026") == "T2 23/11/2026: nghỉ."
        await until(lambda: gate.at == 2)
        assert await say(player, dispatcher, "/lich nghỉ 25/11/2026") == "T4 25/11/2026: nghỉ."
        assert planned(player) == before
        gate.open.set()
        await until(lambda: gate.done == 3)
    assert planned(player) != before


async def test_what_was_asked_for_is_planned_after_a_failure(
    player: Player, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    player.now += timedelta(hours=14)
    monkeypatch.setattr(service_module, "_LOOK_SECONDS", 0.01)
    reminders = make_service(player)
    async with running(reminders, gate):
        gate.open.set()
        await until(lambda: gate.at == 1)
        gate.failures.append(RuntimeError("lần này không được"))
        reminders.plan_soon()
        await until(lambda: gate.at == 3)
        assert not gate.failures


async def test_a_crash_between_the_change_and_its_planning(player: Player, gate: Gate) -> None:
    player.now += timedelta(hours=14)
    reminders = make_service(player)
    dispatcher = dispatcher_of(player, reminders)
    assert await say(player, dispatcher, "/lich nghỉ 30/12/2026") == "T4 30/12/2026: nghỉ."
    assert gate.at == 0  # it never ran: the process ended
    again = make_service(player)
    gate.open.set()
    async with running(again, gate):
        await until(lambda: gate.done == 1 and planned(player))
    assert gate.at == 1


def test_without_a_service_it_is_planned_at_once(player: Player) -> None:
    async def act() -> str:
        return await say(player, player.dispatcher, "/lich nghỉ 30/12/2026")

    assert asyncio.run(act()) == "T4 30/12/2026: nghỉ."
    assert planned(player)
    with player.app.store.read() as session:
        assert session.scalars(select(ReminderRuleRow)).all() == []
