"""What a paper says of itself, of other papers, and how printed capitals are set."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.layout.paragraphs import Paragraph
from ingest.paper.letter_case import name_case, sentence_case
from ingest.paper.metadata import read_metadata
from ingest.paper.names import find_mentions, tidy_number
from knowledge.records import Mention, PlanMetadata
from tests.ingest.writing import outline_of

WHOLE = PlanMetadata(
    number="57/KH-UBND",
    issued=date(2026, 1, 15),
    issuer="Ủy ban nhân dân tỉnh Phú Giang",
    kind="Kế hoạch",
    title="Cải cách hành chính tỉnh Phú Giang năm 2026",
    signer="Lê Văn Phú",
    years=(2026,),
)
CASES: list[tuple[str, str, PlanMetadata]] = [
    (
        "a whole heading block and signature",
        """
        ỦY BAN NHÂN DÂN
        TỈNH PHÚ GIANG
        CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
        Độc lập - Tự do - Hạnh phúc
        Số: 57/KH-UBND
        Phú Giang, ngày 15 tháng 01 năm 2026
        KẾ HOẠCH
        CẢI CÁCH HÀNH CHÍNH TỈNH PHÚ GIANG NĂM 2026
        Căn cứ Nghị quyết số 12/NQ-CP ngày 03/3/2025 của Chính phủ;
        I. MỤC ĐÍCH
        1. Phục vụ tốt hơn.
        TM. ỦY BAN NHÂN DÂN
        CHỦ TỊCH
        Lê Văn Phú
        """,
        WHOLE,
    ),
    (
        "Markdown, the heading block on one line each",
        """
        **ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG** **CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM**
        Số: 57 /KH-UBND Phú Giang, ngày 15 tháng 1 năm 2026
        # KẾ HOẠCH
        **Cải cách hành chính tỉnh Phú Giang năm 2026**
        ## I. MỤC ĐÍCH
        1. Phục vụ tốt hơn.
        **TM. ỦY BAN NHÂN DÂN**
        **KT. CHỦ TỊCH**
        **PHÓ CHỦ TỊCH**
        **Lê Văn Phú**
        """,
        WHOLE,
    ),
    (
        "number and date from the line of the appendix",
        """
        KẾ HOẠCH
        Cải cách hành chính tỉnh Phú Giang năm 2026
        I. MỤC ĐÍCH
        1. Phục vụ tốt hơn.
        TM. ỦY BAN NHÂN DÂN
        CHỦ TỊCH
        Lê Văn Phú
        PHỤ LỤC
        (Kèm theo Kế hoạch số 57/KH-UBND ngày 15/01/2026 của Ủy ban nhân dân tỉnh Phú Giang)
        """,
        WHOLE,
    ),
    (
        "a draft: number and day left blank, the year printed",
        """
        ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG
        Số: /KH-UBND
        Phú Giang, ngày tháng năm 2026
        KẾ HOẠCH
        Tuyên truyền cải cách hành chính
        I. MỤC ĐÍCH
        1. Phục vụ tốt hơn.
        """,
        PlanMetadata(
            issuer="Ủy ban nhân dân tỉnh Phú Giang",
            kind="Kế hoạch",
            title="Tuyên truyền cải cách hành chính",
            years=(2026,),
        ),
    ),
    (
        "an official letter",
        """
        ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG
        Số: 462/UBND-NC
        Phú Giang, ngày 02 tháng 3 năm 2026
        V/v rà soát thủ tục hành chính
        Kính gửi: Các sở, ban, ngành.
        1. Sở Nội vụ theo dõi chung.
        TL. CHỦ TỊCH
        CHÁNH VĂN PHÒNG
        Trần Thị Giang
        """,
        PlanMetadata(
            number="462/UBND-NC",
            issued=date(2026, 3, 2),
            issuer="Ủy ban nhân dân tỉnh Phú Giang",
            kind="Công văn",
            title="rà soát thủ tục hành chính",
            signer="Trần Thị Giang",
            years=(2026,),
        ),
    ),
    (
        "a decision with its attached plan: the decision's number, the plan's title",
        """
        ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG
        Số: 812/QĐ-UBND
        Phú Giang, ngày 20 tháng 8 năm 2025
        QUYẾT ĐỊNH
        Ban hành Kế hoạch chuyển đổi số tỉnh Phú Giang giai đoạn 2026 - 2030
        Điều 1. Ban hành kèm theo Quyết định này Kế hoạch chuyển đổi số.
        TM. ỦY BAN NHÂN DÂN
        CHỦ TỊCH
        Lê Văn Phú
        KẾ HOẠCH
        Chuyển đổi số tỉnh Phú Giang giai đoạn 2026 - 2030
        (Ban hành kèm theo Quyết định số 812/QĐ-UBND ngày 20/8/2025)
        I. MỤC TIÊU
        1. Mọi hồ sơ trực tuyến.
        """,
        PlanMetadata(
            number="812/QĐ-UBND",
            issued=date(2025, 8, 20),
            issuer="Ủy ban nhân dân tỉnh Phú Giang",
            kind="Quyết định",
            title="Ban hành Kế hoạch chuyển đổi số tỉnh Phú Giang giai đoạn 2026 - 2030",
            signer="Lê Văn Phú",
            years=(2026, 2030),
        ),
    ),
    (
        "no heading block: the issuer from the signature and the place named in the text",
        """
        KẾ HOẠCH
        Cải cách hành chính năm 2026
        I. MỤC ĐÍCH
        Phục vụ người dân tỉnh Phú Giang.
        TM. ỦY BAN NHÂN DÂN
        CHỦ TỊCH
        """,
        PlanMetadata(
            issuer="Ủy ban nhân dân tỉnh Phú Giang",
            kind="Kế hoạch",
            title="Cải cách hành chính năm 2026",
            years=(2026,),
        ),
    ),
    (
        "a commune's paper for a span told by its end",
        """
        UBND XÃ TÂN LẬP
        Số: 19/KH-UBND
        Tân Lập, ngày 10/9/2025
        KẾ HOẠCH
        Phát triển kinh tế tập thể đến năm 2030
        I. MỤC ĐÍCH
        1. Phục vụ tốt hơn.
        """,
        PlanMetadata(
            number="19/KH-UBND",
            issued=date(2025, 9, 10),
            issuer="UBND xã Tân Lập",
            kind="Kế hoạch",
            title="Phát triển kinh tế tập thể đến năm 2030",
            years=(2025, 2030),
        ),
    ),
    (
        "a legal basis right below the kind is no title",
        """
        Số: 19/KH-UBND
        KẾ HOẠCH
        Căn cứ Nghị quyết số 12/NQ-CP ngày 03/3/2025 của Chính phủ
        I. MỤC ĐÍCH
        1. Phục vụ tốt hơn.
        """,
        PlanMetadata(number="19/KH-UBND", kind="Kế hoạch"),
    ),
    ("nothing at all", "1. Phục vụ tốt hơn.\n2. Rút ngắn thời gian.", PlanMetadata()),
]


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_metadata(text: str, expected: PlanMetadata) -> None:
    assert read_metadata(outline_of(text)) == expected


@pytest.mark.parametrize(
    ("text", "own", "expected"),
    [
        (
            "Thực hiện Kế hoạch số 57/KH-UBND ngày 15/01/2026 của Ủy ban nhân dân tỉnh về cải cách hành chính; xem.",
            None,
            (
                Mention(
                    "Kế hoạch",
                    "57/KH-UBND",
                    date(2026, 1, 15),
                    "của Ủy ban nhân dân tỉnh về cải cách hành chính",
                ),
            ),
        ),
        (
            "Căn cứ Quyết định số 812 /QĐ- UBND ngày 20 tháng 8 năm 2025 về phân công, Nghị quyết số 12/NQ-CP.",
            None,
            (Mention("Quyết định", "812/QĐ-UBND", date(2025, 8, 20), "về phân công, Nghị quyết số 12/NQ-CP"),),
        ),
        ("Căn cứ Nghị định số 30/2020/NĐ-CP.", None, (Mention("Nghị định", "30/2020/NĐ-CP", None, ""),)),
        ("Kèm theo Kế hoạch số 57/KH-UBND ngày 15/01/2026.", "57/KH-UBND", ()),
        ("Theo Công văn số 9/SNV-CCHC ngày 31/02/2026.", None, (Mention("Công văn", "9/SNV-CCHC", None, ""),)),
    ],
)
def test_mentions_of_other_papers(text: str, own: str | None, expected: tuple[Mention, ...]) -> None:
    assert find_mentions([Paragraph(text)], own) == expected


def test_the_mention_that_says_most_is_kept() -> None:
    found = find_mentions(
        [Paragraph("Theo Kế hoạch số 57/KH-UBND."), Paragraph("Kế hoạch số 57/KH-UBND về cải cách hành chính.")], None
    )
    assert found == (Mention("Kế hoạch", "57/KH-UBND", None, "về cải cách hành chính"),)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("57 /KH-UBND", "57/KH-UBND"), ("30/2020/NĐ- CP", "30/2020/NĐ-CP"), ("57/KH-UBND", "57/KH-UBND")],
)
def test_numbers_lose_stray_spaces(printed: str, expected: str) -> None:
    assert tidy_number(printed) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("CẢI CÁCH HÀNH CHÍNH TỈNH PHÚ GIANG NĂM 2026", "Cải cách hành chính tỉnh Phú Giang năm 2026"),
        ("THỰC HIỆN NGHỊ QUYẾT SỐ 12/NQ-CP CỦA CHÍNH PHỦ", "Thực hiện Nghị quyết số 12/NQ-CP của Chính phủ"),
        (
            "CHỈ THỊ CỦA BAN BÍ THƯ TRUNG ƯƠNG ĐẢNG KHÓA XII VỀ PHÁP LUẬT QUÝ IV",
            "Chỉ thị của Ban Bí thư Trung ương Đảng khóa XII về pháp luật quý IV",
        ),
        ("KẾT LUẬN CỦA BỘ CHÍNH TRỊ", "Kết luận của Bộ Chính trị"),
        ("THỰC HIỆN CHỈ THỊ SỐ 07/CT-TTG", "Thực hiện Chỉ thị số 07/CT-TTg"),
        ("Cải cách hành chính TỈNH", "Cải cách hành chính TỈNH"),
    ],
)
def test_titles_in_capitals(printed: str, expected: str) -> None:
    assert sentence_case(printed) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("UỶ BAN NHÂN DÂN TỈNH PHÚ GIANG", "Ủy ban nhân dân tỉnh Phú Giang"),
        ("UBND XÃ TÂN LẬP", "UBND xã Tân Lập"),
        ("ỦY BAN THƯỜNG VỤ QUỐC HỘI", "Ủy ban thường vụ Quốc hội"),
        ("Sở Nội vụ", "Sở Nội vụ"),
    ],
)
def test_names_in_capitals(printed: str, expected: str) -> None:
    assert name_case(printed) == expected
