"""`make eval`: figures on the real plans and question sets, where they stand beside the checkout.

Prints what the issue asks for: rows of the task table with every cell right, invented
rows, deadline phrases, questions by category and style.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.clock import HANOI
from bot.scores import scores_text
from ingest.load import read_plan
from knowledge.agencies import load_directory
from knowledge.answers.answer import Answer
from knowledge.answers.objects import task_json
from knowledge.asking import Assistant
from knowledge.deadlines import parse_deadline
from knowledge.evaluation import asking_day, score
from knowledge.library import LiveTask
from knowledge.store.database import open_store
from knowledge.store.derived import refresh_index
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate_many, save_drafts
from knowledge.text import squeeze
from knowledge.understanding.lexicon import load_lexicon
from tests.shared import SHARED

TODAY = date(2026, 11, 20)
FIELDS = (
    "origin", "section", "number", "title", "activity", "product", "lead", "coordinating", "deadline_text", "kinds",
    "start", "due_dates",
)  # fmt: skip


@dataclass(frozen=True)
class TaskScore:
    """How the expected rows of some papers fared."""

    right: int
    total: int
    wrong: list[str]
    extra: list[str]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Objects of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def score_tasks(expected: Sequence[dict[str, Any]], found: Sequence[dict[str, Any]]) -> TaskScore:
    """Rows with every cell right (white space aside), the others with what differs, and rows nobody expects.

    A paper's section counts as judged when the expectation holds rows of it.
    """
    left = list(found)
    right = 0
    wrong: list[str] = []
    for row in expected:
        exact = next((f for f in left if f["file"].startswith(row["doc"]) and not _differs(row, f)), None)
        if exact is not None:
            right += 1
            left.remove(exact)
            continue
        near = [f for f in left if f["file"].startswith(row["doc"]) and f["origin"] == row["origin"]]
        best = min(near, key=lambda f: len(_differs(row, f)), default=None)
        name = f"{row['doc']} {row['origin']} {row['number']} {(row['activity'] or row['title'])[:50]}"
        if best is None:
            wrong.append(f"{name}: không thấy")
            continue
        left.remove(best)
        parts = [f"{k}: muốn {row[k]!r}, được {best[k]!r}" for k in _differs(row, best)]
        wrong.append(f"{name}\n      " + "\n      ".join(parts))
    judged = {(row["doc"], row["origin"], row["section"]) for row in expected}
    extra = [
        f"{f['file'][:3]} {f['origin']} {f['number']} {(f['activity'] or f['title'])[:90]}"
        for f in left
        if any(
            f["file"].startswith(d) and f["origin"] == o and (f["section"] == s or o == "clause")
            for d, o, s in judged
        )
    ]
    return TaskScore(right, len(expected), wrong, extra)


def _differs(row: dict[str, Any], found: dict[str, Any]) -> list[str]:
    return [k for k in FIELDS if _plain(row[k]) != _plain(found[k])]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return squeeze(value)
    if isinstance(value, list):
        items = [_plain(v) for v in value]
        return sorted(items) if all(v in _KINDS for v in items) else items
    return value


_KINDS = {"one_off", "recurring", "standing", "conditional", "open_start", "unspecified"}


def score_deadlines(rows: Iterable[dict[str, Any]]) -> tuple[int, int, list[str]]:
    """Phrases whose kinds, start and dates are all as expected."""
    right = total = 0
    wrong: list[str] = []
    for row in rows:
        total += 1
        parsed = parse_deadline(
            row["raw"],
            plan_year=row["plan_year"],
            issued=date.fromisoformat(row["issued"]) if row["issued"] else None,
        )
        got = {
            "kinds": sorted(k.value for k in parsed.kinds),
            "start": parsed.start.isoformat() if parsed.start else None,
            "due_dates": [d.isoformat() for d in parsed.due_dates(date(2027, 12, 31))],
        }
        want = {"kinds": sorted(row["kinds"]), "start": row["start"], "due_dates": row["due_dates"]}
        right += got == want
        if got != want:
            wrong.append(f"{row['raw']!r}: muốn {want}, được {got}")
    return right, total, wrong


def main() -> int:
    """Prints every figure; 1 where the acceptance data is missing."""
    if SHARED is None:
        sys.stdout.write("Không có dữ liệu nghiệm thu bên cạnh mã nguồn.\n")
        return 1
    directory = load_directory()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with open_store(f"sqlite:///{data / 'kehoach.db'}", data=data) as store:
            now = datetime(2026, 11, 20, 8, tzinfo=HANOI)
            drafts = [read_plan(p, directory) for p in sorted((SHARED / "plans" / "hung-yen").iterdir())]
            saved = save_drafts(store, drafts, now=now)
            activate_many(store, [s.plan_id for s in saved], now=now)
            refresh_index(store)
            library = SqlLibrary(store)
            _print_tasks(library.tasks(), SHARED)
            _print_deadlines(SHARED)
            _print_questions(Assistant(library, directory, load_lexicon()), SHARED)
            library.close()
    from tests import ablation  # it reads question sets with what stands here

    ablation.main()
    return 0


def _print_tasks(tasks: Sequence[LiveTask], shared: Path) -> None:
    result = score_tasks(read_lines(shared / "eval" / "tasks.jsonl"), [task_json(t, TODAY) for t in tasks])
    share = len(result.extra) / max(result.total, 1)
    _say(f"Dòng nhiệm vụ đúng mọi ô: {result.right}/{result.total}; dòng thừa: {len(result.extra)} ({share:.1%})")
    for line in [*result.wrong, *(f"thừa: {e}" for e in result.extra)]:
        _say(f"   {line}")


def _print_deadlines(shared: Path) -> None:
    right, total, wrong = score_deadlines(read_lines(shared / "eval" / "deadlines.jsonl"))
    _say(f"Cụm từ thời hạn: {right}/{total}")
    for line in wrong:
        _say(f"   {line}")


def _print_questions(assistant: Assistant, shared: Path) -> None:
    def ask(line: Mapping[str, Any]) -> Answer:
        return assistant.ask(line["q"], as_of=asking_day(line), turns=line.get("turns") or ())

    _say(scores_text(score(read_lines(shared / "eval" / "questions.jsonl"), ask)))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
