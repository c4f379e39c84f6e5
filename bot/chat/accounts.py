"""Taking one account off a member: one's own, from /cai_dat, or anybody's by an administrator."""

from __future__ import annotations

from bot.channels.contract import Sender
from bot.chat.paging import show_list
from bot.chat.turn import Button, Item, Visit
from bot.menus.choices import Action, Opened
from bot.people.accounts import read_senders, write_sender
from bot.people.members import Member


def accounts_button(visit: Visit, member_id: int, accounts: list[Sender]) -> list[Button]:
    """[Gỡ một kênh], where a channel would be left."""
    if len(accounts) < 2:
        return []
    return [Button(visit.text("button_take_off"), {"do": "accounts", "member": member_id})]


def list_accounts(visit: Visit, action: Action, _opened: Opened) -> None:
    """The member's accounts, to choose the one to take off."""
    member = _concerned(visit, action)
    if member is None:
        return
    items = [
        Item(_label(visit, account), {"do": "ask_take_off", "member": member.id, "account": write_sender(account)})
        for account in visit.services.people.channels_of(member.id)
    ]
    show_list(visit, visit.text("accounts_head", name=member.name), items, instead=True)


def ask_take_off(visit: Visit, action: Action, _opened: Opened) -> None:
    """Asks before an account is taken off."""
    member = _concerned(visit, action)
    if member is None:
        return
    (account,) = read_senders(action["account"])
    own = member.id == _by(visit)
    buttons = [
        Button(visit.text("button_take_off_now"), {**action, "do": "take_off"}),
        Button(visit.text("button_keep"), {"do": "leave"} if own else {"do": "member", "member": member.id}),
    ]
    text = visit.text("take_off_ask", channel=_label(visit, account), name=member.name)
    visit.reply(text, [buttons], instead=True)


def take_off(visit: Visit, action: Action, opened: Opened) -> None:
    """Takes the account off, and what its talks left."""
    (account,) = read_senders(action["account"])
    member = visit.services.people.take_off(action["member"], account, by=_by(visit))
    visit.close(opened)
    visit.forgotten = _is_here(visit, account)
    text = visit.text("taken_off", channel=_plain_label(visit, account), name=member.name)
    visit.reply(text, instead=True)


def leave(visit: Visit, _action: Action, opened: Opened) -> None:
    """Nothing changes."""
    visit.close(opened)
    visit.reply(visit.text("unchanged"), instead=True)


def _concerned(visit: Visit, action: Action) -> Member | None:
    """The member of the choice; none, and it is said so, when it is not for this person to see."""
    if action["member"] != _by(visit) and not visit.is_admin:
        visit.say("admins_only")
        return None
    return visit.services.people.get(action["member"])


def _label(visit: Visit, account: Sender) -> str:
    label = _plain_label(visit, account)
    return visit.text("account_here", channel=label) if _is_here(visit, account) else label


def _plain_label(visit: Visit, account: Sender) -> str:
    return visit.text("account", channel=visit.text(f"channel_{account.channel.value}"), code=account.id)


def _is_here(visit: Visit, account: Sender) -> bool:
    sender = visit.incoming.sender
    return (account.channel, account.id) == (sender.channel, sender.id)


def _by(visit: Visit) -> int:
    """The member's number; the rights are checked where it is used."""
    return visit.member.id if visit.member else 0
