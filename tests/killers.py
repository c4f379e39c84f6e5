"""Makes files that cost a careless reader minutes or gigabytes. Each is to be refused, or read, in seconds.

`KILLERS` names them all; each maker takes the path to write. The same maker gives the same file.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image

Make = Callable[[Path], object]

_OFFICES = ("Sở Y tế", "Sở Tài chính", "Sở Nội vụ", "Sở Tư pháp", "Sở Xây dựng", "Công an tỉnh", "Sở Công Thương")


# PDF


def write_objects(path: Path, objects: Sequence[bytes]) -> None:
    """A PDF of the given objects, numbered from 1; the first is the catalog."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    path.write_bytes(bytes(out))


def stream(content: bytes, more: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), more, content)


_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def _one_page(content: bytes, resources: bytes = b"", *more: bytes) -> list[bytes]:
    """Objects of one page: 1 catalog, 2 pages, 3 page, 4 its content, 5 a font, then `more`."""
    return [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> %b >> >>" % resources,
        content,
        _FONT,
        *more,
    ]


def two_flate_layers(path: Path) -> None:
    """14 kB that unpack to 14 MB, and these to 14 GB of blanks."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    outer = zlib.compress(b"\x78\xda" + megabyte * 14_000 + packer.flush(), 9)
    write_objects(path, _one_page(stream(outer, b"/Filter [/FlateDecode /FlateDecode]")))


def nested_forms(path: Path) -> None:
    """3 kB: twelve forms, each of which draws the next one ten times: 10^12 words."""
    levels = 12
    forms = []
    for level in range(levels):
        last = level == levels - 1
        content = b"BT /F 12 Tf 50 50 Td (A) Tj ET" if last else b"/X Do " * 10
        inner = b"/Font << /F 5 0 R >>" if last else b"/XObject << /X %d 0 R >>" % (7 + level)
        forms.append(
            stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << %b >>" % inner)
        )
    write_objects(path, _one_page(stream(b"/X Do"), b"/XObject << /X 6 0 R >>", *forms))


def form_of_itself(path: Path) -> None:
    """A form that draws itself."""
    own = stream(
        b"/X Do /X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
    )
    write_objects(path, _one_page(stream(b"/X Do"), b"/XObject << /X 6 0 R >>", own))


def many_rules(path: Path) -> None:
    """Two million ruling lines in some kilobytes."""
    lines = b"".join(b"%d %d m %d %d l S\n" % (n % 500, n % 700, n % 500 + 60, n % 700) for n in range(2_000))
    content = zlib.compress(zlib.compress(lines * 1_000, 9), 9)
    write_objects(path, _one_page(stream(content, b"/Filter [/FlateDecode /FlateDecode]")))


def five_thousand_pages(path: Path) -> None:
    """Each with a line of text."""
    count = 5_000
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, count),
        _FONT,
    ]
    for n in range(count):
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R " % (5 + 2 * n)
        objects.append(page + b"/Resources << /Font << /F 3 0 R >> >> >>")
        objects.append(stream(b"BT /F 12 Tf 50 780 Td (Trang %d cua van ban) Tj ET" % n))
    write_objects(path, objects)


# Excel


def _sheet(path: Path, rows: Iterable[str], tail: str = "", encoding: str = "utf-8", prefix: str = "") -> None:
    """A workbook whose only sheet is the given XML, as no office program would write it."""
    book = Workbook()
    book.active["A1"] = "TT"  # type: ignore[index]
    kept = BytesIO()
    book.save(kept)
    name = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
    head = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        f'<{prefix}worksheet {name}="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    )
    body = f"<{prefix}sheetData>{''.join(rows)}</{prefix}sheetData>{tail}</{prefix}worksheet>"
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            sheet = part == "xl/worksheets/sheet1.xml"
            new.writestr(part, (head + body).encode(encoding) if sheet else old.read(part))


_TITLE = ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời hạn")


def _text_row(prefix: str = "") -> str:
    cells = "".join(
        f'<{prefix}c r="{letter}1" t="inlineStr"><{prefix}is><{prefix}t>{text}</{prefix}t></{prefix}is></{prefix}c>'
        for letter, text in zip("ABCD", _TITLE, strict=True)
    )
    return f'<{prefix}row r="1">{cells}</{prefix}row>'


_MERGES = {
    "thường": '<mergeCell ref="A{}:XFD{}"/>',
    "nháy đơn": "<mergeCell ref='A{}:XFD{}'/>",
    "cách và xuống dòng": '<mergeCell\n  ref = "A{}:XFD{}"\n></mergeCell>',
    "mã ký tự": '<mergeCell ref="&#65;{}:&#x58;FD{}"/>',
    "tiền tố": '<x:mergeCell ref="A{}:XFD{}"/>',
    "utf-16": '<mergeCell ref="A{}:XFD{}"/>',
}
"""Spellings of one and the same XML."""


def merges(spelling: str) -> Make:
    """A workbook of about 8 kB with 500 merged areas of 16 million cells in all their spellings."""

    def make(path: Path) -> None:
        prefix = "x:" if spelling == "tiền tố" else ""
        encoding = "utf-16" if spelling == "utf-16" else "utf-8"
        areas = "".join(_MERGES[spelling].format(n * 1_000 + 2, n * 1_000 + 1_001) for n in range(500))
        _sheet(path, [_text_row(prefix)], f"<{prefix}mergeCells>{areas}</{prefix}mergeCells>", encoding, prefix)

    return make


def empty_rows(path: Path) -> None:
    """1,048,500 rows that hold nothing."""
    _sheet(path, [_text_row(), *(f'<row r="{n}"/>' for n in range(2, 1_048_501))])


def styled_rows(path: Path) -> None:
    """300,000 rows of which each has two cells with borders and nothing in them."""
    _sheet(
        path,
        [_text_row(), *(f'<row r="{n}"><c r="A{n}" s="0"/><c r="B{n}" s="0"/></row>' for n in range(2, 300_001))],
    )


def picture(side: int = 20_000) -> bytes:
    """A PNG of side x side black pixels, in some tens of kilobytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def picture_in_a_drawing(path: Path) -> None:
    """A workbook with a task table, and in its drawing a picture of 20,000 x 20,000 pixels."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (_TITLE, ("1", "Kiểm kê kho vật tư", "Sở Tài chính", "Quý I/2026")):
        sheet.append(row)
    small = BytesIO()
    Image.new("1", (8, 8)).save(small, "PNG")
    sheet.add_image(SheetImage(small), "F1")
    kept = BytesIO()
    book.save(kept)
    with zipfile.ZipFile(kept) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, picture() if part.startswith("xl/media/") else old.read(part))


# Word


def _document(path: Path, body: Iterable[str]) -> None:
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {names}><w:body>{''.join(body)}</w:body></w:document>")


def tiny_elements(path: Path) -> None:
    """A million elements that hold nothing, in one paragraph."""
    _document(path, ["<w:p>", *("<w:r/>" for _ in range(1_000_000)), "</w:p>"])


def tiny_paragraphs(path: Path) -> None:
    """A million elements in 250,000 paragraphs of one letter."""
    _document(path, ("<w:p><w:r><w:t>a</w:t></w:r></w:p>" for _ in range(250_000)))


def tiny_cells(path: Path) -> None:
    """A table of 100,000 cells of one letter."""
    cell = "<w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"
    _document(path, ["<w:tbl>", *(f"<w:tr>{cell * 10}</w:tr>" for _ in range(10_000)), "</w:tbl>"])


# Text

_WORK = ("rà soát danh mục", "lập hồ sơ", "kiểm kê tài sản", "tổng hợp số liệu", "báo cáo kết quả")


def duties(path: Path, count: int = 8_000) -> None:
    """So many duties of one line each: an honest paper, which is to be read whole."""
    lines = [
        "ỦY BAN NHÂN DÂN TỈNH PHÚ GIANG",
        "Số: 99/KH-UBND",
        "Phú Giang, ngày 05 tháng 01 năm 2026",
        "",
        "KẾ HOẠCH",
        "Kiểm kê hồ sơ năm 2026",
        "",
        "I. NHIỆM VỤ",
        *(
            f"{n}. {_OFFICES[n % 7]} {_WORK[n % 5]} của tổ số {n} trước ngày {n % 28 + 1}/{n % 12 + 1}/2026."
            for n in range(1, count + 1)
        ),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def one_long_line(path: Path) -> None:
    """Two megabytes without a line end."""
    path.write_text("KẾ HOẠCH\n" + "Sở Y tế và Sở Tài chính chủ trì, phối hợp trước ngày 30 tháng " * 30_000, "utf-8")


def wrapped_text(path: Path) -> None:
    """40,000 lines none of which ends a sentence: one paragraph, to a reader that joins wrapped lines."""
    path.write_text(
        "KẾ HOẠCH\n" + "các cơ quan tiếp tục thực hiện việc kiểm kê hồ sơ của từng tổ và\n" * 40_000, "utf-8"
    )


KILLERS: dict[str, Make] = {
    "hai lớp nén.pdf": two_flate_layers,
    "biểu mẫu lồng nhau.pdf": nested_forms,
    "biểu mẫu tự gọi.pdf": form_of_itself,
    "nhiều đường kẻ.pdf": many_rules,
    "năm nghìn trang.pdf": five_thousand_pages,
    **{f"gộp ô {spelling}.xlsx": merges(spelling) for spelling in _MERGES},
    "dòng trống.xlsx": empty_rows,
    "dòng kẻ khung.xlsx": styled_rows,
    "ảnh lớn.xlsx": picture_in_a_drawing,
    "triệu phần tử.docx": tiny_elements,
    "triệu đoạn.docx": tiny_paragraphs,
    "nhiều ô.docx": tiny_cells,
    "tám nghìn việc.txt": duties,
    "một dòng dài.txt": one_long_line,
    "không hết câu.txt": wrapped_text,
}
"""By the name of the file that is made."""
