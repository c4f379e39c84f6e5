"""What is told is taken up, a question about the papers is not; what comes of it: `transcripts/loi-nhac/loi-ke`."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from bot.channels.contract import Address, ChannelName, Incoming, Sender
from bot.chat.reminder_wishes import Wish, read_wish
from bot.chat.told import take
from bot.chat.turn import Services, Turn
from bot.menus.dialogues import Dialogue
from bot.menus.texts import load_texts
from bot.people.members import Role
from tests.bot.chat.playing import Player
from tests.bot.running import NOW

AN = Sender(ChannelName.TELEGRAM, "1001", "an")

QUESTIONS = [
    "giải quyết kiến nghị cử tri",
    "nhiệm vụ đang triển khai về cải cách hành chính",
    "chỉ tiêu đạt 95% hồ sơ đúng hạn",
    "cho em hỏi việc số hóa đang làm",
    "tháo gỡ khó khăn cho doanh nghiệp",
    "báo cáo quý gửi cho ai rồi mới xong",
    "đơn vị nào đã nộp báo cáo",
    "các cơ quan đã nộp báo cáo",
    "báo cáo quý nộp rồi phải không",
    "hạn báo cáo chuyển sang Sở Tài chính là bao giờ",
    "ai gửi tin nhắn nhắc việc",
    "xin thêm thông tin về việc này được không",
    "Sở Xây dựng có việc gì",
    "tập huấn cải cách hành chính",
    "gia hạn bao nhiêu lần thì được",
    "giao thông nông thôn",
    "giao Sở Nội vụ chủ trì",
    "cán bộ nghỉ hưu trong năm",
    "chế độ nghỉ phép của công chức",
    "bàn giao công trình cho UBND xã",
    "tôi chuyển sang việc khác",
    "tôi làm việc tại Sở Nội vụ cần danh sách nhiệm vụ quý 4",
    "báo cáo chuyển về Sở Tư pháp",
    "Sở Nội vụ đôn đốc các sở báo cáo cải cách hành chính",
    "đôn đốc Sở Y tế thế nào",
]
TOLD = [
    "bên em nộp báo cáo rồi ạ",
    "da gui bao cao hom qua",
    "xin gia han viec tap huan",
    "đề nghị lùi hạn việc tập huấn giúp em",
    "gia hạn cho em việc tập huấn với",
    "chỉ nhắn vào thứ 2 và thứ 5 thôi",
    "nhắn sau 9h nhé",
    "nhắn ít thôi em",
    "mai tôi nghỉ",
    "giao việc này cho anh Tuấn",
    "bàn giao hết việc cho chị Cúc",
    "việc đó không phải của sở tôi",
    "giúp anh cái này với",
    "chị được điều động về Sở Y tế",
    "em mới chuyển qua snv rồi ạ",
    "tôi về Sở Tư pháp công tác từ tháng trước",
    "cơ quan tôi giờ là Sở Y tế",
    "doi co quan cua toi thanh so tai chinh",
    "từ tuần này chị làm việc tại Sở Y tế rồi",
    "anh chuyển sang UBND xã Suối Mơ rồi em",
    "tôi chuyển sang bên tài chính",
    "nhờ em đôn đốc sở y tế giúp chị",
]


@pytest.mark.parametrize(("said", "told"), [*((said, False) for said in QUESTIONS), *((said, True) for said in TOLD)])
def test_what_is_told(home: Path, said: str, *, told: bool) -> None:
    player = Player(home, True)
    player.people.approve(player.people.request(AN, "Trần An", "Sở Nội vụ").id, None, Role.OWNER)
    services = Services(player.app, player.people, load_texts(), player.app.clock, {}, lambda _: "")
    incoming = Incoming("1", Address(AN.channel, AN.id), AN, NOW, said)
    can = player.capabilities(AN.channel)
    turn = Turn(services, incoming, can, player.people.find(AN), Dialogue(NOW), 0, NOW)
    assert take(turn, said, ()) is told
    assert bool(turn.outgoing) is told
    player.app.close()


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("đừng nhắn sáng sớm", Wish(opens=time(9))),
        ("gửi gộp cả tuần đi", Wish(weekdays=(0,))),
        ("gop lai gui vao thu sau hang tuan", Wish(weekdays=(4,))),
        ("chỉ nhắn thứ 2 và thứ 5 thôi em", Wish(weekdays=(0, 3))),
        ("đừng nhắn trước 9h30", Wish(opens=time(9, 30))),
        ("nhắn sau 2 giờ chiều thôi", Wish(opens=time(14))),
        ("đừng nhắn sau 16h", Wish(closes=time(16))),
        ("nhắn từ 9h đến 16h", Wish(opens=time(9), closes=time(16))),
        ("nhắn ít thôi em", None),
        ("đừng nhắn sau 22h", None),
    ],
)
def test_what_is_wished_of_messages(said: str, wish: Wish | None) -> None:
    assert read_wish(said) == wish
