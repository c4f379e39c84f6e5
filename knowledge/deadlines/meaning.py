"""From facts to a deadline: whose year a period is in, which days repeat, what begins when.

Conventions beyond those of the evaluation set, each one rule here or in `lists`:

- A list of neighbouring periods ("Quý III, IV/2022", "Tháng 11, 12/2013") is one stretch of work due
  at its end; periods apart from each other ("tháng 6 và tháng 12") are separate due days.
- "Trước tháng 6" and "trước quý III" end the day before; a printed day always stays.
- "... và các năm tiếp theo" adds `standing`: the work goes on, with no further day.
- A smaller period after a larger one around it ("Quý II/2026 (trước ngày 15/6)") says when in it.
- A period beside a recurrence ("trước ngày 15/6, định kỳ hằng năm") is the day it recurs on; a year
  beside a finer recurrence ("hằng quý trong năm 2026") bounds it.
- "Thường xuyên từ năm 2026" is standing and open_start; "từ năm 2026" beside a recurrence is its start.
- One impossible date (31/2) and the phrase gives no date at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from knowledge.deadlines import rules
from knowledge.deadlines.changing import in_force
from knowledge.deadlines.counting import counted_from, period_ends, picked_rule
from knowledge.deadlines.facts import (
    Condition,
    DayWindow,
    Doubtful,
    Due,
    DueDay,
    Edge,
    Fact,
    Impossible,
    Later,
    Link,
    Opening,
    Relative,
    Repeat,
    Round,
    Standing,
    Window,
)
from knowledge.deadlines.frame import Frame, Meaning
from knowledge.deadlines.lists import separate, with_years, without_covered
from knowledge.deadlines.locating import locate_days
from knowledge.deadlines.spans import MONTH_END, Span, Unit
from knowledge.deadlines.tokens import Every
from knowledge.records import DeadlineKind

_ONE_DAY = timedelta(days=1)


def interpret(facts: Sequence[Fact], frame: Frame) -> Meaning:
    """What `facts` mean for a plan of `frame`."""
    rounds = [f for f in facts if isinstance(f, Round)]
    stated = _only_strong(_without_guesses([f for f in facts if not isinstance(f, Round)]))
    facts = locate_days(in_force(stated, frame))
    if any(isinstance(fact, Impossible) for fact in facts):
        meaning = _without_dates(facts)
    else:
        meaning = _Interpreter(facts, frame).run()
    timed = sum(isinstance(f, Due | Window | Opening | Relative | Repeat) for f in facts)
    # Each round has a time of its own; those that are one too many have none.
    meaning.doubtful += [f.place for f in rounds[timed:]]
    return meaning


def _without_dates(facts: Iterable[Fact]) -> Meaning:
    meaning = Meaning()
    for fact in facts:
        if isinstance(fact, Impossible | Repeat | Doubtful):
            meaning.doubtful.append(fact.place)
        if isinstance(fact, Standing):
            meaning.kinds.add(DeadlineKind.STANDING)
        if isinstance(fact, Condition):
            meaning.kinds.add(DeadlineKind.CONDITIONAL)
        if isinstance(fact, Repeat):
            meaning.kinds.add(DeadlineKind.RECURRING)
    return meaning


def _without_guesses(facts: Sequence[Fact]) -> list[Fact]:
    """Without what custom alone dates where a sure time is stated: "trước 05/9 (khai giảng năm học mới)"."""
    sure = [f for f in facts if not (isinstance(f, Due) and f.span.guessed)]
    return sure if any(isinstance(f, Due | DueDay | Window | Relative) for f in sure) else list(facts)


def _only_strong(facts: Sequence[Fact]) -> list[Fact]:
    """Without periods that only name something ("Kế hoạch năm 2027") where another time is stated."""
    weak = [f for f in facts if isinstance(f, Due) and Link.NAMED in f.link and not f.opened]
    timed = [f for f in facts if not isinstance(f, Condition) and not any(f is w for w in weak)]
    return [f for f in facts if not any(f is w for w in weak)] if weak and timed else list(facts)


class _Interpreter:
    """Folds located facts into one meaning."""

    def __init__(self, facts: Sequence[Fact], frame: Frame) -> None:
        self._facts = list(facts)
        self._frame = frame
        self._meaning = Meaning(calendar=frame.calendar)
        self._refined: set[int] = set()
        self._told: set[int] = set()

    def run(self) -> Meaning:
        for kind, fact_type in ((DeadlineKind.STANDING, Standing), (DeadlineKind.RECURRING, Repeat)):
            if any(isinstance(fact, fact_type) for fact in self._facts):
                self._meaning.kinds.add(kind)
        self._relative()
        for run in self._runs():
            self._run(run)
        self._windows()
        self._repeats()
        self._opening()
        self._later()
        self._conditions()
        self._begin()
        self._doubts()
        return self._meaning

    def _doubts(self) -> None:
        """Facts that a year, or a day that nobody can tell, is missing from."""
        doubtful = self._meaning.doubtful
        undated = self._meaning.begin is None
        for index, fact in enumerate(self._facts):
            if isinstance(fact, Doubtful) or (isinstance(fact, Due) and fact.span.guessed):
                doubtful.append(fact.place)
            elif isinstance(fact, Repeat) and (undated or index not in self._told):
                doubtful.append(fact.place)

    def _doubt(self, facts: Iterable[Fact]) -> None:
        self._meaning.doubtful += [fact.place for fact in facts]

    # --- Lists of due times ---

    def _runs(self) -> list[list[int]]:
        """Positions of due facts, in lists that only commas and "và" part."""
        runs: list[list[int]] = []
        for index, fact in enumerate(self._facts):
            if not isinstance(fact, Due | DueDay):
                continue
            if runs and runs[-1][-1] == index - 1 and Link.WORDS not in fact.link:
                runs[-1].append(index)
            else:
                runs.append([index])
        return runs

    def _run(self, run: list[int]) -> None:
        dues = [self._facts[i] for i in run if not self._is_throughout(i)]
        beside = self._repeats_beside(run[0], run[-1])
        if beside:
            dues = self._recur(dues, beside)
        spans = without_covered(with_years([f for f in dues if isinstance(f, Due)], self._frame))
        if any(f.span.bounds() is None for f in spans) or any(isinstance(f, DueDay) for f in dues):
            self._doubt(dues)
            return
        for fact in separate(spans):
            self._add_due(fact)

    def _is_throughout(self, index: int) -> bool:
        """ "trong năm" after "thường xuyên" or "hằng quý": no day of its own."""
        fact, before = self._facts[index], self._facts[index - 1] if index else None
        return (
            isinstance(fact, Due)
            and fact.span.unit is Unit.YEAR
            and not fact.span.dated
            and isinstance(before, Standing | Repeat)
            and Link.AND not in fact.link
        )

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
        if any(self._every(i).unit is None and self._every(i).rare or self._every(i).interval > 1 for i in beside):
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
                self._meaning.bodies.append(picked_rule(fact.span.pick, _months_of_pick(fact.span)))
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

    def _add_due(self, fact: Due) -> None:
        bounds = fact.span.bounds()
        if bounds is None:
            return
        first, last = bounds
        if fact.edge is Edge.BEFORE and fact.span.unit is not Unit.DAY:
            last = first - _ONE_DAY
        self._meaning.kinds.add(DeadlineKind.ONE_OFF)
        self._meaning.dates.add(last)
        self._meaning.spans.append((min(first, last), last))
        self._meaning.exact = self._meaning.exact or fact.span.unit is Unit.DAY

    # --- Windows, beginnings, counted days ---

    def _windows(self) -> None:
        for index, fact in enumerate(self._facts):
            if isinstance(fact, Window):
                self._window(index, fact)
            elif isinstance(fact, DayWindow) and isinstance(fact.last, int):
                beside = self._repeats_beside(index, index)
                self._recur_day(fact, {self._every(i).unit for i in beside}, beside)

    def _window(self, index: int, fact: Window) -> None:
        beside = self._repeats_beside(index, index)
        if beside and fact.last.year is None and fact.last.unit is not Unit.YEAR:
            self._recur_spans([Due(Link.NONE, True, fact.last)], beside)
            return
        first, last = self._window_years(fact)
        bounds, begins = last.bounds(), first.bounds() if first else None
        begin = begins[0] if begins else self._frame.issued
        if bounds is None or (first and not begins) or (begin and begin > bounds[1]):
            self._doubt([fact])
            return
        if beside:
            self._meaning.start = self._meaning.begin = begin
            self._meaning.until = bounds[1]
            return
        self._meaning.start = min(filter(None, [self._meaning.start, begin]), default=None)
        self._add_due(Due(fact.link, True, last))

    def _window_years(self, fact: Window) -> tuple[Span | None, Span]:
        """Both ends with their years: each other's where one prints none, over New Year where it must."""
        first, last = fact.first, fact.last
        if first is None or (first.dated and last.dated):
            return self._frame.place(first) if first else None, self._frame.place(last)
        over = first.first > last.first and Unit.YEAR not in {first.unit, last.unit}
        if last.dated:
            last = self._frame.place(last)
            return first.of_year(last.year - over if last.year else None), last
        first = self._frame.place(first)
        return first, last.of_year(first.year + over if first.year else None)

    def _relative(self) -> None:
        for fact in self._facts:
            if not isinstance(fact, Relative):
                continue
            base = self._frame.place(fact.base).bounds() if fact.base else None
            since = base[0] if base else None if fact.base else self._frame.issued
            if since is None:
                self._meaning.kinds.add(DeadlineKind.CONDITIONAL)
                self._doubt([fact])
                continue
            due = counted_from(since, fact.count, self._frame.calendar)
            self._meaning.kinds.add(DeadlineKind.ONE_OFF)
            self._meaning.dates.add(due)
            self._meaning.spans.append((since, due))
            self._meaning.exact = True

    def _repeats(self) -> None:
        """Recurrences whose day nobody stated fall due at the end of their period."""
        refined_units = {self._every(i).unit for i in self._refined}
        begun = any(isinstance(f, Opening | Window) for f in self._facts)
        self._told |= self._refined
        for index, fact in enumerate(self._facts):
            if not isinstance(fact, Repeat) or index in self._refined:
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

    def _opening(self) -> None:
        for fact in self._facts:
            if isinstance(fact, Opening):
                self._open(fact)

    def _open(self, fact: Opening) -> None:
        begin = self._frame.issued
        if fact.span is not None:
            bounds = self._frame.place(fact.span).bounds()
            if bounds is None:
                self._doubt([fact])
                return
            begin = bounds[1] + _ONE_DAY if fact.after else bounds[0]
        self._meaning.start = begin
        if DeadlineKind.RECURRING in self._meaning.kinds:
            self._meaning.begin = begin
            return
        due = max(self._meaning.dates, default=None)
        if due is None or (begin and begin > due):
            self._meaning.kinds.add(DeadlineKind.OPEN_START)

    def _later(self) -> None:
        kinds = self._meaning.kinds
        if any(isinstance(f, Later) for f in self._facts) and not kinds & {
            DeadlineKind.RECURRING,
            DeadlineKind.OPEN_START,
        }:
            kinds.add(DeadlineKind.STANDING)

    def _conditions(self) -> None:
        conditions = [f for f in self._facts if isinstance(f, Condition)]
        if any(not f.ruled for f in conditions) or (conditions and not self._meaning.kinds):
            self._meaning.kinds.add(DeadlineKind.CONDITIONAL)

    def _begin(self) -> None:
        """Nothing recurs before the plan's year or a stated beginning, nor before the paper was known."""
        if self._meaning.begin is None and self._frame.year is not None:
            self._meaning.begin = date(self._frame.year, 1, 1)
        if self._meaning.begin and self._frame.known_from:
            self._meaning.begin = max(self._meaning.begin, self._frame.known_from)


def _is_bare(fact: Repeat) -> bool:
    return fact.every.unit is None and not fact.every.rare


def _months_of_pick(span: Span) -> tuple[int, ...]:
    """The month of a yearly day that is picked from a period."""
    return (span.last[0] if span.pick and span.pick.nth < 0 else span.first[0],)
