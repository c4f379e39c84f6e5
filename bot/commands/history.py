"""history: everything that people changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer

from bot.clock import HANOI
from bot.commands.console import app_of, console, day, note
from bot.reports.history import list_history
from knowledge.store.audit import AuditKind, Wanted
from knowledge.store.catalog import find_plan


def history(
    context: typer.Context,
    plan: Annotated[str | None, typer.Option(help="Chỉ của một kế hoạch: số hoặc tên tệp")] = None,
    by: Annotated[int | None, typer.Option(help="Chỉ của một người: mã người dùng; 0 là dòng lệnh")] = None,
    kind: Annotated[AuditKind | None, typer.Option(help="Chỉ một loại")] = None,
    since: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Từ ngày")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Đến hết ngày")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Số dòng nhiều nhất")] = 50,
) -> None:
    """Ai đã thay đổi gì, mới nhất trước."""
    app = app_of(context)
    wanted = Wanted(
        by,
        kind,
        find_plan(app.store, plan) if plan is not None else None,
        since.replace(tzinfo=HANOI) if since else None,
        until.replace(tzinfo=HANOI) + timedelta(days=1) if until else None,
    )
    lines, total = list_history(app.store, wanted, limit=limit)
    out = console()
    for each in lines:
        note(out, f"{day(each.at)}  {each.by}  {f'{each.plan}: ' if each.plan else ''}{each.what}")
    if total > len(lines):
        note(out, f"… và {total - len(lines)} thay đổi trước đó (xem thêm: --limit).")
    if not lines:
        note(out, "Chưa có thay đổi nào như vậy.")
