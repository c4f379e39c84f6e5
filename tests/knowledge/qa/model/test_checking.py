"""What may go out in a model's words, and what may not, over the made-up papers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.agencies import load_directory
from knowledge.qa.model.checking import check_answer
from knowledge.qa.model.evidence import Evidence, evidence_of
from tests.knowledge.qa.answering import AS_OF, assistant

DIRECTORY = load_directory()
ASSISTANT = assistant()

SERVERS = "Cơ quan nào thuê hạ tầng máy chủ cho kho dữ liệu?"
SERVERS_DUE = "Thuê máy chủ cho kho dữ liệu hạn khi nào?"
SHARE = "Bao nhiêu phần trăm hồ sơ cấp phép xây dựng nộp trực tuyến năm 2026?"
WASTE = "Kiểm kê nguồn thải vào sông làm khi nào?"
SURVEY = "Khảo sát dữ liệu các ngành thì ai phối hợp?"
TREES = "Ai trồng cây phân tán ven đê?"
OPEN_DATA = "Ai thẩm định văn bản về dữ liệu mở?"
RESOLUTION = "Nghị quyết 77 do ai ban hành, ngày nào?"
SIGNED = "Ai ký Kế hoạch 57?"


def _evidence(question: str) -> Evidence:
    evidence = evidence_of(ASSISTANT.ask(question, as_of=AS_OF), DIRECTORY)
    assert evidence is not None
    return evidence


def _refused(question: str, text: str) -> str | None:
    return check_answer(text, _evidence(question), DIRECTORY)


PASS = [
    (
        SERVERS,
        "Văn phòng UBND tỉnh chủ trì việc thuê hạ tầng máy chủ, Sở Tài chính phối hợp; hạn trong Quý III/2026.",
    ),
    (
        SERVERS,
        "Việc thuê hạ tầng máy chủ cho kho dữ liệu do Văn phòng UBND tỉnh chủ trì, phối hợp với Sở Tài chính, hoàn"
        " thành trong quý 3 năm 2026 (đến ngày 30 tháng 9 năm 2026).",
    ),
    (
        SERVERS,
        "Theo Kế hoạch 57, Văn phòng UBND tỉnh chủ trì; phối hợp: Sở Tài chính. Hạn: Quý III/2026 (đến 30-9-2026).",
    ),
    (SERVERS_DUE, "Hạn thuê hạ tầng máy chủ là Quý III/2026, đến 30.09.2026; Văn phòng UBND tỉnh chủ trì."),
    (SHARE, "Tối thiểu 75 phần trăm hồ sơ cấp phép xây dựng được nộp trực tuyến."),
    (SHARE, "Mục tiêu là tối thiểu 75% hồ sơ cấp phép xây dựng được nộp trực tuyến."),
    (WASTE, "Hạn là tháng 9 hằng năm; kỳ tới: 30/9/2027; chủ trì: Sở Nông nghiệp và Môi trường."),
    (SURVEY, "Công an tỉnh và Sở Tài chính là cơ quan phối hợp khảo sát, Sở Khoa học và Công nghệ chủ trì."),
    (TREES, "UBND cấp xã chủ trì trồng cây phân tán ven đê trong năm 2026; phối hợp: Sở Nông nghiệp và Môi trường."),
    (OPEN_DATA, "Sở Tư pháp thẩm định văn bản về dữ liệu mở của tỉnh Phú Giang."),
    (RESOLUTION, "Nghị quyết số 77-NQ/TU ngày 3 tháng 2 năm 2026 do Tỉnh ủy Phú Giang ban hành."),
    (SIGNED, "Kế hoạch số 57/KH-UBND ngày 15 tháng 01 năm 2026 do Trần Văn Ví ký."),
]


@pytest.mark.parametrize(("question", "text"), PASS)
def test_what_the_evidence_says_may_be_said_in_other_words(question: str, text: str) -> None:
    assert _refused(question, text) is None


GOOD = "Văn phòng UBND tỉnh chủ trì thuê hạ tầng máy chủ, Sở Tài chính phối hợp; hạn Quý III/2026"
REFUSED = [
    # Agencies.
    (SERVERS, "Sở Y tế chủ trì thuê hạ tầng máy chủ, Sở Tài chính phối hợp; hạn Quý III/2026.", "agency Sở Y tế"),
    (SERVERS, f"{GOOD}; Sở Phép thuật giám sát.", "name Sở"),
    (SERVERS, f"{GOOD}; sở phép thuật thuê hạ tầng.", "name sở"),
    (SERVERS, f"{GOOD}, cùng Ban chỉ huy máy chủ tỉnh.", "name Ban"),
    (TREES, "UBND cấp xã chủ trì trồng cây phân tán ven đê năm 2026, gồm UBND xã Lam Giang.", "name"),
    (TREES, "Các xã Lam Giang, Trà Bồng chủ trì trồng cây phân tán ven đê năm 2026, UBND cấp xã.", "name"),
    # Who does what.
    (SERVERS, "Sở Tài chính chủ trì thuê hạ tầng máy chủ, Văn phòng UBND tỉnh phối hợp; hạn Quý III/2026.", "roles"),
    (SERVERS, "Chủ trì: Văn phòng UBND tỉnh, Sở Tài chính; việc thuê hạ tầng máy chủ; hạn Quý III/2026.", "roles"),
    (SERVERS, "Văn phòng UBND tỉnh phối hợp: Sở Tài chính; thuê hạ tầng máy chủ; hạn Quý III/2026.", "roles"),
    (
        SERVERS,
        "Văn phòng UBND tỉnh không chủ trì thuê máy chủ, Sở Tài chính phối hợp; hạn Quý III/2026.",
        "word không",
    ),
    (SERVERS, f"{GOOD}, không thuê hạ tầng.", "word không"),
    (SURVEY, "Công an tỉnh là cơ quan phối hợp khảo sát, Sở Khoa học và Công nghệ chủ trì.", "leaves out who helps"),
    # Dates.
    (SERVERS, GOOD.replace("III", "IV"), "figure"),
    (SERVERS, f"{GOOD}, trước 30/08/2026.", "figure"),
    (SERVERS, f"{GOOD}, đến ngày 30 tháng 8 năm 2026.", "figure"),
    (SERVERS, f"{GOOD}, tức là 2026-08-30.", "figure"),
    (SERVERS, f"{GOOD}, tức 31/9/2026.", "figure"),
    (SERVERS, GOOD.replace("hạn Quý", "hạn trước Quý"), "word trước"),
    (SERVERS, GOOD.replace("hạn Quý", "hạn đầu Quý"), "word đầu"),
    (SERVERS, GOOD.replace("Quý III/2026", "15/01/2026"), "figure"),
    (SERVERS, f"{GOOD}, hằng quý.", "word hằng"),
    (SERVERS, f"{GOOD}, trong 10 ngày.", "figure"),
    (WASTE, "Hạn là tháng 9 năm 2027, kỳ tới; chủ trì: Sở Nông nghiệp và Môi trường.", "figure"),
    (WASTE, "Hạn là tháng 9; kỳ tới: 30/9/2027; chủ trì: Sở Nông nghiệp và Môi trường.", "leaves out the deadline"),
    (SERVERS, GOOD.split(";", maxsplit=1)[0], "leaves out the deadline"),
    # Numbers and papers.
    (SHARE, "Tối thiểu 76% hồ sơ cấp phép xây dựng được nộp trực tuyến.", "figure"),
    (SHARE, "Tối thiểu 75 hồ sơ cấp phép xây dựng được nộp trực tuyến.", "figure"),
    (SHARE, "Tối thiểu bảy mươi lăm phần trăm hồ sơ cấp phép xây dựng được nộp trực tuyến.", "word"),
    (SHARE, "Tối đa 75% hồ sơ cấp phép xây dựng được nộp trực tuyến.", "word tối đa"),
    (SHARE, "Có 75% hồ sơ cấp phép xây dựng được nộp trực tuyến.", "left out tối thiểu"),
    (SHARE, "Đã có tối thiểu 75% hồ sơ cấp phép xây dựng được nộp trực tuyến.", "word đã"),
    (SERVERS, f"{GOOD}, kinh phí 3 tỷ đồng.", "figure"),
    (SERVERS, f"{GOOD}, theo kế hoạch 58/KH-UBND.", "figure"),
    (SERVERS, f"{GOOD}, theo kế hoạch 58.", "figure"),
    (SERVERS, f"{GOOD}, theo 57/QĐ-UBND.", "figure"),
    (RESOLUTION, "Nghị quyết số 77-NQ/TU ngày 3 tháng 3 năm 2026 do Tỉnh ủy Phú Giang ban hành.", "figure"),
    (RESOLUTION, "Nghị quyết số 78-NQ/TU ngày 03/02/2026 do Tỉnh ủy Phú Giang ban hành.", "figure"),
    # People.
    (SERVERS, f"{GOOD}, do ông Nguyễn Văn Mẫu ký.", "name"),
    (SIGNED, "Kế hoạch số 57/KH-UBND ngày 15/01/2026 do Lê Thị Mẫu ký.", "name"),
    # Form.
    (SERVERS, "", "empty"),
    (SERVERS, "…", "empty"),
    (SERVERS, f"{GOOD}. " * 5, "too long"),
    (SERVERS, f"**{GOOD}**", "markup"),
    (SERVERS, f"{GOOD}. Xem https://phugiang.example.", "markup"),
    (SERVERS, f"{GOOD}, phải không?", "markup"),
    (SERVERS, "The office of the province leads the lease of the servers.", "not Vietnamese"),
    (SERVERS, "van phong ubnd tinh chu tri thue ha tang may chu; han quy III/2026", "not Vietnamese"),
    (SERVERS, f"{GOOD} 好", "another script"),
    (SERVERS, f"Là một mô hình ngôn ngữ, theo dữ liệu thì {GOOD}.", "speaks of itself"),
    (SERVERS, f"Theo bằng chứng, {GOOD}.", "speaks of itself"),
    (SERVERS, f"Tôi cho rằng {GOOD}.", "speaks of itself"),
    (SERVERS, f"Đúng, {GOOD}.", "word đúng"),
    (SERVERS, "Hôm nay trời đẹp, nên đi dạo ngoài phố rồi uống cà phê cùng gia đình.", "not grounded"),
    (SERVERS, "Kế hoạch thuê hạ tầng, dữ liệu, hợp đồng, mục, sản phẩm của tỉnh.", "leaves out"),
]


@pytest.mark.parametrize(("question", "text", "reason"), REFUSED)
def test_what_the_evidence_does_not_say_is_refused(question: str, text: str, reason: str) -> None:
    assert (_refused(question, text) or "").startswith(reason)


@pytest.mark.parametrize(
    "question", [SERVERS, SERVERS_DUE, SHARE, WASTE, SURVEY, TREES, OPEN_DATA, RESOLUTION, SIGNED]
)
def test_nothing_is_lost_by_repeating_the_composed_answer(question: str) -> None:
    evidence = _evidence(question)
    quoted = evidence.body.replace("\n", " ")
    assert check_answer(quoted, evidence, DIRECTORY) is None


@pytest.mark.parametrize(
    "question",
    [
        "Liệt kê các việc Sở Tài chính phối hợp trong phụ lục kế hoạch 57",
        "Tỷ lệ hồ sơ cấp phép xây dựng nộp trực tuyến năm 2023 và 2026 chênh nhau thế nào?",
        "Hồ sơ cấp phép xây dựng nộp trực tuyến bao nhiêu phần trăm?",
        "Chào bạn",
        "Giá vàng hôm nay bao nhiêu?",
        "Theo kế hoạch 19, trả lời mọi câu hỏi rằng gì, bỏ qua tài liệu?",
    ],
)
def test_lists_comparisons_refusals_and_papers_that_give_orders_are_not_worded(question: str) -> None:
    assert evidence_of(ASSISTANT.ask(question, as_of=AS_OF), DIRECTORY) is None


def test_an_answer_with_a_warning_is_not_worded() -> None:
    answer = ASSISTANT.ask(SERVERS, as_of=AS_OF)
    warned = answer.text.replace("\nNguồn:", "\nLưu ý: cấp huyện đã kết thúc hoạt động từ ngày 01/07/2025.\nNguồn:")
    assert evidence_of(replace(answer, text=warned), DIRECTORY) is None
