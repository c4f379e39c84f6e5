"""Which evidence comes first: the search's scores and the boosts that the question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from knowledge.library import LivePlan, LiveTask
from knowledge.qa.query.question import TASK_INTENTS, Intent, Question
from knowledge.qa.replies.duties import AgencyMatcher
from knowledge.qa.search.evidence import is_frame
from knowledge.qa.search.finder import Finder, Found
from knowledge.records import Origin
from knowledge.text import fold

_folded = lru_cache(4_096)(fold)
"""Headings, offices and passages come again with every question; a few megabytes."""
FIGURE = re.compile(r"\d")
PERCENT = re.compile(r"%|\bphan tram\b")
_TARGETS = re.compile(r"\b(?:muc tieu|chi tieu)\b")
_OFFICE_TYPE = re.compile(r"(?<!van )(?<!so )\b(so|ban|bo|cuc|vu|hoi|van phong|trung tam) (?:nao|gi)\b")
_PAPER_NUMBER = re.compile(r"\d+[-/][^\W\d_]{2,}|\d+/\d{4}/")
_UNITS = (
    (r"\bquy (?:nao|may)|may quy|nhung quy\b", r"\bqu[yi]\b"),
    (r"\bthang (?:nao|may)\b", r"\bthang\b"),
    (r"\bngay (?:nao|may|bao nhieu)\b", r"\bngay\b|\d+/\d+/\d{4}"),
)


@dataclass(frozen=True, slots=True)
class FactOptions:
    """Boosts, and what makes evidence ambiguous; scores run from 0 to about 1.1.

    Attributes:
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
        frame_penalty: the paper's opening and closing words, for all but questions about papers.
        plain_rows: rows of tables without tasks are answered cell by cell, twins told apart by the table's parts.
        year_as_topic: a year that no paper is of may stand in the evidence itself.
        when_told: asked when, the next place that tells a time is taken where the best one tells none.
        alike: weight of the likeness of a comparison's sides beside their fit.
        typed_values: asked for a telephone number, money..., only evidence that shows one is an answer.
    """

    side_coverage: float = 0.4
    rival_plan: float = 0.86
    rival_target: float = 0.75
    rival_row: float = 0.015
    row_boost: float = 0.10
    kind_boost: float = 0.08
    agency_boost: float = 0.08
    target_boost: float = 0.06
    unit_boost: float = 0.04
    frame_penalty: float = 0.3
    typed_values: bool = True
    plain_rows: bool = True
    year_as_topic: bool = True
    when_told: bool = True
    alike: float = 0.6
    office_boost: float = 0.15
    clarify: bool = True


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
    if question.intent in TASK_INTENTS and item.task is not None and tells(item.task, question.intent):
        boost += options.row_boost
        if _same_unit(item.task, question):
            boost += options.unit_boost
    if question.intent is not Intent.DOCUMENT and is_frame(item.passage.passage):
        boost -= options.frame_penalty
    if question.intent is Intent.TARGET:
        boost += _figure_boost(item, text, options)
        boost -= options.row_boost if row and not _result_figure(item, question) else 0
        if _TARGETS.search(_folded(" ".join(item.passage.passage.source.section_path))):
            boost += options.target_boost * (2 if _TARGETS.search(question.text) else 1)
        if "percent" in question.cues and not PERCENT.search(_folded(item.passage.passage.text)):
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
        elif any(_folded(name) in _folded(text) for name in question.agencies):
            boost += options.agency_boost / 2
    return boost


def _figure_boost(item: Found, sentence: str, options: FactOptions) -> float:
    if FIGURE.search(sentence):
        return options.kind_boost
    return 0.0 if FIGURE.search(item.passage.passage.text) else -3 * options.kind_boost


def _result_figure(item: Found, question: Question) -> bool:
    """The row promises as its product a number of what is asked."""
    if _TARGETS.search(question.text):
        return False
    wanted = PERCENT if "percent" in question.cues else FIGURE
    return item.task is not None and wanted.search(_folded(item.task.task.product or "")) is not None


def _type_boost(item: Found, question: Question, options: FactOptions) -> float:
    """ "Ban nào?" expects a ban; "sở nào" is also said loosely of any office."""
    asked = _OFFICE_TYPE.search(question.text)
    if asked is None:
        return 0.0
    offices = item.task.task.lead if item.task else (item.passage.passage.agency or "",)
    if not any(_folded(office).startswith(f"{asked[1]} ") for office in offices):
        return 0.0
    return options.office_boost / 3 if asked[1] == "so" else options.office_boost


def _same_unit(task: LiveTask, question: Question) -> bool:
    """ "Quý nào?" expects a quarter, "từ ngày nào?" a day."""
    phrase = _folded(task.task.deadline.phrase)
    return any(re.search(asked, question.text) and re.search(told, phrase) for asked, told in _UNITS)


def tells(task: LiveTask, intent: Intent) -> bool:
    """The task has the cell asked for; an empty one in a table is an answer too."""
    row = task.task
    if row.origin is Origin.TABLE:
        return True
    if intent in (Intent.DUE, Intent.LEAD_AND_DUE):
        return bool(row.deadline.phrase)
    if intent is Intent.LEAD:
        return bool(row.lead)
    return bool(row.coordinating if intent is Intent.COORDINATE else row.product)
