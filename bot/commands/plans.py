"""load, plans, activate, rollback, diff, withdraw: papers and their versions."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot import administration
from bot.app import App
from bot.clock import HANOI
from bot.commands.console import app_of, console, day, note
from ingest.readers import SUFFIXES
from knowledge.doubts import full_report
from knowledge.errors import KehoachError, PlanFileError
from knowledge.records import Deadline, PlanDraft, Report
from knowledge.store import versions
from knowledge.store.catalog import PlanOverview, find_plan, list_plans
from knowledge.store.comparison import PlanDiff, TaskChange, diff
from knowledge.store.corrections import OPERATOR, describe_waiting, list_corrections
from knowledge.store.models import VersionState
from knowledge.store.related import describe_relations
from knowledge.store.versions import Saved, SetSwitch

_log = logging.getLogger(__name__)
_DOUBTS_SHOWN = 8


def load(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help=f"Tệp hoặc thư mục ({' '.join(SUFFIXES)})", show_default=False)],
    activate: Annotated[bool, typer.Option("--activate", help="Dùng ngay bản vừa nạp để trả lời")] = False,
    again: Annotated[bool, typer.Option("--again", help="Đọc lại cả tệp đã để riêng vì làm hỏng bộ đọc")] = False,
) -> None:
    """Nạp kế hoạch từ tệp; là bản nháp nếu không có --activate."""
    app = app_of(context)
    with app.plan_reader:
        drafts, read, failed = _read_all(app, paths, again=again)

    def find_paper(digest: str) -> bytes | None:
        try:
            return read[digest].read_bytes()
        except OSError:  # taken away meanwhile: the version stands without its file
            return None

    saved = versions.save_drafts(app.store, drafts, now=app.clock(), find_paper=find_paper) if drafts else []
    if activate and saved and _goes_on(app, sorted({s.plan_id for s in saved})):
        versions.activate_many(app.store, [s.plan_id for s in saved], now=app.clock())
        app.refresh_vectors()
    states = _states(app) if saved else {}
    out = console()
    for draft, done in zip(drafts, saved, strict=True):
        _print_loaded(draft, done, states.get((done.plan_id, done.version), "đã có bản sau thay"))
        if not done.unchanged:
            print_relations(out, describe_relations(app.store, done.plan_id, done.version))
            print_waiting(out, app, done.plan_id)
    if failed:
        raise typer.Exit(1)


def _read_all(app: App, paths: Sequence[Path], *, again: bool) -> tuple[list[PlanDraft], dict[str, Path], int]:
    """The drafts, where their files are by digest, and how many could not be read."""
    files = [file for path in paths for file in _files(path)]
    app.plan_reader.start()
    drafts: list[PlanDraft] = []
    read: dict[str, Path] = {}
    failed = 0
    screen = console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    ) as progress:
        bar = progress.add_task("Đọc kế hoạch", total=len(files))
        for file in files:
            progress.update(bar, description=f"Đọc {file.name[:40]}")
            try:
                drafts.append(app.plan_reader.read(file, again=again))
                read[drafts[-1].digest] = file
            except PlanFileError as error:
                failed += 1
                _log.warning("not loaded: %s: %s %s", file.name, error.sentence, error.detail)
                note(screen, f"✗ {file.name}: {error.sentence}")
            progress.advance(bar)
    return drafts, read, failed


def _files(path: Path) -> list[Path]:
    """The plan files that a path names, in order of their names; hidden and lock files left out."""
    if not path.is_dir():
        return [path]
    found = [
        p
        for p in sorted(path.rglob("*"))
        if p.is_file() and p.suffix.lower() in SUFFIXES and not p.name.startswith((".", "~$"))
    ]
    if not found:
        raise KehoachError(f"Thư mục {path.name} không có tệp kế hoạch nào ({' '.join(SUFFIXES)}).")
    return found


def _states(app: App) -> dict[tuple[int, int], str]:
    """The state of each version, by plan and number; a draft that was replaced is in none."""
    return {(plan.id, v.version): _STATES[v.state] for plan in list_plans(app.store) for v in plan.versions}


def _print_loaded(draft: PlanDraft, saved: Saved, state: str) -> None:
    out = console()
    if saved.unchanged:
        note(out, f"= {draft.file}: không đổi ({saved.plan_name}, bản {saved.version}, {state}).")
        return
    note(out, f"✓ {draft.file}: {saved.plan_name}, bản {saved.version} ({state}).")
    print_report(out, full_report(draft))


def print_report(out: Console, report: Report, *, whole: bool = False) -> None:
    """What a file gave, what was filled in, what is doubtful, what was dropped."""
    note(
        out,
        f"  {report.rows} dòng trong {report.tables} bảng nhiệm vụ, {report.clauses} nhiệm vụ trong lời văn, "
        f"{report.passages} đoạn, {report.footnotes} chú thích.",
    )
    for name, items in (
        ("Điền theo dòng trên", report.filled),
        ("Cần xem lại", [f"{d.what}{f' ({d.where})' if d.where else ''}" for d in report.doubts]),
        ("Bỏ qua", report.dropped),
        ("Cơ quan chưa có trong danh bạ", report.unknown_agencies),
    ):
        if not items:
            continue
        note(out, f"  {name} ({len(items)}):")
        for item in items if whole else items[:_DOUBTS_SHOWN]:
            note(out, f"    - {item}")
        if not whole and len(items) > _DOUBTS_SHOWN:
            note(out, f"    … và {len(items) - _DOUBTS_SHOWN} mục nữa (xem đủ: kehoach plans SỐ_KẾ_HOẠCH)")


def print_relations(out: Console, sentences: Sequence[str]) -> None:
    """What the paper does to other papers, and they to it."""
    for sentence in sentences:
        note(out, f"  {sentence}")


def print_waiting(out: Console, app: App, plan_id: int) -> None:
    """The corrections of a plan about which somebody is to decide."""
    waiting = describe_waiting(app.store, plan_id)
    if not waiting:
        return
    note(out, f"  Đính chính cần quyết định ({len(waiting)}; giữ: kehoach task keep SỐ, bỏ: kehoach task undo SỐ):")
    for sentence in waiting:
        note(out, f"    - {sentence}")


def plans(
    context: typer.Context,
    plan: Annotated[str | None, typer.Argument(help="Số kế hoạch hoặc tên tệp: xem báo cáo đầy đủ của nó")] = None,
) -> None:
    """Các kế hoạch đã nạp và các bản của chúng."""
    app = app_of(context)
    wanted = find_plan(app.store, plan) if plan is not None else None
    listed = [p for p in list_plans(app.store) if wanted in (None, p.id)]
    out = console()
    if not listed:
        note(out, "Chưa nạp kế hoạch nào. Nạp bằng: kehoach load TỆP --activate")
        return
    _print_plans(out, listed, versions.list_set(app.store))
    if wanted is not None:
        newest = listed[0].versions[-1]
        print_report(out, newest.report, whole=True)
        print_relations(out, describe_relations(app.store, wanted, newest.version))
        print_waiting(out, app, wanted)
    elif waiting := list_corrections(app.store, waiting=True):
        note(out, f"{len(waiting)} đính chính cần quyết định (xem: kehoach task corrections --waiting).")


def _print_plans(out: Console, listed: Sequence[PlanOverview], set_for: Mapping[int, SetSwitch]) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("Kế hoạch", "Bản", "Trạng thái", "Tên", "Nạp lúc", "Nhiệm vụ", "Cần xem"):
        table.add_column(heading, overflow="fold", no_wrap=heading != "Tên", ratio=1 if heading == "Tên" else None)
    for plan in listed:
        for version in plan.versions:
            table.add_row(
                plan.name,
                str(version.version),
                _STATES[version.state],
                plan.metadata.title or version.file,
                day(version.loaded_at),
                str(version.tasks),
                str(len(version.report.doubts)),
            )
            if version.state is VersionState.WITHDRAWN:
                table.add_row("", "", "", f"(đã rút: {version.withdrawn_reason})", "", "", "")
        if plan.id in set_for:
            table.add_row("", "", "", _set_told(set_for[plan.id]), "", "", "")
        if plan.stated_by:
            table.add_row("", "", "", f"(số {plan.metadata.number} theo {plan.stated_by})", "", "", "")
    out.print(table)


def _set_told(found: SetSwitch) -> str:
    void = "; bản ấy đã được thay hoặc bỏ nên sẽ không kích hoạt" if found.is_void else ""
    return f"(hẹn kích hoạt bản {found.version} lúc {day(found.at)}{void})"


_STATES = {
    "draft": "nháp",
    "active": "đang dùng",
    "superseded": "đã thay",
    "discarded": "đã bỏ",
    "withdrawn": "đã rút",
}


def activate(
    context: typer.Context,
    plan: Annotated[str, typer.Argument(help="Số kế hoạch hoặc tên tệp")],
    at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], help="Hẹn giờ kích hoạt (giờ Việt Nam)"),
    ] = None,
    cancel: Annotated[bool, typer.Option("--cancel", help="Bỏ hẹn kích hoạt")] = False,
) -> None:
    """Dùng bản nháp mới nhất của một kế hoạch, ngay hoặc vào giờ hẹn."""
    app, out = app_of(context), console()
    if at is not None and cancel:
        raise typer.BadParameter("--at và --cancel không đi cùng nhau")
    if cancel:
        gone = administration.cancel_switch(app.store, plan, by=OPERATOR, now=app.clock())
        note(out, f"✓ {gone.plan_name}: đã bỏ hẹn kích hoạt bản {gone.version}.")
        return
    if at is not None:
        compared = app.golden.compare([find_plan(app.store, plan)])
        made = administration.set_switch(app.store, plan, at.replace(tzinfo=HANOI), by=OPERATOR, now=app.clock())
        note(out, f"✓ {made.plan_name}: bản {made.version} được kích hoạt lúc {day(made.at)}, nếu trợ lý đang chạy;")
        note(out, "  nếu không thì khi trợ lý chạy lại (kehoach serve). Bỏ hẹn: kehoach activate KẾ_HOẠCH --cancel")
        if compared.line:
            note(out, compared.line)
        return
    plan_id = find_plan(app.store, plan)
    if not _goes_on(app, [plan_id]):
        note(out, "Chưa kích hoạt.")
        return
    done = versions.activate(app.store, plan_id, now=app.clock())
    app.refresh_vectors()
    note(out, f"✓ {done.plan_name}: đang dùng bản {done.version}.")
    print_relations(out, describe_relations(app.store, done.plan_id, done.version))
    print_waiting(out, app, done.plan_id)


def _goes_on(app: App, plans: Sequence[int]) -> bool:
    """Tells what the golden questions say of what waits of these plans; whether to go on where some drop.

    Only who sits at a terminal is asked: a script has decided.
    """
    compared = app.golden.compare(plans)
    if compared.line:
        note(console(), compared.line)
    return not compared.drops or not sys.stdin.isatty() or typer.confirm("Vẫn kích hoạt?")


def roll_back(context: typer.Context, plan: Annotated[str, typer.Argument(help="Số kế hoạch hoặc tên tệp")]) -> None:
    """Quay lại bản trước của một kế hoạch."""
    app = app_of(context)
    done = versions.rollback(app.store, plan, now=app.clock())
    app.refresh_vectors()
    note(console(), f"✓ {done.plan_name}: đã quay lại bản {done.version}.")


def compare(context: typer.Context, plan: Annotated[str, typer.Argument(help="Số kế hoạch hoặc tên tệp")]) -> None:
    """So bản nháp (hoặc bản mới nhất) với bản đang dùng (hoặc bản trước)."""
    app = app_of(context)
    out, found = console(), diff(app.store, plan)
    _print_diff(out, found)
    print_waiting(out, app, found.plan_id)


def withdraw(
    context: typer.Context,
    plan: Annotated[str, typer.Argument(help="Số kế hoạch hoặc tên tệp")],
    reason: Annotated[str, typer.Option(help="Lý do", show_default=False)],
) -> None:
    """Rút một kế hoạch: không trả lời và không nhắc theo nó nữa, cho đến khi kích hoạt lại."""
    app = app_of(context)
    done = versions.withdraw(app.store, plan, reason=reason, by=OPERATOR, now=app.clock())
    app.refresh_vectors()
    note(console(), f"✓ {done.plan_name}: đã rút bản {done.version} (dùng lại: kehoach activate {done.plan_name}).")


def _print_diff(out: Console, found: PlanDiff) -> None:
    note(out, f"{found.plan_name}: bản {found.old or '(chưa có)'} → bản {found.new}")
    if not (found.added or found.removed or found.changed):
        note(out, "Không có nhiệm vụ nào thay đổi.")
    for mark, tasks in (("+", found.added), ("-", found.removed)):
        for task in tasks:
            lead = "; ".join(task.lead) or "(không rõ chủ trì)"
            note(out, f"{mark} {task.activity or task.title} | {lead} | {task.deadline.phrase or 'không ghi hạn'}")
    for change in found.changed:
        note(out, f"~ {change.after.activity or change.after.title}")
        for line in _changed_fields(change):
            note(out, f"    {line}")


def _changed_fields(change: TaskChange) -> list[str]:
    lines = []
    for name in change.fields:
        old, new = (_shown(getattr(task, name)) for task in (change.before, change.after))
        lines.append(f"{_FIELDS[name]}: {old or '(trống)'} → {new or '(trống)'}")
    return lines


def _shown(value: object) -> str:
    if isinstance(value, Deadline):
        return value.phrase
    return "; ".join(value) if isinstance(value, tuple) else str(value or "")


_FIELDS = {
    "section": "mục",
    "title": "nhiệm vụ",
    "activity": "hoạt động",
    "product": "sản phẩm",
    "lead": "chủ trì",
    "coordinating": "phối hợp",
    "deadline": "thời hạn",
}
