"""What evidence must hold to answer what is asked: a figure, a day, money, a telephone number.

Plans speak *about* a hotline or a cost without telling them; then the paper's sentence is no
answer, however well its words fit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.records import Passage
from knowledge.text import fold

_FRAME = re.compile(r"^(?:tren day la|can cu |theo de nghi cua|noi nhan|kinh gui)")
_DATED = re.compile(
    r"\d{1,2} ?/ ?\d{1,2}|\d{1,2} ?/ ?20\d\d|\bquy (?:[1-4]|iv|i{1,3})\b|\bthang \d|\bngay \d|\bnam 20\d\d"
    r"|\bhang (?:ngay|tuan|thang|quy|nam)|\bdinh ky|\bthuong xuyen|\b\d+ (?:ngay|thang|nam|gio|phut|tuan)\b"
    r"|\bdau nam|\bcuoi nam|\bsau khi|\bngay sau"
)


@dataclass(frozen=True, slots=True)
class _Need:
    """Asked so, the evidence must show this."""

    asked: re.Pattern[str]
    shown: re.Pattern[str]


def _need(asked: str, shown: str) -> _Need:
    return _Need(re.compile(rf"(?<!\w)(?:{asked})(?!\w)"), re.compile(shown))


_NEEDS = (
    _need(r"(?:bao nhieu|may) (?:phan tram|%)", r"%|\bphan tram\b|\btoan bo\b|\btat ca\b"),
    _need(
        r"so dien thoai|sdt|dien thoai (?:la )?(?:so )?(?:bao nhieu|may)|so may dien thoai|hotline|so fax|zalo"
        r"|duong day nong(?: \w+){0,8} so",
        r"\b0\d{2,3}[ .-]?\d{3}[ .-]?\d{3,4}\b|\b1[89]00[ .]?\d{2,4}\b|\b1022\b",
    ),
    _need(r"e-?mail|thu dien tu (?:la )?gi|hop thu nao", r"@"),
    _need(
        r"dia chi(?: \w+){0,10} (?:o dau|la gi|nao|dau)|dia chi (?:cua|tru so|nha)"
        r"|tru so(?: \w+){0,6} o dau|so nha|duong nao",
        r"\bdia chi\b|\bso nha\b",
    ),
    _need(
        r"(?:can|lam|nop|chuan bi|mang)(?: theo)? (?:nhung )?(?:giay to|ho so) (?:gi|nao)",
        r"\b(?:giay to|ho so)(?: \w+){0,6} (?:bao )?gom\b",
    ),
    _need(
        r"bao nhieu (?:tien|trieu|ty|dong)|may (?:trieu|ty|dong)|(?:don|muc) gia(?: \w+){0,6} bao nhieu"
        r"|(?:le phi|muc phi|muc thu) (?:la )?bao nhieu(?! phan)"
        r"|(?:kinh phi|ngan sach|von)(?: \w+){0,10} (?:la )?bao nhieu(?! phan)"
        r"|luong (?:la )?bao nhieu",
        r"\d[\d.,]* ?(?:dong|trieu|ty|ti|nghin|vnd|usd)\b|\b(?:trieu|ty|nghin) (?:dong|usd)\b|\busd\b",
    ),
)


def lacks(question: str, evidence: str) -> bool:
    """The folded `question` asks for a kind of value that the folded `evidence` does not show."""
    return any(need.asked.search(question) and not need.shown.search(evidence) for need in _NEEDS)


def is_frame(passage: Passage) -> bool:
    """The paper's opening or closing words, which give nobody a task."""
    return _FRAME.match(fold(passage.text[:40])) is not None


def tells_time(text: str) -> bool:
    """Some day, period or rhythm is said."""
    return _DATED.search(fold(text)) is not None
