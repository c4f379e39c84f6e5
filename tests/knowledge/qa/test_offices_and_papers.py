"""Which papers speak of something, who works with an office, and all that one paper asks of an office."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from knowledge.agencies import load_directory
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Answer
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.records import PlanDraft, PlanMetadata
from knowledge.text import fold
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import Clause, Row, draft

AS_OF = date(2026, 11, 20)
FERRIES: list[Row] = [
    (
        "Bến đò",
        "Kẻ vạch an toàn tại bến đò",
        None,
        "Vạch kẻ",
        "Sở Xây dựng",
        "Công an tỉnh; Sở Tài chính",
        "Quý I/2026",
    ),
    ("Bến đò", "Cấp áo phao cho khách qua sông", None, "500 áo phao", "Công an tỉnh", "Sở Xây dựng", "Quý II/2026"),
    ("Bến đò", "Khám sức khỏe người lái đò", None, "Giấy khám", "Sở Y tế", "Công an tỉnh", "Tháng 8/2026"),
]
LAKES: list[Row] = [
    ("Hồ", "Cắm biển báo nước sâu quanh hồ", None, "Biển báo", "Sở Xây dựng", "Sở Y tế", "Quý III/2026"),
    ("Hồ", "Dạy bơi cho học sinh ven hồ", None, "Lớp bơi", "Sở Giáo dục và Đào tạo", "Sở Y tế", "Quý II/2026"),
]
AT_FERRIES: list[Clause] = [
    ("Sở Xây dựng", "3. Sở Xây dựng", "Lập danh sách mọi bến đò ngang, nêu rõ bến nào phải dừng hoạt động."),
    ("Sở Xây dựng", "3. Sở Xây dựng", "Thời gian thực hiện: từ tháng 2 đến tháng 10 năm 2026."),
    (None, "I. MỤC ĐÍCH", "Không để người nào đuối nước vì đi đò không có áo phao."),
]


def paper(number: int, title: str, rows: list[Row], clauses: list[Clause]) -> PlanDraft:
    metadata = PlanMetadata(
        f"{number}/KH-UBND", date(2026, 1, number), "UBND tỉnh Phú Giang", "Kế hoạch", f"{title} năm 2026",
        "Lê Thị Mẫu", (2026,),
    )  # fmt: skip
    return draft(f"{number}.docx", metadata, rows, clauses)


PAPERS = [paper(7, "An toàn bến đò", FERRIES, AT_FERRIES), paper(8, "Phòng đuối nước quanh hồ", LAKES, [])]


def asked(question: str, *turns: str, papers: list[PlanDraft] = PAPERS) -> Answer:
    assistant = Assistant(MemoryLibrary(papers), load_directory(), load_lexicon())
    return assistant.ask(question, as_of=AS_OF, turns=turns)


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("Có kế hoạch nào nói về áo phao không?", {7}),
        ("văn bản nào nhắc đến đuối nước", {7, 8}),
        ("van ban nao co de cap duoi nuoc vay", {7, 8}),
        ("Cho em hỏi nước sâu được nói ở kế hoạch nào ạ", {8}),
        ("những kế hoạch nào liên quan đến bến đò", {7}),
    ],
)
def test_which_papers_speak_of_it(question: str, numbers: set[int]) -> None:
    answer = asked(question)
    assert answer.status.value == "answered"
    assert {ref.plan.metadata.number for ref in answer.sources} == {f"{n}/KH-UBND" for n in numbers}
    assert answer.text.splitlines()[0].endswith(f" có trong {len(numbers)} văn bản:")


@pytest.mark.parametrize("question", ["có kế hoạch nào nói về áo mưa không", "văn bản nào nhắc tới phao câu"])
def test_no_paper_speaks_of_it(question: str) -> None:
    assert asked(question).status.value == "not_found"


@pytest.mark.parametrize(
    "question",
    [
        "Những cơ quan nào phối hợp với Công an tỉnh?",
        "cong an tinh chu tri thi ai phoi hop",
        "Ai cùng làm với Công an tỉnh ạ?",
        "Công an tỉnh phối hợp với những cơ quan nào",
    ],
)
def test_who_works_with_an_office(question: str) -> None:
    assert asked(question).text == (
        "Có 1 cơ quan cùng làm việc do Công an tỉnh chủ trì:\n"
        "- Sở Xây dựng: 1 việc (“Cấp áo phao cho khách qua sông”)\n"
        "Có 2 cơ quan chủ trì việc mà Công an tỉnh phối hợp:\n"
        "- Sở Xây dựng: 1 việc (“Kẻ vạch an toàn tại bến đò”)\n"
        "- Sở Y tế: 1 việc (“Khám sức khỏe người lái đò”)\n"
        "Nguồn: Kế hoạch 7/KH-UBND (năm 2026)."
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_and_papers_tells_nothing(seed: int) -> None:
    """A property: whoever works with an office does so in any order of the papers."""
    rng = Random(seed)
    papers = [
        paper(7, "An toàn bến đò", rng.sample(FERRIES, len(FERRIES)), AT_FERRIES),
        paper(8, "Phòng đuối nước quanh hồ", rng.sample(LAKES, len(LAKES)), []),
    ]
    rng.shuffle(papers)
    question = "những cơ quan nào phối hợp với Sở Xây dựng"
    assert sorted(asked(question, papers=papers).text.splitlines()[:-1]) == sorted(
        asked(question).text.splitlines()[:-1]
    )


def test_a_task_that_is_named_is_told_alone() -> None:
    answer = asked("Ai phối hợp với Công an tỉnh cấp áo phao cho khách qua sông?")
    assert [task.task.title for task in answer.tasks] == ["Cấp áo phao cho khách qua sông"]


@pytest.mark.parametrize(
    "question", ["Sở Xây dựng phải làm gì theo kế hoạch 7", "so xay dung co trach nhiem gi trong ke hoach 7"]
)
def test_all_that_a_paper_asks_of_an_office(question: str) -> None:
    """What stands under its heading and its rows; a line that only says when is no duty."""
    assert asked(question).text == (
        "Sở Xây dựng theo Kế hoạch 7/KH-UBND (năm 2026):\n"
        "1. Lập danh sách mọi bến đò ngang, nêu rõ bến nào phải dừng hoạt động\n"
        "2. Kẻ vạch an toàn tại bến đò (chủ trì; hạn: Quý I/2026 (đến 31/03/2026))\n"
        "3. Cấp áo phao cho khách qua sông (phối hợp; hạn: Quý II/2026 (đến 30/06/2026))\n"
        "Nguồn: Kế hoạch 7/KH-UBND ngày 07/01/2026, mục 3 (Sở Xây dựng), điểm a."
    )


def test_many_duties_fit_a_message() -> None:
    """Long clauses leave room for the rows, and what there is no room for is counted."""
    rows: list[Row] = [
        (
            "Bến đò",
            f"Sơn lại cọc tiêu số {n} dọc bờ sông Lam Giang",
            None,
            "Cọc",
            "Sở Xây dựng",
            "Sở Y tế",
            "Năm 2026",
        )
        for n in range(1, 41)
    ]
    clauses: list[Clause] = [
        ("Sở Xây dựng", "3. Sở Xây dựng", f"{'Nạo vét luồng lạch quanh bến đò, ' * 20}đợt {n}.") for n in (1, 2)
    ]
    text = asked("Sở Xây dựng phải làm gì theo kế hoạch 9", papers=[paper(9, "Luồng lạch", rows, clauses)]).text
    assert len(text) <= 1500
    shown = sum("Sơn lại cọc tiêu" in line for line in text.splitlines())
    assert shown > 3
    assert f"… và {40 - shown} việc khác (chủ trì {40 - shown}, phối hợp 0)." in text


@pytest.mark.parametrize("words", ["quyết định", "báo cáo"])
@pytest.mark.parametrize("where", ["trong kế hoạch 4", "theo kế hoạch 4", "của kế hoạch 4"])
def test_what_is_to_come_out_ends_where_the_paper_is_named(words: str, where: str) -> None:
    rows: list[Row] = [
        ("Chợ", "Xếp lại sạp chợ", None, "Quyết định phê duyệt", "Sở Công Thương", "Công an tỉnh", "Quý I/2026"),
        ("Chợ", "Đếm sạp bỏ trống", None, "Báo cáo kết quả", "Sở Công Thương", "Công an tỉnh", "Quý II/2026"),
        ("Chợ", "Quét vôi cổng chợ", None, "Cổng chợ mới", "Sở Công Thương", "Công an tỉnh", "Quý II/2026"),
    ]
    answer = asked(f"các nhiệm vụ có sản phẩm là {words} {where}", papers=[paper(4, "Chợ", rows, [])])
    assert [fold(task.task.product or "").startswith(fold(words)) for task in answer.tasks] == [True]


@pytest.mark.parametrize(
    "question",
    [
        "KH 7 của UBND tỉnh có những việc nào hạn quý I/2026?",
        "ke hoach 7 cua uy ban nhan dan tinh co viec nao den han quy 1/2026",
        "Kế hoạch 7 của UBND tỉnh Phú Giang có việc nào đến hạn quý I năm 2026?",
    ],
)
def test_who_issued_a_paper_is_not_who_has_its_duties(question: str) -> None:
    assert [task.task.title for task in asked(question).tasks] == ["Kẻ vạch an toàn tại bến đò"]


@pytest.mark.parametrize("question", ["Ai kí kế hoạch 7 vậy?", "người kí kế hoạch 7 là ai", "Ai ký kế hoạch 7?"])
def test_i_and_y_are_one_letter(question: str) -> None:
    """Schools teach "kí", offices write "ký"."""
    assert (
        f"Người ký: {asked('ai ký kế hoạch 7').text.split('Người ký: ')[1].splitlines()[0]}" in asked(question).text
    )
