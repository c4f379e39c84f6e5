"""A paper's section is told when its heading is asked for, and nothing else is."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.agencies import load_directory
from knowledge.qa.asking import Assistant
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.records import PlanMetadata
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import Clause, draft

AS_OF = date(2026, 11, 20)
LONG = "Bảo đảm mọi người dân ven sông được báo tin trước khi lũ về và biết nơi sơ tán gần nhất của thôn mình"
CLAUSES: list[Clause] = [
    (None, "I. MỤC ĐÍCH, YÊU CẦU", "Chủ động phòng, chống lũ trên sông Lam Giang."),
    (None, "II. MỤC TIÊU", "Giảm một nửa thiệt hại về nhà ở so với năm trước."),
    (None, "II. MỤC TIÊU", "Mỗi thôn ven sông có một đội xung kích."),
    (None, "III. KINH PHÍ THỰC HIỆN", "Ngân sách tỉnh và các nguồn hợp pháp khác."),
    *((None, "IV. GIẢI PHÁP CHỦ YẾU", f"{LONG}, việc thứ {number}.") for number in range(1, 12)),
]


def asked(question: str, *turns: str, plans: int = 1) -> tuple[str, str]:
    drafts = [
        draft(
            f"{number}.docx",
            PlanMetadata(
                f"{number}/KH-UBND", date(2026, 1, number), "UBND tỉnh Phú Giang", "Kế hoạch",
                f"{title} năm 2026", "Lê Thị Mẫu", (2026,),
            ),
            [],
            CLAUSES,
        )
        for number, title in ((5, "Phòng, chống lũ"), (6, "Phòng, chống hạn"))[:plans]
    ]  # fmt: skip
    answer = Assistant(MemoryLibrary(drafts), load_directory(), load_lexicon()).ask(
        question, as_of=AS_OF, turns=turns
    )
    return answer.status.value, answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Mục tiêu của kế hoạch 5 là gì?",
        "muc tieu ke hoach 5/KH-UBND",
        "Kế hoạch 5 đặt ra những mục tiêu nào ạ?",
        "Kế hoạch 5 nhằm mục tiêu gì?",
    ],
)
def test_a_heading(question: str) -> None:
    assert asked(question, plans=2) == (
        "answered",
        "“II. MỤC TIÊU” của Kế hoạch 5/KH-UBND (năm 2026):\n"
        "1. Giảm một nửa thiệt hại về nhà ở so với năm trước\n"
        "2. Mỗi thôn ven sông có một đội xung kích\n"
        "Nguồn: Kế hoạch 5/KH-UBND ngày 05/01/2026, mục II (MỤC TIÊU).",
    )


@pytest.mark.parametrize("question", ["Yêu cầu của kế hoạch 5 là gì?", "Mục đích kế hoạch 5"])
def test_a_part_of_a_heading(question: str) -> None:
    status, text = asked(question)
    assert (status, text.split("\n")[0]) == ("answered", "“I. MỤC ĐÍCH, YÊU CẦU” của Kế hoạch 5/KH-UBND (năm 2026):")


def test_of_a_long_section_as_much_as_there_is_room_for() -> None:
    status, text = asked("Giải pháp chủ yếu của kế hoạch 5 là gì?")
    lines = text.split("\n")
    assert (status, lines[0]) == ("answered", "“IV. GIẢI PHÁP CHỦ YẾU” của Kế hoạch 5/KH-UBND (năm 2026):")
    shown = sum(1 for line in lines if LONG in line)
    assert lines[-2] == f"… và {11 - shown} đoạn nữa trong mục này."
    assert 5 < shown < 11
    assert len(text) <= 1_500


@pytest.mark.parametrize(
    "question", ["Kinh phí thực hiện kế hoạch 5 là bao nhiêu tỷ đồng?", "Mục tiêu giảm nghèo của kế hoạch 5 là gì?"]
)
def test_something_else_beside_the_heading_is_looked_for(question: str) -> None:
    _, text = asked(question)
    assert not text.startswith("“"), text


def test_of_several_papers_none_is_guessed() -> None:
    _, text = asked("Mục tiêu là gì?", plans=2)
    assert not text.startswith("“"), text


def test_a_heading_in_the_middle_of_a_talk() -> None:
    status, text = asked("Mục tiêu của kế hoạch 6 là gì?", "Việc của Sở Y tế trong tháng 12", plans=2)
    assert (status, text.split("\n")[0]) == ("answered", "“II. MỤC TIÊU” của Kế hoạch 6/KH-UBND (năm 2026):")


def test_the_same_heading_of_another_paper() -> None:
    turns = "Mục tiêu của kế hoạch 6 là gì?", "Còn kế hoạch 5?"
    for at, number in ((1, 5), (2, 6)):
        status, text = asked(f"Thế kế hoạch {number} thì sao?", *turns[:at], plans=2)
        first = f"“II. MỤC TIÊU” của Kế hoạch {number}/KH-UBND (năm 2026):"
        assert (status, text.split("\n")[0]) == ("answered", first)
