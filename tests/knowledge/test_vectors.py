"""The Chroma index: built aside, checked, switched, thrown away when anything is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from knowledge.library import Hit
from knowledge.vectors import FolderIndex, VectorSet, read_pointer

MODEL = "test-1"


def _set(generation: int = 1, count: int = 300, seed: int = 7) -> VectorSet:
    vectors = np.random.default_rng(seed).normal(size=(count, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return VectorSet(generation, MODEL, np.arange(count) + 1000, vectors)


def _search(index: FolderIndex, wanted: VectorSet) -> list[Hit] | None:
    return index.search(wanted.vectors[4], 5, generation=wanted.generation, model=MODEL)


def _ids(hits: list[Hit] | None) -> list[int] | None:
    return None if hits is None else [hit.passage_id for hit in hits]


@pytest.fixture
def index(tmp_path: Path) -> FolderIndex:
    return FolderIndex(tmp_path)


def test_the_index_answers_as_multiplying_does(tmp_path: Path, index: FolderIndex) -> None:
    wanted = _set()
    assert FolderIndex(tmp_path).build(wanted)
    found = _search(index, wanted)
    exact = wanted.nearest(wanted.vectors[4], 5)
    index.close()
    assert _ids(found) == _ids(exact)
    assert [hit.score for hit in found or ()] == pytest.approx([hit.score for hit in exact], abs=1e-4)


def test_a_new_index_replaces_the_old_one(tmp_path: Path, index: FolderIndex) -> None:
    old, new = _set(1), _set(2, seed=8)
    FolderIndex(tmp_path).build(old)
    assert _search(index, new) is None
    FolderIndex(tmp_path).build(new)
    assert _ids(_search(index, new)) == _ids(new.nearest(new.vectors[4], 5))
    assert _search(index, old) is None
    index.close()
    assert [path.name for path in tmp_path.glob("index-*")] == [read_pointer(tmp_path).directory]  # type: ignore[union-attr]


def test_an_empty_store_has_an_empty_index(tmp_path: Path, index: FolderIndex) -> None:
    empty = _set(count=0)
    assert FolderIndex(tmp_path).build(empty)
    assert FolderIndex(tmp_path).is_current(1, MODEL)
    assert index.search(_set().vectors[0], 5, generation=1, model=MODEL) is None


def _find(folder: Path, pattern: str) -> Path:
    [path] = (folder / read_pointer(folder).directory).rglob(pattern)  # type: ignore[union-attr]
    return path


def _no_pointer(folder: Path) -> None:
    (folder / "current.json").unlink()


def _half_pointer(folder: Path) -> None:
    (folder / "current.json").write_text('{"directory": "index-')


def _other_model(folder: Path) -> None:
    note = json.loads((folder / "current.json").read_text())
    (folder / "current.json").write_text(json.dumps({**note, "model": "test-2"}))


def _cut_vectors(folder: Path) -> None:
    path = _find(folder, "data_level0.bin")
    path.write_bytes(path.read_bytes()[:1000])


def _garbled_vectors(folder: Path) -> None:
    path = _find(folder, "link_lists.bin")
    path.write_bytes(bytes(byte ^ 0x5A for byte in path.read_bytes()))


def _garbled_database(folder: Path) -> None:
    _find(folder, "chroma.sqlite3").write_bytes(b"\xff" * 4096)


def _no_database(folder: Path) -> None:
    _find(folder, "chroma.sqlite3").unlink()


def _empty_database(folder: Path) -> None:
    _find(folder, "chroma.sqlite3").write_bytes(b"")


@pytest.mark.parametrize(
    "damage",
    [
        _no_pointer,
        _half_pointer,
        _other_model,
        _cut_vectors,
        _garbled_vectors,
        _garbled_database,
        _no_database,
        _empty_database,
    ],
)
def test_a_damaged_index_is_not_used_and_can_be_made_again(
    tmp_path: Path, index: FolderIndex, damage: Callable[[Path], None]
) -> None:
    wanted = _set()
    FolderIndex(tmp_path).build(wanted)
    damage(tmp_path)
    assert (_search(index, wanted), _search(index, wanted)) == (None, None)
    assert not FolderIndex(tmp_path).is_current(1, MODEL)
    assert FolderIndex(tmp_path).build(wanted)
    assert FolderIndex(tmp_path).is_current(1, MODEL)
    assert _ids(_search(index, wanted)) == _ids(wanted.nearest(wanted.vectors[4], 5))
    index.close()


def test_only_one_process_builds(tmp_path: Path) -> None:
    FolderIndex(tmp_path).build(_set(1))
    with FileLock(tmp_path / "writer.lock"):
        assert not FolderIndex(tmp_path).build(_set(2))
    assert read_pointer(tmp_path).generation == 1  # type: ignore[union-attr]


def test_half_built_directories_go_at_the_next_build(tmp_path: Path) -> None:
    (tmp_path / "index-0-dead").mkdir()
    (tmp_path / "index-0-dead" / "chroma.sqlite3").write_bytes(b"half")
    FolderIndex(tmp_path).build(_set())
    assert len(list(tmp_path.glob("index-*"))) == 1
