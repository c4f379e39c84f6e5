"""The hour that a deadline prints beside its day: "trước 7h30 ngày 15/12", "17 giờ 00 ngày 10/12/2026"."""

from __future__ import annotations

import re
from datetime import time

from knowledge.deadlines.normal import normalise
from knowledge.deadlines.scanner import scan
from knowledge.deadlines.tokens import Kind

_MAYBE = re.compile(r"\d\s*(?:[hg:]|giờ)", re.IGNORECASE)
"""Most phrases have none, and need not be cut into tokens."""
_CLOCK = re.compile(r"(\d{1,2}) ?(?:h|gio|g|:) ?(\d{1,2})?")
_LASTS = re.compile(r" ?(?:lam viec|ke tu|sau|truoc khi)\b")
"""Behind a number of hours that are counted, not told by the clock."""


def hour_of(phrase: str) -> time | None:
    """The one hour of a printed deadline; None where there is none, or where its days have several."""
    if not _MAYBE.search(phrase):
        return None
    normal = normalise(phrase)
    tokens, found = scan(normal), set[time]()
    for place, token in enumerate(tokens):
        counted = place > 0 and tokens[place - 1].kind in (Kind.WITHIN, Kind.AFTER)
        if token.value != "clock" or counted or _LASTS.match(normal.text, token.end):
            continue
        printed = normal.text[token.start : token.end]
        found |= {hour for match in _CLOCK.finditer(printed) if (hour := _read(match, printed)) is not None}
    return found.pop() if len(found) == 1 else None


def _read(match: re.Match[str], printed: str) -> time | None:
    hour, minute = int(match[1]), int(match[2] or 0)
    if hour < 12 and "chieu" in printed:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None
