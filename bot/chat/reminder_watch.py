"""What administrators should look at: agencies that nobody hears for, messages that could not be sent."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.paging import show_list
from bot.chat.reminder_wishes import settings_of
from bot.chat.turn import Item, Turn
from bot.clock import HANOI
from bot.menus.choices import Action, Opened
from bot.people.records import OpenInvitation
from bot.reports.reasons import why
from bot.tracking.settings import Undelivered
from knowledge.text import cut
from knowledge.wording import day


def list_unowned(turn: Turn, _action: Action, _opened: Opened) -> None:
    """Agencies with duties and nobody who hears of them."""
    found = settings_of(turn).unowned()
    if not found:
        turn.say("no_unowned")
        return
    invited = turn.services.people.open_invitations()
    items = [
        _unowned(turn, agency, count, invited.get(agency, ()))
        for agency, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    show_list(turn, turn.text("unowned_head", count=len(found)), items)


def _unowned(turn: Turn, agency: str, count: int, invited: Sequence[OpenInvitation]) -> Item:
    """Choosing it makes an invitation; one that nobody has used yet is told."""
    if not agency:
        return Item(turn.text("unowned_row", agency=turn.text("agency_none"), count=count))
    row = turn.text("unowned_row", agency=agency, count=count)
    if invited:
        until = day(invited[0].expires_at.astimezone(HANOI).date())
        row = f"{row}; {turn.text('unowned_invited', date=until)}"
    return Item(row, {"do": "invite_owner", "agency": agency})


def list_undelivered(turn: Turn, _action: Action, _opened: Opened) -> None:
    """Messages that could not be sent."""
    found = settings_of(turn).undelivered()
    if not found:
        turn.say("no_undelivered")
        return
    items = [
        Item(
            turn.text(
                "undelivered_row",
                name=each.to,
                task=_told(turn, each),
                date=day(each.at.astimezone(HANOI).date()),
                reason=why(turn.services.texts.say, each.reason),
            )
        )
        for each in found
    ]
    show_list(turn, turn.text("undelivered_head", count=len(found)), items)


def _told(turn: Turn, each: Undelivered) -> str:
    """What the message was about."""
    if each.due_on is not None:
        return turn.text("undelivered_task", task=cut(each.title, 80), due=day(each.due_on))
    return cut(each.title, 80) if each.title else turn.text("undelivered_digest")
