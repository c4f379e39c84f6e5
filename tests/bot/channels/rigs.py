"""Every channel with its platform behind it, handled in one way by the contract suite."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

import httpx

from bot.channels.contract import Address, Channel, ChannelName
from bot.channels.oa_tokens import OaTokens, TokenPair
from bot.channels.telegram import TelegramChannel
from bot.channels.terminal import TerminalChannel
from bot.channels.webhooks import Hook
from bot.channels.zalo import ZaloChannel, ZaloClient
from bot.channels.zalo_oa import ZaloOaChannel, sign
from bot.clock import HANOI
from tests.servers import telegram_server as telegram
from tests.servers import zalo_server as zalo
from tests.servers.local import body_of

NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)


@dataclass
class Rig:
    """A started channel and who is at its other end.

    Attributes:
        address: a person's chat.
        writes: the person writes; gives the id that `Incoming.update` must have.
        read: what the person has got, message by message, as it is printed.
    """

    channel: Channel
    address: Address
    writes: Callable[[str], str]
    read: Callable[[], list[str]]


@dataclass
class PlatformRig(Rig):
    """A started channel and the levers of its platform.

    Attributes:
        repeats: brings the last thing that was written once more.
        busy: the next message is refused for so many seconds.
        busy_later: the next message passes, the one after it is refused for so many seconds.
        fails: the next message meets a platform that is down.
        refuses: the next message is not accepted.
        blocks: the person blocks us.
        pauses: seconds that the channel has waited.
    """

    repeats: Callable[[], object]
    busy: Callable[[int], None]
    busy_later: Callable[[int], None]
    fails: Callable[[], None]
    refuses: Callable[[], None]
    blocks: Callable[[], object]
    pauses: list[float]


Opening = Callable[[], AbstractAsyncContextManager[Rig]]
PlatformOpening = Callable[[], AbstractAsyncContextManager[PlatformRig]]


@asynccontextmanager
async def open_telegram() -> AsyncIterator[PlatformRig]:
    """Telegram, polling."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    with telegram.telegram_server() as server:
        channel = TelegramChannel(telegram.TOKEN, server.url, lambda: NOW, poll_seconds=5, pause=pause)
        await channel.start()
        server.chats[7]  # has written to us before
        posting = server.faults["sendMessage"]
        yield PlatformRig(
            channel,
            Address(ChannelName.TELEGRAM, "7"),
            writes=lambda text: str(server.writes(text)["update_id"]),
            repeats=lambda: server.repeats(server.pending[-1]),
            read=server.posted,
            busy=lambda seconds: posting.append(telegram.too_many(seconds)),
            busy_later=lambda seconds: posting.extend([None, telegram.too_many(seconds)]),
            fails=lambda: posting.append(telegram.bad_gateway),
            refuses=lambda: posting.append(telegram.refuses(400, "Bad Request: message is too long")),
            blocks=lambda: server.blocked.add(7),
            pauses=pauses,
        )
        await channel.close()


@asynccontextmanager
async def open_zalo() -> AsyncIterator[PlatformRig]:
    """Zalo's Bot Platform, polling."""
    with zalo.zalo_server() as server:
        pauses: list[float] = []
        channel = _zalo_channel(server, pauses)
        await channel.start()

        def writes(text: str) -> str:
            server.writes(text, len(server.updates) + 1)
            return f"message.text.received:m{len(server.updates)}"

        yield _zalo_rig(channel, server, pauses, writes, lambda: server.updates.append(server.updates[-1]))
        await channel.close()


@asynccontextmanager
async def open_zalo_webhook() -> AsyncIterator[PlatformRig]:
    """Zalo's Bot Platform, delivering."""
    with zalo.zalo_server() as server:
        pauses: list[float] = []
        channel = _zalo_channel(server, pauses, webhook="https://troly.phugiang.example/zalo")
        await channel.start()
        assert channel.hook is not None
        headers = {"x-bot-api-secret-token": _SECRET}
        posting = _Deliveries(channel.hook, lambda _: headers)

        def writes(text: str) -> str:
            number = posting.deliver({"ok": True, "result": zalo.update(text, posting.count + 1)})
            return f"message.text.received:m{number}"

        yield _zalo_rig(channel, server, pauses, writes, posting.repeat)
        await posting.close()
        await channel.close()


@asynccontextmanager
async def open_zalo_oa() -> AsyncIterator[PlatformRig]:
    """Zalo's Official Account, which only delivers."""
    with zalo.zalo_server() as server:
        pauses: list[float] = []
        http = httpx.AsyncClient(timeout=5)
        tokens = OaTokens(
            http, _Forgetful(), lambda: NOW, app_id=zalo.OA_APP, app_secret=zalo.OA_APP_SECRET,
            granted=zalo.FIRST_REFRESH, oauth=server.url,
        )  # fmt: skip
        channel = ZaloOaChannel(
            http,
            tokens,
            lambda: NOW,
            api=server.url,
            app_id=zalo.OA_APP,
            secret=zalo.OA_SECRET,
            pause=_noting(pauses),
        )
        await channel.start()
        posting = _Deliveries(
            channel.hook, lambda body: {"x-zevent-signature": "mac=" + sign(zalo.OA_APP, body, "17", zalo.OA_SECRET)}
        )

        def writes(text: str) -> str:
            message = {"text": text, "msg_id": f"m{posting.count + 1}"}
            event = {"event_name": "user_send_text", "timestamp": "17", "sender": {"id": "lan"}, "message": message}
            return f"user_send_text:m{posting.deliver(event)}"

        failing = server.faults["cs"]
        yield PlatformRig(
            channel,
            Address(ChannelName.ZALO_OA, "lan"),
            writes=writes,
            read=lambda: [text for _, text in server.sent],
            repeats=posting.repeat,
            busy=lambda seconds: failing.append(zalo.answers({"error": -32}, Retry_After=str(seconds))),
            busy_later=lambda seconds: failing.extend([None, zalo.answers({"error": -32}, Retry_After=str(seconds))]),
            fails=lambda: failing.append(zalo.breaks()),
            refuses=lambda: failing.append(zalo.answers({"error": -201, "message": "Params is invalid"})),
            blocks=lambda: server.gone.update(lan=-213),
            pauses=pauses,
        )
        await posting.close()
        await channel.close()


@asynccontextmanager
async def open_terminal() -> AsyncIterator[Rig]:
    """The terminal: nothing lies between it and the person."""
    source, out = _Keyboard(), _Screen()

    def writes(text: str) -> str:
        source.lines.append(f"{text}\n")
        return f"{NOW.isoformat()}:{len(source.lines)}"

    channel = TerminalChannel(source, out, lambda: NOW)
    await channel.start()
    yield Rig(channel, Address(ChannelName.TERMINAL, "terminal"), writes, lambda: out.messages)
    await channel.close()


PLATFORMS: Mapping[str, PlatformOpening] = {
    "telegram": open_telegram,
    "zalo": open_zalo,
    "zalo_webhook": open_zalo_webhook,
    "zalo_oa": open_zalo_oa,
}
RIGS: Mapping[str, Opening] = {**PLATFORMS, "terminal": open_terminal}

_SECRET = "mat-khau-webhook"


def _zalo_channel(server: zalo.ZaloServer, pauses: list[float], webhook: str | None = None) -> ZaloChannel:
    client = ZaloClient(zalo.TOKEN, server.url, 5)
    return ZaloChannel(
        client, lambda: NOW, webhook=webhook, secret=_SECRET, poll_seconds=5, pause=_noting(pauses)
    )  # fmt: skip


def _zalo_rig(
    channel: Channel,
    server: zalo.ZaloServer,
    pauses: list[float],
    writes: Callable[[str], str],
    repeats: Callable[[], object],
) -> PlatformRig:
    failing = server.faults["sendMessage"]
    return PlatformRig(
        channel,
        Address(ChannelName.ZALO, "lan"),
        writes=writes,
        read=lambda: [text for _, text in server.sent],
        repeats=repeats,
        busy=lambda seconds: failing.append(_too_many(seconds)),
        busy_later=lambda seconds: failing.extend([None, _too_many(seconds)]),
        fails=lambda: failing.append(zalo.breaks()),
        refuses=lambda: failing.append(zalo.answers(zalo.failure(400, "Bad Request"))),
        blocks=lambda: server.gone.update(lan=403),
        pauses=pauses,
    )


def _too_many(seconds: int) -> zalo.Fault:
    return zalo.answers(zalo.failure(429, "Too many", parameters={"retry_after": seconds}))


def _noting(pauses: list[float]) -> Callable[[float], Any]:
    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    return pause


class _Deliveries:
    """A platform that brings what people do, and waits for each to be taken."""

    def __init__(self, hook: Hook, headers: Callable[[bytes], Mapping[str, str]]) -> None:
        self.count = 0
        self._hook = hook
        self._headers = headers
        self._last: dict[str, Any] = {}
        self._tasks: list[asyncio.Task[Any]] = []

    def deliver(self, body: dict[str, Any]) -> int:
        """Brings it; gives its number."""
        self.count += 1
        self._last = body
        self.repeat()
        return self.count

    def repeat(self) -> None:
        """Brings the last one."""
        content = json.dumps(self._last).encode()
        self._tasks.append(asyncio.create_task(self._bring(content)))

    async def _bring(self, content: bytes) -> None:
        await self._hook.receive(self._headers(content), body_of(content))

    async def close(self) -> None:
        """Waits for nothing that nobody takes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class _Forgetful:
    """A token store for one process's life: that pairs outlive it is tested elsewhere."""

    def find(self, app_id: str) -> TokenPair | None:  # noqa: ARG002
        """Nothing is kept."""
        return None

    def put(self, app_id: str, pair: TokenPair) -> None:
        """Nothing is kept."""

    def turn(self, app_id: str) -> AbstractContextManager[None]:  # noqa: ARG002
        """There is no other process."""
        return nullcontext()


class _Keyboard(StringIO):
    """Lines as they are typed."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._at = 0

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # noqa: ARG002  (typeshed sees IOBase)
        """The next line."""
        self._at += 1
        return self.lines[self._at - 1] if self._at <= len(self.lines) else ""


class _Screen(StringIO):
    """What was written, message by message."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def write(self, text: str, /) -> int:
        """Shows a message."""
        self.messages.append(text.removesuffix("\n\n"))
        return len(text)
