"""Which words of a reading are believed. Handwriting, stamps and specks give words that nobody wrote.

Printed figures are read with a confidence over 0.95, misread and handwritten ones mostly under 0.9:
a figure that is not sure is not told, for a wrong day is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.readers.ocr_engine import Word
from knowledge.syllables import is_syllable
from knowledge.text import nfc

UNREAD = "…"
"""Stands where a figure is written that could not be read."""
_GARBAGE = 0.3
"""Words under this are as often noise as letters, unless they happen to be spelled as a syllable."""
_SIGN = 0.6
"""Lone signs under this are specks: printed dashes before items come with 0.9."""
_FIGURE, _ANY_FIGURE, _GLUED = 0.8, 0.5, 0.95
"""A day or month of one or two figures; any word with figures; figures run into a word, which print never does."""
_ITEM_SIGNS = frozenset("-–—+*•")
_SHORT = re.compile(r"\d{1,2}[.,;:)]?")
_REFERENCE = re.compile(r"\d+/.*[^\W\d_]{2}")
"""Number of a paper: long, so that its confidence is low by nature, and never a day."""
_RUN_INTO = re.compile(r"\d{1,2}([^\W\d_]{2,})")


def legible(words: Iterable[Word]) -> Iterator[Word]:
    """The words of running text to believe, with `UNREAD` for figures that are not."""
    for word in words:
        word = replace(word, text=nfc(word.text))
        if not _has_letters(word.text):
            if word.confidence >= _SIGN:
                yield word
        elif any(sign.isdigit() for sign in word.text):
            yield _figure(word)
        elif word.confidence >= _GARBAGE or is_syllable(word.text.strip(".,;:")):
            yield word
        elif apart := _parted(word.text):
            yield replace(word, text=apart)


def legible_in_cells(words: Iterable[Word]) -> Iterator[Word]:
    """The words of table cells without specks. Doubtful ones stay, for the cell tells how sure it is."""
    for word in words:
        word = replace(word, text=nfc(word.text))
        is_item = word.text in _ITEM_SIGNS and word.confidence >= _SIGN
        if is_item or _has_letters(word.text):
            yield word


def _has_letters(text: str) -> bool:
    """Whether there is a letter or a figure; signs such as a raised hook count as letters elsewhere."""
    return any(sign.isdigit() or sign.lower() != sign.upper() for sign in text)


def _figure(word: Word) -> Word:
    glued = _RUN_INTO.fullmatch(word.text)
    if glued and is_syllable(glued[1]) and word.confidence < _GLUED:
        return replace(word, text=f"{UNREAD} {glued[1]}")
    least = _FIGURE if _SHORT.fullmatch(word.text) else _ANY_FIGURE
    if word.confidence >= least or _REFERENCE.fullmatch(word.text):
        return word
    return replace(word, text=UNREAD)


def _parted(text: str) -> str | None:
    """Two syllables that were read as one word, where there is but one way to part them."""
    ways = [
        f"{text[:at]} {text[at:]}"
        for at in range(2, len(text) - 1)
        if is_syllable(text[:at]) and is_syllable(text[at:])
    ]
    return ways[0] if len(ways) == 1 and not text.isascii() else None
