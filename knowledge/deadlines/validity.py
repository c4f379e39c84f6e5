"""Which of the stated times count: none that an extension replaces, that only names something, or that is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dateutil.relativedelta import relativedelta

from knowledge.deadlines.counting import counted_from
from knowledge.deadlines.facts import (
    Changed,
    Condition,
    Doubtful,
    Due,
    DueDay,
    Extended,
    Fact,
    Link,
    Relative,
    Window,
)
from knowledge.deadlines.frame import Frame
from knowledge.deadlines.spans import Span, Unit, day_span


def valid(facts: Sequence[Fact], frame: Frame) -> list[Fact]:
    """The facts that say when the duty is due."""
    return _in_force(_only_strong(_without_guesses(facts)), frame)


def _without_guesses(facts: Sequence[Fact]) -> list[Fact]:
    """Without what custom alone dates where a sure time is stated: "trước 05/9 (khai giảng năm học mới)"."""
    sure = [f for f in facts if not (isinstance(f, Due) and f.span.guessed)]
    return sure if any(isinstance(f, Due | DueDay | Window | Relative) for f in sure) else list(facts)


def _only_strong(facts: Sequence[Fact]) -> list[Fact]:
    """Without periods that only name something ("Kế hoạch năm 2027") where another time is stated."""
    weak = [f for f in facts if isinstance(f, Due) and Link.NAMED in f.link and not f.opened]
    timed = [f for f in facts if not isinstance(f, Condition) and not any(f is w for w in weak)]
    return [f for f in facts if not any(f is w for w in weak)] if weak and timed else list(facts)


def _in_force(facts: Sequence[Fact], frame: Frame) -> list[Fact]:
    """`facts` without the times that a later one replaces.

    "30/6/2026 (gia hạn đến 30/9/2026)" is due on the second day only, "gia hạn thêm 3 tháng" on
    the first day and three months; a window keeps its beginning.
    """
    kept: list[Fact] = []
    old: Due | Window | None = None
    for fact in facts:
        match fact:
            case Changed():
                old = _take_replaced(kept)
            case Extended():
                due = _take_replaced(kept)
                kept.append(_put_off(due, fact, frame))
            case Due() if old is not None:
                kept.append(_instead(old, fact, frame))
                old = None
            case _:
                kept.append(fact)
    return kept


def _take_replaced(kept: list[Fact]) -> Due | Window | None:
    """Takes the last due time, with those listed before it, out of `kept`."""
    found: Due | Window | None = None
    while kept and isinstance(kept[-1], Due | Window):
        fact = kept.pop()
        assert isinstance(fact, Due | Window)  # noqa: S101 - just looked at
        found = found or fact
        if fact.link & (Link.STOP | Link.ROUND):
            break
    return found


def _instead(old: Due | Window, new: Due, frame: Frame) -> Fact:
    """`new` in the place of `old`; without a year of its own it is the first such time after it."""
    link, span, before = old.link, new.span, _last(old, frame)
    if not span.dated and before is not None and before.year is not None:
        span = span.of_year(before.year + (span.last < before.first))
    if isinstance(old, Window):
        first = frame.place(old.first) if old.first else None
        return replace(old, first=first, last=span, place=new.place)
    return replace(new, link=link, span=span)


def _last(old: Due | Window, frame: Frame) -> Span | None:
    return frame.place(old.last if isinstance(old, Window) else old.span)


def _put_off(old: Due | Window | None, by: Extended, frame: Frame) -> Fact:
    """The day `by` after the end of `old`; a doubt where there is no such day."""
    bounds = frame.place(old.span).bounds() if isinstance(old, Due) else None
    if bounds is None or not isinstance(old, Due):
        return Doubtful(by.link, place=by.place)
    day = counted_from(bounds[1], by.count, frame.calendar)
    if old.span.unit is not Unit.DAY and by.count.unit in {"thang", "nam"}:
        day += relativedelta(day=31)  # a whole period goes on to the end of a month
    span = day_span(day.day, day.month, day.year)
    assert span is not None  # noqa: S101 - a date is a day
    return Due(old.link, True, span, place=by.place)
