"""What of a phrase no fact took up although it says something of the time.

A phrase is understood only when every word of time in it belongs to a fact. Words of
other things - the task, offices, money, article numbers - may stand anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.deadlines.facts import Due, Fact, Relative, Window
from knowledge.deadlines.spans import Span, Unit
from knowledge.deadlines.tokens import Kind, Token

_TIMES = {
    Kind.SPAN, Kind.DAY_NUMBER, Kind.COUNT, Kind.EVERY, Kind.WEEKDAY, Kind.WEEK, Kind.PICK, Kind.PERIODIC,
    Kind.UNIT, Kind.VAGUE, Kind.BAD, Kind.ROUND, Kind.ONWARD,
}  # fmt: skip
_GLUED = {Kind.SPAN, Kind.DAY_NUMBER, Kind.BAD}
_LEADING = {Kind.BEFORE, Kind.BY, Kind.TO, Kind.FROM, Kind.UNIT}


@dataclass(frozen=True, slots=True)
class Reading:
    """Facts in the order of the print, and the offsets of what none of them took up."""

    facts: list[Fact]
    loose: list[tuple[int, int]]


def says_time(tokens: Sequence[Token], at: int) -> bool:
    """Whether the token at `at`, which no fact took up, says something of the time."""
    token = tokens[at]
    if token.kind is Kind.UNIT and len(tokens) > at + 1 and all(map(_is_plain, tokens[at + 1 : at + 3])):
        return False  # "Tháng hành động vì trẻ em" names something
    if token.kind in _TIMES:
        return True
    if token.value == "/" and at + 1 < len(tokens) and tokens[at + 1].kind in _GLUED:
        return True  # "Ol/O2/2026": the day before the month could not be read
    before = tokens[at - 1] if at else None
    leads = before is not None and (before.kind in _LEADING or before.value == "unit")
    return token.kind is Kind.WORD and token.number and leads


def _is_plain(token: Token) -> bool:
    return token.kind is Kind.WORD and not token.number


def swallowed(clause: Sequence[Token]) -> list[Token]:
    """What a condition's clause says of the time besides: "định kỳ", "trước ngày 30/6"."""
    found = [token for token in clause if token.kind is Kind.PERIODIC]
    for opener, token in pairwise(clause):
        if opener.kind is Kind.BEFORE and isinstance(token.value, Span) and token.value.unit is Unit.DAY:
            found += [opener, token]
    return found


def without_explained(loose: Sequence[Token], facts: Sequence[Fact]) -> list[tuple[int, int]]:
    """Where `loose` stands, less the weekdays beside a date, which only name it once more."""
    dated = any(_is_day(fact) for fact in facts)
    return [(t.start, t.end) for t in loose if not (dated and t.kind is Kind.WEEKDAY)]


def _is_day(fact: Fact) -> bool:
    span: Span | None = fact.span if isinstance(fact, Due) else fact.last if isinstance(fact, Window) else None
    return isinstance(fact, Relative) or (span is not None and span.unit is Unit.DAY)


def merged(places: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """`places` in order, those made one that touch, overlap or have only white space between them."""
    done: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if done and (start <= done[-1][1] or not text[done[-1][1] : start].strip()):
            done[-1] = (done[-1][0], max(end, done[-1][1]))
        else:
            done.append((start, end))
    return done
