"""Which plan and which task a relation means, and what holds of the task then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.amending import Stated, amended_tasks, find_target, find_task
from knowledge.library import LivePlan
from knowledge.records import CellDoubt, Deadline, DeadlineKind, PlanMetadata, Relation, RelationKind, Source, Task
from tests.knowledge.store.papers import UBND, make_task

AMENDS, REPEALS = RelationKind.AMENDS, RelationKind.REPEALS
BY = LivePlan(9, "702/QĐ-UBND", "702.txt", 1, PlanMetadata("702/QĐ-UBND", date(2026, 8, 12), UBND, "Quyết định"))
LATE = Deadline("Quý IV/2026", (DeadlineKind.ONE_OFF,), dates=(date(2026, 12, 31),))


def plan(id_: int, number: str | None, issued: date | None, issuer: str | None = UBND) -> LivePlan:
    return LivePlan(id_, number or "x", "x.txt", 1, PlanMetadata(number, issued, issuer))


PLANS = [
    plan(1, "57/KH-UBND", date(2026, 1, 15)),
    plan(2, "57/KH-UBND", date(2025, 1, 20)),
    plan(3, "57/KH-UBND", date(2026, 1, 15), "Ủy ban nhân dân tỉnh Sơn Hà"),
    plan(4, "058/KH-UBND", None),
    plan(5, "59/KH-UBND", date(2020, 3, 3)),
    plan(6, None, date(2026, 1, 15)),
]
TARGETS: list[tuple[str, str, date | None, list[int], int | None]] = [
    ("the date decides", "57/KH-UBND", date(2025, 1, 20), [1, 2], 2),
    ("another date", "57/KH-UBND", date(2024, 1, 20), [1, 2], None),
    ("two of one date", "57/KH-UBND", date(2026, 1, 15), [1, 3], None),
    ("another province", "57/KH-UBND", None, [1, 3], 1),
    ("only another province's", "57/KH-UBND", None, [3], None),
    ("two years might be meant", "57/KH-UBND", None, [1, 2], None),
    ("printed with a nought", "58/KH-UBND", None, [4], 4),
    ("too long ago without a date", "59/KH-UBND", None, [5], None),
    ("no number", "57/KH-UBND", None, [6], None),
]


@pytest.mark.parametrize(
    ("number", "issued", "loaded", "meant"), [case[1:] for case in TARGETS], ids=[c[0] for c in TARGETS]
)
def test_which_plan_is_meant(number: str, issued: date | None, loaded: list[int], meant: int | None) -> None:
    relation = Relation(AMENDS, "Kế hoạch", number, issued)
    found = find_target(BY, relation, [each for each in PLANS if each.id in loaded])
    assert (found.id if found else None) == meant


def clause(title: str, label: str, heading: str) -> Task:
    return replace(make_task(title), number=None, source=Source((heading,), clause=label))


TASKS = {
    1: make_task("Lập bản đồ ngập lụt các xã ven sông", row=1),
    2: make_task("Kiểm tra hồ chứa", row=2),
    3: make_task("Kiểm tra đê điều", row=3),
    4: replace(make_task("Kiểm tra hồ chứa", row=2), source=Source(("PHỤ LỤC II",), row=2)),
    5: clause("Bố trí kinh phí", "3.a", "II. NHIỆM VỤ"),
    6: clause("Bố trí kinh phí", "3.a", "III. TỔ CHỨC THỰC HIỆN"),
}


def meant(kind: RelationKind, part: str = "", *, row: str | None = None, task: str = "") -> Relation:
    return Relation(kind, "Kế hoạch", "57/KH-UBND", part=part, row=row, task=task)


MEANT: list[tuple[str, Relation, int | None]] = [
    ("title", meant(AMENDS, task="lập bản đồ ngập lụt các xã ven sông"), 1),
    ("title with a slip", meant(AMENDS, task="Lập bản đồ ngập lụt các xã ven sôn"), 1),
    ("part of the title", meant(AMENDS, task="bản đồ ngập lụt"), 1),
    ("too small a part", meant(AMENDS, task="bản đồ"), None),
    ("two of one title", meant(AMENDS, task="Kiểm tra hồ chứa"), None),
    ("title and appendix", meant(AMENDS, "Phụ lục II", task="Kiểm tra hồ chứa"), 4),
    ("row", meant(AMENDS, "số thứ tự 3", row="3"), 3),
    ("row in two tables", meant(AMENDS, "số thứ tự 2", row="2"), None),
    ("row of an appendix", meant(AMENDS, "số thứ tự 2 Phụ lục II", row="2"), 4),
    ("clause", meant(REPEALS, "điểm a khoản 3 Mục II"), 5),
    ("clause of two headings", meant(REPEALS, "điểm a khoản 3"), None),
    ("unknown clause", meant(REPEALS, "điểm b khoản 3 Mục II"), None),
    ("some tasks", meant(REPEALS, "một số nhiệm vụ tại"), None),
]


@pytest.mark.parametrize(("relation", "found"), [case[1:] for case in MEANT], ids=[case[0] for case in MEANT])
def test_which_task_is_meant(relation: Relation, found: int | None) -> None:
    assert find_task(relation, TASKS) == found


def amended(*relations: Relation, own: tuple[Task, ...] = ()) -> dict[int, tuple[Task, bool]]:
    found = amended_tasks({1: TASKS[1], 3: TASKS[3]}, [Stated(BY, each) for each in relations], {BY.id: own})
    return {id_: (each.task, any(a.ends for a in each.amendments)) for id_, each in found.items()}


def test_new_values_hold_and_their_doubts_go() -> None:
    relation = Relation(AMENDS, "", "", row="1", lead=("Sở Y tế",), lead_agencies=("Sở Y tế",), deadline=LATE)
    task, repealed = amended(relation)[1]
    assert (task.lead, task.lead_agencies, task.deadline, repealed) == (("Sở Y tế",), ("Sở Y tế",), LATE, False)
    doubtful = replace(TASKS[1], doubts=(CellDoubt("lead", "lấy theo dòng trên"), CellDoubt("title", "cắt ngang")))
    found = amended_tasks({1: doubtful}, [Stated(BY, relation)], {})
    assert [doubt.field for doubt in found[1].task.doubts] == ["title"]


def test_a_new_lead_no_longer_helps() -> None:
    lead = TASKS[1].coordinating
    assert amended(Relation(AMENDS, "", "", row="1", lead=lead))[1][0].coordinating == ()


def test_the_last_paper_counts() -> None:
    first = Relation(AMENDS, "", "", row="1", lead=("Sở Y tế",))
    later = Relation(AMENDS, "", "", row="1", lead=("Sở Tài chính",))
    assert amended(first, later)[1][0].lead == ("Sở Tài chính",)


def test_repealed_and_told_anew() -> None:
    assert amended(Relation(REPEALS, "", "", row="3"))[3] == (TASKS[3], True)
    anew = replace(TASKS[3], lead=("Sở Xây dựng",))
    assert amended(Relation(AMENDS, "", ""), own=(anew,)) == {3: (TASKS[3], True)}


def test_a_paper_amended_as_a_whole_leaves_its_tasks() -> None:
    assert amended(Relation(AMENDS, "", "")) == {}
