"""A data folder and an isolated reader whose child misbehaves on demand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import HANOI
from ingest.isolation import process
from ingest.isolation.limits import Limits
from ingest.isolation.reader import IsolatedReader
from tests.bot.papers import write_plan

BAD_CHILD = "tests.ingest.isolation.bad_child"
NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)
SHORT = Limits(seconds=1, patience=2, total_seconds=10, memory=300_000_000)


@contextmanager
def misbehaving(home: Path, patch: pytest.MonkeyPatch, limits: Limits = SHORT) -> Iterator[IsolatedReader]:
    """A reader whose child does what a file's first word tells it."""
    with patch.context() as patched, IsolatedReader(home, lambda: NOW, limits=limits) as reader:
        patched.setattr(process, "CHILD", BAD_CHILD)
        yield reader


def plan_that(folder: Path, deed: str, name: str | None = None) -> Path:
    """A plan that begins with what the child is to do."""
    path = write_plan(folder / (name or f"{deed}.txt"))
    path.write_text(f"{deed}\n{path.read_text('utf-8')}", encoding="utf-8")
    return path


def processes_of(home: Path) -> list[int]:
    """Processes that work in the data folder, whoever started them."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and (folder / "cwd").readlink().is_relative_to(home.resolve()):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def wait_until_gone(home: Path, seconds: float = 5) -> None:
    """Until no process works in the data folder.

    Raises:
        AssertionError: one still does.
    """
    end = time.monotonic() + seconds
    while processes_of(home):
        assert time.monotonic() < end, processes_of(home)
        time.sleep(0.02)


def left_in(home: Path) -> list[str]:
    """What reading has left in the data folder, the common lock aside."""
    return sorted(str(p.relative_to(home)) for p in (home / "reading").rglob("*") if p != home / "reading" / "lock")
