"""What only one process does passes to another one when it is stopped, killed, or cannot reach the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from bot.serving.leases import REMINDERS, Leases
from knowledge.store import processes
from knowledge.store.database import Store, open_store
from knowledge.store.processes import ServiceProcess
from tests.databases import Server, fall_silent

OFTEN = 0.05


@pytest.fixture
def address(postgresql_server: Server, tmp_path: Path) -> str:
    return postgresql_server.database_of(tmp_path)


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address, data=None) as opened:
        yield opened


class Work:
    """Something that goes on until it is cancelled."""

    def __init__(self) -> None:
        self.going = asyncio.Event()
        self.over = asyncio.Event()
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1
        self.over.clear()
        self.going.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.going.clear()
            self.over.set()


async def in_time(waited: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(10):
        await waited()


async def test_the_only_process_has_everything() -> None:
    leases = Leases(None, [REMINDERS])
    assert leases.has(REMINDERS)
    ended = asyncio.Event()

    async def work() -> None:
        ended.set()

    await leases.while_held(REMINDERS, work)
    assert ended.is_set()
    await leases.leave()


async def test_one_does_it_and_the_next_one_when_it_leaves(store: Store) -> None:
    works = [Work(), Work()]
    made = [Leases(ServiceProcess(store, "worker"), [REMINDERS], seconds=OFTEN) for _ in works]
    tasks = [asyncio.create_task(made[0].keep()), asyncio.create_task(made[0].while_held(REMINDERS, works[0]))]
    await in_time(works[0].going.wait)
    tasks += [asyncio.create_task(made[1].keep()), asyncio.create_task(made[1].while_held(REMINDERS, works[1]))]
    await asyncio.sleep(4 * OFTEN)
    assert not works[1].going.is_set()
    for task in tasks[:2]:
        task.cancel()
    await made[0].leave()
    await in_time(works[1].going.wait)
    assert (works[0].times, works[1].times) == (1, 1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await made[1].leave()


async def test_who_was_taken_for_ended_stops_doing_it(store: Store, postgresql_server: Server, address: str) -> None:
    first, second = ServiceProcess(store, "worker"), ServiceProcess(store, "worker")
    work = Work()
    leases = Leases(first, [REMINDERS], seconds=OFTEN)
    tasks = [asyncio.create_task(leases.keep()), asyncio.create_task(leases.while_held(REMINDERS, work))]
    await in_time(work.going.wait)
    tasks[0].cancel()
    await asyncio.gather(tasks[0], return_exceptions=True)
    await asyncio.to_thread(fall_silent, postgresql_server, address, first)
    assert (await asyncio.to_thread(second.beat, [REMINDERS])).leases == {REMINDERS}
    tasks[0] = asyncio.create_task(leases.keep())
    await in_time(work.over.wait)
    assert not leases.has(REMINDERS)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await leases.leave()


async def test_who_cannot_say_that_it_is_alive_stops_before_others_begin(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_GIVES_UP", 4 * OFTEN)
    work, process = Work(), ServiceProcess(store, "worker")
    leases = Leases(process, [REMINDERS], seconds=OFTEN)
    alive = asyncio.create_task(leases.keep())
    doing = asyncio.create_task(leases.while_held(REMINDERS, work))
    await in_time(work.going.wait)
    alive.cancel()
    await in_time(work.over.wait)
    assert not process.is_alive
    doing.cancel()
    await asyncio.gather(alive, doing, return_exceptions=True)
    await leases.leave()


async def test_what_a_platform_takes_is_shared(store: Store) -> None:
    shares: list[int] = []
    other = ServiceProcess(store, "worker")
    await asyncio.to_thread(other.beat)
    leases = Leases(ServiceProcess(store, "worker"), [], share=shares.append, seconds=OFTEN)
    alive = asyncio.create_task(leases.keep())
    async with asyncio.timeout(10):
        while not shares:
            await asyncio.sleep(OFTEN)
    assert shares[-1] == 2
    alive.cancel()
    await asyncio.gather(alive, return_exceptions=True)
    await leases.leave()
