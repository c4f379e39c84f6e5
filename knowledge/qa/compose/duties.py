"""What an agency has to do by one paper: the clauses under its heading, then its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knowledge.library import LivePassage, LivePlan, LiveTask
from knowledge.qa.compose.answer import Answer, Status, passage_source, task_source
from knowledge.text import cut
from knowledge.wording import MAX_ANSWER, short_label, source_line, task_name, told_due, told_role

ROOM_FOR_NOTES = 260
"""Characters left for the head, the line of what is not told, and the source."""
LEAST_ROOM, SHORT, MOST_ROOM, ROOM_FOR_ROLE = 50, 110, 400, 40
"""Characters of a row's name among many, of a row beside clauses, of a name among few, of its role and number."""
NUMBERING = 4
"""Characters of a line's number."""
ROWS_SHARE = 0.35
"""Of the room, where clauses are told as well: rows are known by fewer words."""


def duty_answer(
    agency: str,
    plan: LivePlan,
    clauses: Sequence[LivePassage],
    leads: Sequence[LiveTask],
    helps: Sequence[LiveTask],
    as_of: date,
) -> Answer:
    """Clauses in the paper's order, then rows, each with its deadline; as many of them as there is room for."""
    rows = [*((task, "chủ trì") for task in leads), *((task, "phối hợp") for task in helps)]
    room = MAX_ANSWER - ROOM_FOR_NOTES
    bodies = [body(clause) for clause in clauses]
    for_rows = min(int(room * ROWS_SHARE), len(rows) * SHORT) if clauses else room
    longest = _fair_length([*map(len, bodies)], room - for_rows)
    told = [cut(each, longest) for each in bodies]
    share = max(LEAST_ROOM, min(MOST_ROOM, (room - sum(map(len, told))) // max(len(rows), 1) - ROOM_FOR_ROLE))
    for task, role in rows:
        told.append(f"{task_name(task, share)} ({told_role(task, role)}{_due(task, as_of)})")
        if len("\n".join(told)) + NUMBERING * len(told) > room:
            break
    lines = [f"{agency} theo {short_label(plan)}:", *(f"{n}. {each}" for n, each in enumerate(told, 1))]
    if untold := rows[len(told) - len(clauses) :]:
        helped = sum(role == "phối hợp" for _, role in untold)
        lines.append(f"… và {len(untold)} việc khác (chủ trì {len(untold) - helped}, phối hợp {helped}).")
    first = clauses[0].passage.source if clauses else rows[0][0].task.source
    lines.append(source_line(plan, first))
    sources = tuple(passage_source(clause) for clause in clauses) or tuple(task_source(t) for t, _ in rows[:10])
    return Answer(Status.ANSWERED, "\n".join(lines), tuple(task for task, _ in rows), sources)


def _fair_length(lengths: Sequence[int], room: int) -> int:
    """The most characters of each text by which all of them fit the room: short ones leave theirs to the others."""
    for done, length in enumerate(sorted(lengths)):
        share = room // (len(lengths) - done)
        if length > share:
            return share
        room -= length
    return max(lengths, default=0)


def _due(task: LiveTask, as_of: date) -> str:
    return f"; hạn: {told_due(task, as_of)}" if task.task.deadline.phrase else ""


def body(clause: LivePassage) -> str:
    """The clause without its label."""
    text = clause.passage.text.strip()
    label = clause.passage.source.clause
    if label and text.startswith(label):
        text = text[len(label) :].lstrip(" ).:-")
    return text.lstrip("-+• ").rstrip(" ;.")
