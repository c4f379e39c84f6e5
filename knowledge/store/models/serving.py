"""The tables of the service itself: the processes that serve one database on a server (see
`knowledge.store.processes`), and the files that they hand to each other to be read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.models.base import Base, UtcDateTime


class ProcessRow(Base):
    """One process, as long as it says that it is alive."""

    __tablename__ = "processes"

    name: Mapped[str] = mapped_column(primary_key=True)
    """Drawn at its start."""
    role: Mapped[str]
    sends: Mapped[bool]
    """Whether it sends messages: these share what a platform takes in a second."""
    host: Mapped[str]
    """Name of its machine and number of the process there, for an operator."""
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """When it last said so, by the database's clock."""


class LeaseRow(Base):
    """Something that only one process does at a time, and which one."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    process: Mapped[str]


class ReadingRow(Base):
    """A file of a plan that somebody sent, until it is read, and then what came of it; see `bot.serving.readings`."""

    __tablename__ = "readings"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    """Grows with the order in which they are read."""
    loading: Mapped[int] = mapped_column(index=True)
    """Of the files of one form the first one's number."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int]
    """A member's number, or another system's (`knowledge.store.audit.by_client`)."""
    name: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    stage: Mapped[str] = mapped_column(index=True)
    process: Mapped[str | None]
    """Which of several processes on one database reads it."""
    tries: Mapped[int]
    """How often a process has begun to read it and was not told to stop."""
    pages_read: Mapped[int]
    pages: Mapped[int]
    """0 where it is not known how many there are."""
    lines: Mapped[list[str]]
    """What was read, or why it was refused, for people."""
    plan_id: Mapped[int | None]
    version: Mapped[int | None]
    """The draft that was made of it."""
    returned: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What a table of tasks that came back would change, until it is applied."""
    gone: Mapped[list[int]]
    """Tasks whose rows are missing in it."""


class ReadingFileRow(Base):
    """The file itself, until it is read. Apart from its row, which SQLite would write anew with it for every page."""

    __tablename__ = "reading_files"

    id: Mapped[int] = mapped_column(ForeignKey("readings.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes]


class PaceRow(Base):
    """How fast somebody has been asking in the last minutes; see `bot.people.ratelimit`."""

    __tablename__ = "paces"

    name: Mapped[str] = mapped_column(primary_key=True)
    """A digest of who asks, and of what kind."""
    tokens: Mapped[float] = mapped_column(Double)
    """Questions that were left then."""
    refused: Mapped[int]
    """How many were too many since the last that was not."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
