"""What would be live: a copy of the store in memory in which drafts are activated, to be asked and thrown away.

A copy, because a trial within the store itself would hold the writer's lock, and everybody's messages wait for that;
in memory, because the copy holds what is personal and must not be left behind by a crash.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from secrets import token_hex
from urllib.parse import quote

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from knowledge.errors import VersionError
from knowledge.store import keyword
from knowledge.store.database import BUSY_SECONDS, Store, migrate, prepare_connections
from knowledge.store.keyword.fts5 import SHADOWS
from knowledge.store.models import PageMessageRow, PaperRow, ReadingFileRow, table_of
from knowledge.store.moving import copy_rows
from knowledge.store.versions import activate_many

LARGEST = 256 << 20
"""Bytes that are copied; files of papers are left out."""
_FILES = (PaperRow, ReadingFileRow, PageMessageRow)
"""Tables that hold files in the column `content`, which is left out."""
_SERVER_SIZE = text(f"""
SELECT sum(pg_table_size(CAST(quote_ident(tablename) AS regclass))) FROM pg_tables
WHERE schemaname = current_schema() AND tablename NOT IN ({", ".join(f"'{each.__tablename__}'" for each in _FILES)})
""")  # noqa: S608 - names out of the schema
_TOO_LARGE = "Kho dữ liệu lớn nên không thử trước được."
_NOT_COPIED = "Không sao được kho dữ liệu để thử."
_MADE = re.compile(r"^(CREATE (?:VIRTUAL |UNIQUE )?(?:TABLE|INDEX) )")


class TrialError(VersionError):
    """What would be live cannot be tried here."""


@contextmanager
def trial_store(store: Store, plans: Sequence[int], now: datetime) -> Iterator[Store]:
    """A store as this one would be with what waits of these plans live; nothing of it stays.

    Raises:
        TrialError: the store is too large to be copied, or of a kind that cannot be.
        VersionError: nothing waits of a plan.
    """
    file, kind = store.engine.url.database, store.engine.dialect.name
    if kind not in ("sqlite", "postgresql") or not file:
        raise TrialError("Kho dữ liệu này không thử trước được.")
    # Shared by the connections of this process under a name of its own; gone with the last of them.
    name = f"file:/kehoach-{token_hex(8)}?vfs=memdb"
    with closing(sqlite3.connect(name, uri=True, check_same_thread=False)):
        if kind == "sqlite":
            _copy(file, name)
        engine = create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(name, uri=True, check_same_thread=False),
            poolclass=QueuePool,
        )
        prepare_connections(engine)
        copied = Store(engine, None, store.embedder)
        try:
            if kind == "postgresql":
                _copy_server(store, copied)
            activate_many(copied, plans, now=now)
            yield copied
        finally:
            copied.close()


def _copy(file: str, name: str) -> None:
    """Copies all that answers need: every row, but of papers only that they are there.

    Table by table, in one look at the source: `VACUUM INTO` would take the papers' files along, often most of it.
    """
    address = f"file:{quote(file)}?mode=ro"
    try:
        with closing(sqlite3.connect(address, BUSY_SECONDS, uri=True, isolation_level=None)) as source:
            source.execute("ATTACH ? AS copy", (name,))
            source.execute("PRAGMA copy.journal_mode=OFF")  # what is half copied is thrown away
            source.execute("BEGIN")
            if _size(source) > LARGEST:
                raise TrialError(_TOO_LARGE)
            made = source.execute(
                "SELECT type, name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"
            )
            statements = [(kind, sql) for kind, name, sql in made.fetchall() if not _comes_by_itself(name)]
            for sql in (sql for kind, sql in statements if kind == "table"):
                source.execute(_MADE.sub(r"\1copy.", sql))
            for table in _filled(source):
                _fill(source, table)
            for sql in (sql for kind, sql in statements if kind != "table"):
                source.execute(_MADE.sub(r"\1copy.", sql))
            source.execute("COMMIT")
    except (sqlite3.Error, MemoryError) as error:
        raise TrialError(_NOT_COPIED, str(error)) from error


def _copy_server(store: Store, copied: Store) -> None:
    """The same out of a server's database; its index of words is of another kind, and made anew."""
    try:
        migrate(copied.engine)
        with store.read() as there, copied.write() as here:
            if int(there.scalar(_SERVER_SIZE) or 0) > LARGEST:
                raise TrialError(_TOO_LARGE)
            copy_rows(there, here, emptied=[table_of(each).c.content for each in _FILES])
            keyword.rebuild(here)
    except (DatabaseError, MemoryError) as error:
        raise TrialError(_NOT_COPIED, str(error)) from error


def _comes_by_itself(name: str) -> bool:
    """SQLite's own tables, and those that the virtual table of the index of words makes."""
    return name.startswith("sqlite_") or name in SHADOWS


def _size(source: sqlite3.Connection) -> int:
    """Bytes that would be copied: free pages and the contents of files are not."""
    pages, free, size = (
        source.execute(f"PRAGMA main.{what}").fetchone()[0] for what in ("page_count", "freelist_count", "page_size")
    )
    files = sum(
        source.execute(f"SELECT coalesce(sum(length(content)), 0) FROM main.{each.__tablename__}").fetchone()[0]  # noqa: S608
        for each in _FILES
    )
    return int((pages - free) * size - files)


def _filled(source: sqlite3.Connection) -> list[str]:
    """Tables that hold rows, those that the index of words is made of among them; last the numbers given so far."""
    rows = source.execute(
        "SELECT name FROM copy.sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' "
        "ORDER BY name = 'sqlite_sequence', rowid"
    )
    return [name for (name,) in rows.fetchall()]


def _fill(source: sqlite3.Connection, table: str) -> None:
    files = {each.__tablename__ for each in _FILES}
    names = [row[1] for row in source.execute(f'PRAGMA copy.table_info("{table}")')]
    wanted = ", ".join("x''" if each == "content" and table in files else f'"{each}"' for each in names)
    source.execute(f'DELETE FROM copy."{table}"')  # noqa: S608 - names out of the schema
    source.execute(f'INSERT INTO copy."{table}" SELECT {wanted} FROM main."{table}"')  # noqa: S608
