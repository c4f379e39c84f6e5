"""The rules of `recurrence` and of counted days."""

from __future__ import annotations

from knowledge.deadlines.cursor import LINKS, TIMES, Cursor
from knowledge.deadlines.facts import Condition, Relative, Repeat
from knowledge.deadlines.rules import weekly
from knowledge.deadlines.spans import Span, Unit
from knowledge.deadlines.tokens import Count, Every, Kind

_COUNTED = {(3, "thang"): Unit.QUARTER, (6, "thang"): Unit.PART, (9, "thang"): Unit.PART, (1, "nam"): Unit.YEAR}
_EVERY_MONTHS = {6: (6, 12), 9: (9,)}


class RecurrenceReader(Cursor):
    """Reads what comes again and again."""

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
                self._link |= LINKS[self._token().kind]
                self._at += 1
            if begin == self._at or not self._unit_repeat():
                self._at, self._link = begin, link
                return

    def _unit_repeat(self) -> bool:
        """A bare "năm", "quý", "6 tháng" read as a recurrence."""
        if self._kind() not in {Kind.UNIT, Kind.COUNT} or self._kind(1) in {*TIMES, Kind.SINCE_ISSUE, Kind.FROM}:
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
