"""From blocks to a draft: the whole of a small paper, its report, and what is refused."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from ingest.documents import Document, Line
from ingest.load import draft_of, read_plan
from knowledge.errors import PlanFileError
from knowledge.records import CellDoubt, Doubt, Mention, PlanMetadata, Report
from tests.ingest.writing import directory, duties, lines, read, read_blocks, table, task_cells, text_of

PLAN = """
    ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG
    Số: 57/KH-UBND
    Phú Giang, ngày 15 tháng 01 năm 2026
    KẾ HOẠCH
    Cải cách hành chính tỉnh Phú Giang năm 2026
    Thực hiện Nghị quyết số 08/NQ-HĐND ngày 10/12/2025<sup>1</sup>, Ủy ban nhân dân tỉnh ban hành kế hoạch:
    <sup>1</sup> Về nhiệm vụ phát triển kinh tế - xã hội năm 2026.
    I. MỤC ĐÍCH
    1. Nâng cao chất lượng phục vụ người dân và doanh nghiệp trên địa bàn tỉnh.
    1
    II. TỔ CHỨC THỰC HIỆN
    1. Các sở, ban, ngành tỉnh gửi báo cáo về Sở Nội vụ trước ngày 15/6/2026.
    2. Gửi kết quả trước ngày 01/12/2026.
    2
    TM. ỦY BAN NHÂN DÂN
    CHỦ TỊCH
    Lê Văn Phú
    PHỤ LỤC
    TT ¦ Nhiệm vụ ¦ Hoạt động ¦ Chủ trì ¦ Phối hợp ¦ Thời gian
    1 ¦ Thể chế ¦ Rà soát văn bản ¦ Sở Tư pháp ¦ Hội Lữ hành Phú Giang ¦ Quý I/2026
    ¦ ¦ Tập huấn ¦ ¦ ¦ Quý II/2026
    2 ¦ Bộ máy ¦ Lập đề án ¦ Sở Nội vụ ¦ ¦ Bao giờ xong thì thôi

    TT ¦ Chỉ tiêu ¦ Đơn vị tính ¦ Năm 2026
    1 ¦ Hồ sơ đúng hạn ¦ % ¦ 98
    """

MENTIONED = ", Ủy ban nhân dân tỉnh ban hành kế hoạch:"
GIVE = "Gửi kết quả trước ngày 01/12/2026."


def test_a_whole_paper() -> None:
    draft = read(PLAN)
    assert draft.metadata == PlanMetadata(
        number="57/KH-UBND",
        issued=date(2026, 1, 15),
        issuer="Ủy ban nhân dân tỉnh Phú Giang",
        kind="Kế hoạch",
        title="Cải cách hành chính tỉnh Phú Giang năm 2026",
        signer="Lê Văn Phú",
        years=(2026,),
    )
    assert task_cells(draft.tasks) == [
        (None, "1", "Thể chế", "Rà soát văn bản", None, "Sở Tư pháp", "Hội Lữ hành Phú Giang", "Quý I/2026"),
        (None, "1", "Thể chế", "Tập huấn", None, "Sở Tư pháp", "", "Quý II/2026"),
        (None, "2", "Bộ máy", "Lập đề án", None, "Sở Nội vụ", "", "Bao giờ xong thì thôi"),
        (
            "TỔ CHỨC THỰC HIỆN",
            "1",
            "gửi báo cáo về Sở Nội vụ trước ngày 15/6/2026",
            None,
            None,
            "Các sở, ban, ngành tỉnh",
            "",
            "trước ngày 15/6/2026",
        ),
    ]
    assert draft.mentions == (Mention("Nghị quyết", "08/NQ-HĐND", date(2025, 12, 10), MENTIONED),)
    assert draft.footnotes == ("Về nhiệm vụ phát triển kinh tế - xã hội năm 2026.",)
    assert (draft.file, draft.name) == ("ke-hoach.txt", "57/KH-UBND")


def test_a_lead_left_blank_in_a_numbered_row_is_doubted() -> None:
    draft = read("TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian\n1 ¦ Rà soát ¦ Sở Tư pháp ¦ Quý I\n2 ¦ Mở lớp ¦ ¦ Quý II")
    assert (draft.report.filled, draft.tasks[1].lead) == ((), ())
    assert CellDoubt("lead", "không ghi cơ quan chủ trì") in draft.tasks[1].doubts


def test_the_report_is_true() -> None:
    assert read(PLAN).report == Report(
        tables=1,
        rows=3,
        clauses=1,
        passages=9,
        footnotes=1,
        filled=("dòng 2: số thứ tự, nhiệm vụ, chủ trì lấy theo dòng trên",),
        doubts=(Doubt("Có thời hạn “trước ngày 01/12/2026” nhưng không rõ cơ quan nào", GIVE),),
        dropped=("2 số trang", "1 bảng không phải bảng nhiệm vụ (1 bảng chỉ tiêu, số liệu)"),
        unknown_agencies=("Hội Lữ hành Phú Giang",),
    )


def test_what_a_paper_does_not_say_is_doubted() -> None:
    draft = read("I. NHIỆM VỤ\n1. Rà soát văn bản.")
    assert draft.metadata == PlanMetadata()
    assert [d.what for d in draft.report.doubts] == [
        "Không thấy số của văn bản",
        "Không thấy ngày ban hành của văn bản",
        "Không thấy tên của văn bản",
    ]
    assert draft.name == "ke-hoach"


def test_a_decision_with_an_attached_plan() -> None:
    draft = read(
        """
        ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG
        Số: 812/QĐ-UBND
        Phú Giang, ngày 20 tháng 8 năm 2025
        QUYẾT ĐỊNH
        Ban hành Kế hoạch chuyển đổi số năm 2026
        Điều 1. Ban hành kèm theo Quyết định này Kế hoạch chuyển đổi số năm 2026.
        Điều 2. Giám đốc các sở chịu trách nhiệm thi hành Quyết định này.
        Nơi nhận:
        - Như Điều 2;
        TM. ỦY BAN NHÂN DÂN
        KẾ HOẠCH
        Chuyển đổi số năm 2026
        III. PHÂN CÔNG
        1. Sở Khoa học và Công nghệ
        a) Vận hành kho dữ liệu dùng chung trước ngày 30/9/2026.
        """
    )
    assert (draft.metadata.number, draft.metadata.kind) == ("812/QĐ-UBND", "Quyết định")
    assert duties(draft) == [
        (
            "1.a",
            "Vận hành kho dữ liệu dùng chung trước ngày 30/9/2026",
            "Sở Khoa học và Công nghệ",
            "",
            "trước ngày 30/9/2026",
        )
    ]
    assert [p.source.section_path for p in draft.passages] == [
        (),
        (),
        ("III. PHÂN CÔNG", "1. Sở Khoa học và Công nghệ"),
    ]


def test_title_rows_of_a_sheet_are_words_of_the_paper() -> None:
    draft = read_blocks(
        [
            table(
                """
                KẾ HOẠCH ¦ < ¦ < ¦ <
                Chuyển đổi số tỉnh Phú Giang năm 2026 ¦ < ¦ < ¦ <
                TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian
                1 ¦ Mở lớp ¦ Sở Nội vụ ¦ Quý I
                """
            )
        ],
        file="nhiem-vu.xlsx",
    )
    assert (draft.metadata.kind, draft.metadata.title) == ("Kế hoạch", "Chuyển đổi số tỉnh Phú Giang năm 2026")
    assert task_cells(draft.tasks) == [(None, "1", "Mở lớp", None, None, "Sở Nội vụ", "", "Quý I")]
    assert draft.tasks[0].deadline.dates == (date(2026, 3, 31),)


def test_notes_and_footnotes_of_the_format_reach_the_report() -> None:
    document = Document(
        "ke-hoach.docx",
        "docx",
        (Line("I. NHIỆM VỤ", whole=True), Line("1. Rà soát văn bản.", whole=True)),
        notes=("Đã đổi từ bảng mã TCVN3 (ABC).",),
        footnotes=("Theo phân cấp.",),
    )
    draft = draft_of(document, "0" * 64, directory())
    assert Doubt("Đã đổi từ bảng mã TCVN3 (ABC).") in draft.report.doubts
    assert (draft.footnotes, draft.report.footnotes) == (("Theo phân cấp.",), 1)


REFUSED = [
    ("", "Không thấy nội dung nào của một kế hoạch trong tệp này."),
    ("KẾ HOẠCH\n\n1\n\n2", "Không thấy nội dung nào của một kế hoạch trong tệp này."),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_a_paper_that_is_no_plan_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(PlanFileError) as caught:
        read(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "rows",
    [
        "TT ¦ Nhiệm vụ ¦ Thời gian\n1 ¦ Rà soát văn bản ¦ Quý I\n2 ¦ Mở lớp ¦ Quý II",
        "TT ¦ Nhiệm vụ ¦ Cơ quan chủ trì ¦ Thời gian\n1 ¦ Rà soát văn bản ¦ ¦ Quý I\n2 ¦ Mở lớp ¦ ¦ Quý II",
    ],
)
def test_rows_that_name_nobody_are_doubted(rows: str) -> None:
    draft = read(rows)
    assert [(t.title, t.lead) for t in draft.tasks] == [("Rà soát văn bản", ()), ("Mở lớp", ())]
    assert all(CellDoubt("lead", "không ghi cơ quan chủ trì") in t.doubts for t in draft.tasks)


@pytest.mark.parametrize(
    ("rows", "taken"),
    [
        ("DANH SÁCH ĐẦU MỐI ¦ < ¦ <\nSTT ¦ Họ tên ¦ Cơ quan\n1 ¦ Trần An ¦ Sở Nội vụ", False),
        ("TT ¦ Chỉ tiêu ¦ Đơn vị tính ¦ Năm 2026\n1 ¦ Hồ sơ đúng hạn ¦ % ¦ 98", True),
    ],
    ids=["people", "targets"],
)
def test_a_workbook_of_something_else_is_refused(rows: str, taken: bool) -> None:
    try:
        draft = read_blocks([table(rows)], file="danh-sach.xlsx")
    except PlanFileError as error:
        assert str(error).startswith("Tệp Excel này không có bảng nhiệm vụ")
        assert not taken
    else:
        assert (taken, draft.tasks) == (True, ())


def test_a_file_and_its_blocks_make_the_same_draft(tmp_path: Path) -> None:
    path = tmp_path / "kế hoạch 57.txt"
    path.write_text(text_of(PLAN), encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    document = Document("kế hoạch 57.txt", "txt", tuple(lines(PLAN)))
    assert read_plan(path, directory()) == draft_of(document, digest, directory())
