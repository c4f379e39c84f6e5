"""What every reply reads from: one snapshot of the live papers, the search over it, and who is meant by an office."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.library import Library, LivePlan, LiveTask
from knowledge.qa.query.question import Agencies, receives
from knowledge.qa.search.finder import Finder, Found
from knowledge.text import fold, squeeze

_ASIDE = re.compile(r"\([^()]*\)")


class AgencyMatcher:
    """Which directory names stand in a printed office; printed strings repeat, so they are kept."""

    def __init__(self, directory: Agencies) -> None:
        self.directory = directory
        self._names: dict[str, frozenset[str]] = {}
        self._members: dict[tuple[str, date], frozenset[str]] = {}

    def names(self, printed: str) -> frozenset[str]:
        """`printed` itself and the directory names in it, folded."""
        known = self._names.get(printed)
        if known is None:
            known = frozenset({fold(printed), *(fold(found.name) for found in self.directory.find(printed))})
            self._names[printed] = known
        return known

    def names_any(self, printed: Iterable[str], agencies: Sequence[str]) -> bool:
        """True when one of the printed offices is or holds one of `agencies`."""
        wanted = {fold(agency) for agency in agencies}
        return any(not wanted.isdisjoint(self.names(office)) for office in printed)

    def includes_any(self, printed: Iterable[str], agencies: Sequence[str], on: date) -> bool:
        """True when one of the printed offices is a group ("các sở, ban, ngành") with one of `agencies` in it."""
        wanted = {fold(agency) for agency in agencies}
        return any(not wanted.isdisjoint(self._members_of(office, on)) for office in printed)

    def _members_of(self, printed: str, on: date) -> frozenset[str]:
        known = self._members.get((printed, on))
        if known is None:
            resolved = self.directory.resolve(printed)
            names = resolved.names if resolved else ()
            members = (fold(member) for name in names for member in self.directory.members(name, on))
            known = self._members[printed, on] = frozenset(members)
        return known

    def is_group(self, printed: str) -> bool:
        """Whether a printed office stands for several agencies ("các sở, ban, ngành")."""
        resolved = self.directory.resolve(printed)
        return resolved.group is not None if resolved is not None else fold(printed).startswith("cac ")

    def name(self, printed: str) -> str:
        """The directory's name of a printed office; as printed where it has none or several."""
        resolved = self.directory.resolve(printed)
        return resolved.names[0] if resolved is not None and len(resolved.names) == 1 else squeeze(printed)

    def fate(self, agencies: Sequence[str], on: date) -> str:
        """What became of the first of `agencies` that is no more on that day; empty when all exist."""
        for name in agencies:
            if self.directory.is_dissolved(name, on):
                heirs = self.directory.successors(name, on)
                if heirs:
                    return f"{name} không còn hoạt động, nhiệm vụ nay thuộc {', '.join(heirs)}"
                return f"{name} không còn hoạt động"
        return ""

    def leads(self, task: LiveTask, agencies: Sequence[str]) -> bool:
        """One of `agencies` is named among the leading offices."""
        return self.names_any(task.task.lead, agencies)

    def helps(self, task: LiveTask, agencies: Sequence[str]) -> bool:
        """One of `agencies` is named among the coordinating offices."""
        return self.names_any(task.task.coordinating, agencies)

    def recipients(self, task: LiveTask) -> tuple[str, ...]:
        """To whom the task's own row or clause says that something goes."""
        row = task.task
        told = ". ".join(filter(None, (row.title, row.activity, row.product, row.source.quote)))
        told = squeeze(_ASIDE.sub(" ", told))
        found = (each.name for each in self.directory.find(told) if receives(each, told))
        return tuple(dict.fromkeys(found))

    def heads(self, item: Found, agencies: Sequence[str]) -> bool:
        """The row is led by, or the clause stands under, one of `agencies`."""
        if item.task is not None:
            return self.leads(item.task, agencies)
        agency = item.passage.passage.agency
        return agency is not None and self.names_any([agency], agencies)


@dataclass(frozen=True, slots=True)
class Reading:
    """One snapshot of the live papers, for all reads of one answer."""

    finder: Finder
    matcher: AgencyMatcher
    plans: Sequence[LivePlan]
    as_of: date
    own: tuple[str, ...] = ()
    """The asker's agencies."""

    @property
    def library(self) -> Library:
        """The snapshot."""
        return self.finder.library
