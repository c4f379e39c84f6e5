"""Zalo on the loopback: the Bot Platform and the Official Account's two servers, over real sockets.

It keeps to what the platform's pages say: HTTP 200 with `ok: false` or an `error`, one update a
poll, 2,000 characters, single-use refresh tokens. How it fails besides is put into `faults`
before the request that is to meet it.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

loopback = pytest.mark.allow_hosts(["127.0.0.1"])
"""For tests that talk to the server: its address alone may be reached."""

TOKEN = "459:MaBiMatCuaZalo"
OA_APP, OA_APP_SECRET, OA_SECRET = "3001", "khoa-cua-ung-dung", "khoa-ky-cua-oa"
FIRST_REFRESH = "lam-moi-0"
LENGTH = 2_000

Json = dict[str, Any]


@dataclass
class ZaloServer:
    """A running server.

    Attributes:
        updates: what people did, brought by the next polls.
        faults: by method ("sendMessage", "cs", "access_token"), for its next requests; None
            lets one pass.
        calls: methods and what came with them, in order.
        sent: chat and text of each message that was taken.
        refresh: the one refresh token that works; access tokens that work are in `accesses`.
        gone: chats that have blocked us, by the code they answer with.
        closing: set when the test is over; what hangs waits for it.
    """

    url: str = ""
    updates: deque[Json] = field(default_factory=deque)
    faults: defaultdict[str, deque[Fault | None]] = field(default_factory=lambda: defaultdict(deque))
    calls: list[tuple[str, Json]] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    refresh: str = FIRST_REFRESH
    accesses: set[str] = field(default_factory=set)
    gone: dict[str, int] = field(default_factory=dict)
    closing: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    def writes(self, text: str, number: int = 1, **more: Any) -> None:
        """A person writes to the bot."""
        self.updates.append(update(text, number, **more))

    def called(self, method: str) -> list[Json]:
        """What came with each call of a method."""
        return [body for name, body in self.calls if name == method]


def update(
    text: str | None,
    number: int = 1,
    *,
    event: str = "message.text.received",
    sender: Json | None = None,
    **more: Any,
) -> Json:
    """A delivery as the Bot Platform shapes it."""
    message: Json = {
        "message_id": f"m{number}",
        "from": sender or {"id": "lan", "display_name": "Lan", "is_bot": False},
        "chat": {"id": "lan", "chat_type": "PRIVATE"},
        "date": 1_795_140_000_000 + number,
        **more,
    }
    if text is not None:
        message["text"] = text
    return {"event_name": event, "message": message}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    zalo: ZaloServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Records the call and answers it, or does what the next fault says."""
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
        body = {key: values[0] for key, values in parse_qs(raw).items()} if form else json.loads(raw or "{}")
        token, _, method = self.path.removeprefix("/bot").rpartition("/")
        with self.zalo.lock:
            self.zalo.calls.append((method, body))
            fault = self.zalo.faults[method].popleft() if self.zalo.faults[method] else None
        if fault is not None:
            fault(self)
        elif self.path == "/v4/oa/access_token":
            self.send(self._grant(body))
        elif self.path == "/v3.0/oa/message/cs":
            self.send(self._take_oa(body))
        elif token != TOKEN:
            self.send(failure(401, "Unauthorized"))
        else:
            self.send(self._bot(method, body))

    def _bot(self, method: str, body: Json) -> Json:
        match method:
            case "getMe":
                return {
                    "ok": True,
                    "result": {"id": "459", "account_name": "bot.troly", "display_name": "Bot Trợ lý"},
                }
            case "getUpdates":
                if not self.zalo.updates:
                    self.zalo.closing.wait(0.05)  # the poll, shortened
                    return failure(408, "Request timeout")
                return {"ok": True, "result": self.zalo.updates.popleft()}
            case "sendMessage":
                return self._take(body)
            case "sendChatAction" | "setWebhook" | "deleteWebhook":
                return {"ok": True, "result": {}}
            case _:
                return failure(404, "Not Found")

    def _take(self, body: Json) -> Json:
        if body["chat_id"] in self.zalo.gone:
            return failure(self.zalo.gone[body["chat_id"]], "Forbidden")
        if not 1 <= len(body["text"]) <= LENGTH:
            return failure(400, "Bad Request: text length")
        return {"ok": True, "result": {"message_id": self._keep(body["chat_id"], body["text"]), "date": 1}}

    def _take_oa(self, body: Json) -> Json:
        user, text = body["recipient"]["user_id"], body["message"]["text"]
        if self.headers["access_token"] not in self.zalo.accesses:
            return {"error": -216, "message": "Access token is invalid"}
        if user in self.zalo.gone:
            return {"error": self.zalo.gone[user], "message": "refused"}
        if not 1 <= len(text) <= LENGTH:
            return {"error": -210, "message": "Message exceeds the maximum length"}
        return {"error": 0, "message": "Success", "data": {"message_id": self._keep(user, text), "user_id": user}}

    def _keep(self, chat: str, text: str) -> str:
        with self.zalo.lock:
            self.zalo.sent.append((chat, text))
            return f"s{len(self.zalo.sent)}"

    def _grant(self, body: Json) -> Json:
        """A refresh token works once; the access token before stays good until it ends."""
        known = self.headers["secret_key"] == OA_APP_SECRET and body["app_id"] == OA_APP
        with self.zalo.lock:
            if not known or body["refresh_token"] != self.zalo.refresh:
                return {"error": -14014, "error_name": "Invalid refresh token", "error_description": ""}
            number = int(self.zalo.refresh.rpartition("-")[2]) + 1
            self.zalo.refresh = f"lam-moi-{number}"
            self.zalo.accesses.add(f"truy-cap-{number}")
        return {"access_token": f"truy-cap-{number}", "refresh_token": f"lam-moi-{number}", "expires_in": "90000"}

    def send(self, body: Json, status: int = 200, **headers: str) -> None:
        """A whole answer."""
        self.send_bytes(json.dumps(body).encode(), status, **headers)

    def send_bytes(self, content: bytes, status: int = 200, **headers: str) -> None:
        """A whole answer of whatever bytes."""
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        with suppress(OSError):  # who asked may have gone
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests look at `calls`."""


Fault = Callable[[Handler], None]


def failure(code: int, description: str = "", **more: Any) -> Json:
    """`ok: false`, as the Bot Platform says it with HTTP 200."""
    return {"ok": False, "error_code": code, "description": description, **more}


def answers(body: Json, status: int = 200, **headers: str) -> Fault:
    """Answers this."""
    return lambda handler: handler.send(body, status, **headers)


def breaks(status: int = 502) -> Fault:
    """Answers as a proxy does whose server is gone."""
    return lambda handler: handler.send_bytes(b"<html>Bad Gateway</html>", status)


def hangs(handler: Handler) -> None:
    """Says nothing as long as the test runs."""
    handler.zalo.closing.wait()


def closes(handler: Handler) -> None:
    """Ends the connection without a word."""
    handler.close_connection = True


@contextmanager
def zalo_server() -> Iterator[ZaloServer]:
    """A server until the block ends."""
    zalo = ZaloServer()

    class Bound(Handler):
        """Requests to this server."""

    class Server(ThreadingHTTPServer):
        """With room for many who call at once."""

        request_queue_size = 256

    Bound.zalo = zalo
    with Server(("127.0.0.1", 0), Bound) as server:
        server.daemon_threads = True
        zalo.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield zalo
        finally:
            zalo.closing.set()
            server.shutdown()
            thread.join()
