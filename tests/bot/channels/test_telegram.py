"""Telegram: against a local server that speaks the Bot API, and misbehaves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram.error import RetryAfter

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
    TokenError,
    TryAgainError,
    Unread,
)
from bot.channels.patience import PatientChannel
from bot.channels.telegram import GONE, TOO_LARGE, TelegramChannel, open_telegram
from bot.channels.telegram_errors import WRONG_TOKEN
from bot.channels.telegram_pace import Pace
from bot.channels.webhooks import WebhookServer
from bot.clock import HANOI
from bot.settings import Settings
from tests.servers.local import body_of
from tests.servers.telegram_server import (
    BEGAN,
    TOKEN,
    US,
    Fault,
    Message,
    TelegramServer,
    bad_gateway,
    breaks_off,
    carrier_page,
    group,
    loopback,
    refuses,
    telegram_server,
    too_many,
)

pytestmark = loopback

NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)
CHAT = Address(ChannelName.TELEGRAM, "7")
PERSON = Sender(ChannelName.TELEGRAM, "7", "Người 7")
NAME = "@TroLyPhuGiangBot"


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    """The Bot API; chat 7 has written before."""
    with telegram_server() as running:
        running.chats[7]
        yield running


@pytest.fixture
def pauses() -> list[float]:
    """What the channel has waited."""
    return []


@pytest.fixture
async def channel(server: TelegramServer, pauses: list[float]) -> AsyncIterator[TelegramChannel]:
    """Started, polling."""
    opened = make(server, pauses)
    await opened.start()
    yield opened
    await opened.close()


def make(server: TelegramServer, pauses: list[float], **more: Any) -> TelegramChannel:
    """A channel that is not started."""

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    return TelegramChannel(TOKEN, server.url, lambda: NOW, poll_seconds=5, pause=pause, **more)


async def take(channel: TelegramChannel, count: int) -> list[Incoming]:
    """What people did; the last of it is not taken."""
    taken: list[Incoming] = []
    async with aclosing(channel.updates()) as updates:  # type: ignore[type-var]
        async for incoming in updates:
            taken.append(incoming)
            if len(taken) == count:
                break
    return taken


def png(width: int, height: int) -> bytes:
    """The beginning of a PNG of that size; the server looks no further."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x06\0\0\0"


class TestSending:
    @pytest.mark.parametrize(
        ("reply", "message"),
        [
            (Reply("Hạn < 31/3 & *sau*"), Message(0, "Hạn < 31/3 & *sau*")),
            (
                Reply("A & <B>\nHạn: 31/3", bold=True),
                Message(0, "A & <B>\nHạn: 31/3", marks=(("b", "A & <B>"),)),
            ),
            (Reply("Một dòng", bold=True), Message(0, "Một dòng", marks=(("b", "Một dòng"),))),
            (
                Reply("Chọn:", ((Choice("Có", "c:1"), Choice("Không", "c:0")), (Choice("Thôi", "x" * 64),))),
                Message(0, "Chọn:", buttons=((("Có", "c:1"), ("Không", "c:0")), (("Thôi", "x" * 64),))),
            ),
        ],
    )
    async def test_as_its_reader_sees_it(
        self, server: TelegramServer, channel: TelegramChannel, reply: Reply, message: Message
    ) -> None:
        sent = await channel.send(CHAT, reply)
        assert server.chats[7] == [replace(message, id=int(sent.ids[0]))]

    async def test_the_longest_text_of_emoji_and_angles(
        self, server: TelegramServer, channel: TelegramChannel
    ) -> None:
        await channel.send(CHAT, Reply("👍<" * 1365 + "a\n" + "b", ((Choice("Có", "c"),),)))
        assert [(each.text, each.buttons) for each in server.chats[7]] == [
            ("👍<" * 1365 + "a", ()),
            ("b", ((("Có", "c"),),)),
        ]

    async def test_a_file_follows_its_text(self, server: TelegramServer, channel: TelegramChannel) -> None:
        sent = await channel.send(CHAT, Reply("Danh sách:", file=FileOut("nhiệm vụ.xlsx", b"PK\x03\x04")))
        assert [(str(each.id), each.text, each.file) for each in server.chats[7]] == [
            (sent.ids[0], "Danh sách:", None),
            (sent.ids[1], "", ("nhiệm vụ.xlsx", b"PK\x03\x04")),
        ]

    async def test_a_picture_with_its_text_is_one_message(
        self, server: TelegramServer, channel: TelegramChannel
    ) -> None:
        reply = Reply("Tiến độ\nA < B", ((Choice("Xem", "c:1"),),), bold=True, file=FileOut("a.png", png(1080, 900)))
        sent = await channel.send(CHAT, reply)
        assert server.chats[7] == [
            Message(
                int(sent.ids[0]),
                "Tiến độ\nA < B",
                (("b", "Tiến độ"),),
                ((("Xem", "c:1"),),),
                photo=("a.png", png(1080, 900)),
            )
        ]

    async def test_a_picture_follows_a_text_too_long_to_stand_below_it(
        self, server: TelegramServer, channel: TelegramChannel
    ) -> None:
        await channel.send(CHAT, Reply("👍" * 513, file=FileOut("a.png", png(1080, 900))))
        await channel.send(CHAT, Reply("", file=FileOut("b.png", png(10, 10))))
        assert [(each.text, each.file, each.photo) for each in server.chats[7]] == [
            ("👍" * 513, None, None),
            ("", None, ("a.png", png(1080, 900))),
            ("", None, ("b.png", png(10, 10))),
        ]

    @pytest.mark.parametrize("content", [png(1080, 1281), png(1080, 900)[:20], b"%PDF"], ids=["tall", "cut", "other"])
    async def test_what_telegram_would_shrink_or_not_show_goes_as_a_file(
        self, server: TelegramServer, channel: TelegramChannel, content: bytes
    ) -> None:
        await channel.send(CHAT, Reply("Tiến độ", file=FileOut("a.png", content)))
        assert [(each.text, each.file, each.photo) for each in server.chats[7]] == [
            ("Tiến độ", None, None),
            ("", ("a.png", content), None),
        ]

    async def test_a_picture_that_telegram_does_not_take_goes_as_a_file(
        self, server: TelegramServer, channel: TelegramChannel
    ) -> None:
        server.faults["sendPhoto"].append(refuses(400, "Bad Request: IMAGE_PROCESS_FAILED"))
        await channel.send(CHAT, Reply("Tiến độ", ((Choice("Xem", "c:1"),),), file=FileOut("a.png", png(9, 9))))
        assert [(each.text, each.buttons, each.file) for each in server.chats[7]] == [
            ("Tiến độ", ((("Xem", "c:1"),),), ("a.png", png(9, 9)))
        ]

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(" \n"),
            Reply("a", ((Choice("Dài", "ă" * 33),),)),
            Reply("a", ((Choice("Không", ""),),)),
            Reply("a", ((Choice("", "c"),),)),
            Reply("a", file=FileOut("to.zip", bytes(50_000_001))),
        ],
        ids=["empty", "long data", "no data", "no label", "large file"],
    )
    async def test_what_telegram_would_refuse_is_not_begun(
        self, server: TelegramServer, channel: TelegramChannel, reply: Reply
    ) -> None:
        with pytest.raises(RefusedError):
            await channel.send(CHAT, reply)
        assert server.posted() == []

    async def test_an_edit(self, server: TelegramServer, channel: TelegramChannel) -> None:
        first = await channel.send(CHAT, Reply("Đang đọc", ((Choice("Dừng", "s"),),)))
        again = await channel.send(CHAT, Reply("Đọc xong", edits=first.ids[0]))
        same = await channel.send(CHAT, Reply("Đọc xong", edits=first.ids[0]))
        assert first == again == same
        assert server.chats[7] == [Message(int(first.ids[0]), "Đọc xong", was=("Đang đọc",))]

    async def test_an_edit_of_a_message_that_is_gone(self, server: TelegramServer, channel: TelegramChannel) -> None:
        sent = await channel.send(CHAT, Reply("Đọc xong", edits="5"))
        assert server.chats[7] == [Message(int(sent.ids[0]), "Đọc xong")]

    async def test_a_topic_of_a_group(self, server: TelegramServer, channel: TelegramChannel) -> None:
        server.chats[-1001]
        address = Address(ChannelName.TELEGRAM, "-1001/42")
        await channel.show_typing(address)
        await channel.send(address, Reply("a"))
        assert [data["message_thread_id"] for _, data in server.calls[-2:]] == ["42", "42"]

    async def test_a_group_that_became_a_supergroup(self, server: TelegramServer, pauses: list[float]) -> None:
        server.chats[-1002]
        server.migrated[-5] = -1002
        moves: list[tuple[Address, Address]] = []
        channel = make(server, pauses, moved=lambda old, new: moves.append((old, new)))
        await channel.start()
        old, new = Address(ChannelName.TELEGRAM, "-5"), Address(ChannelName.TELEGRAM, "-1002")
        await channel.send(old, Reply("a", file=FileOut("b.xlsx", b"PK")))
        await channel.send(old, Reply("c"))
        await channel.send(new, Reply("d"))
        await channel.close()
        assert [message.text or message.file for message in server.chats[-1002]] == ["a", ("b.xlsx", b"PK"), "c", "d"]
        assert (moves, pauses) == ([(old, new)], [])
        assert [data["chat_id"] for data in server.called("sendMessage")] == ["-5", "-1002", "-1002", "-1002"]

    async def test_telegram_tells_that_a_group_moves(self, server: TelegramServer, pauses: list[float]) -> None:
        server.chats[-1002]
        moves: list[tuple[Address, Address]] = []
        channel = make(server, pauses, moved=lambda old, new: moves.append((old, new)))
        await channel.start()
        small = {"id": -5, "type": "group", "title": "Phòng Tổng hợp"}
        server.brings(message=server.message({"migrate_to_chat_id": -1002}, chat=small))
        server.writes("sau")
        assert [each.text for each in await take(channel, 1)] == ["sau"]
        await channel.send(Address(ChannelName.TELEGRAM, "-5"), Reply("a"))
        await channel.close()
        assert server.posted(-1002) == ["a"]
        assert moves == [(Address(ChannelName.TELEGRAM, "-5"), Address(ChannelName.TELEGRAM, "-1002"))]

    async def test_a_chat_that_is_too_quick_is_slowed(self) -> None:
        now = 0.0

        async def pause(seconds: float) -> None:
            nonlocal now
            now += seconds

        with telegram_server(limits=True, clock=lambda: now) as server:
            server.chats[7]
            channel = TelegramChannel(TOKEN, server.url, lambda: NOW, pause=pause)
            lines = [letter * 4096 for letter in "abcdefgh"]
            await channel.send(CHAT, Reply("\n".join(lines)))
            await channel.close()
            assert server.posted() == lines
        assert now > 0

    @pytest.mark.parametrize(
        ("fault", "kind", "wait"),
        [
            (refuses(403, "Forbidden: user is deactivated"), BlockedError, None),
            (refuses(403, "Forbidden: bot was kicked from the supergroup chat"), BlockedError, None),
            (refuses(400, "Bad Request: chat not found"), BlockedError, None),
            (refuses(400, "Bad Request: not enough rights to send text messages to the chat"), BlockedError, None),
            (refuses(400, "Bad Request: message is too long"), RefusedError, None),
            (refuses(401, "Unauthorized"), TokenError, None),
            (too_many(35), TryAgainError, 35.0),
            (refuses(500, "Internal Server Error"), TryAgainError, None),
            (bad_gateway, TryAgainError, None),
            (carrier_page, TryAgainError, None),
            (breaks_off, TryAgainError, None),
        ],
    )
    async def test_failures(
        self,
        server: TelegramServer,
        channel: TelegramChannel,
        fault: Fault,
        kind: type[ChannelError],
        wait: float | None,
    ) -> None:
        server.faults["sendMessage"].append(fault)
        with pytest.raises(ChannelError) as caught:
            await channel.send(CHAT, Reply("a"))
        assert (type(caught.value), getattr(caught.value, "retry_after", None)) == (kind, wait)


class TestPace:
    async def test_a_group_waits_where_people_and_typing_do_not(self) -> None:
        pace = Pace(1_000)
        in_group = [call(pace, -1001) for _ in range(25)]
        others = [call(pace, 7) for _ in range(25)] + [call(pace, -1001, "sendChatAction"), call(pace, -1002)]
        assert await passing(in_group + others) == (20 + 27, 5)

    async def test_many_may_ask_at_once_until_telegram_minds(self) -> None:
        pace = Pace(1)
        assert await passing([call(pace, chat) for chat in range(1, 13)]) == (10, 2)
        pace = Pace(1)
        with pytest.raises(RetryAfter):
            await call(pace, 1, fails=RetryAfter(1))
        assert await passing([call(pace, chat) for chat in range(1, 13)]) == (1, 11)

    async def test_several_processes_send_no_more_together_than_one(self) -> None:
        pace = Pace(3)
        pace.share(3)
        assert await passing([call(pace, chat) for chat in range(1, 13)]) == (10, 2)
        pace = Pace(1_000)
        pace.share(4)
        assert await passing([call(pace, -1001) for _ in range(7)]) == (5, 2)
        pace.share(1)
        assert await passing([call(pace, -1001) for _ in range(21)]) == (20, 1)


async def call(pace: Pace, chat: int, endpoint: str = "sendMessage", fails: Exception | None = None) -> None:
    """A request that takes no time, once its turn has come."""

    async def post() -> bool:
        if fails:
            raise fails
        return True

    await pace.process_request(post, (), {}, endpoint, {"chat_id": chat}, None)


async def passing(calls: list[Coroutine[Any, Any, None]]) -> tuple[int, int]:
    """How many have their turn at once, and how many wait; a turn is a second or more."""
    tasks = [asyncio.ensure_future(each) for each in calls]
    for _ in range(20):  # rounds of the event loop; none of them waits
        await asyncio.sleep(0)
    waiting = [task for task in tasks if not task.done()]
    for task in waiting:
        task.cancel()
    return len(tasks) - len(waiting), len(waiting)


class TestDownload:
    async def test_content(self, server: TelegramServer, channel: TelegramChannel) -> None:
        server.sends_file("kế hoạch.docx", b"PK\x03\x04")
        (incoming,) = await take(channel, 1)
        assert incoming.file is not None
        assert (incoming.text, incoming.file.name, incoming.file.size) == ("", "kế hoạch.docx", 4)
        assert await channel.download(incoming.file) == b"PK\x03\x04"

    @pytest.mark.parametrize(
        ("file", "sentence"),
        [
            (FileIn("to", "a.pdf"), TOO_LARGE),
            (FileIn("to", "a.pdf", 20_000_001), TOO_LARGE),
            (FileIn("mat", "a.pdf", 1), GONE),
        ],
    )
    async def test_refusals(
        self, server: TelegramServer, channel: TelegramChannel, file: FileIn, sentence: str
    ) -> None:
        server.files["to"] = bytes(20_000_001)
        with pytest.raises(RefusedError) as caught:
            await channel.download(file)
        assert caught.value.sentence == sentence

    async def test_a_file_that_goes_between_two_calls(self, server: TelegramServer, channel: TelegramChannel) -> None:
        server.files["tep"] = b"a"
        get_file = server.do_getfile
        server.do_getfile = lambda data: {**get_file(data), "file_path": "documents/khac"}  # type: ignore[method-assign]
        with pytest.raises(RefusedError) as caught:
            await channel.download(FileIn("tep", "a.pdf"))
        assert caught.value.sentence == GONE


STICKER = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
           "is_animated": False, "is_video": False}  # fmt: skip
PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
MENTION = [{"type": "mention", "offset": 0, "length": len(NAME)}]
OURS = {"message_id": 5, "date": BEGAN, "from": US, "chat": group(), "text": "Hạn: 31/3"}


class TestReading:
    @pytest.mark.parametrize(
        ("content", "text", "payload"),
        [
            ({"text": "Hạn nộp?"}, "Hạn nộp?", None),
            ({"text": "a" * 4096}, "a" * 4096, None),
            ({"text": "/start"}, "/start", None),
            ({"text": "/start moi_Ab-9"}, "/start", "moi_Ab-9"),
            ({"text": f"/tim{NAME} cải cách"}, "/tim cải cách", None),
            ({"sticker": STICKER}, "", None),
            ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 1}}, "", None),
            ({"location": {"longitude": 105.8, "latitude": 21.0}}, "", None),
            ({"photo": PHOTO, "caption": "Hạn nộp?", "media_group_id": "1"}, "Hạn nộp?", None),
            ({"photo": PHOTO, "media_group_id": "1"}, "", None),
            (
                {"text": "Hạn: 31/3", "forward_origin": {"type": "user", "date": BEGAN, "sender_user": US}},
                "Hạn: 31/3",
                None,
            ),
        ],
    )
    async def test_what_a_person_sends(
        self,
        server: TelegramServer,
        channel: TelegramChannel,
        content: dict[str, Any],
        text: str,
        payload: str | None,
    ) -> None:
        update = server.brings(message=server.message(content))
        at = datetime.fromtimestamp(update["message"]["date"], UTC)
        picture = FileIn("p", "ảnh.jpg") if "photo" in content else None
        kinds = {"photo": Unread.PICTURE, "location": Unread.PLACE, "voice": Unread.VOICE, "sticker": Unread.STICKER}
        unread = next((kind for name, kind in kinds.items() if name in content), None)
        expected = Incoming(
            str(update["update_id"]), CHAT, PERSON, at, text=text, payload=payload, picture=picture, unread=unread
        )
        assert await take(channel, 1) == [expected]

    @pytest.mark.parametrize(
        ("of", "more", "phone"),
        [
            (None, {}, "+84912345678"),
            (8, {}, ""),
            (None, {"forward_origin": {"type": "user", "date": BEGAN, "sender_user": US}}, ""),
        ],
        ids=["own", "of somebody else", "passed on"],
    )
    async def test_only_ones_own_number_counts(
        self, server: TelegramServer, channel: TelegramChannel, of: int | None, more: dict[str, Any], phone: str
    ) -> None:
        server.shares("+84912345678", of=of, **more)
        (came,) = await take(channel, 1)
        assert (came.phone, came.unread, came.text) == (phone, None if phone else Unread.CONTACT, "")

    async def test_a_contact_without_an_account_or_in_a_group_is_nobodys(
        self, server: TelegramServer, channel: TelegramChannel
    ) -> None:
        contact = {"phone_number": "0912345678", "first_name": "An"}
        server.brings(message=server.message({"contact": contact}))
        server.brings(message=server.message({"contact": {**contact, "user_id": 7}}, chat=group()))
        assert [came.phone for came in await take(channel, 2)] == ["", ""]

    @pytest.mark.parametrize(
        ("content", "text", "addressed"),
        [
            ({"text": "ai họp chiều nay?"}, "ai họp chiều nay?", False),
            ({"text": f"{NAME} hạn nộp?", "entities": MENTION}, "hạn nộp?", True),
            ({"text": "còn Sở Tư pháp?", "reply_to_message": OURS}, "còn Sở Tư pháp?", True),
            ({"text": "/giup"}, "/giup", True),
            ({"text": f"/giup{NAME.lower()}"}, "/giup", True),
            ({"text": "/giup@KhacBot"}, "/giup@KhacBot", False),
            ({"text": "@KhacBot hạn?", "entities": [{**MENTION[0], "length": 8}]}, "@KhacBot hạn?", False),
            ({"photo": PHOTO, "caption": f"{NAME} đây", "caption_entities": MENTION}, "đây", True),
        ],
    )
    async def test_in_a_group(
        self, server: TelegramServer, channel: TelegramChannel, content: dict[str, Any], text: str, addressed: bool
    ) -> None:
        server.brings(message=server.message(content, chat=group()))
        (got,) = await take(channel, 1)
        assert (got.address.chat, got.group, got.text, got.addressed) == ("-1001", True, text, addressed)

    async def test_a_topic_is_part_of_the_address(self, server: TelegramServer, channel: TelegramChannel) -> None:
        server.writes("/giup", chat=group(), message_thread_id=42, is_topic_message=True)
        (got,) = await take(channel, 1)
        assert got.address == Address(ChannelName.TELEGRAM, "-1001/42")

    async def test_a_press_stops_turning_when_it_is_taken(
        self, server: TelegramServer, channel: TelegramChannel
    ) -> None:
        update = server.presses("c:1", message=12)
        server.writes("a")
        async with aclosing(channel.updates()) as updates:  # type: ignore[type-var]
            pressed = await anext(updates)
            assert server.called("answerCallbackQuery") == []
            await anext(updates)
            answered = await asyncio.to_thread(server.wait, lambda: server.called("answerCallbackQuery"))
        assert pressed == Incoming(str(update["update_id"]), CHAT, PERSON, NOW, pressed="c:1", pressed_on="12")
        assert answered == [{"callback_query_id": update["callback_query"]["id"]}]

    async def test_an_album_is_answered_once(self, server: TelegramServer, channel: TelegramChannel) -> None:
        for caption in ({}, {}, {"caption": "Hạn nộp?"}, {}):
            server.brings(message=server.message({"photo": PHOTO, "media_group_id": "9", **caption}))
        server.writes("sau")
        assert [each.text for each in await take(channel, 3)] == ["", "Hạn nộp?", "sau"]

    async def test_what_nobody_asks_is_passed_over(self, server: TelegramServer, channel: TelegramChannel) -> None:
        robot = {"id": 8, "is_bot": True, "first_name": "Máy khác"}
        server.brings(message={**server.message({"text": "chào"}), "from": robot})
        server.brings(message=server.message({"new_chat_members": [robot]}, chat=group()))
        server.brings(message=server.message({"left_chat_member": robot}, chat=group()))
        server.brings(channel_post=server.message({"text": "tin"}, chat={"id": -1, "type": "channel", "title": "K"}))
        last = server.writes("Hạn nộp?")
        assert [each.update for each in await take(channel, 1)] == [str(last["update_id"])]

    async def test_what_is_edited_says_so(self, server: TelegramServer, channel: TelegramChannel) -> None:
        server.brings(edited_message={**server.message({"text": "sửa"}), "edit_date": BEGAN})
        server.writes("mới")
        assert [(each.text, each.edited) for each in await take(channel, 2)] == [("sửa", True), ("mới", False)]


class TestPolling:
    async def test_what_was_not_taken_comes_again(
        self, server: TelegramServer, channel: TelegramChannel, pauses: list[float]
    ) -> None:
        ids = [str(server.writes(text)["update_id"]) for text in "abc"]
        assert [each.update for each in await take(channel, 2)] == ids[:2]
        again = make(server, pauses)
        await again.start()
        assert set(ids[1:]) <= {each.update for each in await take(again, 3)}
        await again.close()

    async def test_what_was_taken_is_confirmed(self, server: TelegramServer, channel: TelegramChannel) -> None:
        for text in "ab":
            server.writes(text)
        async with aclosing(channel.updates()) as updates:  # type: ignore[type-var]
            await anext(updates)
            await anext(updates)
            third = asyncio.ensure_future(anext(updates))  # asking for it takes the second
            await asyncio.to_thread(server.wait, lambda: not server.pending)
            server.writes("c")
            assert (await third).text == "c"

    @pytest.mark.usefixtures("channel")
    async def test_starting_throws_nothing_away(self, server: TelegramServer) -> None:
        assert [data.get("drop_pending_updates") for data in server.called("deleteWebhook")] in ([None], ["false"])

    async def test_trouble_is_one_line_and_patience(
        self,
        server: TelegramServer,
        channel: TelegramChannel,
        pauses: list[float],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        conflict = refuses(409, "Conflict: terminated by other getUpdates request")
        server.faults["getUpdates"].extend([bad_gateway, carrier_page, breaks_off, too_many(5), conflict])
        server.writes("a")
        await take(channel, 1)
        assert pauses == [1, 2, 4, 5, 16]
        assert [(record.levelname, record.exc_info) for record in caplog.records] == [("WARNING", None)] * 2

    async def test_a_network_that_is_gone_for_minutes(
        self, server: TelegramServer, channel: TelegramChannel, pauses: list[float]
    ) -> None:
        server.faults["getUpdates"].extend([breaks_off] * 14)
        server.writes("a")
        assert [each.text for each in await take(channel, 1)] == ["a"]
        assert pauses == [1, 2, 4, 8, 16, *[30] * 9]

    async def test_a_token_taken_back_ends_it(self, server: TelegramServer, channel: TelegramChannel) -> None:
        server.faults["getUpdates"].append(refuses(401, "Unauthorized"))
        with pytest.raises(TokenError):
            await take(channel, 1)


class TestToken:
    async def test_a_wrong_one_is_told_in_one_sentence(self, server: TelegramServer) -> None:
        channel = TelegramChannel("4590:sai", server.url, lambda: NOW)
        with pytest.raises(TokenError) as caught:
            await channel.start()
        await channel.close()
        assert (caught.value.sentence, caught.value.detail) == (WRONG_TOKEN, "")

    @pytest.mark.parametrize("token", ["", "mã của tôi", "4590", "4590:a/b", "4590:ă"])
    def test_one_that_cannot_be_one(self, token: str) -> None:
        with pytest.raises(TokenError):
            open_telegram(Settings(telegram_token=token), lambda: NOW)  # type: ignore[arg-type]

    async def test_it_is_in_no_log(
        self, server: TelegramServer, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            server.faults["sendMessage"].append(breaks_off)
            with pytest.raises(TryAgainError) as caught:
                await channel.send(CHAT, Reply("a"))
            await channel.send(CHAT, Reply("b"))
        assert "MaBiMat" not in caplog.text + caught.value.detail + str(caught.value.__cause__)


class TestWebhook:
    @pytest.fixture
    async def hooked(self, server: TelegramServer, pauses: list[float]) -> AsyncIterator[TelegramChannel]:
        """Started, with its webhook listening; the platform knows where."""
        listener = WebhookServer("127.0.0.1", 0, [])
        await listener.start()
        opened = make(server, pauses, webhook=f"http://127.0.0.1:{listener.port}")
        assert opened.hook is not None
        port = listener.port
        await listener.close()
        listener = WebhookServer("127.0.0.1", port, [opened.hook])
        await listener.start()
        await opened.start()
        yield opened
        await listener.close()
        await opened.close()

    async def test_a_delivery_is_confirmed_when_it_is_taken(
        self, server: TelegramServer, hooked: TelegramChannel
    ) -> None:
        first, second = server.writes("a"), server.writes("b")
        async with aclosing(hooked.updates()) as updates:  # type: ignore[type-var]
            delivery = asyncio.create_task(asyncio.to_thread(server.deliver, first))
            assert (await anext(updates)).text == "a"
            assert not delivery.done()
            following = asyncio.ensure_future(anext(updates))
            assert await delivery == 200
            again = asyncio.create_task(asyncio.to_thread(server.deliver, second))
            assert (await following).update == str(second["update_id"])
            third = asyncio.ensure_future(anext(updates))
            assert await again == 200
            third.cancel()
            await asyncio.gather(third, return_exceptions=True)

    @pytest.mark.usefixtures("hooked")
    async def test_what_is_not_ours_to_answer_is_confirmed_at_once(self, server: TelegramServer) -> None:
        post = server.brings(
            channel_post=server.message({"text": "tin"}, chat={"id": -1, "type": "channel", "title": "K"})
        )
        assert await asyncio.to_thread(server.deliver, post) == 200

    @pytest.mark.usefixtures("hooked")
    async def test_a_forged_one_is_refused(self, server: TelegramServer) -> None:
        assert await asyncio.to_thread(server.deliver, server.writes("bí mật"), "doan-mo") == 403

    async def test_without_a_secret_or_an_update(self, hooked: TelegramChannel) -> None:
        assert hooked.hook is not None
        genuine = {"x-telegram-bot-api-secret-token": hooked._secret}
        assert await hooked.hook.receive({}, body_of(b"{}")) == 401
        unstarted = TelegramChannel(TOKEN, "http://127.0.0.1:1", lambda: NOW, webhook="https://a.example")
        assert unstarted.hook is not None
        assert await unstarted.hook.receive(genuine, body_of(b"{}")) == 503
        assert await hooked.hook.receive(genuine, body_of(b"khong phai JSON")) == 400
        assert await hooked.hook.receive(genuine, body_of(b"[]")) == 400

    @pytest.mark.usefixtures("hooked")
    async def test_its_address_and_what_it_asks_for(self, server: TelegramServer) -> None:
        (asked,) = server.called("setWebhook")
        assert asked["url"].endswith("/telegram")
        assert asked["allowed_updates"] == '["message", "edited_message", "callback_query"]'
        assert len(asked["secret_token"]) >= 32


async def test_the_command_menu(server: TelegramServer, channel: TelegramChannel) -> None:
    await channel.set_commands((("giup", "Cách hỏi"), ("sapden", "Sắp đến hạn")))
    (menu,) = server.called("setMyCommands")
    assert menu["commands"] == (
        '[{"command": "giup", "description": "C\\u00e1ch h\\u1ecfi"}, '
        '{"command": "sapden", "description": "S\\u1eafp \\u0111\\u1ebfn h\\u1ea1n"}]'
    )


async def test_our_name_in_links_is_known_once_started(server: TelegramServer, pauses: list[float]) -> None:
    opened = make(server, pauses)
    patient = PatientChannel(opened)
    assert patient.username == ""
    await patient.start()
    assert patient.username == US["username"]
    await patient.close()


async def test_a_button_that_shares_the_own_number(server: TelegramServer, channel: TelegramChannel) -> None:
    server.chats[7]
    for label in ("Chia sẻ số điện thoại", "", None):
        await channel.send(CHAT, Reply("Xin chào", shares_phone=label))
    assert [message.keyboard for message in server.chats[7]] == [("Chia sẻ số điện thoại",), (), None]
