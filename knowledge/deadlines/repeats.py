"""What comes again and again: the patterns of `recurrence` in the grammar."""

from __future__ import annotations

import re

from knowledge.deadlines import rules
from knowledge.deadlines.numbers import BAD, NUMBER, OF_YEAR, ROMAN, Found, Rules, number_of, with_year
from knowledge.deadlines.spans import MONTH_END, Pick, Unit, day_span, month_span, quarter_span
from knowledge.deadlines.tokens import Every, Kind
from knowledge.numerals import parse_small_number

UNITS = {
    "nam": Every(Unit.YEAR), "quy": Every(Unit.QUARTER), "thang": Every(Unit.MONTH), "tuan": Every(Unit.WEEK),
    "ngay": Every(Unit.DAY),
}  # fmt: skip
# Months that a year holds a whole number of times end with it: "2 tháng/lần" is due from February on.
_COUNTED_MONTHS = {
    1: Every(Unit.MONTH), 2: Every(Unit.PART, months=(2, 4, 6, 8, 10, 12)), 3: Every(Unit.QUARTER),
    4: Every(Unit.PART, months=(4, 8, 12)), 6: Every(Unit.PART, months=(6, 12)), 9: Every(Unit.PART, months=(9,)),
    12: Every(Unit.YEAR),
}  # fmt: skip
_RARELY = Every(None, rare=True)
NOT_A_QUARTER = r"(?!~(?:dinh|che|trinh|hoach|mo|chuan|uoc|luat|tac|pham|phap|trach|ket)(?![a-z]))"
UNIT_WORD = rf"(?:nam(?! hoc)|qu[yi]{NOT_A_QUARTER}|thang|tuan|ngay)(?![a-z])"
_EACH = r"(?:hang~|moi |tung |theo tung |theo cac )"
_EVERY = rf"(?:dinh ky )?{_EACH}(?:(?P<n>[0-9]{{1,2}})~)?(?P<u>{UNIT_WORD})(?! (?:tiep|sau|ke(?! tu))(?![a-z]))"
_ALL_OF = r"cac (?P<u>qu[yi]|thang|nam|tuan)(?= trong nam| cua nam|~$|~[,.;()])"
_ONCE = rf"(?P<n>[0-9]{{1,2}})?~(?P<u>{UNIT_WORD})~(?:/|0?1 |co )~(?:0?1 )?(?:lan|k[yi]|dot)(?![a-z])"
_TIMES = rf"(?P<n>[0-9]{{1,2}}) (?:lan|k[yi]|dot)(?:~/~| trong | moi | )~(?:0?1 )?(?P<u>{UNIT_WORD})"
_UNIT_TIMES = rf"{_EACH}?(?P<u>{UNIT_WORD}) (?P<n>[0-9]{{1,2}}) (?:lan|dot)(?![a-z])"
_REPORT = (
    r"(?:bao cao|so ket|tong ket)(?: dinh ky)? (?:(?P<n>0?[369]) )?"
    rf"(?P<u>nam|qu[yi]{NOT_A_QUARTER}|thang|tuan)(?![a-z])"
    rf"(?!~(?:{ROMAN}|[0-9]|hoc|truoc(?! ngay| [0-9])|sau|nay|qua))"
)
_BY_UNIT = rf"theo (?P<u>qu[yi]{NOT_A_QUARTER}|thang|nam|tuan)(?![a-z])(?!~(?:{ROMAN}|[0-9]))"


def _every(m: re.Match[str]) -> Found:
    unit = m["u"].replace("qui", "quy")
    number = int(m.groupdict().get("n") or 1)
    if number == 1:
        return Kind.EVERY, UNITS[unit]
    if unit == "thang" and number in _COUNTED_MONTHS:
        return Kind.EVERY, _COUNTED_MONTHS[number]
    return Kind.EVERY, Every(UNITS[unit].unit, interval=max(number, 1))


def _times(m: re.Match[str]) -> Found:
    """ "2 lần/năm" is each half-year, "4 lần/năm" each quarter; else the days must stand beside it."""
    unit = m["u"].replace("qui", "quy")
    number = int(m["n"])
    if number == 1:
        return Kind.EVERY, UNITS[unit]
    by_year = {2: _COUNTED_MONTHS[6], 4: _COUNTED_MONTHS[3], 12: _COUNTED_MONTHS[1]}
    if unit == "nam" and number in by_year:
        return Kind.EVERY, by_year[number]
    return Kind.EVERY, Every(UNITS[unit].unit, rare=True)


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
_END_OF_EACH = (
    r"(?:vao )?(?:cuoi|het|ket thuc) (?:(?:moi|hang|tung|cac) (?P<u>nam|qu[yi]|thang|tuan)"
    rf"|(?P<u2>qu[yi]|thang|tuan){NOT_A_QUARTER})(?![a-z])(?!~(?:[0-9]|gieng|chap|{ROMAN}))"
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


def _end_of_each(m: re.Match[str]) -> Found:
    return Kind.EVERY, UNITS[(m["u"] or m["u2"]).replace("qui", "quy")]


_DAY_NAME = r"(?:ngay )?(?:thu~(?P<w>hai|ba|tu|nam|sau|bay|[2-7])|(?P<sun>chu nhat))(?![a-z0-9])"
_DAY_NAMES = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
_WORKING_WEEK = (0, 1, 2, 3, 4)
_NTHS = {"dau": 1, "dau tien": 1, "nhat": 1, "cuoi": -1, "cuoi cung": -1}
_NTH = r"(?:dau tien|dau|cuoi cung|cuoi|thu nhat|(?:thu )?[1-9](?![0-9]))"
_OF_PERIOD = r"(?= (?:(?:cua|trong|moi|hang|tung|cac) )*(?:thang|qu[yi]|nam)(?![a-z]))"
_PICK = (
    rf"(?:(?P<work>ngay lam viec)|{_DAY_NAME})(?: (?:cua |trong |vao )?tuan)? (?P<e>{_NTH}){_OF_PERIOD}"
    rf"|(?:(?P<work2>ngay lam viec)|(?P<any>ngay)) (?P<e2>dau tien|cuoi cung|cuoi(?! tuan)|thu [1-9](?= cua))"
)


def _pick(m: re.Match[str]) -> Found:
    name = " ".join((m["e"] or m["e2"]).split()).removeprefix("thu ")
    nth = _NTHS.get(name) or int(name)
    if m["work"] or m["work2"]:
        return Kind.PICK, Pick(_WORKING_WEEK, nth, working=True)
    return Kind.PICK, Pick(tuple(range(7)) if m["any"] else (_weekday_of(m),), nth)


def _weekday_of(m: re.Match[str]) -> int:
    """Monday is 0."""
    if m["sun"]:
        return 6
    index = _DAY_NAMES.get(m["w"])
    return int(m["w"]) - 2 if index is None else index


def weekday(m: re.Match[str]) -> Found:
    """A weekday by its name or number."""
    return Kind.WEEKDAY, rules.WEEKDAYS[_weekday_of(m)]


RULES: Rules = {
    "day_of_a_quarter": (_DAY_OF_A_QUARTER, _of_a_quarter),
    "day_of_quarter": (_DAY_OF_QUARTER, _day_of_quarter),
    "day_of_next_month": (_DAY_OF_NEXT_MONTH, _day_of_next_month),
    "pick": (_PICK, _pick),
    "month_of_a_quarter": (_MONTH_OF_A_QUARTER, _of_a_quarter),
    "month_of_quarter": (_MONTH_OF_QUARTER, _month_of_quarter),
    "once": (_ONCE, _every),
    "times": (_TIMES, _times),
    "unit_times": (_UNIT_TIMES, _times),
    "every": (_EVERY, _every),
    "all_of": (_ALL_OF, _every),
    "begin_of_each": (_BEGIN_OF_EACH, lambda _: (Kind.EVERY, Every(None, rare=True))),
    "end_of_each": (_END_OF_EACH, _end_of_each),
    "report": (_REPORT, _every),
    "by_unit": (_BY_UNIT, _every),
    "weekday": (_DAY_NAME, weekday),
    "yearly": (r"thuong nien(?![a-z])", lambda _: (Kind.EVERY, UNITS["nam"])),
}
