"""From the outbox to the people: claim, look again, send, mark.

    preparing   one transaction: rows with a lease, the look whether they are still true, the choices offered
    delivery    on the recipient's first channel that runs; the next one where it is blocked or out of its window
    marking     sent; put back where the platform is busy; failed with why, which administrators hear of

A crash between the platform's yes and the mark has the message sent again when the lease ends: at most those
that were then in flight. Nothing else is ever sent twice, and what is put back is never lost.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar

from bot.channels.contract import (
    Address,
    BlockedError,
    Channel,
    ChannelError,
    Reply,
    Sent,
    TokenError,
    TryAgainError,
    WindowError,
)
from bot.clock import Clock
from bot.menus.texts import Texts
from bot.notify.claims import LEASE
from bot.notify.context import CurrentContext
from bot.notify.marking import Marker
from bot.notify.preparing import Preparer, Ready, Step, log_defect
from bot.notify.resting import RestingChannels
from knowledge.agencies import DirectorySource
from knowledge.errors import StoreError
from knowledge.library import Library
from knowledge.store.database import Store

IN_FLIGHT = 16
"""Messages being sent at once; 30 a second need about one for each 30 ms that a platform takes to answer."""
STOP_SECONDS = 2.0
"""How long sends under way may take when we stop: replies have more, and ten seconds are all."""
_IDLE_SECONDS = 1.0
_CHURN_SECONDS = 0.05
_CHAT_SECONDS = 1.0
"""Between two messages in one chat."""
_CHATS_KEPT = 4_096

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""
_T = TypeVar("_T")

log = logging.getLogger(__name__)


class Deliverer:
    """Sends what is due, for one process; any number of processes may work on one database.

    Args:
        channels: those that run; not patient ones, for putting back is done here.
        clock: for `run`.
        lease: how long a message is this process's.
        in_flight: sends at once.
        pause: waits; an argument for tests.
    """

    def __init__(
        self,
        store: Store,
        library: Library,
        directory: DirectorySource,
        texts: Texts,
        channels: Iterable[Channel],
        clock: Clock,
        *,
        lease: timedelta = LEASE,
        in_flight: int = IN_FLIGHT,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._channels = {channel.name: channel for channel in channels}
        self._clock = clock
        self._lease = lease
        self._in_flight = in_flight
        self._pause = pause
        self._resting = RestingChannels()
        known, worker = CurrentContext(directory), f"{os.getpid()}-{secrets.token_hex(4)}"
        self._preparer = Preparer(store, library, texts, self._channels, known, self._resting, worker, lease)
        self._marker = Marker(store, known, self._resting, lease)
        self._busy: set[str] = set()
        self._wrote: dict[Address, float] = {}
        # A thread of its own: the common ones may all be busy with slow questions.
        self._thread = ThreadPoolExecutor(1, "outbox")

    async def try_deliver_one(self, now: datetime) -> bool:
        """Sends the message that is due first, or settles it; False when nothing is due.

        Raises:
            StoreError: the database cannot be read or written; nothing is lost.
        """
        step = await self._next(now)
        if isinstance(step, Ready):
            await self._deliver(step)
        return step is not Step.NOTHING

    async def run(self, stop: asyncio.Event) -> None:
        """Sends until `stop` is set, several messages at once."""
        sending: set[asyncio.Task[None]] = set()
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                step = await self._try_next() if len(sending) < self._in_flight else None
                if isinstance(step, Ready):
                    sending.add(asyncio.create_task(self._deliver_safely(step)))
                elif step is None:
                    await asyncio.wait([*sending, stopped], return_when=asyncio.FIRST_COMPLETED)
                elif step is not Step.SETTLED:
                    wait = _IDLE_SECONDS if step is Step.NOTHING else _CHURN_SECONDS
                    await asyncio.wait([stopped], timeout=wait)
                sending = {task for task in sending if not task.done()}
        finally:
            stopped.cancel()
            if sending:
                await asyncio.wait(sending, timeout=STOP_SECONDS)
            for task in sending:
                task.cancel()
            await asyncio.gather(*sending, return_exceptions=True)
            self.close()

    def close(self) -> None:
        """Lets go of the thread."""
        self._thread.shutdown(wait=False)

    async def _try_next(self) -> Ready | Step:
        try:
            return await self._next(self._clock())
        except StoreError as error:
            log.error("outbox: %s %s", error.sentence, error.detail)
            return Step.NOTHING
        except Exception as error:  # noqa: BLE001 - the outermost edge: a defect must not end all reminders
            log_defect(error)
            return Step.NOTHING

    async def _next(self, now: datetime) -> Ready | Step:
        step = await self._stored(self._preparer.take, now, time.monotonic(), tuple(self._busy))
        if isinstance(step, Ready):
            self._busy.add(step.batch.recipient)
        return step

    async def _deliver_safely(self, ready: Ready) -> None:
        try:
            await self._deliver(ready)
        except StoreError as error:
            # The lease ends and it is sent again: better twice than never.
            log.error("outbox: not marked: %s %s", error.sentence, error.detail)

    async def _deliver(self, ready: Ready) -> None:
        try:
            await self._send(ready)
        finally:
            self._busy.discard(ready.batch.recipient)

    async def _send(self, ready: Ready) -> None:
        """On the first channel that takes it."""
        reasons: list[str] = []
        resting: datetime | None = None
        reply, batch, marker = ready.reply, ready.batch, self._marker
        for number, address in enumerate(ready.addresses):
            name = address.channel.value
            if number:
                rest = self._resting.until(address.channel, ready.time())
                if rest is not None:
                    resting = rest
                    continue
                reply = await self._stored(self._preparer.open_again, ready, address)
            try:
                sent = await self._hand_over(ready, address, reply)
            except (BlockedError, WindowError) as error:
                log.warning("%s: not reached: %s", name, type(error).__name__)
                reasons.append(f"{name}:{'window' if isinstance(error, WindowError) else 'blocked'}")
            except TokenError as error:
                log.error("%s: %s", name, error.sentence)
                resting = self._resting.note_token(address.channel, ready.time())
            except TryAgainError as error:
                return await self._put_back(ready, address, error)
            except ChannelError as error:
                log.error("%s: a reminder was refused: %s", name, error.detail)
                return await self._stored(marker.mark_failed, batch, f"{name}:refused", ready.time())
            except Exception as error:  # noqa: BLE001 - a defect of a channel must not end all reminders
                log_defect(error)
                return await self._put_back(ready, address, TryAgainError("", "defect"))
            else:
                if sent is not None:
                    self._resting.note_success(address.channel)
                    await self._stored(marker.mark_sent, batch, address, sent, ready.time())
                return None
        if resting is not None:
            return await self._stored(marker.put_off, batch, resting)
        return await self._stored(marker.mark_failed, batch, " ".join(reasons), ready.time())

    async def _put_back(self, ready: Ready, address: Address, error: TryAgainError) -> None:
        now, marker = ready.time(), self._marker
        await self._stored(lambda: marker.put_back(ready.batch, address, error, now, group=ready.group))

    async def _hand_over(self, ready: Ready, address: Address, reply: Reply) -> Sent | None:
        """Sends, keeping the lease meanwhile; None when another worker has the message."""
        loop = asyncio.get_running_loop()
        wait = self._wrote.get(address, -_CHAT_SECONDS) + _CHAT_SECONDS - loop.time()
        if wait > 0:
            await self._pause(wait)
        sending = asyncio.ensure_future(self._channels[address.channel].send(address, reply))
        try:
            while not (await asyncio.wait([sending], timeout=self._lease.total_seconds() / 3))[0]:
                if not await self._stored(self._marker.renew, ready.batch, ready.time()):
                    log.warning("%s: the lease of a message was lost", address.channel.value)
                    return None
            return sending.result()
        finally:
            sending.cancel()
            if len(self._wrote) > _CHATS_KEPT:
                self._wrote = {chat: at for chat, at in self._wrote.items() if loop.time() - at < _CHAT_SECONDS}
            self._wrote[address] = loop.time()

    async def _stored(self, work: Callable[..., _T], *arguments: object) -> _T:
        """The result of `work` on the database, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)
