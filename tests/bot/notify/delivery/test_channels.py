"""Where a message goes, and what happens when a platform does not take it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.channels.contract import (
    Address,
    BlockedError,
    ChannelName,
    RefusedError,
    Reply,
    Sender,
    Sent,
    TryAgainError,
    WindowError,
)
from bot.clock import HANOI
from bot.menus.dialogues import Dialogue, Key, save_dialogue
from bot.notify import claims
from bot.notify.marking import ATTEMPTS
from bot.people.records import Role
from bot.tracking.records import Kind
from tests.bot.notify.delivering import AN, AN_OA, AN_ZALO, MORNING, Line, Office, deliver_all, worker

LONG_AGO = datetime(2026, 11, 16, 8, tzinfo=HANOI)


async def test_the_next_channel_where_one_is_closed(office: Office) -> None:
    an = office.add_person(AN, AN_OA, AN_ZALO)
    lines = (
        Line(always=BlockedError("chặn")),
        Line(ChannelName.ZALO_OA, always=WindowError("hết cửa sổ")),
        Line(ChannelName.ZALO),
    )
    row = office.add_row(an, office.add_occurrence())
    await deliver_all(worker(office, *lines))
    assert (office.row(row).state, office.row(row).channel) == ("sent", "zalo")
    assert len(lines[2].posted) == 1


async def test_none_left_is_told_to_administrators_next_morning(office: Office) -> None:
    an = office.add_person(AN, AN_OA)
    office.add_person(Sender(ChannelName.ZALO, "sếp"), roles=(Role.ADMIN,), agency="Sở Nội vụ")
    zalo = Line(ChannelName.ZALO)
    lines = (Line(always=BlockedError("")), Line(ChannelName.ZALO_OA, always=WindowError("")), zalo)
    row = office.add_row(an, office.add_occurrence())
    gone = office.add_row("member:9999", office.add_occurrence(), "lead:7")
    deliverer = worker(office, *lines)
    await deliver_all(deliverer)
    assert (office.row(row).state, office.row(row).reason) == ("failed", "telegram:blocked zalo_oa:window")
    assert office.row(gone).state == "cancelled"
    with office.store.read() as session:
        assert [each.id for each in claims.find_failed(session, LONG_AGO)] == [row]
    assert zalo.posted == []
    await deliver_all(deliverer, datetime(2026, 11, 26, 8, tzinfo=HANOI))
    assert zalo.texts == [
        "1 tin nhắc không gửi được:\n"
        "• Nguyễn Văn An: 1 tin. Telegram: Đã chặn hoặc rời cuộc trò chuyện. "
        "Zalo OA: Zalo OA chỉ cho gửi trong 7 ngày từ tin cuối của người nhận.\n"
        "Gõ /nhac rồi chọn “Tin chưa gửi được” để xem từng việc. "
        "Xin nhắc trực tiếp, hoặc nhờ người đó nhắn cho tôi trên một kênh khác."
    ]


async def test_nobody_to_reach(office: Office) -> None:
    an = office.add_person(AN_ZALO)
    row = office.add_row(an, office.add_occurrence())
    odd = office.add_row("người lạ", office.add_occurrence())
    await deliver_all(worker(office, Line()))
    assert [(office.row(each).state, office.row(each).reason) for each in (row, odd)] == [
        ("failed", "no_channel"),
        ("failed", "recipient"),
    ]


async def test_a_busy_platform_is_obeyed(office: Office) -> None:
    line = Line(ChannelName.TELEGRAM, TryAgainError("", retry_after=40))
    row = office.add_row(office.add_person(AN), office.add_occurrence())
    deliverer = worker(office, line)
    await deliver_all(deliverer)
    assert (office.row(row).state, office.row(row).attempts) == ("waiting", 0)
    await deliver_all(deliverer, MORNING + timedelta(seconds=39))
    assert office.row(row).state == "waiting"
    await deliver_all(deliverer, MORNING + timedelta(seconds=42))
    assert (office.row(row).state, len(line.posted)) == ("sent", 1)


async def test_a_platform_that_stays_away_ends_in_failure_after_more_than_a_day_of_work(office: Office) -> None:
    line = Line(always=TryAgainError(""))
    row = office.add_row(office.add_person(AN), office.add_occurrence())
    deliverer, now = worker(office, line), MORNING
    while office.row(row).state == "waiting":
        await deliver_all(deliverer, now)
        now += timedelta(minutes=10)
    assert (office.row(row).state, office.row(row).reason, office.row(row).attempts) == (
        "failed",
        "attempts",
        ATTEMPTS,
    )
    assert now - MORNING > timedelta(days=1)


async def test_a_refused_message_is_a_failure(office: Office) -> None:
    row = office.add_row(office.add_person(AN), office.add_occurrence())
    await deliver_all(worker(office, Line(always=RefusedError("", "bad"))))
    assert (office.row(row).state, office.row(row).reason) == ("failed", "telegram:refused")


async def test_a_talk_is_not_interrupted(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    office.add_row(an, office.add_occurrence())
    with office.store.write() as session:
        talk = Dialogue(MORNING - timedelta(minutes=1), ["hỏi"], None, [])
        save_dialogue(session, Key("telegram", "7", "7"), talk)
    deliverer = worker(office, line)
    await deliver_all(deliverer)
    assert line.posted == []
    await deliver_all(deliverer, MORNING + timedelta(minutes=2, seconds=1))
    assert len(line.posted) == 1


async def test_one_message_that_cannot_be_made_holds_no_other(office: Office) -> None:
    an, binh = office.add_person(AN), office.add_person(Sender(ChannelName.TELEGRAM, "8"))
    line = Line()
    bad = office.add_row(
        an, 0, "removed:1", Kind.NOTICE, send_at=MORNING - timedelta(hours=1), payload={"say": "no such text"}
    )
    office.add_row(binh, office.add_occurrence())
    await deliver_all(worker(office, line))
    assert (office.row(bad).state, office.row(bad).reason) == ("waiting", "defect")
    assert [chat for chat, _ in line.posted] == ["8"]


async def test_what_cannot_be_made_holds_nothing_else_of_the_same_person(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    bad = office.add_row(an, 0, "removed:1", Kind.NOTICE, payload={"say": "no such text"})
    good = [office.add_row(an, office.add_occurrence(task=task)) for task in (0, 3)]
    await deliver_all(worker(office, line))
    [text] = line.texts
    assert text.splitlines()[0] == "2 việc cần anh/chị để ý:"
    assert [(office.row(each).state, office.row(each).attempts) for each in good] == [("sent", 1)] * 2
    assert (office.row(bad).state, office.row(bad).reason) == ("waiting", "defect")


async def test_a_channel_that_says_yes_and_delivers_nothing_is_shown_as_sent(office: Office) -> None:
    class Silent(Line):
        async def send(self, address: Address, reply: Reply) -> Sent:  # noqa: ARG002
            return Sent(())

    row = office.add_row(office.add_person(AN), office.add_occurrence())
    await deliver_all(worker(office, Silent()))
    assert (office.row(row).state, office.row(row).message) == ("sent", "")
