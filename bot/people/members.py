"""Who may use the assistant: the one place through which people are let in, changed and switched off.

Every call is one transaction; of two that meet, the later one sees what the earlier one did. Calls block
for a few milliseconds of disk: from the event loop, call them in a thread. `by` is a member's number, or None
for the operator at the command line; it is checked here, whatever was checked before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.contract import Sender
from bot.people import admission, importing, invitations, rows
from bot.people.accounts import check_name, display_name
from bot.people.agencies import Placed, find_agencies, place_agency
from bot.people.importing import ImportDifference, ImportResult, ImportRow
from bot.people.likeness import find_likely
from bot.people.phones import read_phone
from bot.people.records import (
    Actor,
    Audit,
    Change,
    Clock,
    CodeError,
    Erase,
    Invitation,
    Joined,
    Likely,
    Member,
    NotAllowedError,
    OpenInvitation,
    PeopleError,
    PersonalCode,
    Request,
    RequestState,
    Role,
)
from knowledge.agencies import Directory, DirectorySource, directory_now, load_directory
from knowledge.store.audit import AuditKind
from knowledge.store.database import Store
from knowledge.store.models import AuditRow, JoinRequestRow, MemberRoleRow, MemberRow

__all__ = ["ImportDifference", "ImportResult", "ImportRow", "Invitation", "Member", "People", "Request", "Role"]

# `People.list` hides the built-in name from annotations inside the class.
_Members = list[Member]
_Requests = list[Request]
_Senders = list[Sender]
_AllSenders = dict[int, list[Sender]]
_Audits = list[Audit]
_Names = list[str]
_Likely = list[Likely]
_Codes = list[PersonalCode]
_OpenInvitations = dict[str, list[OpenInvitation]]


class People:
    """Members, requests, invitations and accounts."""

    def __init__(self, store: Store, clock: Clock, directory: DirectorySource | None = None, *, erase: Erase) -> None:
        """Opens nothing; the bundled directory is read on first use when none is given.

        Args:
            erase: takes what others keep of a member away, in the transaction that erases the member.
        """
        self._store = store
        self._clock = clock
        self._given = directory
        self._erase = erase

    # --- who is this -----------------------------------------------------------------------

    def find(self, sender: Sender) -> Member | None:
        """The member whose account this is; None for strangers and for whoever is switched off."""
        with self._store.read() as session:
            return self.find_within(session, sender)

    def find_within(self, session: Session, sender: Sender) -> Member | None:
        """`find`, in the same snapshot as what else the caller reads."""
        member = rows.find_by_account(session, sender)
        return member if member is not None and member.active else None

    def get(self, member_id: int) -> Member:
        """The member with that number, switched off or not.

        Raises:
            UnknownMemberError: there is none.
        """
        with self._store.read() as session:
            return rows.get_member(session, member_id)

    def list(self, agency: str | None = None, role: Role | None = None, *, active_only: bool = False) -> _Members:
        """Members by agency and name, switched-off ones last.

        Args:
            agency: the directory's name, or as printed.
        """
        wanted = select(MemberRow)
        if agency is not None:
            wanted = wanted.where(MemberRow.agency == self._place(agency).name)
        if role is not None:
            wanted = wanted.where(
                MemberRow.id.in_(select(MemberRoleRow.member_id).where(MemberRoleRow.role == role.value))
            )
        if active_only:
            wanted = wanted.where(MemberRow.active)
        with self._store.read() as session:
            members = rows.load_members(session, session.scalars(wanted))
        return sorted(members, key=lambda m: (not m.active, m.agency, m.name, m.id))

    def administrators(self) -> _Members:
        """Administrators who are switched on."""
        return self.list(role=Role.ADMIN, active_only=True)

    def channels_of(self, member_id: int) -> _Senders:
        """The member's accounts, first one first; none for an unknown number."""
        with self._store.read() as session:
            return rows.accounts_of(session, member_id)

    def channels(self) -> _AllSenders:
        """Everybody's accounts, by the member's number."""
        with self._store.read() as session:
            return rows.accounts_of_all(session)

    def find_agencies(self, typed: str) -> _Names:
        """Agencies that exist today and fit what was typed, best first; all of them for nothing typed."""
        return find_agencies(self._directory, typed, self._clock().date())

    def is_known_agency(self, printed: str) -> bool:
        """Whether the directory knows what was printed as one agency."""
        return self._place(printed).known

    # --- asking to be let in ---------------------------------------------------------------

    def request(
        self, sender: Sender, name: str, agency: str, phone: str = "", *, phone_proved: bool = False
    ) -> Request:
        """Asks administrators to let the sender in; asking again before an answer corrects the request.

        Args:
            phone: a number that was told: it only shows administrators who this may be.
            phone_proved: the platform vouches that it is the sender's.

        Raises:
            PeopleError: no name or agency that could be one, or too many requests today.
            AlreadyMemberError, SwitchedOffError: the sender is known.
        """
        name, place = check_name(name, "họ tên"), self._place(check_name(agency, "tên cơ quan"))
        with self._store.write() as session:
            return admission.ask(session, sender, name, place, self._clock(), phone, phone_proved=phone_proved)

    def note_phone(self, sender: Sender, phone: str, *, proved: bool = False) -> bool:
        """Puts a number beside the sender's request that waits; False where there is none."""
        with self._store.write() as session:
            return admission.note_phone(session, sender, phone, proved=proved)

    def pending(self) -> _Requests:
        """Requests that nobody has answered, oldest first."""
        with self._store.read() as session:
            return [self._request(row) for row in admission.find_pending(session)]

    def find_request(self, sender: Sender) -> Request | None:
        """The sender's request that nobody has answered."""
        with self._store.read() as session:
            row = admission.find_own(session, sender)
            return None if row is None else self._request(row)

    def get_pending(self, request_id: int) -> Request | None:
        """The request with that number, while nobody has answered it."""
        with self._store.read() as session:
            row = session.get(JoinRequestRow, request_id)
            return self._request(row) if row is not None and row.state == RequestState.PENDING else None

    def approve(
        self,
        request_id: int,
        by: Actor,
        role: Role = Role.STAFF,
        *,
        name: str | None = None,
        agency: str | None = None,
    ) -> Member:
        """Lets in whoever made the request.

        Args:
            name, agency: in place of what was typed there, where an administrator knows better.

        Raises:
            NotAllowedError: `by` is no administrator.
            UnknownMemberError: no such request.
            DecidedError: somebody has answered it, or the sender got in by an invitation.
            PeopleError: no name or agency that could be one.
        """
        now = self._clock()
        called = check_name(name, "họ tên") if name is not None else None
        place = self._place(check_name(agency, "tên cơ quan")) if agency is not None else None
        with self._store.write() as session:
            request = self._request(admission.decide(session, request_id, RequestState.APPROVED, by, now))
            own = place.name if place else request.agency
            phone = request.phone if request.phone_proved else ""
            member_id = rows.add_member(session, called or request.name, own, [role], [request.sender], now, phone)
            rows.record(session, now, by, Change.APPROVED, member_id, f"{role.value}; {own}")
            return rows.get_member(session, member_id)

    def join_request(self, request_id: int, member_id: int, by: Actor) -> Joined:
        """Makes the account that asks the member's, in place of those that the member has on its platform.

        Raises:
            NotAllowedError, UnknownMemberError, DecidedError: as for `approve`.
            PeopleError: the member is switched off.
        """
        now = self._clock()
        with self._store.write() as session:
            request = self._request(admission.decide(session, request_id, RequestState.APPROVED, by, now))
            return admission.join_account(session, request.sender, member_id, by, now)

    def find_likely(self, request: Request) -> _Likely:
        """The people whom a request may be of, the likeliest first."""
        with self._store.read() as session:
            members = rows.load_members(session, session.scalars(select(MemberRow).order_by(MemberRow.id)))
            further = rows.further_of_all(session)
            invited = invitations.find_invited(session, request.agency)
        return find_likely(request, [(member, further.get(member.id, ())) for member in members], invited)

    def to_be_told(self) -> _Requests:
        """Requests that administrators are to be told of now: all that wait, or none."""
        with self._store.read() as session:
            return [self._request(row) for row in admission.find_to_be_told(session, self._clock())]

    def reject(self, request_id: int, by: Actor) -> Request:
        """Turns the request down; the sender may ask again.

        Raises:
            NotAllowedError, UnknownMemberError, DecidedError: as for `approve`.
        """
        now = self._clock()
        with self._store.write() as session:
            request = self._request(admission.decide(session, request_id, RequestState.REJECTED, by, now))
            rows.record(session, now, by, Change.REJECTED, None, request.agency)
            return request

    # --- codes -----------------------------------------------------------------------------

    def invite(
        self,
        agency: str,
        role: Role,
        by: Actor,
        lasts: timedelta = invitations.DEFAULT_LASTS,
        uses: int = 1,
    ) -> Invitation:
        """A code that lets one person of the agency in, or several.

        Raises:
            NotAllowedError: `by` is no administrator.
            PeopleError: no agency, or `lasts` is not within 90 days, or `uses` is no number of people.
        """
        place, now = self._place(check_name(agency, "tên cơ quan")), self._clock()
        with self._store.write() as session:
            rows.check_admin(session, by)
            return invitations.make_invitation(session, place, role, by, lasts, now, uses)

    def open_invitations(self) -> _OpenInvitations:
        """By agency, the invitations that still can be used."""
        with self._store.read() as session:
            return invitations.find_open(session, self._clock())

    def revoke_invitation(self, invitation_id: int, by: Actor) -> OpenInvitation:
        """Ends an invitation before its time; who has come by it stays.

        Raises:
            NotAllowedError: `by` is no administrator.
            UnknownMemberError: it has ended already.
        """
        now = self._clock()
        with self._store.write() as session:
            rows.check_admin(session, by)
            return invitations.revoke(session, invitation_id, by, now)

    def redeem(self, code: str, sender: Sender, name: str | None = None) -> Member:
        """Lets the sender in by an invitation; see `invitations.redeem`.

        Args:
            name: what the person calls themselves; the platform's name for them when None.

        Raises:
            CodeError, AlreadyMemberError, SwitchedOffError: see `invitations.redeem`.
            PeopleError: `name` could not be one.
        """
        called = check_name(name, "họ tên") if name is not None else display_name(sender)
        with self._store.write() as session:
            return invitations.redeem(session, code, sender, called, self._clock())

    def join_code(self, member: Member) -> str:
        """A code that adds another account of this member within ten minutes; an earlier one ends.

        Raises:
            UnknownMemberError: forgotten meanwhile.
            NotAllowedError: switched off meanwhile.
        """
        with self._store.write() as session:
            if not rows.get_row(session, member.id).active:
                raise NotAllowedError
            return invitations.make_join_code(session, member.id, self._clock())

    def join(self, code: str, sender: Sender) -> Member:
        """Adds the sender's account to the member who made the code.

        Raises:
            CodeError: wrong, used or too old, or too many wrong ones lately.
            AlreadyMemberError, SwitchedOffError: the sender is known.
        """
        with self._store.write() as session:
            joined = invitations.join(session, code, sender, self._clock())
        if isinstance(joined, CodeError):
            raise joined
        return joined

    # --- people of a list who have no account yet --------------------------------------------

    def waiting(self) -> _Members:
        """Who is listed and has not come yet: no account on any channel."""
        with self._store.read() as session:
            return invitations.find_waiting(session)

    def coded(self) -> dict[int, datetime]:
        """Who has a personal code that still can be used, with when it ends, in the time zone of the clock."""
        now = self._clock()
        with self._store.read() as session:
            return {n: ends.astimezone(now.tzinfo) for n, ends in invitations.coded(session, now).items()}

    def personal_code(self, member_id: int, by: Actor) -> PersonalCode:
        """A code by which somebody who has no account comes in; an earlier one ends.

        Raises:
            NotAllowedError, UnknownMemberError: as elsewhere.
            PeopleError: the person has an account, or is switched off.
        """
        now = self._clock()
        with self._store.write() as session:
            rows.check_admin(session, by)
            return invitations.make_personal_code(session, member_id, by, now)

    def personal_codes(self, by: Actor, *, again: bool = False) -> _Codes:
        """A code for everybody of the list who has not come yet and has none.

        Args:
            again: also for those who have one, whose code ends.

        Raises:
            NotAllowedError: `by` is no administrator.
        """
        now = self._clock()
        with self._store.write() as session:
            rows.check_admin(session, by)
            held = {} if again else invitations.coded(session, now)
            wanted = [each.id for each in invitations.find_waiting(session) if each.id not in held]
            return [invitations.make_personal_code(session, each, by, now) for each in wanted]

    def enter(self, code: str, sender: Sender) -> Member:
        """Gives the sender's account to the person of the list whose code it is.

        Raises:
            CodeError, AlreadyMemberError, SwitchedOffError: as for `join`.
        """
        with self._store.write() as session:
            entered = invitations.enter(session, code, sender, self._clock())
        if isinstance(entered, CodeError):
            raise entered
        return entered

    def enter_by_phone(self, phone: str, sender: Sender) -> Member | None:
        """The same by a number that the sender's platform vouches for; None where it says nobody for sure.

        Raises:
            AlreadyMemberError, SwitchedOffError: as for `join`.
        """
        with self._store.write() as session:
            return invitations.enter_by_phone(session, phone, sender, self._clock())

    # --- changing --------------------------------------------------------------------------

    def change(
        self,
        member_id: int,
        by: Actor,
        *,
        name: str | None = None,
        agency: str | None = None,
        roles: Collection[Role] | None = None,
        phone: str | None = None,
        seen: Member | None = None,
    ) -> Member:
        """Changes what is given. Members may change their own name and number; the rest takes an administrator.

        Args:
            phone: empty for none.
            seen: the member as it was looked at.

        Raises:
            NotAllowedError: `by` may not.
            UnknownMemberError: no such member.
            LastAdministratorError: nobody would be administrator.
            MovedError: the member is not as it was seen.
            PeopleError: no name, number or agency that could be one, or no role.
        """
        now = self._clock()
        number = _phone(phone) if phone is not None else None
        with self._store.write() as session:
            if by != member_id or agency is not None or roles is not None:
                rows.check_admin(session, by)
            rows.check_seen(session, member_id, seen, now)
            row = rows.get_row(session, member_id)
            if number is not None:
                row.phone = number
            if name is not None:
                row.name = check_name(name, "họ tên")
            if agency is not None:
                row.agency = self._place(check_name(agency, "tên cơ quan")).name
            if roles is not None:
                rows.set_roles(session, member_id, roles)
            session.flush()
            member = rows.get_member(session, member_id)
            rows.record(
                session, now, by, Change.EDITED, member_id, f"{' '.join(sorted(member.roles))}; {member.agency}"
            )
            return member

    def further_agencies(self, member_id: int) -> _Names:
        """Agencies, beside the own one, that the member answers for."""
        with self._store.read() as session:
            return rows.further_agencies(session, member_id)

    def further_of_all(self) -> dict[int, _Names]:
        """The same of everybody who has some, by the member's number."""
        with self._store.read() as session:
            return rows.further_of_all(session)

    def add_agency(self, member_id: int, agency: str, by: Actor) -> None:
        """Makes the member answer for an agency as well.

        Raises:
            NotAllowedError: `by` is no administrator.
            UnknownMemberError: no such member.
            PeopleError: no agency, or the member's own one.
        """
        place, now = self._place(check_name(agency, "tên cơ quan")), self._clock()
        with self._store.write() as session:
            rows.check_admin(session, by)
            if rows.get_row(session, member_id).agency == place.name:
                raise PeopleError(f"{place.name} là cơ quan của người này.")
            rows.add_further_agency(session, member_id, place.name)
            rows.record(session, now, by, Change.EDITED, member_id, f"thêm {place.name}")

    def drop_agency(self, member_id: int, agency: str, by: Actor) -> None:
        """The member no longer answers for an agency beside the own one.

        Raises:
            NotAllowedError, UnknownMemberError: as elsewhere.
        """
        now = self._clock()
        with self._store.write() as session:
            rows.check_admin(session, by)
            rows.get_row(session, member_id)
            rows.drop_further_agency(session, member_id, agency)
            rows.record(session, now, by, Change.EDITED, member_id, f"bớt {agency}")

    def switch_off(self, member_id: int, by: Actor, *, seen: Member | None = None) -> Member:
        """Ends every way in of a member at once; unused codes that the member made end too.

        Raises:
            NotAllowedError, UnknownMemberError: as elsewhere.
            LastAdministratorError: nobody would be administrator.
            MovedError: the member is not as it was seen.
        """
        now = self._clock()
        with self._store.write() as session:
            rows.check_admin(session, by)
            rows.check_seen(session, member_id, seen, now)
            row = rows.get_row(session, member_id)
            if row.active:
                rows.check_another_admin(session, member_id)
                row.active = False
                rows.withdraw_codes(session, member_id)
                rows.record(session, now, by, Change.SWITCHED_OFF, member_id)
                session.flush()
            return rows.get_member(session, member_id)

    def switch_on(self, member_id: int, by: Actor, *, seen: Member | None = None) -> Member:
        """Lets a member in again, with the same accounts and roles.

        Raises:
            NotAllowedError, UnknownMemberError: as elsewhere.
            MovedError: the member is not as it was seen.
        """
        now = self._clock()
        with self._store.write() as session:
            rows.check_admin(session, by)
            rows.check_seen(session, member_id, seen, now)
            row = rows.get_row(session, member_id)
            if not row.active:
                row.active = True
                rows.record(session, now, by, Change.SWITCHED_ON, member_id)
                session.flush()
            return rows.get_member(session, member_id)

    def take_off(self, member_id: int, account: Sender, by: Actor) -> Member:
        """Takes one account off a member, never the last. Members may do so with their own.

        Raises:
            NotAllowedError, UnknownMemberError: as elsewhere; the latter also when the account is not the member's.
            LastAccountError: the member has no other.
        """
        now = self._clock()
        with self._store.write() as session:
            if by != member_id:
                rows.check_admin(session, by)
            member = rows.get_member(session, member_id)
            rows.remove_account(session, member_id, account)
            rows.record(session, now, by, Change.TAKEN_OFF, member_id, account.channel.value)
            return member

    def forget(self, member_id: int, by: Actor) -> None:
        """Erases a person whole: name, accounts, roles, requests, codes. Members may do so themselves.

        Raises:
            NotAllowedError, UnknownMemberError: as elsewhere.
            LastAdministratorError: nobody would be administrator.
        """
        now = self._clock()
        with self._store.write() as session:
            if by != member_id:
                rows.check_admin(session, by)
            rows.get_row(session, member_id)
            rows.check_another_admin(session, member_id)
            rows.erase_member(session, member_id, self._erase)
            rows.record(session, now, by, Change.FORGOTTEN, member_id)

    def forget_stranger(self, sender: Sender) -> None:
        """Erases the requests of somebody who was not let in."""
        with self._store.write() as session:
            rows.erase_account(session, sender)

    def appoint(self, senders: Iterable[Sender]) -> None:
        """Makes the accounts of the settings administrators, at every start.

        Who was switched off stays so, except where nobody else could let people in.
        """
        wanted = tuple(senders)
        with self._store.read() as session:
            if admission.is_appointed(session, wanted):
                return
        with self._store.write() as session:
            admission.appoint(session, wanted, self._clock())

    def weigh_rows(self, given: Sequence[ImportRow]) -> ImportDifference:
        """What the rows of a file would change by now; nothing is changed."""
        with self._store.read() as session:
            return importing.weigh(session, given, self._place).difference

    def import_rows(
        self, given: Sequence[ImportRow], by: Actor = None, *, seen: ImportDifference | None = None
    ) -> ImportResult:
        """Takes over what the rows of a file say, all or none; see `importing`.

        Args:
            seen: what was shown that they would change.

        Raises:
            NotAllowedError: `by` is no administrator.
            ImportRefusedError: some rows are wrong; nothing was changed.
            MovedError: they would change something else by now; nothing was changed.
        """
        now = self._clock()
        with self._store.write() as session:
            rows.check_admin(session, by)
            directory, today = self._directory, now.date()
            result = importing.apply(
                session, given, lambda printed: place_agency(directory, printed, today), now, by, seen
            )
            if result.added or result.extended:
                detail = f"thêm {result.added}, bổ sung {result.extended}"
                rows.record(session, now, by, Change.IMPORTED, None, detail)
            return result

    def history(self, limit: int = 50, before: int | None = None, about: int | None = None) -> _Audits:
        """The latest changes of people, newest first.

        Args:
            before: number of the change from which on older ones are wanted.
            about: only those of this member.
        """
        wanted = select(AuditRow).where(AuditRow.kind == AuditKind.PEOPLE).order_by(AuditRow.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(AuditRow.id < before)
        if about is not None:
            wanted = wanted.where(AuditRow.subject == about)
        with self._store.read() as session:
            found = session.scalars(wanted)
            return [Audit(row.at, row.by, Change(row.action), row.subject, row.detail, row.id) for row in found]

    @property
    def _directory(self) -> Directory:
        return directory_now(self._given or self._bundled)

    @cached_property
    def _bundled(self) -> Directory:
        return load_directory()

    def _place(self, printed: str) -> Placed:
        return place_agency(self._directory, printed, self._clock().date())

    def _request(self, row: JoinRequestRow) -> Request:
        return admission.as_request(row, known=self._place(row.agency).known)


def _phone(text: str) -> str:
    number = read_phone(text)
    if text.strip() and not number:
        raise PeopleError("Số điện thoại không hợp lệ; xin ghi đủ 10 số, ví dụ 0912 345 678.")
    return number
