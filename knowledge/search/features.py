"""A passage as scoring sees it: canonical syllables per field, with neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from knowledge.library import LivePassage, LiveTask
from knowledge.text import Folded
from knowledge.understanding.lexicon import Lexicon
from knowledge.understanding.spelling import folded

_SENTENCE = re.compile(r"(?<=[;.])\s+(?=\S)|\n+")
MIN_SENTENCE = 25
"""Characters; a shorter piece ("a)", "TP.") belongs to the next."""


@dataclass(frozen=True, slots=True)
class Field:
    """A stretch of text: its syllables in order, as a set, and its neighbouring pairs."""

    known: frozenset[Folded]
    pairs: frozenset[tuple[Folded, Folded]]
    accented: frozenset[str]
    """Syllables as printed, lower case, tone marks in their newer place."""


def make_field(text: str, lexicon: Lexicon) -> Field:
    """Index `text`."""
    accented = lexicon.spelled(text)
    words = [folded(word) for word in accented]
    return Field(frozenset(words), frozenset(pairwise(words)), frozenset(accented))


NO_FIELD = Field(frozenset(), frozenset(), frozenset())


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
    fields = tuple(make_field(part, lexicon) for part in parts)
    headings = " ".join((*passage.passage.source.section_path, passage.passage.agency or ""))
    agency = passage.passage.agency or ""
    whole = make_field(f"{agency} . {passage.passage.text}", lexicon)
    return Features(whole, fields, tuple(parts), make_field(headings, lexicon))


def task_features(task: LiveTask, lexicon: Lexicon) -> Features:
    """Features of a task's row."""
    row = task.task
    told = [text for text in (row.activity, row.title, row.product) if text]
    fields = tuple(make_field(text, lexicon) for text in told)
    offices = " ".join((row.section or "", *row.lead, *row.coordinating))
    whole = make_field(" . ".join((*told, row.deadline.phrase)), lexicon)
    own = make_field(" . ".join(filter(None, (row.activity or row.title, row.product))), lexicon)
    return Features(whole, fields, (), make_field(offices, lexicon), own)
