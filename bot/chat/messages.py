"""What goes out: a text with what can be chosen below it, to whoever wrote or to somebody else.

Where there are buttons the rows of a list are numbered in the text and the buttons carry the numbers; elsewhere
the rows are the choices, numbered by the channel. A number typed means the same on both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.app import App
from bot.channels.contract import Address, Capabilities, ChannelName, Choice, Reply, Sender
from bot.clock import Clock
from bot.menus.choices import Action, Opened, new_token, save_choices
from bot.menus.dialogues import Key, offer_menu
from bot.menus.texts import Texts
from bot.people.members import People

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


@dataclass(frozen=True, slots=True)
class Message:
    """A text, rows of a list, and choices beside them.

    Attributes:
        asides: choices that an answer has besides, which are pressed or typed in words: numbers go on
            meaning what was offered before.
        subject: what the choices are about, for their handlers.
    """

    head: str
    items: Sequence[Item] = ()
    buttons: Sequence[Sequence[Button]] = ()
    tail: str = ""
    asides: Sequence[Sequence[Button]] = ()
    subject: Mapping[str, Any] = field(default_factory=dict)

    def open(self, generation: int) -> Opened | None:
        """Its choices; None where there are none."""
        listed = [Button(item.text, item.action) for item in self.items if item.action is not None]
        beside = [button for row in self.asides for button in row]
        buttons = [*listed, *(button for row in self.buttons for button in row), *beside]
        if not buttons:
            return None
        actions = tuple(button.action for button in buttons)
        labels = tuple(button.label for button in buttons)
        return Opened(new_token(), actions, generation, dict(self.subject), labels, len(listed), len(beside))

    def lay_out(self, can: Capabilities, texts: Texts, opened: Opened | None) -> Reply:
        """As a channel shows it."""
        listed = [Button(item.text, item.action) for item in self.items if item.action is not None]
        if can.buttons:
            text = _joined(self.head, *_lines(self.items), self.tail)
            numbers = [Button(str(number), button.action) for number, button in enumerate(listed, 1)]
            rows = [*(numbers[at : at + _ROW] for at in range(0, len(numbers), _ROW)), *self.buttons, *self.asides]
        else:
            typed = [texts.typed(button.label) for row in self.asides for button in row]
            words = texts.say("asides", words=", ".join(typed)) if typed else ""
            text = _joined(self.head, *_bullets(self.items), self.tail, words)
            rows = [*([button] for button in listed), *self.buttons]
        return Reply(text, _choices(rows, opened))


class Telling:
    """What is told to people who did not write now, each in their own chat, on channels that run."""

    def __init__(self, services: Services, generation: int) -> None:
        self._services = services
        self._generation = generation
        self._opened: list[tuple[Key, Opened]] = []
        self._noted: list[Callable[[Session], None]] = []

    def tell(self, accounts: Iterable[Sender], message: Message) -> list[Outgoing]:
        """The message as it goes out to each."""
        return [told for account in accounts if (told := self._tell(account, message)) is not None]

    def note(self, what: Callable[[Session], None]) -> None:
        """Has something kept together with what is told."""
        self._noted.append(what)

    def save(self, session: Session, now: datetime) -> None:
        """Keeps what was offered: a number typed next is of it, as of a reminder."""
        for key, opened in self._opened:
            save_choices(session, key, opened, now)
            offer_menu(session, key, opened.token, now)
        for what in self._noted:
            what(session)

    def _tell(self, to: Sender, message: Message) -> Outgoing | None:
        reach = self._services.reach.get(to.channel)
        if reach is None:
            return None
        opened = message.open(self._generation)
        if opened is not None:
            self._opened.append((Key(to.channel.value, to.id, to.id), opened))
        return Outgoing(Address(to.channel, to.id), message.lay_out(reach, self._services.texts, opened))


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
