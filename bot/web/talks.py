"""The page as a channel of the conversation: what was said, kept in memory for as long as somebody is signed in.

A messenger keeps its own history; here it is the last messages of each member in this process, and
nothing of it is written anywhere. Questions are answered while the browser waits, so nothing goes through the inbox.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from bot.channels.contract import (
    Address,
    Capabilities,
    ChannelName,
    Choice,
    FileIn,
    FileOut,
    Incoming,
    RefusedError,
    Reply,
    Sender,
    Sent,
)
from bot.chat.dispatcher import Dispatcher
from bot.clock import Clock
from bot.people.members import Member

LONGEST = 2_000
"""Characters of a message: as Zalo takes them."""
_KEPT = 60
"""Messages that the page shows of a talk."""
_LENGTH = 100_000
"""Of an answer: a page has no limit worth splitting for."""

Sources = Callable[[Address, Sequence[Choice]], Mapping[str, Any] | None]
"""What an answer rests on, by the choices under it."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the page shows it.

    Attributes:
        ours: said by the assistant.
        choices: rows of buttons.
        quotes: words of the papers with their places, shown beside the answer, and where the paper itself is shown.
        tasks: numbers of the tasks that the answer is about.
    """

    id: str
    at: datetime
    ours: bool
    text: str
    choices: tuple[tuple[Choice, ...], ...] = ()
    bold: bool = False
    file: FileOut | None = None
    quotes: tuple[tuple[str, str, str], ...] = ()
    tasks: tuple[int, ...] = ()


@dataclass
class _Talk:
    said: deque[Said] = field(default_factory=lambda: deque(maxlen=_KEPT))
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class WebChannel:
    """`bot.channels.contract.Channel` for the page; a chat is a member, known by number."""

    name = ChannelName.WEB
    capabilities = Capabilities(
        buttons=True, editing=True, files_in=False, files_out=True, typing=False, length=_LENGTH
    )

    def __init__(self, clock: Clock, sources: Sources) -> None:
        self._clock = clock
        self._sources = sources
        self._talks: dict[str, _Talk] = {}
        self._numbers = count(1)

    async def ask(self, dispatcher: Dispatcher, member: Member, text: str) -> None:
        """The member writes; the answer is there when this returns."""
        self._keep(str(member.id), Said(self._new_id(), self._clock(), False, text))
        await self._bring(dispatcher, member, text=text)

    async def press(self, dispatcher: Dispatcher, member: Member, data: str, message: str) -> None:
        """The member presses a button of a message."""
        await self._bring(dispatcher, member, pressed=data, pressed_on=message)

    def said(self, member: Member) -> list[Said]:
        """The talk, oldest first."""
        talk = self._talks.get(str(member.id))
        return list(talk.said) if talk else []

    def file(self, member: Member, message: str) -> FileOut | None:
        """The file of a message."""
        return next((each.file for each in self.said(member) if each.id == message), None)

    def forget(self, member_id: int) -> None:
        """Lets go of a member's talk."""
        self._talks.pop(str(member_id), None)

    async def start(self) -> None:
        """Nothing: the page is open."""

    async def send(self, address: Address, reply: Reply) -> Sent:
        """Puts the reply on the page, in place of an earlier one where it changes that."""
        found = await asyncio.to_thread(self._sources, address, [each for row in reply.choices for each in row])
        told = found or {"evidence": (), "tasks": (), "data": ""}
        quotes = tuple((each["quote"], each["source"], each.get("address", "")) for each in told["evidence"])
        tasks, hidden = tuple(told["tasks"]), told["data"]
        rows = (tuple(each for each in row if each.data != hidden) for row in reply.choices)
        new = Said(
            self._new_id(), self._clock(), True, reply.text, tuple(filter(None, rows)), reply.bold, reply.file,
            quotes, tasks,
        )  # fmt: skip
        talk = self._talk(address.chat)
        for place, each in enumerate(talk.said):
            if reply.edits is not None and each.id == reply.edits:
                talk.said[place] = replace(new, id=each.id)
                return Sent((each.id,))
        self._keep(address.chat, new)
        return Sent((new.id,))

    async def show_typing(self, address: Address) -> None:
        """Nothing: the browser shows that it waits."""

    async def download(self, file: FileIn) -> bytes:
        """Never: the page's chat takes no files."""
        raise RefusedError("Trang web chưa nhận tệp trong cuộc trao đổi.", file.name)

    async def updates(self) -> AsyncIterator[Incoming]:
        """Nothing: what people do comes by `ask` and `press`."""
        none: tuple[Incoming, ...] = ()
        for each in none:
            yield each

    async def set_commands(self, commands: tuple[tuple[str, str], ...]) -> None:
        """Nothing: the page lists them itself."""

    async def close(self) -> None:
        """Lets go of every talk."""
        self._talks.clear()

    async def _bring(self, dispatcher: Dispatcher, member: Member, **done: Any) -> None:
        chat = str(member.id)
        sender = Sender(self.name, chat, member.name)
        incoming = Incoming(self._new_id(), Address(self.name, chat), sender, self._clock(), **done)
        async with self._talk(chat).turn:
            await dispatcher.handle(incoming, self)

    def _talk(self, chat: str) -> _Talk:
        return self._talks.setdefault(chat, _Talk())

    def _keep(self, chat: str, said: Said) -> None:
        self._talk(chat).said.append(said)

    def _new_id(self) -> str:
        return str(next(self._numbers))
