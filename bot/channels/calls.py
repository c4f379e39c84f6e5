"""Calling a platform over HTTP: the network's troubles become the contract's errors here.

What a platform means by its answers is the channel's own business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import httpx

from bot.channels.contract import ChannelError, TokenError, TryAgainError

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""

Result = TypeVar("Result")

UNREACHABLE = "Hiện chưa kết nối được với máy chủ Zalo."
FOREIGN_LETTERS = "Mã truy cập Zalo có chữ lạ; hãy chép lại đúng mã được cấp."
ATTEMPTS = 3
LONGEST_WAIT = 30.0
"""Seconds that a sender waits for the platform; who has to wait longer is told so instead."""
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0


class NotTakenError(TryAgainError):
    """The request certainly did nothing, so that sending it again doubles nothing."""


class Backoff:
    """Seconds to wait after each failure in a row: 1, 2, 4, up to a minute."""

    def __init__(self) -> None:
        self._next = _FIRST_PAUSE

    def reset(self) -> None:
        """After a success."""
        self._next = _FIRST_PAUSE

    def seconds(self, error: TryAgainError | None = None) -> float:
        """How long to wait now: what the platform said, where it said so."""
        wait, self._next = self._next, min(self._next * 2, _LONGEST_PAUSE)
        return wait if error is None or error.retry_after is None else error.retry_after


async def post(
    client: httpx.AsyncClient,
    url: str,
    *,
    json: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    wait: float | None = None,
) -> tuple[int, dict[str, Any]]:
    """Status and JSON object of the answer.

    Args:
        wait: seconds until the answer must have come; the client's own timeout when None.

    Raises:
        NotTakenError: no connection.
        TryAgainError: a timeout, a broken connection, a 5xx, an answer that is no JSON object.
    """
    if not all(value.isascii() for value in (headers or {}).values()):
        raise TokenError(FOREIGN_LETTERS)
    timeout = client.timeout if wait is None else httpx.Timeout(client.timeout, read=wait)
    try:
        response = await client.post(url, json=json, data=form, headers=headers, timeout=timeout)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotTakenError(UNREACHABLE, type(error).__name__) from None
    except httpx.HTTPError as error:
        # Neither its text nor the request it keeps: both can hold a token.
        raise TryAgainError(UNREACHABLE, type(error).__name__) from None
    body = _json_object(response)
    if body is None:
        raise TryAgainError(UNREACHABLE, f"HTTP {response.status_code}", _retry_after(response.headers))
    return response.status_code, body


async def patiently(call: Callable[[], Awaitable[Result]], pause: Pause = asyncio.sleep) -> Result:
    """The result of `call`, tried again while it certainly does nothing and the wait is short.

    A long answer goes out in parts: giving up at its second part would have the whole of it
    sent again later.

    Raises:
        ChannelError: of the last attempt.
    """
    backoff = Backoff()
    for _ in range(ATTEMPTS - 1):
        try:
            return await call()
        except NotTakenError as error:
            wait = backoff.seconds(error)
            if wait > LONGEST_WAIT:
                raise
            await pause(wait)
    return await call()


async def quietly(call: Awaitable[object]) -> None:
    """For what may fail without harm, as a typing sign may."""
    try:
        await call
    except ChannelError:
        return


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
