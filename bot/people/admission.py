"""Letting people in: requests and what administrators answer, and the first administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from bot.channels.contract import ChannelName, Sender
from bot.people import rows
from bot.people.accounts import clean_name
from bot.people.agencies import Placed
from bot.people.records import (
    Actor,
    AlreadyMemberError,
    Change,
    DecidedError,
    Joined,
    Member,
    PeopleError,
    Request,
    RequestState,
    Role,
    UnknownMemberError,
)
from knowledge.store.models import JoinRequestRow, MemberRow

_REQUESTS_A_DAY: Final = 3
_KEPT: Final = timedelta(days=30)
"""How long an answered request is remembered, for a stale button to say so; then it is erased."""
_GATHER: Final = timedelta(minutes=10)
"""After a notice, what comes is gathered so long; after one of several that nobody has answered, longer."""
_GATHER_LONGER: Final = timedelta(hours=1)
_FIRST_ADMIN: Final = "Quản trị viên"
"""Name of an administrator of the settings until a better one is given."""
_DONE: Final = {RequestState.APPROVED: "duyệt", RequestState.REJECTED: "từ chối"}


def ask(
    session: Session,
    sender: Sender,
    name: str,
    place: Placed,
    now: datetime,
    phone: str = "",
    *,
    phone_proved: bool = False,
) -> Request:
    """A new request, or the sender's unanswered one with a corrected name and agency.

    Args:
        phone: a number that was told; it lets nobody in, it only shows administrators who this may be.
        phone_proved: the platform vouches for it.

    Raises:
        AlreadyMemberError, SwitchedOffError: the sender is known.
        PeopleError: too many requests today.
    """
    if rows.find_active(session, sender) is not None:
        raise AlreadyMemberError("Anh/chị đã được cấp quyền rồi, cứ gửi câu hỏi ạ.")
    row = find_own(session, sender)
    repeated = row is not None
    if row is None:
        session.execute(delete(JoinRequestRow).where(JoinRequestRow.decided_at <= now - _KEPT))
        _check_requests_today(session, sender, now)
        row = JoinRequestRow(channel=sender.channel.value, sender=sender.id, state=RequestState.PENDING.value, at=now)
        session.add(row)
    row.name, row.agency, row.called = name, place.name, clean_name(sender)
    if phone and (phone_proved or not row.phone_proved):
        row.phone, row.phone_proved = phone, phone_proved
    session.flush()
    return replace(as_request(row, known=place.known), sender=sender, repeated=repeated)


def note_phone(session: Session, sender: Sender, phone: str, *, proved: bool) -> bool:
    """Puts a number beside the sender's request that waits; False where there is none."""
    row = find_own(session, sender)
    if row is None:
        return False
    if proved or not row.phone_proved:
        row.phone, row.phone_proved = phone, proved
    return True


def find_pending(session: Session) -> Sequence[JoinRequestRow]:
    """Requests that nobody has answered, oldest first."""
    wanted = select(JoinRequestRow).where(JoinRequestRow.state == RequestState.PENDING).order_by(JoinRequestRow.id)
    return session.scalars(wanted).all()


def find_to_be_told(session: Session, now: datetime) -> Sequence[JoinRequestRow]:
    """All that wait, where one is new and administrators were not told of others just now; else none."""
    waiting = find_pending(session)
    if all(row.told_at is not None for row in waiting):
        return []
    last = session.scalar(select(func.max(JoinRequestRow.told_at)))
    if last is None:
        return waiting
    unanswered = sum(row.told_at == last for row in waiting)
    return waiting if now >= last + (_GATHER_LONGER if unanswered > 1 else _GATHER) else []


def mark_told(session: Session, requests: Sequence[Request], now: datetime) -> None:
    """Administrators are told of them now."""
    told = JoinRequestRow.id.in_([each.id for each in requests])
    session.execute(
        update(JoinRequestRow).where(told).values(told_at=now).execution_options(synchronize_session=False)
    )


def find_own(session: Session, sender: Sender) -> JoinRequestRow | None:
    """The sender's request that nobody has answered."""
    return session.scalar(_requests_of(sender).where(JoinRequestRow.state == RequestState.PENDING))


def as_request(row: JoinRequestRow, *, known: bool) -> Request:
    """The request in the row."""
    sender = Sender(ChannelName(row.channel), row.sender, row.called)
    return Request(
        row.id, sender, row.name, row.agency, row.at, known, phone=row.phone, phone_proved=bool(row.phone_proved)
    )


def decide(session: Session, request_id: int, state: RequestState, by: Actor, now: datetime) -> JoinRequestRow:
    """Answers a request; of two administrators at once exactly one does.

    Raises:
        NotAllowedError: `by` is no administrator.
        UnknownMemberError: no such request.
        DecidedError: it has been answered; the sentence says by whom and how.
    """
    rows.check_admin(session, by)
    done = session.execute(
        update(JoinRequestRow)
        .where(JoinRequestRow.id == request_id, JoinRequestRow.state == RequestState.PENDING)
        .values(state=state.value, decided_at=now, decided_by=by)
        .returning(JoinRequestRow.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    row = session.get(JoinRequestRow, request_id)
    if row is None:
        raise UnknownMemberError("Yêu cầu này không còn nữa.")
    if done is None:
        raise DecidedError(_told(session, row, now))
    return row


def join_account(session: Session, account: Sender, member_id: int, by: Actor, now: datetime) -> Joined:
    """Gives the member the account, and closes the others on its platform; everything else stays.

    Raises:
        UnknownMemberError: no such member.
        PeopleError: the member is switched off.
    """
    if not rows.get_row(session, member_id).active:
        raise PeopleError("Người này đang bị khóa; xin mở khóa trước rồi nối tài khoản.")
    closed = [each for each in rows.accounts_of(session, member_id) if each.channel is account.channel]
    rows.add_account(session, member_id, account, now)
    rows.record(session, now, by, Change.JOINED, member_id, account.channel.value)
    for each in closed:
        rows.remove_account(session, member_id, each)
        rows.record(session, now, by, Change.TAKEN_OFF, member_id, each.channel.value)
    return Joined(rows.get_member(session, member_id), account, tuple(closed))


def appoint(session: Session, senders: Sequence[Sender], now: datetime) -> None:
    """Makes these accounts administrators; see `People.appoint`."""
    for sender in senders:
        member = rows.find_by_account(session, sender)
        if member is None:
            member_id = rows.add_member(session, sender.name or _FIRST_ADMIN, "", [Role.ADMIN], [sender], now)
            rows.record(session, now, None, Change.APPOINTED, member_id)
        elif member.active and not member.is_admin:
            _promote(session, member, now)
    if not session.scalars(rows.admin_ids()).first():
        for sender in senders:
            member = rows.find_by_account(session, sender)
            if member is not None:
                _promote(session, member, now)


def is_appointed(session: Session, senders: Sequence[Sender]) -> bool:
    """Whether `appoint` would change nothing."""
    found = [rows.find_by_account(session, sender) for sender in senders]
    settled = all(member is not None and (member.is_admin or not member.active) for member in found)
    return settled and (not senders or session.scalars(rows.admin_ids()).first() is not None)


def _promote(session: Session, member: Member, now: datetime) -> None:
    rows.get_row(session, member.id).active = True
    rows.add_roles(session, member.id, [Role.ADMIN])
    rows.record(session, now, None, Change.APPOINTED, member.id)


def _check_requests_today(session: Session, sender: Sender, now: datetime) -> None:
    """Somebody who is turned down may correct a name, not knock all day long."""
    recent = _requests_of(sender).where(JoinRequestRow.at > now - timedelta(days=1))
    if (session.scalar(select(func.count()).select_from(recent.subquery())) or 0) >= _REQUESTS_A_DAY:
        raise PeopleError("Hôm nay anh/chị đã gửi nhiều yêu cầu; xin liên hệ trực tiếp quản trị viên.")


def _requests_of(sender: Sender) -> Select[JoinRequestRow]:
    return select(JoinRequestRow).where(
        JoinRequestRow.channel == sender.channel.value, JoinRequestRow.sender == sender.id
    )


def _told(session: Session, row: JoinRequestRow, now: datetime) -> str:
    """Who answered and how, in the time zone of `now`."""
    decider = session.get(MemberRow, row.decided_by) if row.decided_by is not None else None
    who = f" {decider.name}" if decider is not None else ""
    when = f" lúc {row.decided_at.astimezone(now.tzinfo):%H:%M ngày %d/%m/%Y}" if row.decided_at else ""
    return f"Yêu cầu của {row.name} đã được{who} {_DONE[RequestState(row.state)]}{when}."
