"""Trains the reader of what messages state or request, and measures it on wordings kept aside.

`python -m tests.training.statements` trains on `statements.jsonl` and, for questions, on `wordings.jsonl`; prints how
`statements_held.jsonl`, written by somebody else, is read; and writes `bot/chat/data/statements.npz`.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.chat import statements
from bot.chat.statements import KINDS, Kind, read_statement, shown
from knowledge.agencies import Directory, load_directory
from knowledge.qa.query.wanted import SIZE, features
from knowledge.text import fold
from tests.reading import read_lines
from tests.training import wanted

HERE = Path(__file__).parent
OUT = Path(statements.__file__).parent / "data" / "statements.npz"
COPIES = 4
"""Each wording is seen with so many duties."""
KNOWN = 0.85
"""Share of the duties told of that are the speaker's own."""
_DAY = date(2026, 11, 20)
LEAST = 3
EPOCHS = 25
_AGENCIES = (
    "Sở Nội vụ",
    "STC",
    "Sở Tư pháp",
    "xã",
    "công an tỉnh",
    "sở y tế",
    "Văn phòng UBND tỉnh",
    "bên tài chính",
)
_PEOPLE = (
    "chị Lan", "anh Minh", "em Hùng", "Tuấn", "đồng chí Phúc", "cô Hạnh", "Nguyễn Văn Bảo", "chị Thắm", "Hà",
    "anh Sơn", "chị Yến", "em Đạt", "Nga", "Lê Thị Thu", "anh Hòa", "Quỳnh",
)  # fmt: skip
_DAYS = ("15/12", "thứ 6", "ngày 3/11", "20/10/2026", "mùng 5", "cuối tháng", "mai", "1-12")
_STATED = frozenset(kind.value for kind in KINDS)
_TALK = frozenset((Kind.SMALL_TALK,))
"""Told apart from questions only so that nobody is told that the papers hold nothing of it."""


@dataclass(frozen=True)
class Said:
    """A wording with its places filled, and the titles of the duties that whoever says it may mean."""

    text: str
    titles: tuple[str, ...]


def said(text: str, chance: random.Random, known: float) -> Said:
    """A wording filled by chance.

    Args:
        known: how likely the duty named is one of the speaker's own.
    """
    title = chance.choice(wanted._TITLES)
    words = title.lower().split()
    if chance.random() < 0.3 and len(words) > 5:
        topic = " ".join([*words[:3], *words[-2:]])  # as people recall it
    else:
        topic = " ".join(words[: chance.randint(2, 9)])
    values = {
        "việc": topic if chance.random() < 0.8 else f"báo cáo {topic}",
        "TOPIC": topic,
        "cơ quan": chance.choice(_AGENCIES),
        "người": chance.choice(_PEOPLE),
        "ngày": chance.choice(_DAYS),
        "số": str(chance.randint(1, 20)),
    }
    text = re.sub(r"\{([^}A-Z]+|TOPIC)\}", lambda m: values.get(m[1], topic), text)
    text = wanted.filled(text, chance)
    titles = [title] if chance.random() < known else []
    titles += chance.sample(wanted._TITLES, 5)
    return Said(fold(text) if chance.random() < 0.25 else text, tuple(titles))


def kind_of(line: dict[str, Any]) -> int:
    """The place of a wording's kind: what others read is nothing here."""
    return KINDS.index(Kind(line["kind"])) if line["kind"] in _STATED else 0


def vocabulary() -> frozenset[str]:
    """The words that at least `LEAST` wordings hold beside their places."""
    found: Counter[str] = Counter()
    for line in [*read_lines(HERE / "statements.jsonl"), *read_lines(HERE / "wordings.jsonl")]:
        found.update(set(re.findall("[a-z]+", fold(re.sub(r"\{[^}]+\}", " ", line["text"])))))
    return frozenset(word for word, count in found.items() if count >= LEAST)


def examples(words: frozenset[str]) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Features and kind of every wording, with so many duties each."""
    chance, directory = random.Random(5), load_directory()
    for line in read_lines(HERE / "statements.jsonl"):
        for copy in range(COPIES):
            each = said(line["text"], chance, KNOWN)
            text = wanted.slipped(each.text, chance) if copy and chance.random() < wanted.SLIPS else each.text
            yield features(shown(text, directory, each.titles, _DAY), words), kind_of(line)
    for line in read_lines(HERE / "wordings.jsonl"):
        for _ in range(COPIES if line["mode"] not in ("request", "statement") else 0):
            each = said(line["text"], chance, KNOWN / 2)  # of any duty is asked, of one's own is told
            yield features(shown(each.text, directory, each.titles, _DAY), words), 0


def train(rows: list[tuple[NDArray[np.int64], int]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Weights and biases of a softmax over kinds."""
    import torch

    torch.manual_seed(1)
    torch.set_num_threads(1)
    matrix = torch.zeros(len(rows), SIZE)
    kinds = torch.tensor([kind for _, kind in rows])
    for at, (places, _) in enumerate(rows):
        matrix[at, torch.from_numpy(places)] = 1 / np.sqrt(len(places))
    layer = torch.nn.Linear(SIZE, len(KINDS))
    torch.nn.init.zeros_(layer.weight)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.05)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(rows)).split(512):  # type: ignore[no-untyped-call]  # torch's own
            loss = torch.nn.functional.cross_entropy(layer(matrix[batch]), kinds[batch])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch's own
            optimizer.step()
    return layer.weight.detach().numpy(), layer.bias.detach().numpy()


def main() -> int:
    """Trains, writes, measures."""
    words = vocabulary()
    weights, bias = train([*examples(words)])
    scale = np.abs(weights).max(axis=1) / 127
    small = np.round(weights / scale[:, None]).astype(np.int8)
    OUT.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        OUT,
        weights=small,
        scale=scale.astype(np.float32),
        bias=bias.astype(np.float32),
        vocabulary=" ".join(sorted(words)),
    )
    statements._model.cache_clear()
    measure(HERE / "statements_held.jsonl", load_directory())
    return 0


def measure(held: Path, directory: Directory) -> None:
    """Prints how the wordings kept aside are read: of each kind, how many of how many."""
    chance = random.Random(7)
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    for line in read_lines(held):
        kind = line["kind"] if line["kind"] in _STATED - _TALK else "nothing"
        each = said(line["text"], chance, KNOWN)
        read = read_statement(each.text, directory, each.titles, _DAY)
        got = read.kind if read.likely and read.kind not in _TALK else Kind.NOTHING
        total[kind] += 1
        right[kind] += got.value == kind
        if got.value != kind:
            taken[kind][got.value] += 1
            if "--show" in sys.argv:
                sys.stdout.write(f"{line['text']}: {kind}, {got.value}\n")
    for kind in sorted(total):
        sys.stdout.write(f"{kind:10} {right[kind]}/{total[kind]} {dict(taken[kind])}\n")
    sys.stdout.write(f"all {right.total()}/{total.total()}\n")


if __name__ == "__main__":
    sys.exit(main())
