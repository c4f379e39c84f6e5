"""One HTTP call, as both of Zalo's interfaces make it.

The network's troubles become the contract's errors here; what a platform means by its own
answers is its channel's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from bot.channels.contract import TokenError, TryAgainError

TIMEOUT = 10.0
"""Seconds for a call that does not poll."""

UNREACHABLE = "Hiện không kết nối được với Zalo."
FOREIGN_LETTERS = "Mã truy cập Zalo có chữ lạ; xin chép lại đúng mã được cấp."


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
