"""A place in the tokens of a phrase: looking ahead, skipping, and reading one time."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.deadlines.facts import Fact, Link
from knowledge.deadlines.spans import Part, Pick, Span, Unit, narrow, picked, week_of_month, year_span
from knowledge.deadlines.tokens import Kind, Token

OPENERS = {Kind.BEFORE, Kind.BY, Kind.WITHIN, Kind.TO, Kind.FROM, Kind.AFTER, Kind.DONE}
TIMES = {Kind.SPAN, Kind.DAY_NUMBER}
LINKS = {Kind.COMMA: Link.COMMA, Kind.STOP: Link.STOP, Kind.AND: Link.AND, Kind.DASH: Link.COMMA}
HEADS = OPENERS | TIMES | {
    Kind.PART, Kind.WEEK, Kind.EVERY, Kind.PERIODIC, Kind.COUNT, Kind.STANDING, Kind.CONDITION, Kind.REQUEST,
    Kind.RULED, Kind.LATER, Kind.UNIT, Kind.WEEKDAY, Kind.SINCE_ISSUE, Kind.PICK,
}  # fmt: skip


class Cursor:
    """Goes through the tokens once; `_link` gathers what stood since the last fact."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._link = Link.NONE
        self._periodic = any(t.kind in {Kind.EVERY, Kind.PERIODIC} for t in tokens)
        self.facts: list[Fact] = []

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

    def _pass_clause(self) -> None:
        """On to the separator after which a fact begins, or to "chậm nhất", which ends any clause."""
        while self._at < len(self._tokens):
            kind = self._kind()
            if kind in {Kind.BY, Kind.LATER, Kind.CHANGED, Kind.OLD}:
                return
            if kind in LINKS:
                begin = self._at
                self._skip(*LINKS, Kind.FILLER)
                opened = self._kind() in HEADS and self._kind() is not Kind.UNIT
                self._at = begin
                if opened:
                    return
            self._at += 1
        self._link = Link.WORDS

    def _pass_aside(self) -> None:
        """On to the stop, the closing bracket or the comma before an opener that ends what is said aside."""
        while self._at < len(self._tokens):
            kind = self._kind()
            if kind is Kind.STOP or self._token().value == ")" or kind is Kind.CHANGED:
                return
            if kind is Kind.COMMA:
                begin = self._at
                self._skip(Kind.COMMA, Kind.FILLER)
                if self._kind() in {Kind.BEFORE, Kind.BY, Kind.DONE}:
                    self._at = begin
                    return
                self._at = begin
            self._at += 1

    def _time(self, *, bare_year: bool = True) -> Span | int | None:
        """A period, narrowed by the parts before it; a day number; null when neither is here."""
        begin = self._at
        parts = self._parts()
        self._skip(Kind.FILLER)
        kind = self._kind()
        value = self._token().value if kind is not None else None
        if kind is Kind.UNIT and value is Unit.YEAR and (parts or bare_year):
            value = year_span()
        elif kind not in TIMES:
            self._at = begin
            return None
        self._at += 1
        if isinstance(value, Span):
            return self._narrowed(value, parts)
        return value if isinstance(value, int) else None

    def _parts(self) -> list[Part | Pick | int]:
        parts: list[Part | Pick | int] = []
        while self._kind() in {Kind.PART, Kind.PICK, Kind.WEEK, Kind.FILLER}:
            value = self._token().value
            if isinstance(value, Part | Pick | int):
                parts.append(value)
            self._at += 1
        return parts

    @staticmethod
    def _narrowed(span: Span, parts: list[Part | Pick | int]) -> Span:
        for part in reversed(parts):
            if isinstance(part, Pick):
                span = picked(span, part)
            else:
                span = narrow(span, part) if isinstance(part, Part) else week_of_month(span, part)
        return span
