"""Splitting a printed list of offices: "Sở A; Sở B và các cơ quan liên quan" into three.

";" and the bullets of lines always part offices. ",", "và", "cùng", "/", a full stop and a line end
part them only where what follows begins an office and what precedes is whole: never inside a name
that the directory knows ("Sở Văn hóa, Thể thao và Du lịch"), never inside a run of general nouns ("Các
sở, ban, ngành", "cơ quan, tổ chức, cá nhân"), never inside brackets. The pieces stay as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.agencies.directory import Directory
from knowledge.agencies.names import Word
from knowledge.agencies.offices import begins_office, generic_end, is_plural, kind_end
from knowledge.agencies.resolve import Match
from knowledge.text import CAPITAL, Folded, nfc, squeeze

_BULLET = r"(?:[-–—+•●*▪]|\(?\d{1,2}[.)]|\(?[a-zđ][.)])"
_HARD = re.compile(rf";|\n\s*(?={_BULLET}\s)|^(?={_BULLET}\s)")
_LEADING = re.compile(rf"^(?:\s*{_BULLET}\s+)+|^\s*[-–—+•●*▪]\s*(?=\w)")
_LABEL = re.compile(
    r"^(?:(?:các )?(?:cơ quan|đơn vị|bộ phận)\s+)?"
    r"(?:(?:chủ trì|phối hợp|thực hiện|tham mưu|đầu mối|theo dõi|thường trực)(?:\s+thực hiện)?"
    r"(?:\s*,\s*|\s+và\s+)?)+\s*:\s*",
    re.IGNORECASE,
)
_PLACE = rf"{CAPITAL}\w*(?:\s+(?:{CAPITAL}\w*|\d+)){{0,4}}"
# Of one kind only: which of "UBND các xã, phường: A, B" is a phường is not said.
_UNITS_NAMED = re.compile(
    rf"^(?P<organ>[^\W\d_][^,:;]{{2,40}}?) các (?P<unit>xã|phường|thị trấn|huyện|đặc khu):?\s+"
    rf"(?P<names>{_PLACE}(?:(?:,\s*|\s+và\s+){_PLACE})*)$"
)
_TRAILING = re.compile(r"(?:[\s,]*(?:\bv\.\s?v\b\.?|…|\.\.\.))?[\s.,;:]*$")
_JOINING = {"va", "cung", "voi", "hoac"}
# General groups that stand for themselves after "Các sở, ban, ngành".
_OWN_GROUPS = ("sự nghiệp", "nhà nước", "trung ương", "chính trị", "xã hội", "báo chí")
_PARTY_COMMITTEES = {("dang", "uy"), ("cap", "uy")}


@dataclass(frozen=True, slots=True)
class _Span:
    """A known name at words `start` to `end`; `cut` when an office begins there for certain."""

    start: int
    end: int
    cut: bool = False
    prefix: str = ""
    """The kind to be said again, where the printed name alone would be read otherwise or not at all: a ministry
    by its field ("Các bộ: Tài chính"), a sở by two letters ("Các sở: TC, NV")."""
    intro: bool = False
    """"Các sở:" before the names of the sở: said again by them."""


_PREFIXES = {"so": "Sở ", "bo": "Bộ "}
_INTRO = _Span(0, 0, intro=True)


def split_agencies(printed: str, directory: Directory) -> tuple[str, ...]:
    """The offices of a printed list, each as printed, without bullets, labels ("Chủ trì:") and final stops."""
    pieces = (piece for part in _hard_parts(nfc(printed)) for piece in _soft_parts(part, directory))
    return tuple(office for piece in map(_clean, pieces) if piece for office in _named_units(piece))


def _named_units(piece: str) -> tuple[str, ...]:
    """ "UBND các xã: Đức Trọng, Hiệp Thạnh" as the committee of each; any other office as it is."""
    found = _UNITS_NAMED.match(piece)
    if found is None:
        return (piece,)
    names = re.split(r",\s*|\s+và\s+", found["names"])
    return tuple(f"{found['organ']} {found['unit']} {name}" for name in names)


def _hard_parts(text: str) -> Iterator[str]:
    start = 0
    for found in _HARD.finditer(text):
        if text.count("(", start, found.start()) > text.count(")", start, found.start()):
            continue
        yield text[start : found.start()]
        start = found.end()
    yield text[start:]


def _clean(piece: str) -> str:
    bare = _LABEL.sub("", _LEADING.sub("", piece.strip())).strip()
    return squeeze(_TRAILING.sub("", bare))


def _soft_parts(part: str, directory: Directory) -> Iterator[str]:
    lead = _LEADING.match(part)
    text = _LEADING.sub("", part)
    label = _LABEL.match(text.lstrip())
    text = text.lstrip()[label.end() :] if label else text
    words = directory.resolver.cut(text)
    spans = _spans(words, directory)
    start, prefix = 0, ""
    for left, right, span in _cuts(text, words, spans, bulleted=lead is not None):
        if not (span and span.intro):
            yield prefix + text[start:left]
        start, prefix = right, ""
        following = next((s for s in spans if words[s.start].start == right), None)
        prefix = following.prefix if following else ""
    yield prefix + text[start:]


def _spans(words: Sequence[Word], directory: Directory) -> list[_Span]:
    """The known names in order; after "Các sở:" or a sở, names of sở without "Sở" as well."""
    spans: list[_Span] = []
    kind, at = "", 0
    while at < len(words):
        match = directory.resolver.match_at(words, at)
        if match and at and not _parted(words, at) and kind and words[at].text not in ("so", "bo"):
            match = None
        if match:
            spans.append(_Span(at, match.end))
            kind, at = _kind(words, match), match.end
            continue
        announced = kind and (_parted(words, at) or _after_intro(words, at, spans))
        core = _core(words, at, kind, directory) if announced else None
        if core:
            if _introduces(words, spans[-1], at):
                spans[-1] = _Span(spans[-1].start, at, intro=True)
            spans.append(core)
            at = core.end
            continue
        kind = kind if words[at].text in _JOINING else ""
        at += 1
    return spans


def _kind(words: Sequence[Word], match: Match) -> str:
    """ "so" or "bo" where names of that kind may follow without the word."""
    first = match.start + 1 if is_plural(words, match.start) else match.start
    return words[first].text if words[first].text in ("so", "bo") else ""


def _parted(words: Sequence[Word], at: int) -> bool:
    return bool(at) and (words[at - 1].text in _JOINING or any(sign in words[at].gap for sign in ",:/"))


def _introduces(words: Sequence[Word], span: _Span, at: int) -> bool:
    """Whether `span` is the "Các sở" that announces the names from `at` on."""
    return span.end == at and not span.cut and (is_plural(words, span.start) or ":" in words[at].gap)


def _after_intro(words: Sequence[Word], at: int, spans: Sequence[_Span]) -> bool:
    """Whether "Các sở" alone stands before `at`: "Các Sở Tài chính, Xây dựng"."""
    return bool(spans) and spans[-1].end == at and at - spans[-1].start == 2 and is_plural(words, spans[-1].start)


def _core(words: Sequence[Word], at: int, kind: str, directory: Directory) -> _Span | None:
    """A sở or ministry named by its field alone, with nothing but a separator behind it."""
    if not words[at].capital:
        return None
    said = _PREFIXES[kind]
    first = words[at]._replace(gap=" ", barrier=False)
    dressed = [first._replace(text=Folded(kind)), first, *words[at + 1 :]]
    match = directory.resolver.match_at(dressed, 0)
    if match is None or match.end < 2 or not match.names[0].startswith(said):
        return None
    end = at + match.end - 1
    by_itself = directory.resolver.match_at(words, at, alone=True)
    understood = by_itself is not None and by_itself.names == match.names
    whole = end == len(words) or words[end].gap.strip() or words[end].text in _JOINING
    return _Span(at, end, cut=True, prefix="" if understood else said) if whole else None


def _cuts(
    text: str, words: Sequence[Word], spans: Sequence[_Span], *, bulleted: bool
) -> Iterator[tuple[int, int, _Span | None]]:
    """Where the text is cut: end of the left piece, start of the right one, the span before."""
    begun = 0
    starts, ends = {s.start: s for s in spans}, {s.end: s for s in spans}
    for at in range(1, len(words)):
        span, before = starts.get(at), ends.get(at)
        if before and before.intro and not _in_brackets(text, words[at].start):
            yield words[at - 1].end, words[at].start, _INTRO
            begun = at
            continue
        joint = _joint(words, at)
        if not words[at].head or not _separated(words, joint, at, before, span, bulleted=bulleted):
            continue
        if any(s.start < joint < s.end or s.start < at < s.end for s in spans) or _in_brackets(text, words[at].start):
            continue
        known = span is not None
        left_known = before is not None and before.start == begun
        if (span and span.cut) or (
            (known or begins_office(words, at))
            and _whole(words, begun, joint, at, known=known, left_known=left_known)
        ):
            introduced = before and ":" in words[at].gap and generic_end(words, before.start) > before.start
            yield _end_of_piece(text, words[joint - 1].end), words[at].start, _INTRO if introduced else None
            begun = at


def _joint(words: Sequence[Word], at: int) -> int:
    """The first of the joining words ("và", "cùng với") that stand before `at`; `at` without them."""
    here = at
    while here > 1 and words[here - 1].text in _JOINING:
        here -= 1
    return here if words[here].text != "voi" else at


def _separated(
    words: Sequence[Word], joint: int, at: int, before: _Span | None, span: _Span | None, *, bulleted: bool
) -> bool:
    """Whether the signs or words between the two sides can part offices."""
    gap = words[joint].gap
    if joint < at or "," in gap or "/" in gap:
        return True
    if "\n" in gap or "." in gap or ":" in gap or (bulleted and gap.strip() in ("-", "–", "+")):
        return words[at].capital or (":" in gap and before is not None)
    if before and span and gap.strip() == "&":
        return True
    # "Bộ A Bộ B", "Bộ A - Bộ B": the separator was lost between two names of one kind.
    twins = before and span and words[before.start].text == words[at].text in ("so", "bo")
    return bool(twins and words[at].capital and gap.strip() in ("", "-", "–"))


def _end_of_piece(text: str, end: int) -> int:
    """`end`, after the brackets and quotation marks that close there."""
    while end < len(text) and text[end] in ')]”"»':
        end += 1
    return end


def _whole(words: Sequence[Word], begun: int, joint: int, at: int, *, known: bool, left_known: bool) -> bool:
    """Whether the piece from `begun` to `joint` is an office by itself, and not the begin of a run."""
    left = words[begun:joint]
    if not left or (not left_known and kind_end(words, begun) == joint and generic_end(words, begun) == begun):
        return False
    if tuple(word.text for word in left[-2:]) in _PARTY_COMMITTEES and words[at].text in ("uy", "hoi", "mat"):
        return False
    last = _last_component(words, begun, joint)
    bare = generic_end(words, last) == joint
    if not bare or is_plural(words, at):
        return True
    if generic_end(words, at) == at:
        return True
    if known and not _general(words, at):
        return True
    complete = any(word.text in ("nganh", "the") for word in left)
    following = " ".join(word.printed.casefold() for word in words[at : at + 5])
    return complete and any(own in following for own in _OWN_GROUPS)


def _general(words: Sequence[Word], at: int) -> bool:
    """Whether the general noun at `at` stays general: no proper name after it."""
    end = generic_end(words, at)
    return end > at and (end >= len(words) or bool(words[end].gap.strip()) or not words[end].capital)


def _last_component(words: Sequence[Word], begun: int, end: int) -> int:
    """Where the last of the comma-separated components before `end` begins."""
    here = end - 1
    while here > begun and "," not in words[here].gap and words[here - 1].text not in _JOINING:
        here -= 1
    return here


def _in_brackets(text: str, at: int) -> bool:
    return text.count("(", 0, at) > text.count(")", 0, at)
