"""/nhom: a group chat as the place where an agency is reminded."""

from __future__ import annotations

from bot.chat.joining import offer_agencies
from bot.chat.turn import Button, Visit
from bot.menus.choices import Action, Opened
from bot.people.members import Member, Role


def group_chat(visit: Visit, argument: str) -> None:
    """What this group hears of, to be ended; or the question whether it is to hear of an agency."""
    member, groups = visit.member, visit.services.app.groups
    if member is None:
        return
    if not visit.incoming.group:
        visit.say("group_where")
        return
    set_now = groups.agency_of(visit.incoming.address)
    if set_now is not None and (not argument or groups.place(argument) == set_now):
        stop = [Button(visit.text("button_group_stop"), {"do": "group_unset"})]
        visit.reply(visit.text("group_now", agency=set_now), [stop] if groups.may_decide(member, set_now) else [])
    elif set_now is not None and not groups.may_decide(member, set_now):
        visit.say("group_taken", agency=set_now)
    else:
        _ask(visit, member, argument)


def offer_group_agency(visit: Visit, action: Action, _opened: Opened) -> None:
    """The agency that an administrator chose from those that fit."""
    _confirm(visit, action["agency"])


def set_group(visit: Visit, action: Action, opened: Opened) -> None:
    """The group hears of the agency from now on."""
    agency = visit.services.app.groups.set_chat(visit.incoming.address, action["agency"], _by(visit))
    visit.close(opened)
    visit.reply(visit.text("group_set", agency=agency), instead=True)


def unset_group(visit: Visit, _action: Action, opened: Opened) -> None:
    """The group hears of nothing any more."""
    agency = visit.services.app.groups.unset(visit.incoming.address, _by(visit))
    visit.close(opened)
    visit.reply(visit.text("group_unset", agency=agency) if agency else visit.text("unchanged"), instead=True)


def _ask(visit: Visit, member: Member, argument: str) -> None:
    """An administrator names the agency; the others have their own."""
    groups = visit.services.app.groups
    if member.is_admin and argument:
        if visit.services.people.is_known_agency(argument):
            _confirm(visit, groups.place(argument))
        else:
            offer_agencies(visit, argument, {"do": "group_agency"}, "group_choose")
    elif not {Role.OWNER, Role.LEADER} & member.roles or not member.agency:
        visit.say("group_how_admin" if member.is_admin else "group_not_allowed")
    elif argument and groups.place(argument) != groups.place(member.agency):
        visit.say("group_own_only", agency=member.agency)
    else:
        _confirm(visit, member.agency)


def _confirm(visit: Visit, agency: str) -> None:
    before = visit.services.app.groups.agency_of(visit.incoming.address)
    if before is None:
        text = visit.text("group_ask", agency=agency)
    else:
        text = visit.text("group_change", agency=before, new=agency)
    buttons = [
        Button(visit.text("button_agree"), {"do": "group_set", "agency": agency}),
        Button(visit.text("button_no"), {"do": "leave"}),
    ]
    visit.reply(text, [buttons], instead=True)


def _by(visit: Visit) -> int:
    """The member's number; the rights are checked where it is used."""
    return visit.member.id if visit.member else 0
