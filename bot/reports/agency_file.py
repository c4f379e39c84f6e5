"""The organisation's own agencies as a file (.csv, .xlsx): what is exported can be imported again."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Final

from bot.people.member_file import read_tables
from bot.people.records import PeopleError
from knowledge.agencies import Level
from knowledge.agencies.own import LEVELS, OwnAgency
from knowledge.errors import NamingError
from knowledge.text import fold, squeeze

COLUMNS: Final = (
    ("Tên cơ quan", 40),
    ("Tên gọi khác", 40),
    ("Cấp", 14),
    ("Thuộc nhóm", 40),
    ("Cơ quan tiếp nhận", 40),
    ("Từ ngày", 14),
)
"""Headings, and how wide the columns are; names in one cell are parted by semicolons or lines."""
_HEADINGS: Final = {
    "ten co quan": 0, "ten": 0, "co quan": 0, "name": 0, "ten day du": 0,
    "ten goi khac": 1, "ten viet tat": 1, "viet tat": 1, "short": 1,
    "cap": 2, "level": 2,
    "thuoc nhom": 3, "nhom": 3, "groups": 3,
    "co quan tiep nhan": 4, "tiep nhan": 4, "nay la": 4, "successor": 4,
    "tu ngay": 5, "ngay": 5, "since": 5,
}  # fmt: skip
_HEADING_WITHIN: Final = 20
_LEVELS: Final = {str(fold(words)): level for level, words in LEVELS.items()} | {each.value: each for each in Level}


def read_agency_file(path: Path) -> list[OwnAgency]:
    """The agencies of the file; headings may stand in any order.

    Raises:
        NamingError: no column of names, or a cell that cannot be read; the sentence names the line.
        PeopleError, PlanFileError: no such file, or it cannot be read.
    """
    for lines in read_tables(path):
        for at, (_, cells) in enumerate(lines[:_HEADING_WITHIN]):
            headings = {i: _heading(cell) for i, cell in enumerate(cells) if cell.strip()}
            columns = {_HEADINGS[heading]: i for i, heading in headings.items() if heading in _HEADINGS}
            if 0 in columns and len(columns) >= min(2, len(headings)):
                below = [(number, row) for number, row in lines[at + 1 :] if any(cell.strip() for cell in row)]
                return [_read(number, _ordered(row, columns)) for number, row in below]
    raise NamingError("Tệp thiếu cột “Tên cơ quan”.")


def write_agency_file(path: Path, agencies: Iterable[OwnAgency]) -> None:
    """Writes the agencies there.

    Raises:
        PeopleError: a file of another kind.
    """
    rows = [_row(each) for each in agencies]
    if path.suffix.lower() == ".xlsx":
        from bot.reports.workbook import table_book

        table_book("Cơ quan", COLUMNS, rows).save(path)
    elif path.suffix.lower() == ".csv":
        text = StringIO()
        csv.writer(text).writerows([[heading for heading, _ in COLUMNS], *rows])
        path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    else:
        raise PeopleError("Danh sách phải là tệp .csv hoặc .xlsx.")


def _row(agency: OwnAgency) -> list[str]:
    day = agency.successor_from
    return [
        agency.name,
        "; ".join(agency.short),
        LEVELS[agency.level],
        "; ".join(agency.groups),
        agency.successor,
        f"{day:%d/%m/%Y}" if day else "",
    ]


def _read(line: int, cells: Sequence[str]) -> OwnAgency:
    name, short, level, groups, successor, day = cells
    if level and str(fold(level)) not in _LEVELS:
        raise NamingError(f"Dòng {line}: không có cấp “{level[:30]}”; dùng: {', '.join(LEVELS.values())}.")
    return OwnAgency(
        squeeze(name),
        _LEVELS[str(fold(level))] if level else Level.PROVINCE,
        _names(short),
        _names(groups),
        squeeze(successor),
        _day(line, day) if day else None,
    )


def _ordered(cells: Sequence[str], columns: Mapping[int, int]) -> list[str]:
    """The cells in the order of `COLUMNS`, empty ones for columns that the file lacks."""
    places = [columns.get(number, len(cells)) for number in range(len(COLUMNS))]
    return [cells[place].strip() if place < len(cells) else "" for place in places]


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name for each in cell.replace("\n", ";").split(";") if (name := squeeze(each)))


def _day(line: int, text: str) -> date:
    told = text.strip().split(" ")[0]
    try:
        if "/" in told:
            day, month, year = map(int, told.split("/"))
            return date(year, month, day)
        return date.fromisoformat(told)
    except ValueError as error:
        raise NamingError(f"Dòng {line}: “{text[:30]}” không phải là ngày; ghi như 01/07/2026.") from error


def _heading(cell: str) -> str:
    return str(fold(cell)).strip(" .:*()")
