"""What a member may see and change of themselves: settings, another channel, deletion."""

from __future__ import annotations

from bot.chat.accounts import accounts_button
from bot.chat.inbox import forget_waiting
from bot.chat.reminder_wishes import wishes_button
from bot.chat.turn import Button, Turn
from bot.menus.choices import Action, Opened
from bot.people.phones import told_phone
from knowledge.store.erasure import erase_traces, note_erasure


def settings(turn: Turn, _argument: str) -> None:
    """Name, agency, roles and channels as they are known, with what can be changed."""
    member = turn.member
    if member is None:
        return
    accounts = turn.services.people.channels_of(member.id)
    reminding = wishes_button(turn)
    taking_off = accounts_button(turn, member.id, accounts)
    known = turn.text(
        "settings",
        name=member.name,
        agency=member.agency or turn.text("agency_none"),
        roles=", ".join(sorted(role.label for role in member.roles)),
        channels=", ".join(turn.text(f"channel_{account.channel.value}") for account in accounts),
    )
    phone = f"\n{turn.text('settings_phone', phone=told_phone(member.phone))}" if member.phone else ""
    turn.reply(
        f"{known}{phone}",
        [
            [Button(turn.text("button_join_channel"), {"do": "join_code"})],
            *([taking_off] if taking_off else []),
            *([reminding] if reminding else []),
            [Button(turn.text("button_rename"), {"do": "rename"})],
            *([[Button(turn.text("button_drop_phone"), {"do": "drop_phone"})]] if member.phone else []),
            [Button(turn.text("button_delete_data"), {"do": "ask_forget"})],
        ],
    )


def give_join_code(turn: Turn, _action: Action, _opened: Opened) -> None:
    """A code that adds the person's account on another channel."""
    if turn.member is not None:
        turn.say("join_code", code=turn.services.people.join_code(turn.member))


def ask_name(turn: Turn, _action: Action, _opened: Opened) -> None:
    """The next message is the name to go by."""
    turn.dialogue.waiting = {"for": "new_name"}
    turn.say("ask_new_name")


def rename(turn: Turn, text: str) -> None:
    """Takes the name that was typed."""
    if turn.member is not None:
        member = turn.services.people.change(turn.member.id, turn.member.id, name=text)
        turn.say("renamed", name=member.name)


def drop_phone(turn: Turn, _action: Action, opened: Opened) -> None:
    """The person's telephone number is known no longer."""
    if turn.member is not None:
        turn.services.people.change(turn.member.id, turn.member.id, phone="")
        turn.close(opened)
        turn.say("phone_dropped")


def ask_forget(turn: Turn, _argument: str) -> None:
    """Says what deleting takes away, and asks whether it is meant."""
    buttons = [
        Button(turn.text("button_delete"), {"do": "forget"}),
        Button(turn.text("button_keep"), {"do": "keep"}),
    ]
    turn.reply(turn.text("forget_ask" if turn.member else "forget_ask_stranger"), [buttons])


def ask_forget_pressed(turn: Turn, _action: Action, _opened: Opened) -> None:
    """The same from the settings."""
    ask_forget(turn, "")


def forget(turn: Turn, _action: Action, _opened: Opened) -> None:
    """Erases the person, on every channel, and all that their talks left."""
    people, sender = turn.services.people, turn.incoming.sender
    others = people.channels_of(turn.member.id) if turn.member else []
    others = [account for account in others if (account.channel, account.id) != (sender.channel, sender.id)]
    if turn.member is not None:
        people.forget(turn.member.id, by=turn.member.id)
    else:
        people.forget_stranger(sender)
    turn.forgotten = True
    store = turn.services.app.store
    with store.write() as session:
        for account in others:  # in this chat the message itself still waits, and perhaps what was written after it
            forget_waiting(session, account, turn.now)
        note_erasure(session)
    erase_traces(store)
    with store.write() as session:  # this message names its sender until it is answered: the next cleaning takes it
        note_erasure(session)
    turn.reply(turn.text("forgotten"), instead=True)


def keep(turn: Turn, _action: Action, opened: Opened) -> None:
    """Nothing is deleted."""
    turn.close(opened)
    turn.reply(turn.text("kept"), instead=True)
