"""A reminder in a group chat may be pressed by anybody there; who may answer is checked when it is pressed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.contract import Address, ChannelName, FileIn, Incoming, Sender
from bot.menus.choices import ANYBODY, Action, Opened, find_opened, save_choices
from bot.menus.dialogues import Dialogue, Key, save_dialogue
from bot.menus.texts import load_texts
from bot.notify.planning import refresh
from bot.people.members import Role
from bot.tracking.progress import Progress
from bot.tracking.results import FOLDER, LARGEST, keep
from knowledge.store.models import OccurrenceRow
from tests.bot.chat.playing import Player

TEXTS = load_texts()
GROUP = "nhóm-sở"
OWN = "Sở Nội vụ"


@pytest.fixture
def player(home: Path) -> Iterator[Player]:
    made = Player(home, True, {"kết quả.pdf": b"%PDF"})
    refresh(made.app.store, made.app.library, made.app.directory, made.now)
    yield made
    made.app.close()


def _person(player: Player, id_: str, agency: str, role: Role) -> Sender:
    sender = Sender(ChannelName.TELEGRAM, id_, f"Người {id_}")
    player.people.approve(player.people.request(sender, sender.name, agency).id, None, role)
    return sender


def _owed(player: Player) -> int:
    with player.app.store.read() as session:
        wanted = select(OccurrenceRow.id).where(
            OccurrenceRow.agency == OWN, OccurrenceRow.state == "open", OccurrenceRow.due_on > date(2026, 12, 1)
        )
        number = session.scalars(wanted.order_by(OccurrenceRow.due_on)).first()
    assert number is not None
    return number


def _offer(player: Player, chat: str, person: str, *actions: Action) -> Opened:
    opened = Opened("token", actions, 0)
    with player.app.store.write() as session:
        save_choices(session, Key("telegram", chat, person), opened, player.now)
    return opened


async def _press(player: Player, who: Sender, data: str, chat: str = GROUP) -> str:
    channel = player.channels[ChannelName.TELEGRAM]
    before = len(player.posted)
    address = Address(ChannelName.TELEGRAM, chat)
    incoming = Incoming(str(before), address, who, player.now, pressed=data, group=chat == GROUP, addressed=False)
    await player.dispatcher.handle(incoming, channel)
    (said,) = player.posted[before:]
    assert said.address == address
    return said.reply.text


async def test_who_presses_a_reminder_of_a_group(player: Player) -> None:
    number = _owed(player)
    opened = _offer(player, GROUP, ANYBODY, {"do": "reminder_received", "ids": [number]})
    stranger = Sender(ChannelName.TELEGRAM, "9", "Ai đó")
    assert await _press(player, stranger, opened.data(0)) == TEXTS.say("stranger")
    for who in (_person(player, "1", OWN, Role.STAFF), _person(player, "2", "Sở Y tế", Role.OWNER)):
        assert await _press(player, who, opened.data(0)) == (
            "Việc này chỉ đầu mối, lãnh đạo của cơ quan được giao hoặc quản trị viên trả lời được."
        )
    owner = _person(player, "3", OWN, Role.OWNER)
    assert (await _press(player, owner, opened.data(0))).startswith("Đã ghi nhận: Sở Nội vụ đã nhận việc “")
    with player.app.store.read() as session:
        row = session.get_one(OccurrenceRow, number)
        found = player.people.find(owner)
        assert found is not None
        assert row.acknowledged_by == found.id


async def test_another_chat_and_old_buttons(player: Player) -> None:
    opened = _offer(player, GROUP, ANYBODY, {"do": "reminder_received", "ids": [_owed(player)]})
    owner = _person(player, "3", OWN, Role.OWNER)
    assert await _press(player, owner, opened.data(0), chat="3") == TEXTS.say("choice_foreign")
    player.now += timedelta(days=31)
    assert await _press(player, owner, opened.data(0)) == TEXTS.say("choice_stale")


async def test_what_a_press_opens_is_that_persons(player: Player) -> None:
    opened = _offer(player, GROUP, ANYBODY, {"do": "reminder_done", "ids": [_owed(player)]})
    owner, other = _person(player, "3", OWN, Role.OWNER), _person(player, "4", OWN, Role.OWNER)
    await _press(player, owner, opened.data(0))
    skip = player.posted[-1].reply.choices[0][0]
    assert skip.label == "Bỏ qua"
    assert await _press(player, other, skip.data) == TEXTS.say("choice_foreign")
    assert (await _press(player, owner, skip.data)).startswith("Đã ghi: “")


def test_a_number_may_pick_from_it(player: Player) -> None:
    opened = _offer(player, GROUP, ANYBODY, {"do": "reminder_received", "ids": [1]})
    with player.app.store.read() as session:
        assert find_opened(session, opened.token, Key("telegram", GROUP, "7"), player.now) == opened
        assert find_opened(session, opened.token, Key("telegram", "7", "7"), player.now) is None


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (LARGEST + 1, "Tệp lớn hơn 20 MB nên tôi không nhận được; xin gửi tệp nhỏ hơn."),
        (LARGEST, "Đã lưu tệp."),
        (None, "Đã lưu tệp."),
    ],
)
async def test_size_of_a_result(player: Player, size: int | None, told: str) -> None:
    owner, number = _person(player, "3", OWN, Role.OWNER), _owed(player)
    until = (player.now + timedelta(minutes=5)).isoformat()
    with player.app.store.write() as session:
        waiting = {"for": "result", "ids": [number], "until": until}
        save_dialogue(session, Key("telegram", "3", "3"), Dialogue(player.now, waiting=waiting))
    incoming = Incoming(
        "f",
        Address(ChannelName.TELEGRAM, "3"),
        owner,
        player.now,
        text="Kèm báo cáo",
        file=FileIn("f", "kết quả.pdf", size),
    )
    await player.dispatcher.handle(incoming, player.channels[ChannelName.TELEGRAM])
    assert player.posted[-1].reply.text.splitlines()[0] == told
    with player.app.store.read() as session:
        row = session.get_one(OccurrenceRow, number)
        kept = player.app.settings.home / FOLDER / (row.file or "-")
        if told == "Đã lưu tệp.":
            assert (row.state, row.note, kept.read_bytes()) == ("done", "Kèm báo cáo", b"%PDF")
        else:
            assert (row.state, row.file, kept.exists()) == ("open", None, False)


async def test_the_file_of_what_is_taken_back_is_gone(player: Player) -> None:
    owner, number = _person(player, "3", OWN, Role.OWNER), _owed(player)
    kept = keep(player.app.settings.home, "kết quả.pdf", b"%PDF")
    found = player.people.find(owner)
    assert found is not None
    Progress(player.app.store, player.app.clock, player.app.directory).done([number], found.id, file=kept)
    opened = _offer(player, GROUP, ANYBODY, {"do": "reminder_undo", "ids": [number]})
    assert (await _press(player, owner, opened.data(0))).startswith("Đã hoàn tác: “")
    assert not (player.app.settings.home / FOLDER / kept).exists()
