"""A channel that waits out what passes: the platform is busy, or the network is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol, runtime_checkable

from bot.channels.backoff import Backoff, Outage
from bot.channels.contract import Address, Channel, ChannelError, FileIn, Incoming, Named, Reply, Sent, TryAgainError
from bot.channels.webhooks import Hook

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""

PATIENCE = 600.0
"""Seconds of waiting for one reply; after that the person has gone on, and the chat must too."""


@runtime_checkable
class Polling(Protocol):
    """A channel that asks its platform for updates."""

    outage: Outage


@runtime_checkable
class Hooked(Protocol):
    """A channel to which a platform can deliver over HTTP."""

    @property
    def hook(self) -> Hook | None:
        """Where; None when it asks for updates itself."""


@runtime_checkable
class Paced(Protocol):
    """A channel whose platform takes so many messages a second from all processes together."""

    def share(self, processes: int) -> None:
        """Sends only this process's part."""


class PatientChannel:
    """Another channel whose `send` is tried again until it is taken, or refused for good.

    Only its own chat waits: each reply is sent by a task of its own.
    """

    def __init__(self, channel: Channel, pause: Pause = asyncio.sleep) -> None:
        self._channel = channel
        self._pause = pause
        self.name = channel.name
        self.capabilities = channel.capabilities
        self._reached = False
        self.errors = 0
        """Sends that the platform did not take since we began, each attempt."""
        self._unsent = 0
        """Sends that the platform did not answer, or with a failure of its own, and that are tried again."""

    @property
    def is_away(self) -> bool:
        """Whether its platform cannot be reached now, as far as is known; one that asks to wait is there."""
        lost = isinstance(self._channel, Polling) and self._channel.outage.lasting
        return lost or not self._reached or self._unsent > 0

    @property
    def username(self) -> str:
        """Our name in links, where the channel has one."""
        return self._channel.username if isinstance(self._channel, Named) else ""

    @property
    def hook(self) -> Hook | None:
        """Where its platform delivers; None where it asks for updates itself."""
        return self._channel.hook if isinstance(self._channel, Hooked) else None

    def share(self, processes: int) -> None:
        """Sends only this process's part of what the platform takes, where several processes send."""
        if isinstance(self._channel, Paced):
            self._channel.share(processes)

    async def start(self) -> None:
        """Starts the channel, however long its platform cannot be reached.

        Raises:
            TokenError: the token is wrong.
        """
        waits = _Waits()
        while True:
            try:
                await self._channel.start()
                self._reached = True
                return
            except TryAgainError as error:
                await self._pause(waits.next(error))

    async def send(self, address: Address, reply: Reply) -> Sent:
        """Sends `reply`.

        Raises:
            ChannelError: for good, or `TryAgainError` after `PATIENCE`.
        """
        waits, unsent = _Waits(), False
        try:
            while True:
                try:
                    return await self._send_once(address, reply)
                except TryAgainError as error:
                    if error.retry_after is None and not unsent:
                        unsent = True
                        self._unsent += 1
                    wait = waits.next(error)
                    if waits.total > PATIENCE:
                        raise
                    await self._pause(wait)
        finally:
            self._unsent -= unsent

    async def _send_once(self, address: Address, reply: Reply) -> Sent:
        try:
            return await self._channel.send(address, reply)
        except ChannelError:
            self.errors += 1
            raise

    async def show_typing(self, address: Address) -> None:
        """Shows that an answer is being made."""
        await self._channel.show_typing(address)

    async def download(self, file: FileIn) -> bytes:
        """The content of a file."""
        return await self._channel.download(file)

    def updates(self) -> AsyncIterator[Incoming]:
        """What people do."""
        return self._channel.updates()

    async def set_commands(self, commands: tuple[tuple[str, str], ...]) -> None:
        """Sets the command menu."""
        await self._channel.set_commands(commands)

    async def close(self) -> None:
        """Lets go of connections."""
        await self._channel.close()


class _Waits:
    """Seconds to wait after each failure in a row, and their sum."""

    def __init__(self) -> None:
        self.total = 0.0
        self._backoff = Backoff()

    def next(self, error: TryAgainError) -> float:
        """How long to wait now."""
        wait = self._backoff.seconds(error.retry_after)
        self.total += wait
        return wait
