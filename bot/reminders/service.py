"""Reminders beside the channels of `kehoach serve`: planned, and sent, until told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.clock import HANOI, Clock
from bot.people.records import Role
from bot.reminders.delivery import Deliverer
from bot.reminders.planning import refresh
from knowledge.agencies import Directory
from knowledge.errors import StoreError
from knowledge.store.database import Store, generation
from knowledge.store.library import SqlLibrary
from knowledge.store.models import AgencyChatRow, MemberRoleRow, MemberRow

EVERY = timedelta(minutes=10)
"""Between two plannings; a switched plan and a new day bring one at once."""
_LOOK_SECONDS = 15.0

log = logging.getLogger(__name__)


class ReminderService:
    """Planning and delivery, for one process.

    Args:
        directory: gives the directory; asked for in a thread, as reading it takes time.
    """

    def __init__(
        self,
        store: Store,
        library: SqlLibrary,
        directory: Callable[[], Directory],
        clock: Clock,
        deliverer: Deliverer,
    ) -> None:
        self._store = store
        self._library = library
        self._directory = directory
        self._clock = clock
        self._deliverer = deliverer

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; what is being sent then has some seconds."""
        planning = asyncio.create_task(self._plan(stop))
        try:
            await self._deliverer.run(stop)
        finally:
            await planning

    async def _plan(self, stop: asyncio.Event) -> None:
        planned: tuple[datetime, int] | None = None
        while not stop.is_set():
            try:
                planned = await asyncio.to_thread(self._refresh, planned)
            except StoreError as error:
                log.error("reminders: not planned: %s %s", error.sentence, error.detail)
            except Exception as error:
                log.error("reminders: not planned: %s", type(error).__name__, exc_info=error)
            try:
                await asyncio.wait_for(stop.wait(), _LOOK_SECONDS)
            except TimeoutError:
                continue

    def _refresh(self, planned: tuple[datetime, int] | None) -> tuple[datetime, int] | None:
        """Plans where it is time to; when it was done last, and what was live then."""
        now = self._clock().astimezone(HANOI)
        with self._store.read() as session:
            live = generation(session)
        if planned is not None:
            before, was = planned
            # A clock that was moved back gives a negative distance.
            if live == was and now.date() == before.date() and timedelta(0) <= now - before < EVERY:
                return planned
        if self.anybody_hears():
            refresh(self._store, self._library, self._directory(), now)
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
