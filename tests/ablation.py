"""What each mechanism of search adds: `python -m tests.ablation`.

Right answers out of all questions of each set, with the mechanism and without. 500 questions are made by program
over the papers beside the checkout, in the wordings of `training/held.jsonl`, of which no model of topics or fields
saw any; the others were written by people. The part of `questions_more.jsonl` that is kept aside is not asked.

For each question that an evidence quote belongs to, the passage that holds the quote is looked for as well: the share
found at rank 1, 5 and 10, in percent.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.samples import sample_files
from knowledge.agencies import Directory, load_directory
from knowledge.qa.asking import AskingOptions, Assistant
from knowledge.qa.compose.answer import Answer
from knowledge.qa.evaluation import DEFAULT_DAY, asking_day, score
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.qa.query.question import Question, Understander
from knowledge.qa.search.finder import Finder, SearchOptions
from knowledge.qa.search.scoring import Weights
from knowledge.store.library import SqlLibrary
from knowledge.text import Folded, syllables
from tests.paraphrase_wordings import Field
from tests.paraphrases import Paraphrase, Verdict, measure, paraphrases
from tests.reading import loaded, read_lines
from tests.shared import SHARED
from tests.training.verifier import lines_of_people

HERE = Path(__file__).parent
SEED, COUNT = 77, 500
RANKS = (1, 5, 10)
LEAST_ALIKE = 0.5
"""Share of words that a quote and its passage must have in common."""
FIELDS = {"lead": Field.LEAD, "due": Field.DUE, "coordinating": Field.COORDINATING, "product": Field.PRODUCT}

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Bench:
    """One set of papers, loaded, and what is asked of it."""

    name: str
    library: SqlLibrary
    directory: Directory
    lines: Sequence[Line]
    made: Sequence[Paraphrase]
    quoted: Sequence[tuple[Question, frozenset[int]]]
    """Questions, and the passages that answer each."""


def held_wordings() -> dict[Field, list[str]]:
    """Wordings that ask for one field of a task."""
    wordings: dict[Field, list[str]] = {field: [] for field in Field}
    for line in read_lines(HERE / "training" / "held.jsonl"):
        field = FIELDS.get(line["fields"][0]) if line["mode"] == "fact" and len(line["fields"]) == 1 else None
        if field and re.findall(r"\{[A-Z]+\}", line["text"]) == ["{TOPIC}"]:
            wordings[field].append(line["text"].replace("{TOPIC}", "{topic}"))
    return wordings


def benches() -> Iterator[Bench]:
    """The bundled samples, and the papers beside the checkout: the five of the product's province, and all."""
    samples = read_lines(HERE / "samples" / "questions.jsonl")
    yield from _opened("mẫu", sample_files(), samples)
    if SHARED is not None:
        five, all_ = (SHARED / "plans" / "hung-yen", SHARED / "plans" / "others")
        first = read_lines(SHARED / "eval" / "questions.jsonl")
        ids = {line["id"] for line in (*samples, *first)}
        yield from _opened("năm kế hoạch", sorted(five.glob("*.txt")), first)
        papers = [path for folder in (five, all_) for path in sorted(folder.glob("*.txt"))]
        yield from _opened("mọi kế hoạch", papers, [e for e in lines_of_people() if e["id"] not in ids], COUNT)


def _opened(name: str, papers: Sequence[Path], lines: Sequence[Line], count: int = 0) -> Iterator[Bench]:
    directory = load_directory()
    understander = Understander(load_lexicon(), directory)
    with loaded(papers, directory) as library:
        plans = library.plans()
        passages = library.passages([plan.id for plan in plans])
        bags = [(each, Counter(syllables(each.passage.text))) for each in passages]
        quoted = [
            (understander.read(line["q"], plans, asking_day(line)), expected)
            for line in lines
            if line.get("quote") and not line.get("turns") and (expected := _expected(line, bags))
        ]
        made = paraphrases(library.tasks(), SEED, count, held_wordings()) if count else []
        yield Bench(name, library, directory, lines, made, quoted)


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


def _without(**weights: float) -> SearchOptions:
    return SearchOptions(weights=Weights(**weights))


OPTIONS: dict[str, SearchOptions] = {
    "từ khóa + véc-tơ (đang dùng)": SearchOptions(),
    "chỉ từ khóa": SearchOptions(dense=False),
    "chỉ véc-tơ": SearchOptions(keyword=False),
    "– bỏ dấu thanh": _without(other_accents=1.0, missing_accents=1.0),
    "– bỏ từ kề nhau": _without(adjacency=0.0),
    "– bỏ trọng tâm": _without(focus=0.0),
    "– bỏ từ đồng nghĩa": _without(synonym=0.0),
    "– bỏ sửa lỗi gõ": _without(slip=0.0),
    "– bỏ chữ đầu viết tắt": _without(initials=0.0),
    "– bỏ tiêu đề": _without(heading=0.0),
    "– bỏ tên văn bản": _without(title=0.0),
    "– bỏ phần riêng của dòng": _without(own=0.0),
}


def row(bench: Bench, options: SearchOptions) -> str:
    """Recall of the search, and right answers."""
    assistant = Assistant(bench.library, bench.directory, load_lexicon(), AskingOptions(search=options))

    def ask(line: Line) -> Answer:
        return assistant.ask(line["q"], as_of=asking_day(line), turns=line.get("turns") or ())

    of_people = score(bench.lines, ask)
    told = f"{_recall(bench, options)}   người hỏi {of_people.right:3}/{of_people.total}"
    if bench.made:
        verdicts = Counter(each.verdict for each in measure(assistant, bench.made, DEFAULT_DAY))
        told += f"   máy đặt {verdicts[Verdict.RIGHT]}/{len(bench.made)}, sai việc {verdicts[Verdict.FALSE]}"
    return told


def _recall(bench: Bench, options: SearchOptions) -> str:
    finder, plans = Finder(bench.library, load_lexicon(), options), bench.library.plans()
    places = []
    for question, expected in bench.quoted:
        found = finder.find(question, plans, [plan.id for plan in question.papers.plans] or None)
        places.append(next((n for n, each in enumerate(found, 1) if each.passage.id in expected), None))
    shares = (sum(place is not None and place <= limit for place in places) for limit in RANKS)
    return "  ".join(f"{100 * share / max(len(places), 1):5.1f}" for share in shares)


def main() -> None:
    """Print a table for each set."""
    for bench in benches():
        sys.stdout.write(f"{bench.name}: {len(bench.quoted)} câu có trích dẫn\n")
        for label, options in OPTIONS.items():
            sys.stdout.write(f"  {label:32}  {row(bench, options)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
