"""A task workbook that comes back from an administrator: which cells, rows and columns are not as they were sent.

Only values are read. What a cell held is in the workbook's hidden sheet; what the plans hold by now, and what may be
changed of them, is the business of `knowledge.store.corrections`.
"""

from __future__ import annotations

import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.reports.task_workbook import (
    CELLS,
    COLUMNS,
    KEPT,
    KEPT_BEFORE,
    KEY,
    KEY_BEGINS,
    PLAN,
    SECTION,
    SHEET,
    told_cell,
)
from ingest.readers.safety import EXCEL, check_archive, count_elements
from knowledge.errors import CorrectionError, PlanFileError
from knowledge.store.corrections import TableRow
from knowledge.text import cut, fold, nfc, squeeze

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_HEADING_WITHIN = 20
"""Rows from the top in which the heading is looked for: somebody may have put a title over it."""
_LARGEST = 4_000_000
"""XML elements, about three seconds each million: 10,000 tasks have 400,000."""
_NAME = 90
_TOLD = 40
_OFFICES = ("lead", "coordinating")
_AGAIN = "xin xuất lại bảng rồi sửa trên tệp mới"


@dataclass(frozen=True, slots=True)
class SentRow:
    """A row of the sheet with something changed.

    Attributes:
        place: its number in the sheet.
    """

    place: int
    row: TableRow


@dataclass(frozen=True, slots=True)
class GoneRow:
    """A row that was sent out and is not in the sheet any more."""

    plan_id: int
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ReturnedTable:
    """What a workbook says that is not as it was sent.

    Attributes:
        sheet: the sheet's name now.
        letters: of the columns, by cell of a task.
        versions: of the plans when the table was made, by plan.
        wrong: sentences on cells that cannot be read, each with sheet and cell.
        notes: sentences on what else was done to the workbook, and what is not taken of it.
    """

    sheet: str
    letters: Mapping[str, str]
    versions: Mapping[int, int]
    rows: tuple[SentRow, ...]
    gone: tuple[GoneRow, ...] = ()
    wrong: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def cell(self, place: int, name: str) -> str:
        """ "Nhiệm vụ!G12"; of a row as a whole "Nhiệm vụ, dòng 12"."""
        letter = self.letters.get(name)
        return f"{self.sheet}!{letter}{place}" if letter else f"{self.sheet}, dòng {place}"

    def kept(self) -> dict[str, Any]:
        """What is needed of it once it is agreed to, as JSON holds it."""
        rows = [
            [each.place, each.row.plan_id, each.row.key, dict(each.row.cells), dict(each.row.seen), each.row.section]
            for each in self.rows
        ]
        return {"sheet": self.sheet, "letters": dict(self.letters), "rows": rows, "wrong": [*self.wrong]}

    @classmethod
    def of_kept(cls, kept: Mapping[str, Any]) -> ReturnedTable:
        """The table that was `kept`."""
        rows = tuple(SentRow(place, TableRow(*row)) for place, *row in kept["rows"])
        return cls(kept["sheet"], kept["letters"], {}, rows, wrong=tuple(kept.get("wrong", ())))


def is_returned(content: bytes) -> bool:
    """Whether a file is a workbook with our keys, whatever has become of the rest of it."""
    if not content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if EXCEL.main_part not in archive.namelist():
                return False
        parts = check_archive(content, EXCEL)
    except (PlanFileError, zipfile.BadZipFile, OSError, ValueError):
        return False  # what is wrong with it is told by whoever reads it as a plan
    return any(KEY_BEGINS.encode() in part for part in parts.values())


def read_returned(content: bytes) -> ReturnedTable:
    """Reads a workbook that `is_returned`.

    Raises:
        CorrectionError: it has lost what ties its rows to the tasks, or has a column twice.
        PlanFileError: damaged, or too large.
    """
    book = _open(content)
    try:
        if KEPT not in book.sheetnames:
            raise CorrectionError(f"Tệp đã mất trang ẩn ghi nội dung lúc xuất; {_AGAIN}.")
        kept = _Kept(book[KEPT])
        sheets = [sheet for sheet in book.worksheets if sheet.title != KEPT]
        found = [(sheet, heading) for sheet in sheets if (heading := _heading(sheet)) is not None]
        if not found:
            raise CorrectionError(f"Tệp đã mất cột ẩn “{KEY}” hoặc dòng tiêu đề; {_AGAIN}.")
        if len(found) > 1:
            raise CorrectionError("Tệp có nhiều trang tính là bảng nhiệm vụ; xin để một trang.")
        return _Reader(kept, *found[0]).read()
    finally:
        book.close()


def _open(content: bytes) -> Workbook:
    from xml.etree.ElementTree import ParseError

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    parts = check_archive(content, EXCEL)
    if sum(map(count_elements, parts.values())) > _LARGEST:
        raise PlanFileError("Tệp có quá nhiều ô, không giống một bảng nhiệm vụ.")
    broken = "Không đọc được tệp Excel này; xin mở bằng Excel rồi lưu lại."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # lists of choices and colours that it does not know
            return load_workbook(BytesIO(content), keep_links=False)
    except (InvalidFileException, ParseError, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise PlanFileError(broken, repr(error)) from error


class _Kept:
    """The hidden sheet: by code of a row what it held, and of which version it was."""

    def __init__(self, sheet: Worksheet) -> None:
        self.texts: dict[str, dict[str, str]] = {}
        self.versions: dict[int, int] = {}
        headings = [heading for heading, _ in COLUMNS]
        for values in sheet.iter_rows(values_only=True):
            told = [_text(value) for value in values]
            code, version = (*told, "", "")[:2]
            plan = _plan_of(code)
            if plan is None or not version.isdigit():
                continue
            self.texts[code] = dict(zip(headings, [*told[KEPT_BEFORE:], *[""] * len(headings)], strict=False))
            self.versions[plan] = int(version)


@dataclass
class _Line:
    """A row of the sheet as it stands."""

    place: int
    code: str
    cells: dict[str, Cell | MergedCell]
    changed: dict[str, str] = field(default_factory=dict)
    """By heading what is written where something else stood."""


class _Reader:
    def __init__(self, kept: _Kept, sheet: Worksheet, heading: tuple[int, dict[str, int]]) -> None:
        self._kept = kept
        self._sheet = sheet
        self._top, self._columns = heading
        self._wrong: list[str] = []
        self._notes: list[str] = []
        self._merged = {
            (row, column)
            for area in sheet.merged_cells.ranges
            for row, column in area.cells
            if (row, column) != (area.min_row, area.min_col)
        }

    def read(self) -> ReturnedTable:
        self._look_at_headings()
        lines = [line for line in self._lines() if any(told_cell(cell.value).strip() for cell in line.cells.values())]
        rows: list[SentRow] = []
        seen: set[str] = set()
        for code, same in _by_code(lines).items():
            if not code:
                rows += [row for line in same if (row := self._added(line))]
                continue
            if code not in self._kept.texts:
                self._wrong += [f"{self._row(line)}: cột ẩn “{KEY}” có mã lạ; {_AGAIN}." for line in same]
                continue
            # A task is often added by copying a row: the row itself is the one that was changed least.
            for line in same:
                line.changed = self._changed(line, self._kept.texts[code])
            same.sort(key=lambda line: sum(heading in CELLS for heading in line.changed))
            own, *copies = same
            if self._is_blank(own):
                continue  # emptied, not deleted: gone all the same
            seen.add(code)
            rows += [row for row in [self._edited(own, code)] if row]
            for line in copies:
                if any(heading in CELLS for heading in line.changed):
                    rows += [row for row in [self._added(line)] if row]
                else:
                    self._notes.append(f"{self._row(line)}: trùng với dòng {own.place}, không đọc.")
        rows.sort(key=lambda each: each.place)
        return ReturnedTable(
            self._sheet.title,
            {CELLS[heading]: self._letter(heading) for heading in CELLS if heading in self._columns},
            self._kept.versions,
            tuple(rows),
            tuple(self._gone(seen)),
            tuple(self._wrong),
            tuple(self._notes),
        )

    def _lines(self) -> Iterator[_Line]:
        for place, cells in enumerate(self._sheet.iter_rows(min_row=self._top + 1), self._top + 1):
            by_heading = {name: cells[i] for name, i in self._columns.items() if i < len(cells)}
            key = by_heading.pop(KEY, None)
            yield _Line(place, _text(key.value) if key is not None else "", by_heading)

    def _look_at_headings(self) -> None:
        if self._sheet.title != SHEET:
            self._notes.append(
                f"Trang tính “{SHEET}” đã đổi tên thành “{cut(self._sheet.title, _TOLD)}”, vẫn đọc được."
            )
        headings = [heading for heading, _ in COLUMNS]
        places = [self._columns[heading] for heading in headings if heading in self._columns]
        if places != sorted(places):
            self._notes.append("Các cột đã đổi chỗ; đọc theo tên cột.")
        lost = [heading for heading in CELLS if heading not in self._columns]
        if lost:
            names = ", ".join(f"“{heading}”" for heading in lost)
            self._notes.append(f"Không còn cột {names}; nội dung các cột ấy giữ nguyên.")
        strange = [
            told
            for cell in self._sheet[self._top]
            if (told := squeeze(told_cell(cell.value))) and told not in headings
        ]
        if strange:
            names = ", ".join(f"“{cut(each, _TOLD)}”" for each in strange)
            self._notes.append(f"Cột {names} không có trong bảng đã xuất, không đọc.")
        merged = sorted(str(area) for area in self._sheet.merged_cells.ranges if area.max_row > self._top)
        if merged:
            self._notes.append(f"Có ô bị gộp ({', '.join(merged[:5])}); chỉ đọc ô đầu của mỗi chỗ gộp.")

    def _changed(self, line: _Line, kept: Mapping[str, str]) -> dict[str, str]:
        """What is not as it was; a date stands for any way to write it."""
        found = {}
        for heading, cell in line.cells.items():
            was = kept.get(heading, "")
            if cell.value == was:
                continue  # nearly all of them
            forms = [_text(form, offices=CELLS.get(heading) in _OFFICES) for form in _forms(cell.value)]
            forms.append(_text(cell.value))  # an office may be printed over two lines
            if was not in forms:
                found[heading] = forms[0]
        return found

    def _edited(self, line: _Line, code: str) -> SentRow | None:
        """The changed cells that can be read; what is written where nothing may be changed is told."""
        kept = self._kept.texts[code]
        cells: dict[str, str] = {}
        for heading, written in line.changed.items():
            name = CELLS.get(heading)
            where = f"{self._sheet.title}!{self._letter(heading)}{line.place}"
            if name is None:
                self._notes.append(f"{where}: cột “{heading}” chỉ để xem, không đọc.")
            elif why := self._unreadable(line.cells[heading]):
                self._wrong.append(f"{where}: {why}.")
            else:
                cells[name] = written
        if not cells:
            return None
        seen = {name: kept.get(heading, "") for heading, name in CELLS.items()}
        plan, key = _plan_of(code), _key_of(code)
        return SentRow(line.place, TableRow(plan or 0, key, cells, seen))

    def _added(self, line: _Line) -> SentRow | None:
        cells: dict[str, str] = {}
        for heading, name in CELLS.items():
            cell = line.cells.get(heading)
            if cell is None:
                continue
            if why := self._unreadable(cell):
                self._wrong.append(f"{self._sheet.title}!{self._letter(heading)}{line.place}: {why}.")
                return None
            if told := _text(_forms(cell.value)[0], offices=name in _OFFICES):
                cells[name] = told
        if not cells:
            return None  # a signature below the table, or what an added column says
        plan = self._named_plan(line)
        if plan is None:
            self._wrong.append(f"{self._row(line)}: dòng mới cần ghi ở cột “{PLAN}” một kế hoạch có trong bảng.")
            return None
        section = line.cells.get(SECTION)
        return SentRow(line.place, TableRow(plan, None, cells, {}, _text(section.value) if section else None))

    def _named_plan(self, line: _Line) -> int | None:
        cell = line.cells.get(PLAN)
        told = fold(_text(cell.value) if cell is not None else "")
        if not told and len(self._kept.versions) == 1:
            return next(iter(self._kept.versions))
        names = {fold(texts.get(PLAN, "")): _plan_of(code) for code, texts in self._kept.texts.items()}
        return names.get(told)

    def _unreadable(self, cell: Cell | MergedCell) -> str:
        if (cell.row, cell.column) in self._merged:
            return "ô bị gộp với ô khác; xin bỏ gộp rồi ghi lại"
        if cell.data_type == "f":
            return "ô là công thức; xin ghi nội dung thay cho công thức"
        return f"ô báo lỗi {cell.value}" if cell.data_type == "e" else ""

    def _is_blank(self, line: _Line) -> bool:
        cells = [line.cells[heading] for heading in CELLS if heading in line.cells]
        return bool(cells) and not any(told_cell(cell.value).strip() for cell in cells)

    def _gone(self, seen: set[str]) -> Iterator[GoneRow]:
        for code, texts in self._kept.texts.items():
            if code not in seen:
                name = texts.get("Hoạt động") or texts.get("Nhiệm vụ") or ""
                yield GoneRow(_plan_of(code) or 0, _key_of(code), cut(squeeze(name), _NAME))

    def _row(self, line: _Line) -> str:
        return f"{self._sheet.title}, dòng {line.place}"

    def _letter(self, heading: str) -> str:
        from openpyxl.utils import get_column_letter

        return get_column_letter(self._columns[heading] + 1)


def _heading(sheet: Worksheet) -> tuple[int, dict[str, int]] | None:
    """The row of the headings, and by heading the column, from 0; None without that of the keys.

    Raises:
        CorrectionError: a heading is there twice.
    """
    known = {heading for heading, _ in COLUMNS}
    for place, row in enumerate(sheet.iter_rows(max_row=_HEADING_WITHIN, values_only=True), 1):
        told = [squeeze(told_cell(value)) for value in row]
        if KEY not in told:
            continue
        twice = sorted(heading for heading in known if told.count(heading) > 1)
        if twice:
            raise CorrectionError(f"Cột “{twice[0]}” có hai lần; xin bỏ bớt một cột.")
        return place, {heading: i for i, heading in enumerate(told) if heading in known}
    return None


def _by_code(lines: Iterable[_Line]) -> dict[str, list[_Line]]:
    found: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        found[line.code].append(line)
    return found


def _plan_of(code: str) -> int | None:
    plan = code.removeprefix(KEY_BEGINS).partition(":")[0]
    return int(plan) if code.startswith(KEY_BEGINS) and plan.isascii() and plan.isdigit() else None


def _key_of(code: str) -> str:
    return code.removeprefix(KEY_BEGINS).partition(":")[2]


def _forms(value: object) -> Sequence[object]:
    """The ways in which people write what a cell holds, the fullest first."""
    if isinstance(value, date | datetime):
        return [told_cell(value), f"{value.day}/{value.month}/{value.year}"]
    return [told_cell(value)]


def _text(value: object, *, offices: bool = False) -> str:
    """A cell's text on one line; of several offices each on a line of its own."""
    text = nfc(told_cell(value))
    if offices:
        text = "; ".join(line.strip(" ;") for line in text.splitlines() if line.strip(" ;"))
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else " " for sign in text)
    return squeeze(text)
