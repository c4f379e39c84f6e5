"""Codes: invitations that let people in, personal codes of those listed, short codes that add a second account.

Only hashes are kept. An invitation is 24 random bytes, beyond guessing. A joining code is
typed on a phone, so it is short; it lives ten minutes, works once, and an account that
types wrong ones has to wait. A personal code is typed as well, but handed out on paper and
lives for weeks, so it has 12 letters: 7.9e17 codes, of which somebody who had the hashes
would find none in time, and somebody who types them none at all.
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
    PersonalCode,
    Role,
    UnknownMemberError,
)
from knowledge.store.models import (
    InvitationRow,
    InvitationUseRow,
    JoinCodeRow,
    JoinTryRow,
    MemberChannelRow,
    MemberRow,
    PersonalCodeRow,
)

DEFAULT_LASTS: Final = timedelta(days=7)
"""How long an invitation can be used."""
JOIN_LASTS: Final = timedelta(minutes=10)
"""How long a joining code can be used, and how long wrong ones are counted."""
JOIN_TRIES: Final = 5
"""Wrong joining codes an account may type in that time."""

MOST_USES: Final = 500
"""People whom one invitation lets in: the largest office of a province."""
PERSONAL_LASTS: Final = timedelta(days=30)
"""How long a personal code can be used."""

_LONGEST: Final = timedelta(days=90)
_BYTES: Final = 24
# No 0 O, 1 I L, which look alike on a phone: 31 letters, so 8 of them are 8e11 codes.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH: Final = 8
_PERSONAL_LENGTH: Final = 12
_PIECE: Final = 4
_USED: Final = "Mã mời này đã có người dùng; xin quản trị viên một mã khác."
_USED_UP: Final = "Mã mời này đã hết lượt; xin quản trị viên một mã khác."


def make_invitation(
    session: Session, place: Placed, role: Role, by: Actor, lasts: timedelta, now: datetime, uses: int = 1
) -> Invitation:
    """A new invitation; the only time that its code is to be seen.

    Raises:
        PeopleError: it would last no time, or over 90 days; or let in nobody, too many, or several administrators.
    """
    if not timedelta(0) < lasts <= _LONGEST:
        raise PeopleError(f"Lời mời có hạn từ 1 đến {_LONGEST.days} ngày.")
    if not 1 <= uses <= MOST_USES:
        raise PeopleError(f"Lời mời có từ 1 đến {MOST_USES} lượt.")
    if uses > 1 and role is Role.ADMIN:
        raise PeopleError("Lời mời nhiều lượt không dùng cho vai trò quản trị; xin mời từng người.")
    code = secrets.token_urlsafe(_BYTES)
    row = InvitationRow(
        code_hash=_hashed(code),
        agency=place.name,
        role=role.value,
        made_by=by,
        made_at=now,
        expires_at=now + lasts,
        uses=uses,
        used=0,
    )
    session.add(row)
    several = f"; {uses} lượt" if uses > 1 else ""
    rows.record(session, now, by, Change.INVITED, None, f"{role.value}; {place.name}{several}")
    return Invitation(code, place.name, role, row.expires_at, place.known, uses)


def find_open(session: Session, now: datetime) -> dict[str, list[OpenInvitation]]:
    """By agency, those that still can be used, the one that lasts longest first."""
    wanted = select(InvitationRow).where(InvitationRow.used < InvitationRow.uses, InvitationRow.expires_at > now)
    found: dict[str, list[OpenInvitation]] = defaultdict(list)
    for row in session.scalars(wanted.order_by(InvitationRow.expires_at.desc(), InvitationRow.id)):
        found[row.agency].append(_told(row))
    return dict(found)


def revoke(session: Session, invitation_id: int, by: Actor, now: datetime) -> OpenInvitation:
    """Ends an invitation; who has come by it stays.

    Raises:
        UnknownMemberError: it has ended already.
    """
    row = session.get(InvitationRow, invitation_id)
    if row is None or row.used >= row.uses or row.expires_at <= now:
        raise UnknownMemberError("Lời mời này đã hết hạn, hết lượt hoặc đã được hủy.")
    told = _told(row)
    if row.used:
        row.uses = row.used
    else:
        session.delete(row)
    rows.record(session, now, by, Change.REVOKED, None, f"{row.role}; {row.agency}")
    return told


def find_invited(session: Session, agency: str) -> set[int]:
    """Numbers of the members who came by an invitation for the agency."""
    used = select(InvitationUseRow.member_id).join(InvitationRow, InvitationRow.id == InvitationUseRow.invitation_id)
    return set(session.scalars(used.where(InvitationRow.agency == agency)))


def redeem(session: Session, code: str, sender: Sender, name: str, now: datetime) -> Member:
    """Lets the sender in by an invitation; a member of the same agency gets its role besides.

    The one who used it may use it again, to no effect: links are tapped twice.

    Raises:
        CodeError: wrong, used up, or too old.
        AlreadyMemberError: the sender is a member of another agency, or has the role already.
        SwitchedOffError: the sender is switched off.
    """
    member = rows.find_active(session, sender)
    found = session.scalar(select(InvitationRow).where(InvitationRow.code_hash == _hashed(code.strip())))
    if found is None:
        raise CodeError("Mã mời không đúng hoặc đã bị hủy; xin kiểm tra lại hoặc xin quản trị viên mã khác.")
    if member is not None and session.get(InvitationUseRow, (found.id, member.id)) is not None:
        return member
    if found.used >= found.uses:
        raise CodeError(_told_used_up(found))
    if found.expires_at <= now:
        raise CodeError("Mã mời đã hết hạn; xin quản trị viên một mã khác.")
    if member is not None:
        _check_gains(member, found)
    return _use(session, found, member, sender, name, now)


def _told(row: InvitationRow) -> OpenInvitation:
    return OpenInvitation(
        row.id, row.agency, Role(row.role), row.made_by, row.made_at, row.expires_at, row.uses, row.used
    )


def _told_used_up(found: InvitationRow) -> str:
    return _USED if found.uses == 1 else _USED_UP


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
        .where(InvitationRow.id == found.id, InvitationRow.used < InvitationRow.uses)
        .values(used=InvitationRow.used + 1)
        .returning(InvitationRow.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if claimed is None:
        raise CodeError(_told_used_up(found))
    role = Role(found.role)
    if member is None:
        member_id = rows.add_member(session, name, found.agency, [role], [sender], now)
    else:
        member_id = member.id
        rows.add_roles(session, member_id, [role])
    session.add(InvitationUseRow(invitation_id=found.id, member_id=member_id, at=now))
    rows.record(session, now, member_id, Change.REDEEMED, member_id, role.value)
    return rows.get_member(session, member_id)


def make_personal_code(session: Session, member_id: int, by: Actor, now: datetime) -> PersonalCode:
    """A code by which somebody who has no account comes in; an earlier one ends.

    Raises:
        PeopleError: the person has an account, or is switched off.
    """
    member = rows.get_member(session, member_id)
    if not member.active:
        raise PeopleError(f"{member.name} đang bị khóa; xin mở khóa trước rồi tạo mã.")
    if rows.accounts_of(session, member_id):
        raise PeopleError(f"{member.name} đã có kênh rồi; muốn nối thêm thì người ấy lấy mã ở /cai_dat.")
    code = _draw(_PERSONAL_LENGTH)
    ends = now + PERSONAL_LASTS
    row = PersonalCodeRow(member_id=member_id, code_hash=_hashed(code), made_by=by, made_at=now, expires_at=ends)
    session.merge(row)
    rows.record(session, now, by, Change.CODE_MADE, member_id)
    pieces = (code[at : at + _PIECE] for at in range(0, _PERSONAL_LENGTH, _PIECE))
    return PersonalCode(member, "-".join(pieces), ends)


def coded(session: Session, now: datetime) -> dict[int, datetime]:
    """Who has a personal code that can be used, with when it ends."""
    wanted = select(PersonalCodeRow).where(PersonalCodeRow.expires_at > now)
    return {row.member_id: row.expires_at for row in session.scalars(wanted)}


def enter(session: Session, code: str, sender: Sender, now: datetime) -> Member | CodeError:
    """Gives the sender's account to the person of the list whose code this is.

    A wrong code is returned, not raised; see `join`.

    Raises:
        CodeError, AlreadyMemberError, SwitchedOffError: as for `join`.
    """
    _check_stranger(session, sender)
    _check_tries(session, sender, now)
    row = session.scalar(
        select(PersonalCodeRow)
        .join(MemberRow, MemberRow.id == PersonalCodeRow.member_id)
        .where(PersonalCodeRow.code_hash == _hashed(_typed(code)), PersonalCodeRow.expires_at > now, MemberRow.active)
    )
    if row is None:
        wrong = "Mã cá nhân không đúng, đã dùng hoặc đã hết hạn; xin quản trị viên mã mới."
        return _count_wrong(session, sender, now, wrong)
    return take_in(session, row.member_id, sender, "mã cá nhân", now)


def enter_by_phone(session: Session, phone: str, sender: Sender, now: datetime) -> Member | None:
    """Gives the sender's account to the one person of the list who has this number and no account.

    Only for a number that the platform vouches for. None where nobody or several have it, and for an administrator:
    a telephone that was lent must not open all.

    Raises:
        AlreadyMemberError, SwitchedOffError: as for `join`.
    """
    _check_stranger(session, sender)
    found = [member for member in find_waiting(session) if phone and member.phone == phone]
    if len(found) != 1 or Role.ADMIN in found[0].roles:
        return None
    return take_in(session, found[0].id, sender, "số điện thoại", now)


def find_waiting(session: Session) -> list[Member]:
    """Who is listed, switched on, and has no account."""
    accounts = select(MemberChannelRow.member_id)
    wanted = select(MemberRow).where(MemberRow.active, MemberRow.id.not_in(accounts)).order_by(MemberRow.id)
    return rows.load_members(session, session.scalars(wanted))


def take_in(session: Session, member_id: int, sender: Sender, way: str, now: datetime) -> Member:
    """The first account of somebody of the list.

    Args:
        way: by what the person was known, for the audit.
    """
    rows.add_account(session, member_id, sender, now)
    rows.record(session, now, member_id, Change.ENTERED, member_id, f"{sender.channel.value}; {way}")
    return rows.get_member(session, member_id)


def make_join_code(session: Session, member_id: int, now: datetime) -> str:
    """A code by which this member may add another account; an earlier one ends."""
    code = _draw(_LENGTH)
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
    _check_stranger(session, sender)
    _check_tries(session, sender, now)
    row = session.scalar(
        select(JoinCodeRow)
        .join(MemberRow, MemberRow.id == JoinCodeRow.member_id)
        .where(JoinCodeRow.code_hash == _hashed(_typed(code)), JoinCodeRow.expires_at > now, MemberRow.active)
    )
    if row is None:
        wrong = "Mã nối không đúng hoặc đã quá 10 phút; xin lấy mã mới ở kênh đang dùng."
        return _count_wrong(session, sender, now, wrong)
    member_id = row.member_id
    session.delete(row)
    rows.add_account(session, member_id, sender, now)
    rows.record(session, now, member_id, Change.JOINED, member_id, sender.channel.value)
    return rows.get_member(session, member_id)


def _check_stranger(session: Session, sender: Sender) -> None:
    if rows.find_active(session, sender) is not None:
        raise AlreadyMemberError("Tài khoản này đã được dùng rồi, không cần nối thêm.")


def _check_tries(session: Session, sender: Sender, now: datetime) -> None:
    session.execute(delete(JoinTryRow).where(JoinTryRow.since <= now - JOIN_LASTS))
    tried = session.get(JoinTryRow, (sender.channel.value, sender.id))
    if tried is not None and tried.count >= JOIN_TRIES:
        minutes = JOIN_LASTS.seconds // 60
        raise CodeError(f"Anh/chị đã nhập sai {JOIN_TRIES} lần; xin đợi {minutes} phút rồi lấy mã mới.")


def _count_wrong(session: Session, sender: Sender, now: datetime, sentence: str) -> CodeError:
    tried = session.get(JoinTryRow, (sender.channel.value, sender.id))
    if tried is None:
        tried = JoinTryRow(channel=sender.channel.value, sender=sender.id, since=now, count=0)
        session.add(tried)
    tried.count += 1
    return CodeError(sentence)


def _draw(length: int) -> str:
    """A code to be typed; a digit in it tells it from a word, wherever it is typed."""
    while True:
        code = "".join(secrets.choice(_LETTERS) for _ in range(length))
        if not code.isalpha():
            return code


def _typed(code: str) -> str:
    """A code as typed: small letters, spaces and dashes do not matter."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
