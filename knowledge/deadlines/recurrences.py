"""The rules of `recurrence` and of counted days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.deadlines.counting import months_of, picked_rule
from knowledge.deadlines.cursor import LINKS, OPENERS, TIMES, Cursor
from knowledge.deadlines.facts import Condition, Relative, Repeat
from knowledge.deadlines.rules import weekly
from knowledge.deadlines.spans import Pick, Span, Unit
from knowledge.deadlines.tokens import Count, Every, Kind

_COUNTED = {(3, "thang"): Unit.QUARTER, (6, "thang"): Unit.PART, (9, "thang"): Unit.PART, (1, "nam"): Unit.YEAR}
_EVERY_MONTHS = {6: (6, 12), 9: (9,)}
_PERIODS = {Unit.MONTH, Unit.QUARTER, Unit.YEAR}


def _on(every: Every, weekdays: Sequence[str]) -> Every:
    return replace(every, body=weekly(",".join(dict.fromkeys(weekdays)), every.interval))


class RecurrenceReader(Cursor):
    """Reads what comes again and again."""

    def _weekday(self) -> bool:
        """ "thứ Hai và thứ Năm hằng tuần", "hằng tuần vào thứ Sáu"; any other weekday is a word."""
        begin = self._at
        named = [str(self._token().value)]
        self._at += 1
        while self._listed_weekday():
            named.append(str(self._token().value))
            self._at += 1
        self._skip(Kind.FILLER, Kind.COMMA)
        every = self._token().value if self._kind() is Kind.EVERY else None
        if isinstance(every, Every) and every.unit is Unit.WEEK:
            self._at += 1
            return self._add(Repeat(self._link, True, _on(every, named)))
        last = self.facts[-1] if self.facts else None
        if isinstance(last, Repeat) and last.every.unit is Unit.WEEK and not last.every.body:
            self.facts[-1] = replace(last, opened=True, every=_on(last.every, named))
            return True
        self._at = begin
        return False

    def _listed_weekday(self) -> bool:
        """Steps over a comma or "và" to the weekday behind it; false, with nothing read, when there is none."""
        begin = self._at
        self._skip(Kind.COMMA, Kind.AND, Kind.WITHIN, Kind.FILLER)
        if self._at > begin and self._kind() is Kind.WEEKDAY:
            return True
        self._at = begin
        return False

    def _picked(self) -> bool:
        """ "ngày làm việc cuối cùng của quý", "thứ Hai đầu tiên hằng tháng"; of a dated period it is a part."""
        begin, pick = self._at, self._token().value
        assert isinstance(pick, Pick)  # noqa: S101 - what the token kind says
        self._at += 1
        self._skip(Kind.FILLER, Kind.WITHIN)
        unit = self._repeated_unit()
        if unit is not None:
            self._at += 1
            return self._add(
                Repeat(self._link, True, Every(unit, picked_rule(pick, months_of(unit, last=pick.nth < 0))))
            )
        last = self.facts[-1] if self.facts else None
        if (
            self._kind() is not Kind.SPAN
            and isinstance(last, Repeat)
            and last.every.unit in _PERIODS
            and not last.every.body
        ):
            body = picked_rule(pick, months_of(last.every.unit, last=pick.nth < 0))
            self.facts[-1] = replace(last, opened=True, every=Every(last.every.unit, body))
            return True
        self._at = begin
        return False

    def _repeated_unit(self) -> Unit | None:
        """The month, quarter or year that stands here as one of many."""
        value = self._token().value if self._kind() in {Kind.EVERY, Kind.UNIT} else None
        if isinstance(value, Every) and not value.body and value.interval == 1:
            value = value.unit
        return value if isinstance(value, Unit) and value in _PERIODS else None

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
        begin, count = self._at, self._token().value
        assert isinstance(count, Count)  # noqa: S101 - what the token kind says
        led = begin > 0 and self._tokens[begin - 1].kind in OPENERS
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
        if self._kind() not in {Kind.SINCE_EVENT, Kind.BEFORE, Kind.AFTER, Kind.CONDITION}:
            self._at = begin + 1 if led else begin
            return led and self._add(Condition(self._link))
        self._at = begin + 1
        self._add(Condition(self._link))
        self._skip(Kind.FILLER, Kind.SINCE_EVENT)
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
