"""A task's card stays one message, whatever the plan prints."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.app import App
from bot.chat.task_cards import task_card, task_row
from bot.settings import Settings
from knowledge.store.corrections import Cells, edit_task
from tests.bot.running import NOW

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("count", "first_line"),
    [
        (0, "Văn bản không ghi cơ quan chủ trì."),
        (2, "Trạm 1; Trạm 2 chủ trì."),
        (200, "; ".join(f"Trạm {n}" for n in range(1, 21)) + " và 180 cơ quan khác chủ trì."),
    ],
)
def test_leading_offices(loaded: Path, count: int, first_line: str) -> None:
    app = App(Settings(home=loaded), lambda: NOW)
    live = app.library.tasks()[0]
    app.close()
    offices = tuple(f"Trạm {n}" for n in range(1, count + 1))
    card = task_card(replace(live, task=replace(live.task, lead=offices, coordinating=())), TODAY)
    assert card.splitlines()[0] == first_line
    assert len(card) < 2_000


def test_a_corrected_cell_says_so_beside_it_and_who_did_it(home: Path) -> None:
    app = App(Settings(home=home), lambda: NOW)
    live = app.library.tasks()[0]
    cells = Cells(deadline="Quý IV/2026")
    edit_task(app.store, live.id, cells, reason="công văn xin lùi", by=0, now=NOW, directory=app.directory)
    card = task_card(app.library.tasks_by_id([live.id])[live.id], TODAY).splitlines()
    row = task_row(app.library.tasks_by_id([live.id])[live.id], TODAY)
    app.close()
    assert card[1] == (
        "Hạn: Quý IV/2026 (đến 31/12/2026; còn 41 ngày) (đã đính chính ngày 20/11/2026: công văn xin lùi)."
    )
    assert card[-2] == "Người đính chính: quản trị viên."
    assert " – Quý IV/2026 (đã đính chính) – " in row
