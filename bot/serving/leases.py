"""What only one of several processes does at a time, and that it is done as long as this process has the lease of it.

Where there is one process only, it has them all.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from knowledge.errors import StoreError
from knowledge.store.processes import BEAT, ServiceProcess

REMINDERS = "reminders"
"""Planning them; any number of processes sends them."""
UPKEEP = "upkeep"
"""The index, plans that are to be activated at a set time, what is kept too long, what administrators are told."""

log = logging.getLogger(__name__)


class Leases:
    """The leases of this process, for one event loop.

    Args:
        process: None where it is the only one.
        wanted: those that it takes when nobody has them.
        share: told among how many processes what a platform takes in a second is to be shared.
        seconds: between two beats.
    """

    def __init__(
        self,
        process: ServiceProcess | None,
        wanted: Collection[str],
        *,
        share: Callable[[int], None] = lambda _: None,
        seconds: float = BEAT,
    ) -> None:
        self._process = process
        self._share = share
        self._seconds = seconds
        self._wanted = frozenset(wanted)
        self._held: frozenset[str] = self._wanted if process is None else frozenset()
        self._changed = asyncio.Event()
        self._vacant_since: dict[str, float] = {}
        # A thread of its own: the common ones may all be busy with slow questions.
        self._thread = ThreadPoolExecutor(1, "leases")

    def has(self, lease: str) -> bool:
        """Whether it is this process's now."""
        return lease in self._held and (self._process is None or self._process.is_alive)

    def vacant_seconds(self, lease: str) -> float:
        """How long no process has had it, as far as this one knows."""
        since = self._vacant_since.get(lease)
        return 0.0 if since is None else time.monotonic() - since

    async def keep(self) -> None:
        """Says that this process is alive, until cancelled."""
        while self._process is not None:
            await self._beat(self._process)
            await asyncio.sleep(self._seconds)

    async def leave(self) -> None:
        """Lets go of everything."""
        if self._process is not None:
            with suppress(StoreError):  # it is found out by our silence
                await asyncio.get_running_loop().run_in_executor(self._thread, self._process.leave)
        self._thread.shutdown(wait=False)

    async def while_held(
        self, lease: str, work: Callable[[], Awaitable[None]], stop: asyncio.Event | None = None
    ) -> None:
        """Does `work` whenever this process has the lease, until that ends by itself; cancelled when it is lost.

        Args:
            stop: set when it is not to be waited for any more.
        """
        stopped = asyncio.create_task(stop.wait() if stop else asyncio.Event().wait())
        try:
            while True:
                while not self.has(lease):
                    await self._change(stopped)
                    if stopped.done():
                        return None
                working = asyncio.ensure_future(work())
                try:
                    while self.has(lease) and not working.done():
                        await self._change(working)
                    if working.done():
                        return working.result()
                    log.warning("%s: another process does it now", lease)
                finally:
                    working.cancel()
                    await asyncio.gather(working, return_exceptions=True)
        finally:
            stopped.cancel()

    async def _beat(self, process: ServiceProcess) -> None:
        loop = asyncio.get_running_loop()
        try:
            seen = await loop.run_in_executor(self._thread, process.beat, self._wanted, [REMINDERS, UPKEEP])
        except StoreError as error:
            log.error("alive, but it cannot be told: %s %s", error.sentence, error.detail)
        else:
            self._held = seen.leases
            now = time.monotonic()
            self._vacant_since = {each: self._vacant_since.get(each, now) for each in seen.vacant}
            self._share(seen.workers)
        self._changed.set()
        self._changed = asyncio.Event()

    async def _change(self, other: asyncio.Future[Any]) -> None:
        """Until the next beat, the time of one, or the end of `other`."""
        beat = asyncio.create_task(self._changed.wait())
        await asyncio.wait([beat, other], timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
        beat.cancel()
