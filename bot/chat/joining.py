"""The door: /start, name and agency of somebody new, codes, numbers that people of a list are known by."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.chat.examples import example_questions
from bot.chat.paging import show_list
from bot.chat.requests import tell_administrators
from bot.chat.turn import Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.accounts import NAMELESS, check_name
from bot.people.members import Member, Request
from bot.people.phones import find_phone, read_phone

_INVITATION = re.compile(r"[A-Za-z0-9_-]{32}")
_JOINING = re.compile(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}|(?=.*\d)[2-9A-HJKMNP-Z]{4} ?[2-9A-HJKMNP-Z]{4}", re.I)
"""As it is shown; without the dash only with a digit in it, since words are as long."""
_PERSONAL = re.compile(r"(?=.*\d)[2-9A-HJKMNP-Z]{4}(?:[- ]?[2-9A-HJKMNP-Z]{4}){2}", re.I)
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
        _greet(turn)


def talk_to_stranger(turn: Turn, text: str) -> None:
    """What somebody who is not let in writes: what we asked for, a code, or something else."""
    waiting = turn.dialogue.waiting or {}
    phone, beside = find_phone(text)
    if _is_code(text):
        use_code(turn, text)
    elif phone and not beside and (waiting.get("for") in ("name", "agency") or _own_request(turn) is not None):
        _note_phone(turn, phone, proved=False)
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
    phone, proved = waiting.get("phone", ""), waiting.get("proved", False)
    request = people.request(turn.incoming.sender, waiting["name"], action["agency"], phone, phone_proved=proved)
    turn.dialogue.waiting = None
    turn.close(opened)
    turn.reply(turn.text("request_sent", name=request.name, agency=request.agency), instead=True)
    turn.outgoing += tell_administrators(turn.services, turn.telling)


def use_code(turn: Turn, code: str) -> None:
    """An invitation and a personal code let in, a joining code adds this account to a member."""
    people, sender = turn.services.people, turn.incoming.sender
    if _INVITATION.fullmatch(code):
        turn.member = people.redeem(code, sender)
    elif _PERSONAL.fullmatch(code):
        _let_in(turn, people.enter(code, sender))
    else:
        turn.member = people.join(code, sender)
    turn.dialogue.waiting = None
    welcome(turn)


def take_phone(turn: Turn) -> None:
    """A number that the person has shared and the platform vouches for."""
    if turn.member is not None:
        turn.say("phone_not_needed")
        _share_phone(turn, "")
        return
    number = read_phone(turn.incoming.phone)
    entered = turn.services.people.enter_by_phone(number, turn.incoming.sender) if number else None
    if entered is None:
        _note_phone(turn, number, proved=True)
        return
    _let_in(turn, entered)
    turn.dialogue.waiting = None
    welcome(turn)


def welcome(turn: Turn) -> None:
    """Says that a machine answers and from what, with questions to tap."""
    questions = example_questions(turn)
    name = turn.member.name if turn.member and turn.member.name != NAMELESS else turn.text("nameless")
    head = turn.text("welcome" if questions else "welcome_empty", name=name)
    turn.offer(head, [Item(q, {"do": "ask", "question": q}) for q in questions])


def _take_name(turn: Turn, text: str) -> None:
    phone, beside = find_phone(text)
    name = check_name(beside, "họ tên")
    known = {key: value for key, value in (turn.dialogue.waiting or {}).items() if key in ("phone", "proved")}
    if phone and not known.get("proved"):
        known = {"phone": phone}
    turn.dialogue.waiting = {"for": "agency", "name": name, **known}
    turn.say("ask_agency", name=name)


def _greet(turn: Turn) -> None:
    """What the door asks; where a list waits for people, also for what they are known by there."""
    listed = turn.services.people.waiting()
    lines = [turn.text("start_stranger").rstrip()]
    asks = turn.capabilities.phones and not turn.incoming.group and any(member.phone for member in listed)
    if listed:
        lines.append(turn.text("start_listed_phone" if asks else "start_listed"))
    turn.reply("\n".join(lines))
    if asks:
        _share_phone(turn, turn.text("button_share_phone"))


def _let_in(turn: Turn, member: Member) -> None:
    """Says who the person is taken for: a code may have come into other hands."""
    turn.member = member
    roles = ", ".join(sorted(role.label for role in member.roles))
    turn.say("entered", name=member.name, agency=member.agency or turn.text("agency_none"), roles=roles)
    if turn.capabilities.phones and not turn.incoming.group:
        _share_phone(turn, "")


def _note_phone(turn: Turn, phone: str, *, proved: bool) -> None:
    """A number that lets nobody in: administrators see it beside the request. A typed one proves nothing."""
    if turn.services.people.note_phone(turn.incoming.sender, phone, proved=proved):
        turn.say("phone_noted")
    else:
        waiting = dict(turn.dialogue.waiting or {"for": "name"})
        if phone and (proved or not waiting.get("proved")):
            waiting |= {"phone": phone, "proved": proved}
        turn.dialogue.waiting = waiting
        asked = turn.text("ask_agency_only" if waiting.get("for") == "agency" else "ask_name_only")
        turn.say("phone_unsure" if proved else "phone_typed", head=asked)
    if proved:
        _share_phone(turn, "")


def _share_phone(turn: Turn, label: str) -> None:
    """The last message has the button that shares one's own number; without a label, takes it away."""
    last = turn.outgoing[-1]
    turn.outgoing[-1] = replace(last, reply=replace(last.reply, shares_phone=label))


def _own_request(turn: Turn) -> Request | None:
    return turn.services.people.find_request(turn.incoming.sender)


def _is_code(text: str) -> bool:
    return any(form.fullmatch(text) for form in (_INVITATION, _JOINING, _PERSONAL))
