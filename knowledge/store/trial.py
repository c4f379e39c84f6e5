"""What would be live: a copy of the store in memory in which drafts are activated, to be asked and thrown away.

A copy, because a trial within the store itself would hold the writer's lock, and everybody's messages wait for that;
in memory, because the copy holds what is personal and must not be left behind by a crash.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from secrets import token_hex
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from knowledge.errors import VersionError
from knowledge.store.database import BUSY_SECONDS, Store, prepare_connections
from knowledge.store.versions import activate_many

LARGEST = 256 << 20
"""Bytes of a store that is copied."""


class TrialError(VersionError):
    """What would be live cannot be tried here."""


@contextmanager
def trial_store(store: Store, plans: Sequence[int], now: datetime) -> Iterator[Store]:
    """A store as this one would be with what waits of these plans live; nothing of it stays.

    Raises:
        TrialError: the store is too large to be copied, or no SQLite file.
        VersionError: nothing waits of a plan.
    """
    file = store.engine.url.database
    if store.engine.dialect.name != "sqlite" or not file:
        raise TrialError("Kho dữ liệu này không thử trước được.")
    # Shared by the connections of this process under a name of its own; gone with the last of them.
    name = f"file:/kehoach-{token_hex(8)}?vfs=memdb"
    with closing(sqlite3.connect(name, uri=True, check_same_thread=False)):
        _copy(file, name)
        engine = create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(name, uri=True, check_same_thread=False),
            poolclass=QueuePool,
        )
        prepare_connections(engine)
        copied = Store(engine, None, store.embedder)
        try:
            activate_many(copied, plans, now=now)
            yield copied
        finally:
            copied.close()


def _copy(file: str, name: str) -> None:
    try:
        with closing(sqlite3.connect(f"file:{quote(file)}?mode=ro", BUSY_SECONDS, uri=True)) as source:
            pages, size = (source.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size"))
            if pages * size > LARGEST:
                raise TrialError("Kho dữ liệu lớn nên không thử trước được.")
            source.execute("VACUUM INTO ?", (name,))  # without a write-ahead log, which memory has none of
    except (sqlite3.Error, MemoryError) as error:
        raise TrialError("Không sao được kho dữ liệu để thử.", str(error)) from error
