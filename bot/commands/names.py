"""agencies, abbreviations: what the organisation calls things, kept in its own database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.commands.console import app_of, console, note, writing
from knowledge.agencies import Level
from knowledge.agencies.own import OwnAgency
from knowledge.text import fold

agencies = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
abbreviations = typer.Typer(invoke_without_command=True, rich_markup_mode=None)

_Name = Annotated[str, typer.Argument(metavar="TÊN", help="Tên đầy đủ của cơ quan", show_default=False)]
_Short = Annotated[str, typer.Argument(metavar="CHỮ", help="Chữ viết tắt", show_default=False)]


@agencies.callback()
def start_agencies(context: typer.Context) -> None:
    """Cơ quan: xem, thêm, bỏ, nhập, xuất; có hiệu lực ngay."""
    if context.invoked_subcommand is None:
        list_agencies(context)


@agencies.command("list")
def list_agencies(
    context: typer.Context,
    words: Annotated[str, typer.Option("--search", help="Chỉ cơ quan có chữ này; kể cả cơ quan đi kèm")] = "",
) -> None:
    """Cơ quan tự thêm, và tên trong kế hoạch mà danh bạ chưa biết."""
    app, out = app_of(context), console()
    own = app.naming.own_agencies()
    table = Table(box=None, pad_edge=False)
    for heading in ("Cơ quan", "Tên gọi khác", "Nay thuộc", "Nguồn"):
        table.add_column(heading, overflow="fold")
    for entry in app.directory.entries:
        names, wanted = (*entry.short, *entry.initials), str(fold(words))
        listed = any(wanted in fold(name) for name in (entry.name, *names)) if wanted else entry.name in own
        if listed and not entry.is_group:
            heirs = [name for name in app.directory.successors(entry.name, app.today) if name != entry.name]
            source = "tự thêm" if entry.name in own else "đi kèm"
            table.add_row(entry.name, "; ".join(names), "; ".join(heirs), source)
    if table.row_count:
        out.print(table)
    else:
        note(out, "Không có cơ quan nào như vậy." if words else "Chưa tự thêm cơ quan nào.")
    unknown = [] if words else app.naming.unknown()
    if unknown:
        note(out, f"Danh bạ chưa biết {len(unknown)} tên trong kế hoạch:")
        for each in unknown:
            note(out, f"  - {each.printed} ({each.tasks} nhiệm vụ)")


@agencies.command("add")
def add_agency(
    context: typer.Context,
    name: _Name,
    short: Annotated[
        list[str] | None, typer.Option("--short", help="Tên gọi khác, chữ viết tắt; lặp lại được")
    ] = None,
    group: Annotated[list[str] | None, typer.Option("--group", help="Nhóm mà cơ quan thuộc về; lặp lại được")] = None,
    level: Annotated[Level, typer.Option(help="Cấp")] = Level.PROVINCE,
    successor: Annotated[str, typer.Option(help="Cơ quan tiếp nhận nhiệm vụ")] = "",
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d", "%d/%m/%Y"], help="Ngày tiếp nhận")
    ] = None,
) -> None:
    """Thêm cơ quan, hoặc ghi lại phần tự thêm của một cơ quan đã có."""
    naming = app_of(context).naming
    day = since.date() if since else None
    made = OwnAgency(name, level, tuple(short or ()), tuple(group or ()), successor, day)
    changed = naming.keep_agencies([made], None)
    note(console(), f"✓ {name}: đã ghi." if changed else f"{name}: đã có như vậy.")


@agencies.command("remove")
def remove_agency(context: typer.Context, name: _Name) -> None:
    """Bỏ cơ quan tự thêm, hoặc phần tự thêm của cơ quan đi kèm."""
    app_of(context).naming.remove_agency(name, None)
    note(console(), f"✓ {name}: đã bỏ phần tự thêm.")


@agencies.command("import")
def import_agencies(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .csv hoặc .xlsx", show_default=False)],
) -> None:
    """Nhập cơ quan từ tệp như `export` ghi ra; sai một dòng thì không nhập dòng nào."""
    from bot.reports.agency_file import read_agency_file

    listed = read_agency_file(file)
    changed = app_of(context).naming.keep_agencies(listed, None)
    note(console(), f"✓ {file.name}: ghi {changed}, không đổi {len(listed) - changed}.")


@agencies.command("export")
def export_agencies(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .csv hoặc .xlsx", show_default=False)],
) -> None:
    """Xuất cơ quan tự thêm ra tệp, để sửa rồi nhập lại."""
    from bot.reports.agency_file import write_agency_file

    own = app_of(context).naming.own_agencies()
    with writing(file):
        write_agency_file(file, [each for each, _ in own.values()])
    note(console(), f"Đã ghi {file}: {len(own)} cơ quan.")


@abbreviations.callback()
def start_abbreviations(context: typer.Context) -> None:
    """Chữ viết tắt: xem, thêm, bỏ; có hiệu lực ngay."""
    if context.invoked_subcommand is None:
        list_abbreviations(context)


@abbreviations.command("list")
def list_abbreviations(context: typer.Context) -> None:
    """Chữ viết tắt tự thêm."""
    own, out = app_of(context).naming.own_abbreviations(), console()
    for each, _ in own.values():
        note(out, f"{each.short}: {each.words}")
    if not own:
        note(out, "Chưa tự thêm chữ viết tắt nào.")


@abbreviations.command("add")
def add_abbreviation(
    context: typer.Context,
    short: _Short,
    words: Annotated[str, typer.Argument(metavar="NGHĨA", help="Viết đầy đủ", show_default=False)],
) -> None:
    """Thêm chữ viết tắt, hoặc đổi nghĩa của chữ đã thêm."""
    told = app_of(context).naming.keep_abbreviation(short, words, None)
    note(console(), f"✓ {short}: {words}")
    for sentence in told:
        note(console(), f"  - {sentence}")


@abbreviations.command("remove")
def remove_abbreviation(context: typer.Context, short: _Short) -> None:
    """Bỏ chữ viết tắt tự thêm."""
    app_of(context).naming.remove_abbreviation(short, None)
    note(console(), f"✓ {short}: đã bỏ.")
