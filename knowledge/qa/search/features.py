"""A passage as scoring sees it: canonical syllables per field, with neighbours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from knowledge.library import LivePassage, LivePlan, LiveTask
from knowledge.qa.query.lexicon import Lexicon
from knowledge.qa.query.spelling import folded
from knowledge.text import Folded

_SENTENCE = re.compile(r"(?<=[;.])\s+(?=\S)|\n+")
MIN_SENTENCE = 25
"""Characters; a shorter piece ("a)", "TP.") belongs to the next."""


@dataclass(frozen=True)
class Field:
    """A stretch of text: its syllables in order; what scoring asks of them is made when it is asked."""

    spelled: tuple[str, ...] = ()
    """Syllables as printed, lower case, tone marks in their newer place."""

    @cached_property
    def words(self) -> tuple[Folded, ...]:
        """The syllables, folded."""
        return tuple(map(folded, self.spelled))

    @cached_property
    def known(self) -> frozenset[Folded]:
        """`words` as a set."""
        return frozenset(self.words)

    @cached_property
    def text(self) -> str:
        """The words with a space before, between and after, to look for words in a row.

        A string, since the hundreds of pairs of a set would each be gone through by Python's collector.
        """
        return f" {' '.join(self.words)} "

    def beside(self, first: Folded, second: Folded) -> bool:
        """Whether the second word follows the first somewhere."""
        return first in self.known and second in self.known and f" {first} {second} " in self.text

    @cached_property
    def accented(self) -> frozenset[str]:
        """`spelled` as a set."""
        return frozenset(self.spelled)

    @cached_property
    def initials(self) -> str:
        """First letters of `words`, one each."""
        return "".join(word[0] for word in self.words)

    def prepare(self) -> None:
        """Makes what scoring asks for."""
        _ = self.known, self.text, self.accented


def make_field(text: str, lexicon: Lexicon) -> Field:
    """Index `text`."""
    return Field(lexicon.spelled(text))


NO_FIELD = Field()


@dataclass(frozen=True)
class Features:
    """All of a passage, its best-telling fields, and the headings above it.

    Most candidates are dropped by `whole` and `headings` alone, so the rest is indexed
    when it is first looked at.
    """

    lexicon: Lexicon
    whole: Field
    headings: Field
    title: Field
    """The paper's; it stands among `headings` as well."""
    told: tuple[str, ...]
    """Title, activity and product of a task; the sentences of a clause."""
    sentences: tuple[str, ...] = ()
    """The clause's sentences as printed, one for each of `fields`; empty for a task."""
    own_text: str | None = None
    """What a row does not share with the rows of the same merged title; None for a clause."""

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """One for each of `told`."""
        return tuple(make_field(text, self.lexicon) for text in self.told)

    @cached_property
    def own(self) -> Field | None:
        """The field of `own_text`."""
        return None if self.own_text is None else make_field(self.own_text, self.lexicon)

    def prepare(self) -> None:
        """Makes what scoring asks for."""
        for each in (self.whole, self.headings, self.title, *self.fields, self.own):
            if each is not None:
                each.prepare()


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
    parts = tuple(sentences(passage.passage.text))
    headings = " . ".join(
        (passage.plan.metadata.title or "", *passage.passage.source.section_path, passage.passage.agency or "")
    )
    agency = passage.passage.agency or ""
    whole = make_field(f"{agency} . {passage.passage.text}", lexicon)
    return Features(lexicon, whole, make_field(headings, lexicon), _title(passage.plan, lexicon), parts, parts)


def task_features(task: LiveTask, lexicon: Lexicon) -> Features:
    """Features of a task's row."""
    row = task.task
    told = tuple(text for text in (row.activity, row.title, row.product) if text)
    offices = " . ".join((task.plan.metadata.title or "", row.section or "", *row.lead, *row.coordinating))
    whole = make_field(" . ".join((*told, row.deadline.phrase)), lexicon)
    own = " . ".join(filter(None, (row.activity or row.title, row.product)))
    return Features(lexicon, whole, make_field(offices, lexicon), _title(task.plan, lexicon), told, (), own)


def _title(plan: LivePlan, lexicon: Lexicon) -> Field:
    return _title_of(plan.metadata.title or "", lexicon)


@lru_cache(maxsize=1_000)
def _title_of(title: str, lexicon: Lexicon) -> Field:
    """All passages of a paper stand under one."""
    return make_field(title, lexicon)
