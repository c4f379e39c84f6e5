"""Times that custom fixes, not the civil calendar: lunar days, school years, seasons, terms of office.

A school year runs from September to 31 May and its first term to the middle of January
by the Ministry's yearly framework; the exact day is decided anew each year, so such a
day is given as a guess. What nobody can date at all is `Kind.VAGUE`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from knowledge.deadlines.numbers import NUMBER, OF_YEAR, YEAR, Found, Rules, always, number_of
from knowledge.deadlines.spans import Span, day_span, month_span
from knowledge.deadlines.tokens import Kind

_LUNAR_SIGN = r"~[,(]?~(?:am lich|al)(?![a-z])~\)?"
_DAY = rf"(?:ngay~)?(?:m[uo]ng )?(?P<d>{NUMBER}|ram)(?:~/~|(?: cua)? thang~)"
_LUNAR = (
    rf"{_DAY}(?P<m>gieng|chap|{NUMBER}){OF_YEAR.replace('(?P<', '(?P<_')}{_LUNAR_SIGN}(?: nam {YEAR})?"
    rf"|(?:ngay~)?(?:m[uo]ng )?(?P<d2>{NUMBER}|ram) thang~(?P<m2>gieng|chap)(?: nam {YEAR})?"
    rf"|(?:ngay )?(?P<d3>ram) thang~(?P<m3>{NUMBER})(?: nam {YEAR}|~/~{YEAR})?"
)
_YEAR = re.compile(rf"(?<![0-9]){YEAR}")
_NAMED_MONTHS = {"gieng": 1, "chap": 12}
_FULL_MOON = 15

_YEARS = rf"(?P<y>{YEAR})(?:~-~(?P<y2>{YEAR}))?"
_WHEN = r"(?:(?P<e>dau|khai giang|het|cuoi|ket thuc|tong ket|trong) )?"
_SCHOOL_YEAR = rf"{_WHEN}nam hoc(?: moi)?(?:~:?~{_YEARS})?(?! (?:truoc|sau))"
_TERM = rf"(?:(?:het|cuoi|ket thuc|so ket) )?hoc k[yi] (?P<n>[12l]|i{{1,2}}) (?:cua )?nam hoc~:?~{_YEARS}"

_SEASON = (
    r"(?:mua (?:mua|kho|lu|bao|he|xuan|thu|dong|tuyen sinh)|vu (?:dong xuan|he thu|mua|xuan|dong))(?: (?:lu|bao))?"
)
_RUN = r"(?:k[yi](?! (?:hop|bao cao|so lieu|thong ke|danh gia))|nhiem k[yi]|hoc k[yi])"
_NAMED_YEARS = rf"(?:~[:,(]?~(?:cua )?(?:nam )?{_YEARS})?"
_VAGUE = (
    rf"(?:(?:(?:hang|moi|tung|theo(?: tung)?|dau|giua|cuoi|het|ket thuc|trong|truoc)(?: moi)? )?"
    rf"(?:{_SEASON}|nhiem k[yi]|hoc k[yi](?:~(?:[12]|i{{1,2}}))?)"
    rf"|(?:hang|moi|tung|theo(?: tung)?|dau|giua|cuoi|het)~{_RUN}|(?:hang|moi) dot|(?:dau|cuoi|het) khoa(?! hoc)"
    r"|(?:ngay )?ram(?: hang thang)?|(?:(?:ngay )?ram |tet )?trung thu|thang (?:gieng|chap)"
    r"|(?:ngay~|m[uo]ng~)?[0-9]{1,2} tet"
    rf"){_NAMED_YEARS}(?![a-z])|khoa~:?~[0-9]{{4}}(?:~-~[0-9]{{4}})?"
    r"|(?:k[yi] (?:sau|truoc|toi|ke tiep|tiep theo)|am lich|nhuan|hom nay|ngay mai|trong ngay(?! [0-9])"
    r"|nam (?:hai|2) (?:nghin|ngan)(?: [a-z]+)*"
    r"|tam (?:hoan|dung)|dung thuc hien|hoan(?= den| lai))(?![a-z])|→|=>|->"
)


def _lunar(m: re.Match[str]) -> Found:
    day, month = (m["d"] or m["d2"] or m["d3"]), (m["m"] or m["m2"] or m["m3"])
    span = day_span(_FULL_MOON if day == "ram" else number_of(day), _NAMED_MONTHS.get(month) or number_of(month))
    year = _YEAR.search(m[0])
    if span is None:
        return Kind.BAD, None
    return Kind.SPAN, replace(span, year=number_of(year[0]) if year else None, lunar=True)


def _school_year(m: re.Match[str]) -> Found:
    first = number_of(m["y"]) if m["y"] else None
    if m["e"] in {"dau", "khai giang"}:
        return _guess(month_span(9, first))
    return _guess(day_span(31, 5, first and first + 1))


def _term(m: re.Match[str]) -> Found:
    second = m["n"] in {"2", "ii"}
    return _guess(day_span(31 if second else 18, 5 if second else 1, number_of(m["y"]) + 1))


def _guess(span: Span | None) -> Found:
    return (Kind.SPAN, replace(span, guessed=True)) if span else (Kind.VAGUE, None)


RULES: Rules = {
    "lunar": (_LUNAR, _lunar),
    "school_year": (_SCHOOL_YEAR, _school_year),
    "term": (_TERM, _term),
    "vague": (_VAGUE.replace("(?P<y>", "(?:").replace("(?P<y2>", "(?:"), always(Kind.VAGUE)),
}
