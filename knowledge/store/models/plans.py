"""The tables of plans. A plan has versions; at most one of them is live; a version never changes.

    plans --< versions --< tasks --< task_agencies
      |          |  |       |
      |          |  +--< passages --1 vectors        (+ the keyword index, see `keyword`)
      |          +--< mentions, relations
      +--1 live_versions >--1 versions >-- papers: the files, by their digests
      +--< corrections: by people, laid over whichever version is live

What is live is one row in `live_versions`: replacing that row is what switches text,
tasks and vectors together.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.models.base import Base


class VersionState(StrEnum):
    """Where a version stands in the life of its plan."""

    DRAFT = "draft"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    """Was live once; a rollback can bring it back."""
    DISCARDED = "discarded"
    """A draft that a later draft replaced before it was ever live; its contents are gone."""
    WITHDRAWN = "withdrawn"
    """Was live until somebody took the plan out; activating brings it back."""


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
    revision: Mapped[int] = mapped_column(default=0)
    """Counts what was done to its corrections."""


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
    digest: Mapped[str] = mapped_column(index=True)
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
    withdrawn_at: Mapped[datetime | None]
    """When its plan was last taken out while this version was live."""
    withdrawn_by: Mapped[int | None]
    """A member's number; 0: the operator at the command line."""
    withdrawn_reason: Mapped[str | None]


class PaperRow(Base):
    """The file that versions were read from; see `papers`. Versions from before files were kept have none."""

    __tablename__ = "papers"

    digest: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the content, hexadecimal, as in `versions`."""
    size: Mapped[int]
    """Bytes of the file."""
    packed: Mapped[bool]
    """Whether the content is deflated."""
    content: Mapped[bytes] = mapped_column(LargeBinary)


class LiveVersionRow(Base):
    """Which version of a plan readers see."""

    __tablename__ = "live_versions"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id", ondelete="CASCADE"), unique=True)


class SetSwitchRow(Base):
    """A plan's draft is to be activated at a set time; the row goes when that is done, or called off."""

    __tablename__ = "set_switches"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int]
    """The draft that was looked at; another one is not activated in its place."""
    at: Mapped[datetime]
    set_by: Mapped[int | None]
    """A member's number; 0: the operator at the command line; null: somebody who is erased."""
    set_at: Mapped[datetime]


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
    __table_args__ = (Index("ix_tasks_row_key", "version_id", "row_key"), {"sqlite_autoincrement": True})

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
    unread: Mapped[list[str]]
    """Parts of the deadline that were not understood."""
    doubts: Mapped[list[dict[str, Any]]]
    sources: Mapped[list[dict[str, Any]]]
    """Further places of the same duty."""
    correction_id: Mapped[int | None] = mapped_column(index=True)
    """The correction that added it: no task of the paper. Such rows are made anew for the version that goes live."""
    row_key: Mapped[str]
    """What its row is known by, in its version: `correcting.row_keys`, of an added task `correcting.added_key`."""
    row_words: Mapped[str]
    """`correcting.row_words` of the task as printed."""


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


class RelationRow(Base):
    """What a version does to another paper; the columns are the fields of `records.Relation`."""

    __tablename__ = "relations"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = _version_key()
    kind: Mapped[str]
    paper_kind: Mapped[str]
    number: Mapped[str]
    issued: Mapped[date | None]
    part: Mapped[str]
    row: Mapped[str | None]
    task: Mapped[str]
    lead: Mapped[list[str]]
    lead_agencies: Mapped[list[str]]
    deadline: Mapped[dict[str, Any] | None]
    quote: Mapped[str]


class CorrectionRow(Base):
    """What a person changed of a plan's tasks; see `knowledge.correcting`. Nothing is ever taken out of here."""

    __tablename__ = "corrections"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    keys: Mapped[list[str]]
    """Of the row, `correcting.row_keys`; of an added task those of like printed rows, beside which it stands."""
    words: Mapped[str]
    """Folded words of the row, by which it is looked for where it has changed."""
    title: Mapped[str]
    """What the task was called then."""
    field: Mapped[str]
    """Empty where the row as a whole is meant."""
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str]
    made_at: Mapped[datetime]
    made_on: Mapped[date]
    """The day in Việt Nam."""
    made_by: Mapped[int | None]
    """A member's number; 0: the operator at the command line; null: somebody who is erased. So are the others."""
    kept_at: Mapped[datetime | None]
    """When somebody last decided that it holds for another row."""
    kept_by: Mapped[int | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]
