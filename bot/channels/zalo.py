"""Zalo Bot Platform: a thin client of its HTTP interface, and the channel on it.

An answer with HTTP 200 and `ok: false` is a failure; what its `error_code` means stands in
`_KINDS`. The platform has no buttons, no editing and no files; a polled update is gone with
the answer that brings it, whether or not it was handled, so the webhook is the safer way in.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import datetime
from hmac import compare_digest
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from bot.channels.backoff import Outage
from bot.channels.contract import (
    Address,
    BlockedError,
    Capabilities,
    ChannelError,
    ChannelName,
    Incoming,
    RefusedError,
    Sender,
    TokenError,
    TryAgainError,
    Unread,
)
from bot.channels.handover import CONFIRM_WITHIN
from bot.channels.webhooks import Body, Hook, with_path
from bot.channels.zalo_calls import TIMEOUT, Answer, post
from bot.channels.zalo_texts import LENGTH, Pause, ZaloTexts, read_moment, read_start
from bot.clock import Clock
from bot.log import hide_tokens
from knowledge.errors import KehoachError

POLL_SECONDS = 30
HOOK_PATH = "/zalo"
"""Where the public address names no path of its own."""
_SECRET_HEADER = "x-bot-api-secret-token"  # noqa: S105  (the name of a header)
_SECRET_LENGTHS = range(8, 257)
_UNREAD = {"image": Unread.PICTURE, "sticker": Unread.STICKER, "unsupported": Unread.OTHER}
"""What events are named after; the last stands for all else that people can send."""
_SHORTEST_POLL = 1.0
"""Seconds; a server that says at once that nothing is new is not asked again at once."""
_NOTHING_NEW = 408

WRONG_TOKEN = "Zalo không nhận mã KEHOACH_ZALO_TOKEN; hãy chép lại mã do Zalo Bot Manager cấp."  # noqa: S105

log = logging.getLogger(__name__)


class ZaloClient:
    """Calls methods of the platform.

    Args:
        token: as Zalo Bot Manager gives it.
        api: address without the token.
        timeout: seconds for a call other than polling.
    """

    def __init__(self, token: str, api: str, timeout: float) -> None:
        hide_tokens()
        self._base = f"{api.rstrip('/')}/bot{token}"
        self._http = httpx.AsyncClient(timeout=timeout)

    async def call(self, method: str, arguments: Mapping[str, str], wait: float = 0.0) -> Any:
        """The `result` of a method.

        Args:
            wait: seconds that the platform may take its time, beyond the timeout.

        Raises:
            ChannelError: one of its kinds; `TryAgainError` for "nothing new" as well.
        """
        answer = await post(self._http, f"{self._base}/{method}", json=arguments, wait=wait)
        if answer.body.get("ok") is True and answer.status == HTTPStatus.OK:
            return answer.body.get("result")
        raise _error(answer)

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()


class _NothingNewError(TryAgainError):
    """Nobody wrote within the poll."""


class ZaloChannel(ZaloTexts):
    """The channel.

    Args:
        webhook: public HTTPS address to have updates delivered to; polling when None.
        secret: what the platform sends with every delivery, 8 to 256 characters.
        confirm_within: seconds in which a delivery must have been taken.
        pause: waits; an argument for tests.
    """

    name = ChannelName.ZALO
    capabilities = Capabilities(
        buttons=False, editing=False, files_in=False, files_out=False, typing=True, length=LENGTH
    )

    def __init__(
        self,
        client: ZaloClient,
        clock: Clock,
        *,
        webhook: str | None = None,
        secret: str = "",
        poll_seconds: int = POLL_SECONDS,
        confirm_within: float = CONFIRM_WITHIN,
        pause: Pause = asyncio.sleep,
    ) -> None:
        super().__init__(clock, confirm_within, pause)
        self._client = client
        self._webhook = with_path(webhook, HOOK_PATH) if webhook else None
        self._secret = secret
        self._poll_seconds = poll_seconds
        self.outage = Outage("zalo getUpdates", log)
        self._names: tuple[str, ...] = ()

    async def start(self) -> None:
        """Checks the token, then sets or removes the webhook."""
        try:
            me = await self._client.call("getMe", {})
        except (BlockedError, RefusedError) as error:
            raise TokenError(WRONG_TOKEN, error.detail) from error  # an unknown token can also be a 403 or 404
        if isinstance(me, dict):
            self._names = tuple(str(me[key]) for key in ("display_name", "account_name") if me.get(key))
        if self._webhook:
            await self._client.call("setWebhook", {"url": self._webhook, "secret_token": self._secret})
            return
        try:
            await self._client.call("deleteWebhook", {})
        except RefusedError:
            log.info("no webhook to remove")

    async def _send_text(self, chat: str, text: str) -> str:
        result = await self._client.call("sendMessage", {"chat_id": chat, "text": text})
        return str(result.get("message_id", "")) if isinstance(result, dict) else ""

    async def show_typing(self, address: Address) -> None:
        """Shows that an answer is being made."""
        with suppress(ChannelError):
            await self._client.call("sendChatAction", {"chat_id": address.chat, "action": "typing"})

    async def updates(self) -> AsyncIterator[Incoming]:
        """What people write."""
        async for incoming in super().updates() if self._webhook else self._poll():
            yield incoming

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    @property
    def hook(self) -> Hook | None:
        """The route for the web server, where updates are delivered."""
        return Hook(urlsplit(self._webhook).path, self._receive) if self._webhook else None

    async def _receive(self, headers: Mapping[str, str], body: Body) -> HTTPStatus:
        given = headers.get(_SECRET_HEADER)
        if given is None:
            return HTTPStatus.UNAUTHORIZED
        if not compare_digest(given.encode(), self._secret.encode()):
            return HTTPStatus.FORBIDDEN
        try:
            update = json.loads(await body())
        except ValueError:
            return HTTPStatus.BAD_REQUEST
        if isinstance(update, dict) and isinstance(update.get("result"), dict):
            update = update["result"]
        return await self._hand_over(read_update(update, self._clock(), self._names))

    async def _poll(self) -> AsyncIterator[Incoming]:
        while True:
            try:
                result = await self._next_update()
            except TokenError:
                raise
            except ChannelError as error:
                await self._pause(self.outage.failed(error))
                continue
            self.outage.answered()
            for update in result if isinstance(result, list) else [result]:
                incoming = read_update(update, self._clock(), self._names)
                if incoming is not None:
                    yield incoming

    async def _next_update(self) -> Any:
        """One update or several; None when nobody wrote."""
        began = asyncio.get_running_loop().time()
        try:
            arguments = {"timeout": str(self._poll_seconds)}
            return await self._client.call("getUpdates", arguments, wait=self._poll_seconds)
        except _NothingNewError:
            if asyncio.get_running_loop().time() - began < _SHORTEST_POLL:
                await self._pause(_SHORTEST_POLL)
            return None


class ZaloSettings(Protocol):
    """What this channel is set up with; see `bot.settings`."""

    zalo_token: SecretStr | None
    zalo_api: str
    zalo_webhook: str | None
    zalo_secret: SecretStr | None


def open_zalo(settings: ZaloSettings, clock: Clock) -> ZaloChannel | None:
    """The channel as the settings want it; None without a token.

    Raises:
        KehoachError: a webhook without a fitting secret.
    """
    if not settings.zalo_token:
        return None
    secret = settings.zalo_secret.get_secret_value() if settings.zalo_secret else ""
    if settings.zalo_webhook and not (secret.isascii() and len(secret) in _SECRET_LENGTHS):
        raise KehoachError("KEHOACH_ZALO_WEBHOOK cần KEHOACH_ZALO_SECRET dài 8 đến 256 ký tự không dấu.")
    client = ZaloClient(settings.zalo_token.get_secret_value().strip(), settings.zalo_api, TIMEOUT)
    return ZaloChannel(client, clock, webhook=settings.zalo_webhook or None, secret=secret)


def read_update(update: object, now: datetime, names: tuple[str, ...] = ()) -> Incoming | None:
    """What a person did; None for what is nobody's message to us.

    Stickers, pictures and what else is no text come with the words under them, or none.

    Args:
        now: for an update that does not tell its time.
        names: ours, taken off the front of what is written in a group.
    """
    message = update.get("message") if isinstance(update, dict) else None
    if not isinstance(update, dict) or not isinstance(message, dict):
        return None
    sender, chat, id_ = message.get("from"), message.get("chat"), message.get("message_id")
    if not (isinstance(sender, dict) and isinstance(chat, dict) and id_ and sender.get("id") and chat.get("id")):
        return None
    if sender.get("is_bot") is True:
        return None
    group = chat.get("chat_type") == "GROUP"
    written = str(message.get("text") or message.get("caption") or "")
    text, payload = read_start(_without_mention(written, names if group else ()))
    event = str(update.get("event_name", ""))
    return Incoming(
        update=f"{event}:{id_}",
        address=Address(ChannelName.ZALO, str(chat["id"])),
        sender=Sender(ChannelName.ZALO, str(sender["id"]), str(sender.get("display_name") or "")),
        at=read_moment(message.get("date"), now),
        text=text,
        group=group,
        payload=payload,
        unread=_UNREAD.get(event.removeprefix("message.").removesuffix(".received")),
    )


def _without_mention(text: str, names: tuple[str, ...]) -> str:
    for name in names:
        if text.casefold().startswith(f"@{name}".casefold()):
            return text[len(name) + 1 :].lstrip(" ,:")
    return text


_KINDS: dict[int, tuple[type[ChannelError], str]] = {
    400: (RefusedError, "Zalo không nhận tin nhắn này."),
    401: (TokenError, WRONG_TOKEN),
    403: (BlockedError, "Không gửi được cho người này qua Zalo."),
    404: (RefusedError, "Zalo không tìm thấy nơi nhận tin nhắn này."),
    _NOTHING_NEW: (_NothingNewError, "Zalo trả lời quá chậm."),
    429: (TryAgainError, "Zalo đang giới hạn số tin nhắn gửi đi."),
}


def _error(answer: Answer) -> ChannelError:
    code = answer.body.get("error_code")
    code = code if isinstance(code, int) else answer.status
    detail = f"{code} {answer.body.get('description', '')}"
    other = TryAgainError if code >= HTTPStatus.INTERNAL_SERVER_ERROR else RefusedError
    kind, sentence = _KINDS.get(code, (other, "Zalo không nhận tin nhắn này."))
    if issubclass(kind, TryAgainError):
        return kind(sentence, detail, _retry_after(answer))
    return kind(sentence, detail)


def _retry_after(answer: Answer) -> float | None:
    """As Telegram tells it; the platform's own pages do not say whether it does."""
    parameters = answer.body.get("parameters")
    value = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(value) if isinstance(value, int | float) else answer.retry_after
