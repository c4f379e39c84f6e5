"""What a message states or requests, where it is no question: read by a linear model of how people write.

The model is of the same make as the reader of questions (`knowledge.qa.query.wanted`): agencies, papers, times,
numbers and the words of the duty that is meant are hidden from it, and every word that its wordings do not share only
says that a name or a topic stands there. So it learns how things are told, not which. `tests/training/statements.py`
trains it on wordings of our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from knowledge.agencies import Directory
from knowledge.qa.query.periods import find_period
from knowledge.qa.query.wanted import features, hidden
from knowledge.text import fold, syllables

LIKELY = 0.5
"""Likelihood from which a message is taken for a statement: what was understood is only offered, so that a wrong
guess costs a tap."""
POSSIBLE = 0.3
"""Likelihood from which nobody is told that the papers hold nothing of it: it may have been no question."""
_DUTY = "<p>"
"""Stands where a duty is named, as it does for a paper."""
_LEAST = 2
"""Words of a title side by side that name its duty: one word alone stands in many sentences."""


class Kind(StrEnum):
    """What is stated or requested."""

    NOTHING = "nothing"
    """A question, or a personal reminder, which others read."""
    SMALL_TALK = "small_talk"
    """Thanks, an interjection, a complaint: nothing to be done, and no question about papers."""
    DONE = "done"
    UNDER_WAY = "under_way"
    MORE_TIME = "more_time"
    NOT_OURS = "not_ours"
    AWAY = "away"
    BACK = "back"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    FEWER = "fewer"
    MOVED = "moved"
    URGE = "urge"


KINDS = tuple(Kind)


@dataclass(frozen=True, slots=True)
class _Model:
    """A row of weights a kind, their biases, and the words that wordings share."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    vocabulary: frozenset[str]


def shown(text: str, directory: Directory, titles: Iterable[str], today: date) -> str:
    """What the model sees of a message: folded, with agencies, papers, times, numbers and the duty meant hidden.

    Args:
        titles: of the duties that may be meant.
    """
    folded = fold(text)
    spans = [(each.start, each.end) for each in directory.find(text)] if len(folded) == len(text) else []
    period = find_period(folded, today)
    plain = hidden(folded, spans, period.words if period else "", {})
    return _without_duty(plain.split(), titles) + (" ?" if text.rstrip().endswith("?") else "")


@dataclass(frozen=True, slots=True)
class Statement:
    """What is stated or requested; where it is not `likely`, it is only possible that anything is."""

    kind: Kind
    likely: bool


def read_statement(text: str, directory: Directory, titles: Iterable[str], today: date) -> Statement:
    """What is stated or requested, see `shown`; `NOTHING` where that is not even possible."""
    model, sees = _model(), shown(text, directory, titles, today)
    if not set(sees.split()) - {"<t>", "?"}:
        return Statement(Kind.NOTHING, likely=False)  # a number or a day alone
    places = features(sees, model.vocabulary)
    scores = model.weights[:, places].sum(axis=1) / np.sqrt(len(places)) + model.bias
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    best = 1 + int(likely[1:].argmax())  # the first is nothing
    return Statement(KINDS[best] if likely[best] >= POSSIBLE else Kind.NOTHING, bool(likely[best] >= LIKELY))


def _without_duty(words: Sequence[str], titles: Iterable[str]) -> str:
    """The words with a sign for those that stand side by side in the title that most of them are of."""
    known = (set(syllables(title)) for title in titles)
    best = max(known, key=lambda title: len(title.intersection(words)), default=set[str]())
    left: list[str] = []
    for of_title, run in groupby(words, key=best.__contains__):
        same = list(run)
        left += [_DUTY] if of_title and len(same) >= _LEAST else same
    return " ".join(left)


@cache
def _model() -> _Model:
    with resources.files(__package__).joinpath("data/statements.npz").open("rb") as file:
        kept = np.load(file)
        weights = kept["weights"].astype(np.float32) * kept["scale"][:, None]
        return _Model(weights, kept["bias"], frozenset(str(kept["vocabulary"]).split()))
