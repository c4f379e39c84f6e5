"""Names as sequences of words: cutting a text into words, and every spelling of a directory name.

A name is compared by its folded words with "và", "&", commas and hyphens left out, so that "Sở Kế
hoạch Đầu tư", "Sở Kế hoạch và Đầu tư" and "Sở Kế hoạch & Đầu tư" are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple

from knowledge.agencies.entries import Entry
from knowledge.text import Folded, fold

# Combining marks count as letters, so that a text that is not NFC is still cut into words.
_WORD = re.compile(r"(?:[^\W_]++|[\u0300-\u036f]++)+")
# A name never runs over these.
_BARRIER = re.compile(r"[;:.!?()\[\]/\n|]")
_SEGMENT = re.compile(r"\s*(?:,|-|–|&|\bvà\b)\s*", re.IGNORECASE)
# What reads as a Vietnamese syllable once folded: such initials count only in capitals ("CAT", not "cắt").
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?(?:[aeiou]{1,3}(?:ch?|m|ng?|nh|p|t)?|[aeou]*y)"
)
_TYPE_WORDS = ("Sở ", "Bộ ")


class Word(NamedTuple):
    """A folded word with its place in the text; one printed abbreviation may give several words.

    Attributes:
        head: the word begins its printed word (the first of an abbreviation's words).
        tail: the word ends its printed word.
        barrier: a sign that no name runs over stands before it.
        gap: what is printed between it and the word before.
    """

    text: Folded
    printed: str
    start: int
    end: int
    gap: str
    barrier: bool
    head: bool = True
    tail: bool = True

    @property
    def capital(self) -> bool:
        """Printed with a capital or as a number: part of a proper name."""
        return self.printed[0].isupper() or self.printed[0].isdigit()


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a name.

    Attributes:
        alone: counts only where it is the whole text.
        local: counts only before a locality.
        capitals: counts only when printed in capitals.
    """

    words: tuple[Folded, ...]
    target: str
    alone: bool = False
    local: bool = False
    capitals: bool = False
    full: bool = False
    """The entry's own name."""
    made: bool = False
    """Derived rather than listed: gives way where two agencies share it."""


fold_word = lru_cache(maxsize=20_000)(fold)


def cut_words(text: str, expansions: Mapping[str, tuple[Folded, ...]]) -> list[Word]:
    """The words of `text` with abbreviations of words written out; "và" is kept."""
    words: list[Word] = []
    at = 0
    for found in _WORD.finditer(text):
        printed, gap = found.group(), text[at : found.start()]
        at = found.end()
        folded = fold_word(printed)
        parts = expansions.get(folded, (folded,))
        barrier = gap != " " and _BARRIER.search(gap) is not None
        for n, part in enumerate(parts):
            words.append(
                Word(part, printed, found.start(), found.end(), gap if n == 0 else "",
                     barrier and n == 0, n == 0, n == len(parts) - 1)
            )  # fmt: skip
    return words


def first_word(text: str, expansions: Mapping[str, tuple[Folded, ...]]) -> Folded | None:
    """The first of what `cut_words` gives; None where there is no word."""
    for found in _WORD.finditer(text):
        folded = fold_word(found.group())
        if parts := expansions.get(folded, (folded,)):
            return parts[0]
    return None


def key(text: str, expansions: Mapping[str, tuple[Folded, ...]]) -> tuple[Folded, ...]:
    """The words by which `text` is compared."""
    return tuple(word.text for word in cut_words(text, expansions) if word.text != "va")


def spellings(entry: Entry, expansions: Mapping[str, tuple[Folded, ...]]) -> Iterator[Spelling]:
    """Every way to write the entry's name, the listed ones first."""
    yield Spelling(key(entry.name, expansions), entry.name, full=True)
    for text in entry.short:
        yield Spelling(key(text, expansions), entry.name)
    for text in entry.alone:
        yield Spelling(key(text, expansions), entry.name, alone=True)
    for text in entry.local:
        yield Spelling(key(text, expansions), entry.name, local=True)
    for text in entry.initials:
        words = key(text, expansions)
        capitals = len(words) == 1 and _SYLLABLE.fullmatch(words[0]) is not None
        yield Spelling(words, entry.name, capitals=capitals)
    if entry.name.startswith(_TYPE_WORDS):
        yield from _made_spellings(entry, expansions)


def _made_spellings(entry: Entry, expansions: Mapping[str, tuple[Folded, ...]]) -> Iterator[Spelling]:
    """Initials of a "Sở ..." or "Bộ ..." name, and the name of a sở without "Sở".

    "TT&TT", "TTTT", "Sở TTTT", "STTTT": the segments' initials, joined in any way, with or without the
    type word. Without it a sở is meant, since the plans are a province's.
    """
    kind, core = entry.name.split(" ", 1)
    type_word = fold_word(kind)
    parts = [initials(segment) for segment in _SEGMENT.split(core)]
    is_so = type_word == "so"
    if is_so:
        yield Spelling(key(core, expansions), entry.name, alone=True, made=True)
    for words in _joins(parts):
        yield Spelling((type_word, *words), entry.name, made=True)
        yield Spelling((Folded(type_word[0] + words[0]), *words[1:]), entry.name, made=True, capitals=not is_so)
        if is_so and sum(map(len, words)) >= 4:
            yield Spelling(words, entry.name, made=True)


def initials(segment: str) -> Folded:
    """First letters of the words of `segment`, folded."""
    return Folded("".join(fold_word(word)[0] for word in _WORD.findall(segment)))


def _joins(parts: list[Folded]) -> Iterator[tuple[Folded, ...]]:
    """`parts` joined in every way that keeps their order: ab|c, a|bc, abc, a|b|c."""
    inner = range(1, len(parts))
    for count in range(len(parts)):
        for cuts in combinations(inner, count):
            bounds = (0, *cuts, len(parts))
            yield tuple(Folded("".join(parts[a:b])) for a, b in pairwise(bounds))
