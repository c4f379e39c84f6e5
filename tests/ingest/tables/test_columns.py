"""Headers of Vietnamese plans, in any order and naming, to the roles of their columns."""

from __future__ import annotations

import pytest

from ingest.candidates import Role
from ingest.documents import Table
from ingest.tables.cells import CellJudge
from ingest.tables.columns import Columns, read_columns
from ingest.tables.grid import Grid, find_header, is_column_numbers, is_total, join, repeats
from ingest.tables.table_kind import TableKind, holds_figures, kind_of
from tests.ingest.writing import context, table

JUDGE = CellJudge(context())


def _read(found: Table) -> tuple[Grid, Columns]:
    (grid,) = join([found], JUDGE)
    return grid, read_columns(grid, JUDGE)


SHORT = {
    "#": Role.NUMBER,
    "T": Role.TITLE,
    "A": Role.ACTIVITY,
    "P": Role.PRODUCT,
    "L": Role.LEAD,
    "C": Role.COORDINATING,
    "D": Role.DEADLINE,
    "S": Role.START,
    ".": Role.OTHER,
}
HEADERS = [
    ("TT ¦ Nhiệm vụ ¦ Cơ quan chủ trì ¦ Cơ quan phối hợp ¦ Thời gian hoàn thành ¦ Sản phẩm", "#TLCDP"),
    ("STT ¦ Nội dung công việc ¦ Đơn vị thực hiện ¦ Đơn vị phối hợp ¦ Tiến độ ¦ Ghi chú", "#TLCD."),
    ("Số TT ¦ Nhiệm vụ ¦ Hoạt động ¦ Kết quả, sản phẩm ¦ Chủ trì ¦ Phối hợp ¦ Thời gian thực hiện", "#TAPLCD"),
    ("Stt ¦ Tên văn bản ¦ Cơ quan soạn thảo ¦ Cơ quan phối hợp ¦ Thời hạn trình", "#TLCD"),
    ("TT ¦ Nội dung ¦ Nhiệm vụ cụ thể ¦ Đơn vị chủ trì ¦ Hạn hoàn thành", "#TALD"),
    ("TT ¦ Nội dung ¦ Nhiệm vụ ¦ Cơ quan tham mưu ¦ Lộ trình", "#TALD"),
    ("Nhiệm vụ, giải pháp ¦ Thời hạn ¦ Trách nhiệm thực hiện ¦ Cơ quan, đơn vị phối hợp", "TDLC"),
    ("TT ¦ Hoạt động ¦ Cơ quan, đơn vị chủ trì thực hiện ¦ Thời điểm ¦ Dự kiến kết quả", "#TLDP"),
    ("TT ¦ Đầu việc ¦ Người phụ trách ¦ Hoàn thành trước ¦ Đầu ra", "#TLDP"),
    ("STT ¦ Tên nhiệm vụ ¦ Bộ phận thực hiện ¦ Ngày hoàn thành ¦ Kinh phí", "#TLD."),
    ("TT ¦ Hạng mục ¦ Phân công ¦ Đơn vị tham gia ¦ Thời gian", "#TLCD"),
    ("Thời gian ¦ Nội dung ¦ Chủ trì, phối hợp", "DTL"),
    ("TT ¦ NHIỆM VỤ ¦ CƠ QUAN CHỦ TRÌ ¦ THỜI GIAN", "#TLD"),
    ("No. ¦ Công việc ¦ Đơn vị đầu mối ¦ Hình thức văn bản ¦ Thời hạn", "#TLPD"),
    ("TT ¦ Nhiệm vụ ¦ Thời gian bắt đầu ¦ Thời gian hoàn thành ¦ Chủ trì", "#TSDL"),
    ("TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Bắt đầu ¦ Kết thúc", "#TLSD"),
    ("TT ¦ Nhiệm vụ ¦ Thời gian bắt đầu, kết thúc ¦ Chủ trì", "#TDL"),
    ("TT ¦ Biện pháp ¦ Cơ quan ¦ Thời gian", "#TLD"),
    ("TT ¦ Công việc ¦ Chủ trì ¦ Thời hạn ¦ Sản phẩm, chỉ tiêu", "#TLDP"),
]


@pytest.mark.parametrize(("names", "roles"), HEADERS)
def test_roles_of_a_header(names: str, roles: str) -> None:
    grid, columns = _read(table(f"{names}\n" + " ¦ ".join(["…"] * (names.count("¦") + 1))))
    assert columns.roles == tuple(SHORT[r] for r in roles)
    assert kind_of(grid, columns) is TableKind.TASKS


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("TT ¦ Chỉ tiêu ¦ Đơn vị tính ¦ Kế hoạch năm 2026\n1 ¦ Tỷ lệ hồ sơ đúng hạn ¦ % ¦ 98", True),
        ("TT ¦ Mục tiêu ¦ 2026 ¦ 2027\n1 ¦ Xã đạt chuẩn ¦ 12 ¦ 15", True),
        ("TT ¦ Tên cây trồng ¦ Diện tích (ha) ¦ Sản lượng (tấn)\n1 ¦ Vải ¦ 120 ¦ 900", True),
        ("Họ và tên ¦ Chức vụ ¦ Điện thoại\nLê Văn Phú ¦ Trưởng phòng ¦ 0123", False),
    ],
)
def test_tables_of_targets_and_numbers_are_no_task_tables(text: str, target: bool) -> None:
    grid, columns = _read(table(text))
    assert kind_of(grid, columns) is TableKind.OTHER
    assert holds_figures(grid) is target


def test_a_header_of_two_rows() -> None:
    header = find_header(
        table(
            """
            TT ¦ Nhiệm vụ ¦ Phân công ¦ < ¦ Thời gian
            ¦ ¦ Chủ trì ¦ Phối hợp ¦ ^
            1 ¦ Rà soát ¦ Sở Tư pháp ¦ Sở Nội vụ ¦ Quý I
            """
        ).rows,
        JUDGE,
    )
    assert (header.names, header.first, header.depth) == (
        ("TT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời gian"),
        0,
        2,
    )


def test_a_section_below_the_header_is_no_second_header_row() -> None:
    header = find_header(
        table("TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian\nI ¦ Thể chế ¦ ¦\n1 ¦ Rà soát ¦ Sở ¦ Quý I").rows, JUDGE
    )
    assert (header.names, header.depth) == (("TT", "Nhiệm vụ", "Chủ trì", "Thời gian"), 1)


def test_rows_of_a_title_above_the_header() -> None:
    header = find_header(
        table(
            """
            BIỂU NHIỆM VỤ NĂM 2026 ¦ < ¦ < ¦ <
            (Kèm theo Kế hoạch số 57/KH-UBND) ¦ < ¦ < ¦ <
            TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian
            1 ¦ Rà soát ¦ Sở Tư pháp ¦ Quý I
            """
        ).rows,
        JUDGE,
    )
    assert (header.names, header.first, header.depth) == (("TT", "Nhiệm vụ", "Chủ trì", "Thời gian"), 2, 1)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("¦ Tổng cộng ¦ ¦ 150", True),
        ("4 ¦ Cộng: ¦ ¦ 150", True),
        ("4 ¦ Tổng hợp kết quả ¦ ¦ 150", False),
        ("4 ¦ Tổng số ¦ Sở Tài chính ¦ Quý I", False),
        ("¦ ¦ ¦", False),
    ],
)
def test_rows_that_add_up(row: str, expected: bool) -> None:
    assert is_total(table(row).rows[0]) is expected


@pytest.mark.parametrize(
    ("row", "again", "numbers"),
    [
        ("TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian", True, False),
        ("TT ¦ NHIỆM VỤ ¦ CHỦ TRÌ ¦ THỜI GIAN", True, False),
        ("1 ¦ 2 ¦ 3 ¦ 4", False, True),
        ("(1) ¦ (2) ¦ (3) ¦ (4)", False, True),
        ("A ¦ B ¦ 1 ¦ 2", False, True),
        ("1 ¦ Rà soát ¦ Sở Tư pháp ¦ Quý I", False, False),
        ("1 ¦ Rà soát ¦ 2 ¦ 3", False, False),
    ],
)
def test_rows_that_are_no_tasks(row: str, again: bool, numbers: bool) -> None:
    found = table("TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian\n" + row).rows
    header = find_header(found[:1], JUDGE)
    assert (repeats(found[1], header), is_column_numbers(found[1])) == (again, numbers)
