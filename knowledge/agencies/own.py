"""The organisation's own agencies and abbreviations, laid over the directory of the files.

What an administrator keeps of an agency that the files have is added to it: further names, groups, who took it over.
What the files no longer have (a group, a successor) is left out, so that another file never stops the service.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from knowledge.agencies.directory import Directory
from knowledge.agencies.entries import Contents, Entry, Level, Successor, reaches_itself
from knowledge.agencies.names import Spelling, key, spellings
from knowledge.agencies.resolve import expansions_of
from knowledge.errors import NamingError
from knowledge.syllables import is_folded_syllable
from knowledge.text import Folded, cut, fold, nfc, squeeze

LEVELS = {
    Level.PROVINCE: "tỉnh",
    Level.CENTRAL: "trung ương",
    Level.DISTRICT: "huyện (trước 01/7/2025)",
    Level.COMMUNE: "xã, phường",
    Level.PARTY: "cơ quan Đảng",
    Level.UNION: "đoàn thể",
    Level.OTHER: "khác",
}
"""Levels in words."""
LONGEST_NAME = 200
"""Characters; the longest real ones have about 120."""
_MOST_NAMES = 30
_CERTAIN = 60
"""Characters of a name that an error quotes."""


@dataclass(frozen=True, slots=True)
class OwnAgency:
    """What an administrator keeps of an agency.

    Attributes:
        name: in full; that of an agency of the files where something is added to it.
        level: counts only for an agency that the files do not have.
        short: other names and initials.
        groups: names of groups that it belongs to.
        successor: who took its duties over, from `successor_from` on; both or neither.
    """

    name: str
    level: Level = Level.PROVINCE
    short: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    successor: str = ""
    successor_from: date | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """What an organisation lays over the directory of the files.

    Attributes:
        words: abbreviations, folded, and the words that they stand for.
        edition: counts the changes of it; 0 where nothing was ever kept.
    """

    agencies: tuple[OwnAgency, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    edition: int = 0

    def to_json(self) -> dict[str, Any]:
        """For another process."""
        agencies = [agency_to_json(each) for each in self.agencies]
        return {"agencies": agencies, "words": dict(self.words), "edition": self.edition}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Own:
        """And back."""
        return cls(tuple(map(agency_from_json, told["agencies"])), told["words"], told["edition"])


def own_directory(base: Contents, own: Own) -> Directory:
    """The directory of the files with the organisation's own over it."""
    return Directory(laid_over(base, own.agencies, own.words), own.edition)


def agency_to_json(agency: OwnAgency) -> dict[str, Any]:
    """An agency for a column."""
    day = agency.successor_from
    return {
        "name": agency.name,
        "level": agency.level.value,
        "short": list(agency.short),
        "groups": list(agency.groups),
        "successor": agency.successor,
        "successor_from": day.isoformat() if day is not None else None,
    }


def agency_from_json(kept: Mapping[str, Any]) -> OwnAgency:
    """And back."""
    day = kept["successor_from"]
    return OwnAgency(
        kept["name"],
        Level(kept["level"]),
        tuple(kept["short"]),
        tuple(kept["groups"]),
        kept["successor"],
        date.fromisoformat(day) if day else None,
    )


def tidied(agency: OwnAgency) -> OwnAgency:
    """With its names as they are kept: single spaces, NFC, each once."""

    def all_of(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each for name in names if (each := squeeze(nfc(name)))))

    name = squeeze(nfc(agency.name))
    short = tuple(each for each in all_of(agency.short) if each != name)
    return replace(
        agency, name=name, short=short, groups=all_of(agency.groups), successor=squeeze(nfc(agency.successor))
    )


def laid_over(base: Contents, agencies: Iterable[OwnAgency], words: Mapping[str, str]) -> Contents:
    """The directory of the files with the organisation's own agencies and abbreviations over it."""
    own, entries = list(agencies), dict(base.entries)
    for each in own:
        short = tuple(name for name in each.short if not _is_initials(name))
        initials = tuple(name for name in each.short if _is_initials(name))
        known = entries.get(each.name) or Entry(each.name, each.level)
        entries[each.name] = replace(
            known,
            short=tuple(dict.fromkeys((*known.short, *short))),
            initials=tuple(dict.fromkeys((*known.initials, *initials))),
        )
    for each in own:
        for name in each.groups:
            group = entries.get(name)
            if group is not None and group.members and each.name not in group.members:
                _put(entries, replace(group, members=(*group.members, each.name)))
        if each.successor in entries and each.successor_from is not None:
            heir = Successor(each.successor, each.successor_from)
            _put(entries, replace(entries[each.name], replaced_by=(heir,), ended=None))
    return replace(base, entries=entries, words={**base.words, **words})


def check_agency(base: Contents, others: Sequence[OwnAgency], words: Mapping[str, str], agency: OwnAgency) -> None:
    """Whether the agency can be laid over the directory beside the others.

    Raises:
        NamingError: it cannot; the sentence says what is wrong.
    """
    _check_form(agency)
    there = laid_over(base, others, words)
    expansions = expansions_of(there.words)
    known = there.entries.get(agency.name)
    if known is not None and known.is_group:
        raise NamingError(f"“{agency.name}” là tên một nhóm cơ quan, không phải một cơ quan.")
    taken = {words_: each for words_, each in _spellings(there, expansions).items() if each.target != agency.name}
    for name in (agency.name, *agency.short):
        told = key(name, expansions)
        if not told:
            raise NamingError(f"“{cut(name, _CERTAIN)}” không có chữ nào.")
        other = taken.get(told)
        if other is not None:
            raise NamingError(f"“{cut(name, _CERTAIN)}” đang là tên gọi của {other.target}.")
    for name in agency.groups:
        group = there.entries.get(name)
        if group is None or not group.is_group:
            raise NamingError(f"Danh bạ không có nhóm “{cut(name, _CERTAIN)}”.")
        if not group.members:
            raise NamingError(f"Nhóm “{name}” gồm các cơ quan cùng loại, không kê từng cơ quan; hãy chọn nhóm khác.")
    alone = replace(agency, successor="", successor_from=None)
    _check_successor(laid_over(base, [*others, alone], words), agency)


def check_not_needed(others: Sequence[OwnAgency], name: str) -> None:
    """Whether an own agency can be taken out.

    Raises:
        NamingError: another one's duties have gone to it.
    """
    for each in others:
        if each.successor == name:
            raise NamingError(
                f"{name} đang là cơ quan tiếp nhận nhiệm vụ của {each.name}; hãy sửa {each.name} trước."
            )


def _check_form(agency: OwnAgency) -> None:
    if not agency.name:
        raise NamingError("Chưa có tên cơ quan.")
    if len(agency.short) > _MOST_NAMES:
        raise NamingError(f"Một cơ quan có nhiều nhất {_MOST_NAMES} tên gọi khác.")
    for name in (agency.name, *agency.short):
        if len(name) > LONGEST_NAME:
            raise NamingError(f"Tên “{cut(name, _CERTAIN)}” quá dài (nhiều nhất {LONGEST_NAME} chữ).")
    for name in (agency.name, *(each for each in agency.short if not _is_initials(each))):
        if " " not in name and is_folded_syllable(fold(name)):
            raise NamingError(
                f"“{name}” trùng một tiếng thông thường nên không dùng làm tên gọi được; "
                "nếu là chữ viết tắt, hãy viết hoa cả chữ."
            )


def _check_successor(there: Contents, agency: OwnAgency) -> None:
    if not agency.successor and agency.successor_from is None:
        return
    if not agency.successor or agency.successor_from is None:
        raise NamingError("Cần cả tên cơ quan tiếp nhận và ngày tiếp nhận.")
    heir = there.entries.get(agency.successor)
    if heir is None or heir.is_group:
        raise NamingError(f"Danh bạ không có cơ quan tiếp nhận “{cut(agency.successor, _CERTAIN)}”; hãy thêm trước.")
    entries = {**there.entries}
    entries[agency.name] = replace(entries[agency.name], replaced_by=(Successor(heir.name, agency.successor_from),))
    if reaches_itself(entries, agency.name):
        raise NamingError(f"{heir.name} lại đã nhập vào {agency.name}: hai bên không thể tiếp nhận lẫn nhau.")


def _put(entries: dict[str, Entry], entry: Entry) -> None:
    """Puts the entry there, unless it would then lead back to itself."""
    before = entries[entry.name]
    entries[entry.name] = entry
    if reaches_itself(entries, entry.name):
        entries[entry.name] = before


def _is_initials(name: str) -> bool:
    """Whether a name is initials, which count in capitals only where they read as a word ("CAT")."""
    return " " not in name and name.isupper()


def _spellings(
    contents: Contents, expansions: Mapping[str, tuple[Folded, ...]]
) -> dict[tuple[Folded, ...], Spelling]:
    """Who has each spelling, listed ones before made ones."""
    found: dict[tuple[Folded, ...], Spelling] = {}
    for entry in contents.entries.values():
        for each in spellings(entry, expansions):
            if (
                each.words
                and not each.local
                and (each.words not in found or (found[each.words].made and not each.made))
            ):
                found[each.words] = each
    return found
