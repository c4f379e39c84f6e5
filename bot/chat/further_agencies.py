"""The agencies that a member answers for beside the own one: an administrator adds them and takes them off."""

from __future__ import annotations

from bot.chat.joining import offer_agencies
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.records import PeopleError


def show_agencies(turn: Turn, action: Action, _opened: Opened) -> None:
    """Each can be taken off."""
    _show(turn, action["member"], instead=False)


def ask_agency(turn: Turn, action: Action, _opened: Opened) -> None:
    """The next message is words of an agency to add."""
    turn.dialogue.waiting = {"for": "further_agency", "member": action["member"]}
    turn.say("ask_further")


def take_agency(turn: Turn, text: str) -> None:
    """Agencies that fit."""
    member = (turn.dialogue.waiting or {})["member"]
    offer_agencies(turn, text, {"do": "further_add", "member": member}, "invite_choose")


def add_agency(turn: Turn, action: Action, opened: Opened) -> None:
    """The member answers for one agency more."""
    turn.services.people.add_agency(action["member"], action["agency"], _by(turn))
    plan_again(turn)
    turn.close(opened)
    _show(turn, action["member"], instead=True)


def drop_agency(turn: Turn, action: Action, opened: Opened) -> None:
    """And for one fewer."""
    turn.services.people.drop_agency(action["member"], action["agency"], _by(turn))
    plan_again(turn)
    turn.close(opened)
    _show(turn, action["member"], instead=True)


def _show(turn: Turn, member_id: int, *, instead: bool) -> None:
    people = turn.services.people
    member, further = people.get(member_id), people.further_agencies(member_id)
    head = turn.text("further_head" if further else "further_none", name=member.name)
    items = [Item(agency, {"do": "further_drop", "member": member_id, "agency": agency}) for agency in further]
    button = Button(turn.text("button_further_add"), {"do": "further_ask", "member": member_id})
    turn.offer(head, items, [[button]], instead=instead)


def _by(turn: Turn) -> int:
    if turn.member is None:
        raise PeopleError(turn.text("admins_only"))
    return turn.member.id
