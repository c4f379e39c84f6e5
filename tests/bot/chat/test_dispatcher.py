"""What a transcript cannot show: foreign and stale buttons, failures, the log, threads, what stays stored."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.channels.contract import (
    Address,
    BlockedError,
    ChannelName,
    FileIn,
    Incoming,
    RefusedError,
    Reply,
    Sender,
    Sent,
    TryAgainError,
)
from bot.chat.dispatcher import Dispatcher
from bot.chat.inbox import Inbox
from bot.chat.plan_files import read_draft
from bot.menus.texts import load_texts
from bot.people.members import Role
from bot.people.ratelimit import RateLimit
from knowledge.qa.compose.answer import Answer
from knowledge.records import PlanDraft
from knowledge.store import versions
from tests.bot.chat.files import FILES
from tests.bot.chat.playing import Player
from tests.bot.memory_channel import MemoryChannel
from tests.bot.running import NOW

AN = Sender(ChannelName.TELEGRAM, "1001", "an")
QUAN = Sender(ChannelName.TELEGRAM, "1002", "quan")
BINH = Sender(ChannelName.TELEGRAM, "1003", "binh")
SEP = Sender(ChannelName.TELEGRAM, "1004", "sep")
QUESTION = "Ai chủ trì nâng cấp Trung tâm dữ liệu tỉnh?"
FIRST_LINE = "Sở Khoa học và Công nghệ chủ trì; phối hợp: Sở Tài chính."
CHOOSING = "Ai chủ trì tập huấn?"
STALE = "Lựa chọn này không còn hiệu lực; xin anh/chị hỏi lại."
FOREIGN = "Lựa chọn này dành cho người khác; anh/chị cứ hỏi tôi, tôi sẽ trả lời riêng."


class Room:
    """A service with a member (an), an administrator (quan) and somebody new (binh)."""

    def __init__(self, home: Path) -> None:
        self.player = Player(home, True, FILES)
        self.player.people.appoint([QUAN])
        for sender, name in ((AN, "Trần An"), (BINH, "Lê Bình")):
            self.player.people.approve(self.player.people.request(sender, name, "Sở Nội vụ").id, by=None)
        self.channel: MemoryChannel = self.player.channels[ChannelName.TELEGRAM]
        self.updates = 0

    def incoming(self, sender: Sender, written: str = "", *, chat: str = "") -> Incoming:
        """A message of that person, in their own chat unless told."""
        self.updates += 1
        return Incoming(str(self.updates), Address(sender.channel, chat or sender.id), sender, NOW, written)

    async def handle(self, incoming: Incoming) -> list[str]:
        """The texts that went to the chat."""
        before = len(self.player.posted)
        await self.player.dispatcher.handle(incoming, self.channel)
        return [post.reply.text for post in self.player.posted[before:] if post.address == incoming.address]

    async def say(self, sender: Sender, written: str) -> list[str]:
        """What answers a message."""
        return await self.handle(self.incoming(sender, written))

    async def press(self, sender: Sender, data: str, *, chat: str = "") -> list[str]:
        """What answers a pressed button."""
        return await self.handle(replace(self.incoming(sender, chat=chat), pressed=data, pressed_on="1"))

    def data(self, label: str) -> str:
        """Data of the newest button with this label."""
        choices = (c for post in reversed(self.player.posted) for row in post.reply.choices for c in row)
        return next(choice.data for choice in choices if choice.label == label)


@pytest.fixture
def room(home: Path) -> Iterator[Room]:
    """A service over the sample plans."""
    room = Room(home)
    yield room
    room.player.app.close()


async def test_a_button_works_for_whom_and_where_it_was_offered(room: Room) -> None:
    await room.say(AN, CHOOSING)
    data = room.data("1")
    token = data.partition(".")[0]
    assert await room.press(BINH, data) == [FOREIGN]
    assert await room.press(AN, data, chat="nhóm") == [FOREIGN]
    for made_up in ("", ".", "x.1", f"{token}.2", f"{token}.-1", f"{token}.", token, "1" * 64, f"{token}.²"):
        assert await room.press(AN, made_up) == [STALE], made_up
    answer = await room.press(AN, data)
    assert answer[0].startswith("Sở Tư pháp chủ trì")


async def test_a_button_is_stale_after_thirty_days(room: Room) -> None:
    await room.say(AN, CHOOSING)
    room.player.now += timedelta(days=31)
    assert await room.press(AN, room.data("1")) == [STALE]


async def test_a_choice_from_before_a_switch_of_plans_asks_again(room: Room) -> None:
    await room.say(AN, CHOOSING)
    choice = room.data("1")
    await _load_and_activate(room)
    assert await room.press(AN, choice) == ["Các kế hoạch vừa được cập nhật nên lựa chọn này không còn đúng."]
    again = await room.press(AN, room.data("Hỏi lại"))
    assert again[0].startswith("Có vài nhiệm vụ gần với câu hỏi")


async def _load_and_activate(room: Room) -> None:
    sent = replace(room.incoming(QUAN), file=FileIn("f", "bao-2026.md", 10))
    assert (await room.handle(sent))[-1].startswith("Đã đọc 12/KH-UBND, bản 1 (nháp).")
    assert await room.press(QUAN, room.data("Kích hoạt")) == ["12/KH-UBND: đang dùng bản 1."]


async def test_who_is_no_administrator_any_more_approves_nobody(room: Room) -> None:
    new = Sender(ChannelName.TELEGRAM, "1009", "moi")
    room.player.people.request(new, "Người Mới", "Sở Y tế")
    await room.say(QUAN, "/duyet")
    people = room.player.people
    admin, an = people.find(QUAN), people.find(AN)
    assert admin is not None
    assert an is not None
    people.change(an.id, None, roles={Role.ADMIN})
    people.change(admin.id, None, roles={Role.STAFF})
    assert await room.press(QUAN, room.data("Duyệt")) == ["Việc này chỉ quản trị viên làm được."]
    assert people.find(new) is None


def _meeting(call: Callable[..., object]) -> Callable[..., object]:
    """The call, made by two threads at the same moment."""
    barrier = threading.Barrier(2)

    def go(*args: object, **named: object) -> object:
        barrier.wait(30)
        return call(*args, **named)

    return go


async def test_two_administrators_who_approve_at_the_same_moment(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    new, people = Sender(ChannelName.TELEGRAM, "1009", "moi"), room.player.people
    people.appoint([SEP])
    people.request(new, "Người Mới", "Sở Y tế")
    presses = []
    for admin in (QUAN, SEP):
        await room.say(admin, "/duyet")
        presses.append(room.press(admin, room.data("Duyệt")))
    monkeypatch.setattr(people, "approve", _meeting(people.approve))
    late, first = sorted((answer for [answer] in await asyncio.gather(*presses)), key=lambda a: a.startswith("Đã"))
    assert first == "Đã duyệt Người Mới (Sở Y tế), vai trò cán bộ. Vai trò khác:"
    assert re.fullmatch(r"Yêu cầu của Người Mới đã được (quan|sep) duyệt lúc 08:00 ngày 20/11/2026\.", late)
    told = [post for post in room.player.posted if post.address.chat == new.id]
    assert len(told) == 1
    assert [member.name for member in people.list(agency="Sở Y tế")] == ["Người Mới"]


async def test_two_administrators_who_activate_at_the_same_moment(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.player.people.appoint([SEP])
    presses = []
    for admin in (QUAN, SEP):
        sent = replace(room.incoming(admin), file=FileIn("f", "bao-2026.md", 10))
        await room.handle(sent)
        if admin is SEP:  # the same file again is no second draft: the plan's card has the button
            await room.say(SEP, "/kehoach")
            await room.press(SEP, room.data("1"))
        presses.append(room.press(admin, room.data("Kích hoạt")))
    monkeypatch.setattr(versions, "activate", _meeting(versions.activate))
    answers = sorted(answer for [answer] in await asyncio.gather(*presses))
    assert answers == ["12/KH-UBND: bản 1 đã có người kích hoạt trước đó.", "12/KH-UBND: đang dùng bản 1."]


class Slow:
    """An assistant that ponders one question until it is told to end."""

    def __init__(self, room: Room) -> None:
        self.inner = room.player.app.answering
        self.go_on = threading.Event()

    def ask(self, question: str, **how: Any) -> Answer:
        """Waits where the question says so."""
        if question == "chậm":
            assert self.go_on.wait(30)
        if question == "hỏng":
            raise ZeroDivisionError(f"asked by {AN.id}: {question}")
        return self.inner.ask(question, **how)


async def test_a_slow_question_holds_nobody_else(room: Room) -> None:
    slow = Slow(room)
    room.player.app.__dict__["answering"] = slow
    waiting = asyncio.create_task(room.say(AN, "chậm"))
    for _ in range(3):
        assert (await room.say(BINH, QUESTION))[0].splitlines()[0] == FIRST_LINE
    assert not waiting.done()
    slow.go_on.set()
    assert len(await waiting) == 1


async def test_a_plan_file_that_takes_long_holds_nobody_else(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    def read_slowly(*given: Any) -> PlanDraft:
        assert go_on.wait(20)
        return read_draft(*given)

    monkeypatch.setattr("bot.chat.dispatcher.read_draft", read_slowly)
    sent = replace(room.incoming(QUAN), file=FileIn("f", "bao-2026.md", 10))
    waiting = asyncio.create_task(room.handle(sent))
    for _ in range(3):
        assert (await room.say(BINH, QUESTION))[0].splitlines()[0] == FIRST_LINE
    assert not waiting.done()
    go_on.set()
    assert (await waiting)[-1].startswith("Đã đọc 12/KH-UBND, bản 1 (nháp).")


async def test_a_question_in_between_is_answered_and_what_was_begun_goes_on(room: Room) -> None:
    await room.say(QUAN, "/moi")
    assert (await room.say(QUAN, QUESTION))[0].splitlines()[0] == FIRST_LINE
    assert (await room.say(QUAN, "nội vụ"))[0].startswith("Xin chọn cơ quan, hoặc gõ lại:")
    assert await room.say(QUAN, "Hủy bỏ.") == ["Vâng, không thay đổi gì."]
    assert (await room.say(QUAN, "nội vụ"))[0] != "Xin chọn cơ quan, hoặc gõ lại:"


async def test_a_defect_is_left_to_the_service_and_nothing_personal_is_logged(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    room.player.app.__dict__["answering"] = Slow(room)
    with pytest.raises(ZeroDivisionError):
        await room.say(AN, "hỏng")
    assert (await room.say(AN, QUESTION))[0].splitlines()[0] == FIRST_LINE
    await room.say(AN, "Ai chủ trì đóng tàu vũ trụ?")
    await room.say(Sender(ChannelName.TELEGRAM, "1010", "Phạm Lạ"), "/start " + "x" * 32)
    told = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    for private in ("Trần An", "hỏng", "tàu vũ trụ", "Trung tâm dữ liệu", "Phạm Lạ", "1001", "x" * 32):
        assert private not in "\n".join(told)


async def test_a_message_that_cannot_be_changed_is_sent_anew(room: Room) -> None:
    await room.say(AN, "/nhiemvu")
    await room.press(AN, room.data("Tất cả (31)"))
    room.channel.failures.append(RefusedError("Tin nhắn quá cũ."))
    page = await room.press(AN, room.data("Trang sau"))
    assert page[0].startswith("31 nhiệm vụ Sở Nội vụ chủ trì: (trang 2/4)")
    assert room.player.posted[-1].reply.edits is None


async def test_a_passing_failure_is_the_callers_and_handling_again_answers(room: Room) -> None:
    incoming = room.incoming(AN, QUESTION)
    room.channel.failures.append(TryAgainError("Mạng bận.", retry_after=3))
    with pytest.raises(TryAgainError):
        await room.handle(incoming)
    assert (await room.handle(incoming))[0].splitlines()[0] == FIRST_LINE


async def test_who_cannot_be_told_spoils_nothing(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    new = Sender(ChannelName.TELEGRAM, "1009", "moi")
    request = room.player.people.request(new, "Người Mới", "Sở Y tế")
    await room.say(QUAN, "/duyet")
    send = room.channel.send

    async def blocked_by_new(address: Address, reply: Reply) -> Sent:
        if address.chat == new.id:
            raise BlockedError("Người nhận đã chặn.")
        return await send(address, reply)

    monkeypatch.setattr(room.channel, "send", blocked_by_new)
    answer = await room.press(QUAN, room.data("Duyệt"))
    assert answer == [f"Đã duyệt {request.name} (Sở Y tế), vai trò cán bộ. Vai trò khác:"]


async def test_too_many_messages_are_asked_to_wait_once(room: Room) -> None:
    answers = [await room.say(AN, "/giup") for _ in range(22)]
    assert [len(each) for each in answers] == [1] * 21 + [0]
    assert answers[20][0].startswith("Anh/chị hỏi hơi nhanh")
    assert len(await room.say(BINH, "/giup")) == 1


async def test_the_pace_that_is_asked_for_is_kept(room: Room) -> None:
    player, clock = room.player, lambda: NOW
    limit = RateLimit(clock, per_minute=2)
    player.dispatcher = Dispatcher(player.app, player.people, load_texts(), clock, [room.channel], limit)
    assert [len(await room.say(AN, "/giup")) for _ in range(4)] == [1, 1, 1, 0]


GROUP = "-5"
OTHER = "Ai chủ trì trình quy định về số lượng cấp phó của người đứng đầu?"


def in_group(room: Room, sender: Sender, written: str, replied: str | None = None) -> Incoming:
    return replace(room.incoming(sender, written, chat=GROUP), group=True, replied=replied)


async def test_what_a_quoted_answer_was_about_is_asked_further(room: Room) -> None:
    await room.say(AN, QUESTION)
    quoted = room.data("👍")
    await room.say(AN, OTHER)
    helpers = await room.handle(replace(room.incoming(AN, "ai phối hợp"), replied=quoted))
    assert helpers[0].startswith("Cơ quan phối hợp: Sở Tài chính.")


async def test_a_colleague_quotes_an_answer_in_a_group(room: Room) -> None:
    await room.handle(in_group(room, AN, QUESTION))
    quoted = room.data("👍")
    await room.handle(in_group(room, BINH, OTHER))
    due = await room.handle(in_group(room, BINH, "còn hạn?", quoted))
    assert due[0].startswith("Hạn: Đến cuối năm 2026")
    assert "Nâng cấp Trung tâm dữ liệu tỉnh" in due[0]
    on = await room.handle(in_group(room, BINH, "ai phối hợp"))
    assert on[0].startswith("Cơ quan phối hợp: Sở Tài chính.")


async def test_a_colleague_chooses_from_a_quoted_list_in_a_group(room: Room) -> None:
    await room.handle(in_group(room, AN, CHOOSING))
    quoted = room.data("1")
    chosen = await room.handle(in_group(room, BINH, "2", quoted))
    assert chosen == await room.handle(in_group(room, AN, "2"))
    assert await room.press(BINH, quoted, chat=GROUP) == [FOREIGN]


async def test_a_quote_opens_nothing_of_another_chat(room: Room) -> None:
    await room.say(AN, QUESTION)
    quoted = room.data("👍")
    assert not (await room.handle(in_group(room, BINH, "còn hạn?", quoted)))[0].startswith("Hạn: Đến cuối năm 2026")


ODD = [
    (
        "",
        "Tôi chưa đọc được loại tin này, chỉ đọc được chữ. Xin anh/chị gõ thành chữ điều cần hỏi hoặc cần báo. "
        "Ảnh và tệp kết quả (Word, PDF, Excel) xin gửi ngay sau khi chọn Xong.",
    ),
    (
        "   \u200b\n",
        "Tôi chưa đọc được loại tin này, chỉ đọc được chữ. Xin anh/chị gõ thành chữ điều cần hỏi hoặc cần báo. "
        "Ảnh và tệp kết quả (Word, PDF, Excel) xin gửi ngay sau khi chọn Xong.",
    ),
    ("/", "Tôi chưa hiểu câu hỏi; anh/chị hỏi về một nhiệm vụ, cơ quan hoặc thời hạn trong kế hoạch nhé."),
    ("/ĐÂY_LÀ_GÌ", "Không có lệnh /ĐÂY_LÀ_GÌ. Gõ /giup để xem các lệnh."),
    ("/nhiem-vu{0}", "Không có lệnh /nhiem-vu{0}. Có phải anh/chị muốn /nhiemvu?"),
]


@pytest.mark.parametrize(("written", "answer"), ODD)
async def test_odd_messages(room: Room, written: str, answer: str) -> None:
    assert await room.say(AN, written) == [answer]


async def test_a_message_of_the_greatest_length_is_answered(room: Room) -> None:
    assert len(await room.say(AN, ("Ai chủ trì tập huấn " * 300)[:4096])) == 1


async def test_a_typing_sign_for_questions_only(room: Room) -> None:
    await room.say(AN, "/giup")
    assert room.channel.typing == []
    await room.say(AN, QUESTION)
    assert room.channel.typing == [Address(ChannelName.TELEGRAM, AN.id)]


def _files_of(home: Path) -> bytes:
    """The database and its log, as they lie on the disk."""
    return b"".join((home / name).read_bytes() for name in ("kehoach.db", "kehoach.db-wal") if (home / name).exists())


@pytest.mark.sqlite  # a server cleans its own files, which are not ours to read
async def test_no_byte_of_a_forgotten_person_stays(room: Room, home: Path) -> None:
    inbox = Inbox(room.player.app.store, room.player.app.clock)

    async def arrives(incoming: Incoming) -> None:
        """The way that a message takes when it is served."""
        inbox.try_store(incoming)
        [claimed] = inbox.claim(ChannelName.TELEGRAM, 5)
        await room.player.dispatcher.handle(claimed.incoming, room.channel)
        inbox.mark_handled(claimed)

    chi = Sender(ChannelName.TELEGRAM, "900057001", "chi_tren_telegram")
    for written in ("/start", "Phan Thị Chi", "Sở Y tế"):
        await arrives(room.incoming(chi, written))
    await arrives(replace(room.incoming(chi), pressed=room.data("1"), pressed_on="1"))
    await arrives(replace(room.incoming(QUAN), pressed=room.data("Duyệt"), pressed_on="1"))
    for number in range(20):
        await arrives(room.incoming(chi, f"{QUESTION} {'xin hỏi ' * number}"))
        await arrives(room.incoming(AN, f"/tim tập huấn {number}"))
        room.player.now += timedelta(seconds=30)
    people, elsewhere = room.player.people, Sender(ChannelName.ZALO, "z-900057001", chi.name)
    people.join(people.join_code(people.list(agency="Sở Y tế")[0]), elsewhere)
    inbox.try_store(room.incoming(elsewhere, "Kênh này không chạy nữa."))
    known = (chi.id, chi.name, "Phan Thị Chi", f"{QUESTION} xin hỏi", "Kênh này không chạy nữa.")
    traces = [each.encode() for each in known]
    assert [trace in _files_of(home) for trace in traces] == [True] * 5
    await arrives(room.incoming(chi, "/xoa_du_lieu"))
    await arrives(replace(room.incoming(chi), pressed=room.data("Xóa"), pressed_on="1"))
    inbox.clean()
    still_open = _files_of(home)
    room.player.app.close()
    for trace in traces:
        assert trace not in still_open
        assert trace not in _files_of(home)


async def test_nothing_of_a_forgotten_person_stays(room: Room) -> None:
    await room.say(AN, QUESTION)
    await room.say(AN, "/xoa_du_lieu")
    assert await room.press(AN, room.data("Xóa")) == ["Đã xóa dữ liệu của anh/chị. Gõ /start nếu muốn dùng lại."]
    with room.player.app.store.read() as session:
        for table, column in (("dialogues", "person"), ("open_choices", "person"), ("member_channels", "sender")):
            found = session.execute(text(f"SELECT count(*) FROM {table} WHERE {column} = :id"), {"id": AN.id})
            assert found.scalar() == 0, table
