"""What people send that is no question, as it is answered on the platform; each loses nothing and stops nobody.

| sent | answered |
|---|---|
| sticker, voice, place, picture, video, contact | that text alone is read |
| an album | once |
| a question that is edited later | anew, where it asks something else now; what asked for a deed is not done again |
| a reply to an older answer | about that one |
| a question of 4,096 characters | as any question |
| a message of ours, sent on to us | as any question: it is not known for ours |
| a file that is no plan | why not |
| a button that was offered to somebody else | that it is theirs |
| a file on the Official Account | where files are taken |
| a forged delivery | 401 or 403, logged without a word of it |
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.contract import ChannelName, Sender
from tests.bot.chat.over_http import HttpPlayer, Play, playing
from tests.bot.chat.platforms import OnTelegram, OnZalo, OnZaloOa
from tests.servers import zalo_server as zalo
from tests.servers.local import Delivery, post
from tests.servers.telegram_server import BEGAN, US, loopback

pytestmark = loopback

TELEGRAM, ZALO, OA = ChannelName.TELEGRAM, ChannelName.ZALO, ChannelName.ZALO_OA
AN, QUAN = 1001, 1002
STICKER_ONLY = "Tôi chưa hiểu được hình dán."
PICTURE_ONLY = "Tôi chưa xem được ảnh và video."
WORDS = " Xin anh/chị gõ thành chữ điều cần hỏi hoặc cần báo."
FILES_HOW = " Ảnh và tệp kết quả (Word, PDF, Excel) xin gửi ngay sau khi chọn Xong."
QUESTION = "Ai chủ trì nâng cấp Trung tâm dữ liệu tỉnh?"
ANSWER = """\
Sở Khoa học và Công nghệ chủ trì; phối hợp: Sở Tài chính.
Hạn: Đến cuối năm 2026 (đến 31/12/2026).
Sản phẩm: Hồ sơ nghiệm thu.
Nhiệm vụ: Nâng cấp Trung tâm dữ liệu tỉnh.
Nguồn: Kế hoạch 57/KH-UBND ngày 12/01/2026, PHỤ LỤC, mục V.1."""
FOREIGN = "Lựa chọn này dành cho người khác; anh/chị cứ hỏi tôi, tôi sẽ trả lời riêng."
ELSEWHERE = (
    "Ở kênh này tôi chưa nhận được tệp. Xin anh/chị gửi tệp cho tôi trên Telegram, "
    "hoặc nhờ người quản lý máy chủ nạp bằng lệnh kehoach load."
)


@pytest.fixture
async def player(home: Path) -> AsyncIterator[HttpPlayer]:
    """Telegram by webhook, Zalo's two channels; an and quan are let in everywhere, quan an administrator."""
    async with playing(home, Play(hooked=(TELEGRAM, ZALO, OA)), {}) as opened:
        for channel in (TELEGRAM, ZALO, OA):
            an, quan = Sender(channel, str(AN), "an"), Sender(channel, str(QUAN), "quan")
            opened.people.appoint([quan])
            opened.people.approve(opened.people.request(an, "Trần An", "Sở Nội vụ").id, by=None)
            opened.know(an)
            opened.know(quan)
        yield opened


def telegram(player: HttpPlayer) -> Any:
    """The Bot API."""
    platform = player.platforms[TELEGRAM]
    assert isinstance(platform, OnTelegram)
    return platform.server


def zalos(player: HttpPlayer) -> zalo.ZaloServer:
    """Zalo's servers."""
    platform = player.platforms[OA]
    assert isinstance(platform, OnZaloOa)
    return platform.server


async def told(player: HttpPlayer, content: dict[str, Any], who: int = AN) -> list[str]:
    """What arrives when a person has sent something on Telegram."""
    server = telegram(player)
    posted = await player.after(lambda: server.brings(message=server.message(content, who)))
    return [each.reply.text for each in posted]


STICKER = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
           "is_animated": False, "is_video": False}  # fmt: skip
FILE = {"file_id": "f", "file_unique_id": "f"}
PICTURE = [{**FILE, "width": 1, "height": 1}]
NO_TEXT: dict[str, dict[str, Any]] = {
    "sticker": {"sticker": STICKER},
    "voice": {"voice": {**FILE, "duration": 1}},
    "place": {"location": {"longitude": 105.8, "latitude": 21.0}},
    "picture": {"photo": PICTURE},
    "contact": {"contact": {"phone_number": "0912", "first_name": "An"}},
    "video": {"video": {**FILE, "width": 1, "height": 1, "duration": 1}},
}
NO_WORDS = {
    "sticker": STICKER_ONLY,
    "voice": "Tôi chưa nghe được lời nói; có thể bấm micrô trên bàn phím điện thoại để đọc thành chữ.",
    "place": "Tôi chưa dùng được vị trí.",
    "picture": PICTURE_ONLY,
    "contact": "Tôi chỉ nhận số điện thoại của chính anh/chị, chia sẻ bằng nút ở tin /start.",
    "video": PICTURE_ONLY,
}


async def test_what_is_no_text(player: HttpPlayer) -> None:
    assert {name: await told(player, content) for name, content in NO_TEXT.items()} == {
        name: [NO_WORDS[name] + WORDS + FILES_HOW] for name in NO_TEXT
    }


async def test_several_of_a_kind_are_answered_once(player: HttpPlayer) -> None:
    picture = NO_TEXT["picture"]
    sent = [await told(player, picture) for _ in range(3)]
    assert [len(each) for each in sent] == [1, 0, 0]
    assert len(await told(player, NO_TEXT["voice"])) == 1
    assert len(await told(player, picture)) == 1
    player.now += timedelta(minutes=2)
    assert len(await told(player, picture)) == 1


async def test_an_album_is_answered_once(player: HttpPlayer) -> None:
    server = telegram(player)

    def send() -> None:
        for _ in range(4):
            server.brings(message=server.message({"photo": PICTURE, "media_group_id": "9"}, AN))
        server.writes(QUESTION, AN)

    assert [each.reply.text for each in await player.after(send, handled=2)] == [
        PICTURE_ONLY + WORDS + FILES_HOW,
        ANSWER,
    ]


OTHER = "Ai chủ trì số hóa hồ sơ lưu trữ của cấp huyện cũ?"
OTHER_LEAD = "Sở Nội vụ chủ trì; phối hợp: Sở Khoa học và Công nghệ; UBND các xã, phường."


async def test_an_edited_question_is_answered_anew(player: HttpPlayer) -> None:
    server = telegram(player)

    def edited(text: str) -> None:
        server.brings(edited_message={**server.message({"text": text}, AN), "edit_date": BEGAN})

    def change_and_change_back() -> None:
        edited(OTHER)
        edited(OTHER)
        for deed in ("/nhiemvu", "xong", "đã nhận", "1", "sai", "👎"):
            edited(deed)
        server.writes("hạn khi nào?", AN)

    assert await told(player, {"text": QUESTION}) == [ANSWER]
    posted = await player.after(change_and_change_back, handled=9)
    first_lines = [each.reply.text.splitlines()[0] for each in posted]
    assert len(first_lines) == 2
    assert first_lines[0] == OTHER_LEAD
    assert first_lines[1].startswith("Hạn: Từ Quý II/2026")
    assert "Số hóa hồ sơ lưu trữ của cấp huyện cũ" in posted[1].reply.text
    assert server.pending == []


async def test_a_reply_to_an_older_answer_is_about_that_one(player: HttpPlayer) -> None:
    server = telegram(player)
    (first,) = await player.after(lambda: server.writes(QUESTION, AN))
    await told(player, {"text": OTHER})
    buttons = [[{"text": each.label, "callback_data": each.data} for each in row] for row in first.reply.choices]
    ours = {
        **server.message({"text": first.reply.text}, AN),
        "from": US,
        "reply_markup": {"inline_keyboard": buttons},
    }
    (text,) = await told(player, {"text": "ai phối hợp?", "reply_to_message": ours})
    assert text.splitlines()[0] == "Cơ quan phối hợp: Sở Tài chính."
    assert "Nâng cấp Trung tâm dữ liệu tỉnh" in text


async def test_a_question_of_the_greatest_length(player: HttpPlayer) -> None:
    longest = f"{QUESTION} ".ljust(4096, "!")
    assert await told(player, {"text": longest}) == [ANSWER]
    many = ("Ai chủ trì nâng cấp Trung tâm dữ liệu tỉnh? " * 100)[:4096]
    assert await told(player, {"text": many}) == [ANSWER]


async def test_our_own_answer_sent_on_to_us(player: HttpPlayer) -> None:
    forwarded = {"type": "user", "date": BEGAN, "sender_user": US}
    assert await told(player, {"text": ANSWER, "forward_origin": forwarded}) == [ANSWER]


NO_PLANS = [
    (
        "anh.png",
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        "Chưa đọc được loại tệp .png; xin dùng tệp .docx, .doc, .xlsx, .xls, .odt, .rtf, .pdf, .txt hoặc .md.",
    ),
    (
        "hỏng.docx",
        b"PK\x03\x04" + bytes(64),
        "Tệp không phải là tệp Word (.docx) hợp lệ hoặc đã hỏng; xin mở bằng Word rồi lưu lại.",
    ),
    ("trống.txt", b"", "Tệp rỗng, không có nội dung nào để đọc."),
    (
        "thơ.txt",
        "Mưa rơi ngoài hiên vắng,\nTrời sáng dần lên nắng.\n".encode(),
        "Không thấy nội dung nào của một kế hoạch trong tệp này.",
    ),
]


@pytest.mark.parametrize(("name", "content", "reason"), NO_PLANS, ids=["picture", "broken", "empty", "poem"])
async def test_a_file_that_is_no_plan(player: HttpPlayer, name: str, content: bytes, reason: str) -> None:
    server = telegram(player)
    posted = await player.after(lambda: server.sends_file(name, content, QUAN))
    assert [each.reply.text for each in posted] == [
        "Đang tải tệp…",
        "Đã tải tệp, đang đọc…",
        f"Chưa nạp được tệp này. {reason}",
    ]
    assert len(server.chats[QUAN]) == 1
    assert await told(player, {"text": QUESTION}) == [ANSWER]


async def test_other_words_under_a_file_do_not_read_it_again(player: HttpPlayer) -> None:
    server = telegram(player)
    content = {"document": {**FILE, "file_name": "kế hoạch.docx"}, "caption": "Bản mới"}

    def edit() -> None:
        server.brings(edited_message={**server.message(content, QUAN), "edit_date": BEGAN})
        server.writes(QUESTION, QUAN)

    assert [each.reply.text for each in await player.after(edit, handled=2)] == [ANSWER]


async def test_a_button_of_somebody_else(player: HttpPlayer) -> None:
    server = telegram(player)
    [offered] = await player.after(lambda: server.writes(QUESTION, AN))
    data = offered.reply.choices[0][0].data
    pressed = await player.after(lambda: server.presses(data, int(offered.id), QUAN))
    assert [(each.address.chat, each.reply.text) for each in pressed] == [(str(QUAN), FOREIGN)]


@pytest.mark.parametrize(
    ("who", "reply"),
    [
        (AN, "Cảm ơn anh/chị. Chỉ quản trị viên nạp được kế hoạch; xin chuyển tệp này cho quản trị viên."),
        (QUAN, ELSEWHERE),
        (1009, "Anh/chị chưa được cấp quyền hỏi. Gõ /start để gửi yêu cầu tới quản trị viên."),
    ],
)
async def test_a_file_on_the_official_account(player: HttpPlayer, who: int, reply: str) -> None:
    payload = {"url": "https://f.example/1", "name": "kế hoạch.docx", "size": "20480", "type": "docx"}
    attached = [{"type": "file", "payload": payload}]
    event = zalo.oa_event(None, user=str(who), name="user_send_file", attachments=attached)
    posted = await player.after(lambda: zalos(player).oa_brings(event))
    assert [(each.address.chat, each.reply.text) for each in posted] == [(str(who), reply)]


async def test_a_picture_on_the_official_account(player: HttpPlayer) -> None:
    attached = [{"type": "image", "payload": {"url": "https://f.example/1"}}]
    event = zalo.oa_event(None, user=str(AN), name="user_send_image", attachments=attached)
    posted = await player.after(lambda: zalos(player).oa_brings(event))
    assert [each.reply.text for each in posted] == [PICTURE_ONLY + WORDS]


async def test_a_sticker_on_zalo(player: HttpPlayer) -> None:
    assert isinstance(player.platforms[ZALO], OnZalo)
    person = {"id": str(AN), "display_name": "an", "is_bot": False}
    sticker = zalo.update(
        None, event="message.sticker.received", sender=person, chat={"id": str(AN), "chat_type": "PRIVATE"}
    )
    posted = await player.after(lambda: zalos(player).brings(sticker))
    assert [each.reply.text for each in posted] == [STICKER_ONLY + WORDS]


async def test_forged_deliveries(player: HttpPlayer, caplog: pytest.LogCaptureFixture) -> None:
    bot_api, other = telegram(player), zalos(player)
    await asyncio.to_thread(bot_api.wait, lambda: bot_api.webhook)
    await asyncio.to_thread(other.wait, lambda: other.webhook)
    secret = "câu hỏi kín"
    genuine = [
        bot_api.delivery({"update_id": 1, "message": bot_api.message({"text": secret}, AN)}),
        other.delivery(zalo.update(secret)),
        other.oa_delivery(zalo.oa_event(secret, user=str(AN))),
    ]
    before = len(player.arrivals)
    with caplog.at_level(logging.DEBUG):
        for each in genuine:
            header = next(iter(each.headers))
            assert await asyncio.to_thread(post, Delivery(each.url, each.body, {})) == 401
            assert await asyncio.to_thread(post, Delivery(each.url, each.body, {header: "doan-mo"})) == 403
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"webhook {path}: a delivery was refused with {status}"
        for path in ("/telegram", "/zalo", "/zalo-oa")
        for status in (401, 403)
    ]
    for private in (secret, "kín", "doan-mo", str(AN)):
        assert private not in caplog.text
    assert len(player.arrivals) == before
    assert player.inbox.count_waiting() == 0
