"""Taking one account off a member: one's own, from /cai_dat, or anybody's by an administrator."""

from __future__ import annotations

from bot.channels.contract import Sender
from bot.chat.paging import show_list
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.accounts import read_senders, write_sender
from bot.people.members import Member


def accounts_button(turn: Turn, member_id: int, accounts: list[Sender]) -> list[Button]:
    """[Gỡ một kênh], where a channel would be left."""
    if len(accounts) < 2:
        return []
    return [Button(turn.text("button_take_off"), {"do": "accounts", "member": member_id})]


def list_accounts(turn: Turn, action: Action, _opened: Opened) -> None:
    """The member's accounts, to choose the one to take off."""
    member = _concerned(turn, action)
    if member is None:
        return
    items = [
        Item(_label(turn, account), {"do": "ask_take_off", "member": member.id, "account": write_sender(account)})
        for account in turn.services.people.channels_of(member.id)
    ]
    show_list(turn, turn.text("accounts_head", name=member.name), items, instead=True)


def ask_take_off(turn: Turn, action: Action, _opened: Opened) -> None:
    """Asks before an account is taken off."""
    member = _concerned(turn, action)
    if member is None:
        return
    (account,) = read_senders(action["account"])
    own = member.id == _by(turn)
    buttons = [
        Button(turn.text("button_take_off_now"), {**action, "do": "take_off"}),
        Button(turn.text("button_keep"), {"do": "leave"} if own else {"do": "member", "member": member.id}),
    ]
    text = turn.text("take_off_ask", channel=_label(turn, account), name=member.name)
    turn.reply(text, [buttons], instead=True)


def take_off(turn: Turn, action: Action, opened: Opened) -> None:
    """Takes the account off, and what its talks left."""
    (account,) = read_senders(action["account"])
    member = turn.services.people.take_off(action["member"], account, by=_by(turn))
    turn.close(opened)
    turn.forgotten = _is_here(turn, account)
    text = turn.text("taken_off", channel=_plain_label(turn, account), name=member.name)
    turn.reply(text, instead=True)


def leave(turn: Turn, _action: Action, opened: Opened) -> None:
    """Nothing changes."""
    turn.close(opened)
    turn.reply(turn.text("unchanged"), instead=True)


def _concerned(turn: Turn, action: Action) -> Member | None:
    """The member of the choice; none, and it is said so, when it is not for this person to see."""
    if action["member"] != _by(turn) and not turn.is_admin:
        turn.say("admins_only")
        return None
    return turn.services.people.get(action["member"])


def _label(turn: Turn, account: Sender) -> str:
    label = _plain_label(turn, account)
    return turn.text("account_here", channel=label) if _is_here(turn, account) else label


def _plain_label(turn: Turn, account: Sender) -> str:
    return turn.text("account", channel=turn.text(f"channel_{account.channel.value}"), code=account.id)


def _is_here(turn: Turn, account: Sender) -> bool:
    sender = turn.incoming.sender
    return (account.channel, account.id) == (sender.channel, sender.id)


def _by(turn: Turn) -> int:
    """The member's number; the rights are checked where it is used."""
    return turn.member.id if turn.member else 0
