"""The Chroma index, kept up to what is live while the service runs: nobody else needs it.

One-shot commands multiply the few vectors that they need and import nothing of Chroma; so whoever switches a plan
on, in whatever process, writes vectors into the database only, and the running service makes the index.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from knowledge.errors import KehoachError
from knowledge.store.database import Store, passages_generation
from knowledge.store.derived import refresh_index

LOOK_SECONDS = 15.0
"""Between two looks whether something was switched; until then search multiplies."""

log = logging.getLogger(__name__)


async def keep_index(store: Store, stop: asyncio.Event, *, seconds: float = LOOK_SECONDS) -> None:
    """Makes the index anew after each switch, until `stop` is set."""
    made: int | None = None
    while not stop.is_set():
        try:
            made = await asyncio.to_thread(_refresh, store, made)
        except KehoachError as error:
            log.error("index: %s %s", error.sentence, error.detail)
        except Exception as error:
            log.error("index: %s", type(error).__name__, exc_info=error)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


def _refresh(store: Store, made: int | None) -> int | None:
    """Looks whether passages have changed; the generation that the index is of, None where it could not be made."""
    with store.read() as session:
        live = passages_generation(session)
    if live == made:
        return made
    return live if refresh_index(store) else None
