"""Files that ended a reader: set aside by their digest, and refused at once as long as the reader is the same one.

    HOME/quarantine/DIGEST.json      why, when, by which reader

Nothing of the file itself is kept, not even its name.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ingest.isolation.limits import Limits
from ingest.isolation.process import Reason
from knowledge.errors import PlanFileError
from knowledge.store.private import make_private_folder

FOLDER = "quarantine"
"""In the data folder."""
_DIGEST = re.compile("[0-9a-f]{64}")
_log = logging.getLogger(__name__)


class Quarantine:
    """What is set aside in a data folder."""

    def __init__(self, home: Path, clock: Callable[[], datetime], limits: Limits) -> None:
        self._folder = home.resolve() / FOLDER
        self._clock = clock
        self._limits = limits

    def check(self, digest: str) -> None:
        """Refuses a file that ended this very reader.

        Raises:
            PlanFileError: it did; the sentence says when and how, and what to do.
        """
        try:
            entry = json.loads(self._entry(digest).read_text(encoding="utf-8"))
            known, reason, day = entry["reader"], Reason(entry["reason"]), date.fromisoformat(entry["day"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("quarantine: %s is not readable: %s", digest, type(error).__name__)
            return
        if known == reader_version():
            raise PlanFileError(_refused(self.cause(reason), day), f"set aside: {reason.value}")

    def put(self, digest: str, reason: Reason, detail: str = "") -> PlanFileError:
        """Sets a file aside; gives what to tell whoever sent it."""
        _log.warning("quarantine: %s set aside: %s %s", digest, reason.value, detail)
        if _DIGEST.fullmatch(digest):
            entry = {"reason": reason.value, "day": self._clock().date().isoformat(), "reader": reader_version()}
            make_private_folder(self._folder)
            aside = self._entry(digest).with_suffix(".new")
            aside.write_text(json.dumps(entry), encoding="utf-8")
            aside.replace(self._entry(digest))
        return PlanFileError(_set_aside(self.cause(reason)), f"{reason.value}: {detail}")

    def take_out(self, digest: str) -> None:
        """The file has been read after all."""
        self._entry(digest).unlink(missing_ok=True)

    def cause(self, reason: Reason) -> str:
        """What a file did, as a clause about "tệp này"."""
        return {
            Reason.TIME: f"làm bộ đọc quá thời gian {self._limits.seconds:.0f} giây",
            Reason.MEMORY: f"cần quá nhiều bộ nhớ khi đọc (trên {self._limits.memory // 1_000_000} MB)",
            Reason.CRASH: "làm bộ đọc dừng đột ngột",
            Reason.ANSWER: "cho nội dung lớn bất thường khi đọc",
            Reason.INTERRUPTED: "đang được đọc thì trợ lý bị dừng đột ngột",
        }[reason]

    def _entry(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"


_AGAIN = "xin mở bằng chương trình gốc, lưu thành tệp mới (hoặc tách nhỏ) rồi gửi lại"


def _set_aside(cause: str) -> str:
    return f"Tệp này {cause} nên được để riêng, sẽ không đọc lại; {_AGAIN}."


def _refused(cause: str, day: date) -> str:
    return (
        f"Tệp này {cause} nên được để riêng từ ngày {day:%d/%m/%Y}; {_AGAIN}. "
        "Người quản trị máy chủ có thể cho đọc lại: kehoach load TỆP --again"
    )


@cache
def reader_version() -> str:
    """A mark of all the reader's own code: another version may do better with a file."""
    found = hashlib.sha256()
    for name, content in sorted(_sources(files("ingest"), "")):
        found.update(name.encode() + b"\0" + content)
    return found.hexdigest()[:16]


def _sources(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for each in folder.iterdir():
        if each.is_dir():
            found += _sources(each, f"{path}{each.name}/")
        elif each.name.endswith((".py", ".yaml", ".json")):
            found.append((path + each.name, each.read_bytes()))
    return found
