"""What each database's keyword index does, and what all of them share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from knowledge.library import Hit

PAIR_WEIGHT = 1.5
"""A pair of syllables is most often a word of Vietnamese; a single one often is not."""


class Indexed(NamedTuple):
    """What the index takes of a passage."""

    id: int
    version_id: int
    folded: str


class Index(Protocol):
    """One database's way to keep terms and to find by them; without state."""

    def insert(self, session: Session, passages: Sequence[Indexed]) -> None:
        """Add passages."""

    def remove(self, session: Session, passages: Sequence[int]) -> None:
        """Take passages out; those that are not there are passed over."""

    def clear(self, session: Session) -> None:
        """Take everything out."""

    def held(self, session: Session) -> set[int]:
        """The passages that are in it."""

    def rank(
        self, session: Session, searches: Sequence[Mapping[str, int]], limit: int, plan_ids: Collection[int] | None
    ) -> list[list[Hit]]:
        """For each search the passages that hold any of its terms, best first, equal ones by number.

        By BM25 as FTS5 has it: k1 1.2, b 0.75, a passage's length and the average counted in syllables and pairs
        together, a pair's occurrences times `PAIR_WEIGHT`, a term's weight ln((N - n + 0.5) / (n + 0.5)), but at
        least a millionth.

        Args:
            searches: the terms of each, and in how many rows each term stands.
            limit: passages of each search.
        """


def pairs(words: Sequence[str]) -> list[str]:
    """Neighbouring syllables as one term each."""
    return [f"{left}_{right}" for left, right in pairwise(words)]
