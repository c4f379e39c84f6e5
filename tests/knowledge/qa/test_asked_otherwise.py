"""The same facts asked in the ways that went wrong before: abbreviations, papers by topic, claims, follow-ups."""

from __future__ import annotations

import pytest

from tests.knowledge.qa.answering import AS_OF, assistant

ASSISTANT = assistant()


def said(question: str, *turns: str) -> tuple[str, str]:
    answer = ASSISTANT.ask(question, as_of=AS_OF, turns=turns)
    return answer.status.value, answer.text


@pytest.mark.parametrize(
    ("question", "first_words"),
    [
        ("Ai thuê HT máy chủ cho kho DL?", "Văn phòng UBND tỉnh chủ trì"),
        ("trồng cây PT ven đê do ai lo?", "UBND cấp xã chủ trì"),
        ("KSHT dữ liệu các ngành ai chủ trì", "Sở Khoa học và Công nghệ chủ trì"),
        ("Kế hoạch phát triển dữ liệu số có số bao nhiêu, ngày nào?", "Kế hoạch số 57/KH-UBND ngày 15/01/2026."),
        ("kế hoạch 57 nói về cái gì", "của UBND tỉnh Phú Giang: Phát triển dữ liệu số tỉnh"),
        ("theo ke hoach 57/kh-ubnd thi ai trong cay ven de", "UBND cấp xã chủ trì"),
        ("Sản phẩm của việc kiểm kê các nguồn thải là gì?", "Sản phẩm: Danh mục nguồn thải."),
        ("Tỷ lệ hồ sơ cấp phép xây dựng trong kế hoạch 2026 là bao nhiêu phần trăm?", "Văn bản ghi: “Tối thiểu 75%"),
        ("Thẩm định văn bản về dữ liệu mở khi nào xong?", "Sở Tư pháp"),
    ],
)
def test_the_fact_is_found(question: str, first_words: str) -> None:
    status, text = said(question)
    assert (status, first_words in text) == ("answered", True), text


def test_a_clause_without_a_day_says_so() -> None:
    _, text = said("Thẩm định văn bản về dữ liệu mở khi nào xong?")
    assert text.startswith("Đoạn này không ghi thời hạn.")


@pytest.mark.parametrize(
    ("question", "first_words"),
    [
        ("ke hoach 91/KH-UBND giao so noi vu viec gi", "Chưa nạp văn bản số 91/KH-UBND"),
        ("Kế hoạch 91 giao những việc gì?", "Chưa nạp văn bản số 91"),
        ("SĐT của Sở Tài chính là số nào?", "Các văn bản đã nạp không có"),
        ("Thuê hạ tầng máy chủ hết bao nhiêu tiền?", "Các văn bản đã nạp không có"),
        ("Địa chỉ kho dữ liệu dùng chung ở đâu?", "Các văn bản đã nạp không có"),
        ("Trồng cây phân tán cần giấy tờ gì?", "Các văn bản đã nạp không có"),
    ],
)
def test_what_plans_do_not_hold(question: str, first_words: str) -> None:
    status, text = said(question)
    assert (status, text.startswith(first_words)) == ("not_found", True), text


@pytest.mark.parametrize(
    ("turns", "question", "first_words"),
    [
        (["Sở Tư pháp làm gì theo kế hoạch 57?"], "con so tai chinh thi sao", "Sở Tài chính theo Kế hoạch 57"),
        (["Ai trồng cây phân tán ven đê?"], "snv boi duong ky nang so khi nao", "Hạn: Thường xuyên."),
        (["Ai trồng cây phân tán ven đê?"], "hạn của việc đó?", "Hạn: Năm 2026"),
        (["Kế hoạch 57 giao ai trồng cây ven đê?"], "Dạ thế kiểm kê nguồn thải thì ai ạ?", "Sở Nông nghiệp và Môi"),
        (
            ["Hồ sơ cấp phép xây dựng trực tuyến năm 2026 bao nhiêu phần trăm?"],
            "còn năm 2023?",
            "Văn bản ghi: “Tối thi",
        ),
    ],
)
def test_a_message_goes_on_from_the_last(turns: list[str], question: str, first_words: str) -> None:
    status, text = said(question, *turns)
    assert (status, text.startswith(first_words)) == ("answered", True), text


def test_another_year_changes_the_figure() -> None:
    _, text = said("còn năm 2023?", "Hồ sơ cấp phép xây dựng trực tuyến năm 2026 bao nhiêu phần trăm?")
    assert "40%" in text
    assert "75%" not in text


def test_an_offices_duties_of_two_years_stand_side_by_side() -> None:
    status, text = said("So sánh nhiệm vụ của Sở Tài chính năm 2023 và năm 2026")
    assert status == "answered"
    assert "Cân đối ngân sách" in text
    assert "Bố trí kinh phí cho kho dữ liệu" in text


def test_a_list_of_what_an_office_was_given_tells_its_parts() -> None:
    _, text = said("Sở Nông nghiệp và Môi trường được giao những việc gì trong phụ lục kế hoạch 57?")
    assert text.startswith("Có 2 việc của Sở Nông nghiệp và Môi trường (chủ trì 1, phối hợp 1):")


def test_refusals_show_no_sources() -> None:
    answer = ASSISTANT.ask("Thuê hạ tầng máy chủ hết bao nhiêu tiền?", as_of=AS_OF)
    assert (answer.sources, answer.tasks) == ((), ())
