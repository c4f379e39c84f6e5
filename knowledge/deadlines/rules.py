"""Recurrence rules of RFC 5545, as strings that python-dateutil reads.

A rule is "DTSTART:YYYYMMDD\\nRRULE:..." whose DTSTART is its own first occurrence,
so that every RFC 5545 reader, not python-dateutil alone, counts the same days. Working
days, which no RRULE knows, are weekdays corrected by EXDATE and RDATE lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import islice

from dateutil.rrule import rrulestr

from knowledge.workdays import WorkCalendar

DAILY = "FREQ=DAILY"
WEEK_ENDS = "FREQ=WEEKLY;BYDAY=SU"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
QUARTER_MONTHS = (3, 6, 9, 12)


def weekly(weekdays: str, interval: int = 1) -> str:
    """Every week, or every `interval` weeks, on `weekdays` ("MO,FR"); on that of the first day when empty."""
    return f"FREQ=WEEKLY{_interval(interval)}{f';BYDAY={weekdays}' if weekdays else ''}"


def _interval(number: int) -> str:
    return f";INTERVAL={number}" if number > 1 else ""


def _in_months(months: Sequence[int]) -> str:
    return f";BYMONTH={','.join(map(str, months))}" if months else ""


def nth_weekday(weekdays: Sequence[int], nth: int, months: Sequence[int] = ()) -> str:
    """The `nth` of these weekdays (Monday is 0) in every month, or in `months`."""
    named = ",".join(WEEKDAYS[day] for day in weekdays)
    return f"FREQ=MONTHLY{_in_months(months)};BYDAY={named};BYSETPOS={nth}"


def monthly(day: int, months: Sequence[int] = ()) -> str:
    """The `day` of every month, or of `months`; a day that a month lacks is its last one."""
    in_months = _in_months(months)
    if day <= 28:
        return f"FREQ=MONTHLY{in_months};BYMONTHDAY={day}"
    # RFC 5545 skips a month without the day; a report is due all the same.
    days = ",".join(map(str, range(28, day + 1)))
    return f"FREQ=MONTHLY{in_months};BYMONTHDAY={days};BYSETPOS=-1"


def yearly(month: int, day: int, interval: int = 1) -> str:
    """Every year, or every `interval` years, on that day; `day` may be -1, the month's end."""
    if (month, day) == (2, 29) and interval == 1:
        return monthly(day, [month])
    return f"FREQ=YEARLY{_interval(interval)};BYMONTH={month};BYMONTHDAY={day}"


@lru_cache(maxsize=2048)
def rule_from(body: str, begin: date, end: date | None = None, calendar: WorkCalendar | None = None) -> str | None:
    """The rule for `body` with occurrences on or after `begin`, none after `end`.

    A body that counts the five weekdays means working days: where public holidays or
    `calendar` move one, the rule carries the correction as EXDATE and RDATE lines, for as
    many years ahead as a plan runs. Null when no occurrence is left.
    """
    rule = f"RRULE:{body}{f';UNTIL={end:%Y%m%d}' if end else ''}"
    moved = _moved_by_holidays(rule, begin, calendar or WorkCalendar()) if _WORKING in body else {}
    left = sorted(day for day in moved.values() if begin <= day <= (end or day))
    skipped = sorted(day for day in moved if day >= begin)
    planned = (moment.date() for moment in rrulestr(rule, dtstart=_midnight(begin)))
    first = min([*left[:1], *islice((day for day in planned if day not in moved), 1)], default=None)
    if first is None:
        return None
    return "\n".join([f"DTSTART:{first:%Y%m%d}", rule, *_dates("EXDATE", skipped), *_dates("RDATE", left)])


_WORKING = "BYDAY=MO,TU,WE,TH,FR;BYSETPOS="
# Plans run for five years, and holidays further off are not decided.
_YEARS_AHEAD = 5


def _moved_by_holidays(rule: str, begin: date, calendar: WorkCalendar) -> dict[date, date]:
    """Planned weekdays that are not the working day meant, each with that day."""
    nth = int(rule.partition("BYSETPOS=")[2].partition(";")[0])
    moved: dict[date, date] = {}
    for moment in rrulestr(rule, dtstart=datetime(begin.year, begin.month, 1)):  # noqa: DTZ001 - plain days
        planned = moment.date()
        if planned.year > begin.year + _YEARS_AHEAD:
            break
        working = calendar.nth_of_month(planned, nth)
        if working != planned and working is not None:
            moved[planned] = working
    return moved


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - rrule counts plain days


def _dates(name: str, days: Sequence[date]) -> list[str]:
    return [f"{name}:{','.join(f'{day:%Y%m%d}' for day in days)}"] if days else []
