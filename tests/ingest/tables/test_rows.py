"""Task tables made whole over page breaks, merged cells, sections: printed pieces to rows of cells."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ingest.candidates import Role
from ingest.documents import Table
from ingest.tables.cells import CellJudge
from ingest.tables.columns import read_columns
from ingest.tables.drawings import find_tables
from ingest.tables.grid import join
from ingest.tables.rows import LogicalRow, one_line, whole_rows
from ingest.tables.table_kind import TableKind, kind_of
from tests.ingest.writing import context, lines, table

JUDGE = CellJudge(context())

FULL = "TT ¦ Nhiệm vụ ¦ Hoạt động ¦ Sản phẩm ¦ Chủ trì ¦ Phối hợp ¦ Thời gian"
PLAIN = "TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Phối hợp ¦ Thời gian"

Rows = list[tuple[str | None, list[str]]]


def _whole(tables: Sequence[Table]) -> list[list[LogicalRow]]:
    """The rows of each task table among tables that follow one another."""
    read = [(grid, read_columns(grid, JUDGE)) for grid in join(tables, JUDGE)]
    return [
        whole_rows(grid.rows, columns, JUDGE) for grid, columns in read if kind_of(grid, columns) is TableKind.TASKS
    ]


def _one(text: str) -> list[LogicalRow]:
    """The only table of pieces parted by empty lines."""
    (rows,) = _whole([b for b in find_tables(lines(text)) if isinstance(b, Table)])
    return rows


def _texts(rows: Sequence[LogicalRow]) -> Rows:
    return [(r.section, [one_line(c.text) for c in r.cells]) for r in rows]


CASES: list[tuple[str, str, Rows]] = [
    (
        "repeated headers and column numbers; every cell of the last row goes on",
        f"""
        {FULL}
        1 ¦ 2 ¦ 3 ¦ 4 ¦ 5 ¦ 6 ¦ 7
        1 ¦ Rà soát văn bản quy ¦ Lập danh mục văn bản ¦ Báo cáo của ¦ Sở Tư ¦ Các sở, ban, ¦ Quý I

        {FULL}
        1 ¦ 2 ¦ 3 ¦ 4 ¦ 5 ¦ 6 ¦ 7
        ¦ phạm pháp luật ¦ cần sửa đổi ¦ Ủy ban nhân dân tỉnh ¦ pháp ¦ ngành ¦ năm 2026
        2 ¦ Tập huấn ¦ Mở lớp ¦ Kế hoạch ¦ Sở Nội vụ ¦ Sở Tài chính ¦ Quý II
        """,
        [
            (
                None,
                [
                    "1",
                    "Rà soát văn bản quy phạm pháp luật",
                    "Lập danh mục văn bản cần sửa đổi",
                    "Báo cáo của Ủy ban nhân dân tỉnh",
                    "Sở Tư pháp",
                    "Các sở, ban, ngành",
                    "Quý I năm 2026",
                ],
            ),
            (None, ["2", "Tập huấn", "Mở lớp", "Kế hoạch", "Sở Nội vụ", "Sở Tài chính", "Quý II"]),
        ],
    ),
    (
        "only the title goes on, beside a new activity: the rest of the title is the first row's too",
        f"""
        {FULL}
        1 ¦ Nâng cao chất lượng văn bản ¦ Lập danh mục. ¦ Báo cáo ¦ Sở Tư pháp ¦ Các sở ¦ Quý I

        {FULL}
        ¦ quy phạm pháp luật ¦ Tập huấn cán bộ. ¦ Kế hoạch ¦ Sở Nội vụ ¦ Các xã ¦ Quý II
        """,
        [
            (
                None,
                [
                    "1",
                    "Nâng cao chất lượng văn bản quy phạm pháp luật",
                    "Lập danh mục.",
                    "Báo cáo",
                    "Sở Tư pháp",
                    "Các sở",
                    "Quý I",
                ],
            ),
            (
                None,
                [
                    "1",
                    "Nâng cao chất lượng văn bản quy phạm pháp luật",
                    "Tập huấn cán bộ.",
                    "Kế hoạch",
                    "Sở Nội vụ",
                    "Các xã",
                    "Quý II",
                ],
            ),
        ],
    ),
    (
        "a fragment that begins with a capital: an agency's name cut in two",
        f"""
        {PLAIN}
        1 ¦ Rà soát văn bản ¦ Văn phòng ¦ Các sở, ban, ngành ¦ Quý I

        {PLAIN}
        ¦ ¦ UBND tỉnh ¦ ¦
        2 ¦ Mở lớp ¦ Sở Nội vụ ¦ ¦ Quý II
        """,
        [
            (None, ["1", "Rà soát văn bản", "Văn phòng UBND tỉnh", "Các sở, ban, ngành", "Quý I"]),
            (None, ["2", "Mở lớp", "Sở Nội vụ", "", "Quý II"]),
        ],
    ),
    (
        "blank cells mean as above; blank helpers beside a lead of its own stay blank",
        f"""
        {FULL}
        1 ¦ Thể chế ¦ Lập danh mục. ¦ Báo cáo ¦ Sở Tư pháp ¦ Các sở ¦ Quý I
        ¦ ¦ Tập huấn. ¦ Kế hoạch ¦ ¦ ¦
        ¦ ¦ Kiểm tra. ¦ Biên bản ¦ Sở Nội vụ ¦ ¦ Quý III
        """,
        [
            (None, ["1", "Thể chế", "Lập danh mục.", "Báo cáo", "Sở Tư pháp", "Các sở", "Quý I"]),
            (None, ["1", "Thể chế", "Tập huấn.", "Kế hoạch", "Sở Tư pháp", "Các sở", "Quý I"]),
            (None, ["1", "Thể chế", "Kiểm tra.", "Biên bản", "Sở Nội vụ", "", "Quý III"]),
        ],
    ),
    (
        "a numbered row is whole: its blank lead is blank",
        f"""
        {PLAIN}
        1 ¦ Rà soát văn bản ¦ Sở Tư pháp ¦ Các sở ¦ Quý I
        2 ¦ Mở lớp tập huấn ¦ ¦ ¦ Quý II
        """,
        [
            (None, ["1", "Rà soát văn bản", "Sở Tư pháp", "Các sở", "Quý I"]),
            (None, ["2", "Mở lớp tập huấn", "", "", "Quý II"]),
        ],
    ),
    (
        "sections with a number, with a label in their text, and a group over sub-rows",
        f"""
        {PLAIN}
        I ¦ Cải cách thể chế ¦ ¦ ¦
        1 ¦ Rà soát văn bản ¦ Sở Tư pháp ¦ ¦ Quý I
        II. Cải cách bộ máy ¦ ¦ ¦ ¦
        1 ¦ Sắp xếp đơn vị ¦ ¦ ¦
        1.1 ¦ Lập đề án ¦ Sở Nội vụ ¦ ¦ Quý II
        1.2 ¦ Trình phê duyệt ¦ Sở Nội vụ ¦ ¦ Quý III
        2 ¦ Kiểm tra ¦ Thanh tra tỉnh ¦ ¦ Quý IV
        """,
        [
            ("Cải cách thể chế", ["1", "Rà soát văn bản", "Sở Tư pháp", "", "Quý I"]),
            ("Cải cách bộ máy", ["1.1", "Lập đề án", "Sở Nội vụ", "", "Quý II"]),
            ("Cải cách bộ máy", ["1.2", "Trình phê duyệt", "Sở Nội vụ", "", "Quý III"]),
            ("Cải cách bộ máy", ["2", "Kiểm tra", "Thanh tra tỉnh", "", "Quý IV"]),
        ],
    ),
    (
        "a section whose words stand in the number's cell",
        f"""
        {PLAIN}
        Cải cách thể chế ¦ ¦ ¦ ¦
        1 ¦ Rà soát văn bản ¦ Sở Tư pháp ¦ ¦ Quý I
        Cải cách bộ máy ¦ ¦ ¦ ¦
        2 ¦ Lập đề án ¦ Sở Nội vụ ¦ ¦ Quý II
        """,
        [
            ("Cải cách thể chế", ["1", "Rà soát văn bản", "Sở Tư pháp", "", "Quý I"]),
            ("Cải cách bộ máy", ["2", "Lập đề án", "Sở Nội vụ", "", "Quý II"]),
        ],
    ),
    (
        "marks that mean as above; a row that adds up",
        f"""
        {PLAIN}
        1 ¦ Rà soát văn bản ¦ Sở Tư pháp ¦ Các sở ¦ Quý I
        2 ¦ Mở lớp tập huấn ¦ Như trên ¦ -nt- ¦ //
        ¦ Tổng cộng ¦ ¦ ¦ 12
        3 ¦ Tổng hợp kết quả ¦ Sở Nội vụ ¦ - ¦ Quý III
        """,
        [
            (None, ["1", "Rà soát văn bản", "Sở Tư pháp", "Các sở", "Quý I"]),
            (None, ["2", "Mở lớp tập huấn", "Sở Tư pháp", "Các sở", "Quý I"]),
            (None, ["3", "Tổng hợp kết quả", "Sở Nội vụ", "-", "Quý III"]),
        ],
    ),
    (
        "after a page: a lead of its own makes a row, a paper's number cut at its dash is glued",
        f"""
        {FULL}
        1 ¦ Thể chế ¦ Sửa Quyết định số 12/QĐ- ¦ Quyết định ¦ Sở Tư pháp ¦ Các sở ¦ Quý I

        {FULL}
        ¦ ¦ UBND về văn bản. ¦ ¦ ¦ ¦
        ¦ ¦ Tập huấn ¦ Kế hoạch ¦ Sở Tài chính ¦ ¦
        """,
        [
            (
                None,
                [
                    "1",
                    "Thể chế",
                    "Sửa Quyết định số 12/QĐ-UBND về văn bản.",
                    "Quyết định",
                    "Sở Tư pháp",
                    "Các sở",
                    "Quý I",
                ],
            ),
            (None, ["1", "Thể chế", "Tập huấn", "Kế hoạch", "Sở Tài chính", "", "Quý I"]),
        ],
    ),
    (
        "after a page: a whole lead below a whole lead is a row, not its rest",
        f"""
        {FULL}
        1 ¦ Thể chế ¦ Lập danh mục ¦ Báo cáo ¦ Sở Tư pháp ¦ Các sở ¦ Quý I

        {FULL}
        ¦ ¦ Tập huấn ¦ Kế hoạch ¦ Sở Tài chính ¦ ¦
        """,
        [
            (None, ["1", "Thể chế", "Lập danh mục", "Báo cáo", "Sở Tư pháp", "Các sở", "Quý I"]),
            (None, ["1", "Thể chế", "Tập huấn", "Kế hoạch", "Sở Tài chính", "", "Quý I"]),
        ],
    ),
    (
        "after a page: words behind an unfinished activity are its rest, behind a finished one a row",
        f"""
        {FULL}
        1 ¦ Thể chế ¦ Lập danh mục trình ¦ Báo cáo ¦ Sở Tư pháp ¦ Các sở ¦ Quý I

        {FULL}
        ¦ ¦ Ủy ban nhân dân tỉnh. ¦ ¦ ¦ ¦

        {FULL}
        ¦ ¦ Tập huấn cán bộ. ¦ Kế hoạch ¦ ¦ ¦
        """,
        [
            (
                None,
                [
                    "1",
                    "Thể chế",
                    "Lập danh mục trình Ủy ban nhân dân tỉnh.",
                    "Báo cáo",
                    "Sở Tư pháp",
                    "Các sở",
                    "Quý I",
                ],
            ),
            (None, ["1", "Thể chế", "Tập huấn cán bộ.", "Kế hoạch", "Sở Tư pháp", "Các sở", "Quý I"]),
        ],
    ),
    (
        "a numbered row in small letters is a row; in a table without numbers a blank title goes on",
        """
        TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian
        1 ¦ rà soát văn bản ¦ Sở Tư pháp ¦ Quý I
        2 ¦ mở lớp tập huấn ¦ Sở Nội vụ ¦ Quý II
        """,
        [
            (None, ["1", "rà soát văn bản", "Sở Tư pháp", "Quý I"]),
            (None, ["2", "mở lớp tập huấn", "Sở Nội vụ", "Quý II"]),
        ],
    ),
    (
        "a table without numbers: a blank title on the next page goes on",
        """
        Nhiệm vụ ¦ Chủ trì ¦ Sản phẩm ¦ Thời gian
        Rà soát văn bản ¦ Sở Tư pháp ¦ Báo cáo ¦ Quý I

        Nhiệm vụ ¦ Chủ trì ¦ Sản phẩm ¦ Thời gian
        ¦ ¦ tổng hợp ¦
        Mở lớp tập huấn ¦ Sở Nội vụ ¦ Lớp học ¦ Quý II
        """,
        [
            (None, ["Rà soát văn bản", "Sở Tư pháp", "Báo cáo tổng hợp", "Quý I"]),
            (None, ["Mở lớp tập huấn", "Sở Nội vụ", "Lớp học", "Quý II"]),
        ],
    ),
    (
        "words alone head the rows whose numbers begin anew, and go on where the numbers do",
        f"""
        {PLAIN}
        ¦ Cải cách thể chế ¦ ¦ ¦
        1 ¦ Rà soát văn bản ¦ Sở Tư pháp ¦ ¦ Quý I
        ¦ của tỉnh ¦ ¦ ¦
        2 ¦ Mở lớp ¦ Sở Tư pháp ¦ ¦ Quý I
        ¦ Cải cách bộ máy ¦ ¦ ¦
        1 ¦ Lập đề án ¦ Sở Nội vụ ¦ ¦ Quý II
        """,
        [
            ("Cải cách thể chế", ["1", "Rà soát văn bản của tỉnh", "Sở Tư pháp", "", "Quý I"]),
            ("Cải cách thể chế", ["2", "Mở lớp", "Sở Tư pháp", "", "Quý I"]),
            ("Cải cách bộ máy", ["1", "Lập đề án", "Sở Nội vụ", "", "Quý II"]),
        ],
    ),
    (
        "groups over rows with letters and dashes, and none over a row without rows of its own",
        f"""
        {PLAIN}
        1 ¦ Sắp xếp đơn vị ¦ ¦ ¦
        a) ¦ Lập đề án ¦ Sở Nội vụ ¦ ¦ Quý II
        b) ¦ Trình phê duyệt ¦ Sở Nội vụ ¦ ¦ Quý III
        2 ¦ Công khai kết quả ¦ ¦ ¦
        3 ¦ Kiểm tra ¦ Thanh tra tỉnh ¦ ¦ Quý IV
        """,
        [
            (None, ["a)", "Lập đề án", "Sở Nội vụ", "", "Quý II"]),
            (None, ["b)", "Trình phê duyệt", "Sở Nội vụ", "", "Quý III"]),
            (None, ["2", "Công khai kết quả", "", "", ""]),
            (None, ["3", "Kiểm tra", "Thanh tra tỉnh", "", "Quý IV"]),
        ],
    ),
    (
        "after a page: one activity of two leads is two rows",
        f"""
        {FULL}
        1 ¦ Thể chế ¦ Lập danh mục ¦ Báo cáo ¦ Sở Tư pháp ¦ Các sở ¦ Quý I

        {FULL}
        ¦ ¦ ¦ Kế hoạch ¦ Sở Tài chính ¦ ¦
        """,
        [
            (None, ["1", "Thể chế", "Lập danh mục", "Báo cáo", "Sở Tư pháp", "Các sở", "Quý I"]),
            (None, ["1", "Thể chế", "Lập danh mục", "Kế hoạch", "Sở Tài chính", "", "Quý I"]),
        ],
    ),
    (
        "words alone between two numbers are the rest of the task above",
        f"""
        {PLAIN}
        1 ¦ Báo cáo Hội đồng nhân dân, ¦ Sở Tư pháp ¦ ¦ Quý I
        ¦ Ủy ban nhân dân tỉnh ¦ ¦ ¦
        2 ¦ Mở lớp ¦ Sở Nội vụ ¦ ¦ Quý II
        """,
        [
            (None, ["1", "Báo cáo Hội đồng nhân dân, Ủy ban nhân dân tỉnh", "Sở Tư pháp", "", "Quý I"]),
            (None, ["2", "Mở lớp", "Sở Nội vụ", "", "Quý II"]),
        ],
    ),
    (
        "a section on a new page, beside the rest of the row before it",
        f"""
        {PLAIN}
        I ¦ Thể chế ¦ ¦ ¦
        1 ¦ Rà soát văn bản ¦ Sở Tư pháp ¦ Các sở, ban, ¦ Quý I

        {PLAIN}
        II ¦ Bộ máy ¦ ¦ ngành ¦
        1 ¦ Lập đề án ¦ Sở Nội vụ ¦ ¦ Quý II
        """,
        [
            ("Thể chế", ["1", "Rà soát văn bản", "Sở Tư pháp", "Các sở, ban, ngành", "Quý I"]),
            ("Bộ máy", ["1", "Lập đề án", "Sở Nội vụ", "", "Quý II"]),
        ],
    ),
    (
        "a table without numbers: every title is a row",
        """
        Nhiệm vụ ¦ Chủ trì ¦ Thời gian
        Rà soát văn bản ¦ Sở Tư pháp ¦ Quý I
        Mở lớp tập huấn ¦ Sở Nội vụ ¦ Quý II
        """,
        [
            (None, ["Rà soát văn bản", "Sở Tư pháp", "Quý I"]),
            (None, ["Mở lớp tập huấn", "Sở Nội vụ", "Quý II"]),
        ],
    ),
    (
        "more of the task alone in a line of its own",
        f"""
        {PLAIN}
        1 ¦ Rà soát văn bản của Hội đồng nhân dân, ¦ Sở Tư pháp ¦ ¦ Quý I
        ¦ Ủy ban nhân dân tỉnh ¦ ¦ ¦
        """,
        [(None, ["1", "Rà soát văn bản của Hội đồng nhân dân, Ủy ban nhân dân tỉnh", "Sở Tư pháp", "", "Quý I"])],
    ),
]


@pytest.mark.parametrize(("text", "rows"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_rows_of_a_printed_table(text: str, rows: Rows) -> None:
    assert _texts(_one(text)) == rows


def test_cells_merged_by_the_format_share_their_text_also_where_a_page_cuts_it() -> None:
    first = table(
        """
        TT ¦ Nhiệm vụ ¦ Hoạt động ¦ Chủ trì ¦ Thời gian
        I. THỂ CHẾ ¦ < ¦ < ¦ < ¦ <
        1 ¦ Nâng cao chất lượng ¦ Lập danh mục. ¦ Sở Tư pháp ¦ Quý I
        ^ ¦ ^ ¦ Tập huấn. ¦ ^ ¦ Quý II
        """,
        page=4,
    )
    second = table(
        """
        TT ¦ Nhiệm vụ ¦ Hoạt động ¦ Chủ trì ¦ Thời gian
        ¦ văn bản ¦ Kiểm tra. ¦ ¦ Quý III
        """,
        page=5,
    )
    done = _whole([first, second])
    assert [_texts(rows) for rows in done] == [
        [
            ("THỂ CHẾ", ["1", "Nâng cao chất lượng văn bản", "Lập danh mục.", "Sở Tư pháp", "Quý I"]),
            ("THỂ CHẾ", ["1", "Nâng cao chất lượng văn bản", "Tập huấn.", "Sở Tư pháp", "Quý II"]),
            ("THỂ CHẾ", ["1", "Nâng cao chất lượng văn bản", "Kiểm tra.", "Sở Tư pháp", "Quý III"]),
        ]
    ]
    assert [(r.row, r.page, r.filled) for r in done[0]] == [
        (1, 4, set()),
        (2, 4, set()),
        (3, 5, {Role.NUMBER, Role.TITLE, Role.LEAD}),
    ]


def test_section_and_group_rows_keep_their_numbers_as_headings() -> None:
    found = _one(
        f"""
        {PLAIN}
        I ¦ Bộ máy ¦ ¦ ¦
        1 ¦ Sắp xếp đơn vị ¦ ¦ ¦
        1.1 ¦ Lập đề án ¦ Sở Nội vụ ¦ ¦ Quý II
        2 ¦ Kiểm tra ¦ Thanh tra tỉnh ¦ ¦ Quý IV
        """
    )
    assert [r.headings for r in found] == [("I. Bộ máy", "1. Sắp xếp đơn vị"), ("I. Bộ máy",)]


def test_two_tables_of_different_headers_stay_two_and_number_tables_stay_out() -> None:
    tasks = table("TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian\n1 ¦ Rà soát ¦ Sở Tư pháp ¦ Quý I")
    letters = table("TT ¦ Tên văn bản ¦ Cơ quan soạn thảo ¦ Thời hạn trình\n1 ¦ Nghị quyết ¦ Sở Nội vụ ¦ Quý II")
    numbers = table("TT ¦ Chỉ tiêu ¦ ĐVT ¦ 2026\n1 ¦ Hồ sơ đúng hạn ¦ % ¦ 98")
    assert [_texts(rows) for rows in _whole([numbers, tasks, letters])] == [
        [(None, ["1", "Rà soát", "Sở Tư pháp", "Quý I"])],
        [(None, ["1", "Nghị quyết", "Sở Nội vụ", "Quý II"])],
    ]


def test_a_merged_lead_that_a_page_cuts_goes_on() -> None:
    header = "TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian"
    first = table(f"{header}\n1 ¦ Rà soát văn bản ¦ Sở Tư pháp ¦ Quý I\n2 ¦ Mở lớp ¦ ^ ¦ Quý II", page=1)
    second = table(f"{header}\n3 ¦ Kiểm tra ¦ ¦ Quý III\n4 ¦ Công bố ¦ ^ ¦ Quý IV", page=2)
    (rows,) = _whole([first, second])
    leads = [(one_line(r.cells[2].text), r.filled) for r in rows]
    assert leads == [("Sở Tư pháp", set())] * 2 + [("Sở Tư pháp", {Role.LEAD})] * 2
