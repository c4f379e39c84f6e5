"""Excel workbooks (.xlsx): every visible sheet with content as one table."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from ingest.documents import Cell, Document, Row, Table
from ingest.readers.blocks import finish
from ingest.readers.encodings import clean
from ingest.readers.legacy import Legacy, convert, font_encoding, is_unicode
from ingest.readers.safety import EXCEL, broken, check_archive
from knowledge.errors import PlanFileError

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_MAX_CELLS = 2_000_000
"""Cells of a table or of all merged ranges of a sheet; a larger claim is an attack or a mistake."""
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_TOO_WIDE = "Trang tính có vùng ô lớn bất thường nên không được mở; xin xóa các ô thừa rồi lưu lại."


def read_sheets(data: bytes, file: str) -> Document:
    """Read an .xlsx file.

    Raises:
        PlanFileError: damaged, locked, unsafe, or not an Excel file.
    """
    parts = check_archive(data, EXCEL)
    sheets = [content for name, content in parts.items() if name.startswith("xl/worksheets/")]
    _check_merges(sheets)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # features of Excel that hold no text
            return _read(data, file, with_formulas=any(_FORMULA.search(sheet) for sheet in sheets))
    except (ParseError, SyntaxError, LookupError, ValueError, TypeError, AttributeError, OSError,
            RecursionError) as error:  # fmt: skip
        # openpyxl lets whatever its parsing trips on through, some of it when a cell is looked at.
        raise PlanFileError(broken(EXCEL), repr(error)) from error


def _read(data: bytes, file: str, with_formulas: bool) -> Document:
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(data), data_only=True)
    reader = _Reader(book, load_workbook(BytesIO(data)) if with_formulas else None)
    document = Document(
        file=file,
        format="xlsx",
        blocks=tuple(reader.read_tables()),
        notes=tuple(reader.notes),
        margins=tuple(_margins(book)),
    )
    return finish(document, reader.legacy)


def _check_merges(sheets: list[bytes]) -> None:
    """openpyxl makes an object for each cell of a merge, so a huge one would hang it."""
    for sheet in sheets:
        total = 0
        for left, top, right, bottom in _MERGE.findall(sheet):
            columns = abs(_column(right) - _column(left)) + 1
            total += columns * (abs(int(bottom) - int(top)) + 1)
        if total > _MAX_CELLS:
            raise PlanFileError(_TOO_WIDE)


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place


class _Reader:
    """Reads the sheets in order and collects what the load report should say."""

    def __init__(self, book: Workbook, formulas: Workbook | None) -> None:
        self._book = book
        self._formulas = formulas
        self.notes: list[str] = []
        self.legacy: Legacy | None = None

    def read_tables(self) -> Iterator[Table]:
        """One table a visible sheet with content."""
        for sheet in self._book.worksheets:
            if sheet.sheet_state != "visible":
                self.notes.append(f"Bỏ qua trang tính ẩn “{sheet.title}”.")
                continue
            if rows := tuple(self._rows(sheet)):
                yield Table(rows, sheet=clean(sheet.title))
            self._note_uncomputed(sheet)

    def _rows(self, sheet: Worksheet) -> Iterator[Row]:
        texts = self._texts(sheet)
        if not texts:
            return
        merged = _covered_cells(sheet)
        last = max(column for _, column in texts)
        hidden_columns = _hidden_columns(sheet, last)
        columns = [c for c in range(min(c for _, c in texts), last + 1) if c not in hidden_columns]
        numbers = sorted({row for row, _ in texts} | {row for row, column in merged if column <= last})
        if len(columns) * len(numbers) > _MAX_CELLS:
            raise PlanFileError(_TOO_WIDE)
        hidden = {row for row, form in sheet.row_dimensions.items() if form.hidden} & set(numbers)
        self._note_hidden(sheet, len(hidden), len(hidden_columns))
        for number in numbers:
            if number not in hidden and number <= max(row for row, _ in texts):
                cells = tuple(
                    Cell(texts.get((number, column), ""), *merged.get((number, column), (False, False)))
                    for column in columns
                )
                yield Row(cells, number=number)

    def _texts(self, sheet: Worksheet) -> dict[tuple[int, int], str]:
        """Texts of the cells that have one, by row and column; the sheet's claimed size is not trusted."""
        texts = {}
        for place, cell in sheet._cells.items():
            if text := self._text(cell):
                texts[place] = text
        return texts

    def _text(self, cell: SheetCell | MergedCell) -> str:
        if cell.value is None or cell.data_type == "e":
            return ""
        text = print_value(cell.value, str(cell.number_format or ""))
        if isinstance(cell.value, str) and not text.isascii() and not is_unicode(text):
            encoding, capitals = font_encoding(cell.font.name)
            if encoding:
                self.legacy = encoding
                text = convert(text, encoding, capitals)
        lines = clean(text).replace("\r\n", "\n").replace("_x000D_", "").split("\n")
        return "\n".join(line.strip() for line in lines).strip()

    def _note_hidden(self, sheet: Worksheet, rows: int, columns: int) -> None:
        if rows:
            self.notes.append(f"Bỏ qua {rows} dòng ẩn của trang tính “{sheet.title}”.")
        if columns:
            self.notes.append(f"Bỏ qua {columns} cột ẩn của trang tính “{sheet.title}”.")

    def _note_uncomputed(self, sheet: Worksheet) -> None:
        """Name formulas that no program has computed yet: the file holds no value for them."""
        if self._formulas is None:
            return
        empty = [
            cell.coordinate
            for place, cell in self._formulas[sheet.title]._cells.items()
            if cell.data_type == "f" and (place not in sheet._cells or sheet._cells[place].value is None)
        ]
        if empty:
            places = ", ".join(empty[:3]) + ("..." if len(empty) > 3 else "")
            self.notes.append(
                f"Trang tính “{sheet.title}” có {len(empty)} công thức chưa có giá trị ({places}); "
                "xin mở bằng Excel, lưu lại rồi nạp lại."
            )


def _covered_cells(sheet: Worksheet) -> dict[tuple[int, int], tuple[bool, bool]]:
    """For each cell that a merge covers: is the merge's text above, is it to the left."""
    return {
        (row, column): (row > area.min_row, column > area.min_col)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
        if (row, column) != (area.min_row, area.min_col)
    }


def _hidden_columns(sheet: Worksheet, last: int) -> set[int]:
    hidden: set[int] = set()
    for form in sheet.column_dimensions.values():
        if form.hidden and form.min is not None and form.max is not None:
            hidden.update(range(form.min, min(form.max, last) + 1))
    return hidden


def _margins(book: Workbook) -> Iterator[str]:
    for sheet in book.worksheets:
        for part in (sheet.oddHeader, sheet.oddFooter, sheet.firstHeader, sheet.firstFooter):
            for piece in (part.left, part.center, part.right) if part else ():
                if piece is not None and piece.text:
                    yield clean(piece.text)


def print_value(value: object, number_format: str) -> str:
    """A cell's value as a Vietnamese reader expects it printed: 05/06/2026, 12, 12.5, 80%."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime() | date():
            return _print_date(value, number_format)
        case time():
            return value.strftime("%H:%M")
        case timedelta():
            return str(value)
        case int() | float():
            percent = "%" in _LITERAL.sub("", number_format)
            return f"{value * 100:.10g}%" if percent else f"{value:.15g}"
    return str(value)


def _print_date(value: date, number_format: str) -> str:
    """A cell that shows month and year only must not gain a day that nobody wrote."""
    form = _LITERAL.sub("", number_format).lower()
    if "y" in form and "d" not in form:
        return value.strftime("%m/%Y" if "m" in form else "%Y")
    text = value.strftime("%d/%m/%Y")
    if isinstance(value, datetime) and (value.hour or value.minute):
        text += value.strftime(" %H:%M")
    return text
