"""Due times inside a running sentence.

A sentence names many times that nobody owes anything by: dates of cited papers,
the years of titles, lengths of time. So a stretch of time words counts only when
something in it says that a duty is due: an opener ("trước", "chậm nhất", "trong",
"hoàn thành", "đến hết"), a recurrence ("hằng quý", "định kỳ 6 tháng"), a count of
days from an event, or a month or quarter that opens the sentence. Years need an
opener, and a printed year before the plan's is history.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from knowledge.deadlines.coverage import Reading
from knowledge.deadlines.facts import DayWindow, Due, DueDay, Fact, Impossible, Opening, Relative, Repeat, Window
from knowledge.deadlines.frame import Frame, Meaning
from knowledge.deadlines.grammar import read_facts
from knowledge.deadlines.meaning import interpret
from knowledge.deadlines.normal import NormalText, normalise
from knowledge.deadlines.reading import with_unread
from knowledge.deadlines.scanner import scan
from knowledge.deadlines.spans import Unit
from knowledge.deadlines.tokens import Kind, Token
from knowledge.records import Deadline, DeadlineKind


@dataclass(frozen=True, slots=True)
class FoundDeadline:
    """A due time in a text: `text[start:end]` is its phrase, as printed."""

    start: int
    end: int
    deadline: Deadline


_OPENERS = {Kind.BEFORE, Kind.BY, Kind.WITHIN, Kind.TO, Kind.FROM, Kind.AFTER, Kind.DONE, Kind.CHANGED}
_DUE_BY = {Kind.BEFORE, Kind.BY}
"""Openers that state a deadline even where its day cannot be read."""
_LINKS = {Kind.COMMA, Kind.AND, Kind.DASH}
_SAYS_TIME = {
    Kind.SPAN, Kind.DAY_NUMBER, Kind.EVERY, Kind.UNIT, Kind.COUNT, Kind.WEEKDAY, Kind.ONWARD, Kind.SINCE_ISSUE,
    Kind.SINCE_EVENT, Kind.PICK, Kind.BAD,
}  # fmt: skip
_SAYS_MORE = {Kind.STANDING, Kind.LATER, Kind.REQUEST}
"""What may follow a time and belong to it, but is no due time alone: "hoặc khi có yêu cầu"."""
_HEADS = _OPENERS | _SAYS_TIME | {Kind.PART, Kind.WEEK, Kind.PERIODIC, Kind.ROUND}
_INSIDE = _HEADS | _SAYS_MORE | _LINKS | {Kind.FILLER}

# "Kế hoạch công tác hằng năm" names a kind of plan: the yearly word belongs to the noun.
_NAMED_BY_PERIOD = re.compile(
    r"(?:ke hoach|chuong trinh|cong tac|ngan sach|du toan|kinh phi|dinh muc|thuong xuyen|thi dua|khen thuong"
    r"|ca nhan|tap the|xep loai|chi tieu|chi so(?: [a-z]+){0,4}|nhiem vu|che do|quy|nghi phep)\W*$"
)
_IN_FORCE = re.compile(r"(?:hieu luc|thi hanh|ap dung|tinh)\W*$")
_SENTENCE_END = re.compile(r"[.;!?] ")
_SENTENCE_START = re.compile(r"(?:^|[.;:!?(\-+])\W*$")


def find_deadlines(text: str, *, plan_year: int | None, issued: date | None) -> list[FoundDeadline]:
    """Every stretch of `text` that says when a duty is due, left to right, none overlapping.

    What recurs has no day before the paper's issue. A deadline whose day cannot be read
    ("trước ngày 31/6") is found with `unread` and may have no kind but unspecified.
    """
    normal = normalise(text)
    frame = Frame(plan_year, issued, known_from=issued)
    return [
        FoundDeadline(start, end, meaning.deadline(text[start:end]))
        for start, end, meaning in find_meanings(normal, frame)
    ]


def find_meanings(normal: NormalText, frame: Frame) -> Iterator[tuple[int, int, Meaning]]:
    """Offsets in the print and meaning of every due time in `normal`."""
    for sentence in _sentences(normal):
        repeat: Repeat | None = None
        begins = [r.facts for _, r in sentence if r.facts and _all_open(r.facts)]
        for run, reading in sentence:
            if not _is_due(run, reading.facts, normal):
                continue
            facts = _begun(_repeated(reading.facts, repeat), repeat, begins)
            meaning = with_unread(interpret(facts, frame), reading, normal)
            # A deadline is stated even where its day cannot be read: "trước ngày 31/6".
            stated = meaning.kinds or (meaning.unread and any(token.kind in _DUE_BY for token in run))
            if stated and not _is_past(meaning, frame):
                yield *normal.place(run[0].start, run[-1].end), meaning
            repeat = next((f for f in reading.facts if isinstance(f, Repeat)), repeat)


def _sentences(normal: NormalText) -> Iterator[list[tuple[list[Token], Reading]]]:
    """The stretches of time words with what they state, sentence by sentence."""
    sentence: list[tuple[list[Token], Reading]] = []
    for run in _runs(scan(normal)):
        if sentence and _SENTENCE_END.search(normal.text, sentence[-1][0][-1].end, run[0].start):
            yield sentence
            sentence = []
        sentence.append((run, read_facts(run)))
    yield sentence


def _begun(facts: list[Fact], repeat: Repeat | None, begins: Sequence[Sequence[Fact]]) -> list[Fact]:
    """A recurrence with the beginning that the sentence states elsewhere, and that beginning with it.

    "Định kỳ hằng tháng gửi báo cáo về Sở Nội vụ, bắt đầu từ tháng 11/2026".

    Args:
        begins: the beginnings that the sentence states.
    """
    if facts and _all_open(facts):
        return [repeat, *facts] if repeat else facts
    if not any(isinstance(f, Repeat) for f in facts) or any(isinstance(f, Opening | Window) for f in facts):
        return facts
    return [*facts, *begins[0]] if len(begins) == 1 else facts


def _all_open(facts: Sequence[Fact]) -> bool:
    return all(isinstance(f, Opening) for f in facts)


def _repeated(facts: list[Fact], repeat: Repeat | None) -> list[Fact]:
    """Days without a year, under the recurrence that the sentence stated before.

    "Định kỳ 6 tháng báo cáo UBND tỉnh trước ngày 15/6 và trước ngày 15/12".
    """
    if repeat is None or not all(isinstance(f, Due | DueDay) for f in facts):
        return facts
    if any(isinstance(f, Due) and (f.span.dated or f.span.unit is not Unit.DAY) for f in facts):
        return facts
    return [repeat, *facts]


def _runs(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Longest stretches of time words, cut to begin and end with one."""
    run: list[Token] = []
    in_name = aside = False
    for token in tokens:
        # "số liệu tính từ ...", "thay cho ngày ...": nobody owes anything by the times behind it.
        aside = token.kind in {Kind.DATA, Kind.OLD} or (aside and not _ends_aside(token))
        # "giai đoạn 2021-2030" names something unless an opener leads it.
        in_name = (token.value == "stage" and not (run and run[-1].kind in _OPENERS)) or (
            in_name and token.kind in {Kind.SPAN, Kind.DASH}
        )
        if token.kind in _INSIDE and token.value != "verb" and not in_name and not aside:
            run.append(token)
            continue
        if run:
            yield from _trimmed(run)
            run = []
    yield from _trimmed(run)


def _ends_aside(token: Token) -> bool:
    return token.kind in _DUE_BY | {Kind.STOP, Kind.CHANGED} or token.value == ")"


def _trimmed(run: list[Token]) -> Iterator[list[Token]]:
    first_time = next((i for i, token in enumerate(run) if token.kind in _SAYS_TIME), None)
    if first_time is None:
        return
    # "Thời hạn hoàn thành: trước ngày 30/6": what stands before the colon is a label.
    label = max((i + 1 for i in range(first_time) if run[i].value == ":"), default=0)
    begin = next((i for i in range(label, len(run)) if _may_begin(run[i])), len(run))
    end = len(run)
    while end > begin and run[end - 1].kind not in _SAYS_TIME | _SAYS_MORE and run[end - 1].value != "clock":
        end -= 1
    kept = run[begin:end]
    if any(token.kind in _SAYS_TIME for token in kept):
        yield kept + _closing(kept, run[end:])


def _may_begin(token: Token) -> bool:
    return token.kind in _HEADS - {Kind.UNIT} or token.value == "clock"


def _closing(kept: list[Token], rest: list[Token]) -> list[Token]:
    """The bracket that closes one opened inside."""
    opened = sum(t.kind is Kind.COMMA and t.value == "(" for t in kept)
    closed = sum(t.kind is Kind.COMMA and t.value == ")" for t in kept)
    return rest[:1] if opened > closed and rest and rest[0].value == ")" else []


def _is_due(run: list[Token], facts: Sequence[Fact], normal: NormalText) -> bool:
    kinds = {token.kind for token in run}
    before = normal.text[max(0, run[0].start - 60) : run[0].start]
    stated = any(t.kind is Kind.PERIODIC or (t.kind is Kind.EVERY and not _is_aside(t, normal)) for t in run)
    return any(
        _states_due(fact, run, kinds, before, normal) and (stated or not isinstance(fact, Repeat)) for fact in facts
    )


def _is_aside(token: Token, normal: NormalText) -> bool:
    """ "Báo cáo năm", "theo quý": in a sentence a name or a manner."""
    return normal.text.startswith(("bao cao", "so ket", "tong ket", "theo ", "thuong nien"), token.start)


def _states_due(fact: Fact, run: list[Token], kinds: set[Kind], before: str, normal: NormalText) -> bool:
    at_start = _SENTENCE_START.search(before) is not None
    match fact:
        case Repeat(every=every):
            named = len(run) == 1 and _NAMED_BY_PERIOD.search(before) is not None
            return every.unit not in {None, Unit.DAY} and not named
        case Due(span=span) if span.guessed:
            return bool(kinds & (_DUE_BY | {Kind.TO, Kind.DONE}))
        case Due(span=span, opened=True) if span.unit is Unit.YEAR:
            return span.dated and not _is_goal(run, normal)
        case Due(span=span):
            opens = at_start and span.unit in {Unit.MONTH, Unit.QUARTER, Unit.PART}
            return fact.opened or Kind.CHANGED in kinds or (opens and (span.dated or _ends_clause(run, normal)))
        case Window(last=last):
            return fact.opened or (at_start and last.unit is not Unit.YEAR)
        case Opening(span=span):
            return span is not None and not _IN_FORCE.search(before) and (at_start or _starts(run[0], normal))
        case DayWindow() | Relative():
            return True
        case Impossible() | DueDay():
            return bool(kinds & _DUE_BY)
        case _:
            return _counts_from_event(run)


def _is_goal(run: list[Token], normal: NormalText) -> bool:
    """ "đến năm 2030" names a goal's horizon; "đến hết năm 2026" a due day."""
    openers = [token for token in run if token.kind in _OPENERS]
    parts = any(token.kind is Kind.PART for token in run)
    return not parts and all(normal.text[t.start : t.end] in {"den", "toi"} for t in openers)


def _starts(token: Token, normal: NormalText) -> bool:
    return normal.text.startswith(("bat dau", "ke tu", "trien khai tu", "ap dung tu"), token.start)


def _ends_clause(run: list[Token], normal: NormalText) -> bool:
    return normal.text[run[-1].end :].lstrip()[:1] in {"", ",", ".", ";", ":", ")"}


def _counts_from_event(run: list[Token]) -> bool:
    kinds = [token.kind for token in run if token.kind not in {Kind.COMMA, Kind.FILLER}]
    return any(a is Kind.COUNT and b is Kind.SINCE_EVENT for a, b in pairwise(kinds))


def _is_past(meaning: Meaning, frame: Frame) -> bool:
    """Whether all it states is over before the plan's own time."""
    years = [year for year in (frame.plan_year, frame.issued.year if frame.issued else None) if year]
    if DeadlineKind.RECURRING in meaning.kinds or not years or not meaning.dates:
        return False
    return max(meaning.dates).year < min(years)
