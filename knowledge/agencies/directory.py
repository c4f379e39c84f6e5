"""The directory of agencies: what an administrator edits, and what the rest of the house asks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from knowledge.agencies.authorities import match_organ, match_unit
from knowledge.agencies.entries import Contents, Entry, Level, read_contents
from knowledge.agencies.names import Word, fold_word
from knowledge.agencies.offices import (
    are_kinds,
    begins,
    begins_office,
    generic_end,
    is_plural,
    is_standalone,
    kind_end,
)
from knowledge.agencies.resolve import Match, Resolver
from knowledge.text import Folded

BUNDLED = Path(__file__).parent / "data" / "agencies.yaml"

# Words before "sở" and "bộ" that make another word of them; folded pairs, checked where the text has no accents.
_COMPOUNDS = {
    "sở": ("cơ", "trụ"),
    "sơ": ("hồ",),
    "số": ("chỉ", "tổng", "con", "mã", "một", "hệ", "đổi", "dân", "thuật", "ký", "đa", "vô", "tham", "môi trường"),
    "bộ": ("cán", "nội", "toàn", "tiến", "đồng", "cục"),
    "bố": ("công", "phân"),
    "bổ": ("phân",),
}
_COMPOUND_PAIRS = {(before, word) for word, befores in _COMPOUNDS.items() for before in befores}
_FOLDED_PAIRS = {(fold_word(a), fold_word(b)) for a, b in _COMPOUND_PAIRS}
# "co so" without accents is "cơ sở" before these, "có sở" before others.
_AFTER_CO_SO = {"y", "giao", "khoa", "van", "xay", "du", "cong", "nong"}
# Words before "con so" that make it "còn sở": a message that goes on from the last one.
_TURNS = {"the", "vay", "roi"}
# Colloquial words that announce a sở by its field alone: "bên tư pháp".
_LEADS = {"ben", "phia"}
# Accented words that are no slip for "sở" or "bộ": nothing else in the name may then be one.
_OTHER_WORDS = {"số", "sổ", "bỏ", "bổ", "bố"}
# Words before a kind of locality that make it all of that kind.
_OF_ALL = {"cac", "cap"}
# Characters; the longest body of a province is named in some hundred ("Ban Quản lý dự án ... tỉnh ...").
_BODY_MOST = 140
_INITIALS_LEAST, _INITIALS_MOST = 3, 8
# Characters; the longest known name with a title before it.
_NAME_MOST = 120
# Words before a name that do not belong to it.
_ASIDE = tuple(
    tuple(text.split())
    for text in (
        "de nghi",
        "giao",
        "yeu cau",
        "doi voi",
        "cho",
        "tat ca",
        "toan bo",
        "toan the",
    )
)
# Titles and positions before a name: the duty is the office's ("Lãnh đạo Sở Y tế", "Chánh Văn phòng UBND tỉnh").
_TITLES = tuple(
    tuple(text.split())
    for text in (
        "đại diện lãnh đạo", "tập thể lãnh đạo", "người đứng đầu", "phó giám đốc", "phó chánh", "phó trưởng",
        "thủ trưởng",
        "giám đốc", "bộ trưởng", "lãnh đạo", "đại diện", "chánh", "trưởng",
    )
)  # fmt: skip
_TITLE_FIRSTS = {fold_word(title[0]) for title in _TITLES}


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a printed office is.

    Attributes:
        names: names in the directory, a group's own name where a group is printed.
        group: that name when the whole is one group.
        level: level of the first name.
    """

    names: tuple[str, ...]
    group: str | None
    level: Level


@dataclass(frozen=True, slots=True)
class Found:
    """An agency mentioned in a text, at characters `start` up to but not including `end`."""

    start: int
    end: int
    name: str
    printed: str


class Directory:
    """Agencies, groups, their spellings and their fates.

    Attributes:
        edition: counts the changes of what an organisation lays over the files; 0 for the files alone.
    """

    def __init__(self, contents: Contents, edition: int = 0) -> None:
        self.edition = edition
        self._entries = contents.entries
        self.resolver = Resolver(contents)
        self._name_begins = self.resolver.first_words | _LEADS | _TITLE_FIRSTS
        # One sentence is read in several manners, and a plan names the same few offices throughout.
        self._resolve_again = lru_cache(maxsize=2_048)(self._resolve)
        self._name_end_again = lru_cache(maxsize=2_048)(self._name_end)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every agency and group, in the order of the files."""
        return tuple(self._entries.values())

    def entry(self, name: str) -> Entry | None:
        """The entry with exactly this name."""
        return self._entries.get(name)

    def resolve(self, printed: str) -> Resolved | None:
        """What the printed office is in the directory; None when it is not there or not certain."""
        return self._resolve_again(printed)

    def names_of(self, offices: Iterable[str]) -> tuple[str, ...]:
        """The directory's names of printed offices, in order, each once; those that it does not know left out."""
        names: dict[str, None] = {}
        for office in offices:
            found = self.resolve(office)
            if found is not None:
                names.update(dict.fromkeys(found.names or ((found.group,) if found.group else ())))
        return tuple(names)

    def _resolve(self, printed: str) -> Resolved | None:
        words = self._office_words(printed)
        found = self.resolver.match_whole(words) if words else None
        if found is None:
            return None
        entries = [self._entries[name] for name in found.names]
        group = found.names[0] if len(entries) == 1 and entries[0].is_group else None
        return Resolved(found.names, group, entries[0].level)

    def particular(self, printed: str) -> tuple[Folded, ...]:
        """The words of one local authority's own name: "UBND xã Tân Hưng", of which the directory has only the group.

        Two spellings of one name give the same words; nothing for the group itself and for every other office.
        """
        words = self._office_words(printed)
        found = self.resolver.match_whole(words) if words else None
        if found is None or any(self._entries[n].members or not self._entries[n].is_group for n in found.names):
            return ()
        end = found.end
        organs = [at for at in range(found.start, end) if match_organ(words, at) > at]
        units = [at for at in range(found.start, end) if match_unit(words, at) > at]
        if not organs or not units or match_unit(words, units[0]) != end or words[units[0] - 1].text in _OF_ALL:
            return ()
        if end == len(words) or words[end].barrier or not words[end].capital:
            return ()
        return tuple(word.text for word in words[organs[-1] : self.resolver.skip_locality(words, end)])

    def name_end(self, text: str) -> int:
        """Where the name that `text` begins with ends, a title ("Lãnh đạo") before it allowed; 0 without one."""
        return self._name_end_again(text[:_NAME_MOST])

    def _name_end(self, text: str) -> int:
        if self.resolver.first_word(text) not in self._name_begins:
            return 0  # as most sentences begin: cutting all their words would be the dearest step of all
        words = self.resolver.cut(text)
        match = self._mention(words, 0) if words and not words[0].gap else None
        if match is None:
            title = _title_of(words)
            match = self._mention(words, len(title)) if title and len(words) > len(title) else None
        return words[match.end - 1].end if match else 0

    def may_begin_office(self, text: str) -> bool:
        """Whether `text` begins as an office's name does, known or not."""
        words = self.resolver.cut(text[:_NAME_MOST])
        return bool(words) and (begins_office(words, 0) or self.name_end(text) > 0)

    def may_be_office(self, printed: str) -> bool:
        """Whether `printed` is an office of the directory, or named as bodies are, by a kind ("Trạm ...")."""
        if self.resolve(printed) is not None or are_kinds(self.resolver.cut(printed)):
            return True
        words = self._office_words(printed)
        if len(words) == 1 and printed.isupper() and _INITIALS_LEAST <= len(printed) <= _INITIALS_MOST:
            return True  # a body by its initials: "VCCI"
        if not words or len(printed) > _BODY_MOST or not begins_office(words, 0):
            return False
        known = self.resolver.match_at(words, 0)
        if known is not None and not any(word.capital for word in words[known.end :]):
            return False  # "Sở Nội vụ đã": a known name and words of a sentence
        if is_plural(words, 0):
            return True
        # "đơn vị", "ngành" alone are nobody in particular; "bộ phận Tư pháp" is.
        end = generic_end(words, 0)
        return (
            any(word.capital for word in words[end:])
            if end
            else kind_end(words, 0) < len(words) or is_standalone(words)
        )

    def words(self, printed: str) -> tuple[Folded, ...]:
        """The words of a name with abbreviations written out, as `particular` gives them."""
        return tuple(word.text for word in self.resolver.cut(printed))

    def find(self, text: str) -> list[Found]:
        """Agencies mentioned in a question or a sentence, in order; the longest name at each place.

        Several names that share their words ("UBND cấp huyện, cấp xã") share their place.
        """
        words = self.resolver.cut(text)
        found: list[Found] = []
        at = 0
        while at < len(words):
            match = self._mention(words, at)
            if match is None:
                at += 1
                continue
            start, end = words[match.start].start, words[match.end - 1].end
            found.extend(Found(start, end, name, text[start:end]) for name in match.names)
            at = match.end
        return found

    def successors(self, name: str, on: date) -> tuple[str, ...]:
        """Who answers for `name` on that day: itself while it exists, else whoever took over, chains followed.

        Empty when it ended with no successor, or is not in the directory.
        """
        entry = self._entries.get(name)
        if entry is None:
            return ()
        if not self.is_dissolved(name, on):
            return (name,)
        heirs = (s.name for s in entry.replaced_by if s.since <= on)
        return tuple(dict.fromkeys(last for heir in heirs for last in self.successors(heir, on)))

    def members(self, group: str, on: date) -> tuple[str, ...]:
        """The group's agencies that exist on that day, groups within it opened, each once.

        A member that has been dissolved is replaced by its successors. Empty for an agency, an unknown
        name, and a group whose members the directory does not list ("UBND cấp xã").
        """
        entry = self._entries.get(group)
        names: list[str] = []
        for member in entry.members or () if entry else ():
            inner = self._entries[member]
            if inner.members:
                names.extend(self.members(member, on))
            elif inner.since is None or inner.since <= on:
                names.extend(self.successors(member, on))
        return tuple(dict.fromkeys(names))

    def is_dissolved(self, name: str, on: date) -> bool:
        """Whether the agency no longer exists on that day; false for a name not in the directory."""
        entry = self._entries.get(name)
        return entry is not None and entry.last_day is not None and entry.last_day <= on

    def _office_words(self, printed: str) -> Sequence[Word]:
        """The words of an office, without what only speaks to it."""
        words = self.resolver.cut(printed)
        for aside in _ASIDE:
            if words and words[0].text == aside[0] and tuple(word.text for word in words[: len(aside)]) == aside:
                words = words[len(aside) :]
        return self._without_title(words)

    def _without_title(self, words: Sequence[Word]) -> Sequence[Word]:
        title = _title_of(words)
        if title and len(words) > len(title) and self.resolver.match_whole(words) is None:
            words = words[len(title) :]
        while words and words[0].text == "cac" and self.resolver.match_at(words, 0, alone=True) is None:
            words = words[1:]
        return words

    def _mention(self, words: Sequence[Word], at: int) -> Match | None:
        if words[at].text in _LEADS and at + 1 < len(words):
            return self.resolver.match_at(words, at + 1, alone=True)
        match = self.resolver.match_at(words, at, slips=True)
        if match is None or _is_compound(words, at):
            return None
        if not match.exact and words[at].printed.casefold() in _OTHER_WORDS:
            return None
        return match


def load_directory(extra: Path | None = None) -> Directory:
    """The bundled directory, with the administrator's own file laid over it.

    Raises:
        DirectoryError: either file is unreadable or has a wrong entry; the sentence names it.
    """
    return Directory(read_files(extra))


def read_files(extra: Path | None = None) -> Contents:
    """What `load_directory` makes a directory of.

    Raises:
        DirectoryError: either file is unreadable or has a wrong entry; the sentence names it.
    """
    contents = read_contents(BUNDLED)
    return contents if extra is None else read_contents(extra, contents)


DirectorySource = Directory | Callable[[], Directory]
"""A directory, or what gives the one of now: whoever lives as long as the service takes the latter."""


def directory_now(source: DirectorySource) -> Directory:
    """The directory itself, or as it is now."""
    return source if isinstance(source, Directory) else source()


def _title_of(words: Sequence[Word]) -> tuple[str, ...]:
    """The title that `words` begin with; empty where they begin with none."""
    if not words or words[0].text not in _TITLE_FIRSTS:
        return ()
    return next((title for title in _TITLES if begins(words, 0, title)), ())


def _is_compound(words: Sequence[Word], at: int) -> bool:
    """Whether "so" or "bo" belongs to the word before: "cơ sở y tế", "cán bộ tư pháp", "hồ sơ"."""
    if at == 0 or words[at].text not in ("so", "bo") or words[at].gap.strip():
        return False
    before, word = words[at - 1], words[at]
    pair = (before.printed.casefold(), word.printed.casefold())
    if pair == ("con", "so") and (at == 1 or words[at - 2].text in _TURNS):
        return False
    if not (pair[0].isascii() and pair[1].isascii()):
        return pair in _COMPOUND_PAIRS
    if pair == ("co", "so"):
        return at + 1 < len(words) and words[at + 1].text in _AFTER_CO_SO
    return pair in _FOLDED_PAIRS
