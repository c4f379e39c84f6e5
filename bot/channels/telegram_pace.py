"""How fast we write to Telegram: under its known limits, so that 429 stays rare.

    people all at once      a burst of 300 goes out as it comes, 30 a second in the long run
    for a minute after 429  30 a second with no burst
    a group                 20 a minute

What is done with the message that met a 429 is the sender's business. The library's own
limiter then holds every chat; this one holds only that chat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

from aiolimiter import AsyncLimiter
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

PER_SECOND = 30
"""Messages in all, as Telegram's FAQ tells; it does not tell how long a burst may last."""
BURST_SECONDS = 10
"""How many seconds' worth may go out at once: many ask in the same minute of the morning."""
PER_MINUTE_IN_GROUP = 20
_STRICT_SECONDS = 60.0
_MANY_GROUPS = 512
"""From here on limiters of groups that have been quiet are let go."""
_FREE = "sendChatAction"
"""Not a message: a typing sign need not wait, and must not use up what messages may."""

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class Pace(BaseRateLimiter[None]):
    """Holds messages back where more would be refused.

    Args:
        per_second: messages in all; a local Bot API server may allow more.
    """

    def __init__(self, per_second: float = PER_SECOND) -> None:
        self._all = AsyncLimiter(per_second * BURST_SECONDS, BURST_SECONDS)
        self._all_strictly = AsyncLimiter(per_second, 1)
        self._strict_until = 0.0
        self._groups: dict[int, AsyncLimiter] = {}

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,  # noqa: ARG002
    ) -> Answer:
        """Makes the request when its turn has come."""
        async with AsyncExitStack() as turns:
            if "chat_id" in data and endpoint != _FREE:
                for limiter in self._limiters(int(data["chat_id"])):
                    await turns.enter_async_context(limiter)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter:
                self._strict_until = asyncio.get_running_loop().time() + _STRICT_SECONDS
                raise

    def _limiters(self, chat: int) -> list[AsyncLimiter]:
        """What a message to `chat` has to pass, in this order."""
        limiters = [self._group(chat)] if chat < 0 else []
        if asyncio.get_running_loop().time() < self._strict_until:
            limiters.append(self._all_strictly)
        return [*limiters, self._all]

    def _group(self, chat: int) -> AsyncLimiter:
        if len(self._groups) > _MANY_GROUPS:
            self._groups = {
                group: limiter
                for group, limiter in self._groups.items()
                if not limiter.has_capacity(limiter.max_rate)
            }
        return self._groups.setdefault(chat, AsyncLimiter(PER_MINUTE_IN_GROUP, 60))
