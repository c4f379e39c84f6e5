"""The list of people as a file: out, edited, in again; what it would change is shown before it does."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import PurePath
from urllib.parse import quote

from starlette.responses import Response

from bot.channels.contract import ChannelName
from bot.chat.member_lists import kept_list, subject_of_list
from bot.menus.choices import Opened, close_choices, find_opened, new_token, save_choices
from bot.menus.dialogues import Key
from bot.people.importing import ImportDifference, ImportRow
from bot.people.member_file import read_members
from bot.people.records import ImportRefusedError, MovedError, PeopleError, PersonalCode
from bot.reports.member_sheet import FILE, member_sheet
from bot.web.context import Context
from knowledge.errors import KehoachError

LARGEST = 5_000_000
"""Bytes of a list."""
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(context: Context) -> Response:
    """A form for a file, and the list to take out."""
    people = context.site.app.people
    waiting, coded = people.waiting(), people.coded()
    return context.page(
        "people_lists.html", waiting=len(waiting), uncoded=sum(each.id not in coded for each in waiting), error=""
    )


def compare(context: Context) -> Response:
    """What the file that was sent would change; nothing is changed yet."""
    people = context.site.app.people
    try:
        if len(context.files) != 1:
            raise PeopleError("Xin chọn một tệp .xlsx hoặc .csv.")
        sent = context.files[0]
        name = PurePath(sent.name.replace("\\", "/")).name
        listed = read_members(name, sent.content.read())
    except KehoachError as error:
        waiting, coded = people.waiting(), people.coded()
        uncoded = sum(each.id not in coded for each in waiting)
        return context.page(
            "people_lists.html",
            HTTPStatus.BAD_REQUEST,
            waiting=len(waiting),
            uncoded=uncoded,
            error=error.sentence,
        )
    found = people.weigh_rows(listed.rows)
    return _difference(context, name, _keep(context, listed.rows, found), found, listed.notes)


def apply(context: Context) -> Response:
    """Does what was shown; where somebody else has changed something since, shows it anew."""
    people, code = context.site.app.people, context.form.get("ma", "")
    rows, seen = _take(context, code)
    try:
        done = people.import_rows(rows, context.by, seen=seen)
    except (MovedError, ImportRefusedError) as error:
        found = people.weigh_rows(rows)
        again = _keep(context, rows, found)
        told = "Có người vừa thay đổi danh sách người dùng; dưới đây là những gì tệp sẽ thay đổi lúc này."
        moved = error.sentence if isinstance(error, MovedError) else told
        return _difference(context, "", again, found, (), moved)
    context.plan_again()
    context.note(f"Đã nhập: thêm {done.added}, thay đổi {done.extended}, không đổi {done.unchanged}.")
    if done.waiting:
        context.note(f"{done.waiting} người mới đang chờ vào; lấy mã cá nhân của họ ở dưới.")
    return context.go("/nguoi-dung/danh-sach")


def take_out(context: Context) -> Response:
    """The list, without codes."""
    return _file(context)


def take_out_with_codes(context: Context) -> Response:
    """The list with new personal codes of those who have not come yet; they are in this file and nowhere else."""
    return _file(context, context.site.app.people.personal_codes(context.by, again=bool(context.form.get("lai"))))


def _difference(
    context: Context, name: str, code: str, found: ImportDifference, notes: Sequence[str], moved: str = ""
) -> Response:
    return context.page(
        "people_difference.html",
        HTTPStatus.CONFLICT if moved else HTTPStatus.OK,
        name=name,
        code=code,
        found=found,
        remarks=[*notes, *found.notes],
        moved=moved,
    )


def _keep(context: Context, rows: tuple[ImportRow, ...], found: ImportDifference) -> str:
    """Has the list wait to be applied, as the chat's do; the code that says which it is."""
    app, opened = context.site.app, Opened(new_token(), (), 0, subject_of_list(rows, found))
    with app.store.write() as session:
        save_choices(session, _key(context), opened, app.clock())
    return opened.token


def _take(context: Context, code: str) -> tuple[tuple[ImportRow, ...], ImportDifference]:
    """The list that waits under this code; it waits no more.

    Raises:
        MovedError: none does.
    """
    app = context.site.app
    with app.store.write() as session:
        opened = find_opened(session, code, _key(context), app.clock())
        if opened is None or "people" not in opened.subject:
            raise MovedError("Danh sách này đã được áp dụng hoặc không còn chờ; xin tải tệp lên lại.")
        close_choices(session, code)
    return kept_list(opened)


def _key(context: Context) -> Key:
    return Key(ChannelName.WEB.value, str(context.by), str(context.by))


def _file(context: Context, codes: Sequence[PersonalCode] = ()) -> Response:
    content = member_sheet(context.site.app.people, codes)
    name = f"attachment; filename*=UTF-8''{quote(FILE)}"
    return Response(content, media_type=_SHEET, headers={"content-disposition": name})
