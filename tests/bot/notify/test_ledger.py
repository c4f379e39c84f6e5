"""The ledger: what was sent, by which channel, failed and why, answered when; for administrators only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.notify.ledger import Ledger
from bot.people.members import Role
from bot.people.records import NotAllowedError
from bot.tracking.outbox import OutboxState
from bot.tracking.records import Kind, ReminderError
from bot.tracking.undated import Said, Undated
from knowledge.store.models import DutyRow, OccurrenceRow, OutboxRow
from tests.bot.notify.owed import HEALTH, INTERIOR, Owed

DUE = date(2026, 12, 10)


def test_by_day_and_person(owed: Owed) -> None:
    admin, an = owed.person("Quản trị", INTERIOR, Role.ADMIN), owed.person("Trần An", HEALTH, Role.OWNER)
    number, day = owed.owe(HEALTH, DUE), owed.now.date()
    owed.plan(number, an, (Kind.LEAD, "lead:14", day), (Kind.LEAD, "lead:7", day + timedelta(days=20)))
    ledger = Ledger(owed.store, lambda: owed.now)
    assert ledger.days(admin) == []
    with owed.store.write() as session:
        sent = session.query(OutboxRow).filter_by(name="lead:14").one()
        sent.state, sent.channel, sent.sent_at, sent.attempts = "sent", "zalo", owed.now, 2
        failed = OutboxRow(
            recipient="chat:telegram:-100", occurrence=number, name="lead:14", kind="lead", agency=HEALTH,
            due_on=DUE, send_at=owed.now, state="failed", attempts=1, made_at=owed.now, reason="telegram:blocked",
        )  # fmt: skip
        session.add(failed)
    owed.pass_by(minutes=12)
    owed.progress.acknowledge([number], an)
    assert ledger.days(admin) == [(day, 1, 1)]
    group, person = ledger.accounts(admin, day)
    assert (group.key, group.failed, group.entries[0].reason) == ("chat:telegram:-100", 1, "telegram:blocked")
    [entry] = person.entries
    assert (person.name, person.agency, person.sent, person.answered) == ("Trần An", HEALTH, 1, 1)
    assert (entry.title, entry.channel, entry.attempts, entry.state) == (
        "Lập báo cáo quý", "zalo", 2, OutboxState.SENT,
    )  # fmt: skip
    assert entry.answered_at == owed.now
    assert ledger.accounts(admin, day, person.key) == [person]


def test_only_for_administrators(owed: Owed) -> None:
    an = owed.person("Trần An", HEALTH, Role.OWNER)
    ledger = Ledger(owed.store, lambda: owed.now)
    with pytest.raises(NotAllowedError):
        ledger.days(an)
    with pytest.raises(NotAllowedError):
        ledger.accounts(an, owed.now.date())


def test_what_has_no_readable_day_is_answered_by_its_own_agency_and_once(owed: Owed) -> None:
    an, binh = owed.person("Trần An", HEALTH, Role.OWNER), owed.person("Lý Bình", INTERIOR, Role.OWNER)
    number = owed.owe(HEALTH, DUE)
    with owed.store.write() as session:
        duty = session.get_one(OccurrenceRow, number).duty_id
        session.get_one(DutyRow, duty).task_id = 77
    undated = Undated(owed.store, lambda: owed.now, owed.directory)
    with pytest.raises(ReminderError, match="chỉ đầu mối"):
        undated.answer(77, HEALTH, binh, Said.DONE)
    with pytest.raises(ReminderError, match="sau hôm nay"):
        undated.answer(77, HEALTH, an, Said.DAY, owed.now.date())
    with pytest.raises(ReminderError, match="không còn"):
        undated.answer(78, HEALTH, an, Said.DONE)
    assert undated.answer(77, HEALTH, an, Said.DAY, DUE)
    assert not undated.answer(77, HEALTH, an, Said.DAY, DUE)
