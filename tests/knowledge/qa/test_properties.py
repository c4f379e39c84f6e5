"""What holds for any plan: the same question however it is typed, filters and their negation, plans beside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ingest.samples import sample_files
from knowledge.agencies import load_directory
from knowledge.library import LiveTask
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Answer, Status
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.text import fold
from tests.bot.papers import LIBRARIES, write_plan
from tests.reading import loaded

AS_OF = date(2026, 11, 20)
AGREE = 0.94
"""Of the tasks, those whose question is answered alike in both manners; the others are asked back about in one."""
MANNERS = {
    "without accents": lambda topic: str(fold(f"Ai chủ trì {topic}?")),
    "politely": lambda topic: f"Dạ anh chị cho em hỏi, {topic} thì cơ quan nào chủ trì ạ? Em cảm ơn.",
    "abbreviated": lambda topic: f"cq nào ctrì {topic}",
    "as two sentences": lambda topic: f"{topic[:1].upper()}{topic[1:]}. Việc này ai chủ trì?",
    "the topic first": lambda topic: f"{topic}: ai chủ trì",
}


@pytest.fixture(scope="module")
def samples() -> Iterator[Assistant]:
    with loaded(sample_files(), load_directory()) as library:
        yield Assistant(library, load_directory(), load_lexicon())


def named_once(assistant: Assistant) -> list[tuple[str, LiveTask]]:
    """Tasks with a name that no other begins with."""
    tasks = assistant.library.tasks()
    names = [" ".join((task.task.activity or task.task.title).split()[:12]) for task in tasks]
    opening = [fold(" ".join(name.split()[:4])) for name in names]
    return [
        (name[:1].lower() + name[1:], task)
        for name, task in zip(names, tasks, strict=True)
        if task.task.lead and len(name.split()) >= 4 and opening.count(fold(" ".join(name.split()[:4]))) == 1
    ]


def told(answer: Answer) -> tuple[Status, tuple[int, ...]]:
    return answer.status, tuple(task.id for task in answer.tasks)


@pytest.mark.parametrize("manner", MANNERS)
def test_one_question_has_one_answer_however_it_is_typed(samples: Assistant, manner: str) -> None:
    asked = named_once(samples)
    assert len(asked) > 40
    differ = []
    for name, _ in asked:
        plain = samples.ask(f"Ai chủ trì {name}?", as_of=AS_OF)
        other = samples.ask(MANNERS[manner](name), as_of=AS_OF)
        if told(plain) != told(other):
            differ.append((name, plain.text, other.text))
    assert len(differ) <= (1 - AGREE) * len(asked), differ


def test_a_task_asked_for_by_its_name_is_told(samples: Assistant) -> None:
    asked = named_once(samples)
    wrong = [
        (name, answer.text)
        for name, task in asked
        if (answer := samples.ask(f"{name} do ai chủ trì?", as_of=AS_OF)).status is Status.ANSWERED
        and task.id not in {each.id for each in answer.tasks}
        and not any(fold(lead) in fold(answer.text) for lead in task.task.lead)
    ]
    assert wrong == []


@pytest.mark.parametrize("field", ["Sản phẩm của", "Cơ quan phối hợp của", "Hạn của"])
def test_the_whole_record_goes_with_a_task_whatever_is_asked(samples: Assistant, field: str) -> None:
    """A question whose wording was taken for another is still answered."""
    for name, task in named_once(samples):
        answer = samples.ask(f"{field} nhiệm vụ {name} là gì?", as_of=AS_OF)
        if answer.status is not Status.ANSWERED or answer.tasks != (task,) or "Nhiệm vụ: " not in answer.text:
            continue
        assert fold(task.task.lead[0]) in fold(answer.text)
        assert not task.task.deadline.phrase or "Hạn: " in answer.text
        assert not task.task.product or "Sản phẩm: " in answer.text
        if sum(map(len, (*task.task.lead, *task.task.coordinating, task.task.product or ""))) < 250:
            assert len(answer.text) < 600, answer.text


def test_a_plan_beside_changes_no_answer(tmp_path: Path) -> None:
    """Of another matter altogether: what was answered from the samples still is, word for word."""
    beside = write_plan(tmp_path / "thư viện.md", LIBRARIES)
    with loaded(sample_files(), load_directory()) as library:
        before = Assistant(library, load_directory(), load_lexicon())
        asked = [f"Ai chủ trì {name}, hạn khi nào?" for name, _ in named_once(before)]
        answers = [before.ask(question, as_of=AS_OF).text for question in asked]
    with loaded([*sample_files(), beside], load_directory()) as library:
        after = Assistant(library, load_directory(), load_lexicon())
        changed = [
            (question, text)
            for question, old in zip(asked, answers, strict=True)
            if (text := after.ask(question, as_of=AS_OF).text) != old
        ]
    assert len(changed) <= (1 - AGREE) * len(asked), changed


def test_a_filter_and_its_negation_are_all(samples: Assistant) -> None:
    plan = next(plan for plan in samples.library.plans() if plan.metadata.number == "57/KH-UBND")
    leads = {name for task in samples.library.tasks([plan.id]) for name in task.task.lead_agencies}
    # "Các cơ quan, đơn vị" are everybody, which narrows nothing.
    offices = sorted(name for name in leads if not name.startswith("Các"))
    assert len(offices) > 5
    every = {task.id for task in samples.ask("Liệt kê các nhiệm vụ trong Kế hoạch 57", as_of=AS_OF).tasks}
    for office in offices:
        own = samples.ask(f"Liệt kê các nhiệm vụ trong Kế hoạch 57 do {office} chủ trì", as_of=AS_OF)
        others = samples.ask(f"Liệt kê các nhiệm vụ trong Kế hoạch 57 không do {office} chủ trì", as_of=AS_OF)
        led = {task.id for task in own.tasks if office in task.task.lead_agencies}
        assert led | {task.id for task in others.tasks} >= every, office
        assert not led & {task.id for task in others.tasks}, office
