"""What `/healthz` and `/readyz` say: the first thing that is wrong with the service, found out anew each time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from bot.channels.contract import ChannelName
from knowledge.errors import StoreError
from knowledge.store.database import BUSY_SECONDS, Store, schema_revision
from knowledge.store.doctor import find_trouble
from knowledge.store.migrations import HEAD

_ANSWER_SECONDS = 3.0
"""In which who watches us is answered; they wait for some seconds only."""
_SHARE = 50
"""The database is looked at for one part of so many of the time, however often we are asked..."""
_SHORTEST = 2.0
"""...and not more often than every so many seconds."""
_HANGS = "Kho dữ liệu không trả lời."
_CHANNEL = "Kênh {name} không kết nối được."
_SCHEMA = "Cấu trúc dữ liệu không đúng phiên bản của chương trình; hãy chạy lại trợ lý."
_NO_CHANNEL = "Không kênh nào kết nối được."
_LATE = "Việc lập kế hoạch nhắc đang chậm hoặc gặp lỗi."


class Health:
    """Looks at the database by writing to it and reading it whole, at channels, at the planning of reminders.

    Args:
        away: names of the channels whose platforms cannot be reached now.
        channels: how many there are.
        planning_late: whether reminders were not planned for too long.
    """

    def __init__(
        self,
        store: Store,
        away: Callable[[], Iterable[ChannelName]],
        planning_late: Callable[[], bool],
        channels: int = 0,
    ) -> None:
        self._channels = channels
        self._store = store
        self._away = away
        self._planning_late = planning_late
        # A thread of its own: the common ones may all be busy with slow questions.
        self._thread = ThreadPoolExecutor(1, "health")
        self._look: asyncio.Future[str | None] | None = None
        self._began = self._next = 0.0
        self._found: str | None = None

    async def trouble(self) -> str | None:
        """One sentence; None where all is well."""
        wrong = await self._database()
        if wrong is not None:
            return wrong
        for name in self._away():
            return _CHANNEL.format(name=name)
        return _LATE if self._planning_late() else None

    async def unready(self) -> str | None:
        """Why nothing can be served now; None where something can, be it not all."""
        wrong = await self._database()
        if wrong is not None:
            return wrong
        if not await asyncio.get_running_loop().run_in_executor(self._thread, self._is_current):
            return _SCHEMA
        return _NO_CHANNEL if self._channels and len([*self._away()]) == self._channels else None

    def _is_current(self) -> bool:
        """Another process may have brought the database to a newer schema."""
        try:
            with self._store.read() as session:
                return schema_revision(session.connection()) == HEAD
        except StoreError:
            return False

    def close(self) -> None:
        """Lets go of the thread."""
        self._thread.shutdown(wait=False)

    async def _database(self) -> str | None:
        """What the last look found, or one that is begun now; who writes for long is waited for as writers do."""
        now = time.monotonic()
        if self._look is None and now >= self._next:
            self._began = now
            self._look = asyncio.get_running_loop().run_in_executor(self._thread, find_trouble, self._store)
            self._look.add_done_callback(self._end)
        if self._look is not None:
            await asyncio.wait([self._look], timeout=_ANSWER_SECONDS)
        if self._look is not None and time.monotonic() - self._began > BUSY_SECONDS + _ANSWER_SECONDS:
            return _HANGS
        return self._found

    def _end(self, look: asyncio.Future[str | None]) -> None:
        self._look = None
        now = time.monotonic()
        self._next = now + max(_SHORTEST, _SHARE * (now - self._began))
        if not look.cancelled():
            error = look.exception()
            self._found = _HANGS if error is not None else look.result()
