"""Numbers and years as plans print them, and the year that follows a month or a day.

The patterns of this package are written with two signs of their own: a space is
white space, `~` is white space that may be missing (scanners lose it).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from knowledge.deadlines.spans import Span
from knowledge.deadlines.tokens import Kind, Value

Found = tuple[Kind, Value]
Maker = Callable[[re.Match[str]], Found]
Rules = dict[str, tuple[str, Maker]]
"""Name of a rule to its pattern and the function that reads a match of it."""

NOTHING: Found = (Kind.WORD, None)
BAD: Found = (Kind.BAD, None)


def always(kind: Kind) -> Maker:
    """A maker for words that carry no value."""
    return lambda _: (kind, None)


_OCR_DIGITS = str.maketrans("oil|", "0111")
NUMBER = r"(?:0[ ][1-9]|[0-9][0-9oil]|[oil][0-9]|(?:o[il]|[il]o|l[il]|il)(?=~/)|[0-9])(?![0-9a-z])"
YEAR = r"(?:(?:19|2[0o])[0-9o][0-9](?![0-9a-z]))"
ROMAN = r"(?:[il|](?:~[il|1]){0,2}|1[il|]{1,2}|[il1|]~?v|v|[0-9]{1,2}|[vix]{2,4})(?![0-9a-z])"
_NEXT = (
    r"(?:lien ke sau nam (?:danh gia|bao cao|ke hoach|thuc hien)"
    r"|(?:sau|toi|tiep theo|ke tiep|lien ke|tiep sau)(?! khi))"
)
_LAST = r"(?:lien ke )?truoc(?: lien ke)?(?! ngay| thang| [0-9])(?![a-z])"
_THIS = r"(?:nay|bao cao|ke hoach|danh gia|hien hanh)(?![a-z])"
# The year after a month, a quarter or a day: "/2026", ".2026", "/26", "năm 2026", "năm sau".
YEAR_AFTER = (
    rf"(?:~/~(?P<y>{YEAR}|[2-5][0-9](?![0-9a-z/.]|~nam~[0-9]))|~[.-]~(?P<y2>{YEAR})"
    rf"|~[,(]?~(?:cua |trong )?nam~(?P<y3>{YEAR}|20[ ][0-9][0-9](?![0-9])|[2-5][0-9](?![0-9a-z]))"
    rf"|~,?~(?:cua )?nam (?:(?P<next>{_NEXT})|(?P<last>{_LAST})|{_THIS}))"
)
OF_YEAR = YEAR_AFTER + "?"


def pattern(source: str) -> str:
    """`source` with its white-space signs written out; a set "[ ]" keeps its one space."""
    kept = source.replace("[ ]", "\0")
    return kept.replace(" ", " +").replace("~", " *").replace("\0", " ")


def number_of(sign: str) -> int:
    """The value of digits, scanning slips and stray spaces included."""
    return int("".join(sign.split()).translate(_OCR_DIGITS))


def _year_number(sign: str) -> int:
    number = number_of(sign)
    return number if number > 100 else 2000 + number


def with_year(span: Span | None, m: re.Match[str]) -> Found:
    """`span` in the year that `m` prints after it; bad when there is no such period or day."""
    if span is None:
        return BAD
    groups = m.groupdict()
    printed = groups.get("y") or groups.get("y2") or groups.get("y3")
    if not printed:
        later = 1 if groups.get("next") else -1 if groups.get("last") else 0
        return Kind.SPAN, replace(span, later=later)
    dated = span.of_year(_year_number(printed))
    return (Kind.SPAN, dated) if dated.bounds() else BAD
