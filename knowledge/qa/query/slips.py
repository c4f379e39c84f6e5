"""Slips of the fingers in a typed question, put right by the words around them.

The usual model of a noisy channel: of all words one letter away, the one that goes best with its neighbours in the
papers, weighed by how easily fingers make of it what was typed. A word that can be a syllable is left alone: papers
have too few words to say that it is none ("bảy", "sếp").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log1p
from typing import Protocol

from knowledge.qa.query.typing import Words
from knowledge.syllables import has_vowel, is_folded_syllable, is_syllable
from knowledge.text import Folded, fold

_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = "abcdeghiklmnopqrstuvxy"
_ASKED = 2.0
"""What people ask with stands in questions more often than in the papers that the counts are of."""
_ACCENTS = 2.0
"""A word that has the accents that were typed."""
LEAST_SLIP, LEAST_ACCENTED, MOST_SLIP = 3, 2, 8
"""Letters of a word that may be a slip: shorter ones without accents are abbreviations, "nghiêng" is as long as a
syllable can be."""
_I_OR_Y = dict(zip("iìíỉĩịyỳýỷỹỵ", "yỳýỷỹỵiìíỉĩị", strict=True))
LONGEST_OPEN = 3
"""Letters of a syllable that ends so behind its consonants alone."""
LEAST_REST, OFTEN = 2, 3
"""Letters of the second of two syllables, and places of the papers where two words stand side by side."""


class Known(Words, Protocol):
    """What the loaded papers' words are, with their accents."""

    @property
    def spellings(self) -> Collection[str]:
        """The words with their accents, in lower case."""


@dataclass(frozen=True, slots=True)
class _Other:
    """A word that may have been meant.

    Attributes:
        easy: fingers make that slip often: two letters in the wrong order, or one typed twice.
    """

    folded: Folded
    spelled: str
    easy: bool


@dataclass(frozen=True, slots=True)
class Slips:
    """Puts slips right.

    Attributes:
        words: those of the papers.
        asking: folded syllables that people ask with.
        spelled: the same with accents, as far as they are known.
    """

    words: Known
    asking: Collection[Folded]
    spelled: Collection[str] = ()

    def corrected(self, raw: str) -> str:
        """`raw` with its slips put right; what cannot be told stays as typed."""
        found = list(_WORD.finditer(raw))
        said = [fold(match[0]) for match in found]
        pieces, last = [], 0
        for at, match in enumerate(found):
            meant = self._meant(match[0], said[at], said[at - 1 : at], said[at + 1 : at + 2])
            if meant is not None:
                pieces.append(raw[last : match.start()] + meant)
                last = match.end()
        return "".join(pieces) + raw[last:]

    def _meant(self, typed: str, word: Folded, before: Sequence[Folded], after: Sequence[Folded]) -> str | None:
        shown = typed.lower()
        accented = shown != word
        if twin := self._twin(shown):
            return twin
        least = LEAST_ACCENTED if accented else LEAST_SLIP
        if not least <= len(word) <= MOST_SLIP or not has_vowel(word) or len(typed) != len(word):
            return None
        if accented:
            # "vă", "hớng": no syllable is spelled so, whatever it is without accents
            if is_syllable(shown) or shown in self.words.spellings:
                return None
        elif is_folded_syllable(word) or self._is_known(word):
            return None
        others = [each for each in _one_off(word, shown) if self._is_known(each.folded)]
        easy = [each for each in others if each.easy and each.folded in self.asking]
        if typed.isupper():
            return easy[0].spelled.upper() if easy else None
        if not easy and (two := self._first_letter(word)):
            return two
        fits = {each: self._fit(each, before, after) for each in easy or others}
        return max(fits, key=lambda each: fits[each]).spelled if fits else None

    def _twin(self, shown: str) -> str | None:
        """ "kí" of "ký": one word in two spellings, of which the papers and those who ask know only the other."""
        last = _I_OR_Y.get(shown[-1:])
        if last is None or not 2 <= len(shown) <= LONGEST_OPEN or has_vowel(fold(shown[:-1])):
            return None
        twin = shown[:-1] + last
        known = self._is_spelled(twin) or fold(twin) in self.asking
        return twin if known and not self._is_spelled(shown) else None

    def _is_spelled(self, shown: str) -> bool:
        """Whether a word stands so in the papers or in what people ask with; accents that are left out are none."""
        folded = fold(shown)
        if folded == shown:
            return self._is_known(folded)
        return shown in self.words.spellings or shown in self.spelled

    def _is_known(self, word: Folded) -> bool:
        return word in self.words.frequency or word in self.asking

    def _fit(self, other: _Other, before: Iterable[Folded], after: Iterable[Folded]) -> float:
        word, pairs = other.folded, self.words.pairs
        beside = sum(log1p(pairs.get((each, word), 0)) for each in before)
        beside += sum(log1p(pairs.get((word, each), 0)) for each in after)
        as_spelled = other.spelled in self.words.spellings or other.spelled in self.spelled
        return beside + (_ASKED if word in self.asking else 0) + (_ACCENTS if as_spelled else 0)

    def _first_letter(self, word: Folded) -> str | None:
        """ "ctrì", "nvụ", "bcáo": the first of two syllables that people ask with, by its first letter."""
        rest = Folded(word[1:])
        if word[0] == word[1] or len(rest) < LEAST_REST or rest not in self.words.frequency:
            return None
        if not is_folded_syllable(rest):
            return None
        pairs = ((self.words.pairs.get((first, rest), 0), first) for first in self.asking if first[0] == word[0])
        count, first = max(pairs, default=(0, ""))
        return f"{first} {rest}" if count >= OFTEN else None


def _one_off(word: str, typed: str) -> Iterator[_Other]:
    """Every word that one letter more, less, other or moved makes of `word`, with the accents that were typed."""
    for at in range(len(word) + 1):
        head, tail, shown, rest = word[:at], word[at:], typed[:at], typed[at:]
        if tail:
            doubled = tail[0] in (head[-1:], tail[1:2])
            yield _Other(Folded(head + tail[1:]), shown + rest[1:], doubled)
        if len(tail) > 1 and tail[0] != tail[1]:
            yield _Other(Folded(head + tail[1] + tail[0] + tail[2:]), shown + rest[1] + rest[0] + rest[2:], True)
        for letter in _LETTERS:
            yield _Other(Folded(head + letter + tail), shown + letter + rest, False)
            if tail and letter != tail[0]:
                yield _Other(Folded(head + letter + tail[1:]), shown + letter + rest[1:], False)
