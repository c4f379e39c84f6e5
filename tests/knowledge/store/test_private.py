"""What we make in the data folder is for its owner alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.store.database import open_store
from knowledge.store.private import make_private_file, make_private_folder

pytestmark = pytest.mark.sqlite  # of its file's permissions


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o377])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_a_new_database_and_its_folder(tmp_path: Path) -> None:
    home = tmp_path / "dữ liệu"
    with open_store(data=home) as store:
        with store.write() as session:
            session.connection().exec_driver_sql("UPDATE settings SET value = value")
        found = {path.name: mode(path) for path in home.glob("kehoach.db*") if path.suffix != ".lock"}
    assert (mode(home), found) == (
        0o700,
        {"kehoach.db": 0o600, "kehoach.db-wal": 0o600, "kehoach.db-shm": 0o600},
    )


def test_what_an_operator_made_stays(tmp_path: Path) -> None:
    home, file = tmp_path / "chung", tmp_path / "chung" / "kehoach.db"
    home.mkdir()
    home.chmod(0o750)
    file.touch()
    file.chmod(0o640)
    with open_store(data=home):
        assert (mode(home), mode(file)) == (0o750, 0o640)


def test_parents_are_made_as_usual_and_a_file_is_no_folder(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "a" / "b")
    assert mode(tmp_path / "a" / "b") == 0o700
    make_private_file(tmp_path / "a" / "tệp")
    make_private_file(tmp_path / "a" / "tệp")
    with pytest.raises(FileExistsError):
        make_private_folder(tmp_path / "a" / "tệp")


def test_an_address_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "kho" / "riêng.db"
    with open_store(f"sqlite:///{file}", data=None):
        assert (mode(file.parent), mode(file)) == (0o700, 0o600)
    with open_store("sqlite://", data=tmp_path / "d"):
        assert mode(tmp_path / "d") == 0o700
