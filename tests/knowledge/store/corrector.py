"""A process that corrects and switches a plan of two versions until it is killed.

    python -m tests.knowledge.store.corrector FOLDER [ADDRESS]

Every correction of a step carries its number in two cells, a table of rows or an added task, so that half of one
shows. One line on standard output before each step tells the parent where it is.
"""

from __future__ import annotations

import sys
from pathlib import Path

from knowledge.agencies import load_directory
from knowledge.store.corrections import (
    OPERATOR,
    Cells,
    TableRow,
    add_task,
    apply_table,
    edit_task,
    list_corrections,
    table_keys,
    undo,
)
from knowledge.store.database import open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate, rollback
from tests.knowledge.store.papers import NOW

FIRST, SECOND = "Khảo sát lần một", "Khảo sát lần hai"
ROWS = 12


def run(folder: Path, url: str | None = None) -> None:
    """Edit, send a table back, add, take back, switch, switch back, for ever."""
    directory = load_directory()
    with open_store(url, data=folder) as store:
        library, number = SqlLibrary(store), len(list_corrections(store))
        while True:
            number += 1
            for step in ("edit", "table", "add", "undo", "activate", "rollback"):
                sys.stdout.write(f"{number} {step}\n")
                sys.stdout.flush()
                tasks = [each for each in library.tasks() if each.added is None]
                plan = tasks[0].plan.id
                if step == "edit":
                    cells = Cells(product=f"lượt{number}", coordinating=[f"Tổ lượt{number}"])
                    edit_task(
                        store, tasks[0].id, cells, reason=f"lượt{number}", by=OPERATOR, now=NOW, directory=directory
                    )
                elif step == "table":
                    keys = table_keys(store, [plan])
                    rows = [
                        TableRow(
                            plan, keys[each.id], {"product": f"bảng{number}"}, {"product": each.task.product or ""}
                        )
                        for each in tasks[1:]
                    ]
                    apply_table(store, rows, reason=f"bảng{number}", by=OPERATOR, now=NOW, directory=directory)
                elif step == "add":
                    add_task(
                        store, plan, Cells(title=f"Bổ sung lượt{number}"), reason="x", by=OPERATOR, now=NOW,
                        directory=directory,
                    )  # fmt: skip
                elif step == "undo":
                    added = next(each.added for each in library.tasks() if each.added is not None)
                    undo(store, added.number, by=OPERATOR, now=NOW)
                elif step == "activate":
                    activate(store, plan, now=NOW)
                else:
                    rollback(store, plan, now=NOW)


if __name__ == "__main__":
    run(Path(sys.argv[1]), *sys.argv[2:])
