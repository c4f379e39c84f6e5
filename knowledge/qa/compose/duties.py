"""What an agency has to do by one paper: the clauses under its heading, then its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knowledge.library import LivePassage, LivePlan, LiveTask
from knowledge.qa.compose.answer import Answer, Status, passage_source, task_source
from knowledge.text import cut
from knowledge.wording import MAX_ANSWER, short_label, source_line, task_name, told_due, told_role

ROOM_FOR_NOTES = 260
"""Characters left for the head, the rows' line and the source."""


def duty_answer(
    agency: str,
    plan: LivePlan,
    clauses: Sequence[LivePassage],
    leads: Sequence[LiveTask],
    helps: Sequence[LiveTask],
    as_of: date,
) -> Answer:
    """Clauses in the paper's order, then rows, each with its deadline; as many words as there is room for."""
    lines = [f"{agency} theo {short_label(plan)}:"]
    rows = [*((task, "chủ trì") for task in leads), *((task, "phối hợp") for task in helps)]
    if clauses:
        share = (MAX_ANSWER - ROOM_FOR_NOTES - 150) // len(clauses)
        lines.extend(f"{n}. {cut(body(clause), max(share, 60))}" for n, clause in enumerate(clauses, 1))
        if rows:
            note = f"Trong bảng nhiệm vụ: chủ trì {len(leads)} việc, phối hợp {len(helps)} việc."
            lines.append(note)
    else:
        room = max(50, min(400, (MAX_ANSWER - ROOM_FOR_NOTES) // max(len(rows), 1) - 20))
        shown = rows[: (MAX_ANSWER - ROOM_FOR_NOTES) // 70]
        lines.extend(
            f"{n}. {task_name(task, room)} ({told_role(task, role)}{_due(task, as_of)})"
            for n, (task, role) in enumerate(shown, 1)
        )
        if len(shown) < len(rows):
            lines.append(f"… và {len(rows) - len(shown)} việc khác.")
    first = clauses[0].passage.source if clauses else rows[0][0].task.source
    lines.append(source_line(plan, first))
    sources = tuple(passage_source(clause) for clause in clauses) or tuple(task_source(t) for t, _ in rows[:10])
    return Answer(Status.ANSWERED, "\n".join(lines), tuple(task for task, _ in rows), sources)


def _due(task: LiveTask, as_of: date) -> str:
    return f"; hạn: {told_due(task, as_of)}" if task.task.deadline.phrase else ""


def body(clause: LivePassage) -> str:
    """The clause without its label."""
    text = clause.passage.text.strip()
    label = clause.passage.source.clause
    if label and text.startswith(label):
        text = text[len(label) :].lstrip(" ).:-")
    return text.lstrip("-+• ").rstrip(" ;.")
