"""The progress workbook: its cells, its lights, how it prints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.reports.board_workbook import sheet_bytes
from bot.reports.colours import LOOKS
from bot.tracking.board import Board, Entry
from bot.tracking.records import State
from knowledge.progress import Standing
from tests.bot.notify.boards import PLAN, board, empty, few, occurrence


@contextmanager
def opened(shown: Board) -> Iterator[Worksheet]:
    """The sheet, read back."""
    book = load_workbook(BytesIO(sheet_bytes(shown)))
    try:
        yield book.worksheets[0]
    finally:
        book.close()


def told() -> Board:
    """A late one put off once, and a done one with all that can be said of it."""
    late = replace(
        occurrence(1, date(2026, 11, 2), acknowledged_on=date(2026, 10, 20)), planned_on=date(2026, 10, 15)
    )
    done = replace(
        occurrence(2, date(2026, 12, 5), title="Ban hành quy chế", state=State.DONE), done_on=date(2026, 11, 18)
    )
    words = {"deadline": "Trước ngày 05/12", "product": "Quyết định", "source": "Kế hoạch 57, mục 2"}
    entries = (
        Entry(late, Standing.LATE, PLAN, late.title),
        Entry(done, Standing.DONE_IN_TIME, PLAN, done.title, **words, note="Số 12/QĐ"),
    )
    return Board("Sở Nội vụ", date(2026, 11, 20), entries, by_plan=True)


def test_every_cell() -> None:
    with opened(told()) as sheet:
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert [row[0] for row in rows[:3]] == [
        "Tiến độ: Sở Nội vụ",
        "Đến T6 20/11/2026",
        "2 việc có thời hạn: hoàn thành đúng hạn 1, hoàn thành quá hạn 0, chưa hoàn thành trong hạn 0, "
        "chưa hoàn thành quá hạn 1; đã hoàn thành 1/2 việc có thời hạn (50 %).",
    ]
    assert rows[3] == [
        *("Kế hoạch", "Nhiệm vụ", "Cơ quan", "Thời hạn ghi trong văn bản", "Ngày đến hạn"),
        *("Trạng thái xử lý", "Tình trạng thời hạn", "Đã nhận", "Ngày xong", "Ghi chú", "Nguồn"),
    ]
    assert rows[4:] == [
        [
            *(PLAN, "Báo cáo kết quả cải cách hành chính", "Sở Nội vụ", None, datetime(2026, 11, 2)),  # noqa: DTZ001
            *("Đã nhận; hạn cũ 15/10/2026", "Đỏ – quá hạn 18 ngày"),
            *(datetime(2026, 10, 20), None, None, None),  # noqa: DTZ001
        ],
        [
            *(PLAN, "Ban hành quy chế", "Sở Nội vụ", "Trước ngày 05/12", datetime(2026, 12, 5)),  # noqa: DTZ001
            *(
                "Hoàn thành",
                "Xanh – hoàn thành đúng hạn",
                None,
                datetime(2026, 11, 18),  # noqa: DTZ001
                "Số 12/QĐ",
                "Kế hoạch 57, mục 2",
            ),
        ],
    ]


def test_lights_have_words_and_colours() -> None:
    with opened(few()) as sheet:
        shown = [(cell.value, str(cell.fill.fgColor.rgb)[2:]) for (cell,) in sheet.iter_rows(5, min_col=7, max_col=7)]
    colours = {standing: look.fill[1:] for standing, look in LOOKS.items()}
    assert shown == [
        ("Xanh – hoàn thành đúng hạn", colours[Standing.DONE_IN_TIME]),
        ("Hoàn thành quá hạn", colours[Standing.DONE_LATE]),
        ("Đỏ – quá hạn 18 ngày", colours[Standing.LATE]),
        ("Vàng – sắp đến hạn, còn 5 ngày", colours[Standing.NEAR]),
        ("Xanh – trong hạn, còn 41 ngày", colours[Standing.IN_TIME]),
    ]


def test_filters_and_paper() -> None:
    with opened(few()) as sheet:
        assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A5", "A4:K9", "$4:$4")
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter is not None
        assert sheet.oddFooter.right.text == "Trang &P/&N"
        assert [cell.number_format for (cell,) in sheet.iter_rows(5, min_col=5, max_col=5)] == ["dd/mm/yyyy"] * 5


@pytest.mark.parametrize("text", ["=HYPERLINK(A1)", "+84 lượt", "-1+1", "@SUM(A1)", "a\x0b\x07b"])
def test_what_looks_like_a_formula_stays_a_text(text: str) -> None:
    one = occurrence(1, date(2026, 12, 1))
    entry = Entry(one, Standing.IN_TIME, text, text, deadline=text, note=text, source=text)
    with opened(Board(text, date(2026, 11, 20), (entry,))) as sheet:
        cells = [sheet.cell(5, column) for column in (1, 2, 4, 10, 11)]
        assert [cell.data_type for cell in cells] == ["s"] * 5
        assert [cell.value for cell in cells] == [text.replace("\x0b", " ").replace("\x07", " ")] * 5


def test_nothing() -> None:
    with opened(empty()) as sheet:
        assert sheet.max_row == 4
    with opened(board([])) as sheet:
        assert sheet.auto_filter.ref == "A4:K4"
