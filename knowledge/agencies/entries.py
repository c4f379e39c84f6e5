"""The directory file: what an entry holds, reading it, and naming the bad entry when it is wrong.

Knows nothing of matching (see `resolve`) nor of time (see `directory`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

import yaml

from knowledge.errors import DirectoryError
from knowledge.text import nfc, squeeze
from knowledge.yaml_text import parse_yaml

_ENTRY_KEYS = {"name", "level", "short", "alone", "local", "initials", "since", "ended", "replaced_by"}
_FILE_KEYS = {"words", "localities", "cities", "agencies", "groups", "remove"}


class Level(StrEnum):
    """Where an agency stands in the State, the Party or the mass organisations."""

    CENTRAL = "trung_uong"
    PROVINCE = "tinh"
    DISTRICT = "huyen"
    COMMUNE = "xa"
    PARTY = "dang"
    UNION = "doan_the"
    OTHER = "khac"


@dataclass(frozen=True, slots=True)
class Successor:
    """Who took an agency's duties over, and from which day."""

    name: str
    since: date


@dataclass(frozen=True, slots=True)
class Entry:
    """One agency or one group of agencies.

    Attributes:
        name: the full name; unique in a directory.
        short: other names, recognised anywhere in a text.
        alone: names recognised only where they are the whole text ("cấp xã").
        local: names recognised only before a locality ("Báo" before "Phú Giang").
        initials: abbreviations; those of "Sở ..." and "Bộ ..." are made without being listed.
        members: names of agencies or groups; None for an agency.
        since: first day of existence, None when it has always been there.
        ended: first day on which it no longer exists.
    """

    name: str
    level: Level
    short: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()
    members: tuple[str, ...] | None = None
    since: date | None = None
    ended: date | None = None
    replaced_by: tuple[Successor, ...] = ()

    @property
    def is_group(self) -> bool:
        """Whether the name stands for several agencies."""
        return self.members is not None

    @property
    def last_day(self) -> date | None:
        """First day without this agency: `ended`, or the first successor's day."""
        if self.ended is not None:
            return self.ended
        return min((s.since for s in self.replaced_by), default=None)


@dataclass(frozen=True, slots=True)
class Contents:
    """A directory file, or several laid over one another.

    Attributes:
        words: abbreviations of words and what they stand for ("ubnd": "Ủy ban nhân dân").
        localities: names of provinces, which may follow an agency's name.
        cities: those of them that are cities run by the centre.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    localities: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()


def read_contents(path: Path, base: Contents | None = None) -> Contents:
    """The directory at `path`, laid over `base`: an entry of the same name replaces the base's.

    Raises:
        DirectoryError: unreadable, not YAML, or an entry is wrong; the sentence names it.
    """
    reader = _Reader(path.name)
    raw = reader.mapping(_parse(path), "Danh bạ")
    reader.only_keys(raw, _FILE_KEYS, "phần đầu")
    base = base or Contents()
    removed = set(reader.texts(raw.get("remove"), "remove", "danh bạ"))
    entries = {name: entry for name, entry in base.entries.items() if name not in removed}
    fresh: set[str] = set()
    for key in ("agencies", "groups"):
        for item in reader.items(raw.get(key), key):
            entry = reader.entry(item, group=key == "groups")
            if entry.name in fresh:
                reader.fail(f"mục «{entry.name}» được khai hai lần")
            fresh.add(entry.name)
            entries[entry.name] = entry
    words = {str(k): str(v) for k, v in reader.mapping(raw.get("words") or {}, "words").items()}
    merged = Contents(
        entries,
        {**base.words, **words},
        base.localities + reader.texts(raw.get("localities"), "localities", "danh bạ"),
        base.cities + reader.texts(raw.get("cities"), "cities", "danh bạ"),
    )
    _check_references(merged, reader.fail)
    return merged


def _parse(path: Path) -> object:
    try:
        # S506: the loader is one of the two safe ones.
        return parse_yaml(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DirectoryError(f"Không đọc được danh bạ cơ quan {path.name}.", str(error)) from error
    except UnicodeDecodeError as error:
        raise DirectoryError(f"Danh bạ cơ quan {path.name} phải lưu ở bảng mã UTF-8.", str(error)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" ở dòng {mark.line + 1}" if mark is not None else ""
        raise DirectoryError(f"Danh bạ cơ quan {path.name} sai cú pháp YAML{where}.", str(error)) from error


def _check_references(contents: Contents, fail: Callable[[str], NoReturn]) -> None:
    """Every successor and member exists, and no chain of successors or members returns to itself."""
    for entry in contents.entries.values():
        for kind, names in (("replaced_by", [s.name for s in entry.replaced_by]), ("members", entry.members)):
            for name in names or ():
                if name not in contents.entries:
                    fail(f"mục «{entry.name}», phần {kind}: không có cơ quan «{name}» trong danh bạ")
    for name in contents.entries:
        if reaches_itself(contents.entries, name):
            fail(f"mục «{name}» quay vòng về chính nó qua replaced_by hoặc members")


def reaches_itself(entries: Mapping[str, Entry], name: str) -> bool:
    """Whether the entry's successors or members lead back to it."""
    seen: set[str] = set()
    todo = [name]
    while todo:
        entry = entries[todo.pop()]
        for following in (*(s.name for s in entry.replaced_by), *(entry.members or ())):
            if following == name:
                return True
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return False


class _Reader:
    """Turns what YAML gave into values; every complaint names the file and the entry."""

    def __init__(self, file: str) -> None:
        self._file = file

    def fail(self, what: str) -> NoReturn:
        raise DirectoryError(f"Danh bạ cơ quan {self._file}: {what}.")

    def mapping(self, raw: object, where: str) -> Mapping[str, Any]:
        if not isinstance(raw, dict):
            self.fail(f"«{where}» phải là các dòng dạng khóa: giá trị")
        return raw

    def items(self, raw: object, where: str) -> list[object]:
        if raw is None:
            return []
        if not isinstance(raw, list):
            self.fail(f"phần {where} phải là một danh sách, mỗi mục mở đầu bằng dấu gạch ngang")
        return raw

    def texts(self, raw: object, key: str, owner: str) -> tuple[str, ...]:
        found = self.items(raw, f"{key} của {owner}")
        for text in found:
            if not isinstance(text, str) or not text.strip():
                self.fail(f"mục «{owner}», phần {key}: «{text}» phải là chữ")
        return tuple(squeeze(nfc(str(text))) for text in found)

    def only_keys(self, raw: Mapping[str, Any], allowed: set[str], owner: str) -> None:
        for key in raw:
            if key not in allowed:
                self.fail(f"mục «{owner}» có phần lạ «{key}» (chỉ dùng: {', '.join(sorted(allowed))})")

    def entry(self, raw: object, *, group: bool) -> Entry:
        item = self.mapping(raw, str(raw))
        name = item.get("name")
        if not isinstance(name, str) or not name.strip():
            self.fail(f"một mục thiếu name: {dict(item)}")
        owner = squeeze(nfc(str(name)))
        self.only_keys(item, _ENTRY_KEYS | ({"members"} if group else set()), owner)
        level = item.get("level")
        if level not in {one.value for one in Level}:
            self.fail(f"mục «{owner}» có level «{level}» không hợp lệ (chọn: {', '.join(Level)})")
        return Entry(
            owner,
            Level(str(level)),
            short=self.texts(item.get("short"), "short", owner),
            alone=self.texts(item.get("alone"), "alone", owner),
            local=self.texts(item.get("local"), "local", owner),
            initials=self.texts(item.get("initials"), "initials", owner),
            members=self.texts(item.get("members"), "members", owner) if group else None,
            since=self._day(item.get("since"), "since", owner),
            ended=self._day(item.get("ended"), "ended", owner),
            replaced_by=tuple(self._successor(one, owner) for one in self.items(item.get("replaced_by"), owner)),
        )

    def _successor(self, raw: object, owner: str) -> Successor:
        item = self.mapping(raw, f"{owner}, replaced_by")
        self.only_keys(item, {"name", "since"}, owner)
        since = self._day(item.get("since"), "since", owner)
        if since is None or not isinstance(item.get("name"), str):
            self.fail(f"mục «{owner}», phần replaced_by cần name và since (năm-tháng-ngày)")
        return Successor(squeeze(nfc(item["name"])), since)

    def _day(self, raw: object, key: str, owner: str) -> date | None:
        # A datetime is a date to isinstance, but not a day an administrator means.
        if raw is not None and type(raw) is not date:
            self.fail(f"mục «{owner}», phần {key}: «{raw}» không phải ngày dạng 2025-03-01")
        return raw
