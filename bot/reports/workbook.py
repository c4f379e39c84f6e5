"""A table as an Excel workbook: it filters and sorts on a screen, and prints on A4."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

Value = str | date | None
Columns = tuple[tuple[str, int], ...]
"""Headings, and how wide the columns are, in characters."""


def table_book(title: str, columns: Columns, rows: Iterable[Sequence[Value]], above: Sequence[str] = ()) -> Workbook:
    """One sheet with a frozen heading and a filter; what looks like a formula stays a text.

    Args:
        above: lines over the table, the first of them large.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    book, top = Workbook(), len(above) + 1
    sheet = book.worksheets[0]
    sheet.title = title
    for values in ([[line] for line in above], [[name for name, _ in columns]], rows):
        for row in values:
            sheet.append([printable(value) if isinstance(value, str) else value for value in row])
    line = Side(style="thin", color="BFBFBF")
    border, around = Border(left=line, right=line, top=line, bottom=line), Alignment(wrap_text=True, vertical="top")
    for number, cells in enumerate(sheet.iter_rows(), 1):
        for cell in cells:
            if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                cell.data_type, cell.quotePrefix = "s", True
            elif isinstance(cell.value, date):
                cell.number_format = "dd/mm/yyyy"
            if number > top:
                cell.alignment, cell.border = around, border
    if above:
        sheet["A1"].font = Font(bold=True, size=14)
    for i, (_, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
        head = sheet.cell(top, i)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6EC")
        head.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.freeze_panes = f"A{top + 1}"
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(columns))}{sheet.max_row}"
    # A4 lying, as wide as the page, the heading on every page, page numbers at the foot.
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    if sheet.oddFooter is not None:  # an empty one is false
        sheet.oddFooter.right.text = "Trang &P/&N"
    return book


def printable(text: str) -> str:
    """`text` as a cell can hold it: a PDF's text layer may have control characters, which a workbook may not."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub(" ", text)
