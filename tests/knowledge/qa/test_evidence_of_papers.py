"""Which clause is told: the title names the paper and no clause of it, and what tells what is asked goes first."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.agencies import load_directory
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Answer
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.records import PlanDraft, PlanMetadata
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import Clause, Row, draft

AS_OF = date(2026, 11, 20)
TITLE = "Dừng hoạt động Trạm Thủy văn Sông Bàng"
CLOSING: list[Clause] = [
    (None, "Điều 1", "Dừng hoạt động Trạm Thủy văn Sông Bàng tỉnh Phú Giang."),
    (None, "Điều 2", "Giao nộp chìa khóa kho cho Văn phòng trước ngày 03/4/2026."),
    (None, "Điều 3", "Máy đo mưa được bàn giao nguyên trạng cho trường học gần nhất."),
    (None, "Điều 4", "Phấn đấu tiết kiệm chi phí trực ca ở mức hai con số."),
]
LEVELS: list[Clause] = [
    (None, "II. MỤC TIÊU", "Tỷ lệ hộ ven sông có áo phao đạt tối thiểu 90%."),
    (None, "Phụ lục I", "Chỉ tiêu: Tỷ lệ hộ ven sông có áo phao đạt tối thiểu 90%; Cơ quan theo dõi: Sở Y tế."),
]


def paper(number: str, title: str, clauses: list[Clause], issuer: str = "UBND tỉnh Phú Giang") -> PlanDraft:
    metadata = PlanMetadata(number, date(2026, 1, 7), issuer, "Kế hoạch", title, "Lê Thị Mẫu", (2026,))
    rows: list[Row] = []
    return draft(f"{number.replace('/', '_')} {issuer}.docx", metadata, rows, clauses)


PAPERS = [paper("21/KH-UBND", TITLE, CLOSING), paper("22/KH-UBND", "An toàn ven sông năm 2026", LEVELS)]


def asked(question: str, papers: list[PlanDraft] | None = None) -> Answer:
    library = MemoryLibrary(papers or PAPERS)
    return Assistant(library, load_directory(), load_lexicon()).ask(question, as_of=AS_OF)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Trạm Thủy văn Sông Bàng dừng hoạt động thì nộp chìa khóa kho trước ngày nào?", "03/4/2026"),
        ("dung hoat dong tram thuy van song bang, nop chia khoa kho truoc ngay nao", "03/4/2026"),
        ("Khi dừng hoạt động Trạm Thủy văn Sông Bàng, máy đo mưa bàn giao cho ai?", "trường học gần nhất"),
    ],
)
def test_words_of_the_title_choose_no_clause(question: str, told: str) -> None:
    assert told in asked(question).text


@pytest.mark.parametrize(
    "question",
    ["tỷ lệ hộ ven sông có áo phao tối thiểu 90% thì cơ quan nào theo dõi", "ty le ho ven song co ao phao ai lo"],
)
def test_of_two_clauses_alike_the_one_with_an_office_is_told_to_who_asks_for_one(question: str) -> None:
    assert "Sở Y tế" in asked(question).text


def test_a_figure_in_words_is_a_figure() -> None:
    text = asked("Trạm Thủy văn Sông Bàng dừng hoạt động phấn đấu tiết kiệm chi phí trực ca mức bao nhiêu").text
    assert "hai con số" in text


def test_a_measure_is_no_reason() -> None:
    """ "Đo ..." is "do ..." without its stroke, and what comes before a comma is not always a preface."""
    papers = [paper("23/KH-UBND", "Quan trắc năm 2026", [(None, "I", "Đo mực nước giếng làng mỗi tuần hai lần.")])]
    assert "mỗi tuần hai lần" in asked("Đo mực nước giếng làng mấy lần một tuần, vào lúc nào?", papers).text


def test_papers_of_one_number_are_offered_with_who_issued_them() -> None:
    papers = [
        paper("9/KH-UBND", "Chợ quê năm 2026", LEVELS, "UBND tỉnh Phú Giang"),
        paper("9/KH-UBND", "Hội xuân năm 2026", LEVELS, "UBND tỉnh Tân Sơn"),
    ]
    answer = asked("Kế hoạch 9/KH-UBND ai ký?", papers)
    assert [option.text for option in answer.options] == [
        "Kế hoạch 9/KH-UBND (năm 2026), UBND tỉnh Phú Giang",
        "Kế hoạch 9/KH-UBND (năm 2026), UBND tỉnh Tân Sơn",
    ]
