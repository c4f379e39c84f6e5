"""The page as a channel of the conversation: what was said, kept for as long as somebody is signed in.

A messenger keeps its own history; here it is the last messages of each member, in the database, so that any process
shows them and goes on with the talk; gone when the member signs out, or the sessions have ended by themselves and
somebody else signs in. Questions are answered while the browser waits, so nothing goes through the inbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

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
from knowledge.store.database import Store
from knowledge.store.models import PageMessageRow, table_of

LONGEST = 2_000
"""Characters of a message: as Zalo takes them."""
_KEPT = 60
"""Messages that the page shows of a talk."""
_DIGITS = 9
"""Of a message's number: more than are ever given, and still a number of the database."""
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
        file: name of the file that came with it.
        quotes: words of the papers with their places, shown beside the answer, and where the paper itself is shown.
        tasks: numbers of the tasks that the answer is about.
    """

    id: str
    at: datetime
    ours: bool
    text: str
    choices: tuple[tuple[Choice, ...], ...] = ()
    bold: bool = False
    file: str | None = None
    quotes: tuple[tuple[str, str, str], ...] = ()
    tasks: tuple[int, ...] = ()


class WebChannel:
    """`bot.channels.contract.Channel` for the page; a chat is a member, known by number."""

    name = ChannelName.WEB
    capabilities = Capabilities(
        buttons=True, editing=True, files_in=False, files_out=True, typing=False, length=_LENGTH
    )

    def __init__(self, store: Store, clock: Clock, sources: Sources) -> None:
        self._store = store
        self._clock = clock
        self._sources = sources
        self._turns: dict[str, asyncio.Lock] = {}

    async def ask(self, dispatcher: Dispatcher, member: Member, text: str) -> None:
        """The member writes; the answer is there when this returns."""
        values = {"ours": False, "text": text, "bold": False, "choices": [], "quotes": [], "tasks": []}
        await asyncio.to_thread(self._keep, member.id, values)
        await self._bring(dispatcher, member, text=text)

    async def press(self, dispatcher: Dispatcher, member: Member, data: str, message: str) -> None:
        """The member presses a button of a message."""
        await self._bring(dispatcher, member, pressed=data, pressed_on=message)

    def said(self, member: Member) -> list[Said]:
        """The talk, oldest first."""
        with self._store.read() as session:
            rows = session.execute(_SAID.where(_TABLE.c.member_id == member.id).order_by(_TABLE.c.id)).all()
        return [_said(row) for row in rows]

    def file(self, member: Member, message: str) -> FileOut | None:
        """The file of a message."""
        number = _number(message)
        with self._store.read() as session:
            row = session.execute(
                select(_TABLE.c.file_name, _TABLE.c.content).where(
                    _TABLE.c.id == number, _TABLE.c.member_id == member.id, _TABLE.c.content.is_not(None)
                )
            ).first()
        return FileOut(row.file_name, row.content) if row else None

    def forget(self, member_id: int) -> None:
        """Lets go of a member's talk."""
        with self._store.write_beside() as session:
            session.execute(delete(_TABLE).where(_TABLE.c.member_id == member_id))

    async def start(self) -> None:
        """Nothing: the page is open."""

    async def send(self, address: Address, reply: Reply) -> Sent:
        """Puts the reply on the page, in place of an earlier one where it changes that."""
        return Sent((str(await asyncio.to_thread(self._put, address, reply)),))

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
        """Nothing: what was said is in the database."""

    async def _bring(self, dispatcher: Dispatcher, member: Member, **done: Any) -> None:
        """One message of a member after the other, whichever process is sent it."""
        chat = str(member.id)
        sender = Sender(self.name, chat, member.name)
        incoming = Incoming(token_hex(8), Address(self.name, chat), sender, self._clock(), **done)
        async with self._turns.setdefault(chat, asyncio.Lock()):
            with ExitStack() as turn:
                await asyncio.to_thread(turn.enter_context, self._store.turn(f"page talk {chat}"))
                await dispatcher.handle(incoming, self)

    def _put(self, address: Address, reply: Reply) -> int:
        """Keeps what we say; its number."""
        told = self._sources(address, [each for row in reply.choices for each in row])
        told = told or {"evidence": (), "tasks": (), "data": ""}
        rows = [[[each.label, each.data] for each in row if each.data != told["data"]] for row in reply.choices]
        values = {
            "at": self._clock(),
            "ours": True,
            "text": reply.text,
            "bold": reply.bold,
            "choices": [row for row in rows if row],
            "quotes": [[each["quote"], each["source"], each.get("address", "")] for each in told["evidence"]],
            "tasks": [*told["tasks"]],
            "file_name": reply.file.name if reply.file else None,
            "content": reply.file.content if reply.file else None,
        }
        member_id = int(address.chat)
        if reply.edits is not None:
            earlier = (_TABLE.c.id == _number(reply.edits), _TABLE.c.member_id == member_id)
            with self._store.write_beside() as session:
                changed = update(_TABLE).where(*earlier).values(values).returning(_TABLE.c.id)
                found: int | None = session.execute(changed).scalar()
            if found is not None:
                return found
        return self._keep(member_id, values)

    def _keep(self, member_id: int, values: dict[str, Any]) -> int:
        """Adds a message; the oldest go."""
        row = {"member_id": member_id, "at": self._clock(), "file_name": None, "content": None, **values}
        oldest = (
            select(_TABLE.c.id)
            .where(_TABLE.c.member_id == member_id)
            .order_by(_TABLE.c.id.desc())
            .offset(_KEPT)
            .limit(1)
            .scalar_subquery()
        )
        with self._store.write_beside() as session:
            id_: int = session.execute(insert(_TABLE).values(row).returning(_TABLE.c.id)).scalar_one()
            session.execute(delete(_TABLE).where(_TABLE.c.member_id == member_id, _TABLE.c.id <= oldest))
        return id_


_TABLE = table_of(PageMessageRow)
_SAID = select(*(each for each in _TABLE.c if each.name not in ("member_id", "content")))


def _number(message: str) -> int | None:
    """A message's number, as a browser says it."""
    return int(message) if message.isascii() and message.isdigit() and len(message) <= _DIGITS else None


def _said(row: Row[Any]) -> Said:
    choices = tuple(tuple(Choice(*each) for each in each_row) for each_row in row.choices)
    quotes = tuple(tuple(each) for each in row.quotes)
    return Said(str(row.id), row.at, row.ours, row.text, choices, row.bold, row.file_name, quotes, tuple(row.tasks))
