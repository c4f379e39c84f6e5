"""A database of its own for each test, on a Friday morning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import HANOI
from bot.people.members import People
from knowledge.agencies import Directory, load_directory
from knowledge.store.database import open_store
from tests.bot.reminders.owed import Owed

FRIDAY = datetime(2026, 11, 20, 9, tzinfo=HANOI)


@pytest.fixture(scope="session")
def directory() -> Directory:
    return load_directory()


@pytest.fixture
def owed(tmp_path: Path, directory: Directory) -> Iterator[Owed]:
    with open_store(data=tmp_path / "dữ liệu") as store:
        yield Owed(store, People(store, lambda: FRIDAY, directory), directory, FRIDAY)
