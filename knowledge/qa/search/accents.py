"""Accents put back on words typed without them, by how the papers write them.

A model of language reads "ra soat thu tuc" as another language; the papers write "rà soát thủ tục" and hardly
anything else with these letters. Of all spellings the likeliest row of words is taken, by pairs of neighbours.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log

from knowledge.text import Folded, fold, nfc

_WORD = re.compile(r"[^\W_]+")
_UNSEEN = 0.01
"""What a spelling's share counts beside the pairs that were seen: it decides only where none was."""


class Accents:
    """How the words of some texts are spelled."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            words = _WORD.findall(nfc(text).lower())
            self._counts.update(words)
            self._pairs.update(pairwise(words))
        self._spellings: dict[Folded, list[str]] = defaultdict(list)
        for word in self._counts:
            self._spellings[fold(word)].append(word)

    def restored(self, words: Sequence[tuple[Folded, str | None]]) -> list[str]:
        """Each word as typed with accents, where it was; else in the spelling that goes best with its neighbours."""
        rows: dict[str, tuple[float, list[str]]] = {"": (0.0, [])}
        for folded, typed in words:
            spellings = [typed] if typed else self._spellings.get(folded) or [str(folded)]
            rows = {each: max(self._gone_on(row, last, each) for last, row in rows.items()) for each in spellings}
        return max(rows.values())[1]

    def _gone_on(self, row: tuple[float, list[str]], last: str, word: str) -> tuple[float, list[str]]:
        alike = sum(self._counts[each] for each in self._spellings.get(fold(word), ()))
        share = (self._counts[word] + 1) / (alike + 1)
        seen = self._pairs[last, word] / (self._counts[last] + 1)
        return row[0] + log(seen + _UNSEEN * share), [*row[1], word]
