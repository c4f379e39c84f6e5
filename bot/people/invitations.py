"""Codes: invitations that let one person in, and short codes that add a second account.

Only hashes are kept. An invitation is 24 random bytes, beyond guessing. A joining code is
typed on a phone, so it is short; it lives ten minutes, works once, and an account that
types wrong ones has to wait.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.channels.contract import Sender
from bot.people import rows
from bot.people.agencies import Placed
from bot.people.records import (
    Actor,
    AlreadyMemberError,
    Change,
    CodeError,
    Invitation,
    Member,
    OpenInvitation,
    PeopleError,
    Role,
)
from knowledge.store.models import InvitationRow, JoinCodeRow, JoinTryRow, MemberRow

DEFAULT_LASTS: Final = timedelta(days=7)
"""How long an invitation can be used."""
JOIN_LASTS: Final = timedelta(minutes=10)
"""How long a joining code can be used, and how long wrong ones are counted."""
JOIN_TRIES: Final = 5
"""Wrong joining codes an account may type in that time."""

_LONGEST: Final = timedelta(days=90)
_BYTES: Final = 24
# No 0 O, 1 I L, which look alike on a phone: 31 letters, so 8 of them are 8e11 codes.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH: Final = 8
_USED: Final = "Mã mời này đã có người dùng; xin quản trị viên một mã khác."


def make_invitation(
    session: Session, place: Placed, role: Role, by: Actor, lasts: timedelta, now: datetime
) -> Invitation:
    """A new invitation; the only time that its code is to be seen.

    Raises:
        PeopleError: it would last no time, or over 90 days.
    """
    if not timedelta(0) < lasts <= _LONGEST:
        raise PeopleError(f"Lời mời có hạn từ 1 đến {_LONGEST.days} ngày.")
    code = secrets.token_urlsafe(_BYTES)
    row = InvitationRow(
        code_hash=_hashed(code),
        agency=place.name,
        role=role.value,
        made_by=by,
        made_at=now,
        expires_at=now + lasts,
        used_by=None,
        used_at=None,
    )
    session.add(row)
    rows.record(session, now, by, Change.INVITED, None, f"{role.value}; {place.name}")
    return Invitation(code, place.name, role, row.expires_at, place.known)


def find_open(session: Session, now: datetime) -> dict[str, list[OpenInvitation]]:
    """By agency, those that nobody has used and that still can be, the one that lasts longest first."""
    wanted = select(InvitationRow).where(InvitationRow.used_at.is_(None), InvitationRow.expires_at > now)
    found: dict[str, list[OpenInvitation]] = defaultdict(list)
    for row in session.scalars(wanted.order_by(InvitationRow.expires_at.desc(), InvitationRow.id)):
        found[row.agency].append(OpenInvitation(Role(row.role), row.expires_at))
    return dict(found)


def find_invited(session: Session, agency: str) -> set[int]:
    """Numbers of the members who came by an invitation for the agency."""
    used = select(InvitationRow.used_by).where(InvitationRow.agency == agency, InvitationRow.used_by.is_not(None))
    return {number for number in session.scalars(used) if number is not None}


def redeem(session: Session, code: str, sender: Sender, name: str, now: datetime) -> Member:
    """Lets the sender in by an invitation; a member of the same agency gets its role besides.

    The one who used it may use it again, to no effect: links are tapped twice.

    Raises:
        CodeError: wrong, used by somebody else, or too old.
        AlreadyMemberError: the sender is a member of another agency, or has the role already.
        SwitchedOffError: the sender is switched off.
    """
    member = rows.find_active(session, sender)
    found = session.scalar(select(InvitationRow).where(InvitationRow.code_hash == _hashed(code.strip())))
    if found is None:
        raise CodeError("Mã mời không đúng hoặc đã bị hủy; xin kiểm tra lại hoặc xin quản trị viên mã khác.")
    if found.used_at is not None:
        if member is not None and member.id == found.used_by:
            return member
        raise CodeError(_USED)
    if found.expires_at <= now:
        raise CodeError("Mã mời đã hết hạn; xin quản trị viên một mã khác.")
    if member is not None:
        _check_gains(member, found)
    return _use(session, found, member, sender, name, now)


def _check_gains(member: Member, found: InvitationRow) -> None:
    if member.agency != found.agency:
        raise AlreadyMemberError(
            f"Anh/chị đang dùng tài khoản của {member.agency or 'quản trị viên'}, lời mời là của {found.agency}; "
            "xin quản trị viên đổi cơ quan."
        )
    if Role(found.role) in member.roles:
        raise AlreadyMemberError("Anh/chị đã có quyền này rồi; lời mời vẫn còn để dành cho người khác.")


def _use(
    session: Session, found: InvitationRow, member: Member | None, sender: Sender, name: str, now: datetime
) -> Member:
    claimed = session.execute(
        update(InvitationRow)
        .where(InvitationRow.id == found.id, InvitationRow.used_at.is_(None))
        .values(used_at=now)
        .returning(InvitationRow.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if claimed is None:
        raise CodeError(_USED)
    role = Role(found.role)
    if member is None:
        member_id = rows.add_member(session, name, found.agency, [role], [sender], now)
    else:
        member_id = member.id
        rows.add_roles(session, member_id, [role])
    session.execute(
        update(InvitationRow)
        .where(InvitationRow.id == found.id)
        .values(used_by=member_id)
        .execution_options(synchronize_session=False)
    )
    rows.record(session, now, member_id, Change.REDEEMED, member_id, role.value)
    return rows.get_member(session, member_id)


def make_join_code(session: Session, member_id: int, now: datetime) -> str:
    """A code by which this member may add another account; an earlier one ends."""
    code = _draw()
    while code.isalpha():  # a digit tells a code from a word, wherever it is typed
        code = _draw()
    session.merge(JoinCodeRow(member_id=member_id, code_hash=_hashed(code), expires_at=now + JOIN_LASTS))
    return f"{code[: _LENGTH // 2]}-{code[_LENGTH // 2 :]}"


def join(session: Session, code: str, sender: Sender, now: datetime) -> Member | CodeError:
    """Adds the sender's account to the member who made the code.

    A wrong code is returned, not raised, since it has to be counted: the transaction must end well.

    Raises:
        CodeError: too many wrong ones lately.
        AlreadyMemberError: the sender is a member already.
        SwitchedOffError: the sender is switched off.
    """
    if rows.find_active(session, sender) is not None:
        raise AlreadyMemberError("Tài khoản này đã được dùng rồi, không cần nối thêm.")
    _check_tries(session, sender, now)
    row = session.scalar(
        select(JoinCodeRow)
        .join(MemberRow, MemberRow.id == JoinCodeRow.member_id)
        .where(JoinCodeRow.code_hash == _hashed(_typed(code)), JoinCodeRow.expires_at > now, MemberRow.active)
    )
    if row is None:
        return _count_wrong(session, sender, now)
    member_id = row.member_id
    session.delete(row)
    rows.add_account(session, member_id, sender, now)
    rows.record(session, now, member_id, Change.JOINED, member_id, sender.channel.value)
    return rows.get_member(session, member_id)


def _check_tries(session: Session, sender: Sender, now: datetime) -> None:
    session.execute(delete(JoinTryRow).where(JoinTryRow.since <= now - JOIN_LASTS))
    tried = session.get(JoinTryRow, (sender.channel.value, sender.id))
    if tried is not None and tried.count >= JOIN_TRIES:
        minutes = JOIN_LASTS.seconds // 60
        raise CodeError(f"Anh/chị đã nhập sai {JOIN_TRIES} lần; xin đợi {minutes} phút rồi lấy mã mới.")


def _count_wrong(session: Session, sender: Sender, now: datetime) -> CodeError:
    tried = session.get(JoinTryRow, (sender.channel.value, sender.id))
    if tried is None:
        tried = JoinTryRow(channel=sender.channel.value, sender=sender.id, since=now, count=0)
        session.add(tried)
    tried.count += 1
    return CodeError("Mã nối không đúng hoặc đã quá 10 phút; xin lấy mã mới ở kênh đang dùng.")


def _draw() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def _typed(code: str) -> str:
    """A joining code as typed: small letters, spaces and dashes do not matter."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
