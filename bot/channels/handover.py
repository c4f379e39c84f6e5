"""From a webhook's requests to whoever iterates the updates: no delivery is confirmed untaken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.channels.contract import Incoming

CONFIRM_WITHIN = 1.5
"""Seconds; Zalo wants its answer within 2."""
_MOST_WAITING = 1_000


@dataclass(frozen=True, slots=True)
class _Delivery:
    incoming: Incoming
    taken: asyncio.Future[None]


class Handover:
    """Deliveries that wait until they are taken.

    Args:
        within: seconds that a delivery waits; then the platform is to bring it again.
    """

    def __init__(self, within: float = CONFIRM_WITHIN) -> None:
        self._within = within
        self._waiting: asyncio.Queue[_Delivery] = asyncio.Queue(_MOST_WAITING)

    async def try_offer(self, incoming: Incoming) -> bool:
        """True once `incoming` was taken; False when nobody took it in time."""
        delivery = _Delivery(incoming, asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(self._within):
                await self._waiting.put(delivery)
                await delivery.taken
        except TimeoutError:
            return False
        return True

    async def updates(self) -> AsyncIterator[Incoming]:
        """What was offered, in order; asking for the next one takes the one before."""
        while True:
            delivery = await self._waiting.get()
            if delivery.taken.done():
                continue  # given up: it comes again
            yield delivery.incoming
            if not delivery.taken.done():
                delivery.taken.set_result(None)
