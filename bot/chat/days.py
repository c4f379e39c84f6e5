"""A day as people type it: "30/6", "cuối quý III", "ngày mai", "thứ hai tuần sau", "10 ngày làm việc nữa"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from knowledge.deadlines import parse_deadline
from knowledge.records import DeadlineKind
from knowledge.text import fold
from knowledge.workdays import WorkCalendar

_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
_NUMBERED = {str(number): number - 2 for number in range(2, 8)}
_ASKING = re.compile(r"(?:xin |hay |den |vao |nhac |lai |(?:cho )?toi |lui (?:han )?)+")
"""Words before a day that say what is to happen then."""
_WEEKDAY = re.compile(r"(?:thu (hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)( tuan sau| tuan toi)?")
_AHEAD = re.compile(r"(?:sau )?(\d{1,3}) (ngay lam viec|ngay|tuan)(?: nua| toi)?")
_APART = re.compile(r"(?<=\d)[-.](?=\d)")
_YEAR = re.compile(r"\d{4}")
_FARTHEST = 400
"""Days: nobody counts farther ahead than that."""


def read_day(text: str, today: date, calendar: WorkCalendar) -> date | None:
    """The day that is meant, the coming one where no year is told; None where none can be read."""
    words = fold(text).strip(" .!?")
    if asking := _ASKING.match(words):
        words = text = words[asking.end() :]
    relative = _relative(words, today, calendar)
    if relative is not None:
        return relative
    written = _APART.sub("/", text.strip())
    found = _parsed(written, today.year)
    if found is not None and found < today and not _YEAR.search(written):
        return _parsed(written, today.year + 1)
    return found


def month_end(day: date, months: int = 0) -> date:
    """The last day of the month so many months after that of `day`."""
    months += day.month
    return date(day.year + months // 12, months % 12 + 1, 1) - timedelta(days=1)


def next_monday(today: date) -> date:
    """The Monday of next week."""
    return today + timedelta(days=7 - today.weekday())


def _relative(words: str, today: date, calendar: WorkCalendar) -> date | None:
    named = {
        "hom nay": today,
        "mai": today + timedelta(days=1),
        "ngay mai": today + timedelta(days=1),
        "ngay kia": today + timedelta(days=2),
        "tuan sau": next_monday(today),
        "tuan toi": next_monday(today),
        "tuan sau nua": next_monday(today) + timedelta(days=7),
        "cuoi thang": month_end(today),
        "cuoi thang nay": month_end(today),
        "cuoi thang sau": month_end(today, 1),
        "cuoi thang toi": month_end(today, 1),
    }
    if words in named:
        return named[words]
    if match := _WEEKDAY.fullmatch(words):
        weekday = {**_WEEKDAYS, **_NUMBERED}.get(match[1], 6) if match[1] else 6
        if match[2]:
            return next_monday(today) + timedelta(days=weekday)
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if (match := _AHEAD.fullmatch(words)) and int(match[1]) <= _FARTHEST:
        number = int(match[1])
        if match[2] == "ngay lam viec":
            return calendar.add(today, number)
        return today + timedelta(days=number * 7 if match[2] == "tuan" else number)
    return None


def _parsed(text: str, year: int) -> date | None:
    deadline = parse_deadline(text, plan_year=year, issued=None)
    once = set(deadline.kinds) == {DeadlineKind.ONE_OFF} and not deadline.rules
    return deadline.dates[-1] if once and deadline.dates else None


_COUNTS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}
_ONE_DAY = re.compile(
    r"\b\d{1,2}/\d{1,2}(?:/\d{4})?(?!\d)|\b(?:ngay )?mai\b|\bhom nay\b|\bngay kia\b"
    r"|\b(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\b(?: tuan (?:sau|toi|nay))?"
    r"|\bcuoi thang(?: nay| sau| toi)?\b"
)
_PRINTED = re.compile(r"\b(\d{1,2}) thang (\d{1,2})(?: nam (\d{4}))?")
_WITHIN = re.compile(r"\b(\d{1,2}) ?(?:-|den|toi) ?(?:(?:het|ngay) )*(\d{1,2})/(\d{1,2})")
"""Two days of one month: "1-15/12"."""
_DOTTED = re.compile(r"(?<=\d)\.(?=\d)")
_WEEK = re.compile(r"\btuan (sau|toi|nay)\b")
_MONTH = re.compile(r"\bthang (sau|toi|nay|\d{1,2})\b")
_LASTING = re.compile(rf"\b(\d{{1,3}}|{'|'.join(_COUNTS)}) (ngay lam viec|ngay|tuan|thang)\b(?! (?:sau|toi|nay)\b)")
_FROM = re.compile(r"\b(?:tu|bat dau)(?: ngay| sang| chieu)?\s*$")
_UNTIL = re.compile(r"\b(?:den|toi|het)(?: het| ngay| sang| chieu)*\s*$")


def read_span(text: str, today: date, calendar: WorkCalendar) -> tuple[date | None, date | None]:
    """The first and the last day that are meant: "từ 1/12 đến 15/12", "tuần sau", "3 ngày từ thứ hai", "mai".

    What is not said is None. A first day that is over may be meant where the last one is not.
    """
    plain = _WITHIN.sub(r"\1/\3 den \2/\3", _PRINTED.sub(_slashed, _DOTTED.sub("/", fold(text))))
    read = [
        (match, day) for match in _ONE_DAY.finditer(plain) if (day := _one_day(match[0], today, calendar)) is not None
    ]
    if len(read) > 1:
        return _ordered(read[0][1], read[1][1], today)
    lasting = _LASTING.search(plain)
    if read:
        match, day = read[0]
        if lasting:
            return day, _after(day, lasting, calendar)
        if _UNTIL.search(plain[: match.start()]):
            return today, day
        return day, None if _FROM.search(plain[: match.start()]) else day
    if week := _WEEK.search(plain):
        monday = next_monday(today)
        return (today, monday - timedelta(days=1)) if week[1] == "nay" else (monday, monday + timedelta(days=6))
    if month := _MONTH.search(plain):
        return _whole_month(month[1], today)
    return None, None


def _slashed(match: re.Match[str]) -> str:
    return "/".join(part for part in match.groups() if part)


def _one_day(words: str, today: date, calendar: WorkCalendar) -> date | None:
    return read_day(words.removesuffix(" tuan nay"), today, calendar)


def _ordered(first: date, last: date, today: date) -> tuple[date, date]:
    """A day without a year is read as the coming one: where the days are under way the first is over."""
    begun = first.replace(year=first.year - 1, day=min(first.day, 28)) if first > last else first
    return (begun, last) if first <= last or begun <= today <= last else (first, last)


def _after(first: date, lasting: re.Match[str], calendar: WorkCalendar) -> date:
    count = _COUNTS.get(lasting[1]) or min(int(lasting[1]), _FARTHEST)
    if lasting[2] == "ngay lam viec":
        return calendar.add(calendar.next_working(first), count - 1) if count else first
    if lasting[2] == "thang":
        last = month_end(first, count)
        return last.replace(day=min(first.day, last.day)) - timedelta(days=1)
    return first + timedelta(days=count * (7 if lasting[2] == "tuan" else 1) - 1)


def _whole_month(said: str, today: date) -> tuple[date | None, date | None]:
    if said == "nay":
        return today, month_end(today)
    if said.isdigit() and not 1 <= int(said) <= 12:
        return None, None
    ahead = 1 if not said.isdigit() else (int(said) - today.month) % 12
    last = month_end(today, ahead)
    return max(today, last.replace(day=1)), last
