"""One thing that a person corrects, decides or takes back; each call is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.agencies import Directory
from knowledge.correcting import CorrectionKind, CorrectionState, Value, added_key, value_of, with_value
from knowledge.doubts import FIELDS, doubts_of
from knowledge.errors import CorrectionError
from knowledge.records import Task
from knowledge.store.audit import PlanChange
from knowledge.store.corrections.cells import NAME, CellReader, Cells, checked_reason
from knowledge.store.corrections.checks import check_expected, check_going_on, check_latest, check_standing
from knowledge.store.corrections.history import CorrectionOverview, overviews
from knowledge.store.corrections.shown import ShownRow, seen_versions, stored_row
from knowledge.store.corrections.writing import correction_row, note_change, write_corrections
from knowledge.store.database import Store
from knowledge.store.held import Rows, states_in
from knowledge.store.models import CorrectionRow, PlanRow
from knowledge.text import cut


@dataclass(frozen=True, slots=True)
class Done:
    """What was written down.

    Attributes:
        numbers: of the corrections.
        task_id: None while the task is in no version that is live.
        task: as it holds now.
        warnings: Vietnamese sentences on what was taken as written but not understood.
    """

    numbers: tuple[int, ...]
    plan_id: int
    plan_name: str
    task_id: int | None
    task: Task
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """What an edit would do.

    Attributes:
        before, after: the task as it holds now, and as it would.
        warnings: as of `Done`.
    """

    before: Task
    after: Task
    warnings: tuple[str, ...]


def edit_task(
    store: Store,
    task_id: int,
    cells: Cells,
    *,
    reason: str,
    by: int,
    now: datetime,
    directory: Directory,
    expected: Mapping[str, str | Sequence[str]] | None = None,
) -> Done:
    """Gives cells of a task another value.

    Args:
        now: in Việt Nam's time zone.
        expected: by cell what the person saw there; where something else stands now, nothing is changed.

    Raises:
        CorrectionMovedError: another value than `expected`.
        CorrectionError: no such task, no reason, nothing changed, or a value that cannot be.
    """
    reason = checked_reason(reason)
    with store.write() as session:
        row, changed, warnings = _edited(session, task_id, cells, expected or {}, now, directory)
        made = [
            correction_row(row, CorrectionKind.EDIT, reason, by, now, field=field, after=value)
            for field, value in changed.items()
        ]
        return _done(row, made, warnings)


def try_edit(
    store: Store,
    task_id: int,
    cells: Cells,
    *,
    now: datetime,
    directory: Directory,
    expected: Mapping[str, str | Sequence[str]] | None = None,
) -> Trial:
    """What `edit_task` would make of a task; nothing is written.

    Raises:
        CorrectionMovedError, CorrectionError: as `edit_task`.
    """
    with store.read() as session:
        row, changed, warnings = _edited(session, task_id, cells, expected or {}, now, directory)
        task = row.task
        for field, value in changed.items():
            task = with_value(task, field, value)
        return Trial(row.task, task, tuple(warnings))


def cancel_task(store: Store, task_id: int, *, reason: str, by: int, now: datetime, seen: int | None = None) -> Done:
    """Ends a task: it is in no list and no reminder any more, and who asks for it is told why.

    Args:
        seen: number of the task's latest correction that the person knows of, 0 for none; None: whatever it is.

    Raises:
        CorrectionMovedError: it is ended already, or another correction has come.
        CorrectionError: no such task, or no reason.
    """
    reason = checked_reason(reason)
    with store.write() as session:
        row = stored_row(session, task_id)
        check_going_on(session, row, now)
        check_latest(session, row, seen, now)
        return _done(row, [correction_row(row, CorrectionKind.CANCEL, reason, by, now)])


def settle_doubt(
    store: Store,
    task_id: int,
    field: str,
    *,
    confirmed: bool,
    by: int,
    now: datetime,
    reason: str = "",
    expected: Mapping[str, str | Sequence[str]] | None = None,
) -> Done:
    """Says of a doubtful cell that it is right, or that it is wrong and nothing stands in its place.

    Args:
        expected: as of `edit_task`.

    Raises:
        CorrectionMovedError: another value than `expected`, or the task is ended.
        CorrectionError: no such task, nothing doubtful of that cell any more, or a title that would be empty.
    """
    reason = checked_reason(reason) if reason else ""
    with store.write() as session:
        row = stored_row(session, task_id)
        check_going_on(session, row, now)
        check_expected(session, row, [field], expected or {}, now)
        if all(doubt.field != field for doubt in doubts_of(row.task)):
            raise CorrectionError(f"Ô “{FIELDS.get(field, field)}” không có gì cần kiểm tra, hoặc đã được xử lý rồi.")
        if confirmed:
            made = correction_row(
                row, CorrectionKind.CONFIRMED, reason, by, now, field=field, after=value_of(row.task, field)
            )
        else:
            if field == "title":
                raise CorrectionError("Nhiệm vụ phải có tên: xin sửa tên, hoặc dừng cả nhiệm vụ.")
            empty = value_of(with_value(row.task, field, None), field)
            made = correction_row(row, CorrectionKind.DROPPED, reason, by, now, field=field, after=empty)
        return _done(row, [made])


def undo(store: Store, number: int, *, by: int, now: datetime) -> CorrectionOverview:
    """Takes a correction back; of an added task what was corrected of it as well.

    Raises:
        CorrectionMovedError: it is taken back already.
        CorrectionError: no such correction.
    """
    with store.write() as session:
        row = _find(session, number)
        check_standing(session, row, now)
        undone = [row]
        if row.kind == CorrectionKind.ADD:
            others = session.scalars(select(CorrectionRow).where(CorrectionRow.plan_id == row.plan_id))
            undone += [each for each in others if added_key(number) in each.keys and each.undone_at is None]
        for each in undone:
            each.undone_at, each.undone_by = now, by
            note_change(session, PlanChange.CORRECTION_UNDONE, each, by, now)
        return _finished(session, undone)


def keep(store: Store, number: int, *, by: int, now: datetime) -> CorrectionOverview:
    """Decides that a correction holds for the row of the newer version that says nearly the same.

    Of an added task: that it stands beside the row that says nearly the same.

    Raises:
        CorrectionMovedError: it is taken back already.
        CorrectionError: no such correction, nothing to decide, or no row that it could be of.
    """
    with store.write() as session:
        row = _find(session, number)
        check_standing(session, row, now)
        waiting = [
            likely
            for version in seen_versions(session, row.plan_id)
            for _, state, likely in states_in(session, row.plan_id, Rows(session, version.id), only=[number])
            if state is CorrectionState.TO_DECIDE
        ]
        if not waiting:
            raise CorrectionError(f"Đính chính số {number} đang được giữ, không cần quyết định.")
        keys = [likely[0] for likely in waiting if likely is not None]
        if not keys:
            raise CorrectionError(
                f"Không tìm thấy trong bản mới dòng nào giống “{cut(row.title, NAME)}”; "
                f"xin đính chính lại trên dòng mới, rồi bỏ số {number} (kehoach task undo {number})."
            )
        row.keys = [*row.keys, *(key for key in dict.fromkeys(keys) if key not in row.keys)]
        row.kept_at, row.kept_by = now, by
        note_change(session, PlanChange.CORRECTION_KEPT, row, by, now)
        return _finished(session, [row])


def _edited(
    session: Session,
    task_id: int,
    cells: Cells,
    expected: Mapping[str, str | Sequence[str]],
    now: datetime,
    directory: Directory,
) -> tuple[ShownRow, dict[str, Value], list[str]]:
    """The row, what would change of it, and warnings."""
    row = stored_row(session, task_id)
    check_going_on(session, row, now)
    reader = CellReader(directory, row.metadata, row.task)
    values = reader.values(cells)
    changed = {field: value for field, value in values.items() if value != value_of(row.task, field)}
    check_expected(session, row, {**dict.fromkeys(values, None)}, expected, now)
    if not changed:
        raise CorrectionError("Không có gì thay đổi: nhiệm vụ đang ghi đúng như vậy.")
    return row, changed, reader.warnings


def _finished(session: Session, changed: Sequence[CorrectionRow]) -> CorrectionOverview:
    """What has changed written; the first of it as it stands now."""
    row = changed[0]
    write_corrections(session, session.get_one(PlanRow, row.plan_id), changed)
    return overviews(session, row.plan_id, only=[row.id])[0]


def _find(session: Session, number: int) -> CorrectionRow:
    row = session.get(CorrectionRow, number)
    if row is None:
        raise CorrectionError(f"Không có đính chính số {number} (xem: kehoach task corrections).")
    return row


def _done(row: ShownRow, made: Sequence[CorrectionRow], warnings: Iterable[str] = ()) -> Done:
    """The corrections written, and what holds now."""
    numbers = write_corrections(row.session, row.plan, made)
    now = stored_row(row.session, row.id)
    return Done(numbers, row.plan.id, row.version.name, row.id, now.task, tuple(warnings))
