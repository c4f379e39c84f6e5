"""What is kept in memory and laid piece by piece while people correct is what a reading from the beginning gives."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import select

from knowledge.agencies import Directory, load_directory
from knowledge.correcting import CorrectionKind, row_keys, row_words
from knowledge.doubts import full_report, report_now
from knowledge.errors import KehoachError
from knowledge.records import CellDoubt, Deadline, DeadlineKind, PlanDraft
from knowledge.store.corrections import (
    OPERATOR,
    Cells,
    add_task,
    cancel_task,
    edit_task,
    keep,
    list_corrections,
    settle_doubt,
    undo,
)
from knowledge.store.database import Store
from knowledge.store.held import lay, report_as_held
from knowledge.store.library import SqlLibrary
from knowledge.store.models import LiveVersionRow, PassageRow, TaskRow, VersionRow, VersionState
from knowledge.store.rows import load_tasks, report_of
from knowledge.store.versions import activate, rollback, save_drafts
from knowledge.text import syllables
from tests.knowledge.store.papers import NOW, make_paper, make_task
from tests.knowledge.store.test_relations import PORTAL, PORTAL_LATER, decision, load

STEPS = 14
TITLES = (PORTAL, "Khảo sát kỹ năng số", "Khảo sát kỹ năng số", "Tập huấn cán bộ xã", "Kiểm tra an toàn dữ liệu")
WORDS = ("Đánh giá", "Số hóa", "Kết nối", "Giám sát", "Báo cáo")
UNDATED = Deadline("khi có hướng dẫn", (DeadlineKind.UNSPECIFIED,))


@pytest.fixture(scope="module")
def directory() -> Directory:
    return load_directory()


def paper(dice: random.Random) -> PlanDraft:
    """A version of the plan: some rows reworded, some doubtful, in any order."""
    rows = []
    for at, title in enumerate(dice.sample(TITLES, len(TITLES)), 1):
        row = make_task(f"{title} {dice.choice(WORDS).lower()}" if dice.random() < 0.2 else title, row=at)
        doubts = (CellDoubt("lead", "ô để trống, lấy theo dòng trên"),) if dice.random() < 0.4 else ()
        rows.append(replace(row, doubts=doubts, deadline=UNDATED if dice.random() < 0.2 else row.deadline))
    made = make_paper(tasks=tuple(rows))
    return replace(made, report=full_report(made))


def step(store: Store, library: SqlLibrary, directory: Directory, dice: random.Random) -> None:
    """Something that a person may do; what cannot be done now is passed over."""
    tasks = library.tasks()
    numbers = [each.correction.number for each in list_corrections(store)]
    what = dice.choice(
        ("edit", "edit", "edit", "settle", "cancel", "add", "undo", "undo", "keep", "load", "back", "amend")
    )
    told = f"{dice.choice(WORDS)} {dice.choice(TITLES).lower()}"
    task = dice.choice(tasks).id if tasks else 0
    with suppress(KehoachError):
        if what == "edit":
            cells = dice.choice(
                (Cells(title=told), Cells(lead=["Sở Y tế"]), Cells(deadline="30/9/2026"), Cells(product=told))
            )
            edit_task(store, task, cells, reason="x", by=OPERATOR, now=NOW, directory=directory)
        elif what == "settle":
            settle_doubt(store, task, "lead", confirmed=dice.random() < 0.5, by=OPERATOR, now=NOW)
        elif what == "cancel":
            cancel_task(store, task, reason="x", by=OPERATOR, now=NOW)
        elif what == "add":
            add_task(store, "57", Cells(title=told), reason="x", by=OPERATOR, now=NOW, directory=directory)
        elif what == "undo" and numbers:
            undo(store, dice.choice(numbers), by=OPERATOR, now=NOW)
        elif what == "keep" and numbers:
            keep(store, dice.choice(numbers), by=OPERATOR, now=NOW)
        elif what == "load":
            load(store, paper(dice))
        elif what == "amend":
            load(store, decision(PORTAL_LATER, number=f"{dice.randint(700, 702)}/QĐ-UBND"))
        elif what == "back":
            rollback(store, "57", now=NOW)


def check_library(store: Store, kept: SqlLibrary) -> None:
    """The library that was there all the time, and one that begins now."""
    fresh = SqlLibrary(store)
    assert kept.tasks() == fresh.tasks()
    for plan in fresh.plans():
        assert kept.tasks([plan.id]) == fresh.tasks([plan.id])
    ids = [each.id for each in fresh.tasks()]
    assert kept.tasks_by_id(ids) == {each.id: each for each in fresh.tasks()}
    assert sorted(kept.offices()) == sorted(fresh.offices())
    assert set(kept.deadlines()) == set(fresh.deadlines())
    for each in fresh.tasks():
        assert each in kept.tasks(offices=each.task.lead or ("",)) or not each.task.lead
        assert each in kept.tasks(deadlines=[each.task.deadline])
    assert kept.keyword(syllables("kỹ năng số"), 50) == fresh.keyword(syllables("kỹ năng số"), 50)
    fresh.close()


def check_stored(store: Store) -> None:
    """Keys, words by which corrected rows are found, and reports."""
    with store.read() as session:
        for version in session.scalars(select(VersionRow)):
            printed = load_tasks(session, version.id)
            rows = session.scalars(
                select(TaskRow)
                .where(TaskRow.version_id == version.id, TaskRow.correction_id.is_(None))
                .order_by(TaskRow.position)
            ).all()
            assert [row.row_key for row in rows] == row_keys(task for _, task in printed)
            assert [row.row_words for row in rows] == [row_words(task) for _, task in printed]
    with store.write() as session:
        before = {row.id: row.folded for row in session.scalars(select(PassageRow))}
        for live in session.scalars(select(LiveVersionRow)).all():
            lay(session, live.plan_id, live.version_id)
        session.expire_all()
        assert {row.id: row.folded for row in session.scalars(select(PassageRow))} == before


def check_report(store: Store, library: SqlLibrary) -> None:
    """The live version's report, as it would be of all its tasks."""
    plan = next(each for each in library.plans() if each.name == "57/KH-UBND")
    with store.read() as session:
        version = session.scalars(
            select(VersionRow).where(VersionRow.plan_id == plan.id, VersionRow.state == VersionState.ACTIVE)
        ).one()
        if plan.amendments or not list_corrections(store, plan.id):
            return  # a report does not know of other papers
        printed = dict(load_tasks(session, version.id))
        held = library.tasks_by_id(printed)
        going_on = [
            each.task
            for each in held.values()
            if all(made.kind is not CorrectionKind.CANCEL for made in each.corrections)
        ]
        assert report_as_held(session, version) == report_now(report_of(version), printed.values(), going_on)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_do_in_whatever_order(
    store: Store, library: SqlLibrary, directory: Directory, seed: int
) -> None:
    dice = random.Random(seed)
    load(store, paper(dice))
    save_drafts(store, [paper(dice)], now=NOW)
    for _ in range(STEPS):
        step(store, library, directory, dice)
        check_library(store, library)
    check_stored(store)
    check_report(store, library)
    with suppress(KehoachError):
        activate(store, "57", now=NOW)
    check_library(store, library)
