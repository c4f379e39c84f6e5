"""The task table of a plan with its filters, a task with its doubts and its history, and what is corrected there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.responses import Response

from bot.reports.history import told_change
from bot.web.context import Context, NotFoundError
from bot.web.places import task_places
from bot.web.task_tables import Table
from knowledge.agencies import Directory
from knowledge.correcting import CorrectionKind, CorrectionState, told_value, value_of
from knowledge.doubts import FIELDS, doubts_of, is_undated
from knowledge.errors import KehoachError
from knowledge.library import LiveTask
from knowledge.objects import horizon
from knowledge.progress import STATE_WORDS, Standing, TaskProgress
from knowledge.store import corrections
from knowledge.store.corrections import Cells
from knowledge.task_filters import due_days, is_due_within, is_led_by
from knowledge.wording import place

PAGE = 50
"""Rows of one page of the table."""
STANDINGS = {
    Standing.LATE: "quá hạn",
    Standing.NEAR: "sắp đến hạn",
    Standing.IN_TIME: "trong hạn",
    Standing.DONE_IN_TIME: "hoàn thành đúng hạn",
    Standing.DONE_LATE: "hoàn thành quá hạn",
}
"""The gravest first: a task that several agencies owe stands as its worst part."""
_NO_DAY = "khong-ngay"
_OFFICES = ("lead", "coordinating")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a table is narrowed to, as its address says it."""

    agency: str = ""
    standing: str = ""
    due_from: date | None = None
    due_to: date | None = None
    doubtful: bool = False
    draft: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str], *, is_admin: bool) -> Filters:
        """What was asked for.

        Raises:
            KehoachError: a day that is none.
        """
        return cls(
            asked.get("co-quan", "").strip(),
            asked.get("tinh-trang", ""),
            _read_day(asked.get("tu", "")),
            _read_day(asked.get("den", "")),
            bool(asked.get("ngo")),
            is_admin and asked.get("ban") == "nhap",
        )

    def address(self, plan_id: int, page: int = 1) -> str:
        """Of that page of the table."""
        asked = {
            "ban": "nhap" if self.draft else "",
            "co-quan": self.agency,
            "tinh-trang": self.standing,
            "tu": self.due_from.isoformat() if self.due_from else "",
            "den": self.due_to.isoformat() if self.due_to else "",
            "ngo": "1" if self.doubtful else "",
            "trang": str(page) if page > 1 else "",
        }
        told = urlencode({name: value for name, value in asked.items() if value})
        return f"/ke-hoach/{plan_id}/nhiem-vu" + (f"?{told}" if told else "")


@dataclass(frozen=True, slots=True)
class Row:
    """A task in the table."""

    live: LiveTask
    due: date | None
    standing: str
    doubtful: frozenset[str]
    corrected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a task on its page.

    Attributes:
        value: as people read it.
        doubts: why it is to be looked at; each can be confirmed or dropped.
        undated: it tells a time of which no day could be read.
        typed: what somebody has typed in its place and could not be taken.
    """

    field: str
    label: str
    value: str
    doubts: tuple[str, ...]
    undated: bool
    corrected: bool
    typed: str | None
    reason: str


def show_table(context: Context) -> Response:
    """One page of the table."""
    plan_id = context.number("ke_hoach")
    filters = Filters.of(context.request.query_params, is_admin=context.is_admin)
    table = _table(context, plan_id, filters)
    app, today = context.site.app, context.site.app.today
    is_tracked = not table.draft and plan_id in app.tracking.tracked()
    filtered = is_tracked and filters.standing not in ("", _NO_DAY)
    tracked: Mapping[int, Collection[Standing]] = app.tracking.standings(today, plan_id) if filtered else {}
    leads = _Leads(filters.agency, app.directory, today)
    found = [each for each in table.tasks if _fits(each, filters, leads, tracked, today)]
    last = max(1, -(-len(found) // PAGE))
    page = min(_read_page(context.request.query_params.get("trang", "")), last)
    shown = found[(page - 1) * PAGE : page * PAGE]
    if is_tracked and not tracked:
        own = _progress(context, plan_id, [each.id for each in shown])
        tracked = {task: {each.standing for each in parts} for task, parts in own.items()}
    return context.page(
        "tasks.html",
        plan=table.plan,
        draft=table.draft,
        filters=filters,
        tracked=is_tracked,
        standings=[
            *((each.value, label) for each, label in STANDINGS.items() if is_tracked),
            (_NO_DAY, "không có ngày"),
        ],
        offices=sorted({office for each in table.tasks for office in each.task.lead}),
        rows=[_row(each, tracked, today) for each in shown],
        count=len(found),
        total=len(table.tasks),
        page=page,
        last=last,
        before=filters.address(plan_id, page - 1) if page > 1 else "",
        after=filters.address(plan_id, page + 1) if page < last else "",
    )


def show_task(context: Context) -> Response:
    """A task whole."""
    return _task_page(context)


def edit(context: Context) -> Response:
    """Gives a cell another value, if it still holds what the person saw."""
    app, field = context.site.app, _field(context)
    value = context.form.get("gia_tri", "")
    cells = Cells(**{field: [value] if field in _OFFICES else value})  # type: ignore[arg-type]
    try:
        done = corrections.edit_task(
            app.store,
            context.number("nhiem_vu"),
            cells,
            reason=context.form.get("ly_do", ""),
            by=context.by,
            now=app.clock(),
            directory=app.directory,
            expected={field: context.form.get("thay", "")},
        )
    except KehoachError as error:
        return _task_page(context, error, {field: value})
    context.note(
        f"Đã đính chính ô “{FIELDS[field]}” (đính chính số {', '.join(map(str, done.numbers))}).", *done.warnings
    )
    return _changed(context)


def settle(context: Context) -> Response:
    """Says of a doubtful cell that it is right, or wrong and to be left empty."""
    app, field = context.site.app, _field(context)
    right = context.form.get("dung") == "1"
    task_id = context.number("nhiem_vu")
    try:
        corrections.settle_doubt(
            app.store, task_id, field, confirmed=right, by=context.by, now=app.clock(),
            reason=context.form.get("ly_do", ""), expected={field: context.form.get("thay", "")},
        )  # fmt: skip
    except KehoachError as error:
        return _task_page(context, error)
    context.note(
        f"Ô “{FIELDS[field]}”: đã xác nhận đúng." if right else f"Ô “{FIELDS[field]}”: đã bỏ giá trị đọc sai."
    )
    return _changed(context)


def cancel(context: Context) -> Response:
    """Ends a task."""
    app = context.site.app
    try:
        corrections.cancel_task(
            app.store,
            context.number("nhiem_vu"),
            reason=context.form.get("ly_do", ""),
            by=context.by,
            now=app.clock(),
            seen=_seen(context),
        )
    except KehoachError as error:
        return _task_page(context, error)
    context.note("Đã cho dừng nhiệm vụ: không còn trong danh sách và lời nhắc.")
    return _changed(context)


def undo(context: Context) -> Response:
    """Takes a correction back."""
    app, number = context.site.app, context.number("so")
    undone = corrections.undo(app.store, number, by=context.by, now=app.clock())
    if undone.correction.kind is CorrectionKind.ADD:
        app.refresh_vectors()
    context.note(f"Đã bỏ đính chính số {number}.")
    context.plan_again()
    back = context.form.get("ve", "")
    if not back.isdecimal():
        return context.go(f"/ke-hoach/{undone.plan_id}/dinh-chinh")
    if undone.correction.kind is CorrectionKind.ADD:  # its page is gone with it
        return context.go(f"/ke-hoach/{undone.plan_id}/nhiem-vu")
    return context.go(f"/nhiem-vu/{back}")


def keep(context: Context) -> Response:
    """Decides that a correction holds for the row that says nearly the same now."""
    app, number = context.site.app, context.number("so")
    kept = corrections.keep(app.store, number, by=context.by, now=app.clock())
    if kept.correction.kind is CorrectionKind.ADD:
        app.refresh_vectors()
    context.note(f"Giữ đính chính số {number}.")
    context.plan_again()
    return context.go(f"/ke-hoach/{kept.plan_id}/dinh-chinh")


def list_corrections(context: Context) -> Response:
    """Everything that people corrected of a plan."""
    plan_id = context.number("ke_hoach")
    listed = corrections.list_corrections(context.site.app.store, plan_id)
    return context.page(
        "corrections.html",
        plan_id=plan_id,
        plan_name=listed[0].plan_name if listed else "",
        corrections=[(each, told_change(each.correction)) for each in reversed(listed)],
        State=CorrectionState,
    )


def _table(context: Context, plan_id: int, filters: Filters) -> Table:
    tables = context.site.tables
    found = tables.draft(plan_id) if filters.draft else tables.live(plan_id)
    if found is None:
        raise NotFoundError("Kế hoạch này không có bản như vậy, hoặc bản ấy không còn.")
    return found


@dataclass
class _Leads:
    """Which tasks an agency leads, told once for tasks with the same leads."""

    agency: str
    directory: Directory
    today: date
    _known: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def hold(self, live: LiveTask) -> bool:
        """Whether the agency leads that task; of one table, since the day of its paper counts."""
        key = (*live.task.lead, "/", *live.task.lead_agencies)
        if key not in self._known:
            self._known[key] = is_led_by(live, self.agency, self.directory, self.today)
        return self._known[key]


def _fits(
    live: LiveTask,
    filters: Filters,
    leads: _Leads,
    tracked: Mapping[int, Collection[Standing]],
    today: date,
) -> bool:
    if filters.doubtful and not _doubtful(live):
        return False
    if filters.standing and filters.standing != _standing(live, tracked):
        return False
    if not is_due_within(live, filters.due_from, filters.due_to, today):
        return False
    return not filters.agency or leads.hold(live)


def _row(live: LiveTask, tracked: Mapping[int, Collection[Standing]], today: date) -> Row:
    standing = _standing(live, tracked)
    label = STANDINGS[Standing(standing)] if standing and standing != _NO_DAY else ""
    return Row(live, _next_day(live, today), label, _doubtful(live), frozenset(live.corrected))


def _doubtful(live: LiveTask) -> frozenset[str]:
    """The fields that somebody should look at; a deadline of which no day could be read among them, as in reports."""
    undated = ["deadline"] if is_undated(live.task.deadline) else []
    return frozenset([*(each.field for each in doubts_of(live.task)), *undated])


def _next_day(live: LiveTask, today: date) -> date | None:
    """The next day that it is due, else the last one."""
    days = due_days(live.task.deadline, horizon(today))
    return next((each for each in days if each >= today), days[-1] if days else None)


def _progress(context: Context, plan_id: int, tasks: Sequence[int]) -> dict[int, list[TaskProgress]]:
    """How far agencies are with some tasks, by task."""
    app = context.site.app
    found: dict[int, list[TaskProgress]] = defaultdict(list)
    for each in app.tracking.find(app.library, app.today, plans=[plan_id], tasks=tasks):
        if each.task is not None:
            found[each.task].append(each)
    return found


def _standing(live: LiveTask, tracked: Mapping[int, Collection[Standing]]) -> str:
    deadline = live.task.deadline
    if not (deadline.dates or deadline.rules):
        return _NO_DAY
    own = tracked.get(live.id, ())
    return next((each.value for each in STANDINGS if each in own), "")


def _task_page(
    context: Context, error: KehoachError | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    """The page of a task as it stands now, with what went wrong and what was typed."""
    from bot.web.access import status_of

    app = context.site.app
    found = context.site.tables.find(context.number("nhiem_vu"), drafts=context.is_admin)
    if found is None:
        if error is not None:
            raise error
        raise NotFoundError("Nhiệm vụ này không còn trong bản đang dùng; xin tìm lại trong bảng nhiệm vụ.")
    live, draft = found
    task = live.task
    papers = {each.asked["nguon"]: each for each in task_places(live)}
    by = corrections.correctors(app.store, live.corrections)
    progress = [] if draft else _progress(context, live.plan.id, [live.id]).get(live.id, [])
    return context.page(
        "task.html",
        status_of(error) if error is not None else HTTPStatus.OK,
        live=live,
        draft=draft,
        error=error.sentence if error is not None else "",
        cells=[_cell(context, live, name, label, typed or {}) for name, label in FIELDS.items()],
        days=due_days(task.deadline, horizon(app.today)),
        places=[
            (each, place(each, task.number), papers.get(str(number)))
            for number, each in enumerate((task.source, *task.sources))
        ],
        history=[(each, told_change(each), by[each.number]) for each in reversed(live.corrections)],
        progress=[(each, STATE_WORDS[each.state], STANDINGS.get(each.standing, "")) for each in progress],
        may_correct=context.is_admin and live.cancelled is None and not live.repealed,
    )


def _cell(context: Context, live: LiveTask, field: str, label: str, typed: Mapping[str, str]) -> Cell:
    return Cell(
        field,
        label,
        told_value(value_of(live.task, field)),
        tuple(each.why for each in doubts_of(live.task) if each.field == field),
        field == "deadline" and is_undated(live.task.deadline),
        field in live.corrected,
        typed.get(field),
        context.form.get("ly_do", "") if field in typed else "",
    )


def _seen(context: Context) -> int | None:
    """Number of the task's latest correction that was on the page; None where the form does not tell it."""
    told = context.form.get("dinh_chinh", "")
    return int(told) if told.isdecimal() else None


def _changed(context: Context) -> Response:
    context.plan_again()
    return context.go(f"/nhiem-vu/{context.number('nhiem_vu')}")


def _field(context: Context) -> str:
    field = context.form.get("o", "")
    if field not in FIELDS:
        raise KehoachError("Không có ô này.")
    return field


def _read_day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise KehoachError(f"“{text[:20]}” không phải là ngày.") from error


def _read_page(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < 9 else 1
