"""Inline mark-up of text papers."""

from __future__ import annotations

import pytest

from ingest.documents import Line
from ingest.layout.markup import FOOTNOTE_MARK, Marked, plain, unmark, unmark_lines
from tests.ingest.writing import lines

NOTE = f"{FOOTNOTE_MARK}1{FOOTNOTE_MARK}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("## **I. MỤC TIÊU**", Marked("I. MỤC TIÊU", 2, True)),
        ("###### 1. Yêu cầu", Marked("1. Yêu cầu", 6, False)),
        ("**1.** Rà soát văn bản", Marked("1. Rà soát văn bản", None, False)),
        ("**Sở Nội vụ**:", Marked("Sở Nội vụ:", None, True)),
        ("<b>I</b>", Marked("I", None, True)),
        ("__Phụ lục__", Marked("Phụ lục", None, True)),
        ("**Sở Nội vụ** và **Sở Tư pháp**", Marked("Sở Nội vụ và Sở Tư pháp", None, False)),
        ("---", Marked("", None, False)),
        ("* * *", Marked("", None, False)),
        ("* Rà soát văn bản", Marked("- Rà soát văn bản", None, False)),
        ("Số hiệu file_mau_01", Marked("Số hiệu file_mau_01", None, False)),
        ("_Nghiêng_ và thường", Marked("Nghiêng và thường", None, False)),
        (r"Mục 1\. Rà soát \(nếu có\)", Marked("Mục 1. Rà soát (nếu có)", None, False)),
        ("Số: 57/KH-UBND", Marked("Số: 57/KH-UBND", None, False)),
    ],
)
def test_a_line_and_what_its_markup_says(line: str, expected: Marked) -> None:
    assert unmark(line) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("năm 2025<sup>1</sup>.", f"năm 2025{NOTE}."),
        ("năm 2025^1^.".replace("^1^", "^{1}"), f"năm 2025{NOTE}."),
        ("năm 2025[^1].", f"năm 2025{NOTE}."),
        ("100 m<sup>hai</sup>", "100 m"),
        ("dòng một<br>dòng hai", "dòng một\ndòng hai"),
        ("chữ <span style='x'>thường</span>", "chữ thường"),
    ],
)
def test_stray_tags_and_footnote_numbers(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_bold_over_several_lines_and_breaks_inside_a_line() -> None:
    found = unmark_lines(
        lines(
            """
            **KẾ HOẠCH
            Cải cách hành chính năm 2026**
            Căn cứ Luật;<br>Thực hiện Nghị quyết.
            """
        )
    )
    assert [(b.text, b.bold) for b in found if isinstance(b, Line)] == [
        ("KẾ HOẠCH", True),
        ("Cải cách hành chính năm 2026", True),
        ("Căn cứ Luật;", False),
        ("Thực hiện Nghị quyết.", False),
    ]
