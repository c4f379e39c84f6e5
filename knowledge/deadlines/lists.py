"""Lists and windows of due times: whose year each is in, and how many due days they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.deadlines.facts import Due, Link, Window
from knowledge.deadlines.frame import Frame
from knowledge.deadlines.spans import Span, Unit


def with_years(dues: Sequence[Due], frame: Frame) -> list[Due]:
    """Every period with its year: printed, the next one's in the list, the one before's, the plan's."""
    spans = [f.span for f in dues]
    known: Span | None = None
    for i in range(len(spans) - 1, -1, -1):
        if spans[i].dated:
            known = frame.place(spans[i])
        elif known is not None:
            spans[i] = _in_year_before(spans[i], known)
    for i in range(1, len(spans)):
        if not spans[i].dated and spans[i - 1].dated:
            spans[i] = _in_year_after(spans[i], frame.place(spans[i - 1]))
    found = [replace(f, span=frame.place(s)) for f, s in zip(dues, spans, strict=True)]
    return found[:-1] if _is_year_of_list(dues) else found


def _is_year_of_list(dues: Sequence[Due]) -> bool:
    """Whether the last of `dues` only says the year of those before: "tháng 5 (đợt 1), tháng 11 (đợt 2) năm 2026"."""
    if len(dues) < 2 or dues[-1].span.unit is not Unit.YEAR or dues[-1].opened:
        return False
    return not dues[-2].span.dated and dues[-2].span.unit is not Unit.YEAR and dues[-1].link is Link.COMMA


def _in_year_before(span: Span, known: Span) -> Span:
    """`span` in the year of `known`, which follows it: "Quý IV, Quý I/2027" begins in 2026."""
    over = known.unit is not Unit.YEAR and span.first > known.first
    return span.of_year(known.year - over if known.year else None)


def _in_year_after(span: Span, known: Span) -> Span:
    """`span` in the year of `known`, which stands before it: "Quý IV/2026, Quý I" ends in 2027."""
    over = known.unit is not Unit.YEAR and span.first < known.first
    return span.of_year(known.year + over if known.year else None)


def window_years(window: Window, frame: Frame) -> tuple[Span | None, Span]:
    """Both ends with their years: each other's where one prints none, over New Year where it must."""
    first, last = window.first, window.last
    if first is None or (first.dated and last.dated):
        return frame.place(first) if first else None, frame.place(last)
    over = first.first > last.first and Unit.YEAR not in {first.unit, last.unit}
    if last.dated:
        last = frame.place(last)
        return frame.place(first.of_year(last.year - over if last.year else None)), last
    first = frame.place(first)
    return first, frame.place(last.of_year(first.year + over if first.year else None))


def without_covered(dues: Sequence[Due]) -> list[Due]:
    """Without the larger periods that a smaller one after them says when in: "Quý II (trước ngày 15/6)"."""
    kept: list[Due] = []
    for index, fact in enumerate(dues):
        covered = False
        for other in dues[index + 1 :]:
            if other.link & (Link.AND | Link.STOP | Link.ROUND):
                break
            covered = covered or (fact.span.covers(other.span) and fact.span.year == other.span.year)
        if not covered:
            kept.append(fact)
    return kept


def separate(dues: Sequence[Due]) -> list[Due]:
    """The due times of a list: a stretch of neighbouring periods counts by its last."""
    kept: list[Due] = []
    for fact in dues:
        if kept and not fact.link & (Link.STOP | Link.ROUND) and _continues(kept[-1].span, fact.span):
            kept[-1] = fact
        else:
            kept.append(fact)
    return kept


def _continues(last: Span, span: Span) -> bool:
    """Whether two periods of a list are one stretch of work."""
    if span.unit in {Unit.DAY, Unit.PART} or span.unit is not last.unit:
        return False
    if span.unit is Unit.YEAR:
        return span.year is not None and last.year == span.year - 1
    return last.year == span.year and span.follows(last)
