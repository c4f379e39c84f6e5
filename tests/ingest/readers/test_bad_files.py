"""Files that cannot be read: one clear sentence each, which never tells the path."""

from __future__ import annotations

import os
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from ingest.readers import read_document
from knowledge.errors import PlanFileError
from tests.ingest.readers.office import item, p, part, write_docx
from tests.pdfs import Text, write_pdf

Make = Callable[[Path], object]

NOT_WORD = "Tệp không phải là tệp Word (.docx) hợp lệ hoặc đã hỏng; xin mở bằng Word rồi lưu lại."
NOT_EXCEL = "Tệp không phải là tệp Excel (.xlsx) hợp lệ hoặc đã hỏng; xin mở bằng Excel rồi lưu lại."
TOO_LARGE = "Tệp nén chứa nội dung lớn bất thường khi giải nén nên không được mở; xin kiểm tra lại nguồn của tệp."
UNSAFE = "Tệp chứa khai báo XML không an toàn nên không được mở; xin mở bằng chương trình gốc rồi lưu lại."
KINDS = ".docx, .doc, .xlsx, .xls, .odt, .rtf, .pdf, .txt hoặc .md"
NOT_OLD = "Tệp không phải là tệp {} hợp lệ hoặc đã hỏng; xin mở bằng chương trình gốc rồi lưu lại dạng {}."
PASSWORD = "Tệp có mật khẩu bảo vệ; xin gỡ mật khẩu rồi nạp lại."
BAD_PDF = "Tệp PDF đã hỏng hoặc không đúng định dạng; xin xuất lại tệp PDF từ bản gốc."
BINARY = (
    "Nội dung là dữ liệu nhị phân chứ không phải văn bản; "
    "xin kiểm tra lại tệp, hoặc đổi đuôi tệp cho đúng loại (.docx, .xlsx, .pdf)."
)
TOO_WIDE = "Trang tính có vùng ô lớn bất thường nên không được mở; xin xóa các ô thừa rồi lưu lại."
EMPTY = "Tệp rỗng, không có nội dung nào để đọc."
NO_TEXT = "Tệp không có chữ nào để đọc."
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def content(data: bytes) -> Make:
    return lambda path: path.write_bytes(data)


def archive(**parts: bytes) -> Make:
    """A zip whose part names have "/" for "__"."""

    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, data in parts.items():
                file.writestr(name.replace("__", "/") + ".xml", data)

    return make


def nothing(_path: Path) -> None:
    """No file at all."""


def ten_gigabytes(path: Path) -> None:
    """A part that declares 10 GB, as its zip directory tells."""
    archive(word__document=b"x" * 100_000)(path)
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 4_000_000_000)
    path.write_bytes(data)


def zeros(path: Path) -> None:
    """A part that really unpacks to 400 MB, in under one megabyte."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file, file.open("word/document.xml", "w") as stream:
        for _ in range(400):
            stream.write(bytes(1_000_000))


def lying_zeros(path: Path) -> None:
    """The same, but the zip directory declares a small part."""
    zeros(path)
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 1_000)
    path.write_bytes(data)


def laughs(path: Path) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    root = part("document", "<w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body>")
    archive(word__document=root.replace("?>", f'?><!DOCTYPE x [<!ENTITY a0 "ha">{entities}]>', 1).encode())(path)


def wide_laughs(path: Path) -> None:
    """The same in UTF-16, where a search for bytes would miss it."""
    archive(word__document='<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []><x/>'.encode("utf-16"))(path)


def change_part(path: Path, name: str, old: bytes, new: bytes) -> None:
    """Make a small workbook and change the bytes of one of its parts."""
    book = Workbook()
    book.active["A1"] = "TT"  # type: ignore[index]
    book.save(path)
    with zipfile.ZipFile(path) as file:
        parts = {part: file.read(part) for part in file.namelist()}
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new)
    with zipfile.ZipFile(path, "w") as file:
        for part_name, data in parts.items():
            file.writestr(part_name, data)


def unknown_style(path: Path) -> None:
    change_part(path, "xl/worksheets/sheet1.xml", b'<c r="A1"', b'<c s="99" r="A1"')


def far_cells(path: Path) -> None:
    book = Workbook()
    for row in range(1, 400):
        book.active.cell(row, row * 40, "x")  # type: ignore[union-attr]
    book.save(path)


def locked_pdf(path: Path) -> None:
    write_pdf(path, [[Text(50, 50, "KẾ HOẠCH")]], password="phugiang")


def cut_docx(path: Path) -> None:
    write_docx(path, p("KẾ HOẠCH") * 100)
    path.write_bytes(path.read_bytes()[:-200])


def locked_word(path: Path) -> None:
    """A text stream whose flags say that it is encrypted."""
    begin = b"\xec\xa5" + bytes(9) + b"\x01"
    path.write_bytes(OLE + bytes(504) + begin + bytes(500) + "WordDocument".encode("utf-16-le"))


def locked_excel(path: Path) -> None:
    begin = bytes.fromhex("0908100000060500") + bytes(12) + b"\x2f\x00"
    path.write_bytes(OLE + bytes(504) + begin + bytes(500) + "Workbook".encode("utf-16-le"))


CASES: list[tuple[str, Make, str]] = [
    ("không có.txt", nothing, "Không tìm thấy tệp; xin kiểm tra lại tên tệp và thư mục."),
    ("không có.doc", nothing, "Không tìm thấy tệp; xin kiểm tra lại tên tệp và thư mục."),
    ("thư mục", Path.mkdir, "Đây là một thư mục, không phải tệp; xin chỉ rõ tệp cần nạp."),
    ("thư mục.docx", Path.mkdir, "Đây là một thư mục, không phải tệp; xin chỉ rõ tệp cần nạp."),
    ("ống.txt", os.mkfifo, "Đây không phải là một tệp thông thường nên không đọc được."),
    ("rỗng.txt", content(b""), EMPTY),
    ("rỗng.docx", content(b""), EMPTY),
    ("trắng.txt", content(b" \r\n\t\n"), EMPTY),
    ("trắng.md", content("\ufeff\u00a0\n".encode()), NO_TEXT),
    ("trắng.docx", lambda path: write_docx(path, p(" ")), NO_TEXT),
    ("trắng.xlsx", lambda path: Workbook().save(path), NO_TEXT),
    ("trắng.pdf", lambda path: write_pdf(path, [[]]), NO_TEXT),
    ("cũ.doc", content(OLE + bytes(9)), NOT_OLD.format(".doc", ".docx")),
    ("cũ.XLS", content(OLE + bytes(9)), NOT_OLD.format(".xls", ".xlsx")),
    ("cũ.docx", content(OLE + bytes(600)), NOT_WORD),
    ("khóa.doc", locked_word, PASSWORD),
    ("khóa.xls", locked_excel, PASSWORD),
    ("khóa.odt", archive(content=b"<a/>", **{"META-INF__manifest": b"<encryption-data/>"}), PASSWORD),
    ("nén.odt", archive(ghi__chú=b"<a/>"), NOT_OLD.format(".odt", ".docx")),
    ("khóa.docx", content(OLE + "EncryptedPackage".encode("utf-16-le")), PASSWORD),
    ("ảnh.png", content(b"\x89PNG"), f"Chưa đọc được loại tệp .png; xin dùng tệp {KINDS}."),
    ("không đuôi", content(b"a"), f"Chưa đọc được tệp không có đuôi; xin dùng tệp {KINDS}."),
    ("nul.txt", content("Kế hoạch\0số 57".encode()), BINARY),
    ("ảnh.txt", content(b"\x89PNG\r\n\x1a\n\x00\x00"), BINARY),
    ("nén.docx", archive(ghi__chú=b"<a/>"), NOT_WORD),
    ("nén.xlsx", archive(ghi__chú=b"<a/>"), NOT_EXCEL),
    ("chữ.docx", content("Kế hoạch".encode()), NOT_WORD),
    ("hỏng.docx", cut_docx, NOT_WORD),
    ("hỏng xml.docx", archive(word__document=b"<a><b>"), NOT_WORD),
    ("không thân.docx", archive(word__document=b"<a/>"), NOT_WORD),
    ("hỏng.xlsx", archive(xl__workbook=b"<a/>"), NOT_EXCEL),
    ("lạ kiểu.xlsx", unknown_style, NOT_EXCEL),
    ("10GB.docx", ten_gigabytes, TOO_LARGE),
    ("bom.docx", zeros, TOO_LARGE),
    ("bom nói dối.docx", lying_zeros, NOT_WORD),
    ("thực thể.docx", laughs, UNSAFE),
    ("thực thể 16.docx", wide_laughs, UNSAFE),
    ("xa.xlsx", far_cells, TOO_WIDE),
    ("hỏng.pdf", content(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog"), BAD_PDF),
    ("chữ.pdf", content("Kế hoạch số 57".encode()), BAD_PDF),
    ("khóa.pdf", locked_pdf, "Tệp PDF có mật khẩu; xin gỡ mật khẩu rồi nạp lại."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "make", "sentence"), CASES, ids=[name for name, _, _ in CASES])
def test_bad_files(tmp_path: Path, name: str, make: Make, sentence: str) -> None:
    path = tmp_path / name
    make(path)
    with pytest.raises(PlanFileError) as refused:
        read_document(path)
    assert refused.value.sentence == sentence


def test_a_bomb_of_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "bom.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file, file.open("xl/workbook.xml", "w") as stream:
        for _ in range(100):
            stream.write(b"<a/>" * 250_000)
    with pytest.raises(PlanFileError) as refused:
        read_document(path)
    assert refused.value.sentence == TOO_LARGE


def test_hostile_counts_do_no_harm(tmp_path: Path) -> None:
    span = f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr>{p("a")}</w:tc></w:tr></w:tbl>'
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="999999999"/>'
        '<w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    body = span + item("a", 0) + item("b", -5) + item("c", 999999)
    assert read_document(write_docx(tmp_path / "a.docx", body, numbering=numbering)).blocks


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    deep = "<w:ins>" * 50_000 + "</w:ins>" * 50_000
    with pytest.raises(PlanFileError) as refused:
        read_document(write_docx(tmp_path / "a.docx", f"<w:p>{deep}</w:p>"))
    assert refused.value.sentence == NOT_WORD


def test_a_name_with_diacritics_and_spaces(tmp_path: Path) -> None:
    name = "Kế hoạch CCHC của tỉnh (bản cuối).docx"
    path = tmp_path / unicodedata.normalize("NFD", name)
    assert read_document(write_docx(path, p("KẾ HOẠCH"))).file == name
