"""`kill -9` at any moment leaves one whole version live and the store usable."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from knowledge.store.database import open_store
from knowledge.store.derived import live_model, refresh_index
from knowledge.store.doctor import doctor_report
from knowledge.store.library import SqlLibrary
from knowledge.text import syllables
from tests.databases import addresses_of
from tests.knowledge.store.writer import CLAUSES, TASKS

KILLS = 30
_ROOT = Path(__file__).parents[3]


@contextmanager
def _writer(folder: Path, with_index: bool) -> Iterator[subprocess.Popen[str]]:
    """A writing process, killed in the end if nobody killed it before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.knowledge.store.writer", str(folder), str(with_index), *addresses_of(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
    )
    assert process.stdout is not None
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _kill_somewhere(folder: Path, dice: random.Random, with_index: bool) -> None:
    """Let the writer reach a random step, then kill it a random moment into that step."""
    with _writer(folder, with_index) as process:
        assert process.stdout is not None
        for _ in range(dice.randint(1, 8)):
            assert process.stdout.readline()
        # Not a wait for anything: the point in time is what is being tried out.
        threading.Event().wait(dice.uniform(0, 0.2 if with_index else 0.03))


def _live_marker(library: SqlLibrary) -> str | None:
    """The one marker that everything live carries; None when nothing is live yet."""
    plans = library.plans()
    tasks = [live.task.title for live in library.tasks()]
    passages = library.passages([plan.id for plan in plans])
    texts = [live.passage.text for live in passages]
    markers = {found for text in [*tasks, *texts] for found in re.findall(r"dấu\d+", text)}
    if not plans:
        return None
    assert (len(tasks), len(texts), len(markers)) == (TASKS, TASKS + CLAUSES, 1)
    return str(markers.pop())


def _check(folder: Path) -> None:
    with open_store(data=folder) as store:
        assert [finding.sentence for finding in doctor_report(store) if not finding.ok] == []
        library = SqlLibrary(store)
        marker = _live_marker(library)
        if marker is not None:
            hits = library.keyword(syllables(marker), 100)
            assert len(hits) == TASKS + CLAUSES
            with store.read() as session:
                trained = bool(live_model(session, store))
            assert len(library.nearest(f"nhiệm vụ {marker}", 5)) == (5 if trained else 0)


@pytest.mark.parametrize(("with_index", "kills"), [(False, KILLS), (True, 6)])
def test_a_killed_writer_leaves_one_whole_version(tmp_path: Path, with_index: bool, kills: int) -> None:
    dice = random.Random(20260201)
    for _ in range(kills):
        _kill_somewhere(tmp_path, dice, with_index)
        _check(tmp_path)
    with open_store(data=tmp_path) as store:
        assert refresh_index(store)
        library = SqlLibrary(store)
        library.open_index()
        assert len(library.nearest("nhiệm vụ chuyển đổi số", 5)) == 5
        library.close()
        assert [finding.sentence for finding in doctor_report(store) if not finding.ok] == []


def test_a_reader_beside_a_writer_sees_whole_versions(tmp_path: Path) -> None:
    with open_store(data=tmp_path) as store, _writer(tmp_path, with_index=False) as process:
        assert process.stdout is not None
        library = SqlLibrary(store)
        while process.stdout.readline() != "1 rollback\n":
            pass
        seen: set[str] = set()
        while len(seen) < 8:
            with library.snapshot() as view:
                marker = _live_marker(view)
                if marker is not None:
                    seen.add(marker)
                    assert len(view.keyword(syllables(marker), 500)) == TASKS + CLAUSES
                    assert len(view.nearest("nhiệm vụ", 500)) == TASKS + CLAUSES
            assert _markers_of_tasks(library) <= 1
            process.stdout.readline()


def _markers_of_tasks(library: SqlLibrary) -> int:
    """Different versions seen in one call without a snapshot."""
    return len({found for live in library.tasks() for found in re.findall(r"dấu\d+", live.task.title)})
