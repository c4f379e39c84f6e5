"""Plays transcripts over the platforms' own protocols: local servers, the real channels, inbox and service.

What a person does goes to the server of the platform, which brings it by polling or to our
webhook; what is compared is what arrived there. A message counts as answered when its
handling has ended: by then the platform has taken every reply.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from queue import Queue
from typing import Any, Protocol

from bot.app import App
from bot.channels.contract import Address, Channel, ChannelName, Choice, Incoming, Reply, Sender
from bot.channels.terminal import PERSON, TerminalChannel
from bot.channels.webhooks import WebhookServer
from bot.commands.serve import Hooked, open_channels
from bot.conversation.dispatcher import Dispatcher
from bot.conversation.texts import load_texts
from bot.inbox import Inbox
from bot.patience import PatientChannel
from bot.people.members import People
from bot.serve import Service
from bot.settings import Settings
from tests.bot.conversation.playing import Player
from tests.bot.memory_channel import Posted
from tests.servers import telegram_server as telegram
from tests.servers import zalo_server as zalo
from tests.servers.local import Arrival

IN_TIME = 20.0
"""Seconds after which a reply is not coming any more."""
ZALO_SECRET = "mat-khau-webhook"


class Platform(Protocol):
    """A platform with its people.

    Attributes:
        groups, files: whether people can write in groups, and send files.
    """

    name: ChannelName
    groups: bool
    files: bool

    def settings(self, web: str) -> dict[str, Any]:
        """What makes us serve it; `web` is the address of our web server."""

    def know(self, sender: Sender) -> None:
        """This person has opened a chat with us before."""

    def bring(self, incoming: Incoming, pictured: bytes | None) -> None:
        """A person does what `incoming` tells; comes back when we have taken it. Blocks.

        Args:
            pictured: content of the file, where one is sent.
        """

    def leave(self) -> None:
        """Our process has ended, or cannot be reached any more."""


@dataclass
class OnTelegram:
    """Telegram; the server keeps its updates until they are confirmed."""

    server: telegram.TelegramServer
    webhook: bool = False
    name = ChannelName.TELEGRAM
    groups = True
    files = True

    def settings(self, web: str) -> dict[str, Any]:
        """By polling, or with a secret that the channel makes."""
        given = {"telegram_token": telegram.TOKEN, "telegram_api": self.server.url}
        return {**given, "telegram_webhook": f"{web}/telegram"} if self.webhook else given

    def know(self, sender: Sender) -> None:
        """Pressed Start."""
        self.server.chats[int(sender.id)]

    def bring(self, incoming: Incoming, pictured: bytes | None) -> None:
        """A message, a press or a document."""
        who = int(incoming.sender.id)
        chat = telegram.group(int(incoming.address.chat)) if incoming.group else None
        from_ = {**telegram.person(who), "first_name": incoming.sender.name}
        common: dict[str, Any] = {"from": from_, "date": int(incoming.at.timestamp())}
        if incoming.pressed is not None:
            self.server.presses(incoming.pressed, int(incoming.pressed_on or 0), who, chat)
        elif incoming.file is not None:
            if chat:
                common["reply_to_message"] = _OURS
            update = self.server.sends_file(incoming.file.name, pictured or b"", who, chat=chat, **common)
            if pictured is None:
                del self.server.files[update["message"]["document"]["file_id"]]
        else:
            self.server.writes(chat=chat, who=who, **common, **_as_typed(incoming))
        self.server.wait(lambda: not self.server.pending)

    def leave(self) -> None:
        """Nothing: what was not confirmed stays."""


_OURS = {
    "message_id": 5,
    "date": telegram.BEGAN,
    "from": telegram.US,
    "chat": telegram.group(),
    "text": "Hạn: 31/3",
}
"""A message of ours in a group, to be answered."""


def _as_typed(incoming: Incoming) -> dict[str, Any]:
    """A text; in a group that is for us, with our name in it, or as an answer to us."""
    mention = f"@{telegram.US['username']}"
    text = incoming.text.replace("@tro_ly", mention)
    if text.startswith(mention):
        return {"text": text, "entities": [{"type": "mention", "offset": 0, "length": len(mention)}]}
    if incoming.group and incoming.addressed and not text.startswith("/"):
        return {"text": text, "reply_to_message": _OURS}
    return {"text": text}


@dataclass
class OnZalo:
    """Zalo's Bot Platform; a group's talk comes only where we are named in it."""

    server: zalo.ZaloServer
    webhook: bool = False
    name = ChannelName.ZALO
    groups = True
    files = False
    _count: int = 0

    def settings(self, web: str) -> dict[str, Any]:
        """By polling, or by the webhook."""
        given = {"zalo_token": zalo.TOKEN, "zalo_api": self.server.url}
        return {**given, "zalo_webhook": f"{web}/zalo", "zalo_secret": ZALO_SECRET} if self.webhook else given

    def know(self, sender: Sender) -> None:
        """Nothing: anybody can be written to."""

    def bring(self, incoming: Incoming, pictured: bytes | None) -> None:  # noqa: ARG002  (it has no files)
        """A text."""
        if incoming.group and not incoming.addressed:
            return
        self._count += 1
        kind = "GROUP" if incoming.group else "PRIVATE"
        self.server.writes(
            incoming.text.replace("@tro_ly", "@Bot Trợ lý"),
            self._count,
            sender={"id": incoming.sender.id, "display_name": incoming.sender.name, "is_bot": False},
            chat={"id": incoming.address.chat, "chat_type": kind},
            date=int(incoming.at.timestamp() * 1000),
        )
        self.server.wait(lambda: not self.server.updates)

    def leave(self) -> None:
        """A poll that still waits would take an update with it."""
        self.server.end_polls()


@dataclass
class OnZaloOa:
    """A Zalo Official Account: no groups, no names of people; files are told of but not taken."""

    server: zalo.ZaloServer
    name = ChannelName.ZALO_OA
    groups = False
    files = False
    _count: int = 0

    def settings(self, web: str) -> dict[str, Any]:
        """An app, an account and the first refresh token; the webhook is set on the platform's pages."""
        self.server.oa_webhook = f"{web}/zalo-oa"
        return {
            "oa_app_id": zalo.OA_APP,
            "oa_app_secret": zalo.OA_APP_SECRET,
            "oa_secret": zalo.OA_SECRET,
            "oa_refresh_token": zalo.FIRST_REFRESH,
            "oa_api": self.server.url,
            "oa_oauth": self.server.url,
        }

    def know(self, sender: Sender) -> None:
        """Nothing: followers within their seven days can be written to."""

    def bring(self, incoming: Incoming, pictured: bytes | None) -> None:  # noqa: ARG002  (none is taken)
        """A text."""
        self._count += 1
        event = zalo.oa_event(incoming.text, self._count, user=incoming.sender.id)
        self.server.oa_brings({**event, "timestamp": str(int(incoming.at.timestamp() * 1000))})
        self.server.wait(lambda: not self.server.events)

    def leave(self) -> None:
        """Nothing: a webhook that is gone is called again."""


@dataclass
class AtTerminal:
    """One person at a screen; an end of the input ends the program."""

    arrivals: list[Arrival]
    name = ChannelName.TERMINAL
    groups = False
    files = False
    keyboard: _Keyboard = field(default_factory=lambda: _Keyboard())

    def settings(self, web: str) -> dict[str, Any]:  # noqa: ARG002  (nothing is delivered)
        """Nothing: whoever opens the channel gives it its streams."""
        return {}

    def open(self, app: App) -> TerminalChannel:
        """The channel, with a new keyboard."""
        self.keyboard = _Keyboard()
        return TerminalChannel(self.keyboard, _Screen(self.arrivals), app.clock)

    def know(self, sender: Sender) -> None:
        """Nothing."""

    def bring(self, incoming: Incoming, pictured: bytes | None) -> None:  # noqa: ARG002  (it has no files)
        """A line."""
        self.keyboard.lines.put(f"{incoming.text}\n")

    def leave(self) -> None:
        """Ends the input, which the channel waits for in a thread."""
        self.keyboard.lines.put("")


class _Keyboard(StringIO):
    """Lines as they are typed."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: Queue[str] = Queue()

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # noqa: ARG002  (typeshed sees IOBase)
        """The next line, when it is typed."""
        return self.lines.get()


class _Screen(StringIO):
    """What is written, message by message."""

    def __init__(self, arrivals: list[Arrival]) -> None:
        super().__init__()
        self._arrivals = arrivals

    def write(self, text: str, /) -> int:
        """Shows a message."""
        shown = Arrival("terminal", PERSON, str(len(self._arrivals)), text.removesuffix("\n\n"))
        self._arrivals.append(shown)
        return len(text)


@dataclass
class HttpPlayer(Player):
    """A `Player` whose messages go through the platforms.

    Attributes:
        platforms: those that run, by the name of their channel.
        arrivals: what arrived at all of them, in order.
        web: address of our web server.
        heard: messages whose handling has ended.
        service: the running service.
    """

    platforms: Mapping[ChannelName, Platform] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    web: str = ""
    heard: asyncio.Queue[Incoming] = field(default_factory=asyncio.Queue)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _running: asyncio.Task[None] | None = None
    _server: WebhookServer | None = None
    _groups: dict[str, str] = field(default_factory=dict)
    _seen: int = 0

    def open(self) -> None:
        """Everything but the running of it, as `kehoach serve` puts it together."""
        given = {key: value for each in self.platforms.values() for key, value in each.settings(self.web).items()}
        self.app = App(Settings(home=self.home, **given), lambda: self.now)
        self.people = People(self.app.store, self.app.clock, self.app.directory)
        opened = self._open_channels()
        channels = [PatientChannel(channel) for channel in opened]
        self.inbox = Inbox(self.app.store, self.app.clock)
        self.dispatcher = Dispatcher(self.app, self.people, load_texts(), self.app.clock, channels)
        self.service = Service(channels, self.inbox, self._handle)
        hooks = [channel.hook for channel in opened if isinstance(channel, Hooked) and channel.hook]
        self._server = WebhookServer("127.0.0.1", int(self.web.rpartition(":")[2]), hooks)
        self._stop = asyncio.Event()

    async def start(self) -> None:
        """Begins to serve."""
        assert self._server is not None
        await self._server.start()
        self._running = asyncio.create_task(self.service.run(self._stop))

    async def stop(self) -> None:
        """Ends as a process does that is told to stop."""
        self._stop.set()
        for each in self.platforms.values():
            each.leave()
        if self._running is not None:
            await self._running
        if self._server is not None:
            await self._server.close()
        self.app.close()

    async def restart(self) -> None:
        """The program ends and starts again."""
        await self.stop()
        self.open()
        await self.start()

    async def bring(self, incoming: Incoming) -> None:
        """Brings what a person did over the platform; comes back when it has been answered."""
        platform = self.platforms[incoming.address.channel]
        content = self.files.get(incoming.file.name) if incoming.file else None
        async with asyncio.timeout(IN_TIME):
            await asyncio.to_thread(platform.bring, incoming, content)
            if incoming.addressed:
                await self.heard.get()
        self.collect()

    async def after(self, act: Callable[[], object], handled: int = 1) -> list[Posted]:
        """What arrives when something has been done on a platform and its messages have been handled."""
        before = len(self.arrivals)
        async with asyncio.timeout(IN_TIME):
            await asyncio.to_thread(act)
            for _ in range(handled):
                await self.heard.get()
        self.collect()
        return [_posted(arrival) for arrival in self.arrivals[before:]]

    def collect(self) -> None:
        """Takes over what has arrived."""
        for arrival in self.arrivals[self._seen :]:
            self.posted.append(_posted(arrival))
        self._seen = len(self.arrivals)

    def know(self, sender: Sender) -> None:
        """Opens a chat."""
        self.platforms[sender.channel].know(sender)

    def chat_in(self, sender: Sender, group: str | None) -> Address:
        """Telegram's groups have negative numbers."""
        if group and sender.channel is ChannelName.TELEGRAM:
            group = self._groups.setdefault(group, str(-1001 - len(self._groups)))
        return super().chat_in(sender, group)

    def _open_channels(self) -> list[Channel]:
        terminal = self.platforms.get(ChannelName.TERMINAL)
        if isinstance(terminal, AtTerminal):
            return [terminal.open(self.app)]
        return open_channels(self.app)

    async def _handle(self, incoming: Incoming, channel: Channel) -> None:
        try:
            await self.dispatcher.handle(incoming, channel)
        finally:
            self.heard.put_nowait(incoming)


def _posted(arrival: Arrival) -> Posted:
    rows = tuple(tuple(Choice(label, data) for label, data in row) for row in arrival.buttons)
    address = Address(ChannelName(arrival.platform), arrival.chat)
    return Posted(arrival.id, address, Reply(arrival.text, rows, edits=arrival.id if arrival.edited else None))


@dataclass(frozen=True)
class Play:
    """A way to play transcripts.

    Attributes:
        moved: channels of the transcript whose people are on another one here.
        polled, hooked: channels that run, by polling and by webhook.
    """

    moved: Mapping[str, str] = field(default_factory=dict)
    polled: tuple[ChannelName, ...] = ()
    hooked: tuple[ChannelName, ...] = ()


@asynccontextmanager
async def playing(
    home: Path, play: Play, files: dict[str, bytes], *, people: Mapping[str, str] | None = None
) -> AsyncIterator[HttpPlayer]:
    """A player that serves until the block ends.

    Args:
        people: ids that are given, by name and channel.
    """
    with ExitStack() as stack:
        bot_api = stack.enter_context(telegram.telegram_server(delivers=True))
        zalos = stack.enter_context(zalo.zalo_server(delivers=True))
        arrivals: list[Arrival] = []
        bot_api.arrivals = zalos.arrivals = arrivals
        zalos.poll_seconds = 10.0
        make: dict[ChannelName, Callable[[bool], Platform]] = {
            ChannelName.TELEGRAM: lambda hooked: OnTelegram(bot_api, hooked),
            ChannelName.ZALO: lambda hooked: OnZalo(zalos, hooked),
            ChannelName.ZALO_OA: lambda _: OnZaloOa(zalos),
            ChannelName.TERMINAL: lambda _: AtTerminal(arrivals),
        }
        platforms = {name: make[name](name in play.hooked) for name in (*play.polled, *play.hooked)}
        player = HttpPlayer(
            home,
            ChannelName.TELEGRAM in platforms,
            files,
            platforms=platforms,
            arrivals=arrivals,
            web=free_address(),
            _ids=dict(people or {}),
        )
        await player.start()
        try:
            yield player
        finally:
            await player.stop()


def free_address() -> str:
    """Where our web server may listen."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
