"""Deadlines: from the printed phrase to kinds, dates and recurrence rules.

    normal     the print in the form the grammar reads, with the way back
    tokens     named patterns: the words of the grammar
    grammar    the grammar itself (its docstring) and its reader: tokens to facts
    meaning    facts to dates: whose year, which days repeat
    spans      periods of the calendar; `rules`: RFC 5545 recurrence rules
    finding    due times inside running sentences; `rows`: inside a table row

What a reading means is fixed by the evaluation set's conventions and, beyond them,
by the docstring of `meaning`. Nothing here raises on any text.
"""

from __future__ import annotations

from knowledge.deadlines.finding import FoundDeadline, find_deadlines
from knowledge.deadlines.reading import parse_deadline
from knowledge.deadlines.rows import deadline_of_row

__all__ = ["FoundDeadline", "deadline_of_row", "find_deadlines", "parse_deadline"]
