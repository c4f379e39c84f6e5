"""What was typed, as words: glued tokens parted, stray signs taken out.

"kh160", "năm2025" and "t12/2026" are parted where letters meet figures, "sảnphẩm" where two syllables that the
loaded papers know meet. What people type is otherwise kept; see `slips` for its spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from knowledge.deadlines.spelt import spelt_numbers
from knowledge.qa.query.spelling import spelled
from knowledge.syllables import has_vowel
from knowledge.text import Folded, fold

# A kind of paper, a unit of time or a plain word before a number; "5G", "Q1" and "P1" are words of their own.
_GLUED = re.compile(r"(?<![\w/-])([^\W\d_]{2,10})(\d{1,5})(?![\d]*[^\W\d_])")
_NUMBER_FIRST = re.compile(
    r"(?<![\w/.,-])(\d{1,4})((?:ngày|tháng|tuần|năm|quý|ngay|thang|tuan|nam|việc|viec)(?![^\W\d_]))"
)
_WARD = re.compile(r"(?<![\w/])[pP]\.? ?(\d{1,2})(?![\w/])")
_SLASHED = re.compile(r"(?<![\w/])([^\W\d_])/([^\W\d_]{1,5})(?![\w/])")
_WORD = re.compile(r"[^\W\d_]+")
LEAST, MOST = 4, 14
"""Letters of a word that may be two syllables."""


def parted(raw: str, words: Words, asking: frozenset[Folded]) -> str:
    """`raw` with its glued tokens parted.

    Args:
        asking: folded syllables that people ask with.
    """
    text = _GLUED.sub(r"\1 \2", raw)
    text = _NUMBER_FIRST.sub(r"\1 \2", text)
    text = _WARD.sub(r"phường \1", text)
    text = _SLASHED.sub(r"\1\2", text)
    return _WORD.sub(lambda m: _two(m[0], words, asking), text)


def in_figures(raw: str) -> str:
    """`raw` (NFC, single-spaced) with the numbers in words that count days, weeks, months or quarters as figures:
    "giữa tháng mười hai", "quý bốn", "ba tuần nữa".
    """
    text = fold(raw)
    if len(text) != len(raw):
        return raw
    shown = raw.lower()
    accented = shown.replace("đ", "d") != text
    numbers = [*spelt_numbers(text, (lambda start, end: shown[start:end]) if accented else None)]
    numbers += [(*match.span(1), 4 if match[1] == "tu" else 5) for match in _ALONE.finditer(text)]
    pieces, last = [], 0
    for start, end, number in sorted(numbers):
        five = text[start:end] == "nam"
        counts = _COUNTER.search(text[:start]) or _COUNTED.match(text[end:])
        if start < last or not counts or (accented and shown[start:end] in _OTHERWISE):
            continue
        year = " năm" if five and re.match(r" 20\d\d\b", text[end:]) else ""
        pieces += [raw[last:start], str(number), year]
        last = end
    return "".join(pieces) + raw[last:]


_COUNTER = re.compile(r"(?<!\w)(?:ngay|mung|mong|thang|qu[yi]) $")
_COUNTED = re.compile(r"^ (?:ngay|tuan|thang|quy)\b")
_ALONE = re.compile(
    r"(?<!\w)(?<!ngay )(?<!hang )(?<!moi )(?:thang|quy) "
    r"(tu(?! (?:ngay|hom|nay|dau|thu|\d))|(?<=thang )nam(?! (?:nay|nao|sau|truoc|toi|ngoai|gan|\d\d?\b)))(?!\w)"
)
"""A fourth or fifth one that the grammar of papers leaves alone, where no year is meant."""
_OTHERWISE = frozenset(("từ", "tú", "nắm", "nấm", "nằm"))


def _two(word: str, words: Words, asking: frozenset[Folded]) -> str:
    folded = fold(word)
    known = folded in words.frequency or folded in asking
    if not LEAST <= len(word) <= MOST or len(folded) != len(word) or known or word.isupper():
        return word
    for at in range(len(word) - 2, 1, -1):
        first, second = Folded(folded[:at]), Folded(folded[at:])
        together = (first, second) in words.pairs or (first in asking and second in asking)
        if together and has_vowel(first) and has_vowel(second):
            return f"{word[:at]} {word[at:]}"
    return word


class Words(Protocol):
    """What the loaded papers' words are."""

    @property
    def frequency(self) -> Mapping[Folded, int]:
        """In how many passages a folded syllable stands."""

    @property
    def pairs(self) -> Mapping[tuple[Folded, Folded], int]:
        """How often one folded syllable follows another."""


_SEGMENT = re.compile(r"[.,;:!?]+(?=\s|$)")
_SPEAKS = re.compile(
    r"^(?:(?:da|thua|kinh|chao|xin chao|vang|alo|hom nay|nay)\b.*|(?:hien|hien tai|vua roi|sang nay|tuan nay)? ?"
    r"(?:em|toi|minh|chau|ben em|ben toi|ben minh|chung toi|chung em|don vi em|co quan em|lanh dao|sep|thu truong"
    r"|doc|theo doi|dang|de|vi|do|nhan|sap toi)\b.*)$"
)
_OWN = re.compile(
    r"\b(?:so|bo|ban|nganh|phong|co quan|don vi|xa|phuong|huyen|ubnd xa|ubnd phuong|ben|van phong|truong"
    r"|trung tam) (?:chung )?(?:em|toi|minh|ta|chau|nay|tui|bon em|ben em)\b"
)
_OWN_OF_ELDER = re.compile(
    r"\b(?:sở|bộ|ban|ngành|phòng|cơ quan|đơn vị|xã|phường|bên|văn phòng|trường|trung tâm) (?:anh|chị|cô|chú|bác)\b"
)
"""Who is older says so of oneself; without accents "chị", "cô", "chú" are "chỉ", "có", "chủ"."""


_SPOKEN = frozenset(
    ("dạ", "thưa", "kính", "chào", "vâng", "hôm", "hiện", "vừa", "sáng", "tuần", "tôi", "mình", "cháu", "bên",
     "chúng", "đơn", "cơ", "lãnh", "sếp", "thủ", "đọc", "đang", "để", "vì", "nhận", "sắp")
)  # fmt: skip
"""How the first words of those are spelled: "Đo mức độ hài lòng" begins otherwise than "do đang soạn báo cáo"."""


def preface(raw: str, asks: Callable[[str], bool]) -> int:
    """Where the question begins behind what somebody says of himself and his reasons; 0 without such a beginning.

    Args:
        asks: whether folded words hold a word of asking.
    """
    begin = 0
    for sign in _SEGMENT.finditer(raw):
        typed, rest = raw[begin : sign.start()].strip(), raw[sign.end() :].strip(" ?.!")
        segment = fold(typed)
        if not rest or asks(segment) or not _SPEAKS.match(segment) or not _is_spoken(typed):
            break
        begin = sign.end()
    return begin


def _is_spoken(typed: str) -> bool:
    first = spelled(typed.split()[0])
    return first in _SPOKEN or first == fold(first)


def means_own(typed: str) -> bool:
    """Whether a text speaks of the asker's agency, or of one named before: "sở mình", "Bộ này"."""
    return bool(own_spans(typed))


_THAT = re.compile(
    r"\b(so|bo|ban|nganh|phong|co quan|don vi|xa|phuong|ubnd xa|van phong)(?: nay)? (?:do|ay|noi tren)\b"
)


def that_office(text: str) -> str:
    """The kind of office that folded `text` points back to ("so" of "sở đó"); empty for none."""
    match = _THAT.search(text)
    return match[1] if match else ""


_PAPER_KINDS = "văn bản|kế hoạch|quyết định|nghị quyết|công văn|chỉ thị|chương trình|đề án|kết luận|thông báo"
_ENDS = r"(?=\s*(?:$|[,.;?!]))"
_THIS_PAPER = re.compile(
    rf"\b(?:{_PAPER_KINDS}) (?:này|đó|ấy|kia|nói trên|vừa rồi|vừa nói|trên{_ENDS})(?! \d)\b"
    rf"|\b(?:{fold(_PAPER_KINDS)}) (?:nay|ay|kia|noi tren|vua roi|vua noi|(?:do|tren){_ENDS})(?! \d)\b"
)
""""Kế hoạch trên địa bàn" points to none, nor does "ke hoach do so noi vu lam", typed without accents."""


def that_paper(typed: str) -> tuple[int, int] | None:
    """Where a text points back to a paper: "quyết định này"."""
    match = _THIS_PAPER.search(typed.lower())
    return match.span() if match else None


def own_spans(typed: str) -> list[tuple[int, int]]:
    """Where a text does so."""
    folded = fold(typed)
    elder = _OWN_OF_ELDER.finditer(typed.lower()) if len(folded) == len(typed) else ()
    return [match.span() for match in (*_OWN.finditer(folded), *elder)]
