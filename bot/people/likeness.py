"""Who somebody that asks to be let in may already be: a person with another phone or account.

Names are compared as people write them: without accents, titles, posts and what stands behind a dash or in
brackets. A likeness is shown to an administrator, who decides; nothing follows from it by itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from enum import IntEnum
from itertools import product

from bot.people.accounts import NAMELESS
from bot.people.records import Likely, Member, Request
from knowledge.text import fold

SHOWN = 5
"""More would be no help to choose from."""
_BESIDE = re.compile(r"\s[-–|]\s.*|[(\[,;].*", re.DOTALL)
_WORDS = re.compile(r"[^\W\d_]+")
_TITLES = """
ông, bà, anh, chị, cô, chú, bác, em, thầy, mr, mrs, ms, đ/c, đồng chí, gs, pgs, ts, ths, tskh, bs, bsck, ks, kts, cn,
ls, giám đốc, phó giám đốc, gđ, pgđ, chủ tịch, phó chủ tịch, ct, pct, bí thư, phó bí thư, trưởng phòng,
phó trưởng phòng, tp, ptp, chánh văn phòng, phó chánh văn phòng, chuyên viên, chuyên viên chính, cv, cvc, văn thư,
cán bộ, đầu mối, lãnh đạo
"""
_SPELT = {" ".join(_WORDS.findall(fold(title))) for title in _TITLES.split(",")}
_LONGEST = 4
"""Words of the longest title."""


class Closeness(IntEnum):
    """How much two names say that they are one person's."""

    OTHER = 0
    GIVEN = 1
    """One is only a given name, which the other ends in."""
    SHORTENED = 2
    """One is the other with words left out: Trần An, Trần Thị An."""
    SAME = 3


def find_likely(
    request: Request, members: Iterable[tuple[Member, Collection[str]]], invited: Collection[int]
) -> list[Likely]:
    """Those of `members` whom the request may be of, the likeliest first.

    Args:
        members: each with the agencies beside the own one.
        invited: numbers of those who came by an invitation for the agency of the request.
    """
    found = []
    for member, further in members:
        own = request.agency in (member.agency, *further)
        close = max(compare_names(given, member.name) for given in (request.name, request.sender.name))
        came = member.id in invited
        called = bool(request.phone) and member.phone == request.phone
        if called or close is Closeness.SAME or (own and (close or (came and member.name == NAMELESS))):
            found.append(Likely(member, own, close is Closeness.SAME, bool(close), came, called))
    found.sort(
        key=lambda each: (each.same_phone, each.same_agency, each.same_name, each.near_name, each.invited),
        reverse=True,
    )
    return found[:SHOWN]


def compare_names(one: str, other: str) -> Closeness:
    """How close two names are as they were typed."""
    return max((_compare(a, b) for a, b in product(_readings(one), _readings(other))), default=Closeness.OTHER)


def _compare(one: Sequence[str], other: Sequence[str]) -> Closeness:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) > 1 and sorted(shorter) == sorted(longer):  # platforms put the given name first
        return Closeness.SAME
    if not shorter or one[-1] != other[-1]:
        return Closeness.OTHER
    if len(shorter) == 1:
        return Closeness.GIVEN
    return Closeness.SHORTENED if set(shorter) <= set(longer) else Closeness.OTHER


def _readings(name: str) -> list[list[str]]:
    """The words of a name, and again without the titles before them: some titles are family names as well."""
    words = _WORDS.findall(fold(_BESIDE.sub("", name)))
    readings = [words]
    while (count := _title(words)) and len(words) > count:
        words = words[count:]
        readings.append(words)
    return readings


def _title(words: Sequence[str]) -> int:
    """Words of the title that a name begins with; "A. Minh", "C. Lan" begin with one as well."""
    for count in range(min(_LONGEST, len(words)), 0, -1):
        if " ".join(words[:count]) in _SPELT:
            return count
    return int(len(words) > 1 and len(words[0]) == 1)
