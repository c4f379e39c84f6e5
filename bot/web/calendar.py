"""A member's calendar: the page that gives its secret address, and what programs fetch from there."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from http import HTTPStatus

from starlette.responses import Response

from bot.notify.planning import refresh_first
from bot.people.feeds import Feeds
from bot.people.members import Member
from bot.reports.board_calendar import board_days
from bot.reports.calendar_file import DueDay, write_calendar
from bot.tracking.audience import load_audience
from bot.tracking.boards import load_board
from bot.tracking.rules import load_rules
from bot.web.context import Context, NotFoundError
from knowledge.errors import KehoachError
from knowledge.wording import join_names

_REFRESH = timedelta(hours=6)
"""How often programs are asked to fetch it: what is due changes by the day."""


def show(context: Context) -> Response:
    """Whether there is an address, and how to use one."""
    return context.page("calendar.html", feed=_feeds(context).get(context.by), address="")


def make(context: Context) -> Response:
    """A new address in place of an earlier one; it is on this answer and nowhere else."""
    feeds = _feeds(context)
    code = feeds.make(context.by)
    return context.page("calendar.html", feed=feeds.get(context.by), address=f"{context.here}/lich/{code}.ics")


def drop(context: Context) -> Response:
    """Ends the address."""
    _feeds(context).drop(context.by)
    context.note("Đã bỏ địa chỉ lịch: không chương trình nào tải được lịch này nữa.")
    return context.go("/lich-cua-toi")


def fetch(context: Context) -> Response:
    """The calendar as a program asks for it; nothing where it has what it got the last time."""
    member = _feeds(context).find(context.request.path_params["ma"])
    if member is None:
        raise NotFoundError("Địa chỉ lịch này không còn dùng được; xin tạo địa chỉ mới ở trang Lịch của tôi.")
    agencies, days = _days(context, member)
    tag = f'"{hashlib.sha256(repr((agencies, days)).encode("utf-8", "replace")).hexdigest()[:32]}"'
    kept = {"etag": tag, "cache-control": "private, no-cache"}
    asked = context.request.headers.get("if-none-match", "")
    if asked == "*" or tag in (each.strip().removeprefix("W/") for each in asked.split(",")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kept)
    name = f"Nhiệm vụ: {join_names(agencies)}" if agencies else "Nhiệm vụ"
    content = write_calendar(days, name, context.site.app.clock(), refresh=_REFRESH)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=kept)


def _days(context: Context, member: Member) -> tuple[tuple[str, ...], list[DueDay]]:
    """The member's agencies, and what they owe, each once."""
    app = context.site.app
    refresh_first(app.store, app.library, app.directory, app.clock())
    days: dict[str, DueDay] = {}
    with app.store.read() as session:
        agencies = load_audience(session, app.directory, load_rules(session), app.today).agencies_of(member.id)
        for agency in agencies:
            try:
                board = load_board(session, app.library, app.directory, app.today, agency=agency)
            except KehoachError:  # an agency that owes nothing and that the directory does not know
                continue
            days |= {each.key: each for each in board_days(board)}
    return agencies, sorted(days.values(), key=lambda each: (each.day, each.key))


def _feeds(context: Context) -> Feeds:
    return Feeds(context.site.app.store, context.site.app.clock)
