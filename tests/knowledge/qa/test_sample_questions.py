"""The project's own questions over its sample papers: floors that only rise.

The questions were written by somebody who did not write the answering. Every question that
states what may not be said is checked for it, right or not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.load import read_plan
from ingest.samples import sample_files
from knowledge.agencies import load_directory
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Answer, Status
from knowledge.qa.evaluation import EvalResult, asking_day, score
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.store.database import open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate_many, save_drafts
from knowledge.text import nfc, squeeze

QUESTIONS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "samples" / "questions.jsonl").read_text("utf-8").splitlines()
]
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
FLOOR = 115
"""Right answers of all; each of the parts below has its own floor."""
FLOORS = {
    "lead": 13,
    "due": 12,
    "lead_and_due": 8,
    "coordinate": 5,
    "product": 5,
    "list": 7,
    "clarify": 6,
    "target": 10,
    "responsibility": 7,
    "report_deadline": 5,
    "document": 5,
    "compare": 4,
    "followup": 5,
    "not_found": 14,
    "adversarial": 9,
    "plain": 46,
    "no_diacritics": 24,
    "abbrev": 18,
    "typo": 14,
    "polite": 13,
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Over the loaded samples."""
    directory = load_directory()
    drafts = [read_plan(path, directory) for path in sample_files()]
    with open_store(data=tmp_path_factory.mktemp("samples")) as store:
        saved = save_drafts(store, drafts, now=NOW)
        activate_many(store, [done.plan_id for done in saved], now=NOW)
        yield Assistant(SqlLibrary(store), directory, load_lexicon())


@pytest.fixture(scope="module")
def asked(assistant: Assistant) -> tuple[EvalResult, dict[str, Answer]]:
    """The score and every answer."""
    answers: dict[str, Answer] = {}

    def ask(question: Mapping[str, Any]) -> Answer:
        answer = assistant.ask(question["q"], as_of=asking_day(question), turns=question.get("turns", ()))
        answers[question["id"]] = answer
        return answer

    return score(QUESTIONS, ask), answers


def test_the_whole_set(asked: tuple[EvalResult, dict[str, Answer]]) -> None:
    result, _ = asked
    assert result.right >= FLOOR, result.misses


@pytest.mark.parametrize(("part", "floor"), FLOORS.items())
def test_each_category_and_style(asked: tuple[EvalResult, dict[str, Answer]], part: str, floor: int) -> None:
    result, _ = asked
    right, _ = {**result.by_category, **result.by_style}[part]
    assert right >= floor


def test_nothing_false_is_said(asked: tuple[EvalResult, dict[str, Answer]]) -> None:
    _, answers = asked
    said = {q["id"]: squeeze(nfc(answers[q["id"]].text)).casefold() for q in QUESTIONS}
    false = [(q["id"], f) for q in QUESTIONS for f in q["must_not"] if squeeze(nfc(f)).casefold() in said[q["id"]]]
    answered = [q["id"] for q in QUESTIONS if q["status"] == "not_found" and answers[q["id"]].sources]
    assert (false, answered) == ([], [])


def test_answers_are_short(asked: tuple[EvalResult, dict[str, Answer]]) -> None:
    _, answers = asked
    lengths = sorted(len(answers[q["id"]].text) for q in QUESTIONS if q["category"] in ("lead", "due"))
    assert lengths[len(lengths) // 2] <= 400


def test_answers_come_at_once(asked: tuple[EvalResult, dict[str, Answer]]) -> None:
    _, answers = asked
    times = sorted(answer.elapsed_ms for answer in answers.values())
    assert times[int(len(times) * 0.5)] < 100


@pytest.mark.parametrize(
    ("as_of", "turns", "noted"),
    [
        (date(2026, 11, 20), (), True),
        (date(2026, 11, 20), ("Công văn 462 giao Sở Nội vụ việc gì?",), True),
        (date(2025, 2, 20), (), False),
    ],
)
def test_an_office_that_is_no_more_is_named_as_such(
    assistant: Assistant, as_of: date, turns: tuple[str, ...], noted: bool
) -> None:
    question = (
        "còn Sở Thông tin và Truyền thông?" if turns else "Công văn 462 giao Sở Thông tin và Truyền thông việc gì?"
    )
    answer = assistant.ask(question, as_of=as_of, turns=turns)
    note = "Sở Thông tin và Truyền thông không còn hoạt động, nhiệm vụ nay thuộc Sở Khoa học và Công nghệ."
    assert (answer.status, note in answer.text) == (Status.ANSWERED, noted), answer.text
