"""Label lines instead of a table: five lay-outs to whole tasks."""

from __future__ import annotations

import pytest

from ingest.candidates import Role
from ingest.statements.label_lines import read_field
from tests.ingest.writing import TaskCells, read, task_cells

HEAD = "KẾ HOẠCH\nChuyển đổi số tỉnh Phú Giang năm 2026\n"

CASES: list[tuple[str, str, list[TaskCells]]] = [
    (
        "fields below a clause",
        """
        II. NHIỆM VỤ
        1. Rà soát văn bản quy phạm pháp luật
        - Cơ quan chủ trì: Sở Tư pháp.
        - Cơ quan phối hợp: Sở Nội vụ; Sở Tài chính.
        - Sản phẩm: Báo cáo của Ủy ban nhân dân tỉnh.
        - Thời gian thực hiện: Quý II/2026.
        2. Mở lớp tập huấn:
        - Đơn vị thực hiện: Sở Nội vụ.
        - Tiến độ: Thường xuyên.
        """,
        [
            (
                "NHIỆM VỤ",
                "1",
                "Rà soát văn bản quy phạm pháp luật",
                None,
                "Báo cáo của Ủy ban nhân dân tỉnh.",
                "Sở Tư pháp",
                "Sở Nội vụ; Sở Tài chính",
                "Quý II/2026",
            ),
            ("NHIỆM VỤ", "2", "Mở lớp tập huấn", None, None, "Sở Nội vụ", "", "Thường xuyên"),
        ],
    ),
    (
        "fields whose value is a list below",
        """
        II. NHIỆM VỤ
        1. Kiểm tra công vụ
        a) Cơ quan chủ trì
        - Thanh tra tỉnh;
        - Sở Nội vụ.
        b) Thời gian thực hiện
        - Tháng 6/2026;
        - Tháng 11/2026.
        """,
        [
            (
                "NHIỆM VỤ",
                "1",
                "Kiểm tra công vụ",
                None,
                None,
                "Thanh tra tỉnh; Sở Nội vụ",
                "",
                "Tháng 6/2026; Tháng 11/2026",
            )
        ],
    ),
    (
        "a field inside a field",
        """
        II. NHIỆM VỤ
        1. Công bố thủ tục hành chính
        a) Nội dung: Công bố danh mục thủ tục.
        b) Cơ quan thực hiện:
        - Đơn vị chủ trì: Văn phòng UBND tỉnh.
        - Đơn vị phối hợp: Các sở, ban, ngành tỉnh.
        c) Thời gian: Trước ngày 15/4/2026.
        """,
        [
            (
                "NHIỆM VỤ",
                "1",
                "Công bố thủ tục hành chính",
                "Công bố danh mục thủ tục.",
                None,
                "Văn phòng UBND tỉnh",
                "Các sở, ban, ngành tỉnh",
                "Trước ngày 15/4/2026",
            )
        ],
    ),
    (
        "a paragraph after its duty, under an agency's heading",
        """
        III. PHÂN CÔNG
        1. Sở Nội vụ
        a) Mở lớp tập huấn cho cán bộ xã.
        Thời gian thực hiện: Quý III/2026.
        b) Theo dõi chung.
        2. Sở Tư pháp
        a) Rà soát văn bản.
        Thời gian thực hiện: Quý I/2026.
        3. Sở Tài chính
        a) Bố trí kinh phí.
        """,
        [
            ("PHÂN CÔNG", "1.a", "Mở lớp tập huấn cho cán bộ xã.", None, None, "Sở Nội vụ", "", "Quý III/2026"),
            ("PHÂN CÔNG", "2.a", "Rà soát văn bản.", None, None, "Sở Tư pháp", "", "Quý I/2026"),
            ("PHÂN CÔNG", "1.b", "Theo dõi chung", None, None, "Sở Nội vụ", "", ""),
            ("PHÂN CÔNG", "3.a", "Bố trí kinh phí", None, None, "Sở Tài chính", "", ""),
        ],
    ),
    (
        "inline at the end of the sentence",
        """
        III. PHÂN CÔNG
        1. Sở Nội vụ
        - Mở lớp tập huấn cho cán bộ xã. Thời gian hoàn thành: Quý III/2026.
        - Theo dõi chung.
        2. Sở Tư pháp
        - Rà soát văn bản; thời hạn: trước ngày 15.4.2026.
        """,
        [
            ("PHÂN CÔNG", "1", "Mở lớp tập huấn cho cán bộ xã.", None, None, "Sở Nội vụ", "", "Quý III/2026"),
            ("PHÂN CÔNG", "2", "Rà soát văn bản.", None, None, "Sở Tư pháp", "", "trước ngày 15.4.2026"),
            ("PHÂN CÔNG", "1", "Theo dõi chung", None, None, "Sở Nội vụ", "", ""),
        ],
    ),
    (
        "a field that goes on to say what each office does",
        """
        II. NHIỆM VỤ
        1. Rà soát văn bản
        - Cơ quan thực hiện: Sở Tư pháp tiến hành rà soát văn bản của tỉnh; Ủy ban nhân dân các xã, phường rà soát
        văn bản của mình và gửi kết quả. Đồng thời, các sở cập nhật thường xuyên.
        - Thời gian: Quý I/2026.
        """,
        [
            (
                "NHIỆM VỤ",
                "1",
                "Rà soát văn bản",
                None,
                None,
                "Sở Tư pháp; Ủy ban nhân dân các xã, phường",
                "",
                "Quý I/2026",
            )
        ],
    ),
    (
        "a paragraph below the last item of a list speaks for the whole list",
        """
        III. PHÂN CÔNG
        1. Sở Nội vụ
        - Mở các lớp tập huấn, gồm:
        + Lớp cho cán bộ xã;
        + Lớp cho cán bộ tỉnh.
        Thời gian thực hiện: Quý III/2026.
        - Khảo sát, gồm:
        + Khảo sát người dân.
        Thời gian thực hiện: Quý I/2026.
        + Khảo sát doanh nghiệp.
        Thời gian thực hiện: Quý II/2026.
        2. Sở Tư pháp
        """,
        [
            ("PHÂN CÔNG", "1", "Mở các lớp tập huấn, gồm", None, None, "Sở Nội vụ", "", "Quý III/2026"),
            ("PHÂN CÔNG", "1", "Khảo sát người dân.", None, None, "Sở Nội vụ", "", "Quý I/2026"),
            ("PHÂN CÔNG", "1", "Khảo sát doanh nghiệp.", None, None, "Sở Nội vụ", "", "Quý II/2026"),
        ],
    ),
    (
        "a time behind a sentence that says who",
        """
        III. PHÂN CÔNG
        1. Sở Tài chính cấp kinh phí. Thời gian: Quý I/2026.
        2. Sở Nội vụ mở lớp tập huấn.
        - Thời gian: Quý II/2026.
        """,
        [
            ("PHÂN CÔNG", "1", "Sở Tài chính cấp kinh phí.", None, None, "Sở Tài chính", "", "Quý I/2026"),
            ("PHÂN CÔNG", "2", "Sở Nội vụ mở lớp tập huấn.", None, None, "Sở Nội vụ", "", "Quý II/2026"),
        ],
    ),
    (
        "several fields in one line",
        """
        II. NHIỆM VỤ
        1. Rà soát văn bản
        Chủ trì: Sở Tư pháp; Phối hợp: Sở Nội vụ, Sở Tài chính; Thời gian: Quý I/2026.
        2. Tập huấn
        + Đơn vị chủ trì: Sở Nội vụ. Đơn vị phối hợp: các sở, ban, ngành.
        + Thời gian: Quý II/2026.
        3. Công bố kết quả (chủ trì: Sở Nội vụ, phối hợp: Sở Tư pháp; thời gian: tháng 12/2026).
        """,
        [
            ("NHIỆM VỤ", "1", "Rà soát văn bản", None, None, "Sở Tư pháp", "Sở Nội vụ; Sở Tài chính", "Quý I/2026"),
            ("NHIỆM VỤ", "2", "Tập huấn", None, None, "Sở Nội vụ", "các sở, ban, ngành", "Quý II/2026"),
            ("NHIỆM VỤ", "3", "Công bố kết quả.", None, None, "Sở Nội vụ", "Sở Tư pháp", "tháng 12/2026"),
        ],
    ),
    (
        "a time without any agency is a task that nobody is told to do; a heading “Nhiệm vụ” is no field",
        """
        II. NỘI DUNG
        1. Nhiệm vụ
        a) Mở lớp tập huấn.
        - Thời gian thực hiện: Quý III/2026.
        """,
        [("NỘI DUNG", "1.a", "Mở lớp tập huấn.", None, None, "", "", "Quý III/2026")],
    ),
    (
        "a time below the last of several offices is that of each",
        """
        III. PHÂN CÔNG
        1. Kiểm kê tài sản công của các cơ quan, đơn vị trên địa bàn tỉnh
        - Hướng dẫn kiểm kê, gồm:
        + Sở Xây dựng: hướng dẫn kiểm kê cầu phao.
        + Sở Y tế: hướng dẫn kiểm kê trạm y tế.
        Thời gian thực hiện: Quý III/2026.
        """,
        [
            (
                "PHÂN CÔNG",
                "1",
                f"{office}: hướng dẫn kiểm kê {what}.",
                None,
                None,
                office,
                "",
                "Quý III/2026",
            )
            for office, what in (("Sở Xây dựng", "cầu phao"), ("Sở Y tế", "trạm y tế"))
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_layouts_of_label_lines(text: str, expected: list[TaskCells]) -> None:
    body = "\n".join(line.strip() for line in text.strip().split("\n"))
    assert task_cells(read(HEAD + body).tasks) == expected


def test_where_a_label_task_stands() -> None:
    (task,) = read(
        HEAD + "II. NHIỆM VỤ\n1. Thể chế\n1.1. Rà soát văn bản\n- Chủ trì: Sở Tư pháp.\n- Thời gian: Quý I/2026."
    ).tasks
    assert (task.source.section_path, task.source.clause, task.source.row) == (
        ("II. NHIỆM VỤ", "1. Thể chế"),
        "1.1",
        None,
    )
    assert task.source.quote == "1.1. Rà soát văn bản - Chủ trì: Sở Tư pháp. - Thời gian: Quý I/2026."
    assert task.lead_agencies == ("Sở Tư pháp",)


def test_the_quote_holds_the_lines_that_state_the_fields() -> None:
    (task,) = read(
        HEAD + "III. PHÂN CÔNG\n1. Sở Nội vụ\n- Mở lớp, gồm:\n+ Lớp cho xã;\n+ Lớp cho tỉnh.\nThời gian: Quý I/2026."
    ).tasks
    assert task.source.quote == "- Mở lớp, gồm: Thời gian: Quý I/2026."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đơn vị chủ trì: Sở Nội vụ.", (Role.LEAD, "Sở Nội vụ.")),
        ("Chủ trì thực hiện: Sở Nội vụ", (Role.LEAD, "Sở Nội vụ")),
        ("Phân công thực hiện: Sở Nội vụ", (Role.OTHER, "Sở Nội vụ")),
        ("Cơ quan, đơn vị phối hợp thực hiện: Các sở", (Role.COORDINATING, "Các sở")),
        ("Phối hợp: Các sở", (Role.COORDINATING, "Các sở")),
        ("Thời hạn hoàn thành: Quý I", (Role.DEADLINE, "Quý I")),
        ("Dự kiến thời gian: Quý I", (Role.DEADLINE, "Quý I")),
        ("Thời gian thực hiện trong quý I năm 2026", (Role.DEADLINE, "trong quý I năm 2026")),
        ("Kết quả: Báo cáo", (Role.PRODUCT, "Báo cáo")),
        ("Nội dung thực hiện: Rà soát", (Role.ACTIVITY, "Rà soát")),
        ("Cơ quan chủ trì", (Role.LEAD, "")),
        ("Việc giao cho: Chi cục Kiểm ngư", (Role.OTHER, "Chi cục Kiểm ngư")),
        ("Bên hỗ trợ: Sở Tài chính", (Role.COORDINATING, "Sở Tài chính")),
        ("Mốc phải xong: 18/6/2026", (Role.DEADLINE, "18/6/2026")),
        ("Đơn vị tư vấn: Công ty Nước sạch", None),
        ("Người liên hệ: Sở Nội vụ", None),
        ("Mốc giới: cột bê tông", None),
        ("Thời gian làm việc của công chức: 8 giờ", None),
        ("Chủ trì, phối hợp với các sở, ban, ngành, Ủy ban nhân dân các xã rà soát văn bản", None),
        ("Sở Nội vụ: Theo dõi chung", None),
    ],
)
def test_fields(text: str, expected: tuple[Role, str] | None) -> None:
    assert read_field(text) == expected
