"""Periods of the calendar as printed: with a year, or waiting for one.

A `Span` is a day, a month, a quarter, a part of a year or a year. It keeps month
and day numbers only, so that "Quý II" can later be put into the plan's year or
repeated every year, and so that an impossible day (31/2) is found when, and only
when, its year is known.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum, StrEnum

MONTH_END = -1
"""As a day number: the last day of its month."""


class Unit(IntEnum):
    """Sizes of periods, smallest first."""

    DAY = 1
    WEEK = 2
    MONTH = 3
    QUARTER = 4
    PART = 5
    """Some months of a year: "6 tháng đầu năm", "9 tháng"."""
    YEAR = 6


class Part(StrEnum):
    """Which part of a period is meant."""

    BEGINNING = "đầu"
    MIDDLE = "giữa"
    END = "cuối"
    FIRST_HALF = "nửa đầu"
    SECOND_HALF = "nửa cuối"
    FIRST_TEN = "thượng tuần"
    SECOND_TEN = "trung tuần"
    LAST_TEN = "hạ tuần"


@dataclass(frozen=True, slots=True)
class Pick:
    """One day of a period, chosen among its days of some weekdays: "thứ Sáu cuối cùng".

    Attributes:
        weekdays: Monday is 0.
        nth: from 1, or from -1 backwards.
        working: whether public holidays do not count.
    """

    weekdays: tuple[int, ...]
    nth: int
    working: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A period of one year.

    Attributes:
        first: month and day it begins.
        last: month and day it ends; the day may be `MONTH_END`.
        year: as printed; null where the paper leaves it to the reader.
        later: years after the plan's, for "năm sau" and "năm trước".
        worded: a day printed "ngày 5 tháng 6", whose day may serve for more months.
        pick: the day of the period that is meant, not yet looked up.
        lunar: a day of the lunar calendar, not yet looked up.
        guessed: fixed by custom only, not by the paper: "hết năm học".
    """

    unit: Unit
    first: tuple[int, int]
    last: tuple[int, int]
    year: int | None = None
    later: int = 0
    worded: bool = False
    pick: Pick | None = None
    lunar: bool = False
    guessed: bool = False

    @property
    def dated(self) -> bool:
        """Whether the paper says which year."""
        return self.year is not None or self.later != 0

    def of_year(self, year: int | None) -> Span:
        """The same period of `year`."""
        return replace(self, year=year, later=0)

    def bounds(self) -> tuple[date, date] | None:
        """First and last day; null without a year, when there is no such day or it is not looked up."""
        if self.year is None or self.pick or self.lunar:
            return None
        try:
            return date(self.year, *self.first), _day(self.year, *self.last)
        except ValueError:
            return None

    def follows(self, other: Span) -> bool:
        """Whether this period begins where `other` ends, within one year."""
        month, day = other.last
        if day == MONTH_END or day >= 30:
            return self.first == (month + 1, 1)
        return self.first == (month, day + 1)

    def covers(self, other: Span) -> bool:
        """Whether `other` lies inside this period and is a smaller one."""
        return (
            other.unit < self.unit and self.first <= other.first and _comparable(other.last) <= _comparable(self.last)
        )


def _day(year: int, month: int, day: int) -> date:
    if day == MONTH_END:
        day = calendar.monthrange(year, month)[1]
    return date(year, month, day)


def _comparable(place: tuple[int, int]) -> tuple[int, int]:
    month, day = place
    return month, 31 if day == MONTH_END else day


def day_span(day: int, month: int, year: int | None = None, *, worded: bool = False) -> Span | None:
    """A calendar day; null when no year has it."""
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(2024, month)[1]:
        return None
    if year is not None and day > calendar.monthrange(year, month)[1]:
        return None
    return Span(Unit.DAY, (month, day), (month, day), year, worded=worded)


def month_span(month: int, year: int | None = None) -> Span | None:
    """A month; null when there is no such month."""
    if not 1 <= month <= 12:
        return None
    return Span(Unit.MONTH, (month, 1), (month, MONTH_END), year)


def quarter_span(quarter: int, year: int | None = None) -> Span | None:
    """A quarter; null when there is no such quarter."""
    if not 1 <= quarter <= 4:
        return None
    return Span(Unit.QUARTER, (3 * quarter - 2, 1), (3 * quarter, MONTH_END), year)


def months_span(first: int, last: int, year: int | None = None) -> Span:
    """Whole months of a year, `first` to `last`."""
    return Span(Unit.PART, (first, 1), (last, MONTH_END), year)


def year_span(year: int | None = None, later: int = 0) -> Span:
    """A whole year."""
    return Span(Unit.YEAR, (1, 1), (12, MONTH_END), year, later)


_DAYS_OF_MONTH_PART = {
    Part.BEGINNING: (1, 10),
    Part.MIDDLE: (11, 15),
    Part.END: (21, MONTH_END),
    Part.FIRST_HALF: (1, 15),
    Part.SECOND_HALF: (16, MONTH_END),
    Part.FIRST_TEN: (1, 10),
    Part.SECOND_TEN: (11, 20),
    Part.LAST_TEN: (21, MONTH_END),
}
# Months counted from the first of the period, in quarters and in years.
_MONTHS_OF_QUARTER_PART = {Part.BEGINNING: (0, 0), Part.MIDDLE: (1, 1), Part.END: (2, 2)}
_MONTHS_OF_YEAR_PART = {
    Part.BEGINNING: (0, 2),
    Part.MIDDLE: (3, 5),
    Part.END: (9, 11),
    Part.FIRST_HALF: (0, 5),
    Part.SECOND_HALF: (6, 11),
}


def narrow(span: Span, part: Part) -> Span:
    """The `part` of `span`: "cuối quý II" is June. A part that nobody can date is the whole.

    The paper's "đầu" and "giữa" are vague; read as the first and the middle third, as
    "thượng tuần" and "trung tuần" are of a month (the middle one ends on the 15th).
    """
    month = span.first[0]
    if span.unit is Unit.MONTH and part in _DAYS_OF_MONTH_PART:
        first, last = _DAYS_OF_MONTH_PART[part]
        return replace(span, unit=Unit.WEEK, first=(month, first), last=(month, last))
    table = {Unit.QUARTER: _MONTHS_OF_QUARTER_PART, Unit.YEAR: _MONTHS_OF_YEAR_PART}.get(span.unit, {})
    if part not in table:
        return span
    begin, end = table[part]
    return replace(
        span,
        unit=Unit.MONTH if begin == end else Unit.PART,
        first=(month + begin, 1),
        last=(month + end, MONTH_END),
    )


def week_of_month(span: Span, week: int) -> Span:
    """The `week`-th seven days of a month, the last ones for a fifth."""
    if span.unit is not Unit.MONTH or not 1 <= week <= 4:
        return span
    month = span.first[0]
    return replace(span, unit=Unit.WEEK, first=(month, 7 * week - 6), last=(month, 7 * week))


def picked(span: Span, pick: Pick) -> Span:
    """The day of `span` that `pick` means, to be looked up when the year is known."""
    return replace(span, unit=Unit.DAY, pick=pick)
