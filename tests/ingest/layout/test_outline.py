"""The outline of a paper: whole trees, paths, sections and clause numbers."""

from __future__ import annotations

import pytest

from ingest.layout.outline import Node, Outline, number_of, section_of
from tests.ingest.writing import outline_of, tree

PLAN = """
    ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG
    KẾ HOẠCH
    Cải cách hành chính năm 2026
    I. MỤC ĐÍCH
    1. Nâng cao chất lượng phục vụ.
    2. Rút ngắn thời gian.
    II. NHIỆM VỤ
    1. Thể chế
    1.1. Văn bản
    a) Rà soát văn bản.
    - Gửi Sở Tư pháp.
    + Bản giấy.
    b) Công bố kết quả.
    1.2. Thủ tục
    Công khai đầy đủ.
    2. Bộ máy
    III. TỔ CHỨC THỰC HIỆN
    1. Sở Nội vụ
    Theo dõi chung.
    Nơi nhận:
    - Các sở, ban, ngành;
    TM. ỦY BAN NHÂN DÂN
    CHỦ TỊCH
    PHỤ LỤC
    DANH MỤC NHIỆM VỤ
    TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời hạn
    1 ¦ Rà soát ¦ Sở Tư pháp ¦ Quý I
    """


def test_a_plan_with_recipients_and_an_appendix() -> None:
    outline = outline_of(PLAN)
    assert tree(outline.root) == [
        ". ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG",
        ". Cải cách hành chính năm 2026",
        "roman I | MỤC ĐÍCH",
        "  number 1 | Nâng cao chất lượng phục vụ.",
        "  number 2 | Rút ngắn thời gian.",
        "roman II | NHIỆM VỤ",
        "  number 1 | Thể chế",
        "    number 1.1 | Văn bản",
        "      letter a | Rà soát văn bản.",
        "        dash - | Gửi Sở Tư pháp.",
        "          plus + | Bản giấy.",
        "      letter b | Công bố kết quả.",
        "    number 1.2 | Thủ tục",
        "      . Công khai đầy đủ.",
        "  number 2 | Bộ máy",
        "roman III | TỔ CHỨC THỰC HIỆN",
        "  number 1 | Sở Nội vụ",
        "    . Theo dõi chung.",
        "appendix PHỤ LỤC | PHỤ LỤC",
        "  . DANH MỤC NHIỆM VỤ",
        "  [table]",
    ]
    assert [p.text for p in outline.head] == [
        "ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG",
        "KẾ HOẠCH",
        "Cải cách hành chính năm 2026",
    ]
    assert [p.text for p in outline.tail] == [
        "Nơi nhận:",
        "- Các sở, ban, ngành;",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
    ]


def test_a_decision_with_its_attached_plan() -> None:
    outline = outline_of(
        """
        QUYẾT ĐỊNH
        Ban hành Kế hoạch chuyển đổi số
        QUYẾT ĐỊNH:
        Điều 1. Ban hành kèm theo Quyết định này Kế hoạch chuyển đổi số.
        Điều 2. Quyết định có hiệu lực từ ngày ký.
        Nơi nhận:
        - Như Điều 2;
        TM. ỦY BAN NHÂN DÂN
        KẾ HOẠCH
        Chuyển đổi số năm 2026
        I. MỤC TIÊU
        1. Mọi hồ sơ trực tuyến.
        """
    )
    assert tree(outline.root) == [
        ". Ban hành Kế hoạch chuyển đổi số",
        "article Điều 1 | Ban hành kèm theo Quyết định này Kế hoạch chuyển đổi số.",
        "article Điều 2 | Quyết định có hiệu lực từ ngày ký.",
        ". Chuyển đổi số năm 2026",
        "roman I | MỤC TIÊU",
        "  number 1 | Mọi hồ sơ trực tuyến.",
    ]
    assert [p.text for p in outline.tail] == ["Nơi nhận:", "- Như Điều 2;", "TM. ỦY BAN NHÂN DÂN"]


def test_a_letter_with_addressees() -> None:
    outline = outline_of(
        """
        V/v rà soát thủ tục hành chính
        Kính gửi:
        - Các sở, ban, ngành;
        - Ủy ban nhân dân các xã, phường.
        Ủy ban nhân dân tỉnh yêu cầu các cơ quan thực hiện những nội dung sau:
        1. Sở Nội vụ theo dõi chung.
        """
    )
    assert tree(outline.root) == [". V/v rà soát thủ tục hành chính", "number 1 | Sở Nội vụ theo dõi chung."]
    assert [p.text for p in outline.head] == [
        "V/v rà soát thủ tục hành chính",
        "Kính gửi:",
        "- Các sở, ban, ngành;",
        "- Ủy ban nhân dân các xã, phường.",
        "Ủy ban nhân dân tỉnh yêu cầu các cơ quan thực hiện những nội dung sau:",
    ]


def test_parts_chapters_sections_and_articles_nest() -> None:
    outline = outline_of(
        """
        Phần I. CHUNG
        Chương I. Quy định
        Mục 1. Phạm vi
        Điều 1. Phạm vi áp dụng
        1. Áp dụng trong tỉnh.
        Điều 2. Đối tượng
        Chương II. Thi hành
        Phần II. RIÊNG
        A. Đầu tiên
        I. Thứ nhất
        """
    )
    assert tree(outline.root) == [
        "part Phần I | CHUNG",
        "  chapter Chương I | Quy định",
        "    section Mục 1 | Phạm vi",
        "      article Điều 1 | Phạm vi áp dụng",
        "        number 1 | Áp dụng trong tỉnh.",
        "      article Điều 2 | Đối tượng",
        "  chapter Chương II | Thi hành",
        "part Phần II | RIÊNG",
        "  capital A | Đầu tiên",
        "    roman I | Thứ nhất",
    ]


def test_markdown_headings_without_labels_take_the_rank_of_their_level() -> None:
    outline = outline_of(
        """
        ## I. MỤC ĐÍCH
        Phục vụ tốt hơn.
        ### 1. Chung
        Rà soát.
        ## Kinh phí thực hiện
        Ngân sách tỉnh.
        """
    )
    assert tree(outline.root) == [
        "roman I | MỤC ĐÍCH",
        "  . Phục vụ tốt hơn.",
        "  number 1 | Chung",
        "    . Rà soát.",
        "heading | Kinh phí thực hiện",
        "  . Ngân sách tỉnh.",
    ]


def _node(outline: Outline, text: str) -> Node:
    return next(n for n in outline.nodes() if n.text == text)


@pytest.mark.parametrize(
    ("text", "path", "full_path", "section", "number"),
    [
        (
            "Rà soát văn bản.",
            ("II. NHIỆM VỤ", "1. Thể chế", "1.1. Văn bản"),
            ("II. NHIỆM VỤ", "1. Thể chế", "1.1. Văn bản", "a"),
            "NHIỆM VỤ",
            "1.1.a",
        ),
        (
            "Gửi Sở Tư pháp.",
            ("II. NHIỆM VỤ", "1. Thể chế", "1.1. Văn bản", "a) Rà soát văn bản."),
            ("II. NHIỆM VỤ", "1. Thể chế", "1.1. Văn bản", "a) Rà soát văn bản.", "-"),
            "NHIỆM VỤ",
            "1.1.a",
        ),
        (
            "Sở Nội vụ",
            ("III. TỔ CHỨC THỰC HIỆN",),
            ("III. TỔ CHỨC THỰC HIỆN", "1. Sở Nội vụ"),
            "TỔ CHỨC THỰC HIỆN",
            "1",
        ),
        ("MỤC ĐÍCH", (), ("I. MỤC ĐÍCH",), None, "I"),
    ],
)
def test_where_a_clause_stands(
    text: str, path: tuple[str, ...], full_path: tuple[str, ...], section: str | None, number: str | None
) -> None:
    node = _node(outline_of(PLAN), text)
    above = section_of(node)
    assert (node.path, node.full_path, above and above.text, number_of(node, above)) == (
        path,
        full_path,
        section,
        number,
    )


def test_implementation_is_a_section_also_inside_another() -> None:
    outline = outline_of("B. KẾ HOẠCH\nII. Tổ chức thực hiện\n1. Sở Nội vụ\na) Theo dõi chung.")
    node = _node(outline, "Theo dõi chung.")
    above = section_of(node)
    assert (above and above.text, number_of(node, above)) == ("Tổ chức thực hiện", "1.a")
