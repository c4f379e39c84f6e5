"""Which evidence comes first: the search's scores and the boosts that the question asks for."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from knowledge.library import LiveTask
from knowledge.qa.compose.outline import has_figure
from knowledge.qa.query.question import TASK_INTENTS, Intent, Question
from knowledge.qa.replies.reading import AgencyMatcher, Reading
from knowledge.qa.search.evidence import tells_time
from knowledge.qa.search.finder import Found
from knowledge.records import Origin
from knowledge.text import fold

_folded = lru_cache(4_096)(fold)
"""Headings, offices and passages come again with every question; a few megabytes."""
FIGURE = re.compile(r"\d")
PERCENT = re.compile(r"%|\bphan tram\b")
_TARGETS = re.compile(r"\b(?:muc tieu|chi tieu)\b")
ROW_BOOST, KIND_BOOST, AGENCY_BOOST = 0.10, 0.08, 0.08
"""Beside scores from 0 to about 1.1: of a table's row for questions about cells; of a percentage or a paper's number
where one is asked for; of what the named agency leads or heads."""
_PAPER_NUMBER = re.compile(r"\d+[-/][^\W\d_]{2,}|\d+/\d{4}/")


def ranked(question: Question, reading: Reading) -> list[Found]:
    """Search, then the boosts that the intent asks for."""
    wanted = [plan.id for plan in question.papers.plans] or None
    found = [
        replace(item, score=item.score + _boost(item, question, reading.matcher))
        for item in reading.finder.find(question, reading.plans, wanted)
    ]
    # Equal to six places is equal: a model trained on another number of threads differs behind them.
    found.sort(key=lambda item: (-round(item.score, 6), item.passage.id))
    return _telling_first(found, question, reading.matcher)


def _telling_first(found: list[Found], question: Question, matcher: AgencyMatcher) -> list[Found]:
    """Before a clause that does not tell the kind of thing asked for, the first that fits about as well and does."""
    if not found or found[0].task is not None or _shows(found[0], question, matcher):
        return found
    for place, item in enumerate(found[1:_LOOKED_AT], 1):
        if item.score < found[0].score - KIND_BOOST:
            break
        if item.task is None and item.plan.id == found[0].plan.id and _shows(item, question, matcher):
            return [item, *found[:place], *found[place + 1 :]]
    return found


_LOOKED_AT = 6
"""So many are looked at for it: each has its offices looked up."""


def _shows(item: Found, question: Question, matcher: AgencyMatcher) -> bool:
    """Whether a clause tells the kind of thing that is asked for: an office, a time, a figure."""
    text = item.passage.passage.text
    if question.intent in (Intent.LEAD, Intent.COORDINATE, Intent.LEAD_AND_DUE):
        return item.passage.passage.agency is not None or bool(matcher.directory.find(text))
    if question.intent is Intent.DUE:
        return tells_time(text)
    return question.intent is Intent.TARGET and has_figure(text)


def _boost(item: Found, question: Question, matcher: AgencyMatcher) -> float:
    boost = 0.0
    text = item.sentence or item.passage.passage.text
    row = item.task is not None
    if question.intent in TASK_INTENTS and item.task is not None and tells(item.task, question.intent):
        boost += ROW_BOOST
    if question.intent is Intent.TARGET:
        boost -= ROW_BOOST if row else 0
        if "percent" in question.cues and not PERCENT.search(_folded(item.passage.passage.text)):
            boost -= KIND_BOOST
    if question.intent is Intent.DOCUMENT:
        boost += KIND_BOOST if _PAPER_NUMBER.search(text) else -KIND_BOOST
    if "asks_office" in question.cues and (row or item.passage.passage.agency):
        boost += ROW_BOOST
    if question.agencies and matcher.heads(item, question.agencies):
        boost += AGENCY_BOOST
    elif any(_folded(name) in _folded(text) for name in question.agencies):  # what is done at an office, or for it
        boost += AGENCY_BOOST / 2
    return boost


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
