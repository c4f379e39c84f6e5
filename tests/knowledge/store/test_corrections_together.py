"""Two who take one correction back at the same moment: it is taken back once, and the other is told by whom."""

from __future__ import annotations

from functools import partial

from knowledge.agencies import load_directory
from knowledge.errors import CorrectionMovedError
from knowledge.store.audit import PlanChange, Wanted, list_changes
from knowledge.store.corrections import OPERATOR, Cells, add_task, cancel_task, edit_task, undo
from knowledge.store.database import Store
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate, save_drafts
from tests.knowledge.store.meeting import meet
from tests.knowledge.store.papers import NOW, make_paper


def test_one_takes_it_back_and_the_other_is_told(store: Store) -> None:
    save_drafts(store, [make_paper(titles=["Khảo sát hộ nghèo"])], now=NOW)
    activate(store, 1, now=NOW)
    library, directory = SqlLibrary(store), load_directory()
    (task,) = library.tasks()
    edit = Cells(product="Danh sách")
    made = (
        edit_task(store, task.id, edit, reason="x", by=OPERATOR, now=NOW, directory=directory),
        add_task(store, 1, Cells(title="Việc khác hẳn"), reason="x", by=OPERATOR, now=NOW, directory=directory),
        cancel_task(store, task.id, reason="x", by=OPERATOR, now=NOW),
    )
    for each in made:
        (number,) = each.numbers
        did, heard = meet(partial(undo, store, number, by=OPERATOR, now=NOW), CorrectionMovedError)
        assert did == ""
        assert heard == f"Đính chính số {number} đã được quản trị viên (dòng lệnh) lúc {NOW:%H:%M ngày %d/%m/%Y} bỏ."
    lines, _ = list_changes(store, Wanted(), limit=50)
    undone = [each.subject or 0 for each in lines if each.action == PlanChange.CORRECTION_UNDONE]
    assert sorted(undone) == sorted(number for each in made for number in each.numbers)
    (now,) = library.tasks()
    assert (now.task, now.corrections) == (task.task, ())
