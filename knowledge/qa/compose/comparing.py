"""Comparisons: the evidence of each side, one under the other; papers field by field; numbers of tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.doubts import doubt_note
from knowledge.library import LivePassage, LivePlan, LiveTask
from knowledge.qa.compose.answer import Answer, SourceRef, Status, passage_source, task_source
from knowledge.qa.compose.clauses import quote
from knowledge.qa.compose.duties import body
from knowledge.qa.compose.outline import bare_heading, in_words
from knowledge.qa.compose.summary import OfficeName, Paper, shortened
from knowledge.qa.search.finder import Found
from knowledge.records import Origin, Source
from knowledge.text import cut, fold, squeeze
from knowledge.wording import (
    MAX_ANSWER,
    corrected_note,
    ended,
    join_names,
    lower_first,
    place,
    repealed_line,
    sentence_case,
    short_label,
    task_name,
    told_due,
    told_lead,
    told_no_lead,
)

SIDE_ROOM = 380
MOST_NAMED = 3
"""Tasks or parts named beside their number."""
SHORT = 110
"""Characters of a name beside others."""
LEAST_FIELDS = 3
"""Fields of papers that are told however long they are."""
MOST_SOURCES = 20


def compare_answer(sides: Sequence[Found], as_of: date, unseen: Sequence[str] = ()) -> Answer:
    """One paragraph a side: what it says and where.

    Args:
        unseen: papers in which nothing was found, as they are named.
    """
    lines = []
    for number, side in enumerate(sides, 1):
        label = short_label(side.plan)
        where = place(side.passage.passage.source, side.task.task.number if side.task else None)
        lines.append(f"{number}. {label}: {_said(side, as_of)} [{where}]")
    lines.extend(_not_seen(unseen))
    leads = [_lead(side) for side in sides]
    if len(sides) == 2 and all(leads):
        same = fold(leads[0]) == fold(leads[1])
        told = " và ".join(f"{lead}{_lead_doubt(side)}" for lead, side in zip(leads, sides, strict=True))
        lines.insert(0, "Hai nơi giao cùng một cơ quan." if same else f"Khác nhau: {told}.")
    tasks = tuple(side.task for side in sides if side.task)
    return Answer(Status.ANSWERED, "\n".join(lines), tasks, tuple(passage_source(s.passage) for s in sides))


def _as_record(side: Found) -> LiveTask | None:
    """The task, where it is told by its record: what a person has corrected of a clause does not stand in it."""
    task = side.task
    return task if task is not None and (task.task.origin is Origin.TABLE or task.corrected) else None


def _lead(side: Found) -> str:
    task = _as_record(side)
    if task is not None:
        return cut(join_names(task.task.lead), 150)
    return cut(squeeze(side.passage.passage.agency or "").rstrip(" :;."), 150)


def _lead_doubt(side: Found) -> str:
    if side.task is None:
        return ""
    return f"{corrected_note(side.task, 'lead', briefly=True)}{doubt_note(side.task.task, 'lead')}"


def _said(side: Found, as_of: date) -> str:
    task = _as_record(side)
    if task is not None:
        due = told_due(task, as_of)
        name = f"“{task_name(task, 160)}”"
        over = f" {ended_note}" if (ended_note := repealed_line(task)) else ""
        if not task.task.lead:
            return f"{name}; {lower_first(told_no_lead(task))}; hạn: {due}.{over}"
        return f"{told_lead(task)} chủ trì {name}; hạn: {due}.{over}"
    agency = _lead(side)
    if side.task is not None and side.task.task.deadline.phrase:
        phrase = squeeze(side.task.task.deadline.phrase)
        said = quote(side, SIDE_ROOM)
        due = "" if fold(phrase) in fold(said) else f" (hạn: {told_due(side.task, as_of)})"
        return f"{agency + ': ' if agency else ''}“{said}”{due}"
    return f"{agency + ': ' if agency else ''}“{quote(side, SIDE_ROOM)}”"


def _not_seen(papers: Sequence[str]) -> list[str]:
    return [f"Chưa tìm thấy nội dung này trong: {'; '.join(papers)}."] if papers else []


DutySide = tuple[LivePlan, Sequence[LivePassage], Sequence[LiveTask], Sequence[LiveTask]]
"""A paper with the clauses under an office's heading, the tasks that it leads and those that it helps with."""


def compare_duties(agency: str, sides: Sequence[DutySide], unseen: Sequence[str] = ()) -> Answer:
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
    lines.extend(_not_seen(unseen))
    tasks = tuple(task for _, _, leads, _ in sides for task in leads)
    return Answer(Status.ANSWERED, "\n".join(lines), tasks, tuple(sources))


@dataclass(frozen=True, slots=True)
class TaskCount:
    """Whose or what tasks are counted in one paper.

    Attributes:
        shared: how many are given to groups to which the agency belongs.
        by_role: an agency's tasks, by how it takes part in them; else tasks of a topic, which are all in `leads`.
    """

    whose: str
    plan: LivePlan
    leads: Sequence[LiveTask]
    helps: Sequence[LiveTask] = ()
    shared: int = 0
    by_role: bool = True


def compare_counts(counts: Sequence[TaskCount], *, roles: bool = False) -> Answer:
    """Which has more; then the numbers of each, by paper where there are several.

    Args:
        roles: the two roles of one agency are compared, not its papers.
    """
    sides = list(dict.fromkeys(count.whose for count in counts))
    plans = list(dict.fromkeys(count.plan for count in counts))
    lines: list[str] = []
    if roles and len(sides) == 1:
        leads, helps = sum(len(count.leads) for count in counts), sum(len(count.helps) for count in counts)
        lines.append(_ordered([(f"{sides[0]} chủ trì", leads), ("phối hợp", helps)], ""))
    elif len(sides) > 1:
        totals = [(side, sum(len(count.leads) for count in counts if count.whose == side)) for side in sides]
        lines.append(_ordered(totals, "được giao chủ trì"))
    elif len(plans) > 1:
        ordered = _ordered([(_told(count.plan, plans), len(count.leads)) for count in counts], "")
        lines.append(f"{sides[0]}{' chủ trì' if counts[0].by_role else ''}: {lower_first(ordered)}")
    for side in sides:
        own = [count for count in counts if count.whose == side]
        if len(own) > 1 and len(sides) > 1:
            lines.append(f"{side}: {_numbers(own)}. Trong đó:")
        for count in own:
            of = side if len(own) == 1 else _told(count.plan, plans)
            named = "; ".join(_short(task_name(task, SIDE_ROOM)) for task in count.leads[:MOST_NAMED])
            example = f". Ví dụ: {named}" if named and len(counts) <= MOST_NAMED else ""
            lines.append(ended(f"- {of}: {_numbers([count])}{example}"))
    doubtful = sum(bool(doubt_note(task.task, "lead")) for count in counts for task in count.leads)
    if doubtful:
        lines.append(f"Trong các việc chủ trì có {doubtful} việc cần kiểm tra cơ quan chủ trì.")
    lines.append(f"Nguồn: {'; '.join(map(short_label, plans))}.")
    tasks = tuple(task for count in counts for task in count.leads)
    refs = tuple(map(task_source, tasks[:MOST_SOURCES])) or tuple(SourceRef(plan, Source()) for plan in plans)
    return Answer(Status.ANSWERED, "\n".join(lines), tasks, refs)


def _ordered(totals: Sequence[tuple[str, int]], role: str) -> str:
    """ "Sở A chủ trì nhiều hơn Sở B (7 so với 5 việc)."."""
    ranked = sorted(totals, key=lambda pair: -pair[1])
    numbers = " so với ".join(str(number) for _, number in ranked)
    names = [name for name, _ in ranked]
    if ranked[0][1] == ranked[-1][1]:
        return f"{' và '.join(names)}{f' {role}' if role else ''} bằng nhau: {ranked[0][1]} việc."
    return f"{names[0]}{f' {role}' if role else ''} nhiều hơn {', '.join(names[1:])} ({numbers} việc)."


def _numbers(counts: Sequence[TaskCount]) -> str:
    leads, helps, shared = (
        sum(len(count.leads) for count in counts),
        sum(len(count.helps) for count in counts),
        sum(count.shared for count in counts),
    )
    if not any(count.by_role for count in counts):
        return f"{leads} việc"
    told = [f"chủ trì {leads} việc", f"phối hợp {helps} việc"] + ([f"giao chung {shared} việc"] if shared else [])
    return ", ".join(told)


def _told(plan: LivePlan, plans: Sequence[LivePlan]) -> str:
    """A paper among others; with who issued it where another has the same number."""
    alike = sum(other.name == plan.name for other in plans) > 1
    return f"{short_label(plan)} của {squeeze(plan.metadata.issuer or '')}" if alike else short_label(plan)


@dataclass(frozen=True, slots=True)
class PaperSide:
    """A paper that is compared as a whole."""

    plan: LivePlan
    tasks: Sequence[LiveTask]
    passages: Sequence[LivePassage]


def compare_papers(sides: Sequence[PaperSide], as_of: date, name: OfficeName, *, counted: bool = False) -> Answer:
    """The same fields of each paper, then the parts that only one has.

    Args:
        counted: first of all is told which gives more tasks.
    """
    papers = [Paper(side.plan, side.tasks, side.passages, as_of, name) for side in sides]
    lines = [f"({number}) {paper.head().text}" for number, paper in enumerate(papers, 1)]

    if counted:
        plans = [side.plan for side in sides]
        lines.insert(0, _ordered([(_told(side.plan, plans), len(side.tasks)) for side in sides], ""))

    def field(label: str, values: Sequence[str]) -> None:
        if any(values):
            told = (f"({number}) {value or 'không ghi'}" for number, value in enumerate(values, 1))
            lines.append(ended(f"{label}: {'; '.join(told)}"))

    field("Số việc giao", [str(len(side.tasks)) for side in sides])
    field("Cơ quan chủ trì nhiều nhất", [", ".join(_most(paper)) for paper in papers])
    field("Số ý chỉ tiêu có số liệu", [str(len(paper.targets)) if paper.targets else "" for paper in papers])
    field("Mục đích", [_first(paper.purposes) for paper in papers])
    field("Ý chỉ tiêu đầu tiên", [_first(paper.targets) for paper in papers])
    parts = [{str(fold(bare_heading(part))): bare_heading(part) for part in paper.parts} for paper in papers]
    common = set.intersection(*(set(part) for part in parts))
    if common:
        lines.append(f"Phần nội dung có ở cả {len(papers)} văn bản: {len(common)}.")
    for number, part in enumerate(parts, 1):
        only = [cut(heading, SHORT // 2) for key, heading in part.items() if key not in common]
        if only:
            more = f"; … và {len(only) - 2 * MOST_NAMED} phần khác" if len(only) > 2 * MOST_NAMED else ""
            lines.append(f"Nội dung riêng của ({number}): {'; '.join(only[: 2 * MOST_NAMED])}{more}.")
    source = f"Nguồn: {'; '.join(short_label(side.plan) for side in sides)}."
    while len("\n".join((*lines, source))) > MAX_ANSWER - SHORT and len(lines) > len(papers) + LEAST_FIELDS:
        lines.pop()
    lines.append(source)
    used = [paper.purposes[:1] + paper.targets[:1] for paper in papers]
    refs = [passage_source(each) for some in used for each in some] or [SourceRef(s.plan, Source()) for s in sides]
    return Answer(Status.ANSWERED, "\n".join(lines), (), tuple(refs))


def _most(paper: Paper) -> list[str]:
    return [f"{cut('; '.join(names), SHORT // 2)} {len(tasks)}" for names, tasks in paper.by_office[:MOST_NAMED]]


def _first(clauses: Sequence[LivePassage]) -> str:
    return _short(in_words(clauses[0])) if clauses else ""


def _short(text: str) -> str:
    return shortened(sentence_case(text), SHORT).rstrip(".")
