"""One file that holds an installation: the database as it was at one moment, and folders that nothing can make again.

    FILE (zip)
      database           a copy of the database, a SQLite file
      FOLDER/NAME        the files of each folder
      manifest.json      format, date, schema of the database, size and SHA-256 of each part; written last

A backup stands under its name only when it is whole; a restored database only when all of it was checked. What
belongs to a kind of database is behind `DatabaseCopy`; a backup of either kind is restored on either. Indexes are
derived: what a restored database has none of is made again.
"""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout
from sqlalchemy import make_url

from knowledge.errors import BackupError
from knowledge.store.archive import extract, opened, write_archive
from knowledge.store.manifest import DATABASE, Manifest, damaged, manifest_in
from knowledge.store.private import make_private_folder
from knowledge.store.sqlite_copy import SqliteCopy, check_copy, sync_folder

_LAST = "last-backup.json"
_SPARE = 16 << 20
"""Bytes that are left free beside what is written."""


class DatabaseCopy(Protocol):
    """What a backup asks of a kind of database; see `SqliteCopy`, `PostgresqlCopy`."""

    def place(self, home: Path) -> Path:
        """The folder in which a new copy must stand before it is put in its place; `home` is the data folder."""

    def size(self) -> int:
        """Bytes, roughly; 0 where there is none yet."""

    def save(self, target: Path) -> None:
        """Copies it as it is at one moment into a SQLite file."""

    def alone(self) -> AbstractContextManager[None]:
        """While nobody else has it open."""

    def replace(self, new: Path, home: Path, now: datetime) -> Path | None:
        """Puts a copy in its place, at once; where the old one stands now."""


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The last one that was made of a data folder."""

    at: datetime
    file: str


def database_copy(url: str) -> DatabaseCopy:
    """The copying of the database at an address, as SQLAlchemy writes it.

    Raises:
        BackupError: nothing here copies that kind.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        return SqliteCopy(Path(address.database))
    if address.get_backend_name() == "postgresql":
        from knowledge.store.postgresql_copy import PostgresqlCopy  # few have a server

        return PostgresqlCopy(url)
    raise BackupError("Lệnh này chỉ sao lưu SQLite và PostgreSQL; với máy chủ khác hãy dùng công cụ của nó.")


def write_backup(
    database: DatabaseCopy, home: Path, folders: Iterable[str], target: Path, *, now: datetime
) -> Manifest:
    """Writes a backup to `target`, in the place of an older file of that name once the new one is whole.

    Args:
        folders: those of the data folder `home` that belong to it.

    Raises:
        BackupError: nothing to back up, no room, or the file cannot be written; what stood there stands as before.
    """
    found = [path for folder in folders for path in sorted((home / folder).glob("*"))]
    files = [path for path in found if path.is_file() and not path.name.startswith(".")]
    try:
        with _workshop(target.parent / f".{target.name}.part") as place:
            _check_room(place, 2 * database.size() + sum(path.stat().st_size for path in files))
            copy, new = place / DATABASE, place / "new"
            database.save(copy)
            named = [(DATABASE, copy), *((path.relative_to(home).as_posix(), path) for path in files)]
            manifest = write_archive(new, named, check_copy(copy) or "", now)
            new.replace(target)
            sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(_unwritten(target, error), repr(error)) from error
    _note_last(home, target, now)
    return manifest


def read_manifest(file: Path) -> Manifest:
    """What a backup says of itself; its parts are not looked at.

    Raises:
        BackupError: no such file, no backup, or one that a newer program made.
    """
    with opened(file) as archive:
        return manifest_in(file, archive)


def restore_backup(file: Path, database: DatabaseCopy, home: Path, *, force: bool, now: datetime) -> Path | None:
    """Checks a backup and puts it in the place of what an installation holds, at once.

    Files of the folders are added before the database is switched: their names are never used twice, and the
    database that is set aside needs its own. Killed anywhere, the old one is whole or the new one is.

    Args:
        force: also where there is a database already.

    Returns:
        Where the database that was there stands now; None where there was none.

    Raises:
        BackupError: the file is none or damaged, a newer program made it, or there is data already.
    """
    manifest = read_manifest(file)
    if database.size() and not force:
        raise BackupError(
            "Đã có dữ liệu ở nơi khôi phục; thêm --force để thay (dữ liệu đang có được giữ lại bên cạnh)."
        )
    try:
        make_private_folder(home)
        make_private_folder(database.place(home))
        with _workshop(database.place(home) / ".khoi-phuc.part") as place:
            _check_room(place, manifest.size)
            with opened(file) as archive:
                extract(file, archive, manifest, place)
            new = place / DATABASE
            if check_copy(new) != manifest.schema:
                raise BackupError(damaged(file), "the database has another schema than the manifest says")
            with database.alone():
                _add_files(manifest, place, home)
                shutil.rmtree(home / "vectors", ignore_errors=True)  # derived, of what was there
                return database.replace(new, home, now)
    except OSError as error:
        raise BackupError(_unwritten(home, error), repr(error)) from error


def last_backup(home: Path) -> LastBackup | None:
    """The last backup that was made of this data folder; None where none is known."""
    try:
        kept = json.loads((home / _LAST).read_text(encoding="utf-8"))
        return LastBackup(datetime.fromisoformat(kept["at"]), str(kept["file"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note_last(home: Path, target: Path, now: datetime) -> None:
    new = home / f"{_LAST}.new"
    with suppress(OSError):  # the backup stands all the same, and is made when the data folder is full
        new.write_text(json.dumps({"at": now.isoformat(), "file": str(target.resolve())}), encoding="utf-8")
        new.replace(home / _LAST)


@contextmanager
def _workshop(place: Path) -> Iterator[Path]:
    """A folder beside what is made, empty; one that a killed process left is swept."""
    place.mkdir(mode=0o700, exist_ok=True)
    try:
        with FileLock(place / "lock", timeout=0):
            _sweep(place)
            yield place
            _sweep(place)
    except Timeout as error:
        raise BackupError("Một lệnh sao lưu hoặc khôi phục khác đang chạy ở đây.", str(error)) from error
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    shutil.rmtree(place, ignore_errors=True)


def _sweep(place: Path) -> None:
    for path in place.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


def _check_room(place: Path, wanted: int) -> None:
    free = shutil.disk_usage(place).free
    if free < wanted + _SPARE:
        raise BackupError(f"Ổ đĩa không đủ chỗ: cần khoảng {_told(wanted + _SPARE)}, chỉ còn {_told(free)}.")


def _add_files(manifest: Manifest, place: Path, home: Path) -> None:
    for part in manifest.parts:
        if part.name == DATABASE:
            continue
        target = home / part.name
        make_private_folder(target.parent)
        beside = target.with_name(f".{target.name}.new")  # the data folder may be on another disk than the database
        shutil.copyfile(place / part.name, beside)
        beside.chmod(0o600)
        beside.replace(target)
        sync_folder(target.parent)


def _unwritten(target: Path, error: Exception) -> str:
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    full = full or getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF == sqlite3.SQLITE_FULL
    why = "ổ đĩa đã đầy" if full else "xin kiểm tra thư mục và quyền ghi"
    return f"Không ghi được {target}: {why}."


def _told(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / (1 << 30):.1f} GB" if size >= 1 << 30 else f"{max(1, round(size / (1 << 20)))} MB"
