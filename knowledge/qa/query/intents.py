"""Which question is it? The intents, and how the lexicon's cues decide between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from knowledge.qa.query.filters import NO_FILTERS, Filters
from knowledge.qa.query.papers import PaperRef
from knowledge.qa.query.periods import Period
from knowledge.qa.query.sought import Sought
from knowledge.qa.query.wanted import Asked, Mode, Wanted


class Intent(StrEnum):
    """What is asked for."""

    LEAD = "lead"
    DUE = "due"
    LEAD_AND_DUE = "lead_and_due"
    COORDINATE = "coordinate"
    PRODUCT = "product"
    LIST = "list"
    TARGET = "target"
    DUTY = "duty"
    """What an agency has to do."""
    DOCUMENT = "document"
    """A paper's own data, or a paper that is cited."""
    COMPARE = "compare"
    SUMMARY = "summary"
    """What a paper is about, who does what in it and when."""
    PROGRESS = "progress"
    """What is done, not done or late, as people report it."""
    REQUEST = "request"
    """Something to be done, which is no question of the papers."""
    STATEMENT = "statement"
    """Something told, which is no question."""
    GREETING = "greeting"
    HELP = "help"
    OTHER = "other"


TASK_INTENTS = frozenset({Intent.LEAD, Intent.DUE, Intent.LEAD_AND_DUE, Intent.COORDINATE, Intent.PRODUCT})


_CERTAIN = 0.9
"""The same, against words that name a list."""
_SURE = 0.6
"""Likelihood of a mode from which it is believed against the words of asking."""


def decide(
    asked: Asked,
    cues: frozenset[str],
    agencies: Sequence[str],
    papers: PaperRef,
    text: str,
    period: Period | None,
    filters: Filters = NO_FILTERS,
    sought: Sought | None = None,
) -> Intent:
    """What is asked for: by the words of asking, and where they leave it open by the model of wordings."""
    if papers.plans and asked.chance(Mode.SUMMARY) >= _SURE:
        return Intent.SUMMARY
    if sought is not None and _of_progress(asked, sought):
        return Intent.PROGRESS
    intent = _by_cues(cues, agencies, papers, text, period, filters)
    if papers.plans and "about_paper" in cues and intent in (Intent.OTHER, Intent.DOCUMENT):
        return Intent.SUMMARY
    if intent in (Intent.OTHER, Intent.DUE) and asked.mode in _NO_QUESTION and asked.chance(asked.mode) >= _CERTAIN:
        return _NO_QUESTION[asked.mode]
    many = asked.chance(Mode.LIST, Mode.COUNT)
    lists = many >= _SURE
    told = intent in (Intent.LEAD, Intent.COORDINATE, Intent.DOCUMENT) and "asks_office" not in cues
    if many >= _CERTAIN and agencies and intent in (Intent.DUE, Intent.LEAD_AND_DUE, Intent.PRODUCT):
        return Intent.LIST  # "các việc của Sở X kèm hạn từng việc"
    if many >= _CERTAIN and agencies and told:
        return Intent.LIST  # "Sở X chủ trì gì"
    if period and (intent is Intent.DUTY or (lists and intent in (Intent.OTHER, Intent.DUE, Intent.TARGET))):
        return Intent.LIST
    if intent is Intent.LIST and not narrows(filters) and not period and asked.chance(Mode.FACT) >= _CERTAIN:
        return _task_intent(cues, ())
    if intent is not Intent.OTHER or "follow" in cues:
        return intent
    if lists and agencies:
        return Intent.LIST if cues & ROLES else Intent.DUTY
    return _by_model(asked, text)


def _of_progress(asked: Asked, sought: Sought) -> bool:
    """By the model, where there is a word of progress at all; against it where words are plain and it is not sure."""
    if asked.chance(Mode.PROGRESS) >= _SURE:
        return sought.worded
    return sought.plain and all(asked.chance(mode) < _SURE for mode in _ELSE)


_ELSE = (Mode.FACT, Mode.TARGET, Mode.STATEMENT, Mode.REQUEST)
"""What words of progress may be meant for otherwise: "ai đôn đốc các sở chậm tiến độ", "việc này chưa xong đâu"."""


def _by_model(asked: Asked, text: str) -> Intent:
    if asked.mode in _MODES and asked.chance(asked.mode) >= _SURE:
        # A topic alone may be a task as well as a target.
        return Intent.OTHER if asked.mode is Mode.TARGET and not _FIGURES.search(text) else _MODES[asked.mode]
    if asked.chance(Mode.LIST, Mode.COUNT) >= _SURE:
        return Intent.LIST
    return task_intent(asked) if asked.mode is Mode.FACT else Intent.OTHER


def task_intent(asked: Asked | None) -> Intent:
    """Which field of one task is asked for, by the model of wordings."""
    fields = asked.fields if asked is not None else ()
    return FIELD_INTENTS.get(frozenset(fields) & _KNOWN, Intent.OTHER)


_NO_QUESTION = {Mode.REQUEST: Intent.REQUEST, Mode.STATEMENT: Intent.STATEMENT}
_FIGURES = re.compile(r"\b(?:bao nhieu|may|muc|ty le|ti le|chi so|chi tieu|kinh phi|phan tram|toi thieu|dat)\b")
_MODES = {Mode.TARGET: Intent.TARGET, Mode.PAPER: Intent.DOCUMENT, Mode.COMPARE: Intent.COMPARE}
_KNOWN = frozenset((Wanted.LEAD, Wanted.DUE, Wanted.COORDINATING, Wanted.PRODUCT))
FIELD_INTENTS = {
    frozenset((Wanted.LEAD,)): Intent.LEAD,
    frozenset((Wanted.DUE,)): Intent.DUE,
    frozenset((Wanted.LEAD, Wanted.DUE)): Intent.LEAD_AND_DUE,
    frozenset((Wanted.COORDINATING,)): Intent.COORDINATE,
    frozenset((Wanted.PRODUCT,)): Intent.PRODUCT,
}


def narrows(filters: Filters) -> bool:
    """Whether tasks are narrowed by more than agency and time, as only lists are."""
    return bool(filters.excluded or filters.missing or filters.most or filters.product or filters.alone)


def _by_cues(
    cues: frozenset[str],
    agencies: Sequence[str],
    papers: PaperRef,
    text: str,
    period: Period | None,
    filters: Filters,
) -> Intent:
    """The intent that the cues show; the more particular ones come first."""
    if cues & {"greeting", "thanks"}:
        return Intent.GREETING
    if "help" in cues:
        return Intent.HELP
    if _compares(cues, papers):
        return Intent.COMPARE
    if "percent" in cues and ("when" not in cues or re.search(r"\b(?:bao nhieu|may) phan tram\b", text)):
        return Intent.TARGET
    if "document" in cues and _cites(text):
        return Intent.DOCUMENT
    if "asks_product" in cues and "who" not in cues and not period and not narrows(filters):
        return Intent.PRODUCT
    if (
        "count" in cues
        or (narrows(filters) and cues & {"work", "list", "who"})
        or (period and "work" in cues and not cues & {"who", "product", "coordinate"})
        or ("list" in cues and (period or _lists(cues, agencies)))
    ):
        return Intent.LIST
    if "product" in cues and not cues & {"who", "when"}:
        return Intent.PRODUCT
    if "coordinate" in cues and "where_to" not in cues:
        return Intent.COORDINATE
    return _task_intent(cues, agencies)


def _task_intent(cues: frozenset[str], agencies: Sequence[str]) -> Intent:
    if "where_to" in cues:
        return Intent.OTHER
    if "who" in cues and "when" in cues:
        return Intent.LEAD_AND_DUE
    if "when" in cues:
        return Intent.DUE
    if "who" in cues:
        return Intent.LEAD
    if "duty" in cues and agencies:
        return Intent.DUTY
    if "target" in cues:
        return Intent.TARGET
    return Intent.DOCUMENT if "document" in cues else Intent.OTHER


def _compares(cues: frozenset[str], papers: PaperRef) -> bool:
    # Two years of one paper's span are two figures, and nothing to compare.
    several = len({year for year in papers.years if year not in papers.missing_years}) > 1 and len(papers.plans) > 1
    return "compare" in cues or (several and "list" not in cues)


def _cites(text: str) -> bool:
    """The question is about a paper: it asks for its number, or who issued it when."""
    paper = "nghi dinh|nghi quyet|quyet dinh|chi thi|ket luan|quy dinh|cong van|thong tu|luat|van ban|ke hoach"
    asked = rf"\b(?:{paper})(?: so)? (?:nao|may|bao nhieu)|so may|so hieu|so bao nhieu|ai ky|nguoi ky"
    issued = rf"\b(?:{paper}) (?:so )?\d[\w/-]*(?: \w+)* ban hanh"
    return re.search(asked, text) is not None or re.search(issued, text) is not None


def _lists(cues: frozenset[str], agencies: Sequence[str]) -> bool:
    """A list of table rows, rather than the duties under an agency's heading."""
    return bool(cues & (ROLES | {"role_given", "kind_standing", "kind_recurring", "table"})) or not agencies


KINDS = frozenset(("kind_standing", "kind_recurring", "role_only_coordinate"))
"""Cues of deadlines and parts by which tasks are narrowed."""
ROLES = frozenset(("role_lead", "role_co_lead", "role_coordinate", "role_only_coordinate"))
"""Cues of the part that an agency takes in a task."""
