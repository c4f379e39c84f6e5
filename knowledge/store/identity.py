"""Which plan a paper is: the same one again, or another that bears the same number.

An office numbers its papers from 1 every year, and every office does so. Two papers are
the same plan when they bear the same number and nothing known of both contradicts it:
neither the office nor the year of issue. A paper without a number is known by the stem of
its file. Where two papers would be the same plan and yet share neither title nor words,
somebody has made a mistake, and a person has to say which.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from knowledge.numbers import number_key
from knowledge.records import PlanDraft, PlanMetadata
from knowledge.text import fold, syllables

_SAME_TITLE = 0.6
_SAME_WORDS = 0.5
"""Different papers of one office share a fifth to a third of their word pairs, printings of
the same paper (docx and pdf, before and after an amendment) over four fifths."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a plan is known by; comparisons are of folded text.

    Attributes:
        number: "160/kh-ubnd", or None.
        issuer: folded name of the office, or None where the paper does not say.
        year: year of issue, or None.
        stem: folded stem of the file's name.
    """

    number: str | None
    issuer: str | None
    year: int | None
    stem: str

    @property
    def key(self) -> str:
        """Unique for each plan."""
        if self.number is None:
            return f"file:{self.stem}"
        return f"{self.number}|{self.issuer or '?'}|{self.year or '?'}"

    def may_be(self, other: Identity) -> bool:
        """Whether both may be one plan."""
        if self.number is None or other.number is None:
            return self.stem == other.stem
        return (
            self.number == other.number
            and (self.issuer is None or other.issuer is None or self.issuer == other.issuer)
            and (self.year is None or other.year is None or self.year == other.year)
        )


def identify(draft: PlanDraft) -> Identity:
    """The identity that a paper claims."""
    facts = draft.metadata
    return Identity(
        number_key(facts.number),
        " ".join(syllables(facts.issuer)) if facts.issuer else None,
        facts.issued.year if facts.issued else None,
        fold(draft.file.rsplit(".", 1)[0]),
    )


def pairs_of(words: str) -> frozenset[tuple[str, str]]:
    """Neighbouring syllables of folded text: a fingerprint of what a paper says."""
    return frozenset(pairwise(words.split()))


def draft_words(draft: PlanDraft) -> str:
    """The folded text of a paper that is not stored yet."""
    return " ".join(word for passage in draft.passages for word in syllables(passage.text))


def is_other_paper(title: str | None, other_title: str | None, words: str, other_words: str) -> bool:
    """Whether two papers that claim one number are clearly different ones."""
    if title and other_title and _overlap(set(syllables(title)), set(syllables(other_title))) >= _SAME_TITLE:
        return False
    mine, theirs = pairs_of(words), pairs_of(other_words)
    if not mine or not theirs:
        return bool(title and other_title)
    return len(mine & theirs) / min(len(mine), len(theirs)) < _SAME_WORDS


def describe(name: str, metadata: PlanMetadata) -> str:
    """A plan told apart from others of its number, for a sentence.

    >>> describe("57/KH-UBND", PlanMetadata(issuer="UBND tỉnh Phú Giang"))
    '57/KH-UBND (UBND tỉnh Phú Giang)'
    """
    issued = f"{metadata.issued:%d/%m/%Y}" if metadata.issued else None
    known = [part for part in (metadata.issuer, issued) if part]
    return f"{name} ({', '.join(known)})" if known else name


def _overlap(mine: set[str], theirs: set[str]) -> float:
    return len(mine & theirs) / max(len(mine | theirs), 1)
