"""One message being handled: who wrote it, what is known, what goes back.

Handlers only fill a `Visit`; nothing is sent or stored before the handler is through.
`Visit.save` then stores everything in one transaction, and the dispatcher sends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.app import App
from bot.channels.contract import Address, Capabilities, ChannelName, Choice, FileOut, Incoming, Reply, Sender
from bot.clock import Clock
from bot.conversation.choices import (
    Action,
    Opened,
    change_subject,
    close_choices,
    drop_old_choices,
    new_token,
    save_choices,
)
from bot.conversation.dialogues import TYPED, Dialogue, Key, count, save_dialogue, with_choices
from bot.conversation.texts import Texts
from bot.people.members import Member, People, Role

PAGE = 8
"""Rows of a list on one page."""
_ROW = 4
"""Number buttons side by side: wide enough for a thumb."""


@dataclass(frozen=True)
class Services:
    """What every handler may use.

    Attributes:
        reach: the channels that run, with what each can do.
        username: our name in a platform's links; empty where there are none.
        plan_soon: has reminders planned anew, without waiting for it; None where nothing runs that would.
    """

    app: App
    people: People
    texts: Texts
    clock: Clock
    reach: Mapping[ChannelName, Capabilities]
    username: Callable[[ChannelName], str]
    plan_soon: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply and the chat that it goes to."""

    address: Address
    reply: Reply


@dataclass(frozen=True, slots=True)
class Button:
    """A choice beside the rows of a list."""

    label: str
    action: Action


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a list; without an action it can only be read."""

    text: str
    action: Action | None = None


@dataclass
class Visit:
    """See the module."""

    services: Services
    incoming: Incoming
    capabilities: Capabilities
    member: Member | None
    dialogue: Dialogue
    generation: int
    now: datetime
    outgoing: list[Outgoing] = field(default_factory=list)
    forgotten: bool = False
    """The person has been erased: nothing of the talk is stored again."""
    planning: bool = False
    """Reminders are to be planned anew when the reply is out."""
    _opened: list[tuple[Key, Opened]] = field(default_factory=list)
    _changed: list[Opened] = field(default_factory=list)
    _closed: list[str] = field(default_factory=list)
    _counts: list[str] = field(default_factory=list)
    _waited: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self._waited = self.dialogue.waiting

    @property
    def key(self) -> Key:
        """Whose talk this is."""
        return Key.of(self.incoming)

    @property
    def is_admin(self) -> bool:
        """Whether an administrator writes."""
        return self.member is not None and Role.ADMIN in self.member.roles

    def text(self, key: str, /, **values: object) -> str:
        """A sentence of the file of texts."""
        return self.services.texts.say(key, **values)

    def say(self, key: str, /, **values: object) -> None:
        """Answers with one sentence."""
        self.reply(self.text(key, **values))

    def reply(
        self,
        text: str,
        buttons: Sequence[Sequence[Button]] = (),
        *,
        subject: dict[str, Any] | None = None,
        instead: bool = False,
        bold: bool = False,
    ) -> None:
        """Answers with a text and choices below it.

        Args:
            subject: what the choices are about, for their handlers.
            instead: in place of the message whose button was pressed, where the channel can.
        """
        self.offer(text, (), buttons, subject=subject, instead=instead, bold=bold)

    def offer(
        self,
        head: str,
        items: Sequence[Item],
        buttons: Sequence[Sequence[Button]] = (),
        *,
        tail: str = "",
        asides: Sequence[Sequence[Button]] = (),
        subject: dict[str, Any] | None = None,
        instead: bool = False,
        bold: bool = False,
    ) -> None:
        """Answers with a list, each row of which can be chosen, and choices beside them.

        Where there are buttons the rows are numbered in the text and the buttons carry the
        numbers; elsewhere the rows are the choices. A number typed means the same on both.

        Args:
            asides: choices that an answer has besides, which are pressed or typed in words: numbers go on
                meaning what was offered before.
        """
        chosen = [item for item in items if item.action is not None]
        listed = [[Button(item.text, item.action or {})] for item in chosen]
        opened = self._open(self.key, [*listed, *buttons], subject or {}, len(listed), asides)
        if self.capabilities.buttons:
            text = _joined(head, *_lines(items), tail)
            numbers = [Button(str(number), row[0].action) for number, row in enumerate(listed, 1)]
            rows = [*(numbers[at : at + _ROW] for at in range(0, len(numbers), _ROW)), *buttons, *asides]
        else:
            typed = [self.services.texts.typed(button.label) for row in asides for button in row]
            text = _joined(head, *_bullets(items), tail, self.text("asides", words=", ".join(typed)) if typed else "")
            rows = [*listed, *buttons]
        edits = self.incoming.pressed_on if instead and self.capabilities.editing else None
        if opened is not None and opened.numbered:
            self.dialogue.show_menu(opened.token)
        elif opened is not None:
            self.dialogue.aside = opened.token
        self.outgoing.append(Outgoing(self.incoming.address, Reply(text, _choices(rows, opened), bold, edits)))

    def send_file(self, text: str, file: FileOut) -> None:
        """Answers with a file; only where the channel sends files (`capabilities.files_out`)."""
        self.outgoing.append(Outgoing(self.incoming.address, Reply(text, file=file)))

    def tell(self, to: Sender, text: str, buttons: Sequence[Button] = (), *, without: str = "") -> None:
        """Writes to somebody else, in their own chat, on a channel that runs.

        Args:
            without: what is said instead where there are no buttons: a number that they type
                next may be meant for what they were shown before.
        """
        reach = self.services.reach.get(to.channel)
        if reach is None:
            return
        if not reach.buttons:
            self.outgoing.append(Outgoing(Address(to.channel, to.id), Reply(_joined(text, without))))
            return
        rows = [list(buttons)] if buttons else []
        opened = self._open(Key(to.channel.value, to.id, to.id), rows, {})
        self.outgoing.append(Outgoing(Address(to.channel, to.id), Reply(text, _choices(rows, opened))))

    def close(self, opened: Opened) -> None:
        """These choices have been made: pressing one again says that it is stale."""
        self._closed.append(opened.token)

    def change(self, opened: Opened) -> None:
        """Keeps what has changed about choices that stay open."""
        self._changed.append(opened)

    def count(self, name: str) -> None:
        """Counts one more of `name` today."""
        self._counts.append(name)

    def save(self) -> None:
        """Stores what was offered, closed and counted and what the talk is about, all at once."""
        if self.forgotten:
            return
        self._note_what_is_typed()
        self.dialogue.drop_menus(self._closed)
        with self.services.app.store.write() as session:
            for token in self._closed:
                close_choices(session, token)
            for key, opened in self._opened:
                save_choices(session, key, opened, self.now)
            for opened in self._changed:
                change_subject(session, opened)
            firsts = [count(session, self.now.date(), name) for name in self._counts]
            if any(firsts):
                drop_old_choices(session, self.now)
            save_dialogue(session, self.key, self.dialogue)

    def _note_what_is_typed(self) -> None:
        """What we ask for without choices is typed: a number is an answer to it, whatever was offered before."""
        waiting = self.dialogue.waiting
        if waiting is None:
            return
        if any(key == self.key and opened.numbered for key, opened in self._opened):
            self.dialogue.waiting = with_choices(waiting)
        elif waiting != self._waited:
            self.dialogue.waiting = {**waiting, TYPED: True}

    def _open(
        self,
        key: Key,
        rows: Sequence[Sequence[Button]],
        subject: dict[str, Any],
        listed: int = 0,
        asides: Sequence[Sequence[Button]] = (),
    ) -> Opened | None:
        buttons = [button for row in (*rows, *asides) for button in row]
        if not buttons:
            return None
        actions = tuple(button.action for button in buttons)
        labels = tuple(button.label for button in buttons)
        beside = sum(len(row) for row in asides)
        opened = Opened(new_token(), actions, self.generation, subject, labels, listed, beside)
        self._opened.append((key, opened))
        return opened


def _choices(rows: Sequence[Sequence[Button]], opened: Opened | None) -> tuple[tuple[Choice, ...], ...]:
    if opened is None:
        return ()
    index = iter(range(len(opened.actions)))
    return tuple(tuple(Choice(button.label, opened.data(next(index))) for button in row) for row in rows if row)


def _lines(items: Sequence[Item]) -> list[str]:
    if any(item.action for item in items):
        return [f"{number}. {item.text}" for number, item in enumerate(items, 1)]
    return _bullets(items)


def _bullets(items: Sequence[Item]) -> list[str]:
    """Rows that cannot be chosen have no numbers: a number would look like a choice."""
    return [f"• {item.text}" for item in items if item.action is None]


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
