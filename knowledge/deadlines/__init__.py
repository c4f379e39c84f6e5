"""Deadlines: from the printed phrase to kinds, dates and recurrence rules.

    normal      the print in the form the grammar reads, with the way back; `spelt`: numbers in words
    tokens      the kinds of words; `numbers`, `dates`, `customs`, `repeats`, `changes`, `words`: their
                named patterns
    scanner     cuts a text into tokens
    grammar     the grammar (its docstring) and its reader, tokens to `facts`; `cursor` and
                `recurrences` hold its lower half; `coverage`: what no fact took up
    meaning     facts to dates, with `validity` (which times count), `locating` (whose month), `lists`
                (whose year) and `counting`
    spans       periods of the calendar; `lunar`: lunar days; `rules`: RFC 5545 recurrence rules
    finding     due times inside running sentences; `rows`: inside a table row
    hours       the hour that a phrase prints beside its day

What a reading means is fixed by the evaluation set's conventions and, beyond them,
by the docstring of `meaning`. Whatever says something of the time and was not understood
stands in `Deadline.unread`. Nothing here raises on any text.
"""

from __future__ import annotations

from knowledge.deadlines.finding import FoundDeadline, find_deadlines
from knowledge.deadlines.hours import hour_of
from knowledge.deadlines.reading import parse_deadline
from knowledge.deadlines.rows import deadline_of_row

__all__ = ["FoundDeadline", "deadline_of_row", "find_deadlines", "hour_of", "parse_deadline"]
