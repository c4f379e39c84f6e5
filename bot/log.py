"""The operator's log: one file in the data folder, never the screen."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal

from knowledge.store.private import make_private_folder

LogFormat = Literal["text", "json"]
_TOKEN = re.compile(r"(/bot)[^/\s]+")
"""As the address of a Telegram or Zalo call holds it."""
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class _LogFile(RotatingFileHandler):
    """Makes its folder with the first line; a disk that cannot be written disturbs nobody's work."""

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
    handler = _LogFile(home / "kehoach.log", maxBytes=5_000_000, backupCount=3, encoding="utf-8", delay=True)
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
