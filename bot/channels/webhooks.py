"""One HTTP listener for the webhooks of every channel.

It knows paths and bodies; whether a delivery is genuine is its channel's to say, by the
status that it answers with. TLS ends at the proxy before it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from knowledge.errors import KehoachError

if TYPE_CHECKING:
    import uvicorn

Receive = Callable[[Mapping[str, str], bytes], Awaitable[HTTPStatus]]
"""Takes a delivery's headers (names in lower case) and body, gives the status to answer with."""

Health = Callable[[], Awaitable[bool]]
"""Says whether we can serve."""

HEALTH_PATH = "/healthz"
"""Answers 200 or 503, for whoever watches the process."""

LONGEST_BODY = 1 << 20
"""Bytes of a delivery; what platforms send is a few kilobytes."""
_STOP_SECONDS = 3
"""How long deliveries under way may take to end when we stop."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a channel has its deliveries sent.

    Attributes:
        path: of the address that the platform was told, as it arrives here.
    """

    path: str
    receive: Receive


def with_path(address: str, path: str) -> str:
    """The address that a platform is told; `path` where it names none."""
    return address if urlsplit(address).path.strip("/") else address.rstrip("/") + path


class WebhookServer:
    """Listens on one port for deliveries to `hooks`.

    Args:
        host, port: where to listen; port 0 takes a free one, told by `port` after `start`.
        health: answers at `HEALTH_PATH`.
    """

    def __init__(self, host: str, port: int, hooks: Iterable[Hook], health: Health | None = None) -> None:
        self.host = host
        self.port = port
        self._receivers = {hook.path: hook.receive for hook in hooks}
        self._health = health
        self._server: uvicorn.Server | None = None
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listens, once; a second call does nothing.

        Raises:
            KehoachError: the port is taken or not ours to take.
        """
        if self._running:
            return
        try:
            listener = socket.create_server((self.host, self.port))
        except OSError as error:
            raise KehoachError(f"Không mở được cổng {self.port} trên {self.host}.", str(error)) from error
        self.port = listener.getsockname()[1]
        self._server, started = _quiet_server(self._answer)
        self._running = asyncio.create_task(self._server.serve([listener]))
        await started.wait()

    async def close(self) -> None:
        """Stops listening; deliveries under way are answered first, within seconds."""
        if self._server and self._running:
            self._server.should_exit = True
            await self._running
            self._running = None

    async def _answer(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]) -> None:
        """One request, as ASGI hands it over."""
        if scope["type"] == "http":
            status = await self._status(scope, receive)
            head = [(b"content-length", b"0")]
            await send({"type": "http.response.start", "status": status, "headers": head})
            await send({"type": "http.response.body", "body": b""})

    async def _status(self, scope: Any, receive: Callable[[], Awaitable[Any]]) -> HTTPStatus:
        if scope["path"] == HEALTH_PATH and self._health:
            return HTTPStatus.OK if await self._health() else HTTPStatus.SERVICE_UNAVAILABLE
        deliver = self._receivers.get(scope["path"])
        if deliver is None:
            return HTTPStatus.NOT_FOUND
        if scope["method"] != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        body = await _read_body(receive)
        if body is None:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        status = await deliver(headers, body)
        if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            log.warning("webhook %s: a delivery was refused with %d", scope["path"], status)
        return status


async def _read_body(receive: Callable[[], Awaitable[Any]]) -> bytes | None:
    """The whole body; None where it is too long."""
    body = b""
    while True:
        part: dict[str, Any] = await receive()
        body += bytes(part.get("body", b""))
        if len(body) > LONGEST_BODY:
            return None
        if not part.get("more_body"):
            return body


def _quiet_server(app: Callable[..., Any]) -> tuple[uvicorn.Server, asyncio.Event]:
    """A server that leaves signals and logging to us, and the event of its listening."""
    import uvicorn

    started = asyncio.Event()

    class Quiet(uvicorn.Server):
        """Tells when it listens."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Listens, then says so."""
            await super().startup(sockets)
            started.set()

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Leaves them to whoever runs the process."""
            yield

    config = uvicorn.Config(
        app,
        interface="asgi3",
        lifespan="off",
        log_config=None,
        access_log=False,
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    return Quiet(config), started
