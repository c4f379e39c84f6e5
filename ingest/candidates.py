"""What tables, label lines and sentences hand to the validator: a duty as the paper states it, field by field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from knowledge.records import CellDoubt, Deadline, Origin, Source

SAYS_NOTHING = re.compile(r"^[\s\-–—…./]*$")
"""A field that is blank, or a dash or dots in the place of words."""


class Whence(StrEnum):
    """Where a field's words come from."""

    PRINTED = "printed"
    """In the cell, label line or sentence itself, or in a cell that the file merges with it."""
    HEADING = "heading"
    """In the heading that the duty stands under."""
    FILLED = "filled"
    """In the row above: the cell was blank."""
    NEARBY = "nearby"
    """In a sentence beside the duty, or the sentence above its table."""


class Role(StrEnum):
    """What the cells of a column hold."""

    NUMBER = "number"
    TITLE = "title"
    ACTIVITY = "activity"
    PRODUCT = "product"
    LEAD = "lead"
    COORDINATING = "coordinating"
    DEADLINE = "deadline"
    START = "start"
    OTHER = "other"


ROLE_NAMES = {
    Role.NUMBER: "số thứ tự", Role.TITLE: "nhiệm vụ", Role.ACTIVITY: "hoạt động", Role.PRODUCT: "sản phẩm",
    Role.LEAD: "chủ trì", Role.COORDINATING: "phối hợp", Role.DEADLINE: "thời hạn", Role.START: "bắt đầu",
}  # fmt: skip
"""How the report calls them."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The words of one field, where they come from and how sure the reader is that they belong to it (0 to 1)."""

    text: str = ""
    whence: Whence = Whence.PRINTED
    confidence: float = 1.0


NOTHING = Stated()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A duty before it is checked.

    Attributes:
        title: what is to be done; `activity` is its further column, where a table has one.
        lead: the offices as printed, not yet split.
        due: the deadline where it was read already (in a sentence); else `deadline` is read.
        doubts: what its maker is not certain of.
    """

    origin: Origin
    title: str
    source: Source
    section: str | None = None
    number: str | None = None
    activity: str | None = None
    product: Stated = NOTHING
    lead: Stated = NOTHING
    coordinating: Stated = NOTHING
    deadline: Stated = NOTHING
    due: Deadline | None = None
    doubts: tuple[CellDoubt, ...] = ()
