"""What every channel does, whatever its platform."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from bot.channels.contract import (
    Address,
    BlockedError,
    ChannelError,
    Choice,
    FileIn,
    Incoming,
    RefusedError,
    Reply,
    TryAgainError,
)
from tests.bot.channels.rigs import PLATFORMS, RIGS, PlatformRig, Rig

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PRINTED = "Chỉ tiêu *A* < 5 & _B_ > [3](x) `c` <b>không đậm</b> &amp; ~d~ \\e"
CHOICES = ((Choice("Sở Nội vụ", "a:1"), Choice("Sở Tư pháp", "a:2")), (Choice("Trang sau ›", "a:n"),))


@pytest.fixture(params=sorted(RIGS))
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """Each channel in turn."""
    async with RIGS[request.param]() as opened:
        yield opened


@pytest.fixture(params=sorted(PLATFORMS))
async def platform(request: pytest.FixtureRequest) -> AsyncIterator[PlatformRig]:
    """Each channel in turn that has a platform between us and the person."""
    async with PLATFORMS[request.param]() as opened:
        yield opened


async def take(rig: Rig, count: int) -> list[Incoming]:
    """What people did; the last of it is not taken."""
    taken: list[Incoming] = []
    async with aclosing(rig.channel.updates()) as updates:  # type: ignore[type-var]
        async for incoming in updates:
            taken.append(incoming)
            if len(taken) == count:
                break
    return taken


class TestSending:
    async def test_text_is_printed_as_it_stands(self, rig: Rig) -> None:
        sent = await rig.channel.send(rig.address, Reply(PRINTED))
        assert (rig.read(), len(sent.ids)) == ([PRINTED], 1)

    async def test_a_bold_first_line_changes_no_letter(self, rig: Rig) -> None:
        await rig.channel.send(rig.address, Reply(f"{PRINTED}\n\nHạn: 31/3", bold=True))
        assert rig.read() == [f"{PRINTED}\n\nHạn: 31/3"]

    async def test_letters_arrive_composed(self, rig: Rig) -> None:
        await rig.channel.send(rig.address, Reply(unicodedata.normalize("NFD", "Sở Nội vụ")))
        assert rig.read() == ["Sở Nội vụ"]

    async def test_long_text_is_cut_at_line_ends_and_loses_nothing(self, rig: Rig) -> None:
        lines = [f"{number}. {PRINTED} 👍" for number in range(1, 201)]
        sent = await rig.channel.send(rig.address, Reply("\n".join(lines), bold=True))
        got = rig.read()
        assert "\n".join(got).split("\n") == lines
        assert len(got) == len(set(sent.ids)) > 1
        assert all(len(text) <= rig.channel.capabilities.length for text in got)

    async def test_choices_can_be_read(self, rig: Rig) -> None:
        await rig.channel.send(rig.address, Reply("Anh/chị hỏi cơ quan nào?", CHOICES))
        text = "Anh/chị hỏi cơ quan nào?"
        if not rig.channel.capabilities.buttons:
            text += "\n\n1. Sở Nội vụ\n2. Sở Tư pháp\n3. Trang sau ›\nTrả lời bằng số."
        assert rig.read() == [text]

    async def test_an_edit_replaces_where_it_can(self, rig: Rig) -> None:
        first = await rig.channel.send(rig.address, Reply("Đang đọc: 1/3"))
        await rig.channel.send(rig.address, Reply("Đã đọc xong", edits=first.ids[0]))
        assert rig.read() == (
            ["Đã đọc xong"] if rig.channel.capabilities.editing else ["Đang đọc: 1/3", "Đã đọc xong"]
        )


class TestFailing:
    async def test_a_busy_platform_is_waited_for_as_it_says(self, platform: PlatformRig) -> None:
        platform.busy(7)
        with pytest.raises(TryAgainError) as caught:
            await platform.channel.send(platform.address, Reply("a"))
        assert (caught.value.retry_after, platform.read()) == (7, [])

    async def test_a_long_answer_that_has_begun_is_finished(self, platform: PlatformRig) -> None:
        parts = ["a" * (platform.channel.capabilities.length - 1), "b"]
        platform.busy_later(7)
        await platform.channel.send(platform.address, Reply("\n".join(parts)))
        assert (platform.read(), platform.pauses) == (parts, [7])

    async def test_a_platform_that_is_down(self, platform: PlatformRig) -> None:
        platform.fails()
        with pytest.raises(TryAgainError):
            await platform.channel.send(platform.address, Reply("a"))
        await platform.channel.send(platform.address, Reply("b"))
        assert platform.read() == ["b"]

    async def test_a_message_that_is_refused(self, platform: PlatformRig) -> None:
        platform.refuses()
        with pytest.raises(RefusedError):
            await platform.channel.send(platform.address, Reply("a"))

    async def test_who_has_blocked_us(self, platform: PlatformRig) -> None:
        platform.blocks()
        with pytest.raises(BlockedError):
            await platform.channel.send(platform.address, Reply("a"))

    async def test_a_typing_sign_never_fails(self, platform: PlatformRig) -> None:
        await platform.channel.show_typing(platform.address)
        platform.blocks()
        await platform.channel.show_typing(platform.address)
        await platform.channel.show_typing(Address(platform.address.channel, "404"))

    async def test_a_file_that_cannot_be_had(self, rig: Rig) -> None:
        for file in (FileIn("khong-co", "a.docx"), FileIn("lon", "b.pdf", 20_000_001)):
            with pytest.raises(ChannelError):
                await rig.channel.download(file)


class TestUpdates:
    async def test_they_come_in_order_with_what_was_written(self, rig: Rig) -> None:
        ids = [rig.writes("Hạn nộp?"), rig.writes("4.096 chữ " + "ă" * 1_900), rig.writes("/giup")]
        got = await take(rig, 3)
        assert [(each.update, each.text, each.address, each.group) for each in got] == [
            (ids[0], "Hạn nộp?", rig.address, False),
            (ids[1], "4.096 chữ " + "ă" * 1_900, rig.address, False),
            (ids[2], "/giup", rig.address, False),
        ]
        assert all(each.at.tzinfo for each in got)

    async def test_a_delivery_that_is_repeated_has_the_same_id(self, platform: PlatformRig) -> None:
        id_ = platform.writes("Hạn nộp?")
        platform.repeats()
        assert [each.update for each in await take(platform, 2)] == [id_, id_]
