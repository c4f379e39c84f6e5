"""What only an administrator can mend is told to all of them at once, and once a day for each kind.

Not through the outbox: what is wrong may be that nothing can be written there, and it does not wait for the morning.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.channels.contract import Address, Channel, ChannelError, ChannelName, Reply, Sender
from bot.clock import Clock
from bot.menus.texts import Texts
from bot.people.rows import accounts_of, admin_ids
from knowledge.errors import StoreError
from knowledge.store.database import Store

_AGAIN = timedelta(days=1)

log = logging.getLogger(__name__)


class Alarm:
    """Tells administrators, for one process and one event loop.

    Args:
        channels: those that run.
        away: names of those whose platforms cannot be reached now: they are tried last.
    """

    def __init__(
        self,
        store: Store,
        texts: Texts,
        channels: Iterable[Channel],
        clock: Clock,
        away: Callable[[], Iterable[ChannelName]] = tuple,
    ) -> None:
        self._away = away
        self._store = store
        self._texts = texts
        self._channels = {channel.name: channel for channel in channels}
        self._clock = clock
        self._told: dict[str, datetime] = {}
        self._telling: set[asyncio.Task[None]] = set()

    def tell(self, key: str, about: str = "", **values: object) -> None:
        """Says the sentence `key` to every administrator, waiting for nothing.

        Args:
            about: what is told of, where the same may be told of several on one day.
            values: what stands in the sentence.
        """
        now, kind = self._clock(), f"{key}:{about}"
        if kind in self._told and now - self._told[kind] < _AGAIN:
            return
        self._told[kind] = now
        task = asyncio.create_task(self._tell(kind, self._texts.say(key, **values)))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def close(self) -> None:
        """Gives up what is still being told."""
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    async def _tell(self, kind: str, sentence: str) -> None:
        try:
            administrators = await asyncio.to_thread(self._administrators)
        except StoreError as error:
            log.error("nobody was told of %s: %s", kind, error.detail)
            del self._told[kind]
            return
        await asyncio.gather(*(self._tell_one(sentence, accounts) for accounts in administrators))

    def _administrators(self) -> list[list[Sender]]:
        """The accounts of each, first one first."""
        with self._store.read() as session:
            return [accounts_of(session, member) for member in session.scalars(admin_ids()).all()]

    async def _tell_one(self, sentence: str, accounts: Iterable[Sender]) -> None:
        """On the first of the person's channels that takes it."""
        away = set(self._away())
        for account in sorted(accounts, key=lambda each: each.channel in away):
            channel = self._channels.get(account.channel)
            if channel is None:
                continue
            try:
                await channel.send(Address(account.channel, account.id), Reply(sentence))
            except ChannelError as error:
                log.warning("%s: an administrator was not told: %s", account.channel, type(error).__name__)
            else:
                return
