"""The members file (.csv, .xlsx) as rows of text: where its heading is, which column is which.

What the cells mean is `importing`'s business.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.people.importing import ImportRow
from bot.people.records import PeopleError
from knowledge.errors import PlanFileError
from knowledge.text import Folded, fold, nfc

if TYPE_CHECKING:
    from ingest.documents import Table

_HEADINGS: Final = {
    "name": ("name", "ho ten", "ho va ten", "ten", "ho, ten"),
    "agency": ("agency", "co quan", "don vi", "co quan, don vi", "co quan/don vi", "ten co quan"),
    "role": ("role", "roles", "vai tro", "quyen"),
    "channels": ("channels", "channel", "kenh", "kenh lien lac", "tai khoan"),
}
_COLUMN_OF: Final = {heading: column for column, headings in _HEADINGS.items() for heading in headings}
_LABELS: Final = {"name": "name (Họ tên)", "agency": "agency (Cơ quan)", "role": "role (Vai trò)",
                  "channels": "channels (Kênh)"}  # fmt: skip
_HEADING_WITHIN: Final = 20
"""Rows from the top in which the heading is looked for: a title and a date may stand above it."""
_LARGEST: Final = 10_000_000
"""Bytes; a list of every civil servant of a province is a tenth of it."""

_Line = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class MemberFile:
    """The rows that have anything in the four columns, and what the reader had to leave out."""

    rows: tuple[ImportRow, ...]
    notes: tuple[str, ...] = ()


def read_member_file(path: Path) -> MemberFile:
    """Reads the file; headings may stand in any order and case, in English or Vietnamese.

    Raises:
        PeopleError: no such file, a column is missing or there twice, or no row follows.
        PlanFileError: damaged, locked or in an unknown encoding.
    """
    data = _read_bytes(path)
    match path.suffix.lower():
        case ".csv" | ".txt":
            tables, notes = [_csv_lines(data)], tuple[str, ...]()
        case ".xlsx":
            tables, notes = _sheets(data, path.name)
        case _:
            raise PeopleError("Danh sách người dùng phải là tệp .csv hoặc .xlsx.")
    lines = [list(table) for table in tables]
    headed = [found for table in lines if (found := _find_heading(table)) is not None]
    if len(headed) > 1:
        raise PeopleError("Tệp có nhiều trang tính là danh sách người dùng; xin để một trang tính mỗi tệp.")
    if not headed:
        raise PeopleError(_missing(lines))
    rows = tuple(_rows(*headed[0]))
    if not rows:
        raise PeopleError("Danh sách không có dòng nào dưới tiêu đề cột.")
    return MemberFile(rows, notes)


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise PeopleError(f"Không tìm thấy tệp {path.name}.")
        if path.stat().st_size > _LARGEST:
            raise PeopleError(f"Tệp lớn hơn {_LARGEST // 1_000_000} MB, không giống một danh sách người dùng.")
        return path.read_bytes()
    except OSError as error:
        raise PeopleError(f"Không mở được tệp {path.name}; xin kiểm tra quyền đọc tệp.", repr(error)) from error


def _csv_lines(data: bytes) -> list[_Line]:
    """Rows with the number of their first line; the separator is the one that the first lines have most of."""
    from ingest.readers.encodings import decode

    text = decode(data).text.replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    told = first.strip().casefold().removeprefix("sep=") if first.casefold().startswith("sep=") else ""
    head = "\n".join((rest if told else text).split("\n")[:_HEADING_WITHIN])
    separator = told[:1] or max(";\t,", key=head.count)
    reader = csv.reader(StringIO(text), delimiter=separator)
    lines: list[_Line] = []
    begins = 1
    try:
        for cells in reader:
            lines.append((begins, [nfc(cell) for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise PeopleError(f"Dòng {begins}: không đọc được; xin kiểm tra dấu ngoặc kép.", repr(error)) from error
    return lines


def _sheets(data: bytes, file: str) -> tuple[list[list[_Line]], tuple[str, ...]]:
    from ingest.documents import Table
    from ingest.readers.sheets import read_sheets

    try:
        document = read_sheets(data, file)
    except PlanFileError as error:
        raise PeopleError(error.sentence, error.detail) from error
    return [_sheet_lines(block) for block in document.blocks if isinstance(block, Table)], document.notes


def _sheet_lines(table: Table) -> list[_Line]:
    """Rows with their numbers; a cell merged downwards counts for every row that has more to say."""
    lines: list[_Line] = []
    above: Sequence[str] = ()
    for place, row in enumerate(table.rows, 1):
        above = [
            above[i] if cell.merged_above and not cell.merged_left and i < len(above) else cell.text
            for i, cell in enumerate(row.cells)
        ]
        blank = not any(cell.text.strip() for cell in row.cells)
        lines.append((row.number or place, () if blank else above))
    return lines


def _find_heading(lines: Sequence[_Line]) -> tuple[dict[str, int], Sequence[_Line]] | None:
    """Where each column stands, and the rows below the heading."""
    for place, (_, cells) in enumerate(lines[:_HEADING_WITHIN]):
        named = [(column, i) for i, cell in enumerate(cells) if (column := _COLUMN_OF.get(_heading(cell)))]
        columns = dict(reversed(named))
        if set(columns) != set(_HEADINGS):
            continue
        twice = [_LABELS[column] for column in columns if [c for c, _ in named].count(column) > 1]
        if twice:
            raise PeopleError(f"Cột {twice[0]} có hai lần.")
        return columns, lines[place + 1 :]
    return None


def _heading(cell: str) -> Folded:
    return Folded(fold(cell).strip(" .:*()"))


def _missing(tables: Iterable[Sequence[_Line]]) -> str:
    """Names the columns that the likeliest heading lacks."""
    found = max(
        (
            {_COLUMN_OF.get(_heading(cell)) for cell in cells} - {None}
            for t in tables
            for _, cells in t[:_HEADING_WITHIN]
        ),
        key=len,
        default=set(),
    )
    lacking = [label for column, label in _LABELS.items() if column not in found]
    return f"Tệp thiếu cột {', '.join(lacking)}; cần đủ các cột name, agency, role, channels."


def _rows(columns: dict[str, int], lines: Iterable[_Line]) -> Iterator[ImportRow]:
    for number, cells in lines:
        texts = {name: cells[i].strip() if i < len(cells) else "" for name, i in columns.items()}
        if any(texts.values()):
            yield ImportRow(number, **texts)
