"""Lists and counts: filters over the task table, complete by construction."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from knowledge.library import Library, LivePassage, LivePlan, LiveTask
from knowledge.objects import horizon
from knowledge.qa.compose import refusals
from knowledge.qa.compose.answer import Answer
from knowledge.qa.compose.listing import common_answer, list_answer, offices_answer, rows_answer
from knowledge.qa.compose.understood import MISSING_WORDS
from knowledge.qa.query.filters import Missing
from knowledge.qa.query.intents import KINDS, narrows
from knowledge.qa.query.papers import titled_by
from knowledge.qa.query.question import Question, Term
from knowledge.qa.query.topic import LIKELY
from knowledge.qa.replies import duties
from knowledge.qa.replies.reading import AgencyMatcher, Reading
from knowledge.qa.search.features import NO_FIELD, Field, make_field
from knowledge.qa.search.finder import Finder
from knowledge.qa.search.scoring import Scorer, Weighed, Weights, coverage, term_match, weigh
from knowledge.records import Deadline, DeadlineKind
from knowledge.text import fold, syllables
from knowledge.wording import join_names, short_label

_EVERYBODY = "cac co quan, don vi"
TOPIC_COVERAGE = 0.5
"""Share of the topic words that a row (with its section) must hold to be listed."""
SECTION_COVERAGE = 0.75
MOST_BESIDE = 15
"""So few tasks of an agency or a period are told where none holds the topic's words: one of them may be meant."""


def reply(question: Question, reading: Reading, among: Sequence[LiveTask] | None = None) -> Answer:
    """Every task that fits the question's filters, in order of date.

    Args:
        among: what is to be chosen from; all tasks where None.
    """
    # "... để nhắc các đơn vị": who is everybody narrows nothing.
    plans, finder, matcher, as_of = reading.plans, reading.finder, reading.matcher, reading.as_of
    question = replace(question, agencies=tuple(a for a in question.agencies if not fold(a).startswith(_EVERYBODY)))
    wanted = question.papers.plans
    topic = topic_of(question)
    names_paper = len(topic) > 1 and _PAPER.search(question.text)
    titled = titled_by({term.text for term in topic}, wanted or plans) if names_paper else ()
    wanted = titled or wanted
    ids = [plan.id for plan in wanted] or None
    leading = not _helping_counts(question)
    tasks = among
    if tasks is None:
        tasks = named_tasks(question, ids, reading.library, matcher, as_of, leading=leading)
    roles = {task.id: _role(task, question, matcher) for task in tasks}
    fitting = [t for t in tasks if passes(t, question, matcher, as_of)]
    kept = [t for t in fitting if roles[t.id] is not None]
    common = [t for t in fitting if roles[t.id] is None and _shares(t, question, matcher, as_of)]
    if "table" in question.cues:
        plain = plain_rows(question, wanted, reading.library, matcher) if len(wanted) == 1 else []
        kept = [task for task in kept if task.task.source.row is not None] or ([] if plain else kept)
        if plain and not kept:
            return rows_answer(plain, _described(question))
    topic = [] if titled else topic or _faint_topic(question, [*kept, *common], plans, finder)
    beside = _topic_rows(kept, topic, plans, finder), _topic_rows(common, topic, plans, finder)
    missed = ""
    if any(beside) or not (question.agencies or question.period) or len(kept) > MOST_BESIDE:
        kept, common = beside
    elif topic:
        missed = _told_topic(topic)
    if question.period is not None and question.period.nearest:
        kept, common = _nearest(kept, common, as_of)
    if _asks_offices(question):
        return offices_answer(_by_office([*kept, *common], question, matcher), _described(question), question)
    order = {task.id: _order(task, question, as_of) for task in (*kept, *common)}
    first: dict[int, tuple[bool, date]] = {}
    for t in kept:
        first[t.plan.id] = min(order[t.id], first.get(t.plan.id, order[t.id]))
    kept.sort(key=lambda t: (first[t.plan.id], t.plan.id, order[t.id], roles[t.id] == "phối hợp"))
    common.sort(key=lambda t: (t.plan.id, order[t.id]))
    if not kept and common:
        sought = f" về “{_told_topic(topic)}”" if topic else ""
        return common_answer(common, question, f"{_within(question)}{sought}", as_of)
    if not kept and question.agencies and question.period is None and not _narrows(question):
        answer = duties.reply(question, reading)
        if answer is not None:
            return answer
    if not kept:
        if question.agencies and not _takes_part(question, wanted, reading):
            fate = matcher.fate(question.agencies, as_of)
            return refusals.no_duty(question.agencies, tuple(wanted or ()), fate)
        return refusals.no_task_fits(_described(question), _looked_in(wanted), about=_told_topic(topic))
    answer = list_answer(kept, [roles[t.id] or "" for t in kept], question, _described(question), as_of, common)
    return replace(answer, text=f"Không thấy việc nào ghi rõ “{missed}”. {answer.text}") if missed else answer


def targets(question: Question, reading: Reading) -> Answer | None:
    """The rows of tables of targets that are an agency's own; None where the question is not about them alone."""
    finder, plans = reading.finder, reading.plans
    if not question.agencies or not _TARGETS.search(fold(question.raw)):
        return None
    wanted = question.papers.plans or plans
    rows = plain_rows(question, wanted, reading.library, reading.matcher)
    terms = weigh(topic_of(question), finder.corpus(plans))
    if terms:
        told = (" ".join((*row.passage.source.section_path, row.passage.text)) for row in rows)
        fits = [coverage(terms, make_field(text, finder.lexicon), NO_FIELD, Weights()) for text in told]
        rows = [row for row, fit in zip(rows, fits, strict=True) if fit >= TOPIC_COVERAGE]
    if not rows and not terms:
        return refusals.no_targets(question.agencies, _looked_in(wanted))
    return rows_answer(rows, f" của {', '.join(question.agencies)}") if rows else None


_PAPER = re.compile(
    r"\b(?:ke hoach|cong van|quyet dinh|nghi quyet|chi thi|chuong trinh|de an|bang|phu luc|van ban)\b"
)
"""Without one of these a topic names no paper: "khoa học và công nghệ" stands in many a title."""
_TARGETS = re.compile(r"\bchi tieu(?: \w+){0,2} (?:nao|gi)\b")


def passes(task: LiveTask, question: Question, matcher: AgencyMatcher, as_of: date) -> bool:
    """Whether a task passes all filters but those of the asked agency and the topic."""
    deadline, filters = task.task.deadline, question.filters
    if filters.excluded:
        offices = task.task.coordinating if _helping(question) else task.task.lead
        if matcher.names_any(offices, filters.excluded):
            return False
    if filters.missing is not None and not _lacks(task, filters.missing):
        return False
    if filters.alone and (len(task.task.lead) != 1 or matcher.is_group(task.task.lead[0])):
        return False
    if filters.product and not set(filters.product) <= set(syllables(task.task.product or "")):
        return False
    return _kind_fits(deadline, question) and _days_fit(deadline, question, as_of)


def _lacks(task: LiveTask, field: Missing) -> bool:
    row = task.task
    return not {
        Missing.LEAD: "".join(row.lead).strip(),
        Missing.DEADLINE: row.deadline.phrase,
        Missing.PRODUCT: row.product,
    }[field]


def _nearest(kept: list[LiveTask], common: list[LiveTask], as_of: date) -> tuple[list[LiveTask], list[LiveTask]]:
    """The tasks whose next day comes first."""
    days = {task.id: _next_day(task, as_of) for task in (*kept, *common)}
    coming = [day for task in (kept or common) if (day := days[task.id]) is not None]
    first = min(coming, default=None)
    return [t for t in kept if days[t.id] == first and first], [t for t in common if days[t.id] == first and first]


def _next_day(task: LiveTask, since: date) -> date | None:
    days = task.task.deadline.due_dates(horizon(since))
    return next(iter(days[bisect_left(days, since) :]), None)


def _order(task: LiveTask, question: Question, as_of: date) -> tuple[bool, date]:
    """By the day that falls in the period asked for, else by the last one; what has no day comes last."""
    days: Sequence[date] = task.task.deadline.due_dates(horizon(as_of))
    if question.period is not None:
        days = question.period.among(days) or days
    ahead = bisect_left(days, as_of) if task.task.deadline.rules else 0
    day = days[ahead if ahead < len(days) else 0] if days else None
    return (day is None, day or date.max)


def _asks_offices(question: Question) -> bool:
    """ "Sở nào nhiều việc nhất", "ngoài Sở X, cơ quan nào chủ trì": offices are listed, not tasks."""
    return question.filters.most or bool(
        question.filters.excluded and "asks_office" in question.cues and "who" in question.cues and not question.topic
    )


def _by_office(
    tasks: Sequence[LiveTask], question: Question, matcher: AgencyMatcher
) -> list[tuple[str, list[LiveTask]]]:
    """Tasks by the office that leads (or helps with) them, the most first."""
    found: dict[str, list[LiveTask]] = {}
    for task in tasks:
        offices = task.task.coordinating if _helping(question) else task.task.lead
        for office in offices:
            if not matcher.is_group(office):
                found.setdefault(matcher.name(office), []).append(task)
    return sorted(found.items(), key=lambda item: -len(item[1]))


def _looked_in(plans: Sequence[LivePlan]) -> str:
    return f"{short_label(plans[0])}" if len(plans) == 1 else ""


def _told_topic(topic: Sequence[Term]) -> str:
    return " ".join(term.accented or term.text for term in topic)


def named_tasks(
    question: Question,
    plan_ids: Collection[int] | None,
    library: Library,
    matcher: AgencyMatcher,
    as_of: date,
    *,
    leading: bool,
) -> Sequence[LiveTask]:
    """The tasks that may fit: each office and each deadline is looked at once, not once for each task.

    Args:
        leading: only of offices that lead.
    """
    due = None
    if question.period or question.cues & {"kind_standing", "kind_recurring"}:
        due = {
            each for each in library.deadlines() if _kind_fits(each, question) and _days_fit(each, question, as_of)
        }
    offices = _named(question, library, matcher, as_of) if question.agencies else None
    return library.tasks(plan_ids, offices=offices, deadlines=due, leading=leading)


def _named(question: Question, library: Library, matcher: AgencyMatcher, as_of: date) -> list[str]:
    """The printed offices that are, hold or include one of the asked agencies."""
    return [
        office
        for office in library.offices()
        if matcher.names_any([office], question.agencies) or matcher.includes_any([office], question.agencies, as_of)
    ]


def _takes_part(question: Question, wanted: Sequence[LivePlan], reading: Reading) -> bool:
    """Whether the asked agency has any task in the asked role in these papers, whenever it is due.

    Looked for paper by paper, the newest first: one is enough.
    """
    named = _named(question, reading.library, reading.matcher, reading.as_of)
    return any(
        _role(task, question, reading.matcher) is not None
        for plan in reversed(wanted or reading.plans)
        if plan.in_force or len(wanted) == 1
        for task in reading.library.tasks([plan.id], offices=named, leading=not _helping_counts(question))
    )


def _narrows(question: Question) -> bool:
    """Whether more than the agency is asked for."""
    filters = question.filters
    return bool(question.cues & KINDS or narrows(filters))


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
    return "phối hợp" if helps and _helping_counts(question) else None


def _shares(task: LiveTask, question: Question, matcher: AgencyMatcher, as_of: date) -> bool:
    """Whether the task is given to a group to which the asked agency belongs, in the role that is asked for."""
    offices = task.task.coordinating if _helping(question) else task.task.lead
    return matcher.includes_any(offices, question.agencies, as_of)


def _helping_counts(question: Question) -> bool:
    """Whether tasks that an agency helps with are asked for at all."""
    cues = question.cues
    if cues & {"role_coordinate", "role_only_coordinate"}:
        return True
    return not cues & {"role_lead", "role_co_lead"} and bool(cues & {"table", "role_given"})


def _helping(question: Question) -> bool:
    """Whether tasks that an agency only helps with are asked for."""
    only = "role_only_coordinate" in question.cues
    return only or ("role_coordinate" in question.cues and "role_lead" not in question.cues)


def _kind_fits(deadline: Deadline, question: Question) -> bool:
    kinds = deadline.kinds
    if "kind_standing" in question.cues:
        return DeadlineKind.STANDING in kinds
    if "kind_recurring" in question.cues:
        return DeadlineKind.RECURRING in kinds
    return True


def _days_fit(deadline: Deadline, question: Question, as_of: date) -> bool:
    period = question.period
    if period is None:
        return True
    return bool(period.among(deadline.due_dates(period.end or horizon(as_of))))


def topic_of(question: Question) -> list[Term]:
    """What rows are looked for by, beside agency, period and kind: the words that are likely of a topic."""
    return [term for term in question.topic if term.chance >= LIKELY and not term.naming]


def _faint_topic(question: Question, tasks: list[LiveTask], plans: Sequence[LivePlan], finder: Finder) -> list[Term]:
    """A pair of words that people ask with as well ("báo cáo"), where some rows hold it: else they only asked."""
    words = [replace(term, chance=1.0) for term in question.topic if not term.naming]
    faint = [one for one in words if any(abs(one.place - other.place) == 1 for other in words)]
    faint = faint if len(words) == len(faint) == 2 else []
    return faint if faint and _topic_rows(tasks, faint, plans, finder) else []


def _topic_rows(
    tasks: list[LiveTask], topic: Sequence[Term], plans: Sequence[LivePlan], finder: Finder
) -> list[LiveTask]:
    """Rows of the section that the topic names, and the rows that hold the topic.

    What nearly every row holds, as the paper's own subject, tells none apart: words weigh by how few have them.
    """
    if not topic:
        return tasks
    weights = Weights()
    sections = {task.task.section for task in tasks if task.task.section}
    headings = {section: make_field(section, finder.lexicon) for section in sections}
    rows = [
        (task, finder.task_features(task).whole, headings.get(task.task.section or "", NO_FIELD)) for task in tasks
    ]
    terms = [
        replace(term, weight=_rarity(term, [(row, above) for _, row, above in rows], weights))
        for term in weigh(topic, finder.corpus(plans))
    ]
    scorer = Scorer(terms, finder.corpus(plans), weights)
    fitting = {section: scorer.support(field, NO_FIELD) for section, field in headings.items()}
    best = max(fitting.values(), default=0.0)
    named = {section for section, fit in fitting.items() if fit >= max(SECTION_COVERAGE, best - 0.01)}
    return [
        task
        for task, row, above in rows
        if task.task.section in named or scorer.support(row, above) >= TOPIC_COVERAGE
    ]


def _rarity(term: Weighed, rows: Sequence[tuple[Field, Field]], weights: Weights) -> float:
    """Inverse document frequency among the rows to choose from (as in BM25, never below zero)."""
    held = sum(max(term_match(term, row, weights), term_match(term, above, weights)) > 0 for row, above in rows)
    return math.log(1 + (len(rows) - held + 0.5) / (held + 0.5))


def _described(question: Question) -> str:
    of = f" của {', '.join(question.agencies)}" if question.agencies else ""
    excluded = join_names(question.filters.excluded)
    part = "phối hợp" if _helping(question) else "chủ trì"
    without = f" không do {excluded} {part}" if excluded else ""
    missing = f" {MISSING_WORDS[question.filters.missing]}" if question.filters.missing else ""
    product = f" có sản phẩm “{' '.join(question.filters.product)}”" if question.filters.product else ""
    alone = " chủ trì riêng" if question.filters.alone else ""
    return of + without + missing + product + alone + _within(question)


def _within(question: Question) -> str:
    period = question.period
    if period is None:
        return ""
    return " có hạn gần nhất" if period.nearest else f" có hạn {period.told()}"
