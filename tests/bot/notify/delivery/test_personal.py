"""Personal reminders on their way: once, at the hour that was said or in office hours, and gone with the person."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.clock import HANOI
from bot.notify.personal import LONGEST, MOST, PersonalReminders, at_hour, office_hour
from bot.people.members import People
from bot.people.records import Role
from bot.tracking.forgetting import forget_reminded
from bot.tracking.records import Kind, ReminderError, RetypeError
from knowledge.store.database import Store
from knowledge.store.models import MemberRow, OutboxRow, PersonalReminderRow
from knowledge.workdays import WorkCalendar
from tests.bot.notify.delivering import AN, MORNING, Line, Office, deliver_all, worker

ROOT = Path(__file__).parents[4]
TONIGHT = MORNING.replace(hour=20)
TOMORROW = MORNING + timedelta(days=1)


def reminders(store: Store) -> PersonalReminders:
    return PersonalReminders(store, lambda: MORNING)


async def test_an_hour_that_was_said_is_kept_when_offices_are_closed(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    own = reminders(office.store)
    own.add(an.member or 0, "xem tờ trình", TONIGHT, at_any_hour=True)
    own.add(an.member or 0, "nộp biểu 3", TONIGHT, at_any_hour=False)
    office.add_row(an, office.add_occurrence(), send_at=MORNING.replace(hour=17), kind=Kind.LEAD)
    await deliver_all(worker(office, line), TONIGHT)
    assert line.texts == ["Anh/chị nhờ nhắc: xem tờ trình"]
    await deliver_all(worker(office, line), TOMORROW)
    reminder, own_one = line.texts[1:]
    assert reminder.startswith("Nhắc việc: còn 8 ngày")
    assert own_one == "Anh/chị nhờ nhắc: nộp biểu 3"
    await deliver_all(worker(office, line), TOMORROW + timedelta(days=1))
    assert len(line.texts) == 3
    assert own.waiting(an.member or 0) == []


async def test_what_was_taken_back_does_not_come_and_nobody_takes_back_anothers(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    other = office.add_person()
    own = reminders(office.store)
    made = own.add(an.member or 0, "nộp biểu 3", TOMORROW, at_any_hour=False)
    kept = own.add(an.member or 0, "gọi Sở Tài chính", TOMORROW, at_any_hour=False)
    assert own.drop(other.member or 0, made.id) is None
    assert own.drop(an.member or 0, made.id) == made
    assert own.drop(an.member or 0, made.id) is None
    assert own.waiting(an.member or 0) == [kept]
    await deliver_all(worker(office, line), TOMORROW)
    assert line.texts == ["Anh/chị nhờ nhắc: gọi Sở Tài chính"]
    assert own.drop(an.member or 0, kept.id) is None


async def test_who_is_switched_off_hears_nothing(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    reminders(office.store).add(an.member or 0, "nộp biểu 3", TOMORROW, at_any_hour=True)
    with office.store.write() as session:
        session.get_one(MemberRow, an.member).active = False
    await deliver_all(worker(office, line), TOMORROW)
    assert line.texts == []


async def test_a_late_one_says_when_it_was_to_come(office: Office) -> None:
    an, line = office.add_person(AN), Line()
    reminders(office.store).add(an.member or 0, "nộp biểu 3", TOMORROW, at_any_hour=False)
    await deliver_all(worker(office, line), TOMORROW + timedelta(days=18))
    assert line.texts == ["Anh/chị nhờ nhắc: nộp biểu 3\nTin này lẽ ra gửi ngày thứ Năm 26/11/2026."]


def test_bounds(office: Office) -> None:
    an = office.add_person(AN).member or 0
    own = reminders(office.store)
    with pytest.raises(RetypeError):
        own.add(an, "x" * (LONGEST + 1), TOMORROW, at_any_hour=False)
    for number in range(MOST):
        own.add(an, f"việc {number}", TOMORROW, at_any_hour=False)
    assert own.add(an, "việc 0", TOMORROW, at_any_hour=False).id == own.waiting(an)[0].id
    with pytest.raises(ReminderError):
        own.add(an, "một việc nữa", TOMORROW, at_any_hour=False)


KILLED = """
import os, signal, sys
from knowledge.store.database import open_store
from tests.bot.notify.delivery.test_personal import TOMORROW, reminders
with open_store(sys.argv[1], data=None) as store:
    reminders(store).add(int(sys.argv[2]), "nộp biểu 3", TOMORROW, at_any_hour=False)
    os.kill(os.getpid(), signal.SIGKILL)
"""


async def test_a_process_killed_after_it_was_set_loses_nothing_and_doubles_nothing(
    office: Office,
) -> None:
    an, line = office.add_person(AN), Line()
    address = office.store.engine.url.render_as_string(hide_password=False)
    for _ in range(2):  # the message is handled again after the restart
        done = subprocess.run([sys.executable, "-c", KILLED, address, str(an.member)], cwd=ROOT, check=False)
        assert done.returncode == -9
    await deliver_all(worker(office, line), TOMORROW)
    assert line.texts == ["Anh/chị nhờ nhắc: nộp biểu 3"]


def test_it_is_erased_with_the_person(office: Office) -> None:
    an = office.add_person(AN).member or 0
    people = People(office.store, lambda: MORNING, office.directory, erase=forget_reminded)
    office.add_person(roles=(Role.ADMIN,))
    reminders(office.store).add(an, "gọi bà Độc Nhất", TOMORROW, at_any_hour=False)
    people.forget(an, by=an)
    with office.store.read() as session:
        assert session.query(PersonalReminderRow).count() == 0
        assert session.query(OutboxRow).where(OutboxRow.recipient == f"member:{an}").count() == 0


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (date(2026, 11, 26), datetime(2026, 11, 26, 8, tzinfo=HANOI)),
        (date(2026, 11, 29), datetime(2026, 11, 27, 8, tzinfo=HANOI)),  # a Sunday: the Friday before
        (date(2026, 11, 25), None),  # today, and offices are open
    ],
)
def test_without_an_hour_as_offices_open(day: date, at: datetime | None) -> None:
    assert office_hour(day, MORNING, WorkCalendar()) == at


def test_a_day_off_that_follows_today_is_kept_on_the_next_working_day() -> None:
    friday = datetime(2026, 11, 27, 9, tzinfo=HANOI)
    assert office_hour(date(2026, 11, 28), friday, WorkCalendar()) == datetime(2026, 11, 30, 8, tzinfo=HANOI)
    assert at_hour(date(2026, 11, 28), time(7)) == datetime(2026, 11, 28, 7, tzinfo=HANOI)
