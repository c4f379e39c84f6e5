"""A fresh store for each test, closed after it: warnings of open files are errors here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.store.database import Store, open_store
from knowledge.store.library import SqlLibrary


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(data=tmp_path / "dữ liệu") as opened:
        yield opened


@pytest.fixture
def library(store: Store) -> Iterator[SqlLibrary]:
    opened = SqlLibrary(store)
    yield opened
    opened.close()
