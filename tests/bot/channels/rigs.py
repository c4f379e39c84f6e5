"""Every channel with its platform behind it, handled in one way by the contract suite."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.channels.contract import Address, Channel, ChannelName
from bot.channels.telegram import TelegramChannel
from bot.clock import HANOI
from tests.servers import telegram_server as telegram

NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)


@dataclass
class Rig:
    """A started channel and the levers of its platform.

    Attributes:
        address: a person's chat.
        writes: the person writes; gives the id that `Incoming.update` must have.
        repeats: brings the last thing that was written once more.
        read: what the person has got, message by message, as it is printed.
        busy: the next message is refused for so many seconds.
        busy_later: the next message passes, the one after it is refused for so many seconds.
        fails: the next message meets a platform that is down.
        refuses: the next message is not accepted.
        blocks: the person blocks us.
        pauses: seconds that the channel has waited.
    """

    channel: Channel
    address: Address
    writes: Callable[[str], str]
    repeats: Callable[[], object]
    read: Callable[[], list[str]]
    busy: Callable[[int], None]
    busy_later: Callable[[int], None]
    fails: Callable[[], None]
    refuses: Callable[[], None]
    blocks: Callable[[], object]
    pauses: list[float]


Opening = Callable[[], AbstractAsyncContextManager[Rig]]


@asynccontextmanager
async def open_telegram() -> AsyncIterator[Rig]:
    """Telegram, polling."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    with telegram.telegram_server() as server:
        channel = TelegramChannel(telegram.TOKEN, server.url, lambda: NOW, poll_seconds=5, pause=pause)
        await channel.start()
        server.chats[7]  # has written to us before
        posting = server.faults["sendMessage"]
        yield Rig(
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


RIGS: dict[str, Opening] = {"telegram": open_telegram}
