"""The task table as an Excel workbook, as an administrator expects to correct it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.doubts import FIELDS, doubts_of
from knowledge.library import LiveTask
from knowledge.objects import horizon

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_COLUMNS: tuple[tuple[str, int], ...] = (
    ("Kế hoạch", 16), ("Mục", 28), ("STT", 6), ("Nhiệm vụ", 50), ("Hoạt động", 50), ("Sản phẩm", 34),
    ("Chủ trì", 28), ("Phối hợp", 34), ("Thời hạn", 22), ("Các ngày tới hạn", 24),
    ("Ngày tới hạn gần nhất", 13), ("Nguồn", 40), ("Cần xem lại", 40),
)  # fmt: skip


DAY_FORMAT = "dd/mm/yyyy"


def write_workbook(path: Path, tasks: Sequence[LiveTask], today: date) -> None:
    """Writes one sheet with a frozen heading and a filter; what looks like a formula stays a text."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Nhiệm vụ"
    sheet.append([name for name, _ in _COLUMNS])
    for live in tasks:
        sheet.append([printable(value) if isinstance(value, str) else value for value in _row(live, today)])
    for i, (_, width) in enumerate(_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
        sheet.cell(1, i).font = Font(bold=True)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            keep_text(cell)
            if isinstance(cell.value, date):
                cell.number_format = DAY_FORMAT
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    lay_out_pages(sheet, 1)
    book.save(path)


def lay_out_pages(sheet: Worksheet, heading: int) -> None:
    """A4 lying, as wide as the page, the heading on every page, page numbers at the foot.

    Args:
        heading: number of its row.
    """
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{heading}:{heading}"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    foot = sheet.oddFooter
    if foot is not None:  # an empty one is false
        foot.right.text = "Trang &P/&N"


def printable(text: str) -> str:
    """`text` as a cell can hold it: a PDF's text layer may have control characters, which a workbook may not."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub(" ", text)


def keep_text(cell: Cell | MergedCell) -> None:
    """Has a text that looks like a formula stay a text."""
    if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
        cell.data_type = "s"
        cell.quotePrefix = True


def _row(live: LiveTask, today: date) -> list[str | date | None]:
    task = live.task
    place = " > ".join(task.source.section_path)
    where = (
        f"dòng {task.source.row}" if task.source.row else f"mục {task.source.clause}" if task.source.clause else ""
    )
    due = task.deadline.due_dates(horizon(today))
    return [
        live.plan.name, task.section or "", task.number or "", task.title, task.activity or "", task.product or "",
        "; ".join(task.lead), "; ".join(task.coordinating), task.deadline.phrase,
        ", ".join(d.strftime("%d/%m/%Y") for d in due), _nearest(due, today),
        ", ".join(p for p in (place, where) if p),
        "\n".join(f"{FIELDS.get(doubt.field, doubt.field)}: {doubt.why}" for doubt in doubts_of(task)),
    ]  # fmt: skip


def _nearest(due: Sequence[date], today: date) -> date | None:
    """The next of the days, else the last."""
    return next((each for each in due if each >= today), due[-1] if due else None)
