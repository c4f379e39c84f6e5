"""/nhom: a group chat as the place where an agency is reminded."""

from __future__ import annotations

from bot.chat.joining import offer_agencies
from bot.chat.turn import Button, Turn
from bot.menus.choices import Action, Opened
from bot.people.members import Member, Role


def group_chat(turn: Turn, argument: str) -> None:
    """What this group hears of, to be ended; or the question whether it is to hear of an agency."""
    member, groups = turn.member, turn.services.app.groups
    if member is None:
        return
    if not turn.incoming.group:
        turn.say("group_where")
        return
    set_now = groups.agency_of(turn.incoming.address)
    if set_now is not None and (not argument or groups.place(argument) == set_now):
        stop = [Button(turn.text("button_group_stop"), {"do": "group_unset"})]
        turn.reply(turn.text("group_now", agency=set_now), [stop] if groups.may_decide(member, set_now) else [])
    elif set_now is not None and not groups.may_decide(member, set_now):
        turn.say("group_taken", agency=set_now)
    else:
        _ask(turn, member, argument)


def offer_group_agency(turn: Turn, action: Action, _opened: Opened) -> None:
    """The agency that an administrator chose from those that fit."""
    _confirm(turn, action["agency"])


def set_group(turn: Turn, action: Action, opened: Opened) -> None:
    """The group hears of the agency from now on."""
    agency = turn.services.app.groups.set_chat(turn.incoming.address, action["agency"], _by(turn))
    turn.close(opened)
    turn.reply(turn.text("group_set", agency=agency), instead=True)


def unset_group(turn: Turn, _action: Action, opened: Opened) -> None:
    """The group hears of nothing any more."""
    agency = turn.services.app.groups.unset(turn.incoming.address, _by(turn))
    turn.close(opened)
    turn.reply(turn.text("group_unset", agency=agency) if agency else turn.text("unchanged"), instead=True)


def _ask(turn: Turn, member: Member, argument: str) -> None:
    """An administrator names the agency; the others have their own."""
    groups = turn.services.app.groups
    if member.is_admin and argument:
        if turn.services.people.is_known_agency(argument):
            _confirm(turn, groups.place(argument))
        else:
            offer_agencies(turn, argument, {"do": "group_agency"}, "group_choose")
    elif not {Role.OWNER, Role.LEADER} & member.roles or not member.agency:
        turn.say("group_how_admin" if member.is_admin else "group_not_allowed")
    elif argument and groups.place(argument) != groups.place(member.agency):
        turn.say("group_own_only", agency=member.agency)
    else:
        _confirm(turn, member.agency)


def _confirm(turn: Turn, agency: str) -> None:
    before = turn.services.app.groups.agency_of(turn.incoming.address)
    if before is None:
        text = turn.text("group_ask", agency=agency)
    else:
        text = turn.text("group_change", agency=before, new=agency)
    buttons = [
        Button(turn.text("button_agree"), {"do": "group_set", "agency": agency}),
        Button(turn.text("button_no"), {"do": "leave"}),
    ]
    turn.reply(text, [buttons], instead=True)


def _by(turn: Turn) -> int:
    """The member's number; the rights are checked where it is used."""
    return turn.member.id if turn.member else 0
