"""What a typed question is understood as."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.agencies import load_directory
from knowledge.errors import KehoachError
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.qa.query.periods import find_period, find_years
from knowledge.qa.query.question import Understander
from knowledge.text import fold
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import AS_OF, drafts

UNDERSTANDER = Understander(load_lexicon(), load_directory())
PLANS = MemoryLibrary(drafts()).plans()


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Ai chủ trì trồng cây?", "lead"),
        ("cq nao chu tri trong cay", "lead"),
        ("Trồng cây xong khi nào?", "due"),
        ("trong cay quy may", "due"),
        ("Ai trồng cây và bao giờ xong?", "lead_and_due"),
        ("Sở nào phối hợp trồng cây?", "coordinate"),
        ("Trồng cây thì sản phẩm là gì?", "product"),
        ("Liệt kê các việc Sở Nội vụ chủ trì", "list"),
        ("Có bao nhiêu nhiệm vụ hạn quý I/2026?", "list"),
        ("Sở Nội vụ phải làm gì?", "duty"),
        ("Tỷ lệ hồ sơ trực tuyến phải đạt bn %?", "target"),
        ("Việc này theo nghị định số mấy?", "document"),
        ("Chỉ tiêu 2023 so với 2026 khác gì?", "compare"),
        ("Chào bạn", "greeting"),
        ("Bạn làm được những gì?", "help"),
    ],
)
def test_intent(question: str, intent: str) -> None:
    assert UNDERSTANDER.read(question, PLANS, AS_OF).intent.value == intent


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("Kế hoạch 57 giao ai?", ["57/KH-UBND"]),
        ("kh 57 giao ai", ["57/KH-UBND"]),
        ("kế hoạch số 57/KH-UBND", ["57/KH-UBND"]),
        ("kế hoạch phát triển dữ liệu số", ["57/KH-UBND"]),
        ("ke hoach cai cach cong vu nam 2023", ["19/KH-UBND"]),
        ("năm 2023 thi tuyển khi nào", ["19/KH-UBND"]),
        ("thi tuyển khi nào", []),
    ],
)
def test_papers(question: str, numbers: list[str]) -> None:
    papers = UNDERSTANDER.read(question, PLANS, AS_OF).papers
    assert [plan.name for plan in papers.plans] == numbers


def test_a_year_without_a_plan_is_noticed() -> None:
    assert UNDERSTANDER.read("kế hoạch năm 2031 giao ai", PLANS, AS_OF).papers.missing_years == (2031,)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("So với năm 2019, thời gian cấp phép phải giảm bao nhiêu?", ()),
        ("mục tiêu kế hoạch 2026 so với 2019 thế nào", (2019,)),
        ("đến năm 2035 thì đạt bao nhiêu", ()),
    ],
)
def test_a_year_counted_from_needs_no_plan(question: str, missing: tuple[int, ...]) -> None:
    assert UNDERSTANDER.read(question, PLANS, AS_OF).papers.missing_years == missing


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("quý II/2025", date(2025, 4, 1), date(2025, 6, 30)),
        ("Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("tháng 2/2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("6 tháng cuối năm", date(2026, 7, 1), date(2026, 12, 31)),
        ("tuần này", date(2026, 11, 16), date(2026, 11, 22)),
        ("tháng sau", date(2026, 12, 1), date(2026, 12, 31)),
        ("sắp tới", date(2026, 11, 20), date(2026, 12, 20)),
    ],
)
def test_periods(text: str, start: date, end: date) -> None:
    period = find_period(fold(text), AS_OF)
    assert period is not None
    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize(
    ("text", "years"),
    [("năm 2026 so với 2023", (2026, 2023)), ("giai đoạn 2021-2025", ()), ("năm nay", (2026,)), ("số 2026/QĐ", ())],
)
def test_years(text: str, years: tuple[int, ...]) -> None:
    assert find_years(fold(text), AS_OF) == years


def test_words_of_asking_and_naming_are_no_topic() -> None:
    question = UNDERSTANDER.read("Dạ cho em hỏi theo kế hoạch 57 thì cơ quan nào trồng cây ạ", PLANS, AS_OF)
    assert [term.text for term in question.topic] == ["trong", "cay"]


def test_what_is_reported_is_a_topic_even_after_the_word_for_a_deadline() -> None:
    question = UNDERSTANDER.read("hạn báo cáo kết quả trồng cây", PLANS, AS_OF)
    assert (question.intent.value, question.topic[0].text) == ("due", "bao")


def test_an_administrator_extends_the_lexicon(tmp_path: Path) -> None:
    extra = tmp_path / "them.yaml"
    extra.write_text("abbreviations:\n  kdl: kho dữ liệu\nsynonyms:\n  - [ươm, trồng]\n", "utf-8")
    lexicon = load_lexicon(extra)
    assert lexicon.canonical("KDL, TTHC") == ("kho", "du", "lieu", "thu", "tuc", "hanh", "chinh")


@pytest.mark.parametrize("content", ["abbreviations: [1, 2", "abbreviations: 5", "cues:\n  who: ['(']\n"])
def test_a_broken_lexicon_file_is_named(tmp_path: Path, content: str) -> None:
    extra = tmp_path / "hong.yaml"
    extra.write_text(content, "utf-8")
    with pytest.raises(KehoachError, match=r"hong\.yaml"):
        load_lexicon(extra)
