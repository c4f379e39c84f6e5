"""A page on one paper, from its outline and tasks: what it is for, what it aims at, who does what, the next dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from knowledge.library import LivePassage, LivePlan, LiveTask
from knowledge.objects import horizon
from knowledge.qa.compose.answer import Answer, SourceRef, Status, passage_source
from knowledge.records import Source
from knowledge.text import cut, fold
from knowledge.wording import amended_note, day, ended, join_names, plan_label, task_name, told_due

MOST_AIMS, MOST_OFFICES, MOST_DATES, MOST_CLAUSES = 3, 5, 3, 4
"""What fits a page of a telephone beside the paper's name."""
_AIMS = re.compile(r"\b(?:muc tieu|muc dich|chi tieu)\b")
_FRAME = re.compile(r"^(?:can cu|theo de nghi|xet de nghi|noi nhan|kinh gui|tren day)\b")
LEAST_WORDS = 6
"""Words of a sentence that says something; headings have fewer."""


def summary_answer(plan: LivePlan, tasks: Sequence[LiveTask], passages: Sequence[LivePassage], as_of: date) -> Answer:
    """The page on one paper; of one without tasks its first clauses."""
    lines = [f"{plan_label(plan)}{amended_note(plan)}."]
    if plan.metadata.title:
        lines.append(f"Về: {ended(cut(plan.metadata.title, 200))}")
    used: list[LivePassage] = []
    clauses = [each for each in passages if _says(each)]
    aims = [each for each in clauses if _AIMS.search(fold(" ".join(each.passage.source.section_path)))][:MOST_AIMS]
    if aims:
        lines.append("Mục tiêu:")
        lines.extend(f"- {ended(cut(_bare(each), 120))}" for each in aims)
        used += aims
    if tasks:
        lines.extend(_duties(tasks))
        lines.extend(_dates(tasks, as_of))
    if not tasks or len(tasks) < MOST_CLAUSES:
        others = [each for each in clauses if each not in aims][: MOST_CLAUSES + 2]
        if others:
            lines.append("Nội dung chính:")
            lines.extend(f"- {ended(cut(_bare(each), 170))}" for each in others)
            used += others
    lines.append(f"Nguồn: {plan_label(plan)}.")
    sources = tuple(passage_source(each) for each in used) or (SourceRef(plan, Source()),)
    return Answer(Status.ANSWERED, "\n".join(lines), tuple(tasks), sources)


def _says(live: LivePassage) -> bool:
    text = live.passage.text
    return live.task_id is None and len(text.split()) >= LEAST_WORDS and not _FRAME.match(fold(text[:40]))


def _bare(live: LivePassage) -> str:
    return re.sub(r"^\s*(?:[-+•*–]|\d+[.)]|[a-zđ]\)|[IVX]+\.)\s*", "", live.passage.text)


def _duties(tasks: Sequence[LiveTask]) -> Iterator[str]:
    """How many tasks there are, and those of the offices with the most, each with an example."""
    by_lead: dict[str, list[LiveTask]] = {}
    for task in tasks:
        by_lead.setdefault(join_names(task.task.lead) or "không ghi cơ quan chủ trì", []).append(task)
    yield f"Có {len(tasks)} nhiệm vụ:"
    ordered = sorted(by_lead.items(), key=lambda item: -len(item[1]))
    for lead, of in ordered[:MOST_OFFICES]:
        more = f" và {len(of) - 1} việc khác" if len(of) > 1 else ""
        yield f"- {cut(lead, 80)}: {cut(task_name(of[0]), 70).rstrip('.')}{more}."
    if len(ordered) > MOST_OFFICES:
        yield f"- … và {len(ordered) - MOST_OFFICES} cơ quan khác."


def _dates(tasks: Sequence[LiveTask], as_of: date) -> Iterator[str]:
    """The next days on which something is due; of a paper whose time is over, the last ones."""
    days = sorted(
        ((when, task) for task in tasks for when in task.task.deadline.due_dates(horizon(as_of))),
        key=lambda pair: (pair[0], pair[1].id),
    )
    ahead = [pair for pair in days if pair[0] >= as_of]
    told = ahead[:MOST_DATES] or days[-MOST_DATES:]
    if told:
        yield "Mốc sắp tới:" if ahead else "Các mốc cuối:"
        yield from (f"- {day(when)}: {cut(task_name(task), 70).rstrip('.')}." for when, task in told)
    standing = [
        task for task in tasks if task.task.deadline.phrase and not task.task.deadline.due_dates(horizon(as_of))
    ]
    if not told and standing:
        yield f"Thời hạn: {told_due(standing[0], as_of)}."
