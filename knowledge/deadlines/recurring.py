"""Recurring facts to rules: which times beside a recurrence are its days, and what it falls on without them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from knowledge.deadlines import rules
from knowledge.deadlines.counting import period_ends, yearly_pick
from knowledge.deadlines.facts import DayWindow, Due, DueDay, Edge, Fact, Link, Opening, Repeat, Window
from knowledge.deadlines.frame import Frame, Meaning
from knowledge.deadlines.lists import separate, without_covered
from knowledge.deadlines.spans import MONTH_END, Unit
from knowledge.deadlines.tokens import Every


class RecurringDays:
    """The recurrences among the facts of one phrase.

    `_refined` are those whose days stand beside them, `_told` those that came to days at all, `_dated` those beside
    a day of one year ("báo cáo năm trước ngày 10/12/2026"), which do not fall at the ends of their periods besides.
    """

    def __init__(self, facts: Sequence[Fact], frame: Frame) -> None:
        self._facts = list(facts)
        self._frame = frame
        self._meaning = Meaning(calendar=frame.calendar)
        self._refined: set[int] = set()
        self._told: set[int] = set()
        self._dated: set[int] = set()

    def _repeats_beside(self, first: int, last: int) -> list[int]:
        """The recurrences that the due times `first` to `last` say the day of."""
        found: list[int] = []
        after = self._facts[last + 1] if last + 1 < len(self._facts) else None
        if isinstance(after, Repeat) and not after.link & (Link.AND | Link.WORDS | Link.STOP):
            found.append(last + 1)
        if self._facts[first].link & (Link.AND | Link.STOP):
            return found
        before = first - 1
        while before >= 0 and isinstance(self._facts[before], Repeat) and not self._every(before).body:
            found.append(before)
            before -= 1
        return found

    def _recur(self, dues: Sequence[Fact], beside: list[int]) -> list[Fact]:
        """Takes the times that repeat out of `dues`."""
        if any((self._every(i).unit is None and self._every(i).rare) or self._every(i).interval > 1 for i in beside):
            self._doubt(f for f in dues if not isinstance(f, Due) or not f.span.dated)
            return [f for f in dues if isinstance(f, Due) and f.span.dated]
        units = {self._every(i).unit for i in beside}
        kept: list[Fact] = []
        repeating: list[Due] = []
        for fact in dues:
            if isinstance(fact, DueDay):
                self._recur_day(fact, units, beside)
            elif not isinstance(fact, Due) or fact.span.year is not None or fact.span.unit is Unit.YEAR:
                kept.append(fact)
            else:
                repeating.append(fact)
        if any(isinstance(f, Due) and f.span.unit is Unit.DAY for f in kept):
            self._dated.update(beside)
        if any(isinstance(f, Due) and f.span.unit is not Unit.YEAR for f in kept):
            return [f for f in dues if isinstance(f, Due)]
        if repeating:
            self._recur_spans(repeating, beside)
        return [f for f in kept if not self._bounds(f, finer=bool(units - {Unit.YEAR, None}))]

    def _every(self, index: int) -> Every:
        fact = self._facts[index]
        return fact.every if isinstance(fact, Repeat) else Every(None)

    def _recur_day(self, fact: DueDay | DayWindow, units: set[Unit | None], beside: list[int]) -> None:
        day = fact.day if isinstance(fact, DueDay) else fact.last
        if not units & {Unit.MONTH, Unit.QUARTER} or not isinstance(day, int):
            self._doubt([fact])
            return
        self._meaning.bodies.append(rules.monthly(day, () if Unit.MONTH in units else rules.QUARTER_MONTHS))
        self._meaning.exact = True
        self._refined.update(i for i in beside if self._every(i).unit in {Unit.MONTH, Unit.QUARTER})

    def _recur_spans(self, dues: list[Due], beside: list[int]) -> None:
        dues = without_covered(dues)
        later = any(f.span.later > 0 for f in dues)
        plain = [replace(f, span=replace(f.span, later=0)) for f in dues]
        for fact in separate(plain):
            if fact.span.lunar:
                self._doubt([fact])
                continue
            if fact.span.pick:
                self._meaning.bodies.append(yearly_pick(fact.span, fact.span.pick))
                self._meaning.exact = True
                continue
            month, day = fact.span.last
            if fact.edge is Edge.BEFORE and fact.span.unit not in {Unit.DAY, Unit.YEAR}:
                month, day = ((fact.span.first[0] - 2) % 12 + 1, MONTH_END)
            self._meaning.bodies.append(rules.yearly(month, day))
            self._meaning.exact = self._meaning.exact or fact.span.unit is Unit.DAY
        if later and self._frame.year is not None:
            self._meaning.begin = date(self._frame.year + 1, 1, 1)
        self._refined.update(i for i in beside if not self._every(i).body)

    def _bounds(self, fact: Fact, *, finer: bool) -> bool:
        """Whether `fact` is the year that a finer recurrence runs in: "hằng quý trong năm 2026"."""
        bounds = self._frame.place(fact.span).bounds() if isinstance(fact, Due) and finer else None
        if bounds is None:
            return False
        self._meaning.begin = self._meaning.begin or bounds[0]
        self._meaning.until = bounds[1]
        return True

    def _repeats(self) -> None:
        """Recurrences whose day nobody stated fall due at the end of their period."""
        refined_units = {self._every(i).unit for i in self._refined}
        begun = any(isinstance(f, Opening | Window) for f in self._facts)
        self._told |= self._refined
        for index, fact in enumerate(self._facts):
            if not isinstance(fact, Repeat) or index in self._refined | self._dated:
                continue
            if fact.every.body is not None and fact.every.interval == 1:
                bodies = [fact.every.body]
                self._meaning.exact = True
            elif fact.every.unit in refined_units or self._said_better(fact.every):
                self._told.add(index)
                continue
            else:
                bodies = period_ends(fact.every, begun)
            self._meaning.bodies.extend(bodies)
            self._told.update([index] if bodies else [])
        if self._meaning.bodies:
            # "Định kỳ" without a period says no more than the periods beside it.
            self._told.update(i for i, f in enumerate(self._facts) if isinstance(f, Repeat) and _is_bare(f))

    def _said_better(self, every: Every) -> bool:
        """Whether another recurrence of the same unit states its day."""
        return any(
            isinstance(f, Repeat) and f.every is not every and f.every.unit is every.unit and f.every.body
            for f in self._facts
        )

    def _doubt(self, facts: Iterable[Fact]) -> None:
        self._meaning.doubtful += [fact.place for fact in facts]


def _is_bare(fact: Repeat) -> bool:
    return fact.every.unit is None and not fact.every.rare
