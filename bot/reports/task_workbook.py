"""The task table as an Excel workbook, as an administrator corrects it and sends it back (`returned_table`).

Beside the table stand a list of agencies to choose from and a hidden sheet with what each row is known by and what
every cell held. A hidden column ties a row to it, so that rows may be sorted, filtered, deleted and added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from bot.reports.workbook import Columns, Value, printable, table_book
from knowledge.agencies import Directory
from knowledge.doubts import FIELDS, doubts_of
from knowledge.library import LiveTask
from knowledge.objects import horizon
from knowledge.store.corrections import table_keys
from knowledge.store.database import Store
from knowledge.wording import added_note, corrected_note

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SHEET, AGENCIES, KEPT = "Nhiệm vụ", "Cơ quan", "_kehoach"
KEY = "Mã dòng"
"""Heading of the hidden column."""
KEY_BEGINS = "kehoach-dong:"
PLAN, SECTION = "Kế hoạch", "Mục"
COLUMNS: Columns = (
    (PLAN, 16), (SECTION, 28), ("STT", 6), ("Nhiệm vụ", 50), ("Hoạt động", 50), ("Sản phẩm", 34),
    ("Chủ trì", 28), ("Phối hợp", 34), ("Thời hạn", 22), ("Các ngày tới hạn", 24),
    ("Ngày tới hạn gần nhất", 13), ("Nguồn", 40), ("Đính chính", 40), ("Cần xem lại", 40), (KEY, 12),
)  # fmt: skip
CELLS: Mapping[str, str] = {heading: field for field, heading in FIELDS.items()}
"""By heading the cell of a task that may be corrected."""
KEPT_BEFORE = 2
"""Columns of the hidden sheet before those of the table: the row's code and the version of its plan."""
_ADDED = 300
"""Rows below the table in which agencies can be chosen, too."""


def write_workbook(path: Path, store: Store, tasks: Sequence[LiveTask], directory: Directory, today: date) -> None:
    """Writes a row a task."""
    _book(store, tasks, directory, today).save(path)


def workbook_bytes(store: Store, tasks: Sequence[LiveTask], directory: Directory, today: date) -> bytes:
    """The same as the bytes of a file."""
    written = BytesIO()
    _book(store, tasks, directory, today).save(written)
    return written.getvalue()


def told_cell(value: object) -> str:
    """A cell as text; a date as people write it."""
    if isinstance(value, date):
        return f"{value.day:02}/{value.month:02}/{value.year}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def _book(store: Store, tasks: Sequence[LiveTask], directory: Directory, today: date) -> Workbook:
    keys = table_keys(store, {live.plan.id for live in tasks})
    codes = [f"{KEY_BEGINS}{live.plan.id}:{keys.get(live.id, '')}" for live in tasks]
    rows = [[*_row(live, today), code] for live, code in zip(tasks, codes, strict=True)]
    book = table_book(SHEET, COLUMNS, rows)
    sheet = book.worksheets[0]
    _arrange(sheet)
    listed = [each.name for each in directory.entries if not directory.is_dissolved(each.name, today)]
    _offer(book, sheet, listed)
    kept = book.create_sheet(KEPT)
    kept.sheet_state = "veryHidden"
    for live, row in zip(tasks, rows, strict=True):
        texts = [printable(told_cell(value)) for value in row[:-1]]
        kept.append([row[-1], str(live.plan.version), *texts])
    for cells in kept.iter_rows():
        for cell in cells:
            cell.data_type = "s"
    return book


def _arrange(sheet: Worksheet) -> None:
    """Cells that may be corrected hold text, so that Excel makes no date of "30/9"; the others' headings are grey."""
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter

    grey = PatternFill("solid", fgColor="E4E4E4")
    for column in sheet.iter_cols():
        head = column[0]
        if head.value not in CELLS:
            head.fill = grey
            continue
        for cell in column[1:]:
            cell.number_format = "@"
    sheet.column_dimensions[get_column_letter(len(COLUMNS))].hidden = True


def _offer(book: Workbook, sheet: Worksheet, names: Sequence[str]) -> None:
    """A list of agencies beside their cells; what is not in it can be typed, as several in one cell must be."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    listing = book.create_sheet(AGENCIES)
    listing.append(["Tên cơ quan trong danh bạ; nhiều cơ quan trong một ô thì cách nhau bằng dấu ;"])
    for name in names:
        listing.append([name])
    listing["A1"].font = Font(bold=True)
    listing.column_dimensions["A"].width = 70
    listing.freeze_panes = "A2"
    choice = DataValidation("list", formula1=f"'{AGENCIES}'!$A$2:$A${len(names) + 1}", showErrorMessage=False)
    headings = [heading for heading, _ in COLUMNS]
    for field in ("lead", "coordinating"):
        letter = get_column_letter(headings.index(FIELDS[field]) + 1)
        choice.add(f"{letter}2:{letter}{sheet.max_row + _ADDED}")
    sheet.add_data_validation(choice)


def _row(live: LiveTask, today: date) -> list[Value]:
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
        "\n".join(_corrected(live)),
        "\n".join(f"{FIELDS.get(doubt.field, doubt.field)}: {doubt.why}" for doubt in doubts_of(task)),
    ]  # fmt: skip


def _corrected(live: LiveTask) -> Iterator[str]:
    """What people corrected, with day and reason."""
    if live.added is not None:
        yield f"Nhiệm vụ{added_note(live)}"
    for field in live.corrected:
        yield f"{FIELDS[field]}{corrected_note(live, field)}"


def _nearest(due: Sequence[date], today: date) -> date | None:
    """The next of the days, else the last."""
    return next((each for each in due if each >= today), due[-1] if due else None)
