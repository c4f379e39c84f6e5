"""Erasing a person: what was reported of public duties stays with the office, the person does not."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from bot.people.members import Role
from bot.tracking.records import Kind
from bot.tracking.rules import Name, Scope, load_rules, set_rule
from knowledge.store.corrections import Cells, edit_task, list_corrections, undo
from knowledge.store.models import ExtensionRow, OutboxRow
from knowledge.store.versions import save_drafts
from tests.bot.notify.owed import HEALTH, INTERIOR, Owed
from tests.databases import all_text
from tests.knowledge.store.papers import make_paper

DUE = date(2026, 12, 10)


def test_results_stay_without_who_reported_them(owed: Owed) -> None:
    admin, an = owed.person("Quản trị", INTERIOR, Role.ADMIN), owed.person("Trần An", HEALTH, Role.OWNER)
    lan = owed.person("Lê Lan", HEALTH, Role.LEADER)
    done, late = owed.owe(HEALTH, DUE), owed.owe(HEALTH, DUE, "Khác")
    owed.plan(late, an, (Kind.DUE, "due", DUE))
    owed.progress.acknowledge([done, late], an)
    owed.progress.done([done], an, note="Đã gửi văn bản số 12", file="ab12-bao-cao.pdf")
    asked = owed.extensions.ask(late, an, date(2026, 12, 24), "Chờ số liệu")
    with owed.store.write() as session:
        set_rule(session, Scope.MEMBER, str(an), Name.LEADS, [7], an, owed.now)
        set_rule(session, Scope.AGENCY, HEALTH, Name.LEADS, [5], an, owed.now)
    owed.people.forget(an, by=an)
    row = owed.occurrence(done)
    assert (row.state, row.note, row.file) == ("done", "Đã gửi văn bản số 12", "ab12-bao-cao.pdf")
    assert (row.done_by, row.acknowledged_by, owed.occurrence(late).acknowledged_by) == (None, None, None)
    with owed.store.read() as session:
        kept = session.scalars(select(OutboxRow.recipient).order_by(OutboxRow.recipient)).all()
        assert kept == sorted([f"member:{admin}", f"member:{lan}"])
        assert load_rules(session).values == {(Scope.AGENCY, HEALTH, Name.LEADS): [5]}
    assert [(each.asker, each.reason) for each in owed.extensions.waiting()] == [("", "Chờ số liệu")]
    owed.extensions.decide(asked.id, admin, granted=True)
    with owed.store.read() as session:
        assert session.get_one(ExtensionRow, asked.id).state == "granted"


def test_the_name_is_nowhere(owed: Owed) -> None:
    an = owed.person("Trần Thị Độc Nhất", HEALTH, Role.OWNER)
    owed.person("Quản trị", INTERIOR, Role.ADMIN)
    owed.person("Lê Lan", HEALTH, Role.LEADER)
    number = owed.owe(HEALTH, DUE)
    owed.extensions.ask(number, an, date(2026, 12, 24), "Chờ số liệu")
    owed.progress.done([number], an)
    owed.people.forget(an, by=an)
    kept = all_text(owed.store)
    assert "Lê Lan" in kept
    assert not [line for line in kept.splitlines() if "Độc Nhất" in line or "\\u0110\\u1ed9c" in line]


def test_what_was_corrected_stays_and_nobody_is_named(owed: Owed) -> None:
    admin = owed.person("Trần Thị Độc Nhất", HEALTH, Role.ADMIN)
    owed.person("Quản trị", INTERIOR, Role.ADMIN)
    save_drafts(owed.store, [make_paper()], now=owed.now)
    cells = Cells(lead=[HEALTH])
    edit_task(owed.store, 1, cells, reason="đọc sai", by=admin, now=owed.now, directory=owed.directory)
    undo(owed.store, 1, by=admin, now=owed.now)
    (before,) = list_corrections(owed.store)
    assert (before.by, before.undone_by) == ("Trần Thị Độc Nhất", "Trần Thị Độc Nhất")
    owed.people.forget(admin, by=admin)
    (after,) = list_corrections(owed.store)
    assert (after.by, after.undone_by, after.correction.by) == (*["người đã xóa dữ liệu"] * 2, None)
