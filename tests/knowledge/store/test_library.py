"""What is stored comes back as it went in, live versions only, and search finds it."""

from __future__ import annotations

import pytest

from knowledge.library import Library
from knowledge.records import PlanMetadata
from knowledge.store.database import Store
from knowledge.store.derived import refresh_index
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate, activate_many, save_drafts
from knowledge.text import Folded, syllables
from tests.knowledge.store.papers import DIGITAL, NOW, make_paper

HEALTH = PlanMetadata(title="Chăm sóc sức khỏe người cao tuổi năm 2025", years=(2025,))


def _load_both(store: Store) -> list[int]:
    """Plan 57 and a paper without a number; their plan ids."""
    drafts = [
        make_paper(),
        make_paper(HEALTH, ("Khám sức khỏe định kỳ cho người cao tuổi",), file="y tế 2025.md", clauses=()),
    ]
    saved = save_drafts(store, drafts, now=NOW)
    activate_many(store, [each.plan_id for each in saved], now=NOW)
    refresh_index(store)
    return [each.plan_id for each in saved]


def test_a_library_is_what_answering_expects(library: SqlLibrary) -> None:
    expected: Library = library
    assert (list(expected.plans()), list(expected.tasks())) == ([], [])
    assert expected.keyword([Folded("so")], 5) == []
    assert expected.nearest("sở nội vụ", 5) == []


def test_drafts_are_not_seen(store: Store, library: SqlLibrary) -> None:
    save_drafts(store, [make_paper()], now=NOW)
    assert (list(library.plans()), list(library.tasks())) == ([], [])
    assert library.keyword(syllables("thủ tục"), 5) == []
    assert library.nearest("thủ tục", 5) == []


def test_records_come_back_as_they_went_in(store: Store, library: SqlLibrary) -> None:
    paper = make_paper()
    save_drafts(store, [paper], now=NOW)
    activate(store, "57/KH-UBND", now=NOW)
    [plan] = library.plans()
    assert (plan.name, plan.file, plan.version, plan.metadata, plan.stated_by) == (
        "57/KH-UBND",
        "Kế hoạch 57.docx",
        1,
        DIGITAL,
        None,
    )
    tasks = library.tasks()
    passages = library.passages([plan.id])
    assert tuple(live.task for live in tasks) == paper.tasks
    assert tuple(live.passage for live in passages) == paper.passages
    assert [live.task_id for live in passages] == [*(task.id for task in tasks), None]


def test_plans_are_ordered_by_date_then_name(store: Store, library: SqlLibrary) -> None:
    _load_both(store)
    assert [plan.name for plan in library.plans()] == ["57/KH-UBND", "y tế 2025"]


def test_reading_is_limited_to_the_plans_asked_for(store: Store, library: SqlLibrary) -> None:
    digital, health = _load_both(store)
    assert {live.plan.id for live in library.tasks([health])} == {health}
    assert library.tasks([]) == []
    assert {live.plan.id for live in library.passages([digital])} == {digital}
    words = syllables("người cao tuổi sở nội vụ")
    for hits in (library.keyword(words, 9, [digital]), library.nearest("người cao tuổi", 9, [digital])):
        assert {library.passages_by_id([hit.passage_id])[hit.passage_id].plan.id for hit in hits} == {digital}
    assert (library.keyword(words, 9, []), library.nearest("người", 9, [])) == ([], [])


def test_ids_that_are_no_longer_live_are_left_out(store: Store, library: SqlLibrary) -> None:
    digital, _ = _load_both(store)
    old = [task.id for task in library.tasks()]
    old_passages = [live.id for live in library.passages([digital])]
    save_drafts(store, [make_paper(titles=("Đánh giá mức độ chuyển đổi số",))], now=NOW)
    activate(store, "57", now=NOW)
    assert [task.task.title for task in library.tasks_by_id(old).values()] == [
        "Khám sức khỏe định kỳ cho người cao tuổi"
    ]
    assert library.passages_by_id(old_passages) == {}
    assert library.keyword(syllables("cổng trực tuyến"), 5) == []


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("nang cap cong dich vu cong", "Nâng cấp cổng dịch vụ công trực tuyến của tỉnh"),
        ("Bồi dưỡng kỹ năng số", "Bồi dưỡng kỹ năng số cho công chức cấp xã"),
        ("rà soát TTHC thủ tục", "Rà soát thủ tục hành chính thuộc phạm vi quản lý của ngành"),
        ("khám cho người cao tuổi", "Khám sức khỏe định kỳ cho người cao tuổi"),
    ],
)
@pytest.mark.parametrize("way", ["keyword", "nearest"])
def test_search_finds_the_row(store: Store, library: SqlLibrary, question: str, best: str, way: str) -> None:
    _load_both(store)
    hits = library.keyword(syllables(question), 3) if way == "keyword" else library.nearest(question, 3)
    found = library.passages_by_id([hit.passage_id for hit in hits])
    assert found[hits[0].passage_id].passage.text.startswith(best)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize(
    "nasty", ['"', "AND", "NEAR(", "so*", "so'", "so OR 1", "col:so", "^so", "-so", "", "a" * 5000, "\x00"]
)
def test_a_question_is_never_search_syntax(store: Store, library: SqlLibrary, nasty: str) -> None:
    _load_both(store)
    hits = library.keyword([Folded(nasty), *syllables("kỹ năng số")], 3)
    text = library.passages_by_id([hits[0].passage_id])[hits[0].passage_id].passage.text
    assert text.startswith("Bồi dưỡng kỹ năng số")
    library.nearest(nasty, 3)


def test_tasks_are_filtered_by_plan_office_and_day_together(store: Store, library: SqlLibrary) -> None:
    first, second = _load_both(store)
    every = library.tasks()
    offices = sorted({office for live in every for office in (*live.task.lead, *live.task.coordinating)})
    days = sorted({live.task.deadline for live in every}, key=lambda deadline: deadline.phrase)
    for plans in (None, [first], [second], [first, second]):
        for office in offices:
            for day in days:
                wanted = [
                    live
                    for live in every
                    if (plans is None or live.plan.id in plans)
                    and office in (*live.task.lead, *live.task.coordinating)
                    and live.task.deadline == day
                ]
                assert list(library.tasks(plans, offices=[office], deadlines={day})) == wanted
                led = [live for live in wanted if office in live.task.lead]
                assert list(library.tasks(plans, offices=[office], deadlines={day}, leading=True)) == led
    assert library.tasks([first + second], offices=offices) == []
