"""The tasks of a version as they hold now: as printed, with what people corrected and other papers amend laid over.

Everything that reads corrections out of the database goes through here; `corrections` writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import String, cast, delete, func, insert, or_, select
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
    own_keys,
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

_AT_ONCE = 500
_FEW = 8
"""Rows whose corrections are looked for one by one."""
_ADDED = added_key(0)[:-1]
_TEXTS = ("title", "activity", "product", "lead", "coordinating")
"""Cells whose words are searched by."""


@dataclass(frozen=True, slots=True)
class Held:
    """A task as it holds now, and what made it so."""

    task: Task
    amendments: tuple[Amendment, ...] = ()
    corrections: tuple[Correction, ...] = ()


class Rows:
    """The tasks of one version, with those that people added to it, read as they are asked for.

    Attributes:
        version_id: None for a plan of which nothing is shown: then there are no rows.
    """

    def __init__(self, session: Session, version_id: int | None) -> None:
        self.version_id = version_id
        self._session = session

    def ids(self, keys: Collection[str]) -> dict[str, int]:
        """By key the ids of the rows that are known by these keys."""
        found: dict[str, int] = {}
        wanted = sorted(set(keys)) if self.version_id is not None else []
        for at in range(0, len(wanted), _AT_ONCE):
            rows = select(TaskRow.row_key, TaskRow.id).where(
                TaskRow.version_id == self.version_id, TaskRow.row_key.in_(wanted[at : at + _AT_ONCE])
            )
            found.update((key, id_) for key, id_ in self._session.execute(rows))
        return found

    def key(self, id_: int) -> str:
        """What a row of the version is known by."""
        return self._session.scalars(select(TaskRow.row_key).where(TaskRow.id == id_)).one()

    def of(self, ids: Collection[int]) -> dict[int, StoredTask]:
        """Some of the rows, in the order of the paper."""
        found = reading.tasks_by_id(self._session, sorted(ids))
        return {each.id: each for each in found if each.version_id == self.version_id}

    @cached_property
    def stored(self) -> Sequence[StoredTask]:
        """All of them, in the order of the paper."""
        return [] if self.version_id is None else list(reading.tasks_of(self._session, self.version_id))

    @cached_property
    def keys(self) -> dict[int, str]:
        """What each row is known by, by id."""
        wanted = select(TaskRow.id, TaskRow.row_key).where(TaskRow.version_id == self.version_id)
        return dict(self._session.execute(wanted).all())

    @cached_property
    def words(self) -> dict[int, str]:
        """By id the words by which a row of the paper is found again; not of those that people added."""
        printed = select(TaskRow.id, TaskRow.row_words).where(
            TaskRow.version_id == self.version_id, TaskRow.correction_id.is_(None)
        )
        return dict(self._session.execute(printed.order_by(TaskRow.position)).all())

    def held_by(self, corrections: Sequence[Correction]) -> dict[int, tuple[Correction, ...]]:
        """See `by_row`."""
        keys = {key for each in corrections if not each.undone for key in own_keys(each)}
        return by_row(self.ids(keys), corrections)


def corrections_of(session: Session, plan_id: int, keys: Collection[str] | None = None) -> list[Correction]:
    """Corrections of a plan, undone ones too, in the order in which they were made.

    Args:
        keys: only of rows that are known by one of these; None: all.
    """
    wanted = select(CorrectionRow).where(CorrectionRow.plan_id == plan_id).order_by(CorrectionRow.id)
    if keys is not None and len(keys) <= _FEW:
        told = cast(CorrectionRow.keys, String)
        numbers = [int(key.removeprefix(_ADDED)) for key in keys if key.startswith(_ADDED)]
        wanted = wanted.where(or_(CorrectionRow.id.in_(numbers), *(told.contains(f'"{key}"') for key in keys)))
    found = [correction_of(row) for row in session.scalars(wanted)]
    return found if keys is None else [each for each in found if not set(keys).isdisjoint(own_keys(each))]


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
        stated, own: as `amended_tasks` takes them; only where another paper does something are all tasks read.
    """
    by_task = rows.held_by(corrections)
    printed = rows.stored if stated else rows.of(by_task).values()
    tasks = {each.id: corrected(each.task, by_task.get(each.id, ())) for each in printed}
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


Doubtful = Callable[[int], Sequence[StoredTask]]
"""By the version's id its printed tasks of which something may be doubtful (`reading.doubtful_tasks`)."""


def report_as_held(session: Session, version: VersionRow, doubtful: Doubtful | None = None) -> Report:
    """What reading a version's file doubted, without what people have settled meanwhile.

    Args:
        doubtful: gives them where they are kept; None: they are read.
    """
    report, corrections = report_of(version), corrections_of(session, version.plan_id)
    if not corrections or version.state not in (VersionState.ACTIVE, VersionState.DRAFT):
        return report
    rows = Rows(session, version.id)
    held = held_tasks(rows, corrections)
    found = reading.doubtful_tasks(session, version.id) if doubtful is None else doubtful(version.id)
    touched = [each for each in rows.of(held).values() if each.correction is None]
    both = {each.id: each.task for each in (*found, *touched)}
    printed = {id_: both[id_] for id_ in sorted(both)}  # ids follow the order of the paper
    now = [held.get(id_, Held(task)) for id_, task in printed.items()]
    ended = CorrectionKind.CANCEL
    going_on = [each.task for each in now if all(made.kind is not ended for made in each.corrections)]
    return report_now(report, printed.values(), going_on)


def states_in(
    session: Session, plan_id: int, rows: Rows, *, only: Collection[int] | None = None
) -> list[tuple[CorrectionRow, CorrectionState, tuple[str, Task] | None]]:
    """Every correction of a plan, where it stands in a version, and the version's row that it may be of.

    The row, with its key, is told only where somebody is to decide.

    Args:
        only: numbers of corrections; None: all.
    """
    wanted = select(CorrectionRow).where(CorrectionRow.plan_id == plan_id).order_by(CorrectionRow.id)
    made = [*session.scalars(wanted)]
    corrections = [correction_of(row) for row in made]
    asked = [at for at, row in enumerate(made) if only is None or row.id in only]
    there = rows.ids({key for at in asked for key in corrections[at].keys})
    found = []
    for at in asked:
        state, likely = _state(corrections[at], made[at].words, corrections, rows, there)
        found.append((made[at], state, None if likely is None else _keyed(rows, likely)))
    return found


def _keyed(rows: Rows, id_: int) -> tuple[str, Task]:
    return rows.key(id_), rows.of([id_])[id_].task


def _state(
    correction: Correction, words: str, corrections: Sequence[Correction], rows: Rows, there: Mapping[str, int]
) -> tuple[CorrectionState, int | None]:
    """Where a correction stands in a version, and the row that is to be decided about.

    Args:
        there: ids of the version's rows by their keys, of those that the correction names.
    """
    if correction.undone:
        return CorrectionState.UNDONE, None
    if correction.kind is CorrectionKind.ADD:
        likely = find_row(words, rows.words, least=SAME)
        if likely is None or any(there.get(key) == likely for key in correction.keys):
            return CorrectionState.HELD, None
        return CorrectionState.TO_DECIDE, likely
    of_added = any(key.startswith(_ADDED) for key in correction.keys)
    if of_added or held_key(correction.keys, there) or is_covered(correction, corrections):
        return CorrectionState.HELD, None
    likely = find_row(words, rows.words)
    for each in reversed(corrections):
        # The newer version may print the title that somebody had put there.
        if likely is None and each.field == "title" and each.keys[:1] == correction.keys[:1] and not each.undone:
            activity = words.partition("/")[2].split()
            likely = find_row(" ".join([*syllables(told_value(each.after)), "/", *activity]), rows.words)
    if likely is not None and is_met(correction, rows.of([likely])[likely].task):
        return CorrectionState.MET, None
    return CorrectionState.TO_DECIDE, likely


def lay(session: Session, plan_id: int, version_id: int, changed: Sequence[CorrectionRow] | None = None) -> None:
    """Makes the rows that a version's corrections need: added tasks, and the words by which corrected ones are found.

    For the version that goes live, before it is indexed; and again whenever a correction of a live one changes.

    Args:
        changed: the corrections of a live version that are new or have changed; None: all are to be laid.
    """
    if session.scalar(select(CorrectionRow.id).where(CorrectionRow.plan_id == plan_id).limit(1)) is None:
        return
    rows = Rows(session, version_id)
    if changed is None or any(row.kind == CorrectionKind.ADD for row in changed):
        _lay_added(session, plan_id, rows, version_id)
    _lay_words(session, plan_id, rows, changed)


def _lay_added(session: Session, plan_id: int, rows: Rows, version_id: int) -> None:
    added = CorrectionRow.kind == CorrectionKind.ADD
    wanted = session.scalars(select(CorrectionRow.id).where(CorrectionRow.plan_id == plan_id, added))
    states = states_in(session, plan_id, rows, only=wanted.all())
    held = {row.id: row for row, state, _ in states if state is CorrectionState.HELD}
    there = session.execute(
        select(TaskRow.id, TaskRow.correction_id, TaskRow.version_id).where(
            TaskRow.correction_id.in_([row.id for row, _, _ in states])
        )
    ).all()
    gone = [each.id for each in there if each.correction_id not in held or each.version_id != version_id]
    if gone:
        passages = list(session.scalars(select(PassageRow.id).where(PassageRow.task_id.in_(gone))))
        keyword.drop(session, passages)
        session.execute(delete(PassageRow).where(PassageRow.id.in_(passages)))
        session.execute(delete(TaskRow).where(TaskRow.id.in_(gone)))
    kept = {each.correction_id for each in there if each.id not in gone}
    for number, row in held.items():
        if number not in kept:
            _insert_added(session, version_id, row)
    session.flush()


def is_live(session: Session, version_id: int) -> bool:
    """Whether readers see the version."""
    return session.scalar(select(LiveVersionRow.plan_id).where(LiveVersionRow.version_id == version_id)) is not None


def _insert_added(session: Session, version_id: int, row: CorrectionRow) -> None:
    """A task, and a passage by which it is found, at the end of the version."""
    task = task_from_json(row.after or {})
    places = select(func.max(TaskRow.position)).where(TaskRow.version_id == version_id)
    columns = task_columns(version_id, (session.scalar(places) or 0) + 1, task, added_key(row.id))
    columns["correction_id"] = row.id
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


def _lay_words(session: Session, plan_id: int, rows: Rows, only: Sequence[CorrectionRow] | None) -> None:
    """Has corrected rows be found by their printed and by their corrected words."""
    among = None if only is None else {key for row in only for key in row.keys}
    corrections = corrections_of(session, plan_id, among)
    ids = rows.ids({key for each in corrections for key in each.keys} if among is None else among)
    touched = {*ids.values()}
    if not touched:
        return
    stored = rows.of(touched)
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
    if changed and rows.version_id is not None and is_live(session, rows.version_id):
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
