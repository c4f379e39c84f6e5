"""Trains the reader of a question's topic on wordings of our own, and measures it on those kept aside.

`python -m tests.training.topic` prints the share of words read right of `held.jsonl` and writes `data/topic.npz`.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.qa.query import topic as reader
from knowledge.qa.query.lexicon import Lexicon, load_lexicon
from knowledge.qa.query.topic import AGENCY, PAPER, SIZE, TIME, features, likely_topic, signed
from knowledge.text import syllables
from tests.reading import read_lines
from tests.training import topics

HERE = Path(__file__).parent
OUT = Path(reader.__file__).parent / "data" / "topic.npz"
COPIES = 10
"""Each wording is seen with so many topics."""
LEAST = 2
"""Wordings that a word of asking stands in."""
EPOCHS = 12
_SIGNS = {"PLAN": PAPER, "AGENCY": AGENCY, "PERIOD": TIME}
_SAID = {"TARGET": topics.topic, "YEAR": lambda _: "2026", "PERSON": lambda _: "chị Lan", "TOPIC": topics.topic}
_COURTEOUS, _BARE = 0.4, 0.05


def vocabulary(lexicon: Lexicon) -> frozenset[str]:
    """The words that people ask with, beside the places of wordings, abbreviations written out."""
    texts = [
        *(line["text"] for line in read_lines(HERE / "wordings.jsonl")),
        *topics.PREFACES * 2,
        *topics.SUFFIXES * 2,
    ]
    counts: dict[str, int] = {}
    for text in texts:
        for word in set(_words(re.sub(r"\{[A-Z]+\}", " ", text), lexicon)):
            counts[word] = counts.get(word, 0) + 1
    return frozenset(word for word, count in counts.items() if count >= LEAST)


def _words(text: str, lexicon: Lexicon) -> list[str]:
    return [each for word in syllables(text.replace("/", " ")) for each in lexicon.written.get(word, (word,))]


def example(text: str, chance: random.Random, lexicon: Lexicon) -> tuple[list[str], list[bool]]:
    """The words of a wording with its places filled, and which of them are the topic."""
    if chance.random() < _BARE:
        text = "{TOPIC}"
    if chance.random() < _COURTEOUS:
        text = f"{chance.choice(topics.PREFACES)} {text}"
    if chance.random() < _COURTEOUS:
        text = f"{text.rstrip(' ?')} {chance.choice(topics.SUFFIXES)}"
    words: list[str] = []
    is_topic: list[bool] = []
    for piece in re.split(r"(\{[A-Z]+\})", text):
        name = piece.strip("{}")
        if piece.startswith("{") and name in _SIGNS:
            words.append(_SIGNS[name])
            is_topic.append(False)
            continue
        said = _words(_SAID[name](chance) if piece.startswith("{") else piece, lexicon)
        words += said
        is_topic += [name in {"TOPIC", "TARGET"}] * len(said)
    return words, is_topic


def examples(name: str, copies: int, seed: int, lexicon: Lexicon) -> Iterator[tuple[list[str], list[bool]]]:
    """Filled wordings of a file."""
    chance = random.Random(seed)
    for line in read_lines(HERE / name):
        for _ in range(copies):
            yield example(line["text"], chance, lexicon)


def train(rows: Sequence[tuple[NDArray[np.int64], bool]]) -> tuple[NDArray[np.float32], float]:
    """Weights and bias of a logistic curve."""
    import torch

    torch.manual_seed(1)
    torch.set_num_threads(1)
    places = torch.from_numpy(np.stack([each for each, _ in rows]))
    wanted = torch.tensor([float(each) for _, each in rows])
    bag = torch.nn.EmbeddingBag(SIZE, 1, mode="sum")
    torch.nn.init.zeros_(bag.weight)
    bias = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.Adam([*bag.parameters(), bias], lr=0.02)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(rows)).split(4096):  # type: ignore[no-untyped-call]  # torch's own
            scores = bag(places[batch])[:, 0] + bias
            loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, wanted[batch])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch's own
            optimizer.step()
    return bag.weight.detach().numpy()[:, 0], float(bias)


def main() -> int:
    """Trains, writes, measures."""
    lexicon = load_lexicon()
    known = vocabulary(lexicon)
    rows = [
        (places, wanted)
        for words, is_topic in examples("wordings.jsonl", COPIES, 1, lexicon)
        for places, wanted in zip(features(signed(words, known)), is_topic, strict=True)
    ]
    weights, bias = train(rows)
    scale = float(np.abs(weights).max()) / 127
    np.savez_compressed(
        OUT,
        weights=np.round(weights / scale).astype(np.int8),
        scale=np.float32(scale),
        bias=np.float32(bias),
        vocabulary=" ".join(sorted(known)),
    )
    measure(lexicon)
    return 0


def measure(lexicon: Lexicon) -> None:
    """Prints how many words of the wordings kept aside are read right."""
    right = total = whole = count = 0
    for words, is_topic in examples("held.jsonl", 3, 7, lexicon):
        read = [each >= 0.5 for each in likely_topic(words)]
        right += sum(a == b for a, b in zip(read, is_topic, strict=True))
        total += len(words)
        whole += read == is_topic
        count += 1
        if "--show" in sys.argv and read != is_topic:
            said = (f"[{word}]" if each else word for word, each in zip(words, read, strict=True))
            sys.stdout.write(f"{' '.join(said)}\n")
    sys.stdout.write(f"kept aside: words {right}/{total}, whole questions {whole}/{count}\n")


if __name__ == "__main__":
    sys.exit(main())
