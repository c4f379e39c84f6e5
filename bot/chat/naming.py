"""Which colleague a sentence names: "giao anh Minh", "chị Lan làm thay", "nhờ Nguyễn Văn Hà".

Names are known beforehand, and are looked for only where a sentence can have one: after "giao", "cho", "nhờ", "là",
before "làm thay". So "mai", "an", "nam" are names only there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.tracking.audience import Person
from knowledge.text import fold, nfc

_WORD = re.compile(r"[\w/.]+")
_TITLES = {"anh", "chi", "em", "co", "chu", "bac", "ong", "ba", "dong", "ban", "d/c", "đ/c"}
_AFTER_TITLE = {"chi"}
"""Second words of titles: "đồng chí"."""
_INSTEAD = {
    "lam",
    "truc",
    "xu",
    "ly",
    "giai",
    "quyet",
    "phu",
    "trach",
    "dam",
    "nhan",
    "se",
    "ho",
    "viec",
    "la",
    "nguoi",
}
"""Words between a name and "thay"."""
_ME = {"toi", "em", "anh", "chi", "minh", "cho", "la", "tam", "viec"}
_TIMES = {"mai"}
"""Tomorrow, where it is no name: "em mai nghỉ"."""
_LONGEST = 5


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody who is named.

    Attributes:
        people: who may be meant; none where nobody is so called.
        name: as typed.
        rest: the sentence without the name.
        titled: "anh" or the like stands before it.
    """

    people: tuple[Person, ...]
    name: str
    rest: str
    titled: bool = False


def called_after(text: str, cues: Collection[str], people: Sequence[Person]) -> Called | None:
    """Who is named after one of these words, the last one first; None where nobody is."""
    sentence = _Sentence(text, people)
    places = [at + 1 for at, word in enumerate(sentence.plain) if word in cues]
    found = [called for at in reversed(places) if (called := sentence.begins(at)) is not None]
    return next((each for each in found if each.people), found[0] if found else None)


def called_instead(text: str, people: Sequence[Person]) -> Called | None:
    """Who is named as a substitute: before "làm thay" or after "người làm thay là"; None where nobody is."""
    sentence = _Sentence(text, people)
    if "thay" not in sentence.plain:
        return called_after(text, {"nho", "cho", "giao", "la"}, people)
    at = sentence.plain.index("thay")
    end = at
    while end and sentence.plain[end - 1] in _INSTEAD:
        end -= 1
    before = sentence.ends(end)
    if before is not None and before.people:
        return before
    begin, after = at + 1, None
    while begin < len(sentence.plain):
        found = sentence.begins(begin)
        if found is not None and found.people:
            return found
        after = after or found
        if sentence.plain[begin] not in _ME:
            break
        begin += 1
    return before or after


def called_first(text: str, cues: Collection[str], people: Sequence[Person]) -> Called | None:
    """Who is named with a title right before one of these words: "chị Lan nghỉ"; None where nobody is."""
    sentence = _Sentence(text, people)
    places = [at for at, word in enumerate(sentence.plain) if word in cues]
    found = (called for at in places if (called := sentence.ends(at)) is not None and called.people)
    return next((each for each in found if each.titled and each.name not in _TIMES), None)


def find_named(name: str, people: Sequence[Person]) -> tuple[Person, ...]:
    """Who may be meant by a name as it is typed alone."""
    sentence = _Sentence(name, people)
    called = sentence.begins(0)
    return called.people if called else ()


def _spelt(word: str) -> tuple[str, list[str]]:
    """Letters and accents, wherever these stand: Hoà is Hòa."""
    signs = unicodedata.normalize("NFD", word.lower())
    return "".join(s for s in signs if not unicodedata.combining(s)), sorted(filter(unicodedata.combining, signs))


class _Sentence:
    """Words of a message, as typed and folded, beside the names of people."""

    def __init__(self, text: str, people: Sequence[Person]) -> None:
        self._spans = [match.span() for match in _WORD.finditer(nfc(text))]
        self._text = nfc(text)
        self.typed = [self._text[first:last].lower().strip(".") for first, last in self._spans]
        self.plain: list[str] = [fold(word) for word in self.typed]
        self._people: list[tuple[Person, list[str]]] = [
            (person, [fold(word) for word in _WORD.findall(nfc(person.name))]) for person in people
        ]

    def begins(self, at: int) -> Called | None:
        """Who is named from a word on."""
        named = at
        while named < len(self.plain) and (self.plain[named] in _TITLES or (named > at and self._is_comrade(named))):
            named += 1
        for first in dict.fromkeys((named, named - 1, at)):
            if first >= at:
                for count in range(min(_LONGEST, len(self.plain) - first), 0, -1):
                    if people := self._ending(first, first + count):
                        return self._called(people, at, first, first + count)
        titled = named > at and named < len(self.plain)
        return self._called((), at, named, named + 1) if titled else None

    def ends(self, end: int) -> Called | None:
        """Who is named right before a word."""
        for count in range(min(_LONGEST, end), 0, -1):
            if people := self._ending(end - count, end):
                first = end - count
                return self._called(people, self._title_before(first), first, end)
        titled = end > 1 and self.plain[end - 2] in _TITLES | _AFTER_TITLE
        named = titled or (end > 0 and self._text[self._spans[end - 1][0]].isupper())
        return self._called((), self._title_before(end - 1), end - 1, end) if named else None

    def _is_comrade(self, at: int) -> bool:
        return self.plain[at] in _AFTER_TITLE and self.plain[at - 1] == "dong"

    def _title_before(self, at: int) -> int:
        while at and (self.plain[at - 1] in _TITLES):
            at -= 1
        return at

    def _ending(self, first: int, last: int) -> tuple[Person, ...]:
        """Whose names end with these words, with the same accents where any were typed."""
        words = self.plain[first:last]
        found = [person for person, name in self._people if name[-len(words) :] == words]
        typed = [_spelt(word) for word in self.typed[first:last]]
        if self.typed[first:last] == words:
            return tuple(found)
        return tuple(p for p in found if [*map(_spelt, _WORD.findall(nfc(p.name)))][-len(words) :] == typed)

    def _called(self, people: tuple[Person, ...], begin: int, first: int, last: int) -> Called:
        start, end = self._spans[begin][0], self._spans[last - 1][1]
        name = self._text[self._spans[first][0] : end]
        return Called(people, name, f"{self._text[:start]} , {self._text[end:]}", first > begin)
