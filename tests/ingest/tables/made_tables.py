"""Task tables made by program: any header words, any order of columns, drawn in every way that offices use."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ingest.candidates import Role
from ingest.readers import read_document
from tests.ingest.writing import directory
from tests.pdfs import Pager, write_pdf

ACTIONS = (
    "Rà soát", "Xây dựng", "Tập huấn", "Kiểm tra", "Sửa chữa", "Lắp đặt", "Tổ chức kiểm kê", "Số hóa", "Trồng lại",
    "Nạo vét", "Khảo sát", "Cập nhật", "Tuyên truyền", "Mua sắm bổ sung", "Hoàn thiện", "Công bố", "Vận hành thử",
)  # fmt: skip
THINGS = (
    "hệ thống cống thoát nước khu chợ Mới", "đường dây điện ven sông Lam Thủy", "kho hồ sơ lưu trữ của cơ quan",
    "cây xanh dọc quốc lộ 3", "đội hình cứu hộ trên hồ Suối Nhạn", "tủ sách pháp luật ở các thôn", "giếng khoan",
    "bản đồ vùng sạt lở ven biển", "phần mềm quản lý trạm bơm", "mái che sân trường tiểu học", "lò đốt rác y tế",
    "nhà văn hóa các khu dân cư", "tuyến xe buýt Hạ Bến - Tân Lộc", "danh sách hộ nuôi lồng bè", "biển báo cấm bơi",
    "quy trình giải quyết đơn thư", "tập bản tin tiếng dân tộc", "vườn ươm giống lúa chịu mặn",
)  # fmt: skip
OFFICES = (
    "Sở Nội vụ", "Sở Tài chính", "Sở Xây dựng", "Sở Y tế", "Công an tỉnh", "Sở Nông nghiệp và Môi trường",
    "Sở Công Thương", "Sở Văn hóa, Thể thao và Du lịch",
    "Văn phòng UBND tỉnh", "Thanh tra tỉnh", "UBND xã Tân Lộc", "Sở Tư pháp",
    "Sở Giáo dục và Đào tạo", "Sở Khoa học và Công nghệ", "Trung tâm Phục vụ hành chính công", "Báo Phú Giang",
)  # fmt: skip
DAYS = (
    "Quý I/2026", "Tháng 5/2026", "Trước ngày 15/6/2026", "30/9/2026", "Thường xuyên", "Quý III, IV/2026", "Hằng năm",
    "Năm 2026", "Tháng 11/2026", "Trước ngày 20 tháng 8 năm 2026", "Hằng quý", "Quý II/2026",
)  # fmt: skip
PRODUCTS = (
    "Báo cáo của Sở", "Kế hoạch của UBND tỉnh", "Biên bản nghiệm thu", "Danh mục kèm theo", "Quyết định phê duyệt",
    "Lớp tập huấn", "Phần mềm chạy thử", "Văn bản hướng dẫn",
)  # fmt: skip
NAMES: Mapping[Role, Sequence[str]] = {
    Role.NUMBER: ("TT", "STT", "Số TT", "Stt"),
    Role.TITLE: ("Nhiệm vụ", "Nội dung công việc", "Tên nhiệm vụ", "Đầu việc", "Hạng mục"),
    Role.LEAD: ("Cơ quan chủ trì", "Đơn vị thực hiện", "Đơn vị đầu mối", "Trách nhiệm chính", "Bộ phận tham mưu"),
    Role.COORDINATING: ("Cơ quan phối hợp", "Đơn vị tham gia", "Phối hợp thực hiện", "Cùng thực hiện"),
    Role.DEADLINE: ("Thời gian hoàn thành", "Thời hạn", "Tiến độ", "Hạn hoàn thành", "Hoàn thành trước"),
    Role.PRODUCT: ("Sản phẩm", "Kết quả dự kiến", "Đầu ra", "Sản phẩm đầu ra"),
}
UNKNOWN: Mapping[Role, Sequence[str]] = {
    Role.NUMBER: ("Mã",),
    Role.TITLE: ("Phần A", "Mảng", "Điều phải xong"),
    Role.LEAD: ("Bên nhận", "Cánh một", "Ai"),
    Role.COORDINATING: ("Bên cạnh", "Cánh hai", "Với ai"),
    Role.DEADLINE: ("Bao giờ", "Khi nào", "Cột mốc"),
    Role.PRODUCT: ("Có gì trong tay", "Thu về", "Cầm về"),
}
USUAL = (Role.NUMBER, Role.TITLE, Role.LEAD, Role.COORDINATING, Role.DEADLINE, Role.PRODUCT)
Fields = tuple[str, tuple[str, ...], tuple[str, ...], str, str]
"""title, lead, coordinating, deadline, product."""


@dataclass(frozen=True)
class MadeTable:
    """A task table before it is drawn; `names` is empty where it has no header."""

    roles: tuple[Role, ...]
    names: tuple[str, ...]
    rows: tuple[Mapping[Role, str], ...]

    @property
    def grid(self) -> list[list[str]]:
        """Its cells, header first."""
        header = [list(self.names)] if self.names else []
        return header + [[row[role] for role in self.roles] for row in self.rows]

    @property
    def fields(self) -> list[Fields]:
        """What its tasks are."""
        return [
            (
                row[Role.TITLE],
                tuple(row[Role.LEAD].split("; ")) if row[Role.LEAD] else (),
                tuple(row[Role.COORDINATING].split("; ")) if row[Role.COORDINATING] else (),
                row[Role.DEADLINE],
                row[Role.PRODUCT] if Role.PRODUCT in self.roles else "",
            )
            for row in self.rows
        ]

    def without(self, gone: int) -> MadeTable:
        """The table with one row taken out."""
        return replace(self, rows=(*self.rows[:gone], *self.rows[gone + 1 :]))

    def permuted(self, rng: random.Random, *, helpers_last: bool = False) -> MadeTable:
        """Its columns in another order, numbers first.

        Args:
            helpers_last: helpers stand right of the leads, as nothing else tells them apart without a header.
        """
        order = list(self.roles)
        rng.shuffle(order)
        if helpers_last:
            order.remove(Role.COORDINATING)
            order.insert(order.index(Role.LEAD) + 1, Role.COORDINATING)
        order.sort(key=lambda role: role is not Role.NUMBER)
        names = tuple(self.names[self.roles.index(role)] for role in order) if self.names else ()
        return replace(self, roles=tuple(order), names=names)


def make_table(
    rng: random.Random, rows: int, names: Mapping[Role, Sequence[str]] = NAMES, roles: Sequence[Role] = USUAL
) -> MadeTable:
    """A table of `rows` different tasks."""
    titles = rng.sample([f"{a} {t}" for a in ACTIONS for t in THINGS], rows)
    made = []
    for number, title in enumerate(titles, 1):
        lead, *helpers = rng.sample(OFFICES, 1 + rng.choice((0, 1, 1, 2)))
        row = {
            Role.NUMBER: str(number),
            Role.TITLE: title,
            Role.LEAD: lead,
            Role.COORDINATING: "; ".join(helpers),
            Role.DEADLINE: rng.choice(DAYS),
            Role.PRODUCT: rng.choice(PRODUCTS),
        }
        made.append(row)
    return MadeTable(tuple(roles), tuple(rng.choice(names[r]) for r in roles), tuple(made))


def wrap_cells(grid: Sequence[Sequence[str]], rng: random.Random) -> list[list[str]]:
    """The cells with their lines wrapped anew, each column at a width of its own."""
    widths = [rng.randint(18, 40) for _ in grid[0]]
    return [
        [
            "\n".join(textwrap.wrap(c, w, break_long_words=False, break_on_hyphens=False))
            for c, w in zip(row, widths, strict=True)
        ]
        for row in grid
    ]


HEAD = ("KẾ HOẠCH", "Chỉnh trang các khu dân cư tỉnh Phú Giang năm 2026", "PHỤ LỤC")
Drawing = Callable[[Path, Sequence[Sequence[str]]], Path]


def as_docx(path: Path, grid: Sequence[Sequence[str]]) -> Path:
    """A Word file."""
    from docx import Document

    document: Any = Document()
    for line in HEAD:
        document.add_paragraph(line)
    table = document.add_table(0, len(grid[0]))
    for row in grid:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(path / "bang.docx"))
    return path / "bang.docx"


def as_xlsx(path: Path, grid: Sequence[Sequence[str]]) -> Path:
    """An Excel sheet with two rows of title."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    for row in (*([line] for line in HEAD[:2]), *grid):
        sheet.append([c or None for c in row])
    book.save(str(path / "bang.xlsx"))
    return path / "bang.xlsx"


def as_pdf(path: Path, grid: Sequence[Sequence[str]]) -> Path:
    """A PDF with a ruled table over as many pages as it takes, its header on each."""
    pager = Pager()
    for line in HEAD:
        pager.line(line)
    pager.table([483 / len(grid[0])] * len(grid[0]), grid, repeat=1)
    write_pdf(path / "bang.pdf", pager.pages)
    return path / "bang.pdf"


def _as_text(name: str, draw: Callable[[Sequence[str]], str]) -> Drawing:
    def write(path: Path, grid: Sequence[Sequence[str]]) -> Path:
        flat = [[c.replace("\n", " ") for c in row] for row in grid]
        lines = [*HEAD, "", *(draw(row) for row in flat), ""]
        (path / name).write_text("\n".join(lines), encoding="utf-8")
        return path / name

    return write


as_markdown = _as_text("bang.md", lambda row: "| " + " | ".join(row) + " |")
as_tabs = _as_text("bang-tab.txt", "\t".join)
as_bars = _as_text("bang-gach.txt", lambda row: "\n".join(f"|\n{c}" if c else "|" for c in row) + "\n|")
as_bare_lines = _as_text("bang-dong.txt", lambda row: "\n".join(c or "-" for c in row))
DRAWINGS: Mapping[str, Drawing] = {
    "docx": as_docx,
    "xlsx": as_xlsx,
    "pdf": as_pdf,
    "Markdown": as_markdown,
    "tabs": as_tabs,
    "bars": as_bars,
    "cells on lines": as_bare_lines,
}


def read_fields(path: Path) -> list[Fields]:
    """The tasks that the file gives."""
    from ingest.load import draft_of

    draft = draft_of(read_document(path), "0" * 64, directory())
    return [(t.title, t.lead, t.coordinating, t.deadline.phrase, t.product or "") for t in draft.tasks]
