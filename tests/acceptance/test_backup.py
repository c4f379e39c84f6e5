"""A restored installation answers the real questions as the one that was backed up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.running import call, dump
from tests.shared import SHARED

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]


def test_a_hundred_questions_are_answered_alike(tmp_path: Path) -> None:
    assert SHARED is not None
    home, other, file = tmp_path / "dữ liệu", tmp_path / "máy khác", tmp_path / "sao-luu.zip"
    assert call(home, "load", SHARED / "plans" / "hung-yen", "--activate").code == 0
    assert call(home, "backup", file).code == 0
    assert call(other, "restore", file).code == 0
    assert dump(other) == dump(home)
    said = []
    for each in (home, other):
        run = call(each, "ask", "--batch", SHARED / "eval" / "questions.jsonl", "--json")
        lines = [json.loads(line) for line in run.out.splitlines()]
        said.append([{name: value for name, value in line.items() if name != "elapsed_ms"} for line in lines])
    assert len(said[0]) == 100
    assert said[1] == said[0]
