"""Reading the real papers: the figures that the project promises, on every paper that is there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from ingest.load import read_plan
from knowledge.agencies import load_directory
from knowledge.records import PlanDraft, Task
from tests.reading import read_lines, score_files, wrong_letterheads
from tests.shared import SHARED

pytestmark = pytest.mark.acceptance

PAPERS = tuple(sorted((SHARED / "plans").rglob("*.txt"))) if SHARED else ()

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
    "001": (105, 105, 2, 2),
    "002": (14, 14, 6, 6),
    "bacninh": (0, 0, 0, 2),
    "bcdqg1237": (0, 0, 9, 11),
    "cp_03": (138, 142, 0, 5),
    "hanoi": (0, 0, 7, 11),
    "laichau": (0, 0, 8, 10),
    "quangngai": (0, 0, 25, 25),
    "sonla": (0, 0, 0, 4),
    "vungtau": (0, 0, 6, 8),
}
"""How many tasks a person finds in a paper: in its tables (from, to), with a time in its text (from, to).

A duty that stands in both is one task, which counts in both.
"""

LEAD_AND_DUE, PERFECT, INVENTED = 0.95, 0.90, 0.02
"""Shares of the expected rows of real office files."""

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
    assert [t.title for t in draft.tasks if not t.lead and not any(d.field == "lead" for d in t.doubts)] == []
    assert [p for p in draft.passages if not p.text.strip()] == []


@pytest.mark.parametrize(("name", "path"), _papers(METADATA))
def test_what_a_paper_says_of_itself(name: str, path: Path) -> None:
    found = _draft(path).metadata
    assert (found.number, found.issued, found.kind, found.issuer) == METADATA[name]


@pytest.mark.parametrize(("name", "path"), _papers(TASKS))
def test_how_many_tasks_a_paper_gives(name: str, path: Path) -> None:
    least, most, fewest, highest = TASKS[name]
    dated = [t for t in _draft(path).tasks if t.deadline.phrase]
    assert least <= _draft(path).report.rows <= most
    assert fewest <= sum(1 for t in dated if any(place.row is None for place in (t.source, *t.sources))) <= highest


@pytest.mark.parametrize(("name", "path"), _papers(LABELLED))
def test_label_lines_of_real_papers(name: str, path: Path) -> None:
    labelled = [t for t in _draft(path).tasks if t.source.row is None and not _is_one_sentence(t)]
    assert len(labelled) >= LABELLED[name]


def _is_one_sentence(task: Task) -> bool:
    """Whether duty and time stand in one sentence, as label lines never do."""
    phrase = task.deadline.phrase
    return bool(phrase) and (phrase in task.title or task.source.quote.startswith(phrase))


@pytest.mark.skipif(SHARED is None, reason="no shared data")
def test_every_row_of_the_known_appendices_is_read() -> None:
    assert SHARED is not None
    scores = score_files(SHARED / "eval" / "tasks.jsonl", [SHARED / "plans" / "hung-yen"], SHARED, load_directory())
    total, lines = scores[-1], [score.line() for score in scores]
    # Two duties in running text are the appendix's rows over again: one task with two sources.
    assert (total.rows, total.perfect) >= (42, 40), lines
    rows = [row for row in read_lines(SHARED / "eval" / "tasks.jsonl") if row["doc"] == "001"]
    sections = {row["section"] for row in rows}
    (path,) = (path for name, path in _papers(["001"]))
    assert sum(task.section in sections for task in _draft(path).tasks) == len(rows), "none invented"


@pytest.mark.skipif(SHARED is None, reason="no shared data")
def test_real_office_files() -> None:
    assert SHARED is not None
    folders = [SHARED / "plans" / "real", SHARED / "plans" / "others"]
    scores = score_files(SHARED / "eval" / "tasks_real.jsonl", folders, SHARED, load_directory())
    total, lines = scores[-1], [score.line() for score in scores]
    assert total.lead_due >= LEAD_AND_DUE * total.rows, lines
    assert total.perfect >= PERFECT * total.rows, lines
    assert total.invented <= INVENTED * total.rows, lines


@pytest.mark.skipif(SHARED is None, reason="no shared data")
def test_numbers_and_days_of_real_files() -> None:
    assert SHARED is not None
    folders = [SHARED / "plans" / "real", SHARED / "plans" / "others"]
    assert wrong_letterheads(SHARED / "eval" / "metadata_real.jsonl", folders, load_directory()) == []
