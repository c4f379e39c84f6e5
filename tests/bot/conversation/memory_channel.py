"""A channel in memory: what is sent is kept, in order, for a test to read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from bot.channels.contract import (
    Address,
    Capabilities,
    ChannelError,
    ChannelName,
    FileIn,
    Incoming,
    RefusedError,
    Reply,
    Sent,
)

BUTTONS = Capabilities(buttons=True, editing=True, files_in=True, files_out=True, typing=True, length=4096)
NUMBERS = Capabilities(buttons=False, editing=False, files_in=True, files_out=False, typing=True, length=2000)


@dataclass(frozen=True)
class Posted:
    """A reply as it went out."""

    id: str
    address: Address
    reply: Reply


@dataclass
class MemoryChannel:
    """Implements `bot.channels.contract.Channel`.

    Attributes:
        posted: everything sent, in order; shared between channels where a test wants one order.
        files: contents by the name of the file.
        on_download: called when a file is asked for, before it is given.
        username: our name in the platform's links.
        failures: errors that the next sendings raise, first to last.
    """

    name: ChannelName
    capabilities: Capabilities
    posted: list[Posted] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    typing: list[Address] = field(default_factory=list)
    failures: list[ChannelError] = field(default_factory=list)
    on_download: Callable[[], None] | None = None
    username: str = ""

    async def start(self) -> None:
        """Nothing to reach."""

    async def send(self, address: Address, reply: Reply) -> Sent:
        """Keeps the reply."""
        if self.failures:
            raise self.failures.pop(0)
        for choice in (choice for row in reply.choices for choice in row):
            assert 1 <= len(choice.data.encode()) <= 64
        self.posted.append(Posted(str(len(self.posted) + 1), address, reply))
        return Sent((self.posted[-1].id,))

    async def show_typing(self, address: Address) -> None:
        """Keeps that it was shown."""
        self.typing.append(address)

    async def download(self, file: FileIn) -> bytes:
        """The content that the test gave under this name."""
        if self.on_download is not None:
            self.on_download()
        if file.name not in self.files:
            raise RefusedError("Không tải được tệp.")
        return self.files[file.name]

    async def updates(self) -> AsyncIterator[Incoming]:
        """Nobody writes by themselves here."""
        nobody: tuple[Incoming, ...] = ()
        for incoming in nobody:
            yield incoming

    async def set_commands(self, commands: tuple[tuple[str, str], ...]) -> None:
        """There is no menu."""

    async def close(self) -> None:
        """Nothing to let go of."""
