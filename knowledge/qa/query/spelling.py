"""Accented syllables made comparable: lower case, NFC, tone marks where newer spelling puts them.

"hoá" and "hóa", "thuỷ" and "thủy" are the same word; only oa, oe and uy at the end of
a syllable have two places for the mark.
"""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.text import Folded, fold, nfc

_WORD = re.compile(r"[^\W_]+")
_OLD = ("oà oá oả oã oạ", "oè oé oẻ oẽ oẹ", "uỳ uý uỷ uỹ uỵ")
_NEW = ("òa óa ỏa õa ọa", "òe óe ỏe õe ọe", "ùy úy ủy ũy ụy")
_TONES = {
    old: new
    for olds, news in zip(_OLD, _NEW, strict=True)
    for old, new in zip(olds.split(), news.split(), strict=True)
}


@lru_cache(maxsize=50_000)
def spelled(word: str) -> str:
    """`word` in lower case with its tone mark in the newer place."""
    word = word.lower()
    end = _TONES.get(word[-2:])
    if end is None or word[:-2].endswith("q"):
        return word
    return word[:-2] + end


@lru_cache(maxsize=50_000)
def folded(word: str) -> Folded:
    """`fold` for single syllables, which repeat."""
    return fold(word)


def words_of(text: str) -> list[str]:
    """Spelled syllables of `text`; a paper number falls into its parts."""
    return [spelled(word) for word in word_signs(text)]


def word_signs(text: str) -> list[str]:
    """The words of `text` as they stand there."""
    return _WORD.findall(nfc(text))
