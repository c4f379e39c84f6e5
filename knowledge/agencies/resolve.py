"""Finding directory names in words: exactly, with a slip of the hand, and what may follow a name.

A match is the longest one. A slip is forgiven word by word: the kind of office ("Sở", "Bộ") must be
right, words of up to two letters too, longer ones may differ by one edit, and one name must be
nearer than every other; so "so ngoi vu", one letter from two sở, is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from knowledge.agencies.authorities import AUTHORITY_FIRSTS, match_authority, match_unit
from knowledge.agencies.entries import Contents, Level
from knowledge.agencies.names import Spelling, Word, cut_words, first_word, fold_word, key, spellings
from knowledge.text import Folded

# One edit for every so many letters of a name; below the least length a slip makes another word.
_LETTERS_PER_EDIT = 8
_LEAST_LETTERS = 7
# Words of a locality's name after its kind ("tỉnh Bà Rịa - Vũng Tàu").
_LOCALITY_WORDS = 5
# What may follow an agency's name without naming another: it limits or describes the one named.
_QUALIFIERS = (
    "co lien quan", "lien quan", "duoc", "dau moi", "thuoc", "truc thuoc", "tren dia ban", "tren", "theo",
    "khac", "cac cap", "cap", "chu tri", "chu quan", "quan ly", "phoi hop", "thuc hien", "tham muu",
    "tham gia", "cua", "lam", "trung uong", "viet nam", "tong hop", "huong dan", "thuong truc", "tai",
    "o", "trong", "nhu", "dong", "du", "khu vuc", "chi nhanh", "xay dung", "to chuc", "de", "don vi",
    "nganh", "dia phuong",
)  # fmt: skip
_QUALIFIER_WORDS = tuple(tuple(text.split()) for text in _QUALIFIERS)
# Characters: the words of a name or a list of names are asked for again and again, of a longer text rarely.
_KEPT_MOST = 300
_OF_PROVINCE = {Level.PROVINCE, Level.UNION}
# "quan" without accents is left out: it begins "quản lý" as well.
_LOWER_UNITS = {"huyện", "huyen", "quận", "xã", "xa", "phường", "phuong", "thị", "đặc"}
_KINDS = {"so", "bo", "uy", "hoi", "phong", "ban", "cuc"}


@dataclass(frozen=True, slots=True)
class Match:
    """Names found at a place: words `start` up to but not including `end`."""

    start: int
    end: int
    names: tuple[str, ...]
    exact: bool = True
    local: bool = False


@dataclass(slots=True)
class _Node:
    following: dict[str, _Node] = field(default_factory=dict)
    spelling: Spelling | None = None


class Resolver:
    """The spellings of a directory, ready to be looked for."""

    def __init__(self, contents: Contents) -> None:
        self.expansions = expansions_of(contents.words)
        self._cut_again = lru_cache(maxsize=2_048)(lambda text: tuple(cut_words(text, self.expansions)))
        self._root = _Node()
        self._by_first: dict[str, list[Spelling]] = {}
        self._groups = {name for name, entry in contents.entries.items() if entry.is_group}
        self._levels = {name: entry.level for name, entry in contents.entries.items()}
        self._cities = [key(name, {}) for name in contents.cities]
        self._localities = {key(name, {}) for name in contents.localities}
        self._add_all(s for entry in contents.entries.values() for s in spellings(entry, self.expansions))
        self.first_words = frozenset({*self._root.following, *AUTHORITY_FIRSTS})
        self._compact = {"".join(s.words): s for s in self._all_spellings()}

    def cut(self, text: str) -> Sequence[Word]:
        """The words of `text`, abbreviations written out."""
        return self._cut_again(text) if len(text) <= _KEPT_MOST else cut_words(text, self.expansions)

    def first_word(self, text: str) -> Folded | None:
        """The first of the words that `cut` gives."""
        return first_word(text, self.expansions)

    def match_at(self, words: Sequence[Word], at: int, *, alone: bool = False, slips: bool = False) -> Match | None:
        """The longest name that begins at word `at`.

        Args:
            alone: names that count only as a whole text are taken too.
            slips: where nothing matches exactly, forgive slips of the hand.
        """
        if at >= len(words) or not words[at].head:
            return None
        exact = self._exact(words, at, alone)
        end, names = match_authority(words, at, self._cities)
        names = tuple(name for name in names if name in self._levels)
        if names and (exact is None or end > exact.end):
            return Match(at, end, names)
        found = self._slipped(words, at, alone) if exact is None and slips else exact
        return None if found and self._is_lower(words, found) else found

    def match_whole(self, words: Sequence[Word]) -> Match | None:
        """The name that the whole text is, with a locality or a qualifier behind it."""
        found = self.match_at(words, 0, alone=True)
        if found and self.ends_name(words, found):
            return found
        slipped = self._slipped(words, 0, alone=True)
        if slipped and not self._is_lower(words, slipped) and self.ends_name(words, slipped):
            return slipped
        return self._squashed(words)

    def _is_lower(self, words: Sequence[Word], found: Match) -> bool:
        """Whether a district or commune follows a province's agency: "Hội Nông dân xã" is not the province's."""
        at = found.end
        if self._levels[found.names[0]] not in _OF_PROVINCE or at >= len(words) or words[at].gap.strip():
            return False
        if words[at].text in ("cap", "cac") and at + 1 < len(words):
            at += 1
        return words[at].printed.casefold() in _LOWER_UNITS

    def ends_name(self, words: Sequence[Word], found: Match) -> bool:
        """Whether what stands after the name does not make it another's."""
        rest = words[found.end :]
        if not rest or rest[0].barrier or any(sign in rest[0].gap for sign in "-–—"):
            return True
        if any(_begins(rest, form) for form in _QUALIFIER_WORDS):
            return True
        if rest[0].printed.islower() and all(name in self._groups for name in found.names):
            return True
        after = self.skip_locality(words, found.end)
        if after == found.end:
            return False
        rest = words[after:]
        if not rest or rest[0].barrier or rest[0].gap.strip():
            return True
        return any(_begins(rest, form) for form in _QUALIFIER_WORDS)

    def skip_locality(self, words: Sequence[Word], at: int) -> int:
        """The word after the locality that begins at `at` ("tỉnh Phú Giang", "Hưng Yên", "phường 1")."""
        here = match_unit(words, at)
        named = here > at
        for length in range(min(_LOCALITY_WORDS, len(words) - here), 0, -1):
            if tuple(word.text for word in words[here : here + length]) in self._localities:
                return here + length
        count = 0
        while here < len(words) and count < _LOCALITY_WORDS and not words[here].barrier:
            word = words[here]
            if here == at and word.gap.strip():
                break
            if (count and "," in word.gap) or not (named or (word.capital and not self._begins_office(words, here))):
                break
            if not word.capital and any(_begins(words[here:], form) for form in _QUALIFIER_WORDS):
                break
            here, count = here + 1, count + 1
        return here

    def _begins_office(self, words: Sequence[Word], at: int) -> bool:
        return words[at].text in _KINDS or self._exact(words, at, False) is not None

    def _exact(self, words: Sequence[Word], at: int, alone: bool) -> Match | None:
        node, best, here = self._root, None, at
        while here < len(words) and not (here > at and words[here].barrier):
            word = words[here]
            here += 1
            if word.text == "va" and here - 1 > at:
                continue
            following = node.following.get(word.text)
            if following is None:
                break
            node = following
            if node.spelling and word.tail and self._counts(node.spelling, words, at, here, alone):
                best = Match(at, here, (node.spelling.target,), local=node.spelling.local)
        return best

    def _counts(self, spelling: Spelling, words: Sequence[Word], at: int, end: int, alone: bool) -> bool:
        if spelling.alone and not alone:
            return False
        if spelling.local:
            return self.skip_locality(words, end) > end and not any(s in words[end].gap for s in ",;")
        return not spelling.capitals or all(word.printed.isupper() for word in words[at:end])

    def _slipped(self, words: Sequence[Word], at: int, alone: bool) -> Match | None:
        """The nearest name with as many words, each one right or nearly so."""
        best: dict[str, tuple[int, int]] = {}
        for spelling in self._by_first.get(words[at].text if at < len(words) else "", ()):
            if (spelling.alone and not alone) or spelling.local or spelling.capitals:
                continue
            found = _slip(spelling.words, words, at)
            if found and (spelling.target not in best or found < best[spelling.target]):
                best[spelling.target] = found
        return _nearest(best, at)

    def _squashed(self, words: Sequence[Word]) -> Match | None:
        """Words run together or cut apart ("sonoivu", "so n v"): equal once the spaces are gone."""
        spelling = self._compact.get("".join(word.text for word in words if word.text != "va"))
        if spelling is None or spelling.local or spelling.capitals:
            return None
        return Match(0, len(words), (spelling.target,), exact=False)

    def _add_all(self, every: Iterable[Spelling]) -> None:
        """Listed spellings win over made ones; a made one that two agencies share is left out.

        Of two entries that list the same spelling the one whose full name it is has it, else the later one, so
        that an administrator's file can take a short name over.
        """
        listed, made = dict[tuple[Folded, ...], Spelling](), dict[tuple[Folded, ...], Spelling | None]()
        for spelling in every:
            if not spelling.words:
                continue
            if not spelling.made:
                if spelling.words not in listed or not listed[spelling.words].full:
                    listed[spelling.words] = spelling
            elif spelling.words not in made:
                made[spelling.words] = spelling
            elif (known := made[spelling.words]) and known.target != spelling.target:
                made[spelling.words] = None
        for spelling in (*(s for w, s in made.items() if s and w not in listed), *listed.values()):
            self._add(spelling)

    def _add(self, spelling: Spelling) -> None:
        node = self._root
        for word in spelling.words:
            node = node.following.setdefault(word, _Node())
        node.spelling = spelling
        if len(spelling.words) > 1 and sum(map(len, spelling.words)) >= _LEAST_LETTERS:
            self._by_first.setdefault(spelling.words[0], []).append(spelling)

    def _all_spellings(self) -> Iterable[Spelling]:
        todo = [self._root]
        while todo:
            node = todo.pop()
            if node.spelling:
                yield node.spelling
            todo.extend(node.following.values())


def expansions_of(listed: Mapping[str, str]) -> dict[str, tuple[Folded, ...]]:
    """What abbreviations of words are written out to, by the folded abbreviation."""
    return {fold_word(short): tuple(w for w in key(full, {})) for short, full in listed.items()}


def _slip(name: Sequence[Folded], words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """Edits from `name` to the words at `at`, and the word after them; None when too many."""
    allowed = max(1, sum(map(len, name)) // _LETTERS_PER_EDIT)
    here, edits = at, 0
    for wanted in name:
        if here > at and here < len(words) and words[here].text == "va":
            here += 1
        if here >= len(words) or (here > at and words[here].barrier):
            return None
        given = words[here].text
        if given != wanted:
            edits += OSA.distance(given, wanted, score_cutoff=1) if len(wanted) > 2 else allowed + 1
            if edits > allowed or OSA.distance(given, wanted, score_cutoff=1) > 1:
                return None
        here += 1
    return edits, here


def _nearest(found: Mapping[str, tuple[int, int]], at: int) -> Match | None:
    """The name with the fewest edits per word matched, when it is the only such one."""
    if not found:
        return None
    ranked = sorted((edits, -end, target) for target, (edits, end) in found.items())
    edits, end, target = ranked[0]
    if len(ranked) > 1 and ranked[1][:2] == (edits, end):
        return None
    return Match(at, -end, (target,), exact=edits == 0)


def _begins(words: Sequence[Word], form: Sequence[str]) -> bool:
    return len(words) >= len(form) and all(words[n].text == part for n, part in enumerate(form))
