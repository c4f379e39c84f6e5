"""What is told is taken up, a question about the papers is not; what comes of it: `transcripts/loi-nhac/loi-ke`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.contract import Address, ChannelName, Incoming, Sender
from bot.conversation.dialogues import Dialogue
from bot.conversation.texts import load_texts
from bot.conversation.told import take
from bot.conversation.visit import Services, Visit
from bot.people.members import Role
from tests.bot.conversation.playing import Player
from tests.bot.running import NOW

AN = Sender(ChannelName.TELEGRAM, "1001", "an")

QUESTIONS = [
    "báo cáo quý gửi cho ai rồi mới xong",
    "đơn vị nào đã nộp báo cáo",
    "các cơ quan đã nộp báo cáo",
    "báo cáo quý nộp rồi phải không",
    "hạn báo cáo chuyển sang Sở Tài chính là bao giờ",
    "ai gửi tin nhắn nhắc việc",
    "xin thêm thông tin về việc này được không",
    "Sở Xây dựng có việc gì",
    "tập huấn cải cách hành chính",
]
TOLD = [
    "bên em nộp báo cáo rồi ạ",
    "da gui bao cao hom qua",
    "xin gia han viec tap huan",
    "nhắn ít thôi em",
    "việc đó không phải của sở tôi",
    "giúp anh cái này với",
    "chị được điều động về Sở Y tế",
]


@pytest.mark.parametrize(("said", "told"), [*((said, False) for said in QUESTIONS), *((said, True) for said in TOLD)])
def test_what_is_told(home: Path, said: str, *, told: bool) -> None:
    player = Player(home, True)
    player.people.approve(player.people.request(AN, "Trần An", "Sở Nội vụ").id, None, Role.OWNER)
    services = Services(player.app, player.people, load_texts(), player.app.clock, {}, lambda _: "")
    incoming = Incoming("1", Address(AN.channel, AN.id), AN, NOW, said)
    can = player.capabilities(AN.channel)
    visit = Visit(services, incoming, can, player.people.find(AN), Dialogue(NOW), 0, NOW)
    assert take(visit, said, ()) is told
    assert bool(visit.outgoing) is told
    player.app.close()
