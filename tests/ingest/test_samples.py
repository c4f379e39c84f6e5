"""The bundled samples: made again they are the same, and they hold what the expected data say."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pdfplumber

from ingest.samples import sample_files
from tests.samples import duties
from tests.samples.expected import EXPECTED, QUESTIONS, expected_tasks, paper_words
from tests.samples.make_samples import BUNDLED, make_samples


def test_the_bundled_files_are_the_ones_to_load() -> None:
    assert [path.name for path in sample_files()] == [
        "cong-van-462.txt",
        "ke-hoach-57.docx",
        "nong-thon-moi-2026.xlsx",
        "truyen-thong-2026.md",
    ]


def test_making_the_samples_twice_gives_the_same_bytes_and_the_bundled_text(tmp_path: Path) -> None:
    once, again = tmp_path / "once", tmp_path / "again"
    make_samples(once)
    make_samples(again)
    made = [path.relative_to(once) for path in sorted(once.rglob("*.*"))]
    assert [(once / name).read_bytes() for name in made] == [(again / name).read_bytes() for name in made]
    assert [_words(once / name) for name in made] == [_words(BUNDLED / name) for name in made]


def _words(path: Path) -> str:
    """The text of a sample, however its format's library writes it down."""
    if path.suffix == ".pdf":
        with pdfplumber.open(path) as pdf:
            return "\f".join(page.extract_text() for page in pdf.pages)
    if path.suffix not in {".docx", ".xlsx"}:
        return path.read_text(encoding="utf-8")
    with ZipFile(path) as archive:
        parts = [
            archive.read(name).decode()
            for name in sorted(archive.namelist())
            if re.search(r"word/document|sharedStrings|worksheets/sheet", name)
        ]
    return "\n".join(text for part in parts for text in re.findall(r">([^<>]+)<", part))


def test_the_expected_tasks_are_those_of_the_content() -> None:
    assert [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()] == expected_tasks()


def test_every_duty_stands_in_its_paper() -> None:
    words = paper_words()
    stated = [
        ("ke-hoach-57", duties.PLAN_57),
        ("truyen-thong-2026", duties.COMMUNICATION),
        ("cong-van-462", duties.LETTER),
    ]
    assert [duty.quote for stem, found in stated for duty in found if duty.quote not in words[stem]] == []
    assert [duty.title for stem, found in stated for duty in found if duty.title not in words[stem]] == []


CATEGORIES = {
    *("lead", "due", "lead_and_due", "coordinate", "product", "list", "clarify", "target", "responsibility"),
    *("report_deadline", "document", "compare", "followup", "not_found", "adversarial"),
}
STYLES = {"plain", "no_diacritics", "abbrev", "typo", "polite"}


def _questions() -> list[dict[str, Any]]:
    return [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def test_the_questions_cover_every_category_and_style() -> None:
    questions = _questions()
    count = Counter(question["category"] for question in questions)
    assert len({question["id"] for question in questions}) == len(questions) >= 80
    assert (set(count), {question["style"] for question in questions}) == (CATEGORIES, STYLES)
    assert count["not_found"] >= 12
    assert count["adversarial"] >= 8


def test_what_a_question_asks_for_is_in_the_papers() -> None:
    words = paper_words()
    lost = [
        question["id"]
        for question in _questions()
        if question["status"] != "not_found"
        and not any(" ".join(question["quote"].split()) in words[doc] for doc in question["docs"])
    ]
    assert lost == []


def test_an_answer_can_be_put_together_from_the_papers_words() -> None:
    """Except where the day of asking counts, a wording of every group is printed in the papers named."""
    words = {doc: text.casefold() for doc, text in paper_words().items()}
    lost = [
        (question["id"], group)
        for question in _questions()
        if question["status"] == "answered" and "as_of" not in question
        for group in question["must"]
        if not any(wording.casefold() in words[doc] for wording in group for doc in question["docs"])
    ]
    assert lost == []


def test_a_question_that_the_papers_do_not_answer_asks_for_nothing() -> None:
    unanswered = [question for question in _questions() if question["status"] == "not_found"]
    assert {(tuple(q["must"]), tuple(q["docs"]), q["quote"]) for q in unanswered} == {((), (), None)}
