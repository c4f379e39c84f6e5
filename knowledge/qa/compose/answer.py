"""The answer record and its JSON form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from knowledge.library import LivePassage, LivePlan, LiveTask
from knowledge.objects import Json, task_json
from knowledge.records import Source


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    NOT_FOUND = "not_found"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A paper and the place in it that an answer rests on."""

    plan: LivePlan
    source: Source


@dataclass(frozen=True, slots=True)
class Option:
    """One of the choices of a `clarify` answer; `question` is what choosing it asks."""

    text: str
    question: str
    task_id: int | None = None
    plan_id: int | None = None
    passage_id: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the person who asked.

    Attributes:
        text: plain text without markup; a `clarify` holds its numbered options.
        tasks: best first.
        understood: what was asked for and by what it was narrowed, in one sentence.
        elapsed_ms: from the question's text to the answer's.
        is_summary: a page on one paper.
    """

    status: Status
    text: str
    tasks: tuple[LiveTask, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    options: tuple[Option, ...] = ()
    understood: str = ""
    elapsed_ms: float = 0.0
    is_summary: bool = False

    def timed(self, elapsed_ms: float) -> Answer:
        """The same answer with its time."""
        return replace(self, elapsed_ms=elapsed_ms)


def joined(answers: Sequence[Answer]) -> Answer:
    """The answers to several questions of one message, numbered; answered where one of them is.

    One answer to all of them, or all about one task, is told once.
    """
    told = {answer.text: answer for answer in answers}
    if len(told) == 1 or (len({answer.tasks for answer in told.values()}) == 1 and len(answers[0].tasks) == 1):
        return answers[0]
    status = next(
        (s for s in (Status.ANSWERED, Status.CLARIFY) if any(a.status is s for a in answers)), answers[0].status
    )
    return Answer(
        status,
        "\n\n".join(f"({number}) {answer.text}" for number, answer in enumerate(answers, 1)),
        tuple(dict.fromkeys(task for answer in answers for task in answer.tasks)),
        tuple(source for answer in answers for source in answer.sources),
        next((answer.options for answer in answers if answer.options), ()),
        " ".join(answer.understood for answer in answers),
    )


def task_source(task: LiveTask) -> SourceRef:
    """The row or clause of a task."""
    return SourceRef(task.plan, task.task.source)


def passage_source(passage: LivePassage) -> SourceRef:
    """The place of a passage."""
    return SourceRef(passage.plan, passage.passage.source)


def answer_json(answer: Answer, today: date) -> Json:
    """The Answer object; its `id` is the caller's to add."""
    return {
        "status": answer.status.value,
        "answer": answer.text,
        "tasks": [task_json(task, today) for task in answer.tasks],
        "sources": [_source(ref) for ref in answer.sources],
        "options": [option.text for option in answer.options],
        "understood": answer.understood,
        "elapsed_ms": round(answer.elapsed_ms, 1),
    }


def _source(ref: SourceRef) -> Json:
    return {
        "plan": ref.plan.name,
        "title": ref.plan.metadata.title,
        "section_path": list(ref.source.section_path),
        "page": ref.source.page,
        "quote": ref.source.quote,
    }
