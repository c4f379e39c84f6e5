"""Who may use the assistant, with ways into the page for them, and how the service is."""

from __future__ import annotations

import asyncio
from importlib.metadata import version

from starlette.responses import Response

from bot.people.accounts import write_sender
from bot.people.members import Role
from bot.web.context import Context
from knowledge.text import fold


def list_people(context: Context) -> Response:
    """Members by agency and name; with words, those whose name or agency holds them."""
    people = context.site.app.people
    words = context.request.query_params.get("tim", "").strip()
    found = [each for each in people.list() if fold(words) in fold(f"{each.name} {each.agency}")]
    accounts = people.channels()
    return context.page(
        "people.html",
        words=words,
        people=[
            (
                each,
                ", ".join(role.label for role in Role if role in each.roles),
                " ".join(write_sender(account) for account in accounts.get(each.id, ())),
            )
            for each in found
        ],
        waiting=len(people.pending()),
    )


def make_link(context: Context) -> Response:
    """A one-time address for a member, to be handed on; it is on this answer and nowhere else."""
    link = context.site.sessions.make_link(context.number("nguoi"), by=context.by)
    return context.page("link.html", link=link, address=link.address(context.here))


async def show_health(context: Context) -> Response:
    """What `/healthz` says, and what is loaded."""
    trouble = await context.site.trouble()
    return await asyncio.to_thread(_health, context, trouble)


def _health(context: Context, trouble: str | None) -> Response:
    app = context.site.app
    plans = app.library.plans()
    facts = {
        "Phiên bản chương trình": version("tro-ly-ke-hoach"),
        "Kế hoạch đang dùng": str(len(plans)),
        "Nhiệm vụ đang dùng": str(len(app.library.tasks())),
        "Người đang dùng": str(len(app.people.list(active_only=True))),
        "Yêu cầu chờ duyệt": str(len(app.people.pending())),
    }
    return context.page("health.html", trouble=trouble, facts=facts)
