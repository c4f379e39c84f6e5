"""The queue of files that wait to be read as plans, in the database: whichever process was sent one, one that reads
takes it, and every process sees how far it is and what came of it.

A row is claimed by one process, which reads one file at a time, and gets its outcome in place of the file. What a
killed process was reading is read once more by another one, or by itself after its restart (`TRIES`); a file at which
processes are killed again is refused. One that is told to stop puts its file back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.reports.returned_table import ReturnedTable
from bot.settings import ServiceRole
from ingest.readers.safety import MAX_FILE
from knowledge.errors import KehoachError
from knowledge.store.database import Store
from knowledge.store.models import ReadingFileRow, ReadingRow, table_of
from knowledge.store.processes import ServiceProcess, alive_processes, running_processes

TRIES = 2
"""Processes that may end while they read a file: one may be killed for any reason, a second one by the file."""
MOST_WAITING = 3 * MAX_FILE
"""Bytes of all files that wait."""
LOOK_SECONDS = 0.5
"""Between two looks of an idle process for a file that another one was sent."""


class Stage(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    READING = "reading"
    DRAFT = "draft"
    """Read, and a draft now."""
    SAME = "same"
    """Loaded already."""
    TABLE = "table"
    """A table of tasks that came back corrected: its difference is to be applied."""
    APPLIED = "applied"
    REFUSED = "refused"
    CONFLICT = "conflict"
    """Refused: another paper has its number."""
    FAILED = "failed"
    """Not read for a defect of ours."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file.

    Attributes:
        lines: its report, or why it was refused.
        plan_id, version: the draft that was made of it, or that it is the same as.
        returned: a table that came back, where it would change anything.
        gone: tasks whose rows are missing in it.
    """

    stage: Stage
    lines: Sequence[str]
    plan_id: int | None = None
    version: int | None = None
    returned: ReturnedTable | None = None
    gone: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that was sent, as everybody sees it; see `Outcome`.

    Attributes:
        pages: how many are read, of how many; (0, 0) where that is not known.
    """

    id: int
    name: str
    stage: Stage
    pages: tuple[int, int]
    lines: Sequence[str]
    plan_id: int | None
    version: int | None
    returned: ReturnedTable | None
    gone: Sequence[int]

    @property
    def is_through(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.stage not in _OPEN

    @property
    def is_refused(self) -> bool:
        """Whether nothing was made of it."""
        return self.stage in (Stage.REFUSED, Stage.CONFLICT, Stage.FAILED)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A file that is this process's to read.

    Attributes:
        by: whose it is.
        is_killer: processes were killed while they read it, as often as is taken for chance.
    """

    id: int
    name: str
    content: bytes
    by: int
    is_killer: bool


class Readings:
    """The queue as one process sees it; safe to call from many threads, `claim` and what follows it from one.

    Args:
        process: this one among several on one database; None where it is the only one, or only hands files over.
    """

    def __init__(self, store: Store, clock: Clock, process: ServiceProcess | None = None) -> None:
        self._store = store
        self._clock = clock
        self._process = process
        self._came = asyncio.Event()
        self._held: int | None = None

    async def put(self, files: Sequence[tuple[str, bytes]], by: int) -> int:
        """Has files read; the number of their loading.

        Args:
            files: name and content of each.

        Raises:
            KehoachError: there is none, or too much waits already.
            StoreError: they are not kept.
        """
        if not files:
            raise KehoachError("Xin chọn tệp cần nạp.")
        loading = await asyncio.to_thread(self._put, files, by)
        self._came.set()
        return loading

    async def wait(self, stop: asyncio.Event) -> None:
        """Until a file may have come, or `stop` is set."""
        waits = [asyncio.create_task(each.wait()) for each in (self._came, stop)]
        await asyncio.wait(waits, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for each in waits:
            each.cancel()
        self._came.clear()

    def find(self, loading: int) -> list[Reading]:
        """The files of a loading, in their order; none where it is not kept any more."""
        with self._store.read() as session:
            rows = session.execute(select(_TABLE).where(_TABLE.c.loading == loading).order_by(_TABLE.c.id)).all()
        return [_reading(row) for row in rows]

    @property
    def has_reader(self) -> bool:
        """Whether some process reads."""
        if not self._store.is_shared:
            return True
        with self._store.read() as session:
            return any(role != ServiceRole.WEB for role, _ in running_processes(session))

    def claim(self) -> Claimed | None:
        """The file that waits longest; None where there is none.

        Raises:
            StoreError: none is claimed.
        """
        if self._process is not None and not self._process.is_alive:
            return None  # the others may take us for ended
        if self._held is not None:  # what came of it could not be written
            self._put_back(self._held)
        wanted = self._wanted()
        with self._store.read() as session:
            if session.scalar(select(ReadingRow.id).where(wanted).limit(1)) is None:
                return None
        with self._store.write_beside() as session:
            found = session.execute(
                select(ReadingRow.id, ReadingRow.tries)
                .where(wanted)
                .order_by(ReadingRow.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).first()
            if found is None:
                return None
            taken = {"stage": Stage.READING, "process": self._name, "tries": found.tries + 1}
            session.execute(_row(found.id).values(**taken, pages_read=0, pages=0))
        self._held = found.id
        with self._store.read() as session:
            row = session.execute(
                select(_TABLE.c.name, _TABLE.c.by, _FILES.c.content)
                .join(_FILES, _FILES.c.id == _TABLE.c.id)
                .where(_TABLE.c.id == found.id)
            ).one()
        return Claimed(found.id, row.name, row.content, row.by, is_killer=found.tries >= TRIES)

    def note_pages(self, claimed: Claimed, read: int, of: int) -> None:
        """Tells how far it is.

        Raises:
            StoreError: it is not told.
        """
        with self._store.write_beside() as session:
            session.execute(self._ours(claimed.id).values(pages_read=read, pages=of))

    def finish(self, claimed: Claimed, outcome: Outcome) -> None:
        """Puts what came of a file in its place; nothing where another process has taken it meanwhile.

        Raises:
            StoreError: it is not written; the file is put back at the next claim.
        """
        with self._store.write_beside() as session:
            ours = self._ours(claimed.id).values(**_values(outcome), process=None).returning(_TABLE.c.id)
            if session.execute(ours).scalar() is not None:
                session.execute(delete(_FILES).where(_FILES.c.id == claimed.id))
        self._held = None

    def put_back(self, claimed: Claimed) -> None:
        """It is not read by now, which says nothing of the file.

        Raises:
            StoreError: it is not written; that is done at the next claim.
        """
        self._put_back(claimed.id)

    def settle(self, reading: Reading, outcome: Outcome) -> None:
        """What became of one that was read.

        Raises:
            StoreError: it is not written.
        """
        with self._store.write_beside() as session:
            session.execute(_row(reading.id).values(**_values(outcome)))

    @property
    def _name(self) -> str | None:
        return self._process.name if self._process else None

    def _put(self, files: Sequence[tuple[str, bytes]], by: int) -> int:
        # With all other writers and not beside them: a file of many megabytes must not hold up who says it is alive.
        with self._store.write() as session:
            waiting = session.scalar(select(func.sum(ReadingRow.size)).where(ReadingRow.stage.in_(_OPEN))) or 0
            if waiting + sum(len(content) for _, content in files) > MOST_WAITING:
                raise KehoachError("Đang có nhiều tệp chờ đọc; xin đợi đọc xong rồi nạp tiếp.")
            loading = 0
            for name, content in files:
                row = {
                    "loading": loading,
                    "at": self._clock(),
                    "by": by,
                    "name": _last_part(name),
                    "size": len(content),
                    "stage": Stage.WAITING,
                    "tries": 0,
                    "pages_read": 0,
                    "pages": 0,
                    "lines": [],
                    "gone": [],
                }
                id_ = session.execute(insert(_TABLE).values(row).returning(_TABLE.c.id)).scalar_one()
                session.execute(insert(_FILES).values(id=id_, content=content))
                if not loading:
                    loading = id_
                    session.execute(_row(id_).values(loading=loading))
            return loading

    def _wanted(self) -> ColumnElement[bool]:
        """What waits, and what nobody reads any more: this process reads nothing when it asks."""
        lost = ReadingRow.stage == Stage.READING
        if self._process is not None:
            lost = and_(lost, or_(ReadingRow.process == self._name, ReadingRow.process.not_in(alive_processes())))
        return or_(ReadingRow.stage == Stage.WAITING, lost)

    def _ours(self, id_: int) -> Any:
        """The row, as long as it is this process's."""
        ours = _row(id_).where(_TABLE.c.stage == Stage.READING)
        return ours if self._process is None else ours.where(_TABLE.c.process == self._name)

    def _put_back(self, id_: int) -> None:
        with self._store.write_beside() as session:
            session.execute(
                self._ours(id_).values(stage=Stage.WAITING, process=None, tries=_TABLE.c.tries - 1, pages_read=0)
            )
        self._held = None


def count_unread(session: Session) -> int:
    """Files that are not read yet, those being read among them."""
    return session.scalar(select(func.count()).where(ReadingRow.stage.in_(_OPEN))) or 0


def count_forgotten(session: Session, before: datetime, *, shared: bool) -> int:
    """Files that were sent before that moment and that nobody reads.

    Args:
        shared: several processes serve the database; of one alone it is not known whether it still runs.
    """
    nobody = ReadingRow.stage == Stage.WAITING
    if shared:
        nobody = or_(nobody, and_(ReadingRow.stage == Stage.READING, ReadingRow.process.not_in(alive_processes())))
    return session.scalar(select(func.count()).where(nobody, ReadingRow.at < before)) or 0


_OPEN = (Stage.WAITING, Stage.READING)
_TABLE = table_of(ReadingRow)
_FILES = table_of(ReadingFileRow)


def _row(id_: int) -> Any:
    return update(_TABLE).where(_TABLE.c.id == id_)


def _values(outcome: Outcome) -> dict[str, Any]:
    return {
        "stage": outcome.stage,
        "lines": [*outcome.lines],
        "plan_id": outcome.plan_id,
        "version": outcome.version,
        "returned": outcome.returned.kept() if outcome.returned else None,
        "gone": [*outcome.gone],
    }


def _reading(row: Row[Any]) -> Reading:
    returned = ReturnedTable.of_kept(row.returned) if row.returned else None
    pages = (row.pages_read, row.pages)
    return Reading(row.id, row.name, Stage(row.stage), pages, row.lines, row.plan_id, row.version, returned, row.gone)


def _last_part(name: str) -> str:
    """A browser may send a path."""
    return PurePosixPath(name.replace("\\", "/")).name.replace("\0", "") or "tệp"
