"""What comes again and again: the patterns of `recurrence` in the grammar."""

from __future__ import annotations

import re

from knowledge.deadlines import rules
from knowledge.deadlines.dates import counted
from knowledge.deadlines.numbers import BAD, NUMBER, OF_YEAR, ROMAN, Found, Rules, number_of, with_year
from knowledge.deadlines.spans import MONTH_END, Unit, day_span, month_span, quarter_span
from knowledge.deadlines.tokens import Every, Kind
from knowledge.numerals import parse_small_number

UNITS = {
    "nam": Every(Unit.YEAR), "quy": Every(Unit.QUARTER), "thang": Every(Unit.MONTH), "tuan": Every(Unit.WEEK),
    "ngay": Every(Unit.DAY),
}  # fmt: skip
_COUNTED_MONTHS = {
    1: Every(Unit.MONTH), 3: Every(Unit.QUARTER), 6: Every(Unit.PART, months=(6, 12)),
    9: Every(Unit.PART, months=(9,)), 12: Every(Unit.YEAR),
}  # fmt: skip
_RARELY = Every(None, rare=True)
NOT_A_QUARTER = r"(?!~(?:dinh|che|trinh|hoach|mo|chuan|uoc|luat|tac|pham|phap|trach|ket)(?![a-z]))"
UNIT_WORD = rf"(?:nam(?! hoc)|qu[yi]{NOT_A_QUARTER}|thang|tuan|ngay)(?![a-z])"
_EACH = r"(?:hang~|moi |tung |theo tung |theo cac )"
_EVERY = rf"(?:dinh ky )?{_EACH}(?:(?P<n>[0-9]{{1,2}}|sau|ba|chin)~)?(?P<u>{UNIT_WORD})(?! (?:tiep|sau|ke)(?![a-z]))"
_ALL_OF = r"cac (?P<u>qu[yi]|thang|nam|tuan)(?= trong nam| cua nam|~$|~[,.;()])"
_ONCE = rf"(?P<n>[0-9]{{1,2}})?~(?P<u>{UNIT_WORD})~(?:/|mot |0?1 |co )~(?:0?1 |mot )?(?:lan|ky)(?![a-z])"
_TIMES = rf"(?P<n>[0-9]{{1,2}}|mot|hai) (?:lan|ky)(?:~/~| trong | moi | mot | trong mot )~(?:0?1 )?(?P<u>{UNIT_WORD})"
_UNIT_TIMES = rf"{_EACH}?(?P<u>{UNIT_WORD}) (?P<n>[0-9]{{1,2}}|mot|hai) lan(?![a-z])"
_REPORT = (
    r"(?:bao cao|so ket|tong ket)(?: dinh ky)? (?:(?P<n>0?[369]) )?"
    rf"(?P<u>nam|qu[yi]{NOT_A_QUARTER}|thang|tuan)(?![a-z])"
    rf"(?!~(?:{ROMAN}|[0-9]|hoc|truoc(?! ngay| [0-9])|sau|nay|qua))"
)
_BY_UNIT = rf"theo (?P<u>qu[yi]{NOT_A_QUARTER}|thang|nam|tuan)(?![a-z])(?!~(?:{ROMAN}|[0-9]))"


def _every(m: re.Match[str]) -> Found:
    unit = m["u"][:3].replace("qui", "quy") if m["u"].startswith("qu") else m["u"]
    number = counted(m["n"]) if m.groupdict().get("n") else 1
    if number == 1:
        return Kind.EVERY, UNITS[unit]
    if unit == "thang":
        return Kind.EVERY, _COUNTED_MONTHS.get(number, _RARELY)
    return Kind.EVERY, _RARELY


def _times(m: re.Match[str]) -> Found:
    """ "2 lần/năm" is each half-year, "4 lần/năm" each quarter."""
    unit = m["u"].replace("qui", "quy")
    number = counted(m["n"])
    if number == 1:
        return Kind.EVERY, UNITS[unit]
    by_year = {2: _COUNTED_MONTHS[6], 4: _COUNTED_MONTHS[3], 12: _COUNTED_MONTHS[1]}
    return Kind.EVERY, by_year.get(number, _RARELY) if unit == "nam" else _RARELY


_WHICH = {"dau": 1, "thu nhat": 1, "giua": 2, "thu hai": 2, "thu 2": 2, "cuoi": 3, "thu ba": 3, "thu 3": 3}
_OF_QUARTER = (
    r"thang~(?P<w>dau|giua|cuoi|thu nhat|thu hai|thu ba|thu 2|thu 3)(?: tien| cung)?"
    rf"(?: cua| trong| o)?(?: moi| hang| tung| cac)? qu[yi]{NOT_A_QUARTER}(?![a-z])"
    r"(?P<next> (?:sau|tiep theo|ke tiep|lien ke))?"
)
_DAY_OF_QUARTER = rf"ngay~(?P<d>{NUMBER})(?: cua| trong|~,)? {_OF_QUARTER}(?!~(?:{ROMAN}))"
_NAMED_QUARTER = rf"~(?P<n>{ROMAN}){OF_YEAR.replace('<next>', '<next_year>')}"
_DAY_OF_A_QUARTER = rf"ngay~(?P<d>{NUMBER})(?: cua| trong)? {_OF_QUARTER}{_NAMED_QUARTER}"
_MONTH_OF_QUARTER = rf"{_OF_QUARTER}(?!~(?:{ROMAN}))"
_MONTH_OF_A_QUARTER = rf"{_OF_QUARTER}{_NAMED_QUARTER}"
_DAY_OF_NEXT_MONTH = (
    rf"ngay~(?P<d>{NUMBER})(?: cua)?(?: hang)? thang (?:sau|tiep theo|ke tiep|lien ke)(?! (?:quy|cua quy))"
)
_LAST_DAY = (
    r"ngay (?P<work>lam viec )?cuoi(?: cung)?(?: cua| trong)?(?: moi| hang| tung)? "
    rf"(?P<u>nam|quy{NOT_A_QUARTER}|thang)(?![a-z])(?!~[0-9ivl])"
)
_END_OF_EACH = (
    r"(?:vao )?(?:cuoi|het|ket thuc) (?:(?:moi|hang|tung|cac) (?P<u>nam|qu[yi]|thang|tuan)"
    rf"|(?P<u2>qu[yi]|thang|tuan){NOT_A_QUARTER})(?![a-z])(?!~(?:[0-9]|{ROMAN}))"
)


_BEGIN_OF_EACH = (
    r"(?:dau|giua) (?:(?:moi|hang|tung|cac) (?:nam|qu[yi]|thang|tuan)"
    rf"|(?:qu[yi]|thang|tuan){NOT_A_QUARTER})(?![a-z])(?!~(?:[0-9]|{ROMAN}))"
)


def _quarter_months(m: re.Match[str]) -> tuple[int, ...]:
    which = _WHICH[" ".join(m["w"].split())]
    offset = 3 if m["next"] else 0
    return tuple(sorted((3 * quarter + which - 1 + offset) % 12 + 1 for quarter in range(4)))


def _day_of_quarter(m: re.Match[str]) -> Found:
    day = number_of(m["d"])
    if not 1 <= day <= 31:
        return BAD
    return Kind.EVERY, Every(Unit.QUARTER, rules.monthly(day, _quarter_months(m)))


def _month_of_quarter(m: re.Match[str]) -> Found:
    return Kind.EVERY, Every(Unit.QUARTER, rules.monthly(MONTH_END, _quarter_months(m)))


def _of_a_quarter(m: re.Match[str]) -> Found:
    quarter = quarter_span(parse_small_number(m["n"]) or 0)
    if quarter is None or m["next"]:
        return BAD
    month = quarter.first[0] + _WHICH[" ".join(m["w"].split())] - 1
    day = m.groupdict().get("d")
    return with_year(day_span(number_of(day), month) if day else month_span(month), m)


def _day_of_next_month(m: re.Match[str]) -> Found:
    day = number_of(m["d"])
    return (Kind.EVERY, Every(Unit.MONTH, rules.monthly(day))) if 1 <= day <= 31 else BAD


def _last_day(m: re.Match[str]) -> Found:
    unit = UNITS[m["u"].replace("qui", "quy")]
    months = {Unit.QUARTER: rules.QUARTER_MONTHS, Unit.YEAR: (12,)}.get(unit.unit or Unit.DAY, ())
    body = rules.last_workday(months) if m["work"] else rules.monthly(MONTH_END, months)
    return Kind.EVERY, Every(unit.unit, body)


def _end_of_each(m: re.Match[str]) -> Found:
    return Kind.EVERY, UNITS[(m["u"] or m["u2"]).replace("qui", "quy")]


_WEEKDAY = r"(?:sang |chieu )?(?:ngay )?(?:(?:thu~(?P<w>hai|ba|tu|nam|sau|bay|[2-7]))|(?P<sun>chu nhat))(?![a-z0-9])"
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}


def _weekday(m: re.Match[str]) -> Found:
    if m["sun"]:
        return Kind.WEEKDAY, "SU"
    index = _WEEKDAYS.get(m["w"])
    return Kind.WEEKDAY, rules.WEEKDAYS[int(m["w"]) - 2 if index is None else index]


RULES: Rules = {
    "day_of_a_quarter": (_DAY_OF_A_QUARTER, _of_a_quarter),
    "day_of_quarter": (_DAY_OF_QUARTER, _day_of_quarter),
    "day_of_next_month": (_DAY_OF_NEXT_MONTH, _day_of_next_month),
    "last_day": (_LAST_DAY, _last_day),
    "month_of_a_quarter": (_MONTH_OF_A_QUARTER, _of_a_quarter),
    "month_of_quarter": (_MONTH_OF_QUARTER, _month_of_quarter),
    "once": (_ONCE, _every),
    "times": (_TIMES, _times),
    "unit_times": (_UNIT_TIMES, _times),
    "every": (_EVERY, _every),
    "all_of": (_ALL_OF, _every),
    "begin_of_each": (_BEGIN_OF_EACH, lambda _: (Kind.EVERY, _RARELY)),
    "end_of_each": (_END_OF_EACH, _end_of_each),
    "report": (_REPORT, _every),
    "by_unit": (_BY_UNIT, _every),
    "weekday": (_WEEKDAY, _weekday),
    "yearly": (r"thuong nien(?![a-z])", lambda _: (Kind.EVERY, UNITS["nam"])),
}
