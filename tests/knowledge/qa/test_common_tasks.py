"""Tasks given to a group ("các sở, ban, ngành tỉnh") are tasks of each of its agencies, and stand in its lists."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.agencies import load_directory
from knowledge.qa.asking import Assistant
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.records import PlanMetadata
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import Row, draft

AS_OF = date(2026, 11, 20)
GROUP, ALL = "Các sở, ban, ngành tỉnh", "Các cơ quan, đơn vị, địa phương"
ROWS: list[Row] = [
    ("Kỷ cương", "Trực lãnh đạo dịp Tết", None, "Lịch trực", GROUP, "Sở Nội vụ", "Tháng 12 hàng năm"),
    ("Kỷ cương", "Báo cáo giờ giấc làm việc", None, "Báo cáo", ALL, "Sở Nội vụ", "Trước ngày 10/12/2026"),
    ("Kỷ cương", "Kiểm tra đột xuất", None, "Kết luận", "Sở Nội vụ", GROUP, "Trước ngày 20/12/2026"),
    ("Kỷ cương", "Khen thưởng cuối năm", None, "Quyết định", "Sở Y tế", "Sở Nội vụ", "Quý IV/2026"),
]
GIVEN = (
    "Kế hoạch 5/KH-UBND (năm 2026):\n"
    "{}. Báo cáo giờ giấc làm việc (chủ trì: Các cơ quan, đơn vị, địa phương; hạn: Trước ngày 10/12/2026)\n"
    "{}. Trực lãnh đạo dịp Tết (chủ trì: Các sở, ban, ngành tỉnh; "
    "hạn: Tháng 12 hàng năm; kỳ tới: 31/12/2026 (còn 41 ngày))"
)


def asked(question: str, rows: list[Row] = ROWS) -> tuple[str, str]:
    metadata = PlanMetadata(
        "5/KH-UBND", date(2026, 1, 9), "UBND tỉnh Phú Giang", "Kế hoạch", "Kỷ cương năm 2026", "Lê Thị Mẫu", (2026,)
    )
    library = MemoryLibrary([draft("5.docx", metadata, rows, [])])
    answer = Assistant(library, load_directory(), load_lexicon()).ask(question, as_of=AS_OF)
    return answer.status.value, answer.text


@pytest.mark.parametrize(
    "question",
    [
        "việc của Sở Tài chính trong tháng 12",
        "viec cua so tai chinh thang 12/2026",
        "Tháng tới Sở Tài chính phải làm gì?",
        "Sở Tài chính có việc gì đến hạn trong tháng 12?",
        "Các nhiệm vụ của STC trong tháng 12 ạ",
    ],
)
def test_none_of_its_own(question: str) -> None:
    assert asked(question) == (
        "answered",
        "Không có việc nào có hạn từ 01/12/2026 đến 31/12/2026 ghi riêng tên Sở Tài chính; "
        "có 2 việc giao chung cho nhóm cơ quan trong đó có Sở Tài chính:\n" + GIVEN.format(1, 2),
    )


def test_beside_its_own() -> None:
    assert asked("Việc của Sở Y tế trong tháng 12") == (
        "answered",
        "Có 1 việc của Sở Y tế có hạn từ 01/12/2026 đến 31/12/2026; "
        "ngoài ra có 2 việc giao chung cho nhóm cơ quan trong đó có Sở Y tế:\n"
        "Kế hoạch 5/KH-UBND (năm 2026):\n"
        "1. Khen thưởng cuối năm (chủ trì; hạn: Quý IV/2026 (đến 31/12/2026))\n"
        + GIVEN.partition("\n")[2].format(2, 3),
    )


def test_a_role_is_the_groups_role() -> None:
    _, text = asked("Sở Y tế phối hợp những việc gì trong tháng 12?")
    assert "Kiểm tra đột xuất (chủ trì: Sở Nội vụ; hạn: Trước ngày 20/12/2026)" in text
    assert "Trực lãnh đạo" not in text


def test_without_a_period_their_number_is_told() -> None:
    assert asked("Sở Y tế chủ trì những việc nào?") == (
        "answered",
        "Có 1 việc của Sở Y tế:\n"
        "Kế hoạch 5/KH-UBND (năm 2026):\n"
        "1. Khen thưởng cuối năm (chủ trì; hạn: Quý IV/2026 (đến 31/12/2026))\n"
        "Ngoài ra có 2 việc giao chung cho nhóm cơ quan trong đó có Sở Y tế.",
    )


@pytest.mark.parametrize("question", ["Việc của Bộ Tài chính trong tháng 12", "Việc của Sở Tài chính trong tháng 8"])
def test_no_such_task(question: str) -> None:
    status, text = asked(question)
    assert status == "not_found", text


def test_of_a_topic_nothing_more_is_denied_than_was_looked_for() -> None:
    status, text = asked("Các việc báo cáo của Sở Y tế trong tháng 12 là những việc nào?")
    head = "Không có việc nào có hạn từ 01/12/2026 đến 31/12/2026 về “báo cáo” ghi riêng tên Sở Y tế; có 1 việc"
    assert (status, text.startswith(head)) == ("answered", True), text


@pytest.mark.parametrize("question", ["Việc nào của Sở Y tế đến hạn gần nhất?", "viec gan han nhat cua so y te"])
def test_the_nearest_are_those_of_the_first_day_ahead(question: str) -> None:
    _, text = asked(question)
    assert text.split("\n")[0].startswith("Có 1 việc của Sở Y tế có hạn gần nhất")
    assert "Khen thưởng cuối năm" in text


def test_a_topic_beside_the_month_is_looked_for() -> None:
    status, text = asked("Tháng 12 Sở Tài chính trực Tết do ai chủ trì?")
    assert (status, text.split("\n")[0]) == ("answered", "Các sở, ban, ngành tỉnh chủ trì; phối hợp: Sở Nội vụ.")


@pytest.mark.parametrize("question", ["Sở Y tế", "liệt kê nhiệm vụ Sở Y tế", "danh sách công việc của Sở Y tế ạ"])
def test_an_agency_alone_asks_for_its_duties(question: str) -> None:
    status, text = asked(question)
    assert (status, text.split("\n")[0]) == ("answered", "Sở Y tế theo Kế hoạch 5/KH-UBND (năm 2026):"), text


def test_nothing_this_week_says_so() -> None:
    assert asked("Tuần này Sở Nội vụ có gì đến hạn?") == (
        "not_found",
        "Các văn bản đã nạp không có việc nào của Sở Nội vụ có hạn từ 16/11/2026 đến 22/11/2026.",
    )


def test_only_the_groups_duties_are_counted() -> None:
    assert asked("Sở Tài chính làm những việc gì?") == (
        "not_found",
        "Các văn bản đã nạp không giao việc nào ghi tên Sở Tài chính; "
        "có 2 việc giao chung cho nhóm cơ quan trong đó có Sở Tài chính.",
    )


@pytest.mark.parametrize(
    "question",
    [
        "những việc liên quan khen thưởng của Sở Y tế",
        "so y te co viec nao lien quan den khen thuong",
        "mấy việc Sở Y tế chủ trì liên quan tới khen thưởng",
    ],
)
def test_words_of_asking_that_group_tasks_hold_deny_no_own_task(question: str) -> None:
    beside: Row = (
        "Kỷ cương",
        "Lấy ý kiến cơ quan có liên quan",
        None,
        "Công văn",
        GROUP,
        "Sở Nội vụ",
        "Tháng 5/2026",
    )
    status, text = asked(question, [*ROWS, beside])
    assert (status, "Khen thưởng cuối năm" in text, "ghi riêng tên" in text) == ("answered", True, False), text
