"""The four rules by which an answer is right."""

from __future__ import annotations

import json
from typing import Any

import pytest

from knowledge.agencies import load_directory
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Answer, Status
from knowledge.qa.evaluation import EvalResult, asking_day, fault, score
from knowledge.qa.query.lexicon import load_lexicon
from tests.knowledge.memory_library import MemoryLibrary
from tests.shared import SHARED

QUESTION: dict[str, Any] = {
    "id": "q1",
    "category": "lead",
    "style": "plain",
    "q": "Ai trồng cây?",
    "status": "answered",
    "must": [["UBND cấp xã", "xã"], ["2026"]],
    "must_not": ["Sở Y tế"],
}


@pytest.mark.parametrize(
    ("status", "text", "right"),
    [
        ("answered", "ubnd  CẤP xã, năm 2026", True),
        ("clarify", "UBND cấp xã, năm 2026", False),
        ("answered", "UBND cap xa, nam 2026", False),
        ("answered", "UBND cấp xã", False),
        ("answered", "UBND cấp xã 2026, không phải sở y tế", False),
        ("answered", "UBND cấp xã 2026" + "." * 1500, False),
    ],
)
def test_rules(status: str, text: str, right: bool) -> None:
    assert (fault(QUESTION, status, text) is None) is right


def test_lists_may_be_long() -> None:
    assert fault({**QUESTION, "category": "list"}, "answered", "xã 2026" + "." * 1500) is None


def test_score_counts_by_category_and_style() -> None:
    questions = [QUESTION, {**QUESTION, "id": "q2", "style": "typo", "must": [["không có"]]}]
    result = score(questions, lambda _: Answer(Status.ANSWERED, "xã 2026"))
    assert (result.right, result.total) == (1, 2)
    assert result.by_category == {"lead": (1, 2)}
    assert result.by_style == {"plain": (1, 1), "typo": (0, 1)}
    assert [miss.id for miss in result.misses] == ["q2"]


def _shared_result() -> EvalResult:
    from ingest.load import read_plan

    assert SHARED is not None
    directory = load_directory()
    drafts = [read_plan(path, directory) for path in sorted((SHARED / "plans" / "hung-yen").iterdir())]
    assistant = Assistant(MemoryLibrary(drafts), directory, load_lexicon())
    lines = (SHARED / "eval" / "questions.jsonl").read_text("utf-8").splitlines()
    return score(
        [json.loads(line) for line in lines],
        lambda q: assistant.ask(q["q"], as_of=asking_day(q), turns=q.get("turns", ())),
    )


if SHARED is not None:

    @pytest.mark.acceptance
    def test_the_shared_questions() -> None:
        result = _shared_result()
        assert result.right >= 97, result.misses
