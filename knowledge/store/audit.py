"""One history of everything that people change: who, when, what; written in the transaction of the change itself.

Nothing is ever taken out of it. People are numbers, so that nothing personal stays when one is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from knowledge.store.database import Store
from knowledge.store.models import AuditRow

OPERATOR = 0
"""Who acts at the command line."""
UNKNOWN = -1
"""Somebody who acted before it was kept who."""


def by_client(client: int) -> int:
    """Who acts where another system does, by its number: clients stand below `UNKNOWN`."""
    return UNKNOWN - client


def client_of(by: int) -> int | None:
    """The number of the other system that acted; None where it was none."""
    return UNKNOWN - by if by < UNKNOWN else None


class AuditKind(StrEnum):
    """What was changed."""

    PEOPLE = "people"
    PLAN = "plan"
    CORRECTION = "correction"
    REMINDER = "reminder"
    GOLDEN = "golden"
    AGENCY = "agency"


class PlanChange(StrEnum):
    """What was done to a plan, or to the row of one; the subject is the version, or the correction's number."""

    LOADED = "loaded"
    """The detail is the file's name."""
    ACTIVATED = "activated"
    ACTIVATED_AS_SET = "activated_as_set"
    """At a set time, in the name of who set it."""
    ROLLED_BACK = "rolled_back"
    """The subject is the version that is live again."""
    WITHDRAWN = "withdrawn"
    """The detail is the reason."""
    DISCARDED = "discarded"
    SWITCH_SET = "switch_set"
    """The detail is the moment for which activating was set."""
    SWITCH_CANCELLED = "switch_cancelled"
    SWITCH_VOID = "switch_void"
    """Nothing was activated at the set time, as the draft was not there any more."""
    CORRECTION_MADE = "correction_made"
    CORRECTION_KEPT = "correction_kept"
    CORRECTION_UNDONE = "correction_undone"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change.

    Attributes:
        by: a member's number, `OPERATOR`, `UNKNOWN`, or another system (`client_of`).
        action: a value of `PlanChange`, of `bot.people.records.Change`, or of another part's own.
        subject: a member's number, that of a version within its plan, of a correction...; by the kind.
    """

    id: int
    at: datetime
    by: int
    kind: AuditKind
    action: str
    plan_id: int | None
    subject: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are asked for; None: whichever.

    Attributes:
        since, until: moments, the first one and the one after the last.
    """

    by: int | None = None
    kind: AuditKind | None = None
    plan_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def record(
    session: Session,
    kind: AuditKind,
    action: str,
    *,
    by: int | None,
    now: datetime,
    plan_id: int | None = None,
    subject: int | None = None,
    detail: str = "",
) -> None:
    """Writes a change down.

    Args:
        by: a member's number; 0 or None for the operator at the command line; another system (`by_client`).
        detail: roles, agencies, counts, reasons; never a person's name, account or words about one.
    """
    session.add(
        AuditRow(
            at=now, by=by or None, action=action, kind=kind.value, plan_id=plan_id, subject=subject, detail=detail
        )
    )


def list_changes(store: Store, wanted: Wanted, *, limit: int, skip: int = 0) -> tuple[list[Entry], int]:
    """The latest changes, newest first, with how many there are in all."""
    only = _conditions(wanted)
    with store.read() as session:
        total = session.scalar(select(func.count()).select_from(AuditRow).where(*only)) or 0
        rows = session.scalars(
            select(AuditRow).where(*only).order_by(AuditRow.at.desc(), AuditRow.id.desc()).limit(limit).offset(skip)
        )
        return [_entry(row) for row in rows], total


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    only: list[ColumnElement[bool]] = []
    if wanted.by is not None:
        only.append(AuditRow.by.is_(None) if wanted.by == OPERATOR else AuditRow.by == wanted.by)
    if wanted.kind is not None:
        only.append(AuditRow.kind == wanted.kind.value)
    if wanted.plan_id is not None:
        only.append(AuditRow.plan_id == wanted.plan_id)
    if wanted.since is not None:
        only.append(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        only.append(AuditRow.at < wanted.until)
    return only


def _entry(row: AuditRow) -> Entry:
    return Entry(
        row.id, row.at, row.by or OPERATOR, AuditKind(row.kind), row.action, row.plan_id, row.subject, row.detail
    )
