"""Day numbers put into the month that stands beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.deadlines.facts import DayWindow, Due, DueDay, Fact, Impossible, Link, Repeat, Window
from knowledge.deadlines.spans import Span, Unit, day_span

_APART = Link.WORDS | Link.STOP | Link.ROUND


def locate_days(facts: Sequence[Fact]) -> list[Fact]:
    """`facts` with every day number in its month, and impossible where it has none.

    "ngày 10 và ngày 20 tháng 6", "ngày 20 các tháng 3, 6, 9", "tháng 6 (trước ngày 20)",
    "ngày 15 tháng 6 và tháng 12". Day numbers beside a monthly or quarterly recurrence
    are left to it.
    """
    repeats = any(isinstance(f, Repeat) and f.every.unit in {Unit.MONTH, Unit.QUARTER} for f in facts)
    done: list[Fact] = []
    at = 0
    while at < len(facts):
        fact = facts[at]
        if isinstance(fact, DueDay) and not repeats:
            at += _locate_list(facts, at, done)
        elif isinstance(fact, DayWindow) and not repeats:
            done.append(_located_window(fact))
            at += 1
        elif isinstance(fact, Due) and fact.span.worded:
            months = [m for m in _months_from(facts, at + 1) if m.link is not Link.NONE]
            done += [
                fact,
                *(_day_in(month, DueDay(month.link, day=fact.span.first[1], place=fact.place)) for month in months),
            ]
            at += 1 + len(months)
        else:
            done.append(fact)
            at += 1
    return done


def _locate_list(facts: Sequence[Fact], at: int, done: list[Fact]) -> int:
    """Puts the day numbers from `at` on into `done`; returns how many facts that takes."""
    days = list(_days_from(facts, at))
    after = facts[at + len(days)] if at + len(days) < len(facts) else None
    months = _months_from(facts, at + len(days))
    if months and months[0].link is Link.NONE:
        done += [_day_in(month, day) for month in months for day in days]
        return len(days) + len(months)
    if isinstance(after, Due) and after.span.unit is Unit.DAY and not after.link & _APART:
        done += [_day_in(replace(after, link=day.link), day) for day in days]
        return len(days)
    before = done[-1] if done else None
    if isinstance(before, Due) and before.span.unit is Unit.MONTH and not days[0].link & (_APART | Link.AND):
        done[-1:] = [_day_in(before, day) for day in days]
        return len(days)
    done.append(Impossible(days[0].link, place=days[0].place))
    return len(days)


def _days_from(facts: Sequence[Fact], at: int) -> Iterable[DueDay]:
    """The day numbers listed from `at` on."""
    for index, fact in enumerate(facts[at:]):
        if not isinstance(fact, DueDay) or (index and fact.link & _APART):
            return
        yield fact


def _months_from(facts: Sequence[Fact], at: int) -> list[Due]:
    """The months listed from `at` on, each without an opener of its own."""
    months: list[Due] = []
    for fact in facts[at:]:
        if not isinstance(fact, Due) or fact.span.unit is not Unit.MONTH or fact.opened or fact.link & _APART:
            break
        months.append(fact)
    return months


def _day_in(month: Due, day: DueDay) -> Fact:
    """The `day` of the month that `month` is, or is in."""
    span = day_span(day.day, month.span.first[0], month.span.year)
    if span is None:
        return Impossible(month.link, place=day.place)
    return Due(month.link, True, replace(span, later=month.span.later), place=day.place)


def _located_window(fact: DayWindow) -> Fact:
    """ "từ ngày 15 đến ngày 20/6": the month of the end is that of the beginning."""
    if not isinstance(fact.last, Span) or fact.last.unit is not Unit.DAY:
        return Impossible(fact.link, place=fact.place)
    first = day_span(fact.first_day, fact.last.first[0], fact.last.year)
    return (
        Window(fact.link, fact.opened, first, fact.last, place=fact.place)
        if first
        else Impossible(fact.link, place=fact.place)
    )
