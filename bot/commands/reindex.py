"""reindex: all vectors anew, with the model that the settings name."""

from __future__ import annotations

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.commands.console import app_of, console, note
from knowledge.store.derived import reindex as make_anew


def reindex(context: typer.Context) -> None:
    """Dựng lại chỉ mục ngữ nghĩa bằng mô hình trong cài đặt; trong lúc dựng vẫn trả lời bằng chỉ mục cũ."""
    app = app_of(context)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("Dựng chỉ mục", total=None)
        made = make_anew(app.store, lambda done, total: bar.update(task, completed=done, total=total))
    note(console(), f"Đã dựng lại chỉ mục ngữ nghĩa cho {made} đoạn văn.")
