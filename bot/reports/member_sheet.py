"""The people as an Excel workbook: edited, it is imported again (`bot.people.importing`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from bot.people.accounts import write_sender
from bot.people.importing import key_of
from bot.people.members import Member, People
from bot.people.records import PersonalCode, Role
from bot.reports.workbook import Columns, Value, table_book

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "Người dùng"
FILE = "nguoi-dung.xlsx"
_EDITED: Columns = (("Họ tên", 28), ("Cơ quan", 40), ("Vai trò", 18), ("Kênh", 34), ("Số điện thoại", 16))
_SEEN: Columns = (
    ("Tình trạng (chỉ xem)", 16), ("Mã cá nhân (chỉ xem)", 24), ("Cũng trả lời cho (chỉ xem)", 34), ("Mã dòng", 30),
)  # fmt: skip
_ADDED = 300
"""Rows below the list in which a role can be chosen, too."""


def member_sheet(people: People, codes: Sequence[PersonalCode] = ()) -> bytes:
    """Everybody, the switched-off ones last.

    Args:
        codes: those just made, which are to be seen this once.
    """
    made = {code.member.id: code for code in codes}
    accounts, held, further = people.channels(), people.coded(), people.further_of_all()
    rows: list[Sequence[Value]] = []
    for member in people.list():
        own = accounts.get(member.id, [])
        rows.append(
            [
                member.name,
                member.agency,
                ", ".join(role.label for role in Role if role in member.roles),
                " ".join(map(write_sender, own)),
                member.phone,
                state_of(member, has_account=bool(own)),
                _told_code(member, made, held),
                "; ".join(further.get(member.id, ())),
                key_of(member, own),
            ]
        )
    book = table_book(SHEET, (*_EDITED, *_SEEN), rows)
    _arrange(book.worksheets[0])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def state_of(member: Member, *, has_account: bool) -> str:
    """How it stands with a member, as lists tell it."""
    if not member.active:
        return "đã khóa"
    return "đang dùng" if has_account else "đang chờ vào"


def _told_code(member: Member, made: Mapping[int, PersonalCode], held: Mapping[int, datetime]) -> str:
    if member.id in made:
        return made[member.id].code
    return f"đã cấp, dùng đến {held[member.id]:%d/%m/%Y}" if member.id in held else ""


def _arrange(sheet: Worksheet) -> None:
    """Cells are text, so that a number keeps its 0; grey headings are of what is only to be seen."""
    from openpyxl.styles import PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    grey = PatternFill("solid", fgColor="E4E4E4")
    edited = {heading for heading, _ in _EDITED}
    for column in sheet.iter_cols():
        if column[0].value not in edited:
            column[0].fill = grey
        for cell in column[1:]:
            cell.number_format = "@"
    roles = ",".join(role.label for role in Role)
    choice = DataValidation("list", formula1=f'"{roles}"', showErrorMessage=False)  # several can be typed
    choice.add(f"C2:C{sheet.max_row + _ADDED}")
    sheet.add_data_validation(choice)
