"""The door: /start, name and agency of somebody new, codes."""

from __future__ import annotations

import re

from bot.chat.examples import example_questions
from bot.chat.paging import show_list
from bot.chat.requests import tell_administrators
from bot.chat.turn import Item, Visit
from bot.menus.choices import Action, Opened
from bot.people.accounts import NAMELESS, check_name
from bot.people.members import Request

_INVITATION = re.compile(r"[A-Za-z0-9_-]{32}")
_JOINING = re.compile(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}|(?=.*\d)[2-9A-HJKMNP-Z]{4} ?[2-9A-HJKMNP-Z]{4}", re.I)
"""As it is shown; without the dash only with a digit in it, since words are as long."""
_AGENCIES_SHOWN = 80


def start(visit: Visit, argument: str) -> None:
    """Greets; lets somebody in by a code; asks somebody new for a name."""
    code = (visit.incoming.payload or argument).strip()
    if code and _is_code(code):
        use_code(visit, code)
    elif visit.member is not None:
        welcome(visit)
    elif _own_request(visit) is not None:
        visit.say("request_waiting")
    else:
        visit.dialogue.waiting = {"for": "name"}
        visit.say("start_stranger")


def talk_to_stranger(visit: Visit, text: str) -> None:
    """What somebody who is not let in writes: what we asked for, a code, or something else."""
    waiting = visit.dialogue.waiting or {}
    if _is_code(text):
        use_code(visit, text)
    elif waiting.get("for") == "name":
        _take_name(visit, text)
    elif waiting.get("for") == "agency":
        offer_agencies(visit, text, {"do": "my_agency"}, "agency_choose")
    elif _own_request(visit) is not None:
        visit.say("request_waiting")
    else:
        visit.say("stranger")


def offer_agencies(visit: Visit, typed: str, action: Action, head: str) -> None:
    """Agencies that fit what was typed, to choose from; at the end what was typed, as it is.

    Args:
        head: name of the sentence above them.
    """
    printed = check_name(typed, "tên cơ quan")
    found = visit.services.people.find_agencies(printed)[:_AGENCIES_SHOWN]
    items = [Item(name, {**action, "agency": name}) for name in found]
    if printed not in found:
        items.append(Item(visit.text("agency_as_typed", agency=printed), {**action, "agency": printed}))
    show_list(visit, visit.text(head if found else "agency_unknown"), items)


def choose_own_agency(visit: Visit, action: Action, opened: Opened) -> None:
    """The agency is chosen: the request goes to the administrators."""
    waiting = visit.dialogue.waiting or {}
    if waiting.get("for") != "agency":
        visit.say("choice_stale")
        return
    people = visit.services.people
    request = people.request(visit.incoming.sender, waiting["name"], action["agency"])
    visit.dialogue.waiting = None
    visit.close(opened)
    visit.reply(visit.text("request_sent", name=request.name, agency=request.agency), instead=True)
    visit.outgoing += tell_administrators(visit.services, visit.telling)


def use_code(visit: Visit, code: str) -> None:
    """An invitation lets in, a joining code adds this account to a member."""
    people, sender = visit.services.people, visit.incoming.sender
    if _INVITATION.fullmatch(code):
        visit.member = people.redeem(code, sender)
    else:
        visit.member = people.join(code, sender)
    visit.dialogue.waiting = None
    welcome(visit)


def welcome(visit: Visit) -> None:
    """Says that a machine answers and from what, with questions to tap."""
    questions = example_questions(visit)
    name = visit.member.name if visit.member and visit.member.name != NAMELESS else visit.text("nameless")
    head = visit.text("welcome" if questions else "welcome_empty", name=name)
    visit.offer(head, [Item(q, {"do": "ask", "question": q}) for q in questions])


def _take_name(visit: Visit, text: str) -> None:
    name = check_name(text, "họ tên")
    visit.dialogue.waiting = {"for": "agency", "name": name}
    visit.say("ask_agency", name=name)


def _own_request(visit: Visit) -> Request | None:
    return visit.services.people.find_request(visit.incoming.sender)


def _is_code(text: str) -> bool:
    return bool(_INVITATION.fullmatch(text) or _JOINING.fullmatch(text))
