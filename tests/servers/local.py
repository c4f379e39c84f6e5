"""What every local platform shares: a port that can go away and come back, what arrived, deliveries to webhooks."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Event, Lock, Thread
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

_RETRY_SECONDS = 0.02
"""Between two attempts of a delivery; real platforms take seconds to an hour."""
_NOBODY = 0


@dataclass(frozen=True)
class Arrival:
    """A message as it stands on a person's screen after a call of ours.

    Attributes:
        platform: name of the channel.
        buttons: rows of (label, data).
        edited: it took the place of what stood there before.
        file: name of the file or picture that came, with the text or instead of one.
        content: of that file.
    """

    platform: str
    chat: str
    id: str
    text: str
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()
    edited: bool = False
    file: str = ""
    content: bytes = field(default=b"", repr=False)


class LocalServer:
    """HTTP on the loopback.

    Args:
        handler: class of the connections.
    """

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self._handler = handler
        self._port = 0
        self._lock = Lock()
        self._connections: set[socket.socket] = set()
        self._running: tuple[ThreadingHTTPServer, Thread] | None = None
        self.come_back()

    @property
    def url(self) -> str:
        """Its address, the same before and after it was away."""
        return f"http://127.0.0.1:{self._port}"

    def come_back(self) -> None:
        """Listens, on the port that it had before."""
        server = _Listener(("127.0.0.1", self._port), self._handler)
        server.opened, server.lock, server.daemon_threads = self._connections, self._lock, True
        self._port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self._running = server, thread

    def go_away(self) -> None:
        """Refuses connections and breaks those that are open, as when the network is gone."""
        if self._running is None:
            return
        server, thread = self._running
        self._running = None
        server.shutdown()
        thread.join()
        server.server_close()
        with self._lock:
            opened = list(self._connections)
        for connection in opened:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it went by itself


class _Listener(ThreadingHTTPServer):
    """Clients may go at any time; many may come at once."""

    request_queue_size = 512
    opened: set[socket.socket]
    lock: Lock

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remembers the connection while it is open."""
        with self.lock:
            self.opened.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forgets it."""
        with self.lock:
            self.opened.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that left in mid answer is no error of the test."""


@dataclass(frozen=True)
class Delivery:
    """What is posted to a webhook."""

    url: str
    body: bytes
    headers: Mapping[str, str]


def post(delivery: Delivery) -> int:
    """The status that the webhook answers with; 0 where nobody listens. Blocks."""
    request = Request(delivery.url, delivery.body, {"Content-Type": "application/json", **delivery.headers})
    try:
        with urlopen(request, timeout=10) as response:
            return int(response.status)
    except HTTPError as error:
        error.close()
        return error.code
    except (URLError, OSError):
        return _NOBODY


def body_of(content: bytes) -> Callable[[], Awaitable[bytes]]:
    """A body as a channel's hook reads it."""

    async def read() -> bytes:
        return content

    return read


@dataclass
class Courier:
    """Brings what waits to a webhook in its order, each again until it is answered with 200.

    Attributes:
        first: what is to be brought next, with what is done once it was taken; None when
            nothing waits. Called under `changed`.
        statuses: how every attempt was answered.
    """

    changed: Condition
    closing: Event
    first: Callable[[], tuple[Delivery, Callable[[], None]] | None]
    statuses: list[int] = field(default_factory=list)

    def run(self) -> None:
        """Until the test is over; in a thread of its own."""
        while not self.closing.is_set():
            with self.changed:
                self.changed.wait_for(lambda: self.closing.is_set() or self.first())
                found = self.first()
            if found is None or self.closing.is_set():
                continue
            delivery, taken = found
            status = post(delivery)
            with self.changed:
                self.statuses.append(status)
                if status == 200:
                    taken()
                self.changed.notify_all()
            if status != 200:
                self.closing.wait(_RETRY_SECONDS)
