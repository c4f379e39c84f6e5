"""On which database tests run: `--database postgresql`, or marked tests on both.

`open_store(data=FOLDER)` and the command with that data folder then open a PostgreSQL database of the folder's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.store import database
from tests import databases
from tests.databases import POSTGRESQL, SQLITE, Server, running_server

_BOTH = "both"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=[SQLITE, POSTGRESQL, _BOTH],
        default=_BOTH,
        help="sqlite, postgresql: every test on that one; both: on SQLite, and marked ones on PostgreSQL too",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Marked tests are two."""
    if metafunc.config.getoption("--database") == _BOTH and _marked(metafunc.definition, "both_databases"):
        metafunc.parametrize("database_kind", [SQLITE, POSTGRESQL], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is particular to SQLite's file is left out where the other one is asked for."""
    if config.getoption("--database") != POSTGRESQL:
        return
    left = [item for item in items if _marked(item, "sqlite")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """One server for all tests of this process."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def _whole_session(request: pytest.FixtureRequest) -> Iterator[None]:
    """Under `--database postgresql` also what is made once for many tests stands there."""
    with pytest.MonkeyPatch.context() as patch:
        if request.config.getoption("--database") == POSTGRESQL:
            _switch(patch, request.getfixturevalue("postgresql_server"))
        yield


@pytest.fixture(autouse=True)
def database_kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The database that this test runs on."""
    whole = request.config.getoption("--database") == POSTGRESQL
    kind: str = getattr(request, "param", POSTGRESQL if whole else SQLITE)
    if kind == SQLITE:
        yield kind
        return
    server: Server = request.getfixturevalue("postgresql_server")
    if not whole:
        _switch(monkeypatch, server)
    own: Path = request.getfixturevalue("tmp_path").resolve()
    yield kind
    server.drop({each for each in server.made if each.is_relative_to(own)})


def _switch(patch: pytest.MonkeyPatch, server: Server) -> None:
    patch.setattr(database, "database_url", server.database_of)
    patch.setattr(databases, "current", server)


def _marked(node: pytest.Item | pytest.Function, name: str) -> bool:
    return node.get_closest_marker(name) is not None
