"""Files made to exhaust a reader: read within the limits, or refused with a sentence."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from ingest.documents import Table
from ingest.readers import read_document
from knowledge.errors import PlanFileError
from tests.ingest.readers.office import p, write_docx

TOO_MANY = "Tệp có quá nhiều thành phần (nhiều hơn một văn bản 600 trang) nên không được mở; xin chia nhỏ tệp."
TOO_LARGE = "Tệp nén chứa nội dung lớn bất thường khi giải nén nên không được mở; xin kiểm tra lại nguồn của tệp."
TOO_WIDE = "Trang tính có vùng ô lớn bất thường nên không được mở; xin xóa các ô thừa rồi lưu lại."
SECONDS = 5.0
"""Of processor time, as other work on the machine says nothing of the reader."""


def timed(path: Path) -> Table | str:
    """The first table, or the sentence of the refusal, got within the time that a killer may take."""
    begin = time.process_time()
    try:
        block = read_document(path).blocks[0]
    except PlanFileError as error:
        return error.sentence
    finally:
        assert time.process_time() - begin < SECONDS
    assert isinstance(block, Table)
    return block


def workbook(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """A small workbook whose sheet's XML is changed."""
    book = Workbook()
    assert book.active is not None
    book.active.append(["TT", "Nhiệm vụ"])
    book.active.append([1, "Rà soát"])
    book.save(path)
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["xl/worksheets/sheet1.xml"] = change(parts["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return path


def after_rows(xml: str) -> Callable[[bytes], bytes]:
    return lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData>" + xml.encode())


NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPELLINGS = [
    '<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>',
    f"<x:mergeCells xmlns:x='{NAMESPACE}'><x:mergeCell ref='A2:XFD1048576'/></x:mergeCells>",
    '<mergeCells><mergeCell\n  ref = "A2:XFD1048576"  ></mergeCell></mergeCells>',
    '<mergeCells count="1"><mergeCell other="1" ref="$A$2:$XFD$1048576" more="2"/></mergeCells>',
    '<mergeCells><mergeCell ref="A2&#58;XFD&#x31;048576"/></mergeCells>',
    '<mergeCells><mergeCell ref="XFD1048576:A2"/></mergeCells>',
    "<mergeCells>" + '<mergeCell ref="A2:XFD1048576"/>' * 50_000 + "</mergeCells>",
]


@pytest.mark.parametrize("spelling", SPELLINGS, ids=range(len(SPELLINGS)))
def test_merges_over_a_whole_sheet(tmp_path: Path, spelling: str) -> None:
    table = timed(workbook(tmp_path / "a.xlsx", after_rows(spelling)))
    assert isinstance(table, Table)
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["TT", "Nhiệm vụ"], ["1", ""]]


def test_overlapping_merges_that_reach_far(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>cuối</t></is></c></row></sheetData>'
    merges = "<mergeCells>" + '<mergeCell ref="A1:A1048576"/>' * 1_000 + "</mergeCells>"
    path = workbook(tmp_path / "a.xlsx", lambda sheet: sheet.replace(b"</sheetData>", (far + merges).encode()))
    assert timed(path) == TOO_WIDE


@pytest.mark.parametrize("row", ['<row r="{}" s="1" ht="15"/>', '<row r="{0}" hidden="1"/>'])
def test_a_million_rows_without_text(tmp_path: Path, row: str) -> None:
    rows = "".join(row.format(number) for number in range(3, 1_048_501)) + "</sheetData>"
    path = workbook(tmp_path / "a.xlsx", lambda sheet: sheet.replace(b"</sheetData>", rows.encode()))
    table = timed(path)
    assert isinstance(table, Table)
    assert len(table.rows) == 2


@pytest.mark.parametrize("element", ["<w:p/>", "<w:r/>", "<w:tr><w:tc><w:p/></w:tc></w:tr>", '<w:p w:a="" w:b=""/>'])
def test_a_million_tiny_elements(tmp_path: Path, element: str) -> None:
    body = p("KẾ HOẠCH") + element * (1_000_000 // element.count("<"))
    assert timed(write_docx(tmp_path / "a.docx", body)) in (TOO_MANY, TOO_LARGE)


MEASURE = """
import re, sys
from pathlib import Path
from ingest.readers import read_document
read_document(Path(sys.argv[1]))
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""
"""The peak of this program alone: `ru_maxrss` begins with the size of the process that started it."""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a program is told by Linux only")
def test_memory_stays_low(tmp_path: Path) -> None:
    """The largest files that are read at all, each in a process of its own."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="B{n}"><v>2</v></c></row>' for n in range(3, 120_000))
    book = workbook(
        tmp_path / "a.xlsx", lambda sheet: sheet.replace(b"</sheetData>", (rows + "</sheetData>").encode())
    )
    paper = write_docx(tmp_path / "a.docx", "<w:p><w:r><w:t>việc</w:t></w:r></w:p>" * 99_000)
    for path in (book, paper):
        command = [sys.executable, "-c", MEASURE, str(path)]
        run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        assert int(run.stdout) < 500_000
