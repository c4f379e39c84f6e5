"""Questions to begin with, made from the plans that are live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.chat.turn import Turn
from knowledge.library import LiveTask
from knowledge.qa.compose.answer import Status
from knowledge.records import Origin

_WANTED = 3
_TRIED = 12
"""Questions looked at for those that are answered; each takes some milliseconds."""
_SHORT = 60
"""Characters of a task's name that still reads well on a button."""


def example_questions(turn: Turn) -> list[str]:
    """Up to three questions of different kinds that the live plans answer; the member's own agency first."""
    app = turn.services.app
    tasks = sorted(app.library.tasks(), key=lambda task: not _is_own(task, turn))
    found: dict[str, str] = {}
    for kind, question, about in _questions(turn, [task for task in tasks if _fits(task)]):
        if kind in found:
            continue
        answer = app.answering.ask(question, as_of=turn.now.date())
        if answer.status is Status.ANSWERED and about in (None, *(task.id for task in answer.tasks[:1])):
            found[kind] = question
        if len(found) == _WANTED:
            break
    return list(found.values())


def _questions(turn: Turn, tasks: Sequence[LiveTask]) -> Iterator[tuple[str, str, int | None]]:
    """Candidates: who leads one task, when another is due, what an office has to do; with the task asked for."""
    for task in tasks[:_TRIED]:
        yield "lead", turn.text("example_lead", task=_lowered(_name(task))), task.id
    for task in tasks[::-1][:_TRIED]:
        yield "due", turn.text("example_due", task=_name(task)), task.id
    for office in list(dict.fromkeys(task.task.lead[0] for task in tasks))[:_TRIED]:
        yield "list", turn.text("example_list", agency=office), None


def _fits(live: LiveTask) -> bool:
    task = live.task
    alone = len(task.lead) == 1 and len(task.lead[0]) <= _SHORT
    return task.origin is Origin.TABLE and alone and bool(task.deadline.phrase) and len(_name(live)) <= _SHORT


def _name(live: LiveTask) -> str:
    return live.task.activity or live.task.title


def _lowered(title: str) -> str:
    """Inside a sentence: the first letter small, unless the word is an abbreviation."""
    first = title.split(" ", 1)[0]
    return title if first.isupper() else title[:1].lower() + title[1:]


def _is_own(task: LiveTask, turn: Turn) -> bool:
    return turn.member is not None and turn.member.agency in task.task.lead_agencies
