"""Planning writes in slices: it may end after any of them, and replies write in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.notify import planning
from bot.people.members import Role
from bot.tracking.progress import Progress
from knowledge.store.database import Store
from knowledge.store.models import DutyRow, OccurrenceRow, OutboxRow, WorkDayRow, table_of
from tests.bot.notify.office import PLAN, Office, duty
from tests.databases import set_next_number

OTHER = replace(PLAN, number="58/KH-UBND", title="Chuyển đổi số năm 2026")
EVENING = date(2026, 6, 18)
NAMES = "An", "Bình", "Chi"


class PowerCutError(Exception):
    """The process ends here."""


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "_AT_ONCE", 2)
    monkeypatch.setattr(planning, "_HELD", 0.0)
    monkeypatch.setattr(planning, "sleep", lambda _: None)


def make_busy(home: Path) -> Office:
    """An office in which one evening all comes together: new versions of plans and a corrected calendar."""
    office = Office(home)
    for name in NAMES:
        office.hire(name, f"Sở {name}")
    office.hire("Dung", "Sở An", Role.LEADER)
    office.issue(
        *(duty(f"Việc số {n} của kế hoạch", "30/6/2026", *(f"Sở {name}" for name in NAMES), row=n) for n in range(3)),
        duty("Rà soát thủ tục hành chính", "30/6/2026", "Sở An", coordinating=["Sở Chi"], row=4),
    )
    office.issue(duty("Báo cáo tháng", "Ngày 26 hằng tháng", "Sở An"), plan=OTHER)
    office.at(date(2026, 6, 10))
    office.refresh()
    office.send_all()
    office.at(EVENING, 18)
    office.refresh()
    office.issue(
        duty("Việc số 0 của kế hoạch", "30/6/2026", *(f"Sở {name}" for name in NAMES), row=1),
        duty("Rà soát thủ tục hành chính", "25/6/2026", "Sở An", coordinating=["Sở Chi"], row=2),
        duty("Kiểm kê tài sản công", "24/6/2026", "Sở Bình", row=3),
    )
    office.issue(duty("Báo cáo tháng", "Ngày 25 hằng tháng", "Sở An"), plan=OTHER)
    with office.store.write() as session:
        session.add(WorkDayRow(day=date(2026, 6, 29), working=False, note="", set_by=None, set_at=office.now))
    return office


def told(office: Office) -> list[tuple[object, ...]]:
    """All of the outbox, and what it is about."""
    with office.store.read() as session:
        return [
            tuple(row)
            for table in map(table_of, (DutyRow, OccurrenceRow, OutboxRow))
            for row in session.execute(select(table).order_by(table.c.id))
        ]


def cut(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The process ends in the transaction with that number, from 1."""
    begun, real = count(1), Store.write

    @contextmanager
    def write(store: Store) -> Iterator[Session]:
        with real(store) as session:
            yield session
            session.flush()
            if next(begun) == number:
                raise PowerCutError

    monkeypatch.setattr(Store, "write", write)


def between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], bool]) -> None:
    """Between two slices somebody acts, until that says that it is over."""
    over = False

    def pause(_: float) -> None:
        nonlocal over
        over = over or act()

    monkeypatch.setattr(planning, "sleep", pause)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """What a pass comes to that nothing interrupts."""
    office = make_busy(tmp_path_factory.mktemp("không ngắt"))
    office.refresh()
    found = told(office)
    assert not office.refresh()
    office.close()
    return found


def _count_back(store: Store) -> None:
    """A server gives none of the numbers again that were rolled back; the rows are to be compared by them."""
    for table in map(table_of, (DutyRow, OccurrenceRow, OutboxRow)):
        with store.read() as session:
            last = session.scalar(select(func.max(table.c.id))) or 0
        set_next_number(store, table, last + 1)


@pytest.mark.parametrize("cuts", [[3], range(1, 100)], ids=["in the third", "in every one"])
def test_after_an_interruption_the_next_pass_comes_to_the_same(
    cuts: Sequence[int], expected: list[tuple[object, ...]], tmp_path: Path
) -> None:
    office, ended = make_busy(tmp_path), 0
    for number in cuts:
        with pytest.MonkeyPatch.context() as patched:
            cut(patched, number)
            try:
                office.refresh()
            except PowerCutError:
                ended += 1
                _count_back(office.store)
            else:
                break
    assert ended in (1, len(range(1, number)))
    office.refresh()
    assert told(office) == expected
    states = {(row.kind, row.state, row.reason) for row in office.outbox()}
    assert {("notice", "waiting", None), ("lead", "cancelled", "removed"), ("lead", "cancelled", "moved")} <= states
    office.close()


def test_a_reply_gets_in_between_slices_and_what_it_says_is_planned(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [office.hire(name, f"Sở {name}") for name in NAMES]
    office.issue(
        *(duty(f"Việc số {n} của kế hoạch", "30/6/2026", *(f"Sở {name}" for name in NAMES), row=n) for n in range(4))
    )
    office.at(date(2026, 6, 10))
    seen = list[int]()

    def report() -> bool:
        planned = [row for row in office.outbox() if row.kind == "lead"]
        if planned:
            seen.append(len(planned))
            owed = [each.id for each in office.occurrences() if each.agency == "Sở Chi"]
            Progress(office.store, lambda: office.now, office.directory).done(owed, people[2].id)
        return bool(planned)

    between(monkeypatch, report)
    assert office.refresh()
    waiting = [row for row in office.outbox() if row.kind == "lead" and row.state == "waiting"]
    assert {row.agency for row in waiting} == {"Sở An", "Sở Bình"}
    assert 0 < seen[0] < len(waiting) == 8


def test_who_is_let_in_between_slices_is_told_as_well(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.hire("An", "Sở An")
    office.issue(*(duty(f"Việc số {n} của kế hoạch", "30/6/2026", "Sở An", row=n) for n in range(4)))
    office.at(date(2026, 6, 10))
    between(monkeypatch, lambda: bool(office.outbox() and office.hire("Bình", "Sở An")))
    assert office.refresh()
    assert {row.recipient for row in office.outbox()} == {"member:1", "member:2"}
    assert not office.refresh()
