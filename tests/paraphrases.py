"""Questions made by program over the tasks that are loaded: `python -m tests.paraphrases [--show]`.

A measure that nobody tunes on: each question asks one field of one task as people in offices would, its topic
shortened, in a wording and a manner that the seed and the task choose. A task that is read otherwise than before
changes its own questions, and hardly those of others. `--show` prints the misses: who then changes the answering
should not look at them.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from random import Random

from knowledge.agencies import Directory, load_directory
from knowledge.library import LivePlan, LiveTask
from knowledge.objects import horizon
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Answer, Status
from knowledge.qa.evaluation import DEFAULT_DAY
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.records import Deadline
from knowledge.text import Folded, fold, nfc, squeeze, syllables
from knowledge.wording import day
from tests.paraphrase_wordings import TYPED, WORDINGS, WORDINGS_WITH_PLAN, Field, Manner, plan_names, topics
from tests.reading import loaded
from tests.shared import SHARED

SEED, COUNT = 20261120, 500
ALIKE = 0.8
"""A topic of which another task has this share of words is that task's too."""
NAMED_SHARE = 0.15
"""Of the questions with a topic of one paper only; the others always name the paper, which makes half of all."""


class Verdict(StrEnum):
    """How the answer to a question is judged."""

    RIGHT = "đúng"
    HALF = "nửa"
    """It asks back, and the task is among its options."""
    FALSE = "sai việc"
    """It tells another task, without the value asked for."""
    MISSED = "trượt"


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """A question; of each group of `wanted`, one wording must stand in the answer."""

    task: LiveTask
    field: Field
    question: str
    manner: Manner
    names_plan: bool
    wanted: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question with its answer."""

    asked: Paraphrase
    answer: Answer
    verdict: Verdict

    @property
    def elsewhere(self) -> bool:
        """Right, but told of another task with the same value."""
        told = [task.id for task in self.answer.tasks]
        return self.verdict is Verdict.RIGHT and bool(told) and self.asked.task.id not in told


def paraphrases(
    tasks: Sequence[LiveTask], seed: int, count: int, wordings: Mapping[Field, Sequence[str]] = WORDINGS
) -> list[Paraphrase]:
    """At most `count` questions, balanced over fields, and over plans within a field."""
    maker, queues = _Maker(tasks, wordings), []
    for field in Field:
        by_plan: dict[int, list[tuple[float, Paraphrase]]] = {}
        for task in tasks:
            rng = Random(f"{seed}|{task.plan.file}|{fold(task.task.title)}|{fold(task.task.activity or '')}|{field}")
            place, made = rng.random(), maker.question(task, field, rng)
            if made:
                by_plan.setdefault(task.plan.id, []).append((place, made))
        ordered = [sorted(group, key=lambda each: each[0]) for group in by_plan.values()]
        queues.append([each[1] for row in zip_longest(*ordered) for each in row if each])
    return [each for row in zip_longest(*queues) for each in row if each][:count]


class _Maker:
    """Questions over the tasks, each of which it tells from the others by their words."""

    def __init__(self, tasks: Sequence[LiveTask], wordings: Mapping[Field, Sequence[str]]) -> None:
        self._wordings = wordings
        self._directory = load_directory()
        self._plans = list({task.plan.id: task.plan for task in tasks}.values())
        self._words = [(t.plan.id, t.id, _words(f"{t.task.title} {t.task.activity or ''}")) for t in tasks]
        self._own = {t.id: [topic for topic in topics(t) if self._is_own(topic, t, t.plan)] for t in tasks}

    def question(self, task: LiveTask, field: Field, rng: Random) -> Paraphrase | None:
        """None where the task has no such field, has doubts, or could be taken for another of its plan."""
        wanted, own = _wanted(task, field, self._directory), self._own[task.id]
        if not (wanted and own):
            return None
        names = plan_names(task.plan, self._plans)
        alone = [topic for topic in own if self._is_own(topic, task)]
        named = bool(names) and (rng.random() < NAMED_SHARE or not alone)
        plain = rng.choice(self._wordings[field]).format(topic=rng.choice(own if named else alone or own))
        if named:
            plain = rng.choice(WORDINGS_WITH_PLAN).format(question=plain.rstrip("?"), plan=rng.choice(names))
        manner = rng.choice(list(Manner))
        question = TYPED[manner](plain, rng)
        return Paraphrase(task, field, question, manner if question != plain else Manner.ACCENTS, named, wanted)

    def _is_own(self, topic: str, task: LiveTask, plan: LivePlan | None = None) -> bool:
        """Whether no other task, of the plan or of all, has nearly all words of the topic."""
        said = _words(topic)
        others = (words for of, id_, words in self._words if id_ != task.id and (plan is None or of == plan.id))
        return all(len(said & words) < ALIKE * len(said) for words in others)


def _words(text: str) -> frozenset[Folded]:
    return frozenset(syllables(text))


def _wanted(task: LiveTask, field: Field, directory: Directory) -> tuple[tuple[str, ...], ...]:
    """What the answer must hold; nothing where the task has no such field or any doubt."""
    row = task.task
    if row.doubts or row.deadline.unread or task.repealed:
        return ()
    if field is Field.DUE:
        return (_due_wordings(row.deadline),) if row.deadline.phrase else ()
    if field is Field.PRODUCT:
        return ((textwrap.wrap(row.product, 60, break_on_hyphens=False)[0],),) if row.product else ()
    offices = row.lead if field is Field.LEAD else row.coordinating
    known = {office: directory.resolve(office) for office in (offices[:3] if len(offices) > 4 else offices)}
    return tuple((each, *(is_.names if is_ and len(is_.names) == 1 else ())) for each, is_ in known.items())


def _due_wordings(deadline: Deadline) -> tuple[str, ...]:
    dates = tuple(day(each) for each in deadline.due_dates(horizon(DEFAULT_DAY)))
    # A bare "2025" stands in any answer: then the days are looked for.
    return dates if dates and not re.search(r"[^\W\d]", deadline.phrase) else (deadline.phrase, *dates)


def verdict(asked: Paraphrase, answer: Answer) -> Verdict:
    """Right where the values are told; "Kế hoạch" or "năm 2022" in what names the task or the paper tells none."""
    if answer.status is Status.CLARIFY:
        return Verdict.HALF if any(o.task_id == asked.task.id for o in answer.options) else Verdict.MISSED
    if answer.status is not Status.ANSWERED:
        return Verdict.MISSED
    naming = ("Nguồn: ", "Nhiệm vụ: ") if asked.field in (Field.DUE, Field.PRODUCT) else ()
    told = "\n".join(line for line in answer.text.splitlines() if not line.startswith(naming))
    if all(any(_stands(value, told) for value in group) for group in asked.wanted):
        return Verdict.RIGHT
    others = answer.tasks and all(task.id != asked.task.id for task in answer.tasks)
    return Verdict.FALSE if others else Verdict.MISSED


def _stands(value: str, text: str) -> bool:
    value, text = (squeeze(nfc(each)).casefold() for each in (value, text))
    return re.search(rf"(?<![\w/]){re.escape(value.strip(' .;:'))}(?![\w/])", text) is not None


def measure(assistant: Assistant, asked: Iterable[Paraphrase], as_of: date) -> list[Outcome]:
    """Ask every question and judge its answer."""
    outcomes = []
    for each in asked:
        answer = assistant.ask(each.question, as_of=as_of)
        outcomes.append(Outcome(each, answer, verdict(each, answer)))
    return outcomes


def figures(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Lines: right of all, half, false, by field, by manner, with the plan named or not."""
    elsewhere = sum(outcome.elsewhere for outcome in outcomes)
    yield f"Câu hỏi đặt từ các nhiệm vụ: {_counted(outcomes)}; đúng mà của việc khác {elsewhere}"
    parts: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        asked = outcome.asked
        for name in (f"1{asked.field}", f"2{asked.manner}", f"3{'có' if asked.names_plan else 'không'} nêu văn bản"):
            parts.setdefault(name, []).append(outcome)
    for name, part in sorted(parts.items()):
        yield f"   {name[1:]:<20} {_counted(part)}"


def _counted(outcomes: Sequence[Outcome]) -> str:
    right, half, false = (sum(o.verdict is v for o in outcomes) for v in (Verdict.RIGHT, Verdict.HALF, Verdict.FALSE))
    return f"đúng {right}/{len(outcomes)}  nửa {half}  sai việc {false}"


def shared_outcomes(shared: Path) -> list[Outcome]:
    """The measure over the text papers beside the checkout."""
    papers = [path for name in ("hung-yen", "others") for path in sorted((shared / "plans" / name).glob("*.txt"))]
    directory = load_directory()
    with loaded(papers, directory) as library:
        assistant = Assistant(library, directory, load_lexicon())
        return measure(assistant, paraphrases(library.tasks(), SEED, COUNT), DEFAULT_DAY)


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 where the papers are missing."""
    if SHARED is None:
        sys.stdout.write("Không có dữ liệu nghiệm thu bên cạnh mã nguồn.\n")
        return 1
    outcomes = shared_outcomes(SHARED)
    lines = list(figures(outcomes))
    for each in outcomes if "--show" in arguments else ():
        if each.verdict is not Verdict.RIGHT:
            lines += [f"✗ {each.verdict}, {each.asked.field}: {each.asked.question}", f"    muốn {each.asked.wanted}"]
            lines += [f"    | {line}" for line in each.answer.text.splitlines()]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
