"""A process that loads and activates growing versions until it is killed.

    python -m tests.knowledge.store.writer FOLDER WITH_INDEX [ADDRESS]

Every task and clause of version n carries the marker n, so that a mixture shows. One line
on standard output before each step tells the parent where it is. The database is that of the
folder, or the one at ADDRESS.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from knowledge.records import PlanDraft
from knowledge.store.catalog import list_plans
from knowledge.store.database import open_store
from knowledge.store.derived import refresh_index
from knowledge.store.versions import activate, rollback, save_drafts
from tests.knowledge.store.papers import NOW, make_paper

TASKS = 40
CLAUSES = 20


def make_marked(number: int) -> PlanDraft:
    """Version `number` of the plan: `TASKS` rows and `CLAUSES` clauses, each with the marker."""
    paper = make_paper(
        titles=[f"Nhiệm vụ dấu{number} thứ {row} về chuyển đổi số" for row in range(TASKS)],
        clauses=[f"Khoản dấu{number} số {row} giao các sở thực hiện" for row in range(CLAUSES)],
    )
    return replace(paper, footnotes=(str(number),))


def run(folder: Path, with_index: bool, url: str | None = None) -> None:
    """Load, activate, sometimes roll back, for ever."""
    with open_store(url, data=folder) as store:
        plans = list_plans(store)
        number = plans[0].versions[-1].version if plans else 0
        while True:
            number += 1
            moment = NOW + timedelta(minutes=number)
            for step in ("save", "activate", "index", "rollback"):
                sys.stdout.write(f"{number} {step}\n")
                sys.stdout.flush()
                if step == "save":
                    save_drafts(store, [make_marked(number)], now=moment)
                elif step == "activate":
                    activate(store, "57", now=moment)
                elif step == "index" and (with_index or number == 1):  # the first trains the model of the vectors
                    refresh_index(store)
                elif step == "rollback" and number % 3 == 0:
                    rollback(store, "57", now=moment)


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2] == "True", *sys.argv[3:])
