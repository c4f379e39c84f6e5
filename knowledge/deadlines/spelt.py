"""Numbers in words, found where they count something of the calendar.

"ngày mười lăm tháng ba" is read as "ngày 15 tháng 3", so that the grammar knows digits
only. A number of one word counts only beside a word of time, since "ba", "năm" and
"tư" are ordinary words as well: in a print with accents every word must carry those of
the number, and without accents "sau" (after) and "tu" (from) are no numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_VALUES = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5, "sau": 6, "bay": 7,
    "tam": 8, "chin": 9,
}  # fmt: skip
_PRINTED = frozenset(
    ["một", "mốt", "hai", "ba", "bốn", "tư", "năm", "lăm", "nhăm", "sáu", "bảy", "bẩy", "tám", "chín", "mười", "mươi"]
)
_AMBIGUOUS = frozenset({"sau", "tu"})
_ONE = "(?:mot|hai|ba|bon|tu|sau|bay|tam|chin)(?! +muoi(?![a-z]))"
_TENS = rf"(?:(?:hai|ba|bon|nam|sau|bay|tam|chin) +)?muoi(?: +(?:lam|nham|{_ONE}))?"
_COUNTS = "(?:ngay|m[uo]ng|thang|qu[yi]|tuan|thu|dot|lan|giai +doan|ky|buoc|vong)"
_COUNTED = "(?:thang|qu[yi]|tuan|nam|ngay|lan|dot|ky)"
# "năm" is a five only in a day before a month, or a month before its year: else it is the year itself.
_YEAR_NEXT = r"(?= *(?:/ *[0-9]|(?:hang +)?nam(?![a-z])))"
_FIVE = (
    rf"(?P<day>(?<![a-z])(?:ngay|m[uo]ng) +)nam(?= +thang(?! +nam(?!{_YEAR_NEXT}))(?![a-z]))"
    rf"|(?P<month>(?<![a-z])thang +)nam{_YEAR_NEXT}"
)
_NUMBER = re.compile(
    rf"(?<![a-z0-9])(?:{_FIVE}|{_TENS}|(?P<counts>{_COUNTS} +){_ONE}|{_ONE}(?= +{_COUNTED}(?![a-z])))(?![a-z0-9])"
)


def spelt_numbers(text: str, printed: Callable[[int, int], str] | None) -> Iterator[tuple[int, int, int]]:
    """Begin, end and value of every number in words.

    Args:
        text: lower case without accents.
        printed: the lower-case NFC print between two offsets; null for a print without accents.
    """
    for match in _NUMBER.finditer(text):
        begin = match.start() + sum(len(group) for group in match.groups() if group)
        words = match.string[begin : match.end()].split()
        if printed is not None:
            known = _PRINTED.issuperset(printed(begin, match.end()).split())
        else:
            known = len(words) > 1 or words[0] not in _AMBIGUOUS
        if known:
            yield begin, match.end(), _sum(words)


def _sum(words: list[str]) -> int:
    if "muoi" not in words:
        return _VALUES[words[0]]
    at = words.index("muoi")
    tens = _VALUES[words[0]] if at else 1
    return 10 * tens + (_VALUES[words[at + 1]] if at + 1 < len(words) else 0)
