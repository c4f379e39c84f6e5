"""client: other systems of the office that use the interface, and their tokens."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from bot.commands.console import app_of, console, day, note
from bot.people.clients import Clients

client = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


class May(StrEnum):
    """What a client may do beside asking."""

    LOAD = "load"


@client.callback()
def start(context: typer.Context) -> None:
    """Hệ thống khác của cơ quan gọi giao diện HTTP (/api/v1): xem, thêm, thu hồi."""
    if context.invoked_subcommand is None:
        show_list(context)


@client.command("list")
def show_list(context: typer.Context) -> None:
    """Danh sách hệ thống."""
    app = app_of(context)
    listed = Clients(app.store, app.clock).list()
    out = console()
    if not listed:
        note(out, "Chưa có hệ thống nào. Thêm bằng: kehoach client add TÊN")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("Mã", "Tên", "Được", "Thêm lúc", "Dùng lần cuối", "Tình trạng"):
        table.add_column(heading, overflow="fold")
    for each in listed:
        used = day(each.used_at) if each.used_at else "chưa dùng"
        state = f"đã thu hồi {day(each.revoked_at)}" if each.revoked_at else "đang dùng"
        may = "đọc, nạp văn bản" if each.may_load else "đọc"
        table.add_row(str(each.id), each.name, may, day(each.made_at), used, state)
    out.print(table)


@client.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="TÊN", help="Tên hệ thống", show_default=False)],
    may: Annotated[
        May | None, typer.Option(show_default=False, help="load: được gửi văn bản để nạp thành bản nháp")
    ] = None,
) -> None:
    """Thêm một hệ thống và in mã truy cập của nó, chỉ một lần này."""
    app = app_of(context)
    made, token = Clients(app.store, app.clock).add(name, may_load=may is May.LOAD, by=None)
    out = console()
    note(out, token)
    screen = console(stderr=True)
    note(screen, f"Mã truy cập của {made.name} (số {made.id}), chỉ in một lần này; gửi kèm mỗi lần gọi:")
    note(screen, "  Authorization: Bearer MÃ_TRUY_CẬP")
    note(screen, f"Cách gọi: {app.settings.page_address()}/api/v1/docs. Thu hồi: kehoach client revoke {made.id}")


@client.command("revoke")
def revoke(
    context: typer.Context,
    who: Annotated[str, typer.Argument(metavar="TÊN", help="Tên hoặc số của hệ thống", show_default=False)],
) -> None:
    """Thu hồi mã truy cập của một hệ thống, có hiệu lực ngay."""
    app = app_of(context)
    done = Clients(app.store, app.clock).revoke(int(who) if who.isdecimal() and len(who) < 9 else who, by=None)
    note(console(), f"✓ Đã thu hồi mã truy cập của {done.name} (số {done.id}).")
