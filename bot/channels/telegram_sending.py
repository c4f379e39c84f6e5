"""A reply as Telegram's messages: parts in order, tried again, edits, and groups that got a new id."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from weakref import WeakValueDictionary

from telegram import InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.channels.backoff import Backoff
from bot.channels.contract import Address, ChannelName, FileOut, RefusedError, Reply, Sent, TryAgainError
from bot.channels.splitting import utf16_length
from bot.channels.telegram_bot import TelegramBot
from bot.channels.telegram_errors import from_telegram, is_no_photo, is_unchanged
from bot.channels.telegram_format import Markup, format_reply, make_markup
from bot.channels.telegram_photos import CAPTION, is_photo
from bot.channels.telegram_updates import chat_and_topic
from knowledge.errors import StoreError

LARGEST_OUT = 50_000_000
_ATTEMPTS = 5
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""
Moved = Callable[[Address, Address], None]
"""Told that a group has another address from now on (old, new); runs in a thread, may write to the database."""

log = logging.getLogger(__name__)


class Sending:
    """Sends replies; one for the process.

    Args:
        moved: told of groups that became supergroups and so have another id.
    """

    def __init__(self, bot: TelegramBot, pause: Pause, moved: Moved) -> None:
        self._bot = bot
        self._pause = pause
        self._tell = moved
        self._moves: dict[int, int] = {}
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def where(self, address: Address) -> tuple[int, int | None]:
        """Telegram's ids of the chat, as it is called today, and of the topic in it."""
        chat, topic = chat_and_topic(address)
        return self._moves.get(chat, chat), topic

    async def note_move(self, old: int, new: int) -> None:
        """A group has become a supergroup: what goes to it goes to its new id from now on."""
        if self._moves.get(old) == new:
            return
        self._moves[old] = new
        before, after = (Address(ChannelName.TELEGRAM, str(chat)) for chat in (old, new))
        try:
            await asyncio.to_thread(self._tell, before, after)
        except StoreError as error:
            log.warning("a group's new id was not kept: %s", error.detail)

    async def send(self, address: Address, reply: Reply) -> Sent:
        """Sends the text in as many messages as it needs, buttons under the last, then the file.

        A picture with a short text is one message, the text below it.

        What follows the first message is tried again here: to give up would have the whole
        of it sent again later.
        """
        steps = self._steps(address, reply)
        ids: list[str] = []
        async with self._turns.setdefault(self.where(address)[0], asyncio.Lock()):
            for step in steps:
                ids.append(await self._try(address, step, _ATTEMPTS if ids else 1))
        return Sent(tuple(ids))

    def _steps(self, address: Address, reply: Reply) -> list[Callable[[], Awaitable[str]]]:
        """What `reply` is sent by; each gives the id of its message."""
        texts, keyboard = format_reply(reply), make_markup(reply)
        if not texts and reply.file is None:
            raise RefusedError("Tin nhắn trống.", "empty reply")
        if reply.file and len(reply.file.content) > LARGEST_OUT:
            raise RefusedError("Tệp quá lớn nên không gửi được qua Telegram.", f"{len(reply.file.content)} bytes")
        if reply.file and is_photo(reply.file) and len(texts) < 2 and utf16_length(reply.text) <= CAPTION:
            return [partial(self._show, address, reply.file, "".join(texts), keyboard)]
        steps: list[Callable[[], Awaitable[str]]] = []
        for number, text in enumerate(texts):
            edits = reply.edits if number == 0 else None
            below = keyboard if number == len(texts) - 1 else None
            steps.append(partial(self._write, address, text, below, edits, unhurried=reply.unhurried))
        if reply.file:
            send = self._show if is_photo(reply.file) else self._hand_over
            steps.append(partial(send, address, reply.file))
        return steps

    async def _try(self, address: Address, step: Callable[[], Awaitable[str]], attempts: int) -> str:
        backoff = Backoff()
        while True:
            try:
                return await step()
            except ChatMigrated as error:
                chat = self.where(address)[0]
                if error.new_chat_id in (chat, *self._moves):
                    raise from_telegram(error) from error  # round in a circle
                await self.note_move(chat, error.new_chat_id)
                self._moves |= {old: error.new_chat_id for old, new in self._moves.items() if new == chat}
            except TelegramError as error:
                ours = from_telegram(error)
                attempts -= 1
                if not attempts or not isinstance(ours, TryAgainError):
                    raise ours from error
                await self._pause(backoff.seconds(ours.retry_after))

    async def _write(
        self,
        address: Address,
        text: str,
        keyboard: Markup | None,
        edits: str | None,
        *,
        unhurried: bool,
    ) -> str:
        chat, topic = self.where(address)
        if edits and (keyboard is None or isinstance(keyboard, InlineKeyboardMarkup)):
            try:
                await self._bot.edit_message_text(
                    text,
                    chat,
                    int(edits),
                    parse_mode=ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=keyboard,
                )
                return edits
            except BadRequest as error:
                if is_unchanged(error):
                    return edits
                log.warning("message not edited, sent anew: %s", error.message)
        message = await self._bot.send_message(
            chat, text, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW,
            reply_markup=keyboard, message_thread_id=topic, rate_limit_args=unhurried,
        )  # fmt: skip
        return str(message.message_id)

    async def _show(self, address: Address, file: FileOut, caption: str = "", keyboard: Markup | None = None) -> str:
        """A picture in the chat itself; as a file where Telegram does not take it for a picture."""
        chat, topic = self.where(address)
        try:
            message = await self._bot.send_photo(
                chat, file.content, filename=file.name, caption=caption or None, parse_mode=ParseMode.HTML,
                reply_markup=keyboard, message_thread_id=topic,
            )  # fmt: skip
        except BadRequest as error:
            if not is_no_photo(error):
                raise
            log.warning("picture not taken, sent as a file: %s", error.message)
            return await self._hand_over(address, file, caption, keyboard)
        return str(message.message_id)

    async def _hand_over(
        self, address: Address, file: FileOut, caption: str = "", keyboard: Markup | None = None
    ) -> str:
        chat, topic = self.where(address)
        message = await self._bot.send_document(
            chat, file.content, filename=file.name, caption=caption or None, parse_mode=ParseMode.HTML,
            reply_markup=keyboard, message_thread_id=topic,
        )  # fmt: skip
        return str(message.message_id)
