"""One HTTP listener for the webhooks of every channel, and for the page beside them.

It knows paths and bodies; whether a delivery is genuine is its channel's to say, by the
status that it answers with, before it asks for the body where the head tells. A request
that is not whole in time is cut off. TLS ends at the proxy before it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from knowledge.errors import KehoachError

if TYPE_CHECKING:
    from bot.channels.http_server import QuietServer

Body = Callable[[], Awaitable[bytes]]
"""Reads the body of a delivery; what it raises is the server's own to answer."""

Receive = Callable[[Mapping[str, str], Body], Awaitable[HTTPStatus]]
"""Takes a delivery's headers (names in lower case) and body, gives the status to answer with."""

Page = Callable[[Any, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]
"""An ASGI application."""

Health = Callable[[], Awaitable[str | None]]
"""A sentence of what is wrong with us; None where we serve as we should."""

HEALTH_PATH = "/healthz"
"""Answers 200, or 503 and what is wrong, for whoever watches the process."""
HEALTHY = "Trợ lý hoạt động bình thường."


@dataclass(frozen=True, slots=True)
class Seen:
    """What whoever watches the process is told."""

    status: HTTPStatus
    text: str
    content_type: str = "text/plain; charset=utf-8"


Look = Callable[[Any], Awaitable[Seen]]
"""Answers who watches the process, by the request's ASGI scope."""

LONGEST_BODY = 1 << 20
"""Bytes of a delivery; what platforms send is a few kilobytes."""
REQUEST_SECONDS = 10.0
"""In which a request must have come whole, head and body; platforms send theirs at once."""

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
        within: seconds in which a request must have come whole.
        page: answers at every other path.
        monitors: what is told at further paths to who watches the process.
    """

    def __init__(
        self,
        host: str,
        port: int,
        hooks: Iterable[Hook],
        health: Health | None = None,
        within: float = REQUEST_SECONDS,
        page: Page | None = None,
        monitors: Mapping[str, Look] | None = None,
    ) -> None:
        self._monitors = dict(monitors or {})
        if health is not None:
            self._monitors[HEALTH_PATH] = partial(_healthy, health)
        self._within = within
        self._page = page
        self.host = host
        self.port = port
        self._receivers = {hook.path: hook.receive for hook in hooks}
        self._server: QuietServer | None = None
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
        from bot.channels.http_server import make_server  # commands that serve nothing import no uvicorn

        self._server = make_server(self._answer, self._within)
        self._running = asyncio.create_task(self._server.serve([listener]))
        await self._server.listening.wait()

    async def close(self) -> None:
        """Stops listening; deliveries under way are answered first, within seconds."""
        if self._server and self._running:
            self._server.should_exit = True
            await self._running
            self._running = None

    async def _answer(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]) -> None:
        """One request, as ASGI hands it over."""
        if scope["type"] != "http":
            return
        if self._page is not None and scope["path"] not in {HEALTH_PATH, *self._receivers, *self._monitors}:
            await self._page(scope, receive, send)
            return
        look = self._monitors.get(scope["path"])
        seen = await look(scope) if look else Seen(await self._status(scope, receive), "")
        body = seen.text.encode()
        head = [(b"content-length", str(len(body)).encode()), (b"content-type", seen.content_type.encode())]
        await send({"type": "http.response.start", "status": seen.status, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async def _status(self, scope: Any, receive: Callable[[], Awaitable[Any]]) -> HTTPStatus:
        deliver = self._receivers.get(scope["path"])
        if deliver is None:
            return HTTPStatus.NOT_FOUND
        if scope["method"] != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            status = await deliver(headers, partial(_read_body, receive))
        except _BodyError as error:
            return error.status
        if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            log.warning("webhook %s: a delivery was refused with %d", scope["path"], status)
        return status


async def _healthy(health: Health, _scope: Any) -> Seen:
    trouble = await health()
    return Seen(HTTPStatus.SERVICE_UNAVAILABLE if trouble else HTTPStatus.OK, f"{trouble or HEALTHY}\n")


class _BodyError(Exception):
    """A body that is not taken, and what that is answered with."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


async def _read_body(receive: Callable[[], Awaitable[Any]]) -> bytes:
    """The whole body.

    Raises:
        _BodyError: it is too long, or was broken off.
    """
    body = b""
    while True:
        part: dict[str, Any] = await receive()
        if part["type"] == "http.disconnect":
            raise _BodyError(HTTPStatus.REQUEST_TIMEOUT)
        body += bytes(part.get("body", b""))
        if len(body) > LONGEST_BODY:
            raise _BodyError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not part.get("more_body"):
            return body
