"""What goes wrong when reminders are answered: two at once, tasks that are gone, notes that are none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.contract import ChannelName
from bot.tracking.results import FOLDER
from knowledge.store.models import OccurrenceRow
from tests.bot.chat.over_http import Play, playing_as
from tests.bot.chat.platforms import OnTelegram
from tests.bot.chat.reminding import RemindedPlayer
from tests.servers.telegram_server import loopback

pytestmark = loopback

AN, BINH = 1001, 1002
TASK = "Tổng hợp báo cáo cải cách hành chính"
ARRANGED = f"""
@ đầu mối: an@telegram, Trần An, Sở Tư pháp
@ đầu mối: binh@telegram, Lý Bình, Sở Tư pháp
@ việc: {TASK} | Trước ngày 4/12/2026 | Sở Tư pháp
@ kế hoạch: 57/KH-UBND
~ 25/11/2026 08:00
"""
ASKED = f"“{TASK}” (Sở Tư pháp): xin ghi chú hoặc gửi tệp kết quả, hoặc chọn Bỏ qua."
DONE = (
    f"Đã ghi: “{TASK}” (Sở Tư pháp) đã xong. "
    "Lãnh đạo cơ quan và đơn vị theo dõi được báo sau 08:10; đến lúc đó anh/chị còn hoàn tác được."
)
AGAIN = "Tôi chưa hiểu được hình dán. Xin anh/chị gõ lại thành chữ, hoặc chọn trong tin trước."
STICKER = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
           "is_animated": False, "is_video": False}  # fmt: skip


@pytest.fixture
async def player(empty: Path) -> AsyncIterator[RemindedPlayer]:
    """Two owners who have just been reminded."""
    async with playing_as(RemindedPlayer, empty, Play(polled=(ChannelName.TELEGRAM,)), {}) as opened:
        await opened.play(ARRANGED)
        yield opened


def server(player: RemindedPlayer) -> Any:
    """The Bot API."""
    platform = player.platforms[ChannelName.TELEGRAM]
    assert isinstance(platform, OnTelegram)
    return platform.server


def button(player: RemindedPlayer, who: int, label: str) -> tuple[str, int]:
    """Data of a button in the person's chat, and the message that it is on; the last one."""
    for post in reversed(player.posted):
        for choice in (each for row in post.reply.choices for each in row):
            if post.address.chat == str(who) and choice.label == label:
                return choice.data, int(post.id)
    raise AssertionError(label)


async def told(player: RemindedPlayer, *acts: Any) -> list[tuple[str, str]]:
    """Who is told what, when people have done these things in one moment."""

    def act() -> None:
        for each in acts:
            each()

    posted = await player.after(act, handled=len(acts))
    return [(each.address.chat, each.reply.text) for each in posted]


def press(player: RemindedPlayer, who: int, label: str) -> Any:
    """Somebody presses."""
    data, message = button(player, who, label)
    return lambda: server(player).presses(data, message, who)


def send(player: RemindedPlayer, who: int, **content: Any) -> Any:
    """Somebody sends something."""
    content["date"] = int(player.now.timestamp())
    return lambda: server(player).brings(message=server(player).message(content, who))


def row(player: RemindedPlayer) -> OccurrenceRow:
    """What is owed, as it stands."""
    with player.app.store.read() as session:
        found = session.scalars(select(OccurrenceRow)).one()
        session.expunge(found)
        return found


async def test_two_owners_report_it_in_one_moment(player: RemindedPlayer) -> None:
    await told(player, press(player, AN, "Xong"), press(player, BINH, "Xong"))
    said = await told(player, press(player, AN, "Bỏ qua"), press(player, BINH, "Bỏ qua"))
    first = row(player).done_by
    names = {1: "Trần An", 2: "Lý Bình"}
    late = f"Việc này {names[first or 0]} đã báo xong lúc 08:00 ngày 25/11/2026."
    assert sorted(text for _, text in said) == sorted([DONE, late])
    assert dict(said)[str(AN if first == 1 else BINH)] == DONE


async def test_one_presses_twice(player: RemindedPlayer) -> None:
    await told(player, press(player, AN, "Xong"))
    skip = press(player, AN, "Bỏ qua")
    said = await told(player, skip, skip)
    assert [text for _, text in said] == [DONE, "Lựa chọn này không còn hiệu lực; xin anh/chị hỏi lại."]


async def test_a_task_that_is_no_longer_asked_for(player: RemindedPlayer) -> None:
    pressed = press(player, AN, "Xong")
    await player.play(
        "@ việc: Lập danh mục hồ sơ | Trước ngày 30/12/2026 | Sở Tư pháp\n@ kế hoạch: 57/KH-UBND\n~ 25/11/2026 08:10"
    )
    gone = (
        f"Không phải làm nữa: {TASK} (Sở Tư pháp, hạn thứ Sáu 04/12/2026) – Kế hoạch 57/KH-UBND (năm 2026). "
        "Bản mới của kế hoạch không còn việc này; tôi sẽ không nhắc nữa."
    )
    assert [post.reply.text for post in player.posted[-2:]] == [gone, gone]
    labels = ("Đã nhận", "Xong", "Xin lùi hạn", "Nhắc lại sau…")
    answers = {text for label in labels for _, text in await told(player, press(player, AN, label))}
    answers |= {text for _, text in await told(player, pressed)}
    assert answers == {"Việc này không còn trong các kế hoạch đang dùng."}


async def test_a_note_that_is_too_long_is_typed_again(player: RemindedPlayer) -> None:
    assert await told(player, press(player, AN, "Xong")) == [(str(AN), ASKED)]
    assert await told(player, send(player, AN, text="Đã trình. " * 400)) == [
        (str(AN), "Xin ghi chú ngắn hơn 500 ký tự.")
    ]
    assert row(player).state == "open"
    assert await told(player, send(player, AN, text="Đã trình.")) == [(str(AN), DONE)]
    assert row(player).note == "Đã trình."


async def test_a_sticker_is_no_note(player: RemindedPlayer) -> None:
    await told(player, press(player, AN, "Xong"))
    assert await told(player, send(player, AN, sticker=STICKER)) == [(str(AN), AGAIN)]
    assert row(player).state == "open"
    assert await told(player, press(player, AN, "Bỏ qua")) == [(str(AN), DONE)]


async def test_a_photograph_is_a_result(player: RemindedPlayer) -> None:
    server(player).files["to"] = b"\xff\xd8\xff to"
    small, large = ({"file_id": name, "file_unique_id": name, "width": width, "height": width, "file_size": 9}
                    for name, width in (("nho", 90), ("to", 900)))  # fmt: skip
    await told(player, press(player, AN, "Xong"))
    said = await told(player, send(player, AN, photo=[small, large], caption="Bản đã ký"))
    assert said == [(str(AN), f"Đã lưu tệp.\n{DONE}")]
    found = row(player)
    assert found.file is not None
    kept = player.app.settings.home / FOLDER / found.file
    assert (found.note, found.file.partition("-")[2], kept.read_bytes()) == (
        "Bản đã ký",
        "ảnh.jpg",
        b"\xff\xd8\xff to",
    )


async def test_two_answer_at_once_with_files(player: RemindedPlayer) -> None:
    """Of two results in one moment one is kept, and its file alone."""
    await told(player, press(player, AN, "Xong"), press(player, BINH, "Xong"))
    now = int(player.now.timestamp())
    said = await told(
        player,
        lambda: server(player).sends_file("ket-qua.pdf", b"An", AN, date=now),
        lambda: server(player).sends_file("ket-qua.pdf", "Bình".encode(), BINH, date=now),
    )
    found = row(player)
    name = {1: "Trần An", 2: "Lý Bình"}[found.done_by or 0]
    late = f"Việc này {name} đã báo xong lúc 08:00 ngày 25/11/2026."
    assert sorted(text for _, text in said) == sorted([late, f"Đã lưu tệp.\n{DONE}"])
    files = list((player.app.settings.home / FOLDER).iterdir())
    assert [file.name for file in files] == [found.file]
