"""Who may use the assistant: the list, one person with what can be done, the history; and how the service is."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from importlib.metadata import version
from urllib.parse import urlencode

from starlette.responses import Response

from bot.people.accounts import read_senders, write_sender
from bot.people.audit_words import CHANGES
from bot.people.members import Member, Role
from bot.people.phones import told_phone
from bot.people.records import Audit, MovedError, PeopleError, UnknownMemberError
from bot.reports.member_sheet import state_of
from bot.web.context import Context
from knowledge.text import fold

PAGE = 100
"""Rows of one page of the list."""
STATES = ("đang dùng", "đang chờ vào", "đã khóa")
_HISTORY = 50
_OF_ONE = 10


def list_people(context: Context) -> Response:
    """Members by agency and name, after who waits to be let in."""
    people, asked = context.site.app.people, context.request.query_params
    words, state = asked.get("tim", "").strip(), asked.get("tinh-trang", "")
    accounts = people.channels()
    every = [(each, state_of(each, has_account=bool(accounts.get(each.id)))) for each in people.list()]
    found = [
        (each, how)
        for each, how in every
        if fold(words) in fold(f"{each.name} {each.agency}") and (not state or state == how)
    ]
    last = max(1, -(-len(found) // PAGE))
    page = min(_whole(asked.get("trang", ""), 1), last)
    return context.page(
        "people.html",
        words=words,
        state=state,
        states=STATES,
        people=[
            (each, told_roles(each), " ".join(map(write_sender, accounts.get(each.id, ()))), how)
            for each, how in found[(page - 1) * PAGE : page * PAGE]
        ],
        count=len(found),
        waiting=people.pending(),
        page=page,
        last=last,
        before=_address(words, state, page - 1) if page > 1 else "",
        after=_address(words, state, page + 1) if page < last else "",
    )


def show_member(context: Context) -> Response:
    """One person, with what can be done."""
    return _member_page(context, context.site.app.people.get(context.number("nguoi")))


def change(context: Context) -> Response:
    """Sets name, agency, roles and number, if they are still what was seen."""
    people, form = context.site.app.people, context.form
    number = context.number("nguoi")
    before = people.get(number)
    typed = {"name": form.get("ten", ""), "agency": form.get("co_quan", ""), "phone": form.get("so", "")}
    roles = {role for role in Role if form.get(f"vai_tro_{role.value}")}
    agency = typed["agency"] if typed["agency"].strip() or before.agency else None
    try:
        after = people.change(
            number,
            context.by,
            name=typed["name"],
            agency=agency,
            roles=roles,
            phone=typed["phone"],
            seen=_seen(context, number),
        )
    except (PeopleError, MovedError) as error:
        return _member_page(context, people.get(number), error, typed)
    context.plan_again()
    context.note(f"Đã ghi: {after.name}, {after.agency or 'chưa có cơ quan'}, {told_roles(after)}.")
    if agency is not None and not people.is_known_agency(after.agency):
        context.note("Cơ quan này chưa có trong danh bạ, giữ tên như ghi.")
    return context.go(f"/nguoi-dung/{number}")


def switch_off(context: Context) -> Response:
    """Ends every way in of somebody."""
    return _switch(context, on=False)


def switch_on(context: Context) -> Response:
    """Lets somebody in again."""
    return _switch(context, on=True)


def take_off(context: Context) -> Response:
    """Takes one account off somebody."""
    people, number = context.site.app.people, context.number("nguoi")
    try:
        accounts = read_senders(context.form.get("kenh", ""))
        if len(accounts) != 1:
            raise PeopleError("Xin chọn một kênh.")
        people.take_off(number, accounts[0], context.by)
    except PeopleError as error:
        return _member_page(context, people.get(number), error)
    context.note(f"Đã gỡ {write_sender(accounts[0])}.")
    return context.go(f"/nguoi-dung/{number}")


def make_code(context: Context) -> Response:
    """A personal code, to be handed to who has no account yet; it is on this answer and nowhere else."""
    people, number = context.site.app.people, context.number("nguoi")
    try:
        made = people.personal_code(number, context.by)
    except PeopleError as error:
        return _member_page(context, people.get(number), error)
    return context.page("personal_code.html", made=made)


def remove(context: Context) -> Response:
    """Erases somebody who was listed and has never come; who has come is locked, or erases themselves."""
    people, number = context.site.app.people, context.number("nguoi")
    member = people.get(number)
    if people.channels_of(number):
        return _member_page(context, member, PeopleError(f"{member.name} đã có kênh; chỉ khóa được, không xóa."))
    people.forget(number, context.by)
    context.note(f"Đã xóa {member.name} khỏi danh sách.")
    return context.go("/nguoi-dung")


def show_history(context: Context) -> Response:
    """Who changed what of whom, newest first."""
    before = _whole(context.request.query_params.get("truoc", ""), 0)
    found = context.site.app.people.history(_HISTORY, before or None)
    return context.page(
        "people_history.html",
        changes=_told_changes(context, found),
        older=found[-1].number if len(found) == _HISTORY else 0,
    )


def make_link(context: Context) -> Response:
    """A one-time address for a member, to be handed on; it is on this answer and nowhere else."""
    link = context.site.sessions.make_link(context.number("nguoi"), by=context.by)
    return context.page("link.html", link=link, address=link.address(context.here))


async def show_health(context: Context) -> Response:
    """What `/healthz` says, and what is loaded."""
    trouble = await context.site.trouble()
    return await asyncio.to_thread(_health, context, trouble)


def _health(context: Context, trouble: str | None) -> Response:
    app = context.site.app
    plans = app.library.plans()
    facts = {
        "Phiên bản chương trình": version("tro-ly-ke-hoach"),
        "Kế hoạch đang dùng": str(len(plans)),
        "Nhiệm vụ đang dùng": str(len(app.library.tasks())),
        "Người đang dùng": str(len(app.people.list(active_only=True))),
        "Yêu cầu chờ duyệt": str(len(app.people.pending())),
    }
    return context.page("health.html", trouble=trouble, facts=facts)


def _here(context: Context) -> str:
    """Where this page is: as the settings say, else as the browser has come here."""
    url = context.request.url
    return context.site.app.settings.web_address or f"{url.scheme}://{url.netloc}"


def told_roles(member: Member) -> str:
    """ "đầu mối, lãnh đạo"."""
    return ", ".join(role.label for role in Role if role in member.roles)


def _switch(context: Context, *, on: bool) -> Response:
    people, number = context.site.app.people, context.number("nguoi")
    try:
        seen = _seen(context, number)
        done = (people.switch_on if on else people.switch_off)(number, context.by, seen=seen)
    except (PeopleError, MovedError) as error:
        return _member_page(context, people.get(number), error)
    context.plan_again()
    context.note(f"Đã {'mở khóa' if on else 'khóa'} {done.name}.")
    if number == context.by and not on:
        return context.go("/")
    return context.go(f"/nguoi-dung/{number}")


def _member_page(
    context: Context, member: Member, error: PeopleError | None = None, typed: dict[str, str] | None = None
) -> Response:
    app = context.site.app
    accounts = app.people.channels_of(member.id)
    status = HTTPStatus.OK
    if error is not None:
        moved = isinstance(error, MovedError | UnknownMemberError)
        status = HTTPStatus.CONFLICT if moved else HTTPStatus.BAD_REQUEST
    now = {"name": member.name, "agency": member.agency, "phone": told_phone(member.phone)}
    return context.page(
        "person.html",
        status,
        person=member,
        state=state_of(member, has_account=bool(accounts)),
        roles=[(role, role in member.roles) for role in Role],
        told_roles=told_roles(member),
        accounts=[write_sender(each) for each in accounts],
        further=app.people.further_agencies(member.id),
        coded=app.people.coded().get(member.id),
        agencies=app.people.find_agencies(""),
        history=_told_changes(context, app.people.history(_OF_ONE, about=member.id)),
        # What somebody typed before the other's change was seen is shown again only where nothing moved.
        cells={**now, **typed} if typed and not isinstance(error, MovedError) else now,
        seen=_stamp(member),
        error=error.sentence if error else "",
    )


def _stamp(member: Member) -> str:
    return json.dumps([member.name, member.agency, sorted(member.roles), member.active, member.phone])


def _seen(context: Context, number: int) -> Member:
    """The person as the form was made of.

    Raises:
        MovedError: the form does not say.
    """
    try:
        name, agency, roles, active, phone = json.loads(context.form.get("thay", ""))
        return Member(number, str(name), str(agency), frozenset(map(Role, roles)), bool(active), str(phone))
    except (ValueError, TypeError) as error:
        raise MovedError("Biểu mẫu thiếu nội dung; xin xem lại rồi làm tiếp.", type(error).__name__) from error


def _told_changes(context: Context, found: list[Audit]) -> list[tuple[Audit, str, str, str]]:
    """Each with who, what and about whom."""
    names = {member.id: member.name for member in context.site.app.people.list()}

    def name(number: int) -> str:
        return names.get(number, f"người số {number}")

    return [
        (
            each,
            "dòng lệnh" if each.by is None else name(each.by),
            CHANGES[each.action],
            "" if each.subject is None else name(each.subject),
        )
        for each in found
    ]


def _address(words: str, state: str, page: int) -> str:
    asked = {"tim": words, "tinh-trang": state, "trang": str(page) if page > 1 else ""}
    told = urlencode({name: value for name, value in asked.items() if value})
    return "/nguoi-dung" + (f"?{told}" if told else "")


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0 else otherwise
