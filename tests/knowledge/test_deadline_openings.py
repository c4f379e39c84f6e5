"""The first signs of what a pattern matches: every rule of the grammar is found by them where it was found before."""

from __future__ import annotations

import re

import pytest

from knowledge.deadlines import scanner
from knowledge.deadlines.normal import normalise
from knowledge.deadlines.openings import openings
from tests.knowledge.test_deadlines import BEGINNINGS, DAYS, MONTHS, QUARTERS, UNREADABLE, WINDOWS, YEARS, Row


@pytest.mark.parametrize(
    ("pattern", "signs"),
    [
        ("(?:thang|q)uy?|[0-2]x", "012qt"),
        (r"(?:tu )?(?=x)n", "nt"),
        (r"(?<![a-z])(?:0?[1-3]|xi{1,2})\b", "0123x"),
        (r"\d", None),
        (".", None),
        ("a?b*", None),
    ],
)
def test_first_signs(pattern: str, signs: str | None) -> None:
    found = openings(pattern)
    assert (found and "".join(sorted(found))) == signs


@pytest.mark.parametrize("rows", [QUARTERS, MONTHS, DAYS, YEARS, WINDOWS, BEGINNINGS, UNREADABLE], ids=len)
def test_no_rule_is_missed(rows: list[Row]) -> None:
    """By the first sign the same rule is found as by trying all of them."""
    rules = [f"(?:{source})(?P<{name}>)" for name, source in scanner._SOURCES.items()]
    every = re.compile("|".join([*rules, f"(?:{scanner._WORD.pattern})(?P<word>)"]))
    for phrase, *_ in rows:
        text = normalise(phrase).text
        for at in range(len(text)):
            whole, quick = every.match(text, at), scanner._any_of(text[at]).match(text, at)
            assert _told(whole) == _told(quick), (text, at)


def _told(match: re.Match[str] | None) -> tuple[str | None, int] | None:
    return (match.lastgroup, match.end()) if match else None
