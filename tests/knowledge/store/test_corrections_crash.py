"""`kill -9` at any moment of a correction, of a table sent back or of a switch leaves nothing half done."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import defaultdict
from pathlib import Path

import pytest

from knowledge.correcting import CorrectionKind
from knowledge.store.corrections import list_corrections
from knowledge.store.database import open_store
from knowledge.store.doctor import doctor_report
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate, save_drafts
from knowledge.text import syllables
from tests.databases import addresses_of
from tests.knowledge.store.corrector import FIRST, ROWS, SECOND
from tests.knowledge.store.papers import NOW, make_paper, make_task

KILLS = 30
_ROOT = Path(__file__).parents[3]
_STEPS = 7


def prepare(folder: Path) -> None:
    """A plan in use, and a draft of it with the same rows but one."""
    rows = tuple(make_task(f"Nhiệm vụ số {at} của đề án", row=at) for at in range(2, ROWS + 1))
    with open_store(data=folder) as store:
        for last in (FIRST, SECOND):
            (saved,) = save_drafts(store, [make_paper(tasks=(*rows, make_task(last, row=ROWS + 1)))], now=NOW)
            if last is FIRST:
                activate(store, saved.plan_id, now=NOW)


def kill_somewhere(folder: Path, dice: random.Random) -> None:
    """Lets the corrector reach a random step, then kills it a random moment into that step."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.knowledge.store.corrector", str(folder), *addresses_of(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
    )
    assert process.stdout is not None
    try:
        for _ in range(dice.randint(1, _STEPS)):
            assert process.stdout.readline()
        # Not a wait for anything: the point in time is what is being tried out.
        threading.Event().wait(dice.uniform(0, 0.04))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def check(folder: Path) -> None:
    """One whole version, and of each call all of its corrections or none, with everything that follows from them."""
    with open_store(data=folder) as store:
        library = SqlLibrary(store)
        tasks = library.tasks()
        titles = {each.task.title for each in tasks}
        assert len(titles & {FIRST, SECOND}) == 1
        assert len([each for each in tasks if each.added is None]) == ROWS
        made = list_corrections(store)
        together: dict[str, list[str]] = defaultdict(list)
        for each in made:
            together[each.correction.reason].append(each.correction.field)
        for reason, fields in together.items():
            if reason.startswith("lượt"):
                assert sorted(fields) == ["coordinating", "product"]
            elif reason.startswith("bảng"):
                assert fields == ["product"] * (ROWS - 1)
        held = {each.correction.number for each in made if each.correction.kind is CorrectionKind.ADD} - {
            each.correction.number for each in made if each.undone_at is not None
        }
        assert {each.added.number for each in tasks if each.added is not None} == held
        edited = tasks[0].task.product or ""
        if edited.startswith("lượt"):
            assert tasks[0].task.coordinating == (f"Tổ {edited}",)
            assert library.keyword(syllables(edited), 5)
        assert [each.sentence for each in doctor_report(store) if not each.ok] == []
        library.close()


@pytest.mark.slow
def test_a_killed_corrector_leaves_nothing_half_done(tmp_path: Path) -> None:
    prepare(tmp_path)
    dice = random.Random(20261130)
    for _ in range(KILLS):
        kill_somewhere(tmp_path, dice)
        check(tmp_path)
    with open_store(data=tmp_path) as store:
        assert list_corrections(store)
