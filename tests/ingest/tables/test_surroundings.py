"""Tables that do not say everything themselves: calendars, days above the rows, leads in a heading or a sentence."""

from __future__ import annotations

import pytest

from ingest.documents import Block, Line
from knowledge.records import CellDoubt, Task
from tests.ingest.writing import read_blocks, table

HEAD = ("KẾ HOẠCH", "Kiểm tra, tu sửa các công trình tỉnh Phú Giang năm 2026")


def _tasks(lines: tuple[str, ...], rows: str) -> tuple[Task, ...]:
    blocks: list[Block] = [*(Line(text, whole=True) for text in (*HEAD, *lines)), table(rows)]
    return tuple(t for t in read_blocks(blocks, file="bang.docx").tasks if t.source.row is not None)


PLAIN = """
    TT ¦ Nội dung ¦ Thời gian
    1 ¦ Sửa cầu tàu ¦ Quý I/2026
    2 ¦ Thay phao tiêu ¦ Tháng 5/2026
    """
LEADS = {
    "a heading": (("II. PHÂN CÔNG", "1. Sở Xây dựng"), PLAIN, ["Sở Xây dựng", "Sở Xây dựng"]),
    "a sentence that points at the table": (
        ("I. NỘI DUNG", "Sở Xây dựng tu sửa các công trình theo bảng sau:"),
        PLAIN,
        ["Sở Xây dựng", "Sở Xây dựng"],
    ),
    "sections": (
        (),
        """
        TT ¦ Nội dung ¦ Thời gian
        I ¦ Sở Xây dựng ¦
        1 ¦ Sửa cầu tàu ¦ Quý I/2026
        II ¦ Công an tỉnh ¦
        1 ¦ Tuần tra trên hồ ¦ Tháng 5/2026
        """,
        ["Sở Xây dựng", "Công an tỉnh"],
    ),
    "nothing": ((), PLAIN, ["", ""]),
}


@pytest.mark.parametrize(("lines", "rows", "leads"), LEADS.values(), ids=LEADS)
def test_who_leads_where_no_column_says_it(lines: tuple[str, ...], rows: str, leads: list[str]) -> None:
    found = _tasks(lines, rows)
    assert ["; ".join(t.lead) for t in found] == leads
    nobody = (CellDoubt("lead", "không ghi cơ quan chủ trì"),)
    assert [t.doubts for t in found] == [() if lead else nobody for lead in leads]


CALENDARS = {
    "months with marks": (
        """
        TT ¦ Nội dung ¦ Đơn vị thực hiện ¦ Thời gian thực hiện ¦ < ¦ <
        ^ ¦ ^ ¦ ^ ¦ T1 ¦ T2 ¦ T3
        1 ¦ Nạo vét kênh ¦ Sở Xây dựng ¦ x ¦ ¦ x
        2 ¦ Sửa cống ¦ UBND xã Tân Lộc ¦ ¦ x ¦
        """,
        [("Sở Xây dựng", "Tháng 1; Tháng 3"), ("UBND xã Tân Lộc", "Tháng 2")],
    ),
    "numbers of months": (
        """
        TT ¦ Nội dung ¦ Đơn vị thực hiện ¦ Tháng ¦ < ¦ <
        ^ ¦ ^ ¦ ^ ¦ 4 ¦ 5 ¦ 6
        1 ¦ Nạo vét kênh ¦ Sở Xây dựng ¦ x ¦ ¦
        """,
        [("Sở Xây dựng", "Tháng 4")],
    ),
    "a column of numbers of months": (
        "TT ¦ Nội dung ¦ Chủ trì ¦ Tháng\n1 ¦ Nạo vét kênh ¦ Sở Xây dựng ¦ 3",
        [("Sở Xây dựng", "Tháng 3")],
    ),
    "offices with marks": (
        """
        TT ¦ Nội dung ¦ Sở Xây dựng ¦ Sở Y tế ¦ Sở Nội vụ ¦ Thời hạn
        1 ¦ Nạo vét kênh ¦ x ¦ ¦ ¦ Quý I/2026
        2 ¦ Lập danh sách hộ nghèo ¦ ¦ x ¦ x ¦ Tháng 5/2026
        """,
        [("Sở Xây dựng", "Quý I/2026"), ("Sở Y tế; Sở Nội vụ", "Tháng 5/2026")],
    ),
    "hours below a day": (
        """
        Thời gian ¦ Việc phải làm ¦ Ai phụ trách
        Ngày 05/3/2026 ¦ < ¦ <
        7h00 ¦ Bố trí xe đưa đón ¦ Văn phòng UBND tỉnh
        Ngày 06/3/2026 ¦ < ¦ <
        8h00 - 9h00 ¦ Chuẩn bị phòng họp ¦ Sở Nội vụ
        """,
        [("Văn phòng UBND tỉnh", "7h00, ngày 05/3/2026"), ("Sở Nội vụ", "8h00 - 9h00, ngày 06/3/2026")],
    ),
    "a beginning and an end": (
        """
        TT ¦ Nội dung ¦ Chủ trì ¦ Thời gian ¦ <
        ^ ¦ ^ ¦ ^ ¦ Bắt đầu ¦ Kết thúc
        1 ¦ Sửa cầu tàu ¦ Sở Xây dựng ¦ 01/4/2026 ¦ 30/4/2026
        """,
        [("Sở Xây dựng", "01/4/2026 - 30/4/2026")],
    ),
}


@pytest.mark.parametrize(("rows", "expected"), CALENDARS.values(), ids=CALENDARS)
def test_calendars_say_when_and_whose(rows: str, expected: list[tuple[str, str]]) -> None:
    assert [("; ".join(t.lead), t.deadline.phrase) for t in _tasks((), rows)] == expected


UNITS = """
    TT ¦ Đơn vị được kiểm tra ¦ Thời gian
    I ¦ Cơ quan cấp tỉnh ¦
    1 ¦ Sở Xây dựng ¦ Tháng 7/2026
    II ¦ Cấp xã ¦
    1 ¦ Xã Tân Lộc ¦ Tháng 8/2026
    """


def test_a_calendar_of_units_takes_the_duty_from_the_sentence_about_it() -> None:
    found = _tasks(("I. NỘI DUNG", "Sở Nội vụ kiểm tra công tác văn thư tại các đơn vị theo lịch sau:"), UNITS)
    assert [(t.title, t.lead, t.deadline.phrase) for t in found] == [
        ("Kiểm tra công tác văn thư tại Sở Xây dựng", ("Sở Nội vụ",), "Tháng 7/2026"),
        ("Kiểm tra công tác văn thư tại Xã Tân Lộc", ("Sở Nội vụ",), "Tháng 8/2026"),
    ]


def test_a_calendar_of_units_with_the_duty_elsewhere_is_doubted_and_without_one_gives_no_tasks() -> None:
    lines = ("I. NỘI DUNG", "1. Giao Sở Nội vụ kiểm tra công tác văn thư tại các đơn vị.", "II. LỊCH")
    assert [(t.lead, [d.field for d in t.doubts]) for t in _tasks(lines, UNITS)] == [(("Sở Nội vụ",), ["lead"])] * 2
    assert _tasks((), UNITS) == ()
