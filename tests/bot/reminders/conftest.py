"""A fresh administration for each test, or a database with only what a test writes, on a Friday morning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import HANOI
from bot.people.members import People
from knowledge.agencies import load_directory
from knowledge.store.database import open_store
from tests.bot.reminders.office import Office
from tests.bot.reminders.owed import Owed

FRIDAY = datetime(2026, 11, 20, 9, tzinfo=HANOI)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path / "dữ liệu")
    yield opened
    opened.close()


@pytest.fixture
def owed(tmp_path: Path) -> Iterator[Owed]:
    directory = load_directory()
    with open_store(data=tmp_path / "dữ liệu") as store:
        yield Owed(store, People(store, lambda: FRIDAY, directory), directory, FRIDAY)
