"""How well a passage fits a question's topic: pure functions, constants explained.

coverage  = share of the topic's weight (IDF) found in the passage
adjacency = share of the topic's neighbouring pairs that are neighbours there too
focus     = share of the best field's weight, the title's words aside, that the question asks for
own       = coverage by what only this row says
score     = COVERAGE * coverage + ADJACENCY * adjacency + FOCUS * focus + OWN * own
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.qa.query.lexicon import Phrase
from knowledge.qa.query.question import Term
from knowledge.qa.query.topic import LIKELY
from knowledge.qa.search.corpus import VOWELS, Corpus, sound
from knowledge.qa.search.features import NO_FIELD, Features, Field
from knowledge.text import Folded

# A Vietnamese syllable, folded. What is none ("pci", "226", "ioc") stands nowhere by chance.
_SYLLABLE = re.compile(r"(?:ngh|[cgknpt]h|ng|gi|qu|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?")


LONGEST_ABBREVIATION = 6
RAREST = 3
"""So many of the rarest words of a topic tell it from another."""


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
    """An abbreviation that no list knows, matched as the first letters of neighbouring words."""
    other_accents: float = 0.5
    """The same letters with other accents: another word, or a slip on either side."""
    missing_accents: float = 0.8
    """Typed without accents among accented words: mostly a slip."""
    may_be_topic: float = 0.3
    """A word of asking with this weight vouches for its neighbour: without accents "trong" may be "trồng"."""
    lone: float = 0.3
    """A topic word that stands there without any of its neighbours."""
    heading: float = 0.5
    """A word that stands only in the headings above a clause."""
    title: float = 0.9
    """A word that stands only in the paper's title: it tells which paper is meant, and nothing of which clause."""
    own: float = 0.08
    """Tells rows of one merged title apart."""
    field_pull: float = 0.35
    """How much the best single field's coverage counts beside the whole's."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A term with its weight in this corpus.

    Attributes:
        forms: the syllable and its near spellings, any of which may stand in the text.
        phrases: readings and parts; each must stand there whole.
        signs: one of these syllables stands wherever the term does in other words than its own,
            abbreviations that no list knows aside.
    """

    term: Term
    text: Folded
    weight: float
    near: tuple[Folded, ...]
    phrases: tuple[Phrase, ...]
    signs: frozenset[Folded]
    abbreviation: bool = False
    before: str = ""
    """The words beside an abbreviation, by which its place in a text is known."""
    after: str = ""


def weigh(terms: Sequence[Term], corpus: Corpus, plan_ids: Collection[int] = ()) -> tuple[Weighed, ...]:
    """Terms with IDF weights; near spellings only for words that the papers do not know.

    A word of asking stays only beside a topic word, where the pair may tell something.
    """
    strong = {term.place for term in terms if term.weight >= 1}
    kept = [term for term in terms if not strong or {term.place - 1, term.place, term.place + 1} & strong]
    weighed = [_weighed(term, corpus, plan_ids) for term in kept]
    for place, item in enumerate(weighed):
        if item.abbreviation:
            weighed[place] = replace(item, before=_beside(weighed, place, -1), after=_beside(weighed, place, 1))
    return tuple(weighed)


def _beside(weighed: Sequence[Weighed], place: int, step: int) -> str:
    other = place + step
    if not 0 <= other < len(weighed):
        return ""
    near = weighed[other].term.place - weighed[place].term.place == step
    return weighed[other].text if near else ""


def _is_abbreviation(term: Term) -> bool:
    """Typed in capitals, or with no vowel: no word of the language."""
    word = term.text
    if not 2 <= len(word) <= LONGEST_ABBREVIATION or not word.isalpha():
        return False
    return term.capitals or not set(word) & VOWELS


def _weighed(term: Term, corpus: Corpus, plan_ids: Collection[int]) -> Weighed:
    parts = corpus.parts(term.text)
    phrases = (*term.readings, *((parts,) if parts else ()), *corpus.written_out(term.text))
    near = corpus.near(term.text)
    if term.accented is not None and term.accented != term.text:
        near = tuple(word for word in near if sound(word) == sound(term.text))
    weight = term.weight * corpus.idf_within(term.text, plan_ids)
    signs = frozenset((*near, *(phrase[0] for phrase in (*phrases, *term.synonyms))))
    return Weighed(term, term.text, weight, near, phrases, signs, _is_abbreviation(term))


def term_match(weighed: Weighed, field: Field, weights: Weights) -> float:
    """From 0 (not there) to 1 (there as asked)."""
    if weighed.text in field.known:
        return _spelling(weighed, field, weights)
    if not weighed.abbreviation and field.known.isdisjoint(weighed.signs):
        return 0.0  # most terms in most places
    return _other_match(weighed, field, weights)


def _other_match(weighed: Weighed, field: Field, weights: Weights) -> float:
    """A term that stands there in other words, if at all."""
    if weighed.phrases and any(_holds(field, phrase) for phrase in weighed.phrases):
        return 1.0
    if weighed.near and weights.slip and not field.known.isdisjoint(weighed.near):
        return weights.slip
    if weighed.abbreviation and weights.initials and _stands_for(weighed, field):
        return weights.initials
    synonyms = weighed.term.synonyms
    if synonyms and weights.synonym and any(_holds(field, phrase) for phrase in synonyms):
        return weights.synonym
    return 0.0


def _stands_for(weighed: Weighed, field: Field) -> bool:
    """The abbreviation's letters begin neighbouring words; of two letters only beside a word of the question."""
    letters = weighed.text
    at = field.initials.find(letters)
    while at >= 0:
        end = at + len(letters)
        if len(letters) > 2 or _continues(weighed, field, at, end):
            return True
        at = field.initials.find(letters, at + 1)
    return False


def _continues(weighed: Weighed, field: Field, first: int, end: int) -> bool:
    words = field.words
    if weighed.before and first and words[first - 1] == weighed.before:
        return True
    if not weighed.after or end >= len(words):
        return False
    after = weighed.after
    return words[end] == after or (not set(after) & VOWELS and field.initials.startswith(after, end))


def _spelling(weighed: Weighed, field: Field, weights: Weights) -> float:
    """Less than 1 for a syllable that stands there with other accents only."""
    accented = weighed.term.accented
    if accented is None or accented in field.accented:
        return 1.0
    if accented == weighed.text:
        return weights.missing_accents
    return weights.other_accents


def _holds(field: Field, phrase: Phrase) -> bool:
    if len(phrase) == 1:
        return phrase[0] in field.known
    return field.known.issuperset(phrase) and all(field.beside(*pair) for pair in pairwise(phrase))


def coverage(terms: Sequence[Weighed], field: Field, headings: Field, weights: Weights) -> float:
    """Weight of the terms found over the weight of all."""
    return _Cover(terms, weights).of(field, _Above(terms, headings, NO_FIELD, weights))


class _Matches:
    """How each term matches a field, found out once, where it is asked."""

    __slots__ = ("_found", "_terms", "_weights", "field")

    def __init__(self, terms: Sequence[Weighed], field: Field, weights: Weights) -> None:
        self.field = field
        self._terms = terms
        self._weights = weights
        self._found: list[float | None] = [None] * len(terms)

    def __getitem__(self, place: int) -> float:
        match = self._found[place]
        if match is None:
            match = self._found[place] = term_match(self._terms[place], self.field, self._weights)
        return match


class _Above(_Matches):
    """How each term matches what stands above a passage: the headings, and the paper's title among them."""

    __slots__ = ("_title", "base")

    def __init__(self, terms: Sequence[Weighed], headings: Field, title: Field, weights: Weights) -> None:
        super().__init__(terms, headings, weights)
        self._title = _Matches(terms, title, weights)
        self.base: tuple[list[float], float, float] | None = None
        """What coverage begins with below this; made by `_Cover`."""

    def worth(self, place: int) -> float:
        """What a term counts that stands above alone."""
        weights = self._weights
        if not self.field.known:
            return 0.0
        return max(weights.heading * self[place], weights.title * self._title[place] if weights.title else 0.0)


class _Cover:
    """Coverage of fields by the terms of one question.

    Most terms stand in no field: which of them may is told by one intersection of syllables.
    """

    def __init__(self, terms: Sequence[Weighed], weights: Weights) -> None:
        self._terms = terms
        self._weights = weights
        self._total = sum(term.weight * term.term.chance for term in terms)
        self._places: dict[Folded, list[int]] = {}
        for place, term in enumerate(terms):
            for sign in {term.text, *term.signs}:
                self._places.setdefault(sign, []).append(place)
        self._signs = frozenset(self._places)
        # The letters of an abbreviation that no list knows may stand in any field.
        self._anywhere = [place for place, term in enumerate(terms) if term.abbreviation]

    def of(self, field: Field, headings: _Above) -> float:
        """Weight of the terms found over the weight of all; a term in the headings alone counts in part."""
        if not self._total:
            return 0.0
        signs = self._signs & field.known
        base = headings.base
        if base is None:
            base = headings.base = self._by_headings(headings)
        matches, found, total = base
        for place in self._touched(signs):
            term = self._terms[place]
            match = term_match(term, field, self._weights)
            if match > matches[place]:
                found += _counted(term, match) * match - _counted(term, matches[place]) * matches[place]
                total += _counted(term, match) - _counted(term, matches[place])
        return found / total

    def standing(self, field: Field) -> set[int]:
        """Places of the terms that may stand in the field; no other does."""
        return self._touched(self._signs & field.known)

    def _touched(self, signs: frozenset[Folded]) -> set[int]:
        touched = set(self._anywhere)
        for sign in signs:
            touched.update(self._places[sign])
        return touched

    def _by_headings(self, headings: _Above) -> tuple[list[float], float, float]:
        """How each term matches by the headings alone, the weight found so, and that of all."""
        matches = [headings.worth(place) for place in range(len(self._terms))]
        counted = [_counted(term, match) for term, match in zip(self._terms, matches, strict=True)]
        return matches, sum(c * m for c, m in zip(counted, matches, strict=True)), sum(counted)


def _counted(term: Weighed, match: float) -> float:
    """The weight that a term counts with: that of an unlikely one only as far as it is found."""
    chance = term.term.chance
    return term.weight * (chance + (1 - chance) * match)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Neighbouring terms, with their weights.

    Attributes:
        each: the pair, its near spellings, its weight.
    """

    each: tuple[tuple[tuple[Folded, Folded], tuple[tuple[Folded, Folded], ...], float, float], ...]
    total: float

    @classmethod
    def of(cls, terms: Sequence[Weighed]) -> _Pairs:
        """Of the terms, in their order."""
        total = 0.0
        pairs = []
        for first, second in pairwise(terms):
            if second.term.place - first.term.place != 1:
                continue
            if first.term.weight < 1 and second.term.weight < 1:
                continue
            weight = (first.weight + second.weight) / 2
            chance = min(first.term.chance, second.term.chance)
            total += weight * chance
            pairs.append(((first.text, second.text), _near_pairs(first, second), weight, weight * (1 - chance)))
        return cls(tuple(pairs), total)

    def adjacency(self, field: Field) -> float:
        """Weight of those that are neighbours in `field`, over the weight of all."""
        found, total = 0.0, self.total
        for pair, near, weight, unlikely in self.each:
            if field.beside(*pair) or any(field.beside(*other) for other in near):
                found += weight
                total += unlikely
        return found / total if total else 0.0


def _near_pairs(first: Weighed, second: Weighed) -> tuple[tuple[Folded, Folded], ...]:
    """The pair in every near spelling of either word; none where neither has any."""
    if not first.near and not second.near:
        return ()
    return tuple((a, b) for a in (first.text, *first.near[:4]) for b in (second.text, *second.near[:4]))


def _together(first: Weighed, second: Weighed, field: Field, headings: Field) -> bool:
    if field.beside(first.text, second.text) or headings.beside(first.text, second.text):
        return True
    if any(field.beside(*pair) for pair in _near_pairs(first, second)):
        return True
    return any(len(phrase) > 1 and _holds(field, phrase) for phrase in (*first.phrases, *second.phrases))


def _asked(terms: Sequence[Weighed]) -> frozenset[Folded]:
    """Every syllable that a term may stand there as."""
    asked: set[Folded] = set()
    for term in terms:
        asked.add(term.text)
        asked.update(term.near)
        for phrase in (*term.phrases, *term.term.synonyms):
            asked.update(phrase)
    return frozenset(asked)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a passage fits: the score, its coverage, its support and the best field.

    Attributes:
        focus: share of the best field's weight that the question asks for.
        rarest: how far the rarest words of the topic stand there, from 0 to 1.
        missed: the most likely words of the topic in a row of which none stands there.
    """

    score: float
    coverage: float
    support: float
    focus: float
    rarest: float
    best_field: int
    missed: int


@dataclass(frozen=True, slots=True)
class Look:
    """A first look at a passage.

    Attributes:
        coverage: of the topic by all of the passage: what candidates are first told apart by.
    """

    features: Features
    headings: _Above
    coverage: float


class Scorer:
    """Scores passages for one question; what depends on the question alone is made once."""

    def __init__(self, terms: Sequence[Weighed], corpus: Corpus, weights: Weights) -> None:
        self._terms = terms
        self._corpus = corpus
        self._weights = weights
        self._pairs = _Pairs.of(terms)
        self._cover = _Cover(terms, weights)
        self._asked = _asked(terms)
        self._topics = _TopicWord.all_of(terms, weights)
        self._topic_weight = sum(_counted(topic.term, 0.0) for topic in self._topics)
        self._headings: dict[tuple[Field, Field], _Above] = {}
        likely = [at for at, term in enumerate(terms) if term.term.weight >= 1 and term.term.chance >= LIKELY]
        self._rare = sorted(likely, key=lambda at: -terms[at].weight)[:RAREST]

    def look(self, features: Features) -> Look:
        """Looks at a passage, which costs little."""
        headings = self._above(features.headings, features.title)
        return Look(features, headings, self._cover.of(features.whole, headings))

    def _above(self, headings: Field, title: Field) -> _Above:
        found = self._headings.get((headings, title))
        if found is None:
            found = self._headings[headings, title] = _Above(self._terms, headings, title, self._weights)
        return found

    def fit(self, look: Look) -> Fit:
        """Scores a passage."""
        weights, pairs, cover = self._weights, self._pairs, self._cover
        features, headings, whole = look.features, look.headings, look.coverage
        covers = [cover.of(field, headings) for field in features.fields]
        touches = [pairs.adjacency(field) for field in features.fields]
        best = max(range(len(covers)), key=lambda n: covers[n] + 0.5 * touches[n], default=0)
        field = features.fields[best] if features.fields else features.whole
        pull = weights.field_pull if features.fields else 0.0
        covered = (1 - pull) * whole + (pull * covers[best] if pull else 0.0)
        adjacent = (1 - pull) * pairs.adjacency(features.whole) + (pull * touches[best] if pull else 0.0)
        row = features.own or field
        own = cover.of(row, headings) + pairs.adjacency(row)
        focus = self._focus(field, features.title)
        score = weights.coverage * covered + weights.adjacency * adjacent + weights.focus * focus
        score += weights.own * own
        support = self._support(features.whole, headings)
        rarest, missed = self._rarest(features.whole, headings), self._missed(features.whole, headings)
        return Fit(score, whole, support, focus, rarest, best, missed)

    def support(self, field: Field, headings: Field) -> float:
        """Share of the topic's weight found together with a neighbour, in a field or the headings above it."""
        return self._support(field, self._above(headings, NO_FIELD))

    def _rarest(self, field: Field, headings: _Matches) -> float:
        places = self._rare
        found = (max(term_match(self._terms[at], field, self._weights), headings[at]) for at in places)
        return sum(found) / len(places) if places else 0.0

    def _missed(self, field: Field, headings: _Matches) -> int:
        """The most likely words of the topic in a row that do not stand there.

        A strange subject shows so: "lái đò" in a question, of what is said of "tiểu thương".
        """
        longest = run = 0
        last = -1
        for at, term in enumerate(self._terms):
            if term.term.weight < 1 or term.term.chance < LIKELY:
                continue
            held = max(term_match(term, field, self._weights), headings[at]) > 0
            run = 0 if held else run + 1 if term.term.place == last + 1 else 1
            longest, last = max(longest, run), term.term.place
        return longest

    def _focus(self, field: Field, title: Field) -> float:
        """Share of the field's own weight, the title's words aside, that the question names."""
        idf, asked = self._corpus.idf, self._asked
        own = field.known - title.known
        total = sum(map(idf, own))
        return sum([idf(word) for word in own if word in asked]) / total if total else 0.0

    def _support(self, field: Field, headings: _Above) -> float:
        """Share of the topic words' weight that is found together with a neighbour.

        Two strange words in a row ("kết hôn") may both stand in a clause by chance ("kết quả");
        a topic that is really there shows its words side by side.
        """
        found, total, weights = 0.0, self._topic_weight, self._weights
        near = self._cover.standing(field)
        for topic in self._topics:
            place, term = topic.place, topic.term
            match = max(term_match(term, field, weights) if place in near else 0.0, headings.worth(place))
            if not match:
                continue
            together = (topic.before and _together(topic.before, term, field, headings.field)) or (
                topic.after and _together(term, topic.after, field, headings.field)
            )
            match *= 1.0 if together or topic.sure else weights.lone
            counted = _counted(term, match)
            found += counted * match
            total += counted - _counted(term, 0.0)
        return found / total if total else 0.0


@dataclass(frozen=True, slots=True)
class _TopicWord:
    """A topic word of the question with its neighbours.

    Attributes:
        place: among the terms.
        sure: it tells enough alone: no topic word stands beside it, or it is no plain syllable.
    """

    place: int
    term: Weighed
    before: Weighed | None
    after: Weighed | None
    sure: bool

    @classmethod
    def all_of(cls, terms: Sequence[Weighed], weights: Weights) -> tuple[_TopicWord, ...]:
        """The topic words among the terms."""
        by_place = {term.term.place: term for term in terms if term.term.weight >= weights.may_be_topic}
        found = []
        for place, term in enumerate(terms):
            if term.term.weight < 1:
                continue
            before, after = by_place.get(term.term.place - 1), by_place.get(term.term.place + 1)
            alone = not any(other and other.term.weight >= 1 for other in (before, after))
            found.append(cls(place, term, before, after, alone or _SYLLABLE.fullmatch(term.text) is None))
        return tuple(found)


__all__ = ["Fit", "Look", "Scorer", "Weighed", "Weights", "coverage", "sound", "term_match", "weigh"]
