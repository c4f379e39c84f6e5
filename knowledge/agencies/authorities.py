"""People's councils and committees: names made of an organ and a level, in any combination.

    authority = [title] organ {organ} place
    organ     = "Ủy ban nhân dân" | "Hội đồng nhân dân" | "Đảng ủy"
    place     = "cấp" level {["cấp"] level} | ["các"] unit {["các"] unit}
    level     = "tỉnh" | "huyện" | "xã" | "cơ sở"
    unit      = "tỉnh" | "huyện" | "thị xã" | "thành phố" | "quận" | "xã" | "phường" | "thị trấn" | "đặc khu"

Commas and "và" may stand between any two words. "HĐND, UBND cấp huyện" is two names, "UBND các
huyện, thị xã, thành phố" is UBND cấp huyện.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.agencies.names import Word

_ORGANS = {("uy", "ban", "nhan", "dan"): "UBND", ("hoi", "dong", "nhan", "dan"): "HĐND", ("dang", "uy"): "Đảng ủy"}
_TITLES = {("chu", "tich"), ("pho", "chu", "tich"), ("thuong", "truc"), ("lanh", "dao")}
_PROVINCE, _DISTRICT, _COMMUNE, _PROVINCES = "tỉnh", "cấp huyện", "cấp xã", "các tỉnh, thành phố"
_LEVELS = {"tinh": _PROVINCE, "huyen": _DISTRICT, "xa": _COMMUNE}
_UNITS = {
    ("tinh",): _PROVINCE,
    ("thi", "xa"): _DISTRICT,
    ("thi", "tran"): _COMMUNE,
    ("thanh", "pho"): "city",
    ("tp",): "city",
    ("dac", "khu"): _COMMUNE,
    ("huyen",): _DISTRICT,
    ("quan",): _DISTRICT,
    ("xa",): _COMMUNE,
    ("phuong",): _COMMUNE,
}


AUTHORITY_FIRSTS = frozenset(form[0] for form in (*_TITLES, *_ORGANS))
"""The words that an authority can begin with."""


def match_authority(words: Sequence[Word], at: int, cities: Sequence[tuple[str, ...]]) -> tuple[int, tuple[str, ...]]:
    """The authorities named from word `at` on, and the word after them; `(at, ())` where there are none.

    Args:
        cities: folded names of the cities run by the centre, whose committee is a province's.
    """
    if words[at].text not in AUTHORITY_FIRSTS:
        return at, ()  # almost every word: this is asked of each word of a paper
    here = at
    for title in _TITLES:
        if _starts(words, at, title):
            here = at + len(title)
    organs: list[str] = []
    while True:
        step = _skip_and(words, here) if organs else here
        form = next((form for form in _ORGANS if _starts(words, step, form)), None)
        if form is None:
            break
        organs.append(_ORGANS[form])
        here = step + len(form)
    if not organs:
        return at, ()
    end, places = _match_places(words, here, cities)
    names = tuple(dict.fromkeys(f"{organ} {place}" for place in places for organ in organs))
    return (end, names) if names else (at, ())


def match_organ(words: Sequence[Word], at: int) -> int:
    """The word after the organ that begins at `at`, or `at`."""
    return next((at + len(form) for form in _ORGANS if _starts(words, at, form)), at)


def match_unit(words: Sequence[Word], at: int) -> int:
    """The word after the kind of locality ("thị xã") that begins at `at`, or `at`."""
    return next((at + len(form) for form in _UNITS if _starts(words, at, form)), at)


def _match_places(words: Sequence[Word], at: int, cities: Sequence[tuple[str, ...]]) -> tuple[int, list[str]]:
    here, places, plural, leveled = at, list[str](), False, False
    while here < len(words) and not (words[here].barrier and here > at):
        step = _skip_and(words, here) if places else here
        if _starts(words, step, ("cap",)):
            step, leveled = step + 1, True
        elif _starts(words, step, ("cac",)):
            step, plural = step + 1, True
        if leveled and step < len(words) and words[step].text in _LEVELS:
            places.append(_LEVELS[words[step].text])
            here = step + 1
            continue
        if leveled and _starts(words, step, ("co", "so")):
            places.append(_COMMUNE)
            here = step + 2
            continue
        unit = next((form for form in _UNITS if _starts(words, step, form)), None)
        if unit is None:
            break
        here = step + len(unit)
        places.append(_UNITS[unit])
    return here, _settle(words, here, places, plural, cities)


def _settle(
    words: Sequence[Word], end: int, places: list[str], plural: bool, cities: Sequence[tuple[str, ...]]
) -> list[str]:
    """What "thành phố" is among the units named: a district's peer, a province's, or a province itself."""
    if plural and _PROVINCE in places:
        if places[0] == _PROVINCE:
            return [_PROVINCES]
        places = [place for place in places if place != _PROVINCE]  # "các xã, phường tỉnh Phú Giang" are in it
    if "city" in places:
        if _DISTRICT in places or plural:
            city = _DISTRICT
        elif end < len(words) and words[end].capital and not words[end].barrier:
            city = _PROVINCE if any(_starts(words, end, name) for name in cities) else _DISTRICT
        else:
            city = _PROVINCE
        places = [city if place == "city" else place for place in places]
    return list(dict.fromkeys(places))


def _starts(words: Sequence[Word], at: int, form: Sequence[str]) -> bool:
    if at + len(form) > len(words) or words[at].text != form[0]:
        return False
    return all(words[at + n].text == part and not (n and words[at + n].barrier) for n, part in enumerate(form))


def _skip_and(words: Sequence[Word], at: int) -> int:
    return at + 1 if at < len(words) and words[at].text == "va" and not words[at].barrier else at
