"""One message being handled: who wrote it, what is known, what goes back.

Handlers only fill a `Turn`; nothing is sent or stored before the handler is through.
`Turn.save` then stores everything in one transaction, and the dispatcher sends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.channels.contract import Capabilities, FileOut, Incoming, Reply, Sender
from bot.chat.services import Outgoing, Services, Telling
from bot.menus.choices import Opened, change_subject, close_choices, drop_old_choices, save_choices
from bot.menus.dialogues import TYPED, Dialogue, Key, count, save_dialogue, with_choices
from bot.menus.messages import Button, Item, Message
from bot.people.members import Member, Role

__all__ = ["PAGE", "Button", "Item", "Message", "Outgoing", "Services", "Turn"]

PAGE = 8
"""Rows of a list on one page."""


@dataclass
class Turn:
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
    _opened: list[Opened] = field(default_factory=list)
    _changed: list[Opened] = field(default_factory=list)
    _closed: list[str] = field(default_factory=list)
    _counts: list[str] = field(default_factory=list)
    _waited: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self._waited = self.dialogue.waiting
        self.telling = Telling(self.services, self.generation)

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
        """Answers with a list, each row of which can be chosen, and choices beside them; see `Message`."""
        self.show(Message(head, items, buttons, tail, asides, subject or {}), instead=instead, bold=bold)

    def show(self, message: Message, *, instead: bool = False, bold: bool = False) -> None:
        """Answers with a message; see `reply`."""
        opened = message.open(self.generation)
        if opened is not None:
            self._opened.append(opened)
            if opened.numbered:
                self.dialogue.show_menu(opened.token)
            else:
                self.dialogue.aside = opened.token
        edits = self.incoming.pressed_on if instead and self.capabilities.editing else None
        reply = message.lay_out(self.capabilities, self.services.texts, opened)
        self.outgoing.append(Outgoing(self.incoming.address, replace(reply, bold=bold, edits=edits)))

    def send_file(self, text: str, file: FileOut) -> None:
        """Answers with a file; only where the channel sends files (`capabilities.files_out`)."""
        self.outgoing.append(Outgoing(self.incoming.address, Reply(text, file=file)))

    def tell(self, to: Sender, text: str, buttons: Sequence[Button] = ()) -> None:
        """Writes to somebody else, in their own chat, on a channel that runs; what they type next may choose."""
        self.outgoing += self.telling.tell([to], Message(text, buttons=[buttons]))

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
            for opened in self._opened:
                save_choices(session, self.key, opened, self.now)
            for opened in self._changed:
                change_subject(session, opened)
            firsts = [count(session, self.now.date(), name) for name in self._counts]
            if any(firsts):
                drop_old_choices(session, self.now)
            save_dialogue(session, self.key, self.dialogue)
            self.telling.save(session, self.now)

    def _note_what_is_typed(self) -> None:
        """What we ask for without choices is typed: a number is an answer to it, whatever was offered before."""
        waiting = self.dialogue.waiting
        if waiting is None:
            return
        if any(opened.numbered for opened in self._opened):
            self.dialogue.waiting = with_choices(waiting)
        elif waiting != self._waited:
            self.dialogue.waiting = {**waiting, TYPED: True}
