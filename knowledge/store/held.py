"""The tasks of a version as they hold now: as printed, with what people corrected and other papers amend laid over.

Everything that reads corrections out of the database goes through here; `corrections` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from knowledge.amending import Stated, amended_tasks
from knowledge.correcting import (
    SAME,
    Correction,
    CorrectionKind,
    CorrectionState,
    Offices,
    Value,
    added_key,
    by_row,
    corrected,
    find_row,
    held_key,
    is_covered,
    is_met,
    laid_over_amended,
    row_keys,
    row_words,
    told_value,
    value_of,
)
from knowledge.doubts import report_now
from knowledge.library import Amendment
from knowledge.records import Deadline, Origin, Passage, Report, Source, Task
from knowledge.store import keyword, reading
from knowledge.store.models import (
    CorrectionRow,
    LiveVersionRow,
    PassageRow,
    TaskAgencyRow,
    TaskRow,
    VersionRow,
    VersionState,
)
from knowledge.store.reading import StoredTask
from knowledge.store.rows import (
    deadline_from_json,
    deadline_to_json,
    embedded_text,
    insert_passages,
    passage_of,
    report_of,
    task_columns,
)
from knowledge.text import syllables

_TEXTS = ("title", "activity", "product", "lead", "coordinating")
"""Cells whose words are searched by."""


@dataclass(frozen=True, slots=True)
class Held:
    """A task as it holds now, and what made it so."""

    task: Task
    amendments: tuple[Amendment, ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class Rows:
    """The tasks of one version, with those that people added to it."""

    stored: Sequence[StoredTask]

    @cached_property
    def keys(self) -> dict[int, str]:
        """What each task is known by, by id."""
        printed = self.printed
        keys = dict(zip(printed, row_keys(printed.values()), strict=True))
        added = {each.id: added_key(each.correction) for each in self.stored if each.correction is not None}
        return keys | added

    @cached_property
    def printed(self) -> dict[int, Task]:
        """The tasks of the paper, by id."""
        return {each.id: each.task for each in self.stored if each.correction is None}


def rows_of(session: Session, version_id: int) -> Rows:
    """Those of a version, in the order of the paper."""
    return Rows(list(reading.tasks_of(session, version_id)))


def corrections_of(session: Session, plan_id: int) -> list[Correction]:
    """Every correction of a plan, undone ones too, in the order in which they were made."""
    rows = session.scalars(select(CorrectionRow).where(CorrectionRow.plan_id == plan_id).order_by(CorrectionRow.id))
    return [correction_of(row) for row in rows]


def corrected_plans(session: Session) -> set[int]:
    """The plans of which something is corrected, or once was."""
    return set(session.scalars(select(CorrectionRow.plan_id).distinct()))


def held_tasks(
    rows: Rows,
    corrections: Sequence[Correction],
    stated: Sequence[Stated] = (),
    own: Mapping[int, Sequence[Task]] | None = None,
) -> dict[int, Held]:
    """Those tasks of a version that hold otherwise than printed, by id.

    Args:
        stated, own: as `amended_tasks` takes them.
    """
    by_task = by_row(rows.keys, corrections) if corrections else {}
    tasks = {each.id: corrected(each.task, by_task.get(each.id, ())) for each in rows.stored}
    held = {id_: Held(tasks[id_], (), ours) for id_, ours in by_task.items()}
    for id_, amended in amended_tasks(tasks, stated, own or {}).items():
        changed = [
            field
            for field in ("lead", "deadline")
            if any(getattr(each, field) is not None for each in amended.amendments)
        ]
        task, ours = laid_over_amended(amended.task, changed, by_task.get(id_, ()))
        held[id_] = Held(task, amended.amendments, ours)
    return held


def report_as_held(session: Session, version: VersionRow) -> Report:
    """What reading a version's file doubted, without what people have settled meanwhile."""
    report, corrections = report_of(version), corrections_of(session, version.plan_id)
    if not corrections or version.state not in (VersionState.ACTIVE, VersionState.DRAFT):
        return report
    rows = rows_of(session, version.id)
    held = held_tasks(rows, corrections)
    now = [held.get(id_, Held(task)) for id_, task in rows.printed.items()]
    ended = CorrectionKind.CANCEL
    going_on = [each.task for each in now if all(made.kind is not ended for made in each.corrections)]
    return report_now(report, rows.printed.values(), going_on)


def states_in(
    session: Session, plan_id: int, rows: Rows
) -> list[tuple[CorrectionRow, CorrectionState, tuple[str, Task] | None]]:
    """Every correction of a plan, where it stands in a version, and the version's row that it may be of.

    The row, with its key, is told only where somebody is to decide.
    """
    wanted = select(CorrectionRow).where(CorrectionRow.plan_id == plan_id).order_by(CorrectionRow.id)
    made = [*session.scalars(wanted)]
    corrections = [correction_of(row) for row in made]
    keys, printed = rows.keys, rows.printed
    by_key = {keys[id_]: id_ for id_ in printed}
    found = []
    for row, correction in zip(made, corrections, strict=True):
        state, likely = _state(correction, row.words, corrections, printed, by_key)
        found.append((row, state, None if likely is None else (keys[likely], printed[likely])))
    return found


def _state(
    correction: Correction,
    words: str,
    corrections: Sequence[Correction],
    printed: Mapping[int, Task],
    rows: Mapping[str, int],
) -> tuple[CorrectionState, int | None]:
    """Where a correction stands in a version with these printed rows, and the row that is to be decided about."""
    if correction.undone:
        return CorrectionState.UNDONE, None
    if correction.kind is CorrectionKind.ADD:
        likely = find_row(words, printed, least=SAME)
        if likely is None or any(rows.get(key) == likely for key in correction.keys):
            return CorrectionState.HELD, None
        return CorrectionState.TO_DECIDE, likely
    of_added = any(key.startswith(added_key(0)[:-1]) for key in correction.keys)
    if of_added or held_key(correction.keys, rows) or is_covered(correction, corrections):
        return CorrectionState.HELD, None
    likely = find_row(words, printed)
    for each in reversed(corrections):
        # The newer version may print the title that somebody had put there.
        if likely is None and each.field == "title" and each.keys[:1] == correction.keys[:1] and not each.undone:
            activity = words.partition("/")[2].split()
            likely = find_row(" ".join([*syllables(told_value(each.after)), "/", *activity]), printed)
    if likely is not None and is_met(correction, printed[likely]):
        return CorrectionState.MET, None
    return CorrectionState.TO_DECIDE, likely


def lay(session: Session, plan_id: int, version_id: int) -> None:
    """Makes the rows that a version's corrections need: added tasks, and the words by which corrected ones are found.

    For the version that goes live, before it is indexed; and again whenever a correction of a live one changes.
    """
    if session.scalar(select(CorrectionRow.id).where(CorrectionRow.plan_id == plan_id).limit(1)) is None:
        return
    rows = rows_of(session, version_id)
    states = states_in(session, plan_id, rows)
    wanted = {
        row.id: row for row, state, _ in states if row.kind == CorrectionKind.ADD and state is CorrectionState.HELD
    }
    there = session.execute(
        select(TaskRow.id, TaskRow.correction_id, TaskRow.version_id).where(
            TaskRow.correction_id.in_([row.id for row, _, _ in states])
        )
    ).all()
    gone = [each.id for each in there if each.correction_id not in wanted or each.version_id != version_id]
    if gone:
        passages = list(session.scalars(select(PassageRow.id).where(PassageRow.task_id.in_(gone))))
        keyword.drop(session, passages)
        session.execute(delete(PassageRow).where(PassageRow.id.in_(passages)))
        session.execute(delete(TaskRow).where(TaskRow.id.in_(gone)))
    kept = {each.correction_id for each in there if each.id not in gone}
    new = [row for number, row in wanted.items() if number not in kept]
    for row in new:
        _insert_added(session, version_id, row)
    session.flush()
    _lay_words(
        session, version_id, rows_of(session, version_id) if new or gone else rows, [row for row, _, _ in states]
    )


def is_live(session: Session, version_id: int) -> bool:
    """Whether readers see the version."""
    return session.scalar(select(LiveVersionRow.plan_id).where(LiveVersionRow.version_id == version_id)) is not None


def _insert_added(session: Session, version_id: int, row: CorrectionRow) -> None:
    """A task, and a passage by which it is found, at the end of the version."""
    task = task_from_json(row.after or {})
    places = select(func.max(TaskRow.position)).where(TaskRow.version_id == version_id)
    columns = {**task_columns(version_id, (session.scalar(places) or 0) + 1, task), "correction_id": row.id}
    id_ = session.scalars(insert(TaskRow).returning(TaskRow.id), [columns]).one()
    for position, agency in enumerate(task.lead_agencies):
        session.add(TaskAgencyRow(task_id=id_, position=position, agency=agency))
    told = (*(told_value(value_of(task, field)) for field in _TEXTS), task.deadline.phrase)
    text = ". ".join(part.rstrip(" .;") for part in told if part)
    places = select(func.max(PassageRow.position)).where(PassageRow.version_id == version_id)
    passage = Passage(text, task.source, task=0)
    made = insert_passages(session, version_id, [passage], [id_], first=(session.scalar(places) or 0) + 1)
    if is_live(session, version_id):
        keyword.index(session, made)


def _lay_words(session: Session, version_id: int, rows: Rows, made: Sequence[CorrectionRow]) -> None:
    """Has corrected rows be found by their printed and by their corrected words."""
    corrections = [correction_of(row) for row in made]
    by_key = {key: id_ for id_, key in rows.keys.items()}
    touched = {by_key[key] for each in corrections for key in each.keys if key in by_key}
    if not touched:
        return
    stored = {each.id: each for each in rows.stored if each.id in touched}
    held = held_tasks(rows, corrections)
    changed = []
    for row in session.scalars(select(PassageRow).where(PassageRow.task_id.in_(touched))):
        id_ = row.task_id or 0
        words = syllables(embedded_text(passage_of(row, {})))
        if id_ in held:
            before, after = stored[id_].task, held[id_].task
            for field in _TEXTS:
                if value_of(before, field) != value_of(after, field):
                    words += syllables(told_value(value_of(after, field)))
        folded = " ".join(words)
        if folded != row.folded:
            row.folded = folded
            changed.append(row.id)
    session.flush()
    if changed and is_live(session, version_id):
        keyword.drop(session, changed)
        keyword.index(session, changed)


def correction_of(row: CorrectionRow) -> Correction:
    """A correction from its row."""
    kind = CorrectionKind(row.kind)
    return Correction(
        row.id,
        kind,
        tuple(row.keys),
        row.field,
        value_from_json(row.before),
        None if kind is CorrectionKind.ADD else value_from_json(row.after),
        row.reason,
        row.made_by,
        row.made_at,
        row.made_on,
        row.undone_at is not None,
    )


def value_to_json(value: Value) -> dict[str, Any] | None:
    """A value for the columns `before` and `after`."""
    if isinstance(value, Offices):
        return {"printed": list(value.printed), "agencies": list(value.agencies)}
    if isinstance(value, Deadline):
        return {"deadline": deadline_to_json(value)}
    return None if value is None else {"text": value}


def value_from_json(kept: dict[str, Any] | None) -> Value:
    """And back."""
    if kept is None:
        return None
    if "printed" in kept:
        return Offices(tuple(kept["printed"]), tuple(kept["agencies"]))
    if "deadline" in kept:
        return deadline_from_json(kept["deadline"])
    text = kept.get("text")
    return text if isinstance(text, str) else None


def task_to_json(task: Task) -> dict[str, Any]:
    """An added task for the column `after`."""
    return {
        "section": task.section,
        "title": task.title,
        "activity": task.activity,
        "product": task.product,
        "lead": list(task.lead),
        "lead_agencies": list(task.lead_agencies),
        "coordinating": list(task.coordinating),
        "deadline": deadline_to_json(task.deadline),
    }


def task_from_json(kept: dict[str, Any]) -> Task:
    """And back; its place is the section that it was put under."""
    section = kept["section"]
    deadline = deadline_from_json(kept["deadline"])
    return Task(
        Origin.TABLE,
        section,
        None,
        kept["title"],
        kept["activity"],
        kept["product"],
        tuple(kept["lead"]),
        tuple(kept["coordinating"]),
        deadline,
        Source((section,) if section else ()),
        tuple(kept["lead_agencies"]),
    )


def told_row(task: Task) -> tuple[str, str]:
    """The words and the name that a correction of the task is kept with."""
    return row_words(task), task.activity or task.title
