"""Serving: what channels bring goes into the inbox, what the inbox gives is answered.

    channel.updates() -> inbox.try_store          one feed a channel, in its order
    inbox.claim -> handle -> inbox.mark_handled   up to `WORKERS` chats of a channel at once

An update counts as taken only when it is stored. A stop ends the feeds, lets replies that
are being made go out for some seconds, and leaves the others to the next start.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.channels.contract import Channel, ChannelError, ChannelName, Incoming, Reply
from bot.conversation.texts import Texts
from bot.inbox import Claimed, Inbox, Late
from bot.patience import PatientChannel, Pause
from knowledge.errors import KehoachError, StoreError

WORKERS = 64
"""Chats of one channel that are answered at once. Each costs little: most of its time is waiting."""
AHEAD = 64
"""Chats that are claimed at once beyond those, so that a crowd does not ask the inbox for every message."""
STOP_SECONDS = 6.0
"""How long replies under way may take when we stop; who stops us waits ten seconds at most."""
_IDLE_SECONDS = 1.0
"""A backlog that has settled wakes nobody, so the inbox is asked this often."""
_CLEAN_SECONDS = 3600.0

_LATE = {Late.QUESTION: "late_question", Late.NOTHING: "late_nothing"}

Handle = Callable[[Incoming, Channel], Awaitable[None]]
"""Answers one message through the channel: `Dispatcher.handle`."""
_T = TypeVar("_T")

log = logging.getLogger(__name__)


class Service:
    """Everything between channels and conversation, for one process.

    Args:
        channels: not started yet; they are closed when the service ends.
        connected: told each time that a channel has reached its platform.
        commands: the command menu, set on every channel that has one.
        pause: waits; an argument for tests.
    """

    def __init__(
        self,
        channels: Sequence[PatientChannel],
        inbox: Inbox,
        handle: Handle,
        commands: tuple[tuple[str, str], ...] = (),
        *,
        texts: Texts,
        connected: Callable[[ChannelName], None] = lambda _: None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._inbox = inbox
        self._pause = pause
        self._lines = [_Line(each, inbox, handle, commands, texts, connected, pause) for each in channels]

    async def run(self, stop: asyncio.Event) -> None:
        """Serves until `stop` is set.

        Raises:
            TokenError: a channel's token is wrong; nothing is served any more.
        """
        work = [asyncio.create_task(job) for line in self._lines for job in (line.feed(), line.pump())]
        work.append(asyncio.create_task(self._clean()))
        stopped = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([*work, stopped], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await _cancel([*work, stopped])
            await asyncio.gather(*(line.close() for line in self._lines))

    async def _clean(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._inbox.clean)
            except StoreError as error:
                log.warning("inbox: not cleaned: %s", error.detail)
            await self._pause(_CLEAN_SECONDS)


class _Line:
    """One channel's way through the inbox."""

    def __init__(
        self,
        channel: PatientChannel,
        inbox: Inbox,
        handle: Handle,
        commands: tuple[tuple[str, str], ...],
        texts: Texts,
        connected: Callable[[ChannelName], None],
        pause: Pause,
    ) -> None:
        self.channel = channel
        self._connected = connected
        self._inbox = inbox
        self._answer = handle
        self._commands = commands
        self._texts = texts
        self._pause = pause
        self._handling: set[asyncio.Task[None]] = set()
        self._ahead: deque[Claimed] = deque()
        self._answered: list[Claimed] = []
        self._marking = asyncio.Lock()
        self._wake = asyncio.Event()
        # A thread of its own: the common ones may all be busy with slow questions.
        self._thread = ThreadPoolExecutor(1, f"inbox-{channel.name}")

    async def feed(self) -> None:
        """Stores what people do; asking for the next tells the platform that we have the one before."""
        await self.channel.start()
        self._connected(self.channel.name)
        try:
            await self.channel.set_commands(self._commands)
        except ChannelError as error:
            log.warning("%s: no command menu: %s %s", self.channel.name, type(error).__name__, error.detail)
        async for incoming in self.channel.updates():
            if incoming.group and not incoming.addressed and incoming.pressed is None:
                continue  # talk among others is not ours to keep
            if await self._stored(self._inbox.try_store, incoming):
                self._wake.set()

    async def pump(self) -> None:
        """Starts an answer for every chat that has a message waiting."""
        while True:
            self._wake.clear()
            free = WORKERS - len(self._handling)
            if free and not self._ahead:
                self._ahead.extend(await self._stored(self._inbox.claim, self.channel.name, free + AHEAD))
            begun = [self._ahead.popleft() for _ in range(min(free, len(self._ahead)))]
            for each in begun:
                task = asyncio.create_task(self._handle(each))
                self._handling.add(task)
                task.add_done_callback(self._end)
            if not begun:
                await self._wait()

    async def close(self) -> None:
        """Waits some seconds for the replies under way, then lets go of everything."""
        if self._handling:
            await asyncio.wait(self._handling, timeout=STOP_SECONDS)
        await _cancel(list(self._handling))
        self._inbox.release(*self._ahead)
        await self.channel.close()
        self._thread.shutdown(wait=False)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_IDLE_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return

    def _end(self, task: asyncio.Task[None]) -> None:
        self._handling.discard(task)
        self._wake.set()

    async def _handle(self, claimed: Claimed) -> None:
        try:
            await self._reply(claimed)
        except ChannelError as error:
            log.warning("%s: a reply was not taken: %s %s", self.channel.name, type(error).__name__, error.detail)
        except Exception as error:  # noqa: BLE001 - the outermost edge of one message: a defect must not stop the others
            await self._apologise(claimed, error)
        await self._mark(claimed)

    async def _mark(self, claimed: Claimed) -> None:
        """Marks it at once, together with those that were answered while the one before was being marked."""
        self._answered.append(claimed)
        async with self._marking:
            if self._answered:
                answered, self._answered = self._answered, []
                await self._stored(self._inbox.mark_handled, *answered)

    async def _reply(self, claimed: Claimed) -> None:
        if claimed.late:
            await self.channel.send(claimed.incoming.address, Reply(self._texts.say(_LATE[claimed.late])))
        if claimed.late is not Late.NOTHING:
            await self._answer(claimed.incoming, self.channel)

    async def _apologise(self, claimed: Claimed, error: Exception) -> None:
        """Expected failures say their sentence, defects one general one; both are logged first."""
        expected = isinstance(error, KehoachError)
        log.error("%s: a message was not answered", self.channel.name, exc_info=None if expected else error)
        sentence = error.sentence if isinstance(error, KehoachError) else self._texts.say("failed")
        try:
            await self.channel.send(claimed.incoming.address, Reply(sentence))
        except ChannelError:
            log.warning("%s: nor could it be said", self.channel.name)

    async def _stored(self, work: Callable[..., _T], *arguments: object) -> _T:
        """The result of the inbox's `work`, off the event loop, however long the database cannot be written."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                return await loop.run_in_executor(self._thread, work, *arguments)
            except StoreError as error:
                log.error("inbox: %s %s", error.sentence, error.detail)
                await self._pause(_IDLE_SECONDS)


async def _cancel(tasks: Sequence[asyncio.Task[object] | asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
