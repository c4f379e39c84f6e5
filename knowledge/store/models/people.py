"""The tables of people: members --< member_roles, member_channels, join_codes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.models.base import Base


class MemberRow(Base):
    """A person who may ask. Numbers are never used twice: the audit goes on naming one who is forgotten by it."""

    __tablename__ = "members"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    agency: Mapped[str] = mapped_column(index=True)
    active: Mapped[bool]
    since: Mapped[datetime]
    """The day on which the person could be reached first."""
    phone: Mapped[str] = mapped_column(default="")


class MemberRoleRow(Base):
    """A role that a member has."""

    __tablename__ = "member_roles"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


class MemberChannelRow(Base):
    """An account on a channel that is a member's; an account is one member's only."""

    __tablename__ = "member_channels"

    channel: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    joined_at: Mapped[datetime]


class JoinRequestRow(Base):
    """Somebody who asked to be let in, and what was decided."""

    __tablename__ = "join_requests"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    sender: Mapped[str]
    called: Mapped[str]
    """What the platform calls the sender."""
    name: Mapped[str]
    agency: Mapped[str]
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    """When administrators were told of it last."""
    state: Mapped[str] = mapped_column(index=True)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    phone: Mapped[str] = mapped_column(default="")
    phone_proved: Mapped[bool] = mapped_column(default=False)
    """The platform vouches that the number is the sender's."""


class InvitationRow(Base):
    """A code that lets so many people of an agency in; the code itself is not kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    agency: Mapped[str]
    role: Mapped[str]
    made_by: Mapped[int | None] = mapped_column(index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    uses: Mapped[int]
    used: Mapped[int]


class InvitationUseRow(Base):
    """Who came by which invitation; the number stays when the person is forgotten."""

    __tablename__ = "invitation_uses"

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class PersonalCodeRow(Base):
    """The code by which somebody who is listed and has no account comes in; one a member, itself not kept."""

    __tablename__ = "personal_codes"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    made_by: Mapped[int | None]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class JoinCodeRow(Base):
    """The code by which a member may add another account just now; one a member."""

    __tablename__ = "join_codes"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]


class JoinTryRow(Base):
    """How often an account has typed a wrong code lately."""

    __tablename__ = "join_tries"

    channel: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]


class SignInLinkRow(Base):
    """A one-time address of the web page for a member; the code in it is not kept."""

    __tablename__ = "sign_in_links"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WebSessionRow(Base):
    """A browser in which a member is signed in; the token that it holds is not kept."""

    __tablename__ = "web_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    """To the minute."""
    notes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Sentences for the next page that it opens."""


class ApiClientRow(Base):
    """Another system of the office that may use the interface; the token that it shows is not kept."""

    __tablename__ = "api_clients"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    may_load: Mapped[bool]
    made_by: Mapped[int | None]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """To the minute."""
    revoked_by: Mapped[int | None]
    revoked_at: Mapped[datetime | None]


class CalendarFeedRow(Base):
    """The secret address of a member's calendar; the code in it is not kept. One a member."""

    __tablename__ = "calendar_feeds"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
    """To the hour."""


class AgencyChatRow(Base):
    """A group chat that hears what an agency is reminded of."""

    __tablename__ = "agency_chats"

    channel: Mapped[str] = mapped_column(primary_key=True)
    chat: Mapped[str] = mapped_column(primary_key=True)
    agency: Mapped[str] = mapped_column(index=True)
    set_by: Mapped[int | None]
    set_at: Mapped[datetime]


class AuditRow(Base):
    """Who changed what, by members' numbers; see `knowledge.store.audit`."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[int | None]
    """Null is the command line; -1: it was not kept who; below it, another system (`audit.client_of`)."""
    action: Mapped[str]
    kind: Mapped[str] = mapped_column(index=True, default="people", server_default="people")
    """What was changed: people, plan, correction, reminder, golden, agency."""
    plan_id: Mapped[int | None] = mapped_column(index=True)
    """Not a foreign key: a row outlives what it speaks of. So is the subject."""
    subject: Mapped[int | None] = mapped_column(index=True)
    """A member's number, that of a version within its plan, of a correction, of a golden question."""
    detail: Mapped[str]
