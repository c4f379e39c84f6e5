"""Which question is it? The intents, and how the lexicon's cues decide between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from knowledge.understanding.papers import PaperRef
from knowledge.understanding.periods import Period


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
    GREETING = "greeting"
    HELP = "help"
    OTHER = "other"


TASK_INTENTS = frozenset({Intent.LEAD, Intent.DUE, Intent.LEAD_AND_DUE, Intent.COORDINATE, Intent.PRODUCT})


def decide(
    cues: frozenset[str], agencies: Sequence[str], papers: PaperRef, text: str, period: Period | None
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
    if "asks_product" in cues and "who" not in cues and not period:
        return Intent.PRODUCT
    if "count" in cues or ("list" in cues and (period or _lists(cues, agencies))):
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
    several = len({year for year in papers.years if year not in papers.missing_years}) > 1
    return "compare" in cues or (several and "list" not in cues)


def _cites(text: str) -> bool:
    """The question is about a paper: it asks for its number, or who issued it when."""
    paper = "nghi dinh|nghi quyet|quyet dinh|chi thi|ket luan|quy dinh|cong van|thong tu|luat|van ban|ke hoach"
    asked = rf"\b(?:{paper})(?: so)? (?:nao|may|bao nhieu)|so may|so hieu|so bao nhieu|ai ky|nguoi ky"
    issued = rf"\b(?:{paper}) (?:so )?\d[\w/-]*(?: \w+)* ban hanh"
    return re.search(asked, text) is not None or re.search(issued, text) is not None


def _lists(cues: frozenset[str], agencies: Sequence[str]) -> bool:
    """A list of table rows, rather than the duties under an agency's heading."""
    filters = {"role_lead", "role_coordinate", "role_only_coordinate", "role_co_lead", "kind_standing", "role_given"}
    return bool(cues & (filters | {"kind_recurring", "table"})) or not agencies
