"""The zip of a backup: its parts written one after the other, and read back as the manifest says."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from knowledge.errors import BackupError
from knowledge.store.manifest import COPY, MANIFEST, Manifest, Part, damaged, written_manifest

_CHUNK = 1 << 20


def write_archive(file: Path, named: Iterable[tuple[str, Path]], schema: str, now: datetime) -> Manifest:
    """Writes a new file of these parts for its owner alone, the manifest last, and brings it to the disk.

    Args:
        named: name and file of each part; a file that is gone by then is left out.

    Raises:
        OSError: it cannot be written.
    """
    with file.open("xb") as written:
        file.chmod(0o600)
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            parts = tuple(part for name, path in named if (part := _write_part(archive, name, path, now)))
            manifest = Manifest(now, COPY, schema, parts)
            archive.writestr(zipfile.ZipInfo(MANIFEST, now.timetuple()[:6]), written_manifest(manifest))
        written.flush()
        os.fsync(written.fileno())
    return manifest


@contextmanager
def opened(file: Path) -> Iterator[zipfile.ZipFile]:
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


def extract(file: Path, archive: zipfile.ZipFile, manifest: Manifest, place: Path) -> None:
    """Writes the parts into an empty folder, each checked.

    Raises:
        BackupError: one is missing, or is not what the manifest says.
        OSError: it cannot be written.
    """
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


def _write_part(archive: zipfile.ZipFile, name: str, path: Path, now: datetime) -> Part | None:
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return None  # taken away since: the copy of the database knows it no more, or will not find it
    entry = zipfile.ZipInfo(name, now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    with source, archive.open(entry, "w", force_zip64=True) as written:
        return _copy(name, source, written)


def _copy(name: str, source: IO[bytes], target: IO[bytes]) -> Part:
    seen, size = hashlib.sha256(), 0
    while piece := source.read(_CHUNK):
        seen.update(piece)
        size += len(piece)
        target.write(piece)
    return Part(name, size, seen.hexdigest())
