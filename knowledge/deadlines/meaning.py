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
- What recurs every so many years or weeks has days only where a beginning says in which; a paper's
  recurrences fall on or after its day of issue (`Frame.known_from`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from knowledge.deadlines.counting import counted_from
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
from knowledge.deadlines.lists import separate, window_years, with_years, without_covered
from knowledge.deadlines.locating import locate_days
from knowledge.deadlines.recurring import RecurringDays
from knowledge.deadlines.spans import Unit
from knowledge.deadlines.validity import valid
from knowledge.records import DeadlineKind

_ONE_DAY = timedelta(days=1)


def interpret(facts: Sequence[Fact], frame: Frame) -> Meaning:
    """What `facts` mean for a plan of `frame`."""
    rounds = [f for f in facts if isinstance(f, Round)]
    facts = locate_days(valid([f for f in facts if not isinstance(f, Round)], frame))
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


class _Interpreter(RecurringDays):
    """Folds located facts into one meaning."""

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
            if (
                isinstance(fact, Doubtful)
                or (isinstance(fact, Due) and fact.span.guessed)
                or (isinstance(fact, Repeat) and (undated or index not in self._told))
            ):
                doubtful.append(fact.place)

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
        first, last = window_years(fact, self._frame)
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
