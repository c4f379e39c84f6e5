"""Runs backup or restore again and again, each time killed some steps later.

    python -m tests.knowledge.store.killed backup|restore HOME FILE [ADDRESS]

A step is whatever Python tells its audit of (opening, naming, linking or removing a file, opening a database), and on
a server, whose ADDRESS is given, each statement and each commit. With a file's database it is killed at every step;
with a server's, which has hundreds, at `_SPREAD` of them and at the last ones. A line for each kill, in the order of
steps, says what stands: for a backup the digest of FILE, for a restore whether the database is the OLD one or the NEW
one, whole. The last line is "done STEPS".
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from sqlalchemy import Engine, event, make_url

from knowledge.store.backup import database_copy, restore_backup, write_backup
from knowledge.store.database import database_url

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
_STEPS = ("open", "os.", "shutil.", "sqlite3.connect")
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
_SPREAD = 9
_LAST = 8
"""Steps: committing, and what comes after it."""


class _Database(Protocol):
    url: str
    every: bool

    def contents(self) -> list[str]:
        """All of it, whole."""

    def reset(self) -> None:
        """Makes it what it was at first."""

    def keeps_old(self, home: Path, old: list[str]) -> bool:
        """Whether what was replaced stands beside."""


class _File:
    every = True

    def __init__(self, home: Path) -> None:
        self._home, self.url = home, database_url(home)
        self._pristine = home.with_name("pristine")
        shutil.copytree(home, self._pristine)

    def contents(self) -> list[str]:
        return _dumped(self._home / "kehoach.db")

    def reset(self) -> None:
        shutil.rmtree(self._home)
        shutil.copytree(self._pristine, self._home)

    def keeps_old(self, home: Path, old: list[str]) -> bool:
        (aside,) = home.glob("kehoach-truoc-khoi-phuc-*.db")
        return _dumped(aside) == old


def _dumped(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return list(database.iterdump())


class _Server:
    every = False

    def __init__(self, url: str) -> None:
        self.url = url
        self._address = make_url(url).set(drivername="postgresql")
        self._name = self._address.database or ""
        self._copy(self._name, f"{self._name}_pristine")

    def contents(self) -> list[str]:
        told = []
        with self._connect(self._name) as server:
            while server.execute(_OTHERS).fetchone() != (0,):  # the server may still end what the killed one began
                time.sleep(0.02)
            tables = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            for (table,) in tables.fetchall():
                rows = server.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(str(table))))
                told += sorted(f"{table}{row!r}" for row in rows)
            told += sorted(repr(row) for row in server.execute("SELECT sequencename, last_value FROM pg_sequences"))
        return told

    def reset(self) -> None:
        with self._connect("postgres") as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._name)))
        self._copy(f"{self._name}_pristine", self._name)

    def keeps_old(self, home: Path, old: list[str]) -> bool:
        (aside,) = home.glob("kehoach-truoc-khoi-phuc-*.zip")
        restore_backup(aside, database_copy(self.url), home, force=True, now=NOW)
        return self.contents() == old

    def _copy(self, source: str, target: str) -> None:
        with self._connect("postgres") as server:
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
            server.execute(made.format(sql.Identifier(target), sql.Identifier(source)))

    def _connect(self, name: str) -> closing[psycopg.Connection[tuple[object, ...]]]:
        address = self._address.set(database=name).render_as_string(hide_password=False)
        return closing(psycopg.connect(address, autocommit=True))


def main(what: str, home: Path, file: Path, url: str = "") -> None:
    """See the module."""
    database: _Database = _Server(url) if url else _File(home)
    kept, old = file.read_bytes(), database.contents()

    def work() -> None:
        copy = database_copy(database.url)
        if what == "backup":
            write_backup(copy, home, ["ket-qua"], file, now=NOW)
        else:
            restore_backup(file, copy, home, force=True, now=NOW)

    steps = _steps_of(work, home.with_name("steps"))
    new = database.contents()
    database.reset()
    spread = range(1, steps + 1, 1 if database.every else steps // _SPREAD)
    for step in sorted({*spread, *range(steps - _LAST, steps + 1)}):
        file.write_bytes(kept)
        _killed_at(step, work)
        if what == "backup":
            sys.stdout.write(f"{hashlib.sha256(file.read_bytes()).hexdigest()}\n")
            continue
        found = database.contents()
        whole = found == old or (
            found == new and (home / "ket-qua" / "ab12-mới.txt").exists() and database.keeps_old(home, old)
        )
        sys.stdout.write("BROKEN\n" if not whole else "OLD\n" if found == old else "NEW\n")
        if found != old or database.every:  # a file's leaves pieces, which the next one meets otherwise
            database.reset()
        for aside in home.glob("kehoach-truoc-khoi-phuc-*"):
            aside.unlink()
    file.write_bytes(kept)
    work()
    sys.stdout.write(f"done {steps}\n")


def _steps_of(work: Callable[[], None], note: Path) -> int:
    """How many there are, done to their end."""
    child = os.fork()
    if not child:
        counted = [0]

        def count_up() -> None:
            counted[0] += 1

        _listen(count_up)
        work()
        note.write_text(str(counted[0]))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return int(note.read_text())


def _killed_at(step: int, work: Callable[[], None]) -> None:
    child = os.fork()
    if not child:
        left = [step]

        def count_down() -> None:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        _listen(count_down)
        work()
        os._exit(0)
    os.waitpid(child, 0)


def _listen(on_step: Callable[[], None]) -> None:
    def heard(name: str, _arguments: object) -> None:
        if name.startswith(_STEPS):
            on_step()

    sys.addaudithook(heard)
    event.listen(Engine, "before_cursor_execute", lambda *_: on_step())
    event.listen(Engine, "commit", lambda *_: on_step())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])
