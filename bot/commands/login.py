"""login: a one-time address of the web page for a member."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.console import app_of, console, day, note
from bot.people.members import Member, People
from bot.people.records import UnknownMemberError
from bot.people.sessions import Sessions
from knowledge.text import fold

_NAMED = 5
"""Members of one name that the answer tells apart."""


def login(
    context: typer.Context,
    who: Annotated[str, typer.Argument(metavar="TÊN", help="Họ tên hoặc mã người dùng", show_default=False)],
) -> None:
    """Tạo đường dẫn đăng nhập trang web cho một người; dùng một lần, trong 10 phút."""
    app = app_of(context)
    link = Sessions(app.store, app.clock).make_link(_find(app.people, who).id, by=None)
    out = console()
    note(out, link.address(app.settings.page_address()))
    note(out, f"Cho {link.member.name}; dùng một lần, đến {day(link.expires_at)}.")
    note(out, "Trang web mở khi trợ lý đang chạy (kehoach serve hoặc make run).")


def _find(people: People, who: str) -> Member:
    """The member meant by a number or a name, written in whatever accents.

    Raises:
        UnknownMemberError: nobody, or several.
    """
    if who.isdecimal():
        return people.get(int(who))
    listed = people.list(active_only=True)
    named = [each for each in listed if fold(each.name) == fold(who)]
    found = named or [each for each in listed if fold(who) in fold(each.name)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownMemberError(f"Không có người dùng nào tên “{who}” (xem: kehoach people).")
    told = "; ".join(f"{each.id}: {each.name}, {each.agency or 'chưa có cơ quan'}" for each in found[:_NAMED])
    more = f" và {len(found) - _NAMED} người nữa" if len(found) > _NAMED else ""
    raise UnknownMemberError(f"Có nhiều người tên “{who}”, xin ghi mã: {told}{more}.")
