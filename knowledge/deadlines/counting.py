"""Days counted from another day, and the ends of repeating periods."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from knowledge.deadlines import rules
from knowledge.deadlines.spans import MONTH_END, Unit
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


def period_ends(every: Every) -> list[str]:
    """The rule of the last days of the periods; none where nobody can tell which they are."""
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
