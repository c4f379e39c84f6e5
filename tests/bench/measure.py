"""One measurement in a process of its own, so that its peak memory is its own; prints a JSON object.

python -m tests.bench.measure load HOME FOLDER
python -m tests.bench.measure ask HOME QUESTIONS
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import TypeVar

from bot.app import App
from bot.clock import HANOI
from bot.settings import Settings
from knowledge.qa.evaluation import asking_day
from knowledge.records import PlanDraft

PAGE = 2_500
"""Characters of a text page."""
TEXT = {".txt", ".md"}
NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)

Figures = dict[str, float]
_T = TypeVar("_T")


def load(home: Path, folder: Path) -> Figures:
    """Load every paper and switch it on: first the texts, then the others, then the vector index."""
    from ingest.load import read_plan  # not on the way of a question, whose memory is measured too

    app = App(Settings(home=home), lambda: NOW)
    papers = sorted(path for path in folder.iterdir() if path.suffix in {*TEXT, ".docx", ".xlsx", ".pdf"})
    texts = [path for path in papers if path.suffix in TEXT]
    pages = sum(len(path.read_text(encoding="utf-8-sig")) for path in texts) / PAGE
    _ = app.store, app.directory
    figures: Figures = {"papers": len(papers), "text_pages": pages}
    drafts, read_texts = _timed(lambda: [read_plan(path, app.directory) for path in texts])
    stored_texts = _store(app, drafts)
    others, read_others = _timed(lambda: [read_plan(p, app.directory) for p in papers if p.suffix not in TEXT])
    stored_others = _store(app, others)
    _, index = _timed(app.refresh_vectors)
    figures["tasks"] = sum(len(draft.tasks) for draft in [*drafts, *others])
    figures["passages"] = sum(len(draft.passages) for draft in [*drafts, *others])
    figures["text_read_s"] = pages / read_texts
    figures["text_pages_s"] = pages / (read_texts + stored_texts)
    figures["passages_s"] = figures["passages"] / (stored_texts + stored_others)
    figures["index_s"] = index
    figures["load_s"] = read_texts + stored_texts + read_others + stored_others + index
    app.close()
    return figures


def ask(home: Path, questions: Path) -> Figures:
    """Ask every question once after one to warm up."""
    app = App(Settings(home=home), lambda: NOW)
    lines = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    app.assistant.ask(lines[0]["q"], as_of=NOW.date())
    times = [
        app.assistant.ask(line["q"], as_of=asking_day(line), turns=line.get("turns") or ()).elapsed_ms
        for line in lines
    ]
    app.close()
    cuts = quantiles(times, n=100, method="inclusive")
    return {"questions": len(times), "p50_ms": cuts[49], "p95_ms": cuts[94], "max_ms": max(times)}


def _store(app: App, drafts: list[PlanDraft]) -> float:
    from knowledge.store.versions import activate_many, save_drafts

    def store() -> None:
        saved = save_drafts(app.store, drafts, now=NOW)
        activate_many(app.store, [each.plan_id for each in saved], now=NOW)

    return _timed(store)[1] if drafts else 0.0


def _timed(work: Callable[[], _T]) -> tuple[_T, float]:
    started = perf_counter()
    done = work()
    return done, perf_counter() - started


def main(arguments: Iterable[str]) -> None:
    """Measure and print."""
    what, home, other = arguments
    figures = {"load": load, "ask": ask}[what](Path(home), Path(other))
    # Linux counts in kilobytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1_000_000
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
