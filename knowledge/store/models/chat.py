"""The tables of conversation: what arrived, what a talk is about, what was offered and said of answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.models.base import Base, UtcDateTime


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
    process: Mapped[str | None]
    """Which of several processes on one database answers it; see `knowledge.store.processes`."""


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


class PageMessageRow(Base):
    """One message of a member's talk on the page, as long as the member is signed in; see `bot.web.talks`."""

    __tablename__ = "page_messages"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(index=True)
    """No foreign key: who has everything erased reads once more that it is done."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ours: Mapped[bool]
    text: Mapped[str]
    bold: Mapped[bool]
    choices: Mapped[list[Any]] = mapped_column(JSON)
    """Rows of buttons, each its label and data."""
    quotes: Mapped[list[Any]] = mapped_column(JSON)
    tasks: Mapped[list[int]]
    file_name: Mapped[str | None]
    content: Mapped[bytes | None]
    """The file that came with it."""


class DailyCountRow(Base):
    """How often something happened on a day; nobody is named."""

    __tablename__ = "daily_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


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
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When somebody has looked into it."""
    settled_by: Mapped[int | None]
    """A member's number; 0: the operator at the command line; null: nobody, or somebody who is erased."""


class GoldenQuestionRow(Base):
    """A question of the organisation with what a right answer holds; see `knowledge.golden`. Never taken out."""

    __tablename__ = "golden_questions"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str]
    turns: Mapped[list[Any]] = mapped_column(JSON)
    as_of: Mapped[date | None]
    status: Mapped[str]
    category: Mapped[str]
    style: Mapped[str]
    must: Mapped[list[Any]] = mapped_column(JSON)
    must_not: Mapped[list[Any]] = mapped_column(JSON)
    task: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The fields of `GoldenTask`."""
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[int | None]
    feedback_id: Mapped[int | None]
    """Of the feedback that it was made of."""
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped_by: Mapped[int | None]
