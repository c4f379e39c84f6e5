"""Tables in plain text: tabs, Markdown, bars on lines of their own."""

from __future__ import annotations

import pytest

from ingest.documents import Line
from ingest.tables.drawings import find_tables
from tests.ingest.writing import grids, lines

HEADER = ["TT", "Nhiệm vụ", "Chủ trì", "Thời gian"]

CASES: list[tuple[str, str, list[list[list[str]]], list[str]]] = [
    (
        "tabs, a line is a row",
        """
        Phụ lục
        TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian
        1 ¦ Rà soát văn bản ¦ Sở Tư pháp ¦ Quý I
        2 ¦ Mở lớp tập huấn ¦ ¦ Quý II
        Hết bảng.
        """,
        [[HEADER, ["1", "Rà soát văn bản", "Sở Tư pháp", "Quý I"], ["2", "Mở lớp tập huấn", "", "Quý II"]]],
        ["Phụ lục", "Hết bảng."],
    ),
    (
        "tabs, an empty line is a page break and parts two pieces",
        """
        TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian
        1 ¦ Rà soát văn bản ¦ Sở Tư pháp ¦ Quý I

        2 ¦ Mở lớp tập huấn ¦ Sở Nội vụ ¦ Quý II
        """,
        [
            [HEADER, ["1", "Rà soát văn bản", "Sở Tư pháp", "Quý I"]],
            [["2", "Mở lớp tập huấn", "Sở Nội vụ", "Quý II"]],
        ],
        [""],
    ),
    (
        "two columns by a tab are a lay-out",
        "Nơi nhận: ¦ TM. ỦY BAN NHÂN DÂN\n- Như trên; ¦ CHỦ TỊCH",
        [],
        ["Nơi nhận:\tTM. ỦY BAN NHÂN DÂN", "- Như trên;\tCHỦ TỊCH"],
    ),
    (
        "a tab after a bullet is no table",
        "-\tRà soát văn bản.\n-\tMở lớp tập huấn.",
        [],
        ["-\tRà soát văn bản.", "-\tMở lớp tập huấn."],
    ),
    (
        "Markdown with a ruler, inline mark-up and an escaped bar",
        r"""
        # Phụ lục
        | TT | **Nhiệm vụ** | Chủ trì | Thời gian |
        |----|:---|:---:|---:|
        | 1 | Rà soát *văn bản* | Sở Tư pháp | Quý I |
        | 2 | Mở lớp A \| B |  | Quý II |

        Hết bảng.
        """,
        [[HEADER, ["1", "Rà soát văn bản", "Sở Tư pháp", "Quý I"], ["2", "Mở lớp A | B", "", "Quý II"]]],
        ["# Phụ lục", "", "Hết bảng."],
    ),
    (
        "Markdown without a ruler, lines of bars alone dropped",
        """
        | TT | Nhiệm vụ | Chủ trì | Thời gian |
        | | | | |
        | 1 | Rà soát văn bản | Sở Tư pháp | Quý I |
        """,
        [[HEADER, ["1", "Rà soát văn bản", "Sở Tư pháp", "Quý I"]]],
        [],
    ),
    (
        "Markdown, line breaks inside a cell",
        "| TT | Nhiệm vụ | Chủ trì |\n|---|---|---|\n| 1 | Rà soát<br>văn bản | Sở Tư pháp<br/>Sở Nội vụ |",
        [[["TT", "Nhiệm vụ", "Chủ trì"], ["1", "Rà soát\nvăn bản", "Sở Tư pháp\nSở Nội vụ"]]],
        [],
    ),
    (
        "stacked bars after the heading of an appendix; the blank cell has no line",
        """
        Phụ lục

        |
        TT
        |
        Nhiệm vụ
        |
        Chủ trì
        |
        Thời gian
        |
        |
        1
        |
        Rà soát văn bản
        |
        |
        Quý I
        |

        Hết bảng.
        """,
        [[HEADER, ["1", "Rà soát văn bản", "", "Quý I"]]],
        ["Phụ lục", "", "", "Hết bảng."],
    ),
    (
        "stacked bars, a row merged across the table, a cell of two lines",
        """
        |
        TT
        |
        Nhiệm vụ
        |
        Chủ trì
        |
        Thời gian
        |
        |
        I. Thể chế
        |
        |
        1
        |
        Rà soát
        văn bản
        |
        Sở Tư pháp
        |
        Quý I
        |
        """,
        [[HEADER, ["I. Thể chế"], ["1", "Rà soát\nvăn bản", "Sở Tư pháp", "Quý I"]]],
        [],
    ),
]


@pytest.mark.parametrize(("text", "tables", "rest"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_tables_are_cut_out_of_the_lines(text: str, tables: list[list[list[str]]], rest: list[str]) -> None:
    blocks = find_tables(lines(text))
    assert grids(blocks) == tables
    assert [b.text for b in blocks if isinstance(b, Line)] == rest


def test_rows_keep_their_page_and_line() -> None:
    blocks = find_tables(
        lines(
            """
            TT ¦ Nhiệm vụ ¦ Chủ trì ¦ Thời gian
            1 ¦ Rà soát văn bản ¦ Sở Tư pháp ¦ Quý I
            === trang mới ===
            Hết bảng.
            """
        )
    )
    assert [[(r.page, r.number) for r in b.rows] for b in blocks if not isinstance(b, Line)] == [[(1, 1), (1, 2)]]
