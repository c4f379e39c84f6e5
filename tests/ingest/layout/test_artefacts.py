"""Page numbers, running heads, lay-out tables and footnotes leave the words of a paper."""

from __future__ import annotations

import pytest

from ingest.documents import Block, Line, Table
from ingest.layout.artefacts import Cleaned, clean, is_layout
from ingest.layout.markup import unmark_lines
from tests.ingest.writing import grids, lines, table


def _words(cleaned: Cleaned) -> list[str]:
    return [b.text.strip() for b in cleaned.blocks if isinstance(b, Line) and b.text.strip()]


CASES: list[tuple[str, str, list[str], dict[int, str], tuple[str, ...]]] = [
    (
        "rising page numbers go, in their several dresses",
        """
        Sở Nội vụ chủ trì, phối hợp
        1
        với các sở, ban, ngành
        - 2 -
        rà soát văn bản.
        Trang 3/9
        """,
        ["Sở Nội vụ chủ trì, phối hợp", "với các sở, ban, ngành", "rà soát văn bản."],
        {},
        ("3 số trang",),
    ),
    (
        "a number that does not rise is a value",
        "Số lớp tập huấn:\n2\nSố học viên:\n150\nTổng số:\n1",
        ["Số lớp tập huấn:", "Số học viên:", "150", "Tổng số:", "1"],
        {},
        ("1 số trang",),
    ),
    (
        "running heads and feet that recur on the pages",
        """
        UBND TỈNH PHÚ GIANG
        Sở Nội vụ rà soát văn bản và
        Kế hoạch 57, trang 1
        === trang mới ===
        UBND TỈNH PHÚ GIANG
        gửi báo cáo về Sở Tư pháp.
        Kế hoạch 57, trang 2
        === trang mới ===
        UBND TỈNH PHÚ GIANG
        Sở Tài chính bố trí kinh phí.
        Kế hoạch 57, trang 3
        """,
        ["Sở Nội vụ rà soát văn bản và", "gửi báo cáo về Sở Tư pháp.", "Sở Tài chính bố trí kinh phí."],
        {},
        ("6 dòng tiêu đề lặp lại ở đầu, cuối trang",),
    ),
    (
        "two pages are too few for a running head",
        "UBND TỈNH PHÚ GIANG\nMột.\n=== trang mới ===\nUBND TỈNH PHÚ GIANG\nHai.",
        ["UBND TỈNH PHÚ GIANG", "Một.", "UBND TỈNH PHÚ GIANG", "Hai."],
        {},
        (),
    ),
    (
        "a footnote that the mark-up numbers, its mark in the sentence",
        """
        Thực hiện Chương trình<sup>1</sup> của Chính phủ, Sở Nội vụ
        <sup>1</sup> Nghị quyết số 12/NQ-CP ngày 03/3/2025 của Chính phủ
        về cải cách hành chính.
        rà soát văn bản.
        """,
        ["Thực hiện Chương trình của Chính phủ, Sở Nội vụ", "rà soát văn bản."],
        {1: "Nghị quyết số 12/NQ-CP ngày 03/3/2025 của Chính phủ về cải cách hành chính."},
        (),
    ),
    (
        "footnotes whose marks are glued to words, in the middle of a sentence at a page's end",
        """
        Triển khai Quyết định ngày 21/8/20251 của Ủy ban nhân dân tỉnh và
        Đề án tổng thể2, các sở, ban, ngành
        1 Quyết định số 812/QĐ-UBND về phân công nhiệm vụ.
        2 Đề án số 03/ĐA-UBND về chuyển đổi số.
        4
        báo cáo kết quả trước ngày 15/6.
        """,
        [
            "Triển khai Quyết định ngày 21/8/2025 của Ủy ban nhân dân tỉnh và",
            "Đề án tổng thể, các sở, ban, ngành",
            "báo cáo kết quả trước ngày 15/6.",
        ],
        {1: "Quyết định số 812/QĐ-UBND về phân công nhiệm vụ.", 2: "Đề án số 03/ĐA-UBND về chuyển đổi số."},
        ("1 số trang",),
    ),
    (
        "a numbered line that nothing refers to is no footnote",
        "Các chỉ tiêu gồm:\n1 Tỷ lệ hồ sơ đúng hạn đạt 98%.\n2 Mức độ hài lòng đạt 95%.",
        ["Các chỉ tiêu gồm:", "1 Tỷ lệ hồ sơ đúng hạn đạt 98%.", "2 Mức độ hài lòng đạt 95%."],
        {},
        (),
    ),
]


@pytest.mark.parametrize(("text", "words", "notes", "dropped"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_furniture_leaves_the_words(
    text: str, words: list[str], notes: dict[int, str], dropped: tuple[str, ...]
) -> None:
    cleaned = clean(unmark_lines(lines(text)))
    assert (_words(cleaned), cleaned.footnotes, cleaned.dropped) == (words, notes, dropped)


def test_heading_and_signature_tables_become_lines() -> None:
    blocks: list[Block] = [
        table(
            """
            ỦY BAN NHÂN / DÂN TỈNH PHÚ GIANG ¦ CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM / Độc lập - Tự do - Hạnh phúc
            Số: / 57/KH-UBND ¦ Phú Giang, ngày 15 / tháng 01 năm 2026
            """
        ),
        Line("KẾ HOẠCH"),
        table("Nơi nhận: / - Như trên; / - Lưu: VT. ¦ TM. ỦY BAN NHÂN DÂN / CHỦ TỊCH / Lê Văn Phú"),
    ]
    cleaned = clean(blocks)
    assert _words(cleaned) == [
        "ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 57/KH-UBND",
        "Phú Giang, ngày 15 tháng 01 năm 2026",
        "KẾ HOẠCH",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "Lê Văn Phú",
    ]
    assert grids(cleaned.blocks) == []


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (table("Nơi nhận: ¦ TM. ỦY BAN NHÂN DÂN"), True),
        (table("TT ¦ Nhiệm vụ ¦ Chủ trì\n1 ¦ Rà soát ¦ Sở Tư pháp"), False),
        (table("TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Nơi nhận:\n1 ¦ Gửi giấy mời ¦ Văn phòng ¦ Các sở"), False),
    ],
)
def test_only_small_tables_with_the_signs_of_a_heading_are_layout(found: Table, expected: bool) -> None:
    assert is_layout(found) is expected
