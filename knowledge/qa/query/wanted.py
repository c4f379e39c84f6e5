"""What a message wants: which kind of answer, and which fields of a task, read by a linear model.

The model sees the folded words that people ask with, singly and in pairs, and their letters in threes; agencies,
papers and times are hidden from it and every other word only tells that a topic stands there, so that it learns how
people ask and not about what. `tests/training` has the wordings that it was trained on, and the script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.text import Folded

SIZE = 8192
"""Places of the hashed features: twice as many change no figure."""


class Mode(StrEnum):
    """Which kind of answer is wanted."""

    FACT = "fact"
    TARGET = "target"
    LIST = "list"
    COUNT = "count"
    COMPARE = "compare"
    SUMMARY = "summary"
    PAPER = "paper"
    PROGRESS = "progress"
    REQUEST = "request"
    STATEMENT = "statement"
    GREETING = "greeting"
    HELP = "help"


class Wanted(StrEnum):
    """A field of a task."""

    LEAD = "lead"
    DUE = "due"
    COORDINATING = "coordinating"
    PRODUCT = "product"
    RECIPIENT = "recipient"
    START = "start"
    FREQUENCY = "frequency"
    CONTENT = "content"


MODES, FIELDS = tuple(Mode), tuple(Wanted)
_FIELD_FROM = 0.3
"""Likelihood from which a field counts as wanted: one too many is only told earlier in the record."""

_PAPER = re.compile(
    r"\b(?:ke hoach|kh|cong van|cv|quyet dinh|qd|nghi quyet|nq|chi thi|ct|ket luan|kl|thong bao|tb"
    r"|chuong trinh|de an)"
    r"(?: so)? ?(?:\d[\w/-]*|nay|do|tren|ay)(?: nam 20\d\d)?"
)
_NUMBER = re.compile(r"\d[\w/.,-]*")
_TOKEN = re.compile(r"<[apt]>|[a-z]+|%")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message wants.

    Attributes:
        likely: how likely each mode is, in the order of `MODES`.
        fields: those wanted, the likeliest first.
    """

    mode: Mode
    likely: tuple[float, ...]
    fields: tuple[Wanted, ...]

    def chance(self, *modes: Mode) -> float:
        """How likely one of `modes` is."""
        return sum(self.likely[MODES.index(mode)] for mode in modes)


def hidden(
    text: Folded, agencies: Iterable[tuple[int, int]], period: str, meaning: Mapping[str, Sequence[str]]
) -> str:
    """Folded `text` with signs in place of what is asked about, and abbreviations written out.

    Args:
        agencies: where they stand in `text`.
        period: the words that say when; empty for none.
        meaning: of abbreviations.
    """
    shown = str(text)
    for start, end in sorted(agencies, reverse=True):
        shown = f"{shown[:start]} <a> {shown[end:]}"
    if period:
        shown = shown.replace(period, " <t> ")
    shown = _NUMBER.sub(" ", _PAPER.sub(" <p> ", shown))
    return " ".join(word for token in _TOKEN.findall(shown) for word in meaning.get(token, (token,)))


def features(shown: str, vocabulary: frozenset[str]) -> NDArray[np.int64]:
    """Places of the features of a text with its agencies, papers and times hidden, each once.

    Args:
        vocabulary: the words that people ask with; every other one is a topic's and says only that one stands there.
    """
    words = ["^"]
    for word in shown.split():
        if word in vocabulary or word in _SIGNS:
            words.append(word)
        elif words[-1] != _TOPIC:
            words.append(_TOPIC)
    words.append("$")
    signs = [f"1 {w}" for w in words]
    signs += [f"2 {a} {b}" for a, b in pairwise(words)]
    for word in words[1:-1]:
        padded = f"_{word}_"
        signs += [f"c {padded[i : i + 3]}" for i in range(len(padded) - 2)]
    return np.unique(np.fromiter((crc32(sign.encode()) % SIZE for sign in signs), dtype=np.int64))


_SIGNS, _TOPIC = frozenset(("<a>", "<p>", "<t>")), "<x>"


@dataclass(frozen=True, slots=True)
class _Model:
    """One row of weights an output (modes, then fields), their biases, and the words that people ask with."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    vocabulary: frozenset[str]


@cache
def _model() -> _Model:
    with resources.files(__package__).joinpath("data/wanted.npz").open("rb") as file:
        kept = np.load(file)
        weights = kept["weights"].astype(np.float32) * kept["scale"][:, None]
        return _Model(weights, kept["bias"], frozenset(str(kept["vocabulary"]).split()))


def read_wanted(shown: str) -> Asked:
    """What a text wants, its agencies, papers and times hidden."""
    model = _model()
    places = features(shown, model.vocabulary)
    scores = model.weights[:, places].sum(axis=1) / np.sqrt(len(places)) + model.bias
    modes = np.exp(scores[: len(MODES)] - scores[: len(MODES)].max())
    likely = modes / modes.sum()
    chances = 1 / (1 + np.exp(-scores[len(MODES) :]))
    order: Sequence[int] = np.argsort(-chances).tolist()
    fields = tuple(FIELDS[i] for i in order if chances[i] >= _FIELD_FROM)
    return Asked(MODES[int(likely.argmax())], tuple(likely.tolist()), fields)
