"""The processes that serve one database on a server: who is alive, and who has what only one may have.

Each says every `BEAT` seconds that it is alive, by the database's clock. What a process has that was silent for
`SILENT` is free for the others: messages that it was answering, and leases. So a killed one is replaced within
`SILENT` and one beat. Who cannot say it in time acts itself as the others take it: as if it had ended.

A database in a file has one process only, kept alone by its folder (`bot.serving.only_service`), and needs none of
this.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Select, cast, delete, func, select
from sqlalchemy.orm import Session

from knowledge.store.database import Store
from knowledge.store.models import LeaseRow, ProcessRow

BEAT = 5.0
"""Seconds."""
SILENT = timedelta(seconds=20)
"""Three beats may be lost to a busy server or network."""
_GIVES_UP = 15.0
"""Seconds of silence after which a process takes what it has for lost: a beat before others may take it."""
_FORGOTTEN = timedelta(days=1)
"""How long the name of one that ended without a word is kept."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a beat told.

    Attributes:
        leases: what this process has.
        vacant: leases that nobody has.
        workers: processes alive that send messages, this one among them where it is one.
    """

    leases: frozenset[str]
    vacant: frozenset[str]
    workers: int


class ServiceProcess:
    """This process among those that serve the database.

    Args:
        role: what it does; see `bot.settings`.
        sends: whether it sends messages.
    """

    def __init__(self, store: Store, role: str, *, sends: bool = True) -> None:
        self._store = store
        self._role = role
        self._sends = sends
        self.name = secrets.token_hex(8)
        self._spoke: float | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the others take it for alive, with some seconds to spare."""
        return self._spoke is not None and time.monotonic() - self._spoke < _GIVES_UP

    def beat(self, wanted: Collection[str] = (), known: Collection[str] = ()) -> Seen:
        """Says that it is alive, and takes the leases it wants that are free.

        Args:
            known: leases of which it is to be told whether nobody has them.

        Raises:
            StoreError: it could not be said.
        """
        from sqlalchemy.dialects.postgresql import insert  # 20 ms to import, and few have a server

        began = time.monotonic()
        with self._store.write_beside() as session:
            new = insert(ProcessRow).values(
                name=self.name,
                role=self._role,
                sends=self._sends,
                host=f"{socket.gethostname()}:{os.getpid()}",
                started_at=_NOW,
                seen_at=_NOW,
            )
            session.execute(new.on_conflict_do_update(index_elements=["name"], set_={"seen_at": _NOW}))
            for lease in wanted:
                self._try_take(session, lease)
            session.execute(delete(ProcessRow).where(ProcessRow.seen_at < _NOW - _FORGOTTEN))
            held = {row.name: row.process for row in session.execute(_HELD)}
            workers = session.scalar(_WORKERS) or 0
        self._spoke = began
        ours = frozenset(lease for lease in wanted if held.get(lease) == self.name)
        return Seen(ours, frozenset(known) - held.keys(), workers)

    def leave(self) -> None:
        """Lets go of everything, so that nobody has to wait until it is known to have ended.

        Raises:
            StoreError: it could not be said; it is found out.
        """
        self._spoke = None
        with self._store.write_beside() as session:
            session.execute(delete(LeaseRow).where(LeaseRow.process == self.name))
            session.execute(delete(ProcessRow).where(ProcessRow.name == self.name))

    def _try_take(self, session: Session, lease: str) -> None:
        from sqlalchemy.dialects.postgresql import insert

        new = insert(LeaseRow).values(name=lease, process=self.name)
        free = LeaseRow.process.not_in(alive_processes())
        session.execute(new.on_conflict_do_update(index_elements=["name"], set_={"process": self.name}, where=free))


def alive_processes() -> Select[Any]:
    """The names of processes that are alive, for use inside of another statement."""
    return select(ProcessRow.name).where(_IS_ALIVE)


def running_processes(session: Session) -> list[tuple[str, str]]:
    """Role and place of each that is alive, for an operator."""
    return [(role, host) for role, host in session.execute(_RUNNING)]


_NOW: ColumnElement[Any] = cast(func.timezone("UTC", func.clock_timestamp()), DateTime)
"""The server's clock: those of several machines differ. Not that of the transaction's beginning, which may be old."""
_IS_ALIVE: ColumnElement[bool] = ProcessRow.seen_at > _NOW - SILENT
_HELD = select(LeaseRow.name, LeaseRow.process).where(LeaseRow.process.in_(select(ProcessRow.name).where(_IS_ALIVE)))
_WORKERS = select(func.count()).select_from(ProcessRow).where(_IS_ALIVE, ProcessRow.sends)
_RUNNING = select(ProcessRow.role, ProcessRow.host).where(_IS_ALIVE).order_by(ProcessRow.started_at)
