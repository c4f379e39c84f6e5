"""What a reminder says of each item: the less the more there are; and to whom to report, unless to oneself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.channels.contract import ChannelName, Sender
from knowledge.records import CellDoubt, Deadline, DeadlineKind
from knowledge.store.versions import activate, save_drafts
from tests.bot.memory_channel import BUTTONS, MemoryChannel, Posted
from tests.bot.notify.delivering import MORNING, Office, deliver_all
from tests.knowledge.store.papers import make_paper, make_task


@pytest.mark.parametrize("count", [5, 7])
async def test_five_are_told_in_full_and_the_rest_by_name_and_day(home: Path, count: int) -> None:
    office, posted = Office(home), list[Posted]()
    an = office.add_person(Sender(ChannelName.TELEGRAM, "7"))
    names = [task.task.activity or task.task.title for task in office.tasks]
    long = sorted(range(len(names)), key=lambda place: -len(names[place]))[:count]
    assert len(names[long[0]]) > 80
    for place in long:
        office.add_row(an, office.add_occurrence(task=place))
    await deliver_all(office.deliverer(MemoryChannel(ChannelName.TELEGRAM, BUTTONS, posted, {})))
    office.close()
    (message,) = posted
    lines = message.reply.text.splitlines()[1 : count + 1]
    rows = [line.partition(" – hạn ")[0].partition(". ")[2] for line in lines]
    assert len(rows) == count
    assert ["Sản phẩm: " in line for line in lines] == [
        bool(office.tasks[place].task.product) and at < 5 for at, place in enumerate(long)
    ]
    told = [*range(1, min(count, 5) + 1)]
    rest = [[f"Xem {count - 5} việc còn lại"]] if count > 5 else []
    labels = [[choice.label for choice in row] for row in message.reply.choices]
    assert labels == [
        ["Đã nhận tất cả"],
        *([f"{n}" for n in told[at : at + 4]] for at in range(0, len(told), 4)),
        *rest,
    ]
    for at, (place, row) in enumerate(zip(long, rows, strict=True)):
        limit = 160 if at < 5 else 110
        assert row == names[place] if len(names[place]) <= limit else len(row) <= limit + 1
        assert names[place].startswith(row.removesuffix("…"))


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(("agency", "told"), [("Sở Tư pháp", True), ("Sở Nội vụ", False)])
async def test_nobody_reports_to_oneself(home: Path, count: int, agency: str, told: bool) -> None:
    office, posted = Office(home), list[Posted]()
    an = office.add_person(Sender(ChannelName.TELEGRAM, "7"), agency=agency)
    for place in range(count):
        office.add_row(an, office.add_occurrence(agency=agency, task=place))
    await deliver_all(office.deliverer(MemoryChannel(ChannelName.TELEGRAM, BUTTONS, posted, {})))
    office.close()
    (message,) = posted
    assert ("Báo cáo kết quả về Sở Nội vụ." in message.reply.text.splitlines()) is told


DOUBTFUL = replace(
    make_task("Lập bản đồ ngập lụt", lead="Sở Tư pháp"),
    lead=("Sở Tư pháp",),
    doubts=(CellDoubt("lead", "lấy theo dòng trên"),),
    deadline=Deadline("Đợt 1 tháng 12", (DeadlineKind.ONE_OFF,), dates=(date(2026, 12, 4),), unread=("Đợt 1",)),
)
LEAD = "Chủ trì: Sở Tư pháp (lấy theo dòng trên, cần kiểm tra)."
DUE = "thứ Sáu 04/12/2026, còn 9 ngày (thời hạn đọc chưa chắc: Đợt 1 tháng 12)"


@pytest.mark.parametrize(("count", "told"), [(1, [f"Hạn: {DUE}.", LEAD]), (2, [f"– hạn {DUE}", LEAD])])
async def test_a_guess_is_reminded_of_with_its_doubt(tmp_path: Path, count: int, told: list[str]) -> None:
    office, posted = Office(tmp_path), list[Posted]()
    save_drafts(office.store, [make_paper(tasks=(DOUBTFUL,))], now=MORNING)
    activate(office.store, "57", now=MORNING)
    an = office.add_person(Sender(ChannelName.TELEGRAM, "7"))
    for _ in range(count):
        office.add_row(an, office.add_occurrence())
    await deliver_all(office.deliverer(MemoryChannel(ChannelName.TELEGRAM, BUTTONS, posted, {})))
    office.close()
    (message,) = posted
    assert [message.reply.text.count(part) for part in told] == [count] * 2


NOBODY = replace(DOUBTFUL, lead=(), doubts=(CellDoubt("lead", "không ghi cơ quan chủ trì"),))
UNKNOWN = "Chưa rõ cơ quan chủ trì (không ghi cơ quan chủ trì, cần kiểm tra)."


@pytest.mark.parametrize(("count", "told"), [(1, UNKNOWN), (2, f"Cơ quan anh/chị phối hợp. {UNKNOWN}")])
async def test_who_helps_hears_that_nobody_is_named_to_lead(tmp_path: Path, count: int, told: str) -> None:
    office, posted = Office(tmp_path), list[Posted]()
    save_drafts(office.store, [make_paper(tasks=(NOBODY,))], now=MORNING)
    activate(office.store, "57", now=MORNING)
    an = office.add_person(Sender(ChannelName.TELEGRAM, "7"), agency="Sở Tư pháp")
    for _ in range(count):
        office.add_row(an, office.add_occurrence(agency=""), name="help", agency="Sở Tư pháp")
    await deliver_all(office.deliverer(MemoryChannel(ChannelName.TELEGRAM, BUTTONS, posted, {})))
    office.close()
    (message,) = posted
    assert message.reply.text.count(told) == count
    assert "Chủ trì:" not in message.reply.text
