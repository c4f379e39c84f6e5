"""Days, months, quarters and years: the patterns of `time` in the grammar."""

from __future__ import annotations

import re

from knowledge.deadlines.numbers import (
    BAD,
    NOTHING,
    NUMBER,
    OF_YEAR,
    ROMAN,
    YEAR,
    Found,
    Rules,
    always,
    number_of,
    with_year,
)
from knowledge.deadlines.spans import day_span, month_span, months_span, quarter_span, year_span
from knowledge.deadlines.tokens import Kind
from knowledge.numerals import parse_small_number

_SLASHED = rf"(?:ngay~)?(?:m[uo]ng )?(?P<d>{NUMBER})~/~(?P<m>{NUMBER})(?!~(?:ngay|gio|%)(?![a-z])){OF_YEAR}"
_FULL_DATE = rf"(?:ngay~)?(?P<d>{NUMBER})~(?P<s>[.-])~(?P<m>{NUMBER})~(?P=s)~(?P<y>{YEAR})"
_WORDED = rf"(?:ngay~)?(?:m[uo]ng )?(?P<d>{NUMBER})~,?~thang~(?P<m>{NUMBER})(?!~lan){OF_YEAR}"
# A date whose number nobody filled in: "ngày ... tháng 6", "tháng    năm 2026".
_BLANK = r"(?:[ ._…?x-]|\.)*"
_BLANK_DATE = (
    rf"ngay{_BLANK}(?:thang(?=~[0-9])|/)~[0-9]{{1,2}}(?:~(?:/|nam)~[0-9]{{4}})?"
    rf"|(?:ngay~{NUMBER}~)?thang{_BLANK}(?:nam|/)~[0-9]{{4}}"
)
_BROKEN_DATE = (
    r"(?:ngay~)?[0-9]{1,2}~/~[0-9]{1,2}~/~[0-9]+|(?:ngay~)?[0-9]{1,2}~-~[0-9]{1,2}~-~[0-9]+"
    r"|ngay~[0-9]{1,2}~/~[0-9]+|(?:thang|quy)~[0-9]{3,}|nam~(?:[0-9]{3}(?![0-9])|[0-9]{5,}|[3-9][0-9]{3})"
)


def _day(m: re.Match[str]) -> Found:
    span = day_span(number_of(m["d"]), number_of(m["m"]), worded="thang" in m[0])
    return with_year(span, m)


def _broken(_: re.Match[str]) -> Found:
    return BAD


_DAY_NUMBER = rf"(?:ngay~|(?:ngay )?m[uo]ng )(?P<d>{NUMBER})(?!~[/.]~[0-9])"


_BARE_DAY = rf"(?P<d>{NUMBER})(?= (?:hang~|moi )thang(?![a-z]))"


def _day_number(m: re.Match[str]) -> Found:
    number = number_of(m["d"])
    return (Kind.DAY_NUMBER, number) if 1 <= number <= 31 else BAD


_NOT_TIMES = r"(?! +(?:lan|ky|dot)(?![a-z]))"
_MONTH = (
    rf"(?:thang~|th?\.?(?=[0-9]{{1,2}}/))(?P<n>{NUMBER}|[ivx]{{1,4}}(?![a-z0-9])){_NOT_TIMES}{OF_YEAR}(?!~/~[0-9])"
)
_MONTH_YEAR = rf"(?P<n>{NUMBER})~(?:/~(?P<y>{YEAR})(?!~/)|[.-]~(?P<y2>{YEAR})(?!~[/.-]~[0-9]))"
_ISO_DATE = rf"(?P<y>{YEAR})~(?P<s>[/.-])~(?P<m>{NUMBER})~(?P=s)~(?P<d>{NUMBER})"
_QUARTER_YEAR = rf"(?P<n>i{{1,3}}|iv)~/~(?P<y>{YEAR})"
_QUARTER = rf"(?:qu[yi]~:?~(?:thu )?|q\.?~)(?P<n>{ROMAN}){_NOT_TIMES}{OF_YEAR}(?!~/~[0-9])"
_YEAR_NAMED = rf"nam~(?P<y>{YEAR}|20[ ][0-9][0-9](?![0-9]))"
_YEAR_BARE = rf"(?P<y>{YEAR})(?!~[/%])"
_YEAR_NEXT = r"nam (?:sau|toi|ke tiep)(?! khi)"
_YEAR_HERE = rf"(?:~/?~(?P<y>{YEAR})| (?P<next>sau|toi)(?![a-z]))?"
_MONTHS = rf"(?P<n>[0-9]{{1,2}}) thang~(?P<e>dau|cuoi)(?: (?:cua )?nam{_YEAR_HERE}|(?=~(?:,|va)~0?6 thang cuoi))"
_MONTHS_OF = rf"(?P<n>0?[369])~thang~/?~nam~(?P<y>{YEAR})"
_HALF = rf"nua (?P<e>dau|cuoi) (?:cua )?nam{_YEAR_HERE}"
_QUARTERS = rf"(?P<n>[0-9])? ?quy (?P<e>dau|cuoi)(?: tien| cung)? (?:cua )?nam{_YEAR_HERE}"


def month(m: re.Match[str]) -> Found:
    """A month by its number, `n`, Arabic or Roman."""
    number = number_of(m["n"]) if m["n"].strip("ivx |") else parse_small_number(m["n"])
    return with_year(month_span(number or 0), m)


def _month_year(m: re.Match[str]) -> Found:
    span = month_span(number_of(m["n"]))
    return with_year(span, m) if span else NOTHING


def quarter(m: re.Match[str]) -> Found:
    """A quarter by its number, `n`."""
    return with_year(quarter_span(parse_small_number(m["n"]) or 0), m)


def _year(m: re.Match[str]) -> Found:
    return with_year(year_span(), m)


def _next_year(_: re.Match[str]) -> Found:
    return Kind.SPAN, year_span(later=1)


def _months_of_year(number: int, end: str, m: re.Match[str]) -> Found:
    if not 1 <= number <= 12:
        return BAD
    return with_year(months_span(1, number) if end == "dau" else months_span(13 - number, 12), m)


def _months(m: re.Match[str]) -> Found:
    return _months_of_year(int(m["n"]), m["e"], m)


def _months_of(m: re.Match[str]) -> Found:
    return _months_of_year(int(m["n"]), "dau", m)


def _half(m: re.Match[str]) -> Found:
    return _months_of_year(6, m["e"], m)


def _quarters(m: re.Match[str]) -> Found:
    return _months_of_year(3 * int(m["n"] or "1"), m["e"], m)


RULES: Rules = {
    "months": (_MONTHS, _months),
    "months_of": (_MONTHS_OF, _months_of),
    "half": (_HALF, _half),
    "quarters": (_QUARTERS, _quarters),
    "iso_date": (_ISO_DATE, _day),
    "quarter_year": (_QUARTER_YEAR, quarter),
    "full_date": (_FULL_DATE, _day),
    "slashed": (rf"(?:{_SLASHED})(?!~/~[0-9])", _day),
    "blank": (_BLANK_DATE, _broken),
    "broken": (_BROKEN_DATE, _broken),
    "worded": (_WORDED, _day),
    "bare_day": (_BARE_DAY, _day_number),
    "day_number": (_DAY_NUMBER, _day_number),
    "month_year": (_MONTH_YEAR, _month_year),
    "month": (_MONTH, month),
    "quarter": (_QUARTER, quarter),
    "other_years": (r"khoa [ivxl]+(?![a-z])", always(Kind.WORD)),
    "year_named": (_YEAR_NAMED, _year),
    "year_next": (_YEAR_NEXT, _next_year),
    "year_bare": (_YEAR_BARE, _year),
}
