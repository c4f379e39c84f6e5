"""Comparisons: the evidence of each side, one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knowledge.doubts import doubt_note
from knowledge.library import LivePassage, LivePlan, LiveTask
from knowledge.qa.compose.answer import Answer, SourceRef, Status, passage_source, task_source
from knowledge.qa.compose.clauses import quote
from knowledge.qa.compose.duties import body
from knowledge.qa.search.finder import Found
from knowledge.records import Origin
from knowledge.text import cut, fold, squeeze
from knowledge.wording import (
    MAX_ANSWER,
    join_names,
    lower_first,
    place,
    short_label,
    task_name,
    told_due,
    told_lead,
    told_no_lead,
)

SIDE_ROOM = 380


def compare_answer(sides: Sequence[Found], as_of: date) -> Answer:
    """One paragraph a side: what it says and where."""
    lines = []
    for number, side in enumerate(sides, 1):
        label = short_label(side.plan)
        where = place(side.passage.passage.source, side.task.task.number if side.task else None)
        lines.append(f"{number}. {label}: {_said(side, as_of)} [{where}]")
    leads = [_lead(side) for side in sides]
    if len(sides) == 2 and all(leads):
        same = fold(leads[0]) == fold(leads[1])
        told = " và ".join(f"{lead}{_lead_doubt(side)}" for lead, side in zip(leads, sides, strict=True))
        lines.insert(0, "Hai nơi giao cùng một cơ quan." if same else f"Khác nhau: {told}.")
    tasks = tuple(side.task for side in sides if side.task)
    return Answer(Status.ANSWERED, "\n".join(lines), tasks, tuple(passage_source(s.passage) for s in sides))


def _lead(side: Found) -> str:
    if side.task is not None and side.task.task.origin is Origin.TABLE:
        return cut(join_names(side.task.task.lead), 150)
    return cut(squeeze(side.passage.passage.agency or "").rstrip(" :;."), 150)


def _lead_doubt(side: Found) -> str:
    return doubt_note(side.task.task, "lead") if side.task is not None else ""


def _said(side: Found, as_of: date) -> str:
    if side.task is not None and side.task.task.origin is Origin.TABLE:
        due = told_due(side.task, as_of)
        name = f"“{task_name(side.task, 160)}”"
        if not side.task.task.lead:
            return f"{name}; {lower_first(told_no_lead(side.task))}; hạn: {due}."
        return f"{told_lead(side.task)} chủ trì {name}; hạn: {due}."
    agency = _lead(side)
    if side.task is not None and side.task.task.deadline.phrase:
        phrase = squeeze(side.task.task.deadline.phrase)
        said = quote(side, SIDE_ROOM)
        due = "" if fold(phrase) in fold(said) else f" (hạn: {told_due(side.task, as_of)})"
        return f"{agency + ': ' if agency else ''}“{said}”{due}"
    return f"{agency + ': ' if agency else ''}“{quote(side, SIDE_ROOM)}”"


def compare_duties(
    agency: str, sides: Sequence[tuple[LivePlan, Sequence[LivePassage], Sequence[LiveTask], Sequence[LiveTask]]]
) -> Answer:
    """One paragraph a paper: the clauses under the office's heading, or its tasks, and how many there are."""
    room = (MAX_ANSWER - 200) // len(sides)
    lines = [f"Nhiệm vụ của {agency}:"]
    sources: list[SourceRef] = []
    for number, (plan, clauses, leads, helps) in enumerate(sides, 1):
        told = [cut(body(clause), room // 2) for clause in clauses]
        told = told or [task_name(task, 110) for task in (*leads, *helps)]
        count = f"chủ trì {len(leads)} việc, phối hợp {len(helps)} việc trong bảng" if leads or helps else ""
        said = cut("; ".join(told), room - len(count) - 60).rstrip("…. ")
        lines.append(f"{number}. {short_label(plan)}: {said}{f' ({count})' if count else ''}.")
        sources.extend(passage_source(clause) for clause in clauses)
        sources.extend(task_source(task) for task in (*leads, *helps)[:5])
    tasks = tuple(task for _, _, leads, _ in sides for task in leads)
    return Answer(Status.ANSWERED, "\n".join(lines), tasks, tuple(sources))
