"""Who asks to be let in, and invitations: what chats and commands do, by the same calls."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from http import HTTPStatus

from starlette.responses import Response

from bot.channels.contract import Sender
from bot.menus.texts import load_texts
from bot.people.accounts import write_sender
from bot.people.audit_words import told_uses
from bot.people.invitations import DEFAULT_LASTS, MOST_USES
from bot.people.members import Request, Role
from bot.people.phones import told_phone
from bot.people.records import PeopleError, UnknownMemberError
from bot.web.context import Context
from bot.web.people import told_roles


def show_request(context: Context) -> Response:
    """Who asks, who it may be, and what can be answered."""
    people = context.site.app.people
    request = _get(context)
    accounts = people.channels()
    return context.page(
        "request.html",
        request=request,
        account=_told_account(request.sender),
        phone=told_phone(request.phone),
        invitations=people.open_invitations().get(request.agency, []),
        likely=[
            (
                each,
                told_roles(each.member),
                [write_sender(account) for account in accounts.get(each.member.id, ())],
                [write_sender(a) for a in accounts.get(each.member.id, ()) if a.channel is request.sender.channel],
            )
            for each in people.find_likely(request)
        ],
        roles=list(Role),
        agencies=people.find_agencies(""),
    )


async def approve(context: Context) -> Response:
    """Lets somebody in with a role and an agency, and tells them."""
    form, people = context.form, context.site.app.people
    number, role = context.number("so"), _role(form.get("vai_tro", Role.STAFF))

    def done() -> tuple[str, str, list[Sender]]:
        member = people.approve(number, context.by, role, name=form.get("ten"), agency=form.get("co_quan"))
        return member.name, member.agency, people.channels_of(member.id)

    name, agency, accounts = await asyncio.to_thread(done)
    text = load_texts().say("you_are_in", name=name, agency=agency)
    await context.site.dispatcher.tell([(account, text) for account in accounts])
    context.plan_again()
    context.note(f"Đã duyệt {name} ({agency}), vai trò {role.label}; đã báo người ấy.")
    return context.go("/nguoi-dung")


async def reject(context: Context) -> Response:
    """Turns somebody down, and says so to them."""
    request = await asyncio.to_thread(context.site.app.people.reject, context.number("so"), context.by)
    await context.site.dispatcher.tell([(request.sender, load_texts().say("you_are_turned_down"))])
    context.note(f"Đã từ chối {request.name} ({request.agency}); đã báo người ấy.")
    return context.go("/nguoi-dung")


async def join(context: Context) -> Response:
    """The account that asks is a person's from now on; all that the person has hears it."""
    people, texts = context.site.app.people, load_texts()
    number = context.form.get("nguoi", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise PeopleError("Xin chọn một người.")
    kept = await asyncio.to_thread(people.channels_of, int(number))
    joined = await asyncio.to_thread(people.join_request, context.number("so"), int(number), context.by)
    name, agency = joined.member.name, joined.member.agency or texts.say("agency_none")
    new = _told_account(joined.account)
    told = [(joined.account, texts.say("you_are_joined", name=name, agency=agency))]
    for each in kept:
        key = "account_closed" if each in joined.closed else "account_added"
        told.append((each, texts.say(key, name=name, source=new)))
    await context.site.dispatcher.tell(told)
    context.plan_again()
    context.note(f"Đã nối {new} với {name} ({agency}).")
    return context.go("/nguoi-dung")


def list_invitations(context: Context) -> Response:
    """Those that still can be used, and a form for another."""
    return _invitations(context)


def invite(context: Context) -> Response:
    """A code for one person or a whole office; it is on this answer and nowhere else."""
    form = context.form
    try:
        days, uses = (_number(form.get(name, ""), what) for name, what in (("ngay", "Số ngày"), ("luot", "Số lượt")))
        made = context.site.app.people.invite(
            form.get("co_quan", ""), _role(form.get("vai_tro", Role.STAFF)), context.by, timedelta(days=days), uses
        )
    except PeopleError as error:
        return _invitations(context, error)
    return context.page("invitation.html", made=made, uses=told_uses(made.uses))


def revoke(context: Context) -> Response:
    """Ends an invitation before its time."""
    try:
        ended = context.site.app.people.revoke_invitation(context.number("so"), context.by)
    except UnknownMemberError as error:
        return _invitations(context, error)
    context.note(f"Đã hủy lời mời cho {ended.agency}, {ended.role.label}.")
    return context.go("/nguoi-dung/loi-moi")


def _invitations(context: Context, error: PeopleError | None = None) -> Response:
    people = context.site.app.people
    names = {member.id: member.name for member in people.list()}
    found = [each for listed in people.open_invitations().values() for each in listed]
    moved = isinstance(error, UnknownMemberError)
    status = HTTPStatus.OK if error is None else HTTPStatus.CONFLICT if moved else HTTPStatus.BAD_REQUEST
    return context.page(
        "invitations.html",
        status,
        invitations=[
            (each, "dòng lệnh" if each.made_by is None else names.get(each.made_by, f"người số {each.made_by}"))
            for each in sorted(found, key=lambda each: (each.agency, each.expires_at))
        ],
        roles=list(Role),
        agencies=people.find_agencies(""),
        days=DEFAULT_LASTS.days,
        most=MOST_USES,
        error=error.sentence if error else "",
        typed=context.form,
    )


def _get(context: Context) -> Request:
    found = context.site.app.people.get_pending(context.number("so"))
    if found is None:
        raise UnknownMemberError(load_texts().say("request_decided"))
    return found


def _told_account(account: Sender) -> str:
    texts = load_texts()
    channel = texts.say(f"channel_{account.channel.value}")
    if account.name:
        return texts.say("account_called", channel=channel, name=account.name[:40], code=account.id)
    return texts.say("account_nameless", channel=channel, code=account.id)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise PeopleError("Xin chọn vai trò.", text[:40]) from error


def _number(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise PeopleError(f"{what} phải là một số.")
    return int(text)
