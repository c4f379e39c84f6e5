"""Zalo Official Account: OpenAPI v3 out, the signed webhook in.

An answer with HTTP 200 and `error` not 0 is a failure; what it means stands in `_KINDS`.
A person can be written to within seven days of their last message: beyond that the
platform refuses, which is a `WindowError` and no defect.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest
from http import HTTPStatus
from typing import Any, Protocol

import httpx
from pydantic import SecretStr

from bot.channels.contract import (
    Address,
    BlockedError,
    Capabilities,
    ChannelError,
    ChannelName,
    FileIn,
    Incoming,
    RefusedError,
    Sender,
    TokenError,
    TryAgainError,
    Unread,
    WindowError,
)
from bot.channels.handover import CONFIRM_WITHIN
from bot.channels.oa_tokens import DEAD, OaTokens, SqlTokenStore
from bot.channels.webhooks import Body, Hook
from bot.channels.zalo_calls import TIMEOUT, Answer, post
from bot.channels.zalo_texts import LENGTH, Pause, ZaloTexts, read_moment, read_start
from bot.clock import Clock
from knowledge.errors import KehoachError
from knowledge.store.database import Store

HOOK_PATH = "/zalo-oa"
_SENT = "user_send_"
_UNREAD = {
    "audio": Unread.VOICE,
    "image": Unread.PICTURE,
    "gif": Unread.PICTURE,
    "video": Unread.PICTURE,
    "sticker": Unread.STICKER,
    "location": Unread.PLACE,
}
"""What events are named after, behind `_SENT`."""
_SIGNATURE_HEADER = "x-zevent-signature"


class ZaloOaChannel(ZaloTexts):
    """The channel.

    Args:
        http: for calls of OpenAPI; closed by `close`.
        api: address of OpenAPI.
        app_id, secret: what the signature of a delivery is made with, beside its own text.
        confirm_within: seconds in which a delivery must have been taken.
    """

    name = ChannelName.ZALO_OA
    capabilities = Capabilities(
        buttons=False, editing=False, files_in=False, files_out=False, typing=False, length=LENGTH
    )

    def __init__(
        self,
        http: httpx.AsyncClient,
        tokens: OaTokens,
        clock: Clock,
        *,
        api: str,
        app_id: str,
        secret: str,
        confirm_within: float = CONFIRM_WITHIN,
        pause: Pause = asyncio.sleep,
    ) -> None:
        super().__init__(clock, confirm_within, pause)
        self._http = http
        self._tokens = tokens
        self._address = f"{api.rstrip('/')}/v3.0/oa/message/cs"
        self._app_id = app_id
        self._secret = secret

    async def start(self) -> None:
        """Makes sure of an access token; the webhook is set on the platform's own pages."""
        await self._tokens.get()

    async def _send_text(self, user: str, text: str) -> str:
        message = {"recipient": {"user_id": user}, "message": {"text": text}}
        access = await self._tokens.get()
        try:
            return await self._post(message, access)
        except TokenError:
            # Ended before its time, as it does when somebody grants access anew.
            return await self._post(message, await self._tokens.get(refused=access))

    async def _post(self, message: Mapping[str, Any], access: str) -> str:
        answer = await post(self._http, self._address, json=message, headers={"access_token": access})
        if answer.status != HTTPStatus.OK or answer.body.get("error") != 0:
            raise _error(answer)
        data = answer.body.get("data")
        return str(data.get("message_id", "")) if isinstance(data, dict) else ""

    async def show_typing(self, address: Address) -> None:
        """Nothing: OpenAPI has no typing sign."""

    async def close(self) -> None:
        """Lets a refresh under way end, then closes the connections."""
        await self._tokens.settle()
        await self._http.aclose()

    @property
    def hook(self) -> Hook:
        """The route for the web server, where updates are delivered."""
        return Hook(HOOK_PATH, self._receive)

    async def _receive(self, headers: Mapping[str, str], body: Body) -> HTTPStatus:
        given = headers.get(_SIGNATURE_HEADER)
        if given is None:
            return HTTPStatus.UNAUTHORIZED
        written = await body()
        event = _read_json(written)
        if not compare_digest(given.removeprefix("mac=").encode(), self._signature(event, written).encode()):
            return HTTPStatus.FORBIDDEN
        return await self._hand_over(read_event(event, self._clock()))

    def _signature(self, event: Mapping[str, Any], body: bytes) -> str:
        """SHA-256 over what the platform concatenates, in its order; no HMAC."""
        return sign(self._app_id, body, str(event.get("timestamp", "")), self._secret)


def sign(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """The signature of a delivery, in hex: the platform's own rule."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


class OaSettings(Protocol):
    """What this channel is set up with; see `bot.settings`."""

    oa_app_id: str | None
    oa_app_secret: SecretStr | None
    oa_secret: SecretStr | None
    oa_refresh_token: SecretStr | None
    oa_api: str
    oa_oauth: str


def open_zalo_oa(settings: OaSettings, store: Store, clock: Clock) -> ZaloOaChannel | None:
    """The channel as the settings want it; None without an app.

    Raises:
        KehoachError: one of its settings is missing.
    """
    if not settings.oa_app_id:
        return None
    secret, app_secret, granted = (
        value.get_secret_value().strip() if value else ""
        for value in (settings.oa_secret, settings.oa_app_secret, settings.oa_refresh_token)
    )
    if not (secret and app_secret and granted):
        raise KehoachError(
            "KEHOACH_OA_APP_ID cần KEHOACH_OA_SECRET, KEHOACH_OA_APP_SECRET và KEHOACH_OA_REFRESH_TOKEN."
        )
    http = httpx.AsyncClient(timeout=TIMEOUT)
    tokens = OaTokens(
        http, SqlTokenStore(store), clock,
        app_id=settings.oa_app_id, app_secret=app_secret, granted=granted, oauth=settings.oa_oauth,
    )  # fmt: skip
    return ZaloOaChannel(http, tokens, clock, api=settings.oa_api, app_id=settings.oa_app_id, secret=secret)


def read_event(event: Mapping[str, Any], now: datetime) -> Incoming | None:
    """What a person did; None for what is no message of a person.

    Whoever follows the account begins, as with /start elsewhere. Stickers, pictures and
    what else is no text come with the words under them, or none.
    """
    name = str(event.get("event_name", ""))
    if name == "follow":
        return _incoming(name, event, event.get("follower"), str(event.get("timestamp", "")), "/start", now)
    message = event.get("message")
    if not name.startswith(_SENT) or not isinstance(message, dict):
        return None
    id_, text = str(message.get("msg_id") or ""), str(message.get("text") or "")
    return _incoming(name, event, event.get("sender"), id_, text, now, _file(message))


def _incoming(
    name: str,
    event: Mapping[str, Any],
    person: object,
    id_: str,
    text: str,
    now: datetime,
    file: FileIn | None = None,
) -> Incoming | None:
    if not (isinstance(person, dict) and person.get("id") and id_):
        return None
    user = str(person["id"])
    text, payload = read_start(text)
    return Incoming(
        update=f"{name}:{id_}" if name != "follow" else f"{name}:{user}:{id_}",
        address=Address(ChannelName.ZALO_OA, user),
        sender=Sender(ChannelName.ZALO_OA, user),
        at=read_moment(event.get("timestamp"), now),
        text=text,
        file=file,
        payload=payload,
        unread=_UNREAD.get(name.removeprefix(_SENT)),
    )


def _file(message: Mapping[str, Any]) -> FileIn | None:
    """The first file that came along, so that the conversation can say where to send it; it is not fetched."""
    attachments = message.get("attachments")
    for each in attachments if isinstance(attachments, list) else []:
        payload = each.get("payload") if isinstance(each, dict) and each.get("type") == "file" else None
        if isinstance(payload, dict):
            return FileIn(str(payload.get("url") or ""), str(payload.get("name") or "tệp"))
    return None


def _read_json(body: bytes) -> Mapping[str, Any]:
    """The delivery as an object; an empty one for anything else, which no signature fits."""
    try:
        event = json.loads(body)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


_TOO_MANY = "Zalo Official Account đã hết lượt gửi tin; xin thử lại sau."
_KINDS: dict[int, tuple[type[ChannelError], str]] = {
    -32: (TryAgainError, "Zalo đang giới hạn số tin nhắn gửi đi."),
    -211: (TryAgainError, _TOO_MANY),
    -218: (TryAgainError, _TOO_MANY),
    -213: (BlockedError, "Người này không còn quan tâm Official Account."),
    -216: (TokenError, DEAD),
    -220: (TokenError, DEAD),
    -227: (BlockedError, "Tài khoản Zalo của người này không hoạt động."),
    -230: (WindowError, "Người này chưa nhắn cho Official Account trong 7 ngày qua."),
    -232: (WindowError, "Người này chưa nhắn cho Official Account trong 7 ngày qua."),
    429: (TryAgainError, "Zalo đang giới hạn số tin nhắn gửi đi."),
}


def _error(answer: Answer) -> ChannelError:
    code = answer.body.get("error")
    code = code if isinstance(code, int) and code else answer.status
    kind, sentence = _KINDS.get(code, (RefusedError, "Zalo không nhận tin nhắn này."))
    detail = f"{code} {answer.body.get('message', '')}"
    if issubclass(kind, TryAgainError):
        return kind(sentence, detail, answer.retry_after)
    return kind(sentence, detail)
