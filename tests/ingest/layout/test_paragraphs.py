"""Hard wraps and page breaks joined, in three lay-outs."""

from __future__ import annotations

from textwrap import wrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import Line
from ingest.layout.paragraphs import Paragraph, join_lines
from tests.ingest.writing import joined, lines

WRAPPED = """
    I. MỤC ĐÍCH, YÊU CẦU
    1. Mục đích
    Nâng cao chất lượng phục vụ người dân và doanh nghiệp trên địa bàn tỉnh
    Phú Giang; giảm thời gian, chi phí đi lại; bảo đảm mọi hồ sơ được giải quyết

    đúng hạn tại Trung tâm Phục vụ hành chính công và Bộ phận Một cửa của các
    xã, phường, đặc khu.
    2. Yêu cầu
    a) Xác định rõ nhiệm vụ, sản phẩm, thời hạn của từng việc theo Quyết định số 812/QĐ-
    UBND của Ủy ban nhân dân tỉnh về phân công nhiệm vụ của các sở, ban, ngành.
    b) Phân công người đứng đầu chịu trách nhiệm, gửi kết quả về Sở Nội vụ ngày 12
    - 15 tháng cuối quý.
    -
    Kiểm tra thường xuyên.
    """
APART = """
    I. MỤC ĐÍCH

    1. Nâng cao chất lượng phục vụ người dân và doanh nghiệp trên địa bàn tỉnh
    Phú Giang trong năm 2026.
    Mọi hồ sơ được giải quyết đúng hạn theo quy định của Ủy ban nhân dân tỉnh.

    2. Xác định rõ nhiệm vụ, sản phẩm, thời hạn và cơ quan chủ trì của từng việc
    Sở Nội vụ theo dõi và tổng hợp chung.

    3. Phân công người đứng đầu chịu trách nhiệm trước Chủ tịch Ủy ban nhân dân
    tỉnh.

    4. Gửi kết quả về Sở Nội vụ.

    5. Kiểm tra thường xuyên.
    """
ONE_A_LINE = """
    I. MỤC ĐÍCH
    Nâng cao chất lượng phục vụ người dân.
    Kiểm tra thường xuyên tại các cơ quan
    Sở Nội vụ theo dõi chung
    1. Sở Tài chính
    Bố trí kinh phí.
    """


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            WRAPPED,
            [
                "I. MỤC ĐÍCH, YÊU CẦU",
                "1. Mục đích",
                "Nâng cao chất lượng phục vụ người dân và doanh nghiệp trên địa bàn tỉnh Phú Giang; giảm thời gian, "
                "chi phí đi lại; bảo đảm mọi hồ sơ được giải quyết đúng hạn tại Trung tâm Phục vụ hành chính công "
                "và Bộ phận Một cửa của các xã, phường, đặc khu.",
                "2. Yêu cầu",
                "a) Xác định rõ nhiệm vụ, sản phẩm, thời hạn của từng việc theo Quyết định số 812/QĐ-UBND của "
                "Ủy ban nhân dân tỉnh về phân công nhiệm vụ của các sở, ban, ngành.",
                "b) Phân công người đứng đầu chịu trách nhiệm, gửi kết quả về Sở Nội vụ ngày 12 - 15 tháng cuối quý.",
                "- Kiểm tra thường xuyên.",
            ],
        ),
        (
            APART,
            [
                "I. MỤC ĐÍCH",
                "1. Nâng cao chất lượng phục vụ người dân và doanh nghiệp trên địa bàn tỉnh Phú Giang trong năm "
                "2026. Mọi hồ sơ được giải quyết đúng hạn theo quy định của Ủy ban nhân dân tỉnh.",
                "2. Xác định rõ nhiệm vụ, sản phẩm, thời hạn và cơ quan chủ trì của từng việc Sở Nội vụ theo dõi "
                "và tổng hợp chung.",
                "3. Phân công người đứng đầu chịu trách nhiệm trước Chủ tịch Ủy ban nhân dân tỉnh.",
                "4. Gửi kết quả về Sở Nội vụ.",
                "5. Kiểm tra thường xuyên.",
            ],
        ),
        (
            ONE_A_LINE,
            [
                "I. MỤC ĐÍCH",
                "Nâng cao chất lượng phục vụ người dân.",
                "Kiểm tra thường xuyên tại các cơ quan",
                "Sở Nội vụ theo dõi chung",
                "1. Sở Tài chính",
                "Bố trí kinh phí.",
            ],
        ),
    ],
    ids=["wrapped, blank lines anywhere", "wrapped, blank lines between paragraphs", "a paragraph a line"],
)
def test_three_layouts(text: str, expected: list[str]) -> None:
    assert joined(text) == expected


def test_lines_of_a_word_file_stay_paragraphs() -> None:
    found = join_lines([Line("Rà soát văn bản và", whole=True), Line("báo cáo kết quả.", whole=True)])
    assert [p.text for p in found if isinstance(p, Paragraph)] == ["Rà soát văn bản và", "báo cáo kết quả."]


def test_a_table_ends_a_paragraph_and_places_are_those_of_the_first_line() -> None:
    blocks = lines("Rà soát văn bản và\n=== trang mới ===\nbáo cáo kết quả.")
    assert join_lines(blocks) == [Paragraph("Rà soát văn bản và báo cáo kết quả.", page=1, paragraph=1)]


PHRASES = """
    Sở Nội vụ; chủ trì, phối hợp với các đơn vị liên quan; Ủy ban nhân dân các xã, phường; rà soát thủ tục hành chính;
    báo cáo kết quả; Trung tâm Phục vụ hành chính công; trong năm 2026; theo quy định của pháp luật; Sở Khoa học và
    Công nghệ; bảo đảm đúng hạn; người dân và doanh nghiệp; tại Bộ phận Một cửa; trước khi trình cấp có thẩm quyền
"""
PHRASE = st.sampled_from([" ".join(p.split()) for p in PHRASES.split(";")])
SENTENCE = st.lists(PHRASE, min_size=8, max_size=12).map(lambda parts: f"Giao {', '.join(parts)}.")
PARAGRAPHS = st.lists(st.lists(SENTENCE, min_size=1, max_size=3).map(" ".join), min_size=6, max_size=9)


@given(PARAGRAPHS, st.integers(60, 100), st.booleans())
@settings(max_examples=80, deadline=None)
def test_wrapped_paragraphs_come_back(texts: list[str], width: int, apart: bool) -> None:
    paragraphs = [f"{n}. {text}" for n, text in enumerate(texts, 1)]
    printed = ("\n\n" if apart else "\n").join("\n".join(wrap(p, width)) for p in paragraphs)
    assert joined(printed) == paragraphs
