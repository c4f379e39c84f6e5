"""A page on one paper or on a part of it, from its outline, clauses and tasks.

In the order in which a clerk tells it: which paper, what it is for, its targets, who does what by when, the reports.
Everything is the paper's own words, cut where a clause of it ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import groupby, islice

from knowledge.doubts import doubts_of
from knowledge.library import LivePassage, LivePlan, LiveTask
from knowledge.objects import horizon
from knowledge.qa.compose.answer import Answer, SourceRef, Status, passage_source, task_source
from knowledge.qa.compose.outline import (
    announces_target,
    bare_heading,
    figured_part,
    has_figure,
    in_words,
    is_purpose,
    labels,
    parts_of,
    says,
    tells,
)
from knowledge.records import Source
from knowledge.text import cut, fold, squeeze
from knowledge.wording import (
    MAX_ANSWER,
    amended_note,
    day,
    ended,
    plan_label,
    sentence_case,
    short_label,
    task_name,
    told_beside,
    told_due,
    told_lead,
    told_no_lead,
)

OfficeName = Callable[[str], str]
"""One name for all that an office is printed as."""
ROOM = MAX_ANSWER - 60
"""Characters of a summary; the rest is left to what is noted beneath an answer."""
LONG_TITLE = 220
"""Characters of a paper's title."""
LONG_PART = 60
"""Characters of a heading among others."""
WHOLE = 600
"""Characters of a task's name, more than any has room for."""
ALL_TASKS = 6
"""So few tasks are all told."""
LEAST_CLAUSE = 40
"""Characters of a sentence that may stand for the longer text it begins."""
ENDING = 30
"""Characters at the end of what is kept of a clause in which words may stand that lead on to what is cut off."""
BEGUN = 25
"""Characters from which on a figure is no longer the beginning of what is cut off."""
MOST_PLACES = 6
"""Sections named as the source."""
MOST_SOURCES = 20


LEAST_ROOM = 130
"""Characters of a clause that tell what it is about."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is told: the most that fits the page is taken, and then the longest clauses."""

    clause: int
    """Characters of a clause."""
    purposes: int
    targets: int
    parts: int
    offices: int
    dates: int
    reports: int


_SIZES = (
    Size(LEAST_ROOM, 2, 4, 9, 5, 3, 2),
    Size(LEAST_ROOM, 1, 4, 7, 5, 3, 1),
    Size(LEAST_ROOM, 1, 4, 6, 4, 3, 1),
    Size(LEAST_ROOM, 1, 3, 6, 3, 3, 1),
    Size(LEAST_ROOM, 1, 3, 4, 3, 2, 1),
    Size(LEAST_ROOM, 1, 2, 4, 2, 2, 1),
    Size(90, 1, 2, 3, 2, 1, 1),
)
_LONGER = (240, 210, 180, 160, 145)
"""Characters of clauses that are tried, where there is room."""

_GENERAL = re.compile(
    r"\bchiu trach nhiem thi hanh|\btrien khai(?: thuc hien)? (?:ke hoach|quyet dinh|cong van|chi thi) nay"
    r"|^can cu (?:ke hoach|quyet dinh|chi thi|cong van|chuc nang)"
)
"""Of a task that says no more than that the paper is to be carried out."""
_REPORT = re.compile(r"^(?:\w+ ){0,6}bao cao\b")
_JOINTS = re.compile(
    r"[,;:–](?=\s)(?!\s*\d)|\s(?=(?:của|theo|tại|trong|trên|cho|để|nhằm|với|về|từ|khi|do|gắn với|phục vụ|bảo đảm"
    r"|đảm bảo|trước)\s)"
)
"""Where a clause can be cut without halving a name, a number or a word."""
_DANGLING = re.compile(
    r"(?:[\s,;:(–-]|\b(?:số|ngày|tháng|năm|quý|điều|từ|đến|của|và|với|cho|về|theo|tại|là|các|những|trên|trong|đạt"
    r"|ít nhất|tối thiểu|tỷ lệ|được|có|do|bằng|hoặc))+$",
    re.IGNORECASE,
)


def shortened(text: str, limit: int) -> str:
    """The whole sentences of `text` that fit `limit`; of a longer one the clauses, never half a number or a name."""
    text = squeeze(text).strip(" ;,")
    if len(text) <= limit:
        return ended(text)
    ends = [match.start() for match in re.finditer(r"\.(?=\s+\S)", text[: limit + 1])]
    if ends and ends[-1] >= LEAST_CLAUSE:
        return ended(text[: ends[-1]])
    joints = [match.start() for match in _JOINTS.finditer(text[:limit])]
    kept = text[: joints[-1]] if joints and joints[-1] * 3 >= limit * 2 else cut(text, limit).rstrip("…")
    kept = _closed(kept)
    return f"{kept[:-ENDING]}{_DANGLING.sub('', kept[-ENDING:])}…"


def _closed(text: str) -> str:
    """`text` without a bracket that is opened and not closed, unless that is most of it."""
    opened = text.rfind("(")
    return text[:opened] if opened > max(text.rfind(")"), len(text) // 2) else text


def summary_answer(
    plan: LivePlan, tasks: Sequence[LiveTask], passages: Sequence[LivePassage], as_of: date, name: OfficeName = fold
) -> Answer:
    """The page on one paper."""
    return replace(_fitting(plan, tasks, Paper(plan, tasks, passages, as_of, name).page), is_summary=True)


def aims_answer(plan: LivePlan, passages: Sequence[LivePassage], as_of: date) -> Answer | None:
    """What one paper is for and its targets; None where no heading of it announces any."""
    paper = Paper(plan, (), passages, as_of, fold)
    return _fitting(plan, (), paper.only_aims) if paper.purposes or paper.targets else None


Part = tuple[tuple[str, ...], Sequence[LivePassage]]
"""Headings, the outermost first, and clauses under them; no headings for clauses from several places."""


def part_answer(
    plan: LivePlan, parts: Sequence[Part], tasks: Sequence[LiveTask], as_of: date, whose: str = "phần này"
) -> Answer:
    """What stands under some headings of one paper, or what of it is about one topic.

    Args:
        tasks: those of the part.
        whose: what the part is: an office, or some part.
    """

    def page(size: Size) -> Iterator[_Line]:
        told = sum(len(clauses) for _, clauses in parts)
        counts = (f"{told} ý" if told else "", f"{len(tasks)} nhiệm vụ" if tasks else "")
        yield _Line(f"{short_label(plan)}{amended_note(plan)}, {whose} có {' và '.join(filter(None, counts))}:")
        for headings, clauses in parts:
            if headings and len(parts) > 1 and clauses:
                yield _Line(f"{cut(' › '.join(map(bare_heading, headings[-2:])), 120)}:")
            shown = clauses[: max(2, size.parts // len(parts))]
            for clause in shown:
                yield _Line(f"- {shortened(in_words(clause), size.clause)}", clause)
            if len(clauses) > len(shown):
                yield _Line(f"- … và {len(clauses) - len(shown)} ý nữa.")
        rows = tasks[: size.offices]
        if tasks:
            yield _Line("Nhiệm vụ được giao:")
        for task in rows:
            yield _Line(f"- {_told_task(task, size.clause, as_of)}", task=task)
        if len(tasks) > len(rows):
            yield _Line(f"- … và {len(tasks) - len(rows)} việc khác.")

    return _fitting(plan, tasks, page)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    passage: LivePassage | None = None
    task: LiveTask | None = None


def _fitting(plan: LivePlan, tasks: Sequence[LiveTask], page: Callable[[Size], Iterator[_Line]]) -> Answer:
    """The fullest page that fits, with the places that it was taken from."""

    def told(size: Size) -> tuple[list[_Line], str]:
        lines = list(page(size))
        return lines, "\n".join((*(line.text for line in lines), _source(plan, lines)))

    fitting = next((size for size in _SIZES if len(told(size)[1]) <= ROOM), _SIZES[-1])
    longer = (replace(fitting, clause=clause) for clause in _LONGER if fitting.clause == LEAST_ROOM)
    lines, text = next((each for each in map(told, longer) if len(each[1]) <= ROOM), told(fitting))
    sources = [passage_source(line.passage) for line in lines if line.passage]
    sources += [task_source(line.task) for line in lines if line.task]
    return Answer(Status.ANSWERED, text, tuple(tasks), tuple(sources[:MOST_SOURCES]) or (SourceRef(plan, Source()),))


def _source(plan: LivePlan, lines: Sequence[_Line]) -> str:
    """The paper and the sections that were told."""
    paths = [line.passage.passage.source.section_path for line in lines if line.passage]
    paths += [line.task.task.source.section_path for line in lines if line.task]
    places = list(dict.fromkeys(filter(None, map(labels, paths))))
    more = ["…"] if len(places) > MOST_PLACES else []
    return ended(f"Nguồn: {'; '.join([plan_label(plan), *places[:MOST_PLACES], *more])}")


class Paper:
    """What a page on one paper is made of."""

    def __init__(
        self,
        plan: LivePlan,
        tasks: Sequence[LiveTask],
        passages: Sequence[LivePassage],
        as_of: date,
        name: OfficeName,
    ) -> None:
        self.plan = plan
        self.tasks = tasks
        self.as_of = as_of
        self.name = name
        rows = {task.id for task in tasks if task.task.source.row is not None}
        self.clauses = [
            each for each in passages if each.task_id not in rows and says(each) and not _is_title(each, plan)
        ]
        targets = [each for each in self.clauses if announces_target(each)]
        known = {each.id for each in targets}
        self.targets = _spread(targets)
        self.purposes = [each for each in self.clauses if each.id not in known and is_purpose(each)]
        self.parts = parts_of(passages)

    def page(self, size: Size) -> Iterator[_Line]:
        """All of it."""
        yield self.head()
        yield from self.aims(size.clause, size.purposes, size.targets)
        yield from self.work(size)
        if self.tasks:
            yield from self.duties(size)
        if len(self.tasks) > ALL_TASKS:
            yield from self.dates(size)
        else:
            yield from self.others(size)

    def only_aims(self, size: Size) -> Iterator[_Line]:
        """What it is for and its targets, at length."""
        yield self.head()
        yield from self.aims(size.clause, 2 * size.purposes, 2 * size.targets)

    def head(self) -> _Line:
        """Kind, number, day, issuer, title."""
        meta = self.plan.metadata
        of = f" của {squeeze(meta.issuer)}" if meta.issuer else ""
        title = re.sub(r"^(?:về việc|v/v|về)\s+", "", squeeze(meta.title or ""), flags=re.IGNORECASE)
        about = f": {shortened(sentence_case(title), LONG_TITLE)}" if title and meta.number else ""
        return _Line(ended(f"{plan_label(self.plan)}{of}{amended_note(self.plan)}{about}"))

    def aims(self, clause: int, purposes: int, targets: int) -> Iterator[_Line]:
        """What it is for, and its targets."""
        for number, each in enumerate(self.purposes[:purposes]):
            yield _Line(f"{'- ' if number else 'Mục đích, mục tiêu: '}{shortened(in_words(each), clause)}", each)
        if not self.targets:
            return
        # One that can be told comes before one that loses, where it is cut, what its figure is for.
        told = ((each, shortened(text, clause)) for each, text in self.figures)
        whole = list(islice((pair for pair in told if _keeps_figure(pair[1])), targets))
        shown = whole or [(each, shortened(text, clause)) for each, text in self.figures[:targets]]
        of = f" ({len(shown)} trong {len(self.figures)} ý)" if len(shown) < len(self.figures) else ""
        yield _Line(f"Chỉ tiêu{of}:")
        for each, text in shown:
            yield _Line(f"- {text}", each)

    @cached_property
    def figures(self) -> list[tuple[LivePassage, str]]:
        """The targets in words, each once, from their figures on."""
        told = {fold(text): (each, text) for each in reversed(self.targets) if (text := figured_part(each))}
        return list(told.values())[::-1]

    @cached_property
    def groups(self) -> dict[str, int]:
        """Headings of what tasks are about, with their numbers; those of offices are told with their tasks."""
        groups: dict[str, int] = {}
        offices = tuple({str(fold(squeeze(office))) for task in self.tasks for office in task.task.lead})
        for section, of in groupby(sorted(self.tasks, key=_section), key=_section):
            if tells(section) and not fold(bare_heading(section)).startswith(offices):
                groups[section] = len(list(of))
        order = {section: number for number, section in enumerate(map(_section, reversed(self.tasks)))}
        return dict(sorted(groups.items(), key=lambda item: -order[item[0]]))

    def work(self, size: Size) -> Iterator[_Line]:
        """What its work is about: groups of tasks, else the headings below those that announce it."""
        groups = self.groups
        grouped = len(groups) > 1 and sum(groups.values()) * 2 > len(self.tasks)
        counted = [f"{_short_heading(each)} ({count} việc)" for each, count in groups.items()]
        told = counted if grouped else [_short_heading(each) for each in self.parts]
        if len(told) > 1:
            more = f"; … và {len(told) - size.parts} phần khác" if len(told) > size.parts else ""
            yield _Line(f"Nội dung: {'; '.join(told[: size.parts])}{more}.")

    def duties(self, size: Size) -> Iterator[_Line]:
        """All of few tasks; of many how many each of the offices with the most leads, each with one."""
        if len(self.tasks) <= ALL_TASKS:
            yield _Line(f"Giao {len(self.tasks)} việc:")
            for task in self.tasks:
                yield _Line(f"- {_told_task(task, size.clause, self.as_of)}", task=task)
            return
        offices = self.by_office
        nobody = sum(not task.task.lead for task in self.tasks)
        doubtful = sum(any(doubt.field == "lead" for doubt in doubts_of(task.task)) for task in self.tasks)
        notes = [f"{nobody} việc không ghi cơ quan chủ trì"] if nobody else []
        notes += [f"{doubtful} việc cần kiểm tra cơ quan chủ trì"] if doubtful else []
        noted = f" ({'; '.join(notes)})" if notes else ""
        yield _Line(
            f"Giao {len(self.tasks)} việc cho {sum(len(names) for names, _ in offices)} cơ quan{noted}, nhiều nhất:"
        )
        for (names, tasks), told in zip(offices[: size.offices], self.examples, strict=False):
            each = "cùng " if len(names) > 1 else ""
            said = sentence_case("; ".join(cut(name, 60) for name in names))
            yield _Line(
                f"- {cut(said, 120)} ({each}{len(tasks)} việc): {_named(told, size.clause // 2 + 20)}", task=told
            )
        rest = [(cut(names[0], 60), len(tasks)) for names, tasks in offices[size.offices :] if len(tasks) > 1]
        if rest:
            yield _Line(f"- Cơ quan khác: {'; '.join(f'{name} {count}' for name, count in rest[: size.offices])}.")

    @cached_property
    def examples(self) -> list[LiveTask]:
        """One task of each of the first offices, another one of each where that can be."""
        shown: dict[int, LiveTask] = {}
        for _, tasks in self.by_office[: _SIZES[0].offices]:
            told = max(tasks, key=lambda task: (task.id not in shown, *_telling(task)))
            shown[len(shown) if told.id in shown else told.id] = told
        return list(shown.values())

    @cached_property
    def by_office(self) -> list[tuple[list[str], list[LiveTask]]]:
        """Offices as first printed, with the tasks that they lead, the most first; those with the same together."""
        offices: dict[str, list[LiveTask]] = {}
        printed: dict[str, str] = {}
        for task in self.tasks:
            for office in dict.fromkeys(map(squeeze, task.task.lead)):
                key = str(fold(self.name(office)))
                printed.setdefault(key, office)
                held = offices.setdefault(key, [])
                if not held or held[-1] is not task:
                    held.append(task)
        alike: dict[tuple[int, ...], list[str]] = {}
        for key in sorted(offices, key=lambda key: -len(offices[key])):
            alike.setdefault(tuple(task.id for task in offices[key]), []).append(key)
        return [([printed[key] for key in keys], offices[keys[0]]) for keys in alike.values()]

    def dates(self, size: Size) -> Iterator[_Line]:
        """The next days on which something is due; of a paper whose time is over, the last ones; and the reports."""
        told = self.coming[: size.dates] or self.past[-size.dates :]
        if told:
            yield _Line("Mốc sắp tới:" if self.coming else "Các mốc cuối (đã qua):")
        for when, task in told:
            lead = f" – {told_lead(task, 70)}" if task.task.lead else ""
            named = _named(task, size.clause // 2 + 20).rstrip(".")
            yield _Line(ended(f"- {day(when)}{told_beside(task, 'deadline')}: {named}{lead}"), task=task)
        yield from self.reports(size, [task for _, task in told])

    @cached_property
    def due(self) -> list[tuple[date, LiveTask]]:
        """Days on which tasks are due, in order."""
        due = [(when, task) for task in self.tasks for when in task.task.deadline.due_dates(horizon(self.as_of))]
        return sorted(due, key=lambda pair: (pair[0], pair[1].id))

    @cached_property
    def coming(self) -> list[tuple[date, LiveTask]]:
        """The next day of each task that has one ahead, in order."""
        ahead = {fold(task.task.title): (when, task) for when, task in reversed(self.due) if when >= self.as_of}
        return sorted(ahead.values(), key=lambda pair: (pair[0], pair[1].id))

    @cached_property
    def past(self) -> list[tuple[date, LiveTask]]:
        """The last day of each task, in order."""
        return list({task.id: (when, task) for when, task in self.due}.values())

    @cached_property
    def reporting(self) -> list[LiveTask]:
        """Reports that are due, one of each time, those that recur first."""
        due = [t for t in self.tasks if t.task.deadline.phrase and _REPORT.search(fold(t.task.title))]
        by: dict[str, LiveTask] = {}
        for task in sorted(due, key=lambda t: (not t.task.deadline.rules, t.id)):
            by.setdefault(fold(task.task.deadline.phrase), task)
        return list(by.values())

    def reports(self, size: Size, told: Sequence[LiveTask]) -> Iterator[_Line]:
        """Who reports by when, beside what was told."""
        for task in [each for each in self.reporting if each not in told][: size.reports]:
            who = told_lead(task, 90) or told_no_lead(task)
            yield _Line(f"Báo cáo: {who}, hạn {told_due(task, self.as_of)}.", task=task)

    def others(self, size: Size) -> Iterator[_Line]:
        """The main clauses of a paper with few tasks, or none."""
        told = [fold(task.task.title)[:LEAST_CLAUSE] for task in self.tasks]
        told_before = {each.id for each in (*self.purposes, *self.targets)}
        others = [
            each
            for each in self.clauses
            if each.id not in told_before
            and each.task_id is None
            and not any(title in fold(each.passage.text) for title in told)
        ]
        room = max(1, size.targets + size.purposes - len(self.tasks) // 2)
        for number, each in enumerate(_spread(others)[:room]):
            if not number:
                yield _Line("Nội dung chính:")
            yield _Line(f"- {_whose(each)}{shortened(in_words(each), size.clause)}", each)


def _whose(live: LivePassage) -> str:
    """ "Sở Tài chính: " of a clause under an office's heading."""
    agency = squeeze(live.passage.agency or "").rstrip(" :;.")
    return f"{sentence_case(agency)}: " if agency and fold(agency) not in fold(live.passage.text) else ""


def _is_title(live: LivePassage, plan: LivePlan) -> bool:
    title = fold(plan.metadata.title or "")
    return not live.passage.source.section_path and bool(title) and fold(live.passage.text).startswith(title[:60])


def _spread(clauses: Sequence[LivePassage]) -> list[LivePassage]:
    """One clause of each heading first, then the second of each; in the paper's order."""
    seen: dict[tuple[str, ...], int] = {}
    ranked: list[tuple[int, int, LivePassage]] = []
    for number, each in enumerate(clauses):
        path = each.passage.source.section_path
        ranked.append((seen.get(path, 0), number, each))
        seen[path] = seen.get(path, 0) + 1
    return [each for _, _, each in sorted(ranked, key=lambda item: item[:2])]


def _keeps_figure(text: str) -> bool:
    return not text.endswith("…") or has_figure(text[BEGUN:])


def _short_heading(heading: str) -> str:
    return shortened(bare_heading(heading), LONG_PART).rstrip(".")


def _told_task(task: LiveTask, limit: int, as_of: date) -> str:
    """ "Sở Nội vụ: Trình đề án (hạn: quý IV)"."""
    who = told_lead(task, 120) or told_no_lead(task)
    due = f" (hạn: {told_due(task, as_of)})" if task.task.deadline.phrase else ""
    return ended(f"{sentence_case(who)}: {_named(task, limit).rstrip('.')}{due}")


def _named(task: LiveTask, limit: int) -> str:
    return shortened(sentence_case(task_name(task, WHOLE)), limit)


def _section(task: LiveTask) -> str:
    return squeeze(task.task.section or "")


def _telling(task: LiveTask) -> tuple[bool, bool, bool]:
    """What makes a task an example of an office's: it says what is to be done, and was not read out of a sentence."""
    name = task_name(task, WHOLE)
    return not _GENERAL.search(fold(name)), task.task.source.row is not None, name[:1].isupper()
