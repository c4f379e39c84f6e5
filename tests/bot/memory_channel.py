"""A channel in memory: what people write is put in, what they read comes out.

It keeps the contract's promise about updates (taken when the next one is asked for), so
that a service can be stopped and another one started on the same platform.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from datetime import datetime

from bot.channels.contract import (
    Address,
    Capabilities,
    ChannelError,
    ChannelName,
    FileIn,
    Incoming,
    RefusedError,
    Reply,
    Sender,
    Sent,
)


class MemoryChannel:
    """A platform and the channel on it.

    Attributes:
        posted: chat and text of every reply that was taken, in order.
        failures: what the next attempts to send meet, first to last; None is none.
        starts: the same of attempts to start.
        taken: deliveries that were taken.
    """

    def __init__(self, name: ChannelName = ChannelName.TELEGRAM) -> None:
        self.name = name
        self.capabilities = Capabilities(True, True, True, True, True, 4_096)
        self.posted: list[tuple[str, str]] = []
        self.failures: deque[ChannelError | None] = deque()
        self.starts: deque[ChannelError] = deque()
        self.taken: list[str] = []
        self.closed = False
        self.commands: tuple[tuple[str, str], ...] = ()
        self._waiting: deque[Incoming] = deque()
        self._changed = asyncio.Condition()

    async def write(self, text: str, update: str, at: datetime, chat: str = "an", *, repeated: int = 1) -> None:
        """A person writes; the platform delivers it `repeated` times."""
        await self.deliver(Incoming(update, Address(self.name, chat), Sender(self.name, chat), at, text), repeated)

    async def deliver(self, incoming: Incoming, repeated: int = 1) -> None:
        """A person did something."""
        async with self._changed:
            self._waiting.extend([incoming] * repeated)
            self._changed.notify_all()

    async def until_posted(self, count: int) -> list[tuple[str, str]]:
        """Waits for `count` replies in all."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.posted) >= count)
        return self.posted

    async def until_taken(self, count: int) -> None:
        """Waits until `count` deliveries in all were taken."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.taken) >= count)

    async def start(self) -> None:
        """Reaches the platform."""
        if self.starts:
            raise self.starts.popleft()

    async def send(self, address: Address, reply: Reply) -> Sent:
        """Posts."""
        failure = self.failures.popleft() if self.failures else None
        if failure is not None:
            raise failure
        async with self._changed:
            self.posted.append((address.chat, reply.text))
            self._changed.notify_all()
            return Sent((str(len(self.posted)),))

    async def show_typing(self, address: Address) -> None:
        """Nothing to see."""

    async def download(self, file: FileIn) -> bytes:
        """Never."""
        raise RefusedError("Không có tệp nào.", file.name)

    async def updates(self) -> AsyncIterator[Incoming]:
        """What was delivered and not taken yet."""
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: bool(self._waiting))
                first = self._waiting[0]
            yield first
            async with self._changed:
                self._waiting.popleft()
                self.taken.append(first.update)
                self._changed.notify_all()

    async def set_commands(self, commands: tuple[tuple[str, str], ...]) -> None:
        """Keeps them."""
        self.commands = commands

    async def close(self) -> None:
        """Keeps that it was."""
        self.closed = True
