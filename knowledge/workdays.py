"""Working days of Vietnamese administrations.

Saturdays, Sundays and public holidays are off (Bộ luật Lao động 2019, art. 112).
The holidays are those of the `holidays` package for Vietnam, Tết and the yearly
swaps it knows included; what the Government decides later comes in as an
administrator's corrections, which always win. Moving or counting days for a
reminder is decided by whoever calls; printed days are never moved here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5
_COUNTED_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class _YearOfDays:
    """What one calendar year adds to and takes from plain weekdays."""

    off: frozenset[date]
    working: frozenset[date]


def _public_days(year: int) -> _YearOfDays:
    import holidays  # Here because the chat path seldom counts working days.

    known = holidays.country_holidays("VN", years=year)
    return _YearOfDays(frozenset(known), frozenset(getattr(known, "weekend_workdays", ())))


class WorkCalendar:
    """Working days with Vietnamese public holidays and an administrator's corrections.

    Args:
        years: the years to read at once; another year is read when first asked for.
        days_off: extra days off ("nghỉ bù", a local holiday).
        working_days: weekend days worked in exchange (22/8/2026 for 31/8/2026); they win
            over `days_off`.
    """

    def __init__(
        self, years: Iterable[int] = (), *, days_off: Iterable[date] = (), working_days: Iterable[date] = ()
    ) -> None:
        self._days_off = frozenset(days_off)
        self._working_days = frozenset(working_days)
        self._known = {year: _public_days(year) for year in years}
        self._counted: dict[tuple[date, int], date] = {}

    def is_working(self, day: date) -> bool:
        """Whether offices are open on `day`."""
        if day in self._working_days:
            return True
        if day in self._days_off:
            return False
        year = self._year(day.year)
        if day in year.working:
            return True
        return day.weekday() < _SATURDAY and day not in year.off

    def add(self, day: date, n: int) -> date:
        """The `n`-th working day after `day` (before it, when `n` is negative).

        `day` itself is not counted (Bộ luật Dân sự 2015, art. 147), and for `n` = 0 it
        comes back as it is.
        """
        # The same few hundred days are counted from again and again: every deadline has many readers.
        found = self._counted.get((day, n))
        if found is None:
            if len(self._counted) >= _COUNTED_KEPT:
                self._counted.clear()
            found = self._counted[day, n] = self._add(day, n)
        return found

    def _add(self, day: date, n: int) -> date:
        step = _DAY if n >= 0 else -_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def next_working(self, day: date) -> date:
        """The first working day on or after `day`."""
        while not self.is_working(day):
            day += _DAY
        return day

    def previous(self, day: date) -> date:
        """The last working day on or before `day`."""
        while not self.is_working(day):
            day -= _DAY
        return day

    def nth_of_month(self, day: date, nth: int) -> date | None:
        """The `nth` working day of the month of `day`, from the end when negative; null when it has fewer."""
        first = day.replace(day=1)
        return self.nth_between(first, (first + 31 * _DAY).replace(day=1) - _DAY, nth)

    def nth_between(self, first: date, last: date, nth: int) -> date | None:
        """The `nth` working day from `first` to `last`, from the end when negative; null when there are fewer."""
        found = self.add(first - _DAY, nth) if nth > 0 else self.add(last + _DAY, nth)
        return found if first <= found <= last else None

    def _year(self, year: int) -> _YearOfDays:
        if year not in self._known:
            self._known[year] = _public_days(year)
        return self._known[year]
