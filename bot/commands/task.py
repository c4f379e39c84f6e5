"""task: what a person corrects of plans' tasks: edit, add, cancel, done; and the list of it, kept or taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from bot.app import App
from bot.commands.console import app_of, console, day, note
from bot.notify.planning import refresh
from bot.tracking.answering import OPERATOR as OPERATOR_MEMBER
from bot.tracking.progress import Progress
from bot.tracking.records import State
from knowledge.correcting import CorrectionKind, CorrectionState, told_value, value_of
from knowledge.doubts import FIELDS
from knowledge.errors import CorrectionError
from knowledge.records import Task
from knowledge.store import corrections
from knowledge.store.corrections import OPERATOR, Cells, CorrectionOverview, Done
from knowledge.store.models import DutyRow, OccurrenceRow
from knowledge.text import cut, fold
from knowledge.wording import day as day_of
from knowledge.wording import told_change

task = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Đính chính nhiệm vụ của các kế hoạch.")

_Id = Annotated[
    int, typer.Argument(metavar="MÃ", help="Mã nhiệm vụ (kehoach tasks --format json)", show_default=False)
]
_Number = Annotated[
    int, typer.Argument(metavar="SỐ", help="Số đính chính (kehoach task corrections)", show_default=False)
]
_Reason = Annotated[str, typer.Option(help="Lý do", show_default=False)]
_Text = Annotated[str | None, typer.Option(show_default=False)]
_Offices = Annotated[list[str] | None, typer.Option(show_default=False, help="Ghi nhiều lần nếu có nhiều cơ quan")]
_Phrase = Annotated[
    str | None, typer.Option(metavar="CỤM TỪ", show_default=False, help="Như văn bản ghi: “Quý III”, “30/9/2026”")
]
_NAME = 90
_BY_COMMAND = "Quản trị viên ghi nhận."


@task.command("edit")
def edit(
    context: typer.Context,
    task_id: _Id,
    reason: _Reason,
    title: _Text = None,
    activity: _Text = None,
    product: _Text = None,
    lead: _Offices = None,
    coordinating: _Offices = None,
    deadline: _Phrase = None,
) -> None:
    """Sửa ô của một nhiệm vụ; ghi "" để ô trống."""
    cells = Cells(
        title=title, activity=activity, product=product, lead=lead, coordinating=coordinating, deadline=deadline
    )
    if cells == Cells():
        raise typer.BadParameter("cần ít nhất một ô để sửa: --title, --lead, --coordinating, --product, --deadline")
    app = app_of(context)
    done = corrections.edit_task(
        app.store, task_id, cells, reason=reason, by=OPERATOR, now=app.clock(), directory=app.directory
    )
    _print_done(console(), "đã đính chính", done, [name for name in FIELDS if getattr(cells, name) is not None])


@task.command("add")
def add(
    context: typer.Context,
    plan: Annotated[str, typer.Option(help="Số kế hoạch hoặc tên tệp", show_default=False)],
    title: Annotated[str, typer.Option(show_default=False)],
    reason: _Reason,
    activity: _Text = None,
    product: _Text = None,
    lead: _Offices = None,
    coordinating: _Offices = None,
    deadline: _Phrase = None,
    section: Annotated[str | None, typer.Option(show_default=False, help="Mục của kế hoạch")] = None,
) -> None:
    """Bổ sung một nhiệm vụ mà bản đã nạp không có."""
    app = app_of(context)
    cells = Cells(
        title=title, activity=activity, product=product, lead=lead, coordinating=coordinating, deadline=deadline
    )
    done = corrections.add_task(
        app.store,
        plan,
        cells,
        reason=reason,
        by=OPERATOR,
        now=app.clock(),
        directory=app.directory,
        section=section,
    )
    app.refresh_vectors()
    out = console()
    _print_done(out, "đã bổ sung nhiệm vụ", done, [*FIELDS])
    if done.task_id is None:
        note(out, "  Nhiệm vụ được dùng khi kế hoạch được kích hoạt.")


@task.command("cancel")
def cancel(context: typer.Context, task_id: _Id, reason: _Reason) -> None:
    """Cho dừng một nhiệm vụ: không còn trong danh sách và lời nhắc; ai hỏi thì được biết lý do."""
    app = app_of(context)
    done = corrections.cancel_task(app.store, task_id, reason=reason, by=OPERATOR, now=app.clock())
    _print_done(console(), "đã cho dừng nhiệm vụ", done, [])


@task.command("settle")
def settle(
    context: typer.Context,
    task_id: _Id,
    field: Annotated[str, typer.Argument(metavar="Ô", help=" | ".join(FIELDS), show_default=False)],
    right: Annotated[
        bool, typer.Option("--right/--wrong", help="Đọc đúng, hoặc sai và để trống", show_default=False)
    ],
    reason: Annotated[str, typer.Option(help="Lý do", show_default=False)] = "",
) -> None:
    """Kết luận về một ô cần kiểm tra."""
    if field not in FIELDS:
        raise typer.BadParameter(f"ô là một trong: {', '.join(FIELDS)}")
    app = app_of(context)
    done = corrections.settle_doubt(
        app.store, task_id, field, confirmed=right, by=OPERATOR, now=app.clock(), reason=reason
    )
    _print_done(console(), "đã xác nhận" if right else "đã bỏ giá trị đọc sai", done, [field])


@task.command("done")
def mark_done(
    context: typer.Context,
    task_id: _Id,
    agency: Annotated[str | None, typer.Option(help="Chỉ cơ quan này", show_default=False)] = None,
    due_on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%d/%m/%Y"], show_default=False, help="Kỳ hạn này (mặc định kỳ chưa xong sớm nhất)"
        ),
    ] = None,
    remark: Annotated[str, typer.Option("--note", help="Kết quả, số văn bản")] = _BY_COMMAND,
) -> None:
    """Ghi nhận cơ quan chủ trì đã hoàn thành kỳ hạn chưa xong sớm nhất của nhiệm vụ."""
    app = app_of(context)
    refresh(app.store, app.library, app.directory, app.clock())
    open_ = _open_days(app, task_id)
    chosen = _chosen(app, open_, agency, due_on.date() if due_on else None)
    if not chosen:
        raise CorrectionError(_nothing_open(app, task_id, open_))
    reported = Progress(app.store, app.clock, app.directory).done(
        [each[0] for each in chosen], OPERATOR_MEMBER.id, remark
    )
    out = console()
    for each in reported.occurrences:
        note(out, f"✓ {each.agency}: hoàn thành “{cut(each.title, _NAME)}”, hạn {day_of(each.due_on)}.")
    left = len(open_) - len(chosen)
    if left:
        note(out, f"  Còn {left} kỳ hạn chưa xong của nhiệm vụ này.")


_Open = tuple[int, str, date, bool]
"""Number, agency and day of an occurrence that is owed, and whether it recurs."""


def _open_days(app: App, task_id: int) -> list[_Open]:
    """What is owed of a task, by day."""
    with app.store.read() as session:
        rows = session.execute(
            select(OccurrenceRow.id, OccurrenceRow.agency, OccurrenceRow.due_on, OccurrenceRow.recurring)
            .join(DutyRow, DutyRow.id == OccurrenceRow.duty_id)
            .where(DutyRow.task_id == task_id, OccurrenceRow.state == State.OPEN)
            .order_by(OccurrenceRow.due_on, OccurrenceRow.id)
        )
        return [(row.id, row.agency, row.due_on, row.recurring) for row in rows]


def _chosen(app: App, open_: list[_Open], agency: str | None, due_on: date | None) -> list[_Open]:
    """Of each agency the first day, or the one asked for.

    A recurring day of a later year is only meant where it is told: who reports what is done means this year's.
    """
    if agency is not None:
        asked = app.directory.resolve(agency)
        names = {fold(name) for name in (*(asked.names if asked else ()), agency)}
        names |= {
            fold(heir)
            for name in (asked.names if asked else ())
            for heir in app.directory.successors(name, app.today)
        }
        open_ = [each for each in open_ if fold(each[1]) in names]
    found: dict[str, _Open] = {}
    for each in open_:
        meant = each[2] == due_on if due_on else not (each[3] and each[2].year > app.today.year)
        if meant:
            found.setdefault(each[1], each)
    return [*found.values()]


def _nothing_open(app: App, task_id: int, owed: list[_Open]) -> str:
    if task_id not in app.library.tasks_by_id([task_id]):
        return f"Không có nhiệm vụ mang mã {task_id} trong các bản đang dùng (xem mã: kehoach tasks --format json)."
    if owed:
        first = owed[0][2]
        return (
            f"Không có kỳ hạn chưa xong nào như vậy; kỳ tới của nhiệm vụ này là {day_of(first)} "
            f"(nếu đúng kỳ đó đã xong, ghi thêm --due-on {first.isoformat()})."
        )
    return "Nhiệm vụ này không còn kỳ hạn nào chưa hoàn thành, hoặc văn bản không ghi ngày."


@task.command("corrections")
def show_corrections(
    context: typer.Context,
    plan: Annotated[str | None, typer.Option(help="Số kế hoạch hoặc tên tệp", show_default=False)] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Chỉ những đính chính cần quyết định")] = False,
) -> None:
    """Các đính chính: số, ai, khi nào, vì sao, còn giữ hay không."""
    listed = corrections.list_corrections(app_of(context).store, plan, waiting=waiting)
    out = console()
    if not listed:
        note(out, "Chưa có đính chính nào." if not waiting else "Không có đính chính nào cần quyết định.")
        return
    table = Table(show_lines=True)
    for heading in ("Số", "Kế hoạch", "Nhiệm vụ", "Đính chính", "Lý do", "Người, lúc", "Tình trạng"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "Số")
    for each in listed:
        made = each.correction
        table.add_row(
            str(made.number),
            each.plan_name,
            cut(each.title, _NAME),
            told_change(each.correction, _NAME),
            made.reason,
            f"{each.by}\n{day(made.at)}",
            _told_state(each),
        )
    out.print(table)
    note(out, f"{len(listed)} đính chính.")
    if any(each.state is CorrectionState.TO_DECIDE for each in listed):
        note(out, "Giữ: kehoach task keep SỐ. Bỏ: kehoach task undo SỐ.")


@task.command("undo")
def undo(context: typer.Context, number: _Number) -> None:
    """Bỏ một đính chính: nhiệm vụ trở lại như trước đó."""
    app = app_of(context)
    undone = corrections.undo(app.store, number, by=OPERATOR, now=app.clock())
    _refresh_added(app, undone)
    note(console(), f"✓ {undone.plan_name}: đã bỏ đính chính số {number} của “{cut(undone.title, _NAME)}”.")


@task.command("keep")
def keep(context: typer.Context, number: _Number) -> None:
    """Giữ một đính chính cần quyết định cho dòng giống nó nhất trong bản mới."""
    app = app_of(context)
    kept = corrections.keep(app.store, number, by=OPERATOR, now=app.clock())
    _refresh_added(app, kept)
    note(console(), f"✓ {kept.plan_name}: giữ đính chính số {number} của “{cut(kept.title, _NAME)}”.")


def _refresh_added(app: App, changed: CorrectionOverview) -> None:
    """An added task has a passage of its own, which is searched by its vector as well."""
    if changed.correction.kind is CorrectionKind.ADD:
        app.refresh_vectors()


def _print_done(out: Console, said: str, done: Done, shown: list[str]) -> None:
    which = f", mã {done.task_id}" if done.task_id is not None else ""
    numbers = ", ".join(map(str, done.numbers))
    name = cut(done.task.activity or done.task.title, _NAME)
    note(out, f"✓ {done.plan_name}: {said} “{name}” (đính chính số {numbers}{which}).")
    for field in shown:
        for line in _told_cell(done.task, field):
            note(out, f"  {line}")
    for warning in done.warnings:
        note(out, f"  Lưu ý: {warning}")


def _told_cell(task: Task, field: str) -> list[str]:
    value = told_value(value_of(task, field))
    lines = [f"{FIELDS[field]}: {value or '(trống)'}"] if value or field != "activity" else []
    if field == "deadline" and task.deadline.dates:
        lines.append(f"Ngày: {', '.join(day_of(each) for each in task.deadline.dates)}")
    return lines


def _told_state(each: CorrectionOverview) -> str:
    if each.state is CorrectionState.UNDONE:
        return f"đã bỏ ({each.undone_by}, {day(each.undone_at)})" if each.undone_at else "đã bỏ"
    if each.state is CorrectionState.TO_DECIDE:
        likely = f": có thể là “{cut(each.likely.activity or each.likely.title, _NAME)}”" if each.likely else ""
        return f"cần quyết định{likely}"
    if each.state is CorrectionState.MET:
        return "văn bản nay đã ghi như vậy"
    return f"giữ ({each.kept_by}, {day(each.kept_at)})" if each.kept_at else "đang giữ"
