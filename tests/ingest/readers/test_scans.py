"""PDF pages that are pictures, or pictures under a poor text layer: read by OCR, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest import progress
from ingest.documents import Document, Line, Table
from ingest.readers import read_document
from knowledge.errors import ClassifiedError, PlanFileError
from tests.pdfs import PAGE_HEIGHT, PAGE_WIDTH, Grid, PageItem, Picture, Text, text_font, write_pdf
from tests.scans import Scanner, long_table, pictures_of, scan
from tests.tools import needs_tesseract

LETTER: list[PageItem] = [
    Text(60, 70, "ỦY BAN NHÂN DÂN"),
    Text(300, 70, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True),
    Text(60, 86, "TỈNH PHÚ GIANG"),
    Text(60, 110, "Số: 57/KH-UBND"),
    Text(330, 110, "Phú Giang, ngày 09 tháng 02 năm 2026"),
    Text(60, 150, "1. Sở Xây dựng lập dự toán sửa chữa bến đò Cây Gạo trước ngày 15/6/2026."),
    Text(60, 170, "2. Giao Sở Tài chính thẩm định, trình Ủy ban nhân dân tỉnh phê duyệt."),
]
INSTALL = "sudo apt-get install tesseract-ocr tesseract-ocr-vie"


def lines(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Line)]


def cells(document: Document) -> list[list[str]]:
    tables = [block for block in document.blocks if isinstance(block, Table)]
    return [[" ".join(cell.text.split()) for cell in row.cells] for table in tables for row in table.rows]


@needs_tesseract
@pytest.mark.parametrize("turned", [0.0, 1.0, -2.0])
def test_a_letter(tmp_path: Path, turned: float) -> None:
    write_pdf(tmp_path / "a.pdf", [LETTER])
    scan(tmp_path / "a.pdf", tmp_path / "b.pdf", Scanner(turned=turned))
    document = read_document(tmp_path / "b.pdf")
    assert lines(document) == lines(read_document(tmp_path / "a.pdf"))
    assert document.notes == ("Trang 1 đọc bằng nhận dạng chữ (OCR), xin soát lại.",)
    for block in document.blocks:
        assert isinstance(block, Line)
        assert 0.5 < block.confidence < 1
        assert block.box is not None


@needs_tesseract
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_sheet_that_lay_on_its_side(tmp_path: Path, quarters: int) -> None:
    write_pdf(tmp_path / "a.pdf", [LETTER])
    (picture,) = pictures_of(tmp_path / "a.pdf", Scanner())
    picture.rotate(90 * quarters, expand=True).save(tmp_path / "b.pdf", resolution=200)
    assert lines(read_document(tmp_path / "b.pdf")) == lines(read_document(tmp_path / "a.pdf"))


@needs_tesseract
def test_every_page_is_told_when_it_is_finished(tmp_path: Path) -> None:
    """Whoever watches the reader gives it more time by that, and shows how far it is."""
    write_pdf(tmp_path / "a.pdf", [LETTER, LETTER, LETTER])
    scan(tmp_path / "a.pdf", tmp_path / "b.pdf")
    told: list[tuple[int, int]] = []
    progress.listen(lambda done, total: told.append((done, total)))
    try:
        read_document(tmp_path / "a.pdf")
        read_document(tmp_path / "b.pdf")
    finally:
        progress.listen(None)
    assert told == [(1, 3), (2, 3), (3, 3)] * 2


@needs_tesseract
def test_a_table_of_forty_rows(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", long_table())
    scan(tmp_path / "a.pdf", tmp_path / "b.pdf")
    printed, read = cells(read_document(tmp_path / "a.pdf")), cells(read_document(tmp_path / "b.pdf"))
    pairs = [(a, b) for wanted, got in zip(printed, read, strict=True) for a, b in zip(wanted, got, strict=True)]
    wrong = [(a, b) for a, b in pairs if a != b]
    assert len(wrong) <= 0.05 * len(pairs), wrong


@needs_tesseract
def test_merged_cells(tmp_path: Path) -> None:
    from tests.pdfs import Box

    rows = (
        ("TT", Box("Nhiệm vụ năm 2026", columns=2), None),
        ("1", Box("Cải cách thể chế", rows=2), "Rà soát văn bản"),
        ("2", None, "Công bố danh mục"),
    )
    write_pdf(tmp_path / "a.pdf", [[Grid(60, 100, (40, 160, 200), rows, 11)]])
    scan(tmp_path / "a.pdf", tmp_path / "b.pdf")
    printed, read = (
        [b for b in read_document(tmp_path / name).blocks if isinstance(b, Table)] for name in ("a.pdf", "b.pdf")
    )
    shape = [
        [[(cell.merged_above, cell.merged_left) for cell in row.cells] for row in table.rows] for table in printed
    ]
    assert shape == [
        [[(cell.merged_above, cell.merged_left) for cell in row.cells] for row in table.rows] for table in read
    ]


def scan_with_layer(path: Path, layer: Sequence[str], *, invisible: bool = True) -> None:
    """The letter as a picture over the whole page, and a text layer beneath it."""
    write_pdf(path, [LETTER])
    (picture,) = pictures_of(path, Scanner(turned=0))
    canvas = Canvas(str(path), pagesize=(PAGE_WIDTH, PAGE_HEIGHT))
    text = canvas.beginText(60, 700)
    text.setTextRenderMode(3 if invisible else 0)
    text.setFont(text_font(), 11)
    for line in layer:
        text.textLine(line)
    canvas.drawText(text)
    canvas.drawImage(ImageReader(picture), 0, 0, PAGE_WIDTH, PAGE_HEIGHT)
    canvas.save()


POOR = [
    "UY BAN NHAN DAN TiNH PHU GIANG",
    "1. S6 XAy dpng l4p du toan stra chira b6n dd CAy Gao trudc ngdy 15/6/2026.",
]
GOOD = ["ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG", "Sở Xây dựng lập dự toán sửa chữa bến đò Cây Gạo."]


@needs_tesseract
@pytest.mark.parametrize("invisible", [True, False])
def test_a_layer_without_vietnamese_is_not_believed(tmp_path: Path, invisible: bool) -> None:
    scan_with_layer(tmp_path / "a.pdf", POOR, invisible=invisible)
    document = read_document(tmp_path / "a.pdf")
    assert LETTER[5].text in lines(document)  # type: ignore[union-attr]
    assert document.notes == ("Trang 1 đọc bằng nhận dạng chữ (OCR), xin soát lại.",)


def test_a_good_layer_is_kept(tmp_path: Path) -> None:
    scan_with_layer(tmp_path / "a.pdf", GOOD)
    document = read_document(tmp_path / "a.pdf")
    assert lines(document) == GOOD
    assert document.notes == ()


@needs_tesseract
def test_text_pages_among_scans_stay_text(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [LETTER, [Picture(), Text(20, 20, "2")], [Text(50, 60, "KẾ HOẠCH năm 2026")]])
    document = read_document(tmp_path / "a.pdf")
    assert document.notes == ("Trang 2 đọc bằng nhận dạng chữ (OCR), xin soát lại.",)
    assert {block.confidence for block in document.blocks if isinstance(block, Line) and block.page != 2} == {1.0}


@needs_tesseract
def test_nothing_in_the_pictures(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [[Picture()], [Picture()]])
    with pytest.raises(PlanFileError) as refused:
        read_document(tmp_path / "a.pdf")
    assert refused.value.sentence == (
        "Tệp PDF chỉ gồm trang quét ảnh; nhận dạng chữ (OCR) không thấy chữ nào trong ảnh."
    )


@needs_tesseract
def test_a_secrecy_mark_on_a_scan(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [[*LETTER, Grid(70, 20, (90,), (("TỐI MẬT",),), 14)]])
    scan(tmp_path / "a.pdf", tmp_path / "b.pdf")
    with pytest.raises(ClassifiedError):
        read_document(tmp_path / "b.pdf")


def test_without_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    write_pdf(tmp_path / "a.pdf", [[Picture()], [Picture()]])
    with pytest.raises(PlanFileError) as refused:
        read_document(tmp_path / "a.pdf")
    assert refused.value.sentence == (
        "Tệp PDF chỉ gồm trang quét ảnh. Cần chương trình nhận dạng chữ tiếng Việt (OCR); "
        f"xin cài bằng lệnh: {INSTALL}"
    )
    write_pdf(tmp_path / "b.pdf", [[Text(50, 60, "KẾ HOẠCH năm 2026")], [Picture()], [Picture()]])
    (note,) = read_document(tmp_path / "b.pdf").notes
    assert note.startswith("Trang 2, 3 là ảnh quét, chưa đọc được. Cần chương trình")


@needs_tesseract
def test_an_enormous_picture(tmp_path: Path) -> None:
    from tests.raw_pdf import one_page, stream, write_objects

    size = "/Type /XObject /Subtype /Image /Width 20000 /Height 20000 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    picture = stream(bytes(400_000), size, layers=1)
    page = "/Resources << /Font << /F1 5 0 R >> /XObject << /X10 10 0 R >> >>"
    write_objects(tmp_path / "a.pdf", one_page(stream(b"595 0 0 842 0 0 cm /X10 Do"), page, {10: picture}))
    with pytest.raises(PlanFileError) as refused:
        read_document(tmp_path / "a.pdf")
    assert "ảnh của trang lớn bất thường" in refused.value.sentence
