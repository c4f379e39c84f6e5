"""Vietnamese text: Unicode form, white space, folding (no accents, lower case).

`Folded` is the only form that may be compared or indexed, and `fold` its only
maker, so a raw string cannot slip into a comparison.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NewType

Folded = NewType("Folded", str)
"""Lower-case text without diacritics; đ is d; white space single; punctuation kept."""

# Marks that carry no text: zero-width signs, direction marks, soft hyphen, BOM.
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x061C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
_SIGN = re.compile("[" + "".join(map(chr, _INVISIBLE)) + "]")


class _Folding(dict[int, str]):
    """What each character folds to, found out when it first occurs: half of an answer's time went here."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFD", chr(code).casefold())
        bare = "".join(c for c in decomposed if not unicodedata.combining(c)).replace("đ", "d")
        self[code] = bare
        return bare


_FOLDING = _Folding({**dict.fromkeys(_INVISIBLE, ""), 0x00A0: " "})
_WORD = re.compile(r"[^\W_]+(?:/[^\W_]+)*")
_SMALL = "àáâãèéêìíòóôõùúýăđĩũơư" + "".join(map(chr, range(0x1EA1, 0x1EFA, 2)))
CAPITAL = "[A-ZĐ" + "".join(c for c in map(chr, range(0xC0, 0x1EFA)) if c.isupper() and c.lower() in _SMALL) + "]"
"""A class for regular expressions: one Vietnamese capital letter (a range such as À-Ỹ holds small letters too)."""


def nfc(text: str) -> str:
    """Composed Unicode (NFC) without invisible signs; no-break spaces become spaces."""
    text = unicodedata.normalize("NFC", text)
    if _SIGN.search(text):
        text = text.translate(_INVISIBLE)
    return text.replace("\u00a0", " ")


def squeeze(text: str) -> str:
    """`text` with every run of white space as one space, ends trimmed."""
    return " ".join(text.split())


def fold(text: str) -> Folded:
    """Lower-case, unaccented, single-spaced form of `text`.

    đ has no combining mark in Unicode, so it is folded by hand.

    >>> fold("Quyết  định số 12/QĐ-UBND")
    'quyet dinh so 12/qd-ubnd'
    """
    return Folded(squeeze(text.translate(_FOLDING)))


def syllables(text: str) -> list[Folded]:
    """Folded words of `text`; a paper number such as "160/KH" stays one word.

    >>> syllables("Sở Nội vụ, KH 160/KH-UBND")
    ['so', 'noi', 'vu', 'kh', '160/kh', 'ubnd']
    """
    return [Folded(word) for word in _WORD.findall(fold(text))]


def cut(text: str, limit: int) -> str:
    """`text` shortened at a word, with an ellipsis."""
    text = squeeze(text)
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:(") + "…"


_ENDS = re.compile(
    r"(?P<sign>[;.:](?= )| [–-](?= )| (?=\())|(?P<list>,| và| hoặc)(?= )"
    r"| (?=(?:của|về|theo|trên|tại|cho|để|nhằm|với|từ|do|giai đoạn|phục vụ|gắn với|trong|thuộc|năm|quý|tháng) )"
)
"""Where a phrase may end. A comma or "và" before a capital letter may stand inside a name: Sở Văn hóa, Thể thao và
Du lịch."""


def cut_phrase(text: str, limit: int) -> str:
    """`text` shortened at the end of a phrase, never inside a name where that can be told; with an ellipsis.

    >>> cut_phrase("Rà soát văn bản của Sở Văn hóa, Thể thao và Du lịch", 40)
    'Rà soát văn bản…'
    """
    text = squeeze(text)
    if len(text) <= limit:
        return text
    ends = [
        match.start()
        for match in _ENDS.finditer(text)
        if limit // 4 <= match.start() <= limit and not (match["list"] and _begins_name(text[match.end() :]))
    ]
    return text[: ends[-1]].rstrip(" ,;:(–-") + "…" if ends else cut(text, limit)


def _begins_name(rest: str) -> bool:
    return rest.lstrip()[:1].isupper()
