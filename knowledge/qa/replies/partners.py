"""Who works with an office: those that help with what it leads, and those that lead what it helps with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.library import LiveTask
from knowledge.qa.compose.answer import Answer
from knowledge.qa.compose.listing import partners_answer
from knowledge.qa.query.intents import TASK_INTENTS
from knowledge.qa.query.question import Intent, Question
from knowledge.qa.query.wanted import Wanted
from knowledge.qa.replies.lists import named_tasks, passes, topic_of
from knowledge.qa.replies.reading import AgencyMatcher, Reading
from knowledge.text import squeeze
from knowledge.wording import sentence_case


def reply(question: Question, reading: Reading) -> Answer | None:
    """The offices beside the one that is asked about; None where a task is, or nobody works with it."""
    asks = "coordinate" in question.cues or (question.asked and question.asked.fields[:1] == (Wanted.COORDINATING,))
    if question.intent not in TASK_INTENTS | {Intent.OTHER} or not asks or topic_of(question):
        return None
    agencies = tuple(each for each in question.agencies if not reading.matcher.is_group(each))
    if len(agencies) != 1:
        return None
    matcher, as_of = reading.matcher, reading.as_of
    asked = replace(question, agencies=agencies)
    plans = [plan.id for plan in question.papers.plans] or None
    named = named_tasks(asked, plans, reading.library, matcher, as_of, leading=False)
    tasks = [task for task in named if passes(task, asked, matcher, as_of)]
    leads = [task for task in tasks if matcher.leads(task, agencies)]
    helps = [task for task in tasks if matcher.helps(task, agencies) and task not in leads]
    helping = _by_office(((task, task.task.coordinating) for task in leads), agencies, matcher)
    led = _by_office(((task, task.task.lead) for task in helps), agencies, matcher)
    return partners_answer(agencies[0], helping, led) if helping or led else None


def _by_office(
    tasks: Iterable[tuple[LiveTask, Sequence[str]]], agencies: Sequence[str], matcher: AgencyMatcher
) -> list[tuple[str, list[LiveTask]]]:
    """The tasks by each other office that stands in them, those with the most first."""
    found: dict[str, tuple[str, list[LiveTask]]] = {}
    for task, offices in tasks:
        for office in offices:
            if not matcher.names_any([office], agencies):
                # As printed: "các Sở, ban, ngành Thành phố" are no "sở, ban, ngành tỉnh", though one group.
                shown = sentence_case(squeeze(office).rstrip(" .;:"))
                found.setdefault(matcher.name(office), (shown, []))[1].append(task)
    return sorted(found.values(), key=lambda item: -len(item[1]))
