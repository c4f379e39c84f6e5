"""What a member may see and change of themselves: settings, another channel, deletion."""

from __future__ import annotations

from bot.chat.accounts import accounts_button
from bot.chat.inbox import forget_waiting
from bot.chat.reminder_wishes import wishes_button
from bot.chat.turn import Button, Visit
from bot.menus.choices import Action, Opened
from knowledge.store.erasure import erase_traces, note_erasure


def settings(visit: Visit, _argument: str) -> None:
    """Name, agency, roles and channels as they are known, with what can be changed."""
    member = visit.member
    if member is None:
        return
    accounts = visit.services.people.channels_of(member.id)
    reminding = wishes_button(visit)
    taking_off = accounts_button(visit, member.id, accounts)
    visit.reply(
        visit.text(
            "settings",
            name=member.name,
            agency=member.agency or visit.text("agency_none"),
            roles=", ".join(sorted(role.label for role in member.roles)),
            channels=", ".join(visit.text(f"channel_{account.channel.value}") for account in accounts),
        ),
        [
            [Button(visit.text("button_join_channel"), {"do": "join_code"})],
            *([taking_off] if taking_off else []),
            *([reminding] if reminding else []),
            [Button(visit.text("button_rename"), {"do": "rename"})],
            [Button(visit.text("button_delete_data"), {"do": "ask_forget"})],
        ],
    )


def give_join_code(visit: Visit, _action: Action, _opened: Opened) -> None:
    """A code that adds the person's account on another channel."""
    if visit.member is not None:
        visit.say("join_code", code=visit.services.people.join_code(visit.member))


def ask_name(visit: Visit, _action: Action, _opened: Opened) -> None:
    """The next message is the name to go by."""
    visit.dialogue.waiting = {"for": "new_name"}
    visit.say("ask_new_name")


def rename(visit: Visit, text: str) -> None:
    """Takes the name that was typed."""
    if visit.member is not None:
        member = visit.services.people.change(visit.member.id, visit.member.id, name=text)
        visit.say("renamed", name=member.name)


def ask_forget(visit: Visit, _argument: str) -> None:
    """Says what deleting takes away, and asks whether it is meant."""
    buttons = [
        Button(visit.text("button_delete"), {"do": "forget"}),
        Button(visit.text("button_keep"), {"do": "keep"}),
    ]
    visit.reply(visit.text("forget_ask" if visit.member else "forget_ask_stranger"), [buttons])


def ask_forget_pressed(visit: Visit, _action: Action, _opened: Opened) -> None:
    """The same from the settings."""
    ask_forget(visit, "")


def forget(visit: Visit, _action: Action, _opened: Opened) -> None:
    """Erases the person, on every channel, and all that their talks left."""
    people, sender = visit.services.people, visit.incoming.sender
    others = people.channels_of(visit.member.id) if visit.member else []
    others = [account for account in others if (account.channel, account.id) != (sender.channel, sender.id)]
    if visit.member is not None:
        people.forget(visit.member.id, by=visit.member.id)
    else:
        people.forget_stranger(sender)
    visit.forgotten = True
    store = visit.services.app.store
    with store.write() as session:
        for account in others:  # in this chat the message itself still waits, and perhaps what was written after it
            forget_waiting(session, account, visit.now)
        note_erasure(session)
    erase_traces(store)
    with store.write() as session:  # this message names its sender until it is answered: the next cleaning takes it
        note_erasure(session)
    visit.reply(visit.text("forgotten"), instead=True)


def keep(visit: Visit, _action: Action, opened: Opened) -> None:
    """Nothing is deleted."""
    visit.close(opened)
    visit.reply(visit.text("kept"), instead=True)
