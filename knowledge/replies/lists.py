"""Lists and counts: filters over the task table, complete by construction."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date

from knowledge.answers import refusals
from knowledge.answers.answer import Answer
from knowledge.answers.listing import common_answer, list_answer, rows_answer
from knowledge.library import Library, LivePassage, LivePlan, LiveTask
from knowledge.records import Deadline, DeadlineKind
from knowledge.replies import duties
from knowledge.replies.duties import AgencyMatcher
from knowledge.search.features import NO_FIELD, make_field
from knowledge.search.finder import Finder
from knowledge.search.scoring import Weights, coverage, weigh
from knowledge.text import fold, syllables
from knowledge.understanding.papers import titled_by
from knowledge.understanding.periods import Period
from knowledge.understanding.question import Question, Term

TOPIC_COVERAGE = 0.5
"""Share of the topic words that a row (with its section) must hold to be listed."""
SECTION_COVERAGE = 0.75


def reply(
    question: Question,
    plans: Sequence[LivePlan],
    library: Library,
    finder: Finder,
    matcher: AgencyMatcher,
    as_of: date,
) -> Answer:
    """Every task that fits the question's filters."""
    wanted = question.papers.plans or _plans_of_period(question, plans)
    titled = _titled(question, wanted or plans)
    wanted = titled or wanted
    tasks = _tasks(question, [plan.id for plan in wanted] or None, library, matcher, as_of)
    roles = {task.id: _role(task, question, matcher) for task in tasks}
    fits = {d: _kind_fits(d, question) and _period_fits(d, question) for d in {t.task.deadline for t in tasks}}
    kept = [t for t in tasks if roles[t.id] is not None and fits[t.task.deadline]]
    common = [
        t for t in tasks if roles[t.id] is None and fits[t.task.deadline] and _shares(t, question, matcher, as_of)
    ]
    if "table" in question.cues:
        plain = plain_rows(question, wanted, library, matcher) if len(wanted) == 1 else []
        kept = [task for task in kept if task.task.source.row is not None] or ([] if plain else kept)
        if plain and not kept:
            return rows_answer(plain, _described(question))
    topical = not titled and bool(_topic(question))
    if not titled:
        kept = _topic_rows(kept, question, plans, finder)
        common = _topic_rows(common, question, plans, finder)
    if not kept and common:
        return common_answer(
            common, question, _within(question) + (" đúng điều kiện đã hỏi" if topical else ""), as_of
        )
    if not kept and question.agencies and question.period is None and not _filters_kind(question):
        answer = duties.reply(question, plans, library, finder, matcher, as_of)
        if answer is not None:
            return answer
    if not kept:
        if question.agencies and not any(role is not None for role in roles.values()):
            fate = matcher.fate(question.agencies, as_of)
            return refusals.no_duty(question.agencies, tuple(wanted or ()), fate)
        return refusals.no_task_fits(_described(question))
    kept.sort(key=lambda task: (task.plan.id, roles[task.id] == "phối hợp"))
    return list_answer(kept, [roles[t.id] or "" for t in kept], question, _described(question), as_of, common)


def _tasks(
    question: Question, plan_ids: Collection[int] | None, library: Library, matcher: AgencyMatcher, as_of: date
) -> Sequence[LiveTask]:
    """The tasks that may fit: each office and each deadline is looked at once, not once for each task."""
    if question.agencies:
        named = [
            office
            for office in library.offices()
            if matcher.names_any([office], question.agencies)
            or matcher.includes_any([office], question.agencies, as_of)
        ]
        return library.tasks(plan_ids, offices=named)
    if question.period or question.cues & {"kind_standing", "kind_recurring"}:
        due = [d for d in library.deadlines() if _kind_fits(d, question) and _period_fits(d, question)]
        return library.tasks(plan_ids, deadlines=due)
    return library.tasks(plan_ids)


def _titled(question: Question, plans: Sequence[LivePlan]) -> tuple[LivePlan, ...]:
    """Papers whose title holds the whole topic: "bảng nhiệm vụ du lịch nông thôn" names the table's paper."""
    topic = {term.text for term in question.topic} - _LIST_WORDS
    if len(topic) < 2:
        return ()
    return titled_by(topic, plans)


def _filters_kind(question: Question) -> bool:
    return bool(question.cues & {"kind_standing", "kind_recurring", "role_only_coordinate"})


def plain_rows(
    question: Question, wanted: Sequence[LivePlan], library: Library, matcher: AgencyMatcher
) -> list[LivePassage]:
    """Rows of tables that hold no tasks (indicators, figures), of the asked agency where one is asked for."""
    rows = [
        live
        for live in library.passages([plan.id for plan in wanted])
        if live.passage.source.row is not None and live.task_id is None and _LABEL.search(live.passage.text)
    ]
    if not question.agencies:
        return rows
    return [row for row in rows if matcher.names_any(_offices_of(row), question.agencies)]


_LABEL = re.compile(r"(?:^|; )([^:;]{2,60}): ([^;]+)")


def _offices_of(row: LivePassage) -> list[str]:
    """Cells of a row whose heading announces an office."""
    return [cell for label, cell in _LABEL.findall(row.passage.text) if _OFFICE_LABEL.search(fold(label))]


_OFFICE_LABEL = re.compile(r"\b(?:chu tri|co quan|don vi|phu trach|thuc hien|theo doi)\b")


def _plans_of_period(question: Question, plans: Sequence[LivePlan]) -> tuple[LivePlan, ...]:
    """A year that was only said within a period still names the papers of that year."""
    period = question.period
    if period is None or not period.year_named:
        return ()
    return tuple(plan for plan in plans if plan.metadata.plan_year == period.start.year)


def _role(task: LiveTask, question: Question, matcher: AgencyMatcher) -> str | None:
    """How the asked agency takes part: a word, "" when none is asked for, None when it does not fit."""
    if not question.agencies:
        return ""
    leads = matcher.leads(task, question.agencies)
    helps = matcher.helps(task, question.agencies)
    cues = question.cues
    if "role_only_coordinate" in cues:
        return "phối hợp" if helps and not leads else None
    if "role_coordinate" in cues and "role_lead" not in cues:
        return "phối hợp" if helps else None
    if "role_coordinate" not in cues and cues & {"role_lead", "role_co_lead"}:
        return "chủ trì" if leads else None
    if leads:
        return "chủ trì"
    both = cues & {"role_coordinate", "table", "role_given"}
    return "phối hợp" if helps and both else None


def _shares(task: LiveTask, question: Question, matcher: AgencyMatcher, as_of: date) -> bool:
    """Whether the task is given to a group to which the asked agency belongs, in the role that is asked for."""
    helping = "role_only_coordinate" in question.cues or (
        "role_coordinate" in question.cues and "role_lead" not in question.cues
    )
    offices = task.task.coordinating if helping else task.task.lead
    return matcher.includes_any(offices, question.agencies, as_of)


def _kind_fits(deadline: Deadline, question: Question) -> bool:
    kinds = deadline.kinds
    if "kind_standing" in question.cues:
        return DeadlineKind.STANDING in kinds
    if "kind_recurring" in question.cues:
        return DeadlineKind.RECURRING in kinds
    return True


def _period_fits(deadline: Deadline, question: Question) -> bool:
    period: Period | None = question.period
    if period is None:
        return True
    due = deadline.due_dates(period.end)
    return any(period.start <= day <= period.end for day in due)


def _topic(question: Question) -> list[Term]:
    """What rows are looked for by, beside agency, period and kind."""
    spent = set(question.period.words.replace("/", " ").split()) if question.period else set()
    return [term for term in question.topic if term.text not in spent and term.text not in _LIST_WORDS]


def _topic_rows(
    tasks: list[LiveTask], question: Question, plans: Sequence[LivePlan], finder: Finder
) -> list[LiveTask]:
    """Rows of the section that the topic names; else the rows that hold the topic."""
    topic = _topic(question)
    if not topic:
        return tasks
    terms = weigh(topic, finder.corpus(plans))
    weights = Weights()
    sections = {task.task.section for task in tasks if task.task.section}
    fields = {section: make_field(section, finder.lexicon) for section in sections}
    fitting = {section: coverage(terms, field, NO_FIELD, weights) for section, field in fields.items()}
    best = max(fitting.values(), default=0.0)
    if best >= SECTION_COVERAGE:
        return [task for task in tasks if task.task.section and fitting[task.task.section] >= best - 0.01]
    return [
        task
        for task in tasks
        if coverage(terms, finder.task_features(task).whole, fields.get(task.task.section or "", NO_FIELD), weights)
        >= TOPIC_COVERAGE
    ]


_LIST_WORDS = frozenset(
    syllables("thuong xuyen lien tuc hang nam quy thang dinh ky moi ghi dong ve phoi hop danh sach tong hop ten")
)
"""Words of the list filters; a filter is no topic."""


def _described(question: Question) -> str:
    of = f" của {', '.join(question.agencies)}" if question.agencies else ""
    return of + _within(question)


def _within(question: Question) -> str:
    if question.period is None:
        return ""
    return f" có hạn từ {question.period.start:%d/%m/%Y} đến {question.period.end:%d/%m/%Y}"
