"""The task table as an Excel workbook, as an administrator expects to correct it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.answers.objects import horizon
from knowledge.library import LiveTask

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell

_COLUMNS: tuple[tuple[str, int], ...] = (
    ("Kế hoạch", 16), ("Mục", 28), ("STT", 6), ("Nhiệm vụ", 50), ("Hoạt động", 50), ("Sản phẩm", 34),
    ("Chủ trì", 28), ("Phối hợp", 34), ("Thời hạn", 22), ("Các ngày tới hạn", 24), ("Nguồn", 40),
)  # fmt: skip


def write_workbook(path: Path, tasks: Sequence[LiveTask], today: date) -> None:
    """Writes one sheet with a frozen heading and a filter; texts that look like formulas stay texts."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Nhiệm vụ"
    sheet.append([name for name, _ in _COLUMNS])
    for live in tasks:
        sheet.append([printable(text) for text in _row(live, today)])
    for i, (_, width) in enumerate(_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
        sheet.cell(1, i).font = Font(bold=True)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            keep_text(cell)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    book.save(path)


def printable(text: str) -> str:
    """`text` as a cell can hold it: a PDF's text layer may have control characters, which a workbook may not."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub(" ", text)


def keep_text(cell: Cell | MergedCell) -> None:
    """Has a text that looks like a formula stay a text."""
    if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
        cell.data_type = "s"
        cell.quotePrefix = True


def _row(live: LiveTask, today: date) -> list[str]:
    task = live.task
    place = " > ".join(task.source.section_path)
    where = (
        f"dòng {task.source.row}" if task.source.row else f"mục {task.source.clause}" if task.source.clause else ""
    )
    due = task.deadline.due_dates(horizon(today))
    return [
        live.plan.name, task.section or "", task.number or "", task.title, task.activity or "", task.product or "",
        "; ".join(task.lead), "; ".join(task.coordinating), task.deadline.phrase,
        ", ".join(d.strftime("%d/%m/%Y") for d in due), ", ".join(p for p in (place, where) if p),
    ]  # fmt: skip
