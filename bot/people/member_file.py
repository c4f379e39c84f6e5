"""The members file (.csv, .xlsx) as rows of text: where its heading is, which column is which.

What the cells mean is `importing`'s business.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from io import StringIO
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from bot.channels.contract import ChannelName
from bot.people.importing import ImportRow
from bot.people.records import PeopleError
from knowledge.errors import KehoachError, PlanFileError
from knowledge.text import Folded, fold, nfc, squeeze

if TYPE_CHECKING:
    from ingest.documents import Table

_HEADINGS: Final = {
    "name": ("name", "ho ten", "ho va ten", "ten", "ho, ten"),
    "agency": ("agency", "co quan", "don vi", "co quan, don vi", "co quan/don vi", "ten co quan"),
    "role": ("role", "roles", "vai tro", "quyen"),
    "channels": ("channels", "channel", "kenh", "kenh lien lac", "tai khoan"),
}
_MORE: Final = {
    "phone": ("phone", "so dien thoai", "dien thoai", "sdt", "so dt", "dt", "di dong", "so di dong",
              "dien thoai di dong", "so dien thoai di dong"),
    "key": ("ma dong",),
}  # fmt: skip
"""Columns that need not be there."""
_CHANNEL_HEADINGS: Final = {
    ChannelName.TELEGRAM: ("telegram",),
    ChannelName.ZALO: ("zalo", "zalo bot"),
    ChannelName.ZALO_OA: ("zalo oa", "zalo_oa"),
}
"""Columns of one channel, whose cells need not name it; also with "mã" or "id" before or after."""
_COLUMN_OF: Final = {heading: column for column, headings in {**_HEADINGS, **_MORE}.items() for heading in headings}
_CHANNEL_OF: Final = {
    form.format(heading): channel.value
    for channel, headings in _CHANNEL_HEADINGS.items()
    for heading in headings
    for form in ("{}", "ma {}", "id {}", "{} id", "tai khoan {}")
}
_LABELS: Final = {"name": "name (Họ tên)", "agency": "agency (Cơ quan)", "role": "role (Vai trò)",
                  "channels": "channels (Kênh)", "phone": "phone (Số điện thoại)", "key": "Mã dòng"}  # fmt: skip
_HEADING_WITHIN: Final = 20
"""Rows from the top in which the heading is looked for: a title and a date may stand above it."""
LARGEST: Final = 10_000_000
"""Bytes; a list of every civil servant of a province is a tenth of it."""

_TOO_LARGE: Final = f"Tệp lớn hơn {LARGEST // 1_000_000} MB, không giống một danh sách người dùng."
_Line = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Rows as read, and where each of their cells stands.

    Attributes:
        sheet: of a workbook; empty otherwise.
        columns: from 1, by place in a row.
    """

    lines: list[_Line]
    sheet: str = ""
    columns: Sequence[int] = ()

    def cells(self, number: int, columns: Mapping[str, int]) -> dict[str, str]:
        """By column of a member the cell, "Danh sách!C5"; nothing of a text file."""
        if not self.sheet:
            return {}
        held = ((name, self.columns[i]) for name, i in columns.items() if i < len(self.columns))
        found = {name: f"{self.sheet}!{_letter(column)}{number}" for name, column in held}
        own = next((found[name] for name in ChannelName if name in found), None)
        return found if own is None else {"channels": own, **found}


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
    return read_members(path.name, _read_bytes(path))


def read_members(name: str, data: bytes) -> MemberFile:
    """The same of a file's name and bytes."""
    if len(data) > LARGEST:
        raise PeopleError(_TOO_LARGE)
    match PurePath(name).suffix.lower():
        case ".csv" | ".txt":
            tables, notes = [_Lines(_csv_lines(data))], tuple[str, ...]()
        case ".xlsx":
            tables, notes = _sheets(data, name)
        case _:
            raise PeopleError("Danh sách người dùng phải là tệp .csv hoặc .xlsx.")
    headed = [(found, table) for table in tables if (found := _find_heading(table.lines)) is not None]
    if len(headed) > 1:
        raise PeopleError("Tệp có nhiều trang tính là danh sách người dùng; xin để một trang tính mỗi tệp.")
    if not headed:
        raise PeopleError(_missing(table.lines for table in tables))
    (columns, below), table = headed[0]
    rows, apart = _without_signature(list(_rows(columns, below, table)))
    if not rows:
        raise PeopleError("Danh sách không có dòng nào dưới tiêu đề cột.")
    left_out = (f"Dòng {row.line} đứng riêng dưới danh sách, không đọc: {squeeze(_words(row))}." for row in apart)
    return MemberFile(tuple(rows), (*notes, *left_out))


def read_tables(path: Path) -> list[list[_Line]]:
    """The rows of any .csv or .xlsx file with their numbers, a list for each table in it.

    Raises:
        PeopleError: no such file, or one of another kind.
        PlanFileError: damaged, locked or in an unknown encoding.
    """
    data = _read_bytes(path)
    if path.suffix.lower() == ".xlsx":
        return [table.lines for table in _sheets(data, path.name)[0]]
    if path.suffix.lower() in (".csv", ".txt"):
        return [_csv_lines(data)]
    raise PeopleError("Danh sách phải là tệp .csv hoặc .xlsx.")


def is_member_list(name: str, data: bytes) -> bool:
    """Whether a file is a list of people rather than a plan: a table with all four columns.

    What is wrong with a file that cannot be read is told by whoever reads it as a plan.
    """
    try:
        match PurePath(name).suffix.lower():
            case ".csv":
                tables = [_Lines(_csv_lines(data))]
            case ".xlsx":
                tables, _ = _sheets(data, name)
            case _:
                return False
        return any(_find_heading(table.lines) is not None for table in tables)
    except KehoachError:
        return False


def _read_bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise PeopleError(f"Không tìm thấy tệp {path.name}.")
        if path.stat().st_size > LARGEST:
            raise PeopleError(_TOO_LARGE)
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


def _sheets(data: bytes, file: str) -> tuple[list[_Lines], tuple[str, ...]]:
    from ingest.documents import Table
    from ingest.readers.sheets import read_sheets

    try:
        document = read_sheets(data, file)
    except PlanFileError as error:
        raise PeopleError(error.sentence, error.detail) from error
    tables = [block for block in document.blocks if isinstance(block, Table)]
    return [_Lines(_sheet_lines(each), each.sheet or "", each.columns) for each in tables], document.notes


def _letter(column: int) -> str:
    """ "AB" of column 28."""
    letters = ""
    while column > 0:
        column, left = divmod(column - 1, 26)
        letters = chr(ord("A") + left) + letters
    return letters


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
        columns = _read_heading(cells)
        if columns is not None:
            below = lines[place + 1][1] if place + 1 < len(lines) else ()
            channels = _read_second_heading(cells, below)
            if not channels:
                return columns, lines[place + 1 :]
            return {name: i for name, i in columns.items() if name != "channels"} | channels, lines[place + 2 :]
    return None


def _read_second_heading(above: Sequence[str], cells: Sequence[str]) -> dict[str, int]:
    """The channels named in a second row of headings ("Kênh" over "Telegram" and "Zalo").

    Args:
        above: the first row, whose cells may reach down into the second.
    """
    own = {i: cell for i, cell in enumerate(cells) if cell.strip() and above[i : i + 1] != [cell]}
    channels = {_CHANNEL_OF.get(_heading(cell), ""): i for i, cell in own.items()}
    return {} if "" in channels else channels


def _read_heading(cells: Sequence[str]) -> dict[str, int] | None:
    """The columns of a row that names all four; the channels may be a column for each, or telephone numbers.

    Raises:
        PeopleError: one is there twice.
    """
    named = [(column, i) for i, cell in enumerate(cells) if (column := _column(cell))]
    columns = dict(reversed(named))
    if _lacking(set(columns)):
        return None
    twice = [column for column in columns if [c for c, _ in named].count(column) > 1]
    if twice:
        raise PeopleError(f"Cột {_LABELS.get(twice[0], twice[0])} có hai lần.")
    return columns


def _column(cell: str) -> str | None:
    heading = _heading(cell)
    return _COLUMN_OF.get(heading) or _CHANNEL_OF.get(heading)


def _lacking(found: Set[str | None]) -> list[str]:
    """Columns that are needed and not found."""
    one = "channels" if found & {*ChannelName, "phone"} else ""
    return [column for column in _HEADINGS if column not in found and column != one]


def _heading(cell: str) -> Folded:
    return Folded(fold(cell).strip(" .:*()"))


def _missing(tables: Iterable[Sequence[_Line]]) -> str:
    """Names the columns that the likeliest heading lacks."""
    found = max(
        ({_column(cell) for cell in cells} - {None} for t in tables for _, cells in t[:_HEADING_WITHIN]),
        key=len,
        default=set(),
    )
    lacking = [_LABELS[column] for column in _lacking(found)]
    return f"Tệp thiếu cột {', '.join(lacking)}; cần đủ các cột name, agency, role, channels."


def _rows(columns: dict[str, int], lines: Iterable[_Line], table: _Lines) -> Iterator[ImportRow]:
    for number, cells in lines:
        texts = {name: cells[i].strip() if i < len(cells) else "" for name, i in columns.items()}
        accounts = [
            _told_channels(texts.get("channels", "")),
            *(_accounts(name, texts[name]) for name in ChannelName if name in texts),
        ]
        row = ImportRow(
            number,
            texts["name"],
            texts["agency"],
            texts["role"],
            " ".join(filter(None, accounts)),
            texts.get("phone", ""),
            texts.get("key", ""),
            table.cells(number, columns),
        )
        if any(_cells(row)):
            yield row


def _told_channels(cell: str) -> str:
    """The cell; a dash says that there is none."""
    return cell if cell.strip("-–—./ ") else ""


def _accounts(channel: ChannelName, cell: str) -> str:
    """The cell of a channel's own column, each account with the channel's name; a dash says that there is none."""
    pieces = [piece for piece in re.split(r"[\s,;]+", cell) if piece.strip("-–—./")]
    return " ".join(piece if ":" in piece else f"{channel.value}:{piece}" for piece in pieces)


def _without_signature(rows: list[ImportRow]) -> tuple[list[ImportRow], list[ImportRow]]:
    """The rows, and apart what stands alone below a blank row at the end: "Người lập biểu"."""
    last = max((n for n, row in enumerate(rows) if len(_cells(row)) > 1), default=len(rows) - 1)
    if last + 1 < len(rows) and rows[last + 1].line > rows[last].line + 1:
        return rows[: last + 1], rows[last + 1 :]
    return rows, []


def _cells(row: ImportRow) -> list[str]:
    """What the row says."""
    return [text for text in (row.name, row.agency, row.role, row.channels, row.phone) if text]


def _words(row: ImportRow) -> str:
    return " ".join(_cells(row))
