"""What both of Zalo's interfaces share: one HTTP call, and a reply sent in parts.

The network's troubles become the contract's errors here; what a platform means by its own
answers is its channel's business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import httpx

from bot.channels.contract import Reply, Sent, TokenError, TryAgainError
from bot.channels.numbering import number_choices
from bot.channels.splitting import split_text

LENGTH = 2_000
"""Characters of a message, after NFC."""
TIMEOUT = 10.0
"""Seconds for a call that does not poll."""
ATTEMPTS = 5

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""

UNREACHABLE = "Hiện không kết nối được với Zalo."
FOREIGN_LETTERS = "Mã truy cập Zalo có chữ lạ; xin chép lại đúng mã được cấp."
NO_FILES_IN = "Trợ lý không nhận được tệp qua Zalo."
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0


class Backoff:
    """Seconds to wait after each failure in a row: what the platform says, else 1, 2, 4..."""

    def __init__(self) -> None:
        self._next = _FIRST_PAUSE

    def reset(self) -> None:
        """After a success."""
        self._next = _FIRST_PAUSE

    def seconds(self, retry_after: float | None) -> float:
        """How long to wait now."""
        wait, self._next = self._next, min(self._next * 2, _LONGEST_PAUSE)
        return wait if retry_after is None else retry_after


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON object that came back.

    Attributes:
        retry_after: seconds, where the headers tell.
    """

    status: int
    body: dict[str, Any]
    retry_after: float | None


async def post(
    http: httpx.AsyncClient,
    url: str,
    *,
    json: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    wait: float = 0.0,
) -> Answer:
    """What the platform answers.

    Args:
        wait: seconds that it may take its time, beyond the timeout.

    Raises:
        TokenError: a header that no header can hold.
        TryAgainError: no connection, a timeout, a 5xx, an answer that is no JSON object.
    """
    if not all(value.isascii() and value.isprintable() for value in (headers or {}).values()):
        raise TokenError(FOREIGN_LETTERS)
    timeout = httpx.Timeout(**{**http.timeout.as_dict(), "read": (http.timeout.read or 0.0) + wait})
    try:
        response = await http.post(url, json=json, data=form, headers=headers, timeout=timeout)
    except httpx.HTTPError as error:
        # Neither its text nor the request that it keeps: both can hold a token.
        raise TryAgainError(UNREACHABLE, type(error).__name__) from None
    body, retry_after = _json_object(response), _retry_after(response.headers)
    if body is None:
        raise TryAgainError(UNREACHABLE, f"HTTP {response.status_code}", retry_after)
    return Answer(response.status_code, body, retry_after)


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


def _json_object(response: httpx.Response) -> dict[str, Any] | None:
    if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return None
    try:
        body = response.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _retry_after(headers: httpx.Headers) -> float | None:
    value = headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None
