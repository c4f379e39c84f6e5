"""How fast we write to Telegram: under its known limits, so that 429 stays rare.

    people all at once      a burst of 300 goes out as it comes, 30 a second in the long run
    for a minute after 429  30 a second with no burst
    a group                 20 a minute
    unhurried messages      evenly, 29 a second, 30 with all others; none while Telegram bids us wait

What is done with the message that met a 429 is the sender's business. The library's own
limiter then holds every chat; this one holds only that chat.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
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
_UNHURRIED_SHARE = 29 / PER_SECOND
"""Of what may be sent in all: the clocks of two machines do not run quite alike."""
_LOOK_AGAIN = 0.02
_LONGEST_WAIT = 5.0
"""Seconds; an unhurried message that would have to wait longer is given back to who sends it."""
_MANY_GROUPS = 512
"""From here on limiters of groups that have been quiet are let go."""
_FREE = "sendChatAction"
"""Not a message: a typing sign need not wait, and must not use up what messages may."""

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class Pace(BaseRateLimiter[bool]):
    """Holds messages back where more would be refused.

    Args:
        per_second: messages in all; a local Bot API server may allow more.
    """

    def __init__(self, per_second: float = PER_SECOND) -> None:
        self._whole = per_second
        self._strict_until = 0.0
        self._processes = 0
        self.share(1)

    def share(self, processes: int) -> None:
        """Takes only this process's part of what Telegram lets the bot send, where several send."""
        processes = max(processes, 1)
        if processes == self._processes:
            return
        self._processes = processes
        per_second = max(self._whole / processes, 1.0)
        self._all = AsyncLimiter(per_second * BURST_SECONDS, BURST_SECONDS)
        self._all_strictly = AsyncLimiter(per_second, 1)
        self._groups: dict[int, AsyncLimiter] = {}
        self._unhurried = _Unhurried(per_second)

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
        rate_limit_args: bool | None,
    ) -> Answer:
        """Makes the request when its turn has come.

        Args:
            rate_limit_args: true for an unhurried message.
        """
        chat = int(data["chat_id"]) if "chat_id" in data and endpoint != _FREE else None
        async with AsyncExitStack() as turns:
            if chat is not None:
                for limiter in self._limiters(chat):
                    await turns.enter_async_context(limiter)
                if rate_limit_args:
                    await self._unhurried.wait()
                self._unhurried.began()
                turns.callback(self._unhurried.ended)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                now = asyncio.get_running_loop().time()
                self._strict_until = now + _STRICT_SECONDS
                if chat is None or chat > 0:  # a group has a limit of its own, which says nothing of the others
                    self._unhurried.hold(seconds_of(error))
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
        in_group = max(PER_MINUTE_IN_GROUP / self._processes, 1.0)
        return self._groups.setdefault(chat, AsyncLimiter(in_group, 60))


class _Unhurried:
    """Lets a message go when there is room beside all others: one after the other, evenly.

    A message takes its room from when it is sent until a second after it was answered: somewhere between
    Telegram has counted it, so that we never have more in one of its seconds than we think.
    """

    def __init__(self, per_second: float) -> None:
        self._each = 1 / (per_second * _UNHURRIED_SHARE)
        self._most = max(1, int(per_second))
        self._under_way = 0
        self._answered: deque[float] = deque()
        self._next = 0.0
        self._held_until = 0.0
        self._turn = asyncio.Lock()

    def began(self) -> None:
        """A message of any kind goes."""
        self._under_way += 1

    def ended(self) -> None:
        """It was answered, or will not be."""
        self._under_way -= 1
        self._answered.append(asyncio.get_running_loop().time())

    def hold(self, seconds: float) -> None:
        """Lets none go for a while."""
        self._held_until = max(self._held_until, asyncio.get_running_loop().time() + seconds)

    async def wait(self) -> None:
        """Waits for a turn.

        Raises:
            RetryAfter: it will not come soon.
        """
        loop = asyncio.get_running_loop()
        async with self._turn:
            while (wait := self._wait(loop.time())) > 0:
                if wait > _LONGEST_WAIT:
                    raise RetryAfter(math.ceil(wait))
                await asyncio.sleep(wait)
            # A turn that came a little late is made up for by the next one, no more.
            self._next = max(self._next, loop.time() - self._each) + self._each

    def _wait(self, now: float) -> float:
        while self._answered and self._answered[0] <= now - 1.0:
            self._answered.popleft()
        room = now
        if self._under_way + len(self._answered) >= self._most:
            room = self._answered[0] + 1.0 if self._answered else now + _LOOK_AGAIN
        return max(self._next, self._held_until, room) - now


def seconds_of(error: RetryAfter) -> float:
    """Seconds that Telegram asks us to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
