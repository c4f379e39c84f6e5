"""Once a quarter: standing tasks are asked about, unless an administrator has switched that off; what has no readable
day is asked about always."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.channels.contract import ChannelName, Sender
from bot.clock import HANOI
from bot.notify.planning import refresh
from bot.people.records import Role
from bot.tracking.rules import Name, Scope, set_rule
from bot.tracking.settings import ReminderSettings
from knowledge.deadlines import parse_deadline
from knowledge.records import Deadline, DeadlineKind
from knowledge.store.versions import activate, save_drafts
from tests.bot.memory_channel import BUTTONS, MemoryChannel, Posted
from tests.bot.notify.delivering import MORNING, Office, deliver_all
from tests.knowledge.store.papers import make_paper, make_task

OPENS = datetime(2027, 1, 4, 8, tzinfo=HANOI)
"""The first working day of a quarter: the 1st is a holiday, then a weekend."""
ASKED = """\
Đầu quý: Sở Tư pháp có 4 việc thường xuyên hoặc làm khi có phát sinh. Xin anh/chị xem việc nào cần cập nhật:
1. Thẩm định dự thảo văn bản QPPL bảo đảm đúng thời hạn luật định
2. Kiến nghị xử lý bất cập của quy định
3. Xin lỗi tổ chức, cá nhân khi trả kết quả trễ
4. Xác định lại chức năng, nhiệm vụ của các phòng thuộc sở"""


@pytest.mark.parametrize(("on", "asked"), [(False, []), (True, [ASKED])])
async def test_asked_on_the_first_working_day_of_a_quarter(home: Path, on: bool, asked: list[str]) -> None:
    office, posted = Office(home), list[Posted]()
    office.add_person(Sender(ChannelName.TELEGRAM, "7"))
    admin = office.add_person(Sender(ChannelName.TELEGRAM, "8"), agency="Sở Nội vụ", roles=(Role.ADMIN,)).member
    assert admin is not None
    silent = office.add_person(Sender(ChannelName.TELEGRAM, "9")).member  # wants none, and "7" hears
    with office.store.write() as session:
        set_rule(session, Scope.MEMBER, str(silent), Name.LEADS, [], None, MORNING)
    if not on:
        ReminderSettings(office.store, lambda: MORNING, office.directory).set_checkins(False, admin)
    channel = MemoryChannel(ChannelName.TELEGRAM, BUTTONS, posted, {})
    for now in (MORNING, OPENS, OPENS.replace(hour=10), OPENS.replace(day=5)):
        refresh(office.store, office.library, office.directory, now)
        await deliver_all(office.deliverer(channel), now)
    office.close()
    told = [post.reply.text for post in posted if post.reply.text.startswith("Đầu quý")]
    assert told == asked
    assert {post.address.chat for post in posted if post.reply.text in asked} == ({"7"} if on else set())


NO_DAY = Deadline("Bao giờ xong thì thôi", (DeadlineKind.UNSPECIFIED,))
ROW = "Lập bản đồ ngập lụt – thời hạn ghi “Bao giờ xong thì thôi” – Kế hoạch 57/KH-UBND (năm 2026)"
NO_DAY_READ = "chưa có ngày để nhắc, vì thời hạn trong văn bản không đọc được ngày nào"
NAMED = {
    "7": f"Đầu quý: Sở Tư pháp có 1 việc {NO_DAY_READ}. Các việc này đến đâu rồi?\n1. {ROW}\n"
    "Xin chọn số của việc để cho biết ngày hạn, báo đã xong, hoặc báo không phải việc của cơ quan.",
    "8": f"Đầu quý: 1 việc {NO_DAY_READ}:\n• {ROW}\n"
    "Các việc này không được nhắc theo ngày; đầu mối của cơ quan được hỏi riêng.",
}


async def test_tasks_without_a_readable_day_are_named_every_quarter(tmp_path: Path) -> None:
    office, posted = Office(tmp_path), list[Posted]()
    task = make_task("Lập bản đồ ngập lụt", lead="Sở Tư pháp")
    undated = replace(task, lead=("Sở Tư pháp",), deadline=NO_DAY)
    standing = replace(
        undated, title="Tuyên truyền", deadline=parse_deadline("Thường xuyên", plan_year=2026, issued=None)
    )
    save_drafts(office.store, [make_paper(tasks=(undated, standing))], now=MORNING)
    activate(office.store, "57", now=MORNING)
    office.add_person(Sender(ChannelName.TELEGRAM, "7"))
    office.add_person(Sender(ChannelName.TELEGRAM, "8"), agency="Sở Nội vụ", roles=(Role.ADMIN,))
    office.add_person(Sender(ChannelName.TELEGRAM, "9"), agency="Sở Y tế")
    channel = MemoryChannel(ChannelName.TELEGRAM, BUTTONS, posted, {})
    for now in (MORNING, OPENS, OPENS.replace(hour=10), OPENS.replace(day=5)):
        refresh(office.store, office.library, office.directory, now)
        await deliver_all(office.deliverer(channel), now)
    office.close()
    told = [(post.address.chat, post.reply.text) for post in posted if NO_DAY_READ in post.reply.text]
    assert sorted(told) == sorted(NAMED.items())
