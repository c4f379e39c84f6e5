"""A request to be reminded, in plain words: "thứ Sáu nhắc chị nộp biểu 3 nhé", "mai 9h nhắc em gọi Sở Tài chính".

    request = [when] [please] "nhắc" ["lại"] [me] [when] what [when] [please]
    when    = a day that `knowledge.qa.query.periods` finds, an hour, or both side by side

A day with a bound ("trước 8/12", "hạn 8/12") belongs to what is to be done: the reminder comes a working day before.
What speaks of how reminders come ("nhắc tôi trước 3 ngày", "đừng nhắc nữa") or of somebody else ("nhắc anh Minh")
is no such request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.chat.days import read_day
from bot.tracking.records import MORNING
from knowledge.qa.query.periods import Period, find_period, folded_times
from knowledge.text import fold, nfc, squeeze
from knowledge.workdays import WorkCalendar

_PARTS = {"sang": MORNING, "trua": time(11, 30), "chieu": time(13, 30), "toi": time(19)}
"""What a part of a day means where no hour is said: offices open, close for noon, open again; people are at home."""
_SELDOM_SO_EARLY = 6
"""Up to this hour, without a part of the day, the afternoon's is meant."""
NOON = 12
_COMING = timedelta(days=180)
"""A day without a year that has passed is next year's within it, and else a slip."""

_DAY, _HOUR, _OFTEN, _BY = "\x01", "\x02", "\x03", "\x04"
"""Stand in the folded text for words of a day, of an hour, of what comes again and again, of a day with a bound."""
_TIME = re.compile(
    r"(?<![\w/.,-])(?P<h>[01]?\d|2[0-3])(?: ?(?:h|gio)(?: ?(?P<m>[0-5]\d)| (?P<half>ruoi))?|:(?P<m2>[0-5]\d))"
    r"(?![\w/])(?: (?P<part>sang|trua|chieu|toi|dem)\b)?"
)
_TODAY = re.compile(r"\b(?:sang|trua|chieu|toi) nay\b")
_PART_BEFORE = re.compile(r"\b(?:buoi )?(?P<part>sang|trua|chieu|toi) (?:ngay )?$")
_PART_BEHIND = re.compile(r" (?:buoi )?(?P<part>sang|trua|chieu|toi)\b")
_AHEAD = re.compile(r"(?<!\w)(?:sau )?(?P<n>\d{1,3}) ?(?P<unit>phut|tieng|gio)(?: dong ho)? nua\b")
_AGAIN = re.compile(r"\b(?:moi|hang|tung)(?: (?:ngay|tuan|thang|quy|nam|sang|chieu|buoi)\b|(?= thu\b))")
_AGAIN_SPELT = ("mỗi", "hằng", "hàng", "từng", "moi ", "hang ", "tung ")
_STRETCH = re.compile(r"(?:tuan (?:sau|toi|sau nua)|cuoi thang(?: nay| sau| toi)?|.*\bnua)")
"""Read as one day: the Monday of next week, the last day of a month, so many days ahead."""
_BOUND = re.compile(r"(?:truoc|cham nhat|muon nhat|khong qua|han cuoi|het)(?: la| vao| truoc| het| ngay)* ")
_UNTIL = re.compile(r"(?:cho |tinh )?(?:den|toi) (?:ngay )?")
"""No bound beside "nhắc": "đến thứ Sáu nhắc tôi"; and "tôi" without accents."""
_DUE = re.compile(r"\bhan(?: cuoi| chot| nop)?(?: la| vao| den| ngay)* $")
_DAY_ALONE = re.compile(r"\b(?:ngay|mung) (?P<d>\d{1,2})\b(?! ?[/.-]| thang| ngay)")

_MARKS = f"[{_DAY}{_HOUR}{_OFTEN}]"
_LINK = r"(?:vao|luc|khoang|cu|den|hoi|ngay)"
_WHEN = rf"(?:{_LINK} |{_MARKS}+[ ,:]*)*"
_ME = r"(?:chung )?(?:toi|minh|em|chi|anh|chau|co|chu|bac|to|ban)"
_PLEASE = (
    r"(?:nho|hay|xin|lam on|phien|vui long|a|oi|alo|em|anh|chi|ban|co|chu|thi|tro ly|cho|minh|toi|can|muon|giup)"
)
_VERB = (
    r"(?:nhac(?: nho)?(?P<again> lai)?(?: giup| ho| gium| cho)*|(?:dat|tao|them)(?: mot| 1)? (?:loi )?nhac(?: nho)?)"
)
_REQUEST = re.compile(
    rf"(?:{_PLEASE}[ ,]+|{_LINK} |{_MARKS}+[ ,:]*)*{_VERB}(?P<me> {_ME}\b)?(?: giup| voi| biet)*(?!\w)[ ,:]*{_WHEN}"
    r"(?:(?:la|rang|ve viec|ve) )?(?P<what>.*)"
)
_TAIL = re.compile(
    r"(?:(?:^|[ ,]+)(?:nhé|nhe|nhá|nha|ạ|à|với|voi|đi|được không|duoc khong|hen|nghe|giúp|giùm|hộ|cảm ơn|cám ơn)"
    r"(?: (?:em|anh|chị|chi|bạn|cô|chú))?(?=$|[ ,.!?]))+[ .!?]*$|[ .!?,;:]+$"
)
_SETTINGS = re.compile(
    r"(?:truoc|som|muon|it|nhieu|thua|gop|qua|tren|bang|thoi|nua|day du|du|han|cac|tat ca|moi|khi|lien tuc|hoai|ca)\b"
)
_ASKS = re.compile(r"\b(?:bao gio|khi nao|ngay nao|hom nao|la gi|the nao|bao nhieu|vi sao|tai sao|o dau)\b")
_POINTS = re.compile(r"(?:lai |ve )?(?:(?:viec|cai|tin|vu)? ?(?:nay|do|ay|kia|tren)|no|lai|sau)?")
"""What was spoken of; or nothing at all."""
_OTHERS = re.compile(r"(?:cac|moi|nhung|so|xa|phuong|ubnd|phong|ban|don vi|co quan|ho|ai|lanh dao)\b")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be reminded of, and when, as it was said.

    Attributes:
        what: empty where only "việc này" is said, or nothing.
        day, hour: None where none is said; a day may be past.
        often: it is to come again and again.
    """

    what: str
    day: date | None = None
    hour: time | None = None
    often: bool = False


@dataclass(frozen=True, slots=True)
class _Span:
    """Words of a time at a place of the text: of a day, or of an hour, or of both."""

    at: int
    till: int
    day: date | None = None
    hour: time | None = None
    bound: bool = False


def may_be_request(text: str) -> bool:
    """Whether a message is worth reading as one."""
    return "nhac" in fold(text)


def read_request(text: str, now: datetime, calendar: WorkCalendar) -> Request | None:
    """The request that a message is (`may_be_request`); None when it is something else."""
    raw = _placed(text)
    marked, spans = _marked(raw, now, calendar)
    match = _REQUEST.fullmatch(marked)
    if match is None or re.search(r"\bchỉ\b", raw[: match.start("what")].lower()):
        return None
    start = match.start("what")
    request = _parted(raw, marked, start, spans)
    said, folded = request.day or request.hour, str(fold(request.what))
    if _SETTINGS.match(match["what"].lstrip()) or _ASKS.search(folded) or (request.often and not folded):
        return None
    if _is_of_others(request.what, folded, me=bool(match["me"])):
        return None
    if not said and (match["again"] or not match["me"]):
        return None
    return Request("", request.day, request.hour, request.often) if _POINTS.fullmatch(folded) else request


def read_answer(text: str, now: datetime, calendar: WorkCalendar) -> Request:
    """What an answer to a question of ours says: the times in it, and the rest of it."""
    raw = _placed(text)
    marked, spans = _marked(raw, now, calendar)
    return read_request(text, now, calendar) or _parted(raw, marked, 0, spans)


def _placed(text: str) -> str:
    """The message, each letter at the place that it has in the folded one."""
    raw = squeeze(nfc(text))
    return raw if len(fold(raw)) == len(raw) else fold(raw)


def _is_of_others(what: str, folded: str, *, me: bool) -> bool:
    """Whether somebody else is to be reminded: "nhắc anh Minh nộp", "nhắc các sở"."""
    if re.match(r"(?:ay|ta|anh|chi|em|co|chu|bac) \w", folded):
        return True
    if not me:
        return bool(_OTHERS.match(folded)) or what[:1].isupper()
    words = what.split()
    named = len(words) > 1 and words[0].istitle() and words[1][:1].islower()
    return named and not _OTHERS.match(folded)


def _parted(raw: str, marked: str, start: int, spans: Sequence[_Span]) -> Request:
    """What is said from `start` on, without the times that are the reminder's own."""
    before = [each for each in spans if each.till <= start]
    behind = [each for each in spans if each.at >= start]
    day = _own_day(marked, before, behind)
    if day is None:
        bound = next((each for each in behind if each.bound), None)
        hour = next((each for each in (*before, *behind) if each.hour), None)
        what, often = _without(raw, start, [hour] if hour else []), _OFTEN in marked[:start]
        return Request(what, bound.day if bound else None, hour.hour if hour else None, often)
    hours = (each for each in spans if each.hour and each.day is None)
    hour = next((each for each in hours if each in before or _side_by_side(marked, each, day)), None)
    at = hour.hour if hour else day.hour
    if at and day.hour and at.hour < NOON <= day.hour.hour:
        at = at.replace(hour=at.hour + NOON)  # "8h tối mai", read as an hour and an evening
    around = marked[max(0, day.at - 2) : day.till + 2]
    often = _OFTEN in marked[:start] or _OFTEN in around
    return Request(_without(raw, start, [day, *([hour] if hour else [])]), day.day, at, often)


def _own_day(marked: str, before: Sequence[_Span], behind: Sequence[_Span]) -> _Span | None:
    """The day of the reminder: the one beside "nhắc", else the only one, else the last one with "vào"."""
    first = [each for each in before if each.day and not each.bound]
    rest = [each for each in behind if each.day and not each.bound]
    if first or len(rest) == 1:
        return [*first, *rest][0]
    on = [each for each in rest if marked[: each.at].endswith("vao ")]
    return on[-1] if on else None


def _side_by_side(marked: str, one: _Span, other: _Span) -> bool:
    first, last = sorted((one, other), key=lambda each: each.at)
    return re.fullmatch(rf"[ ,]*(?:{_LINK} )*", marked[first.till : last.at]) is not None


def _without(raw: str, start: int, own: Sequence[_Span]) -> str:
    kept = raw
    for each in sorted(own, key=lambda span: span.at, reverse=True):
        if each.at >= start:
            head = re.sub(r"(?:^|[ ,]+)(?:vào|vao|lúc|luc|khoảng|hồi|ngày|đến)*[ ,]*$", "", kept[: each.at])
            kept = f"{head} {kept[each.till :]}"
    return _TAIL.sub("", squeeze(kept[start:])).strip(" ,.;:!?")


def _marked(raw: str, now: datetime, calendar: WorkCalendar) -> tuple[str, list[_Span]]:
    """The folded text with its times marked, and what they say."""
    text, times, spans = str(fold(raw)), str(folded_times(raw)), list[_Span]()
    for match in _AHEAD.finditer(times):
        moment = now + timedelta(minutes=int(match["n"]) * (1 if match["unit"] == "phut" else 60))
        spans.append(_Span(*match.span(), moment.date(), moment.time().replace(second=0, microsecond=0)))
        text, times = _mark(text, match.span(), _DAY), _mark(times, match.span(), "_")
    for match in _AGAIN.finditer(times):
        if raw[match.start() :].lower().startswith(_AGAIN_SPELT):
            text = _mark(text, match.span(), _OFTEN)
    for each in [*_days(times, raw, now.date(), calendar)]:
        spans.append(each)
        text = _mark(text, (each.at, each.till), _BY if each.bound else _DAY)
    for match in _TIME.finditer(text):
        part, till = match["part"], match.end()
        if part and not _is_evening_or_other(raw, match.start("part"), part):
            part, till = None, match.start("part")
        spans.append(_Span(match.start(), till, None, _hour(match, part)))
    for each in spans:
        if each.day is None:
            text = _mark(text, (each.at, each.till), _HOUR)
    return text, sorted(spans, key=lambda each: each.at)


def _days(times: str, raw: str, today: date, calendar: WorkCalendar) -> Iterator[_Span]:
    """The days named, with the part of the day beside them."""
    text = times
    while period := find_period(text, today):
        at = text.find(period.words)
        till = at + len(period.words)
        if until := _UNTIL.match(period.words):
            at += until.end()
            period = find_period(text[at:till], today) or period
        text = _mark(text, (at, till), "_")
        # "nhắc chị Mai": a name.
        named = raw[at:till] == "Mai" and re.search(rf"\b{_ME} $", fold(raw[:at]) + " ")
        day, bound = _one_day(period, today, calendar)
        if day is not None and not named:
            bound = bound or _DUE.search(times[:at]) is not None
            yield _with_part(raw, at, till, calendar.add(day, -1) if bound else day, bound=bound)
    for match in _TODAY.finditer(str(fold(raw))):
        part = match[0].split()[0]
        if _is_evening_or_other(raw, match.start(), part):
            yield _Span(*match.span(), today, _PARTS[part])
    for match in _DAY_ALONE.finditer(text):
        day = _coming(int(match["d"]), today)
        if day is not None:
            yield _with_part(raw, *match.span(), day, bound=False)


def _one_day(period: Period, today: date, calendar: WorkCalendar) -> tuple[date | None, bool]:
    """The day that a period is, if it is one; whether it bounds what is to be done."""
    bound = _BOUND.match(period.words)
    words = period.words[bound.end() :] if bound else period.words
    inner = find_period(words, today) if bound else period
    if _STRETCH.fullmatch(words):
        return read_day(words, today, calendar) or period.end, bound is not None
    if inner is None or inner.start is None:
        return None, False
    if inner.end is None:
        return (inner.start if words.startswith("sau ") else None), False
    if inner.start != inner.end:
        return None, False
    coming = read_day(words, today, calendar)
    if coming is None or (coming > inner.start and coming - today > _COMING):
        return inner.start, bound is not None
    return coming, bound is not None


def _coming(number: int, today: date) -> date | None:
    """The next day of that number: this month's, else next month's."""
    for months in (0, 1):
        month = today.month + months
        try:
            day = date(today.year + (month - 1) // 12, (month - 1) % 12 + 1, number)
        except ValueError:
            continue
        if day > today:
            return day
    return None


def _with_part(raw: str, at: int, till: int, day: date, *, bound: bool) -> _Span:
    """The span with the part of the day that is said with it: "chiều mai", "sáng thứ 6", "8/12 buổi chiều"."""
    low = str(fold(raw))
    inside = re.match(r"(?P<part>sang|chieu) ", low[at:till])
    before, behind = _PART_BEFORE.search(low[:at]), _PART_BEHIND.match(low, till)
    found = inside
    if not inside and before and _is_evening_or_other(raw, before.start("part"), before["part"]):
        at, found = before.start(), before
    elif not inside and behind and _is_evening_or_other(raw, behind.start("part"), behind["part"]):
        till, found = behind.end(), behind
    return _Span(at, till, day, _PARTS[found["part"]] if found and not bound else None, bound)


def _is_evening_or_other(raw: str, at: int, part: str) -> bool:
    """Not "tôi", which folds to the same as "tối"; without accents only what stands before a day is meant."""
    before, said = raw[:at].lower(), raw[at:].lower()
    bare = re.match(r"toi (?:nay|mai)\b", said) is not None and not before.endswith("nhac ")
    return part != "toi" or said.startswith("tối") or bare


def _hour(match: re.Match[str], part: str | None) -> time:
    hour, minute = int(match["h"]), 30 if match["half"] else int(match["m"] or match["m2"] or 0)
    early = part in (None, "trua") and hour <= _SELDOM_SO_EARLY
    later = 0 < hour < NOON and (early or part in ("chieu", "toi", "dem"))
    return time(hour + NOON if later else hour, minute)


def _mark(text: str, span: tuple[int, int], sign: str) -> str:
    return text[: span[0]] + sign * (span[1] - span[0]) + text[span[1] :]
