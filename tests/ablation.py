"""What each mechanism of search adds: `python -m tests.ablation [NAME=PLANS_FOLDER,QUESTIONS.jsonl ...]`.

For each question that an evidence quote belongs to, the passage that holds the quote is
looked for; the table gives the share found at rank 1, 5 and 10, in percent. No model is
trained on questions: the built-in one sees the plans alone.

Above the line, single indexes and their plain fusions rank by themselves, over all plans.
Below it, candidates are scored in full as the product does, within the papers that a
question names; the last columns are right answers out of all questions of the set.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.clock import HANOI
from ingest.load import read_plan
from ingest.samples import sample_files
from knowledge.agencies import Directory, load_directory
from knowledge.embedding import HashedEmbedder
from knowledge.library import Hit
from knowledge.qa.asking import AskingOptions, Assistant
from knowledge.qa.compose.answer import Answer
from knowledge.qa.evaluation import asking_day, score
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.qa.query.question import Question, Understander
from knowledge.qa.search.finder import Finder, SearchOptions
from knowledge.qa.search.scoring import Weights
from knowledge.store.database import open_store
from knowledge.store.derived import refresh_index
from knowledge.store.library import SqlLibrary
from knowledge.store.rows import embedded_text
from knowledge.store.versions import activate_many, save_drafts
from knowledge.text import Folded, syllables
from tests.reading import read_lines
from tests.shared import SHARED

RANKS = (1, 5, 10)
DEPTH = 80
LEAST_ALIKE = 0.5
"""Share of words that a quote and its passage must have in common."""
SAMPLE_QUESTIONS = Path(__file__).parent / "samples" / "questions.jsonl"
NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)
DENSE_SHARE = 0.3
"""Weight of the dense half in the plain fusion by normalised scores."""
RANK_OFFSET = 60
"""Of reciprocal-rank fusion, as usual."""

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """A question and the passages that answer it."""

    question: Question
    expected: frozenset[int]


@dataclass
class Bench:
    """One set of plans and questions, loaded."""

    library: SqlLibrary
    directory: Directory
    lines: Sequence[Line]
    asked: Sequence[Asked]
    hashed: dict[int, Any]
    """Vectors of the untrained model, by passage."""


class OtherDense(SqlLibrary):
    """The same plans with the dense neighbours of the untrained model."""

    def __init__(self, library: SqlLibrary, vectors: Mapping[int, Any]) -> None:
        self.__dict__.update(library.__dict__)
        self._other = vectors
        self._model = HashedEmbedder()

    def nearest(self, text: str, limit: int, plan_ids: Collection[int] | None = None) -> Sequence[Hit]:
        """See `Library.nearest`."""
        query = self._model.encode([text])[0]
        known = self.passages_by_id(list(self._other)) if plan_ids is not None else {}
        hits = [
            Hit(id_, float(vector @ query))
            for id_, vector in self._other.items()
            if plan_ids is None or known[id_].plan.id in plan_ids
        ]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]


@contextmanager
def opened(papers: Sequence[Path], lines: Sequence[Line]) -> Iterator[Bench]:
    """Load the papers as the product does and find the passage of each quote."""
    directory = load_directory()
    understander = Understander(load_lexicon(), directory)
    with tempfile.TemporaryDirectory() as folder, open_store(data=Path(folder)) as store:
        saved = save_drafts(store, [read_plan(path, directory) for path in papers], now=NOW)
        activate_many(store, [each.plan_id for each in saved], now=NOW)
        refresh_index(store)
        library = SqlLibrary(store)
        plans = library.plans()
        passages = library.passages([plan.id for plan in plans])
        bags = [(each, Counter(syllables(each.passage.text))) for each in passages]
        asked = []
        for line in lines:
            if line.get("quote") and not line.get("turns") and (expected := _expected(line, bags)):
                asked.append(Asked(understander.read(line["q"], plans, asking_day(line)), expected))
        vectors = HashedEmbedder().encode([embedded_text(each.passage) for each in passages])
        hashed = {each.id: vector for each, vector in zip(passages, vectors, strict=True)}
        yield Bench(library, directory, lines, asked, hashed)
        library.close()


def _expected(line: Line, bags: Sequence[tuple[Any, Counter[Folded]]]) -> frozenset[int]:
    """The passages most like the quote: several where a paper says a thing twice."""
    want = Counter(syllables(line["quote"]))
    alike = {
        each.id: 2 * (want & bag).total() / max(1, want.total() + bag.total())
        for each, bag in bags
        if any(each.plan.file.startswith(doc) for doc in line["docs"])
    }
    best = max(alike.values(), default=0.0)
    return frozenset(id_ for id_, share in alike.items() if best >= LEAST_ALIKE and share >= best - 0.02)


Ranker = Callable[[Question], Sequence[int]]


def _topic(question: Question) -> list[Folded]:
    return [term.text for term in question.topic] or [term.text for term in question.terms]


def plain_rankers(bench: Bench) -> dict[str, Ranker]:
    """Single indexes and their plain fusions."""
    other = OtherDense(bench.library, bench.hashed)

    def keyword(question: Question) -> Sequence[Hit]:
        return bench.library.keyword(_topic(question), DEPTH)

    def dense(library: SqlLibrary) -> Callable[[Question], Sequence[Hit]]:
        return lambda question: library.nearest(" ".join(_topic(question)), DEPTH)

    hashed, trained = dense(other), dense(bench.library)
    return {
        "từ khóa": lambda q: _ids(keyword(q)),
        "véc-tơ băm": lambda q: _ids(hashed(q)),
        "véc-tơ tự học": lambda q: _ids(trained(q)),
        "từ khóa + băm, theo điểm": lambda q: _by_score(keyword(q), hashed(q)),
        "từ khóa + tự học, theo điểm": lambda q: _by_score(keyword(q), trained(q)),
        "từ khóa + tự học, RRF": lambda q: _by_rank(keyword(q), trained(q)),
    }


def _ids(hits: Sequence[Hit]) -> list[int]:
    return [hit.passage_id for hit in hits]


def _by_score(first: Sequence[Hit], second: Sequence[Hit]) -> list[int]:
    total: Counter[int] = Counter()
    for share, hits in ((1 - DENSE_SHARE, first), (DENSE_SHARE, second)):
        low, high = (hits[-1].score, hits[0].score) if hits else (0.0, 0.0)
        for hit in hits:
            total[hit.passage_id] += share * (hit.score - low) / max(high - low, 1e-9)  # type: ignore[assignment]
    return [id_ for id_, _ in total.most_common()]


def _by_rank(first: Sequence[Hit], second: Sequence[Hit]) -> list[int]:
    total: Counter[int] = Counter()
    for hits in (first, second):
        for rank, hit in enumerate(hits, 1):
            total[hit.passage_id] += 1 / (RANK_OFFSET + rank)  # type: ignore[assignment]
    return [id_ for id_, _ in total.most_common()]


def _without(**weights: float) -> SearchOptions:
    return SearchOptions(weights=Weights(**weights))


FULL: dict[str, SearchOptions] = {
    "chỉ từ khóa": SearchOptions(dense=False),
    "chỉ véc-tơ băm": SearchOptions(keyword=False),
    "chỉ véc-tơ tự học": SearchOptions(keyword=False),
    "từ khóa + băm": SearchOptions(),
    "từ khóa + tự học (đang dùng)": SearchOptions(),
    "– bỏ dấu thanh": _without(other_accents=1.0, missing_accents=1.0),
    "– bỏ từ kề nhau": _without(adjacency=0.0),
    "– bỏ trọng tâm": _without(focus=0.0),
    "– bỏ từ đồng nghĩa": _without(synonym=0.0),
    "– bỏ sửa lỗi gõ": _without(slip=0.0),
    "– bỏ chữ đầu viết tắt": _without(initials=0.0),
    "– bỏ tiêu đề": _without(heading=0.0),
    "– bỏ phần riêng của dòng": _without(own=0.0),
}


def full_row(bench: Bench, name: str, options: SearchOptions) -> str:
    """Recall of the scored search, and right answers."""
    library = OtherDense(bench.library, bench.hashed) if "băm" in name else bench.library
    finder = Finder(library, load_lexicon(), options)
    plans = library.plans()

    def ranked(question: Question) -> Sequence[int]:
        named = [plan.id for plan in question.papers.plans] or None
        return [found.passage.id for found in finder.find(question, plans, named)]

    assistant = Assistant(library, bench.directory, load_lexicon(), AskingOptions(search=options))

    def ask(line: Line) -> Answer:
        return assistant.ask(line["q"], as_of=asking_day(line), turns=line.get("turns") or ())

    result = score(bench.lines, ask)
    return f"{_recall(bench, ranked)}   {result.right:3}/{result.total}"


def _recall(bench: Bench, rank: Ranker) -> str:
    places = []
    for asked in bench.asked:
        found = rank(asked.question)
        places.append(next((n for n, id_ in enumerate(found, 1) if id_ in asked.expected), None))
    shares = (sum(place is not None and place <= limit for place in places) for limit in RANKS)
    return "  ".join(f"{100 * share / max(len(places), 1):5.1f}" for share in shares)


def table(name: str, papers: Sequence[Path], lines: Sequence[Line]) -> Iterator[str]:
    """The lines of one set's table."""
    with opened(papers, lines) as bench:
        yield f"{name}: {len(bench.asked)} câu có trích dẫn, {len(bench.hashed)} đoạn văn"
        yield f"  {'':32}  {'  '.join(f'R@{limit:<3}' for limit in RANKS)}   đúng"
        for label, ranker in plain_rankers(bench).items():
            yield f"  {label:32}  {_recall(bench, ranker)}"
        yield "  " + "-" * 62
        for label, options in FULL.items():
            yield f"  {label:32}  {full_row(bench, label, options)}"


def known_sets() -> list[tuple[str, Sequence[Path], Sequence[Line]]]:
    """The bundled samples, and the real plans where they stand beside the checkout."""
    sets: list[tuple[str, Sequence[Path], Sequence[Line]]] = [
        ("Kế hoạch mẫu", sample_files(), read_lines(SAMPLE_QUESTIONS))
    ]
    if SHARED is not None:
        papers = sorted((SHARED / "plans" / "hung-yen").iterdir())
        sets.append(("Kế hoạch thật", papers, read_lines(SHARED / "eval" / "questions.jsonl")))
    return sets


def main(more: Sequence[str] = ()) -> None:
    """Print the tables of the known sets and of those named."""
    sets = known_sets()
    for each in more:
        name, _, rest = each.partition("=")
        folder, _, questions = rest.partition(",")
        sets.append((name, sorted(Path(folder).iterdir()), read_lines(Path(questions))))
    for one in sets:
        for line in table(*one):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
