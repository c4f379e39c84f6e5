"""The operator's log: one file in the data folder, never the screen."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def start_log(home: Path) -> None:
    """Sends warnings and errors of every module to `home`/kehoach.log, 5 MB, three old ones kept."""
    home.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        home / "kehoach.log", maxBytes=5_000_000, backupCount=3, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
