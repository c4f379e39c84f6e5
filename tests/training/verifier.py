"""Calibrates how sure an answer is, on questions made by program: `python -m tests.training.verifier [fits] [is_it]`.

Each question asks about a task or a clause of the papers, in a wording of `wordings.jsonl` and with a part of its
words; and again with its paper taken away, another one named, or two of its words put in from another subject, where
any answer is wrong. Questions that people wrote count as well. Where likelihoods are named, the others are left as
they are. Prints what share of right evidence is kept, and of wrong evidence let through, for those made of
`held.jsonl` and for those of people, and writes `data/verifier.json`.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.samples import sample_files
from knowledge.agencies import load_directory
from knowledge.library import Library, LivePlan, LiveTask
from knowledge.qa.asking import Assistant
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.qa.replies import verifier
from knowledge.qa.replies.ranking import ranked
from knowledge.qa.replies.reading import Reading
from knowledge.qa.replies.verifier import BESIDE_OTHERS, FEATURES, Verdict, evidence
from knowledge.qa.search.features import sentences
from knowledge.qa.search.finder import Found
from knowledge.text import fold, syllables
from tests.reading import loaded, read_lines
from tests.shared import SHARED
from tests.training.wanted import slipped

HERE = Path(__file__).parent
OUT = Path(verifier.__file__).parent / "data" / "verifier.json"
COUNT = 2_500
UNACCENTED, SLIPPED, NAMED, MISNAMED, SWAPPED = 0.4, 0.15, 0.35, 0.5, 0.5
EPOCHS = 600
_DAY = date(2026, 11, 20)
_LEAST = 6
"""Words of a clause that can be asked about."""
_OPENING = 60
"""Characters by which a task is known again in a clause."""


@dataclass(frozen=True, slots=True)
class Example:
    """Evidence as the verifier sees it, and whether it is what was asked about."""

    evidence: tuple[float, ...]
    right: bool
    taken_away: bool
    fits: bool = False
    """About what was asked, though more than one thing is."""


def shortened(title: str, chance: random.Random) -> str:
    """A part of a task's words as people give it: its beginning, a piece of it, or words picked from it."""
    words = title.split()
    begin = 0 if chance.random() < 0.7 else chance.randrange(max(len(words) - 4, 1))
    words = words[begin : begin + chance.randint(4, 14)]
    shape = chance.random()
    if shape < 0.2:
        words = [word for word in words if chance.random() > 0.2] or words
    elif shape < 0.3:
        words = [word for word in words if chance.random() > 0.35] or words
    elif shape < 0.4 and len(words) > 5:
        cut = chance.randint(2, len(words) - 3)
        words = [*words[cut:], *words[:cut]]
    return " ".join(words).strip(" ,;.:")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about: a task, or a clause that is none."""

    plan: LivePlan
    text: str
    task: LiveTask | None = None


def subjects(library: Library) -> list[list[Subject]]:
    """The tasks, and the clauses, of the live papers."""
    plans = library.plans()
    tasks = [Subject(task.plan, task.task.activity or task.task.title, task) for task in library.tasks()]
    passages = library.passages([plan.id for plan in plans])
    clauses = [
        Subject(each.plan, piece)
        for each in passages
        if each.task_id is None
        for piece in sentences(each.passage.text)
        if len(piece.split()) >= _LEAST
    ]
    return [tasks, clauses]


def questions(
    kinds: Sequence[Sequence[Subject]], count: int, seed: int, name: str
) -> Iterator[tuple[Subject, str, bool, str | None]]:
    """Subjects with a question about each, whether it names the paper, and for some one in like words of another."""
    chance = random.Random(seed)
    lines = read_lines(HERE / name)
    places = {"{TOPIC}", "{TARGET}"}
    asking = [line for line in lines if re.findall(r"\{[A-Z]+\}", line["text"]) in [[each] for each in places]]
    of_task = [line["text"] for line in asking if line["mode"] == "fact"]
    of_clause = [line["text"] for line in asking if line["mode"] == "target" or "content" in line["fields"]]
    for number in range(count):
        subject, other = chance.choice(kinds[number % 2]), chance.choice(kinds[number % 2])
        topic = shortened(subject.text, chance)
        wording = chance.choice(of_task if subject.task else of_clause)
        printed = subject.plan.metadata.number
        named = bool(printed) and chance.random() < NAMED
        if named:
            wording = f"{wording} theo {subject.plan.metadata.kind or 'văn bản'} {printed}"
        strange = swapped(topic, other.text, subject.text, chance) if chance.random() < SWAPPED else None
        unaccented, slip = chance.random() < UNACCENTED, chance.random() < SLIPPED
        told = [f"{each[:1].lower()}{each[1:]}" for each in (topic, strange) if each]
        texts = [re.sub(r"\{[A-Z]+\}", each.replace("\\", ""), wording) for each in told]
        texts = [str(fold(text)) if unaccented else text for text in texts]
        texts[0] = slipped(texts[0], chance) if slip else texts[0]
        yield subject, texts[0], named, texts[1] if strange else None


def swapped(topic: str, other: str, subject: str, chance: random.Random) -> str | None:
    """The topic with two neighbouring words of another subject in place of two of its own."""
    words, strange, known = topic.split(), other.split(), set(syllables(subject))
    firm = [at for at in range(len(words) - 1) if not {*syllables(" ".join(words[at : at + 2]))} & _EDGES]
    theirs = [
        at for at in range(len(strange) - 1) if not {*syllables(" ".join(strange[at : at + 2]))} & (_EDGES | known)
    ]
    if len(words) < _LEAST or not firm or not theirs:
        return None
    at, of = chance.choice(firm), chance.choice(theirs)
    return " ".join((*words[:at], *(word.strip(" ,;.:") for word in strange[of : of + 2]), *words[at + 2 :]))


_EDGES = frozenset(
    syllables(
        "va cua cac nhung theo ve duoc tren cho voi tai trong co la de den tu thi so nam nay mot hoac bao dam khi"
        " truoc sau ngay thang quy viec nhiem vu thuc hien trien khai tiep tuc phoi hop ra do xay dung day manh"
        " tang cuong to chuc nang cao ban hanh chu tri phuc vu nham gan bang lam"
    )
)
"""Words that do not tell one subject from another."""


def misnamed(text: str, plan: LivePlan) -> str:
    """The question with a paper named that does not hold the answer."""
    return f"{text} theo {plan.metadata.kind or 'văn bản'} {plan.metadata.number}"


def examples(assistant: Assistant, count: int, seed: int, name: str) -> Iterator[Example]:
    """Evidence for each question, for the same one without its paper, and for one of a strange subject."""
    library, chance = assistant.library, random.Random(seed)
    plans = library.plans()
    for subject, text, named, strange in questions(subjects(library), count, seed, name):
        others = [plan for plan in plans if plan.id != subject.plan.id]
        wrong = chance.choice([plan for plan in others if plan.metadata.number])
        tries = [(text, plans, True)]
        if not named:
            tries.append(
                (text, others, False) if chance.random() < MISNAMED else (misnamed(text, wrong), plans, False)
            )
        if strange is not None:
            tries.append((strange, plans, False))
        for asked, pool, there in tries:
            known = _evidence(assistant, asked, pool)
            if known is not None:
                found, features = known
                right = there and _is_about(subject, found.task, found.passage.passage.text)
                yield Example(features, right, not there, right)


def asked_by_people(assistant: Assistant, lines: Iterable[Mapping[str, Any]]) -> Iterator[Example]:
    """Evidence for questions that people wrote, where one task or clause holds the whole answer, or none should."""
    plans = assistant.library.plans()
    for line in lines:
        if (
            line.get("turns")
            or line["status"] not in {"answered", "not_found", "clarify"}
            or line["category"] in _OF_SEVERAL
        ):
            continue
        known = _evidence(assistant, line["q"], plans)
        if known is None:
            continue
        found, features = known
        row = found.task.task if found.task else None
        cells = (
            (row.title, row.activity or "", *row.lead, *row.coordinating, row.product or "", row.deadline.phrase)
            if row
            else ()
        )
        days = [f"{due:%d/%m/%Y}" for due in row.deadline.due_dates(date(_DAY.year + 1, 12, 31))] if row else []
        told = fold(" ".join((found.passage.passage.text, found.passage.passage.agency or "", *cells, *days)))
        holds = all(any(fold(each) in told for each in group) for group in line.get("must") or ())
        right = line["status"] == "answered" and holds
        yield Example(features, right, line["status"] == "not_found", right or line["status"] == "clarify")


_OF_SEVERAL = frozenset(("list", "compare", "multi", "summary", "document", "responsibility"))
PEOPLE = 8
"""So many times a question of people counts as one made by program."""


def lines_of_people() -> list[Mapping[str, Any]]:
    """Our own questions over the samples and, where they are, those shared; two of five more are never looked at."""
    lines: list[Mapping[str, Any]] = list(read_lines(HERE.parent / "samples" / "questions.jsonl"))
    if SHARED is not None:
        more = read_lines(SHARED / "eval" / "questions_more.jsonl")
        lines += [
            *read_lines(SHARED / "eval" / "questions.jsonl"),
            *(line for at, line in enumerate(more) if at % 5 not in {1, 3}),
        ]
    return lines


def _evidence(assistant: Assistant, text: str, plans: Sequence[LivePlan]) -> tuple[Found, tuple[float, ...]] | None:
    words = assistant.finder.corpus(assistant.library.plans())
    question = assistant.understander.read(text, plans, _DAY, words=words)
    pool = question.papers.plans or plans
    asked = replace(question, papers=replace(question.papers, plans=tuple(pool)))
    found = ranked(asked, Reading(assistant.finder, assistant.matcher, assistant.library.plans(), _DAY))
    return (found[0], evidence(found, question)) if found else None


def _is_about(subject: Subject, found: LiveTask | None, text: str) -> bool:
    if subject.task and found and fold(found.task.title) == fold(subject.task.task.title):
        return True
    return fold(subject.text)[:_OPENING] in fold(text)


def train(rows: Sequence[Example]) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of a logistic curve over the features as they are."""
    import torch

    torch.manual_seed(1)
    matrix = np.array([row.evidence for row in rows])
    mean, spread = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    seen = torch.tensor((matrix - mean) / spread, dtype=torch.float64)
    wanted = torch.tensor([float(row.right) for row in rows], dtype=torch.float64)
    layer = torch.nn.Linear(matrix.shape[1], 1).double()
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.05)
    for _ in range(EPOCHS):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(layer(seen)[:, 0], wanted)
        loss = loss + 1e-3 * (layer.weight**2).sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        optimizer.step()
    weights = layer.weight.detach().numpy()[0] / spread
    return weights, float(layer.bias.detach()[0]) - float(weights @ mean)


def main() -> int:
    """Trains, writes, measures."""
    papers: list[Path] = list(sample_files())
    if SHARED is not None and "--samples" not in sys.argv:
        papers = [
            *papers,
            *(p for name in ("hung-yen", "others") for p in sorted((SHARED / "plans" / name).glob("*.txt"))),
        ]
    with loaded(papers, load_directory()) as library:
        assistant = Assistant(library, load_directory(), load_lexicon())
        rows, held = (
            list(examples(assistant, COUNT // n, n, f)) for n, f in ((1, "wordings.jsonl"), (2, "held.jsonl"))
        )
        people = list(asked_by_people(assistant, lines_of_people()))
        rows += people * PEOPLE
        made: dict[str, dict[str, float]] = json.loads(OUT.read_text("utf-8")) if OUT.exists() else {}
        wanted = [verdict for verdict in Verdict if verdict in sys.argv] or [*Verdict]
        own = [name for name in FEATURES if name not in BESIDE_OTHERS]
        for name in wanted:
            features = own if name is Verdict.FITS else FEATURES
            places = [FEATURES.index(each) for each in features]

            def seen(row: Example, name: Verdict = name, places: Sequence[int] = tuple(places)) -> Example:
                label = row.fits if name is Verdict.FITS else row.right
                return replace(row, evidence=tuple(row.evidence[at] for at in places), right=label)

            weights, bias = train([seen(row) for row in rows])
            told = {key: round(float(weight), 4) for key, weight in zip(features, weights, strict=True)}
            least = least_likelihood(
                name, [seen(row) for row in (held if name is Verdict.IS_IT else people)], weights, bias
            )
            made[name] = {"least": round(least, 3), "bias": round(bias, 4), **told}
            sys.stdout.write(f"{name}\n")
            for some in (held, people):
                measure([seen(row) for row in some], weights, bias)
        OUT.parent.mkdir(exist_ok=True)
        OUT.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    return 0


def least_likelihood(verdict: Verdict, rows: Sequence[Example], weights: NDArray[np.float64], bias: float) -> float:
    """That by which enough of what people are rightly told is kept; or few enough are wrongly told one of several."""
    likely = _likely(rows, weights, bias)
    right = np.array([row.right for row in rows])
    if verdict is Verdict.FITS:
        return float(np.quantile(likely[right], 1 - KEPT))
    return float(np.quantile(likely[~right], 1 - LET_THROUGH))


def _likely(rows: Sequence[Example], weights: NDArray[np.float64], bias: float) -> NDArray[np.float64]:
    told: NDArray[np.float64] = 1 / (1 + np.exp(-(np.array([row.evidence for row in rows]) @ weights + bias)))
    return told


KEPT = 0.98
"""Share of what people are rightly told that must not be refused: a refusal sends them to read the paper."""
LET_THROUGH = 0.01
"""Share of wrong evidence that may be told without a choice."""


def measure(rows: Iterable[Example], weights: NDArray[np.float64], bias: float) -> None:
    """Prints for each likelihood how much right evidence is kept, and how much that is wrong let through."""
    rows = list(rows)
    likely = _likely(rows, weights, bias)
    right, away = np.array([row.right for row in rows]), np.array([row.taken_away for row in rows])
    for least in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        kept = likely >= least
        sys.stdout.write(
            f"{least}: right kept {kept[right].mean():.3f}, paper taken away let through {kept[away].mean():.3f}, "
            f"other wrong {kept[~right & ~away].mean():.3f}\n"
        )


if __name__ == "__main__":
    sys.exit(main())
