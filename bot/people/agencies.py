"""Which agency of the directory a person means, and which ones to offer while they type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.agencies import Directory
from knowledge.text import Folded, fold, syllables


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a person works.

    Attributes:
        name: of the agency that exists now, where the directory knows it; else as printed.
        known: the directory knows it as one agency.
        merged: the directory's name of the agency that `name` has taken over, where that was printed.
    """

    name: str
    known: bool
    merged: str | None = None


def place_agency(directory: Directory, printed: str, on: date) -> Placed:
    """The agency that `printed` means on that day; one that was merged is its successor's.

    A group ("UBND cấp xã") says too little of where somebody works: the printed name is kept.
    """
    found = directory.resolve(printed)
    if found is None or found.group is not None or len(found.names) != 1:
        return Placed(printed, False)
    named = found.names[0]
    heirs = directory.successors(named, on)
    if len(heirs) != 1 or heirs[0] == named:
        return Placed(named, True)
    return Placed(heirs[0], True, named)


def find_agencies(directory: Directory, typed: str, on: date) -> list[str]:
    """Agencies that exist on that day and fit what was typed, best first.

    First the one that the text is ("snv"), then those that begin with its words, then those that
    hold every one of them, the last perhaps only begun ("noi v"). All of them where nothing is typed.
    """
    names = [e.name for e in directory.entries if not e.is_group and not directory.is_dissolved(e.name, on)]
    words = syllables(typed)
    exact = place_agency(directory, typed, on)
    ranked = []
    for place, name in enumerate(names):
        if exact.known and name == exact.name:
            ranked.append((0, place, name))
        elif fold(name).startswith(" ".join(words)):
            ranked.append((1, place, name))
        elif _holds(syllables(name), words):
            ranked.append((2, place, name))
    return [name for _, _, name in sorted(ranked)]


def _holds(name: Sequence[Folded], words: Sequence[Folded]) -> bool:
    *whole, begun = words
    return set(whole) <= set(name) and any(word.startswith(begun) for word in name)
