"""A language-model server on the loopback that speaks two real protocols over real sockets.

`POST /v1/chat/completions` as OpenAI-compatible servers answer it, `POST /api/chat` as
Ollama does (a stream of JSON lines). What it says, and how it fails, is told per request:
the n-th request gets the n-th behaviour, later ones the last.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

loopback = pytest.mark.allow_hosts(["127.0.0.1"])
"""For tests that talk to the server: its address alone may be reached."""

DRIP = 0.02
"""Seconds between the bytes of a server that is alive and never done."""


@dataclass
class Request:
    """What the server was sent."""

    path: str
    authorization: str | None
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """The text that the model was given."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])


@dataclass
class LlmServer:
    """A running server.

    Attributes:
        closing: set when the test is over; behaviours that hang wait for it.
    """

    url: str
    script: list[Behaviour]
    requests: list[Request] = field(default_factory=list)
    closing: Event = field(default_factory=Event)

    def next_behaviour(self) -> Behaviour:
        """What the request that came last gets."""
        return self.script[min(len(self.requests), len(self.script)) - 1]


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    llm: LlmServer

    def do_POST(self) -> None:
        """Records the request and does what the script says."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.llm.requests.append(Request(self.path, self.headers.get("Authorization"), body))
        self.llm.next_behaviour()(self)

    def send(self, body: bytes, status: int = 200, length: int | None = None) -> None:
        """A whole reply, or with another `length` than its own one that breaks off."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def in_protocol(self, text: str | None) -> bytes:
        """`text` as the protocol of this request carries it."""
        model = "mau"
        if self.path == "/api/chat":
            lines = [
                {"model": model, "created_at": "2026-11-20T01:00:00Z", "done": False,
                 "message": {"role": "assistant", "content": text}},
                {"model": model, "created_at": "2026-11-20T01:00:01Z", "done": True, "done_reason": "stop",
                 "message": {"role": "assistant", "content": ""}},
            ]  # fmt: skip
            return b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        usage = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}
        reply = {"id": "1", "object": "chat.completion", "created": 1, "model": model, "choices": [choice]}
        return json.dumps({**reply, "usage": usage}).encode()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests look at `requests`."""


Behaviour = Callable[[Handler], None]


def says(text: str | None) -> Behaviour:
    """Answers with this text."""
    return lambda handler: handler.send(handler.in_protocol(text))


def fails(status: int, message: str = "broken") -> Behaviour:
    """Answers with an error."""
    return lambda handler: handler.send(json.dumps({"error": {"message": message}}).encode(), status)


def sends(body: bytes) -> Behaviour:
    """Answers 200 with whatever bytes."""
    return lambda handler: handler.send(body)


def breaks_off(text: str) -> Behaviour:
    """Promises a whole reply and sends half of it."""

    def behave(handler: Handler) -> None:
        body = handler.in_protocol(text)
        handler.send(body[: len(body) // 2], length=len(body))

    return behave


def hangs(handler: Handler) -> None:
    """Says nothing as long as the test runs."""
    handler.llm.closing.wait()


def drips(handler: Handler) -> None:
    """Sends a byte now and then: no time between two bytes is long, the reply never ends."""
    handler.send(b"", length=1_000_000)
    while not handler.llm.closing.wait(DRIP):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return


@contextmanager
def llm_server(*script: Behaviour) -> Iterator[LlmServer]:
    """A server that behaves as told, until the block ends."""

    class Bound(Handler):
        """Connections of this server."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Bound) as server:
        server.daemon_threads = True
        llm = LlmServer(f"http://127.0.0.1:{server.server_address[1]}", list(script))
        Bound.llm = llm
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield llm
        finally:
            llm.closing.set()
            server.shutdown()
            thread.join()
