"""What a reminder says of each item: the less the more there are; and to whom to report, unless to oneself."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.contract import ChannelName, Sender
from tests.bot.memory_channel import BUTTONS, MemoryChannel, Posted
from tests.bot.reminders.delivering import Office, deliver_all


@pytest.mark.parametrize(("count", "limit"), [(5, 160), (6, 80)])
async def test_a_long_list_says_less_of_each(home: Path, count: int, limit: int) -> None:
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
    rows = [
        line.partition(" – hạn ")[0].partition(". ")[2] for line in message.reply.text.splitlines()[1 : count + 1]
    ]
    assert len(rows) == count
    for place, row in zip(long, rows, strict=True):
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
