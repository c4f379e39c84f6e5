"""A channel in memory: what people write is put in, what they read comes out.

It keeps the contract's promise about updates (taken when the next one is asked for), so
that a service can be stopped and another one started on the same platform.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
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

BUTTONS = Capabilities(
    buttons=True, editing=True, files_in=True, files_out=True, typing=True, length=4096, phones=True
)
NUMBERS = Capabilities(buttons=False, editing=False, files_in=False, files_out=False, typing=True, length=2000)
GONE = "Không tải được tệp từ Telegram; xin gửi lại."


@dataclass(frozen=True)
class Posted:
    """A reply as it went out."""

    id: str
    address: Address
    reply: Reply


@dataclass
class MemoryChannel:
    """A platform and the channel on it, `bot.channels.contract.Channel`.

    Attributes:
        posted: everything that was taken, in order; shared between channels where a test wants one order.
        files: contents by the name of the file.
        typing: chats in which the sign was shown.
        failures: what the next attempts to send meet, first to last; None is none.
        starts: the same of attempts to start.
        taken: deliveries that were taken.
        on_download: called when a file is asked for, before it is given.
        username: our name in the platform's links.
    """

    name: ChannelName = ChannelName.TELEGRAM
    capabilities: Capabilities = BUTTONS
    posted: list[Posted] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    typing: list[Address] = field(default_factory=list)
    failures: deque[ChannelError | None] = field(default_factory=deque)
    starts: deque[ChannelError] = field(default_factory=deque)
    taken: list[str] = field(default_factory=list)
    on_download: Callable[[], None] | None = None
    username: str = ""
    closed: bool = False
    commands: tuple[tuple[str, str], ...] = ()
    _waiting: deque[Incoming] = field(default_factory=deque)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Chat and text of every reply that was taken, in order."""
        return [(post.address.chat, post.reply.text) for post in self.posted]

    async def write(self, text: str, update: str, at: datetime, chat: str = "an", *, repeated: int = 1) -> None:
        """A person writes; the platform delivers it `repeated` times."""
        await self.deliver(Incoming(update, Address(self.name, chat), Sender(self.name, chat), at, text), repeated)

    async def deliver(self, incoming: Incoming, repeated: int = 1) -> None:
        """A person did something."""
        async with self._changed:
            self._waiting.extend([incoming] * repeated)
            self._changed.notify_all()

    async def until_posted(self, count: int) -> list[tuple[str, str]]:
        """Waits for `count` replies in all; gives `told`."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.posted) >= count)
        return self.told

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
        for choice in (choice for row in reply.choices for choice in row):
            assert 1 <= len(choice.data.encode()) <= 64
        async with self._changed:
            self.posted.append(Posted(str(len(self.posted) + 1), address, reply))
            self._changed.notify_all()
            return Sent((self.posted[-1].id,))

    async def show_typing(self, address: Address) -> None:
        """Keeps that it was shown."""
        self.typing.append(address)

    async def download(self, file: FileIn) -> bytes:
        """The content that the test gave under this name."""
        if self.on_download is not None:
            self.on_download()
        if file.name not in self.files:
            raise RefusedError(GONE, file.name)
        return self.files[file.name]

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
