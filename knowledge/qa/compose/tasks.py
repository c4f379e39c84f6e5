"""Answers from one task: who leads, by when, who helps, what must be delivered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.doubts import doubt_note
from knowledge.library import LiveTask
from knowledge.qa.compose.answer import Answer, Status, task_source
from knowledge.qa.query.question import Intent, Question
from knowledge.records import Origin
from knowledge.text import cut, fold
from knowledge.wording import (
    ended,
    repealed_line,
    sentence_case,
    source_line,
    task_name,
    told_due,
    told_helpers,
    told_lead,
    told_no_lead,
)


def asked_fact(task: LiveTask, intent: Intent) -> tuple[str, ...]:
    """The cells that the question asks for; equal ones make rows interchangeable."""
    row = task.task
    facts = {
        Intent.LEAD: row.lead,
        Intent.DUE: (row.deadline.phrase,),
        Intent.LEAD_AND_DUE: (*row.lead, row.deadline.phrase),
        Intent.COORDINATE: row.coordinating,
        Intent.PRODUCT: (row.product or "",),
    }
    return facts.get(intent, row.lead)


def task_answer(task: LiveTask, question: Question, as_of: date) -> Answer:
    """The asked-for fact first, then the task, then the source."""
    lines = [*filter(None, [repealed_line(task)]), *_facts(task, question, as_of)]
    name = (
        ""
        if task.task.origin is Origin.CLAUSE
        else f"Nhiệm vụ: {task_name(task)}{doubt_note(task.task, 'title', 'activity')}"
    )
    if name:
        lines.append(ended(name))
    else:
        lines.append(f"Văn bản ghi: {cut(task.task.source.quote or task.task.title, 300)}")
    lines.append(source_line(task.plan, task.task.source, task.task.number))
    return Answer(Status.ANSWERED, "\n".join(lines), (task,), (task_source(task),))


def _facts(task: LiveTask, question: Question, as_of: date) -> list[str]:
    row = task.task
    lead = told_lead(task)
    helped = told_helpers(task)
    left = "days_left" in question.cues or "due_next" in question.cues
    due = f"Hạn: {told_due(task, as_of, days_left=left)}."
    if question.intent is Intent.DUE:
        return [due, f"Chủ trì: {lead}."] if lead else [due]
    if question.intent is Intent.COORDINATE:
        none = f"Nhiệm vụ này không ghi cơ quan phối hợp{doubt_note(row, 'coordinating')}."
        first = f"Cơ quan phối hợp: {helped}." if helped else none
        return [first, f"Chủ trì: {lead}."] if lead else [first]
    if question.intent is Intent.PRODUCT:
        product = cut(row.product or "", 500).rstrip(".")
        first = f"Sản phẩm: {product}{doubt_note(row, 'product')}." if product else _papers_to_hand_in(task)
        return [first, f"Chủ trì: {lead}."] if lead else [first]
    first = f"{sentence_case(lead)} chủ trì" if lead else told_no_lead(task)
    return [f"{first}; phối hợp: {told_helpers(task, 200)}." if helped else f"{first}.", due]


def rows_of_one_title(tasks: Sequence[LiveTask], question: Question, as_of: date) -> Answer:
    """Parts of one task, told apart by what each must deliver."""
    lines = [f"Nhiệm vụ này có {len(tasks)} phần:"]
    for number, task in enumerate(tasks, 1):
        product = f"{cut(task.task.product, 120).rstrip('.')}: " if task.task.product else ""
        lines.append(f"{number}. {product}{' '.join(_facts(task, question, as_of))}")
    lines.append(ended(f"Nhiệm vụ: {task_name(tasks[0])}"))
    lines.append(source_line(tasks[0].plan, tasks[0].task.source, tasks[0].task.number))
    return Answer(Status.ANSWERED, "\n".join(lines), tuple(tasks), tuple(task_source(task) for task in tasks))


def _papers_to_hand_in(task: LiveTask) -> str:
    """Without a product of its own a row may still tell what papers go with it."""
    for cell in task.task.source.quote.split(" | "):
        if _HANDED_IN.search(fold(cell)) and fold(cell) != fold(task.task.title):
            return f"Văn bản ghi: {ended(cut(cell.lstrip('- '), 400))}"
    return "Nhiệm vụ này không ghi sản phẩm."


_HANDED_IN = re.compile(r"\b(?:ho so|san pham|ket qua)\b.*\b(?:gom|la|co)\b")


def confirmed(answer: Answer, verdict: str) -> Answer:
    """The answer with a yes or no before it, where one was asked for."""
    return replace(answer, text=f"{verdict} {answer.text}") if verdict else answer
