"""Days counted from another day, and the ends of repeating periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from knowledge.deadlines import rules
from knowledge.deadlines.spans import MONTH_END, Pick, Span, Unit
from knowledge.deadlines.tokens import Count, Every
from knowledge.workdays import WorkCalendar


def counted_from(since: date, count: Count, calendar: WorkCalendar | None) -> date:
    """The day `count` after `since`, which is not counted itself."""
    match count.unit:
        case "ngay lam viec":
            return (calendar or WorkCalendar()).add(since, count.number)
        case "tuan":
            return since + timedelta(weeks=count.number)
        case "thang":
            return since + relativedelta(months=count.number)
        case "nam":
            return since + relativedelta(years=count.number)
        case _:
            return since + timedelta(days=count.number)


def picked_day(first: date, last: date, pick: Pick, calendar: WorkCalendar | None) -> date | None:
    """The day from `first` to `last` that `pick` means; null when there are not so many."""
    if pick.working:
        return (calendar or WorkCalendar()).nth_between(first, last, pick.nth)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    fitting = [day for day in days if day.weekday() in pick.weekdays]
    at = pick.nth - 1 if pick.nth > 0 else pick.nth
    return fitting[at] if -len(fitting) <= at < len(fitting) else None


def picked_rule(pick: Pick, months: Sequence[int]) -> str:
    """The rule of the day that `pick` means in each of `months`, all when empty."""
    if len(pick.weekdays) == len(rules.WEEKDAYS) and pick.nth in {1, MONTH_END}:
        return rules.monthly(pick.nth, months)
    return rules.nth_weekday(pick.weekdays, pick.nth, months)


def yearly_pick(span: Span, pick: Pick) -> str:
    """The rule of the day of `span` that `pick` means, in every year."""
    return picked_rule(pick, (span.last[0] if pick.nth < 0 else span.first[0],))


def months_of(unit: Unit, *, last: bool) -> tuple[int, ...]:
    """The first or last months of periods of `unit`; none for every month."""
    if unit is Unit.QUARTER:
        return rules.QUARTER_MONTHS if last else (1, 4, 7, 10)
    return ((12,) if last else (1,)) if unit is Unit.YEAR else ()


def period_ends(every: Every, begun: bool) -> list[str]:
    """The rule of the last days of the periods; none where nobody can tell which they are.

    Args:
        begun: whether the paper says when the first period begins.
    """
    if every.rare or (every.interval > 1 and not begun):
        return []
    if every.interval > 1:
        return {
            Unit.YEAR: [rules.yearly(12, 31, every.interval)],
            Unit.WEEK: [every.body or rules.weekly("", every.interval)],
        }.get(every.unit or Unit.DAY, [])
    match every.unit:
        case Unit.YEAR:
            return [rules.yearly(12, 31)]
        case Unit.QUARTER:
            return [rules.monthly(MONTH_END, rules.QUARTER_MONTHS)]
        case Unit.PART:
            return [rules.monthly(MONTH_END, every.months)]
        case Unit.MONTH:
            return [rules.monthly(MONTH_END)]
        case Unit.WEEK:
            return [rules.WEEK_ENDS]
        case Unit.DAY:
            return [rules.DAILY]
        case _:
            return []
