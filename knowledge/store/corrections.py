"""What people correct of plans: writing it down, taking it back, and the list of all of it.

Every call is one transaction that counts up the store's generation, so that answers, lists and reminders follow at
once. Who may correct is the caller's to check: `by` is a member's number, 0 for the operator at the command line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.agencies import Directory, split_agencies
from knowledge.correcting import (
    SAME,
    Correction,
    CorrectionKind,
    CorrectionState,
    Offices,
    Value,
    added_key,
    find_row,
    row_words,
    told_value,
    value_of,
    with_value,
)
from knowledge.deadlines import deadline_of_row
from knowledge.doubts import FIELDS, doubts_of
from knowledge.errors import CorrectionError, CorrectionMovedError
from knowledge.library import LivePlan, LiveTask
from knowledge.records import NO_DEADLINE, DeadlineKind, Origin, PlanMetadata, Source, Task
from knowledge.store import audit
from knowledge.store.audit import OPERATOR as OPERATOR
from knowledge.store.audit import AuditKind, PlanChange
from knowledge.store.catalog import find_plan_row, live_plans, live_relations
from knowledge.store.database import Store, bump_generation
from knowledge.store.held import (
    Held,
    Rows,
    correction_of,
    corrections_of,
    held_tasks,
    is_live,
    lay,
    rows_of,
    states_in,
    task_to_json,
    value_to_json,
)
from knowledge.store.models import (
    CorrectionRow,
    LiveVersionRow,
    MemberRow,
    PlanRow,
    TaskRow,
    VersionRow,
    VersionState,
)
from knowledge.store.rows import metadata_of
from knowledge.text import cut, nfc, squeeze

_LONGEST_REASON = 500
_LONGEST_CELL = 2_000
"""Characters: the longest cells of real plans have about 1,500."""
_NAME = 90
_NO_VERSION = "Kế hoạch này không có bản nào đang dùng hoặc chờ duyệt."
_TEXTS = ("title", "activity", "product")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """What cells are to hold, as a person writes it; None leaves a cell as it is, nothing empties it.

    Attributes:
        lead, coordinating: offices; several may stand in one string, as papers print them.
        deadline: a phrase, read as it would be in the plan's paper.
    """

    title: str | None = None
    activity: str | None = None
    product: str | None = None
    lead: Sequence[str] | None = None
    coordinating: Sequence[str] | None = None
    deadline: str | None = None


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


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table of tasks that a person sends back.

    Attributes:
        key: what the row is known by (`table_keys`); None for a task to be added.
        cells: by cell what is written there, of those cells that a person changed.
        seen: by cell what stood there when the table was made.
        section: heading under which a task is to be added.
    """

    plan_id: int
    key: str | None
    cells: Mapping[str, str]
    seen: Mapping[str, str] = field(default_factory=dict)
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a row of a table would change, or has changed.

    Attributes:
        task_id: None for a task to be added, and where the row is not there any more.
        name: what the task is called.
        changes: by cell what stands there and what would, as people read them.
        wrong: by cell why what is written there is not taken; under "" why the row is not.
        moved: by cell what somebody else made of it since; under "" of the row as a whole.
    """

    row: TableRow
    task_id: int | None
    name: str
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VersionTask:
    """A task of one version, live or not.

    Attributes:
        printed: as the paper's reading has it.
        task: with what people corrected, and of a live version with what other papers amend.
    """

    id: int
    printed: Task
    task: Task
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class CorrectionOverview:
    """A correction with its history.

    Attributes:
        title: what the task was called when it was corrected.
        likely: where somebody is to decide, the row of the newest version that it may be of now; None for none.
        by, kept_by, undone_by: names; empty where that did not happen.
    """

    correction: Correction
    plan_id: int
    plan_name: str
    title: str
    state: CorrectionState
    likely: Task | None
    by: str
    kept_by: str = ""
    kept_at: datetime | None = None
    undone_by: str = ""
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """A task of a draft or live version, within a transaction."""

    session: Session
    plan: PlanRow
    version: VersionRow
    metadata: PlanMetadata
    id: int
    key: str
    held: Held

    @property
    def task(self) -> Task:
        return self.held.task

    def done(self, rows: Sequence[CorrectionRow], warnings: Iterable[str] = ()) -> Done:
        """The corrections laid over the version, and what holds now."""
        numbers = _finish_made(self.session, self.plan, rows)
        now = _stored_row(self.session, self.id)
        return Done(numbers, self.plan.id, self.version.name, self.id, now.task, tuple(warnings))


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
            _correction(row, CorrectionKind.EDIT, reason, by, now, field=field, after=value)
            for field, value in changed.items()
        ]
        return row.done(made, warnings)


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


def add_task(
    store: Store,
    plan: str | int,
    cells: Cells,
    *,
    reason: str,
    by: int,
    now: datetime,
    directory: Directory,
    section: str | None = None,
) -> Done:
    """Adds a task that the reading of the plan's paper lacks.

    Args:
        plan: a name as `catalog.find_plan` takes it, or a plan's id.
        section: heading under which it belongs.

    Raises:
        UnknownPlanError, AmbiguousPlanError: by the name.
        CorrectionError: no title or no reason, or a value that cannot be.
    """
    reason = checked_reason(reason)
    with store.write() as session:
        plan_row = find_plan_row(session, plan)
        version = _shown_version(session, plan_row.id)
        empty = _empty_task(section)
        reader = _Reader(directory, _metadata(session, plan_row.id, version), empty)
        task = _filled(empty, reader.values(cells))
        if not task.title:
            raise CorrectionError("Xin ghi tên nhiệm vụ.")
        beside, warnings = _alike(session, version, task)
        row = _added(plan_row.id, task, beside, reason, by, now)
        session.add(row)
        numbers = _finish_made(session, plan_row, [row])
        id_ = session.scalar(
            select(TaskRow.id).where(TaskRow.correction_id == row.id, TaskRow.version_id == version.id)
        )
        return Done(numbers, plan_row.id, version.name, id_, task, (*reader.warnings, *warnings))


def cancel_task(store: Store, task_id: int, *, reason: str, by: int, now: datetime) -> Done:
    """Ends a task: it is in no list and no reminder any more, and who asks for it is told why.

    Raises:
        CorrectionMovedError: it is ended already.
        CorrectionError: no such task, or no reason.
    """
    reason = checked_reason(reason)
    with store.write() as session:
        row = _stored_row(session, task_id)
        _check_going_on(session, row, now)
        return row.done([_correction(row, CorrectionKind.CANCEL, reason, by, now)])


def settle_doubt(
    store: Store, task_id: int, field: str, *, confirmed: bool, by: int, now: datetime, reason: str = ""
) -> Done:
    """Says of a doubtful cell that it is right, or that it is wrong and nothing stands in its place.

    Raises:
        CorrectionError: no such task, nothing doubtful of that cell any more, or a title that would be empty.
    """
    reason = checked_reason(reason) if reason else ""
    with store.write() as session:
        row = _stored_row(session, task_id)
        _check_going_on(session, row, now)
        if all(doubt.field != field for doubt in doubts_of(row.task)):
            raise CorrectionError(f"Ô “{FIELDS.get(field, field)}” không có gì cần kiểm tra, hoặc đã được xử lý rồi.")
        if confirmed:
            made = _correction(
                row, CorrectionKind.CONFIRMED, reason, by, now, field=field, after=value_of(row.task, field)
            )
        else:
            if field == "title":
                raise CorrectionError("Nhiệm vụ phải có tên: xin sửa tên, hoặc dừng cả nhiệm vụ.")
            empty = value_of(with_value(row.task, field, None), field)
            made = _correction(row, CorrectionKind.DROPPED, reason, by, now, field=field, after=empty)
        return row.done([made])


def undo(store: Store, number: int, *, by: int, now: datetime) -> CorrectionOverview:
    """Takes a correction back; of an added task what was corrected of it as well.

    Raises:
        CorrectionMovedError: it is taken back already.
        CorrectionError: no such correction.
    """
    with store.write() as session:
        row = _find(session, number)
        _check_standing(session, row, now)
        undone = [row]
        if row.kind == CorrectionKind.ADD:
            others = session.scalars(select(CorrectionRow).where(CorrectionRow.plan_id == row.plan_id))
            undone += [each for each in others if added_key(number) in each.keys and each.undone_at is None]
        for each in undone:
            each.undone_at, each.undone_by = now, by
            _record(session, PlanChange.CORRECTION_UNDONE, each, by, now)
        return _finished(session, row)


def keep(store: Store, number: int, *, by: int, now: datetime) -> CorrectionOverview:
    """Decides that a correction holds for the row of the newer version that says nearly the same.

    Of an added task: that it stands beside the row that says nearly the same.

    Raises:
        CorrectionMovedError: it is taken back already.
        CorrectionError: no such correction, nothing to decide, or no row that it could be of.
    """
    with store.write() as session:
        row = _find(session, number)
        _check_standing(session, row, now)
        waiting = [
            likely
            for version in _seen_versions(session, row.plan_id)
            for each, state, likely in states_in(session, row.plan_id, rows_of(session, version.id))
            if each.id == number and state is CorrectionState.TO_DECIDE
        ]
        if not waiting:
            raise CorrectionError(f"Đính chính số {number} đang được giữ, không cần quyết định.")
        keys = [likely[0] for likely in waiting if likely is not None]
        if not keys:
            raise CorrectionError(
                f"Không tìm thấy trong bản mới dòng nào giống “{cut(row.title, _NAME)}”; "
                f"xin đính chính lại trên dòng mới, rồi bỏ số {number} (kehoach task undo {number})."
            )
        row.keys = [*row.keys, *(key for key in dict.fromkeys(keys) if key not in row.keys)]
        row.kept_at, row.kept_by = now, by
        _record(session, PlanChange.CORRECTION_KEPT, row, by, now)
        return _finished(session, row)


def list_corrections(
    store: Store, plan: str | int | None = None, *, waiting: bool = False
) -> list[CorrectionOverview]:
    """Corrections with their history, by number; of one plan, or of all.

    Args:
        waiting: only those about which somebody is to decide.

    Raises:
        UnknownPlanError, AmbiguousPlanError: by the name.
    """
    with store.read() as session:
        if plan is not None:
            plans: Sequence[int] = [find_plan_row(session, plan).id]
        else:
            plans = session.scalars(select(CorrectionRow.plan_id).distinct()).all()
        found = [each for plan_id in plans for each in _overviews(session, plan_id)]
    found.sort(key=lambda each: each.correction.number)
    return [each for each in found if not waiting or each.state is CorrectionState.TO_DECIDE]


def correctors(store: Store, made: Iterable[Correction]) -> dict[int, str]:
    """Who made each correction, by its number."""
    with store.read() as session:
        return {each.number: _name_of(session, each.by) for each in made}


def version_tasks(store: Store, plan: str | int, version: int | None = None) -> list[VersionTask]:
    """The tasks of a plan's draft, or of its live version where there is no draft, for a person to look through.

    Args:
        version: the one that is meant, in place of those.

    Raises:
        UnknownPlanError, AmbiguousPlanError: by the name.
        CorrectionError: it has neither.
    """
    with store.read() as session:
        plan_id = find_plan_row(session, plan).id
        versions = _seen_versions(session, plan_id) if version is None else _numbered(session, plan_id, version)
        if not versions:
            raise CorrectionError(_NO_VERSION)
        rows = rows_of(session, versions[-1].id)
        held = _held(session, plan_id, versions[-1], rows)
        return [
            VersionTask(each.id, each.task, now.task, now.corrections)
            for each in rows.stored
            for now in [held.get(each.id, Held(each.task))]
        ]


def table_keys(store: Store, plan_ids: Iterable[int]) -> dict[int, str]:
    """By task what its row is known by, of the live versions of these plans."""
    with store.read() as session:
        wanted = select(LiveVersionRow.version_id).where(LiveVersionRow.plan_id.in_([*plan_ids]))
        return {
            id_: key for version in session.scalars(wanted) for id_, key in rows_of(session, version).keys.items()
        }


def weigh_table(store: Store, rows: Iterable[TableRow], *, now: datetime, directory: Directory) -> list[Weighed]:
    """What a table that is sent back would change; nothing is written."""
    with store.read() as session:
        table = _Table(session, directory, now)
        return [table.weigh(row)[0] for row in rows]


def apply_table(
    store: Store, rows: Iterable[TableRow], *, reason: str, by: int, now: datetime, directory: Directory
) -> list[Weighed]:
    """Changes what `weigh_table` says, all of it in one transaction; what is wrong or moved meanwhile is left out.

    Raises:
        CorrectionError: no reason.
    """
    reason = checked_reason(reason)
    with store.write() as session:
        table = _Table(session, directory, now)
        told = []
        made: dict[int, list[CorrectionRow]] = defaultdict(list)
        for each in rows:
            weighed, row, values = table.weigh(each)
            told.append(weighed)
            if row is not None:
                made[each.plan_id] += [
                    _correction(row, CorrectionKind.EDIT, reason, by, now, field=name, after=value)
                    for name, value in values.items()
                ]
            elif values:
                added = _filled(_empty_task(each.section), values)
                beside, _ = _alike(session, table.version(each.plan_id), added)
                made[each.plan_id].append(_added(each.plan_id, added, beside, reason, by, now))
        for plan_id, corrections in made.items():
            if corrections:
                _finish_made(session, session.get_one(PlanRow, plan_id), corrections)
        return told


def draft_tasks(store: Store, plan_id: int) -> list[LiveTask]:
    """The tasks of a plan's draft as they would be told if it were live; none where there is no draft.

    Without those that a person added, which get their rows when the draft goes live, and those that were ended.
    """
    with store.read() as session:
        draft = next((each for each in _seen_versions(session, plan_id) if each.state == VersionState.DRAFT), None)
        if draft is None:
            return []
        shown = _Shown.of(session, draft)
        tasks = [shown.task(id_) for id_ in shown.printed]
        return [each for each in tasks if each.cancelled is None]


def draft_task(store: Store, task_id: int) -> LiveTask | None:
    """A task of a draft in the same way; None for one of another version."""
    with store.read() as session:
        version_id = session.scalar(select(TaskRow.version_id).where(TaskRow.id == task_id))
        version = session.get(VersionRow, version_id) if version_id is not None else None
        if version is None or version.state != VersionState.DRAFT:
            return None
        return _Shown.of(session, version).task(task_id)


def describe_waiting(store: Store, plan: str | int) -> tuple[str, ...]:
    """One sentence for each correction of a plan about which somebody is to decide.

    Raises:
        UnknownPlanError, AmbiguousPlanError: by the name.
    """
    return tuple(_told_waiting(each) for each in list_corrections(store, plan, waiting=True))


def _told_waiting(each: CorrectionOverview) -> str:
    made, title = each.correction, f"“{cut(each.title, _NAME)}”"
    likely = cut(each.likely.activity or each.likely.title, _NAME) if each.likely is not None else ""
    if made.kind is CorrectionKind.ADD:
        return f"Số {made.number}: nhiệm vụ đã bổ sung {title} nay bản mới cũng ghi: “{likely}”."
    if made.kind is CorrectionKind.CANCEL:
        what = f"cho dừng {title}"
    else:
        what = f"{FIELDS.get(made.field, made.field)} của {title}"
    if not likely:
        return f"Số {made.number}: {what}: bản mới không còn dòng này."
    return f"Số {made.number}: {what}: dòng này đã đổi trong bản mới, có thể là “{likely}”."


class _Reader:
    """Reads what a person writes as the plan's paper would be read."""

    def __init__(self, directory: Directory, metadata: PlanMetadata, task: Task) -> None:
        self._directory = directory
        self._metadata = metadata
        self._task = task
        self.warnings: list[str] = []

    def values(self, cells: Cells) -> dict[str, Value]:
        given = {each.name: getattr(cells, each.name) for each in fields(cells)}
        readers: dict[str, Callable[[str], Value]] = dict.fromkeys(_TEXTS, self._text)
        told: dict[str, Value] = {
            name: read(given[name]) for name, read in readers.items() if given[name] is not None
        }
        if "title" in told and not told["title"]:
            raise CorrectionError("Tên nhiệm vụ không được để trống.")
        for name in ("lead", "coordinating"):
            if given[name] is not None:
                told[name] = self._offices(given[name], of_lead=name == "lead")
        if given["deadline"] is not None:
            told["deadline"] = self._deadline(given["deadline"], told)
        return told

    def _text(self, written: str) -> str | None:
        text = squeeze(nfc(written))
        if len(text) > _LONGEST_CELL:
            raise CorrectionError(f"Xin ghi mỗi ô ngắn hơn {_LONGEST_CELL} ký tự.")
        return text or None

    def _offices(self, written: Sequence[str], *, of_lead: bool) -> Offices:
        texts = [text for each in written if (text := self._text(each))]
        offices = tuple(dict.fromkeys(office for text in texts for office in split_agencies(text, self._directory)))
        for office in offices:
            if self._directory.resolve(office) is None:
                self.warnings.append(f"Danh bạ chưa có cơ quan “{office}”: ghi nguyên như vậy.")
        return Offices(offices, self._directory.names_of(offices) if of_lead else ())

    def _deadline(self, written: str, told: Mapping[str, Value]) -> Value:
        phrase = self._text(written)
        if phrase is None:
            return NO_DEADLINE
        cells = [told.get(name, value_of(self._task, name)) for name in ("product", "activity", "title")]
        others = [cell for cell in cells if isinstance(cell, str)]
        facts = self._metadata
        read = deadline_of_row(phrase, others, plan_year=facts.plan_year, issued=facts.issued)
        if read.unread:
            parts = ", ".join(f"“{squeeze(part)}”" for part in read.unread)
            self.warnings.append(f"Không hiểu phần {parts} của thời hạn.")
        elif read.kinds == (DeadlineKind.UNSPECIFIED,):
            self.warnings.append(f"Không hiểu thời hạn “{cut(phrase, _NAME)}”: ghi nguyên như vậy, chưa nhắc được.")
        return read


def _stored_row(session: Session, task_id: int) -> _Row:
    """The task with that number.

    Raises:
        CorrectionError: it is in no draft and no live version.
    """
    version_id = session.scalar(select(TaskRow.version_id).where(TaskRow.id == task_id))
    version = session.get(VersionRow, version_id) if version_id is not None else None
    if version is None or version.state not in (VersionState.ACTIVE, VersionState.DRAFT):
        raise CorrectionError(
            f"Không có nhiệm vụ mang mã {task_id} trong các bản đang dùng (xem mã: kehoach tasks --format json)."
        )
    return _Shown.of(session, version).row(task_id)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A draft or live version as it holds now, within a transaction."""

    session: Session
    plan: PlanRow
    version: VersionRow
    metadata: PlanMetadata
    rows: Rows
    held: Mapping[int, Held]
    printed: Mapping[int, Task]

    @classmethod
    def of(cls, session: Session, version: VersionRow) -> _Shown:
        plan, rows = session.get_one(PlanRow, version.plan_id), rows_of(session, version.id)
        held, metadata = _held(session, plan.id, version, rows), _metadata(session, plan.id, version)
        return cls(session, plan, version, metadata, rows, held, {each.id: each.task for each in rows.stored})

    def task(self, id_: int) -> LiveTask:
        version, held = self.version, self.held.get(id_, Held(self.printed[id_]))
        plan = LivePlan(self.plan.id, version.name, version.file, version.version, self.metadata)
        return LiveTask(id_, plan, held.task, held.amendments, held.corrections)

    def row(self, id_: int) -> _Row:
        held = self.held.get(id_, Held(self.printed[id_]))
        return _Row(self.session, self.plan, self.version, self.metadata, id_, self.rows.keys[id_], held)


class _Table:
    """Holds a table that was sent back against the plans that it is of, within a transaction."""

    def __init__(self, session: Session, directory: Directory, now: datetime) -> None:
        self._session = session
        self._directory = directory
        self._now = now
        self._plans: dict[int, tuple[_Shown, dict[str, int]] | None] = {}
        self._told: dict[int, dict[str, int | None]] = {}

    def version(self, plan_id: int) -> VersionRow:
        shown = self._shown(plan_id)
        if shown is None:
            raise CorrectionError(_NO_VERSION)
        return shown[0].version

    def weigh(self, given: TableRow) -> tuple[Weighed, _Row | None, dict[str, Value]]:
        """What would change, the row that it is of (None for one to be added), and the values to be set."""
        found = self._shown(given.plan_id)
        name = cut(squeeze(given.seen.get("activity") or given.seen.get("title") or ""), _NAME)
        if found is None:
            return Weighed(given, None, name, moved={"": _NO_VERSION}), None, {}
        shown, ids = found
        if given.key is None:
            return self._weigh_new(given, shown)
        if given.key not in ids:
            gone = "Bản đang dùng không còn dòng này, hoặc dòng này đã đổi."
            return Weighed(given, None, name, moved={"": gone}), None, {}
        row = shown.row(ids[given.key])
        name = cut(row.task.activity or row.task.title, _NAME)
        try:
            _check_going_on(self._session, row, self._now)
        except CorrectionMovedError as error:
            return Weighed(given, row.id, name, moved={"": error.sentence}), None, {}
        wrong: dict[str, str] = {}
        moved: dict[str, str] = {}
        values: dict[str, Value] = {}
        task = row.task
        for cell, written in _in_order(given.cells):
            value, why = self._read(shown, task, cell, written)
            before = value_of(row.task, cell)
            if not why and told_value(value) == told_value(before):
                continue
            try:
                _check_expected(self._session, row, [cell], given.seen, self._now)
            except CorrectionMovedError as error:
                moved[cell] = error.sentence
                continue
            if why:
                wrong[cell] = why
                continue
            values[cell], task = value, with_value(task, cell, value)
        changes = {cell: (told_value(value_of(row.task, cell)), told_value(value)) for cell, value in values.items()}
        return Weighed(given, row.id, name, changes, wrong, moved), row if values else None, values

    def _weigh_new(self, given: TableRow, shown: _Shown) -> tuple[Weighed, None, dict[str, Value]]:
        wrong: dict[str, str] = {}
        values: dict[str, Value] = {}
        task = _empty_task(given.section)
        for cell, written in _in_order(given.cells):
            value, why = self._read(shown, task, cell, written)
            if why:
                wrong[cell] = why
            elif told_value(value):
                values[cell], task = value, with_value(task, cell, value)
        if not task.title and "title" not in wrong:
            wrong["title"] = "Dòng mới phải có tên nhiệm vụ."
        name = cut(task.activity or task.title or squeeze(given.cells.get("title", "")), _NAME)
        words = self._told.setdefault(shown.plan.id, {row_words(shown.row(id_).task): id_ for id_ in shown.rows.keys})
        if not wrong and row_words(task) in words:
            wrong[""] = "Kế hoạch đã có một nhiệm vụ ghi đúng như dòng này, nên không thêm."
        if wrong:
            return Weighed(given, None, name, wrong=wrong), None, {}
        words[row_words(task)] = None
        changes = {cell: ("", told_value(value)) for cell, value in values.items()}
        return Weighed(given, None, name, changes), None, values

    def _read(self, shown: _Shown, task: Task, cell: str, written: str) -> tuple[Value, str]:
        """The value, and why it is not taken: in a table nobody answers a warning."""
        reader = _Reader(self._directory, shown.metadata, task)
        given: dict[str, Any] = {cell: [written] if cell in ("lead", "coordinating") else written}
        try:
            value = reader.values(Cells(**given))[cell]
        except CorrectionError as error:
            return None, error.sentence
        if isinstance(value, Offices):
            kept = value_of(task, cell)
            known = set(kept.printed) if isinstance(kept, Offices) else set()
            strange = [each for each in value.printed if each not in known and not self._directory.resolve(each)]
            how = "nếu đúng là vậy, xin sửa trên thẻ nhiệm vụ"
            return value, f"Danh bạ chưa có cơ quan {_quoted(strange)}; {how}." if strange else ""
        return value, f"Không đọc được thời hạn “{cut(squeeze(written), _NAME)}”." if reader.warnings else ""

    def _shown(self, plan_id: int) -> tuple[_Shown, dict[str, int]] | None:
        if plan_id not in self._plans:
            versions = _seen_versions(self._session, plan_id)
            shown = _Shown.of(self._session, versions[0]) if versions else None
            self._plans[plan_id] = (
                (shown, {key: id_ for id_, key in shown.rows.keys.items()}) if shown is not None else None
            )
        return self._plans[plan_id]


def _in_order(cells: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is written, the deadline last: the other cells are read for its sake."""
    return [(name, cells[name]) for name in FIELDS if name in cells]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"“{cut(name, _NAME)}”" for name in names)


def _edited(
    session: Session,
    task_id: int,
    cells: Cells,
    expected: Mapping[str, str | Sequence[str]],
    now: datetime,
    directory: Directory,
) -> tuple[_Row, dict[str, Value], list[str]]:
    """The row, what would change of it, and warnings."""
    row = _stored_row(session, task_id)
    _check_going_on(session, row, now)
    reader = _Reader(directory, row.metadata, row.task)
    values = reader.values(cells)
    changed = {field: value for field, value in values.items() if value != value_of(row.task, field)}
    _check_expected(session, row, {**dict.fromkeys(values, None)}, expected, now)
    if not changed:
        raise CorrectionError("Không có gì thay đổi: nhiệm vụ đang ghi đúng như vậy.")
    return row, changed, reader.warnings


def _empty_task(section: str | None) -> Task:
    heading = squeeze(nfc(section)) if section and section.strip() else None
    source = Source((heading,) if heading else ())
    return Task(Origin.TABLE, heading, None, "", None, None, (), (), NO_DEADLINE, source)


def _filled(task: Task, values: Mapping[str, Value]) -> Task:
    for name, value in values.items():
        task = with_value(task, name, value)
    return task


def _added(plan_id: int, task: Task, beside: Sequence[str], reason: str, by: int, now: datetime) -> CorrectionRow:
    return CorrectionRow(
        plan_id=plan_id, kind=CorrectionKind.ADD.value, keys=[*beside], field="", before=None,
        after=task_to_json(task), **_kept(task), **_made(reason, by, now),
    )  # fmt: skip


def _held(session: Session, plan_id: int, version: VersionRow, rows: Rows) -> dict[int, Held]:
    """What holds of the version; other papers change live ones only."""
    corrections = corrections_of(session, plan_id)
    if not is_live(session, version.id):
        return held_tasks(rows, corrections)
    stated = live_relations(session, live_plans(session)).get(plan_id, [])
    own = {by: _live_tasks(session, by) for by in {each.by.id for each in stated}}
    return held_tasks(rows, corrections, stated, own)


def _live_tasks(session: Session, plan_id: int) -> list[Task]:
    version = session.scalar(select(LiveVersionRow.version_id).where(LiveVersionRow.plan_id == plan_id))
    return [each.task for each in rows_of(session, version).stored] if version is not None else []


def _metadata(session: Session, plan_id: int, version: VersionRow) -> PlanMetadata:
    """What the paper says of itself, with what other live papers state of it."""
    live = next((plan for plan in live_plans(session) if plan.id == plan_id), None)
    return live.metadata if live is not None and is_live(session, version.id) else metadata_of(version)


def _shown_version(session: Session, plan_id: int) -> VersionRow:
    """The live version, else the draft."""
    versions = _seen_versions(session, plan_id)
    if not versions:
        raise CorrectionError(_NO_VERSION)
    return versions[0]


def _seen_versions(session: Session, plan_id: int) -> list[VersionRow]:
    """The live version and the draft, where there are such."""
    states = (VersionState.ACTIVE, VersionState.DRAFT)
    found = session.scalars(
        select(VersionRow).where(VersionRow.plan_id == plan_id, VersionRow.state.in_(states))
    ).all()
    return sorted(found, key=lambda version: (states.index(VersionState(version.state)), -version.version))


def _numbered(session: Session, plan_id: int, version: int) -> Sequence[VersionRow]:
    wanted = select(VersionRow).where(VersionRow.plan_id == plan_id, VersionRow.version == version)
    return session.scalars(wanted.where(VersionRow.state != VersionState.DISCARDED)).all()


def _alike(session: Session, version: VersionRow, task: Task) -> tuple[list[str], list[str]]:
    """Keys of the printed row that says nearly the same as an added task, and a warning; nothing for none."""
    rows = rows_of(session, version.id)
    printed = rows.printed
    id_ = find_row(row_words(task), printed, least=SAME)
    if id_ is None:
        return [], []
    name = cut(printed[id_].activity or printed[id_].title, _NAME)
    return [rows.keys[id_]], [f"Kế hoạch đã có nhiệm vụ gần giống (mã {id_}): “{name}”."]


def _correction(
    row: _Row,
    kind: CorrectionKind,
    reason: str,
    by: int,
    now: datetime,
    *,
    field: str = "",
    after: Value = None,
) -> CorrectionRow:
    return CorrectionRow(
        plan_id=row.plan.id,
        kind=kind.value,
        keys=[row.key],
        field=field,
        before=value_to_json(value_of(row.task, field)) if field else None,
        after=value_to_json(after),
        **_kept(row.task),
        **_made(reason, by, now),
    )


def _kept(task: Task) -> dict[str, str]:
    """Of the row, what it is found again and named by."""
    return {"words": row_words(task), "title": task.activity or task.title}


def _made(reason: str, by: int, now: datetime) -> dict[str, object]:
    return {"reason": reason, "made_at": now, "made_on": now.date(), "made_by": by}


def _finish(session: Session, plan: PlanRow, rows: Sequence[CorrectionRow]) -> tuple[int, ...]:
    """Writes what was changed, and has every reader see it when the transaction ends."""
    session.add_all(rows)
    plan.revision += 1
    session.flush()
    for version in _seen_versions(session, plan.id):
        if is_live(session, version.id):
            lay(session, plan.id, version.id)
    bump_generation(session)
    return tuple(row.id for row in rows)


def _finish_made(session: Session, plan: PlanRow, rows: Sequence[CorrectionRow]) -> tuple[int, ...]:
    """The same for new corrections, which go into the history."""
    numbers = _finish(session, plan, rows)
    for row in rows:
        _record(session, PlanChange.CORRECTION_MADE, row, row.made_by, row.made_at)
    return numbers


def _record(session: Session, change: PlanChange, row: CorrectionRow, by: int | None, now: datetime) -> None:
    audit.record(session, AuditKind.CORRECTION, change, by=by, now=now, plan_id=row.plan_id, subject=row.id)


def _finished(session: Session, row: CorrectionRow) -> CorrectionOverview:
    _finish(session, session.get_one(PlanRow, row.plan_id), [row])
    return next(each for each in _overviews(session, row.plan_id) if each.correction.number == row.id)


def _find(session: Session, number: int) -> CorrectionRow:
    row = session.get(CorrectionRow, number)
    if row is None:
        raise CorrectionError(f"Không có đính chính số {number} (xem: kehoach task corrections).")
    return row


def _overviews(session: Session, plan_id: int) -> list[CorrectionOverview]:
    if session.scalar(select(CorrectionRow.id).where(CorrectionRow.plan_id == plan_id).limit(1)) is None:
        return []  # a plan's rows are many, and most plans are never corrected
    versions = _seen_versions(session, plan_id)
    newest = versions[0] if versions else None
    name = newest.name if newest is not None else _last_name(session, plan_id)
    seen = [states_in(session, plan_id, rows_of(session, version.id)) for version in versions]
    if not seen:  # withdrawn: what somebody would have to decide is told when it is back
        seen = [[(row, _undone_or_held(row), None) for row, _, _ in states_in(session, plan_id, Rows(()))]]
    found = []
    for told in zip(*seen, strict=True):
        row = told[0][0]
        # What is to be decided of the draft is told before it is switched on.
        _, state, likely = next((each for each in told if each[1] is CorrectionState.TO_DECIDE), told[0])
        found.append(
            CorrectionOverview(
                correction_of(row), plan_id, name, row.title, state, likely[1] if likely else None,
                _name_of(session, row.made_by),
                _name_of(session, row.kept_by) if row.kept_at else "", row.kept_at,
                _name_of(session, row.undone_by) if row.undone_at else "", row.undone_at,
            )
        )  # fmt: skip
    return found


def _undone_or_held(row: CorrectionRow) -> CorrectionState:
    return CorrectionState.UNDONE if row.undone_at is not None else CorrectionState.HELD


def _last_name(session: Session, plan_id: int) -> str:
    wanted = select(VersionRow.name).where(VersionRow.plan_id == plan_id).order_by(VersionRow.version.desc()).limit(1)
    return session.scalar(wanted) or ""


def checked_reason(reason: str) -> str:
    """A reason as it is kept.

    Raises:
        CorrectionError: empty or too long.
    """
    told = squeeze(nfc(reason))
    if not told:
        raise CorrectionError("Xin ghi lý do.")
    if len(told) > _LONGEST_REASON:
        raise CorrectionError(f"Xin ghi lý do ngắn hơn {_LONGEST_REASON} ký tự.")
    return told


def _check_going_on(session: Session, row: _Row, now: datetime) -> None:
    """Raises:
    CorrectionMovedError: the task is ended.
    """
    for each in row.held.corrections:
        if each.kind is CorrectionKind.CANCEL:
            who = _who_and_when(session, each.by, each.at, now)
            raise CorrectionMovedError(
                f"Nhiệm vụ này đã được {who} cho dừng (đính chính số {each.number}): {each.reason}."
            )


def _check_expected(
    session: Session,
    row: _Row,
    wanted: Iterable[str],
    expected: Mapping[str, str | Sequence[str]],
    now: datetime,
) -> None:
    """Raises:
    CorrectionMovedError: one of the wanted cells holds something else than what the person saw.
    """
    for cell in wanted:
        if cell not in expected:
            continue
        seen = expected[cell]
        told = told_value(value_of(row.task, cell))
        if _comparable(seen if isinstance(seen, str) else "; ".join(seen)) == _comparable(told):
            continue
        latest = [each for each in row.held.corrections if each.field == cell]
        name = FIELDS.get(cell, cell)
        value = f"“{cut(told, _NAME)}”" if told else "để trống"
        if latest:
            who = _who_and_when(session, latest[-1].by, latest[-1].at, now)
            raise CorrectionMovedError(f"Ô “{name}” vừa được {who} sửa thành {value}; xin xem lại rồi sửa tiếp.")
        raise CorrectionMovedError(f"Ô “{name}” nay đang là {value}; xin xem lại rồi sửa tiếp.")


def _comparable(text: str) -> str:
    """Without what a workbook cannot hold or changes: control characters of a PDF's text layer."""
    return squeeze("".join(sign if sign.isprintable() else " " for sign in nfc(text)))


def _check_standing(session: Session, row: CorrectionRow, now: datetime) -> None:
    """Raises:
    CorrectionMovedError: the correction is taken back.
    """
    if row.undone_at is not None:
        who = _who_and_when(session, row.undone_by, row.undone_at, now)
        raise CorrectionMovedError(f"Đính chính số {row.id} đã được {who} bỏ.")


def _who_and_when(session: Session, by: int | None, at: datetime, now: datetime) -> str:
    """ "Trần Văn A lúc 08:30 ngày 20/11/2026", in the time zone of `now`."""
    return f"{_name_of(session, by)} lúc {at.astimezone(now.tzinfo):%H:%M ngày %d/%m/%Y}"


def _name_of(session: Session, by: int | None) -> str:
    if by == OPERATOR:
        return "quản trị viên (dòng lệnh)"
    row = session.get(MemberRow, by) if by is not None else None
    return row.name if row is not None else "người đã xóa dữ liệu"
