"""Telegram, through python-telegram-bot's `Bot`.

Its `Application` is not used: it tells Telegram that an update was received before anything
is done with it. Here the offset moves, and a webhook is answered, when the update was taken.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from hmac import compare_digest
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr
from telegram import Update, User
from telegram.constants import ChatAction
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.channels.backoff import Outage
from bot.channels.contract import (
    Address,
    Capabilities,
    ChannelError,
    ChannelName,
    FileIn,
    Incoming,
    RefusedError,
    Reply,
    Sent,
    TokenError,
)
from bot.channels.handover import Handover
from bot.channels.telegram_bot import TelegramBot, make_bot
from bot.channels.telegram_errors import WRONG_TOKEN, from_telegram
from bot.channels.telegram_format import LENGTH
from bot.channels.telegram_pace import PER_SECOND, Pace
from bot.channels.telegram_sending import Moved, Pause, Sending
from bot.channels.telegram_updates import WANTED, keep_readable, read_update
from bot.channels.webhooks import Body, Hook, with_path
from bot.clock import Clock
from knowledge.errors import KehoachError

LARGEST_IN = 20_000_000
"""Bytes of a file that Telegram lets us fetch."""
POLL_SECONDS = 30
HOOK_PATH = "/telegram"
"""Where the public address names no path of its own."""
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  (the name of a header)
_TAKEN_WITHIN = 20.0
"""Seconds that a delivery waits to be taken; then Telegram is to bring it again."""
_SECRET = r"[A-Za-z0-9_-]{1,256}"  # noqa: S105  (their forms, not themselves)
_TOKEN = r"[0-9]+:[A-Za-z0-9_-]+"  # noqa: S105
"""What @BotFather gives; anything else cannot stand in an address."""
_ALBUMS = 100
"""Albums that are remembered: their pictures come one by one, close together."""

TOO_LARGE = "Tệp lớn hơn 20 MB nên không tải về được qua Telegram."
GONE = "Không tải được tệp từ Telegram; xin gửi lại."

log = logging.getLogger(__name__)


class TelegramChannel:
    """The channel.

    Args:
        api: address of the Bot API, Telegram's own or a local server's.
        webhook: public HTTPS address to have updates delivered to; polling when None.
        secret: what Telegram sends with every delivery; made from the token when empty, so that what
            is delivered in the moment of a restart is known for genuine.
        per_second: messages sent in all.
        moved: told of groups that became supergroups, with the old address and the new one.
        pause: waits; an argument for tests.
    """

    name = ChannelName.TELEGRAM
    capabilities = Capabilities(
        buttons=True, editing=True, files_in=True, files_out=True, typing=True, length=LENGTH, phones=True
    )

    def __init__(
        self,
        token: str,
        api: str,
        clock: Clock,
        *,
        webhook: str | None = None,
        secret: str = "",
        per_second: float = PER_SECOND,
        poll_seconds: int = POLL_SECONDS,
        moved: Moved = lambda _old, _new: None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._pace = Pace(per_second)
        self._bot, self._requests = make_bot(token, api, self._pace)
        self._clock = clock
        self._sending = Sending(self._bot, pause, moved)
        self._webhook = with_path(webhook, HOOK_PATH) if webhook else None
        self._secret = secret or _secret_from(token)
        self._poll_seconds = poll_seconds
        self._pause = pause
        self.outage = Outage("getUpdates", log)
        self._handover = Handover(_TAKEN_WITHIN)
        self._us: User | None = None
        self._albums: deque[str] = deque(maxlen=_ALBUMS)
        self._behind: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Checks the token, then sets or removes the webhook; what waits at Telegram stays there."""
        with _our_errors():
            self._us = await self._bot.get_me()
            if self._webhook:
                await self._bot.set_webhook(self._webhook, secret_token=self._secret, allowed_updates=WANTED)
            else:
                await self._bot.delete_webhook()

    @property
    def username(self) -> str:
        """Our name in deep links, t.me/NAME; empty before the start."""
        return (self._us.username or "") if self._us else ""

    async def send(self, address: Address, reply: Reply) -> Sent:
        """Sends the text in as many messages as it needs, buttons under the last, then the file."""
        return await self._sending.send(address, reply)

    async def show_typing(self, address: Address) -> None:
        """Shows that an answer is being made."""
        chat, topic = self._sending.where(address)
        with suppress(TelegramError):
            await self._bot.send_chat_action(chat, ChatAction.TYPING, message_thread_id=topic)

    async def download(self, file: FileIn) -> bytes:
        """The content of a file of at most 20 MB."""
        if file.size is not None and file.size > LARGEST_IN:
            raise RefusedError(TOO_LARGE, f"{file.size} bytes")
        try:
            found = await self._bot.get_file(file.id)
            return bytes(await found.download_as_bytearray())
        except BadRequest as error:
            raise RefusedError(TOO_LARGE if "too big" in error.message else GONE, error.message) from error
        except InvalidToken as error:
            raise RefusedError(GONE) from error  # how the library takes the 404 of a file that is gone
        except TelegramError as error:
            raise from_telegram(error) from error

    async def updates(self) -> AsyncIterator[Incoming]:
        """What people do; a pressed button stops turning once it is taken."""
        async for incoming in self._handover.updates() if self._webhook else self._poll():
            yield incoming

    async def set_commands(self, commands: tuple[tuple[str, str], ...]) -> None:
        """Sets the menu behind the button beside the text field."""
        with _our_errors():
            await self._bot.set_my_commands(commands)

    async def close(self) -> None:
        """Lets go of connections; takes no webhook off, so that what is written meanwhile comes later."""
        for task in self._behind:
            task.cancel()
        await asyncio.gather(*self._behind, return_exceptions=True)
        # Not `Bot.shutdown`: it does nothing for a bot that `Bot.initialize` has not set up.
        for request in self._requests:
            await request.shutdown()

    def share(self, processes: int) -> None:
        """Sends only its part of what Telegram takes, where several processes send."""
        self._pace.share(processes)

    @property
    def hook(self) -> Hook | None:
        """The route for the web server, where updates are delivered."""
        return Hook(urlsplit(self._webhook).path, self._receive) if self._webhook else None

    async def _poll(self) -> AsyncIterator[Incoming]:
        offset: int | None = None
        while True:
            try:
                with _our_errors():
                    batch = await self._bot.get_updates(offset, timeout=self._poll_seconds, allowed_updates=WANTED)
            except TokenError:
                raise
            except ChannelError as error:
                await self._pause(self.outage.failed(error))
                continue
            self.outage.answered()
            for update in batch:
                incoming = await self._read(update)
                if incoming is not None:
                    yield incoming
                    self._stop_turning(update)
                offset = update.update_id + 1

    async def _receive(self, headers: Mapping[str, str], body: Body) -> HTTPStatus:
        """One delivery; answered with 200 when it was taken, so that Telegram forgets it."""
        given = headers.get(_SECRET_HEADER)
        if given is None:
            return HTTPStatus.UNAUTHORIZED
        if not compare_digest(given.encode(), self._secret.encode()):
            return HTTPStatus.FORBIDDEN
        if self._us is None:
            return HTTPStatus.SERVICE_UNAVAILABLE  # we are still starting: it comes again
        update = _parse(await body(), self._bot)
        if update is None:
            return HTTPStatus.BAD_REQUEST
        incoming = await self._read(update)
        if incoming is None:
            return HTTPStatus.OK
        if not await self._handover.try_offer(incoming):
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._stop_turning(update)
        return HTTPStatus.OK

    async def _read(self, update: Update) -> Incoming | None:
        """What a person did; of an album's wordless pictures only the first, so that it is answered once."""
        if self._us is None:
            raise RuntimeError("the channel was not started")
        if update.message and update.message.migrate_to_chat_id:
            await self._sending.note_move(update.message.chat.id, update.message.migrate_to_chat_id)
        incoming = read_update(update, self._us, self._clock())
        album = update.message.media_group_id if update.message else None
        if incoming is None or album is None:
            return incoming
        if album in self._albums and not incoming.text and not incoming.file:
            return None
        self._albums.append(album)
        return incoming

    def _stop_turning(self, update: Update) -> None:
        """Tells Telegram that a press has arrived, without making anybody wait for it."""
        if update.callback_query:
            task = asyncio.create_task(self._answer_press(update.callback_query.id))
            self._behind.add(task)
            task.add_done_callback(self._behind.discard)

    async def _answer_press(self, query: str) -> None:
        with suppress(TelegramError):  # pressed long ago, or out of reach: the sign goes by itself
            await self._bot.answer_callback_query(query)


class TelegramSettings(Protocol):
    """What this channel is set up with; see `bot.settings`."""

    telegram_token: SecretStr | None
    telegram_api: str
    telegram_webhook: str | None
    telegram_secret: SecretStr | None


def open_telegram(
    settings: TelegramSettings, clock: Clock, moved: Moved = lambda _old, _new: None
) -> TelegramChannel | None:
    """The channel as the settings want it; None without a token.

    Args:
        moved: told of groups that became supergroups.

    Raises:
        KehoachError: a secret that Telegram does not accept.
    """
    if settings.telegram_token is None:
        return None
    secret = settings.telegram_secret.get_secret_value() if settings.telegram_secret else ""
    if secret and not re.fullmatch(_SECRET, secret):
        raise KehoachError("KEHOACH_TELEGRAM_SECRET chỉ được có chữ không dấu, chữ số, _ và -, dài 1 đến 256 ký tự.")
    token = settings.telegram_token.get_secret_value().strip()
    if not re.fullmatch(_TOKEN, token):
        raise TokenError(WRONG_TOKEN)
    return TelegramChannel(
        token, settings.telegram_api, clock, webhook=settings.telegram_webhook, secret=secret, moved=moved
    )


@contextmanager
def _our_errors() -> Iterator[None]:
    """Translates the library's failures."""
    try:
        yield
    except TelegramError as error:
        raise from_telegram(error) from error


def _secret_from(token: str) -> str:
    """Always the same for a token, and telling nothing of it."""
    return hashlib.sha256(f"webhook {token}".encode()).hexdigest()


def _parse(body: bytes, bot: TelegramBot) -> Update | None:
    """A delivery that proved genuine; None where it is no update all the same."""
    try:
        update = json.loads(body)
    except ValueError:
        return None
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        return None
    return Update.de_json(keep_readable(update), bot)
