"""What administrators should look at: agencies that nobody hears for, messages that could not be sent."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.paging import show_list
from bot.chat.reminder_wishes import settings_of
from bot.chat.turn import Item, Visit
from bot.clock import HANOI
from bot.menus.choices import Action, Opened
from bot.people.records import OpenInvitation
from bot.reports.reasons import why
from bot.tracking.settings import Undelivered
from knowledge.text import cut
from knowledge.wording import day


def list_unowned(visit: Visit, _action: Action, _opened: Opened) -> None:
    """Agencies with duties and nobody who hears of them."""
    found = settings_of(visit).unowned()
    if not found:
        visit.say("no_unowned")
        return
    invited = visit.services.people.open_invitations()
    items = [
        _unowned(visit, agency, count, invited.get(agency, ()))
        for agency, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    show_list(visit, visit.text("unowned_head", count=len(found)), items)


def _unowned(visit: Visit, agency: str, count: int, invited: Sequence[OpenInvitation]) -> Item:
    """Choosing it makes an invitation; one that nobody has used yet is told."""
    if not agency:
        return Item(visit.text("unowned_row", agency=visit.text("agency_none"), count=count))
    row = visit.text("unowned_row", agency=agency, count=count)
    if invited:
        until = day(invited[0].expires_at.astimezone(HANOI).date())
        row = f"{row}; {visit.text('unowned_invited', date=until)}"
    return Item(row, {"do": "invite_owner", "agency": agency})


def list_undelivered(visit: Visit, _action: Action, _opened: Opened) -> None:
    """Messages that could not be sent."""
    found = settings_of(visit).undelivered()
    if not found:
        visit.say("no_undelivered")
        return
    items = [
        Item(
            visit.text(
                "undelivered_row",
                name=each.to,
                task=_told(visit, each),
                date=day(each.at.astimezone(HANOI).date()),
                reason=why(visit.services.texts.say, each.reason),
            )
        )
        for each in found
    ]
    show_list(visit, visit.text("undelivered_head", count=len(found)), items)


def _told(visit: Visit, each: Undelivered) -> str:
    """What the message was about."""
    if each.due_on is not None:
        return visit.text("undelivered_task", task=cut(each.title, 80), due=day(each.due_on))
    return cut(each.title, 80) if each.title else visit.text("undelivered_digest")
