"""Duties in running text: who must do what, and by when where it is said."""

from __future__ import annotations

import pytest

from knowledge.records import PlanDraft
from tests.ingest.writing import Duty, duties, read


def _plan(text: str) -> PlanDraft:
    body = "\n".join(line.strip() for line in text.strip().split("\n"))
    return read("KẾ HOẠCH\nCải cách hành chính tỉnh Phú Giang năm 2026\n" + body)


CASES: list[tuple[str, str, list[Duty]]] = [
    (
        "the agency is the subject of the sentence",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Các sở, ban, ngành tỉnh gửi báo cáo về Sở Nội vụ trước ngày 15/6/2026.
        2. Sở Tài chính có trách nhiệm thẩm định dự toán trước ngày 30/4/2026.
        """,
        [
            (
                "1",
                "gửi báo cáo về Sở Nội vụ trước ngày 15/6/2026",
                "Các sở, ban, ngành tỉnh",
                "",
                "trước ngày 15/6/2026",
            ),
            ("2", "thẩm định dự toán trước ngày 30/4/2026", "Sở Tài chính", "", "trước ngày 30/4/2026"),
        ],
    ),
    (
        "the agency is the heading; each sentence that begins with a verb is its duty",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Sở Nội vụ
        a) Theo dõi chung. Tham mưu tổng kết công tác cải cách hành chính trước ngày 20/12/2026.
        b) Kiểm tra thường xuyên.
        2. Sở Tư pháp
        a) Rà soát văn bản trong quý II/2026.
        """,
        [
            ("1.a", "Theo dõi chung", "Sở Nội vụ", "", ""),
            (
                "1.a",
                "Tham mưu tổng kết công tác cải cách hành chính trước ngày 20/12/2026",
                "Sở Nội vụ",
                "",
                "trước ngày 20/12/2026",
            ),
            ("1.b", "Kiểm tra thường xuyên", "Sở Nội vụ", "", "thường xuyên"),
            ("2.a", "Rà soát văn bản trong quý II/2026", "Sở Tư pháp", "", "trong quý II/2026"),
        ],
    ),
    (
        "leading and coordinating in one sentence",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Sở Nội vụ
        a) Chủ trì, phối hợp với Sở Tư pháp, Sở Tài chính tổng hợp kết quả trước ngày 20/12/2026.
        2. Sở Tài chính
        a) Chủ trì rà soát dự toán trước ngày 30/4/2026.
        """,
        [
            (
                "1.a",
                "tổng hợp kết quả trước ngày 20/12/2026",
                "Sở Nội vụ",
                "Sở Tư pháp; Sở Tài chính",
                "trước ngày 20/12/2026",
            ),
            ("2.a", "rà soát dự toán trước ngày 30/4/2026", "Sở Tài chính", "", "trước ngày 30/4/2026"),
        ],
    ),
    (
        "what a verb is done for stands behind a comma and gets no duty",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Sở Nội vụ
        a) Thực hiện chấm Chỉ số hài lòng trong tháng 6/2026, làm cơ sở khen, chê công chức, viên chức theo lệ.
        """,
        [
            (
                "1.a",
                "Thực hiện chấm Chỉ số hài lòng trong tháng 6/2026, làm cơ sở khen, chê công chức, viên chức theo lệ",
                "Sở Nội vụ",
                "",
                "trong tháng 6/2026",
            ),
        ],
    ),
    (
        "two things of one office, each by a day of its own",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Giao Sở Tài chính chủ trì, phối hợp với Sở Tư pháp rà soát giá đất trước ngày 05/3/2026; trình bảng giá
        mới trong tháng 4/2026; lưu hồ sơ.
        """,
        [
            ("1", "rà soát giá đất trước ngày 05/3/2026", "Sở Tài chính", "Sở Tư pháp", "trước ngày 05/3/2026"),
            (
                "1",
                "trình bảng giá mới trong tháng 4/2026; lưu hồ sơ",
                "Sở Tài chính",
                "Sở Tư pháp",
                "trong tháng 4/2026",
            ),
        ],
    ),
    (
        "kinds of offices without a name are offices up to the ground of what they do",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Các phòng, đơn vị căn cứ Chương trình này lập lịch trực; trước ngày 10/4/2026 nộp về Văn phòng.
        2. Phòng Công nghệ thông tin kiểm kê máy trạm trước ngày 12/4/2026.
        """,
        [
            (
                "1",
                "căn cứ Chương trình này lập lịch trực; trước ngày 10/4/2026 nộp về Văn phòng",
                "Các phòng, đơn vị",
                "",
                "trước ngày 10/4/2026",
            ),
            ("2", "kiểm kê máy trạm trước ngày 12/4/2026", "Phòng Công nghệ thông tin", "", "trước ngày 12/4/2026"),
        ],
    ),
    (
        "a deadline that opens the sentence",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Trước ngày 25/11/2026, Ủy ban nhân dân các xã, phường gửi báo cáo về Sở Nội vụ.
        """,
        [("1", "gửi báo cáo về Sở Nội vụ", "Ủy ban nhân dân các xã, phường", "", "Trước ngày 25/11/2026")],
    ),
    (
        "the subject stands behind an opening of circumstance",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Căn cứ Kế hoạch này, các sở, ban, ngành tỉnh xây dựng kế hoạch riêng trước ngày 15/02/2026.
        2. Khi có vướng mắc, các sở, ban, ngành tỉnh phản ánh về Sở Nội vụ trước ngày 30/11/2026.
        3. Trên cơ sở đề xuất của các xã, Sở Tài chính theo chức năng, nhiệm vụ bố trí kinh phí trước ngày 30/4/2026.
        """,
        [
            (
                "1",
                "xây dựng kế hoạch riêng trước ngày 15/02/2026",
                "các sở, ban, ngành tỉnh",
                "",
                "trước ngày 15/02/2026",
            ),
            (
                "2",
                "phản ánh về Sở Nội vụ trước ngày 30/11/2026",
                "các sở, ban, ngành tỉnh",
                "",
                "trước ngày 30/11/2026",
            ),
            (
                "3",
                "theo chức năng, nhiệm vụ bố trí kinh phí trước ngày 30/4/2026",
                "Sở Tài chính",
                "",
                "trước ngày 30/4/2026",
            ),
        ],
    ),
    (
        "a body that the directory does not know is made responsible",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Hằng năm, bộ phận Văn thư - Lưu trữ có trách nhiệm tổng hợp, báo cáo Ủy ban nhân dân xã.
        2. Tổ công nghệ số thôn Đông chịu trách nhiệm hướng dẫn người dân trước ngày 30/6/2026.
        """,
        [
            ("1", "tổng hợp, báo cáo Ủy ban nhân dân xã", "bộ phận Văn thư - Lưu trữ", "", "Hằng năm"),
            (
                "2",
                "hướng dẫn người dân trước ngày 30/6/2026",
                "Tổ công nghệ số thôn Đông",
                "",
                "trước ngày 30/6/2026",
            ),
        ],
    ),
    (
        "an office and a colon before several sentences: all are its duties",
        """
        III. CHẾ ĐỘ BÁO CÁO
        1. Các sở, ban, ngành tỉnh: Căn cứ Kế hoạch này, triển khai đúng yêu cầu. Gửi báo cáo trước ngày 15/11/2026.
        """,
        [
            ("1", "Căn cứ Kế hoạch này, triển khai đúng yêu cầu", "Các sở, ban, ngành tỉnh", "", ""),
            ("1", "Gửi báo cáo trước ngày 15/11/2026", "Các sở, ban, ngành tỉnh", "", "trước ngày 15/11/2026"),
        ],
    ),
    (
        "“hằng năm” behind a noun is no deadline; before a report it is",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Sở Nội vụ
        a) Đánh giá xếp loại hằng năm đối với công chức.
        b) Báo cáo Ủy ban nhân dân tỉnh hằng năm.
        c) Cập nhật số liệu trước ngày 25 hằng tháng.
        """,
        [
            ("1.a", "Đánh giá xếp loại hằng năm đối với công chức", "Sở Nội vụ", "", ""),
            ("1.b", "Báo cáo Ủy ban nhân dân tỉnh hằng năm", "Sở Nội vụ", "", "hằng năm"),
            ("1.c", "Cập nhật số liệu trước ngày 25 hằng tháng", "Sở Nội vụ", "", "trước ngày 25 hằng tháng"),
        ],
    ),
    (
        "aims and targets are no duties",
        """
        I. MỤC TIÊU
        1. Đến hết năm 2026, Sở Nội vụ hoàn thành 100% hồ sơ trực tuyến.
        II. YÊU CẦU
        1. Các sở gửi kế hoạch trước ngày 15/02/2026.
        III. NHIỆM VỤ
        1. Phấn đấu đến ngày 30/6/2026 các sở hoàn thành số hóa hồ sơ.
        """,
        [],
    ),
    (
        "dates of papers that a sentence cites are no deadlines",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Sở Nội vụ triển khai Quyết định số 812/QĐ-UBND ngày 20/8/2025 của Ủy ban nhân dân tỉnh.
        2. Sở Tư pháp thực hiện Nghị quyết của Chính phủ giai đoạn 2026 - 2030.
        """,
        [
            (
                "1",
                "triển khai Quyết định số 812/QĐ-UBND ngày 20/8/2025 của Ủy ban nhân dân tỉnh",
                "Sở Nội vụ",
                "",
                "",
            ),
            ("2", "thực hiện Nghị quyết của Chính phủ giai đoạn 2026 - 2030", "Sở Tư pháp", "", ""),
        ],
    ),
    (
        "a heading among agencies that the directory does not know",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Sở Nội vụ
        a) Theo dõi chung.
        2. Sở Tư pháp
        a) Rà soát văn bản.
        3. Trung tâm Giám sát Phú Giang xanh
        a) Gửi số liệu trước ngày 15/6/2026.
        4. Sở Tài chính
        a) Bố trí kinh phí.
        """,
        [
            ("1.a", "Theo dõi chung", "Sở Nội vụ", "", ""),
            ("2.a", "Rà soát văn bản", "Sở Tư pháp", "", ""),
            (
                "3.a",
                "Gửi số liệu trước ngày 15/6/2026",
                "Trung tâm Giám sát Phú Giang xanh",
                "",
                "trước ngày 15/6/2026",
            ),
            ("4.a", "Bố trí kinh phí", "Sở Tài chính", "", ""),
        ],
    ),
    (
        "two dates of one sentence are one duty",
        """
        III. TỔ CHỨC THỰC HIỆN
        1. Các sở, ban, ngành tỉnh gửi báo cáo về Sở Nội vụ trước ngày 15/6/2026 và trước ngày 15/12/2026.
        """,
        [
            (
                "1",
                "gửi báo cáo về Sở Nội vụ trước ngày 15/6/2026 và trước ngày 15/12/2026",
                "Các sở, ban, ngành tỉnh",
                "",
                "trước ngày 15/6/2026 và trước ngày 15/12/2026",
            )
        ],
    ),
    (
        "a sentence that is only a time belongs to the duties before it",
        """
        II. NHIỆM VỤ
        1. Sở Xây dựng
        a) Khảo sát bến đò ngang. Lập danh sách bến cần sửa. Hoàn thành trước ngày 18/3/2026.
        b) Sửa bến Cây Gáo. Thời gian hoàn thành: tháng 5/2026.
        """,
        [
            ("1.b", "Sửa bến Cây Gáo.", "Sở Xây dựng", "", "tháng 5/2026"),
            ("1.a", "Khảo sát bến đò ngang", "Sở Xây dựng", "", "Hoàn thành trước ngày 18/3/2026"),
            ("1.a", "Lập danh sách bến cần sửa", "Sở Xây dựng", "", "Hoàn thành trước ngày 18/3/2026"),
        ],
    ),
    (
        "a line that gives what follows to an office, with a helper, over unnumbered items",
        """
        II. NHIỆM VỤ
        Giao Sở Công Thương chủ trì, phối hợp với Công an tỉnh:
        - Kiểm tra chợ đầu mối.
        - Lập biên bản trước ngày 10/4/2026.
        Yêu cầu Trạm Khuyến nông Phú Giang:
        - Mở hai lớp ghép cành.
        """,
        [
            (None, "Kiểm tra chợ đầu mối", "Sở Công Thương", "Công an tỉnh", ""),
            (None, "Lập biên bản trước ngày 10/4/2026", "Sở Công Thương", "Công an tỉnh", "trước ngày 10/4/2026"),
            (None, "Mở hai lớp ghép cành", "Trạm Khuyến nông Phú Giang", "", ""),
        ],
    ),
    (
        "a label before the office",
        """
        II. NHIỆM VỤ
        1. Về chợ nổi: Sở Công Thương chủ trì lập bản đồ ghe bán hàng.
        2. Hướng xử lý: Giao Ủy ban nhân dân xã Tân Hưng dọn luồng trước ngày 02/9/2026.
        """,
        [
            ("1", "lập bản đồ ghe bán hàng", "Sở Công Thương", "", ""),
            (
                "2",
                "dọn luồng trước ngày 02/9/2026",
                "Ủy ban nhân dân xã Tân Hưng",
                "",
                "trước ngày 02/9/2026",
            ),
        ],
    ),
    (
        "several named communes are each themselves; another office behind a semicolon has its own duty",
        """
        II. NHIỆM VỤ
        1. Giao UBND các xã: Tân Hưng, Vĩnh Lạc, Mỹ Thới rà soát bến đò; giao Sở Tài chính bố trí kinh phí.
        """,
        [
            ("1", "rà soát bến đò", "UBND xã Tân Hưng; UBND xã Vĩnh Lạc; UBND xã Mỹ Thới", "", ""),
            ("1", "bố trí kinh phí", "Sở Tài chính", "", ""),
        ],
    ),
    (
        "what was, what things must be, and calls to everybody are no duties",
        """
        II. NHIỆM VỤ
        1. Sở Nội vụ đã gửi báo cáo giữa kỳ trước ngày 15/6/2026.
        2. Thời gian qua, các sở tổ chức nhiều lớp tập huấn.
        3. Sở Y tế
        a) Lập danh mục thuốc. Danh mục phải nêu rõ nguồn gốc.
        4. Các cấp, các ngành quan tâm phối hợp.
        5. Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, các đơn vị báo cáo Sở Nội vụ.
        6. Chánh Văn phòng UBND tỉnh, Giám đốc các sở chịu trách nhiệm thi hành Quyết định này.
        """,
        [("3.a", "Lập danh mục thuốc", "Sở Y tế", "", "")],
    ),
    (
        "leaders stand for their office",
        """
        II. NHIỆM VỤ
        1. Lãnh đạo Sở Y tế trực đường dây nóng trong tháng 02/2026.
        2. Chánh Văn phòng UBND tỉnh lập lịch tiếp dân trước ngày 05/01/2026.
        """,
        [
            ("1", "trực đường dây nóng trong tháng 02/2026", "Lãnh đạo Sở Y tế", "", "trong tháng 02/2026"),
            (
                "2",
                "lập lịch tiếp dân trước ngày 05/01/2026",
                "Chánh Văn phòng UBND tỉnh",
                "",
                "trước ngày 05/01/2026",
            ),
        ],
    ),
    (
        "an office that no directory knows before a colon; a time told of the duty before; a helper named first",
        """
        II. VIỆC CẦN LÀM
        - Tổ Kỹ thuật: vá lưới chắn rác. Việc này xong trước ngày 05/3/2026.
        - Khoa Chăn nuôi chủ trì, Phòng Thí nghiệm phối hợp: lấy mẫu nước ao trước ngày 12/3/2026.
        """,
        [
            (None, "vá lưới chắn rác", "Tổ Kỹ thuật", "", "trước ngày 05/3/2026"),
            (
                None,
                "lấy mẫu nước ao trước ngày 12/3/2026",
                "Khoa Chăn nuôi",
                "Phòng Thí nghiệm",
                "trước ngày 12/3/2026",
            ),
        ],
    ),
    (
        "the last sentence of a clause gives its items to an office; a condition stays with what follows it",
        """
        II. KẾT LUẬN
        1. Thống nhất chủ trương mở bến mới. Giao Sở Xây dựng:
        - Chọn vị trí bến.
        - Sau khi có báo cáo địa chất, giao Sở Tài chính tham mưu bố trí vốn.
        """,
        [
            ("1", "Chọn vị trí bến", "Sở Xây dựng", "", ""),
            ("1", "tham mưu bố trí vốn", "Sở Tài chính", "", "Sau khi có báo cáo địa chất"),
        ],
    ),
    (
        "a heading of responsibility names who is meant, whoever it is",
        """
        II. PHÂN CÔNG
        1. Trách nhiệm của các hộ nuôi cá lồng:
        - Neo lồng chắc chắn trước ngày 15/8/2026.
        """,
        [("1", "Neo lồng chắc chắn trước ngày 15/8/2026", "các hộ nuôi cá lồng", "", "trước ngày 15/8/2026")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_duties(text: str, expected: list[Duty]) -> None:
    assert duties(_plan(text)) == expected


def test_where_a_duty_stands() -> None:
    _, task, _ = _plan(
        "III. TỔ CHỨC THỰC HIỆN\n1. Sở Nội vụ\na) Theo dõi chung. Gửi báo cáo trước ngày 15/6/2026.\nb) Kiểm tra."
    ).tasks
    assert (task.section, task.source.section_path, task.source.clause, task.source.quote) == (
        "TỔ CHỨC THỰC HIỆN",
        ("III. TỔ CHỨC THỰC HIỆN", "1. Sở Nội vụ"),
        "1.a",
        "Gửi báo cáo trước ngày 15/6/2026.",
    )


def test_a_duty_right_below_its_heading_has_it_as_section() -> None:
    (task,) = _plan("**III. CHẾ ĐỘ BÁO CÁO**\nCác sở gửi báo cáo về Sở Nội vụ trước ngày 15/11/2026.").tasks
    assert (task.section, task.number, task.source.section_path) == (
        "CHẾ ĐỘ BÁO CÁO",
        None,
        ("III. CHẾ ĐỘ BÁO CÁO",),
    )


def test_a_dated_sentence_with_no_agency_is_doubted() -> None:
    report = _plan("III. NHIỆM VỤ\n1. Gửi báo cáo tổng kết trước ngày 15/12/2026.").report
    assert [(d.what, d.where) for d in report.doubts if "thời hạn" in d.what] == [
        (
            "Có thời hạn “trước ngày 15/12/2026” nhưng không rõ cơ quan nào",
            "Gửi báo cáo tổng kết trước ngày 15/12/2026.",
        )
    ]
