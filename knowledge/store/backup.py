"""One file that holds an installation: the database as it was at one moment, and folders that nothing can make again.

    FILE (zip)
      database           a copy of the database, as its kind writes it
      FOLDER/NAME        the files of each folder
      manifest.json      format, date, kind and schema of the database, size and SHA-256 of each part; written last

A backup stands under its name only when it is whole; a restored database only when all of it was checked. What
belongs to a kind of database is behind `DatabaseCopy`; indexes are derived and in no backup.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from filelock import FileLock, Timeout
from sqlalchemy import make_url

from knowledge.errors import BackupError
from knowledge.store.manifest import DATABASE, MANIFEST, Manifest, Part, damaged, manifest_in, written_manifest
from knowledge.store.private import make_private_folder
from knowledge.store.sqlite_copy import SqliteCopy, inspect, sync_folder

_LAST = "last-backup.json"
_CHUNK = 1 << 20
_SPARE = 16 << 20
"""Bytes that are left free beside what is written."""


class DatabaseCopy(Protocol):
    """What a backup asks of a kind of database; see `SqliteCopy`."""

    kind: str

    @property
    def place(self) -> Path:
        """Where a new copy must stand before it is put in its place."""

    def size(self) -> int:
        """Bytes, roughly; 0 where there is none yet."""

    def save(self, target: Path) -> None:
        """Copies it as it is at one moment."""

    def alone(self) -> AbstractContextManager[None]:
        """While nobody else has it open."""

    def replace(self, new: Path, now: datetime) -> Path | None:
        """Puts a copy in its place; where the old one stands now."""


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
    raise BackupError("Lệnh này chỉ sao lưu kho dữ liệu SQLite; với máy chủ cơ sở dữ liệu hãy dùng công cụ của nó.")


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
            schema = inspect(copy)
            with new.open("xb") as file:
                new.chmod(0o600)
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                    named = [(DATABASE, copy), *((path.relative_to(home).as_posix(), path) for path in files)]
                    manifest = _write_parts(archive, named, database.kind, schema or "", now)
                file.flush()
                os.fsync(file.fileno())
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
    with _opened(file) as archive:
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
    if manifest.database != database.kind:
        raise BackupError(f"Bản sao lưu này là của cơ sở dữ liệu loại khác ({manifest.database}).")
    if database.size() and not force:
        raise BackupError(
            "Đã có dữ liệu ở nơi khôi phục; thêm --force để thay (dữ liệu đang có được giữ lại bên cạnh)."
        )
    try:
        make_private_folder(home)
        make_private_folder(database.place)
        with _workshop(database.place / ".khoi-phuc.part") as place:
            _check_room(place, manifest.size)
            with _opened(file) as archive:
                _extract(file, archive, manifest, place)
            new = place / DATABASE
            if inspect(new) != manifest.schema:
                raise BackupError(damaged(file), "the database has another schema than the manifest says")
            with database.alone():
                _add_files(manifest, place, home)
                shutil.rmtree(home / "vectors", ignore_errors=True)  # derived, of what was there
                return database.replace(new, now)
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


def _write_parts(
    archive: zipfile.ZipFile, named: Iterable[tuple[str, Path]], kind: str, schema: str, now: datetime
) -> Manifest:
    parts = []
    for name, path in named:
        try:
            source = path.open("rb")
        except FileNotFoundError:
            continue  # taken away since: the copy of the database knows it no more, or will not find it
        entry = zipfile.ZipInfo(name, now.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        with source, archive.open(entry, "w", force_zip64=True) as written:
            parts.append(_copy(name, source, written))
    manifest = Manifest(now, kind, schema, tuple(parts))
    entry = zipfile.ZipInfo(MANIFEST, now.timetuple()[:6])
    archive.writestr(entry, written_manifest(manifest))
    return manifest


def _copy(name: str, source: IO[bytes], target: IO[bytes]) -> Part:
    seen, size = hashlib.sha256(), 0
    while piece := source.read(_CHUNK):
        seen.update(piece)
        size += len(piece)
        target.write(piece)
    return Part(name, size, seen.hexdigest())


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """A backup to be read.

    Raises:
        BackupError: no such file, or it is damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except FileNotFoundError as error:
        raise BackupError(f"Không có tệp {file}.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BackupError(damaged(file), repr(error)) from error


def _extract(file: Path, archive: zipfile.ZipFile, manifest: Manifest, place: Path) -> None:
    for part in manifest.parts:
        path = place / part.name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            source = archive.open(part.name)
        except KeyError as error:
            raise BackupError(damaged(file), f"{part.name} is not there") from error
        with source, path.open("xb") as target:
            path.chmod(0o600)
            if _copy(part.name, source, target) != part:
                raise BackupError(damaged(file), f"{part.name} is not what the manifest says")
            target.flush()
            os.fsync(target.fileno())


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
