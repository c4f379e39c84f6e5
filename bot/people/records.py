"""What the rest of the house is told of people: members, requests, invitations, the audit; and the errors.

PeopleError             expected; `sentence` may be shown to the person who acted
+-- NotAllowedError     only an administrator who is switched on may do this
+-- NotOfAgencyError    only the agency's own đầu mối or leader, or an administrator, may do this
+-- UnknownMemberError  no member, or no request, has that number
+-- AlreadyMemberError  the account, or the person, is let in already
+-- SwitchedOffError    the account belongs to a member who is switched off
+-- DecidedError        somebody has answered the request before: a stale button
+-- MovedError          somebody else has changed what was shown since
+-- CodeError           an invitation, joining code or sign-in link that is wrong, used or too old
+-- LastAdministratorError  without this one nobody could let people in
+-- LastAccountError    without this account the member could not be reached
+-- ImportRefusedError  a file of members with wrong rows; nothing of it was applied
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.channels.contract import Sender
from knowledge.errors import KehoachError

Clock = Callable[[], datetime]
"""Gives the current time, aware."""
Actor = int | None
"""Who does something: a member's number, or None for the operator at the command line."""
Erase = Callable[[Session, int], None]
"""Takes a member, by number, out of what another part keeps."""


class Role(StrEnum):
    """What a member may do, as the members file writes it."""

    STAFF = "staff"
    """Asks."""
    OWNER = "owner"
    """Đầu mối: is reminded of the agency's tasks and answers for them."""
    LEADER = "leader"
    """Lãnh đạo: gets the weekly picture and hears of what slips."""
    ADMIN = "admin"
    """Lets people in and loads plans."""

    @property
    def label(self) -> str:
        """As people read it."""
        return _LABELS[self]


_LABELS = {
    Role.STAFF: "cán bộ",
    Role.OWNER: "đầu mối",
    Role.LEADER: "lãnh đạo",
    Role.ADMIN: "quản trị",
}


class RequestState(StrEnum):
    """Where a request stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class Change(StrEnum):
    """What the audit records."""

    APPOINTED = "appointed"
    """Made an administrator by the settings."""
    APPROVED = "approved"
    REJECTED = "rejected"
    INVITED = "invited"
    REVOKED = "revoked"
    """An invitation ends before its time."""
    REDEEMED = "redeemed"
    JOINED = "joined"
    CODE_MADE = "code_made"
    """A personal code for somebody of the list who has no account yet."""
    ENTERED = "entered"
    """Somebody of the list has come with a first account; the detail says by what."""
    TAKEN_OFF = "taken_off"
    """One of several accounts."""
    EDITED = "edited"
    SWITCHED_OFF = "switched_off"
    SWITCHED_ON = "switched_on"
    FORGOTTEN = "forgotten"
    IMPORTED = "imported"
    LINK_MADE = "link_made"
    """A one-time address of the web page, by whom and for whom."""
    SIGNED_IN = "signed_in"
    """By a one-time address of the web page."""
    CLIENT_ADDED = "client_added"
    """Another system of the office may use the interface; the detail says which and what for."""
    CLIENT_REVOKED = "client_revoked"
    CLIENT_LOADED = "client_loaded"
    """Of earlier editions; now such a load is a change of the plan, made by the client."""
    """Another system sent a paper, which is kept as a draft."""
    FEED_MADE = "feed_made"
    """A secret address of a member's calendar; an earlier one opens nothing any more."""
    FEED_DROPPED = "feed_dropped"
    CHAT_SET = "chat_set"
    """A group chat hears what an agency is reminded of; or no longer."""
    CHAT_UNSET = "chat_unset"


@dataclass(frozen=True, slots=True)
class Member:
    """A person who was let in.

    Attributes:
        agency: the directory's name where it knows the agency, else as printed; empty for an
            administrator of the settings who has not told it yet.
        active: false once switched off: no answers on any channel.
        phone: as `phones.read_phone` gives it, empty where it is not known. Never to be logged.
    """

    id: int
    name: str
    agency: str
    roles: frozenset[Role]
    active: bool
    phone: str = ""

    @property
    def is_admin(self) -> bool:
        """Whether the member may let people in."""
        return self.active and Role.ADMIN in self.roles


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who asks to be let in.

    Attributes:
        known: the directory knows the agency; otherwise an administrator should look at the name.
        repeated: the person had asked before and nobody has answered: no need to tell administrators again.
        phone: that the person has told; it proves nothing unless `phone_proved`: the platform vouches for it.
    """

    id: int
    sender: Sender
    name: str
    agency: str
    at: datetime
    known: bool = True
    repeated: bool = False
    phone: str = ""
    phone_proved: bool = False


@dataclass(frozen=True, slots=True)
class Likely:
    """A person whom a request may be of.

    Attributes:
        same_agency: of the own agency or one beside it.
        same_name, near_name: as typed, or as the platform calls the sender.
        invited: came by an invitation for the agency of the request.
        same_phone: the number that was told is this person's in the list.
    """

    member: Member
    same_agency: bool
    same_name: bool
    near_name: bool
    invited: bool
    same_phone: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """An account that is a person's from now on.

    Attributes:
        account: the new one.
        closed: those of the same platform that it takes the place of.
    """

    member: Member
    account: Sender
    closed: tuple[Sender, ...]


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that still can be used.

    Attributes:
        uses: how many people it lets in, of whom `used` have come.
    """

    id: int
    agency: str
    role: Role
    made_by: Actor
    made_at: datetime
    expires_at: datetime
    uses: int
    used: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code for one person, or for several of an agency; it is shown once and cannot be read back.

    Attributes:
        code: 32 characters of A-Z a-z 0-9 _ -, which a Telegram deep link can carry.
        known: the directory knows the agency.
        uses: how many people it lets in.
    """

    code: str
    agency: str
    role: Role
    expires_at: datetime
    known: bool = True
    uses: int = 1

    def deep_link(self, bot: str) -> str:
        """The Telegram link that starts `bot` (its user name, with or without @) with the code."""
        return f"https://t.me/{bot.removeprefix('@')}?start={self.code}"


@dataclass(frozen=True, slots=True)
class PersonalCode:
    """By it somebody of the list who has no account comes in; it is shown once and cannot be read back."""

    member: Member
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A way into the web page for one member; it is shown once and cannot be read back."""

    code: str
    member: Member
    expires_at: datetime

    def address(self, page: str) -> str:
        """The whole address, of a page at `page` such as "http://127.0.0.1:8080"."""
        return f"{page.rstrip('/')}/vao/{self.code}"


@dataclass(frozen=True, slots=True)
class Audit:
    """One change. People are numbers, so that nothing personal stays when one is forgotten."""

    at: datetime
    by: Actor
    action: Change
    subject: int | None
    detail: str
    number: int = field(default=0, compare=False)


class PeopleError(KehoachError):
    """Something that cannot be done with or by this person."""


class NotAllowedError(PeopleError):
    """Only an administrator who is switched on may do this."""

    def __init__(self) -> None:
        super().__init__("Việc này chỉ quản trị viên làm được.")


class NotOfAgencyError(PeopleError):
    """Only the agency's own đầu mối or leader, or an administrator, may do this."""

    def __init__(self, agency: str) -> None:
        super().__init__(f"Việc này cần đầu mối hoặc lãnh đạo của {agency}, hoặc quản trị viên.")


class UnknownMemberError(PeopleError):
    """No member, or no request, has that number."""


class AlreadyMemberError(PeopleError):
    """The account, or the person, is let in already."""


class SwitchedOffError(PeopleError):
    """The account belongs to a member who is switched off."""

    def __init__(self) -> None:
        super().__init__("Tài khoản của anh/chị đang bị khóa; xin liên hệ quản trị viên.")


class DecidedError(PeopleError):
    """Somebody has answered the request before."""


class MovedError(PeopleError):
    """Somebody else has changed what was shown since; nothing was done."""


class CodeError(PeopleError):
    """An invitation, joining code or sign-in link that is wrong, used or too old."""


class LastAdministratorError(PeopleError):
    """Without this one nobody could let people in."""

    def __init__(self) -> None:
        super().__init__("Đây là quản trị viên cuối cùng; xin giao quyền quản trị cho người khác trước.")


class LastAccountError(PeopleError):
    """Without this account the member could not be reached."""

    def __init__(self) -> None:
        super().__init__("Đây là kênh duy nhất của người này nên không gỡ được; nếu cần, xin khóa hoặc xóa dữ liệu.")


class ImportRefusedError(PeopleError):
    """A file of members with wrong rows; nothing of it was applied.

    Attributes:
        lines: one Vietnamese sentence for each wrong row, in the order of the file.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)
