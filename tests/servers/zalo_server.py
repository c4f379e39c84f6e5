"""Zalo on the loopback: the Bot Platform and the Official Account's two servers, over real sockets.

It keeps to what the platform's pages say: HTTP 200 with `ok: false` or an `error`, one update a
poll, 2,000 characters, single-use refresh tokens; what comes to a webhook is signed and comes
again until it is answered with 200. How it fails besides is put into `faults`
before the request that is to meet it.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from threading import Condition, Event, Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.servers.local import Arrival, Courier, Delivery, LocalServer

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
        updates: what people did, brought by the next polls or to the webhook.
        events: what people did on the Official Account, brought to its webhook.
        webhook: address and secret that the Bot Platform was told.
        oa_webhook: address as it is set on the Official Account's own pages.
        faults: by method ("sendMessage", "cs", "access_token"), for its next requests; None
            lets one pass.
        calls: methods and what came with them, in order.
        sent: chat and text of each message that was taken.
        refresh: the one refresh token that works; access tokens that work are in `accesses`.
        arrivals: the same, with the platform of each; may be shared with other platforms.
        poll_seconds: how long a poll waits at most; shortened, as most tests want nothing to come.
        gone: chats that have blocked us, by the code they answer with.
        changed: told of every update, call and delivery.
        bot_courier, oa_courier: bring what waits to the webhooks.
        local: the port; it can go away and come back.
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
    changed: Condition = field(default_factory=Condition)
    events: deque[Json] = field(default_factory=deque)
    webhook: tuple[str, str] | None = None
    oa_webhook: str = ""
    arrivals: list[Arrival] = field(default_factory=list)
    poll_seconds: float = 0.05
    _ended: int = 0
    bot_courier: Courier | None = None
    oa_courier: Courier | None = None
    local: LocalServer | None = None

    def writes(self, text: str, number: int = 1, **more: Any) -> None:
        """A person writes to the bot."""
        self.brings(update(text, number, **more))

    def brings(self, *updates: Json) -> None:
        """Brings updates to the bot in this order."""
        with self.changed:
            self.updates.extend(updates)
            self.changed.notify_all()

    def end_polls(self) -> None:
        """Answers every poll that waits: whoever asked is gone, and must take nothing along."""
        with self.changed:
            self._ended += 1
            self.changed.notify_all()

    def next_update(self) -> Json | None:
        """What answers a poll, gone with its answer; None when nobody wrote."""
        with self.changed:
            before = self._ended
            over = lambda: self.updates or self.closing.is_set() or self._ended > before  # noqa: E731
            self.changed.wait_for(over, self.poll_seconds)
            return self.updates.popleft() if self.updates and self._ended == before else None

    def oa_brings(self, *events: Json) -> None:
        """Brings events of the Official Account in this order."""
        with self.changed:
            self.events.extend(events)
            self.changed.notify_all()

    def wait(self, until: Callable[[], Any], seconds: float = 10.0) -> Any:
        """Blocks until something is so; gives it."""
        with self.changed:
            if not self.changed.wait_for(until, seconds):
                raise AssertionError(f"not within {seconds} s")
            return until()

    def delivery(self, body: Json, secret: str | None = None) -> Delivery:
        """An update as it is posted to the bot's webhook that was set."""
        assert self.webhook is not None
        address, own = self.webhook
        content = json.dumps({"ok": True, "result": body}).encode()
        return Delivery(address, content, {"X-Bot-Api-Secret-Token": own if secret is None else secret})

    def oa_delivery(self, event: Json, secret: str = OA_SECRET) -> Delivery:
        """An event as it is posted to the Official Account's webhook, signed."""
        content = json.dumps(event).encode()
        told = OA_APP.encode() + content + str(event.get("timestamp", "")).encode() + secret.encode()
        signature = f"mac={hashlib.sha256(told).hexdigest()}"
        return Delivery(self.oa_webhook, content, {"X-ZEvent-Signature": signature})

    def next_delivery(self) -> tuple[Delivery, Callable[[], None]] | None:
        """For the bot's courier."""
        if not self.webhook or not self.updates:
            return None
        first = self.updates[0]
        return self.delivery(first), lambda: self.updates.remove(first)

    def next_oa_delivery(self) -> tuple[Delivery, Callable[[], None]] | None:
        """For the Official Account's courier."""
        if not self.oa_webhook or not self.events:
            return None
        first = self.events[0]
        return self.oa_delivery(first), lambda: self.events.remove(first)

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


def oa_event(
    text: str | None, number: int = 1, *, user: str = "lan", name: str = "user_send_text", **message: Any
) -> Json:
    """A delivery as the Official Account shapes it."""
    content: Json = {"msg_id": f"m{number}", **message}
    if text is not None:
        content["text"] = text
    return {
        "app_id": OA_APP,
        "event_name": name,
        "timestamp": str(1_795_140_000_000 + number),
        "sender": {"id": user},
        "recipient": {"id": "4590"},
        "message": content,
    }


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
        with self.zalo.changed:
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
                found = self.zalo.next_update()
                return failure(408, "Request timeout") if found is None else {"ok": True, "result": found}
            case "sendMessage":
                return self._take(body)
            case "setWebhook":
                with self.zalo.changed:
                    self.zalo.webhook = body["url"], body["secret_token"]
                    self.zalo.changed.notify_all()
                return {"ok": True, "result": {}}
            case "deleteWebhook":
                self.zalo.webhook = None
                return {"ok": True, "result": {}}
            case "sendChatAction":
                return {"ok": True, "result": {}}
            case _:
                return failure(404, "Not Found")

    def _take(self, body: Json) -> Json:
        if body["chat_id"] in self.zalo.gone:
            return failure(self.zalo.gone[body["chat_id"]], "Forbidden")
        if not 1 <= len(body["text"]) <= LENGTH:
            return failure(400, "Bad Request: text length")
        return {"ok": True, "result": {"message_id": self._keep("zalo", body["chat_id"], body["text"]), "date": 1}}

    def _take_oa(self, body: Json) -> Json:
        user, text = body["recipient"]["user_id"], body["message"]["text"]
        if self.headers["access_token"] not in self.zalo.accesses:
            return {"error": -216, "message": "Access token is invalid"}
        if user in self.zalo.gone:
            return {"error": self.zalo.gone[user], "message": "refused"}
        if not 1 <= len(text) <= LENGTH:
            return {"error": -210, "message": "Message exceeds the maximum length"}
        number = self._keep("zalo_oa", user, text)
        return {"error": 0, "message": "Success", "data": {"message_id": number, "user_id": user}}

    def _keep(self, platform: str, chat: str, text: str) -> str:
        with self.zalo.changed:
            self.zalo.sent.append((chat, text))
            number = f"s{len(self.zalo.sent)}"
            self.zalo.arrivals.append(Arrival(platform, chat, number, text))
            self.zalo.changed.notify_all()
            return number

    def _grant(self, body: Json) -> Json:
        """A refresh token works once; the access token before stays good until it ends."""
        known = self.headers["secret_key"] == OA_APP_SECRET and body["app_id"] == OA_APP
        with self.zalo.changed:
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
def zalo_server(*, delivers: bool = False) -> Iterator[ZaloServer]:
    """A server until the block ends.

    Args:
        delivers: brings what people do to the webhooks that are set.
    """
    zalo = ZaloServer()

    class Bound(Handler):
        """Requests to this server."""

    Bound.zalo = zalo
    zalo.local = local = LocalServer(Bound)
    zalo.url = local.url
    zalo.bot_courier = Courier(zalo.changed, zalo.closing, zalo.next_delivery)
    zalo.oa_courier = Courier(zalo.changed, zalo.closing, zalo.next_oa_delivery)
    bringing = [Thread(target=courier.run) for courier in (zalo.bot_courier, zalo.oa_courier)] if delivers else []
    for thread in bringing:
        thread.start()
    try:
        yield zalo
    finally:
        zalo.closing.set()
        with zalo.changed:
            zalo.changed.notify_all()
        local.go_away()
        for thread in bringing:
            thread.join()
