"""Reading the real papers: the figures that the project promises, on every paper that is there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest.load import read_plan
from knowledge.agencies import load_directory
from knowledge.answers.objects import task_json
from knowledge.library import LivePlan, LiveTask
from knowledge.records import PlanDraft, Task
from tests.evaluate import TODAY, read_lines, score_tasks
from tests.shared import SHARED

pytestmark = pytest.mark.acceptance

PAPERS = tuple(sorted((SHARED / "plans").rglob("*.txt"))) if SHARED else ()
HUNG_YEN = tuple(p for p in PAPERS if p.parent.name == "hung-yen")
EXPECTED = tuple(p for p in [SHARED / "eval" / "tasks.jsonl"] if p.is_file()) if SHARED else ()

Facts = tuple[str | None, date | None, str | None, str | None]
"""number, date, kind, issuer."""

METADATA: dict[str, Facts] = {
    "000": (None, None, "Kế hoạch", "Ủy ban nhân dân tỉnh Hưng Yên"),
    "001": ("196/KH-UBND", date(2021, 12, 24), "Kế hoạch", "Ủy ban nhân dân tỉnh Hưng Yên"),
    "002": ("160/KH-UBND", date(2026, 5, 11), "Kế hoạch", "Ủy ban nhân dân tỉnh Hưng Yên"),
    "003": (None, None, "Kế hoạch", "Ủy ban nhân dân tỉnh Hưng Yên"),
    "004": (None, None, "Công văn", "Ủy ban nhân dân tỉnh Hưng Yên"),
    "bacninh": ("144/KH-UBND", date(2025, 11, 24), "Kế hoạch", "Ủy ban nhân dân tỉnh Bắc Ninh"),
    "bcdqg1237": (
        "252/KH-BCĐQG1237",
        date(2013, 11, 11),
        "Kế hoạch",
        "Ban chỉ đạo quốc gia về tìm kiếm, quy tập hài cốt liệt sĩ",
    ),
    "brvt": (None, None, "Quyết định", "Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu"),
    "cantho": ("160/KH-UBND", date(2025, 11, 19), "Kế hoạch", "Ủy ban nhân dân thành phố Cần Thơ"),
    "cp_03": ("03/NQ-CP", date(2025, 1, 9), "Nghị quyết", "Chính phủ"),
    "hanoi": ("308/KH-UBND", date(2025, 11, 17), "Kế hoạch", "Ủy ban nhân dân thành phố Hà Nội"),
    "laichau": ("7360/KH-UBND", date(2025, 11, 19), "Kế hoạch", "Ủy ban nhân dân tỉnh Lai Châu"),
    "quangngai": ("1627/QĐ-UBND", date(2025, 11, 21), "Quyết định", "Ủy ban nhân dân tỉnh Quảng Ngãi"),
    "sonla": ("2954/QĐ-UBND", date(2025, 11, 20), "Quyết định", "Ủy ban nhân dân tỉnh Sơn La"),
    "ttg_773": ("773/QĐ-TTg", date(2018, 6, 26), "Quyết định", "Thủ tướng Chính phủ"),
    "ubtvqh": ("1339/NQ-UBTVQH15", date(2024, 12, 28), "Nghị quyết", "Ủy ban thường vụ Quốc hội"),
    "vungtau": ("447/KH-UBND", date(2025, 3, 24), "Kế hoạch", "Ủy ban nhân dân phường 1"),
}

TASKS: dict[str, tuple[int, int, int, int]] = {
    "001": (105, 105, 0, 2),
    "002": (14, 14, 4, 4),
    "bacninh": (0, 0, 0, 2),
    "bcdqg1237": (0, 0, 9, 11),
    "cp_03": (138, 142, 0, 5),
    "hanoi": (0, 0, 7, 11),
    "laichau": (0, 0, 8, 10),
    "quangngai": (0, 0, 19, 22),
    "sonla": (0, 0, 0, 4),
    "vungtau": (0, 0, 6, 8),
}
"""How many tasks a person finds in a paper: in its tables from and to, in its running text from and to."""

LABELLED = {"hanoi": 7, "laichau": 8, "vungtau": 6, "bcdqg1237": 9, "quangngai": 19}
"""Tasks told by label lines."""


@cache
def _draft(path: Path) -> PlanDraft:
    return read_plan(path, load_directory())


def _papers(names: Iterable[str]) -> list[tuple[str, Path]]:
    """The papers that are there, by the beginning of their file names."""
    return [(name, path) for name in names for path in PAPERS if path.name.startswith(name)]


@pytest.mark.parametrize("path", PAPERS, ids=lambda p: p.name)
def test_every_paper_is_read_and_says_something(path: Path) -> None:
    draft = _draft(path)
    rows = [t for t in draft.tasks if t.source.row is not None]
    assert draft.passages
    assert (draft.report.rows, draft.report.clauses) == (len(rows), len(draft.tasks) - len(rows))
    assert draft.report.passages == len(draft.passages)
    assert [t for t in draft.tasks if not t.title or not t.source.quote] == []
    assert [t.title for t in draft.tasks if t.source.row is None and not t.lead] == []
    assert [p for p in draft.passages if not p.text.strip()] == []


@pytest.mark.parametrize(("name", "path"), _papers(METADATA))
def test_what_a_paper_says_of_itself(name: str, path: Path) -> None:
    found = _draft(path).metadata
    assert (found.number, found.issued, found.kind, found.issuer) == METADATA[name]


@pytest.mark.parametrize(("name", "path"), _papers(TASKS))
def test_how_many_tasks_a_paper_gives(name: str, path: Path) -> None:
    report = _draft(path).report
    least, most, fewest, highest = TASKS[name]
    assert least <= report.rows <= most
    assert fewest <= report.clauses <= highest


@pytest.mark.parametrize(("name", "path"), _papers(LABELLED))
def test_label_lines_of_real_papers(name: str, path: Path) -> None:
    labelled = [t for t in _draft(path).tasks if t.source.row is None and not _is_one_sentence(t)]
    assert len(labelled) >= LABELLED[name]


def _is_one_sentence(task: Task) -> bool:
    """Whether duty and time stand in one sentence, as label lines never do."""
    phrase = task.deadline.phrase
    return bool(phrase) and (phrase in task.title or task.source.quote.startswith(phrase))


@pytest.mark.parametrize("path", EXPECTED, ids=lambda p: p.name)
def test_expected_rows_are_found_and_none_invented(path: Path) -> None:
    found: list[dict[str, Any]] = []
    for number, paper in enumerate(HUNG_YEN):
        draft = _draft(paper)
        plan = LivePlan(number, draft.name, draft.file, 1, draft.metadata)
        found.extend(task_json(LiveTask(i, plan, task), TODAY) for i, task in enumerate(draft.tasks))
    result = score_tasks(read_lines(path), found)
    assert result.right >= 0.95 * result.total, result.wrong
    assert len(result.extra) <= 0.02 * result.total, result.extra
