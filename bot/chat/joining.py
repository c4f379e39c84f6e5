"""The door: /start, name and agency of somebody new, codes."""

from __future__ import annotations

import re

from bot.chat.examples import example_questions
from bot.chat.paging import show_list
from bot.chat.requests import tell_administrators
from bot.chat.turn import Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.accounts import NAMELESS, check_name
from bot.people.members import Request

_INVITATION = re.compile(r"[A-Za-z0-9_-]{32}")
_JOINING = re.compile(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}|(?=.*\d)[2-9A-HJKMNP-Z]{4} ?[2-9A-HJKMNP-Z]{4}", re.I)
"""As it is shown; without the dash only with a digit in it, since words are as long."""
_AGENCIES_SHOWN = 80


def start(turn: Turn, argument: str) -> None:
    """Greets; lets somebody in by a code; asks somebody new for a name."""
    code = (turn.incoming.payload or argument).strip()
    if code and _is_code(code):
        use_code(turn, code)
    elif turn.member is not None:
        welcome(turn)
    elif _own_request(turn) is not None:
        turn.say("request_waiting")
    else:
        turn.dialogue.waiting = {"for": "name"}
        turn.say("start_stranger")


def talk_to_stranger(turn: Turn, text: str) -> None:
    """What somebody who is not let in writes: what we asked for, a code, or something else."""
    waiting = turn.dialogue.waiting or {}
    if _is_code(text):
        use_code(turn, text)
    elif waiting.get("for") == "name":
        _take_name(turn, text)
    elif waiting.get("for") == "agency":
        offer_agencies(turn, text, {"do": "my_agency"}, "agency_choose")
    elif _own_request(turn) is not None:
        turn.say("request_waiting")
    else:
        turn.say("stranger")


def offer_agencies(turn: Turn, typed: str, action: Action, head: str) -> None:
    """Agencies that fit what was typed, to choose from; at the end what was typed, as it is.

    Args:
        head: name of the sentence above them.
    """
    printed = check_name(typed, "tên cơ quan")
    found = turn.services.people.find_agencies(printed)[:_AGENCIES_SHOWN]
    items = [Item(name, {**action, "agency": name}) for name in found]
    if printed not in found:
        items.append(Item(turn.text("agency_as_typed", agency=printed), {**action, "agency": printed}))
    show_list(turn, turn.text(head if found else "agency_unknown"), items)


def choose_own_agency(turn: Turn, action: Action, opened: Opened) -> None:
    """The agency is chosen: the request goes to the administrators."""
    waiting = turn.dialogue.waiting or {}
    if waiting.get("for") != "agency":
        turn.say("choice_stale")
        return
    people = turn.services.people
    request = people.request(turn.incoming.sender, waiting["name"], action["agency"])
    turn.dialogue.waiting = None
    turn.close(opened)
    turn.reply(turn.text("request_sent", name=request.name, agency=request.agency), instead=True)
    turn.outgoing += tell_administrators(turn.services, turn.telling)


def use_code(turn: Turn, code: str) -> None:
    """An invitation lets in, a joining code adds this account to a member."""
    people, sender = turn.services.people, turn.incoming.sender
    if _INVITATION.fullmatch(code):
        turn.member = people.redeem(code, sender)
    else:
        turn.member = people.join(code, sender)
    turn.dialogue.waiting = None
    welcome(turn)


def welcome(turn: Turn) -> None:
    """Says that a machine answers and from what, with questions to tap."""
    questions = example_questions(turn)
    name = turn.member.name if turn.member and turn.member.name != NAMELESS else turn.text("nameless")
    head = turn.text("welcome" if questions else "welcome_empty", name=name)
    turn.offer(head, [Item(q, {"do": "ask", "question": q}) for q in questions])


def _take_name(turn: Turn, text: str) -> None:
    name = check_name(text, "họ tên")
    turn.dialogue.waiting = {"for": "agency", "name": name}
    turn.say("ask_agency", name=name)


def _own_request(turn: Turn) -> Request | None:
    return turn.services.people.find_request(turn.incoming.sender)


def _is_code(text: str) -> bool:
    return bool(_INVITATION.fullmatch(text) or _JOINING.fullmatch(text))
