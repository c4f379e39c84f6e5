"""The listener for webhooks, over real sockets."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from bot.channels.webhooks import LONGEST_BODY, Body, Hook, WebhookServer
from bot.channels.zalo import ZaloChannel, ZaloClient
from knowledge.errors import KehoachError
from tests.servers.zalo_server import update

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SECRET = "mat-khau-webhook"
IN_TIME = 10.0


async def echo(headers: Mapping[str, str], body: Body) -> HTTPStatus:
    """Accepts a body that its header announces; without one it does not look."""
    if "x-expected" not in headers:
        return HTTPStatus.UNAUTHORIZED
    return HTTPStatus.OK if headers["x-expected"].encode() == await body() else HTTPStatus.FORBIDDEN


@pytest.fixture
async def server() -> AsyncIterator[WebhookServer]:
    """Listening, with one hook."""
    running = WebhookServer("127.0.0.1", 0, [Hook("/chao", echo)])
    await running.start()
    yield running
    await running.close()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/chao", b"1", HTTPStatus.OK),
        ("POST", "/chao", b"2", HTTPStatus.FORBIDDEN),
        ("GET", "/chao", b"", HTTPStatus.METHOD_NOT_ALLOWED),
        ("POST", "/la", b"1", HTTPStatus.NOT_FOUND),
        ("POST", "/chao", b"1" * (LONGEST_BODY + 1), HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    ],
)
async def test_answers(server: WebhookServer, method: str, path: str, body: bytes, status: HTTPStatus) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        response = await client.request(method, path, content=body, headers={"X-Expected": "1"})
    assert (response.status_code, response.content) == (status, b"")


async def test_a_delivery_under_way_is_answered_before_the_end() -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_headers: Mapping[str, str], _body: Body) -> HTTPStatus:
        arrived.set()
        await go_on.wait()
        return HTTPStatus.OK

    server = WebhookServer("127.0.0.1", 0, [Hook("/", slow)])
    await server.start()
    async with httpx.AsyncClient() as client:
        delivery = asyncio.create_task(client.post(f"http://127.0.0.1:{server.port}/"))
        await arrived.wait()
        closing = asyncio.create_task(server.close())
        go_on.set()
        assert (await delivery).status_code == HTTPStatus.OK
        await closing


HEAD = b"POST /chao HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nX-Expected: 123456789\r\n"
BARE = HEAD.replace(b"X-Expected: 123456789\r\n", b"")
SLOW = [
    ("nothing", b"", b""),
    ("half a head", HEAD, b""),
    ("half a body", HEAD + b"\r\n12345", b""),
    ("no secret and half a body", BARE + b"\r\n12345", b"HTTP/1.1 401 Unauthorized"),
]


@pytest.mark.parametrize(("said", "heard"), [each[1:] for each in SLOW], ids=[each[0] for each in SLOW])
async def test_who_does_not_end_a_request_is_cut_off_and_holds_nobody(said: bytes, heard: bytes) -> None:
    """Byte after byte keeps no connection open; without the secret the answer does not wait for the body."""
    server = WebhookServer("127.0.0.1", 0, [Hook("/chao", echo)], within=0.3)
    await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(said)

    async def drip() -> None:
        while said:
            writer.write(b"x" if b"\r\n\r\n" not in said else b"")
            await writer.drain()
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    async with asyncio.timeout(IN_TIME), httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as other:
        assert (await other.post("/chao", content=b"1", headers={"X-Expected": "1"})).status_code == HTTPStatus.OK
        answer = b""
        with suppress(ConnectionError):
            while piece := await reader.read(65_536):
                answer += piece
        assert answer.partition(b"\r\n")[0] == heard
    dripping.cancel()
    await asyncio.gather(dripping, return_exceptions=True)
    writer.close()
    await server.close()


async def test_a_secret_is_asked_for_before_the_body_is_sent() -> None:
    """A client that waits to be told to go on is not told."""
    server = WebhookServer("127.0.0.1", 0, [Hook("/chao", echo)])
    await server.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(BARE + b"Expect: 100-continue\r\n\r\n")
    async with asyncio.timeout(IN_TIME):
        assert (await reader.readline()).startswith(b"HTTP/1.1 401")
    writer.close()
    await server.close()


async def test_zalo_over_http(caplog: pytest.LogCaptureFixture) -> None:
    """Genuine deliveries are answered once they are taken; of forged ones no word is logged."""
    bot = ZaloChannel(
        ZaloClient("1:x", "http://127.0.0.1:1", 1), lambda: NOW, webhook="https://a.example", secret=SECRET
    )
    assert bot.hook is not None
    body = json.dumps(update("câu hỏi kín")).encode()
    server = WebhookServer("127.0.0.1", 0, [bot.hook])
    await server.start()
    source = bot.updates()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as zalo:
        for headers in ({}, {"X-Bot-Api-Secret-Token": "gia-mao-webhook"}):
            await zalo.post("/zalo", content=body, headers=headers)
        true = {"X-Bot-Api-Secret-Token": SECRET}
        first, second = (asyncio.create_task(zalo.post("/zalo", content=body, headers=true)) for _ in range(2))
        assert [(await anext(source)).text for _ in range(2)] == ["câu hỏi kín"] * 2
        done, waiting = await asyncio.wait([first, second], return_when=asyncio.FIRST_COMPLETED)
        assert [task.result().status_code for task in done] == [HTTPStatus.OK]
        for task in waiting:
            task.cancel()
    await server.close()
    await bot.close()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        "webhook /zalo: a delivery was refused with 401",
        "webhook /zalo: a delivery was refused with 403",
    ]
    assert "kín" not in caplog.text


async def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(KehoachError) as caught:
            await WebhookServer("127.0.0.1", port, []).start()
    assert caught.value.sentence == f"Không mở được cổng {port} trên 127.0.0.1."


async def test_a_long_body_has_as_long_as_it_goes_on_coming() -> None:
    """A scanned paper that is sent to the page takes longer than a delivery may."""
    read = bytearray()

    async def page(_scope: Any, receive: Any, send: Any) -> None:
        while (part := await receive()).get("more_body"):
            read.extend(part["body"])
        read.extend(part["body"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b"x" * 200_000
            await asyncio.sleep(0.1)

    server = WebhookServer("127.0.0.1", 0, [], within=0.4, page=page)
    await server.start()
    async with asyncio.timeout(IN_TIME), httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        assert (await client.post("/ke-hoach/nap", content=pieces())).status_code == HTTPStatus.OK
    assert len(read) == 2_400_000
    await server.close()
