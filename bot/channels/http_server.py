"""The HTTP server below the listener: uvicorn, which leaves signals and logging to us and cuts off late requests."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

SLOWEST_BYTES = 20_000
"""A second: a body that comes at least so fast may take longer, as a scanned paper sent to the page does."""
_STOP_SECONDS = 3
"""How long deliveries under way may take to end when we stop."""


class TimelyProtocol(H11Protocol):
    """Closes a connection whose request is not whole in time, whether or not it was answered before.

    A long body has more time as long as it goes on coming; how long it may be is for whoever reads it.
    """

    within: ClassVar[float]
    """Seconds in which a request must have come whole."""
    _UNFINISHED: ClassVar = (h11.IDLE, h11.SEND_BODY)
    _cut: asyncio.TimerHandle | None = None
    _came = 0
    """Bytes since the request began, or was last given more time."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The first request is awaited."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Some of a request, or the last of it."""
        self._came += len(data)
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        if self._cut is not None:
            self._cut.cancel()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.conn.their_state not in self._UNFINISHED:
            if self._cut is not None:
                self._cut.cancel()
            self._cut = None
        elif self._cut is None:
            self._came = 0
            self._cut = self.loop.call_later(self.within, self._end)

    def _end(self) -> None:
        """Time is up: for a body that goes on coming, it begins anew."""
        self._cut = None
        if self.conn.their_state is h11.SEND_BODY and self._came >= self.within * SLOWEST_BYTES:
            self._watch()
        else:
            self.transport.abort()


class QuietServer(uvicorn.Server):
    """Tells when it listens.

    Attributes:
        listening: set when it does.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listens, then says so."""
        await super().startup(sockets)
        self.listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves them to whoever runs the process."""
        yield


def make_server(app: Callable[..., Any], seconds: float) -> QuietServer:
    """A server of the application.

    Args:
        seconds: in which a request must have come whole.
    """

    class Timely(TimelyProtocol):
        within = seconds

    config = uvicorn.Config(
        app,
        interface="asgi3",
        http=Timely,
        lifespan="off",
        log_config=None,
        access_log=False,
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    return QuietServer(config)
