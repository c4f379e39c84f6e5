"""The questions made by program: the same for a seed, worded in many ways, judged by the value asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from ingest.load import read_plan
from ingest.samples import sample_files
from knowledge.agencies import load_directory
from knowledge.library import LiveTask
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Answer, Option, Status
from knowledge.qa.query.lexicon import load_lexicon
from tests.knowledge.memory_library import MemoryLibrary
from tests.paraphrase_wordings import TYPED, WORDINGS, Field, Manner
from tests.paraphrases import Paraphrase, Verdict, figures, measure, paraphrases, verdict

AS_OF = date(2026, 11, 20)


@pytest.fixture(scope="module")
def library() -> MemoryLibrary:
    directory = load_directory()
    return MemoryLibrary([read_plan(path, directory) for path in sample_files()])


@pytest.fixture(scope="module")
def tasks(library: MemoryLibrary) -> Sequence[LiveTask]:
    return library.tasks()


@pytest.fixture(scope="module")
def asked(tasks: Sequence[LiveTask]) -> list[Paraphrase]:
    return paraphrases(tasks, 7, 60)


def of(field: Field, asked: Sequence[Paraphrase], *wanted: tuple[str, ...]) -> Paraphrase:
    return replace(next(each for each in asked if each.field is field), wanted=wanted)


def answered(text: str, *tasks: LiveTask) -> Answer:
    return Answer(Status.ANSWERED, text, tasks)


def test_a_seed_gives_the_same_questions(tasks: Sequence[LiveTask], asked: list[Paraphrase]) -> None:
    assert paraphrases(tasks, 7, 60) == asked
    assert len(asked) == 60
    assert {each.question for each in asked} != {each.question for each in paraphrases(tasks, 8, 60)}


def test_a_task_that_is_gone_changes_no_other_question(tasks: Sequence[LiveTask], asked: list[Paraphrase]) -> None:
    gone = asked[0].task
    again = {(p.task.id, p.field): p for p in paraphrases([t for t in tasks if t is not gone], 7, 1_000)}
    kept = [each for each in asked if each.task is not gone and each.task.plan.id != gone.plan.id and each.names_plan]
    assert kept
    assert all(again[each.task.id, each.field].question == each.question for each in kept)


def test_fields_and_manners_have_their_share(asked: list[Paraphrase]) -> None:
    assert {each.field for each in asked} == set(Field)
    assert {each.manner for each in asked} == set(Manner)
    assert {each.names_plan for each in asked} == {True, False}
    assert not any(each.task.task.doubts for each in asked)


@pytest.mark.parametrize("field", Field)
def test_a_field_is_asked_in_many_wordings(field: Field) -> None:
    bare = {wording.replace("{topic}", "").strip(" ?:,") for wording in WORDINGS[field]}
    assert len(bare) == len(WORDINGS[field]) >= 10


def test_ways_of_typing() -> None:
    text = "cơ quan nào chủ trì cải cách hành chính?"
    assert TYPED[Manner.BARE](text, Random(1)) == "co quan nao chu tri cai cach hanh chinh?"
    assert TYPED[Manner.ABBREVIATED](text, Random(1)) == "CQ nào chủ trì CCHC?"
    slipped = TYPED[Manner.SLIP](text, Random(1)).split()
    assert sum(one != other for one, other in zip(slipped, text.split(), strict=True)) <= 1
    assert text in TYPED[Manner.COURTEOUS](text, Random(1))


@pytest.mark.parametrize(
    ("field", "wanted", "text", "right"),
    [
        (Field.LEAD, (("Sở Nội vụ",),), "Sở Nội  vụ chủ trì.", True),
        (Field.COORDINATING, (("Sở Nội vụ",), ("Sở Y tế",)), "Sở Nội vụ chủ trì.", False),
        (Field.LEAD, (("các sở", "Các sở, ban, ngành tỉnh"),), "Các Sở, ban, ngành tỉnh chủ trì.", True),
        (Field.DUE, (("Quý I", "31/03/2026"),), "Hạn: Quý II (đến 30/06/2026).", False),
        (Field.DUE, (("Quý I", "31/03/2026"),), "Hạn: trước ngày 31/03/2026.", True),
        (Field.LEAD, (("Sở Y tế",),), "Việc này.\nNguồn: Kế hoạch 57/KH-UBND, mục 3 (Sở Y tế).", True),
        (Field.PRODUCT, (("Kế hoạch",),), "Sở Y tế chủ trì.\nNguồn: Kế hoạch 57/KH-UBND.", False),
        (Field.PRODUCT, (("Báo cáo",),), "Sản phẩm: Báo cáo.\nNguồn: Kế hoạch 57/KH-UBND.", True),
    ],
)
def test_the_value_must_be_told(
    field: Field, wanted: tuple[tuple[str, ...], ...], text: str, right: bool, asked: list[Paraphrase]
) -> None:
    question = of(field, asked, *wanted)
    assert (verdict(question, answered(text, question.task)) is Verdict.RIGHT) is right


def test_what_is_not_right_is_told_apart(tasks: Sequence[LiveTask], asked: list[Paraphrase]) -> None:
    question = of(Field.DUE, asked, ("Quý IV/2031",))
    other = next(task for task in tasks if task.id != question.task.id)
    assert verdict(question, answered("Hạn: Quý I/2031.", other)) is Verdict.FALSE
    assert verdict(question, answered("Hạn: Quý I/2031.", question.task)) is Verdict.MISSED
    assert verdict(question, Answer(Status.NOT_FOUND, "Quý IV/2031")) is Verdict.MISSED
    choices = Answer(Status.CLARIFY, "Quý IV/2031", options=(Option("việc", "?", task_id=question.task.id),))
    assert verdict(question, choices) is Verdict.HALF
    assert verdict(question, replace(choices, options=(Option("việc", "?", task_id=other.id),))) is Verdict.MISSED


def test_wanted_values_are_of_the_task(asked: list[Paraphrase]) -> None:
    for each in asked:
        row = each.task.task
        if each.field is Field.PRODUCT:
            assert row.product
            assert len(each.wanted[0][0]) <= 60
        elif each.field is not Field.DUE:
            offices = row.lead if each.field is Field.LEAD else row.coordinating
            assert [group[0] for group in each.wanted] == list(offices[:3] if len(offices) > 4 else offices)


def test_figures_add_up(library: MemoryLibrary, asked: list[Paraphrase]) -> None:
    outcomes = measure(Assistant(library, load_directory(), load_lexicon()), asked[:12], AS_OF)
    lines = list(figures(outcomes))
    right = sum(outcome.verdict is Verdict.RIGHT for outcome in outcomes)
    assert f"đúng {right}/12" in lines[0]
    assert right > 0
    assert all(any(field in line for line in lines) for field in Field)
