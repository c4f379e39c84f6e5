"""Passages: one clause or one row each, split inside a clause only, with headings and agency."""

from __future__ import annotations

from ingest.passages import LONGEST
from knowledge.records import Passage, Source
from tests.ingest.writing import read

HEAD = "KẾ HOẠCH\nCải cách hành chính tỉnh Phú Giang năm 2026\n"
AIM = "Nâng cao chất lượng phục vụ người dân và doanh nghiệp của các cơ quan, đơn vị theo đúng quy định hiện hành."


def _said(text: str) -> list[tuple[str, tuple[str, ...], str | None, str | None]]:
    """Text, headings, clause and agency of the passages."""
    return [(p.text, p.source.section_path, p.source.clause, p.agency) for p in read(HEAD + text).passages]


def test_clauses_with_headings_and_agency() -> None:
    assert _said(
        "I. NHIỆM VỤ\n1. Sở Nội vụ\na) Theo dõi, đôn đốc việc thực hiện Kế hoạch này của các cơ quan, đơn vị "
        "trong tỉnh; kịp thời đề xuất khen thưởng, phê bình theo quy định.\n"
        "Tổng hợp chung vào báo cáo của Ủy ban nhân dân tỉnh theo quy định hiện hành.\n"
        "b) Tham mưu xếp hạng chỉ số cải cách hành chính của các cơ quan, đơn vị trong tỉnh.\n"
        "2. Kinh phí\nNgân sách tỉnh bảo đảm theo phân cấp."
    ) == [
        (
            "Theo dõi, đôn đốc việc thực hiện Kế hoạch này của các cơ quan, đơn vị trong tỉnh; "
            "kịp thời đề xuất khen thưởng, phê bình theo quy định.",
            ("I. NHIỆM VỤ", "1. Sở Nội vụ"),
            "a",
            "Sở Nội vụ",
        ),
        (
            "Tổng hợp chung vào báo cáo của Ủy ban nhân dân tỉnh theo quy định hiện hành.",
            ("I. NHIỆM VỤ", "1. Sở Nội vụ"),
            "a",
            "Sở Nội vụ",
        ),
        (
            "Tham mưu xếp hạng chỉ số cải cách hành chính của các cơ quan, đơn vị trong tỉnh.",
            ("I. NHIỆM VỤ", "1. Sở Nội vụ"),
            "b",
            "Sở Nội vụ",
        ),
        ("Ngân sách tỉnh bảo đảm theo phân cấp.", ("I. NHIỆM VỤ", "2. Kinh phí"), "2", None),
    ]


def test_a_short_list_stays_together_with_its_heading() -> None:
    assert _said("I. YÊU CẦU\n1. Hồ sơ gồm:\n- Tờ trình;\n- Dự thảo quyết định;\n- Bản tổng hợp ý kiến.") == [
        (
            "Hồ sơ gồm: - Tờ trình; - Dự thảo quyết định; - Bản tổng hợp ý kiến.",
            ("I. YÊU CẦU",),
            "1",
            None,
        )
    ]


def test_a_long_clause_is_split_at_sentences_and_nothing_crosses_a_clause() -> None:
    long = " ".join([AIM] * 40)
    found = read(f"{HEAD}I. MỤC TIÊU\n1. {long}\n2. {AIM} Hết.").passages
    first = [p for p in found if p.source.clause == "1"]
    assert " ".join(p.text for p in first) == long
    assert [p.text for p in found if p.source.clause == "2"] == [f"{AIM} Hết."]
    assert len(first) == 4
    assert max(len(p.text) for p in first) <= LONGEST
    assert {p.text[-1] for p in first} == {"."}
    assert [p.source.quote for p in first] == [p.text for p in first]


def test_rows_of_task_tables_and_of_other_tables() -> None:
    draft = read(
        HEAD + "I. CHỈ TIÊU\nTT\tChỉ tiêu\tĐVT\tNăm 2026\n1\tHồ sơ đúng hạn\t%\t98\n2\tXã đạt chuẩn\txã\t12\n"
        "II. NHIỆM VỤ\nTT\tNhiệm vụ\tChủ trì\tThời gian\n1\tRà soát văn bản.\tSở Tư pháp\tQuý I/2026\n"
    )
    assert [p for p in draft.passages if p.source.row] == [
        Passage(
            "Rà soát văn bản. Sở Tư pháp. Quý I/2026",
            Source(("II. NHIỆM VỤ",), row=1, quote="1 | Rà soát văn bản. | Sở Tư pháp | Quý I/2026"),
            task=0,
        ),
        Passage(
            "1; Chỉ tiêu: Hồ sơ đúng hạn; ĐVT: %; Năm 2026: 98",
            Source(("I. CHỈ TIÊU",), row=1, quote="1 | Hồ sơ đúng hạn | % | 98"),
        ),
        Passage(
            "2; Chỉ tiêu: Xã đạt chuẩn; ĐVT: xã; Năm 2026: 12",
            Source(("I. CHỈ TIÊU",), row=2, quote="2 | Xã đạt chuẩn | xã | 12"),
        ),
    ]


def test_footnotes_are_passages_of_their_own() -> None:
    draft = read(
        HEAD + "I. NHIỆM VỤ\n1. Thực hiện Chương trình<sup>1</sup> của tỉnh.\n"
        "<sup>1</sup> Chương trình số 05/CTr-UBND ngày 02/02/2026."
    )
    assert draft.passages[-1] == Passage(
        "Chương trình số 05/CTr-UBND ngày 02/02/2026.",
        Source(section_path=("Chú thích 1",), quote="Chương trình số 05/CTr-UBND ngày 02/02/2026."),
    )
    assert draft.footnotes == ("Chương trình số 05/CTr-UBND ngày 02/02/2026.",)
