"""`make eval`: figures on the real plans and question sets, where they stand beside the checkout.

Prints what the issue asks for: rows of the task table with every cell right, invented
rows, deadline phrases, questions by category and style, and those
made by program over the tasks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.commands.scores import scores_text
from knowledge.agencies import Directory, load_directory
from knowledge.deadlines import parse_deadline
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Answer
from knowledge.qa.evaluation import asking_day, score
from knowledge.qa.query.lexicon import load_lexicon
from tests.paraphrases import figures, shared_outcomes
from tests.reading import loaded, read_lines, run_repro, score_files, wrong_letterheads
from tests.shared import SHARED


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
    with loaded(sorted((SHARED / "plans" / "hung-yen").iterdir()), directory) as library:
        _print_reading(SHARED, directory)
        _print_deadlines(SHARED)
        _print_questions(Assistant(library, directory, load_lexicon()), SHARED)
    for line in figures(shared_outcomes(SHARED)):
        _say(line)
    from tests import ablation  # it reads question sets with what stands here

    ablation.main()
    return 0


def _print_reading(shared: Path, directory: Directory) -> None:
    plans, data = shared / "plans", shared / "eval"
    _say("Đọc văn bản: các tệp có dòng mong đợi")
    for name, folders in (("tasks.jsonl", ["hung-yen"]), ("tasks_real.jsonl", ["real", "others"])):
        for file in score_files(data / name, [plans / f for f in folders], shared, directory):
            _say(f"   {file.line()}")
    wrong = wrong_letterheads(data / "metadata_real.jsonl", [plans / "real", plans / "others"], directory)
    _say(f"Số và ngày sai: {len(wrong)}")
    for line in wrong:
        _say(f"   {line}")
    _say("Các tệp nhỏ từng đọc sai")
    _say(run_repro(shared, Path(sys.executable).parent / "kehoach"))


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
