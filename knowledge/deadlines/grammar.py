"""The grammar of deadline phrases: tokens in, facts out.

    deadline   = { fact | separator | word } ;
    fact       = window | opening | due | recurrence | relative | standing | condition | later ;

    window     = [ "từ" ] time ( "đến" | "-" ) time ;          (* Từ quý I đến hết quý III/2026 *)
    opening    = ( "từ" | "bắt đầu" ) time [ "trở đi" ]        (* Bắt đầu từ quý IV/2025 *)
               | time "trở đi" | "sau" time | "từ" issue ;
    due        = [ "trước" | "chậm nhất" | "trong" | "đến" | ... ] time ;
    time       = [ part ] ( day | month | quarter | months | year ) | day number ;
    part       = "đầu" | "giữa" | "cuối" | "nửa đầu" | "thượng tuần" | "tuần 2" | ... ;
    day        = "ngày" n ( "/" n | "tháng" n ) [ year of ] ;
    month      = "tháng" n { ( "," | "và" | "-" ) n } [ year of ] | n "/" year ;
    quarter    = ( "quý" | "quí" | "Q" ) roman or arabic { ( "," | "và" | "-" ) n } [ year of ] ;
    months     = n "tháng" ( "đầu" | "cuối" ) "năm" | "nửa đầu năm" | n "quý đầu năm" ;
    year       = [ "năm" ] n | "năm sau" | ( "trong" | "hết" | "cuối" | "cả" ) "năm" ;
    year of    = ( "/" | "năm" ) n | "năm sau" ;

    recurrence = ( "hằng" | "mỗi" | "từng" | "theo" ) unit      (* hằng quý *)
               | [ n ] unit "/lần" | n "lần/" unit              (* 6 tháng/lần *)
               | "định kỳ" { unit } | unit list beside another  (* định kỳ quý, 6 tháng, năm *)
               | day number ( "tháng cuối quý" | ... ) ;        (* ngày 20 của tháng cuối quý *)
    relative   = n ( "ngày" | "ngày làm việc" | "tuần" | "tháng" ) "kể từ" ( issue | event | day ) ;
    issue      = "ngày" ( "ký" | "ban hành" ) [ "Kế hoạch" [ "này" ] ] ;
    standing   = "thường xuyên" | "liên tục" ;
    condition  = ( "khi" | "sau khi" | "theo" | "trước" event | ... ) { word } ;
    later      = "các năm tiếp theo" ;

A condition runs on to the next separator that a fact follows, so that the dates of
"Theo Kế hoạch số 5/KH-UBND ngày 3/2/2026" are nobody's deadline. What the facts
mean together (whose year, which day repeats) is `meaning`'s business.
"""

from __future__ import annotations

from collections.abc import Sequence

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
from knowledge.deadlines.rules import weekly
from knowledge.deadlines.spans import Part, Span, Unit, narrow, week_of_month, year_span
from knowledge.deadlines.tokens import Count, Every, Kind, Token

_OPENERS = {Kind.BEFORE, Kind.BY, Kind.WITHIN, Kind.TO, Kind.FROM, Kind.AFTER, Kind.DONE}
_TIMES = {Kind.SPAN, Kind.DAY_NUMBER}
_LINKS = {Kind.COMMA: Link.COMMA, Kind.STOP: Link.STOP, Kind.AND: Link.AND, Kind.DASH: Link.COMMA}
_HEADS = _OPENERS | _TIMES | {
    Kind.PART, Kind.WEEK, Kind.EVERY, Kind.PERIODIC, Kind.COUNT, Kind.STANDING, Kind.CONDITION, Kind.REQUEST,
    Kind.RULED, Kind.LATER, Kind.UNIT, Kind.WEEKDAY, Kind.SINCE_ISSUE,
}  # fmt: skip
_COUNTED = {(3, "thang"): Unit.QUARTER, (6, "thang"): Unit.PART, (9, "thang"): Unit.PART, (1, "nam"): Unit.YEAR}
_EVERY_MONTHS = {6: (6, 12), 9: (9,)}


class Reader:
    """Reads the facts of one phrase, left to right, one token ahead."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._link = Link.NONE
        self._periodic = any(t.kind in {Kind.EVERY, Kind.PERIODIC} for t in tokens)
        self.facts: list[Fact] = []

    def read(self) -> list[Fact]:
        """All facts of the phrase."""
        while self._at < len(self._tokens):
            kind = self._kind()
            if kind in _LINKS:
                self._link |= _LINKS[kind]
                self._at += 1
            elif kind is Kind.FILLER:
                self._at += 1
            elif not self._fact(kind):
                self._link |= Link.WORDS
                self._at += 1
        return self.facts

    # --- Looking ahead ---

    def _kind(self, ahead: int = 0) -> Kind | None:
        at = self._at + ahead
        return self._tokens[at].kind if at < len(self._tokens) else None

    def _token(self) -> Token:
        return self._tokens[self._at]

    def _skip(self, *kinds: Kind) -> None:
        while self._kind() in kinds:
            self._at += 1

    def _add(self, fact: Fact) -> bool:
        self.facts.append(fact)
        self._link = Link.NONE
        return True

    # --- One function a rule ---

    def _fact(self, kind: Kind | None) -> bool:
        """Reads one fact that begins here; false when none does."""
        match kind:
            case Kind.FROM:
                return self._from()
            case Kind.AFTER:
                return self._after()
            case Kind.COUNT:
                return self._count()
            case Kind.EVERY:
                return self._every()
            case Kind.PERIODIC:
                return self._periodically()
            case Kind.WEEKDAY:
                return self._weekday()
            case Kind.STANDING | Kind.LATER | Kind.REQUEST | Kind.BAD | Kind.SINCE_ISSUE | Kind.SINCE_EVENT:
                return self._plain(kind)
            case Kind.CONDITION | Kind.RULED:
                return self._condition()
            case _:
                return self._time_or_event() if kind in _HEADS else False

    def _plain(self, kind: Kind) -> bool:
        self._at += 1
        match kind:
            case Kind.STANDING:
                return self._add(Standing(self._link))
            case Kind.LATER:
                return self._add(Later(self._link))
            case Kind.BAD:
                return self._add(Impossible(self._link))
            case Kind.SINCE_ISSUE:
                return self._since_issue()
            case _:
                return self._add(Condition(self._link))

    def _condition(self) -> bool:
        ruled = self._kind() is Kind.RULED and Link.AND not in self._link
        self._add(Condition(self._link, ruled=ruled))
        self._at += 1
        self._pass_clause()
        return True

    def _pass_clause(self) -> None:
        """On to the separator after which a fact begins, or to "chậm nhất", which ends any clause."""
        while self._at < len(self._tokens):
            kind = self._kind()
            if kind is Kind.BY or kind is Kind.LATER:
                return
            if kind in _LINKS:
                begin = self._at
                self._skip(*_LINKS, Kind.FILLER)
                opened = self._kind() in _HEADS and self._kind() is not Kind.UNIT
                self._at = begin
                if opened:
                    return
            self._at += 1
        self._link = Link.WORDS

    def _weekday(self) -> bool:
        """ "thứ Sáu hằng tuần", "hằng tuần vào thứ Sáu"; any other weekday is a word."""
        weekday = str(self._token().value)
        begin = self._at
        self._at += 1
        self._skip(Kind.FILLER)
        if self._is_weekly(self._token().value if self._kind() is Kind.EVERY else None):
            self._at += 1
            return self._add(Repeat(self._link, True, Every(Unit.WEEK, weekly(weekday))))
        last = self.facts[-1] if self.facts else None
        if isinstance(last, Repeat) and self._is_weekly(last.every):
            self.facts[-1] = Repeat(last.link, True, Every(Unit.WEEK, weekly(weekday)))
            return True
        self._at = begin
        return False

    @staticmethod
    def _is_weekly(value: object) -> bool:
        return isinstance(value, Every) and value.unit is Unit.WEEK

    def _every(self) -> bool:
        every = self._token().value
        assert isinstance(every, Every)  # noqa: S101 - what the token kind says
        self._at += 1
        self._add(Repeat(self._link, True, every))
        self._more_units()
        return True

    def _periodically(self) -> bool:
        self._at += 1
        self._skip(Kind.FILLER)
        if not self._unit_repeat() and self._kind() is not Kind.EVERY:
            return self._add(Repeat(self._link, False, Every(None)))
        self._more_units()
        return True

    def _more_units(self) -> None:
        """ "hằng quý, 6 tháng và năm": bare units in a list with a recurrence repeat as well."""
        while True:
            begin, link = self._at, self._link
            while self._kind() in {Kind.COMMA, Kind.AND}:
                self._link |= _LINKS[self._token().kind]
                self._at += 1
            if begin == self._at or not self._unit_repeat():
                self._at, self._link = begin, link
                return

    def _unit_repeat(self) -> bool:
        """A bare "năm", "quý", "6 tháng" read as a recurrence."""
        if self._kind() not in {Kind.UNIT, Kind.COUNT} or self._kind(1) in {*_TIMES, Kind.SINCE_ISSUE, Kind.FROM}:
            return False
        value = self._token().value
        months: tuple[int, ...] = ()
        unit = value if isinstance(value, Unit) else None
        if isinstance(value, Count):
            unit = _COUNTED.get((value.number, value.unit))
            months = _EVERY_MONTHS.get(value.number, ()) if unit is Unit.PART else ()
        if unit is None or unit is Unit.DAY:
            return False
        self._at += 1
        return self._add(Repeat(self._link, True, Every(unit, months=months)))

    def _count(self) -> bool:
        """ "10 ngày kể từ ngày ban hành", "6 tháng" in a list of periods, or a length of time."""
        if self._in_unit_list() and self._unit_repeat():
            self._more_units()
            return True
        count = self._token().value
        assert isinstance(count, Count)  # noqa: S101 - what the token kind says
        self._at += 1
        self._skip(Kind.COMMA, Kind.FILLER)
        if self._kind() is Kind.SINCE_ISSUE:
            self._at += 1
            return self._add(Relative(self._link, True, count))
        if self._kind() is Kind.FROM and self._kind(1) is Kind.SPAN:
            base = self._tokens[self._at + 1].value
            self._at += 2
            if isinstance(base, Span) and base.unit is Unit.DAY:
                return self._add(Relative(self._link, True, count, base))
            return self._add(Condition(self._link))
        self._add(Condition(self._link))
        self._skip(Kind.SINCE_EVENT)
        if self._kind() in {Kind.BEFORE, Kind.AFTER}:
            self._pass_clause()
        return True

    def _in_unit_list(self) -> bool:
        """Whether a bare period here stands for a recurrence: beside another, or in a periodic phrase."""
        if self._periodic:
            return True
        at = self._at + 1
        while at < len(self._tokens) and self._tokens[at].kind in {Kind.COMMA, Kind.AND}:
            at += 1
        return at > self._at + 1 and at < len(self._tokens) and self._tokens[at].kind in {Kind.UNIT, Kind.COUNT}

    def _since_issue(self) -> bool:
        """ "Từ ngày ban hành": the beginning, or the base of "đến 30/6"."""
        self._skip(Kind.COMMA)
        if self._kind() is Kind.TO:
            self._at += 1
            last = self._time()
            if isinstance(last, Span):
                return self._add(Window(self._link, True, None, last))
        return self._add(Opening(self._link, True, None))

    def _from(self) -> bool:
        """ "từ ..." with or without "đến ..."."""
        begin = self._at
        self._at += 1
        self._skip(Kind.FROM, Kind.WITHIN, Kind.FILLER)
        if self._kind() is Kind.UNIT and self._token().value is Unit.YEAR and isinstance(self._year_ahead(), Span):
            self._at += 1
        first = self._time()
        if first is None:
            self._at = begin
            return False
        return self._to(first, opened=True) or self._opened(first)

    def _year_ahead(self) -> object:
        at = self._at + 1
        return self._tokens[at].value if at < len(self._tokens) else None

    def _opened(self, first: Span | int) -> bool:
        self._skip(Kind.ONWARD)
        if isinstance(first, int):
            return self._add(Impossible(self._link))
        return self._add(Opening(self._link, True, first))

    def _to(self, first: Span | int, *, opened: bool) -> bool:
        """The second half of a window; false, with nothing read, when there is none."""
        begin = self._at
        if opened:
            self._skip(Kind.COMMA)
        if self._kind() not in {Kind.TO, Kind.DASH}:
            self._at = begin
            return False
        self._at += 1
        self._skip(Kind.TO, Kind.BY, Kind.WITHIN, Kind.BEFORE, Kind.FILLER)
        last = self._time()
        if last is None:
            self._at = begin
            return False
        if isinstance(first, Span) and isinstance(last, Span):
            return self._add(Window(self._link, opened, first, last))
        if isinstance(first, int):
            return self._add(DayWindow(self._link, opened, last, first))
        return self._add(Impossible(self._link))

    def _after(self) -> bool:
        """ "sau ngày 30/6" begins the day after; "sau Hội nghị" is a condition."""
        self._at += 1
        self._skip(Kind.FILLER)
        span = self._time()
        if isinstance(span, Span):
            return self._add(Opening(self._link, True, span, after=True))
        self._add(Condition(self._link))
        self._pass_clause()
        return True

    def _time_or_event(self) -> bool:
        """A due time with the words that open it; "trước Đại hội" is a condition."""
        begin, edge, opened = self._at, Edge.LAST, False
        before = event = False
        while self._kind() in _OPENERS - {Kind.FROM, Kind.AFTER} or self._kind() is Kind.FILLER:
            kind = self._kind()
            before = before or kind is Kind.BEFORE
            event = kind is Kind.BEFORE
            opened = opened or kind is not Kind.FILLER
            self._at += 1
        edge = Edge.BEFORE if before else Edge.LAST
        time = self._time(bare_year=opened)
        if time is not None:
            return self._due(time, edge, opened)
        if self._kind() in {Kind.COUNT, Kind.EVERY, Kind.FROM, Kind.AFTER, Kind.WEEKDAY} and self._at > begin:
            return self._fact(self._kind())
        if self._in_unit_list() and self._unit_repeat():
            self._more_units()
            return True
        if event and self._kind() is Kind.WORD:
            self._add(Condition(self._link))
            self._pass_clause()
            return True
        if self._at > begin and self._kind() in {Kind.CONDITION, Kind.RULED, Kind.REQUEST, Kind.STANDING}:
            return self._fact(self._kind())
        self._at = begin
        return False

    def _due(self, time: Span | int, edge: Edge, opened: bool) -> bool:
        if self._to(time, opened=opened):
            return True
        if self._kind() is Kind.ONWARD:
            return self._opened(time)
        if isinstance(time, int):
            return self._add(DueDay(self._link, opened, time))
        self._add(Due(self._link, opened, time, edge))
        return True

    def _time(self, *, bare_year: bool = True) -> Span | int | None:
        """A period, narrowed by the parts before it; a day number; null when neither is here."""
        begin = self._at
        parts = self._parts()
        self._skip(Kind.FILLER)
        kind = self._kind()
        value = self._token().value if kind is not None else None
        if kind is Kind.UNIT and value is Unit.YEAR and (parts or bare_year):
            value = year_span()
        elif kind not in _TIMES:
            self._at = begin
            return None
        self._at += 1
        if isinstance(value, Span):
            return self._narrowed(value, parts)
        return value if isinstance(value, int) else None

    def _parts(self) -> list[Part | int]:
        parts: list[Part | int] = []
        while self._kind() in {Kind.PART, Kind.WEEK, Kind.FILLER}:
            value = self._token().value
            if isinstance(value, Part | int):
                parts.append(value)
            self._at += 1
        return parts

    @staticmethod
    def _narrowed(span: Span, parts: list[Part | int]) -> Span:
        for part in reversed(parts):
            span = narrow(span, part) if isinstance(part, Part) else week_of_month(span, part)
        return span


def read_facts(tokens: Sequence[Token]) -> list[Fact]:
    """The facts that the tokens of a phrase state, in the order of the print."""
    return Reader(tokens).read()
