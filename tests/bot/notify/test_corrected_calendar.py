"""An administrator corrects the calendar in the evening: what waits for the next morning goes on its right day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

import pytest

from bot.clock import HANOI
from bot.people.members import Role
from bot.tracking.progress import Progress
from knowledge.store.models import WorkDayRow
from tests.bot.notify.office import Office, duty
from tests.bot.notify.platforms import Platforms

REPORT = duty("Báo cáo cải cách hành chính", "30/6/2026", "Sở Nội vụ")


@pytest.fixture
def platforms(office: Office) -> Iterator[Platforms]:
    opened = Platforms(office.store, office.library, office.directory)
    yield opened
    opened.close()


def correct(office: Office, day: date, *, working: bool) -> None:
    """An administrator says so, and planning looks within minutes."""
    with office.store.write() as session:
        session.add(WorkDayRow(day=day, working=working, note="", set_by=None, set_at=office.now))
    office.refresh()


def heard(office: Office, platforms: Platforms, day: int, hour: int = 8) -> list[str]:
    """What is posted in June on that day, when the service has planned."""
    moment = datetime.combine(date(2026, 6, day), time(hour), HANOI)
    office.at(moment.date(), hour)
    office.refresh()
    return [post.reply.text for post in platforms.deliver(moment)]


def test_what_was_to_go_on_a_new_holiday_goes_on_the_next_working_day_and_is_not_late(
    office: Office, platforms: Platforms
) -> None:
    office.hire("An", "Sở Nội vụ")
    office.issue(REPORT)
    office.at(date(2026, 6, 18), 18)
    office.refresh()
    assert [(row.name, row.send_at.day) for row in office.outbox() if row.state == "waiting"] == [("lead:7", 19)]
    correct(office, date(2026, 6, 19), working=False)
    assert [(row.name, row.send_at.day) for row in office.outbox() if row.state == "waiting"] == [("lead:7", 22)]
    assert heard(office, platforms, 19) == []
    [text] = heard(office, platforms, 22)
    assert text.splitlines()[0] == "Nhắc việc: còn 8 ngày"
    assert "Tin này lẽ ra" not in text
    assert heard(office, platforms, 22, 14) == heard(office, platforms, 23) == []


def test_during_the_day_what_has_become_todays_goes_today(office: Office, platforms: Platforms) -> None:
    office.hire("An", "Sở Nội vụ")
    office.issue(REPORT)
    assert heard(office, platforms, 18, 10) == []
    correct(office, date(2026, 6, 19), working=False)
    [text] = heard(office, platforms, 18, 11)
    assert text.splitlines()[0] == "Nhắc việc: còn 12 ngày"
    assert heard(office, platforms, 22) == []


def test_what_has_become_too_early_waits(office: Office, platforms: Platforms) -> None:
    office.hire("An", "Sở Nội vụ")
    office.issue(REPORT)
    assert [len(heard(office, platforms, day)) for day in (10, 19, 24)] == [1, 1, 0]
    office.at(date(2026, 6, 24), 18)
    office.refresh()
    assert [(row.name, row.send_at.day) for row in office.outbox() if row.state == "waiting"] == [("lead:3", 25)]
    correct(office, date(2026, 6, 27), working=True)
    told = [(day, text.splitlines()[0]) for day in range(25, 30) for text in heard(office, platforms, day)]
    assert told == [
        (26, "Nhắc việc: còn 4 ngày"),
        (29, "Nhắc việc: còn 1 ngày"),
    ]


def test_a_week_that_begins_later_has_one_digest(office: Office, platforms: Platforms) -> None:
    office.hire("Bình", "Sở Nội vụ", Role.LEADER)
    office.issue(REPORT)
    office.at(date(2026, 6, 5), 18)
    office.refresh()
    assert [row.name for row in office.outbox()] == ["digest:2026-06-08:Sở Nội vụ"]
    correct(office, date(2026, 6, 8), working=False)
    assert heard(office, platforms, 8) == []
    assert len(heard(office, platforms, 9)) == 1
    assert heard(office, platforms, 10) == []


def test_what_a_reader_has_put_off_to_a_new_holiday_goes_after_it(office: Office, platforms: Platforms) -> None:
    an = office.hire("An", "Sở Nội vụ")
    office.issue(REPORT)
    assert len(heard(office, platforms, 10)) == 1
    [owed] = office.occurrences()
    Progress(office.store, lambda: office.now, office.directory).later([owed.id], an.id, date(2026, 6, 12))
    correct(office, date(2026, 6, 12), working=False)
    assert heard(office, platforms, 12) == []
    [text] = heard(office, platforms, 15)
    assert "Tin này lẽ ra" not in text
