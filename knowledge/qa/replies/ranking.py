"""Which evidence comes first: the search's scores and the boosts that the question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from knowledge.library import LivePlan, LiveTask
from knowledge.qa.query.question import TASK_INTENTS, Intent, Question
from knowledge.qa.replies.duties import AgencyMatcher
from knowledge.qa.search.finder import Finder, Found
from knowledge.records import Origin
from knowledge.text import fold

_folded = lru_cache(4_096)(fold)
"""Headings, offices and passages come again with every question; a few megabytes."""
FIGURE = re.compile(r"\d")
PERCENT = re.compile(r"%|\bphan tram\b")
_TARGETS = re.compile(r"\b(?:muc tieu|chi tieu)\b")
_PAPER_NUMBER = re.compile(r"\d+[-/][^\W\d_]{2,}|\d+/\d{4}/")


@dataclass(frozen=True, slots=True)
class FactOptions:
    """Boosts, and what makes evidence ambiguous; scores run from 0 to about 1.1.

    Attributes:
        side_coverage: share of the topic that each side of a comparison must hold.
        rival_plan: another paper's best evidence this near (ratio) makes the question ambiguous.
        rival_target: the same for figures, where a wrong plan means a wrong figure.
        rival_row: another row of the same paper this near (difference) with another answer does.
        row_boost: a table row for questions about cells.
        kind_boost: a percentage where one is asked for, a paper's number for citations.
        agency_boost: the named agency leads or heads it.
        year_as_topic: a year that no paper is of may stand in the evidence itself.
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
    typed_values: bool = True
    year_as_topic: bool = True
    alike: float = 0.6
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
    if question.intent is Intent.TARGET:
        boost -= options.row_boost if row and not _result_figure(item, question) else 0
        if "percent" in question.cues and not PERCENT.search(_folded(item.passage.passage.text)):
            boost -= options.kind_boost
    if question.intent is Intent.DOCUMENT:
        boost += options.kind_boost if _PAPER_NUMBER.search(text) else -options.kind_boost
    if "asks_office" in question.cues and (row or item.passage.passage.agency):
        boost += options.row_boost
    if question.agencies and matcher.heads(item, question.agencies):
        boost += options.agency_boost
    return boost


def _result_figure(item: Found, question: Question) -> bool:
    """The row promises as its product a number of what is asked."""
    if _TARGETS.search(question.text):
        return False
    wanted = PERCENT if "percent" in question.cues else FIGURE
    return item.task is not None and wanted.search(_folded(item.task.task.product or "")) is not None


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
