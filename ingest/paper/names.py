"""How papers name each other: kind, number, date, and mentions in running text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from ingest.layout.labels import KINDS
from ingest.layout.paragraphs import Paragraph
from knowledge.records import Mention
from knowledge.text import fold, squeeze

UNITS = r"xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh"
"""Kinds of units that the country is parted into; their names stand behind."""
CODE = r"[A-ZĐ][A-Za-zĐđƯưƠơ&0-9]*(?:\s?-\s?[A-ZĐ][A-Za-zĐđƯưƠơ&0-9]*)*(?:/[A-ZĐ][A-Za-zĐđ]*)?"
NUMBER = rf"\d{{1,5}}[a-z]?\s?(?:/\s?(?:19|20)\d\d)?\s?[/-]\s?{CODE}"
DATE = (
    r"(\d[\d ]?)\s*/\s*(\d[\d ]?)\s*/\s*((?:19|20)\d\d)"
    r"|(\d[\d ]?)\s*tháng\s*(\d\s?\d?)\s*năm\s*((?:19|20)\d\d)"
)
"""Two forms, three groups each: day, month, year."""
_KIND_NAMES = "|".join(KINDS.values())
_MENTION = re.compile(
    rf"\b((?:{_KIND_NAMES})(?:\s+hành động)?)\s+số\s*:?\s*({NUMBER})"
    rf"(?:\s*,?\s*ngày\s*(?:{DATE}))?([^.;()]*)",
    re.IGNORECASE,
)


def tidy_number(printed: str) -> str:
    """A paper number without stray spaces: "160 /KH-UBND" -> "160/KH-UBND"."""
    return re.sub(r"\s+", "", printed)


def find_mentions(paragraphs: Iterable[Paragraph], own: str | None) -> tuple[Mention, ...]:
    """Other papers that are named with kind and number, each with the words that follow."""
    found: dict[tuple[str, str], Mention] = {}
    for paragraph in paragraphs:
        for match in _MENTION.finditer(paragraph.text):
            number = tidy_number(match[2])
            kind = KINDS.get(fold(match[1]), squeeze(match[1]))
            if number == own:
                continue
            mention = Mention(kind, number, day_of(match.groups()[2:8]), squeeze(match.groups()[-1])[:400])
            known = found.get((kind, number))
            if known is None or len(mention.topic) > len(known.topic):
                found[(kind, number)] = mention
    return tuple(found.values())


def day_of(groups: Sequence[str | None]) -> date | None:
    """The day that the groups of `DATE` hold; None where there is none, or it does not exist."""
    for i in range(0, len(groups) - 2, 3):
        day, month, year = groups[i : i + 3]
        if day and month and year:
            try:
                return date(int(year), int(month.replace(" ", "")), int(day.replace(" ", "")))
            except ValueError:
                return None
    return None
