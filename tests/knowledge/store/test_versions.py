"""Drafts, activation, rollback, conflicts: what an administrator sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from knowledge.errors import PlanConflictError, UnknownPlanError, VersionError
from knowledge.records import PlanDraft, PlanMetadata
from knowledge.store.catalog import list_plans
from knowledge.store.database import Store
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate, activate_many, rollback, save_drafts
from tests.knowledge.store.papers import DIGITAL, NOW, make_paper

FIRST = make_paper()
SECOND = make_paper(titles=("Rà soát thủ tục hành chính năm nay", "Nâng cấp cổng dữ liệu mở của tỉnh"))
THIRD = make_paper(titles=("Tổng kết chương trình chuyển đổi số của tỉnh",))
LIBRARY_WORDS = (
    "Số hóa tài liệu lưu trữ của thư viện huyện Bình An",
    "Luân chuyển sách báo về các trường tiểu học vùng cao",
    "Trao thưởng cuộc thi bạn đọc nhỏ tuổi",
)
ARCHIVES = replace(DIGITAL, title="Xây dựng phong trào đọc sách")


def _states(store: Store) -> dict[str, list[str]]:
    return {
        plan.name: [f"{version.version} {version.state}" for version in plan.versions] for plan in list_plans(store)
    }


def _titles(library: SqlLibrary) -> list[str]:
    return [live.task.title for live in library.tasks()]


def test_the_life_of_a_plan(store: Store, library: SqlLibrary) -> None:
    save_drafts(store, [FIRST], now=NOW)
    assert _states(store) == {"57/KH-UBND": ["1 draft"]}
    assert activate(store, "57", now=NOW).before is None
    save_drafts(store, [SECOND], now=NOW)
    assert _states(store) == {"57/KH-UBND": ["1 active", "2 draft"]}
    assert _titles(library) == [task.title for task in FIRST.tasks]
    switched = activate(store, "57", now=NOW + timedelta(hours=1))
    assert (switched.plan_name, switched.version, switched.before) == ("57/KH-UBND", 2, 1)
    assert _states(store) == {"57/KH-UBND": ["1 superseded", "2 active"]}
    assert _titles(library) == [task.title for task in SECOND.tasks]
    switched = rollback(store, "57", now=NOW + timedelta(hours=2))
    assert (switched.version, switched.before) == (1, 2)
    assert _states(store) == {"57/KH-UBND": ["1 active", "2 draft"]}
    assert _titles(library) == [task.title for task in FIRST.tasks]
    activate(store, "57", now=NOW + timedelta(hours=3))
    assert _states(store) == {"57/KH-UBND": ["1 superseded", "2 active"]}


def test_the_overview_tells_what_was_understood(store: Store) -> None:
    save_drafts(store, [FIRST], now=NOW)
    activate(store, "57", now=NOW + timedelta(minutes=5))
    [plan] = list_plans(store)
    assert (plan.name, plan.metadata, plan.live) == ("57/KH-UBND", DIGITAL, 1)
    [version] = plan.versions
    assert (version.tasks, version.passages, version.report) == (3, 4, FIRST.report)
    assert (version.loaded_at, version.activated_at) == (NOW, NOW + timedelta(minutes=5))


@pytest.mark.parametrize("active", [False, True])
def test_the_same_bytes_again_change_nothing(store: Store, active: bool) -> None:
    [first] = save_drafts(store, [FIRST], now=NOW)
    if active:
        activate(store, first.plan_id, now=NOW)
    before = _states(store)
    [again] = save_drafts(store, [FIRST], now=NOW)
    assert (again.version, again.unchanged) == (1, True)
    assert activate(store, first.plan_id, now=NOW).version == 1
    assert activate(store, first.plan_id, now=NOW).before == 1
    assert set(_states(store)) == set(before)


def test_an_older_text_loaded_again_is_a_new_version(store: Store) -> None:
    for hour, paper in enumerate((FIRST, SECOND, FIRST)):
        save_drafts(store, [paper], now=NOW + timedelta(hours=hour))
        activate(store, "57", now=NOW)
    assert _states(store) == {"57/KH-UBND": ["1 superseded", "2 superseded", "3 active"]}


def test_a_later_draft_replaces_the_one_that_waits(store: Store) -> None:
    for hour, paper in enumerate((FIRST, SECOND)):
        save_drafts(store, [paper], now=NOW + timedelta(hours=hour))
    assert _states(store) == {"57/KH-UBND": ["2 draft"]}
    activate(store, "57", now=NOW)
    save_drafts(store, [FIRST], now=NOW + timedelta(hours=2))
    assert _states(store) == {"57/KH-UBND": ["2 active", "3 draft"]}


def test_rolling_back_steps_over_a_waiting_draft_and_further(store: Store) -> None:
    for paper in (FIRST, SECOND, THIRD):
        save_drafts(store, [paper], now=NOW)
        activate(store, "57", now=NOW)
    save_drafts(store, [replace(THIRD, digest="0" * 64)], now=NOW)
    rollback(store, "57", now=NOW)
    assert _states(store) == {"57/KH-UBND": ["1 superseded", "2 active", "3 superseded", "4 draft"]}
    rollback(store, "57", now=NOW)
    assert _states(store) == {"57/KH-UBND": ["1 active", "2 superseded", "3 superseded", "4 draft"]}
    with pytest.raises(VersionError, match=r"^Kế hoạch 57/KH-UBND chưa có phiên bản trước để quay lại\.$"):
        rollback(store, "57", now=NOW)


def test_rolling_back_steps_over_what_was_taken_back_and_replaced(store: Store, library: SqlLibrary) -> None:
    """Its contents went when a newer draft came; a plan of nothing must not go live."""
    for paper in (FIRST, SECOND):
        save_drafts(store, [paper], now=NOW)
        activate(store, "57", now=NOW)
    rollback(store, "57", now=NOW)
    before = [task.task.title for task in library.tasks()]
    save_drafts(store, [THIRD], now=NOW)
    activate(store, "57", now=NOW)
    rollback(store, "57", now=NOW)
    assert _states(store) == {"57/KH-UBND": ["1 active", "3 draft"]}
    assert [task.task.title for task in library.tasks()] == before != []


def test_many_are_switched_together_or_not_at_all(store: Store, library: SqlLibrary) -> None:
    [saved] = save_drafts(store, [FIRST], now=NOW)
    with pytest.raises(UnknownPlanError, match=r"^Chưa nạp kế hoạch nào tên là “99/KH-UBND”\.$"):
        activate_many(store, [saved.plan_id, "99/KH-UBND"], now=NOW)
    assert library.plans() == ()
    assert library.generation() == 0


def _with(paper: PlanDraft, **facts: Any) -> PlanDraft:
    """The same paper with other metadata, and so other bytes."""
    return replace(paper, metadata=replace(paper.metadata, **facts), digest=repr(sorted(facts.items())))


OTHER = make_paper(ARCHIVES, LIBRARY_WORDS, file="Kế hoạch 57 (2).docx", clauses=())
UNNUMBERED = PlanMetadata(title="Báo cáo tuần")


@pytest.mark.parametrize(
    ("first", "second", "plans"),
    [
        pytest.param(FIRST, SECOND, 1, id="amended"),
        pytest.param(FIRST, _with(FIRST, signer=None), 1, id="printed again"),
        pytest.param(FIRST, _with(SECOND, issuer=None), 1, id="office not read"),
        pytest.param(FIRST, _with(SECOND, issued=None), 1, id="date not read"),
        pytest.param(FIRST, _with(SECOND, number=" 057/KH–UBND"), 1, id="number printed otherwise"),
        pytest.param(FIRST, _with(OTHER, issuer="Ủy ban nhân dân tỉnh Phú Hải"), 2, id="another office"),
        pytest.param(FIRST, _with(OTHER, issued=date(2025, 1, 9)), 2, id="another year"),
        pytest.param(FIRST, _with(FIRST, issued=date(2025, 1, 9)), 2, id="last year's, same words"),
        pytest.param(FIRST, _with(OTHER, number="58/KH-UBND"), 2, id="another number"),
        pytest.param(
            make_paper(UNNUMBERED, file="tuần.md"),
            make_paper(UNNUMBERED, LIBRARY_WORDS, file="Tuần.docx"),
            1,
            id="no number, same file name",
        ),
        pytest.param(
            make_paper(UNNUMBERED, file="tuần 1.md"),
            make_paper(UNNUMBERED, file="tuần 2.md", clauses=()),
            2,
            id="no number, another file name",
        ),
        pytest.param(
            make_paper(replace(DIGITAL, number=None), file="dự thảo.md"),
            make_paper(file="dự thảo.md"),
            1,
            id="the draft paper got its number",
        ),
        pytest.param(
            make_paper(replace(ARCHIVES, number=None), LIBRARY_WORDS, file="van ban.md", clauses=()),
            make_paper(file="van ban.md"),
            2,
            id="another paper under a common file name",
        ),
    ],
)
def test_which_papers_are_one_plan(store: Store, first: PlanDraft, second: PlanDraft, plans: int) -> None:
    save_drafts(store, [first], now=NOW)
    save_drafts(store, [second], now=NOW)
    assert len(list_plans(store)) == plans


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([OTHER], id="all said alike"),
        pytest.param([_with(OTHER, issuer=None)], id="office not read"),
        pytest.param([_with(OTHER, issued=date(2026, 3, 3))], id="another day of the year"),
        pytest.param([_with(SECOND, number="58/KH-UBND"), OTHER], id="a good one between"),
    ],
)
def test_two_papers_with_one_number_are_refused(store: Store, others: Sequence[PlanDraft]) -> None:
    together = (
        "Hai văn bản khác nhau cùng mang số 57/KH-UBND: “Kế hoạch 57.docx” và “Kế hoạch 57 (2).docx”; "
        "chưa nạp văn bản nào, hãy kiểm tra lại."
    )
    with pytest.raises(PlanConflictError) as caught:
        save_drafts(store, [FIRST, *others], now=NOW)
    assert (caught.value.sentence, list_plans(store)) == (together, [])
    save_drafts(store, [FIRST], now=NOW)
    before = list_plans(store)
    with pytest.raises(PlanConflictError) as caught:
        save_drafts(store, others, now=NOW)
    assert caught.value.sentence == (
        "“Kế hoạch 57 (2).docx” mang số 57/KH-UBND nhưng khác hẳn văn bản cùng số đã nạp "
        "(“Kế hoạch 57.docx”); chưa nạp văn bản nào, hãy kiểm tra lại."
    )
    assert list_plans(store) == before


def test_a_paper_that_does_not_name_its_office_goes_where_its_words_are(store: Store) -> None:
    for paper in (FIRST, _with(OTHER, issuer="Ủy ban nhân dân tỉnh Phú Hải"), _with(SECOND, issuer=None)):
        save_drafts(store, [paper], now=NOW)
    assert {(plan.metadata.title, plan.versions[-1].version) for plan in list_plans(store)} == {
        (DIGITAL.title, 2),
        (ARCHIVES.title, 1),
    }


def test_two_files_of_one_paper_in_one_load_are_one_plan(store: Store) -> None:
    scan = replace(FIRST, file="57.pdf", digest="1" * 64)
    saved = save_drafts(store, [FIRST, scan, FIRST], now=NOW)
    assert [(each.version, each.unchanged) for each in saved] == [(1, False), (2, False), (2, True)]
    assert _states(store) == {"57/KH-UBND": ["2 draft"]}
    activate(store, "57", now=NOW)
    saved = save_drafts(store, [FIRST, scan], now=NOW + timedelta(hours=1))
    assert [(each.version, each.unchanged) for each in saved] == [(2, True), (2, True)]
    assert _states(store) == {"57/KH-UBND": ["2 active"]}


def test_a_moment_without_a_zone_is_a_defect(store: Store) -> None:
    with pytest.raises(Exception, match="without a time zone"):
        save_drafts(store, [FIRST], now=NOW.replace(tzinfo=None))
    assert list_plans(store) == []
