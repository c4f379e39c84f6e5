"""What a phrase is read against, and what it turns out to say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from knowledge.deadlines import rules
from knowledge.deadlines.counting import picked_day
from knowledge.deadlines.lunar import solar_day
from knowledge.deadlines.spans import Span, day_span
from knowledge.records import Deadline, DeadlineKind
from knowledge.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Frame:
    """What a phrase is read against.

    Attributes:
        plan_year: the year that periods without one belong to.
        issued: the plan's date, from which "kể từ ngày ban hành" counts.
        calendar: for working days; null to make one when it is needed.
        known_from: first day that what recurs may fall on, besides the plan's own year.
    """

    plan_year: int | None
    issued: date | None
    calendar: WorkCalendar | None = None
    known_from: date | None = None

    @property
    def year(self) -> int | None:
        """The plan's year, or the year of issue."""
        if self.plan_year is not None:
            return self.plan_year
        return self.issued.year if self.issued else None

    def place(self, span: Span) -> Span:
        """`span` in its own year, or in the plan's, or the one after it for "năm sau"; a day of it looked up."""
        if span.year is None and self.year is not None:
            span = span.of_year(self.year + span.later)
        return self._looked_up(span)

    def _looked_up(self, span: Span) -> Span:
        """`span` as the calendar day that it picks, or that its lunar day is; as it is when there is none."""
        day = None
        if span.lunar and span.year is not None:
            day = solar_day(span.year, *span.first)
        elif span.pick and (bounds := replace(span, pick=None).bounds()):
            day = picked_day(*bounds, span.pick, self.calendar)
        found = day_span(day.day, day.month, day.year) if day else None
        return found or span


@dataclass(slots=True)
class Meaning:
    """A deadline in the making.

    Attributes:
        spans: first and last day of every one-off period found.
        bodies: recurrence rules without their first day.
        exact: whether a day, not a period, was stated.
        calendar: for rules that count working days.
        doubtful: offsets in the reading form of what has no certain meaning.
        unread: the same as printed, with what no fact took up.
    """

    kinds: set[DeadlineKind] = field(default_factory=set)
    start: date | None = None
    dates: set[date] = field(default_factory=set)
    spans: list[tuple[date, date]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    begin: date | None = None
    until: date | None = None
    exact: bool = False
    calendar: WorkCalendar | None = None
    doubtful: list[tuple[int, int]] = field(default_factory=list)
    unread: tuple[str, ...] = ()

    def deadline(self, phrase: str) -> Deadline:
        """The finished value; a phrase that says nothing is unspecified."""
        found = self.kinds or {DeadlineKind.UNSPECIFIED}
        kinds = tuple(kind for kind in DeadlineKind if kind in found)
        made: list[str] = []
        for body in self.bodies if self.begin else []:
            rule = rules.rule_from(body, self.begin, self.until, self.calendar) if self.begin else None
            if rule and rule not in made:
                made.append(rule)
        return Deadline(phrase, kinds, self.start, tuple(sorted(self.dates)), tuple(made), self.unread)
