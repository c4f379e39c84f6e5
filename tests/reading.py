"""How well files are read: the rows, letterheads and small cases beside the checkout, judged by their own scorer.

Part of `make eval`, and of the acceptance tests, which hold its floors.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.clock import HANOI
from ingest.load import read_plan
from knowledge.agencies import Directory
from knowledge.errors import KehoachError
from knowledge.library import LivePlan, LiveTask
from knowledge.objects import task_json
from knowledge.records import PlanDraft, PlanMetadata
from knowledge.store.database import open_store
from knowledge.store.derived import refresh_index
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate_many, save_drafts

TODAY = date(2026, 11, 20)


@dataclass(frozen=True)
class FileScore:
    """How the expected rows of one file, or of all together (`name` "TOTAL"), fared."""

    name: str
    rows: int
    lead_due: int
    perfect: int
    found: int
    invented: int
    cells: int
    ok: int

    def line(self) -> str:
        """One line of the figures."""
        return (
            f"{self.name:38} ô {self.ok}/{self.cells}  chủ trì và ngày {self.lead_due}/{self.rows}  "
            f"trọn dòng {self.perfect}/{self.rows}  thấy {self.found}/{self.rows}  thừa {self.invented}"
        )


@cache
def scorer(shared: Path) -> ModuleType:
    """The scorer that stands with the expected rows."""
    spec = importlib.util.spec_from_file_location("score_tasks", shared / "eval" / "score_tasks.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError("score_tasks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Objects of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def task_objects(draft: PlanDraft) -> list[dict[str, Any]]:
    """A draft's tasks as `kehoach tasks --format json` prints them."""
    plan = LivePlan(1, draft.name, draft.file, 1, draft.metadata)
    return [json.loads(json.dumps(task_json(LiveTask(i, plan, task), TODAY))) for i, task in enumerate(draft.tasks)]


def expected_rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Gold rows by the file they are of."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in read_lines(path):
        row["lead"], row["due_dates"] = row.get("lead") or [], row.get("due_dates") or []
        rows.setdefault(row["doc"], []).append(row)
    return rows


def find_file(doc: str, folders: list[Path]) -> Path | None:
    """The file that `doc` names: whole, without its ending, or by the beginning of its name."""
    files = [file for folder in folders for file in sorted(folder.iterdir()) if file.name != "README.md"]
    named = (f for f in files if doc in (f.name, f.stem) or f.name.startswith(f"{doc}_"))
    return next(named, None)


def score_file(
    name: str, gold: list[dict[str, Any]], got: list[dict[str, Any]], shared: Path, *, partial: bool = False
) -> FileScore:
    """What the shared scorer says of one file's rows, without printing."""
    judge = scorer(shared)
    mine, its = judge.pair(gold, got)
    counted = [(i, row) for i, row in enumerate(gold) if not row.get("optional")]
    fields = {i: judge.scored(row) for i, row in counted}
    right = {i: [f for f in fields[i] if i in mine and judge.right(f, row, got[mine[i]])] for i, row in counted}
    return FileScore(
        name,
        rows=len(counted),
        lead_due=sum(1 for i, row in counted if i in mine and judge.lead_and_due(row, got[mine[i]])),
        perfect=sum(1 for i, _ in counted if i in mine and len(right[i]) == len(fields[i])),
        found=sum(1 for i, _ in counted if i in mine),
        invented=0 if partial else len(got) - len(its),
        cells=sum(map(len, fields.values())),
        ok=sum(map(len, right.values())),
    )


def score_files(expected: Path, folders: list[Path], shared: Path, directory: Directory) -> list[FileScore]:
    """Every file with expected rows, and the sum of all."""
    scores: list[FileScore] = []
    for doc, gold in expected_rows(expected).items():
        path = find_file(doc, folders)
        if path is None:
            continue
        try:
            got = task_objects(read_plan(path, directory))
        except KehoachError:
            got = []
        scores.append(score_file(doc, gold, got, shared, partial=any(row.get("partial") for row in gold)))
    return [*scores, _sum(scores)]


def _sum(scores: list[FileScore]) -> FileScore:
    names = ("rows", "lead_due", "perfect", "found", "invented", "cells", "ok")
    return FileScore("TOTAL", **{name: sum(getattr(score, name) for score in scores) for name in names})


def wrong_letterheads(expected: Path, folders: list[Path], directory: Directory) -> list[str]:
    """Files whose number or date is not as printed.

    What is written by hand over a scan may be missing, or told with its doubt, and is never a bare wrong fact.
    """
    wrong: list[str] = []
    for row in read_lines(expected):
        path = find_file(row["doc"], folders)
        if path is None:
            continue
        by_hand = "handwritten" in (row.get("note") or "")
        try:
            draft = read_plan(path, directory)
        except KehoachError:
            read, doubted = PlanMetadata(), False
        else:
            read, doubted = draft.metadata, any("Số, ngày" in doubt.what for doubt in draft.report.doubts)
        got = (read.number, read.issued.isoformat() if read.issued else None)
        wanted = (row["number"], row["date"])
        if got != wanted and not (
            by_hand and (doubted or all(g in (None, w) for g, w in zip(got, wanted, strict=True)))
        ):
            wrong.append(f"{row['doc']}: muốn {wanted[0]}, {wanted[1]}, được {got[0]}, {got[1]}")
    return wrong


def run_repro(shared: Path, program: Path, *names: str) -> str:
    """What the small failing cases print, all or those whose files are named: PASS or FAIL a line, and their sum."""
    script, cases = shared / "eval" / "run_repro.py", shared / "eval" / "repro"
    command = [sys.executable, str(script), str(program), str(cases), *names]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


@contextmanager
def loaded(papers: Iterable[Path], directory: Directory) -> Iterator[SqlLibrary]:
    """A scratch database in which the papers are live."""
    now = datetime(2026, 11, 20, 8, tzinfo=HANOI)
    with tempfile.TemporaryDirectory() as folder, open_store(data=Path(folder)) as store:
        saved = save_drafts(store, [read_plan(path, directory) for path in papers], now=now)
        activate_many(store, [each.plan_id for each in saved], now=now)
        refresh_index(store)
        library = SqlLibrary(store)
        yield library
        library.close()
