"""Files that people send in the transcripts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import closing
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook

from tests.bot.papers import DECISION, FLOODS, write_plan


def _plan(rows: tuple[tuple[str, str, str], ...], number: str | None = "12/KH-UBND") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write_plan(Path(folder) / "ke-hoach.md", rows, number=number).read_bytes()


_CHANGED = (
    ("Rà soát phương án ứng phó bão mạnh", "Sở Nông nghiệp và Môi trường", "Quý II/2026"),
    *FLOODS[1:],
    ("Tập huấn sơ cứu cho lực lượng xung kích", "Sở Y tế", "30/6/2026"),
)

_UNSURE = (
    ("Đón khách tham quan làng nghề", "Hội Lữ hành Phú Giang", "Quý III/2026"),
    ("Mở lớp thuyết minh viên", "Sở Nội vụ", "Bao giờ xong thì thôi"),
)
_PEOPLE = (
    ("DANH SÁCH ĐẦU MỐI", None, None, None),
    ("Họ tên", "Cơ quan", "Vai trò", "Kênh"),
    ("Trần An", "Sở Nội vụ", "Đầu mối", "telegram:1"),
)
_LISTED = (
    ("Họ tên", "Cơ quan", "Vai trò", "Kênh", "Số điện thoại"),
    ("Phạm Hoa", "Sở Nội vụ", "Đầu mối", None, "0912 345 678"),
    ("Vũ Minh", "Sở Y tế", "Cán bộ", None, "0987654321"),
    ("Đỗ Sơn", "Sở Y tế", "Quản trị", None, "0900000001"),
)


def _sheet(rows: tuple[tuple[str | None, ...], ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def changed_workbook(content: bytes, changes: Iterable[str]) -> bytes:
    """The workbook with its first sheet changed in turn: "G2 = Sở Y tế", "bỏ dòng 4"."""
    written = BytesIO()
    with closing(load_workbook(BytesIO(content))) as book:
        sheet = book.worksheets[0]
        for change in changes:
            if change.startswith("bỏ dòng "):
                sheet.delete_rows(int(change.removeprefix("bỏ dòng ")))
            else:
                place, _, value = change.partition(" = ")
                sheet[place] = value
        book.save(written)
    return written.getvalue()


FILES = {
    "bao-2026.md": _plan(FLOODS),
    "bao-2026-sua.md": _plan(_CHANGED),
    "qd-77.txt": DECISION.encode(),
    "bao-cao.pdf": b"%PDF-1.7\n" + bytes(64),
    "chua-ro.md": _plan(_UNSURE, number=None),
    "danh-sach.xlsx": _sheet(_PEOPLE),
    "cho-vao.xlsx": _sheet(_LISTED),
    "anh.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
}
