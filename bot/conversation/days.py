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
