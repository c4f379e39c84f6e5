"""From facts to a deadline: whose year a period is in, which days repeat, what begins when.

Conventions beyond those of the evaluation set, each one rule here:

- A list of neighbouring periods with one year ("Quý III, IV/2022", "Tháng 11, 12/2013") is one
  stretch of work due at its end. Periods apart from each other ("tháng 6 và tháng 12") and
  periods that each print their year ("Tháng 6/2026 và tháng 12/2026") are separate due days.
- "Trước tháng 6" and "trước quý III" end the day before; a printed day always stays.
- "... và các năm tiếp theo" adds `standing`: the work goes on, with no further day.
- A smaller period inside a larger one beside it ("Quý II/2026 (trước ngày 15/6)") says when in it.
- A period beside a recurrence ("trước ngày 15/6, định kỳ hằng năm") is the day it recurs on; a year
  beside a finer recurrence ("hằng quý trong năm 2026") bounds it.
- One impossible date (31/2) and the phrase gives no date at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from knowledge.deadlines import rules
from knowledge.deadlines.facts import (
    Condition,
    DayWindow,
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
    Standing,
    Window,
)
from knowledge.deadlines.spans import MONTH_END, Span, Unit, day_span
from knowledge.deadlines.tokens import Count, Every
from knowledge.records import Deadline, DeadlineKind
from knowledge.workdays import WorkCalendar

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a phrase is read against.

    Attributes:
        plan_year: the year that periods without one belong to.
        issued: the plan's date, from which "kể từ ngày ban hành" counts.
        calendar: for working days; null to make one when it is needed.
    """

    plan_year: int | None
    issued: date | None
    calendar: WorkCalendar | None = None

    @property
    def year(self) -> int | None:
        """The plan's year, or the year of issue."""
        if self.plan_year is not None:
            return self.plan_year
        return self.issued.year if self.issued else None


@dataclass(slots=True)
class Meaning:
    """A deadline in the making.

    Attributes:
        spans: first and last day of every one-off period found.
        bodies: recurrence rules without their first day.
        exact: whether a day, not a period, was stated.
    """

    kinds: set[DeadlineKind] = field(default_factory=set)
    start: date | None = None
    dates: set[date] = field(default_factory=set)
    spans: list[tuple[date, date]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    begin: date | None = None
    until: date | None = None
    exact: bool = False

    def deadline(self, phrase: str) -> Deadline:
        """The finished value; a phrase that says nothing is unspecified."""
        found = self.kinds or {DeadlineKind.UNSPECIFIED}
        kinds = tuple(kind for kind in DeadlineKind if kind in found)
        made: list[str] = []
        for body in self.bodies if self.begin else []:
            rule = rules.rule_from(body, self.begin, self.until) if self.begin else None
            if rule and rule not in made:
                made.append(rule)
        return Deadline(phrase, kinds, self.start, tuple(sorted(self.dates)), tuple(made))


def interpret(facts: Sequence[Fact], frame: Frame) -> Meaning:
    """What `facts` mean for a plan of `frame`."""
    if any(isinstance(fact, Impossible) for fact in facts):
        return _without_dates(facts)
    facts = _only_strong(facts)
    located = _locate_days(facts)
    if located is None:
        return _without_dates(facts)
    return _Interpreter(located, frame).run()


def _without_dates(facts: Iterable[Fact]) -> Meaning:
    meaning = Meaning()
    for fact in facts:
        if isinstance(fact, Standing):
            meaning.kinds.add(DeadlineKind.STANDING)
        if isinstance(fact, Condition):
            meaning.kinds.add(DeadlineKind.CONDITIONAL)
    return meaning


def _only_strong(facts: Sequence[Fact]) -> list[Fact]:
    """Without periods that only name something ("Kế hoạch năm 2027") where another time is stated."""
    weak = [f for f in facts if isinstance(f, Due) and Link.WORDS in f.link and not f.opened]
    timed = [f for f in facts if not isinstance(f, Condition) and not any(f is w for w in weak)]
    return [f for f in facts if not any(f is w for w in weak)] if weak and timed else list(facts)


def _locate_days(facts: Sequence[Fact]) -> list[Fact] | None:
    """Day numbers put into the month that stands beside them; null when one has none.

    "ngày 10 và ngày 20 tháng 6", "ngày 20 các tháng 3, 6, 9", "tháng 6 (trước ngày 20)",
    "ngày 15 tháng 6 và tháng 12". Those of a recurrence are left to it.
    """
    repeats = any(
        isinstance(f, Repeat) and f.every.unit in {Unit.MONTH, Unit.QUARTER} and not f.every.body for f in facts
    )
    done: list[Fact] = []
    for index, fact in enumerate(facts):
        if isinstance(fact, DueDay) and not repeats:
            found = _month_of(facts, index)
            if found is None:
                return None
            done = [f for f in done if f is not found[0]]
            day = day_span(fact.day, found[1].first[0], found[1].year)
            if day is None:
                return None
            done.append(Due(fact.link, True, replace(day, later=found[1].later)))
        elif isinstance(fact, DayWindow) and not repeats:
            window = _located_window(fact)
            if window is None:
                return None
            done.append(window)
        elif isinstance(fact, Due) and fact.span.unit is Unit.MONTH and (day_number := _day_for(facts, index)):
            day = day_span(day_number, fact.span.first[0], fact.span.year)
            if day is None:
                return None
            done.append(Due(fact.link, True, replace(day, later=fact.span.later)))
        else:
            done.append(fact)
    return [f for f in done if not _is_spent(f, facts)]


def _month_of(facts: Sequence[Fact], index: int) -> tuple[Fact, Span] | None:
    """The month of the day number at `index`: of the next day or month in its list, or just before it."""
    after = index + 1
    while after < len(facts) and Link.WORDS not in facts[after].link:
        fact = facts[after]
        if isinstance(fact, Due) and fact.span.unit in {Unit.DAY, Unit.MONTH}:
            return fact, fact.span
        if not isinstance(fact, DueDay):
            break
        after += 1
    before = index - 1
    while before >= 0 and isinstance(facts[before], DueDay):
        before -= 1
    fact = facts[before] if before >= 0 else facts[index]
    if isinstance(fact, Due) and fact.span.unit is Unit.MONTH and Link.AND not in facts[before + 1].link:
        return fact, fact.span
    return None


def _day_for(facts: Sequence[Fact], index: int) -> int | None:
    """The day that goes with the month at `index` in "ngày 15 tháng 6, tháng 12", if any."""
    fact = facts[index]
    if fact.opened or fact.link & (Link.WORDS | Link.STOP):
        return None
    before = index - 1
    while before >= 0 and isinstance(other := facts[before], Due) and other.span.unit is Unit.MONTH:
        if facts[before].link & (Link.WORDS | Link.STOP) or other.opened:
            return None
        before -= 1
    other_fact = facts[before] if before >= 0 else None
    if isinstance(other_fact, DueDay) and facts[before + 1].link is Link.NONE:
        return other_fact.day
    if isinstance(other_fact, Due) and other_fact.span.worded and fact.link is not Link.NONE:
        return other_fact.span.first[1]
    return None


def _is_spent(fact: Fact, facts: Sequence[Fact]) -> bool:
    return isinstance(fact, DueDay) and fact not in facts


def _located_window(fact: DayWindow) -> Window | None:
    if not isinstance(fact.last, Span) or fact.last.unit is not Unit.DAY:
        return None
    first = day_span(fact.first_day, fact.last.first[0], fact.last.year)
    return Window(fact.link, fact.opened, first, fact.last) if first else None


class _Interpreter:
    """Folds located facts into one meaning."""

    def __init__(self, facts: Sequence[Fact], frame: Frame) -> None:
        self._facts = list(facts)
        self._frame = frame
        self._meaning = Meaning()
        self._refined: set[int] = set()

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
        return self._meaning

    # --- Lists of due times ---

    def _runs(self) -> list[list[int]]:
        """Positions of due facts, in lists that only commas and "và" part."""
        runs: list[list[int]] = []
        for index, fact in enumerate(self._facts):
            if not isinstance(fact, Due | DueDay):
                continue
            joined = runs and runs[-1][-1] == index - 1 and Link.WORDS not in fact.link
            if joined and not self._ends_with_repeat(runs[-1][-1]):
                runs[-1].append(index)
            else:
                runs.append([index])
        return runs

    def _ends_with_repeat(self, index: int) -> bool:
        return isinstance(self._facts[index], Repeat)

    def _run(self, run: list[int]) -> None:
        dues = [f for f in (self._facts[i] for i in run) if not self._is_throughout(f)]
        beside = self._repeats_beside(run[0], run[-1])
        if beside:
            dues = self._recur(dues, beside)
        spans = self._years_given([f for f in dues if isinstance(f, Due)])
        spans = [f for f in spans if not self._absorbed(f, spans)]
        if any(f.span.bounds() is None for f in spans) or any(isinstance(f, DueDay) for f in dues):
            return
        for fact in self._separate(spans):
            self._add_due(fact)

    def _is_throughout(self, fact: Fact) -> bool:
        """ "trong năm" after "thường xuyên" or "hằng quý": no day of its own."""
        before = self._facts[self._facts.index(fact) - 1] if self._facts.index(fact) else None
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
        before = first - 1
        apart = Link.AND | Link.STOP
        while before >= 0 and isinstance(self._facts[before], Repeat) and not self._every(before).body:
            if not found and self._facts[before + 1].link & apart and before == first - 1:
                break
            if self._facts[first].link & apart:
                break
            found.append(before)
            before -= 1
        return found

    def _recur(self, dues: Sequence[Fact], beside: list[int]) -> list[Fact]:
        """Takes the times that repeat out of `dues`."""
        units = {self._every(i).unit for i in beside}
        kept: list[Fact] = []
        repeating: list[Due] = []
        for fact in dues:
            if isinstance(fact, DueDay):
                self._recur_day(fact.day, units, beside)
            elif isinstance(fact, Due) and fact.span.unit is Unit.YEAR and units - {Unit.YEAR, None}:
                self._bound(fact.span)
            elif isinstance(fact, Due) and fact.span.unit is not Unit.YEAR and fact.span.year is None:
                repeating.append(fact)
            else:
                kept.append(fact)
        years = [f.span.year for f in kept if isinstance(f, Due) and f.span.unit is Unit.YEAR]
        if repeating and not any(years):
            self._recur_spans(repeating, beside)
        else:
            kept = [f for f in dues if f in kept or f in repeating]
        return kept

    def _every(self, index: int) -> Every:
        fact = self._facts[index]
        return fact.every if isinstance(fact, Repeat) else Every(None)

    def _recur_day(self, day: int, units: set[Unit | None], beside: list[int]) -> None:
        months = () if Unit.MONTH in units else rules.QUARTER_MONTHS
        if units & {Unit.MONTH, Unit.QUARTER}:
            self._meaning.bodies.append(rules.monthly(day, months))
            self._meaning.exact = True
            self._refined.update(i for i in beside if self._every(i).unit in {Unit.MONTH, Unit.QUARTER})

    def _recur_spans(self, dues: list[Due], beside: list[int]) -> None:
        dues = [f for f in dues if not self._absorbed(f, dues)]
        later = any(f.span.later for f in dues)
        plain = [replace(f, span=replace(f.span, later=0)) for f in dues]
        for fact in self._separate(plain):
            month, day = fact.span.last
            if fact.edge is Edge.BEFORE and fact.span.unit not in {Unit.DAY, Unit.YEAR}:
                month, day = ((fact.span.first[0] - 2) % 12 + 1, MONTH_END)
            self._meaning.bodies.append(rules.yearly(month, day))
            self._meaning.exact = self._meaning.exact or fact.span.unit is Unit.DAY
        if later and self._frame.year is not None:
            self._meaning.begin = date(self._frame.year + 1, 1, 1)
        self._refined.update(i for i in beside if not self._every(i).body)

    def _bound(self, span: Span) -> None:
        """ "trong năm 2026" beside "hằng quý": the last year it recurs in."""
        bounds = self._in_year(span).bounds()
        if bounds and span.dated:
            self._meaning.begin = self._meaning.begin or bounds[0]
            self._meaning.until = bounds[1]

    def _in_year(self, span: Span) -> Span:
        year = self._frame.year
        if span.year is not None or year is None:
            return span
        return span.of_year(year + span.later)

    def _years_given(self, dues: list[Due]) -> list[Due]:
        """Every period with its year: printed, the next one's in the list, the one before's, the plan's."""
        spans = [f.span for f in dues]
        known: Span | None = None
        for i in range(len(spans) - 1, -1, -1):
            if spans[i].dated:
                known = spans[i]
            elif known is not None:
                spans[i] = self._joined(spans[i], known, backwards=True)
        for i in range(1, len(spans)):
            if not spans[i].dated and spans[i - 1].dated:
                spans[i] = self._joined(spans[i], spans[i - 1], backwards=False)
        return [replace(f, span=self._in_year(s)) for f, s in zip(dues, spans, strict=True)]

    def _joined(self, span: Span, known: Span, *, backwards: bool) -> Span:
        """`span` in the year of `known`, or over New Year when the order of print says so."""
        year = self._in_year(known).year
        if year is None or known.unit is Unit.YEAR:
            return span.of_year(year)
        if backwards and span.first > known.first:
            return span.of_year(year - 1)
        if not backwards and span.first < known.first:
            return span.of_year(year + 1)
        return span.of_year(year)

    @staticmethod
    def _absorbed(fact: Due, others: Sequence[Due]) -> bool:
        """Whether a smaller period beside `fact` says when in it."""
        for index, other in enumerate(others):
            if other is fact:
                continue
            mine = next(i for i, f in enumerate(others) if f is fact)
            between = others[min(index, mine) + 1 : max(index, mine) + 1]
            if any(Link.AND in f.link or Link.STOP in f.link for f in between):
                continue
            if fact.span.covers(other.span) and fact.span.year == other.span.year:
                return True
        return False

    @staticmethod
    def _separate(dues: list[Due]) -> list[Due]:
        """The due times of a list: a stretch of neighbours counts by its last."""
        kept: list[Due] = []
        for fact in dues:
            last = kept[-1] if kept else None
            if last and _continues(last, fact):
                kept[-1] = fact
            else:
                kept.append(fact)
        return kept

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
                self._recur_day(fact.last, {self._every(i).unit for i in beside}, beside)

    def _window(self, index: int, fact: Window) -> None:
        beside = self._repeats_beside(index, index)
        if beside and fact.last.year is None and fact.last.unit is not Unit.YEAR:
            self._recur_spans([Due(Link.NONE, True, fact.last)], beside)
            return
        first, last = self._window_years(fact)
        bounds, begins = last.bounds(), first.bounds() if first else None
        begin = begins[0] if begins else self._frame.issued
        if bounds is None or (first and not begins) or (begin and begin > bounds[1]):
            return
        if beside:
            self._meaning.start = self._meaning.begin = begin
            self._meaning.until = bounds[1]
            return
        self._meaning.start = begin
        self._add_due(Due(fact.link, True, last))

    def _window_years(self, fact: Window) -> tuple[Span | None, Span]:
        """Both ends with their years: each other's where one prints none, over New Year where it must."""
        first, last = fact.first, fact.last
        if first is None or (first.dated and last.dated):
            return self._in_year(first) if first else None, self._in_year(last)
        over = first.first > last.first and Unit.YEAR not in {first.unit, last.unit}
        if last.dated:
            last = self._in_year(last)
            return first.of_year(last.year - over if last.year else None), last
        first = self._in_year(first)
        return first, last.of_year(first.year + over if first.year else None)

    def _relative(self) -> None:
        for fact in self._facts:
            if not isinstance(fact, Relative):
                continue
            base = self._in_year(fact.base).bounds() if fact.base else None
            since = base[0] if base else None if fact.base else self._frame.issued
            if since is None:
                self._meaning.kinds.add(DeadlineKind.CONDITIONAL)
                continue
            due = _counted_from(since, fact.count, self._frame.calendar)
            self._meaning.kinds.add(DeadlineKind.ONE_OFF)
            self._meaning.dates.add(due)
            self._meaning.spans.append((since, due))
            self._meaning.exact = True

    def _repeats(self) -> None:
        """Recurrences whose day nobody stated fall due at the end of their period."""
        refined_units = {self._every(i).unit for i in self._refined}
        for index, fact in enumerate(self._facts):
            if not isinstance(fact, Repeat) or index in self._refined:
                continue
            if fact.every.body is not None:
                self._meaning.bodies.append(fact.every.body)
                self._meaning.exact = True
            elif fact.every.unit not in refined_units and not self._said_better(fact.every):
                self._meaning.bodies.extend(_period_ends(fact.every))

    def _said_better(self, every: Every) -> bool:
        """Whether another recurrence of the same unit states its day."""
        return any(isinstance(f, Repeat) and f.every.unit is every.unit and f.every.body for f in self._facts)

    def _opening(self) -> None:
        for fact in self._facts:
            if isinstance(fact, Opening):
                self._open(fact)

    def _open(self, fact: Opening) -> None:
        begin = self._frame.issued
        if fact.span is not None:
            bounds = self._in_year(fact.span).bounds()
            if bounds is None:
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
        if self._meaning.begin is None and self._frame.year is not None:
            self._meaning.begin = date(self._frame.year, 1, 1)


def _continues(last: Due, fact: Due) -> bool:
    """Whether two periods of a list are one stretch of work."""
    if fact.span.unit is Unit.DAY or fact.span.unit is not last.span.unit:
        return False
    if fact.span.unit is Unit.YEAR:
        return fact.span.year is not None and last.span.year == fact.span.year - 1
    return last.span.year == fact.span.year and fact.span.follows(last.span)


def _counted_from(since: date, count: Count, calendar: WorkCalendar | None) -> date:
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


def _period_ends(every: Every) -> list[str]:
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
