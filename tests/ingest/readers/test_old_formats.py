"""Old and foreign office formats, through LibreOffice; and files that bear another format's name."""

from __future__ import annotations

import base64
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document as WordDocument
from openpyxl import Workbook

from ingest.documents import Document, Line
from ingest.readers import libreoffice, read_document
from knowledge.errors import KehoachError, PlanFileError
from tests.ingest.readers.office import p, save_as, write_docx
from tests.tools import needs_office


def texts(document: Document) -> list[object]:
    """Lines with text, tables as rows of texts."""
    return [
        block.text if isinstance(block, Line) else [[cell.text for cell in row.cells] for row in block.rows]
        for block in document.blocks
        if not isinstance(block, Line) or block.text.strip()
    ]


def paper(folder: Path) -> Path:
    """A plan that ends in two tables, with a list and struck text."""
    made = WordDocument()
    made.add_paragraph("KẾ HOẠCH")
    made.add_paragraph("Rà soát văn bản", style="List Number")
    made.add_paragraph("Công bố kết quả", style="List Number")
    struck = made.add_paragraph("Chủ trì: ")
    struck.add_run("Sở Tài chính ").font.strike = True
    struck.add_run("Sở Nội vụ")
    for rows in (
        [["TT", "Nhiệm vụ", "Chủ trì"], ["1", "Rà soát", "Sở Nội vụ"]],
        [["Nơi nhận:", "KT. CHỦ TỊCH"]],
    ):
        table = made.add_table(rows=len(rows), cols=len(rows[0]))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                table.cell(number, column).text = text
    path = folder / "paper.docx"
    made.save(str(path))
    return path


READ = [
    "KẾ HOẠCH",
    "1. Rà soát văn bản",
    "2. Công bố kết quả",
    "Chủ trì: Sở Nội vụ",
    [["TT", "Nhiệm vụ", "Chủ trì"], ["1", "Rà soát", "Sở Nội vụ"]],
    [["Nơi nhận:", "KT. CHỦ TỊCH"]],
]


@needs_office
@pytest.mark.parametrize("suffix", ["doc", "odt", "rtf"])
def test_a_paper_in_an_old_format(tmp_path: Path, suffix: str) -> None:
    old = save_as(paper(tmp_path), suffix, tmp_path)
    document = read_document(old)
    assert (document.file, document.format) == (f"paper.{suffix}", suffix)
    assert texts(document) == READ
    assert document.notes == ("Chữ bị gạch ngang không được nạp: “Sở Tài chính” (đoạn 4).",)
    # A file renamed is read as what it is.
    other = tmp_path / "đổi tên.doc"
    other.write_bytes(old.read_bytes())
    assert texts(read_document(other)) == READ


@needs_office
def test_an_old_workbook(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["TT", "Nhiệm vụ", "Thời hạn"])
    book.active.append([1, "Rà soát", "30/6/2026"])
    book.create_sheet("Ẩn").sheet_state = "hidden"
    book.save(tmp_path / "book.xlsx")
    document = read_document(save_as(tmp_path / "book.xlsx", "xls", tmp_path))
    assert texts(document) == [[["TT", "Nhiệm vụ", "Thời hạn"], ["1", "Rà soát", "30/6/2026"]]]
    assert (document.format, document.notes) == ("xls", ("Bỏ qua trang tính ẩn “Ẩn”.",))


PAGE = "<html><body><p>KẾ HOẠCH</p><table><tr><td>TT</td><td>Hạn</td></tr><tr><td>1</td><td>05/06/2026</td></tr>"


@needs_office
@pytest.mark.parametrize("name", ["a.doc", "a.xls"])
def test_a_web_page_under_an_office_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(PAGE + "</table></body></html>", encoding="utf-8")
    assert texts(read_document(tmp_path / name)) == ["KẾ HOẠCH", [["TT", "Hạn"], ["1", "05/06/2026"]]]


@needs_office
def test_a_web_archive_under_an_office_name(tmp_path: Path) -> None:
    page = base64.encodebytes((PAGE + "</table></body></html>").encode()).decode()
    mail = (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"\n\n--x\n'
        f"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n{page}\n--x--\n"
    )
    (tmp_path / "a.doc").write_text(mail)
    assert texts(read_document(tmp_path / "a.doc")) == ["KẾ HOẠCH", [["TT", "Hạn"], ["1", "05/06/2026"]]]


@needs_office
def test_a_word_file_of_ours_becomes_a_pdf(tmp_path: Path) -> None:
    word, out = WordDocument(), BytesIO()
    word.add_paragraph("BÁO CÁO kết quả")
    word.save(out)
    (tmp_path / "a.pdf").write_bytes(libreoffice.to_pdf(out.getvalue()))
    assert texts(read_document(tmp_path / "a.pdf")) == ["BÁO CÁO kết quả"]


def test_without_libreoffice_there_is_no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "find_libreoffice", lambda: None)
    with pytest.raises(KehoachError) as refused:
        libreoffice.to_pdf(b"PK")
    assert refused.value.sentence == (
        "Chưa làm được bản PDF (cần cài LibreOffice: sudo apt-get install libreoffice-writer fonts-croscore); "
        "xin lấy bản Word."
    )


def test_new_formats_under_old_names_need_no_conversion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "find_libreoffice", lambda: None)
    word = write_docx(tmp_path / "a.doc", p("KẾ HOẠCH"))
    assert texts(read_document(word)) == ["KẾ HOẠCH"]
    word.rename(tmp_path / "a.xlsx")
    assert texts(read_document(tmp_path / "a.xlsx")) == ["KẾ HOẠCH"]
    (tmp_path / "b.doc").write_text("KẾ HOẠCH\n1. Rà soát", encoding="utf-8")
    assert texts(read_document(tmp_path / "b.doc")) == ["KẾ HOẠCH", "1. Rà soát"]


@pytest.mark.parametrize(("name", "target"), [("a.rtf", ".docx"), ("a.doc", ".docx"), ("a.odt", ".docx")])
def test_without_libreoffice_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, target: str
) -> None:
    monkeypatch.setattr(libreoffice, "find_libreoffice", lambda: None)
    path = tmp_path / name
    if name == "a.odt":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("content.xml", "<a/>")
    else:
        path.write_bytes(rb"{\rtf1 KE HOACH}")
    with pytest.raises(PlanFileError) as refused:
        read_document(path)
    assert refused.value.sentence == (
        "Để đọc tệp này cần cài LibreOffice (lệnh: sudo apt-get install libreoffice-writer libreoffice-calc); "
        f"hoặc xin lưu tệp lại dạng {target} rồi nạp."
    )


def test_a_program_that_hangs_is_ended_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A starter that starts a sleeper, as LibreOffice's does; both go, and so does the folder."""
    program, pids = tmp_path / "soffice", tmp_path / "pids"
    program.write_text(f"#!/bin/sh\nsleep 60 &\necho $$ $! > {pids}\nwait\n")
    program.chmod(0o700)
    monkeypatch.setattr(libreoffice, "find_libreoffice", lambda: str(program))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    begin = time.monotonic()
    with pytest.raises(PlanFileError) as refused:
        libreoffice.convert(b"{\\rtf1}", ".rtf", ".docx", time_limit=1.0)
    assert refused.value.sentence.startswith("LibreOffice không chuyển đổi xong tệp trong 1 giây")
    assert time.monotonic() - begin < 10
    started = [int(pid) for pid in pids.read_text().split()]
    while any(map(_is_running, started)) and time.monotonic() - begin < 10:
        time.sleep(0.01)  # what is killed ends when it is its turn
    assert not any(map(_is_running, started))
    assert not list(tmp_path.glob("kehoach-office-*"))


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # ended, and only not yet asked for by the process that adopted it


LINKS = (
    r"{\rtf1\ansi KE HOACH {\field{\*\fldinst INCLUDETEXT \"%s\"}{\fldrslt cu}}"
    r"{\field{\*\fldinst INCLUDEPICTURE \"%s\"}{\fldrslt x}}\par}"
)


@needs_office
def test_links_to_other_files_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "kín.txt"
    secret.write_text("không ai được thấy")
    (tmp_path / "a.rtf").write_text(LINKS.replace("%s", str(secret)))
    assert "không ai" not in str(texts(read_document(tmp_path / "a.rtf")))
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'office:version="1.2"><office:body><office:text><text:p>KẾ HOẠCH</text:p><text:section text:name="S">'
        f'<text:section-source xlink:href="{secret.as_uri()}"/><text:p>cũ</text:p></text:section>'
        "</office:text></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    entry = '<m:file-entry m:full-path="{}" m:media-type="{}"/>'
    manifest = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" m:version="1.2">'
        f"{entry.format('/', kind)}{entry.format('content.xml', 'text/xml')}</m:manifest>"
    )
    with zipfile.ZipFile(tmp_path / "b.odt", "w") as file:
        file.writestr("mimetype", kind)
        file.writestr("content.xml", content)
        file.writestr("META-INF/manifest.xml", manifest)
    assert texts(read_document(tmp_path / "b.odt")) == ["KẾ HOẠCH", "cũ"]


@needs_office
def test_two_at_once(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.rtf").write_text(rf"{{\rtf1\ansi KE HOACH {name}\par}}")
    with ThreadPoolExecutor(2) as pool:
        read = list(pool.map(read_document, (tmp_path / "a.rtf", tmp_path / "b.rtf")))
    assert [texts(document) for document in read] == [["KE HOACH a"], ["KE HOACH b"]]


@needs_office
def test_text_boxes_and_footnotes_of_rich_text(tmp_path: Path) -> None:
    box = (
        r"{\shp{\*\shpinst\shpleft0\shptop-900\shpright4000\shpbottom-100\shpbypara"
        r"{\sp{\sn shapeType}{\sv 202}}{\shptxt\pard So: 12/KH-UBND\par}}}"
    )
    note = r"{\super\chftn{\footnote\pard{\super\chftn} chu thich}}"
    (tmp_path / "a.rtf").write_text(rf"{{\rtf1\ansi\pard {box}KE HOACH{note}\par Muc tieu\par}}")
    document = read_document(tmp_path / "a.rtf")
    assert texts(document) == ["So: 12/KH-UBND", "KE HOACH", "Muc tieu"]
    assert document.footnotes == ("chu thich",)
