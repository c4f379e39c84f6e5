"""The tables. A plan has versions; at most one of them is live; a version never changes.

    plans --< versions --< tasks --< task_agencies
      |          |  |       |
      |          |  +--< passages --1 vectors        (+ the keyword index, see `keyword`)
      |          +--< mentions
      +--1 live_versions >--1 versions

What is live is one row in `live_versions`: replacing that row is what switches text,
tasks and vectors together.

    members --< member_roles, member_channels, join_codes
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, LargeBinary, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class VersionState(StrEnum):
    """Where a version stands in the life of its plan."""

    DRAFT = "draft"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    """Was live once; a rollback can bring it back."""
    DISCARDED = "discarded"
    """A draft that a later draft replaced before it was ever live; its contents are gone."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept as UTC whatever the database does with zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """UTC without a zone, for the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Aware UTC, for us."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Common naming of constraints, so that migrations can name them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it from the class)
        datetime: UtcDateTime,
        list[str]: JSON,
        list[int]: JSON,
        dict[str, Any]: JSON,
    }


def _version_key() -> Mapped[int]:
    return mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), index=True)


class PlanRow(Base):
    """The identity of a plan; how a paper finds its plan stands in `identity`."""

    __tablename__ = "plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    number_key: Mapped[str | None] = mapped_column(index=True)
    issuer_key: Mapped[str | None]
    year: Mapped[int | None]
    """Year of issue: an office numbers its papers from 1 every year."""
    stem_key: Mapped[str] = mapped_column(index=True)


class VersionRow(Base):
    """One reading of one file, with what the paper says of itself."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("plan_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    """From 1 within its plan."""
    state: Mapped[str]
    file: Mapped[str]
    digest: Mapped[str]
    name: Mapped[str]
    number: Mapped[str | None]
    issued: Mapped[date | None]
    issuer: Mapped[str | None]
    kind: Mapped[str | None]
    title: Mapped[str | None]
    signer: Mapped[str | None]
    years: Mapped[list[int]]
    footnotes: Mapped[list[str]]
    report: Mapped[dict[str, Any]]
    loaded_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]


class LiveVersionRow(Base):
    """Which version of a plan readers see."""

    __tablename__ = "live_versions"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), unique=True)


class SourceColumns:
    """Where in the paper a task or passage stands."""

    section_path: Mapped[list[str]]
    source_row: Mapped[int | None]
    clause: Mapped[str | None]
    page: Mapped[int | None]
    sheet: Mapped[str | None]
    quote: Mapped[str]


class TaskRow(SourceColumns, Base):
    """One task of a version. Numbers are never used twice, so a stale one finds nothing."""

    __tablename__ = "tasks"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = _version_key()
    position: Mapped[int]
    origin: Mapped[str]
    section: Mapped[str | None]
    number: Mapped[str | None]
    title: Mapped[str]
    activity: Mapped[str | None]
    product: Mapped[str | None]
    lead: Mapped[list[str]]
    coordinating: Mapped[list[str]]
    deadline_text: Mapped[str]
    kinds: Mapped[list[str]]
    start: Mapped[date | None]
    dates: Mapped[list[str]]
    rules: Mapped[list[str]]


class TaskAgencyRow(Base):
    """An agency of the directory that leads a task."""

    __tablename__ = "task_agencies"

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    agency: Mapped[str] = mapped_column(index=True)


class PassageRow(SourceColumns, Base):
    """One clause or task row of a version."""

    __tablename__ = "passages"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = _version_key()
    position: Mapped[int]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    folded: Mapped[str]
    """Folded syllables of text and headings, one space between: what keyword search indexes."""
    agency: Mapped[str | None]


class VectorRow(Base):
    """The vector of a passage: little-endian half floats, length 1."""

    __tablename__ = "vectors"

    passage_id: Mapped[int] = mapped_column(ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str]
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class MentionRow(Base):
    """Another paper that a version names."""

    __tablename__ = "mentions"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = _version_key()
    kind: Mapped[str]
    number: Mapped[str]
    issued: Mapped[date | None]
    topic: Mapped[str]


class FeedbackRow(Base):
    """What a person said of an answer, with all that was said before it."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    verdict: Mapped[str]
    question: Mapped[str]
    turns: Mapped[list[Any]] = mapped_column(JSON)
    status: Mapped[str]
    answer: Mapped[str]
    evidence: Mapped[list[Any]] = mapped_column(JSON)


class MemberRow(Base):
    """A person who may ask. Numbers are never used twice: the audit goes on naming one who is forgotten by it."""

    __tablename__ = "members"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    agency: Mapped[str] = mapped_column(index=True)
    active: Mapped[bool]
    since: Mapped[datetime]


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
    name: Mapped[str]
    agency: Mapped[str]
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(index=True)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]


class InvitationRow(Base):
    """A code that lets one person in; the code itself is not kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    agency: Mapped[str]
    role: Mapped[str]
    made_by: Mapped[int | None] = mapped_column(index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[int | None]
    used_at: Mapped[datetime | None]


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


class AuditRow(Base):
    """Who changed what of whom, by members' numbers; null is the command line."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[int | None]
    action: Mapped[str]
    subject: Mapped[int | None] = mapped_column(index=True)
    detail: Mapped[str]


class InboxRow(Base):
    """Something that a person did, until it is answered; then only the name of its delivery."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("channel", "delivery"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    """Grows with the order of arrival, which is the order within a chat."""
    channel: Mapped[str]
    delivery: Mapped[str]
    """The platform's name of this delivery, the same when it delivers again."""
    chat: Mapped[str]
    """Empty when handled."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    message: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """All of it while it waits; gone when handled."""


class OaTokenRow(Base):
    """The newest token pair of a Zalo Official Account's app; see `bot.channels.oa_tokens`."""

    __tablename__ = "oa_tokens"

    app_id: Mapped[str] = mapped_column(primary_key=True)
    access: Mapped[str]
    refresh: Mapped[str]
    """Works once."""
    expires_at: Mapped[datetime]
    """Of the access token."""
    grant: Mapped[str]
    """Fingerprint of the administrator's refresh token that this line of pairs began with."""


class SettingRow(Base):
    """Single values of the store itself."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class DialogueRow(Base):
    """What one person's talk in one chat is about; forgotten on request."""

    __tablename__ = "dialogues"

    channel: Mapped[str] = mapped_column(primary_key=True)
    chat: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    """The sender's id on the channel."""
    at: Mapped[datetime]
    state: Mapped[dict[str, Any]]


class OpenChoiceRow(Base):
    """Choices that were offered to one person; a button's data is its token and a number."""

    __tablename__ = "open_choices"

    token: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    chat: Mapped[str]
    person: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    generation: Mapped[int]
    """Of the live plans when they were offered."""
    actions: Mapped[list[Any]] = mapped_column(JSON)
    subject: Mapped[dict[str, Any]]


class DailyCountRow(Base):
    """How often something happened on a day; nobody is named."""

    __tablename__ = "daily_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
