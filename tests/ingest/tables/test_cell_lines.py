"""Text of web pages that keeps a bar after each cell, or at the end of a line."""

from __future__ import annotations

from ingest.documents import Document
from ingest.load import draft_of
from knowledge.agencies import load_directory
from tests.ingest.writing import lines

PAPER = """\
ỦY BAN NHÂN DÂN
TỈNH PHÚ GIANG
-------
|
CỘNG HÒA XÃ HỘI
CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
|
Số: 91/KH-UBND
|
Phú Giang, ngày 05
tháng 02 năm 2026
|
KẾ HOẠCH
PHÒNG CHÁY, CHỮA CHÁY TRONG KHU DÂN CƯ TỈNH PHÚ GIANG NĂM 2026
I. MỤC ĐÍCH
1. Giảm số vụ cháy trong khu dân cư; nâng cao ý thức của người dân về phòng cháy và
chữa cháy.
II. TỔ CHỨC THỰC HIỆN
1. Công an tỉnh đã theo dõi, đôn đốc việc thực hiện từ đầu năm.
PHỤ LỤC
TT
|
Nhiệm vụ
|
Cơ quan chủ trì
|
Cơ quan phối hợp
|
Thời gian
|
I
|
Tuyên truyền
|
1
|
Phát tờ rơi đến từng hộ gia đình trong
khu dân cư
|
Công an tỉnh
|
UBND các xã, phường
|
Quý I/2026
|
2
|
Diễn tập chữa cháy tại chợ trung tâm
|
Sở Công Thương
|
|
Tháng 6/2026
|
II
|
Kiểm tra
|
1
|
Kiểm tra trụ nước chữa cháy
|
Sở Xây dựng
|
Công an tỉnh
|
Hằng quý
|
"""


def test_rows_are_told_by_their_numbers() -> None:
    draft = draft_of(Document("pccc.txt", "txt", tuple(lines(PAPER))), "0", load_directory())
    assert (draft.metadata.number, str(draft.metadata.issued)) == ("91/KH-UBND", "2026-02-05")
    assert draft.metadata.title == "Phòng cháy, chữa cháy trong khu dân cư tỉnh Phú Giang năm 2026"
    assert [(t.section, t.number, t.title, t.lead, t.coordinating, t.deadline.phrase) for t in draft.tasks] == [
        (
            "Tuyên truyền",
            "1",
            "Phát tờ rơi đến từng hộ gia đình trong khu dân cư",
            ("Công an tỉnh",),
            ("UBND các xã, phường",),
            "Quý I/2026",
        ),
        ("Tuyên truyền", "2", "Diễn tập chữa cháy tại chợ trung tâm", ("Sở Công Thương",), (), "Tháng 6/2026"),
        ("Kiểm tra", "1", "Kiểm tra trụ nước chữa cháy", ("Sở Xây dựng",), ("Công an tỉnh",), "Hằng quý"),
    ]
    assert any("Giảm số vụ cháy" in p.text for p in draft.passages)


def test_rows_with_a_bar_at_the_end_of_each_line() -> None:
    paper = """\
Số: 92/KH-UBND |
Phú Giang, ngày 06 tháng 02 năm 2026 |
KẾ HOẠCH
Kiểm tra chợ nông thôn năm 2026

TT | Nội dung công việc | Đơn vị thực hiện | Thời hạn |
1 | Lập danh sách chợ | Sở Công Thương | Tháng 3/2026 |
2 | Kiểm tra vệ sinh chợ | Sở Y tế | Quý II/2026 |
"""
    draft = draft_of(Document("cho.txt", "txt", tuple(lines(paper))), "0", load_directory())
    assert draft.metadata.number == "92/KH-UBND"
    assert [(t.number, t.lead, t.deadline.phrase) for t in draft.tasks] == [
        ("1", ("Sở Công Thương",), "Tháng 3/2026"),
        ("2", ("Sở Y tế",), "Quý II/2026"),
    ]
