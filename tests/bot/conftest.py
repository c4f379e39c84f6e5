"""Data folders: one with the sample plans for reading, and copies of it to change; administrations that owe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import HANOI
from bot.people.members import People
from bot.tracking.forgetting import forget_reminded
from ingest.samples import sample_files
from knowledge.agencies import load_directory
from knowledge.store.database import open_store
from tests.bot.notify.office import Office
from tests.bot.notify.owed import Owed
from tests.bot.running import Run, call
from tests.databases import copy_home

FRIDAY = datetime(2026, 11, 20, 9, tzinfo=HANOI)


@pytest.fixture(scope="session")
def loading(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    """A data folder and how loading the sample plans into it went."""
    home = tmp_path_factory.mktemp("mẫu") / "dữ liệu"
    return home, call(home, "load", *sample_files(), "--activate")


@pytest.fixture(scope="session")
def loaded(loading: tuple[Path, Run]) -> Path:
    """The sample plans, active; not to be changed."""
    return loading[0]


@pytest.fixture
def home(tmp_path: Path, loaded: Path) -> Path:
    """The sample plans, active, in a folder of this test's own."""
    return copy_home(loaded, tmp_path / "dữ liệu")


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "dữ liệu"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A fresh administration."""
    opened = Office(tmp_path / "dữ liệu")
    yield opened
    opened.close()


@pytest.fixture
def owed(tmp_path: Path) -> Iterator[Owed]:
    """A database with only what a test writes, on a Friday morning."""
    directory = load_directory()
    with open_store(data=tmp_path / "dữ liệu") as store:
        yield Owed(store, People(store, lambda: FRIDAY, directory, erase=forget_reminded), directory, FRIDAY)
