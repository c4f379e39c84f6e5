"""When a paper wants reports; talks that go on in a list; papers that are pointed back to; figures no paper has."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.agencies import load_directory
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Answer, Status
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.records import PlanDraft, PlanMetadata
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import Clause, Row, draft

AS_OF = date(2026, 11, 20)
ROWS: list[Row] = [
    ("Cầu", "Sơn lại lan can cầu Phú Lộc", None, "Lan can mới", "Sở Xây dựng", "Sở Tài chính", "Quý I/2026"),
    ("Cầu", "Đếm xe qua cầu Phú Lộc giờ cao điểm", None, "Bảng đếm", "Sở Xây dựng", "Công an tỉnh", "Quý II/2026"),
    ("Chợ", "Dời sạp hàng khỏi lối thoát nạn", None, "Biên bản", "Sở Công Thương", "Sở Xây dựng", "Quý II/2026"),
    ("Chợ", "Cấp bình chữa cháy cho sạp hàng", None, "120 bình", "Sở Xây dựng", "Công an tỉnh", "Thường xuyên"),
]
CLAUSES: list[Clause] = [
    (None, "II. MỤC TIÊU", "Tối thiểu 70% tiểu thương chợ Phú Lộc được tập huấn chữa cháy."),
    (None, "II. MỤC TIÊU", "Giảm 15% số vụ va chạm trên cầu so với năm trước."),
    ("UBND cấp xã", "3. UBND cấp xã", "Báo cáo kết quả thực hiện Kế hoạch về Sở Xây dựng trước ngày 10 hằng tháng."),
    ("Sở Xây dựng", "4. Sở Xây dựng", "Tổng hợp, báo cáo UBND tỉnh tình hình thực hiện trước ngày 15 tháng 12."),
    (
        "Sở Xây dựng",
        "4. Sở Xây dựng",
        "Bảo đảm mọi báo cáo đều ngắn gọn, nêu rõ vướng mắc và người chịu trách nhiệm.",
    ),
]


def paper(number: int, title: str, rows: list[Row], clauses: list[Clause], signer: str = "Lê Thị Mẫu") -> PlanDraft:
    metadata = PlanMetadata(
        f"{number}/KH-UBND", date(2026, 1, number), "UBND tỉnh Phú Giang", "Kế hoạch", f"{title} năm 2026",
        signer, (2026,),
    )  # fmt: skip
    return draft(f"{number}.docx", metadata, rows, clauses)


PAPERS = [
    paper(5, "Cầu và chợ Phú Lộc", ROWS, CLAUSES),
    paper(
        6, "Hè phố", [("Hè", "Lát lại hè phố", None, "Hè", "Sở Xây dựng", "Sở Y tế", "Quý III/2026")], [], "Hà Văn Ví"
    ),
]


def asked(question: str, *turns: str) -> Answer:
    assistant = Assistant(MemoryLibrary(PAPERS), load_directory(), load_lexicon())
    return assistant.ask(question, as_of=AS_OF, turns=turns)


def titles(question: str, *turns: str) -> list[str]:
    return [task.task.title for task in asked(question, *turns).tasks]


@pytest.mark.parametrize(
    "question",
    [
        "Kế hoạch 5 báo cáo vào ngày nào?",
        "ke hoach 5 bao cao bao lau mot lan, truoc ngay nao",
        "Hạn nộp báo cáo theo kế hoạch 5 là khi nào ạ?",
        "báo cáo kết quả thực hiện kế hoạch 5 gửi trước ngày nào",
    ],
)
def test_all_the_reports_of_a_paper(question: str) -> None:
    text = asked(question).text
    assert "trước ngày 10 hằng tháng" in text
    assert "trước ngày 15 tháng 12" in text
    assert "ngắn gọn" not in text


def test_the_reports_of_one_office() -> None:
    text = asked("Sở Xây dựng báo cáo kế hoạch 5 trước ngày nào").text
    assert "trước ngày 15 tháng 12" in text
    assert "ngày 10" not in text


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        (("Sở Xây dựng chủ trì việc gì trong kế hoạch 5?",), "chỉ việc hạn quý 2 thôi", [ROWS[1]]),
        (("Sở Xây dựng chủ trì việc gì trong kế hoạch 5?",), "chi lay viec ve cau phu loc thoi", [ROWS[0], ROWS[1]]),
        (("Sở Xây dựng chủ trì việc gì trong kế hoạch 5?",), "trong đó việc nào thường xuyên", [ROWS[3]]),
        (("Kế hoạch 5 có việc gì hạn quý II?",), "trong số đó Sở Công Thương chủ trì việc nào", [ROWS[2]]),
        (("Kế hoạch 5 có việc gì hạn quý II?",), "bỏ việc của Sở Công Thương ra", [ROWS[1]]),
        (("Sở Xây dựng chủ trì bao nhiêu việc ở kế hoạch 5?",), "liệt kê ra", [ROWS[0], ROWS[1], ROWS[3]]),
        (
            ("Sở Xây dựng chủ trì bao nhiêu việc ở kế hoạch 5?", "liệt kê ra"),
            "chỉ những việc về cầu Phú Lộc",
            [ROWS[0], ROWS[1]],
        ),
    ],
)
def test_a_list_goes_on_in_what_was_listed(turns: tuple[str, ...], question: str, expected: list[Row]) -> None:
    assert sorted(titles(question, *turns)) == sorted(row[1] for row in expected)


def test_counting_keeps_the_role_that_was_asked_for() -> None:
    answer = asked("có tất cả bao nhiêu việc", "Sở Xây dựng phối hợp những việc gì trong kế hoạch 5?")
    assert answer.text.startswith("Có 1 việc của Sở Xây dựng:")


@pytest.mark.parametrize(
    "question", ["kế hoạch này ai ký", "ke hoach nay ai ky vay", "Văn bản này ban hành ngày nào?"]
)
def test_which_of_the_papers_told_is_meant_is_asked(question: str) -> None:
    """After a list over two papers "this paper" may be either; picking one answers."""
    first = "Sở Xây dựng chủ trì những việc nào?"
    choice = asked(question, first)
    assert choice.status.value == "clarify"
    assert [option.text for option in choice.options] == [
        "Kế hoạch 5/KH-UBND (năm 2026)",
        "Kế hoạch 6/KH-UBND (năm 2026)",
    ]
    assert "Hà Văn Ví" in asked("2", first, question).text


@pytest.mark.parametrize("question", ["Ai ký kế hoạch 5 và kế hoạch 6?", "ke hoach 5 va 6 ai ky"])
def test_several_papers_that_are_named_are_all_told(question: str) -> None:
    answer = asked(question)
    assert answer.status.value == "answered"
    assert "Lê Thị Mẫu" in answer.text
    assert "Hà Văn Ví" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "Sơn lại lan can với dời sạp hàng, hạn cái nào trước?",
        "son lai lan can cau va doi sap hang khac nhau the nao ve han",
        "So sánh việc sơn lại lan can và việc dời sạp hàng khỏi lối thoát nạn",
    ],
)
def test_two_tasks_are_compared_each_by_its_own(question: str) -> None:
    assert titles(question) == [ROWS[0][1], ROWS[2][1]]


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("Bao nhiêu phần trăm tiểu thương được tập huấn chữa cháy?", True),
        ("Bao nhiêu phần trăm tài xế xe buýt được tập huấn chữa cháy?", False),
        ("Tỷ lệ giáo viên mầm non được tập huấn chữa cháy là bao nhiêu?", False),
        ("ty le benh vien duoc tap huan chua chay la bao nhieu", False),
        ("Giảm bao nhiêu phần trăm số vụ va chạm trên cầu so với năm trước?", True),
        ("Giảm bao nhiêu phần trăm tai nạn lao động so với năm trước?", False),
    ],
)
def test_a_figure_of_another_subject_is_no_answer(question: str, *, known: bool) -> None:
    assert (asked(question).status.value == "answered") is known


def test_a_list_fits_one_message_where_it_can() -> None:
    """Names are shorter in a longer list, and whole in a short one."""
    name = "Kiểm tra việc che chắn, phun nước, rửa xe và thu dọn đất rơi vãi trên đường ra vào công trường"
    rows: list[Row] = [
        (
            "Bụi",
            f"{name} số {n} của phường ven sông",
            f"{name} lần {n} trong năm",
            "Biên bản",
            "Sở Xây dựng",
            "Sở Y tế",
            "Năm 2026",
        )
        for n in range(1, 8)
    ]
    for count, whole in ((1, True), (7, False)):
        library = MemoryLibrary([paper(9, "Chống bụi", rows[:count], [])])
        answer = Assistant(library, load_directory(), load_lexicon()).ask("Liệt kê việc của kế hoạch 9", as_of=AS_OF)
        assert len(answer.text) <= 1500
        assert len(answer.tasks) == count
        assert (f"{rows[0][1]} – {rows[0][2]}" in answer.text) is whole


@pytest.mark.parametrize(
    "question",
    [
        "Các việc của kế hoạch giám sát chương trình mục tiêu và sản phẩm làng nghề là gì?",
        "cac nhiem vu trong ke hoach giam sat chuong trinh muc tieu va san pham lang nghe",
        "Kế hoạch giám sát chương trình mục tiêu và sản phẩm làng nghề có bao nhiêu việc",
    ],
)
def test_what_a_paper_is_called_asks_for_nothing(question: str) -> None:
    """ "mục tiêu", "sản phẩm" in a paper's name are no question for targets and products."""
    rows: list[Row] = [
        ("Làng nghề", f"Chấm điểm xưởng gốm số {n}", None, "Bảng điểm", "Sở Công Thương", "Sở Y tế", "Quý II/2026")
        for n in range(1, 4)
    ]
    library = MemoryLibrary([*PAPERS, paper(8, "Giám sát chương trình mục tiêu và sản phẩm làng nghề", rows, [])])
    answer = Assistant(library, load_directory(), load_lexicon()).ask(question, as_of=AS_OF)
    assert {task.task.title for task in answer.tasks} == {row[1] for row in rows}


@pytest.mark.parametrize(("lead", "status"), [("Sở Xây dựng", "answered"), ("Sở Công Thương", "clarify")])
def test_like_tasks_of_two_papers_matter_where_they_answer_otherwise(lead: str, status: str) -> None:
    """The same office for like tasks is told; another one asks which paper is meant."""
    papers = [
        paper(
            number,
            title,
            [("Cống", f"Khơi thông cống ngang đường {place}", None, "Cống", office, "Sở Y tế", due)],
            [],
        )
        for number, title, place, office, due in (
            (7, "Thoát nước", "phía nam", "Sở Xây dựng", "Quý I/2026"),
            (8, "Mùa mưa", "phía bắc", lead, "Quý III/2026"),
        )
    ]
    assistant = Assistant(MemoryLibrary(papers), load_directory(), load_lexicon())
    assert assistant.ask("ai chủ trì khơi thông cống ngang đường", as_of=AS_OF).status.value == status
    assert assistant.ask("khơi thông cống ngang đường hạn khi nào", as_of=AS_OF).status.value == "clarify"


def test_where_papers_were_offered_the_office_goes_on() -> None:
    """Nothing was listed yet; the office must not be dropped without a word."""
    offered = "liệt kê việc của Sở Xây dựng"
    assert asked(offered).status is Status.CLARIFY
    found = asked("chỉ việc hạn quý 2 thôi", offered)
    assert "Sở Xây dựng" in found.understood
    assert found.tasks
    assert all("Sở Xây dựng" in (*task.task.lead, *task.task.coordinating) for task in found.tasks)
