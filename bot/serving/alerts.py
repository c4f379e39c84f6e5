"""What administrators are told by chat: a channel is down, or there again; reminders are late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from bot.channels.contract import ChannelName
from bot.clock import HANOI, Clock
from bot.menus.texts import Texts
from bot.notify.lateness import Unsent, find_unsent
from knowledge.store.database import Store

DOWN = timedelta(minutes=10)
"""Shorter troubles of a platform or the network pass by themselves."""


class Tell(Protocol):
    """Says a sentence to every administrator, once a day; see `Alarm.tell`."""

    def __call__(self, key: str, about: str = "", **values: object) -> None: ...


class Alerts:
    """Looks once a minute.

    Args:
        away: names of the channels whose platforms cannot be reached now.
        planning_late: whether reminders were not planned for too long.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        texts: Texts,
        away: Callable[[], Iterable[ChannelName]],
        planning_late: Callable[[], bool],
        tell: Tell,
    ) -> None:
        self._store = store
        self._clock = clock
        self._texts = texts
        self._away = away
        self._planning_late = planning_late
        self._tell = tell
        self._down: dict[ChannelName, datetime] = {}

    async def look(self) -> None:
        """Has told what is wrong now, and which channel is there again.

        Raises:
            StoreError: the database cannot be read.
        """
        self._look_at_channels(self._clock())
        if self._planning_late():
            self._tell("planning_late")
        late = await asyncio.to_thread(self._late)
        if late is not None:
            self._tell("reminders_late", count=late.count, since=_told(late.since))

    def _look_at_channels(self, now: datetime) -> None:
        away = set(self._away())
        for name in away:
            since = self._down.setdefault(name, now)
            if now - since >= DOWN:
                self._tell("platform_down", name.value, channel=self._called(name), since=_told(since))
        for name in [*self._down]:
            if name not in away and now - self._down.pop(name) >= DOWN:
                self._tell("platform_back", name.value, channel=self._called(name))

    def _called(self, name: ChannelName) -> str:
        return self._texts.say(f"channel_{name.value}")

    def _late(self) -> Unsent | None:
        with self._store.read() as session:
            return find_unsent(session, self._clock())


def _told(moment: datetime) -> str:
    return moment.astimezone(HANOI).strftime("%H:%M ngày %d/%m/%Y")
