"""Workbooks: visible cells with the rows that a person counts in Excel."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
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


HEAD = ["TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"]


def book_of(*rows: Sequence[object]) -> Workbook:
    book = Workbook()
    assert book.active is not None
    book.active.title = "A"
    for row in rows:
        book.active.append(list(row))
    return book


def read(book: Workbook, folder: Path) -> tuple[list[list[list[str]]], tuple[str, ...]]:
    """The tables as texts ("^", "<" for merged cells), and the notes."""
    document = read_document(save(book, folder / "a.xlsx"))
    tables = [block for block in document.blocks if isinstance(block, Table)]
    shown = [
        [[cell.text + "^" * cell.merged_above + "<" * cell.merged_left for cell in row.cells] for row in table.rows]
        for table in tables
    ]
    return shown, document.notes


def test_struck_cells_rows_and_words_are_not_in_force(tmp_path: Path) -> None:
    book = book_of(
        HEAD,
        [1, "Rà soát", CellRichText(TextBlock(InlineFont(strike=True), "Sở A "), "Sở B"), date(2026, 6, 5)],
        [2, "Mua xe", "Sở C", date(2026, 7, 5)],
        [3, "Công bố", "Sở D", date(2026, 8, 5)],
    )
    sheet = book.active
    assert sheet is not None
    for place in ("B3", "C3", "D3", "D4"):
        sheet[place].font = Font(strike=True)
    assert read(book, tmp_path) == (
        [[HEAD, ["1", "Rà soát", "Sở B", "05/06/2026"], ["3", "Công bố", "Sở D", ""]]],
        (
            "Chữ bị gạch ngang không được nạp: “Sở A” (trang tính “A”, dòng 2).",
            "Chữ bị gạch ngang không được nạp: “05/08/2026” (trang tính “A”, dòng 4).",
            "Dòng bị gạch ngang không được nạp: “2 | Mua xe | Sở C | 05/07/2026” (trang tính “A”, dòng 3).",
        ),
    )


def test_a_merge_shows_its_text_in_what_is_left_of_it(tmp_path: Path) -> None:
    book = book_of(HEAD, [1, "a", "Sở A", "Quý I"], [2, "b"], [3, "c"], [4, "d", "Sở D"])
    sheet = book.active
    assert sheet is not None
    sheet.merge_cells("C2:C4")
    sheet.row_dimensions[2].hidden = True
    rows = [HEAD, ["2", "b", "Sở A", ""], ["3", "c", "^", ""], ["4", "d", "Sở D", ""]]
    assert read(book, tmp_path)[0] == [rows]
    sheet.row_dimensions[2].hidden = False
    for cell in sheet[2]:
        cell.font = Font(strike=True)
    # A merge that began in a struck row has no text: it is not the row's above.
    assert read(book, tmp_path)[0] == [[HEAD, ["2", "b", "", ""], ["3", "c", "", ""], ["4", "d", "Sở D", ""]]]


def test_a_blank_row_and_a_header_begin_a_table(tmp_path: Path) -> None:
    task = [1, "Rà soát", "Sở A", "Quý I"]
    second = ["STT", "Chỉ tiêu", "Đơn vị"]
    book = book_of(["KẾ HOẠCH"], [], HEAD, task, [], ["II. CHỈ TIÊU"], second, [1, "Tỷ lệ", "%"])
    assert read(book, tmp_path)[0] == [
        [["KẾ HOẠCH", "", "", ""], HEAD, [str(c) for c in task]],
        [["II. CHỈ TIÊU", "", "", ""], [*second, ""], ["1", "Tỷ lệ", "%", ""]],
    ]


@pytest.mark.parametrize(
    "after",
    [
        [["II. Thể chế"], [2, "Công bố", "Sở B", "Quý II"]],
        [[2, "Công bố", "Sở B", "Quý II"]],
        [["", "Công bố", "Sở B", "Thường xuyên"]],
        [["Ghi chú"]],
    ],
)
def test_a_blank_row_alone_begins_none(tmp_path: Path, after: list[list[object]]) -> None:
    book = book_of(HEAD, [1, "Rà soát", "Sở A", "Quý I"], [], *after)
    assert len(read(book, tmp_path)[0]) == 1


def test_a_header_in_bold_begins_a_table(tmp_path: Path) -> None:
    book = book_of(HEAD, [1, "Rà soát", "Sở A", "Quý I"], [], ["Đơn vị", "Tên", "Số"], ["Sở A", "x", "y"])
    sheet = book.active
    assert sheet is not None
    assert len(read(book, tmp_path)[0]) == 1
    for cell in sheet[4]:
        cell.font = Font(bold=True)
    assert len(read(book, tmp_path)[0]) == 2


def test_pictures_are_never_opened_and_drawn_text_is_told(tmp_path: Path) -> None:
    """The picture declares 20,000 x 20,000 points; nobody looks at it."""
    path = save(book_of(HEAD, [1, "Rà soát", "Sở A", "Quý I"]), tmp_path / "a.xlsx")
    drawing = (
        '<xdr:wsDr xmlns:xdr="x" xmlns:a="y"><xdr:sp><xdr:txBody><a:p><a:r><a:t>Lưu ý: hạn mới</a:t></a:r></a:p>'
        "</xdr:txBody></xdr:sp></xdr:wsDr>"
    )
    size = (20_000).to_bytes(4, "big")
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("xl/drawings/drawing1.xml", drawing)
        file.writestr("xl/media/image1.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size + size + bytes(30))
    document = read_document(path)
    assert len(document.blocks) == 1
    assert document.notes == ("Chữ trong hình vẽ không được nạp: “Lưu ý: hạn mới” (khung vẽ trên trang tính).",)


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
        (3, "00", "03"),
        (1.1, "0.00", "1.10"),
        (3, '"Quý "0', "Quý 3"),
        (5, 'General" ngày"', "5 ngày"),
        (12000, '#,##0 "đồng"', "12000 đồng"),
        (0, "0;-0;;@", ""),
        (5, ";;;", ""),
        (-12, "0;(0)", "12"),
        (0, '0;-0;"-"', "-"),
        ("Quý II", "General", "Quý II"),
    ],
)
def test_values_as_printed(value: object, number_format: str, printed: str) -> None:
    assert print_value(value, number_format) == printed


def test_page_headers_without_their_codes(tmp_path: Path) -> None:
    book = book_of(HEAD, [1, "Rà soát", "Sở A", "Quý I"])
    sheet = book.active
    assert sheet is not None
    assert sheet.oddHeader is not None
    assert sheet.oddFooter is not None
    sheet.oddHeader.left.text, sheet.oddFooter.center.text = "Sở Nội vụ", "Trang &P"
    assert read_document(save(book, tmp_path / "a.xlsx")).margins == ("Sở Nội vụ", "Trang")
