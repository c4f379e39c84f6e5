"""Facts of one task or clause: which evidence is asked for, and is it good enough?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.answers import refusals
from knowledge.answers.answer import Answer
from knowledge.answers.choices import choice_of_found
from knowledge.answers.clauses import clause_answer
from knowledge.answers.listing import list_answer
from knowledge.answers.tasks import asked_fact, confirmed, rows_of_one_title, task_answer
from knowledge.answers.wording import task_name
from knowledge.library import LivePlan, LiveTask
from knowledge.records import Origin
from knowledge.replies import plain_rows
from knowledge.replies.duties import AgencyMatcher
from knowledge.search.evidence import is_frame, lacks, tells_time
from knowledge.search.finder import Finder, Found
from knowledge.text import fold, syllables
from knowledge.understanding.papers import PaperRef, other_numbers
from knowledge.understanding.question import TASK_INTENTS, Intent, Question

_FIGURE = re.compile(r"\d")
_PERCENT = re.compile(r"%|\bphan tram\b")
_PAPER_KIND = re.compile(r"\b(?:ke hoach|cong van|quyet dinh|nghi quyet|chi thi|chuong trinh)\b")
_TARGETS = re.compile(r"\b(?:muc tieu|chi tieu)\b")
_OFFICE_TYPE = re.compile(r"(?<!van )(?<!so )\b(so|ban|bo|cuc|vu|hoi|van phong|trung tam) (?:nao|gi)\b")
_UNITS = (
    (r"\bquy (?:nao|may)|may quy|nhung quy\b", r"\bqu[yi]\b"),
    (r"\bthang (?:nao|may)\b", r"\bthang\b"),
    (r"\bngay (?:nao|may|bao nhieu)\b", r"\bngay\b|\d+/\d+/\d{4}"),
)
_PAPER_NUMBER = re.compile(r"\d+[-/][^\W\d_]{2,}|\d+/\d{4}/")


LONG_CLAUSE = 40
"""Characters of a clause that stand in a task's words by no chance."""


@dataclass(frozen=True, slots=True)
class FactOptions:
    """Thresholds and boosts; scores run from 0 to about 1.1.

    Attributes:
        min_support: share of the topic that the best evidence must hold, words beside their neighbours.
        min_score: score below which nothing is good enough.
        least_support, sure_coverage, sure_score: less support will do where the rest is sure.
        side_coverage: share of the topic that each side of a comparison must hold.
        rival_plan: another paper's best evidence this near (ratio) makes the question ambiguous.
        rival_target: the same for figures, where a wrong plan means a wrong figure.
        rival_row: another row of the same paper this near (difference) with another answer does.
        row_boost: a table row for questions about cells.
        kind_boost: a figure for targets, a paper's number for citations.
        office_boost: asked "sở nào", "ban nào", and the office is one.
        unit_boost: asked for a quarter, month or day, and the deadline is one.
        target_boost: the clause stands under "Mục tiêu" or "Chỉ tiêu", for questions about figures.
        agency_boost: the named agency leads or heads it.
        time_boost: asked when, and the clause tells a time; as much less for one that tells none.
        frame_penalty: the paper's opening and closing words, for all but questions about papers.
        plain_rows: rows of tables without tasks are answered cell by cell, twins told apart by the table's parts.
        year_as_topic: a year that no paper is of may stand in the evidence itself.
        when_told: asked when, the next place that tells a time is taken where the best one tells none.
        alike: weight of the likeness of a comparison's sides beside their fit.
        typed_values: asked for a telephone number, money..., only evidence that shows one is an answer.
    """

    min_support: float = 0.5
    min_score: float = 0.33
    least_support: float = 0.4
    sure_coverage: float = 0.6
    sure_score: float = 0.66
    side_coverage: float = 0.4
    rival_plan: float = 0.86
    rival_target: float = 0.75
    rival_row: float = 0.015
    row_boost: float = 0.10
    kind_boost: float = 0.08
    agency_boost: float = 0.08
    target_boost: float = 0.06
    unit_boost: float = 0.04
    time_boost: float = 0.06
    frame_penalty: float = 0.3
    typed_values: bool = True
    plain_rows: bool = True
    year_as_topic: bool = True
    when_told: bool = True
    alike: float = 0.6
    office_boost: float = 0.15
    clarify: bool = True


def with_intent(before: Question, now: Question) -> Question:
    """The question before, asking for what is asked now."""
    return replace(before, intent=now.intent, cues=now.cues)


def within(question: Question, plans: Sequence[LivePlan]) -> Question:
    """`question` about these papers only."""
    return replace(question, papers=PaperRef(tuple(plans), question.papers.years, exact=True))


def may_recur(question: Question) -> bool:
    """A year without a plan may still hold a due day of a duty that recurs."""
    return question.intent in (Intent.DUE, Intent.LEAD_AND_DUE)


def reply(
    question: Question,
    plans: Sequence[LivePlan],
    finder: Finder,
    matcher: AgencyMatcher,
    options: FactOptions,
    as_of: date,
) -> Answer:
    """Answer from the best evidence, offer a choice between equals, or say that there is none."""
    found = ranked(question, plans, finder, matcher, options)
    if options.year_as_topic and _year_may_be_topic(question) and not (found and good_enough(found[0], options)):
        question, found = _any_year(question, plans, finder, matcher, options) or (question, found)
    if not found or not good_enough(found[0], options):
        return refusals.not_found(_near_tasks(found, options))
    if options.typed_values and lacks(question.text, fold(found[0].passage.passage.text)):
        return refusals.not_found()
    if "follow" in question.cues and question.agencies:
        headed = [item for item in found if matcher.heads(item, question.agencies)]
        found = headed if headed and good_enough(headed[0], options) else found
    if options.when_told and question.intent is Intent.DUE and not _tells_when(found[0]):
        dated = _dated_tasks(found[0].plan, question, finder)
        if dated:
            return list_answer(dated, [""] * len(dated), question, " có thời hạn trong văn bản này", as_of)
        found = _when_told(found) or found
    numbers = other_numbers(fold(question.raw), question.papers)
    if numbers:
        found = [item for item in found if _names(item, numbers)]
        if not found or not good_enough(found[0], options):
            return refusals.missing_paper(numbers)
    best = replace(found[0], task=found[0].task or _dated_duty(found[0], question, finder))
    if question.papers.missing_years and not _due_in(best, question.papers.missing_years):
        return refusals.missing_year(question.papers.missing_years, plans)
    if options.clarify:
        rivals = _rivals_of_other_plans(found, question, options)
        if rivals:
            lead = "Có trong nhiều văn bản; anh/chị hỏi theo văn bản nào?"
            return choice_of_found([best, *rivals], question.raw, lead)
        rows = _rival_rows(found, question, options)
        if best.task is not None and rows and _one_title([best, *rows]):
            return rows_of_one_title([best.task, *(row.task for row in rows if row.task)], question, as_of)
        if rows:
            lead = "Có vài nhiệm vụ gần với câu hỏi; anh/chị hỏi việc nào?"
            in_order = sorted([best, *rows], key=lambda item: item.passage.id)
            return choice_of_found(in_order, question.raw, lead)
    if best.task is not None and question.intent in TASK_INTENTS | {Intent.OTHER} and _is_row(best, question):
        answer = task_answer(best.task, question, as_of)
        return confirmed(answer, _verdict(best.task, question, matcher))
    cells = plain_rows.reply(found, question, finder.library) if options.plain_rows else None
    return cells or clause_answer(best, question)


def _verdict(task: LiveTask, question: Question, matcher: AgencyMatcher) -> str:
    """What to say first to "do Sở Y tế chủ trì đúng không?"; "" where no one office's lead is asked about."""
    if "confirm" not in question.cues or "role_lead" not in question.cues or len(question.agencies) != 1:
        return ""
    if matcher.leads(task, question.agencies):
        return "Đúng."
    return "Không đúng, cơ quan này phối hợp." if matcher.helps(task, question.agencies) else "Không đúng."


def _tells_when(item: Found) -> bool:
    if item.task is not None and item.task.task.deadline.phrase:
        return True
    return tells_time(item.passage.passage.text)


MAX_DATED = 5


def _dated_tasks(plan: LivePlan, question: Question, finder: Finder) -> list[LiveTask]:
    """Asked when the matter of the whole paper must be done: its few dated duties."""
    if not {term.text for term in question.topic} <= set(finder.lexicon.canonical(plan.metadata.title or "")):
        return []
    dated = [task for task in finder.library.tasks([plan.id]) if task.task.deadline.phrase]
    return dated if len(dated) <= MAX_DATED else []


WHEN_NEAR = 0.7
"""Share of the best evidence's score with which another place that tells the time is taken instead."""


def _when_told(found: Sequence[Found]) -> list[Found]:
    """The evidence of the same paper from the first place on that tells a time, where that fits about as well."""
    best = found[0]
    for place, item in enumerate(found[:10]):
        near = item.score >= WHEN_NEAR * best.score and item.support >= WHEN_NEAR * best.support
        if near and item.plan.id == best.plan.id and _tells_when(item):
            return list(found[place:])
    return []


def _year_may_be_topic(question: Question) -> bool:
    """ "văn bản hết hiệu lực năm 2025": a year that is said, but of no paper."""
    papers = question.papers
    return bool(papers.years) and not papers.exact and _PAPER_KIND.search(question.text) is None


def _any_year(
    question: Question, plans: Sequence[LivePlan], finder: Finder, matcher: AgencyMatcher, options: FactOptions
) -> tuple[Question, list[Found]] | None:
    """The question asked of all papers, where the best evidence itself names the year."""
    wide = replace(question, papers=PaperRef())
    found = ranked(wide, plans, finder, matcher, options)
    if not found or not good_enough(found[0], options):
        return None
    text = found[0].passage.passage.text
    return (wide, found) if all(str(year) in text for year in question.papers.years) else None


def _near_tasks(found: Sequence[Found], options: FactOptions) -> list[LiveTask]:
    """Rows to name in a refusal: near, yet not near enough to answer from."""
    return [
        item.task
        for item in found[:5]
        if item.task is not None and options.least_support <= item.support < options.min_support
    ]


def good_enough(found: Found, options: FactOptions) -> bool:
    """The threshold, applied after everything that reorders."""
    if found.support >= options.min_support:
        return found.score >= options.min_score
    sure = found.coverage >= options.sure_coverage and found.score >= options.sure_score
    return sure and found.support >= options.least_support


def ranked(
    question: Question,
    plans: Sequence[LivePlan],
    finder: Finder,
    matcher: AgencyMatcher,
    options: FactOptions,
) -> list[Found]:
    """Search, then the boosts that the intent asks for."""
    wanted = [plan.id for plan in question.papers.plans] or None
    found = [
        replace(item, score=item.score + _boost(item, question, matcher, options))
        for item in finder.find(question, plans, wanted)
    ]
    found.sort(key=lambda item: (-item.score, item.passage.id))
    return found


def _boost(item: Found, question: Question, matcher: AgencyMatcher, options: FactOptions) -> float:
    boost = 0.0
    text = item.sentence or item.passage.passage.text
    row = item.task is not None
    if question.intent in TASK_INTENTS and item.task is not None and _tells(item.task, question.intent):
        boost += options.row_boost
        if _same_unit(item.task, question):
            boost += options.unit_boost
    elif question.intent in (Intent.DUE, Intent.LEAD_AND_DUE) and not row:
        told = item.passage.passage.text if item.passage.passage.source.row is not None else text
        boost += options.time_boost if tells_time(told) else -options.time_boost
    if question.intent is not Intent.DOCUMENT and is_frame(item.passage.passage):
        boost -= options.frame_penalty
    if question.intent is Intent.TARGET:
        boost += _figure_boost(item, text, options)
        boost -= options.row_boost if row and not _result_figure(item, question) else 0
        if _TARGETS.search(fold(" ".join(item.passage.passage.source.section_path))):
            boost += options.target_boost * (2 if _TARGETS.search(question.text) else 1)
        if "percent" in question.cues and not _PERCENT.search(fold(item.passage.passage.text)):
            boost -= options.kind_boost
    if question.intent is Intent.PRODUCT and "target" in question.cues and row:
        boost += options.kind_boost if _result_figure(item, question) else -options.kind_boost
    if question.intent is Intent.DOCUMENT:
        boost += options.kind_boost if _PAPER_NUMBER.search(text) else -options.kind_boost
    if "asks_office" in question.cues and (row or item.passage.passage.agency):
        boost += options.row_boost
    boost += _type_boost(item, question, options)
    if question.agencies and "confirm" not in question.cues:
        if matcher.heads(item, question.agencies):
            boost += options.agency_boost
        elif any(fold(name) in fold(text) for name in question.agencies):
            boost += options.agency_boost / 2
    return boost


def _figure_boost(item: Found, sentence: str, options: FactOptions) -> float:
    if _FIGURE.search(sentence):
        return options.kind_boost
    return 0.0 if _FIGURE.search(item.passage.passage.text) else -3 * options.kind_boost


def _result_figure(item: Found, question: Question) -> bool:
    """The row promises as its product a number of what is asked."""
    if _TARGETS.search(question.text):
        return False
    wanted = _PERCENT if "percent" in question.cues else _FIGURE
    return item.task is not None and wanted.search(fold(item.task.task.product or "")) is not None


def _type_boost(item: Found, question: Question, options: FactOptions) -> float:
    """ "Ban nào?" expects a ban; "sở nào" is also said loosely of any office."""
    asked = _OFFICE_TYPE.search(question.text)
    if asked is None:
        return 0.0
    offices = item.task.task.lead if item.task else (item.passage.passage.agency or "",)
    if not any(fold(office).startswith(f"{asked[1]} ") for office in offices):
        return 0.0
    return options.office_boost / 3 if asked[1] == "so" else options.office_boost


def _same_unit(task: LiveTask, question: Question) -> bool:
    """ "Quý nào?" expects a quarter, "từ ngày nào?" a day."""
    phrase = fold(task.task.deadline.phrase)
    return any(re.search(asked, question.text) and re.search(told, phrase) for asked, told in _UNITS)


def _tells(task: LiveTask, intent: Intent) -> bool:
    """The task has the cell asked for; an empty one in a table is an answer too."""
    row = task.task
    if row.origin is Origin.TABLE:
        return True
    if intent in (Intent.DUE, Intent.LEAD_AND_DUE):
        return bool(row.deadline.phrase)
    if intent is Intent.LEAD:
        return bool(row.lead)
    return bool(row.coordinating if intent is Intent.COORDINATE else row.product)


def _is_row(best: Found, question: Question) -> bool:
    if best.task is None or (question.intent is Intent.OTHER and best.task.task.origin is not Origin.TABLE):
        return False
    if question.intent is Intent.OTHER:
        return "where_to" not in question.cues
    return _tells(best.task, question.intent)


def _names(item: Found, numbers: Sequence[str]) -> bool:
    words = set(syllables(item.passage.passage.text.replace("/", " ")))
    return all(number in words for number in numbers)


def _dated_duty(item: Found, question: Question, finder: Finder) -> LiveTask | None:
    """The task that was read from this clause, or that holds it, and tells what is asked."""
    if question.intent not in TASK_INTENTS:
        return None
    text = fold(item.passage.passage.text).rstrip(" .;")
    for task in finder.library.tasks([item.plan.id]):
        row = task.task
        if row.origin is not Origin.CLAUSE or not _tells(task, question.intent):
            continue
        inside = fold(row.title) in text and fold(row.deadline.phrase) in text
        if inside or (len(text) >= LONG_CLAUSE and text in fold(f"{row.title} {row.activity or ''}")):
            return task
    return None


def _due_in(best: Found, years: Sequence[int]) -> bool:
    if best.task is None:
        return False
    due = best.task.task.deadline.due_dates(date(max(years), 12, 31))
    return any(day.year in years for day in due)


def _rivals_of_other_plans(found: Sequence[Found], question: Question, options: FactOptions) -> list[Found]:
    """The best evidence of each other paper that fits about as well, when no paper was named."""
    if question.papers.plans:
        return []
    best = found[0]
    target = question.intent is Intent.TARGET
    ratio = options.rival_target if target else options.rival_plan
    share = 0.8 if target else 0.9
    rivals: dict[int, Found] = {}
    for item in found[1:]:
        near = item.score >= ratio * best.score and item.coverage >= share * best.coverage
        if near and item.plan.id != best.plan.id and item.plan.id not in rivals:
            rivals[item.plan.id] = item
    return list(rivals.values())


def _one_title(rows: Sequence[Found]) -> bool:
    """Rows that no reader could tell apart by name: parts of one task."""
    return len({fold(task_name(row.task)) for row in rows if row.task}) == 1


def _rival_rows(found: Sequence[Found], question: Question, options: FactOptions) -> list[Found]:
    """Rows of the same paper that fit as well and answer otherwise."""
    best = found[0]
    if best.task is None or question.intent not in TASK_INTENTS:
        return []
    fact = asked_fact(best.task, question.intent)
    rivals = [
        item
        for item in found[1:6]
        if item.task is not None
        and item.task.task.origin is Origin.TABLE
        and item.score >= best.score - options.rival_row
        and fold(" ".join(asked_fact(item.task, question.intent))) != fold(" ".join(fact))
    ]
    return rivals if len(rivals) <= 4 else []
