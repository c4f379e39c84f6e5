"""Periods of reports: which days they count, by the closing day of the office.

Nghị định 09/2019/NĐ-CP, Điều 12, closes a month's figures on its 14th: a month counts from the 15th of the month
before, a quarter and a half-year close with their last month, a year on 14 December. A week, of which it says
nothing, is Monday through Sunday.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

CLOSING_DAY = 14
"""Of the month; a day that a month does not have is its last."""
_DAY = timedelta(days=1)
_ROMAN = ("I", "II", "III", "IV")


class Span(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF: 6, Span.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """One period of reports.

    Attributes:
        first, last: the days whose figures it counts; `last` is the closing day.
        begins: the first day by the calendar, that of the month, quarter, half-year or year it is named for.
        closing: the closing day of a month that it was made with.
    """

    span: Span
    first: date
    last: date
    begins: date
    closing: int

    @property
    def name(self) -> str:
        """As people call it: "tháng 11/2026", "quý IV/2026", "6 tháng đầu năm 2026"."""
        year, month = self.begins.year, self.begins.month
        match self.span:
            case Span.WEEK:
                return f"tuần {self.first:%d/%m}–{self.last:%d/%m/%Y}"
            case Span.MONTH:
                return f"tháng {month}/{year}"
            case Span.QUARTER:
                return f"quý {_ROMAN[month // 3]}/{year}"
            case Span.HALF:
                return f"6 tháng {'đầu' if month == 1 else 'cuối'} năm {year}"
        return f"năm {year}"

    @property
    def called(self) -> str:
        """Its name with its days, where they are not those of the calendar."""
        if self.span is Span.WEEK:
            return self.name
        return f"{self.name} ({self.first:%d/%m}–{self.last:%d/%m})"

    @property
    def days(self) -> str:
        """Its days in words."""
        return f"từ ngày {self.first:%d/%m/%Y} đến ngày {self.last:%d/%m/%Y}"

    def following(self) -> Period:
        """The next one of the same length."""
        if self.span is Span.WEEK:
            return period_of(self.span, self.last + _DAY, self.closing)
        return period_of(self.span, _month(self.begins, _MONTHS[self.span]), self.closing)


def period_of(span: Span, day: date, closing: int = CLOSING_DAY) -> Period:
    """The period that is named for the month, quarter, half-year or year in which `day` is, or its week.

    20 November is in the period of November though its figures closed on the 14th: that is the one to be reported.

    Args:
        closing: the closing day of a month; 31 for its last day.
    """
    if span is Span.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(span, monday, monday + timedelta(days=6), monday, closing)
    months = _MONTHS[span]
    begins = date(day.year, (day.month - 1) // months * months + 1, 1)
    last = _closed(_month(begins, months - 1), closing)
    return Period(span, _closed(_month(begins, -1), closing) + _DAY, last, begins, closing)


def named_period(first: date, last: date, closing: int = CLOSING_DAY) -> Period | None:
    """The period that these days of the calendar are the name of; None where they are no such stretch."""
    for span in Span:
        found = period_of(span, first, closing)
        ends = found.last if span is Span.WEEK else _month(found.begins, _MONTHS[span]) - _DAY
        if (found.begins, ends) == (first, last):
            return found
    return None


def _month(begins: date, months: int) -> date:
    """The first of the month so many months after that of `begins`."""
    at = begins.year * 12 + begins.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def _closed(month: date, closing: int) -> date:
    return month.replace(day=min(closing, monthrange(month.year, month.month)[1]))
