"""Times, numbers and paper numbers of a text, so that one text can be held against another.

Dates are compared as dates, whatever form they are printed in: the deadline grammar's
scanner reads both texts. A paper number is taken out first, then the times, and what
digits are left are numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from knowledge.deadlines.normal import NormalText, normalise
from knowledge.deadlines.scanner import scan
from knowledge.deadlines.spans import MONTH_END, Span
from knowledge.deadlines.tokens import Kind, Token
from knowledge.text import fold, nfc

_PAPER = re.compile(
    r"(?<![\w/])[0-9]{1,5}[a-z]?(?: ?/ ?[0-9]{4})? ?[/-] ?(?!hang|hằng|thang|quy|nam|tuan|ngay)"
    r"[a-z]{2}[a-z0-9&]*(?:[/-][a-z][a-z0-9&]*)*"
)
_NAMED_PAPER = re.compile(
    r"(?:ke hoach|quyet dinh|nghi quyet|nghi dinh|cong van|chi thi|thong tu|ket luan|chuong trinh|thong bao"
    r"|to trinh|van ban|luat) (?:so ?:? ?)?([0-9]{1,5})(?![0-9/%.,-]*[0-9%])"
)
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*(?: ?(?:%|phan tram))?")
_LAST_WORD = re.compile(r"([a-z]+) ?$")
_FIRST_WORD = re.compile(r" ?([a-z]+)")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
# "năm" is a year far more often than a five, "một" an article; both are left out.
_SPELT = re.compile(
    r"(?<!\w)(?:hai|ba|bốn|sáu|bảy|tám|chín|mười|mươi|lăm|mốt|tư|(?<!phần )trăm|nghìn|ngàn|triệu|t[ỷỉ](?! lệ)|chục)"
    r"(?!\w)"
)
_TIMES = {
    Kind.DAY_NUMBER, Kind.EVERY, Kind.WEEKDAY, Kind.COUNT, Kind.PART, Kind.WEEK, Kind.STANDING, Kind.ONWARD,
    Kind.LATER, Kind.SINCE_ISSUE, Kind.BAD,
}  # fmt: skip
# Words that turn a date into another one: they must stand before the same date in the evidence.
_TURNING = {Kind.BEFORE: "trước", Kind.AFTER: "sau", Kind.FROM: "từ", Kind.PART: "phần"}
_BY_TEXT = {Kind.BAD, Kind.SINCE_ISSUE}
_MAY_STAND_BETWEEN = {Kind.FILLER, Kind.TO, Kind.BY, Kind.WITHIN}


@dataclass(frozen=True, slots=True)
class Period:
    """A day, month, quarter or year; `year` is None where the text gives none. `turned` is the word before it."""

    first: tuple[int, int]
    last: tuple[int, int]
    year: int | None
    turned: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a text says in figures.

    Attributes:
        periods: dates of any size.
        times: other words of time ("hằng quý", "thường xuyên", "10 ngày").
        numbers: value ("75%" for a percentage, words as printed) and the word on one side of it.
        papers: folded paper numbers, without spaces.
        named: digits of papers that are named by kind and digits alone: "Kế hoạch 57".
    """

    periods: frozenset[Period]
    times: frozenset[str]
    numbers: frozenset[tuple[str, frozenset[str]]]
    papers: frozenset[str]
    named: frozenset[str]

    def strange_to(self, evidence: Figures) -> str | None:
        """The first thing said here that `evidence` does not say; None when there is none."""
        for period in self.periods:
            if not evidence.tells(period):
                return f"date {period}"
        digits = {re.split(r"\D", paper, maxsplit=1)[0] for paper in evidence.papers} | evidence.named
        for what, strange in (
            ("time", self.times - evidence.times),
            ("number", {value for value, beside in self.numbers if not evidence.counts(value, beside)}),
            ("paper", (self.papers - evidence.papers) | (self.named - digits)),
        ):
            if strange:
                return f"{what} {min(strange)}"
        return None

    def tells(self, period: Period) -> bool:
        """Whether this period is said here, or one that is the same but for a year left out."""
        for own in self.periods:
            if period.turned and own.turned != period.turned:
                continue
            if period.first == own.first and period.last == own.last and period.year in (own.year, None):
                return True
            if _is_year(period) and period.year == own.year:
                return True
        return False

    def counts(self, value: str, beside: frozenset[str]) -> bool:
        """Whether this number is said here beside one of these words: "3 sao" is no "3 xã"."""
        return any(own == value and (not beside or beside & words) for own, words in self.numbers)


def read_figures(text: str, plan_year: int | None = None, days: Iterable[date] = ()) -> Figures:
    """The figures of `text`.

    Args:
        plan_year: the year of periods printed without one; None to leave them without.
        days: dates that the text is known to state besides.
    """
    plain = nfc(text)
    plain, papers = _without_papers(plain)
    normal = normalise(plain)
    tokens = list(_read(normal))
    periods = {_period(token.value) for token in tokens if isinstance(token.value, Span)} | set(_turned(tokens))
    periods |= {Period((day.month, day.day), (day.month, day.day), day.year) for day in days}
    if plan_year is not None:
        periods |= {Period(p.first, p.last, plan_year, p.turned) for p in periods if p.year is None}
    left = _blank(normal.text, [(t.start, t.end) for t in tokens if t.kind is Kind.SPAN or t.kind in _TIMES])
    named = frozenset(match[1] for match in _NAMED_PAPER.finditer(left))
    left = _NAMED_PAPER.sub(";", left)
    spelt = {(word, frozenset[str]()) for word in _SPELT.findall(plain.lower())}
    return Figures(
        frozenset(periods),
        frozenset(_name(token, normal) for token in tokens if token.kind in _TIMES),
        frozenset({(_value(match[0]), _beside(match, left)) for match in _NUMBER.finditer(left)} | spelt),
        papers,
        named,
    )


def _without_papers(text: str) -> tuple[str, frozenset[str]]:
    normal = normalise(text)
    found = list(_PAPER.finditer(normal.text))
    places = [normal.place(match.start(), match.end()) for match in found]
    return _blank(text, places), frozenset(fold(match[0]).replace(" ", "") for match in found)


def _blank(text: str, places: Iterable[tuple[int, int]]) -> str:
    for start, end in places:
        text = text[:start] + ";" * (end - start) + text[end:]
    return text


def _read(normal: NormalText) -> Iterable[Token]:
    """The tokens, with the day of a cited law ("Luật ngày 3/2/2026") read out of its citation."""
    for token in scan(normal):
        day = normal.text.find("ngay", token.start, token.end) if token.kind is Kind.CITE else -1
        if day < 0:
            yield token
            continue
        for inner in scan(normalise(normal.text[day : token.end])):
            yield Token(inner.kind, inner.start + day, inner.end + day, inner.value)


def _turned(tokens: list[Token]) -> Iterable[Period]:
    for place, token in enumerate(tokens):
        if token.kind is not Kind.SPAN or not isinstance(token.value, Span):
            continue
        before = place - 1
        while before >= 0 and tokens[before].kind in _MAY_STAND_BETWEEN:
            before -= 1
        turning = tokens[before] if before >= 0 else None
        if turning is not None and turning.kind in _TURNING:
            plain = _period(token.value)
            word = str(turning.value) if turning.kind is Kind.PART else _TURNING[turning.kind]
            yield Period(plain.first, plain.last, plain.year, word)


def _period(span: Span) -> Period:
    return Period(_whole(span.first), _whole(span.last), span.year)


def _whole(place: tuple[int, int]) -> tuple[int, int]:
    """A month's end as a day number: the 31st, whether or not the month has one."""
    return (place[0], 31) if place[1] == MONTH_END else place


def _is_year(period: Period) -> bool:
    return (period.first, period.last) == ((1, 1), (12, 31))


def _name(token: Token, normal: NormalText) -> str:
    told = normal.text[token.start : token.end] if token.kind in _BY_TEXT else str(token.value)
    return f"{token.kind.name} {told}"


def _value(printed: str) -> str:
    digits = re.match(r"[0-9.,]+", printed)
    number = digits[0].rstrip(".,") if digits else printed
    percent = "%" if digits and digits[0] != printed else ""
    number = number.replace(".", "") if _THOUSANDS.fullmatch(number) else number.replace(",", ".")
    return (number.lstrip("0") or "0") + percent


def _beside(number: re.Match[str], text: str) -> frozenset[str]:
    """The words right before and after, each with its side."""
    before = _LAST_WORD.search(text, max(0, number.start() - 20), number.start())
    after = _FIRST_WORD.match(text, number.end())
    return frozenset([f"{before[1]} _"] if before else []) | frozenset([f"_ {after[1]}"] if after else [])
