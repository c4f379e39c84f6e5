"""Reminders beside the channels of `kehoach serve`: planned, and sent, until told to stop."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.clock import HANOI, Clock
from bot.notify.delivery import Deliverer
from bot.notify.planning import refresh
from bot.people.records import Role
from knowledge.agencies import Directory
from knowledge.errors import StoreError
from knowledge.store.database import Store, generation
from knowledge.store.library import SqlLibrary
from knowledge.store.models import AgencyChatRow, MemberRoleRow, MemberRow, SettingRow

EVERY = timedelta(minutes=10)
"""Between two plannings; a switched plan and a new day bring one at once."""
_LOOK_SECONDS = 15.0
LATE = timedelta(minutes=5)
"""Without a look at what is to be planned; a look takes seconds, and comes every `_LOOK_SECONDS`."""
_ASKED = "planning_asked"
"""Counts how often a process that does not plan itself has asked the one that does."""

log = logging.getLogger(__name__)


class ReminderService:
    """Planning and delivery, for one process.

    Args:
        directory: gives the directory; asked for in a thread, as reading it takes time.
        deliverer: None where there is no channel: what is planned waits.
        plans: whether this process is the one that plans now, where several serve one database.
    """

    def __init__(
        self,
        store: Store,
        library: SqlLibrary,
        directory: Callable[[], Directory],
        clock: Clock,
        deliverer: Deliverer | None,
        plans: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store = store
        self._library = library
        self._directory = directory
        self._clock = clock
        self._deliverer = deliverer
        self._plans = plans
        self._asked_elsewhere: str | None = None
        self._asked = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._looked: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether planning fails, or takes too long; not before it has begun."""
        lag = self.lag
        return lag is not None and lag > LATE

    @property
    def lag(self) -> timedelta | None:
        """Since it was last looked at what is to be planned; None before the first look, and where others plan."""
        return None if self._looked is None else self._clock() - self._looked

    def plan_soon(self) -> None:
        """Something has changed that messages follow: plans at once, beside everything else. From any thread.

        Nothing is lost when the process ends before: the first planning of the next one looks at everything.
        """
        self._asked.set()
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._wake.set)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; what is being sent then has some seconds."""
        self._loop = asyncio.get_running_loop()
        planning = asyncio.create_task(self._plan(stop))
        try:
            await (stop.wait() if self._deliverer is None else self._deliverer.run(stop))
        finally:
            await planning

    async def _plan(self, stop: asyncio.Event) -> None:
        planned: tuple[datetime, int] | None = None
        while not stop.is_set():
            self._wake.clear()
            try:
                if self._plans():
                    self._looked = self._looked or self._clock()
                    planned = await asyncio.to_thread(self._refresh, planned)
                    self._looked = self._clock()
                else:
                    planned = self._looked = None
                    await asyncio.to_thread(self._pass_on)
            except StoreError as error:
                log.error("reminders: not planned: %s %s", error.sentence, error.detail)
            except Exception as error:
                log.error("reminders: not planned: %s", type(error).__name__, exc_info=error)
            await _first_of(stop, self._wake)

    def _pass_on(self) -> None:
        """Has whoever plans do it soon, where that was asked of us."""
        if not self._asked.is_set():
            return
        self._asked.clear()
        try:
            with self._store.write() as session:
                row = session.get(SettingRow, _ASKED)
                session.merge(SettingRow(key=_ASKED, value=str(int(row.value) + 1 if row else 1)))
        except BaseException:
            self._asked.set()
            raise

    def _refresh(self, planned: tuple[datetime, int] | None) -> tuple[datetime, int] | None:
        """Plans where it is time to; when it was done last, and what was live then."""
        now, asked = self._clock().astimezone(HANOI), self._asked.is_set()
        self._asked.clear()
        with self._store.read() as session:
            live = generation(session)
            elsewhere = session.scalar(select(SettingRow.value).where(SettingRow.key == _ASKED))
        asked = asked or elsewhere != self._asked_elsewhere
        if planned is not None and not asked:
            before, was = planned
            # A clock that was moved back gives a negative distance.
            if live == was and now.date() == before.date() and timedelta(0) <= now - before < EVERY:
                return planned
        try:
            if self.anybody_hears():
                refresh(self._store, self._library, self._directory(), now, force=asked or planned is None)
        except BaseException:
            if asked:
                self._asked.set()
            raise
        self._asked_elsewhere = elsewhere
        return now, live

    def anybody_hears(self) -> bool:
        """Whether anybody is registered to hear of tasks; until then all is quiet."""
        hearing = (
            select(MemberRow.id)
            .join(MemberRoleRow, MemberRoleRow.member_id == MemberRow.id)
            .where(MemberRow.active, MemberRoleRow.role.in_([Role.OWNER.value, Role.LEADER.value]))
            .limit(1)
        )
        with self._store.read() as session:
            found = session.scalar(hearing)
            return found is not None or session.scalar(select(AgencyChatRow.chat).limit(1)) is not None


async def _first_of(stop: asyncio.Event, wake: asyncio.Event) -> None:
    """Until told to stop or to look at once, or it is time to look."""
    waiting = [asyncio.create_task(event.wait()) for event in (stop, wake)]
    await asyncio.wait(waiting, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
