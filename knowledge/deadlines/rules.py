"""Recurrence rules of RFC 5545, as strings that python-dateutil reads.

A rule is "DTSTART:YYYYMMDD\\nRRULE:..." whose DTSTART is its own first occurrence,
so that every RFC 5545 reader, not python-dateutil alone, counts the same days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from dateutil.rrule import rrulestr

DAILY = "FREQ=DAILY"
WEEK_ENDS = "FREQ=WEEKLY;BYDAY=SU"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
QUARTER_MONTHS = (3, 6, 9, 12)


def weekly(weekday: str) -> str:
    """Every week on `weekday` ("FR")."""
    return f"FREQ=WEEKLY;BYDAY={weekday}"


def monthly(day: int, months: Sequence[int] = ()) -> str:
    """The `day` of every month, or of `months`; a day that a month lacks is its last one."""
    in_months = f";BYMONTH={','.join(map(str, months))}" if months else ""
    if day <= 28:
        return f"FREQ=MONTHLY{in_months};BYMONTHDAY={day}"
    # RFC 5545 skips a month without the day; a report is due all the same.
    days = ",".join(map(str, range(28, day + 1)))
    return f"FREQ=MONTHLY{in_months};BYMONTHDAY={days};BYSETPOS=-1"


def last_workday(months: Sequence[int] = ()) -> str:
    """The last weekday (Monday to Friday) of every month, or of `months`."""
    in_months = f";BYMONTH={','.join(map(str, months))}" if months else ""
    return f"FREQ=MONTHLY{in_months};BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"


def yearly(month: int, day: int) -> str:
    """Every year on that day; `day` may be -1, the month's end."""
    if (month, day) == (2, 29):
        return monthly(day, [month])
    return f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}"


@lru_cache(maxsize=2048)
def rule_from(body: str, begin: date, end: date | None = None) -> str | None:
    """The rule for `body` with occurrences on or after `begin`, none after `end`.

    Null when no occurrence is left.
    """
    until = f";UNTIL={end:%Y%m%d}" if end else ""
    occurrences = rrulestr(f"RRULE:{body}{until}", dtstart=datetime(begin.year, begin.month, begin.day))  # noqa: DTZ001 - rrule counts plain days
    first = next(iter(occurrences), None)
    return f"DTSTART:{first:%Y%m%d}\nRRULE:{body}{until}" if first else None


def rule_body(rule: str) -> str:
    """What `rule_from` was given: the rule without its first day and its end."""
    parts = rule.partition("RRULE:")[2].split(";")
    return ";".join(part for part in parts if not part.startswith("UNTIL="))
