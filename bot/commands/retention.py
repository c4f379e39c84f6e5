"""retention: what persons wrote and is too old is erased, as the service does once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from bot.commands.console import app_of, console, note
from knowledge.errors import KehoachError


def retention(
    context: typer.Context,
    days: Annotated[
        int | None, typer.Option(min=1, help="Số ngày giữ lại, thay cho KEHOACH_RETENTION_DAYS", show_default=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ đếm, không xóa")] = False,
) -> None:
    """Xóa những gì mọi người đã viết quá số ngày giữ lại; kế hoạch, đính chính, tiến độ, lịch sử vẫn giữ."""
    from bot.serving.retention import count_old, erase_old

    app = app_of(context)
    kept = days or app.settings.retention_days
    if not kept:
        raise KehoachError("KEHOACH_RETENTION_DAYS=0: giữ mãi mãi; thêm --days N để xóa những gì cũ hơn N ngày.")
    before = app.clock() - timedelta(days=kept)
    found = count_old(app.store, before) if dry_run else erase_old(app.store, before)
    out = console()
    note(out, f"{'Sẽ xóa' if dry_run else 'Đã xóa'} những gì trước ngày {before:%d/%m/%Y} ({kept} ngày):")
    for label, count in found.items():
        if count:
            note(out, f"  {label}: {count}")
    if not any(found.values()):
        note(out, "  không có gì.")
