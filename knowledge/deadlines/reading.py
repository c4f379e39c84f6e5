"""One phrase, read from print to deadline."""

from __future__ import annotations

import re
from datetime import date

from knowledge.deadlines.coverage import Reading, merged
from knowledge.deadlines.frame import Frame, Meaning
from knowledge.deadlines.grammar import read_facts
from knowledge.deadlines.meaning import interpret
from knowledge.deadlines.normal import NormalText, normalise
from knowledge.deadlines.scanner import scan
from knowledge.records import Deadline
from knowledge.text import nfc, squeeze
from knowledge.workdays import WorkCalendar

# "30.6" may be a day and may be none.
_NUMBERS_ONLY = re.compile(r"[^a-z]*[0-9][^a-z]*")


def read_phrase(phrase: str, frame: Frame) -> Meaning:
    """What `phrase` means for a plan of `frame`."""
    normal = normalise(phrase)
    reading = read_facts(scan(normal))
    return with_unread(interpret(reading.facts, frame), reading, normal)


def with_unread(meaning: Meaning, reading: Reading, normal: NormalText) -> Meaning:
    """`meaning` with the printed words of `reading` that it does not understand."""
    places = merged([*reading.loose, *meaning.doubtful], normal.text)
    if not reading.facts and not places and _NUMBERS_ONLY.fullmatch(normal.text):
        places = [(0, len(normal.text))]
    meaning.unread = tuple(squeeze(nfc(normal.cut(*place))) for place in places)
    return meaning


def parse_deadline(
    phrase: str, *, plan_year: int | None, issued: date | None, holidays: WorkCalendar | None = None
) -> Deadline:
    """The deadline that a printed phrase states.

    Args:
        phrase: a table cell or what follows "Thời gian thực hiện:".
        plan_year: the year the plan is for: that of every period without one.
        issued: the plan's date, from which "kể từ ngày ban hành" counts.
        holidays: for "ngày làm việc"; the public holidays alone when null.

    A phrase by itself recurs from the first day of the plan's year, as the evaluation set
    counts; of a paper that is read, `deadline_of_row` and `find_deadlines` leave out what
    lies before its issue.

    Returns:
        Kinds, start, one-off dates and rules; `unspecified` or `conditional` without
        a date where the phrase does not say, or says what no calendar has. `unread` holds
        what says something of the time and was not understood: its dates are doubtful.
    """
    return read_phrase(phrase, Frame(plan_year, issued, holidays)).deadline(squeeze(nfc(phrase)))
