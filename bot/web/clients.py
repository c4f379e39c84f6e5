"""Other systems that use the interface: who they are, a token for a new one, and an end to one."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from bot.people.clients import Clients
from bot.people.records import PeopleError
from bot.web.context import Context


def list_all(context: Context) -> Response:
    """All of them."""
    return _page(context)


def add(context: Context) -> Response:
    """A new one; its token is on this answer and nowhere else."""
    name = context.form.get("ten", "")
    try:
        _, token = _clients(context).add(name, may_load=context.form.get("nap") == "1", by=context.by)
    except PeopleError as error:
        return _page(context, error=error.sentence, typed=name, status=HTTPStatus.BAD_REQUEST)
    return _page(context, token=token)


def revoke(context: Context) -> Response:
    """Ends what a token opens."""
    done = _clients(context).revoke(context.number("so"), by=context.by)
    context.note(f"Đã thu hồi mã truy cập của {done.name}.")
    return context.go("/he-thong")


def _page(
    context: Context, *, token: str = "", error: str = "", typed: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    listed = _clients(context).list()
    return context.page("clients.html", status, clients=listed, token=token, error=error, typed=typed)


def _clients(context: Context) -> Clients:
    return Clients(context.site.app.store, context.site.app.clock)
