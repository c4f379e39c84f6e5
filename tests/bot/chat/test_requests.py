"""Thirty strangers are one list; who is no administrator can do nothing with it; nothing is told or done twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.contract import Address, ChannelName, Incoming, Sender
from tests.bot.chat.playing import Player
from tests.bot.memory_channel import Posted

QUAN = Sender(ChannelName.ZALO, "quan", "Quân")
SEP = Sender(ChannelName.TELEGRAM, "900", "sếp")
AN = Sender(ChannelName.TELEGRAM, "901", "an")


@pytest.fixture
def player(empty: Path) -> Iterator[Player]:
    made = Player(empty, True)
    made.people.appoint([QUAN, SEP])
    made.people.approve(made.people.request(AN, "Trần An", "Sở Nội vụ").id, None)
    yield made
    made.app.close()


def ask(player: Player, numbers: range) -> None:
    for number in numbers:
        stranger = Sender(ChannelName.ZALO, f"z{number}", f"khách {number}")
        player.people.request(stranger, f"Nguyễn Văn {'ABCDEFGH'[number % 8]}", "Sở Y tế")


async def say(player: Player, sender: Sender, text: str, pressed: str | None = None) -> list[Posted]:
    before = len(player.posted)
    address = Address(sender.channel, sender.id)
    await player.bring(Incoming(str(before), address, sender, player.now, text, pressed, pressed and "1"))
    return player.posted[before:]


async def tell(player: Player) -> list[Posted]:
    before = len(player.posted)
    await player.dispatcher.tell_requests()
    return player.posted[before:]


async def test_thirty_strangers_are_one_list(player: Player) -> None:
    ask(player, range(1))
    assert [post.address.chat for post in await tell(player)] == ["quan", "900"]
    ask(player, range(1, 30))
    assert await tell(player) == []
    player.now += timedelta(minutes=10)
    told = await tell(player)
    assert [post.address.chat for post in told] == ["quan", "900"]
    assert all(
        post.reply.text.startswith("30 yêu cầu chờ duyệt; chọn một số để xem và trả lời: (trang 1/4)")
        for post in told
    )
    assert "3. Nguyễn Văn C – Sở Y tế (Zalo “khách 2”, mã z2)" in told[1].reply.text
    assert await tell(player) == []
    player.now += timedelta(hours=3)
    assert await tell(player) == []


async def test_the_list_is_answered_by_number_and_in_words(player: Player) -> None:
    ask(player, range(12))
    await tell(player)
    await player.restart()
    (page,) = await say(player, QUAN, "trang sau")
    assert "(trang 2/2)" in page.reply.text
    approved, welcome = await say(player, QUAN, "duyệt 2")
    assert approved.reply.text.startswith("Đã duyệt Nguyễn Văn B (Sở Y tế)")
    assert welcome.address.chat == "z9"
    (card,) = await say(player, QUAN, "việc 1")
    assert "Tài khoản: Zalo “khách 8”, mã z8." in card.reply.text
    assert "Nguyễn Văn B" not in card.reply.text
    rejected, _ = await say(player, QUAN, "từ chối")
    assert rejected.reply.text == "Đã từ chối Nguyễn Văn A (Sở Y tế)."
    again = await say(player, QUAN, "duyệt 2")
    assert again[0].reply.text.startswith("Yêu cầu của Nguyễn Văn B đã được")
    assert len(player.people.pending()) == 10


async def test_who_is_no_administrator_any_more_does_nothing(player: Player) -> None:
    ask(player, range(2))
    (_, told) = await tell(player)
    choice = told.reply.choices[0][0]
    (foreign,) = await say(player, AN, "", pressed=choice.data)
    assert foreign.reply.text.startswith("Lựa chọn này dành cho người khác")
    sep = next(member for member in player.people.list() if member.name == "sếp")
    player.people.switch_off(sep.id, None)
    await say(player, SEP, "", pressed=choice.data)
    await say(player, SEP, "duyệt 1")
    assert len(player.people.pending()) == 2
