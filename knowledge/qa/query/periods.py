"""Periods that a question names: days, weeks, months, quarters, and how they bound ("trước", "sau", "từ ... đến").

Grammar over folded text; the asking day comes in as an argument:

    period  = between | before | after | ahead | list | point | "sap toi" | "gan nhat"
    between = ("tu" | "giua") point ("den" | "toi" | "va" | "-") ["het"] point
    before  = ("truoc" | "den" | "cham nhat" | "khong qua"...) ["het"] point
    after   = "sau" point | "tu" point ["tro di"]
    ahead   = [("trong" | "vong")...] number ("ngay" | "tuan" | "thang") ("toi" | "nua" | "sap toi"...)
    list    = point (("," | "va") point)+                 # quý I và quý II
    point   = day | weekday | week | month | quarter | half | part of one ("cuoi thang 12")

As in the papers, "trước ngày 15/6" keeps the day and "trước quý III" ends the day before it. A year that stands alone
is a paper's, not a period (`find_years`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from knowledge.text import Folded, fold

SOON_DAYS = 30
"""What "sắp tới" reaches to: a month, the span that offices plan by."""
_DAY = timedelta(days=1)

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_WORDS = {
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "tu": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_WORDS)})"
_OF_YEAR = r"(?:(?: ?/ ?| nam | |-)(?P<year>20\d\d)(?!\d)| nam (?P<rel>nay|sau|toi|ngoai|truoc)\b)?"
_PART = r"(?P<part>(?:nua )?(?:dau|giua|cuoi) )?"
_POINTS = {
    "date": r"(?<!so )(?<!thang )"
    r"(?:(?:ngay |hom |mung )?(?P<d>\d{1,2}) ?[/-] ?(?P<m>\d{1,2})(?: ?[/-] ?(?P<year>20\d\d))?"
    r"|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<year2>20\d\d))(?![\d/-]|\.\d)",
    "day_of": rf"(?:ngay |hom |mung )(?P<d>\d{{1,2}})(?: ?/ ?| )thang (?P<m>\d{{1,2}}){_OF_YEAR}",
    "today": r"(?:ngay )?hom nay|bua nay|(?<=tu )(?:gio|nay)\b(?= (?:cho )?(?:den|toi)\b)",
    "yesterday": r"(?:ngay )?hom qua",
    "tomorrow": r"(?:ngay |sang |chieu )?(?<!thuong )mai\b(?! (?:moi|dich|sau))",
    "overmorrow": r"ngay (?:kia|mot)\b",
    "weekday": r"(?:thu (?P<wd>hai|ba|tu|nam|sau|bay|[2-7])|(?P<sun>chu nhat|cn))\b"
    r"(?: (?P<which>tuan nay|tuan sau|tuan toi|nay|toi))?",
    "week": r"(?:cuoi )?tuan (?P<rel>nay|sau|toi|ke tiep|tiep theo|truoc)\b"
    r"|trong tuan\b(?! (?:nay|sau|toi|truoc|ke|tiep))",
    "half": rf"(?:(?:6|sau) thang|nua) (?P<half>dau|cuoi)(?: nam)?{_OF_YEAR}",
    "quarter": rf"{_PART}(?:quy|qui|q) ?(?P<n>iv|iii|ii|i|[1-4])\b{_OF_YEAR}",
    "this_quarter": rf"{_PART}quy (?P<rel>nay|sau|toi|truoc)\b",
    "month": rf"{_PART}(?:thang |t)(?P<n>1[0-2]|0?[1-9])\b(?! ?[/.] ?\d{{1,2}}(?!\d)){_OF_YEAR}",
    "bare_month": r"(?<![\d/.-])(?P<n>1[0-2]|0?[1-9]) ?/ ?(?P<year>20\d\d)(?![\d/-])",
    "this_month": rf"{_PART}thang (?P<rel>nay|sau|toi|truoc|ke tiep)\b"
    r"|(?P<part2>cuoi|dau|giua) thang\b(?! (?:\d|nay|sau|toi|truoc|cua|hang|moi))",
    "year_part": r"(?P<part>dau|cuoi) nam\b(?: (?P<year>20\d\d)| (?P<rel>nay|sau|toi|ngoai|truoc)\b)?",
    "this_year": r"(?:trong |het )nam (?P<rel>nay|sau|toi)\b",
    "year": r"(?:(?<=truoc )|(?<=sau )|(?<=xong trong )|(?<=hoan thanh trong ))nam (?P<year>20\d\d)(?![\d-])",
}
_POINT = {name: re.compile(rf"(?<![\w/&]){pattern}") for name, pattern in _POINTS.items()}
_MORE = {
    "quarter": re.compile(rf" ?(?:,|va|-|den) ?(?P<n>iv|iii|ii|i|[1-4])\b(?! ?%){_OF_YEAR}"),
    "month": re.compile(
        rf" ?(?:,|va|den|(?P<dash>[-–])) ?(?P<n>1[0-2]|0?[1-9])\b(?(dash)|(?! ?(?:%|[a-z]))){_OF_YEAR}"
    ),
}
_AHEAD = re.compile(
    rf"\b(?:trong |vong |khoang )*{_COUNT} (?P<unit>ngay|hom|bua|tuan|thang)"
    r" (?:lam viec )?(?:toi|sap toi|nua|tiep theo|ke tiep|tinh tu hom nay|ke tu hom nay|den)\b(?: day)?"
)
_FROM = re.compile(r"(?:^|\b)(?:ke |tinh )?(?:tu|giua)(?: ngay| hom)? ?(?:sau )?$")
_UNTIL = re.compile(r"^(?: ?(?:-|–|den|toi|cho den|va) ?)(?:het |cuoi |truoc )?(?:ngay )?$")
_AND = re.compile(r"^ ?(?:,|;|va|voi|cung|hay|hoac|lan) ?$")
_BEFORE = re.compile(
    r"\b(?P<upto>den het|toi het|den|toi|cho den|cham nhat|muon nhat|khong qua|han cuoi|tinh den|het)"
    r"(?: la| vao| truoc| trong)* ?(?:ngay )?$|\b(?P<before>truoc)(?: het)? ?(?:ngay )?$"
)
_AFTER = re.compile(r"\b(?P<after>sau|qua)(?: het)? ?(?:ngay )?$|\b(?:ke tu|bat dau tu|tu) ?(?:ngay )?$")
_ON = re.compile(r"\b(?:tro di|tro ve sau|tro len)\b")
_SOON = re.compile(r"\b(?:sap (?:toi|den|het)(?: han)?|gan (?:den|toi|het) han|chuan bi den han)\b")
_NEAREST = re.compile(
    r"\b(?:gan|som)(?: den| toi)?(?: han)? nhat\b|\b(?:ke|tiep) (?:tiep|theo)\b(?= (?:la|can|phai))"
)
# The year of a law is part of its name: "Luật Đất đai 2024".
_LAW = re.compile(
    r"\b(?:luat|bo luat|phap lenh|hien phap)(?: (?!ke hoach\b|nhiem vu\b|trong\b|den\b|quy\b|thang\b)[a-z]+){0,8}"
    r" (?:nam )?20\d\d\b"
)
_YEAR = re.compile(r"(?<![\d/-])(20\d\d)(?![\d-]|/[a-z])")


_RELATIVE = re.compile(r"\b(?:nay|mai|qua|sau|toi|nua|tuan|kia|mot|thu|ngoai)\b")
"""Words that count from the asking day."""


@dataclass(frozen=True, slots=True)
class Period:
    """Spans of days, both ends included, with the words that name them.

    Attributes:
        start, end: of all spans together; None where one end is open.
        words: folded, as they stand in the question.
        year_named: the year is said, and not left to the asking day.
        nearest: of what lies ahead only the next day is asked for.
        spans: several stretches ("quý I và quý IV"); one otherwise.
    """

    start: date | None
    end: date | None
    words: str
    year_named: bool = False
    nearest: bool = False
    spans: tuple[tuple[date | None, date | None], ...] = ()

    def holds(self, day: date) -> bool:
        """Whether a day lies in one of the spans."""
        spans = self.spans or ((self.start, self.end),)
        return any((s is None or s <= day) and (e is None or day <= e) for s, e in spans)

    def among(self, days: Sequence[date]) -> Sequence[date]:
        """Those of `days`, which are sorted, that lie in one of the spans."""
        ranges = []
        for start, end in self.spans or ((self.start, self.end),):
            first = 0 if start is None else bisect_left(days, start)
            ranges.append(range(first, len(days) if end is None else bisect_right(days, end)))
        if len(ranges) == 1:
            return days[ranges[0].start : ranges[0].stop]
        return [days[at] for at in sorted(set(chain.from_iterable(ranges)))]

    def in_year(self, year: int) -> Period:
        """The same days of another year, where they are named by quarter, month or day."""
        if _RELATIVE.search(self.words):
            return self
        own = (self.start or self.end or date.min).year

        def move(day: date | None) -> date | None:
            if day is None:
                return None
            to = year + day.year - own
            return date(to, day.month, min(day.day, monthrange(to, day.month)[1]))

        spans = tuple((move(first), move(last)) for first, last in self.spans)
        return replace(self, start=move(self.start), end=move(self.end), spans=spans)

    def told(self) -> str:
        """In Vietnamese: "từ 01/06/2026 đến 30/06/2026", "đến 30/06/2026", "từ 01/07/2026"."""
        spans = self.spans or ((self.start, self.end),)
        return " và ".join(filter(None, (_told(s, e) for s, e in spans)))


def _told(start: date | None, end: date | None) -> str:
    if start is not None and start == end:
        return f"ngày {start:%d/%m/%Y}"
    since = f"từ {start:%d/%m/%Y}" if start else ""
    until = f"đến {end:%d/%m/%Y}" if end else " trở đi" if start else ""
    return f"{since} {until}".strip() if end else f"{since}{until}"


@dataclass(frozen=True, slots=True)
class _Point:
    """A stretch of days named at a place of the text."""

    at: int
    till: int
    first: date
    last: date
    is_day: bool
    year_named: bool
    unit: str


_SPELT = {
    "mai": "mai", "tu": "từ tư", "den": "đến", "sau": "sau sáu", "truoc": "trước", "hai": "hai", "ba": "ba",
    "nam": "năm", "thu": "thứ", "qua": "qua quá", "dau": "đầu", "cuoi": "cuối", "han": "hạn", "toi": "tới",
}  # fmt: skip
"""How the words that tell times are written."""


def folded_times(raw: str) -> Folded:
    """`raw` folded, without the words that only look like those of times: "thương mại", "điện tử", "bảo đảm".

    A word that was typed with accents is one only where they are its own; those without accents stay.
    """

    def blank(match: re.Match[str]) -> str:
        word = match[0].lower()
        folded = fold(word)
        other = folded in _SPELT and word != folded and word not in _SPELT[folded].split()
        return "_" * len(word) if other else match[0]

    return fold(_WORD.sub(blank, raw))


_WORD = re.compile(r"[^\W\d_]+")


def find_period(text: str, as_of: date, year: int | None = None) -> Period | None:
    """What folded `text` (with its punctuation) says of when; a missing year is `year`, else the asking day's.

    A day or month without a year that is long past counts for the asking day's year all the same.
    """
    if match := _AHEAD.search(text):
        return _ahead(match, as_of)
    points = _points(text, as_of, year or as_of.year)
    if points:
        return _bounded(text, points)
    if match := _NEAREST.search(text):
        return Period(as_of, None, match[0], nearest=True)
    if match := _SOON.search(text):
        return Period(as_of, as_of + timedelta(days=SOON_DAYS), match[0])
    return None


def _ahead(match: re.Match[str], as_of: date) -> Period:
    count = int(match["count"]) if match["count"].isdigit() else _WORDS[match["count"]]
    days = {"tuan": 7, "thang": 30}.get(match["unit"], 1)
    return Period(as_of, as_of + timedelta(days=days * count), match[0].strip())


def _bounded(text: str, points: Sequence[_Point]) -> Period:
    first = points[0]
    before = text[: first.at]
    for second in points[1:2]:
        between = text[first.till : second.at]
        if (_FROM.search(before) and _UNTIL.match(between)) or re.fullmatch(r" ?(?:-|–|den|toi) ?(?:het )?", between):
            begin = re.search(r"(?:ke |tinh )?(?:tu|giua)\b.{0,6}$", before)
            words = text[begin.start() if begin else first.at : second.till]
            return Period(first.first, second.last, words, year_named=first.year_named or second.year_named)
    run = [first]
    for point in points[1:]:
        if not _AND.match(text[run[-1].till : point.at]):
            break
        run.append(point)
    if len(run) > 1:
        spans = _joined(run)
        words, named = text[run[0].at : run[-1].till], any(p.year_named for p in run)
        return Period(spans[0][0], spans[-1][1], words, year_named=named, spans=spans if len(spans) > 1 else ())
    return _open_ended(text, first)


def _joined(points: Sequence[_Point]) -> tuple[tuple[date, date], ...]:
    """Stretches in order, those without a gap between as one."""
    spans: list[tuple[date, date]] = []
    for point in sorted(points, key=lambda p: p.first):
        if spans and point.first <= spans[-1][1] + _DAY:
            spans[-1] = (spans[-1][0], max(spans[-1][1], point.last))
        else:
            spans.append((point.first, point.last))
    return tuple(spans)


def _open_ended(text: str, point: _Point) -> Period:
    before, behind = text[: point.at], text[point.till :]
    if bound := _BEFORE.search(before):
        last = point.last if point.is_day or bound["upto"] else point.first - _DAY
        return Period(None, last, text[bound.start() : point.till], year_named=point.year_named)
    if bound := _AFTER.search(before):
        first = point.last + _DAY if bound["after"] else point.first
        return Period(first, None, text[bound.start() : point.till], year_named=point.year_named)
    if _ON.match(behind.lstrip()):
        return Period(point.first, None, text[point.at : point.till], year_named=point.year_named)
    return Period(point.first, point.last, text[point.at : point.till], year_named=point.year_named)


def _points(text: str, as_of: date, base: int) -> list[_Point]:
    """The stretches named in `text`, in order, the longer of two that overlap."""
    found: list[_Point] = []
    for name, pattern in _POINT.items():
        for match in pattern.finditer(text):
            days = _days(name, match.groupdict(), as_of, base)
            if days is not None:
                named = bool(match.groupdict().get("year") or match.groupdict().get("year2"))
                found.append(_Point(match.start(), match.end(), *days, days[0] == days[1], named, name))
    found.sort(key=lambda p: (p.at, p.at - p.till))
    apart: list[_Point] = []
    for point in found:
        if apart and point.at < apart[-1].till:
            if point.till - point.at > apart[-1].till - apart[-1].at:
                apart[-1] = point
            continue
        apart.append(point)
    return _with_later_year(_with_bare_numbers(text, apart, as_of, base), base)


def _with_bare_numbers(text: str, points: Sequence[_Point], as_of: date, base: int) -> list[_Point]:
    """ "quý I, II/2026", "tháng 3 và 4": the numbers behind a quarter or a month are such too."""
    found: list[_Point] = []
    for place, point in enumerate(points):
        found.append(point)
        end = points[place + 1].at if place + 1 < len(points) else len(text)
        while found[-1].unit in ("quarter", "month"):
            last = found[-1]
            match = _MORE[last.unit].match(text, last.till, end)
            days = _days(last.unit, {"part": None, **match.groupdict()}, as_of, base) if match else None
            if match is None or days is None:
                break
            found.append(_Point(match.start("n"), match.end(), *days, False, bool(match["year"]), last.unit))
    return found


def _with_later_year(points: list[_Point], base: int) -> list[_Point]:
    """ "quý I, II/2026": the year of a later one holds for those before it that say none."""
    named = next((p.first.year for p in points if p.year_named), None)
    if named is None or named == base:
        return points
    return [p if p.year_named or p.first.year != base else _in_year(p, named) for p in points]


def _in_year(point: _Point, year: int) -> _Point:
    first, last = point.first, point.last
    moved_last = date(year + last.year - first.year, last.month, min(last.day, monthrange(year, last.month)[1]))
    moved = date(year, first.month, min(first.day, monthrange(year, first.month)[1]))
    return replace(point, first=moved, last=moved_last, year_named=True)


def _days(name: str, said: dict[str, str | None], as_of: date, base: int) -> tuple[date, date] | None:
    monday = as_of - timedelta(days=as_of.weekday())
    year = _year(said, as_of, base)
    match name:
        case "today":
            return as_of, as_of
        case "yesterday":
            return as_of - _DAY, as_of - _DAY
        case "tomorrow":
            return as_of + _DAY, as_of + _DAY
        case "overmorrow":
            return as_of + 2 * _DAY, as_of + 2 * _DAY
        case "date" | "day_of":
            return _one_day(year, int(said["m"] or said.get("m2") or 0), int(said["d"] or said.get("d2") or 0))
        case "weekday":
            number = 6 if said["sun"] else _weekday(said["wd"] or "")
            week = 7 if said["which"] in ("tuan sau", "tuan toi") else 0
            day = monday + timedelta(days=number + week)
            if said["which"] is None and day < as_of:
                day += timedelta(days=7)
            return day, day
        case "week":
            shift = {"sau": 7, "toi": 7, "ke tiep": 7, "tiep theo": 7, "truoc": -7}.get(said.get("rel") or "", 0)
            return monday + timedelta(days=shift), monday + timedelta(days=shift + 6)
        case "half":
            early = said["half"] == "dau"
            return _months(year, 1, 6) if early else _months(year, 7, 12)
        case "quarter":
            number = _ROMAN.get(said["n"] or "") or int(said["n"] or 1)
            return _part(said["part"], *_months(year, 3 * number - 2, 3 * number))
        case "this_quarter":
            quarter = (as_of.month + 2) // 3 - 1 + _shift(said["rel"])
            return _part(
                said["part"], *_months(as_of.year + quarter // 4, 3 * (quarter % 4) + 1, 3 * (quarter % 4) + 3)
            )
        case "month" | "bare_month":
            return _part(said.get("part"), *_months(year, int(said["n"] or 1), int(said["n"] or 1)))
        case "this_month":
            month = as_of.month - 1 + _shift(said.get("rel"))
            days = _months(as_of.year + month // 12, month % 12 + 1, month % 12 + 1)
            return _part(said.get("part") or said.get("part2"), *days)
        case "year_part":
            return _months(year, 1, 3) if said["part"] == "dau" else _months(year, 10, 12)
        case _:
            return _months(year, 1, 12)


def _year(said: dict[str, str | None], as_of: date, base: int) -> int:
    named = said.get("year") or said.get("year2")
    if named:
        return int(named)
    relative = said.get("rel")
    if relative is None:
        return base
    return as_of.year + {"sau": 1, "toi": 1, "ngoai": -1, "truoc": -1}.get(relative, 0)


def _shift(relative: str | None) -> int:
    return {"sau": 1, "toi": 1, "ke tiep": 1, "truoc": -1}.get(relative or "", 0)


def _weekday(word: str) -> int:
    names = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
    return names[word] if word in names else int(word) - 2


def _one_day(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found, found


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _part(part: str | None, first: date, last: date) -> tuple[date, date]:
    """The beginning, middle or end of a stretch: a third of it; a half where "nửa" is said."""
    if not part:
        return first, last
    days = (last - first).days + 1
    size = days // 2 if "nua" in part else days // 3
    if "dau" in part:
        return first, first + timedelta(days=size - 1)
    if "cuoi" in part:
        return last - timedelta(days=size - 1), last
    return first + timedelta(days=size), last - timedelta(days=size)


def find_years(text: str, as_of: date) -> tuple[int, ...]:
    """Years named in folded `text`, in order; a span "2021-2025" is a topic, not a year."""
    text = _LAW.sub(" ", re.sub(r"20\d\d ?[-–] ?20\d\d|\b(?:truoc|sau) nam 20\d\d", " ", text))
    years = [int(year) for year in _YEAR.findall(text)]
    if re.search(r"\bnam nay\b", text):
        years.append(as_of.year)
    if re.search(r"\bnam (?:ngoai\b|truoc\b(?! (?:ngay|thang|quy|khi)\b))", text) and "so voi nam truoc" not in text:
        years.append(as_of.year - 1)
    return tuple(dict.fromkeys(years))


def find_horizons(text: str) -> frozenset[int]:
    """Years that need not be a plan's own: up to which something reaches ("đến năm 2030"), from which it is counted.

    "So với năm 2021, ... phải giảm" counts from 2021; "mục tiêu 2026 so với 2021" asks for two plans.
    """
    years = _HORIZON.findall(text)
    if _CHANGE.search(text):
        years.extend(_BASE.findall(text))
    return frozenset(int(year) for year in years)


_HORIZON = re.compile(r"\b(?:den|toi|tam nhin)(?: het| cuoi| den)?(?: nam)? (20\d\d)\b")
_BASE = re.compile(r"\bso voi(?: cung ky)?(?: nam)? (20\d\d)\b")
_CHANGE = re.compile(r"\b(?:giam|tang|cao hon|thap hon|it hon|nhieu hon|gap)\b")
