"""What is stored of doubts and relations, and what readers see of plans that other live papers change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.records import (
    CellDoubt,
    Deadline,
    DeadlineKind,
    PlanDraft,
    PlanMetadata,
    Relation,
    RelationKind,
    Source,
)
from knowledge.store.database import Store, migrate
from knowledge.store.library import SqlLibrary
from knowledge.store.related import describe_relations
from knowledge.store.versions import activate, rollback, save_drafts
from tests.knowledge.store.papers import DIGITAL, DIGITAL_TASKS, NOW, UBND, make_paper, make_task

AMENDS = RelationKind.AMENDS
LATE = Deadline("Quý IV/2026", (DeadlineKind.ONE_OFF,), dates=(date(2026, 12, 31),), unread=("Quý",))
REVIEW, PORTAL, SKILLS = DIGITAL_TASKS
PORTAL_LATER = Relation(
    AMENDS, "Kế hoạch", "57/KH-UBND", task=PORTAL, lead=("Sở Y tế",), lead_agencies=("Sở Y tế",), deadline=LATE,
    quote="Điều chỉnh nhiệm vụ 2.",
)  # fmt: skip
NO_SKILLS = Relation(RelationKind.REPEALS, "Kế hoạch", "57/KH-UBND", DIGITAL.issued, "số thứ tự 3", "3")


def decision(*relations: Relation, number: str = "702/QĐ-UBND") -> PlanDraft:
    metadata = PlanMetadata(number, date(2026, 8, 12), UBND, "Quyết định", "Điều chỉnh kế hoạch", years=(2026,))
    paper = make_paper(metadata, ("Mở lớp sơ cứu",), file=f"{number[:3]}.txt")
    return replace(paper, relations=relations)


def load(store: Store, *papers: PlanDraft) -> None:
    for saved in save_drafts(store, papers, now=NOW):
        activate(store, saved.plan_id, now=NOW)


def test_doubts_places_and_unread_parts_come_back_as_they_went(store: Store, library: SqlLibrary) -> None:
    places = (Source(("III. TỔ CHỨC THỰC HIỆN",), clause="2.a", page=4, quote="Sở Nội vụ lập bản đồ."),)
    task = replace(make_task("Lập bản đồ"), deadline=LATE, doubts=(CellDoubt("lead", "suy ra"),), sources=places)
    load(store, make_paper(tasks=(task,)))
    assert [live.task for live in library.tasks()] == [task]
    assert library.deadlines() == [LATE]


def test_tasks_of_an_older_schema_have_no_doubts(store: Store, library: SqlLibrary) -> None:
    load(store, make_paper(), decision(PORTAL_LATER))
    migrate(store.engine, "0009")
    migrate(store.engine)
    assert {(task.task.doubts, task.task.sources, task.task.deadline.unread) for task in library.tasks()} == {
        ((), (), ())
    }
    assert len(library.tasks()) == 4


def test_an_amended_task_holds_what_the_later_paper_says(store: Store, library: SqlLibrary) -> None:
    load(store, make_paper())
    before = {task.task.title: task for task in library.tasks()}
    load(store, decision(PORTAL_LATER, NO_SKILLS))
    after = {task.task.title: task for task in library.tasks()}
    assert [*after] == [REVIEW, PORTAL, "Mở lớp sơ cứu"]
    portal = after[PORTAL]
    assert (portal.task.lead, portal.task.deadline, portal.id) == (("Sở Y tế",), LATE, before[PORTAL].id)
    assert [(each.by, each.lead, each.deadline) for each in portal.amendments] == [
        ("702/QĐ-UBND", before[PORTAL].task.lead, before[PORTAL].task.deadline)
    ]
    assert [task.id for task in library.tasks(offices=["Sở Y tế"])] == [portal.id]
    assert [task.id for task in library.tasks(deadlines=[LATE])] == [portal.id]
    skills = before[SKILLS].id
    assert library.tasks_by_id([skills])[skills].repealed
    assert {plan.name: [each.by for each in plan.amendments] for plan in library.plans()} == {
        "57/KH-UBND": ["702/QĐ-UBND", "702/QĐ-UBND"],
        "702/QĐ-UBND": [],
    }


def test_a_draft_changes_nothing_and_going_back_restores(store: Store, library: SqlLibrary) -> None:
    load(store, make_paper(), decision())
    save_drafts(store, [replace(decision(NO_SKILLS), digest="2")], now=NOW)
    assert len(library.tasks()) == 4
    activate(store, "702", now=NOW)
    assert len(library.tasks()) == 3
    rollback(store, "702", now=NOW)
    assert len(library.tasks()) == 4


@pytest.mark.parametrize("kind", [RelationKind.REPLACES, RelationKind.REPEALS])
def test_tasks_of_a_replaced_plan_are_only_listed_for_it(
    store: Store, library: SqlLibrary, kind: RelationKind
) -> None:
    load(store, make_paper(), decision(Relation(kind, "Kế hoạch", "57/KH-UBND")))
    old, new = library.plans()
    assert (old.in_force, new.in_force) == (False, True)
    assert [task.task.title for task in library.tasks()] == ["Mở lớp sơ cứu"]
    assert [task.task.title for task in library.tasks([old.id, new.id])] == ["Mở lớp sơ cứu"]
    assert len(library.tasks([old.id])) == 3


TOLD: list[tuple[str, tuple[Relation, ...], str]] = [
    (
        "changes and a repeal",
        (Relation(AMENDS, "Kế hoạch", "57/KH-UBND"), PORTAL_LATER, NO_SKILLS),
        f"Văn bản này sửa đổi Kế hoạch 57/KH-UBND đang có hiệu lực: sửa đổi nhiệm vụ “{PORTAL}”, chủ trì mới: "
        f"Sở Y tế, hạn mới: Quý IV/2026; bãi bỏ số thứ tự 3 (“{SKILLS}”).",
    ),
    (
        "a task that is not there",
        (replace(PORTAL_LATER, task="Xây bể bơi", lead=()),),
        "Văn bản này sửa đổi Kế hoạch 57/KH-UBND đang có hiệu lực: sửa đổi nhiệm vụ “Xây bể bơi”, hạn mới: Quý "
        "IV/2026 (không rõ nhiệm vụ nào của văn bản đó, cần xem lại).",
    ),
    (
        "no new value read",
        (replace(PORTAL_LATER, deadline=None, lead=()),),
        f"Văn bản này sửa đổi Kế hoạch 57/KH-UBND đang có hiệu lực: sửa đổi nhiệm vụ “{PORTAL}” (chưa đọc được nội "
        "dung mới, cần xem lại).",
    ),
    (
        "the whole",
        (Relation(RelationKind.REPLACES, "Kế hoạch", "57/KH-UBND"),),
        "Văn bản này thay thế Kế hoạch 57/KH-UBND đang có hiệu lực; các nhiệm vụ của văn bản đó không còn được nhắc.",
    ),
    (
        "the whole for longer",
        (Relation(RelationKind.EXTENDS, "Kế hoạch", "57/KH-UBND", deadline=LATE),),
        "Văn bản này gia hạn Kế hoạch 57/KH-UBND đang có hiệu lực đến Quý IV/2026.",
    ),
    (
        "not loaded",
        (Relation(RelationKind.REPEALS, "Quyết định", "9/QĐ-UBND"),),
        "Văn bản này bãi bỏ Quyết định 9/QĐ-UBND (chưa nạp hoặc chưa dùng).",
    ),
]


@pytest.mark.parametrize(("relations", "told"), [case[1:] for case in TOLD], ids=[case[0] for case in TOLD])
def test_the_report_says_which_plans_are_concerned(store: Store, relations: tuple[Relation, ...], told: str) -> None:
    load(store, make_paper())
    (saved,) = save_drafts(store, [decision(*relations)], now=NOW)
    assert describe_relations(store, saved.plan_id, saved.version) == (told,)


def test_of_many_changes_the_first_are_told(store: Store) -> None:
    load(store, make_paper())
    (saved,) = save_drafts(store, [decision(PORTAL_LATER, NO_SKILLS, replace(NO_SKILLS, row="1"))], now=NOW)
    (told,) = describe_relations(store, saved.plan_id, saved.version, most=1)
    assert told.endswith("hạn mới: Quý IV/2026; và 2 thay đổi nữa.")


def test_a_plan_that_is_changed_already_says_so(store: Store) -> None:
    load(store, decision(NO_SKILLS))
    (saved,) = save_drafts(store, [make_paper()], now=NOW)
    assert describe_relations(store, saved.plan_id, saved.version) == ()
    activate(store, saved.plan_id, now=NOW)
    assert describe_relations(store, saved.plan_id, saved.version) == (
        "Văn bản này đã được sửa đổi bởi 702/QĐ-UBND.",
    )


def test_a_plan_carried_on_as_a_whole_is_in_force_longer(store: Store, library: SqlLibrary) -> None:
    until = Deadline("hết năm 2028", (DeadlineKind.ONE_OFF,), dates=(date(2028, 12, 31),))
    load(store, make_paper(), decision(Relation(RelationKind.EXTENDS, "Kế hoạch", "57/KH-UBND", deadline=until)))
    assert [(plan.name, plan.metadata.years) for plan in library.plans()] == [
        ("57/KH-UBND", (2026, 2028)),
        ("702/QĐ-UBND", (2026,)),
    ]
