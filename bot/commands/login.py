"""login: a one-time address of the web page for a member."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.console import app_of, console, day, note
from bot.commands.finding_people import find_member
from bot.people.sessions import Sessions


def login(
    context: typer.Context,
    who: Annotated[str, typer.Argument(metavar="TÊN", help="Họ tên hoặc mã người dùng", show_default=False)],
) -> None:
    """Tạo đường dẫn đăng nhập trang web cho một người; dùng một lần, trong 10 phút."""
    app = app_of(context)
    link = Sessions(app.store, app.clock).make_link(find_member(app.people, who, active_only=True).id, by=None)
    out = console()
    note(out, link.address(app.settings.page_address()))
    note(out, f"Cho {link.member.name}; dùng một lần, đến {day(link.expires_at)}.")
    note(out, "Trang web mở khi trợ lý đang chạy (kehoach serve hoặc make run).")
