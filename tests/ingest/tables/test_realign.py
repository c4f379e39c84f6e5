"""Tables whose cells a converter lost are laid out by what they say, or not at all."""

from __future__ import annotations

from ingest.documents import Document
from ingest.load import draft_of
from knowledge.agencies import load_directory
from tests.ingest.writing import lines

PAPER = """\
KẾ HOẠCH
Rà soát các quy chế của tỉnh Phú Giang năm 2026

PHỤ LỤC

| TT | Tên văn bản | Cơ quan trình | Cơ quan soạn thảo | Tiến độ | Ghi chú |
|
| I. Quy chế của Ủy ban nhân dân tỉnh |
| |||||
| | Quy chế làm việc mới của Ủy ban nhân dân tỉnh Phú Giang | Văn phòng UBND tỉnh
| Tổ soạn thảo do Chủ tịch lập
| Trình Ủy ban nhân dân tỉnh trước ngày 15/3/2026 | Lấy ý kiến các sở |
| Quy chế tiếp công dân tại Trụ sở tiếp công dân của tỉnh | Thanh tra tỉnh |
Thanh tra tỉnh (Tổ giúp việc) |
| Quý II/2026 | |
| Quy chế phối hợp giữa các sở trong quản lý dữ liệu dùng chung | Chưa phân công cho ai | Tháng 9/2026 | |
"""


def test_cells_go_where_they_fit_and_a_row_without_an_office_is_left_out() -> None:
    draft = draft_of(Document("quy-che.md", "md", tuple(lines(PAPER))), "0", load_directory())
    assert [(t.section, t.title, t.lead, t.deadline.phrase) for t in draft.tasks] == [
        (
            "Quy chế của Ủy ban nhân dân tỉnh",
            "Quy chế làm việc mới của Ủy ban nhân dân tỉnh Phú Giang",
            ("Văn phòng UBND tỉnh",),
            "Trình Ủy ban nhân dân tỉnh trước ngày 15/3/2026",
        ),
        (
            "Quy chế của Ủy ban nhân dân tỉnh",
            "Quy chế tiếp công dân tại Trụ sở tiếp công dân của tỉnh",
            ("Thanh tra tỉnh",),
            "Quý II/2026",
        ),
    ]
    assert [d.what for d in draft.report.doubts if "xếp" in d.what] == [
        "Bảng bị vỡ khi chuyển đổi, các ô được xếp lại theo nội dung",
        "Không xếp lại được “Quy chế phối hợp giữa các sở trong quản lý dữ liệu dùng chung Chưa phân công…”,"
        " chỉ tra cứu được trong lời văn",
    ]


def test_what_could_not_be_laid_out_can_still_be_found() -> None:
    draft = draft_of(Document("quy-che.md", "md", tuple(lines(PAPER))), "0", load_directory())
    found = [p.text for p in draft.passages if "dữ liệu dùng chung" in p.text]
    assert found == [
        "Quy chế phối hợp giữa các sở trong quản lý dữ liệu dùng chung; Chưa phân công cho ai; Tháng 9/2026"
    ]


def test_a_table_with_a_few_short_rows_is_read_by_count() -> None:
    whole = "| TT | Nhiệm vụ | Chủ trì | Thời gian |\n" + "".join(
        f"| {n} | Rà soát quy trình số {n} của cơ quan | Sở Nội vụ | Quý I/2026 |\n" for n in range(1, 6)
    )
    draft = draft_of(
        Document("bang.md", "md", tuple(lines(f"{whole}| 6 | Báo cáo kết quả | Sở Tư pháp |\n"))),
        "0",
        load_directory(),
    )
    assert [(t.number, t.lead) for t in draft.tasks][-2:] == [("5", ("Sở Nội vụ",)), ("6", ("Sở Tư pháp",))]
