"""Copies of the database on a PostgreSQL server: taken while it is in use, and put in its place.

A copy is a SQLite file of the same tables, as every backup holds, so that one of either kind is restored on either;
rows go over by `moving`, which compares them. No program of the server is needed on the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Table, inspect, literal, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from knowledge.errors import BackupError
from knowledge.store.archive import write_archive
from knowledge.store.database import open_store, open_unchanged, place_of, schema_revision
from knowledge.store.keyword import is_derived_table
from knowledge.store.manifest import DATABASE
from knowledge.store.migrations import HEAD
from knowledge.store.models import Base
from knowledge.store.moving import copy_all, remake_keyword
from knowledge.store.sqlite_copy import IN_USE, check_copy, name_aside, sync_folder

_WAIT = "5s"
"""For commands that are just ending; whoever is longer in the tables works with them."""


class PostgresqlCopy:
    """The database at that address."""

    def __init__(self, url: str) -> None:
        self._url = url

    def place(self, home: Path) -> Path:
        """The folder in which what is put in its place must stand before."""
        return home

    def size(self) -> int:
        """Bytes of the tables with their indexes; 0 where no row is in them."""
        with open_unchanged(self._url) as store, store.read() as session:
            there = {*inspect(session.connection()).get_table_names()}
            ours = [table for table in Base.metadata.sorted_tables if table.name in there]
            if not _hold_rows(session, ours):
                return 0
            size = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
            return sum(session.scalar(size, {"name": table.name}) or 0 for table in ours)

    def save(self, target: Path) -> None:
        """Copies the database as it is at one moment into a new file; who writes meanwhile is not held up.

        Raises:
            BackupError: there is none, or it is at the schema of another edition of the program.
            StoreError: it cannot be read, or the copy cannot be written.
        """
        if not self.size():
            raise BackupError(f"Chưa có dữ liệu nào tại {place_of(self._url)} để sao lưu.")
        with open_unchanged(self._url) as source, source.read() as there:
            known = schema_revision(there.connection())
            if known != HEAD:
                raise BackupError(_OTHER_SCHEMA, f"schema {known}, not {HEAD}")
            _write_copy(there, target)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While nobody answers or reminds from the database, and nobody can begin to.

        Raises:
            BackupError: somebody does.
        """
        with open_store(self._url, data=None) as store, store.held(alone=True) as alone:
            if not alone:
                raise BackupError(IN_USE, "it is served")
            yield

    def replace(self, new: Path, home: Path, now: datetime) -> Path | None:
        """Puts the rows of a copy in the place of those that are there, in one transaction.

        Returns:
            The backup of what was there; None where nothing was.

        Raises:
            BackupError: somebody works with the database.
            StoreError: it cannot be written, or is not the same afterwards; it is as before.
        """
        with (
            open_store(_file(new), data=None) as source,
            open_store(self._url, data=None) as target,
            source.read() as there,
            target.write() as here,
        ):
            _shut(here)
            tables = Base.metadata.sorted_tables
            aside = _set_aside(here, new.with_name("old"), home, now) if _hold_rows(here, tables) else None
            try:
                here.execute(text(f"TRUNCATE {', '.join(table.name for table in tables)} RESTART IDENTITY"))
                copy_all(there, here)
                remake_keyword(here)
            except BaseException:
                if aside is not None:
                    aside.unlink()  # what it holds is still in its place
                raise
        return aside


_OTHER_SCHEMA = (
    "Cơ sở dữ liệu còn ở cấu trúc của một bản phần mềm khác; hãy sao lưu bằng bản ấy, "
    "hoặc chạy kehoach doctor để nâng cấu trúc rồi sao lưu."
)


def _hold_rows(session: Session, tables: Iterable[Table]) -> bool:
    return any(session.execute(select(literal(1)).select_from(table).limit(1)).first() for table in tables)


def _shut(here: Session) -> None:
    """Nobody else is in any table until the end: not even to see whether the schema is the newest.

    Raises:
        BackupError: somebody stays in one.
    """
    here.execute(text(f"SET LOCAL lock_timeout = '{_WAIT}'"))
    tables = [*(table.name for table in Base.metadata.sorted_tables), "alembic_version"]
    tables += filter(is_derived_table, inspect(here.connection()).get_table_names())
    try:
        here.execute(text(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE"))
    except OperationalError as error:
        raise BackupError(IN_USE, str(error.orig)) from error


def _set_aside(here: Session, place: Path, home: Path, now: datetime) -> Path:
    """A backup of what is there in the data folder, without the files of its folders, which stay."""
    place.mkdir(mode=0o700)
    copy, new = place / DATABASE, place / "new"
    _write_copy(here, copy)
    write_archive(new, [(DATABASE, copy)], HEAD, now)
    aside = name_aside(home / "kehoach.zip", now)
    new.rename(aside)
    sync_folder(home)
    return aside


def _write_copy(there: Session, target: Path) -> None:
    """Writes all rows into a new SQLite file; the keyword index is derived and stays empty."""
    with open_store(_file(target), data=None) as made, made.engine.connect() as connection:
        connection.execution_options(begin=None)
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")  # one file, whole without a log beside it
    with open_unchanged(_file(target)) as copy, copy.write() as here:
        copy_all(there, here)
    check_copy(target)


def _file(file: Path) -> str:
    return URL.create("sqlite", database=str(file)).render_as_string()
