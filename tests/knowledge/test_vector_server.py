"""The vector index on a Chroma server: the real one, on the loopback."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import httpx
import numpy as np
import pytest

from knowledge.library import Hit
from knowledge.store.database import Store, open_store
from knowledge.store.derived import refresh_index
from knowledge.store.doctor import doctor_report
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate, save_drafts
from knowledge.vector_server import PART, ServerIndex
from knowledge.vectors import VectorSet
from tests.knowledge.store.papers import NOW, make_paper
from tests.servers.chroma import running_chroma
from tests.servers.local import LocalServer
from tests.servers.telegram_server import loopback

pytestmark = [loopback, pytest.mark.slow]
MODEL = "test/một mô hình"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server of its own."""
    with running_chroma(tmp_path_factory.mktemp("chroma")) as address:
        yield address


def _set(generation: int = 1, count: int = 300, seed: int = 7) -> VectorSet:
    vectors = np.random.default_rng(seed).normal(size=(count, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return VectorSet(generation, MODEL, np.arange(count) + 1000, vectors)


def _search(index: ServerIndex, wanted: VectorSet) -> list[Hit] | None:
    return index.search(wanted.vectors[4], 5, generation=wanted.generation, model=MODEL)


def _ids(hits: list[Hit] | None) -> list[int] | None:
    return None if hits is None else [hit.passage_id for hit in hits]


@pytest.fixture
def opened(url: str) -> Iterator[Callable[..., ServerIndex]]:
    """Makes indexes, and closes them in the end."""
    made: list[ServerIndex] = []

    def make(store: str, at: str = url, clock: Callable[[], float] = time.monotonic, part: int = PART) -> ServerIndex:
        made.append(ServerIndex(at, store, clock, part))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_it_answers_as_multiplying_does_and_only_for_what_it_was_made_from(
    opened: Callable[..., ServerIndex],
) -> None:
    index, other = opened("one"), opened("two")
    old, new = _set(), _set(2, seed=8)
    assert (index.is_current(1, MODEL), _search(index, old)) == (False, None)
    assert index.build(old)
    found, exact = _search(index, old), old.nearest(old.vectors[4], 5)
    assert _ids(found) == _ids(exact)
    assert [hit.score for hit in found or ()] == pytest.approx([hit.score for hit in exact], abs=1e-4)
    assert _search(index, new) is None
    assert _search(other, old) is None
    assert index.build(new)
    assert _ids(_search(opened("one"), new)) == _ids(new.nearest(new.vectors[4], 5))
    assert (index.is_current(1, MODEL), index.is_current(2, MODEL)) == (False, True)


def _parts(url: str, store: str) -> dict[str, int]:
    """How many vectors each collection of a store holds, by its number."""
    collections = f"{url}/api/v2/tenants/default_tenant/databases/default_database/collections"
    there = httpx.get(f"{collections}?limit=1000").raise_for_status().json()
    counts = {
        each["id"]: httpx.get(f"{collections}/{each['id']}/count").raise_for_status().json()
        for each in there
        if each["name"].startswith(f"kehoach-{store}-")
    }
    return {number: count for number, count in counts.items() if count}


def test_many_vectors_stand_in_parts_and_only_what_changed_is_built_again(
    url: str, opened: Callable[..., ServerIndex]
) -> None:
    index, old = opened("parts", part=100), _set(count=250)
    assert index.build(old)
    assert _ids(index.search(old.vectors[4], 150, generation=1, model=MODEL)) == _ids(
        old.nearest(old.vectors[4], 150)
    )
    first = _parts(url, "parts")
    assert sorted(first.values()) == [50, 100, 100]

    more = _set(2, count=50, seed=9)
    new = VectorSet(
        2, MODEL, np.concatenate((old.passages, more.passages + 250)), np.concatenate((old.vectors, more.vectors))
    )
    assert index.build(new)
    second = _parts(url, "parts")
    assert sorted(second.values()) == [100, 100, 100]
    assert len(first.keys() & second.keys()) == 2
    assert _ids(index.search(new.vectors[260], 5, generation=2, model=MODEL)) == _ids(
        new.nearest(new.vectors[260], 5)
    )

    httpx.delete(f"{url}/api/v2/tenants/default_tenant/databases/default_database/collections/{_name(url, second)}")
    assert not index.is_current(2, MODEL)
    assert index.build(new)
    assert _ids(_search(index, new)) == _ids(new.nearest(new.vectors[4], 5))


def _name(url: str, parts: dict[str, int]) -> str:
    """The name of one of these collections."""
    there = httpx.get(f"{url}/api/v2/tenants/default_tenant/databases/default_database/collections?limit=1000").json()
    return str(next(each["name"] for each in there if each["id"] in parts))


class Broken(BaseHTTPRequestHandler):
    """Another program behind that address."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Answers something that is no collection."""
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@dataclass
class Hand:
    """A clock that is turned by hand."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_server_that_failed_is_left_alone_for_a_while(opened: Callable[..., ServerIndex]) -> None:
    wanted, clock, server = _set(), Hand(), LocalServer(Broken)
    index = opened("left", server.url, clock)
    assert _search(index, wanted) is None
    assert not index.is_current(1, MODEL)
    asked = len(Broken.asked)
    assert _search(index, wanted) is None
    assert len(Broken.asked) == asked
    clock.now = 31
    assert _search(index, wanted) is None
    assert len(Broken.asked) == asked + 1
    server.go_away()
    clock.now = 62
    assert _search(index, wanted) is None


def _load(store: Store) -> None:
    save_drafts(store, [make_paper()], now=NOW)
    activate(store, "57", now=NOW)


def test_a_store_keeps_its_index_there(url: str, tmp_path: Path) -> None:
    with open_store(data=tmp_path, chroma_url=url) as store:
        _load(store)
        assert refresh_index(store)
        by_server, by_sql = SqlLibrary(store), SqlLibrary(store)
        by_server.open_index()
        assert _ids(list(by_server.nearest("kỹ năng số", 3))) == _ids(list(by_sql.nearest("kỹ năng số", 3)))
        assert [finding.sentence for finding in doctor_report(store) if not finding.ok] == []
        by_server.close()
    assert not (tmp_path / "vectors").exists()


def test_without_the_server_the_vectors_in_sql_answer(tmp_path: Path) -> None:
    with open_store(data=tmp_path, chroma_url="http://127.0.0.1:9") as store:
        _load(store)
        assert not refresh_index(store)
        library = SqlLibrary(store)
        library.open_index()
        assert len(library.nearest("kỹ năng số", 3)) == 3
        library.close()
