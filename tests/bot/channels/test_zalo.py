"""Zalo Bot Platform: against a local server that speaks its protocol, and misbehaves."""

from __future__ import annotations

import asyncio
import json
import logging
import unicodedata
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest

from bot.channels.contract import (
    Address,
    BlockedError,
    ChannelError,
    ChannelName,
    Choice,
    FileIn,
    FileOut,
    Incoming,
    RefusedError,
    Reply,
    Sender,
    Sent,
    TokenError,
    TryAgainError,
    Unread,
)
from bot.channels.zalo import ZaloChannel, ZaloClient, open_zalo, read_update
from bot.channels.zalo_calls import TIMEOUT
from bot.settings import Settings
from knowledge.errors import KehoachError
from tests.servers.local import body_of
from tests.servers.zalo_server import (
    LENGTH,
    TOKEN,
    Fault,
    ZaloServer,
    answers,
    breaks,
    closes,
    failure,
    hangs,
    loopback,
    update,
    zalo_server,
)

pytestmark = loopback

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SENT_AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
LAN = Address(ChannelName.ZALO, "lan")
SECRET = "mat-khau-webhook"
HOOK_URL = "https://troly.phugiang.example/zalo"


class Pauses(list[float]):
    """Waits that were asked for, none of which takes time."""

    async def __call__(self, seconds: float) -> None:
        """Remembers the wait."""
        self.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def zalo() -> Iterator[ZaloServer]:
    """The platform."""
    with zalo_server() as server:
        yield server


@pytest.fixture
def pauses() -> Pauses:
    """What the channel waited."""
    return Pauses()


def make_channel(
    zalo: ZaloServer, pauses: Pauses, token: str = TOKEN, timeout: float = TIMEOUT, **more: Any
) -> ZaloChannel:
    """A channel to the local platform."""
    client = ZaloClient(token, zalo.url, timeout)
    return ZaloChannel(client, lambda: NOW, secret=SECRET, poll_seconds=1, pause=pauses, **more)


@pytest.fixture
async def channel(zalo: ZaloServer, pauses: Pauses) -> AsyncIterator[ZaloChannel]:
    """One that polls."""
    made = make_channel(zalo, pauses)
    yield made
    await made.close()


def wrote(text: str, number: int = 1, **more: Any) -> Incoming:
    """What Lan's message is to us."""
    plain: dict[str, Any] = {
        "update": f"message.text.received:m{number}",
        "address": LAN,
        "sender": Sender(ChannelName.ZALO, "lan", "Lan"),
        "at": SENT_AT + timedelta(milliseconds=number),
        "text": text,
    }
    return Incoming(**{**plain, **more})


async def take(channel: ZaloChannel, number: int) -> list[Incoming]:
    """The next updates."""
    source = channel.updates()
    taken = [await anext(source) for _ in range(number)]
    await source.aclose()  # type: ignore[attr-defined]
    return taken


GROUP = {"id": "nhom", "chat_type": "GROUP"}
TEXT_OF = [
    (update("ai chủ trì?"), wrote("ai chủ trì?")),
    (update("/start MOI123"), wrote("/start", payload="MOI123")),
    (update("/start"), wrote("/start")),
    (
        update("@Bot Trợ lý hạn khi nào?", chat=GROUP),
        wrote("hạn khi nào?", address=Address(ChannelName.ZALO, "nhom"), group=True),
    ),
    (update("@Bot Trợ lý hạn khi nào?"), wrote("@Bot Trợ lý hạn khi nào?")),
    (
        update(None, event="message.sticker.received", sticker="abc"),
        wrote("", update="message.sticker.received:m1", unread=Unread.STICKER),
    ),
    (
        update(None, event="message.image.received", photo="https://x.example/1.jpg", caption="việc này?"),
        wrote("việc này?", update="message.image.received:m1", unread=Unread.PICTURE),
    ),
    (
        update(None, event="message.unsupported.received"),
        wrote("", update="message.unsupported.received:m1", unread=Unread.OTHER),
    ),
    (update("x", date=None), wrote("x", at=NOW)),
    (update("x", date=10**30), wrote("x", at=NOW)),
    (update("máy", sender={"id": "1", "is_bot": True}), None),
    (update("x", message_id=None), None),
    (update("x", chat=None), None),
    ({"event_name": "webhook.test"}, None),
    ([], None),
    (None, None),
]


@pytest.mark.parametrize(("delivery", "incoming"), TEXT_OF)
def test_read_update(delivery: object, incoming: Incoming | None) -> None:
    assert read_update(delivery, NOW, ("Bot Trợ lý", "bot.troly")) == incoming


class TestSending:
    async def test_choices_are_numbered_lines(self, zalo: ZaloServer, channel: ZaloChannel) -> None:
        choices = ((Choice("Xem *trích đoạn*", "a"), Choice("👍", "b")), (Choice("👎", "c"),))
        sent = await channel.send(LAN, Reply("Sở Nội vụ <chủ trì> & _phối hợp_.", choices, bold=True, edits="s0"))
        assert sent == Sent(("s1",))
        assert zalo.sent == [
            (
                "lan",
                "Sở Nội vụ <chủ trì> & _phối hợp_.\n\n1. Xem *trích đoạn*\n2. 👍\n3. 👎\nTrả lời bằng số.",
            )
        ]

    async def test_a_file_is_named(self, zalo: ZaloServer, channel: ZaloChannel) -> None:
        await channel.send(LAN, Reply("Danh sách:", file=FileOut("việc.xlsx", b"...")))
        assert zalo.sent == [("lan", "Danh sách:\n\nTệp việc.xlsx không gửi được qua Zalo.")]

    async def test_long_text_goes_in_parts(self, zalo: ZaloServer, channel: ZaloChannel) -> None:
        lines = [f"{number}. Nhiệm vụ của Sở Nội vụ" for number in range(1, 121)]
        sent = await channel.send(LAN, Reply(unicodedata.normalize("NFD", "\n".join(lines))))
        parts = [text for _, text in zalo.sent]
        assert "\n".join(parts).splitlines() == lines
        assert len(parts) == len(sent.ids) == 2
        assert all(len(part) <= LENGTH for part in parts)

    async def test_a_later_part_is_tried_again(self, zalo: ZaloServer, channel: ZaloChannel, pauses: Pauses) -> None:
        def then_fails(handler: Any) -> None:
            zalo.faults["sendMessage"].extend(
                [breaks(), answers(failure(429, "Too many", parameters={"retry_after": 7}))]
            )
            handler.send(handler._bot("sendMessage", zalo.calls[-1][1]))

        zalo.faults["sendMessage"].append(then_fails)
        sent = await channel.send(LAN, Reply("a" * LENGTH + "\n" + "b" * LENGTH))
        assert [text[0] for _, text in zalo.sent] == ["a", "b"]
        assert (len(sent.ids), pauses) == (2, [1.0, 7.0])

    async def test_parts_of_two_replies_do_not_mix(self, zalo: ZaloServer, channel: ZaloChannel) -> None:
        await asyncio.gather(*(channel.send(LAN, Reply("\n".join([letter * LENGTH] * 3))) for letter in "ab"))
        assert "".join(text[0] for _, text in zalo.sent) in {"aaabbb", "bbbaaa"}

    async def test_blanks_are_not_sent(self, zalo: ZaloServer, channel: ZaloChannel) -> None:
        assert await channel.send(LAN, Reply(" \n")) == Sent(())
        assert zalo.calls == []

    async def test_typing(self, zalo: ZaloServer, channel: ZaloChannel) -> None:
        await channel.show_typing(LAN)
        zalo.faults["sendChatAction"].append(breaks())
        await channel.show_typing(LAN)
        assert zalo.called("sendChatAction") == [{"chat_id": "lan", "action": "typing"}] * 2

    async def test_files_are_not_fetched(self, channel: ZaloChannel) -> None:
        with pytest.raises(RefusedError):
            await channel.download(FileIn("1", "kế hoạch.docx"))

    @pytest.mark.parametrize(
        ("fault", "kind", "retry_after"),
        [
            (answers(failure(400, "Bad Request")), RefusedError, None),
            (answers(failure(401, "Unauthorized")), TokenError, None),
            (answers(failure(403, "Forbidden")), BlockedError, None),
            (answers(failure(404, "Not Found")), RefusedError, None),
            (answers(failure(418, "?")), RefusedError, None),
            (answers(failure(429, "Quota")), TryAgainError, None),
            (answers(failure(429, "Quota", parameters={"retry_after": 3})), TryAgainError, 3.0),
            (answers(failure(429, "Quota"), 429, Retry_After="12"), TryAgainError, 12.0),
            (answers({"ok": False}, 403), BlockedError, None),
            (answers({"ok": True}, 401), TokenError, None),
            (answers(failure(500)), TryAgainError, None),
            (answers({}, 503, Retry_After="9"), TryAgainError, 9.0),
            (breaks(502), TryAgainError, None),
            (breaks(200), TryAgainError, None),
            (closes, TryAgainError, None),
        ],
    )
    async def test_failures(
        self,
        zalo: ZaloServer,
        channel: ZaloChannel,
        fault: Fault,
        kind: type[ChannelError],
        retry_after: float | None,
    ) -> None:
        zalo.faults["sendMessage"].append(fault)
        with pytest.raises(ChannelError) as caught:
            await channel.send(LAN, Reply("Chào anh/chị."))
        assert type(caught.value) is kind
        assert getattr(caught.value, "retry_after", None) == retry_after
        assert TOKEN not in f"{caught.value!r} {caught.value.detail}"

    async def test_silence_ends_with_the_timeout(self, zalo: ZaloServer, pauses: Pauses) -> None:
        channel = make_channel(zalo, pauses, timeout=0.1)
        zalo.faults["sendMessage"].append(hangs)
        with pytest.raises(TryAgainError):
            await channel.send(LAN, Reply("Chào anh/chị."))
        await channel.close()

    async def test_nobody_listens(self, pauses: Pauses) -> None:
        with zalo_server() as gone:
            channel = make_channel(gone, pauses)
        with pytest.raises(TryAgainError) as caught:
            await channel.send(LAN, Reply("Chào anh/chị."))
        assert (caught.value.sentence, caught.value.detail) == ("Hiện không kết nối được với Zalo.", "ConnectError")
        await channel.close()


class TestStart:
    async def test_polling_removes_the_webhook(self, zalo: ZaloServer, channel: ZaloChannel) -> None:
        zalo.faults["deleteWebhook"].append(answers(failure(404, "No webhook")))
        await channel.start()
        assert [method for method, _ in zalo.calls] == ["getMe", "deleteWebhook"]
        assert channel.hook is None

    @pytest.mark.parametrize(
        ("address", "told", "path"),
        [
            (HOOK_URL, HOOK_URL, "/zalo"),
            ("https://troly.phugiang.example/", HOOK_URL, "/zalo"),
            ("https://phugiang.example/tro-ly/z", "https://phugiang.example/tro-ly/z", "/tro-ly/z"),
        ],
    )
    async def test_a_webhook_is_set(
        self, zalo: ZaloServer, pauses: Pauses, address: str, told: str, path: str
    ) -> None:
        channel = make_channel(zalo, pauses, webhook=address)
        await channel.start()
        assert zalo.calls == [("getMe", {}), ("setWebhook", {"url": told, "secret_token": SECRET})]
        assert channel.hook is not None
        assert channel.hook.path == path
        await channel.close()

    async def test_a_wrong_token(self, zalo: ZaloServer, pauses: Pauses) -> None:
        channel = make_channel(zalo, pauses, token="1:sai")
        with pytest.raises(TokenError) as caught:
            await channel.start()
        assert caught.value.sentence == (
            "Zalo không nhận mã KEHOACH_ZALO_TOKEN; hãy chép lại mã do Zalo Bot Manager cấp."
        )
        await channel.close()

    @pytest.mark.parametrize("code", [403, 404])
    async def test_a_token_that_nobody_knows(self, zalo: ZaloServer, channel: ZaloChannel, code: int) -> None:
        zalo.faults["getMe"].append(answers(failure(code)))
        with pytest.raises(TokenError):
            await channel.start()


class TestPolling:
    async def test_in_order_with_what_is_no_message_left_out(self, zalo: ZaloServer, channel: ZaloChannel) -> None:
        zalo.writes("một", 1)
        zalo.updates.append({"event_name": "message.text.received", "message": "?"})
        zalo.writes("hai", 2)
        zalo.writes("hai", 2)
        assert await take(channel, 3) == [wrote("một", 1), wrote("hai", 2), wrote("hai", 2)]
        assert zalo.called("getUpdates")[0] == {"timeout": "1"}

    async def test_a_list_of_updates(self, zalo: ZaloServer, channel: ZaloChannel) -> None:
        zalo.faults["getUpdates"].append(answers({"ok": True, "result": [update("một", 1), update("hai", 2)]}))
        assert await take(channel, 2) == [wrote("một", 1), wrote("hai", 2)]

    async def test_nothing_new_is_asked_again_not_at_once(
        self, zalo: ZaloServer, channel: ZaloChannel, pauses: Pauses
    ) -> None:
        zalo.faults["getUpdates"].extend([answers(failure(408, "Request timeout"))] * 2)
        zalo.writes("một")
        assert await take(channel, 1) == [wrote("một")]
        assert pauses == [1.0, 1.0]

    async def test_faults_are_waited_out_longer_each_time(
        self, zalo: ZaloServer, channel: ZaloChannel, pauses: Pauses
    ) -> None:
        quota = answers(failure(429, "Quota", parameters={"retry_after": 5}))
        zalo.faults["getUpdates"].extend([breaks(), closes, answers(failure(400)), quota, breaks(), breaks()])
        zalo.writes("một")
        assert await take(channel, 1) == [wrote("một")]
        assert pauses == [1.0, 2.0, 4.0, 5.0, 16.0, 30.0]

    async def test_a_token_that_ends_is_told(self, zalo: ZaloServer, channel: ZaloChannel) -> None:
        zalo.faults["getUpdates"].append(answers(failure(401, "Unauthorized")))
        with pytest.raises(TokenError):
            await take(channel, 1)

    async def test_no_token_in_the_log(
        self, zalo: ZaloServer, channel: ZaloChannel, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        zalo.faults["getUpdates"].append(breaks())
        zalo.writes("một")
        await channel.start()
        await take(channel, 1)
        assert TOKEN not in caplog.text


class TestWebhook:
    @pytest.fixture
    async def hooked(self, zalo: ZaloServer, pauses: Pauses) -> AsyncIterator[ZaloChannel]:
        """A channel that is delivered to."""
        made = make_channel(zalo, pauses, webhook=HOOK_URL)
        yield made
        await made.close()

    @staticmethod
    async def deliver(channel: ZaloChannel, body: object, secret: str | None = SECRET) -> HTTPStatus:
        """What the platform hears."""
        assert channel.hook is not None
        headers = {} if secret is None else {"x-bot-api-secret-token": secret}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await channel.hook.receive(headers, body_of(content))

    async def test_confirmed_when_the_next_is_asked_for(self, hooked: ZaloChannel) -> None:
        first = asyncio.create_task(self.deliver(hooked, {"ok": True, "result": update("một", 1)}))
        second = asyncio.create_task(self.deliver(hooked, update("hai", 2)))
        source = hooked.updates()
        assert await anext(source) == wrote("một", 1)
        assert not first.done()
        assert await anext(source) == wrote("hai", 2)
        assert (await first, second.done()) == (HTTPStatus.OK, False)
        second.cancel()

    async def test_what_nobody_takes_is_to_come_again(self, zalo: ZaloServer, pauses: Pauses) -> None:
        channel = make_channel(zalo, pauses, webhook=HOOK_URL, confirm_within=0.0)
        assert await self.deliver(channel, update("một", 1)) == HTTPStatus.SERVICE_UNAVAILABLE
        await channel.close()

    async def test_what_was_given_up_is_not_brought_late(self, hooked: ZaloChannel) -> None:
        given_up = asyncio.create_task(self.deliver(hooked, update("một", 1)))
        await asyncio.sleep(0)
        given_up.cancel()
        second = asyncio.create_task(self.deliver(hooked, update("hai", 2)))
        assert await take(hooked, 1) == [wrote("hai", 2)]
        second.cancel()

    @pytest.mark.parametrize(
        ("body", "secret", "status"),
        [
            (update("x"), None, HTTPStatus.UNAUTHORIZED),
            (update("x"), "gia-mao-webhook", HTTPStatus.FORBIDDEN),
            (update("x"), "giả mạo", HTTPStatus.FORBIDDEN),
            (b"{", SECRET, HTTPStatus.BAD_REQUEST),
            (b"\xff", SECRET, HTTPStatus.BAD_REQUEST),
            ({"ok": True, "result": {"event_name": "?"}}, SECRET, HTTPStatus.OK),
            ([1], SECRET, HTTPStatus.OK),
        ],
    )
    async def test_what_is_no_message(
        self, hooked: ZaloChannel, body: object, secret: str | None, status: HTTPStatus
    ) -> None:
        assert await self.deliver(hooked, body, secret) == status


class TestSettings:
    def test_no_token_no_channel(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As a copied .env leaves them: there, and empty."""
        for name in ("TOKEN", "API", "WEBHOOK", "SECRET"):
            monkeypatch.setenv(f"KEHOACH_ZALO_{name}", "")
        assert open_zalo(Settings(), lambda: NOW) is None

    @pytest.mark.parametrize("secret", [None, "ngan", "có dấu thì không được", "d" * 257])
    def test_a_webhook_wants_a_secret(self, secret: str | None) -> None:
        settings = Settings.model_validate({"zalo_token": TOKEN, "zalo_webhook": HOOK_URL, "zalo_secret": secret})
        with pytest.raises(KehoachError) as caught:
            open_zalo(settings, lambda: NOW)
        assert caught.value.sentence == (
            "KEHOACH_ZALO_WEBHOOK cần KEHOACH_ZALO_SECRET dài 8 đến 256 ký tự không dấu."
        )

    async def test_as_they_say(self, zalo: ZaloServer) -> None:
        settings = Settings.model_validate({"zalo_token": f" {TOKEN}\n", "zalo_api": f"{zalo.url}/"})
        channel = open_zalo(settings, lambda: NOW)
        assert channel is not None
        await channel.start()
        await channel.close()
        assert [method for method, _ in zalo.calls] == ["getMe", "deleteWebhook"]
        assert TOKEN not in repr(settings)
