"""Plays transcripts over the platforms' own protocols: local servers, the real channels, inbox and service.

What a person does goes to the server of the platform, which brings it by polling or to our
webhook; what is compared is what arrived there. A message counts as answered when its
handling has ended: by then the platform has taken every reply.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.app import App
from bot.channels.contract import Address, Channel, ChannelName, Choice, FileOut, Incoming, Reply, Sender
from bot.channels.patience import Hooked, PatientChannel
from bot.channels.webhooks import WebhookServer
from bot.chat.dispatcher import Dispatcher
from bot.chat.inbox import Inbox
from bot.commands.serve import open_channels
from bot.menus.texts import load_texts
from bot.people.members import People
from bot.serving.serve import Service
from bot.settings import Settings
from bot.tracking.forgetting import forget_reminded
from tests.bot.chat.platforms import AtTerminal, OnTelegram, OnZalo, OnZaloOa, Platform
from tests.bot.chat.playing import Player
from tests.bot.memory_channel import Posted
from tests.servers import telegram_server as telegram
from tests.servers import zalo_server as zalo
from tests.servers.local import Arrival

IN_TIME = 20.0
"""Seconds after which a reply is not coming any more."""


@dataclass
class HttpPlayer(Player):
    """A `Player` whose messages go through the platforms.

    Attributes:
        platforms: those that run, by the name of their channel.
        arrivals: what arrived at all of them, in order.
        web: address of our web server.
        heard: messages whose handling has ended.
        service: the running service.
        opened: the channels as they are, without patience.
    """

    platforms: Mapping[ChannelName, Platform] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    web: str = ""
    heard: asyncio.Queue[Incoming] = field(default_factory=asyncio.Queue)
    opened: list[Channel] = field(default_factory=list)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _running: asyncio.Task[None] | None = None
    _server: WebhookServer | None = None
    _groups: dict[str, str] = field(default_factory=dict)
    _seen: int = 0

    def open(self) -> None:
        """Everything but the running of it, as `kehoach serve` puts it together."""
        given = {key: value for each in self.platforms.values() for key, value in each.settings(self.web).items()}
        self.app = App(Settings(home=self.home, **given), lambda: self.now)
        self.app.__dict__["to_pdf"] = None  # LibreOffice is not on every machine
        self.people = People(self.app.store, self.app.clock, self.app.directory, erase=forget_reminded)
        self.opened = opened = self._open_channels()
        channels = [PatientChannel(channel) for channel in opened]
        self.inbox = Inbox(self.app.store, self.app.clock)
        self.dispatcher = Dispatcher(self.app, self.people, load_texts(), self.app.clock, channels)
        self.service = Service(channels, self.inbox, self._handle, texts=load_texts())
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

    async def look_around(self) -> None:
        """What arrives of it is taken over."""
        await super().look_around()
        self.collect()

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

    def _name(self, address: Address) -> str:
        names = {chat: name for name, chat in self._groups.items()}
        name = names.get(address.chat)
        return f"#{name}@{address.channel.value}" if name else super()._name(address)

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
    file = FileOut(arrival.file, arrival.content) if arrival.file else None
    edits = arrival.id if arrival.edited else None
    return Posted(arrival.id, address, Reply(arrival.text, rows, edits=edits, file=file))


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


AnyPlayer = TypeVar("AnyPlayer", bound=HttpPlayer)


def playing(
    home: Path, play: Play, files: dict[str, bytes], *, people: Mapping[str, str] | None = None
) -> AbstractAsyncContextManager[HttpPlayer]:
    """A player that serves until the block ends.

    Args:
        people: ids that are given, by name and channel.
    """
    return playing_as(HttpPlayer, home, play, files, people=people)


@asynccontextmanager
async def playing_as(
    sort: type[AnyPlayer],
    home: Path,
    play: Play,
    files: dict[str, bytes],
    *,
    people: Mapping[str, str] | None = None,
) -> AsyncIterator[AnyPlayer]:
    """The same with a player of that sort."""
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
        player = sort(
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
