"""Writes the rural development plan as .xlsx: title rows, merged cells, real date cells."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.samples.content import UP, Entry, Section
from tests.samples.frozen_zip import freeze
from tests.samples.papers import TaskTable

_DAY = re.compile(r"\d{2}/\d{2}/\d{4}")
_TYPED_AS_TEXT = {"20/05/2026"}
"""Days that somebody typed into a text cell, as happens."""


def write_xlsx(path: Path, tables: tuple[TaskTable, ...]) -> None:
    """Write one sheet per table to `path`; the same content gives the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        _sheet(book.create_sheet(table.sheet), table)
    book.save(path)
    freeze(path)


def _sheet(sheet: Worksheet, table: TaskTable) -> None:
    columns = len(table.header)
    for title in table.titles:
        _across(sheet, _next(sheet), 1, columns, title, bold=True)
    head = _next(sheet) + 1  # an empty row stands above the header
    for column, name in enumerate(table.header, 1):
        sheet.cell(head, column, name).font = Font(bold=True)
    starts = [0] * columns
    for at, row in enumerate(table.rows, head + 1):
        if isinstance(row, Section):
            _across(sheet, at, 1, columns, f"{row.label}. {row.name}", bold=True)
        else:
            _entry(sheet, at, row, table.fields, starts)
    _merge(sheet, table, head)
    for note in table.notes:
        _across(sheet, _next(sheet), 1, columns, note)
    for column, name in enumerate(table.fields, 1):
        width = {"number": 6, "title": 44, "product": 32, "due": 18}.get(name, 26)
        sheet.column_dimensions[get_column_letter(column)].width = width


def _next(sheet: Worksheet) -> int:
    return sheet.max_row + 1 if sheet["A1"].value is not None else 1


def _across(sheet: Worksheet, row: int, first: int, last: int, text: str, bold: bool = False) -> None:
    cell = sheet.cell(row, first, text)
    cell.font = Font(bold=bold)
    sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def _entry(sheet: Worksheet, at: int, entry: Entry, fields: tuple[str, ...], starts: list[int]) -> None:
    for column, name in enumerate(fields, 1):
        text = getattr(entry, name)
        if text == UP:
            continue
        starts[column - 1] = at
        cell = sheet.cell(at, column)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if _DAY.fullmatch(text) and text not in _TYPED_AS_TEXT:
            cell.value = datetime.strptime(text, "%d/%m/%Y")  # noqa: DTZ007 (a day of a sheet)
            cell.number_format = "dd/mm/yyyy"
        else:
            cell.value = int(text) if text.isdigit() else text or None


def _merge(sheet: Worksheet, table: TaskTable, above: int) -> None:
    """Merge every cell with the `UP` cells below it; row n of the table is row above + n of the sheet."""
    for column, name in enumerate(table.fields, 1):
        start = 0
        for at, row in enumerate((*table.rows, Section("", "")), above + 1):
            if isinstance(row, Entry) and getattr(row, name) == UP:
                continue
            if start and at - start > 1:
                sheet.merge_cells(start_row=start, end_row=at - 1, start_column=column, end_column=column)
            start = at if isinstance(row, Entry) else 0
