"""Workbooks: visible cells with the rows that a person counts in Excel."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from ingest.documents import Cell, Row, Table
from ingest.readers import read_document
from ingest.readers.cell_values import print_value

ABOVE = Cell("", merged_above=True)
LEFT = Cell("", merged_left=True)


def save(book: Workbook, path: Path) -> Path:
    book.save(path)
    return path


def test_a_task_table(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Nhiệm vụ"
    sheet["B3"] = "TT"
    sheet["C3"], sheet["D3"], sheet["E3"] = "Nhiệm vụ", "Thời gian", "Chủ trì"
    sheet["B4"] = "I. Cải cách thể chế"
    sheet.merge_cells("B4:E4")
    sheet["B6"], sheet["C6"], sheet["D6"], sheet["E6"] = 1, "Rà soát\nvăn bản ", date(2026, 6, 5), "Sở Nội vụ"
    sheet["B7"], sheet["C7"], sheet["D7"] = 2.0, "Công bố", "Quý II"
    sheet.merge_cells("E6:E7")
    (table,) = read_document(save(book, tmp_path / "Phụ lục số 1.xlsx")).blocks
    assert table == Table(
        (
            Row((Cell("TT"), Cell("Nhiệm vụ"), Cell("Thời gian"), Cell("Chủ trì")), number=3),
            Row((Cell("I. Cải cách thể chế"), LEFT, LEFT, LEFT), number=4),
            Row((Cell("1"), Cell("Rà soát\nvăn bản"), Cell("05/06/2026"), Cell("Sở Nội vụ")), number=6),
            Row((Cell("2"), Cell("Công bố"), Cell("Quý II"), ABOVE), number=7),
        ),
        sheet="Nhiệm vụ",
    )


def test_hidden_things_are_left_out_and_named(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Chính"
    for row in range(1, 5):
        sheet.append([f"việc {row}", "ghi chú", "Sở Nội vụ"])
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("Nháp").append(["bỏ"])
    book["Nháp"].sheet_state = "hidden"
    book.create_sheet("Trống")
    document = read_document(save(book, tmp_path / "a.xlsx"))
    assert [(row.number, [cell.text for cell in row.cells]) for row in document.blocks[0].rows] == [  # type: ignore[union-attr]
        (1, ["việc 1", "Sở Nội vụ"]),
        (3, ["việc 3", "Sở Nội vụ"]),
        (4, ["việc 4", "Sở Nội vụ"]),
    ]
    assert document.notes == (
        "Bỏ qua 1 dòng ẩn của trang tính “Chính”.",
        "Bỏ qua 1 cột ẩn của trang tính “Chính”.",
        "Bỏ qua trang tính ẩn “Nháp”.",
    )


def test_formulas_that_were_never_computed_are_named(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["việc", "=A1&A1"])
    assert read_document(save(book, tmp_path / "a.xlsx")).notes == (
        "Trang tính “Sheet” có 1 công thức chưa có giá trị (B1); xin mở bằng Excel, lưu lại rồi nạp lại.",
    )


def test_legacy_fonts(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"], sheet["A3"] = "Së Néi vô", "Sôû Tö phaùp", "Sở Y tế"
    sheet["A1"].font, sheet["A2"].font = Font(name=".VnTime"), Font(name="VNI-Times")
    (table,) = read_document(save(book, tmp_path / "a.xlsx")).blocks
    assert isinstance(table, Table)
    assert [row.cells[0].text for row in table.rows] == ["Sở Nội vụ", "Sở Tư pháp", "Sở Y tế"]


@pytest.mark.parametrize(
    ("value", "number_format", "printed"),
    [
        (12, "General", "12"),
        (12.0, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (0.85, "0%", "85%"),
        (0.85, '0"%"', "1%"),
        (datetime(2026, 6, 5), "dd/mm/yyyy", "05/06/2026"),  # noqa: DTZ001 (Excel knows no zone)
        (datetime(2026, 6, 1), "mm/yyyy", "06/2026"),  # noqa: DTZ001
        (datetime(2026, 6, 1), '"Tháng" m "năm" yyyy', "06/2026"),  # noqa: DTZ001
        (datetime(2026, 6, 5, 14, 30), "dd/mm/yyyy hh:mm", "05/06/2026 14:30"),  # noqa: DTZ001
        (date(2026, 1, 1), "yyyy", "2026"),
        (time(8, 5), "hh:mm", "08:05"),
        (True, "General", "TRUE"),
        ("Quý II", "General", "Quý II"),
    ],
)
def test_values_as_printed(value: object, number_format: str, printed: str) -> None:
    assert print_value(value, number_format) == printed
