"""The names that people call plans by, and numbers that other papers state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.errors import AmbiguousPlanError, UnknownPlanError
from knowledge.records import Mention, PlanMetadata
from knowledge.store.catalog import find_plan, list_plans
from knowledge.store.database import Store
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate_many, discard, save_drafts
from tests.knowledge.store.papers import DIGITAL, NOW, UBND, make_paper

HAI = "Ủy ban nhân dân tỉnh Phú Hải"
PAPERS = {
    "digital": make_paper(),
    "other office": make_paper(
        PlanMetadata("160/KH-UBND", DIGITAL.issued, HAI, title="Phòng, chống thiên tai"), file="a.pdf"
    ),
    "same number": make_paper(replace(DIGITAL, number="160/KH-UBND"), file="b.pdf"),
    "decision": make_paper(replace(DIGITAL, number="57/QĐ-UBND", kind="Quyết định"), file="c.pdf"),
    "letter": make_paper(PlanMetadata(title="Đôn đốc cải cách hành chính"), file="Công văn đôn đốc.txt"),
    "law": make_paper(replace(DIGITAL, number="1157/KH-STP"), file="d.pdf"),
}


@pytest.fixture
def loaded(store: Store) -> dict[int, str]:
    saved = save_drafts(store, list(PAPERS.values()), now=NOW)
    return {each.plan_id: name for each, name in zip(saved, PAPERS, strict=True)}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("57/KH-UBND", "digital"),
        ("57/kh-ubnd", "digital"),
        ("Số: 57 / KH-UBND", "digital"),
        ("KH 57", "digital"),
        ("kế hoạch số 57", "digital"),
        ("QĐ 57", "decision"),
        ("quyết định 57", "decision"),
        ("Công văn đôn đốc", "letter"),
        ("cong van don doc.txt", "letter"),
        ("công văn", "letter"),
        ("1157", "law"),
        ("11", "law"),
        ("160/KH-UBND Phú Hải", "other office"),
        ("160 tỉnh Phú Giang", "same number"),
        ("a", "other office"),
        ("đôn đốc cải cách", "letter"),
    ],
)
def test_a_plan_by_the_names_people_use(store: Store, loaded: dict[int, str], name: str, meant: str) -> None:
    assert loaded[find_plan(store, name)] == meant


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "160",
            f"“160” ứng với nhiều kế hoạch: 160/KH-UBND ({HAI}, 12/01/2026); "
            f"160/KH-UBND ({UBND}, 12/01/2026). Xin ghi rõ hơn.",
        ),
        (
            "57",
            f"“57” ứng với nhiều kế hoạch: 57/KH-UBND ({UBND}, 12/01/2026); "
            f"57/QĐ-UBND ({UBND}, 12/01/2026). Xin ghi rõ hơn.",
        ),
    ],
)
def test_a_name_that_several_plans_bear(store: Store, loaded: dict[int, str], name: str, sentence: str) -> None:
    with pytest.raises(AmbiguousPlanError) as caught:
        find_plan(store, name)
    assert (caught.value.sentence, len(loaded)) == (sentence, len(PAPERS))


@pytest.mark.parametrize("name", ["99", "KH 58", "QĐ 1157", "phòng cháy", "", "  ", "/"])
def test_a_name_that_no_plan_bears(store: Store, loaded: dict[int, str], name: str) -> None:
    with pytest.raises(UnknownPlanError) as caught:
        find_plan(store, name)
    assert (caught.value.sentence, len(loaded)) == (f"Chưa nạp kế hoạch nào tên là “{name}”.", len(PAPERS))


REFORM = PlanMetadata(
    issuer=UBND, kind="Kế hoạch", title="Cải cách hành chính tỉnh Phú Giang năm 2026", years=(2026,)
)
TOPIC = "của Ủy ban nhân dân tỉnh về cải cách hành chính nhà nước tỉnh Phú Giang năm 2026"
CITED = Mention("Kế hoạch", "138/KH-UBND", date(2025, 12, 19), TOPIC)


def _stated(store: Store, library: SqlLibrary, reform: PlanMetadata, mentions: tuple[Mention, ...]) -> object:
    papers = [
        make_paper(reform, file="cải cách 2026.txt"),
        make_paper(replace(DIGITAL, number=None), file="tuyên truyền.txt", mentions=mentions),
    ]
    activate_many(store, [each.plan_id for each in save_drafts(store, papers, now=NOW)], now=NOW)
    [plan] = [plan for plan in library.plans() if plan.name == "cải cách 2026"]
    return plan.metadata.number, plan.metadata.issued, plan.stated_by


def test_a_number_that_another_live_paper_states(store: Store, library: SqlLibrary) -> None:
    expected = ("138/KH-UBND", date(2025, 12, 19), "tuyên truyền")
    assert _stated(store, library, REFORM, (CITED, replace(CITED, issued=None))) == expected
    assert {find_plan(store, name) for name in ("138", "KH 138", "138/KH-UBND", "cải cách 2026")} == {
        library.plans()[0].id
    }
    overview = {plan.name: (plan.metadata.number, plan.stated_by) for plan in list_plans(store)}
    assert overview == {"cải cách 2026": ("138/KH-UBND", "tuyên truyền"), "tuyên truyền": (None, None)}


@pytest.mark.parametrize(
    "mentions",
    [
        pytest.param((), id="nothing said"),
        pytest.param(
            (replace(CITED, topic="về tuyên truyền cải cách hành chính tỉnh Phú Giang năm 2026"),),
            id="a plan about part of it",
        ),
        pytest.param((replace(CITED, topic=TOPIC.replace("2026", "2025")),), id="another year"),
        pytest.param((replace(CITED, topic="về cải cách hành chính tỉnh Phú Giang"),), id="no year"),
        pytest.param((replace(CITED, topic="năm 2026"),), id="no subject"),
        pytest.param((replace(CITED, kind="Quyết định"),), id="another kind"),
        pytest.param((replace(CITED, issued=date(2021, 12, 19)),), id="issued long before"),
        pytest.param((CITED, replace(CITED, number="139/KH-UBND")), id="two numbers"),
        pytest.param((CITED, replace(CITED, issued=date(2025, 12, 20))), id="two dates"),
        pytest.param((replace(CITED, topic="về cải cách hành chính tỉnh Phú Hải năm 2026"),), id="another province"),
    ],
)
def test_a_number_that_is_not_surely_this_plans(
    store: Store, library: SqlLibrary, mentions: tuple[Mention, ...]
) -> None:
    assert _stated(store, library, REFORM, mentions) == (None, None, None)


def test_a_plan_with_a_number_of_its_own_keeps_it(store: Store, library: SqlLibrary) -> None:
    papers = [make_paper(replace(REFORM, number="7/KH-UBND"), file="x.txt"), make_paper(mentions=(CITED,))]
    activate_many(store, [each.plan_id for each in save_drafts(store, papers, now=NOW)], now=NOW)
    assert {(plan.name, plan.stated_by) for plan in library.plans()} == {
        ("7/KH-UBND", None),
        ("57/KH-UBND", None),
    }


def test_a_plan_whose_only_draft_was_discarded_answers_to_no_name(store: Store) -> None:
    save_drafts(store, [PAPERS["digital"], PAPERS["decision"]], now=NOW)
    discard(store, "57/KH-UBND", now=NOW)
    assert [plan.name for plan in list_plans(store)] == ["57/QĐ-UBND"]
    with pytest.raises(UnknownPlanError):
        find_plan(store, "57/KH-UBND")
    assert find_plan(store, "57") == list_plans(store)[0].id
