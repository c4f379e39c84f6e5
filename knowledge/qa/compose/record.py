"""The record of one task: who leads, by when, who helps, what must be delivered; what was asked for comes first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.library import LiveTask
from knowledge.qa.compose.answer import Answer, Status, task_source
from knowledge.qa.query.question import Intent, Question
from knowledge.qa.query.wanted import Wanted
from knowledge.records import Origin
from knowledge.text import cut, fold
from knowledge.wording import (
    added_note,
    corrected_note,
    ended,
    repealed_line,
    sentence_case,
    source_line,
    task_name,
    told_beside,
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


def record_answer(task: LiveTask, question: Question, as_of: date) -> Answer:
    """The whole record, the asked-for fields first, then what the task is, then the source."""
    lines = [*filter(None, [repealed_line(task)]), *_fields(task, question, as_of)]
    if task.task.origin is Origin.CLAUSE and not corrected_note(task, "title", "activity"):
        lines.append(f"Văn bản ghi: {cut(task.task.source.quote or task.task.title, 300)}")
    else:
        lines.append(ended(f"Nhiệm vụ: {task_name(task)}{added_note(task)}{told_beside(task, 'title', 'activity')}"))
    lines.append(source_line(task.plan, task.task.source, task.task.number))
    return Answer(Status.ANSWERED, "\n".join(lines), (task,), (task_source(task),))


_ORDER = {
    Intent.DUE: (Wanted.DUE, Wanted.LEAD),
    Intent.COORDINATE: (Wanted.COORDINATING, Wanted.LEAD, Wanted.DUE),
    Intent.PRODUCT: (Wanted.PRODUCT, Wanted.LEAD, Wanted.DUE),
}
"""What comes first to each question; the other fields follow."""
_FIELDS = (Wanted.LEAD, Wanted.DUE, Wanted.PRODUCT)
_SIDE_ROOM = 200
"""Characters of a field that was not asked for."""


def _fields(task: LiveTask, question: Question, as_of: date) -> list[str]:
    """A line for each field; what was not asked for is told where there is something to tell."""
    asked = _ORDER.get(question.intent, (Wanted.LEAD, Wanted.DUE))
    tellers = {
        Wanted.LEAD: _who,
        Wanted.COORDINATING: _helpers,
        Wanted.DUE: lambda task, _: _when(task, question, as_of),
        Wanted.PRODUCT: _product,
    }
    order = dict.fromkeys((*asked, *_FIELDS))
    return [line for field in order if (line := tellers[field](task, asked[0] if field is not asked[0] else None))]


def told_besides(task: LiveTask, said: str, as_of: date) -> list[str]:
    """Lines for those fields of the record that folded `said` does not show yet."""
    row = task.task
    lines = []
    if row.lead and not all(fold(office) in said for office in (*row.lead, *row.coordinating)):
        lines.append(_who(task, Wanted.DUE))
    if row.deadline.phrase and fold(row.deadline.phrase) not in said:
        lines.append(f"Hạn: {told_due(task, as_of)}.")
    if row.product and fold(row.product)[:_SIDE_ROOM] not in said:
        lines.append(_product(task, Wanted.DUE))
    return lines


def _who(task: LiveTask, first: Wanted | None) -> str:
    """The lead, with who helps unless that has been told; `first` is the field told first, None for this one."""
    lead = told_lead(task)
    helped = "" if first is Wanted.COORDINATING else told_helpers(task, _SIDE_ROOM)
    if first is None:
        said = f"{sentence_case(lead)} chủ trì" if lead else told_no_lead(task)
    else:
        said = f"Chủ trì: {lead}" if lead else told_no_lead(task) if told_beside(task, "lead") else ""
    if not said:
        return f"Phối hợp: {helped}." if helped else ""
    return f"{said}; phối hợp: {helped}." if helped else f"{said}."


def _helpers(task: LiveTask, _: Wanted | None) -> str:
    helped = told_helpers(task)
    if helped:
        return f"Cơ quan phối hợp: {helped}."
    return f"Nhiệm vụ này không ghi cơ quan phối hợp{told_beside(task, 'coordinating')}."


def _when(task: LiveTask, question: Question, as_of: date) -> str:
    left = "days_left" in question.cues or "due_next" in question.cues
    return f"Hạn: {told_due(task, as_of, days_left=left)}."


def _product(task: LiveTask, first: Wanted | None) -> str:
    product = cut(task.task.product or "", 500 if first is None else _SIDE_ROOM).rstrip(".")
    if product:
        return f"Sản phẩm: {product}{told_beside(task, 'product')}."
    return _papers_to_hand_in(task) if first is None else ""


def rows_of_one_title(tasks: Sequence[LiveTask], question: Question, as_of: date) -> Answer:
    """Parts of one task, told apart by what each must deliver."""
    lines = [f"Nhiệm vụ này có {len(tasks)} phần:"]
    for number, task in enumerate(tasks, 1):
        told = [*filter(None, [repealed_line(task)]), *_fields(task, question, as_of)]
        lines.append(f"{number}. {' '.join(told)}")
    lines.append(ended(f"Nhiệm vụ: {task_name(tasks[0])}"))
    lines.append(source_line(tasks[0].plan, tasks[0].task.source, tasks[0].task.number))
    return Answer(Status.ANSWERED, "\n".join(lines), tuple(tasks), tuple(task_source(task) for task in tasks))


def _papers_to_hand_in(task: LiveTask) -> str:
    """Without a product of its own a row may still tell what papers go with it."""
    for cell in task.task.source.quote.split(" | "):
        if _HANDED_IN.search(fold(cell)) and fold(cell) != fold(task.task.title):
            return f"Văn bản ghi: {ended(cut(cell.lstrip('- '), 400))}"
    return f"Nhiệm vụ này không ghi sản phẩm{corrected_note(task, 'product')}."


_HANDED_IN = re.compile(r"\b(?:ho so|san pham|ket qua)\b.*\b(?:gom|la|co)\b")


def confirmed(answer: Answer, verdict: str) -> Answer:
    """The answer with a yes or no before it, where one was asked for."""
    return replace(answer, text=f"{verdict} {answer.text}") if verdict else answer
