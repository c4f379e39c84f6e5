"""What platforms do to deliveries: repeat them, bring them out of order, go away for minutes.

The order that is promised: what arrives in one chat is answered in the order in which it
arrives, whatever its number; chats do not wait for each other. Telegram says that a webhook
may get update 12 before 11: then 12 is answered first, 11 after it, each once. Nothing is put
back into the order of its numbers, since 11 may never come. By polling, Telegram brings
updates in the order of their numbers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels import telegram as telegram_module
from bot.channels import zalo as zalo_module
from bot.channels.contract import Channel, ChannelName, Sender
from bot.channels.patience import PatientChannel
from tests.bot.chat.over_http import HttpPlayer, Play, playing
from tests.bot.chat.platforms import OnTelegram, OnZalo, Platform
from tests.bot.running import NOW
from tests.servers import zalo_server as zalo
from tests.servers.local import LocalServer
from tests.servers.telegram_server import loopback

pytestmark = loopback

TELEGRAM, ZALO = ChannelName.TELEGRAM, ChannelName.ZALO
AN, BINH = 1001, 1002
HELP, TASKS = "/thoitiet", "/thongke"
SAID = {
    HELP: "Không có lệnh /thoitiet. Gõ /giup để xem các lệnh.",
    TASKS: "Việc này chỉ quản trị viên làm được.",
}


def let_in(player: HttpPlayer) -> None:
    """Two people on each channel."""
    for channel in player.platforms:
        for number, name in ((AN, "An"), (BINH, "Bình")):
            sender = Sender(channel, str(number), name)
            player.people.approve(player.people.request(sender, f"Trần {name}", "Sở Nội vụ").id, by=None)
            player.know(sender)


@pytest.fixture(params=[Play(hooked=(TELEGRAM,)), Play(polled=(TELEGRAM,))], ids=["webhook", "polling"])
async def player(home: Path, request: pytest.FixtureRequest) -> AsyncIterator[HttpPlayer]:
    """Telegram, both ways in."""
    async with playing(home, request.param, {}) as opened:
        let_in(opened)
        yield opened


def told(player: HttpPlayer, chat: int) -> list[str]:
    """What a person has got."""
    return [each.text for each in player.arrivals if each.chat == str(chat)]


def server_of(player: HttpPlayer) -> OnTelegram:
    """Telegram."""
    platform = player.platforms[TELEGRAM]
    assert isinstance(platform, OnTelegram)
    return platform


async def test_repeated_deliveries_are_answered_once(player: HttpPlayer) -> None:
    server = server_of(player).server
    first = server.message({"text": HELP}, AN)
    update = {"update_id": 11, "message": first}
    await player.after(lambda: server.repeats(*[update] * 3))
    await asyncio.to_thread(server.wait, lambda: not server.pending)
    await asyncio.to_thread(server.repeats, update)
    await player.after(lambda: server.writes(TASKS, AN))
    assert told(player, AN) == [SAID[HELP], SAID[TASKS]]


async def test_an_update_that_cannot_be_read_holds_none_behind_it(player: HttpPlayer) -> None:
    server = server_of(player).server

    def send() -> None:
        server.brings(message={**server.message({"text": HELP}, AN), "from": {"id": AN}})
        server.writes(TASKS, AN)

    await player.after(send)
    await asyncio.to_thread(server.wait, lambda: not server.pending)
    assert told(player, AN) == [SAID[TASKS]]


@pytest.mark.parametrize("player", [Play(hooked=(TELEGRAM,))], indirect=True)
async def test_out_of_order_in_one_chat(player: HttpPlayer) -> None:
    server = server_of(player).server
    late, early = ({"update_id": 11, "message": server.message({"text": HELP}, AN)},
                   {"update_id": 12, "message": server.message({"text": TASKS}, AN)})  # fmt: skip
    await player.after(lambda: server.repeats(early, late, early), handled=2)
    await asyncio.to_thread(server.wait, lambda: not server.pending)
    assert told(player, AN) == [SAID[TASKS], SAID[HELP]]


@pytest.mark.parametrize("player", [Play(hooked=(TELEGRAM,))], indirect=True)
async def test_out_of_order_in_two_chats(player: HttpPlayer) -> None:
    server = server_of(player).server
    late, early = ({"update_id": 11, "message": server.message({"text": HELP}, AN)},
                   {"update_id": 12, "message": server.message({"text": TASKS}, BINH)})  # fmt: skip
    await player.after(lambda: server.repeats(early, late), handled=2)
    assert (told(player, AN), told(player, BINH)) == ([SAID[HELP]], [SAID[TASKS]])


async def test_zalo_repeats_out_of_order_too(home: Path) -> None:
    async with playing(home, Play(hooked=(ZALO,)), {}) as player:
        let_in(player)
        platform = player.platforms[ZALO]
        assert isinstance(platform, OnZalo)
        person, chat = {"id": str(AN), "display_name": "an"}, {"id": str(AN), "chat_type": "PRIVATE"}
        updates = [zalo.update(text, n, sender=person, chat=chat) for n, text in enumerate([HELP, TASKS])]
        await player.after(lambda: platform.server.brings(*updates, *reversed(updates)), handled=2)
        await asyncio.to_thread(platform.server.wait, lambda: not platform.server.updates)
        assert told(player, AN) == [SAID[HELP], SAID[TASKS]]


class FiveMinutes:
    """A network that is gone for five minutes by the player's clock, which only waiting moves."""

    def __init__(self, player: HttpPlayer, platform: Platform, local: LocalServer) -> None:
        self.player, self.platform, self.local = player, platform, local
        self.back = NOW + timedelta(minutes=5)
        self.away = False

    def begin(self) -> None:
        """Connections are refused from now on."""
        self.away = True
        self.local.go_away()
        self.platform.leave()

    async def pause(self, seconds: float) -> None:
        """Waits; in the fifth minute the network is there again."""
        self.player.now += timedelta(seconds=seconds)
        if self.away and self.player.now >= self.back:
            self.away = False
            self.local.come_back()
        await asyncio.sleep(0)


@pytest.mark.parametrize("name", [TELEGRAM, ZALO])
async def test_five_minutes_without_a_network(
    home: Path, name: ChannelName, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A reply that was being made is delivered, what was written meanwhile is answered; two lines in the log."""
    caplog.set_level(logging.WARNING)
    waiting: list[FiveMinutes] = []

    async def pause(seconds: float) -> None:
        await (waiting[0].pause(seconds) if waiting else asyncio.sleep(0))

    patient = PatientChannel.__init__

    def impatient(self: PatientChannel, channel: Channel) -> None:
        patient(self, channel, pause)

    monkeypatch.setattr(PatientChannel, "__init__", impatient)
    for module, opened in ((telegram_module, "TelegramChannel"), (zalo_module, "ZaloChannel")):
        make = getattr(module, opened)
        monkeypatch.setattr(module, opened, _with_pause(make, pause))
    async with playing(home, Play(polled=(name,)), {}) as player:
        let_in(player)
        platform = player.platforms[name]
        assert isinstance(platform, OnTelegram | OnZalo)
        assert platform.server.local is not None
        network = FiveMinutes(player, platform, platform.server.local)
        waiting.append(network)
        handle = player.dispatcher.handle

        async def cut_first(*given: object) -> None:
            if player.now == NOW:
                network.begin()
            await handle(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(player.dispatcher, "handle", cut_first)

        def write(text: str, number: int) -> None:
            if isinstance(platform, OnTelegram):
                platform.server.writes(text, AN)
            else:
                person = {"id": str(AN), "display_name": "an", "is_bot": False}
                chat = {"id": str(AN), "chat_type": "PRIVATE"}
                platform.server.writes(text, number, sender=person, chat=chat)

        await player.after(lambda: write(HELP, 1))
        assert not network.away
        await player.after(lambda: write(TASKS, 2))
        assert told(player, AN) == [SAID[HELP], SAID[TASKS]]
        assert player.now >= NOW + timedelta(minutes=5)
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    ends = ("; asking again until it answers", "getUpdates: answers again")
    assert [line.endswith(end) for line, end in zip(lines, ends, strict=True)] == [True, True], lines


def _with_pause(make: type, pause: object) -> type:
    class Paused(make):  # type: ignore[misc]
        """The channel, whose waits are the test's."""

        def __init__(self, *given: object, **more: object) -> None:
            super().__init__(*given, **{**more, "pause": pause})

    return Paused
