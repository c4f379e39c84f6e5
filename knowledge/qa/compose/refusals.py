"""Answers that tell no fact: not found, a false premise, greetings, help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knowledge.library import LivePlan, LiveTask
from knowledge.qa.compose.answer import Answer, Status
from knowledge.wording import join_names, short_label, task_name

HELP = (
    "Tôi là trợ lý tự động, trả lời theo các kế hoạch, công văn đã nạp: cơ quan chủ trì, phối hợp, thời hạn, "
    "sản phẩm, chỉ tiêu, trách nhiệm của từng cơ quan. Ví dụ: “Ai chủ trì tập huấn nghiệp vụ cải cách hành "
    "chính, hạn khi nào?”"
)


def not_found(near: Sequence[LiveTask] = ()) -> Answer:
    """One sentence; the nearest two tasks are named where they are near."""
    text = "Các văn bản đã nạp không có nội dung này."
    if near:
        named = "; ".join(f"“{task_name(task, 90)}”" for task in near[:2])
        text = f"Các văn bản đã nạp không có đúng nội dung này; gần nhất là {named}."
    return Answer(Status.NOT_FOUND, text)


def missing_year(years: Sequence[int], plans: Sequence[LivePlan]) -> Answer:
    """The year asked for has no plan."""
    asked = ", ".join(str(year) for year in years)
    loaded = sorted({year for plan in plans for year in plan.metadata.years})
    note = f"; hiện có văn bản của năm {', '.join(str(year) for year in loaded)}" if loaded else ""
    return Answer(Status.NOT_FOUND, f"Chưa nạp kế hoạch nào của năm {asked}{note}.")


def missing_paper(numbers: Sequence[str]) -> Answer:
    """A paper number that neither is loaded nor stands in a loaded paper beside the topic."""
    named = ", ".join(numbers)
    sentence = f"Chưa nạp văn bản số {named}; các văn bản đã nạp cũng không nêu nội dung này của văn bản đó."
    return Answer(Status.NOT_FOUND, sentence)


def no_duty(agencies: Sequence[str], plans: Sequence[LivePlan], fate: str = "", common: int = 0) -> Answer:
    """The papers name no duty of this agency.

    Args:
        fate: what became of one that is no more.
        common: how many tasks are given to groups to which it belongs.
    """
    where = "; ".join(short_label(plan) for plan in plans[:3]) if plans else "Các văn bản đã nạp"
    note = f" ({fate})" if fate else ""
    name = join_names(agencies)
    shared = f"; có {common} việc giao chung cho nhóm cơ quan trong đó có {name}" if common else ""
    return Answer(Status.NOT_FOUND, f"{where} không giao việc nào ghi tên {name}{note}{shared}.")


def no_targets(agencies: Sequence[str], where: str = "") -> Answer:
    """No table of targets names the agency.

    Args:
        where: the paper that was looked through, where it is one.
    """
    sentence = f"{where or 'Các văn bản đã nạp'} không có bảng chỉ tiêu nào ghi tên {join_names(agencies)}."
    return Answer(Status.NOT_FOUND, sentence)


def no_actual_results() -> Answer:
    """Plans tell what is to be done, not what was."""
    sentence = "Các văn bản đã nạp chỉ giao nhiệm vụ, chỉ tiêu; không có số liệu kết quả thực tế."
    return Answer(Status.NOT_FOUND, sentence)


def no_person() -> Answer:
    """People's names and contacts are not in plans."""
    return Answer(Status.NOT_FOUND, "Các văn bản đã nạp không có thông tin về cá nhân này.")


def no_instruction() -> Answer:
    """An order to the assistant is not a question."""
    return Answer(Status.NOT_FOUND, "Tôi chỉ trả lời nội dung trong các văn bản đã nạp.")


def empty_question() -> Answer:
    """Nothing to understand in the message."""
    sentence = "Tôi chưa hiểu câu hỏi; anh/chị hỏi về một nhiệm vụ, cơ quan hoặc thời hạn trong kế hoạch nhé."
    return Answer(Status.NOT_FOUND, sentence)


def today(day: date) -> Answer:
    """What day it is."""
    names = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
    return Answer(Status.ANSWERED, f"Hôm nay là {names[day.weekday()]}, {day:%d/%m/%Y}.")


def whose() -> Answer:
    """A question about the asker's agency, which is not known."""
    return Answer(Status.CLARIFY, "Anh/chị hỏi cho cơ quan nào? Xin nêu tên cơ quan, ví dụ “Sở Nội vụ”.")


def request() -> Answer:
    """Something to be done is no question; where it is done is told."""
    return Answer(
        Status.REFUSED,
        "Đây là một yêu cầu, không phải câu hỏi về văn bản, nên tôi chưa làm gì. Việc của mình xem ở /nhiemvu, "
        "lịch nhắc đặt ở /nhac; việc khác xin nhắn quản trị viên của cơ quan.",
    )


def statement() -> Answer:
    """Something told is no question, and is not taken down here."""
    return Answer(
        Status.REFUSED,
        "Tôi chưa ghi nhận điều này: báo kết quả, xin lùi hạn hoặc chuyển việc xin dùng các nút dưới lời nhắc hay "
        "danh sách việc của mình (/nhiemvu).",
    )


def thanks() -> Answer:
    """A short word back."""
    return Answer(Status.ANSWERED, "Rất vui được giúp anh/chị.")


def no_task_fits(described: str, where: str = "", about: str = "") -> Answer:
    """No task passes the filters.

    Args:
        described: the filters in words.
        where: the paper that was looked through, where it is one.
        about: the topic that was looked for.
    """
    topic = f" về “{about}”" if about else ""
    return Answer(Status.NOT_FOUND, f"{where or 'Các văn bản đã nạp'} không có việc nào{topic}{described}.")


def greeting() -> Answer:
    """A short word back, and what can be asked."""
    return Answer(Status.ANSWERED, f"Chào anh/chị. {HELP}")


def help_text() -> Answer:
    """What the assistant does."""
    return Answer(Status.ANSWERED, HELP)
