"""The operator's log: one file in the data folder, never the screen."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from os import fstat
from os.path import samestat
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from knowledge.store.private import make_private_folder

LogFormat = Literal["text", "json"]
_TOKEN = re.compile(r"(/bot)[^/\s]+")
"""As the address of a Telegram or Zalo call holds it."""
_MOST = 5_000_000
"""Bytes of one file."""
_TURN = 5.0
"""Seconds to wait for another process that moves the file away: a moment's work."""
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class _LogFile(RotatingFileHandler):
    """Makes its folder with the first line; a disk that cannot be written disturbs nobody's work.

    Several processes write one file: whoever finds it moved away by another goes on in the new one.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a line where the others write."""
        if self.stream is not None and not self._is_ours():
            self.stream.close()
            self.stream = None
        super().emit(record)

    def doRollover(self) -> None:  # noqa: N802
        """Moves the file away once, however many find it full."""
        try:
            with FileLock(f"{self.baseFilename}.lock", timeout=_TURN):
                if self.stream is None or self._is_ours():
                    super().doRollover()
                    return
        except (OSError, Timeout):
            return  # it is longer for a while
        self.stream.close()
        self.stream = self._open()

    def _is_ours(self) -> bool:
        """Whether the file of that name is the one that is written."""
        try:
            return self.stream is not None and samestat(Path(self.baseFilename).stat(), fstat(self.stream.fileno()))
        except OSError:
            return False

    def _open(self) -> TextIOWrapper:
        make_private_folder(Path(self.baseFilename).parent)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Nothing: the standard one prints a traceback on the screen."""


def hold_log() -> None:
    """Until the data folder is known, keeps warnings off the screen."""
    logging.getLogger().handlers = [logging.NullHandler()]


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for programs that gather logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Moment (UTC), level, module, what happened, and where, if it was a defect."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def start_log(home: Path, form: LogFormat = "text") -> None:
    """Sends warnings and errors of every module to `home`/kehoach.log, 5 MB, three old ones kept."""
    handler = _LogFile(home / "kehoach.log", maxBytes=_MOST, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(JsonFormatter() if form == "json" else logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)


def hide_tokens() -> None:
    """Takes the tokens out of the addresses that httpx logs of each call; once is enough."""
    logger = logging.getLogger("httpx")
    if _hide_token not in logger.filters:
        logger.addFilter(_hide_token)


def _hide_token(record: logging.LogRecord) -> bool:
    record.msg, record.args = _TOKEN.sub(r"\1…", record.getMessage()), ()
    return True
