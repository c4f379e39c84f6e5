"""What both of Zalo's interfaces have in common: texts alone, sent in parts; updates that wait to be taken."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from weakref import WeakValueDictionary

from bot.channels.backoff import Backoff
from bot.channels.contract import Address, FileIn, Incoming, RefusedError, Reply, Sent, TryAgainError
from bot.channels.handover import CONFIRM_WITHIN, Handover
from bot.channels.numbering import number_choices
from bot.channels.splitting import split_text
from bot.clock import Clock

LENGTH = 2_000
"""Characters of a message, after NFC."""
ATTEMPTS = 5
NO_FILES_IN = "Trợ lý không nhận được tệp qua Zalo."

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""


class ZaloTexts(ABC):
    """The half of a `Channel` that is the same on both.

    Args:
        confirm_within: seconds in which a delivery must have been taken.
        pause: waits; an argument for tests.
    """

    def __init__(self, clock: Clock, confirm_within: float = CONFIRM_WITHIN, pause: Pause = asyncio.sleep) -> None:
        self._clock = clock
        self._pause = pause
        self._parts = Parts(self._send_text, pause)
        self._handover = Handover(confirm_within)

    @abstractmethod
    async def _send_text(self, chat: str, text: str) -> str:
        """Sends one message, gives its id."""

    async def send(self, address: Address, reply: Reply) -> Sent:
        """Sends the text in as many parts as it needs, choices as numbered lines; files are named only."""
        return await self._parts.send(address.chat, reply)

    async def download(self, file: FileIn) -> bytes:
        """Never: the Bot Platform passes no files, and those of the Official Account are not taken."""
        raise RefusedError(NO_FILES_IN, file.name)

    async def updates(self) -> AsyncIterator[Incoming]:
        """What people write, as the webhook brings it."""
        async for incoming in self._handover.updates():
            yield incoming

    async def set_commands(self, commands: tuple[tuple[str, str], ...]) -> None:  # noqa: B027  (the same on both)
        """Nothing: the Bot Platform has no command menu, the Official Account's is set on its pages."""

    async def _hand_over(self, incoming: Incoming | None) -> HTTPStatus:
        """What a genuine delivery is answered with; None is nobody's message to us."""
        if incoming is None or await self._handover.try_offer(incoming):
            return HTTPStatus.OK
        return HTTPStatus.SERVICE_UNAVAILABLE


def read_start(text: str) -> tuple[str, str | None]:
    """The text, and what followed "/start ", taken off it: without deep links it is typed."""
    command, _, payload = text.strip().partition(" ")
    return (command, payload.strip()) if command == "/start" and payload.strip() else (text, None)


def read_moment(milliseconds: object, now: datetime) -> datetime:
    """Zalo's milliseconds since 1970, as a number or in digits; `now` for anything else."""
    try:
        return datetime.fromtimestamp(int(str(milliseconds)) / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return now


class Parts:
    """Sends replies as texts; choices become numbered lines, a file is only named.

    Args:
        send: sends one text to a chat, gives the id of the message.
    """

    def __init__(self, send: Callable[[str, str], Awaitable[str]], pause: Pause = asyncio.sleep) -> None:
        self._send = send
        self._pause = pause
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, chat: str, reply: Reply) -> Sent:
        """Sends all of `reply`, and nothing else to that chat meanwhile.

        A part after the first is tried again here: to give up would have the parts before it
        sent again later.

        Raises:
            ChannelError: of the part that was not taken.
        """
        ids: list[str] = []
        async with self._turns.setdefault(chat, asyncio.Lock()):
            for part in split_text(_whole_text(reply), LENGTH):
                ids.append(await self._try(chat, part, ATTEMPTS if ids else 1))
        return Sent(tuple(ids))

    async def _try(self, chat: str, part: str, attempts: int) -> str:
        backoff = Backoff()
        for _ in range(attempts - 1):
            try:
                return await self._send(chat, part)
            except TryAgainError as error:
                await self._pause(backoff.seconds(error.retry_after))
        return await self._send(chat, part)


def _whole_text(reply: Reply) -> str:
    text = number_choices(reply)
    return text if reply.file is None else f"{text}\n\nTệp {reply.file.name} không gửi được qua Zalo."
