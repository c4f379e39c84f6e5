"""The platforms of a simulated year: channels in memory, and the real deliverer that writes to them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from bot.channels.contract import Address, BlockedError, ChannelName, Reply, Sent
from bot.clock import system_clock
from bot.menus.texts import load_texts
from bot.notify.delivery import Deliverer
from knowledge.agencies import Directory
from knowledge.store.database import Store
from knowledge.store.library import SqlLibrary
from tests.bot.memory_channel import BUTTONS, NUMBERS, MemoryChannel, Posted


@dataclass
class Line(MemoryChannel):
    """A channel some of whose readers have blocked us."""

    blocked: set[str] = field(default_factory=set)

    async def send(self, address: Address, reply: Reply) -> Sent:
        """Posts, unless the reader has blocked us."""
        if address.chat in self.blocked:
            raise BlockedError("", "blocked")
        return await super().send(address, reply)


class Platforms:
    """Telegram and Zalo with one deliverer, whose moments the test gives.

    Attributes:
        posted: every message in order; a message's id is its place, counted from 1.
    """

    def __init__(self, store: Store, library: SqlLibrary, directory: Directory) -> None:
        self.posted: list[Posted] = []
        self.telegram = Line(ChannelName.TELEGRAM, BUTTONS, self.posted)
        self.zalo = Line(ChannelName.ZALO, NUMBERS, self.posted)
        self._runner = asyncio.Runner()
        channels = (self.telegram, self.zalo)
        self._deliverer = Deliverer(store, library, directory, load_texts(), channels, system_clock, pause=_at_once)

    def deliver(self, now: datetime) -> list[Posted]:
        """Everything that is due at that moment; gives what was posted."""
        before = len(self.posted)
        self._runner.run(self._deliver(now))
        return self.posted[before:]

    async def _deliver(self, now: datetime) -> None:
        while await self._deliverer.try_deliver_one(now):
            pass

    def close(self) -> None:
        """Ends the deliverer."""
        self._deliverer.close()
        self._runner.close()


async def _at_once(_seconds: float) -> None:
    """Between two messages in one chat no time passes here."""
