"""Cuts normalised text into the tokens of the grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from knowledge.deadlines import changes, customs, dates, repeats, words
from knowledge.deadlines.normal import NormalText
from knowledge.deadlines.numbers import BAD, NUMBER, YEAR_AFTER, Found, number_of, pattern
from knowledge.deadlines.openings import openings
from knowledge.deadlines.tokens import Kind, Token
from knowledge.text import nfc

_RULES = {**dates.RULES, **customs.RULES, **repeats.RULES, **changes.RULES, **words.RULES}
# First match wins, so a longer reading stands before a shorter one.
_ORDER = (
    "cite", "data", "clock", "day_of_a_quarter", "day_of_quarter", "day_of_next_month", "pick",
    "month_of_a_quarter", "month_of_quarter", "months", "months_of", "half", "quarters", "iso_date",
    "quarter_year", "lunar", "full_date", "slashed", "broken", "worded", "blank", "once", "times", "unit_times",
    "round", "bare_day", "day_number", "month_year", "month", "quarter", "other_years", "term", "school_year",
    "maybe_changed", "put_off", "changed_from", "changed", "vague", "later", "year_named", "year_next",
    "year_bare", "every", "all_of", "begin_of_each", "end_of_each", "report", "by_unit", "weekday", "count",
    "since_issue", "since_event", "until_event", "old", "request", "ruled", "week", "part", "condition", "by",
    "before", "to", "from", "within", "and", "after", "onward", "standing", "yearly", "periodic", "done", "unit",
    "stage", "filler", "verb", "dash", "comma", "stop", "slash_number",
)  # fmt: skip
_ALONE = {name: re.compile(pattern(_RULES[name][0])) for name in _ORDER}
_UNNAMED = re.compile(r"\(\?P<\w+>")
_BACKREFERENCE = re.compile(r"\(\?P=\w+\)")


def _without_names(source: str) -> str:
    """Inner groups lose their names, so that rules may share them; a repeated sign is matched loosely."""
    return _BACKREFERENCE.sub("[/.-]", _UNNAMED.sub("(?:", source))


# The empty group behind each rule tells which one matched.
_WORD = re.compile(r"[a-z0-9]+|[^ ]")
_SOURCES = {name: pattern(_without_names(_RULES[name][0])) for name in _ORDER}
_OPENINGS = {name: openings(source) for name, source in _SOURCES.items()}


_BEGINNINGS = ("t", "c", "n", "d", "h", "k", "0123456789")
"""Signs that many words and many rules begin with; a pattern of its own for every sign would cost each process longer
to make than a paper of ten pages takes to read."""


@lru_cache(maxsize=256)
def _any_of(sign: str) -> re.Pattern[str]:
    """The rules whose matches may begin with a sign, and any word: most words begin few of them."""
    return _any(next((signs for signs in _BEGINNINGS if sign in signs), ""))


@lru_cache(maxsize=8)
def _any(signs: str) -> re.Pattern[str]:
    """The rules that one of `signs` may begin; without any, those that another sign may."""
    rest = frozenset("".join(_BEGINNINGS))
    names = [
        name
        for name in _ORDER
        if (own := _OPENINGS[name]) is None or (not own.isdisjoint(signs) if signs else own - rest)
    ]
    rules = [f"(?:{_SOURCES[name]})(?P<{name}>)" for name in names]
    return re.compile("|".join([*rules, f"(?:{_WORD.pattern})(?P<word>)"]))


# What a rule's match may begin with in an accented print: "tư" is never "từ", "Việt Nam" names no
# year. A scanner's slips ("nǎm", "quỷ") are let through where no other word is near.
_ONLY = {
    "unit": ("năm", "nǎm", "quý", "quí", "qúy", "qúi", "quỷ", "tháng", "thảng", "tuần", "ngày"),
    "year_named": ("năm", "nǎm"),
    "every": ("hằng", "hàng", "mỗi", "từng", "theo", "định", "hẳng", "hắng", "hâng", "hăng"),
    "begin_of_each": ("đầu", "giữa"),
    "end_of_each": ("cuối", "hết", "kết", "vào"),
    "from": ("từ", "kể", "tính", "bắt", "áp", "triển", "tử"),
    "part": ("nửa", "thượng", "trung", "hạ", "đầu", "giữa", "cuối"),
    "within": ("trong", "vào", "cả", "ngay"),
    "to": ("đến", "tới", "cho", "kéo", "sang", "thành"),
    "after": ("sau", "ngay"),
    "and": ("và", "hoặc", "hay", "sau đó", "rồi", "&", "+"),
}

# --- Lists: a number that goes on after a comma ---------------------------------------------------

_LINK = r"~(?P<link>,|;|va|hoac|hay|den|toi|-|&|\+)~"
_LISTED_QUARTER = r"(?:[il]{1,3}|[il1]v|[1-4])(?![0-9a-z])"
_AFTER_NUMBER = (
    r"(?=~$|~[,;:.()+&-](?![0-9])"
    r"| (?:va|hoac|hay|den|hang|moi|cua|nam|trong|trien|thuong|ngay cuoi|thang)(?![a-z]))"
    r"(?!~thang~(?!cuoi|dau)[a-z])(?!~thang~$)(?!~nam (?!sau|tiep|ke|[0-9]))"
)
_THEN = rf"(?:{YEAR_AFTER}|{_AFTER_NUMBER})(?!~/~[0-9])"
_MORE = {
    "quarter": rf"{_LINK}(?P<n>{_LISTED_QUARTER}){_THEN}",
    "month": rf"{_LINK}(?P<n>{NUMBER}){_THEN}",
    "day_number": rf"{_LINK}(?P<n>{NUMBER}){_AFTER_NUMBER}(?!~thang~[0-9])",
    "weekday": r"~(?P<link>,|va|&|\+)~(?P<w>[2-7])(?P<sun>)(?![0-9/.])(?=~$|~[,;.()]| (?:va|hang|moi)(?![a-z]))",
}
_CONTINUED = {name: re.compile(pattern(source)) for name, source in _MORE.items()}
_LINK_KINDS = {",": Kind.COMMA, ";": Kind.COMMA, "-": Kind.DASH, "den": Kind.TO, "toi": Kind.TO}


def _continue(name: str, text: str, at: int) -> Iterator[Token]:
    """The rest of "Quý II, III/2026" after its first number."""
    maker = {"quarter": dates.quarter, "month": dates.month, "day_number": _listed_day, "weekday": repeats.weekday}[
        name
    ]
    while m := _CONTINUED[name].match(text, at):
        kind, value = maker(m)
        if kind is Kind.BAD:
            return
        yield Token(_LINK_KINDS.get(m["link"], Kind.AND), m.start("link"), m.end("link"))
        yield Token(kind, m.end("link"), m.end(), value)
        at = m.end()


def _listed_day(m: re.Match[str]) -> Found:
    number = number_of(m["n"])
    return (Kind.DAY_NUMBER, number) if 1 <= number <= 31 else BAD


def scan(normal: NormalText) -> tuple[Token, ...]:
    """Every token of the text, words of no meaning included."""
    return _scan_again(normal) if len(normal.text) <= _KEPT_MOST else _scan(normal)


def _scan(normal: NormalText) -> tuple[Token, ...]:
    tokens: list[Token] = []
    text, at = normal.text, 0
    accented = normal.has_accents()
    while at < len(text):
        if text[at] == " ":
            at += 1
            continue
        m = _any_of(text[at]).match(text, at)
        if m and m.lastgroup != "word" and m.end() > at and (not accented or _can_mean(m, normal)):
            tokens.extend(_make(m, normal))
        else:
            word = m if m and m.lastgroup == "word" else _WORD.match(text, at)
            tokens.append(_word(text, at, word.end() if word else at + 1))
        at = tokens[-1].end
    return tuple(tokens)


# A sentence is asked for its times, then its duty for its deadline; a cell for its kind, then for its deadline.
_scan_again = lru_cache(maxsize=512)(_scan)
_KEPT_MOST = 2_000
"""Characters: a sentence or a cell. The tokens of a longer text are asked for once, and would fill the memory."""


def _word(text: str, start: int, end: int) -> Token:
    sign = "/" if text[start:end] == "/" else None
    printed = text[start:end]
    return Token(Kind.WORD, start, end, sign, number=not printed.isalpha() and any(c.isdigit() for c in printed))


def _make(m: re.Match[str], normal: NormalText) -> Iterator[Token]:
    name = m.lastgroup or ""
    alone = _ALONE[name].match(normal.text, m.start())
    if alone is None:
        yield Token(Kind.BAD, m.start(), m.end())
        return
    kind, value = _RULES[name][1](alone)
    yield Token(kind, alone.start(), alone.end(), value)
    if name in _CONTINUED and kind is not Kind.BAD:
        yield from _continue(name, normal.text, alone.end())


def _can_mean(m: re.Match[str], normal: NormalText) -> bool:
    """Whether the accents in the print allow what the unaccented form says."""
    only = _ONLY.get(m.lastgroup or "")
    if only is None and m.lastgroup not in {"condition", "quarter"}:
        return True
    printed = nfc(normal.cut(m.start(), m.end())).lower()
    if m.lastgroup == "condition":
        return not printed.startswith("khí")
    if m.lastgroup == "quarter" and printed.startswith(("quỹ", "quỳ")):
        return "20" in printed  # a fund, unless a year makes it a slip for "quý"
    return only is None or printed.startswith(only)
