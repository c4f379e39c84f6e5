"""The deadline of a table row, whose days may stand in another cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.deadlines import rules
from knowledge.deadlines.finding import find_meanings
from knowledge.deadlines.frame import Frame, Meaning
from knowledge.deadlines.normal import normalise
from knowledge.deadlines.reading import read_phrase
from knowledge.records import Deadline, DeadlineKind
from knowledge.text import nfc, squeeze


def deadline_of_row(
    deadline_cell: str, other_cells: Sequence[str], *, plan_year: int | None, issued: date | None
) -> Deadline:
    """The deadline cell's meaning, with the exact days another cell of the row fixes.

    "Hàng năm, từ năm 2026" beside "Định kỳ vào ngày 10 tháng 6 và ngày 10 tháng 12 hàng
    năm, ... báo cáo" is due on those days from 2026 on. Phrase, kinds and start stay
    the deadline cell's, except that an empty cell takes all of the other's. A day that
    lies outside the period of the deadline cell belongs to something else and is left.
    What recurs has no day before the paper's issue.
    """
    frame = Frame(plan_year, issued, known_from=issued)
    phrase = squeeze(nfc(deadline_cell))
    own = read_phrase(deadline_cell, frame)
    if own.exact:
        return own.deadline(phrase)
    for cell in other_cells:
        for _, _, found in find_meanings(normalise(cell), frame):
            if found.exact and (fixed := _fixed(own, found, phrase)):
                return fixed
    return own.deadline(phrase)


def _fixed(own: Meaning, found: Meaning, phrase: str) -> Deadline | None:
    """`own` with the days of `found`; null when they do not go together."""
    stated = own.deadline(phrase)
    if not phrase:
        return found.deadline(phrase)
    if DeadlineKind.RECURRING in own.kinds and found.bodies and own.begin:
        fixed = [rules.rule_from(body, own.begin, own.until) for body in found.bodies]
        return replace(stated, rules=tuple(rule for rule in fixed if rule))
    if own.kinds and DeadlineKind.ONE_OFF in own.kinds and own.spans:
        days = found.deadline(phrase).due_dates(max(last for _, last in own.spans))
        inside = tuple(day for day in days if any(first <= day <= last for first, last in own.spans))
        return replace(stated, dates=inside) if inside else None
    return None
