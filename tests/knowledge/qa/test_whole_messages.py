"""What holds for any paper of what people type in one message: times in words, to whom, several questions, debts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from knowledge.agencies import load_directory
from knowledge.qa.asking import Assistant
from knowledge.qa.compose.answer import Answer, Status
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.qa.query.question import Intent, Understander
from knowledge.records import PlanMetadata
from knowledge.text import fold
from tests.knowledge.memory_library import MemoryLibrary
from tests.knowledge.qa.answering import AS_OF, Row, draft

OFFICES = [("Sở Y tế", "Sở Tư pháp"), ("Sở Xây dựng", "Thanh tra tỉnh"), ("Công an tỉnh", "Sở Công Thương")]
"""The same paper with its agencies renamed."""
MANNERS: Mapping[str, Callable[[str], str]] = {
    "as written": lambda text: text,
    "without accents": lambda text: str(fold(text)),
    "politely": lambda text: f"Dạ cho em hỏi {text} ạ",
}
manners = pytest.mark.parametrize("manner", MANNERS)
offices = pytest.mark.parametrize("office", range(len(OFFICES)))


def rows(first: str, second: str) -> list[Row]:
    return [
        ("Đê", "Đắp lại tuyến đê bối ven sông", None, "Biên bản", first, second, "Quý I/2026"),
        ("Đê", "Thả cá giống xuống hồ thủy lợi", None, f"Báo cáo gửi {second}", first, second, "15/12/2026"),
        ("Chợ", "Sơn kẻ vạch bãi đỗ xe chợ huyện", None, "Bãi đỗ xe", second, first, "Tháng 4/2026"),
        ("Chợ", "Lắp cân đối chứng tại chợ đầu mối", None, "Cân đối chứng", second, "", "05/12/2026"),
        ("Chợ", "Kiểm đếm sạp hàng chợ tạm phía bắc", None, "Danh sách", first, "", "Quý II/2026"),
        ("Chợ", "Kiểm đếm sạp hàng chợ tạm phía nam", None, "Danh sách", second, "", "Quý III/2026"),
    ]


def _assistant(names: tuple[str, str]) -> Assistant:
    paper = PlanMetadata(
        "8/KH-UBND", date(2026, 1, 9), "UBND tỉnh Phú Giang", "Kế hoạch", "Đê và chợ", "Lê Mẫu", (2026,)
    )
    return Assistant(MemoryLibrary([draft("8.docx", paper, rows(*names), [])]), load_directory(), load_lexicon())


ASSISTANTS = [_assistant(names) for names in OFFICES]


def ask(office: int, manner: str, question: str, *turns: str) -> Answer:
    typed = question.format(*OFFICES[office])
    return ASSISTANTS[office].ask(
        MANNERS[manner](typed), as_of=AS_OF, turns=[t.format(*OFFICES[office]) for t in turns]
    )


def places(answer: Answer) -> list[int]:
    """The rows told, in order."""
    return sorted(int(task.task.number or 0) for task in answer.tasks)


@manners
@offices
@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("tháng mười hai", "tháng 12"),
        ("giữa tháng mười hai", "giữa tháng 12"),
        ("đầu tháng mười hai", "đầu tháng 12"),
        ("quý bốn", "quý 4"),
        ("tháng tư", "tháng 4"),
        ("quý một", "quý 1"),
        ("quý hai và quý ba", "quý 2 và quý 3"),
        ("trước ngày mười lăm tháng mười hai", "trước ngày 15 tháng 12"),
        ("bốn tuần nữa", "4 tuần nữa"),
        ("từ nay đến cuối năm", "từ hôm nay đến cuối năm"),
    ],
)
def test_a_time_in_words_is_the_time_in_figures(office: int, manner: str, words: str, figures: str) -> None:
    said, written = (ask(office, manner, f"những việc nào đến hạn {time}") for time in (words, figures))
    assert said.status is Status.ANSWERED, said.text
    assert (said.text, said.understood) == (written.text, written.understood)


@manners
@offices
def test_to_whom_is_answered_beside_a_list(office: int, manner: str) -> None:
    lead, recipient = OFFICES[office]
    for turns, question in (
        ((), "{0} có việc gì trong tháng 12, nộp cho ai"),
        (("{0} có việc gì trong tháng 12",), "gửi ai"),
        (("{0} có việc gì trong tháng 12",), "nộp cho ai"),
    ):
        answer = ask(office, manner, question, *turns)
        assert places(answer) == [2], answer.text
        assert f"Nơi nhận: {recipient}." in answer.text, (lead, answer.text)
        assert "nơi nhận" in answer.understood


@offices
def test_to_whom_is_named_where_no_row_tells_it(office: int) -> None:
    answer = ask(office, "as written", "đắp lại tuyến đê bối ven sông do ai chủ trì, gửi ai")
    assert places(answer) == [1]
    assert "Nơi nhận: chưa thấy ghi rõ" in answer.text


@manners
@offices
@pytest.mark.parametrize(
    "message",
    [
        "ai chủ trì đắp lại tuyến đê bối ven sông và bao giờ xong, còn việc thả cá giống xuống hồ thủy lợi thì sao",
        "ai chủ trì đắp lại tuyến đê bối ven sông, còn thả cá giống xuống hồ thủy lợi hạn khi nào",
        "đắp lại tuyến đê bối ven sông ai chủ trì và thả cá giống xuống hồ thủy lợi do ai làm",
        "ai chủ trì đắp lại tuyến đê bối ven sông. Việc thả cá giống xuống hồ thủy lợi hạn khi nào",
        "hạn của việc đắp lại tuyến đê bối ven sông và ai thả cá giống xuống hồ thủy lợi",
        "ai chủ trì đắp lại tuyến đê bối ven sông còn thả cá giống xuống hồ thủy lợi thì sao",
    ],
)
def test_each_of_two_questions_is_answered(office: int, manner: str, message: str) -> None:
    answer = ask(office, manner, message)
    assert places(answer) == [1, 2], answer.text
    assert "(1) " in answer.text
    assert "(2) " in answer.text


@pytest.mark.parametrize(
    "message",
    [
        "ai chủ trì đắp đê bối và kè sông",
        "hạn nộp báo cáo đê bối và hồ thủy lợi là khi nào",
        "thả cá giống xuống hồ thủy lợi ai làm, hạn khi nào, gửi ai",
        "Sở Y tế báo cáo lên đâu và thông qua cơ quan nào",
    ],
)
def test_one_question_stays_one(message: str) -> None:
    assert len(Understander(load_lexicon(), load_directory()).parts(message)) == 1


@manners
@offices
@pytest.mark.parametrize(
    "question",
    [
        "cơ quan nào nợ nhiều việc nhất",
        "đơn vị nào còn nợ nhiều nhiệm vụ nhất",
        "sở nào chậm nhiều việc nhất",
        "cơ quan nào đang nợ mấy việc",
    ],
)
def test_who_owes_most_is_asked_of_progress(office: int, manner: str, question: str) -> None:
    answer = ask(office, manner, question)
    assert "theo thời hạn trong văn bản" in answer.text
    counted = {OFFICES[office][0]: 2, OFFICES[office][1]: 2}
    for name, number in counted.items():
        assert f"{name}: {number} việc" in answer.text, answer.text


@manners
@pytest.mark.parametrize("part", ["đầu tháng 12", "đầu quý 4", "đầu năm"])
def test_the_beginning_of_a_time_asks_for_no_place(manner: str, part: str) -> None:
    for text in (f"Sở Y tế phải báo cáo gì đến {part}", f"Sở Y tế có việc gì phải báo cáo {part}"):
        read = Understander(load_lexicon(), load_directory()).read(MANNERS[manner](text), (), AS_OF)
        assert "where_to" not in read.cues
        assert read.intent is Intent.LIST
        assert read.period is not None


@manners
@offices
@pytest.mark.parametrize(
    "question", ["ai chủ trì kiểm đếm sạp hàng chợ tạm", "hạn kiểm đếm sạp hàng hóa tồn kho là khi nào"]
)
def test_between_tasks_that_fit_alike_a_choice_is_offered(office: int, manner: str, question: str) -> None:
    """Also where neither fits so well that it would be told alone."""
    answer = ask(office, manner, question)
    assert answer.status is Status.CLARIFY, answer.text
    assert sorted(option.task_id or 0 for option in answer.options) == [5, 6]
