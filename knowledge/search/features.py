"""A passage as scoring sees it: canonical syllables per field, with neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.library import LivePassage, LiveTask
from knowledge.text import Folded
from knowledge.understanding.lexicon import Lexicon

_SENTENCE = re.compile(r"(?<=[;.])\s+(?=\S)|\n+")
MIN_SENTENCE = 25
"""Characters; a shorter piece ("a)", "TP.") belongs to the next."""


@dataclass(frozen=True, slots=True)
class Field:
    """A stretch of text: its syllables in order, as a set, and its neighbouring pairs."""

    words: tuple[Folded, ...]
    known: frozenset[Folded]
    pairs: frozenset[tuple[Folded, Folded]]
    initials: str
    """First letters of the words in order, with a space at each end of the text."""


def make_field(words: Sequence[Folded]) -> Field:
    """Index `words`. Pairs reach over one syllable, so "rà soát, sửa đổi" still meets "rà sửa"."""
    pairs = set(pairwise(words))
    return Field(tuple(words), frozenset(words), frozenset(pairs), "".join(word[0] for word in words))


@dataclass(frozen=True, slots=True)
class Features:
    """All of a passage, its best-telling fields, and the headings above it."""

    whole: Field
    fields: tuple[Field, ...]
    """Title and activity of a task; the sentences of a clause."""
    sentences: tuple[str, ...]
    """The clause's sentences as printed, one for each of `fields`; empty for a task."""
    headings: Field
    own: Field | None = None
    """What a row does not share with the rows of the same merged title; None for a clause."""


def sentences(text: str) -> list[str]:
    """`text` cut at sentence ends and semicolons."""
    pieces: list[str] = []
    for piece in _SENTENCE.split(text):
        if pieces and len(pieces[-1]) < MIN_SENTENCE:
            pieces[-1] = f"{pieces[-1]} {piece}"
        elif piece.strip():
            pieces.append(piece.strip())
    return pieces


def clause_features(passage: LivePassage, lexicon: Lexicon) -> Features:
    """Features of a clause."""
    parts = sentences(passage.passage.text)
    fields = tuple(make_field(lexicon.canonical(part)) for part in parts)
    headings = " ".join((*passage.passage.source.section_path, passage.passage.agency or ""))
    whole = make_field(lexicon.canonical(passage.passage.text))
    return Features(whole, fields, tuple(parts), make_field(lexicon.canonical(headings)))


def task_features(task: LiveTask, lexicon: Lexicon) -> Features:
    """Features of a task's row."""
    row = task.task
    told = [text for text in (row.activity, row.title, row.product) if text]
    fields = tuple(make_field(lexicon.canonical(text)) for text in told)
    offices = " ".join((row.section or "", *row.lead, *row.coordinating))
    whole = make_field(lexicon.canonical(" . ".join((*told, row.deadline.phrase))))
    own = make_field(lexicon.canonical(" . ".join(filter(None, (row.activity or row.title, row.product)))))
    return Features(whole, fields, (), make_field(lexicon.canonical(offices)), own)
