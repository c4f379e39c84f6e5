"""A typed question, understood: intent, agencies, papers, period and topic terms.

Owns the `Question` record and `Understander`, which makes it by rules and the
lexicon. What earlier turns add is `followups`' business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from knowledge.library import LivePlan
from knowledge.text import Folded, fold, nfc, squeeze, syllables
from knowledge.understanding.intents import TASK_INTENTS, Intent, decide
from knowledge.understanding.lexicon import Lexicon, Phrase
from knowledge.understanding.papers import PaperRef, find_papers
from knowledge.understanding.periods import Period, find_horizons, find_period
from knowledge.understanding.spelling import spelled

MAX_CHARACTERS = 2000
"""A longer message is read up to here; nobody's question is longer."""

_TOKEN = re.compile(r"[^\W_]+(?:/[^\W\d_]+)*|%")


_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=\w)")
_ASKING = ("who", "when", "target", "product", "coordinate", "document")


class FoundAgency(Protocol):
    """An agency named in a text (`knowledge.agencies` makes these)."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def name(self) -> str: ...


class ResolvedOffice(Protocol):
    """A printed office that the directory knows."""

    @property
    def names(self) -> tuple[str, ...]:
        """Agencies and groups."""


class Agencies(Protocol):
    """What understanding needs of the agency directory."""

    def find(self, text: str) -> Sequence[FoundAgency]: ...
    def resolve(self, printed: str) -> ResolvedOffice | None: ...
    def members(self, group: str, on: date) -> tuple[str, ...]: ...
    def is_dissolved(self, name: str, on: date) -> bool: ...
    def successors(self, name: str, on: date) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Term:
    """One syllable or abbreviation of the topic.

    Attributes:
        text: folded syllable.
        place: its place in the question; neighbours differ by one.
        readings: what else it may stand for, phrases of folded syllables.
        synonyms: phrases that mean nearly the same.
        weight: 1 for topic words, less for words of asking or naming.
    """

    text: Folded
    place: int
    readings: tuple[Phrase, ...] = ()
    synonyms: tuple[Phrase, ...] = ()
    weight: float = 1.0
    accented: str | None = None
    """As typed, where it was typed with accents or stands without any among accented words."""
    capitals: bool = False
    """Typed in capitals among other letters, as abbreviations are."""


@dataclass(frozen=True, slots=True)
class Question:
    """An understood question; `text` is folded with abbreviations written out."""

    raw: str
    text: str
    intent: Intent
    terms: tuple[Term, ...]
    agencies: tuple[str, ...]
    papers: PaperRef
    period: Period | None
    cues: frozenset[str]

    @property
    def topic(self) -> tuple[Term, ...]:
        """Terms that carry topic."""
        return tuple(term for term in self.terms if term.weight >= 1)


ACCENTED_SHARE = 0.3
"""From this share of accented syllables on a question is typed with accents; Vietnamese text has about 0.6."""
WEAK = 0.12
"""Weight of words of asking ("giao", "việc"): they decide only between equals."""
WEAK_UNACCENTED = 0.3
"""The same in a question without accents, where "roi" may be "rồi" or a topic word."""
AGENCY_WEIGHT = 0.35
"""Weight of an agency's syllables where the agency is not the asked-for filter."""
PAPER_WEIGHT = 0.15
"""Weight of the words that named the paper."""


@dataclass(frozen=True, slots=True)
class _Token:
    text: Folded
    start: int
    end: int
    shown: str
    """As typed, lower case; an abbreviation written out is shown folded."""
    readings: tuple[Phrase, ...] = ()
    written_out: bool = False
    """From an abbreviation, so its accents are not known."""
    part: bool = False
    """One of several syllables that an abbreviation was written out to."""
    capitals: bool = False
    naming: bool = False
    """A part of a loaded paper's number ("UBND" in 57/KH-UBND)."""


class Understander:
    """Reads questions against the live papers."""

    def __init__(self, lexicon: Lexicon, agencies: Agencies) -> None:
        self.lexicon = lexicon
        self.agencies = agencies

    def read(self, question: str, plans: Sequence[LivePlan], as_of: date) -> Question:
        """Understand one message by itself."""
        raw = self._without_orders(squeeze(nfc(question))[:MAX_CHARACTERS])
        tokens = self._tokens(raw)
        text = " ".join(token.text for token in tokens)
        cues = frozenset(name for name in self.lexicon.cues if self.lexicon.has(name, text))
        papers = find_papers(fold(raw), text, plans, self.lexicon, as_of)
        found = [agency for agency in self.agencies.find(raw) if not _is_issuer(agency, raw, papers)]
        names = tuple(dict.fromkeys(agency.name for agency in found))
        year = papers.years[0] if papers.years else None
        period = find_period(fold(raw), as_of, year)
        intent = decide(cues, names, papers, text, period)
        terms = self._terms(_out_of_numbers(tokens, raw, papers, intent), text, found, papers, intent)
        return Question(raw, text, intent, terms, names, papers, period, cues)

    def _without_orders(self, raw: str) -> str:
        """`raw` without the sentences that tell the assistant what to answer, where another one asks."""
        pieces = [piece for piece in _SENTENCE_END.split(raw) if piece.strip()]
        kept = [piece for piece in pieces if not self.lexicon.has("injection", " ".join(syllables(piece)))]
        asks = any(self.lexicon.has(cue, " ".join(syllables(piece))) for piece in kept for cue in _ASKING)
        return " ".join(kept) if asks else raw

    def _tokens(self, raw: str) -> list[_Token]:
        tokens: list[_Token] = []
        for match in _TOKEN.finditer(raw):
            shown = match[0].lower()
            word = fold(shown)
            # An abbreviation carries no accents, so "dạ" is none; đ stays a letter of its own.
            bare = shown.replace("đ", "d") == word
            phrase, readings = self._written_out(word) if bare else (None, ())
            if phrase is None:
                loud = match[0].isupper() and not raw.isupper()
                tokens.extend(
                    _Token(fold(part), match.start(), match.end(), spelled(part), capitals=loud)
                    for part in shown.split("/")
                    if part
                )
            else:
                several = len(phrase) > 1
                tokens.extend(
                    _Token(part, match.start(), match.end(), part, readings, True, several) for part in phrase
                )
        return tokens

    def _written_out(self, word: Folded) -> tuple[Phrase | None, tuple[Phrase, ...]]:
        """The first meaning of an abbreviation, and all of them where there are several."""
        lexicon = self.lexicon
        if word == "%":
            return (Folded("phan"), Folded("tram")), ()
        single = lexicon.abbreviations.get(word) or lexicon.chat.get(word)
        if single:
            return single, ()
        readings = lexicon.readings.get(word, ())
        return (readings[0], readings) if readings else (None, ())

    def _stop_places(self, tokens: Sequence[_Token], accented: bool) -> set[int]:
        """Places of tokens in phrases without a topic; accents decide where the question has them."""
        places: set[int] = set()
        for first in range(len(tokens)):
            for length in range(min(self.lexicon.longest_stopword, len(tokens) - first), 0, -1):
                span = tokens[first : first + length]
                if length == 1 and span[0].part:
                    continue
                exact = accented and length == 1 and not span[0].written_out
                known = self.lexicon.stopwords if exact else self.lexicon.folded_stopwords
                if " ".join(token.shown if exact else token.text for token in span) in known:
                    places.update(range(first, first + length))
                    break
        return places

    def _terms(
        self, tokens: Sequence[_Token], text: str, found: Sequence[FoundAgency], papers: PaperRef, intent: Intent
    ) -> tuple[Term, ...]:
        weights = [1.0] * len(tokens)
        filters = intent in (Intent.LIST, Intent.DUTY)
        accented = _accented(tokens)
        # "đến năm 2045" tells targets apart, where no paper is of that year.
        horizon = {str(year) for year in find_horizons(text)} - {str(p.metadata.plan_year) for p in papers.plans}
        for place in self._stop_places(tokens, accented):
            weights[place] = WEAK if accented else WEAK_UNACCENTED
        for place in _paper_words(tokens, papers):
            weights[place] = min(weights[place], PAPER_WEIGHT)
        for place, token in enumerate(tokens):
            if len(token.text) == 1:
                weights[place] = WEAK
            year = re.fullmatch(r"20\d\d", token.text) and token.text not in horizon
            if token.naming or token.text in papers.words or year:
                weights[place] = min(weights[place], PAPER_WEIGHT)
            if any(agency.start <= token.start < agency.end for agency in found):
                weights[place] = min(weights[place], 0.02 if filters else AGENCY_WEIGHT)
        asking = [self.lexicon.cues[name] for name in ("who", "when", "asks_office", "claim")]
        for pattern in (self.lexicon.padding, *asking):
            for first, last in _spans(pattern, text):
                for place in range(first, last):
                    weights[place] = min(weights[place], WEAK)
        if self.lexicon.has("claim", text):
            # What somebody claims is no evidence: its figures must not choose the clause.
            for place, token in enumerate(tokens):
                if token.text.isdigit():
                    weights[place] = min(weights[place], WEAK)
                    weights[place - 1] = min(weights[place - 1], WEAK)
        synonyms = self._synonyms(tokens)
        return tuple(
            Term(
                token.text,
                place,
                token.readings,
                synonyms.get(place, ()),
                weights[place],
                token.shown if accented and not token.written_out else None,
                token.capitals,
            )
            for place, token in enumerate(tokens)
        )

    def _synonyms(self, tokens: Sequence[_Token]) -> dict[int, tuple[Phrase, ...]]:
        found: dict[int, tuple[Phrase, ...]] = {}
        for first in range(len(tokens)):
            for length in range(1, self.lexicon.longest_synonym + 1):
                phrase = tuple(token.text for token in tokens[first : first + length])
                for place in range(first, first + len(phrase)):
                    found[place] = found.get(place, ()) + self.lexicon.synonyms.get(phrase, ())
        return {place: phrases for place, phrases in found.items() if phrases}


_PAPER_NUMBER = re.compile(r"\d+ ?/ ?[^\W\d_][\w&]*(?:[-/][\w&]+)*")


_ASKED_BY = re.compile(
    r"(?:^|\b(?:theo|tai|o|trong) )(?P<paper>(?:nghi quyet|nq|quyet dinh|qd|ke hoach|kh|cong van|cv|chi thi|ket luan)"
    r" (?:so )?\d+\b(?: ?[/-] ?[a-z][\w&/-]*)?)"
)


def _out_of_numbers(tokens: Sequence[_Token], raw: str, papers: PaperRef, intent: Intent) -> list[_Token]:
    """Tokens with those marked that stand in a loaded paper's number."""
    spans = [m.span() for m in _PAPER_NUMBER.finditer(raw) if re.split(r"\D", m[0])[0] in papers.words]
    if intent is not Intent.DOCUMENT:
        # A paper by which is asked, loaded or not, tells nothing of the topic.
        bare = fold(raw)
        if len(bare) == len(raw):
            spans.extend(m.span("paper") for m in _ASKED_BY.finditer(bare))
    return [
        replace(token, naming=True) if any(first <= token.start < last for first, last in spans) else token
        for token in tokens
    ]


def _is_issuer(agency: FoundAgency, raw: str, papers: PaperRef) -> bool:
    """ "Nghị quyết 03 của Chính phủ": whose paper it is, not who has a duty."""
    if not _OF_PAPER.search(fold(raw[: agency.start])):
        return False
    said = fold(raw[agency.start : agency.end])
    return any(fold(plan.metadata.issuer or "").startswith(said) for plan in papers.plans)


_OF_PAPER = re.compile(
    r"\b(?:ke hoach|kh|cong van|cv|quyet dinh|qd|nghi quyet|nq|chi thi)"
    r"(?: so)?(?: \d[\w/-]*)?(?: nam \d{4})? cua$"
)


def _accented(tokens: Sequence[_Token]) -> bool:
    return sum(token.shown != token.text for token in tokens) >= ACCENTED_SHARE * len(tokens)


_KIND_HEADS = frozenset({("ke", "hoach"), ("cong", "van"), ("quyet", "dinh"), ("nghi", "quyet"), ("chi", "thi")})
_AFTER_PAPER = frozenset(syllables("nay do ay la thi ghi neu giao yeu cau"))
_BETWEEN = frozenset(syllables("nam so trien khai thuc hien nhiem vu cong tac ve viec nha nuoc cua tinh"))


def _paper_words(tokens: Sequence[_Token], papers: PaperRef) -> list[int]:
    """Places of "kế hoạch" and the title words after it, where they only name the paper."""
    places: list[int] = []
    for first in range(len(tokens) - 1):
        if (tokens[first].text, tokens[first + 1].text) not in _KIND_HEADS:
            continue
        place = first + 2
        named = place >= len(tokens) or tokens[place].text in _AFTER_PAPER
        while place < len(tokens):
            word = tokens[place].text
            known = word in papers.title or word in papers.words or word.isdigit()
            if not known and word not in _BETWEEN:
                break
            named = named or known
            place += 1
        if named:
            places.extend(range(first, place))
    return places


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Token spans of the matches of `pattern`."""
    return [
        (text.count(" ", 0, match.start()), text.count(" ", 0, match.end()) + 1)
        for match in pattern.finditer(text)
        if match.end() > match.start()
    ]


__all__ = ["TASK_INTENTS", "Agencies", "FoundAgency", "Intent", "Question", "Term", "Understander"]
