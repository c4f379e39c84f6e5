"""When a question may be asked again in other words, and when the new answer may stand.

The rules have already refused to answer. So the rewritten question must ask for the
same thing with the same figures, papers and agencies, and what it finds must be about
what the person typed: a refusal never becomes an answer to another question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import fuzz

from knowledge.qa.compose.answer import Answer, Status
from knowledge.qa.query.papers import other_numbers
from knowledge.qa.query.question import TASK_INTENTS, Intent, Question, Term
from knowledge.text import Folded, fold, syllables

MAX_QUESTION = 400
"""Characters of a message that may still be an unclear question, rather than a text."""
MIN_TOPIC = 2
"""Fewer words of a topic leave everything to the model's fancy."""
KEPT = 0.6
"""Least share of the typed topic words that the rewritten question keeps, misspelt ones by likeness."""
FOUND = 0.5
"""Least share of them that the evidence must hold."""
_LIKE = 75
"""Likeness, of 100, of two syllables that may be one with a slip."""

_REFUSED = {"injection", "actual", "person"}
_UNSURE = TASK_INTENTS | {Intent.TARGET, Intent.OTHER}


def may_be_rewritten(question: Question, answer: Answer) -> bool:
    """The rules were unsure; they did not refuse an order, a false premise or what no plan tells."""
    unsure = answer.status is Status.NOT_FOUND or (answer.status is Status.CLARIFY and bool(answer.options))
    refused = question.cues & _REFUSED or question.papers.missing_years or question.intent not in _UNSURE
    foreign = other_numbers(fold(question.raw), question.papers)
    return unsure and not refused and not foreign and _is_short(question)


def _is_short(question: Question) -> bool:
    return len(question.raw) <= MAX_QUESTION and len(question.topic) >= MIN_TOPIC


def keeps_question(before: Question, after: Question) -> bool:
    """Whether `after` asks what `before` asks, with nothing added that would choose an answer."""
    if after.cues & _REFUSED or (before.intent is not Intent.OTHER and after.intent is not before.intent):
        return False
    if Counter(re.findall(r"\d+", before.raw)) != Counter(re.findall(r"\d+", after.raw)):
        return False
    if {plan.id for plan in before.papers.plans} != {plan.id for plan in after.papers.plans}:
        return False
    typed = syllables(before.raw)
    added = set(after.agencies) - set(before.agencies)
    if set(before.agencies) - set(after.agencies) or any(not _all_like(fold(name), typed) for name in added):
        return False
    return _share(before.topic, [Folded(word) for word in after.text.split()]) >= KEPT


def may_replace(before: Question, old: Answer, new: Answer) -> bool:
    """Whether the rewritten question's answer may go out instead of the refusal or choice."""
    if new.status is not Status.ANSWERED or len(new.sources) != 1:
        return False
    if old.options and not _is_offered(old, new):
        return False
    return _share(before.topic, syllables(_evidence(new))) >= FOUND


def _is_offered(old: Answer, new: Answer) -> bool:
    tasks = {option.task_id for option in old.options if option.task_id is not None}
    if new.tasks and tasks:
        return new.tasks[0].id in tasks
    return new.sources[0].plan.id in {option.plan_id for option in old.options}


def _evidence(answer: Answer) -> str:
    reference = answer.sources[0]
    cells = [" ".join(reference.source.section_path), reference.source.quote]
    for live in answer.tasks[:1]:
        row = live.task
        cells += [row.section or "", row.title, row.activity or "", row.product or "", *row.lead, *row.coordinating]
    return " ".join(cells)


def _share(topic: Iterable[Term], words: Iterable[Folded]) -> float:
    known = set(words)
    found = [any(_is_in(phrase, known) for phrase in _phrases(term)) for term in topic]
    return sum(found) / len(found) if found else 0.0


def _phrases(term: Term) -> list[tuple[Folded, ...]]:
    return [(term.text,), *term.readings, *term.synonyms]


def _is_in(phrase: Iterable[Folded], known: set[Folded]) -> bool:
    return all(word in known or (len(word) > 2 and _like(word, known)) for word in phrase)


def _like(word: Folded, known: Iterable[Folded]) -> bool:
    return any(fuzz.ratio(word, other) >= _LIKE for other in known)


def _all_like(name: Folded, typed: list[Folded]) -> bool:
    """An agency that the rules did not see through its misspelling: each of its words was typed, about so."""
    return all(word in typed or _like(word, typed) for word in syllables(name))
