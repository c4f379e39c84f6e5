"""What reading a plan needs from outside the paper: its year and date, and the agencies.

Passed to every step that makes tasks, so none of them looks anything up by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from knowledge.agencies import Directory, heading_agency, split_agencies
from knowledge.deadlines import FoundDeadline, deadline_of_row, find_deadlines, parse_deadline
from knowledge.records import Deadline, DeadlineKind
from knowledge.text import fold

_EVERYBODY = re.compile(
    r"(?:(?:cac|moi|tung|toan the|tat ca)\b[\s,]*(?:(?:cap|nganh|co quan|don vi|dia phuong|to chuc|ca nhan|"
    r"doan the|va)\b[\s,]*)+(?:(?:co )?lien quan|tren dia ban.*|(?:trong|cua) tinh)?)+$"
)


@dataclass(frozen=True, slots=True)
class Assigned:
    """The offices that what stands below is given to, and whom they are to work with, as printed."""

    offices: str
    helpers: str = ""
    known: bool = True
    """Whether the directory knows them; a heading may also only look like a body's name."""


@dataclass(frozen=True)
class Context:
    """The directory, and the year and date that deadlines of this paper count from."""

    directory: Directory
    plan_year: int | None
    issued: date | None
    assigned: dict[int, Assigned | None] = field(default_factory=dict, repr=False, compare=False)
    """What each heading gives what stands below it to, by `id` of its node; found once."""
    _headings: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)
    _splits: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def deadline(self, phrase: str, others: Sequence[str] = ()) -> Deadline:
        """The deadline of a cell, with the other cells of its row where they fix the days."""
        return deadline_of_row(phrase, others, plan_year=self.plan_year, issued=self.issued)

    def find_deadlines(self, text: str) -> list[FoundDeadline]:
        """Time phrases in running text that say when a duty is due."""
        return find_deadlines(text, plan_year=self.plan_year, issued=self.issued)

    def is_deadline(self, text: str) -> bool:
        """Whether `text` is a whole deadline by itself."""
        parsed = parse_deadline(text, plan_year=self.plan_year or 2000, issued=self.issued)
        return DeadlineKind.UNSPECIFIED not in parsed.kinds

    def is_agency(self, text: str) -> bool:
        """Whether every part of `text` names agencies that the directory knows."""
        parts = self.split(text)
        return bool(parts) and all(self.directory.resolve(part) is not None for part in parts)

    def is_everybody(self, text: str) -> bool:
        """Whether `text` means all offices there are ("các cấp, các ngành", "các đơn vị"), no kind in particular."""
        return _EVERYBODY.match(fold(text)) is not None

    def split(self, text: str) -> tuple[str, ...]:
        """The offices of a printed list, as printed."""
        if text not in self._splits:
            self._splits[text] = split_agencies(text, self.directory)
        return self._splits[text]

    def resolve(self, offices: Sequence[str]) -> tuple[str, ...]:
        """Directory names of printed offices, in order, without repeats; unknown ones left out."""
        return self.directory.names_of(offices)

    def heading_agency(self, heading: str) -> str | None:
        """The agency that an outline heading names, as printed."""
        if heading not in self._headings:
            self._headings[heading] = heading_agency(heading, self.directory)
        return self._headings[heading]
