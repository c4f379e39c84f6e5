"""Which words of a question are its topic, and which only ask: a linear model over each word and its neighbours.

Words that people ask with stand for themselves, every other one only for "some topic": so it learns how people ask,
and not about what. `tests/training` has the wordings that it was trained on, and the script.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

SIZE = 16_384
"""Places of the hashed features."""
AGENCY, PAPER, TIME, NUMBER, TOPIC = "<a>", "<p>", "<t>", "<n>", "<x>"
"""Signs for what is told apart by other means; `TOPIC` for every word that nobody asks with."""


LIKELY = 0.5
"""Chance from which a word is the topic's."""


@dataclass(frozen=True, slots=True)
class _Model:
    weights: NDArray[np.float32]
    bias: float
    vocabulary: frozenset[str]


def likely_topic(words: Sequence[str]) -> list[float]:
    """How likely each word belongs to the topic.

    Args:
        words: folded, with signs in place of agencies, papers and times.
    """
    model = _model()
    shown = signed(words, model.vocabulary)
    scores = np.array([model.weights[places].sum() for places in features(shown)], np.float64) + model.bias
    return [float(each) for each in 1 / (1 + np.exp(-scores))]


def signed(words: Sequence[str], vocabulary: frozenset[str]) -> list[str]:
    """`words` with a sign for each that nobody asks with."""
    return [
        word if word in vocabulary or word in _SIGNS else NUMBER if word[:1].isdigit() else TOPIC for word in words
    ]


def features(shown: Sequence[str]) -> Iterator[NDArray[np.int64]]:
    """Places of the features of each word."""
    strange = [place for place, word in enumerate(shown) if word == TOPIC]
    padded = ["^^", "^", *shown, "$", "$$"]
    for place, word in enumerate(shown):
        far, before, _, after, further = padded[place : place + 5]
        left = place - max((at for at in strange if at < place), default=place - _FAR)
        right = min((at for at in strange if at > place), default=place + _FAR) - place
        begins, ends = min(place, _EDGE), min(len(shown) - 1 - place, _EDGE)
        sides = f"{min(left, _FAR)},{min(right, _FAR)}"
        told = (
            f"0{word}", f"1{before}", f"2{after}", f"3{before} {word}", f"4{word} {after}", f"5{far} {before}",
            f"6{after} {further}", f"7{before} {word} {after}", f"8{far} {before} {word}",
            f"9{word} {after} {further}", f"a{sides}", f"b{word} {sides}", f"c{begins} {word}", f"d{ends} {word}",
            f"e{word} {left < _FAR} {right < _FAR}", f"f{before} {word} {left < _FAR}",
            f"g{word} {after} {right < _FAR}",
        )  # fmt: skip
        yield np.array([crc32(each.encode()) % SIZE for each in told], np.int64)


_SIGNS = frozenset((AGENCY, PAPER, TIME, NUMBER, TOPIC))
_FAR = 6
"""Words beyond which a strange one has no say."""
_EDGE = 4


@cache
def _model() -> _Model:
    with resources.files(__package__).joinpath("data/topic.npz").open("rb") as file:
        data = np.load(file)
        weights = data["weights"].astype(np.float32) * data["scale"]
        return _Model(weights, float(data["bias"]), frozenset(str(data["vocabulary"]).split()))
