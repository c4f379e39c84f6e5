"""What an earlier turn lends to a short message: its topic, its papers, its task.

A message leans on the chat when it points back ("việc đó", "còn Sở Tư pháp?") or has
hardly any topic of its own. An earlier message is only ever a topic, never an order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.qa.query.filters import NO_FILTERS
from knowledge.qa.query.intents import KINDS, ROLES
from knowledge.qa.query.papers import PaperRef
from knowledge.qa.query.periods import Period
from knowledge.qa.query.question import LEAST_CHANCE, TASK_INTENTS, Intent, Question, Term
from knowledge.qa.query.topic import LIKELY
from knowledge.text import syllables

GOES_ON_WITH = "follow"
"""Cue of a message that takes up what was said before: "còn nhãn thì sao?"."""
FEW_TERMS = 2
"""With more topic words than this a message stands by itself."""

_ORDINALS = {"nhat": 1, "dau": 1, "dau tien": 1, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5}
_NTH = re.compile(r"\b(?:thu|so|phuong an|cai|viec|y|muc) (\d{1,2}|nhat|hai|ba|bon|tu|nam|dau tien)\b")


def leans(question: Question, before: Question) -> bool:
    """True when the message needs the chat to be understood."""
    terms = len(question.topic)
    if GOES_ON_WITH in question.cues:
        return terms <= FEW_TERMS + 1
    if question.intent is Intent.LIST:
        return not (_own_filters(question) or question.papers.plans) and before.intent in (Intent.LIST, Intent.DUTY)
    if terms > FEW_TERMS or asks_many(question):
        return False
    if not terms:
        return not (question.agencies and question.papers.plans)
    # Words of its own and an office: "Sở Nội vụ báo cáo khi nào" is a whole question in any chat.
    known = {term.text for term in before.terms}
    return not question.agencies and all(term.text in known for term in question.topic)


def asks_many(question: Question) -> bool:
    """ "Việc nào quá hạn", "cơ quan nào chưa báo cáo": of all that is tracked, not of the task of the chat."""
    sought = question.sought
    return sought is not None and (sought.many or sought.offices)


def goes_on(question: Question) -> bool:
    """ "Thế hội nghị chuyên môn thì bao lâu?": a topic of its own, in the paper that the chat is about."""
    return GOES_ON_WITH in question.cues and not question.papers.plans and not question.papers.missing_years


def narrows_list(question: Question, before: Question) -> bool:
    """ "Chỉ việc hạn quý 2 thôi", "trong đó việc nào của Sở X": some of what was listed, by filters of its own."""
    listed = before.intent in (Intent.LIST, Intent.DUTY)
    return listed and "narrow" in question.cues and _own_filters(question) and not question.papers.plans


def _own_filters(question: Question) -> bool:
    """Whether a list is narrowed by the message itself, papers aside."""
    said = question.agencies or question.period or question.filters != NO_FILTERS or question.cues & KINDS
    return bool(said) or any(term.chance >= LIKELY for term in question.topic)


def narrowed(question: Question, before: Question) -> Question:
    """`question` as a list, in the papers and of the agencies of `before` where it names none."""
    period = _of_year(question.period, before.papers, before.period)
    agencies = question.agencies or tuple(a for a in before.agencies if a not in question.filters.excluded)
    return replace(question, intent=Intent.LIST, papers=before.papers, agencies=agencies, period=period)


def in_paper(question: Question, before: Question, papers: PaperRef, offices: Sequence[str]) -> Question:
    """`question` about the papers of the chat, asking what was asked before where it does not say.

    Args:
        offices: who leads what the last answer told; else the offices that were asked about go on.
    """
    intent = before.intent if question.intent is Intent.OTHER else question.intent
    agencies = question.agencies or tuple(offices) or before.agencies
    return replace(question, papers=papers, intent=intent, agencies=agencies)


def beside(question: Question, before: Question) -> Question:
    """A question behind another one of the same message: it asks the same where it does not say what ("còn việc Y thì
    sao"), and many tasks of the same agency.
    """
    intent = before.intent if question.intent is Intent.OTHER else question.intent
    many = intent in (Intent.LIST, Intent.PROGRESS)
    return replace(question, intent=intent, agencies=question.agencies or (before.agencies if many else ()))


def chosen(question: Question, options: int) -> int | None:
    """Index of the option that the message picks, or None."""
    if not options or question.agencies:
        return None  # "sở Tư pháp" is no "số tư"
    text = question.text
    match = re.fullmatch(r"(?:\w+ ){0,3}?(\d{1,2})(?: \w+)?", text)
    number = int(match[1]) if match and "choice" in question.cues else None
    if number is None and (nth := _NTH.search(text)):
        number = _ORDINALS.get(nth[1]) or (int(nth[1]) if nth[1].isdigit() else None)
    if number is None and "choice" in question.cues:
        number = next((n for word, n in _ORDINALS.items() if text.endswith(word)), None)
        if re.search(r"\bcuoi\b", text):
            number = options
    return number - 1 if number is not None and 1 <= number <= options else None


def keeps_task(question: Question, before: Question) -> bool:
    """Only the asked-for cell changes: "hạn khi nào?", "phối hợp cùng ai?"."""
    same_agency = not question.agencies or set(question.agencies) <= set(before.agencies)
    asks_field = question.intent in TASK_INTENTS or question.intent is Intent.PROGRESS or question.asks_recipient
    return asks_field and same_agency and not question.papers.plans


def merged(question: Question, before: Question) -> Question:
    """`question` with what it leaves unsaid taken from `before`."""
    intent = question.intent
    if intent is Intent.OTHER or (intent is Intent.LEAD and not question.cues & {"who"}):
        intent = before.intent
    papers = question.papers if question.papers.plans or question.papers.missing_years else before.papers
    return replace(
        question,
        intent=intent,
        papers=papers,
        terms=joined_terms(question, before),
        agencies=question.agencies or before.agencies,
        period=_of_year(question.period, papers, before.period) or before.period,
        sought=question.sought or before.sought,
        filters=question.filters if question.filters != NO_FILTERS else before.filters,
        cues=question.cues if question.cues & (ROLES | KINDS) else question.cues | before.cues & (ROLES | KINDS),
    )


def joined_terms(question: Question, before: Question) -> tuple[Term, ...]:
    """The topic of `question` with that of `before` behind it, whose words count where they stand and are not missed
    elsewhere; that of `before` alone where there is no other.
    """
    when = syllables(question.period.words) if question.period else []
    goes_on_with = GOES_ON_WITH in question.cues
    likely = [t for t in question.topic if t.chance >= LIKELY or (goes_on_with and t.text not in when)]
    own = {term.text for term in likely}
    if own <= {term.text for term in before.terms}:
        return before.terms
    beyond = max(term.place for term in question.terms) + 2
    faded = [replace(t, place=t.place + beyond, chance=LEAST_CHANCE) for t in before.terms if t.text not in own]
    return (*(replace(t, chance=1.0) if t in likely else t for t in question.terms), *faded)


def _of_year(period: Period | None, papers: PaperRef, before: Period | None) -> Period | None:
    """A period that says no year in the year that the chat is about: of its papers, or of the period before."""
    if period is None or period.year_named or period.nearest:
        return period
    years = set(papers.years)
    if len(years) != 1 and before is not None and before.year_named:
        years = {day.year for day in (before.start, before.end) if day}
    return replace(period.in_year(years.pop()), year_named=True) if len(years) == 1 else period
