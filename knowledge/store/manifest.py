"""What a backup says of itself: `manifest.json`, checked when it is read."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from knowledge.errors import BackupError
from knowledge.store.migrations import HEAD

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database"
"""Names of parts that every backup has."""
COPY = "sqlite"
"""What the copy of the database is, on whatever server the database was: a SQLite file."""
_LONGEST_MANIFEST = 64 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a backup, with its size in bytes and its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        database: what its copy is; see `COPY`.
        schema: newest step that it has had; steps are compared as text.
    """

    made_at: datetime
    database: str
    schema: str
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """Bytes of all parts."""
        return sum(part.size for part in self.parts)


def written_manifest(manifest: Manifest) -> str:
    """The manifest as it is kept."""
    told = {"format": FORMAT, **asdict(manifest), "made_at": manifest.made_at.isoformat()}
    return json.dumps(told, ensure_ascii=False, indent=1)


def manifest_in(file: Path, archive: zipfile.ZipFile) -> Manifest:
    """What a backup says of itself.

    Raises:
        BackupError: it says nothing that a backup of ours could, or a newer program made it.
    """
    try:
        if archive.getinfo(MANIFEST).file_size > _LONGEST_MANIFEST:
            raise BackupError(damaged(file), "a manifest of that size is none")
        told: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if told["format"] > FORMAT or told["schema"] > HEAD or told["database"] != COPY:
            raise BackupError(
                f"Tệp {file} do bản phần mềm mới hơn tạo ra; hãy cập nhật phần mềm rồi khôi phục.",
                f"format {told['format']}, schema {told['schema']}, {told['database']}",
            )
        parts = tuple(Part(str(each["name"]), int(each["size"]), str(each["sha256"])) for each in told["parts"])
        made = datetime.fromisoformat(told["made_at"])
        manifest = Manifest(made, str(told["database"]), str(told["schema"]), parts)
    except (KeyError, ValueError, TypeError) as error:
        raise BackupError(damaged(file), repr(error)) from error
    names = [part.name for part in parts]
    if DATABASE not in names or len({*names}) < len(names) or not all(map(_is_inside, names)):
        raise BackupError(damaged(file), "parts that no backup has")
    return manifest


def _is_inside(name: str) -> bool:
    """Whether the name is the database's, or that of a file in a folder of the data folder."""
    path = PurePosixPath(name)
    plain = not path.is_absolute() and ".." not in path.parts and "\\" not in name
    return name == DATABASE or (plain and len(path.parts) == 2)


def damaged(file: Path) -> str:
    """What whoever brought that file is told."""
    return f"Tệp {file} không phải bản sao lưu nguyên vẹn (hỏng hoặc thiếu); dữ liệu đang có không bị thay đổi."
