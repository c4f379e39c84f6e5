"""Labels of the Vietnamese administrative outline at the beginning of a paragraph.

    Phụ lục I   Phần I   Chương II   Mục 1   A.   I.   Điều 5.   1.   1.1.   2.1.3.   a)   (1)   -   +

The ranks follow Nghị định 30/2020/NĐ-CP, Phụ lục I (thể thức văn bản): phần, chương,
mục, điều, khoản, điểm, then dashes; Roman and capital letters head the parts of a plan.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.text import CAPITAL

KINDS: dict[str, str] = {
    "ke hoach": "Kế hoạch", "quyet dinh": "Quyết định", "nghi quyet": "Nghị quyết", "chi thi": "Chỉ thị",
    "cong van": "Công văn", "chuong trinh": "Chương trình", "chuong trinh hanh dong": "Chương trình hành động",
    "de an": "Đề án", "thong bao": "Thông báo", "huong dan": "Hướng dẫn", "cong dien": "Công điện",
    "ket luan": "Kết luận", "phuong an": "Phương án", "bao cao": "Báo cáo", "thong tu": "Thông tư",
    "nghi dinh": "Nghị định", "to trinh": "Tờ trình",
}  # fmt: skip
"""Kinds of papers as their names are folded, and as they are written."""
SECTION_NUMBER = re.compile(r"^(?:[IVX]+|[A-H])\s*[.)]?$")
SECTION_LABEL = re.compile(r"^(?:[IVX]+|[A-H])\s*[.)\-–]\s*(?=\S)")
"""What stands before the title of a section of a table, by itself or in one cell with it."""
_ROMAN = r"(?:X{0,2}(?:IX|IV|V?I{1,3}|V|X)|X{1,3})"
_PATTERNS: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    (
        "appendix",
        0,
        re.compile(r"^(PHỤ LỤC|Phụ lục|PHỤ BIỂU|Phụ biểu)(?:\s+(?:số\s+)?([IVX]+|\d+[A-Za-z]?))?\s*[.:]?\s*$"),
    ),
    ("part", 1, re.compile(rf"^(Phần|PHẦN)\s+({_ROMAN}|\d+|thứ\s+\w+|THỨ\s+\w+)\s*[.:]?\s*")),
    ("chapter", 2, re.compile(rf"^(Chương|CHƯƠNG)\s+({_ROMAN}|\d+)\s*[.:]?\s*")),
    ("section", 3, re.compile(rf"^(Mục|MỤC)\s+({_ROMAN}|\d+)\s*[.:]\s*")),
    ("roman", 5, re.compile(rf"^({_ROMAN})\s*(?:[.)]|\s[-–])\s*(?=\S)")),
    ("capital", 4, re.compile(rf"^([A-EGHK])\s*[.)]\s+(?={CAPITAL})")),
    ("article", 6, re.compile(r"^(Điều|ĐIỀU)\s+(\d+[a-z]?)\s*[.:]\s*")),
    (
        "number",
        7,
        re.compile(
            r"^(\d{1,2}(?:\.\d{1,2}){0,4})(?:\.(?!\d)|\s*\)|(?<=\.\d)(?!\d)|(?<=\.\d\d)(?!\d)|\s*[-–](?=\s))\s*(?=\S)"
        ),
    ),
    ("letter", 13, re.compile(r"^([a-zđ]{1,2})\s*\)\s*(?=\S)")),
    ("letter", 13, re.compile(r"^([a-zđ])\.\s+(?=\S)")),
    ("paren", 14, re.compile(r"^\((\d{1,2}|[a-zđ]|[ivx]{1,4})\)\s*(?=\S)")),
    ("dash", 15, re.compile(r"^([-–—•▪*~])\s*(?=[^\s\d-])|^([-–—•])\s+(?=\S)")),
    ("plus", 16, re.compile(r"^(\+|o)\s+(?=\S)|^(\+)\s*(?=\S)")),
)
_ALONE = re.compile(rf"^\s*(?:[-–—+•*]|\d{{1,2}}(?:\.\d{{1,2}})*[.)]?|{_ROMAN}\.|[a-zđ]\)|Điều\s+\d+\.)\s*$")
_MAY_BEGIN = re.compile(r"[\dIVX(+–—•▪*~-]|[A-EGHK]\s*[.)]|[a-zđ]{1,2}\s*[.)]|o\s|Ph[ụầ]|PH[ỤẦ]|Ch|CH|M[ụỤ]|Đi|ĐI")
"""How any label begins: most lines have none, and need not be asked for each kind."""
_DATE = re.compile(r"^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")


@dataclass(frozen=True, slots=True)
class Label:
    """A label found: its kind, printed mark, rank (smaller is outer) and the text behind it."""

    kind: str
    mark: str
    rank: int
    rest: str


def find_label(text: str) -> Label | None:
    """The outline label that `text` begins with, if any.

    >>> find_label("2.1. Cải cách thể chế")
    Label(kind='number', mark='2.1', rank=8, rest='Cải cách thể chế')
    """
    if not _MAY_BEGIN.match(text) or _DATE.match(text):
        return None
    for kind, rank, pattern in _PATTERNS:
        found = pattern.match(text)
        if not found:
            continue
        rest = text[found.end() :].strip()
        if kind in {"appendix", "part", "chapter", "section", "article"}:
            mark = found.group(0).strip().rstrip(".:").strip()
        else:
            mark = next(g for g in found.groups() if g)
        if kind == "number":
            if re.match(r"^[%°]|^(?:tháng|năm)\b", rest):
                return None
            rank += mark.count(".")
        return Label(kind, mark, rank, rest)
    return None


def bullet_alone(text: str) -> bool:
    """Whether a line holds a label and nothing else, its text having wrapped to the next line."""
    return bool(_ALONE.match(text))
