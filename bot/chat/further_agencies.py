"""The agencies that a member answers for beside the own one: an administrator adds them and takes them off."""

from __future__ import annotations

from bot.chat.joining import offer_agencies
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Item, Visit
from bot.menus.choices import Action, Opened
from bot.people.records import PeopleError


def show_agencies(visit: Visit, action: Action, _opened: Opened) -> None:
    """Each can be taken off."""
    _show(visit, action["member"], instead=False)


def ask_agency(visit: Visit, action: Action, _opened: Opened) -> None:
    """The next message is words of an agency to add."""
    visit.dialogue.waiting = {"for": "further_agency", "member": action["member"]}
    visit.say("ask_further")


def take_agency(visit: Visit, text: str) -> None:
    """Agencies that fit."""
    member = (visit.dialogue.waiting or {})["member"]
    offer_agencies(visit, text, {"do": "further_add", "member": member}, "invite_choose")


def add_agency(visit: Visit, action: Action, opened: Opened) -> None:
    """The member answers for one agency more."""
    visit.services.people.add_agency(action["member"], action["agency"], _by(visit))
    plan_again(visit)
    visit.close(opened)
    _show(visit, action["member"], instead=True)


def drop_agency(visit: Visit, action: Action, opened: Opened) -> None:
    """And for one fewer."""
    visit.services.people.drop_agency(action["member"], action["agency"], _by(visit))
    plan_again(visit)
    visit.close(opened)
    _show(visit, action["member"], instead=True)


def _show(visit: Visit, member_id: int, *, instead: bool) -> None:
    people = visit.services.people
    member, further = people.get(member_id), people.further_agencies(member_id)
    head = visit.text("further_head" if further else "further_none", name=member.name)
    items = [Item(agency, {"do": "further_drop", "member": member_id, "agency": agency}) for agency in further]
    button = Button(visit.text("button_further_add"), {"do": "further_ask", "member": member_id})
    visit.offer(head, items, [[button]], instead=instead)


def _by(visit: Visit) -> int:
    if visit.member is None:
        raise PeopleError(visit.text("admins_only"))
    return visit.member.id
