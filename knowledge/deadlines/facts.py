"""What a deadline phrase says, fact by fact, before anybody knows whose year it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, Flag, auto

from knowledge.deadlines.spans import Span, year_span
from knowledge.deadlines.tokens import Count, Every


class Link(Flag):
    """What stands between a fact and the one before it."""

    NONE = 0
    COMMA = auto()
    STOP = auto()
    AND = auto()
    WORDS = auto()
    ROUND = auto()
    """A new round begins: what follows is due by itself."""
    NAMED = auto()
    """A word stands right before it, as in "Kế hoạch năm 2026"."""


class Edge(Enum):
    """Which end of a period is meant."""

    LAST = auto()
    BEFORE = auto()
    """ "trước tháng 6": before it begins; a printed day stays as it is."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a phrase says.

    Attributes:
        link: to the fact before.
        opened: whether a word such as "trước" led it.
        place: offsets in the reading form of the words that say it.
    """

    link: Link
    opened: bool = False
    place: tuple[int, int] = field(default=(0, 0), kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Due(Fact):
    """A period or day to be ready by."""

    span: Span = field(default_factory=year_span)
    edge: Edge = Edge.LAST


@dataclass(frozen=True, slots=True)
class DueDay(Fact):
    """A day number whose month must be found."""

    day: int = 0


@dataclass(frozen=True, slots=True)
class Window(Fact):
    """From one period to another."""

    first: Span | None = None
    """Null for a beginning on the day of issue."""
    last: Span = field(default_factory=year_span)


@dataclass(frozen=True, slots=True)
class DayWindow(Fact):
    """ "từ ngày 15 đến ngày 20" of a month named elsewhere."""

    last: Span | int = 0
    first_day: int = 0


@dataclass(frozen=True, slots=True)
class Opening(Fact):
    """A beginning without an end; null for the day of issue."""

    span: Span | None = None
    after: bool = False
    """ "sau tháng 6": the day after it ends."""


@dataclass(frozen=True, slots=True)
class Repeat(Fact):
    """Something due again and again."""

    every: Every = field(default_factory=lambda: Every(None))


@dataclass(frozen=True, slots=True)
class Relative(Fact):
    """A number of days after the plan's issue, or after `base`."""

    count: Count = field(default_factory=lambda: Count(0, "ngay"))
    base: Span | None = None


@dataclass(frozen=True, slots=True)
class Standing(Fact):
    """Always."""


@dataclass(frozen=True, slots=True)
class Later(Fact):
    """And in the years to come."""


@dataclass(frozen=True, slots=True)
class Condition(Fact):
    """When something else happens; `ruled`: "theo quy định", said beside anything."""

    ruled: bool = False


@dataclass(frozen=True, slots=True)
class Impossible(Fact):
    """A date that is none."""


@dataclass(frozen=True, slots=True)
class Changed(Fact):
    """The times before it, back to the last stop, are replaced by what follows."""


@dataclass(frozen=True, slots=True)
class Extended(Fact):
    """The day before it is put off by so many days, weeks or months."""

    count: Count = field(default_factory=lambda: Count(0, "ngay"))


@dataclass(frozen=True, slots=True)
class Round(Fact):
    """A numbered round, whose time stands beside it."""


@dataclass(frozen=True, slots=True)
class Doubtful(Fact):
    """Something about the time that has no certain meaning."""
