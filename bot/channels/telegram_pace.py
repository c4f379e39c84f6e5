"""How fast we write to Telegram: under its known limits, so that 429 stays rare.

What to do with a 429 that comes all the same is `telegram.py`'s: it waits for the one chat,
where python-telegram-bot's own limiter would hold every chat.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

from aiolimiter import AsyncLimiter
from telegram.ext import BaseRateLimiter

PER_SECOND = 30
"""Messages in all, as Telegram's FAQ tells."""
PER_MINUTE_IN_GROUP = 20
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
        self._all = AsyncLimiter(per_second, 1)
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
                chat = int(data["chat_id"])
                if chat < 0:
                    await turns.enter_async_context(self._group(chat))
                await turns.enter_async_context(self._all)
            return await callback(*args, **kwargs)

    def _group(self, chat: int) -> AsyncLimiter:
        if len(self._groups) > _MANY_GROUPS:
            self._groups = {group: limiter for group, limiter in self._groups.items()
                            if not limiter.has_capacity(limiter.max_rate)}  # fmt: skip
        return self._groups.setdefault(chat, AsyncLimiter(PER_MINUTE_IN_GROUP, 60))
