"""Delivery as processes against a server that speaks Telegram's protocol: kills, two workers, failures."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from bot.channels.contract import ChannelName, Sender
from bot.channels.telegram import TelegramChannel
from bot.clock import system_clock
from bot.notify.delivery import IN_FLIGHT
from tests.bot.notify.delivering import MORNING, Office
from tests.servers.telegram_server import (
    TOKEN,
    TelegramServer,
    bad_gateway,
    breaks_off,
    loopback,
    refuses,
    telegram_server,
    too_many,
)

pytestmark = loopback
KILLS = 50
FIRST = 1_000
LEASE = 1.0
"""Seconds: short, so that what a kill left is taken up again within the test."""
CALM_LEASE = 15.0
"""Where nobody dies: longer than a busy machine can make anybody wait."""
_STARTS = multiprocessing.get_context("forkserver")
_STARTS.set_forkserver_preload([__name__, "bot.channels.telegram", "bot.notify.delivery"])


def work(
    home: Path, address: str, url: str, began: float, later: float, per_second: float, lease: float = LEASE
) -> None:
    """A worker's process: sends until it is killed.

    Args:
        began: when the morning began, by the machine's clock.
        later: seconds that the clock is ahead.
    """
    office = Office(home, address)

    async def run() -> None:
        channel = TelegramChannel(TOKEN, url, system_clock, per_second=per_second)
        deliverer = office.deliverer(channel, lease=timedelta(seconds=lease))
        deliverer._clock = lambda: MORNING + timedelta(seconds=time.time() - began + later)
        await deliverer.run(asyncio.Event())

    asyncio.run(run())


@contextmanager
def working(*arguments: object) -> Iterator[BaseProcess]:
    """A worker, killed at the end."""
    process = _STARTS.Process(target=work, args=arguments, daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def make_due(office: Office, server: TelegramServer, count: int) -> None:
    """One message to each of so many people."""
    number = office.add_occurrence()
    for chat in range(FIRST, FIRST + count):
        server.chats[chat]
        office.add_row(office.add_person(Sender(ChannelName.TELEGRAM, str(chat))), number)


def address_of(office: Office) -> str:
    """Of its database, for processes of their own."""
    return office.store.engine.url.render_as_string(hide_password=False)


def posted(server: TelegramServer) -> Counter[int]:
    """How many messages came to each chat."""
    return Counter({chat: len(messages) for chat, messages in server.chats.items()})


def chats_in_flight(office: Office) -> dict[int, str]:
    """To whom a message was on its way when its worker died, and which worker that was."""
    with office.store.read() as session:
        found = session.connection().exec_driver_sql(
            "SELECT c.sender, o.worker FROM outbox o JOIN member_channels c ON o.recipient = 'member:' || c.member_id"
            " WHERE o.state = 'sending'"
        )
        return {int(sender): worker for sender, worker in found}


def _has_more_calls(server: TelegramServer, seen: int) -> bool:
    return len(server.calls) > seen


def count_open(office: Office) -> int:
    """Messages that are neither sent nor given up."""
    return sum(state in ("waiting", "sending") for _, state, _ in office.states())


def test_fifty_kills_lose_nothing_and_repeat_only_what_was_in_flight(office: Office) -> None:
    chance = random.Random(5)
    with telegram_server() as server:
        make_due(office, server, 600)
        troubles = [None] * 40 + [bad_gateway] * 2 + [breaks_off] + [too_many(1)]
        server.faults["sendMessage"].extend(chance.choice(troubles) for _ in range(700))
        began, in_flight, kills = time.time(), set[int](), 0
        while kills < KILLS:
            seen = len(server.calls)
            with working(office.home, address_of(office), server.url, began, 0.0, 60.0):
                server.wait(partial(_has_more_calls, server, seen))
                time.sleep(chance.uniform(0.0, 0.35))
            at_kill = chats_in_flight(office)
            assert max(Counter(at_kill.values()).values(), default=0) <= IN_FLIGHT
            in_flight |= set(at_kill)
            kills += 1
        assert count_open(office) > 0, "the kills came when all was sent"
        server.faults.clear()  # what fails is tried again half a minute later: an hour on the clock, none here
        with working(office.home, address_of(office), server.url, began, 3_600.0, 400.0):
            end = time.monotonic() + 30
            while count_open(office):
                assert time.monotonic() < end
                time.sleep(0.05)
        counted = posted(server)
    assert len(counted) == 600
    assert min(counted.values()) == 1
    twice = {chat for chat, count in counted.items() if count > 1}
    assert twice <= in_flight
    assert {state for _, state, _ in office.states()} == {"sent"}


@pytest.mark.both_databases
def test_two_workers_on_one_database_send_nothing_twice(office: Office) -> None:
    with telegram_server() as server:
        make_due(office, server, 200)
        began = time.time()
        one = working(office.home, address_of(office), server.url, began, 0.0, 200.0, CALM_LEASE)
        other = working(office.home, address_of(office), server.url, began, 0.0, 200.0, CALM_LEASE)
        with one, other:
            end = time.monotonic() + 30
            while count_open(office):
                assert time.monotonic() < end
                time.sleep(0.05)
        assert set(posted(server).values()) == {1}
    with office.store.read() as session:
        workers = session.connection().exec_driver_sql("SELECT count(DISTINCT worker) FROM outbox").scalar()
    assert workers == 2


FAILURES = [
    (too_many(3), 3, "telegram:busy"),
    (bad_gateway, 30, "telegram:unreachable"),
    (breaks_off, 30, "telegram:unreachable"),
    (refuses(403, "Forbidden: bot was blocked by the user"), None, "telegram:blocked"),
    (refuses(400, "Bad Request: chat not found"), None, "telegram:blocked"),
    (refuses(400, "Bad Request: can't parse entities"), None, "telegram:refused"),
]


@pytest.mark.parametrize(("fault", "seconds", "reason"), FAILURES)
async def test_what_telegram_answers(office: Office, fault: object, seconds: int | None, reason: str) -> None:
    with telegram_server() as server:
        make_due(office, server, 1)
        server.faults["sendMessage"].append(fault)
        channel = TelegramChannel(TOKEN, server.url, system_clock)
        deliverer = office.deliverer(channel)
        await deliverer.try_deliver_one(MORNING)
        state = "failed" if seconds is None else "waiting"
        assert office.states()[0] == ("lead:7", state, reason)
        assert server.posted(FIRST) == []
        if seconds is not None:
            assert not await deliverer.try_deliver_one(MORNING + timedelta(seconds=seconds - 1))
            if seconds < 10:
                await asyncio.sleep(seconds)  # the pace of the channel waits by the machine's clock
            assert await deliverer.try_deliver_one(MORNING + timedelta(seconds=seconds + 2))
            assert len(server.posted(FIRST)) == 1
        deliverer.close()
        await channel.close()


async def test_conversation_goes_before_a_crowd_of_reminders(office: Office) -> None:
    from bot.channels.contract import Address, Reply

    with telegram_server(limits=True) as server:
        make_due(office, server, 90)
        server.chats[7]
        channel = TelegramChannel(TOKEN, server.url, system_clock)
        deliverer, stop = office.deliverer(channel), asyncio.Event()
        running = asyncio.create_task(deliverer.run(stop))
        await asyncio.sleep(0.5)
        took = []
        for _ in range(3):
            began = time.monotonic()
            await channel.send(Address(ChannelName.TELEGRAM, "7"), Reply("Trả lời"))
            took.append(time.monotonic() - began)
        stop.set()
        await running
        assert max(took) < 0.5
        assert 0 < sum(posted(server).values()) - 3 < 90
        assert not [each for each in office.states() if each[1] == "sending"]
        await channel.close()
