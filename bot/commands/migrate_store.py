"""migrate-store: everything from the data folder's own database into a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.commands.console import app_of, console, note
from bot.serving.only_service import only_service
from knowledge.errors import StoreError
from knowledge.store.database import Store, open_store
from knowledge.store.moving import move_store

_SERVES = "Trợ lý đang chạy trên thư mục dữ liệu này; hãy dừng nó rồi chuyển."


@contextmanager
def _alone(target: Store) -> Iterator[None]:
    with target.held(alone=True) as alone:
        if not alone:
            raise StoreError("Trợ lý đang chạy trên cơ sở dữ liệu đích; hãy dừng mọi tiến trình của nó rồi chuyển.")
        yield


def migrate_store(
    context: typer.Context,
    to: Annotated[str, typer.Option("--to", help="Địa chỉ đích: postgresql+psycopg://TÊN@MÁY/CSDL")],
) -> None:
    """Chuyển toàn bộ dữ liệu từ SQLite sang một cơ sở dữ liệu PostgreSQL còn trống; dữ liệu cũ giữ nguyên."""
    app = app_of(context)
    if app.store.engine.dialect.name != "sqlite":
        raise StoreError("Kho dữ liệu đang dùng đã nằm trên máy chủ; lệnh này chỉ chuyển từ SQLite.")
    if not to.startswith("postgresql"):
        raise StoreError("Chỉ chuyển được sang PostgreSQL; địa chỉ ghi như postgresql+psycopg://TÊN@MÁY/CSDL.")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        only_service(app.settings.home, _SERVES),  # what is answered meanwhile would stay behind
        open_store(to, data=None) as target,
        _alone(target),
        Progress(*columns, console=console(stderr=True), transient=True) as bar,
    ):
        task = bar.add_task("Chuyển dữ liệu", total=None)
        moved = move_store(app.store, target, lambda _, place, total: bar.update(task, completed=place, total=total))
    out = console()
    for table in moved:
        if table.rows:
            note(out, f"✓ {table.table}: {table.rows} dòng, giống hệt ({table.digest[:12]}).")
    rows = sum(table.rows for table in moved)
    note(out, f"Đã chuyển và đối chiếu từng dòng: {rows} dòng của {len(moved)} bảng; chỉ mục từ khóa đã dựng lại.")
    note(out, "Từ nay đặt KEHOACH_DATABASE_URL là địa chỉ đích. Dữ liệu cũ còn nguyên trong thư mục dữ liệu.")
