"""Data folders: one with the sample plans for reading, and copies of it to change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingest.samples import sample_files
from tests.bot.running import Run, call


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
    return Path(shutil.copytree(loaded, tmp_path / "dữ liệu", ignore=shutil.ignore_patterns("*.log")))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "dữ liệu"
