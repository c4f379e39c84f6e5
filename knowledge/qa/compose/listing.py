"""Lists and counts: every row of the task table that fits the filters, grouped by plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from knowledge.library import LivePassage, LiveTask
from knowledge.qa.compose.answer import Answer, Status, passage_source, task_source
from knowledge.qa.compose.refusals import no_task_fits
from knowledge.qa.query.question import Question
from knowledge.text import cut
from knowledge.wording import (
    MAX_ANSWER,
    added_note,
    amended_note,
    corrected_note,
    join_names,
    short_label,
    task_name,
    told_due,
    told_lead,
    told_role,
)

MAX_SOURCES = 50
ROOMS = (170, 120, 90, 70)
LEAST_ROOM = 120
"""Characters of a name in a list: the most by which the list is one message; of one that is more, in any case."""
MOST_SHOWN = 5
"""Offices told beside the one with the most tasks, to see by how much."""
MOST_BESIDE = 60
"""Characters of a task that is named beside an office."""
_GROUPS = "giao chung"
_COMMON = "giao chung cho nhóm cơ quan trong đó có"


def list_answer(
    tasks: Sequence[LiveTask],
    roles: Sequence[str],
    question: Question,
    described: str,
    as_of: date,
    common: Sequence[LiveTask] = (),
) -> Answer:
    """All of `tasks`, numbered.

    Args:
        roles: how the asked agency takes part in each ("" without one).
        common: tasks that name only groups to which the asked agency belongs. They are listed as well where a
            period is asked for, which leaves few; else their number is told.
    """
    head, also = f"Có {len(tasks)} việc{described}{_shares(roles)}", ""
    if common:
        also = f"ngoài ra có {len(common)} việc {_COMMON} {join_names(question.agencies)}"
    if not also or question.period is None:
        answer = _listed(f"{head}:", tasks, roles, question, as_of)
        return replace(answer, text=f"{answer.text}\n{also[0].upper()}{also[1:]}.") if also else answer
    return _listed(f"{head}; {also}:", [*tasks, *common], [*roles, *([_GROUPS] * len(common))], question, as_of)


def common_answer(tasks: Sequence[LiveTask], question: Question, asked: str, as_of: date) -> Answer:
    """`tasks` that name only groups to which the asked agency belongs, where none names the agency.

    Args:
        asked: what else was asked for, in words.
    """
    name = join_names(question.agencies)
    head = f"Không có việc nào{asked} ghi riêng tên {name}; có {len(tasks)} việc {_COMMON} {name}:"
    return _listed(head, tasks, [_GROUPS] * len(tasks), question, as_of)


def _listed(head: str, tasks: Sequence[LiveTask], roles: Sequence[str], question: Question, as_of: date) -> Answer:
    """Names as long as a message has room for; in a list that is longer all the same, long enough to know them."""
    tried = (*((room, MAX_ANSWER) for room in ROOMS), (LEAST_ROOM, None))
    told = (_lines(head, tasks, roles, question, as_of, room, most) for room, most in tried)
    text = next(text for text in told if text is not None)
    sources = tuple(task_source(task) for task in tasks[:MAX_SOURCES])
    return Answer(Status.ANSWERED, text, tuple(tasks), sources)


def _lines(
    head: str,
    tasks: Sequence[LiveTask],
    roles: Sequence[str],
    question: Question,
    as_of: date,
    room: int,
    most: int | None,
) -> str | None:
    """The list; None where it is longer than `most` characters, which is found out without telling all of it."""
    lines = [head]
    length = len(head)
    number = 0
    for _, group in groupby(zip(tasks, roles, strict=True), key=lambda pair: pair[0].plan.id):
        rows = list(group)
        lines.append(f"{short_label(rows[0][0].plan)}{amended_note(rows[0][0].plan)}:")
        length += 1 + len(lines[-1])
        for task, role in rows:
            number += 1
            lines.append(f"{number}. {_row(task, role, question, as_of, room)}")
            length += 1 + len(lines[-1])
            if most is not None and length > most:
                return None
    return "\n".join(lines)


def _shares(roles: Sequence[str]) -> str:
    leads, helps = roles.count("chủ trì"), roles.count("phối hợp")
    return f" (chủ trì {leads}, phối hợp {helps})" if leads and helps else ""


def offices_answer(offices: Sequence[tuple[str, Sequence[LiveTask]]], described: str, question: Question) -> Answer:
    """Offices with the number of their tasks, the most first; only the first ones where the most are asked for."""
    if not offices:
        return no_task_fits(described)
    most = len(offices[0][1])
    told = [item for item in offices if len(item[1]) == most] if question.filters.most else list(offices)
    names = join_names([name for name, _ in told])
    head = (
        f"Nhiều việc nhất{described}: {names}, {'mỗi cơ quan ' if len(told) > 1 else ''}{most} việc."
        if question.filters.most
        else f"Có {len(told)} cơ quan{described}:"
    )
    shown = offices[:MOST_SHOWN] if question.filters.most else told
    lines = [head, *(f"{n}. {name}: {len(tasks)} việc" for n, (name, tasks) in enumerate(shown, 1))]
    tasks = tuple(dict.fromkeys(task for _, of in told for task in of))
    plans = dict.fromkeys(short_label(task.plan) for task in tasks)
    lines.append(f"Nguồn: {'; '.join(plans)}.")
    return Answer(Status.ANSWERED, "\n".join(lines), tasks, tuple(task_source(task) for task in tasks[:MAX_SOURCES]))


def partners_answer(
    agency: str, helping: Sequence[tuple[str, Sequence[LiveTask]]], led: Sequence[tuple[str, Sequence[LiveTask]]]
) -> Answer:
    """Who works with an agency.

    Args:
        helping: offices with the tasks of the agency that they help with.
        led: offices with their tasks that the agency helps with.
    """
    lines: list[str] = []
    parts = ((helping, f"cùng làm việc do {agency} chủ trì"), (led, f"chủ trì việc mà {agency} phối hợp"))
    for offices, how in parts:
        if offices:
            lines.append(f"Có {len(offices)} cơ quan {how}:")
            lines += [f"- {name}: {_named(tasks)}" for name, tasks in offices]
    tasks = tuple(dict.fromkeys(task for _, of in (*helping, *led) for task in of))
    plans = dict.fromkeys(short_label(task.plan) for task in tasks)
    lines.append(f"Nguồn: {'; '.join(plans)}.")
    return Answer(Status.ANSWERED, "\n".join(lines), tasks, tuple(task_source(task) for task in tasks[:MAX_SOURCES]))


def _named(tasks: Sequence[LiveTask]) -> str:
    """How many tasks, and the first of them."""
    return f"{len(tasks)} việc (“{task_name(tasks[0], MOST_BESIDE)}”{'…' if len(tasks) > 1 else ''})"


def rows_answer(rows: Sequence[LivePassage], described: str) -> Answer:
    """Rows of a table that gives no tasks, each as printed."""
    lines = [f"Có {len(rows)} dòng{described} trong bảng của {short_label(rows[0].plan)}:"]
    lines.extend(f"{number}. {cut(row.passage.text, 300).rstrip('.;')}." for number, row in enumerate(rows, 1))
    return Answer(Status.ANSWERED, "\n".join(lines), (), tuple(passage_source(row) for row in rows[:MAX_SOURCES]))


def _row(task: LiveTask, role: str, question: Question, as_of: date, room: int) -> str:
    row = task.task
    name = cut(row.title, room)
    if row.activity and row.activity != row.title:
        name = f"{name} – {cut(row.activity, room)}"
    name += added_note(task) + corrected_note(task, "title", "activity", briefly=True)
    notes = [told_role(task, role)] if role and role != _GROUPS else []
    if (role == _GROUPS or not question.agencies) and row.lead:
        notes.append(f"chủ trì: {told_lead(task, room)}")
    if row.deadline.phrase:
        notes.append(f"hạn: {told_due(task, as_of)}")
    return f"{name} ({'; '.join(notes)})" if notes else name
