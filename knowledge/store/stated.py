"""Numbers that one live paper states of another.

A paper often reaches an administrator before its number is on it, while a later paper
cites it in full: its kind, its number, its date and its subject. The subject decides
whether the citation is of the paper at hand, and it must decide strictly: a wrong number
in an answer is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.numbers import number_key
from knowledge.records import Mention, PlanMetadata
from knowledge.text import Folded, fold, syllables

_LEAST_OVERLAP = 0.75
"""Share of the words of title and topic, taken together, that must be common to both."""
_SOFT = frozenset(
    fold(
        "của về việc và các trên địa bàn tỉnh thành phố ủy ban nhân dân ubnd chủ tịch ban hành triển khai "
        "thực hiện kế hoạch quyết định công văn nghị quyết số ngày tháng năm nhà nước cho trong tại"
    ).split()
)
"""Words that a citation adds to a title, or leaves out of it, without meaning another paper."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A number and date, and the id of the plan whose paper states them."""

    number: str
    issued: date | None
    by: int


@dataclass(frozen=True, slots=True)
class _Title:
    """A plan without a number, its title folded once for all mentions."""

    id: int
    facts: PlanMetadata
    words: Sequence[Folded]


def find_stated(
    plans: Sequence[tuple[int, PlanMetadata]], mentions: Iterable[tuple[int, Mention]]
) -> dict[int, Stated]:
    """For each plan without a number, the one number that other plans state for it.

    Args:
        plans: live plans by id.
        mentions: each with the id of the plan whose paper makes it.
    """
    taken = {number_key(facts.number) for _, facts in plans if facts.number}
    nameless = [
        _Title(id_, facts, syllables(facts.title)) for id_, facts in plans if not facts.number and facts.title
    ]
    found: dict[int, list[Stated]] = {}
    for by, mention in mentions:
        if number_key(mention.number) in taken:
            continue
        topic = syllables(mention.topic) if nameless else []
        named = [title.id for title in nameless if title.id != by and _is_named(title, mention, topic)]
        if len(named) == 1:
            found.setdefault(named[0], []).append(Stated(mention.number, mention.issued, by))
    agreed = {id_: one for id_, all_ in found.items() if (one := _agree(all_))}
    numbers = [number_key(one.number) for one in agreed.values()]
    return {id_: one for id_, one in agreed.items() if numbers.count(number_key(one.number)) == 1}


def _agree(claims: Sequence[Stated]) -> Stated | None:
    """The number on which all claims agree, with a date where one of them gives it."""
    if len({number_key(claim.number) for claim in claims}) != 1:
        return None
    days = {claim.issued for claim in claims if claim.issued}
    if len(days) > 1:
        return None
    return next((claim for claim in claims if claim.issued), claims[0])


def _is_named(title: _Title, mention: Mention, topic: Sequence[Folded]) -> bool:
    facts = title.facts
    if facts.kind and fold(facts.kind) != fold(mention.kind):
        return False
    if not _dates_agree(facts, mention, _years(title.words) | set(facts.years), _years(topic)):
        return False
    mine, theirs = _subject(title.words), _subject(topic)
    return len(mine & theirs) / max(len(mine | theirs), 1) >= _LEAST_OVERLAP


def _dates_agree(facts: PlanMetadata, mention: Mention, years: set[int], said: set[int]) -> bool:
    """The years must be the same ones, and the day of issue one on which the plan could be issued."""
    if facts.issued and mention.issued and facts.issued != mention.issued:
        return False
    if not years or not said & years:
        return False
    return mention.issued is None or min(years) - 1 <= mention.issued.year <= max(years)


def _subject(words: Sequence[Folded]) -> set[Folded]:
    return {word for word in words if word not in _SOFT and not word.isdigit()}


def _years(words: Sequence[Folded]) -> set[int]:
    return {int(word) for word in words if len(word) == 4 and word.isdecimal() and word.startswith(("19", "20"))}
