"""Members in the database: what every change of them is made of. Sessions come from the caller."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.orm import Session

from bot.channels.contract import ChannelName, Sender
from bot.people.phones import told_phone
from bot.people.records import (
    Actor,
    Change,
    Erase,
    LastAccountError,
    LastAdministratorError,
    Member,
    MovedError,
    NotAllowedError,
    PeopleError,
    RequestState,
    Role,
    SwitchedOffError,
    UnknownMemberError,
)
from knowledge.store import audit
from knowledge.store.audit import AuditKind
from knowledge.store.erasure import note_erasure
from knowledge.store.models import (
    AuditRow,
    CalendarFeedRow,
    DialogueRow,
    InvitationRow,
    InvitationUseRow,
    JoinCodeRow,
    JoinRequestRow,
    JoinTryRow,
    MemberAgencyRow,
    MemberChannelRow,
    MemberRoleRow,
    MemberRow,
    OpenChoiceRow,
    PageMessageRow,
    PersonalCodeRow,
    SignInLinkRow,
    WebSessionRow,
    table_of,
)
from knowledge.store.persons import Person, distinct_name, take_out

_ACCOUNT = (MemberChannelRow.channel, MemberChannelRow.sender)
_MEMBERS, _ROLES, _ACCOUNTS = table_of(MemberRow), table_of(MemberRoleRow), table_of(MemberChannelRow)
_BY_ACCOUNT = (
    select(_MEMBERS.c.id, _MEMBERS.c.name, _MEMBERS.c.agency, _MEMBERS.c.active, _MEMBERS.c.phone, _ROLES.c.role)
    .join(_ACCOUNTS, _ACCOUNTS.c.member_id == _MEMBERS.c.id)
    .outerjoin(_ROLES, _ROLES.c.member_id == _MEMBERS.c.id)
    .where(_ACCOUNTS.c.channel == bindparam("channel"), _ACCOUNTS.c.sender == bindparam("sender"))
)
"""Every message asks this: made once, one query, no mapped objects."""
_NAMED_ONE_BY_ONE = 500
"""Numbers that one query may list: SQLite takes 32,766, and beyond this reading them all is as quick."""


def load_members(session: Session, rows: Iterable[MemberRow]) -> list[Member]:
    """Members with their roles, in the order of `rows`."""
    listed = list(rows)
    roles: dict[int, set[Role]] = {row.id: set() for row in listed}
    wanted = select(MemberRoleRow)
    if len(listed) <= _NAMED_ONE_BY_ONE:
        wanted = wanted.where(MemberRoleRow.member_id.in_(roles))
    for held in session.scalars(wanted):
        if held.member_id in roles:
            roles[held.member_id].add(Role(held.role))
    return [Member(row.id, row.name, row.agency, frozenset(roles[row.id]), row.active, row.phone) for row in listed]


def find_by_account(session: Session, sender: Sender) -> Member | None:
    """The member whose account this is, switched off or not."""
    session.flush()  # the caller may have changed what is read here past the session
    if sender.channel is ChannelName.WEB:
        row = session.get(MemberRow, int(sender.id))
        return load_members(session, [row])[0] if row is not None else None
    found = session.execute(_BY_ACCOUNT, {"channel": sender.channel.value, "sender": sender.id}).all()
    if not found:
        return None
    roles = frozenset(Role(row.role) for row in found if row.role is not None)
    return Member(found[0].id, found[0].name, found[0].agency, roles, found[0].active, found[0].phone)


def find_active(session: Session, sender: Sender) -> Member | None:
    """The member whose account this is.

    Raises:
        SwitchedOffError: who is switched off.
    """
    member = find_by_account(session, sender)
    if member is not None and not member.active:
        raise SwitchedOffError
    return member


def get_row(session: Session, member_id: int) -> MemberRow:
    """The row of a member.

    Raises:
        UnknownMemberError: there is none.
    """
    row = session.get(MemberRow, member_id)
    if row is None:
        raise UnknownMemberError("Không có người dùng này, hoặc đã được xóa.")
    return row


def get_member(session: Session, member_id: int) -> Member:
    """The member with that number.

    Raises:
        UnknownMemberError: there is none.
    """
    return load_members(session, [get_row(session, member_id)])[0]


def check_admin(session: Session, by: Actor) -> None:
    """Whoever acts may change people.

    Raises:
        NotAllowedError: not an administrator, or one who is switched off.
    """
    if by is None:
        return
    row = session.get(MemberRow, by)
    if row is None or not load_members(session, [row])[0].is_admin:
        raise NotAllowedError


def check_another_admin(session: Session, member_id: int) -> None:
    """Somebody else is an administrator, or this member is none.

    Raises:
        LastAdministratorError: nobody would be left.
    """
    admins = set(session.scalars(admin_ids()))
    if admins == {member_id}:
        raise LastAdministratorError


def check_seen(session: Session, member_id: int, seen: Member | None, now: datetime) -> None:
    """The member still is as it was looked at.

    Raises:
        UnknownMemberError: erased meanwhile.
        MovedError: it is not; the sentence says who changed it, in the time zone of `now`.
    """
    member = get_member(session, member_id)
    if seen is None or member == seen:
        return
    last = session.scalar(select(AuditRow).where(AuditRow.subject == member_id).order_by(AuditRow.id.desc()).limit(1))
    by = session.get(MemberRow, last.by) if last is not None and last.by is not None else None
    who = by.name if by is not None else "người khác"
    when = f" lúc {last.at.astimezone(now.tzinfo):%H:%M ngày %d/%m/%Y}" if last is not None else ""
    raise MovedError(f"{member.name} vừa được {who} sửa{when}; xin xem lại rồi làm tiếp.")


def admin_ids() -> Select[int]:
    """Numbers of the administrators who are switched on."""
    return (
        select(MemberRow.id)
        .join(MemberRoleRow, MemberRoleRow.member_id == MemberRow.id)
        .where(MemberRow.active, MemberRoleRow.role == Role.ADMIN.value)
    )


def add_member(
    session: Session,
    name: str,
    agency: str,
    roles: Iterable[Role],
    senders: Iterable[Sender],
    now: datetime,
    phone: str = "",
) -> int:
    """A new member, switched on; the number."""
    row = MemberRow(name=name, agency=agency, active=True, since=now, phone=phone)
    session.add(row)
    session.flush()
    add_roles(session, row.id, roles)
    for sender in senders:
        add_account(session, row.id, sender, now)
    return row.id


def add_roles(session: Session, member_id: int, roles: Iterable[Role]) -> None:
    """Gives roles; one that is held already stays."""
    for role in roles:
        session.merge(MemberRoleRow(member_id=member_id, role=role.value))
    session.flush()


def set_roles(session: Session, member_id: int, roles: Collection[Role]) -> None:
    """Gives exactly these roles.

    Raises:
        PeopleError: none.
        LastAdministratorError: nobody would be administrator.
    """
    if not roles:
        raise PeopleError("Người dùng cần có ít nhất một vai trò.")
    if Role.ADMIN not in roles:
        check_another_admin(session, member_id)
    session.execute(delete(MemberRoleRow).where(MemberRoleRow.member_id == member_id))
    add_roles(session, member_id, roles)


def further_agencies(session: Session, member_id: int) -> list[str]:
    """Agencies, beside the own one, that a member answers for."""
    wanted = select(MemberAgencyRow.agency).where(MemberAgencyRow.member_id == member_id)
    return list(session.scalars(wanted.order_by(MemberAgencyRow.agency)))


def further_of_all(session: Session) -> dict[int, list[str]]:
    """The same of everybody who has some, by the member's number."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in session.scalars(select(MemberAgencyRow)):
        found[row.member_id].append(row.agency)
    return dict(found)


def add_further_agency(session: Session, member_id: int, agency: str) -> None:
    """Makes a member answer for an agency as well; one that is there already stays."""
    session.merge(MemberAgencyRow(member_id=member_id, agency=agency))
    session.flush()


def drop_further_agency(session: Session, member_id: int, agency: str) -> None:
    """Ends that."""
    session.execute(
        delete(MemberAgencyRow).where(MemberAgencyRow.member_id == member_id, MemberAgencyRow.agency == agency)
    )


def add_account(session: Session, member_id: int, sender: Sender, now: datetime) -> None:
    """Gives the member an account that is nobody's yet; a request that waits for it is answered by that.

    With the first one the member has come: nothing is told of days before, and the personal code ends.
    """
    if not accounts_of(session, member_id):
        get_row(session, member_id).since = now
        session.execute(delete(PersonalCodeRow).where(PersonalCodeRow.member_id == member_id))
    session.add(MemberChannelRow(channel=sender.channel.value, sender=sender.id, member_id=member_id, joined_at=now))
    own = JoinTryRow.channel == sender.channel.value, JoinTryRow.sender == sender.id
    session.execute(delete(JoinTryRow).where(*own))
    session.execute(
        update(JoinRequestRow)
        .where(
            JoinRequestRow.channel == sender.channel.value,
            JoinRequestRow.sender == sender.id,
            JoinRequestRow.state == RequestState.PENDING,
        )
        .values(state=RequestState.APPROVED.value, decided_at=now)
        .execution_options(synchronize_session=False)
    )
    session.flush()


def remove_account(session: Session, member_id: int, account: Sender) -> None:
    """Takes an account off the member.

    Raises:
        UnknownMemberError: it is not the member's.
        LastAccountError: the member has no other.
    """
    row = session.get(MemberChannelRow, (account.channel.value, account.id))
    if row is None or row.member_id != member_id:
        raise UnknownMemberError("Kênh này không còn là của người dùng ấy.")
    if len(accounts_of(session, member_id)) == 1:
        raise LastAccountError
    session.delete(row)
    erase_account(session, account)
    session.flush()


def accounts_of(session: Session, member_id: int) -> list[Sender]:
    """The member's accounts, first one first."""
    rows = session.scalars(
        select(MemberChannelRow)
        .where(MemberChannelRow.member_id == member_id)
        .order_by(MemberChannelRow.joined_at, *_ACCOUNT)
    )
    return [Sender(ChannelName(row.channel), row.sender) for row in rows]


def accounts_of_all(session: Session) -> dict[int, list[Sender]]:
    """Everybody's accounts, by the member's number, first one first."""
    found: dict[int, list[Sender]] = defaultdict(list)
    for row in session.scalars(select(MemberChannelRow).order_by(MemberChannelRow.joined_at, *_ACCOUNT)):
        found[row.member_id].append(Sender(ChannelName(row.channel), row.sender))
    return dict(found)


def erase_account(session: Session, sender: Sender) -> None:
    """Takes away what an account that is nobody's left behind: requests, tries and talks."""
    for table in (JoinRequestRow, JoinTryRow):
        session.execute(delete(table).where(table.channel == sender.channel.value, table.sender == sender.id))
    for talk in (DialogueRow, OpenChoiceRow):
        session.execute(delete(talk).where(talk.channel == sender.channel.value, talk.person == sender.id))
    note_erasure(session)


def person_of(session: Session, member_id: int) -> Person:
    """By what the database speaks of a member."""
    row = get_row(session, member_id)
    accounts = tuple((each.channel.value, each.id) for each in accounts_of(session, member_id))
    numbers = (row.phone, told_phone(row.phone)) if row.phone else ()
    return Person(member_id, accounts, distinct_name(session, member_id, row.name), numbers)


def erase_member(session: Session, member_id: int, erase: Erase) -> None:
    """Takes away the person whole; only the number stays, in the audit.

    Args:
        erase: takes the member out of what other parts keep.
    """
    person = person_of(session, member_id)
    erase(session, member_id)
    session.execute(delete(InvitationUseRow).where(InvitationUseRow.member_id == member_id))
    for sender in (*accounts_of(session, member_id), Sender(ChannelName.WEB, str(member_id))):
        erase_account(session, sender)
    withdraw_codes(session, member_id)
    session.execute(delete(PageMessageRow).where(PageMessageRow.member_id == member_id))
    session.execute(delete(MemberRow).where(MemberRow.id == member_id))
    take_out(session, person)
    session.expire_all()  # rows were changed past the session


def withdraw_codes(session: Session, member_id: int) -> None:
    """Codes that the member made and nobody has used open nothing any more; nor do own links, sessions, calendar."""
    for ways_in in (SignInLinkRow, WebSessionRow, CalendarFeedRow):
        session.execute(delete(ways_in).where(ways_in.member_id == member_id))
    session.execute(delete(JoinCodeRow).where(JoinCodeRow.member_id == member_id))
    own = (PersonalCodeRow.member_id == member_id) | (PersonalCodeRow.made_by == member_id)
    session.execute(delete(PersonalCodeRow).where(own))
    made = InvitationRow.made_by == member_id
    session.execute(delete(InvitationRow).where(made, InvitationRow.used == 0))
    session.execute(update(InvitationRow).where(made).values(uses=InvitationRow.used))


def record(session: Session, now: datetime, by: Actor, action: Change, subject: int | None, detail: str = "") -> None:
    """Writes a change to the audit.

    Args:
        subject: number of the member concerned, where there is one.
        detail: roles, agencies, counts; never a person's name, account or words.
    """
    audit.record(session, AuditKind.PEOPLE, action, by=by, now=now, subject=subject, detail=detail)
