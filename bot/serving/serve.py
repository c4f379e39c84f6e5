"""Serving: what channels bring goes into the inbox, what the inbox gives is answered.

    channel.updates() -> inbox.try_store          one feed a channel, in its order
    inbox.claim -> handle -> inbox.mark_handled   up to `WORKERS` chats of a channel at once

An update counts as taken only when it is stored. Nothing that comes in stops this: what cannot be stored as it
came is stored mended, what cannot be answered twice is set aside, what cannot be written waits for the disk; the
person hears a sentence, administrators one a day. A stop ends the feeds, lets replies that
are being made go out for some seconds, and leaves the others to the next start.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from bot.channels.contract import Address, Channel, ChannelError, ChannelName, Incoming, Reply
from bot.channels.patience import PatientChannel, Pause
from bot.chat.inbox import Claimed, Inbox, Late, mend
from bot.menus.texts import Texts
from knowledge.errors import DiskError, KehoachError, StoreError

WORKERS = 64
"""Chats of one channel that are answered at once. Each costs little: most of its time is waiting."""
AHEAD = 64
"""Chats that are claimed at once beyond those, so that a crowd does not ask the inbox for every message."""
STOP_SECONDS = 6.0
"""How long replies under way may take when we stop; who stops us waits ten seconds at most."""
_IDLE_SECONDS = 1.0
"""A backlog that has settled wakes nobody, so the inbox is asked this often."""
_CLEAN_SECONDS = 3600.0
_MINUTE = 60.0
_DISK_SECONDS = 10.0
"""Between two attempts to answer while the disk takes nothing; more often, and the person would ask too fast."""
_DEFECT_SECONDS = 5.0
"""Before a part of ours that a defect ended begins anew."""
TRIES = 2
"""Of answering a message; what passes by itself has passed after a moment."""

_LATE = {Late.QUESTION: "late_question", Late.NOTHING: "late_nothing"}

Handle = Callable[[Incoming, Channel], Awaitable[None]]
"""Answers one message through the channel: `Dispatcher.handle`."""
Receive = Callable[[PatientChannel, Callable[[], Awaitable[None]]], Awaitable[None]]
"""Lets the channel bring what people do, as long as this process is the one that it brings it to."""
_T = TypeVar("_T")

log = logging.getLogger(__name__)


async def receive_always(_channel: PatientChannel, bring: Callable[[], Awaitable[None]]) -> None:
    """The one process that there is."""
    await bring()


class Service:
    """Everything between channels and conversation, for one process.

    Args:
        channels: not started yet; they are closed when the service ends.
        connected: told each time that a channel has reached its platform.
        alarm: tells administrators the sentence of that name.
        each_minute: what is to be looked after beside the messages.
        commands: the command menu, set on every channel that has one.
        receive: where several processes serve one database, decides what this one receives.
        answers: whether this one answers.
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
        alarm: Callable[[str], None] = lambda _: None,
        each_minute: Callable[[], Awaitable[None]] | None = None,
        receive: Receive = receive_always,
        answers: bool = True,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._answers = answers
        self._inbox = inbox
        self._alarm = alarm
        self._each_minute = each_minute
        self._pause = pause
        self._lines = [
            _Line(each, inbox, handle, commands, texts, connected, alarm, receive, pause) for each in channels
        ]

    async def run(self, stop: asyncio.Event) -> None:
        """Serves until `stop` is set.

        Raises:
            TokenError: a channel's token is wrong; nothing is served any more.
        """
        jobs = [self._clean, *(line.feed for line in self._lines)]
        if self._answers:
            jobs += [line.pump for line in self._lines]
        if self._each_minute is not None:
            jobs.append(partial(self._repeat, self._each_minute))
        work = [asyncio.create_task(self._keep_going(job)) for job in jobs]
        stopped = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([*work, stopped], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            await _cancel([*work, stopped])
            await asyncio.gather(*(line.close() for line in self._lines))

    async def _keep_going(self, job: Callable[[], Awaitable[None]]) -> None:
        """Begins a part anew that a defect ended.

        Raises:
            KehoachError: what it expects to be ended by: a wrong token, a setting that the platform refuses.
        """
        while True:
            try:
                return await job()
            except KehoachError:
                raise
            except Exception as error:  # noqa: BLE001 - a defect in one part must not end the others
                _log_defect(error)
                self._alarm("part_failed")
                await self._pause(_DEFECT_SECONDS)

    async def _clean(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._inbox.clean)
            except StoreError as error:
                log.warning("inbox: not cleaned: %s", error.detail)
            await self._pause(_CLEAN_SECONDS)

    async def _repeat(self, look: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._pause(_MINUTE)
            try:
                await look()
            except StoreError as error:
                log.warning("not looked after: %s", error.detail)


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
        alarm: Callable[[str], None],
        receive: Receive,
        pause: Pause,
    ) -> None:
        self.channel = channel
        self._receive = receive
        self._alarm = alarm
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
        await self._receive(self.channel, self._bring)

    async def _bring(self) -> None:
        async for incoming in self.channel.updates():
            if incoming.group and not incoming.addressed and incoming.pressed is None:
                continue  # talk among others is not ours to keep
            if await self._take(incoming):
                self._wake.set()

    async def _take(self, incoming: Incoming) -> bool:
        """Stores it, mended where it cannot be stored as it came; False when it was stored before."""
        if not incoming.damaged:
            try:
                return await self._stored(self._inbox.try_store, incoming, whose=incoming.address)
            except Exception as error:  # noqa: BLE001 - it would come again at every start, and end it
                _log_defect(error)
        self._alarm("message_damaged")
        try:
            return await self._stored(self._inbox.try_store, mend(incoming), whose=incoming.address)
        except Exception as error:  # noqa: BLE001 - nothing of it can be kept; those behind it can
            _log_defect(error)
            return False

    async def pump(self) -> None:
        """Starts an answer for every chat that has a message waiting."""
        while True:
            self._wake.clear()
            free = WORKERS - len(self._handling)
            if self._ahead and not self._inbox.is_open:  # others may answer these by now
                self._inbox.release(*self._ahead)
                self._ahead.clear()
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
            answered = await self._try_reply(claimed)
        except ChannelError as error:
            log.warning("%s: a reply was not taken: %s %s", self.channel.name, type(error).__name__, error.detail)
        except KehoachError as error:
            log.error("%s: a message was not answered: %s", self.channel.name, error.detail)
            await self._say(claimed.incoming.address, error.sentence)
        else:
            if not answered:
                self._alarm("message_aside")
                await self._say(claimed.incoming.address, self._texts.say("failed"))
                await self._stored(self._inbox.set_aside, claimed)
                return
        await self._mark(claimed)

    async def _mark(self, claimed: Claimed) -> None:
        """Marks it at once, together with those that were answered while the one before was being marked."""
        self._answered.append(claimed)
        async with self._marking:
            if self._answered:
                answered, self._answered = self._answered, []
                await self._stored(self._inbox.mark_handled, *answered)

    async def _try_reply(self, claimed: Claimed) -> bool:
        """Answers, however long the disk takes nothing; False when a defect kept it from that `TRIES` times.

        Raises:
            KehoachError: it cannot be answered for another reason, or the reply was not taken.
        """
        address = claimed.incoming.address
        if claimed.late:
            await self.channel.send(address, Reply(self._texts.say(_LATE[claimed.late])))
        if claimed.late is Late.NOTHING:
            return True
        tries, told = 0, False
        while True:
            try:
                await self._answer(claimed.incoming, self.channel)
            except DiskError as error:
                self._note_disk(error, None if told else address)
                told = True
                await self._pause(_DISK_SECONDS)
            except KehoachError:
                raise
            except Exception as error:  # noqa: BLE001 - the edge of one message: a defect must not stop the others
                _log_defect(error)
                tries += 1
                if tries == TRIES:
                    return False
                await self._pause(_IDLE_SECONDS)
            else:
                return True

    async def _say(self, address: Address, sentence: str) -> None:
        try:
            await self.channel.send(address, Reply(sentence))
        except ChannelError as error:
            log.warning("%s: nor could it be said: %s", self.channel.name, type(error).__name__)
        except Exception as error:  # noqa: BLE001 - an address may be what is wrong with a message
            _log_defect(error)

    async def _stored(self, work: Callable[..., _T], *arguments: object, whose: Address | None = None) -> _T:
        """The result of the inbox's `work`, off the event loop, however long the database cannot be written.

        Args:
            whose: who hears that it waits for the disk.
        """
        loop = asyncio.get_running_loop()
        while True:
            try:
                return await loop.run_in_executor(self._thread, work, *arguments)
            except DiskError as error:
                self._note_disk(error, whose)
                whose = None
            except StoreError as error:
                log.error("inbox: %s %s", error.sentence, error.detail)
            await self._pause(_IDLE_SECONDS)

    def _note_disk(self, error: DiskError, whose: Address | None) -> None:
        """Has administrators told, and who waits for it; waits for nothing, for much may wait for the disk."""
        log.error("%s: %s %s", self.channel.name, error.sentence, error.detail)
        self._alarm("disk_failed")
        if whose is not None:
            task = asyncio.create_task(self._say(whose, self._texts.say("disk_waits")))
            self._handling.add(task)
            task.add_done_callback(self._end)


async def _cancel(tasks: Sequence[asyncio.Task[object] | asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _log_defect(error: Exception) -> None:
    """Where it happened, without the error's own words: they may quote what a person wrote."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("defect: %s\n%s", type(error).__name__, frames)
