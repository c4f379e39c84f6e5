"""`kehoach deadline`: a phrase, a batch of phrases, and what is no phrase at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.running import Run, call, kehoach

ISSUED = ["--plan-year", "2026", "--issued", "2026-01-15"]

PHRASES: list[tuple[str, dict[str, Any]]] = [
    ("Quý III, IV/2026", {"kinds": ["one_off"], "start": None, "due_dates": ["2026-12-31"]}),
    (
        "Từ Quý II/2026 đến hết Quý IV/2027",
        {"kinds": ["one_off"], "start": "2026-04-01", "due_dates": ["2027-12-31"]},
    ),
    ("Tháng 10 hằng năm", {"kinds": ["recurring"], "start": None, "due_dates": ["2026-10-31", "2027-10-31"]}),
    ("Thường xuyên", {"kinds": ["standing"], "start": None, "due_dates": []}),
    ("Trong 10 ngày kể từ ngày ban hành", {"kinds": ["one_off"], "start": None, "due_dates": ["2026-01-25"]}),
    ("", {"kinds": ["unspecified"], "start": None, "due_dates": []}),
    ("Rằm tháng Bảy", {"kinds": ["unspecified"], "start": None, "due_dates": [], "unread": ["Rằm tháng Bảy"]}),
]


@pytest.mark.parametrize(("phrase", "expected"), PHRASES, ids=[phrase for phrase, _ in PHRASES])
def test_one_phrase_as_json(empty: Path, phrase: str, expected: dict[str, Any]) -> None:
    run = call(empty, "deadline", phrase, *ISSUED, "--json")
    assert (run.code, run.err) == (0, "")
    assert list(json.loads(run.out)) == ["raw", *expected]
    assert json.loads(run.out) == {"raw": phrase, **expected}


def test_one_phrase_for_a_person(empty: Path) -> None:
    said = "Loại: một lần, thường xuyên\nNgày tới hạn: 30/06/2026\n"
    assert kehoach(empty, "deadline", "Quý II/2026 và thường xuyên", *ISSUED) == Run(0, said, "")
    begun = "Loại: từ một ngày, không ghi ngày kết thúc\nBắt đầu: 01/07/2026\n"
    assert call(empty, "deadline", "Từ ngày 01/7/2026", *ISSUED) == Run(0, begun, "")
    doubted = "Loại: định kỳ\nChưa hiểu: “2 năm một lần”\n"
    assert call(empty, "deadline", "2 năm một lần", *ISSUED) == Run(0, doubted, "")


def test_it_leaves_no_data_folder_behind(empty: Path) -> None:
    kehoach(empty, "deadline", "Quý I")
    assert not empty.exists()


def test_a_phrase_without_a_year_takes_the_plans_or_the_current_one(empty: Path) -> None:
    for options, day in ([], "2026-03-31"), (["--plan-year", "2027"], "2027-03-31"):
        assert json.loads(call(empty, "deadline", "Quý I", *options, "--json").out)["due_dates"] == [day]


def test_a_batch_is_read_in_order(empty: Path, tmp_path: Path) -> None:
    path = tmp_path / "hạn.jsonl"
    lines = [
        {"raw": phrase, "plan_year": 2026, "issued": "2026-01-15" if "ban hành" in phrase else None}
        for phrase, _ in PHRASES
    ]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    run = kehoach(empty, "deadline", "--batch", path)
    assert (run.code, run.err) == (0, "")
    assert [json.loads(line) for line in run.out.splitlines()] == [
        {"raw": phrase, **expected} for phrase, expected in PHRASES
    ]


BAD_LINES = [
    ("{}", "thiếu raw"),
    ('{"raw": null}', "raw phải là một chuỗi"),
    ('{"raw": "Quý I", "plan_year": "2026"}', "plan_year phải là một năm, như 2026"),
    ('{"raw": "Quý I", "plan_year": 20266}', "plan_year phải là một năm, như 2026"),
    ('{"raw": "Quý I", "issued": "15/01/2026"}', "issued phải là một ngày dạng 2026-01-15"),
]


@pytest.mark.parametrize(("line", "says"), BAD_LINES)
def test_a_bad_line_is_named(empty: Path, tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "hạn.jsonl"
    path.write_text(f'{{"raw": "Quý I", "plan_year": 2026}}\n{line}\n', encoding="utf-8")
    assert call(empty, "deadline", "--batch", path) == Run(1, "", f"Tệp hạn.jsonl, dòng 2: {says}.\n")


BAD_USAGE = [
    [],
    ["Quý I", "--plan-year", "năm nay"],
    ["Quý I", "--plan-year", "20266"],
    ["Quý I", "--issued", "2026-02-30"],
    ["Quý I", "--issued", "9999-12-30"],
]


@pytest.mark.parametrize("arguments", BAD_USAGE, ids=[" ".join(args) or "nothing" for args in BAD_USAGE])
def test_bad_usage(empty: Path, arguments: list[str]) -> None:
    run = call(empty, "deadline", *arguments)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("Usage: ")
