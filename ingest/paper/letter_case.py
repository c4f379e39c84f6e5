"""Titles and names printed in capitals, set as running text sets them."""

from __future__ import annotations

import re

from ingest.paper.names import NUMBER, UNITS

_PLACED = re.compile(rf"\b({UNITS}) (\w+(?: (?:- )?\w+){{0,3}}?)(?= (?:giai|năm|thời)|$)")
_NAMED = re.compile(
    r"\b(chính phủ|thủ tướng|ban bí thư|bộ chính trị|quốc hội|đảng(?! viên)|trung ương|(?<!pháp )luật|nghị quyết|"
    r"quyết định|chỉ thị|kết luận)\b"
)
_PROPER = {"ban bí thư": "Ban Bí thư", "bộ chính trị": "Bộ Chính trị"}
_COUNTED = re.compile(r"\b(khóa|khoá|lần thứ|quý|quí|đợt|kỳ) ([ivx]+)\b")


def sentence_case(title: str) -> str:
    """A title in capitals as a sentence; numbers of papers, places and high bodies keep theirs."""
    if not title.isupper():
        return title
    text = re.sub(rf"\b{NUMBER}\b", lambda m: m[0].upper().replace("TTG", "TTg"), title.lower(), flags=re.IGNORECASE)
    text = _PLACED.sub(lambda m: f"{m[1]} {m[2].title()}", text)
    text = _NAMED.sub(lambda m: _PROPER.get(m[1], m[1].capitalize()), text)
    text = _COUNTED.sub(lambda m: f"{m[1]} {m[2].upper()}", text)
    return text[:1].upper() + text[1:]


def name_case(name: str) -> str:
    """An issuer in capitals as it is written in a sentence.

    >>> name_case("UỶ BAN NHÂN DÂN TỈNH PHÚ GIANG")
    'Ủy ban nhân dân tỉnh Phú Giang'
    """
    if not name.isupper():
        return name
    text = name.lower().replace("uỷ", "ủy")
    text = _PLACED.sub(lambda m: f"{m[1]} {m[2].title()}", text)
    text = re.sub(r"\b(?:ubnd|hđnd)\b", lambda m: m[0].upper(), text)
    text = re.sub(r"\b(quốc hội|chính phủ)\b", lambda m: m[1].capitalize(), text)
    return text[:1].upper() + text[1:]
