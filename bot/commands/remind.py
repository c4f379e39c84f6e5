"""remind: what is to be sent to whom, or one pass of sending."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import func, select

from bot.app import App
from bot.clock import HANOI
from bot.commands.console import app_of, console, day, note
from bot.commands.serve import open_channels
from bot.objects import ReminderLine, reminder_lines
from bot.tracking.records import Kind
from knowledge.store.models import OutboxRow
from knowledge.text import cut

_KINDS = {
    Kind.LEAD: "nhắc trước hạn",
    Kind.DUE: "đến hạn",
    Kind.OVERDUE: "quá hạn",
    Kind.ESCALATION: "báo lãnh đạo, đơn vị theo dõi",
    Kind.DIGEST: "tình hình tuần",
    Kind.NOTICE: "thông báo",
}
"""Kinds of messages as the table tells them."""
_COLUMNS = (
    ("Gửi lúc", True), ("Hạn", True), ("Còn", True), ("Loại", False), ("Người nhận", False), ("Kênh", True),
    ("Cơ quan", False), ("Nhiệm vụ", False),
)  # fmt: skip
"""Headings of the table, and whether a cell stays in one line."""
_TASK = 80
"""Characters of a task in it; JSON has it whole."""
_AT_ONCE = 8
"""Messages on their way in one pass."""


class Format(StrEnum):
    """How what is planned is written."""

    TABLE = "table"
    JSON = "json"


_Moment = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"], show_default=False,
                 help="Tính như đang ở thời điểm này (không ghi giờ: 08:00)"),
]  # fmt: skip


def remind(
    context: typer.Context,
    as_of: _Moment = None,
    days: Annotated[
        int | None, typer.Option(min=0, max=366, show_default=False, help="Chỉ xem: các tin đến hết N ngày tới")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem, không gửi")] = False,
    form: Annotated[
        Format | None, typer.Option("--format", show_default=False, help="Chỉ xem, và cách in (table nếu không ghi)")
    ] = None,
) -> None:
    """Xem các tin nhắc việc sẽ gửi, hoặc gửi một lượt các tin đã đến giờ."""
    app = app_of(context)
    now = _moment(as_of, app)
    if not dry_run and days is None and form is None:
        asyncio.run(_send(app, now))
        return
    lines = reminder_lines(app, now, days or 0)
    if form is Format.JSON:
        for line in lines:
            typer.echo(json.dumps(line.json(), ensure_ascii=False))
    else:
        _print([*lines])


def _moment(as_of: datetime | None, app: App) -> datetime:
    if as_of is None:
        return app.clock().astimezone(HANOI)
    if as_of.time() == time(0):
        as_of = as_of.replace(hour=8)
    return as_of.replace(tzinfo=HANOI)


def _print(lines: Sequence[ReminderLine]) -> None:
    out = console()
    if not lines:
        out.print("Không có tin nào phải gửi.")
        return
    table = Table(box=None, pad_edge=False)
    for heading, whole in _COLUMNS:
        table.add_column(heading, overflow="fold", no_wrap=whole)
    for line in lines:
        left = "" if line.days_left is None else str(line.days_left)
        at, kind = day(datetime.fromisoformat(line.send_at)), _KINDS[Kind(line.kind)]
        task = " – ".join(filter(None, (cut(line.task or "", _TASK), line.plan)))
        table.add_row(at, _printed(line.due_on), left, kind, line.person, line.channel or "", line.agency, task)
    out.print(table)
    note(out, f"{len(lines)} tin.")


def _printed(due_on: str | None) -> str:
    return date.fromisoformat(due_on).strftime("%d/%m/%Y") if due_on else ""


async def _send(app: App, now: datetime) -> None:
    """Plans, then sends what is due, until nothing is."""
    from bot.menus.texts import load_texts
    from bot.notify.delivery import Deliverer
    from bot.notify.planning import refresh

    channels = open_channels(app)
    refresh(app.store, app.library, app.directory, now)
    before = _count(app, "sent")
    deliverer = Deliverer(app.store, app.library, app.directory, load_texts(), channels, lambda: now)

    async def send() -> None:
        while await deliverer.try_deliver_one(now):
            pass

    try:
        await asyncio.gather(*(send() for _ in range(_AT_ONCE)))
    finally:
        deliverer.close()
        for channel in channels:
            await channel.close()
    waiting = _count(app, "waiting", until=now)
    note(console(), f"Đã gửi {_count(app, 'sent') - before} tin nhắc việc; {waiting} tin chờ gửi lại.")


def _count(app: App, state: str, until: datetime | None = None) -> int:
    wanted = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == state)
    if until is not None:
        wanted = wanted.where(OutboxRow.send_at <= until)
    with app.store.read() as session:
        return session.scalar(wanted) or 0
