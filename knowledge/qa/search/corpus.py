"""What the live papers' words are: document frequencies, vocabulary, near spellings.

Read once for a set of live versions from a bounded sample of passages, so that a
store of any size costs the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from knowledge.library import Library, LivePlan
from knowledge.qa.query.lexicon import Lexicon
from knowledge.qa.query.spelling import words_of
from knowledge.qa.search.accents import Accents
from knowledge.text import Folded

SAMPLE_PASSAGES = 4000
"""Passages read for the statistics; rarer words than once in these weigh alike."""
SAMPLE_PLANS = 40
LEAST_SAMPLE = 20
"""Passages that a plan must have for statistics of its own."""
KEPT_SLIPS = 2000
"""Unknown words whose near spellings are kept."""


@dataclass
class Corpus:
    """Statistics of a sample of passages.

    Attributes:
        size: passages read.
        frequency: in how many of them a syllable stands.
    """

    size: int
    frequency: Counter[Folded]
    words: list[Folded] = field(default_factory=list)
    """The sample's syllables in order, an empty one between passages."""
    initials: str = ""
    """Their first letters, a space for the empty ones."""
    by_plan: dict[int, tuple[int, Counter[Folded]]] = field(default_factory=dict)
    """The same two for each plan's share of the sample."""
    texts: list[str] = field(default_factory=list)
    """The passages read, as printed."""
    _idf: dict[Folded, float] = field(default_factory=dict)
    _near: dict[Folded, tuple[Folded, ...]] = field(default_factory=dict)

    @cached_property
    def pairs(self) -> Counter[tuple[Folded, Folded]]:
        """How often one syllable follows another in the sample."""
        return Counter(pairwise(self.words))

    @cached_property
    def spellings(self) -> frozenset[str]:
        """The sample's words with their accents."""
        return frozenset(word for text in self.texts for word in words_of(text))

    @cached_property
    def accents(self) -> Accents:
        """How the sample spells its words."""
        return Accents(self.texts)

    def idf(self, word: Folded) -> float:
        """Inverse document frequency as BM25 counts it, at least 0.1."""
        known = self._idf.get(word)
        if known is None:
            n = self.frequency.get(word, 0)
            known = max(0.1, math.log(1 + (self.size - n + 0.5) / (n + 0.5)))
            if n:
                self._idf[word] = known
        return known

    def idf_within(self, word: Folded, plan_ids: Collection[int]) -> float:
        """Between the whole and these plans: a word that all of a plan's rows share tells little inside it."""
        known = [self.by_plan[number] for number in plan_ids if number in self.by_plan]
        size = sum(count for count, _ in known)
        if size < LEAST_SAMPLE:
            return self.idf(word)
        n = sum(frequency[word] for _, frequency in known)
        local = max(0.1, math.log(1 + (size - n + 0.5) / (n + 0.5)))
        return (self.idf(word) + local) / 2

    def near(self, word: Folded) -> tuple[Folded, ...]:
        """Known syllables one slip away from an unknown `word`; none for a known word or a number."""
        if word in self.frequency or word.isdigit() or len(word) < 2:
            return ()
        if word not in self._near:
            if len(self._near) >= KEPT_SLIPS:
                self._near.clear()
            self._near[word] = tuple(other for other in self.frequency if _one_slip(word, other))
        return self._near[word]

    def written_out(self, word: Folded) -> tuple[tuple[Folded, ...], ...]:
        """What an unknown abbreviation may stand for: the papers' most frequent phrases with these initials."""
        if word in self.frequency or not 2 < len(word) <= 6 or not word.isalpha() or set(word) & VOWELS:
            return ()
        phrases: Counter[tuple[Folded, ...]] = Counter()
        at = self.initials.find(word)
        while at >= 0 and len(phrases) < 50:
            phrases[tuple(self.words[at : at + len(word)])] += 1
            at = self.initials.find(word, at + 1)
        return tuple(phrase for phrase, _ in phrases.most_common(MAX_READINGS))

    def parts(self, word: Folded) -> tuple[Folded, ...]:
        """Two or three known syllables that an unknown `word` is run together from, or none."""
        if word in self.frequency or len(word) < 4 or not word.isalpha():
            return ()
        return _split(word, self.frequency, 3)


def _split(word: str, known: Counter[Folded], pieces: int) -> tuple[Folded, ...]:
    for cut in range(len(word) - 1, 1, -1):
        head, rest = Folded(word[:cut]), Folded(word[cut:])
        if head not in known or len(rest) < 2:
            continue
        if rest in known:
            return head, rest
        if pieces > 2 and (tail := _split(rest, known, pieces - 1)):
            return head, *tail
    return ()


VOWELS = frozenset("aeiouy")
MAX_READINGS = 3
"""Readings tried for an unknown abbreviation."""
_SOUNDS = (("tr", "ch"), ("gi", "d"), ("x", "s"), ("r", "d"), ("y", "i"), ("ngh", "ng"), ("gh", "g"))


def sound(word: str) -> str:
    """`word` with the spellings that dialects confuse made one: tr/ch, s/x, d/gi/r, i/y, l/n."""
    for spelling, one in _SOUNDS:
        if word.startswith(spelling):
            word = one + word[len(spelling) :]
            break
    if word.endswith("y") and len(word) > 1 and word[-2] not in "aeou":
        word = word[:-1] + "i"
    return "l" + word[1:] if word.startswith("n") and not word.startswith(("ng", "nh")) else word


def _one_slip(word: str, other: str) -> bool:
    if sound(word) == sound(other):
        return True
    if abs(len(word) - len(other)) > 1 or len(word) < 4 or len(other) < 3:
        return False
    if len(word) == len(other):
        wrong = [i for i, (a, b) in enumerate(zip(word, other, strict=True)) if a != b]
        if len(wrong) == 1:
            return True
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1
        return swapped and word[wrong[0]] == other[wrong[1]] and word[wrong[1]] == other[wrong[0]]
    long, short = (word, other) if len(word) > len(other) else (other, word)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def read_corpus(library: Library, plans: Sequence[LivePlan], lexicon: Lexicon) -> Corpus:
    """Statistics from the newest plans' passages, at most `SAMPLE_PASSAGES`."""
    frequency: Counter[Folded] = Counter()
    size = 0
    words: list[Folded] = []
    texts: list[str] = []
    by_plan: dict[int, tuple[int, Counter[Folded]]] = {}
    for plan_id, text in _sample(library, plans):
        canonical = lexicon.canonical(text)
        frequency.update(set(canonical))
        count, own = by_plan.get(plan_id, (0, Counter[Folded]()))
        own.update(set(canonical))
        by_plan[plan_id] = (count + 1, own)
        words.extend((*canonical, Folded("")))
        texts.append(text)
        size += 1
    initials = "".join(word[0] if word else " " for word in words)
    return Corpus(max(size, 1), frequency, words, initials, by_plan, texts)


def _sample(library: Library, plans: Sequence[LivePlan]) -> Iterable[tuple[int, str]]:
    left = SAMPLE_PASSAGES
    for plan in list(plans)[-SAMPLE_PLANS:]:
        passages = library.passages([plan.id])
        for passage in passages[:left]:
            yield plan.id, " ".join((*passage.passage.source.section_path, passage.passage.text))
        left -= len(passages)
        if left <= 0:
            return
