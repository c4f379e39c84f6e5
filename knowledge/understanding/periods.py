"""Periods that a question names: quý, tháng, tuần, năm, "sắp tới", "quá hạn".

Grammar over folded text; the asking day comes in as an argument:

    period  = quarter | month | week | half | "sap toi" | "han som nhat" | "qua han" | year
    quarter = ("quy"|"q") ("i".."iv"|1..4) ["/" | "nam"] [year]
    month   = "thang" 1..12 ["/" | "nam"] [year]
    week    = "tuan" ("nay"|"sau"|"toi")
    half    = "6 thang" ("dau"|"cuoi") "nam" [year]
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

SOON_DAYS = 30
"""What "sắp tới" reaches to: a month, the span that offices plan by."""

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_QUARTER = re.compile(r"\b(?:quy|qui|q) ?(iv|iii|ii|i|[1-4])(?: ?/ ?| nam | )?(20\d\d)?\b")
_MONTH = re.compile(r"\bthang (1[0-2]|0?[1-9])(?: ?/ ?| nam | )?(20\d\d)?\b")
_HALF = re.compile(r"\b6 thang (dau|cuoi) nam ?(20\d\d)?\b")
# The year of a law is part of its name: "Luật Đất đai 2024".
_LAW = re.compile(
    r"\b(?:luat|bo luat|phap lenh|hien phap)(?: (?!ke hoach\b|nhiem vu\b|trong\b|den\b|quy\b|thang\b)[a-z]+){0,8}"
    r" (?:nam )?20\d\d\b"
)
_YEAR = re.compile(r"(?<![\d/-])(20\d\d)(?![\d-]|/[a-z])")


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included, with the words that name it (folded)."""

    start: date
    end: date
    words: str
    year_named: bool = False
    overdue: bool = False


def find_period(text: str, as_of: date, year: int | None = None) -> Period | None:
    """The first period in folded `text`; a missing year is `year`, else the asking day's."""
    base = year or as_of.year
    if match := _QUARTER.search(text):
        number = _ROMAN.get(match[1]) or int(match[1])
        return _months(3 * number - 2, 3 * number, match[2], base, match[0])
    if match := _HALF.search(text):
        first, last = (1, 6) if match[1] == "dau" else (7, 12)
        return _months(first, last, match[2], base, match[0])
    if match := _MONTH.search(text):
        return _months(int(match[1]), int(match[1]), match[2], base, match[0])
    return _relative(text, as_of)


def _months(first: int, last: int, year: str | None, base: int, words: str) -> Period:
    number = int(year) if year else base
    end = date(number, last, monthrange(number, last)[1])
    return Period(date(number, first, 1), end, words.strip(), year_named=year is not None)


def _relative(text: str, as_of: date) -> Period | None:
    monday = as_of - timedelta(days=as_of.weekday())
    if re.search(r"\btuan nay\b", text):
        return Period(monday, monday + timedelta(days=6), "tuan nay")
    if re.search(r"\btuan (?:sau|toi)\b", text):
        return Period(monday + timedelta(days=7), monday + timedelta(days=13), "tuan sau")
    if re.search(r"\bthang nay\b", text):
        return _months(as_of.month, as_of.month, None, as_of.year, "thang nay")
    if re.search(r"\bthang (?:sau|toi)\b", text):
        after = as_of.replace(day=28) + timedelta(days=4)
        return _months(after.month, after.month, None, after.year, "thang sau")
    if re.search(r"\bquy nay\b", text):
        quarter = (as_of.month + 2) // 3
        return _months(3 * quarter - 2, 3 * quarter, None, as_of.year, "quy nay")
    if re.search(r"\b(?:qua han|tre han|cham han)\b", text):
        return Period(date(as_of.year - 1, 1, 1), as_of - timedelta(days=1), "qua han", overdue=True)
    if re.search(r"\b(?:han|den|toi) (?:som|gan) nhat\b|\bgan han nhat\b", text):
        return Period(as_of, as_of + timedelta(days=SOON_DAYS), "han som gan nhat")
    if re.search(r"\b(?:sap toi|sap den han|gan den han)\b", text):
        return Period(as_of, as_of + timedelta(days=SOON_DAYS), "sap toi")
    return None


def find_years(text: str, as_of: date) -> tuple[int, ...]:
    """Years named in folded `text`, in order; a span "2021-2025" is a topic, not a year."""
    text = _LAW.sub(" ", re.sub(r"20\d\d ?[-–] ?20\d\d", " ", text))
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
