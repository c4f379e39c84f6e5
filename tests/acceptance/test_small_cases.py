"""The small cases beside the checkout: each one kind of paper or phrase that was once read wrongly."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ingest.load import read_plan
from knowledge.agencies import load_directory
from knowledge.deadlines import parse_deadline
from knowledge.records import PlanDraft
from tests.bot.running import call
from tests.reading import read_lines, run_repro
from tests.shared import SHARED

pytestmark = pytest.mark.acceptance

CASES = SHARED / "eval" / "cases" if SHARED else Path()

REPRO = read_lines(SHARED / "eval" / "repro" / "expected.jsonl") if SHARED else []


def _judge(shared: Path) -> ModuleType:
    """The judge of the small failing files, which is a script beside them."""
    spec = spec_from_file_location("run_repro", shared / "eval" / "run_repro.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spec.loader.exec_module(module)
    return module


JUDGE: Any = _judge(SHARED) if SHARED else None

Duty = tuple[str, str, Sequence[str]]
"""Lead, a word of the title, days."""

SEASIDE: list[Duty] = [
    ("Sở Nông nghiệp và Môi trường", "rừng", ["2026-06-30"]),
    ("Sở Xây dựng", "đèn", ["2026-09-30"]),
    ("Sở Văn hóa, Thể thao và Du lịch", "rác", ["2026-10-20"]),
]
LABOUR: list[Duty] = [("Sở Y tế", "khám", ["2026-05-15"]), ("Sở Nội vụ", "tay nghề", ["2026-06-20"])]

TASKS: dict[str, list[Duty]] = {
    "01-textbox/d-textbox.docx": [
        ("Sở Xây dựng", "biển báo", ["2026-05-15"]),
        ("Sở Tài chính", "kinh phí", ["2026-06-20"]),
        ("Sở Y tế", "thực phẩm", ["2026-07-25"]),
    ],
    "02-strikethrough/d-strike.docx": [
        ("Sở Khoa học và Công nghệ", "kho dữ liệu", ["2026-06-30"]),
        ("Sở Nội vụ", "cộng đồng", ["2026-09-30"]),
        ("Sở Nông nghiệp và Môi trường", "đất đai", ["2026-08-31"]),
        ("Sở Nội vụ", "báo cáo", ["2026-11-30"]),
    ],
    "02-strikethrough/x-hidden.xlsx": [
        ("Sở Xây dựng", "biển", ["2026-05-15"]),
        ("Sở Công Thương", "ẩm thực", ["2026-07-10"]),
    ],
    "03-nested-table/d-nested.docx": [
        ("Sở Nông nghiệp và Môi trường", "bến cảng", ["2026-07-31"]),
        ("Sở Công Thương", "vật tư", ["2026-05-31", "2026-08-31"]),
    ],
    "04-content-controls/d-sdt.docx": [
        ("Sở Nội vụ", "cán bộ nữ", ["2026-03-31"]),
        ("Sở Y tế", "khởi nghiệp", ["2026-10-31"]),
        ("Sở Giáo dục và Đào tạo", "tháng hành động", ["2026-11-15"]),
    ],
    "08-sideways-page/r-land.pdf": SEASIDE,
    "08-sideways-page/r-rot.pdf": SEASIDE,
    "08-sideways-page/r-mix.pdf": [*SEASIDE, *LABOUR],
    "08-sideways-page/r-prose.pdf": [*LABOUR, ("Sở Tài chính", "kinh phí", ["2026-05-16"])],
    "10-label-before-agency/lead.txt": [("Sở Y tế", "", [f"2026-12-0{day}"]) for day in (1, 2, 3, 5, 6, 7)],
    "23-half-read-phrase/c1.md": [
        ("Sở Tài chính", "lưu trữ", ["2026-03-15"]),
        ("Sở Tài chính", "đề án", ["2026-09-30"]),
        ("Sở Tài chính", "chấm công", ["2026-02-02", "2026-03-02"]),
        ("Sở Tài chính", "Giao ban", ["2026-01-05", "2026-01-08"]),
        ("Sở Tài chính", "tai nạn", ["2026-01-25", "2026-02-25"]),
    ],
    "26-extension-in-cell/c1.md": [
        ("Sở Tài chính", "kho dữ liệu", ["2026-04-30"]),
        ("Sở Tài chính", "tài sản", ["2026-02-28"]),
    ],
}
"""What a file holds; of what recurs, the first days."""


@cache
def _draft(name: str) -> PlanDraft:
    return read_plan(CASES / name, load_directory())


@pytest.mark.skipif(SHARED is None, reason="no shared data")
@pytest.mark.parametrize("name", TASKS)
def test_tasks_of_a_case(name: str) -> None:
    got = sorted((task.lead, task.title, task.deadline.due_dates(date(2026, 12, 31))) for task in _draft(name).tasks)
    left = list(got)
    for lead, word, days in TASKS[name]:
        fit = [t for t in left if t[0] == (lead,) and word in t[1] and list(map(str, t[2]))[: len(days)] == days]
        assert fit, (lead, word, days, got)
        left.remove(fit[0])
    assert left == []


@pytest.mark.skipif(SHARED is None, reason="no shared data")
def test_letterhead_in_a_text_box() -> None:
    paper = _draft("01-textbox/tb-head.docx").metadata
    assert (paper.number, paper.issued) == ("75/KH-UBND", date(2026, 1, 7))


@pytest.mark.skipif(SHARED is None, reason="no shared data")
def test_struck_text_and_cells_without_a_value_are_told() -> None:
    struck = " ".join(doubt.what for doubt in _draft("02-strikethrough/d-strike.docx").report.doubts)
    assert all(words in struck for words in ("Sở Tài chính", "Tháng 3/2026", "30/10/2026", "Mua sắm máy quét cho xã"))
    formula = _draft("06-formula-no-value/x-formula.xlsx")
    assert "C7, E7, B8" in " ".join(doubt.what for doubt in formula.report.doubts)
    assert not any("=" in f"{task.title}{task.lead}{task.deadline.phrase}" for task in formula.tasks)


PHRASES: dict[str, list[str]] = {
    "Đợt 1 tháng 5/2026": ["2026-05-31"],
    "Đợt 1 Tháng 5/2026, đợt 2 Tháng 8/2026": ["2026-05-31", "2026-08-31"],
    "Giai đoạn 2 tháng 9/2026": ["2026-09-30"],
    "lần 1 tháng 6, lần 2 tháng 12/2026": ["2026-06-30", "2026-12-31"],
    "trước ngày mười lăm tháng ba": ["2026-03-15"],
    "Quý ba năm 2026": ["2026-09-30"],
    "quý một và quý hai năm 2026": ["2026-06-30"],
    "trước ngày hai mươi lăm hằng tháng": ["2026-01-25", "2026-02-25"],
    "ngày làm việc đầu tiên hằng tháng": ["2026-01-02", "2026-02-02", "2026-03-02"],
    "thứ Hai và thứ Năm hằng tuần": ["2026-01-01", "2026-01-05"],
    "thứ 2, thứ 4, thứ 6 hằng tuần": ["2026-01-02", "2026-01-05", "2026-01-07"],
    "trước ngày 20/12/2025 (gia hạn đến 28/02/2026)": ["2026-02-28"],
    "trước 31/3/2026 (lùi sang 30/4/2026)": ["2026-04-30"],
    "trước 15/5/2026, nay gia hạn đến 15/7/2026": ["2026-07-15"],
}


@pytest.mark.skipif(SHARED is None, reason="no shared data")
def test_phrases_of_the_cases() -> None:
    """The due day, of periods the last; of what recurs the first ones of the plan's year."""
    rows = [row for path in sorted(CASES.glob("*/phrases.jsonl")) for row in read_lines(path)]
    for row in rows:
        issued = date.fromisoformat(row["issued"])
        parsed = parse_deadline(row["raw"], plan_year=row["plan_year"], issued=issued)
        days, wanted = list(map(str, parsed.due_dates(date(2026, 12, 31)))), PHRASES[row["raw"]]
        recurs = bool(parsed.rules)
        assert (days[: len(wanted)] if recurs else days) == wanted, (row["raw"], days)
        assert not parsed.unread


@pytest.mark.skipif(SHARED is None, reason="no shared data")
def test_what_is_never_reminded_by_date_is_told() -> None:
    """A deadline without any readable day is a doubt, so that its task comes up in a check-in."""
    for task in _draft("29-no-date-task/c1.md").tasks:
        assert task.deadline.due_dates(date(2027, 12, 31)) or task.deadline.unread


@pytest.mark.skipif(SHARED is None, reason="no shared data")
@pytest.mark.parametrize("line", REPRO, ids=[line["file"] for line in REPRO])
def test_a_small_failing_file(line: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """By the judge's own rules; the command runs in this process, which starts four times as fast."""
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setattr(JUDGE, "run", _run)
    assert JUDGE.check("", CASES.parent / "repro", line) == []


def _run(_: str, home: str, *args: str) -> tuple[int, str]:
    done = call(Path(home), *args)
    return done.code, done.out + done.err


@pytest.mark.slow
@pytest.mark.skipif(SHARED is None, reason="no shared data")
def test_small_failing_files_through_the_command() -> None:
    assert SHARED is not None
    names = [line["file"] for line in REPRO[::9]]
    said = run_repro(SHARED, Path(sys.executable).parent / "kehoach", *names)
    assert said.count("PASS") == len(names), said
