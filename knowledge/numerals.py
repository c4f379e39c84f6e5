"""Roman numerals as plans print them, scanning slips included.

Quarters are I to IV and months, rarely, I to XII. A scanner reads "I" as a small
L, a one or a bar ("Quý lII", "Quý 1V"), so these signs count as "I" beside a
true letter; a number of digits alone is Arabic ("11" is eleven, never II).
"""

from __future__ import annotations

_ONES = str.maketrans("l1|", "iii")
_ROMAN = {
    numeral: value
    for value, numeral in enumerate(
        ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"], start=1
    )
}


def parse_small_number(sign: str) -> int | None:
    """The value of an Arabic number or of a Roman one up to twelve; null for neither.

    >>> parse_small_number("IV"), parse_small_number("04"), parse_small_number("1V"), parse_small_number("VX")
    (4, 4, 4, None)
    """
    compact = "".join(sign.split()).lower()
    if compact.isascii() and compact.isdigit():
        return int(compact)
    return _ROMAN.get(compact.translate(_ONES))
