"""Files that owners send as the result of a task: kept as they come, never opened.

Each gets a name of its own in the data folder; the name that the owner gave stays readable in it.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path, PurePosixPath

from bot.tracking.records import RetypeError
from knowledge.text import nfc

FOLDER = "ket-qua"
LARGEST = 20 * 1024 * 1024
"""Bytes; platforms hand over no more anyway."""
_LONGEST_NAME = 60


def check_size(size: int | None) -> None:
    """Refuses a file that is too large, as far as its size is known.

    Raises:
        RetypeError: it is.
    """
    if size is not None and size > LARGEST:
        raise RetypeError(f"Tệp lớn hơn {LARGEST // 1024 // 1024} MB nên tôi không nhận được; xin gửi tệp nhỏ hơn.")


def clean_name(name: str) -> str:
    """The name without folders and whatever no file name should hold; "tệp" where nothing is left."""
    last = PurePosixPath(nfc(name).replace("\\", "/")).name
    kept = "".join(letter if letter.isalnum() or letter in " ._-()" else "_" for letter in last).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if dot and stem and len(ending) <= 10:
        return f"{stem[:_LONGEST_NAME].rstrip(' .')}.{ending}"
    return kept[:_LONGEST_NAME].rstrip(" .") or "tệp"


def keep(home: Path, name: str, content: bytes) -> str:
    """Keeps a file in the data folder `home`; its name there.

    Raises:
        RetypeError: it is empty, too large, or cannot be written.
    """
    check_size(len(content))
    if not content:
        raise RetypeError("Tệp này trống; xin gửi lại.")
    kept = f"{secrets.token_hex(6)}-{clean_name(name)}"
    folder = home / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
    except OSError as error:
        raise RetypeError("Chưa lưu được tệp này; xin thử lại sau.", str(error)) from error
    return kept


def drop(home: Path, kept: str) -> None:
    """Takes a file away that is nobody's; one that is gone already, or held by something, is left."""
    with suppress(OSError):
        (home / FOLDER / kept).unlink(missing_ok=True)


def given_name(kept: str) -> str:
    """The name that the owner gave to a file kept under that name."""
    return kept.partition("-")[2] or kept
