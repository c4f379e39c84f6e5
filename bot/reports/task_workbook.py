"""The task table as an Excel workbook, as an administrator expects to correct it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from bot.reports.workbook import Columns, Value, table_book
from knowledge.doubts import FIELDS, doubts_of
from knowledge.library import LiveTask
from knowledge.objects import horizon
from knowledge.wording import added_note, corrected_note

_COLUMNS: Columns = (
    ("Kế hoạch", 16), ("Mục", 28), ("STT", 6), ("Nhiệm vụ", 50), ("Hoạt động", 50), ("Sản phẩm", 34),
    ("Chủ trì", 28), ("Phối hợp", 34), ("Thời hạn", 22), ("Các ngày tới hạn", 24),
    ("Ngày tới hạn gần nhất", 13), ("Nguồn", 40), ("Đính chính", 40), ("Cần xem lại", 40),
)  # fmt: skip


def write_workbook(path: Path, tasks: Sequence[LiveTask], today: date) -> None:
    """Writes one sheet with a row a task."""
    table_book("Nhiệm vụ", _COLUMNS, (_row(live, today) for live in tasks)).save(path)


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
