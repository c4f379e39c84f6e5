"""The tokens of the deadline grammar: what `scanner` cuts a text into."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from knowledge.deadlines.spans import Part, Pick, Span, Unit


class Kind(Enum):
    """What a token is to the grammar."""

    __hash__ = object.__hash__
    """Each token is looked for in a handful of sets; the enumeration's own hash is computed in Python."""

    SPAN = auto()
    DAY_NUMBER = auto()
    """ "ngày 20": a day whose month stands elsewhere; the value is the number."""
    UNIT = auto()
    """A bare "năm", "quý", "tháng"."""
    COUNT = auto()
    """ "10 ngày", "6 tháng"; the value is a `Count`."""
    EVERY = auto()
    WEEKDAY = auto()
    PERIODIC = auto()
    """ "định kỳ"."""
    PART = auto()
    PICK = auto()
    """ "ngày làm việc cuối cùng", "thứ Sáu tuần đầu" of a period; the value is a `Pick`."""
    ROUND = auto()
    """ "đợt 1", "lần 2": a number that is no day, before or after the time of that round."""
    CHANGED = auto()
    """ "gia hạn đến": the time behind it replaces the one before; the value is a `Change`."""
    OLD = auto()
    """ "thay cho ngày": the time behind it is no longer in force."""
    DATA = auto()
    """ "số liệu tính từ": the time behind it is the one that a report covers."""
    VAGUE = auto()
    """A time that no calendar has: "hằng kỳ", "rằm", "mùa mưa"."""
    WEEK = auto()
    """ "tuần 2" before a month; the value is the number, 5 for the last."""
    BEFORE = auto()
    BY = auto()
    WITHIN = auto()
    TO = auto()
    FROM = auto()
    AFTER = auto()
    ONWARD = auto()
    DONE = auto()
    """ "hoàn thành", which belongs to the phrase in running text."""
    SINCE_ISSUE = auto()
    SINCE_EVENT = auto()
    STANDING = auto()
    CONDITION = auto()
    RULED = auto()
    """ "theo quy định": a condition only where nothing else is said."""
    REQUEST = auto()
    """A condition that is complete in itself: "khi có yêu cầu"."""
    LATER = auto()
    """ "các năm tiếp theo"."""
    COMMA = auto()
    STOP = auto()
    AND = auto()
    DASH = auto()
    FILLER = auto()
    CITE = auto()
    WORD = auto()
    BAD = auto()
    """A date that no calendar has."""


class Change(Enum):
    """How a deadline is changed."""

    TO = auto()
    """ "gia hạn đến"."""
    FROM = auto()
    """ "lùi từ ... sang"."""
    BY = auto()
    """ "gia hạn thêm"."""
    MAYBE = auto()
    """ "có thể gia hạn": nothing is changed yet."""


@dataclass(frozen=True, slots=True)
class Every:
    """A recurrence: its unit, and its rule where the words fix the day.

    Attributes:
        unit: size of the period; null where nobody can tell (bare "định kỳ").
        body: RFC 5545 rule of the stated day; null for the period's end.
        months: last months of the periods, where fewer than all ("6 tháng", "9 tháng").
        rare: on days that nobody can tell, unless they stand beside it ("2 lần/tháng", "đầu mỗi quý").
        interval: every how many units ("2 năm/lần"); over 1 a beginning must say in which.
    """

    unit: Unit | None
    body: str | None = None
    months: tuple[int, ...] = ()
    rare: bool = False
    interval: int = 1


@dataclass(frozen=True, slots=True)
class Count:
    """A number of days, weeks, months or years."""

    number: int
    unit: str
    """ "ngay lam viec", "ngay", "tuan", "thang" or "nam"."""


Value = Span | Every | Count | Part | Pick | Change | Unit | int | str | None


class Token(NamedTuple):
    """A piece of the normalised text, `start` to `end`."""

    kind: Kind
    start: int
    end: int
    value: Value = None
    number: bool = False
    """Whether a word has a digit in it."""


Found = tuple[Kind, Value]
