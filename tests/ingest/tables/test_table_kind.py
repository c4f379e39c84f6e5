"""Tables of every sort that hold no tasks, and the tables beside them that do."""

from __future__ import annotations

import pytest

from tests.ingest.writing import read_blocks, table

NO_TASKS = {
    "programme of a meeting": """
        Thời gian ¦ Nội dung ¦ Chủ trì
        08h00 - 08h15 ¦ Đón tiếp đại biểu, ổn định tổ chức ¦ Văn phòng UBND tỉnh
        08h15 - 08h30 ¦ Tuyên bố lý do, giới thiệu đại biểu ¦ Sở Nội vụ
        08h30 - 09h30 ¦ Báo cáo kết quả sáu tháng ¦ Sở Tài chính
        09h30 - 10h30 ¦ Thảo luận ¦ Đồng chí Trần Văn Phú
        10h30 - 11h00 ¦ Phát biểu bế mạc ¦ Lãnh đạo UBND tỉnh
        """,
    "agenda of a session, without a day": """
        TT ¦ Thời gian ¦ Nội dung ¦ Đơn vị trình bày
        1 ¦ 8h00 ¦ Khai mạc kỳ họp ¦ Thường trực HĐND tỉnh
        2 ¦ 8h15 ¦ Báo cáo tình hình sáu tháng ¦ Sở Tài chính
        3 ¦ 9h00 ¦ Báo cáo thẩm tra ¦ Ban Kinh tế - Ngân sách
        """,
    "counts by office": """
        STT ¦ Đơn vị ¦ Tổng số nhiệm vụ ¦ Hoàn thành ¦ Quá hạn
        1 ¦ Sở Nội vụ ¦ 12 ¦ 10 ¦ 2
        2 ¦ Sở Y tế ¦ 8 ¦ 8 ¦ 0
        3 ¦ Sở Xây dựng ¦ 21 ¦ 15 ¦ 6
        """,
    "members": """
        STT ¦ Họ và tên ¦ Chức vụ ¦ Đơn vị ¦ Nhiệm vụ
        1 ¦ Trần Văn Phú ¦ Giám đốc ¦ Sở Nội vụ ¦ Trưởng ban
        2 ¦ Lê Thị Giang ¦ Chuyên viên ¦ Sở Tài chính ¦ Thư ký
        """,
    "targets with who watches them": """
        TT ¦ Chỉ tiêu ¦ Đơn vị tính ¦ Năm 2026 ¦ Cơ quan chủ trì
        1 ¦ Hồ sơ giải quyết đúng hạn ¦ % ¦ 98 ¦ Văn phòng UBND tỉnh
        2 ¦ Hộ dùng nước sạch ¦ % ¦ 95 ¦ Sở Nông nghiệp và Môi trường
        """,
    "budget": """
        TT ¦ Nội dung chi ¦ Số lượng ¦ Đơn giá ¦ Thành tiền
        1 ¦ In tài liệu tập huấn ¦ 200 ¦ 15.000 ¦ 3.000.000
        2 ¦ Thuê hội trường ¦ 1 ¦ 5.000.000 ¦ 5.000.000
        """,
    "things to buy": """
        TT ¦ Nội dung ¦ Đơn vị ¦ Số lượng ¦ Ghi chú
        1 ¦ Lắp đặt biển báo ¦ Cái ¦ 12 ¦
        2 ¦ Mua sắm áo phao ¦ Chiếc ¦ 200 ¦
        """,
    "procedures": """
        STT ¦ Tên thủ tục hành chính ¦ Lĩnh vực ¦ Cơ quan thực hiện ¦ Thời hạn giải quyết
        1 ¦ Cấp giấy phép bến thủy ¦ Đường thủy ¦ Sở Xây dựng ¦ 05 ngày làm việc
        2 ¦ Đăng ký khai thác nước ngầm ¦ Tài nguyên nước ¦ UBND xã ¦ 10 ngày làm việc
        """,
    "addresses": """
        TT ¦ Tên đơn vị ¦ Địa chỉ ¦ Điện thoại
        1 ¦ Sở Nội vụ ¦ Số 2 đường Lam Thủy ¦ 0234567
        2 ¦ Sở Y tế ¦ Số 7 đường Suối Nhạn ¦ 0234568
        """,
}


@pytest.mark.parametrize("text", NO_TASKS.values(), ids=NO_TASKS)
def test_tables_without_tasks_give_none(text: str) -> None:
    draft = read_blocks([table(text)], file="bang.docx")
    assert draft.tasks == ()
    assert draft.passages != ()


TASKS = {
    "hours of duties": (
        """
        Thời gian ¦ Việc phải làm ¦ Ai lo
        Ngày 12/3/2026 ¦ < ¦ <
        6h30 - 7h00 ¦ Dựng rạp và kê bàn ghế ¦ Đoàn Thanh niên xã
        7h00 - 7h30 ¦ Kiểm tra loa đài ¦ Trung tâm Văn hóa
        """,
        [("Dựng rạp và kê bàn ghế", "Đoàn Thanh niên xã"), ("Kiểm tra loa đài", "Trung tâm Văn hóa")],
    ),
    "a column of money beside": (
        """
        TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian ¦ Kinh phí (triệu đồng)
        1 ¦ Sửa cầu tàu ¦ Sở Xây dựng ¦ Quý II/2026 ¦ 350
        2 ¦ Mua phao cứu sinh ¦ Công an tỉnh ¦ Quý III/2026 ¦ 120
        """,
        [("Sửa cầu tàu", "Sở Xây dựng"), ("Mua phao cứu sinh", "Công an tỉnh")],
    ),
    "who only watches is not who leads": (
        """
        TT ¦ Nhiệm vụ ¦ Theo dõi, đôn đốc ¦ Đơn vị thực hiện ¦ Thời gian
        1 ¦ Sửa cầu tàu ¦ Văn phòng UBND tỉnh ¦ Sở Xây dựng ¦ Quý II/2026
        """,
        [("Sửa cầu tàu", "Sở Xây dựng")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), TASKS.values(), ids=TASKS)
def test_tables_like_them_that_hold_tasks(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(t.title, "; ".join(t.lead)) for t in read_blocks([table(text)], file="bang.docx").tasks] == expected
