"""What an administrator reads before switching: added, removed, changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.records import Task
from knowledge.store.comparison import compare_tasks, diff
from knowledge.store.database import Store
from knowledge.store.versions import activate, save_drafts
from tests.knowledge.store.papers import NOW, make_paper, make_task

REVIEW = make_task("Rà soát thủ tục hành chính của ngành")
PORTAL = make_task("Nâng cấp cổng dịch vụ công của tỉnh", row=2)
TRAINING = make_task("Bồi dưỡng kỹ năng số cho công chức", row=3)
REPORT = make_task("Báo cáo kết quả quý I", row=4)


@pytest.mark.parametrize(
    ("after", "added", "removed", "changed"),
    [
        pytest.param([REVIEW, PORTAL, TRAINING], [], [], [], id="the same"),
        pytest.param(
            [replace(TRAINING, number="1"), replace(REVIEW, number="2"), replace(PORTAL, number="3")],
            [],
            [],
            [],
            id="another order and numbering",
        ),
        pytest.param([REVIEW, TRAINING], [], [PORTAL], [], id="one dropped"),
        pytest.param([REVIEW, REPORT, PORTAL, TRAINING], [REPORT], [], [], id="one more"),
        pytest.param(
            [replace(REVIEW, lead=("Sở Tư pháp",)), PORTAL, TRAINING], [], [], [("lead",)], id="another lead"
        ),
        pytest.param(
            [REVIEW, make_task(PORTAL.title, row=2, due=date(2026, 9, 30)), TRAINING],
            [],
            [],
            [("deadline",)],
            id="another day",
        ),
        pytest.param(
            [replace(REVIEW, title="Rà soát các thủ tục hành chính của ngành"), PORTAL, TRAINING],
            [],
            [],
            [("title",)],
            id="reworded",
        ),
        pytest.param(
            [replace(REVIEW, title="Rà soát  thủ tục\nhành chính của ngành"), PORTAL, TRAINING],
            [],
            [],
            [],
            id="wrapped otherwise",
        ),
        pytest.param([], [], [REVIEW, PORTAL, TRAINING], [], id="all dropped"),
    ],
)
def test_tasks_are_matched_by_what_they_say(
    after: list[Task], added: list[Task], removed: list[Task], changed: list[tuple[str, ...]]
) -> None:
    found = compare_tasks([REVIEW, PORTAL, TRAINING], after)
    assert (list(found[0]), list(found[1]), [change.fields for change in found[2]]) == (added, removed, changed)


def test_a_title_that_repeats_is_paired_with_its_like() -> None:
    first, second = make_task("Báo cáo", lead="Sở Y tế"), make_task("Báo cáo", lead="Sở Xây dựng")
    assert compare_tasks([first, second], [second, first]) == ((), (), ())
    assert compare_tasks([first, second], [second]) == ((), (first,), ())


def test_draft_against_live_and_live_against_the_one_before(store: Store) -> None:
    save_drafts(store, [make_paper(tasks=(REVIEW, PORTAL))], now=NOW)
    first = diff(store, "57")
    assert (first.old, first.new, first.added, first.removed) == (None, 1, (REVIEW, PORTAL), ())
    activate(store, "57", now=NOW)
    assert diff(store, "57") == first
    save_drafts(store, [make_paper(tasks=(REVIEW, TRAINING))], now=NOW)
    second = diff(store, "57")
    assert (second.old, second.new, second.added, second.removed) == (1, 2, (TRAINING,), (PORTAL,))
    activate(store, "57", now=NOW)
    assert diff(store, "57") == second
