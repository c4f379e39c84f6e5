"""Trains the reader of what a message wants on wordings of our own, and measures it on those kept aside.

`python -m tests.training.wanted` prints the share read right of `held.jsonl` and writes `data/wanted.npz`.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.agencies import Directory, load_directory
from knowledge.qa.query import wanted
from knowledge.qa.query.lexicon import Lexicon, load_lexicon
from knowledge.qa.query.periods import find_period
from knowledge.qa.query.wanted import FIELDS, MODES, SIZE, Mode, Wanted, features, hidden
from knowledge.text import fold
from tests.reading import read_lines
from tests.training.listing import listing

HERE = Path(__file__).parent
_TITLES = [row["title"] for row in read_lines(HERE.parent / "samples" / "expected_tasks.jsonl")]
OUT = Path(wanted.__file__).parent / "data" / "wanted.npz"
COPIES = 5
"""Each wording is seen with so many topics."""
SLIPS = 0.2
"""Share of the copies with a slip of typing."""
LISTINGS = 1_000
"""Ways of asking for lists beside the wordings."""
LEAST = 3
"""Wordings that a word of asking stands in."""
_DAY = date(2026, 11, 20)
_TARGETS = (
    "tỷ lệ hồ sơ trực tuyến", "mức độ hài lòng của người dân", "chỉ số năng lực cạnh tranh", "số xã đạt chuẩn",
    "tỷ lệ giải ngân vốn đầu tư công", "tỷ lệ cán bộ được tập huấn", "thu ngân sách", "diện tích rừng trồng mới",
    "số giường bệnh trên một vạn dân", "tỷ lệ che phủ rừng", "kinh phí", "tỷ lệ lao động qua đào tạo",
)  # fmt: skip
_PLANS = (
    "KH 45", "kế hoạch 45/KH-UBND", "kế hoạch này", "nghị quyết 12", "QĐ 318",
    "kế hoạch cải cách hành chính năm 2026",
    "công văn 77", "kế hoạch chuyển đổi số", "kế hoạch năm 2025", "chỉ thị 08/CT-UBND", "KH tuyên truyền",
)  # fmt: skip
_PERIODS = ("quý 3", "trong tháng 12", "tuần tới", "trước 30/6", "quý IV/2026", "tháng sau", "10 ngày tới", "hôm nay")
_AGENCIES = ("Sở Nội vụ", "STC", "Sở Tư pháp", "UBND xã", "công an tỉnh", "sở y tế", "Văn phòng UBND tỉnh", "SKHCN")
_PEOPLE = ("chị Lan", "anh Minh", "đồng chí Hùng")


def filled(text: str, chance: random.Random) -> str:
    """A wording with its places filled by chance."""
    words = chance.choice(_TITLES).split()
    topic = " ".join(words[: chance.randint(3, 12)])
    values = {
        "TOPIC": topic[:1].lower() + topic[1:],
        "TARGET": chance.choice(_TARGETS),
        "PLAN": chance.choice(_PLANS),
        "PERIOD": chance.choice(_PERIODS),
        "AGENCY": chance.choice(_AGENCIES),
        "PERSON": chance.choice(_PEOPLE),
        "YEAR": chance.choice(("2025", "năm 2026", "2022")),
    }
    return re.sub(r"\{([A-Z]+)\}", lambda m: values[m[1]], text)


def slipped(text: str, chance: random.Random) -> str:
    """One letter left out, doubled or changed places with its neighbour."""
    at = chance.randrange(max(len(text) - 1, 1))
    return chance.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + text[at : at + 1] + text[at:],
            text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
        )
    )


def shown(text: str, directory: Directory, lexicon: Lexicon) -> str:
    """What the model sees of a message."""
    folded = fold(text)
    period = find_period(folded, _DAY)
    spans = [(each.start, each.end) for each in directory.find(text)] if len(folded) == len(text) else []
    return hidden(folded, spans, period.words if period else "", lexicon.written)


def labels(line: dict[str, Any]) -> tuple[int, list[int]]:
    """Places of the mode and of the fields."""
    return MODES.index(Mode(line["mode"])), [FIELDS.index(Wanted(name)) for name in line["fields"]]


def vocabulary() -> frozenset[str]:
    """The words that at least `LEAST` of the wordings hold beside their places."""
    found: Counter[str] = Counter()
    for line in read_lines(HERE / "wordings.jsonl"):
        found.update(set(re.findall("[a-z]+", fold(re.sub(r"\{[A-Z]+\}", " ", line["text"])))))
    return frozenset(word for word, count in found.items() if count >= LEAST)


def examples(
    name: str, copies: int, seed: int, words: frozenset[str]
) -> Iterator[tuple[NDArray[np.int64], int, list[int]]]:
    """Features and labels of every wording of a file."""
    chance, directory, lexicon = random.Random(seed), load_directory(), load_lexicon()
    for row in (HERE / name).read_text("utf-8").splitlines():
        line = json.loads(row)
        for copy in range(copies):
            text = filled(line["text"], chance)
            if copy and chance.random() < SLIPS:
                text = slipped(text, chance)
            yield (features(shown(text, directory, lexicon), words), *labels(line))


def listings(count: int, words: frozenset[str]) -> Iterator[tuple[NDArray[np.int64], int, list[int]]]:
    """Ways of asking for lists, put together by `listing`."""
    chance, directory, lexicon = random.Random(3), load_directory(), load_lexicon()
    for _ in range(count):
        text = filled(listing(chance), chance)
        if chance.random() < SLIPS:
            text = slipped(text, chance)
        mode = Mode.COUNT if re.search("bao nhiêu|mấy", text) else Mode.LIST
        yield features(shown(text, directory, lexicon), words), MODES.index(mode), []


def train(rows: Sequence[tuple[NDArray[np.int64], int, list[int]]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Weights and biases: a softmax over modes, a logistic curve a field, trained together."""
    import torch

    torch.manual_seed(1)
    torch.set_num_threads(1)
    matrix = torch.zeros(len(rows), SIZE)
    modes = torch.tensor([mode for _, mode, _ in rows])
    fields = torch.zeros(len(rows), len(FIELDS))
    for at, (places, _, wanted_fields) in enumerate(rows):
        matrix[at, torch.from_numpy(places)] = 1 / np.sqrt(len(places))
        fields[at, wanted_fields] = 1
    layer = torch.nn.Linear(SIZE, len(MODES) + len(FIELDS))
    torch.nn.init.zeros_(layer.weight)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.05)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(rows)).split(512):  # type: ignore[no-untyped-call]  # torch's own
            scores = layer(matrix[batch])
            loss = torch.nn.functional.cross_entropy(scores[:, : len(MODES)], modes[batch])
            loss = (
                loss
                + torch.nn.functional.binary_cross_entropy_with_logits(scores[:, len(MODES) :], fields[batch]) * 4
            )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch's own
            optimizer.step()
    return layer.weight.detach().numpy(), layer.bias.detach().numpy()


EPOCHS = 30
"""More, or a decay of the weights, read the wordings kept aside no better."""


def main() -> int:
    """Trains, writes, measures."""
    words = vocabulary()
    weights, bias = train([*examples("wordings.jsonl", COPIES, 1, words), *listings(LISTINGS, words)])
    scale = np.abs(weights).max(axis=1) / 127
    small = np.round(weights / scale[:, None]).astype(np.int8)
    np.savez_compressed(
        OUT,
        weights=small,
        scale=scale.astype(np.float32),
        bias=bias.astype(np.float32),
        vocabulary=" ".join(sorted(words)),
    )
    measure()
    return 0


def measure() -> None:
    """Prints how the wordings kept aside are read."""
    directory, lexicon, chance = load_directory(), load_lexicon(), random.Random(7)
    right = whole = total = 0
    for row in (HERE / "held.jsonl").read_text("utf-8").splitlines():
        line = json.loads(row)
        asked = wanted.read_wanted(shown(filled(line["text"], chance), directory, lexicon))
        total += 1
        right += asked.mode.value == line["mode"]
        same = set(asked.fields) == {Wanted(name) for name in line["fields"]} or line["mode"] != "fact"
        whole += asked.mode.value == line["mode"] and same
        if "--show" in sys.argv and (asked.mode.value != line["mode"] or not same):
            sys.stdout.write(f"{line['text']}: {line['mode']} {line['fields']}, {asked.mode} {asked.fields}\n")
    sys.stdout.write(f"kept aside: mode {right}/{total}, mode and fields {whole}/{total}\n")


if __name__ == "__main__":
    sys.exit(main())
