"""Copies of a SQLite database: taken while it is in use, looked at, put in its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from knowledge.errors import BackupError
from knowledge.store.database import BUSY_SECONDS, DAMAGED, is_damage

_BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside the file; the second is made again."""


class SqliteCopy:
    """The database in that file; nothing here migrates it or makes it."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def place(self, home: Path) -> Path:  # noqa: ARG002 - it may be elsewhere
        """The folder in which what is put in its place must stand before."""
        return self.file.parent

    def size(self) -> int:
        """Bytes of the database with what its log holds; 0 where there is none."""
        parts = [self.file, _beside(self.file, "-wal")]
        return sum(part.stat().st_size for part in parts if part.exists())

    def save(self, target: Path) -> None:
        """Copies the database as it is at one moment into a new file; who writes meanwhile is not held up.

        Raises:
            BackupError: there is none, it cannot be read, or the copy is damaged as it is.
            sqlite3.Error: the copy cannot be written.
        """
        if not self.size():
            raise BackupError(f"Chưa có dữ liệu nào tại {self.file} để sao lưu.")
        try:
            with closing(_open(self.file)) as source, closing(sqlite3.connect(target)) as copy:
                source.backup(copy)  # in one step: in parts it would begin anew whenever somebody writes
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole without a log beside it
        except sqlite3.DatabaseError as error:
            if is_damage(error):
                raise BackupError(DAMAGED, str(error)) from error
            raise
        check_copy(target)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While nobody has the database open, and nobody can open it.

        Raises:
            BackupError: somebody has.
        """
        try:
            with FileLock(f"{self.file}.lock", timeout=0):
                self._fold_log()
                yield
        except Timeout as error:
            raise BackupError(IN_USE, str(error)) from error

    def replace(self, new: Path, home: Path, now: datetime) -> Path | None:  # noqa: ARG002
        """Puts a copy in the place of the database, at once: whoever is killed here leaves the one or the other.

        Returns:
            Where the old one stands now; None where there was none.

        Raises:
            OSError: it cannot be written; the old one is still in its place.
        """
        aside = self._set_aside(now) if self.size() else None
        for ending in _BESIDE:  # the log of another database would be played into the new one
            _beside(self.file, ending).unlink(missing_ok=True)
        new.replace(self.file)
        sync_folder(self.file.parent)
        return aside

    def _fold_log(self) -> None:
        """Has all of it in one file. SQLite does so only for somebody who is alone; of a damaged one it stays."""
        if not self.size():
            return
        try:
            with closing(sqlite3.connect(self.file, timeout=0)) as database:
                (mode,) = database.execute("PRAGMA journal_mode=DELETE").fetchone()
                if mode != "delete":
                    raise BackupError(IN_USE, f"the journal stays {mode}")
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise BackupError(IN_USE, str(error)) from error

    def _set_aside(self, now: datetime) -> Path:
        aside = name_aside(self.file, now)
        for ending in ("", *_BESIDE):
            if _beside(self.file, ending).exists():
                _link(_beside(self.file, ending), _beside(aside, ending))
        sync_folder(aside.parent)
        return aside


IN_USE = "Kho dữ liệu đang được dùng; hãy dừng trợ lý và các lệnh khác rồi làm lại."


def check_copy(file: Path) -> str | None:
    """The schema's step of a copy that is whole; None for one without any.

    Raises:
        BackupError: it is damaged, or no database.
    """
    try:
        with closing(_open(file)) as database:
            said = [line for (line,) in database.execute("PRAGMA integrity_check")]
            strays = database.execute("PRAGMA foreign_key_check").fetchall()
            if said != ["ok"] or strays:
                raise BackupError(DAMAGED, f"{said[:3]} {strays[:3]}")
            known = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
            found = database.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
            return str(found[0]) if found else None
    except sqlite3.DatabaseError as error:
        raise BackupError(DAMAGED, str(error)) from error


def name_aside(file: Path, now: datetime) -> Path:
    """Where what that file held stands beside it once something else was restored; no file has that name yet."""
    name = f"{file.stem}-truoc-khoi-phuc-{now:%Y%m%d-%H%M%S}"
    names = (f"{name}{'' if number == 1 else f'-{number}'}{file.suffix}" for number in count(1))
    return next(path for path in map(file.with_name, names) if not path.exists())


def sync_folder(folder: Path) -> None:
    """Keeps the names in a folder through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?mode=rw", BUSY_SECONDS, uri=True)


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)


def _link(file: Path, name: Path) -> None:
    """A second name, so that there is no moment without the file; a copy where the disk knows no such names."""
    try:
        os.link(file, name)
    except OSError:
        shutil.copy2(file, name)
