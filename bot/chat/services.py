"""What handlers may use, and what goes out to somebody who did not write now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.app import App
from bot.channels.contract import Address, Capabilities, ChannelName, Reply, Sender
from bot.clock import Clock
from bot.menus.choices import Opened, save_choices
from bot.menus.dialogues import Key, offer_menu
from bot.menus.messages import Message
from bot.menus.texts import Texts
from bot.people.members import People


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
