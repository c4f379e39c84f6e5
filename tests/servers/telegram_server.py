"""Telegram's Bot API on the loopback, over real sockets; what it does stands in `telegram_api.py`.

How it fails besides is put into `TelegramServer.faults` before the request that is to meet it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler
from threading import Thread
from urllib.parse import parse_qs, unquote

import pytest

from tests.servers.local import Courier, LocalServer
from tests.servers.telegram_api import BEGAN, TOKEN, US, Json, Message, Refusal, TelegramServer, group, person

__all__ = [
    "BEGAN",
    "TOKEN",
    "US",
    "Fault",
    "Message",
    "TelegramServer",
    "bad_gateway",
    "breaks_off",
    "carrier_page",
    "group",
    "hangs",
    "loopback",
    "person",
    "refuses",
    "telegram_server",
    "too_many",
]

loopback = pytest.mark.allow_hosts(["127.0.0.1"])
"""For tests that talk to the server: its address alone may be reached."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    telegram: TelegramServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """A method of the Bot API."""
        data = self._data()
        token, _, method = self.path.removeprefix("/bot").partition("/")
        with self.telegram.changed:
            self.telegram.calls.append((method, data))
            faults = self.telegram.faults[method]
            fault = faults.popleft() if faults else None
        if fault:
            fault(self)
        elif token != TOKEN:
            self.refuse(Refusal(401, "Unauthorized"))
        else:
            self.act(method, data)
        with self.telegram.changed:
            self.telegram.changed.notify_all()

    def act(self, method: str, data: Json) -> None:
        """Does what the method says."""
        try:
            result = getattr(self.telegram, f"do_{method.lower()}")(data)
        except Refusal as refusal:
            self.refuse(refusal)
        else:
            self.answer(json.dumps({"ok": True, "result": result}).encode())

    def do_GET(self) -> None:
        """A file."""
        content = self.telegram.files.get(unquote(self.path).removeprefix(f"/file/bot{TOKEN}/documents/"))
        self.answer(content or b"", 404 if content is None else 200)

    def refuse(self, refusal: Refusal) -> None:
        """An answer with `ok: false`."""
        body: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
        self.answer(json.dumps({**body, "parameters": refusal.parameters}).encode(), refusal.code)

    def answer(self, body: bytes, status: int = 200) -> None:
        """A whole answer; whoever asked may be gone."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _data(self) -> Json:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("multipart/"):
            return {name: values[0] for name, values in parse_qs(body.decode()).items()}
        parts = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body, policy=policy.HTTP)
        data: Json = {}
        for part in parts.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            data[name] = (part.get_filename(), content) if part.get_filename() else content.decode()
        return data

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests look at `calls`."""


Fault = Callable[[Handler], None]


def refuses(code: int, description: str, **parameters: int) -> Fault:
    """Answers `ok: false`; `retry_after=3` for a 429."""
    return lambda handler: handler.refuse(Refusal(code, description, **parameters))


def too_many(seconds: int) -> Fault:
    """Asks to wait."""
    return refuses(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def bad_gateway(handler: Handler) -> None:
    """Answers as the proxy before a server that is down."""
    handler.answer(b"<html><h1>502 Bad Gateway</h1></html>", 502)


def carrier_page(handler: Handler) -> None:
    """Answers 200 with somebody else's page."""
    handler.answer("<html>Trang này bị chặn</html>".encode())


def breaks_off(handler: Handler) -> None:
    """Closes the connection without a word."""
    handler.close_connection = True


def hangs(handler: Handler) -> None:
    """Says nothing as long as the test runs."""
    handler.telegram.closing.wait()
    handler.close_connection = True


@contextmanager
def telegram_server(
    *, limits: bool = False, clock: Callable[[], float] = time.monotonic, delivers: bool = False
) -> Iterator[TelegramServer]:
    """A server until the block ends.

    Args:
        delivers: brings updates to the webhook that was set by itself; else a test calls `deliver`.
    """

    class Bound(Handler):
        """Connections of this server."""

    local = LocalServer(Bound)
    telegram = TelegramServer(local.url, limits, clock, local=local)
    Bound.telegram = telegram
    telegram.courier = Courier(telegram.changed, telegram.closing, telegram.next_delivery)
    bringing = Thread(target=telegram.courier.run)
    if delivers:
        bringing.start()
    try:
        yield telegram
    finally:
        telegram.closing.set()
        with telegram.changed:
            telegram.changed.notify_all()
        local.go_away()
        if delivers:
            bringing.join()
