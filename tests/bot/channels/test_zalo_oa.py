"""Zalo Official Account: OpenAPI, its tokens and its signed webhook, against a local server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.contract import (
    Address,
    BlockedError,
    ChannelError,
    ChannelName,
    Choice,
    FileIn,
    Incoming,
    RefusedError,
    Reply,
    Sender,
    Sent,
    TokenError,
    TryAgainError,
    Unread,
    WindowError,
)
from bot.channels.oa_tokens import OaTokens, SqlTokenStore, TokenPair, TokenStore
from bot.channels.zalo_oa import ZaloOaChannel, open_zalo_oa, read_event, sign
from bot.settings import Settings
from knowledge.errors import KehoachError, StoreError
from knowledge.store.database import Store, open_store
from tests.databases import Server
from tests.servers.local import body_of
from tests.servers.zalo_server import (
    FIRST_REFRESH,
    OA_APP,
    OA_APP_SECRET,
    OA_SECRET,
    Fault,
    ZaloServer,
    answers,
    breaks,
    closes,
    loopback,
    zalo_server,
)

pytestmark = loopback

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SENT_AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
LAN = Address(ChannelName.ZALO_OA, "lan")
HELLO = Reply("Chào anh/chị.")
LIFE = timedelta(hours=25)


@dataclass
class Hands:
    """A clock moved by hand."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.now


@dataclass
class MemoryTokens:
    """A token store that can be out of order."""

    pairs: dict[str, TokenPair] = field(default_factory=dict)
    broken: bool = False

    def find(self, app_id: str) -> TokenPair | None:
        """The pair stored last."""
        return self.pairs.get(app_id)

    def put(self, app_id: str, pair: TokenPair) -> None:
        """Replaces the pair."""
        if self.broken:
            raise StoreError("Kho dữ liệu đang bận.")
        self.pairs[app_id] = pair

    def turn(self, app_id: str) -> AbstractContextManager[None]:  # noqa: ARG002
        """There is no other process."""
        return nullcontext()


@pytest.fixture
def zalo() -> Iterator[ZaloServer]:
    """The platform."""
    with zalo_server() as server:
        yield server


@pytest.fixture
def clock() -> Hands:
    """The time."""
    return Hands()


@pytest.fixture
def kept() -> MemoryTokens:
    """The pairs."""
    return MemoryTokens()


def make_channel(
    zalo: ZaloServer, store: TokenStore, clock: Hands, granted: str = FIRST_REFRESH, **more: Any
) -> ZaloOaChannel:
    """A channel to the local platform."""
    http = httpx.AsyncClient(timeout=5)
    tokens = OaTokens(
        http, store, clock, app_id=OA_APP, app_secret=OA_APP_SECRET, granted=granted, oauth=zalo.url
    )  # fmt: skip
    return ZaloOaChannel(http, tokens, clock, api=zalo.url, app_id=OA_APP, secret=OA_SECRET, **more)


@pytest.fixture
async def channel(zalo: ZaloServer, kept: MemoryTokens, clock: Hands) -> AsyncIterator[ZaloOaChannel]:
    """One on which nothing has been sent."""
    made = make_channel(zalo, kept, clock)
    yield made
    await made.close()


class TestSending:
    async def test_choices_are_numbered_lines(self, zalo: ZaloServer, channel: ZaloOaChannel) -> None:
        sent = await channel.send(LAN, Reply("Chọn nhiệm vụ:", ((Choice("Đề án *A*", "1"), Choice("Đề án B", "2")),)))
        assert sent == Sent(("s1",))
        assert zalo.sent == [("lan", "Chọn nhiệm vụ:\n\n1. Đề án *A*\n2. Đề án B\nTrả lời bằng số.")]

    async def test_long_text_goes_in_parts(self, zalo: ZaloServer, channel: ZaloOaChannel) -> None:
        sent = await channel.send(LAN, Reply("\n".join(["Nhiệm vụ của Sở Nội vụ"] * 150)))
        assert "\n".join(text for _, text in zalo.sent).count("Sở Nội vụ") == 150
        assert len(sent.ids) == 2

    async def test_what_it_cannot_do(self, zalo: ZaloServer, channel: ZaloOaChannel) -> None:
        await channel.show_typing(LAN)
        await channel.set_commands((("giup", "Trợ giúp"),))
        with pytest.raises(RefusedError):
            await channel.download(FileIn("1", "kế hoạch.docx"))
        assert zalo.calls == []

    @pytest.mark.parametrize(
        ("fault", "kind"),
        [
            (answers({"error": -32, "message": "rate"}), TryAgainError),
            (answers({"error": -211, "message": "quota"}), TryAgainError),
            (answers({"error": -218, "message": "quota"}), TryAgainError),
            (answers({"error": -213, "message": "follow"}), BlockedError),
            (answers({"error": -227, "message": "inactive"}), BlockedError),
            (answers({"error": -230, "message": "7 days"}), WindowError),
            (answers({"error": -232, "message": "7 days"}), WindowError),
            (answers({"error": -201, "message": "invalid"}), RefusedError),
            (answers({}), RefusedError),
            (answers({"error": 0}, 429), TryAgainError),
            (breaks(502), TryAgainError),
            (breaks(200), TryAgainError),
            (closes, TryAgainError),
        ],
    )
    async def test_failures(
        self, zalo: ZaloServer, channel: ZaloOaChannel, fault: Fault, kind: type[ChannelError]
    ) -> None:
        zalo.faults["cs"].append(fault)
        with pytest.raises(ChannelError) as caught:
            await channel.send(LAN, HELLO)
        assert type(caught.value) is kind

    async def test_the_window_opens_when_the_person_writes(self, zalo: ZaloServer, channel: ZaloOaChannel) -> None:
        zalo.gone["lan"] = -230
        with pytest.raises(WindowError) as caught:
            await channel.send(LAN, HELLO)
        assert caught.value.sentence == "Người này chưa nhắn cho Official Account trong 7 ngày qua."
        zalo.gone.clear()
        assert await channel.send(LAN, HELLO) == Sent(("s1",))


class TestTokens:
    async def test_the_pair_is_kept_before_it_is_used(
        self, zalo: ZaloServer, channel: ZaloOaChannel, kept: MemoryTokens, clock: Hands
    ) -> None:
        kept.broken = True
        with pytest.raises(TryAgainError):
            await channel.send(LAN, HELLO)
        assert zalo.called("cs") == []
        kept.broken = False
        await channel.send(LAN, HELLO)
        assert len(zalo.called("access_token")) == 1
        pair = kept.pairs[OA_APP]
        assert (pair.access, pair.refresh, pair.expires_at) == ("truy-cap-1", "lam-moi-1", clock.now + LIFE)
        assert zalo.called("access_token") == [
            {"refresh_token": FIRST_REFRESH, "app_id": OA_APP, "grant_type": "refresh_token"}
        ]

    async def test_refreshed_before_its_end_and_once_for_all_who_wait(
        self, zalo: ZaloServer, channel: ZaloOaChannel, clock: Hands
    ) -> None:
        await channel.start()
        clock.now += LIFE - timedelta(minutes=11)
        await channel.send(LAN, HELLO)
        assert len(zalo.called("access_token")) == 1
        clock.now += timedelta(minutes=1)
        await asyncio.gather(*(channel.send(LAN, HELLO) for _ in range(10)))
        assert [body["refresh_token"] for body in zalo.called("access_token")] == [FIRST_REFRESH, "lam-moi-1"]
        assert len(zalo.sent) == 11

    async def test_refreshed_when_refused_before_its_end(self, zalo: ZaloServer, channel: ZaloOaChannel) -> None:
        await channel.start()
        zalo.accesses.clear()
        assert await asyncio.gather(channel.send(LAN, HELLO), channel.send(LAN, HELLO))
        assert len(zalo.called("access_token")) == 2

    async def test_who_gives_up_waiting_loses_no_token(
        self, zalo: ZaloServer, channel: ZaloOaChannel, kept: MemoryTokens
    ) -> None:
        waiting = asyncio.create_task(channel.start())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiting.cancel()
        await channel.close()
        assert kept.pairs[OA_APP].refresh == zalo.refresh == "lam-moi-1"

    async def test_a_used_refresh_token_is_dead_until_a_new_one_is_granted(
        self, zalo: ZaloServer, channel: ZaloOaChannel, kept: MemoryTokens, clock: Hands
    ) -> None:
        zalo.refresh = "lam-moi-5"
        with pytest.raises(TokenError) as caught:
            await channel.start()
        assert caught.value.sentence == (
            "Zalo không nhận mã làm mới của Official Account (đã dùng hoặc hết hạn); "
            "hãy cấp mã mới và đặt vào KEHOACH_OA_REFRESH_TOKEN."
        )
        assert FIRST_REFRESH not in caught.value.detail
        granted = make_channel(zalo, kept, clock, granted="lam-moi-5")
        await granted.start()
        assert kept.pairs[OA_APP].refresh == "lam-moi-6"
        await granted.close()

    async def test_refused_whatever_the_token(self, zalo: ZaloServer, channel: ZaloOaChannel) -> None:
        zalo.faults["cs"].extend([answers({"error": -216}), answers({"error": -220})])
        with pytest.raises(TokenError):
            await channel.send(LAN, HELLO)
        assert len(zalo.called("cs")) == 2

    @pytest.mark.parametrize("fault", [breaks(), closes])
    async def test_granting_is_out_of_order_for_a_while(
        self, zalo: ZaloServer, channel: ZaloOaChannel, fault: Fault
    ) -> None:
        zalo.faults["access_token"].append(fault)
        with pytest.raises(TryAgainError):
            await channel.start()
        await channel.start()

    async def test_no_header_can_hold_it(self, zalo: ZaloServer, kept: MemoryTokens, clock: Hands) -> None:
        http = httpx.AsyncClient()
        tokens = OaTokens(http, kept, clock, app_id=OA_APP, app_secret="khoá\n", granted="x", oauth=zalo.url)
        with pytest.raises(TokenError):
            await tokens.get()
        await http.aclose()

    async def test_the_next_process_goes_on(self, zalo: ZaloServer, clock: Hands, tmp_path: Path) -> None:
        with open_store(data=tmp_path) as store:
            await self._start(zalo, store, clock)
            clock.now += LIFE
        with open_store(data=tmp_path) as store:
            await self._start(zalo, store, clock)
            await self._start(zalo, store, clock)
            assert SqlTokenStore(store).find(OA_APP) is not None
            assert SqlTokenStore(store).find("3002") is None
        assert [body["refresh_token"] for body in zalo.called("access_token")] == [FIRST_REFRESH, "lam-moi-1"]

    async def test_several_processes_use_a_refresh_token_once(
        self, zalo: ZaloServer, clock: Hands, tmp_path: Path, postgresql_server: Server
    ) -> None:
        address = postgresql_server.database_of(tmp_path)
        with open_store(address, data=None) as one, open_store(address, data=None) as other:
            await asyncio.gather(*(self._start(zalo, store, clock) for store in (one, other)))
            clock.now += LIFE
            await asyncio.gather(*(self._start(zalo, store, clock) for store in (one, other)))
        assert [body["refresh_token"] for body in zalo.called("access_token")] == [FIRST_REFRESH, "lam-moi-1"]

    @staticmethod
    async def _start(zalo: ZaloServer, store: Store, clock: Hands) -> None:
        channel = open_zalo_oa(settings(zalo), store, clock)
        assert channel is not None
        await channel.start()
        await channel.close()

    def test_a_pair_shows_nothing(self) -> None:
        assert "bi-mat" not in repr(TokenPair("bi-mat-1", "bi-mat-2", NOW, "x"))


def settings(zalo: ZaloServer, **more: Any) -> Settings:
    """Settings for the local platform."""
    values = {
        "oa_app_id": OA_APP,
        "oa_app_secret": OA_APP_SECRET,
        "oa_secret": OA_SECRET,
        "oa_refresh_token": FIRST_REFRESH,
        "oa_api": zalo.url,
        "oa_oauth": zalo.url,
    }
    return Settings.model_validate({**values, **more})


class TestSettings:
    def test_no_app_no_channel(self, zalo: ZaloServer, tmp_path: Path, clock: Hands) -> None:
        with open_store(data=tmp_path) as store:
            assert open_zalo_oa(settings(zalo, oa_app_id=None), store, clock) is None

    @pytest.mark.parametrize("missing", ["oa_app_secret", "oa_secret", "oa_refresh_token"])
    def test_all_or_none(self, zalo: ZaloServer, tmp_path: Path, clock: Hands, missing: str) -> None:
        with open_store(data=tmp_path) as store, pytest.raises(KehoachError) as caught:
            open_zalo_oa(settings(zalo, **{missing: None}), store, clock)
        assert caught.value.sentence == (
            "KEHOACH_OA_APP_ID cần KEHOACH_OA_SECRET, KEHOACH_OA_APP_SECRET và KEHOACH_OA_REFRESH_TOKEN."
        )


TIMESTAMP = "1795140000000"


def event(name: str = "user_send_text", **more: Any) -> dict[str, Any]:
    """A delivery as the platform shapes it."""
    return {
        "app_id": OA_APP,
        "event_name": name,
        "timestamp": TIMESTAMP,
        "sender": {"id": "lan"},
        "recipient": {"id": "oa"},
        "message": {"text": "ai chủ trì?", "msg_id": "m1"},
        **more,
    }


def wrote(text: str = "ai chủ trì?", **more: Any) -> Incoming:
    """What Lan's message is to us."""
    plain: dict[str, Any] = {
        "update": "user_send_text:m1",
        "address": LAN,
        "sender": Sender(ChannelName.ZALO_OA, "lan"),
        "at": SENT_AT,
        "text": text,
    }
    return Incoming(**{**plain, **more})


EVENTS = [
    (event(), wrote()),
    (event(message={"text": "/start MOI123", "msg_id": "m1"}), wrote("/start", payload="MOI123")),
    (event("user_send_sticker", message={"msg_id": "m1"}),
     wrote("", update="user_send_sticker:m1", unread=Unread.STICKER)),
    (event("user_send_image", message={"msg_id": "m1", "text": "việc này?"}),
     wrote("việc này?", update="user_send_image:m1", unread=Unread.PICTURE)),
    (event("user_send_audio", message={"msg_id": "m1"}),
     wrote("", update="user_send_audio:m1", unread=Unread.VOICE)),
    (event("user_send_location", message={"msg_id": "m1"}),
     wrote("", update="user_send_location:m1", unread=Unread.PLACE)),
    (event("follow", follower={"id": "lan"}), wrote("/start", update=f"follow:lan:{TIMESTAMP}")),
    (event(timestamp="hôm nay"), wrote(at=NOW)),
    (event("unfollow", follower={"id": "lan"}), None),
    (event("oa_send_text"), None),
    (event("user_seen_message"), None),
    (event(sender=None), None),
    (event(message=None), None),
    (event(message={"text": "x"}), None),
    ({}, None),
]  # fmt: skip


@pytest.mark.parametrize(("delivery", "incoming"), EVENTS)
def test_read_event(delivery: dict[str, Any], incoming: Incoming | None) -> None:
    assert read_event(delivery, NOW) == incoming


def test_sign() -> None:
    """The rule, against a sum made by hand: printf '3001{"a":1}17xyz' | sha256sum."""
    assert sign("3001", b'{"a":1}', "17", "xyz") == "b917ddb8673258444dad1ab1e4002a16cb7d4d7bc32a54465351f491573eee60"


class TestWebhook:
    @staticmethod
    async def deliver(
        channel: ZaloOaChannel, body: bytes, secret: str = OA_SECRET, prefix: str = "mac=", timestamp: str = TIMESTAMP
    ) -> HTTPStatus:
        """What the platform hears."""
        signature = prefix + sign(OA_APP, body, timestamp, secret)
        return await channel.hook.receive({"x-zevent-signature": signature}, body_of(body))

    @pytest.mark.parametrize("prefix", ["mac=", ""])
    async def test_confirmed_when_the_next_is_asked_for(self, channel: ZaloOaChannel, prefix: str) -> None:
        delivery = asyncio.create_task(self.deliver(channel, json.dumps(event()).encode(), prefix=prefix))
        source = channel.updates()
        assert await anext(source) == wrote()
        assert not delivery.done()
        following = asyncio.ensure_future(anext(source))
        assert await delivery == HTTPStatus.OK
        following.cancel()

    async def test_what_nobody_takes_is_to_come_again(
        self, zalo: ZaloServer, kept: MemoryTokens, clock: Hands
    ) -> None:
        channel = make_channel(zalo, kept, clock, confirm_within=0.0)
        assert await self.deliver(channel, json.dumps(event()).encode()) == HTTPStatus.SERVICE_UNAVAILABLE
        await channel.close()

    async def test_what_is_no_message(self, channel: ZaloOaChannel) -> None:
        assert await self.deliver(channel, json.dumps(event("user_seen_message")).encode()) == HTTPStatus.OK

    async def test_forged(self, channel: ZaloOaChannel) -> None:
        body = json.dumps(event()).encode()
        assert await channel.hook.receive({}, body_of(body)) == HTTPStatus.UNAUTHORIZED
        assert await channel.hook.receive({"x-zevent-signature": "mac=giả"}, body_of(body)) == HTTPStatus.FORBIDDEN
        assert await self.deliver(channel, body, secret="khoa-khac") == HTTPStatus.FORBIDDEN
        assert await self.deliver(channel, body, timestamp="1795140000001") == HTTPStatus.FORBIDDEN
        assert await self.deliver(channel, b"\xff{", timestamp="1795140000001") == HTTPStatus.FORBIDDEN
