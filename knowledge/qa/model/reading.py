"""How a language model reads a question that the rules were unsure of, and what of that reading is believed.

A reading chooses among what we know: a kind of answer, fields, the papers of a list. Its words must have been typed,
about so: they are read by the rules once more, now without slips. So a model can add nothing to a question, drop
nothing that a person wrote without a slip, and turn no refusal of the rules into another question's answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, BeforeValidator
from rapidfuzz.distance import OSA

from knowledge.library import LivePlan
from knowledge.qa.compose.answer import Answer, Status
from knowledge.qa.query.followups import FEW_TERMS
from knowledge.qa.query.intents import FIELD_INTENTS
from knowledge.qa.query.papers import PaperRef, other_numbers
from knowledge.qa.query.question import TASK_INTENTS, Intent, Question, Term, Understander
from knowledge.qa.query.topic import LIKELY
from knowledge.qa.query.wanted import MODES, Asked, Mode, Wanted
from knowledge.qa.search.corpus import VOWELS
from knowledge.syllables import is_folded_syllable
from knowledge.text import Folded, fold, syllables

MAX_QUESTION = 400
"""Characters of a message that may still be an unclear question, rather than a text."""
MIN_TOPIC = 2
"""Fewer words of a topic leave everything to the model's fancy."""
TITLED = 0.6
"""Least share of a title's own words that name the paper; people leave out its end."""

_REFUSED = {"injection", "actual", "person"}
_UNSURE = TASK_INTENTS | {Intent.TARGET, Intent.OTHER}
_LISTS = frozenset((Intent.LIST, Intent.DUTY))
_INTENTS = {
    Mode.TARGET: Intent.TARGET, Mode.LIST: Intent.LIST, Mode.COUNT: Intent.LIST, Mode.COMPARE: Intent.COMPARE,
    Mode.SUMMARY: Intent.SUMMARY, Mode.PAPER: Intent.DOCUMENT,
}  # fmt: skip
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


class Reading(BaseModel):
    """The JSON object that a model answers with.

    Attributes:
        mode: "help" for what is no question of the papers.
        agencies, period, topic: the person's words, spelled right.
        plan: number in the list of papers that was given.
    """

    mode: Mode
    fields: Annotated[tuple[Wanted, ...], BeforeValidator(lambda given: given or ())] = ()
    agencies: Annotated[tuple[str, ...], BeforeValidator(lambda given: given or ())] = ()
    plan: int | None = None
    period: str | None = None
    topic: str | None = None

    @property
    def words(self) -> str:
        """All that the person is said to have typed, for the rules to read."""
        return ", ".join(filter(None, (self.topic, *self.agencies, self.period)))


def is_unsure(question: Question, answer: Answer, *, leaned: bool) -> bool:
    """The rules found nothing certain; they did not refuse an order, a false premise or what no plan tells.

    Args:
        leaned: whether there is a chat before it that a short message may lean on.
    """
    if question.cues & _REFUSED or question.papers.missing_years or len(question.raw) > MAX_QUESTION:
        return False
    if other_numbers(fold(question.raw), question.papers):
        return False
    if leaned and ("follow" in question.cues or len(question.topic) <= FEW_TERMS):
        return False
    if question.intent in _LISTS:  # words that were taken for a topic leave nothing on the list
        return answer.status is Status.NOT_FOUND and bool(question.agencies and question.topic)
    unsure = answer.status is Status.NOT_FOUND or (answer.status is Status.CLARIFY and bool(answer.options))
    return unsure and question.intent in _UNSURE and len(question.topic) >= MIN_TOPIC


def believed(
    reading: Reading,
    raw: str,
    before: Question,
    listed: Sequence[LivePlan],
    words: Collection[Folded],
    reader: Understander,
    as_of: date,
) -> Question | None:
    """The question as the model reads it; None where it contradicts the rules, or adds or drops anything.

    Args:
        raw: as it was typed.
        before: as the rules read it.
        listed: the papers whose numbers the model was given, from 1 on.
        words: the papers' syllables.
    """
    typed = _typed(raw, before)
    intent = _intent(reading, before.intent)
    papers = _papers(reading.plan, before, listed, _figured(raw))
    named = syllables(" ".join(reading.agencies))
    free = {word for word in reader.lexicon.folded_stopwords if not word.isdigit()} - {*named}
    strange = [word for word in _figured(reading.words) if word not in free and not _is_like(word, typed)]
    if intent is None or papers is None or strange:
        return None
    after = reader.read(", ".join((reading.words, *(f"năm {year}" for year in before.papers.years))), listed, as_of)
    agencies = _agencies(raw, before, after, reader)
    if agencies is None or (reading.period and after.period is None):
        return None
    told = syllables(" ".join((reading.words, *(_label(plan) for plan in papers.plans if reading.plan))))
    lost = [term for term in before.topic if not any(_all_like(phrase, told) for phrase in _phrases(term))]
    if not all(_may_be_lost(term, raw, before, words, reader) for term in lost):
        return None
    if intent in _LISTS:
        enough = bool(agencies) and (before.intent in _LISTS or not after.topic)
    elif intent is Intent.SUMMARY:
        enough = bool(papers.plans) and not after.topic
    else:
        enough = len(after.topic) >= MIN_TOPIC
    if not enough:
        return None
    asked = Asked(reading.mode, tuple(float(mode is reading.mode) for mode in MODES), reading.fields)
    return replace(
        before,
        intent=intent,
        terms=after.terms or tuple(replace(term, weight=0.0) for term in before.terms),
        agencies=agencies,
        papers=papers,
        period=before.period or after.period,
        asked=asked,
    )


def may_replace(old: Answer, new: Answer) -> bool:
    """Whether the answer to the question as read may go out instead of the refusal or choice."""
    if new.status is not Status.ANSWERED or not old.options:
        return new.status is Status.ANSWERED
    tasks = {option.task_id for option in old.options if option.task_id is not None}
    if new.tasks and tasks:
        return {task.id for task in new.tasks} <= tasks
    return {source.plan.id for source in new.sources} <= {option.plan_id for option in old.options}


def _intent(reading: Reading, before: Intent) -> Intent | None:
    """What is asked for; what the rules saw asked stays."""
    wanted = frozenset(reading.fields)
    if reading.mode is Mode.FACT:
        intent = FIELD_INTENTS.get(wanted & frozenset().union(*FIELD_INTENTS), Intent.OTHER)
        seen = next((fields for fields, each in FIELD_INTENTS.items() if each is before), frozenset())
        return before if wanted & seen else intent if before is Intent.OTHER else None
    found = _INTENTS.get(reading.mode)
    if before is Intent.OTHER or before is found:
        return found
    return before if {found, before} <= _LISTS else None


def _agencies(raw: str, before: Question, after: Question, reader: Understander) -> tuple[str, ...] | None:
    """Those that the rules found, and those they did not see for slips; None where one was seen and left aside."""
    added = [name for name in after.agencies if name not in before.agencies]
    if {*added, *before.agencies} & {*before.filters.excluded} or (added and reader.agencies.find(raw)):
        return None
    return (*before.agencies, *added)


def _papers(
    number: int | None, before: Question, listed: Sequence[LivePlan], typed: Collection[Folded]
) -> PaperRef | None:
    """The papers asked about; None where the model chose one that was not named."""
    if number is None:
        return before.papers
    if not 0 < number <= len(listed):
        return None
    plan = listed[number - 1]
    if before.papers.plans:
        return before.papers if plan.id in {each.id for each in before.papers.plans} else None
    named = [each for each in listed if _is_named(each, typed)]
    return PaperRef((plan,), before.papers.years, exact=True) if named == [plan] else None


def _is_named(plan: LivePlan, typed: Collection[Folded]) -> bool:
    """Whether a paper's kind stands in a message, and its number or most of its title's own words."""
    issuer = {*syllables(plan.metadata.issuer or ""), Folded("nam")}
    title = [word for word in syllables(plan.metadata.title or "") if word not in issuer and not word.isdigit()]
    told = sum(_is_like(word, typed) for word in title)
    named = re.split(r"\D", plan.metadata.number or "")[0] in typed or told >= max(TITLED * len(title), MIN_TOPIC)
    return named and _all_like(syllables(plan.metadata.kind or ""), typed)


def _label(plan: LivePlan) -> str:
    return f"{plan.metadata.kind} {(plan.metadata.number or '').replace('/', ' ')} {plan.metadata.title}"


def _typed(raw: str, question: Question) -> set[Folded]:
    """The words of a message, and what its abbreviations and agencies stand for."""
    said = {word for term in question.terms for phrase in _phrases(term) for word in phrase}
    return {*said, *_figured(" ".join((raw, *question.agencies)))}


def _figured(text: str) -> list[Folded]:
    """The syllables of a text, roman figures as figures."""
    return [Folded(_ROMAN.get(word, word)) for word in syllables(text.replace("/", " "))]


def _phrases(term: Term) -> list[tuple[Folded, ...]]:
    return [(term.text,), *term.readings, *term.synonyms]


def _may_be_lost(term: Term, raw: str, question: Question, words: Collection[Folded], reader: Understander) -> bool:
    """Whether a word asks, or is a slip: no figure, no abbreviation, no word that papers have."""
    word, asking = term.text, reader.lexicon.vocabulary
    if word in asking and term.chance < LIKELY:
        return not word.isdigit()
    if word not in syllables(raw):
        return word in syllables(question.raw)  # the rules put it right, and an abbreviation they would write out
    if word in words or not set(word) & VOWELS:
        return False
    return not is_folded_syllable(word) or _by_ear(word) in map(_by_ear, asking)


def _all_like(phrase: Iterable[Folded], others: Collection[Folded]) -> bool:
    return all(_is_like(word, others) for word in phrase)


def _is_like(word: Folded, others: Collection[Folded]) -> bool:
    """Whether one of `others` is the same syllable, perhaps with a slip."""
    if word in others:
        return True
    return word.isalpha() and any(
        _by_ear(word) == _by_ear(other) or (max(len(word), len(other)) > 2 and OSA.distance(word, other) <= 1)
        for other in others
    )


@lru_cache(maxsize=4096)
def _by_ear(word: str) -> str:
    """A syllable as it may be written by ear: "fải", "phải"; "kák", "cách"; "zoah", "doanh"."""
    for pattern, sound in _BY_EAR:
        word = pattern.sub(sound, word)
    return word


_BY_EAR = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("^(?:ngh?|gh?)(?!i[aeou])", "g"), ("^(?:qu|w)", "w"), ("^(?:kh|k|c(?!h))", "k"), ("^ph", "f"),
        ("^(?:tr|ch)", "c"), ("^th", "t"), ("^(?:gi(?=[aeou])|gi|d|r|v)", "z"), ("^x", "s"), ("^n(?!h)", "l"),
        ("[yj]", "i"), ("(?:ng|nh|n|(?<=[aeiou])[gh])$", "n"), ("(?:ch|c|k|t)$", "t"),
    )
)  # fmt: skip
