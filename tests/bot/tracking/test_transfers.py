"""A duty that is another agency's: moved, it stays so over versions of its plan; kept, it stays where it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.people.members import Role
from bot.people.records import NotAllowedError
from bot.tracking.absences import Absences
from bot.tracking.progress import Progress
from bot.tracking.records import ReminderError
from bot.tracking.transfers import Transfers, moved_from
from tests.bot.notify.office import Office, duty

HEALTH, BUILDING, FINANCE = "Sở Y tế", "Sở Xây dựng", "Sở Tài chính"
TASK = duty("Kiểm tra công trình nước sạch", "Trước ngày 30/10/2026", HEALTH)
EACH_QUARTER = duty("Báo cáo nguồn nước", "Ngày 15 tháng cuối quý", HEALTH, row=2)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    office.issue(TASK, EACH_QUARTER)
    yield office
    office.close()


@pytest.fixture
def transfers(office: Office) -> Transfers:
    return Transfers(office.store, lambda: office.now, office.directory)


def owing(office: Office) -> dict[tuple[str, str], int]:
    """How many of each agency's occurrences stand in which state."""
    counted: dict[tuple[str, str], int] = {}
    for each in office.occurrences():
        key = each.agency, each.state.value
        counted[key] = counted.get(key, 0) + 1
    return counted


def notices(office: Office) -> list[tuple[str, str]]:
    return [
        (row.recipient, str((row.payload or {})["say"]))
        for row in office.outbox()
        if row.kind == "notice" and row.name.startswith("transfer:")
    ]


def test_moved_stays_moved(office: Office, transfers: Transfers) -> None:
    an, boss = office.hire("Trần An", HEALTH), office.hire("Quản Trị", FINANCE, Role.ADMIN)
    binh = office.hire("Lý Bình", BUILDING)
    office.refresh()
    first = next(each for each in office.occurrences() if each.title == "Kiểm tra công trình nước sạch")
    asked = transfers.ask(first.id, an.id, "Nhiệm vụ này thuộc lĩnh vực xây dựng")
    assert transfers.ask(first.id, an.id, "Nhắc lại").id == asked.id
    assert [each.id for each in transfers.waiting(boss.id)] == [asked.id]
    before = owing(office)
    for _ in range(2):
        assert transfers.move(asked.id, boss.id, "sở xây dựng").moved_to == BUILDING
    after = {
        **before,
        (HEALTH, "open"): before[HEALTH, "open"] - 1,
        (HEALTH, "transferred"): 1,
        (BUILDING, "open"): 1,
    }
    assert owing(office) == after
    assert sorted(notices(office)) == [
        (f"member:{an.id}", "transfer_moved"),
        (f"member:{boss.id}", "transfer_asked"),
        (f"member:{binh.id}", "transfer_received"),
    ]
    office.refresh()
    assert owing(office) == after
    office.at(date(2026, 10, 29))
    office.refresh()
    reminded = [row for row in office.outbox() if row.kind in ("lead", "due") and row.state == "waiting"]
    told = {row.recipient for row in reminded if "nước sạch" in _title(office, row.occurrence)}
    assert told == {f"member:{binh.id}"}
    # The next version still names the old agency; what an administrator has decided holds.
    office.issue(TASK, EACH_QUARTER, duty("Tập huấn", "Trước ngày 1/12/2026", FINANCE, row=3))
    office.refresh()
    water = {(each.agency, each.state.value) for each in office.occurrences() if each.duty == first.duty}
    assert water == {(HEALTH, "transferred"), (BUILDING, "open")}


def test_all_days_of_a_recurring_duty_move(office: Office, transfers: Transfers) -> None:
    an, boss = office.hire("Trần An", HEALTH), office.hire("Quản Trị", FINANCE, Role.ADMIN)
    office.refresh()
    each_quarter = [each for each in office.occurrences() if each.recurring]
    asked = transfers.ask(each_quarter[0].id, an.id, "Không phải")
    transfers.move(asked.id, boss.id, BUILDING)
    office.refresh()
    moved = [each for each in office.occurrences() if each.agency == BUILDING]
    assert [each.due_on for each in moved] == [each.due_on for each in each_quarter]


def test_what_was_done_before_it_moved_is_not_owed_once_more(office: Office, transfers: Transfers) -> None:
    an, boss = office.hire("Trần An", HEALTH), office.hire("Quản Trị", FINANCE, Role.ADMIN)
    binh = office.hire("Lý Bình", BUILDING)
    office.refresh()
    done, left, last, *_ = [each for each in office.occurrences() if each.recurring]
    Progress(office.store, lambda: office.now, office.directory).done([done.id], an.id)
    transfers.move(transfers.ask(left.id, an.id, "Không phải").id, boss.id, BUILDING)
    office.at(date(2026, 2, 2))  # the next week looks at all of them again
    office.refresh()
    of_duty = [each for each in office.occurrences() if each.duty == done.duty]
    assert done.due_on not in {each.due_on for each in of_duty if each.agency == BUILDING}
    (there,) = [each for each in of_duty if (each.agency, each.due_on) == (BUILDING, left.due_on)]
    # What the new agency has done is not owed again by the old one, when the rest comes back.
    Progress(office.store, lambda: office.now, office.directory).done([there.id], binh.id)
    rest = next(each for each in of_duty if (each.agency, each.due_on) == (BUILDING, last.due_on))
    transfers.move(transfers.ask(rest.id, binh.id, "Không phải").id, boss.id, HEALTH)
    office.at(date(2026, 2, 9))
    office.refresh()
    states = {
        each.due_on: each.state for each in office.occurrences() if (each.duty, each.agency) == (done.duty, HEALTH)
    }
    assert [states[each.due_on] for each in (done, left, last)] == ["done", "transferred", "open"]


@pytest.mark.parametrize("last", [FINANCE, HEALTH])
def test_moved_on_and_moved_back(office: Office, transfers: Transfers, last: str) -> None:
    an, boss = office.hire("Trần An", HEALTH), office.hire("Quản Trị", FINANCE, Role.ADMIN)
    binh = office.hire("Lý Bình", BUILDING)
    office.refresh()
    for agency, asker, to in ((HEALTH, an, BUILDING), (BUILDING, binh, last)):
        owed = next(e for e in office.occurrences() if not e.recurring and (e.agency, e.state) == (agency, "open"))
        transfers.move(transfers.ask(owed.id, asker.id, "Không phải").id, boss.id, to)
        office.now += timedelta(days=7)
        office.refresh()
    owing = {each.agency for each in office.occurrences() if each.duty == owed.duty and each.state == "open"}
    assert owing == {last}
    with office.store.read() as session:
        assert moved_from(session, owed.duty, last) == (HEALTH if last == FINANCE else None)


def test_who_stands_in_for_the_new_owner_hears_that_it_came(office: Office, transfers: Transfers) -> None:
    an, boss = office.hire("Trần An", HEALTH), office.hire("Quản Trị", FINANCE, Role.ADMIN)
    binh, lan = office.hire("Lý Bình", BUILDING), office.hire("Lan", BUILDING, Role.STAFF)
    away = Absences(office.store, lambda: office.now, office.directory)
    away.add(binh.id, lan.id, office.now.date(), office.now.date(), binh.id)
    office.refresh()
    transfers.move(transfers.ask(office.occurrences()[0].id, an.id, "Không phải").id, boss.id, BUILDING)
    assert [who for who, said in notices(office) if said == "transfer_received"] == [f"member:{lan.id}"]


def test_kept_says_why(office: Office, transfers: Transfers) -> None:
    an, boss = office.hire("Trần An", HEALTH), office.hire("Quản Trị", FINANCE, Role.ADMIN)
    other = office.hire("Quản Trị Hai", FINANCE, Role.ADMIN)
    office.refresh()
    before = owing(office)
    asked = transfers.ask(office.occurrences()[0].id, an.id, "Không phải")
    for _ in range(2):
        transfers.keep(asked.id, boss.id, "Theo phân công của UBND tỉnh")
    assert owing(office) == before
    assert (f"member:{an.id}", "transfer_kept") in notices(office)
    with pytest.raises(ReminderError, match="Quản Trị đã quyết định giữ nguyên"):
        transfers.move(asked.id, other.id, BUILDING)
    # It may be said again, of the same or another day.
    assert transfers.ask(office.occurrences()[0].id, an.id, "Vẫn không phải").id != asked.id


def test_who_may(office: Office, transfers: Transfers) -> None:
    an, staff = office.hire("Trần An", HEALTH), office.hire("Vũ Em", HEALTH, Role.STAFF)
    other = office.hire("Lý Bình", BUILDING, Role.LEADER)
    office.refresh()
    first = office.occurrences()[0]
    for who in (staff, other):
        with pytest.raises(ReminderError):
            transfers.ask(first.id, who.id, "Không phải")
    asked = transfers.ask(first.id, an.id, "Không phải")
    for who in (an, other):
        with pytest.raises(NotAllowedError):
            transfers.move(asked.id, who.id, BUILDING)
        with pytest.raises(NotAllowedError):
            transfers.keep(asked.id, who.id)
        with pytest.raises(NotAllowedError):
            transfers.waiting(who.id)


def test_not_to_itself(office: Office, transfers: Transfers) -> None:
    an, boss = office.hire("Trần An", HEALTH), office.hire("Quản Trị", FINANCE, Role.ADMIN)
    office.refresh()
    asked = transfers.ask(office.occurrences()[0].id, an.id, "Không phải")
    with pytest.raises(ReminderError, match="đang là của Sở Y tế"):
        transfers.move(asked.id, boss.id, HEALTH)


def _title(office: Office, number: int) -> str:
    return next(each.title for each in office.occurrences() if each.id == number)
