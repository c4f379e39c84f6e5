"""How well a passage fits a question's topic: pure functions, constants explained.

coverage  = share of the topic's weight (IDF) found in the passage
adjacency = share of the topic's neighbouring pairs that are neighbours there too
focus     = share of the best field's weight that the question asks for
own       = coverage by what only this row says
score     = COVERAGE * coverage + ADJACENCY * adjacency + FOCUS * focus + OWN * own
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.search.corpus import Corpus, sound
from knowledge.search.features import Features, Field
from knowledge.text import Folded
from knowledge.understanding.lexicon import Phrase
from knowledge.understanding.question import Term


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the score and what an inexact match is worth.

    Found by trying on question sets of our own; each can be switched off (0) for an ablation.
    """

    coverage: float = 0.55
    adjacency: float = 0.30
    focus: float = 0.15
    synonym: float = 0.6
    slip: float = 0.8
    initials: float = 0.7
    heading: float = 0.5
    """A word that stands only in the headings above a clause."""
    own: float = 0.08
    """Tells rows of one merged title apart."""
    field_pull: float = 0.35
    """How much the best single field's coverage counts beside the whole's."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A term with its weight in this corpus."""

    term: Term
    weight: float
    near: tuple[Folded, ...]
    parts: Phrase


def weigh(terms: Sequence[Term], corpus: Corpus) -> tuple[Weighed, ...]:
    """Terms with IDF weights; near spellings only for words that the papers do not know."""
    return tuple(
        Weighed(term, term.weight * corpus.idf(term.text), corpus.near(term.text), corpus.parts(term.text))
        for term in terms
    )


def term_match(weighed: Weighed, field: Field, weights: Weights) -> float:
    """From 0 (not there) to 1 (there as asked)."""
    term = weighed.term
    if term.text in field.known:
        return 1.0
    if any(_holds(field, phrase) for phrase in term.readings):
        return 1.0
    if weighed.parts and _holds(field, weighed.parts):
        return 1.0
    if weights.slip and any(word in field.known for word in weighed.near):
        return weights.slip
    if weights.synonym and any(_holds(field, phrase) for phrase in term.synonyms):
        return weights.synonym
    return 0.0


def _holds(field: Field, phrase: Phrase) -> bool:
    if not all(word in field.known for word in phrase):
        return False
    return all(pair in field.pairs for pair in pairwise(phrase))


def coverage(terms: Sequence[Weighed], field: Field, headings: Field, weights: Weights) -> float:
    """Weight of the terms found over the weight of all."""
    total = sum(term.weight for term in terms)
    if not total:
        return 0.0
    found = 0.0
    for term in terms:
        match = term_match(term, field, weights)
        if match < weights.heading:
            match = max(match, weights.heading * term_match(term, headings, weights))
        found += term.weight * match
    return found / total


def adjacency(terms: Sequence[Weighed], field: Field) -> float:
    """Weight of neighbouring term pairs that are neighbours in `field`, over the weight of all pairs."""
    total = found = 0.0
    for first, second in pairwise(terms):
        if second.term.place - first.term.place != 1:
            continue
        if max(first.term.weight, second.term.weight) < 1:
            continue
        weight = (first.weight + second.weight) / 2
        total += weight
        if any(pair in field.pairs for pair in _pairs(first, second)):
            found += weight
    return found / total if total else 0.0


def _pairs(first: Weighed, second: Weighed) -> list[tuple[Folded, Folded]]:
    return [(a, b) for a in (first.term.text, *first.near[:4]) for b in (second.term.text, *second.near[:4])]


def focus(terms: Sequence[Weighed], field: Field, corpus: Corpus) -> float:
    """Share of the field's own weight that the question names."""
    asked: set[str] = {term.term.text for term in terms}
    for term in terms:
        asked.update(term.near)
        for phrase in (*term.term.readings, *term.term.synonyms):
            asked.update(phrase)
    total = sum(corpus.idf(word) for word in field.known)
    return sum(corpus.idf(word) for word in field.known if word in asked) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """How a passage fits: the score, its coverage and the best field."""

    score: float
    coverage: float
    best_field: int


def fit(terms: Sequence[Weighed], features: Features, corpus: Corpus, weights: Weights) -> Fit:
    """Score one passage."""
    whole = coverage(terms, features.whole, features.headings, weights)
    per_field = [
        coverage(terms, field, features.headings, weights) + 0.5 * adjacency(terms, field)
        for field in features.fields
    ]
    best = max(range(len(per_field)), key=per_field.__getitem__, default=0)
    field = features.fields[best] if features.fields else features.whole
    pull = weights.field_pull
    near = coverage(terms, field, features.headings, weights)
    covered = (1 - pull) * whole + pull * near
    adjacent = (1 - pull) * adjacency(terms, features.whole) + pull * adjacency(terms, field)
    told = focus(terms, field, corpus)
    own = coverage(terms, features.own or field, features.headings, weights)
    score = weights.coverage * covered + weights.adjacency * adjacent + weights.focus * told
    score += weights.own * own
    return Fit(score, whole, best)


__all__ = ["Fit", "Weighed", "Weights", "adjacency", "coverage", "fit", "focus", "sound", "term_match", "weigh"]
