"""people: who may use the assistant."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.commands.console import app_of, console, day, note, writing
from bot.commands.finding_people import find_member
from bot.people.accounts import read_senders, write_sender
from bot.people.audit_words import told_uses
from bot.people.importing import told_difference
from bot.people.invitations import MOST_USES
from bot.people.members import Role
from bot.people.person_file import pack_person
from bot.people.records import ImportRefusedError, PeopleError
from bot.reports.history import list_history
from knowledge.store.audit import AuditKind, Wanted
from knowledge.store.erasure import erase_traces, note_erasure
from knowledge.store.private import make_private_file

people = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


@people.callback()
def start(context: typer.Context) -> None:
    """Người dùng: xem danh sách, nhập từ tệp, mời."""
    if context.invoked_subcommand is None:
        show_list(context)


@people.command("list")
def show_list(
    context: typer.Context,
    agency: Annotated[str | None, typer.Option(help="Chỉ một cơ quan")] = None,
    role: Annotated[Role | None, typer.Option(help="Chỉ một vai trò")] = None,
) -> None:
    """Danh sách người dùng."""
    known = app_of(context).people
    listed = known.list(agency, role)
    out = console()
    if not listed:
        note(out, "Không có người dùng nào. Nhập danh sách: kehoach people import TỆP.xlsx")
        return
    accounts = known.channels()
    table = Table(box=None, pad_edge=False)
    for heading in ("Mã", "Họ tên", "Cơ quan", "Vai trò", "Kênh", "Tình trạng"):
        table.add_column(heading, overflow="fold")
    for member in listed:
        roles = ", ".join(role.label for role in Role if role in member.roles)
        channels = " ".join(write_sender(sender) for sender in accounts.get(member.id, ()))
        state = "đang dùng" if member.active else "đã khóa"
        table.add_row(str(member.id), member.name, member.agency, roles, channels, state)
    out.print(table)


@people.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .csv hoặc .xlsx", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ cho xem sẽ thay đổi gì")] = False,
) -> None:
    """Nhập người dùng từ tệp có các cột name, agency, role, channels; sai một dòng thì không nhập dòng nào.

    Thêm được cột phone (số điện thoại). Người chưa có kênh được giữ lại, vào sau bằng mã cá nhân.
    """
    from bot.people.member_file import read_member_file

    app = app_of(context)
    listed = read_member_file(file)
    if dry_run:
        found = app.people.weigh_rows(listed.rows)
        for line in told_difference(found):
            note(console(), line)
        if found.wrong:
            raise typer.Exit(1)
        return
    try:
        done = app.people.import_rows(listed.rows)
    except ImportRefusedError as error:
        screen = console(stderr=True)
        for line in error.lines:
            note(screen, line)
        raise typer.Exit(1) from error
    out = console()
    note(out, f"✓ {file.name}: thêm {done.added}, bổ sung {done.extended}, không đổi {done.unchanged}.")
    for text in (*listed.notes, *done.notes):
        note(out, f"  - {text}")
    if done.waiting:
        note(out, f"  {done.waiting} người đang chờ vào; lấy mã cá nhân: kehoach people export TỆP.xlsx --codes")


@people.command("export")
def export_file(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(metavar="TỆP.xlsx|NGƯỜI", help="Tệp danh sách sẽ ghi, hoặc họ tên, mã", show_default=False),
    ],
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[TỆP.zip]", help="Tệp dữ liệu của một người sẽ ghi", show_default=False),
    ] = None,
    codes: Annotated[bool, typer.Option("--codes", help="Tạo mã cho người đang chờ vào mà chưa có mã")] = False,
    renew: Annotated[bool, typer.Option("--renew", help="Tạo cả cho người đã có mã; mã cũ hết hiệu lực")] = False,
) -> None:
    """Ghi danh sách người dùng ra tệp Excel (sửa rồi nhập lại bằng import), hoặc mọi dữ liệu giữ về một người."""
    if file is None and what.lower().endswith(".xlsx"):
        _export_list(context, Path(what), codes=codes, renew=renew)
    else:
        _export_person(context, what, file)


def _export_list(context: typer.Context, file: Path, *, codes: bool, renew: bool) -> None:
    from bot.reports.member_sheet import member_sheet

    known = app_of(context).people
    made = known.personal_codes(None, again=renew) if codes or renew else []
    try:
        file.write_bytes(member_sheet(known, made))
    except OSError as error:
        raise PeopleError(f"Không ghi được tệp {file.name}; xin kiểm tra thư mục.", repr(error)) from error
    note(console(), f"✓ {file.name}: {len(known.list())} người.")
    if made:
        note(console(), f"  {len(made)} mã cá nhân, chỉ hiện trong tệp này; dùng đến {day(made[0].expires_at)}.")


def _export_person(context: typer.Context, who: str, file: Path | None) -> None:
    app = app_of(context)
    member = find_member(app.people, who)
    target = file or Path(f"nguoi-dung-{member.id}.zip")
    with writing(target):
        make_private_file(target)
        target.write_bytes(pack_person(app.store, member.id, app.clock()))
    note(console(), f"✓ Đã ghi mọi dữ liệu giữ về {member.name} vào {target}.")


@people.command("erase")
def erase(
    context: typer.Context,
    who: Annotated[str, typer.Argument(metavar="NGƯỜI", help="Họ tên hoặc mã người dùng", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Không hỏi lại")] = False,
) -> None:
    """Xóa một người và mọi dữ liệu về người ấy; kết quả đã báo ở lại với cơ quan, không còn tên."""
    from bot.chat.inbox import forget_waiting

    app = app_of(context)
    member = find_member(app.people, who)
    if not yes:
        typer.confirm(f"Xóa {member.name} ({member.agency or 'chưa có cơ quan'})? Không lấy lại được.", abort=True)
    accounts = app.people.channels_of(member.id)
    app.people.forget(member.id, by=None)
    with app.store.write() as session:
        for account in accounts:
            forget_waiting(session, account, app.clock())
        note_erasure(session)
    whole = erase_traces(app.store)
    note(console(), "✓ Đã xóa." if whole else "✓ Đã xóa; dấu vết trong tệp dữ liệu được xóa khi trợ lý rảnh.")
    note(console(), "  Các bản sao lưu làm trước lúc này vẫn còn dữ liệu ấy.")


@people.command("invite")
def invite(
    context: typer.Context,
    agency: Annotated[str, typer.Option(help="Cơ quan của người được mời", show_default=False)],
    role: Annotated[Role, typer.Option(help="Vai trò của người được mời")] = Role.STAFF,
    days: Annotated[int, typer.Option(min=1, max=90, help="Số ngày dùng được")] = 7,
    uses: Annotated[int, typer.Option(min=1, max=MOST_USES, help="Số người dùng được, cho cả cơ quan")] = 1,
    telegram: Annotated[
        str | None, typer.Option(metavar="TÊN", help="Tên trợ lý trên Telegram, để in đường dẫn")
    ] = None,
) -> None:
    """Tạo mã mời cho một người, hoặc cho nhiều người của một cơ quan."""
    made = app_of(context).people.invite(agency, role, None, timedelta(days=days), uses)
    out = console()
    note(out, f"Mã mời: {made.code}")
    note(out, f"Cho: {made.agency}, {made.role.label}; {told_uses(made.uses)}, đến {day(made.expires_at)}.")
    if telegram:
        note(out, f"Đường dẫn: {made.deep_link(telegram)}")
    note(out, f"Người được mời gửi cho trợ lý: /start {made.code}")
    if not made.known:
        note(out, "Lưu ý: cơ quan này chưa có trong danh bạ, giữ tên như ghi.")


@people.command("unlink")
def unlink(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="KÊNH:MÃ", help="Như telegram:123", show_default=False)],
) -> None:
    """Gỡ một kênh của người dùng có nhiều kênh."""
    known = app_of(context).people
    wanted = read_senders(account)
    owners = [id_ for id_, accounts in known.channels().items() if len(wanted) == 1 and wanted[0] in accounts]
    if not owners:
        raise PeopleError(f"Không có người dùng nào có kênh “{account}”.")
    member = known.take_off(owners[0], wanted[0], by=None)
    note(console(), f"Đã gỡ {write_sender(wanted[0])} của {member.name}.")


@people.command("history")
def history(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="Số dòng nhiều nhất")] = 50,
) -> None:
    """Ai đã thay đổi gì về người dùng, mới nhất trước."""
    out = console()
    lines, _ = list_history(app_of(context).store, Wanted(kind=AuditKind.PEOPLE), limit=limit)
    for each in lines:
        note(out, f"{day(each.at)}  {each.by}  {each.what}")
