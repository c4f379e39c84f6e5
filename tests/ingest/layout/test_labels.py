"""Labels of the administrative outline."""

from __future__ import annotations

import pytest

from ingest.layout.labels import Label, bullet_alone, find_label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PHỤ LỤC", Label("appendix", "PHỤ LỤC", 0, "")),
        ("Phụ lục số 02", Label("appendix", "Phụ lục số 02", 0, "")),
        ("Phần thứ hai: GIẢI PHÁP", Label("part", "Phần thứ hai", 1, "GIẢI PHÁP")),
        ("Chương IV. Điều khoản", Label("chapter", "Chương IV", 2, "Điều khoản")),
        ("Mục 2. Phân công", Label("section", "Mục 2", 3, "Phân công")),
        ("A. QUAN ĐIỂM", Label("capital", "A", 4, "QUAN ĐIỂM")),
        ("IV. TỔ CHỨC THỰC HIỆN", Label("roman", "IV", 5, "TỔ CHỨC THỰC HIỆN")),
        ("XII - Kinh phí", Label("roman", "XII", 5, "Kinh phí")),
        ("Điều 5. Hiệu lực", Label("article", "Điều 5", 6, "Hiệu lực")),
        ("1. Sở Nội vụ", Label("number", "1", 7, "Sở Nội vụ")),
        ("3) Sở Nội vụ", Label("number", "3", 7, "Sở Nội vụ")),
        ("2.1. Cải cách", Label("number", "2.1", 8, "Cải cách")),
        ("2.1.3 Cải cách", Label("number", "2.1.3", 9, "Cải cách")),
        ("đ) Báo cáo", Label("letter", "đ", 13, "Báo cáo")),
        ("b. Báo cáo", Label("letter", "b", 13, "Báo cáo")),
        ("(1) Báo cáo", Label("paren", "1", 14, "Báo cáo")),
        ("(iii) Báo cáo", Label("paren", "iii", 14, "Báo cáo")),
        ("- Báo cáo", Label("dash", "-", 15, "Báo cáo")),
        ("–Báo cáo", Label("dash", "–", 15, "Báo cáo")),
        ("+ Báo cáo", Label("plus", "+", 16, "Báo cáo")),
        ("15/6/2026 là hạn cuối", None),
        ("100. Không phải điểm", None),
        ("12. tháng đầu năm", None),
        ("1.500 hồ sơ", None),
        ("95% hồ sơ đúng hạn", None),
        ("Điều kiện làm việc", None),
        ("Phụ lục I kèm theo Kế hoạch này", None),
        ("Mục tiêu năm 2026", None),
        ("Sở Nội vụ", None),
    ],
)
def test_labels(text: str, expected: Label | None) -> None:
    assert find_label(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("-", True), ("1.", True), ("2.1.", True), ("a)", True), ("IV.", True), ("Điều 3.", True), ("- Rà soát", False)],
)
def test_a_label_whose_text_wrapped_away(text: str, expected: bool) -> None:
    assert bullet_alone(text) is expected
