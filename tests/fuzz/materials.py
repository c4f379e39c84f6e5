"""Papers to spoil: the samples, and small ones made by program that use other parts of the formats."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from ingest.samples import sample_files
from tests.bot.papers import FLOODS, LIBRARIES, write_plan
from tests.ingest.readers.office import item, p, write_docx
from tests.pdfs import Grid, Picture, Text, write_pdf

_HEADER = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn")


def materials(folder: Path) -> list[tuple[str, bytes]]:
    """Name and content of each."""
    made = [
        _pdf(folder / "bảng.pdf"),
        _docx(folder / "danh sách.docx"),
        _xlsx(folder / "hai trang.xlsx"),
        write_plan(folder / "thư viện.md", LIBRARIES),
        write_plan(folder / "bão.txt"),
    ]
    samples = sample_files()
    other = samples[0].parent / "cung-noi-dung" / "ke-hoach-57.pdf"
    return [(path.name, path.read_bytes()) for path in (*samples, other, *made)]


def _pdf(path: Path) -> Path:
    rows = [_HEADER, *((str(n), *row) for n, row in enumerate(FLOODS, 1))]
    lines = [Text(50, 40, "KẾ HOẠCH", bold=True), Text(50, 60, "Phòng, chống bão năm 2026")]
    write_pdf(path, [[*lines, Grid(50, 90, (30, 200, 150, 100), rows)], [Picture(50, 50, 200, 100)]])
    return path


def _docx(path: Path) -> Path:
    cells = "".join(f"<w:tc>{p(text)}</w:tc>" for text in _HEADER)
    rows = "".join(
        f"<w:tr>{''.join(f'<w:tc>{p(text)}</w:tc>' for text in (str(n), *row))}</w:tr>"
        for n, row in enumerate(LIBRARIES, 1)
    )
    body = p("KẾ HOẠCH") + item("Nhiệm vụ chung", 0) + item("Sở Nội vụ báo cáo trước ngày 15/6/2026", 1)
    return write_docx(path, f"{body}<w:tbl><w:tr>{cells}</w:tr>{rows}</w:tbl>", header1=p("Phú Giang"))


def _xlsx(path: Path) -> Path:
    book = Workbook()
    for sheet, rows in ((book.active, FLOODS), (book.create_sheet("Thư viện"), LIBRARIES)):
        assert sheet is not None
        sheet.append(["Kế hoạch năm 2026"])
        sheet.merge_cells("A1:D1")
        sheet.append(_HEADER)
        for number, row in enumerate(rows, 1):
            sheet.append([number, *row])
    book.save(path)
    return path
