"""What all of the views show: occurrences with what their papers say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import date

from bot.tracking.records import Occurrence
from knowledge.progress import DONE, Standing
from knowledge.text import fold

ALL = "Tất cả cơ quan"
NO_AGENCY = "(chưa rõ cơ quan)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One occurrence.

    Attributes:
        plan: how people name the paper: "Kế hoạch 57/KH-UBND (năm 2026)".
        title: what is to be done: the activity where the paper tells it apart from its heading.
        deadline: as printed; empty where the plan no longer has the task.
        product: what must be delivered; empty where the paper names nothing.
        source: where it stands in the paper.
        follows: the unit that follows the plan.
        note: what the owner said with it.
    """

    occurrence: Occurrence
    standing: Standing
    plan: str
    title: str
    deadline: str = ""
    product: str = ""
    source: str = ""
    follows: str = ""
    note: str = ""

    @property
    def agency(self) -> str:
        """Who owes it."""
        return self.occurrence.agency or NO_AGENCY


@dataclass(frozen=True, slots=True)
class Board:
    """Occurrences of an agency, of a plan, or all of them, on a day.

    Attributes:
        title: what it is about: an agency, a plan, "Tất cả kế hoạch".
        entries: by due day.
        by_plan: bars and lists are made for each plan; else for each agency.
        over: of plans whose years are over: in no count.
    """

    title: str
    today: date
    entries: tuple[Entry, ...]
    by_plan: bool = False
    over: tuple[Entry, ...] = ()

    @property
    def over_open(self) -> int:
        """How many of past years are not done."""
        return sum(entry.standing not in DONE for entry in self.over)

    @property
    def waiting(self) -> int:
        """How many are reported and wait for somebody to confirm it."""
        return sum(entry.occurrence.is_waiting for entry in self.entries)

    @property
    def counts(self) -> Counter[Standing]:
        """How many stand where."""
        return count(self.entries)

    @property
    def counted(self) -> int:
        """How many are in one of the four boxes."""
        return counted(self.counts)

    def items(self, standings: Container[Standing], first: date = date.min, last: date = date.max) -> list[Item]:
        """What stands so and is due from `first` through `last`, by day."""
        found: dict[tuple[date, int], list[Entry]] = {}
        for entry in self.entries:
            occurrence = entry.occurrence
            if entry.standing in standings and first <= occurrence.due_on <= last:
                found.setdefault((occurrence.due_on, occurrence.duty), []).append(entry)
        return [Item(day, tuple(entries)) for (day, _), entries in sorted(found.items())]

    def groups(self) -> list[Group]:
        """What the board is made of: plans with most late ones first; agencies by name, for they are not ranked."""
        key: Callable[[Entry], str] = (lambda entry: entry.plan) if self.by_plan else (lambda entry: entry.agency)
        gathered: dict[str, list[Entry]] = {}
        for entry in self.entries:
            gathered.setdefault(key(entry), []).append(entry)
        found = [Group(name, count(entries)) for name, entries in gathered.items()]
        found = [group for group in found if counted(group.counts)]
        return sorted(found, key=urgency if self.by_plan else lambda group: fold(group.name))


@dataclass(frozen=True, slots=True)
class Item:
    """A task due on a day, with all who owe it: one line however many agencies lead it."""

    due_on: date
    entries: tuple[Entry, ...]

    @property
    def standing(self) -> Standing:
        """Of the first."""
        return self.entries[0].standing

    @property
    def title(self) -> str:
        """What is to be done."""
        return self.entries[0].title

    @property
    def plan(self) -> str:
        """The paper."""
        return self.entries[0].plan

    @property
    def who(self) -> str:
        """The agency, or how many."""
        agencies = list(dict.fromkeys(entry.agency for entry in self.entries))
        return agencies[0] if len(agencies) == 1 else f"{len(agencies)} cơ quan"


@dataclass(frozen=True, slots=True)
class Group:
    """An agency or a plan on a board, and how many of its occurrences stand where."""

    name: str
    counts: Counter[Standing]


def urgency(group: Group) -> tuple[object, ...]:
    """Orders groups: most late ones first, then most near ones, then most."""
    counts = group.counts
    return -counts[Standing.LATE], -counts[Standing.NEAR], -counted(counts), group.name


def count(entries: Iterable[Entry]) -> Counter[Standing]:
    """How many stand where."""
    return Counter(entry.standing for entry in entries)


def counted(counts: Counter[Standing]) -> int:
    """How many are in one of the four boxes."""
    return counts.total() - counts[Standing.BEFORE]
