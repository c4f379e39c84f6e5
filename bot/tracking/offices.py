"""From offices as a paper prints them to the agencies of today that owe the work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from knowledge.agencies import Directory
from knowledge.text import fold


class Offices:
    """Printed offices opened to agencies that exist on one day; printed strings repeat, so they are kept.

    A group is opened to its members; one whose members the directory does not list ("UBND cấp xã") to
    those agencies of registered people that belong to it; one of them printed by name ("UBND xã Tân Hưng")
    is that one alone. A dissolved agency becomes its successor.
    Nothing is dropped: an office that leads to nobody stays under its own name, for administrators to see.

    Args:
        registered: agencies of the people who are let in.
    """

    def __init__(self, directory: Directory, registered: Collection[str], on: date) -> None:
        self._directory = directory
        self._on = on
        self._known: dict[str, tuple[str, ...]] = {}
        self._by_name = {fold(name): name for name in sorted(registered)}
        self._by_words: dict[tuple[str, ...], str] = {}
        self._by_group: dict[str, list[str]] = {}
        for name in sorted(registered):
            for words in (directory.particular(name), directory.words(name)):
                self._by_words.setdefault(words, name)
            found = directory.resolve(name)
            if found is not None and found.group is not None:
                self._by_group.setdefault(found.group, []).append(name)

    @property
    def edition(self) -> int:
        """Of the directory: another one where names have changed."""
        return self._directory.edition

    def open_all(self, printed: Sequence[str]) -> tuple[str, ...]:
        """The agencies of several printed offices, in their order, each once."""
        return tuple(dict.fromkeys(name for office in printed for name in self.open(office)))

    def open(self, printed: str) -> tuple[str, ...]:
        """The agencies that a printed office means today; itself where the directory does not know it."""
        known = self._known.get(printed)
        if known is None:
            known = self._known[printed] = tuple(dict.fromkeys(self._open(printed)))
        return known

    def today(self, agency: str) -> tuple[str, ...]:
        """An agency, or its successors where it is no more; itself where there are none."""
        return self._directory.successors(agency, self._on) or (agency,)

    def _open(self, printed: str) -> list[str]:
        named = self._by_name.get(fold(printed))
        if named is not None:
            return [*self.today(named)]
        particular = self._directory.particular(printed)
        if particular:
            return [self._by_words.get(particular, printed)]
        found = self._directory.resolve(printed)
        names = found.names if found else self._mentioned(printed)
        return [agency for name in names for agency in self._members(name)] or [printed]

    def _mentioned(self, printed: str) -> tuple[str, ...]:
        """Single agencies in words that are no name as a whole; a group among them says too little."""
        entries = (self._directory.entry(each.name) for each in self._directory.find(printed))
        return tuple(entry.name for entry in entries if entry is not None and not entry.is_group)

    def _members(self, name: str) -> list[str]:
        entry = self._directory.entry(name)
        if entry is None or not entry.is_group:
            heirs = self.today(name)
            return [agency for heir in heirs for agency in (self._members(heir) if heir != name else [heir])]
        listed = self._directory.members(name, self._on)
        opened = [agency for member in listed if member != name for agency in self._members(member)]
        if not opened:
            for heir in self.today(name):
                opened += self._members(heir) if heir != name else self._by_group.get(name, [])
        return opened or [name]
