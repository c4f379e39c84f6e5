"""The organisation's own agencies and abbreviations, and who changed them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.models.base import Base


class OwnAgencyRow(Base):
    """An agency as an administrator keeps it; see `knowledge.agencies.own.OwnAgency`."""

    __tablename__ = "own_agencies"

    name: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str]
    short: Mapped[list[str]]
    groups: Mapped[list[str]]
    successor: Mapped[str]
    successor_from: Mapped[date | None]
    edition: Mapped[int]
    """That of the change that made it so: who changes it on says which one was seen."""
    set_at: Mapped[datetime]
    set_by: Mapped[int | None]
    """A member's number; 0: the operator at the command line; null: somebody who is erased. So are the others."""


class AbbreviationRow(Base):
    """A short form and the words that it stands for."""

    __tablename__ = "abbreviations"

    folded: Mapped[str] = mapped_column(primary_key=True)
    short: Mapped[str]
    """As it was typed."""
    words: Mapped[str]
    edition: Mapped[int]
    set_at: Mapped[datetime]
    set_by: Mapped[int | None]


class NamingChangeRow(Base):
    """One change of those two tables. Nothing is ever taken out of here."""

    __tablename__ = "naming_changes"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]
    kind: Mapped[str]
    name: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
