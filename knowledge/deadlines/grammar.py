"""The grammar of deadline phrases: tokens in, facts out.

    deadline   = { fact | separator | word } ;
    fact       = window | opening | due | recurrence | relative | standing | condition | later
               | round | change | aside ;

    window     = [ "từ" ] time ( "đến" | "-" ) time ;          (* Từ quý I đến hết quý III/2026 *)
    opening    = ( "từ" | "bắt đầu" ) time [ "trở đi" ]        (* Bắt đầu từ quý IV/2025 *)
               | time "trở đi" | "sau" time | "từ" issue ;
    due        = [ "trước" | "chậm nhất" | "trong" | "đến" | ... ] time ;
    time       = [ part ] ( day | month | quarter | months | year ) | day number ;
    part       = pick | "đầu" | "giữa" | "cuối" | "nửa đầu" | "thượng tuần" | "tuần 2" | ... ;
    day        = "ngày" n ( "/" n | "tháng" n ) [ year of ] ;
    month      = "tháng" n { ( "," | "và" | "-" ) n } [ year of ] | n "/" year ;
    quarter    = ( "quý" | "quí" | "Q" ) roman or arabic { ( "," | "và" | "-" ) n } [ year of ] ;
    months     = n "tháng" ( "đầu" | "cuối" ) "năm" | "nửa đầu năm" | n "quý đầu năm" ;
    year       = [ "năm" ] n | "năm sau" | ( "trong" | "hết" | "cuối" | "cả" ) "năm" ;
    year of    = ( "/" | "năm" ) n | "năm sau" ;

    recurrence = ( "hằng" | "mỗi" | "từng" | "theo" ) unit      (* hằng quý *)
               | [ n ] unit "/lần" | n "lần/" unit              (* 6 tháng/lần *)
               | "định kỳ" { unit } | unit list beside another  (* định kỳ quý, 6 tháng, năm *)
               | day number ( "tháng cuối quý" | ... )          (* ngày 20 của tháng cuối quý *)
               | weekday { ( "," | "và" ) weekday } every week  (* thứ Hai và thứ Năm hằng tuần *)
               | pick unit ;                                    (* thứ Sáu cuối cùng của tháng *)
    pick       = ( "ngày làm việc" | "ngày" | weekday ) ( "đầu tiên" | "cuối cùng" | "tuần" n | ... ) ;
    relative   = n ( "ngày" | "ngày làm việc" | "tuần" | "tháng" ) "kể từ" ( issue | event | day ) ;
    issue      = "ngày" ( "ký" | "ban hành" ) [ "Kế hoạch" [ "này" ] ] ;
    standing   = "thường xuyên" | "liên tục" ;
    condition  = ( "khi" | "sau khi" | "theo" | "trước" event | ... ) { word } ;
    later      = "các năm tiếp theo" ;
    round      = ( "đợt" | "lần" | "giai đoạn" | ... ) n ;      (* beside the time of that round *)
    change     = ( "gia hạn đến" | "lùi sang" | ... ) due       (* in the place of the time before *)
               | "lùi từ" time "sang" due | "gia hạn thêm" n unit ;
    aside      = ( "thay cho" | "số liệu tính từ" | ... ) { word } ;    (* nobody's deadline *)

A condition runs on to the next separator that a fact follows, so that the dates of
"Theo Kế hoạch số 5/KH-UBND ngày 3/2/2026" are nobody's deadline. A word of time that
no fact takes up is loose, and told as not understood. What the facts
mean together (whose year, which day repeats) is `meaning`'s business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.deadlines.coverage import Reading, says_time, swallowed, without_explained
from knowledge.deadlines.cursor import HEADS, LINKS, OPENERS
from knowledge.deadlines.facts import (
    Changed,
    Condition,
    DayWindow,
    Doubtful,
    Due,
    DueDay,
    Edge,
    Extended,
    Impossible,
    Later,
    Link,
    Opening,
    Repeat,
    Round,
    Standing,
    Window,
)
from knowledge.deadlines.recurrences import RecurrenceReader
from knowledge.deadlines.spans import Span, Unit
from knowledge.deadlines.tokens import Change, Count, Every, Kind, Token


class Reader(RecurrenceReader):
    """Reads the facts of one phrase, left to right, one token ahead."""

    def read(self) -> Reading:
        """All facts of the phrase, and the tokens of time that none of them took up."""
        loose: list[Token] = []
        while self._at < len(self._tokens):
            begin, known, kind = self._at, len(self.facts), self._kind()
            if kind in LINKS:
                self._link = (self._link | LINKS[kind]) & ~Link.NAMED
                self._at += 1
            elif kind is Kind.FILLER:
                self._at += 1
            elif self._fact(kind):
                place = (self._tokens[begin].start, self._tokens[self._at - 1].end)
                self.facts[known:] = [replace(fact, place=place) for fact in self.facts[known:]]
                if self.facts[known:] and all(isinstance(fact, Condition) for fact in self.facts[known:]):
                    loose += swallowed(self._tokens[begin : self._at])
            else:
                loose += [self._token()] if says_time(self._tokens, self._at) else []
                self._link |= Link.WORDS | Link.NAMED
                self._at += 1
        return Reading(self.facts, without_explained(loose, self.facts))

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
            case Kind.PICK if self._picked():
                return True
            case Kind.ROUND:
                return self._round()
            case Kind.CHANGED:
                return self._changed()
            case Kind.OLD | Kind.DATA:
                self._pass_aside()
                return True
            case Kind.STANDING | Kind.LATER | Kind.REQUEST | Kind.BAD | Kind.SINCE_ISSUE | Kind.SINCE_EVENT:
                return self._plain(kind)
            case Kind.CONDITION | Kind.RULED:
                return self._condition()
            case _:
                return self._time_or_event() if kind in HEADS else False

    def _plain(self, kind: Kind) -> bool:
        self._at += 1
        match kind:
            case Kind.STANDING:
                if self._kind() is Kind.WITHIN and self._kind(1) is Kind.UNIT:
                    self._at += 2  # "thường xuyên trong tháng"
                return self._add(Standing(self._link))
            case Kind.LATER:
                return self._add(Later(self._link))
            case Kind.BAD:
                return self._add(Impossible(self._link))
            case Kind.SINCE_ISSUE:
                return self._since_issue()
            case _:
                return self._add(Condition(self._link))

    def _round(self) -> bool:
        """What follows a round is a time of its own, though it may be next to the one before."""
        link = self._link
        self._at += 1
        self._add(Round(link))
        # "tháng 5 (đợt 1)" stands after its time.
        self._link = link if self._kind() is Kind.COMMA and self._token().value == ")" else link | Link.ROUND
        return True

    def _changed(self) -> bool:
        """ "gia hạn đến", "lùi từ ... sang", "gia hạn thêm 3 tháng"."""
        change = self._token().value
        self._at += 1
        if change is Change.MAYBE:
            self._pass_aside()
            return self._add(Doubtful(self._link))
        if change is Change.BY:
            count = self._token().value
            assert isinstance(count, Count)  # noqa: S101 - what the pattern of the token looks ahead for
            self._at += 1
            return self._add(Extended(self._link, True, count))
        if change is Change.FROM:
            first = self._time()
            self._skip(Kind.COMMA)
            if first is None or self._kind() not in {Kind.TO, Kind.DASH, Kind.CHANGED}:
                # "30/9 (gia hạn từ 30/6)" tells the old day behind the new one.
                told = first is not None and bool(self.facts)
                return told or self._add(Doubtful(self._link))
            self._at += 1
        return self._add(Changed(self._link))

    def _condition(self) -> bool:
        ruled = self._kind() is Kind.RULED and Link.AND not in self._link
        self._add(Condition(self._link, ruled=ruled))
        self._at += 1
        self._pass_clause()
        return True

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
        if self._kind() is Kind.COUNT:
            return self._count()
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
        while self._kind() in OPENERS - {Kind.FROM, Kind.AFTER} or self._kind() is Kind.FILLER:
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
        if event and self._kind() is Kind.WORD and not self._token().number:
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
            self._add(DueDay(self._link, opened, time))
            return self._of_the_month()
        for span in self._in_years(time):
            self._add(Due(self._link, opened, span, edge))
        return True

    def _of_the_month(self) -> bool:
        """ "ngày 15 của tháng": that day of every month."""
        begin = self._at
        self._skip(Kind.FILLER)
        if self._at > begin and self._kind() is Kind.UNIT and self._token().value is Unit.MONTH:
            self._at += 1
            return self._add(Repeat(self._link, True, Every(Unit.MONTH)))
        self._at = begin
        return True

    def _in_years(self, span: Span) -> list[Span]:
        """ "quý I các năm 2027, 2028": the period in each of the years, else as it is."""
        begin, years = self._at, []
        self._skip(Kind.FILLER)
        while not span.dated and span.unit is not Unit.YEAR and (year := self._year_here()):
            years.append(span.of_year(year))
            begin = self._at
            self._skip(Kind.COMMA, Kind.AND)
        self._at = begin
        return years or [span]

    def _year_here(self) -> int | None:
        """The year that stands here, read; null when none does."""
        value = self._token().value if self._kind() is Kind.SPAN else None
        if not isinstance(value, Span) or value.unit is not Unit.YEAR or value.year is None:
            return None
        self._at += 1
        return value.year


def read_facts(tokens: Sequence[Token]) -> Reading:
    """What the tokens of a phrase state, in the order of the print."""
    return Reader(tokens).read()
