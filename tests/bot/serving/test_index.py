"""The running service makes the Chroma index; commands beside it only write vectors into the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.serving.index import keep_index
from ingest.samples import sample_files
from knowledge.store.database import Store, generation, open_store
from knowledge.store.derived import live_model, open_index
from tests.bot.running import call

PATIENCE = 30.0


def is_current(store: Store) -> bool:
    index = open_index(store)
    assert index is not None
    with store.read() as session:
        return index.is_current(generation(session), live_model(session, store))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await asyncio.to_thread(holds):
            await asyncio.sleep(0.02)


async def test_the_service_follows_what_commands_switch(empty: Path) -> None:
    files = sample_files()
    assert call(empty, "load", *files[:1], "--activate").code == 0
    with open_store(data=empty) as store:
        assert not is_current(store)
        stop = asyncio.Event()
        keeping = asyncio.create_task(keep_index(store, stop, seconds=0.05))
        try:
            await until(lambda: is_current(store))
            assert (await asyncio.to_thread(call, empty, "load", *files[1:2], "--activate")).code == 0
            await until(lambda: is_current(store))
        finally:
            stop.set()
            await keeping
