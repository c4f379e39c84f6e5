"""The tables of the processes that serve one database on a server; see `knowledge.store.processes`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.models.base import Base


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
