"""What has changed in the duties of a plan since they were last looked at: written, and told to whom it concerns.

What is compared with what stands in `obligations`; here is what follows from it, all in one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.tracking import outbox
from bot.tracking.audience import Audience
from bot.tracking.outbox import OutboxState, Reason
from bot.tracking.records import Kind, Recipient, State
from knowledge.store.models import DutyRow, OccurrenceRow, OutboxRow, table_of

_LISTED = 500


@dataclass(slots=True)
class Duty:
    """A row of duties; the number is None until it is written."""

    id: int | None
    plan_id: int
    key: str
    title: str
    task_id: int | None
    last_year: int | None
    hour: time | None


@dataclass(slots=True)
class Owed:
    """What is compared of a row of occurrences."""

    id: int
    duty_id: int
    agency: str
    planned_on: date
    due_on: date
    known_on: date
    previous_on: date | None
    next_on: date | None
    recurring: bool
    state: str
    is_done: bool


DUTY = tuple(getattr(DutyRow, each.name) for each in fields(Duty))
OWED = (*(getattr(OccurrenceRow, each.name) for each in fields(Owed)[:-1]), OccurrenceRow.done_at.is_not(None))
"""Columns that make a `Duty` and an `Owed`."""
_DUTIES, _OCCURRENCES = table_of(DutyRow), table_of(OccurrenceRow)


@dataclass
class Changes:
    """What is to be written and told of a plan; rows as they are to be."""

    duties: list[Duty] = field(default_factory=list)
    new: list[tuple[Duty, dict[str, Any]]] = field(default_factory=list)
    changed: dict[int, Owed] = field(default_factory=dict)
    cancelled: list[Owed] = field(default_factory=list)
    moved: list[tuple[Owed, date]] = field(default_factory=list)
    merged: list[int] = field(default_factory=list)
    """Occurrences of an agency whose successor owes the same already."""
    titles: dict[int | None, str] = field(default_factory=dict)
    """Of duties."""
    compared: int = 0
    """Occurrences that there are."""
    open: int = 0
    """Of them those that were owed and not done."""

    @property
    def size(self) -> int:
        """Rows to be written, about."""
        return len(self.duties) + len(self.new) + len(self.changed)


def write(session: Session, changes: Changes) -> None:
    """Writes them; new duties have their numbers then."""
    connection = session.connection()
    for duty in changes.duties:
        values = asdict(duty)
        if duty.id is None:
            del values["id"]
            made = connection.execute(_DUTIES.insert().values(**values)).inserted_primary_key
            duty.id = made[0] if made else None
        else:
            connection.execute(_DUTIES.update().where(_DUTIES.c.id == duty.id), values)
    if changes.new:
        connection.execute(_OCCURRENCES.insert(), [{"duty_id": duty.id, **row} for duty, row in changes.new])
    if changes.changed:
        kept = {"id", "duty_id", "is_done"}
        statement = _OCCURRENCES.update().where(_OCCURRENCES.c.id == bindparam("number"))
        statement = statement.values(
            {each.name: bindparam(each.name) for each in fields(Owed) if each.name not in kept}
        )
        rows = [asdict(row) | {"number": row.id} for _, row in sorted(changes.changed.items())]
        connection.execute(statement, rows)


def tell(session: Session, changes: Changes, plan: str, audience: Audience, now: datetime) -> None:
    """Tells whom they concern, and takes back what is no longer true.

    Args:
        plan: what it is called.
    """
    _tell_removed(session, changes, plan, now)
    _tell_moved(session, changes, plan, audience, now)
    _tell_past(session, changes, plan, audience, now)


def _tell_removed(session: Session, changes: Changes, plan: str, now: datetime) -> None:
    """One notice for each duty to whoever had been reminded of it."""
    rows = {row.id: row for row in changes.cancelled}
    told: dict[tuple[str, int], Owed] = {}
    for recipient, number in _reminded(session, [*rows]):
        told.setdefault((recipient, rows[number].duty_id), rows[number])
    for (recipient, duty), row in told.items():
        payload = {"say": "reminder_removed", "title": changes.titles[duty], "plan": plan, "agency": row.agency,
                   "due": row.due_on.isoformat()}  # fmt: skip
        outbox.add_notice(
            session,
            Recipient.of(recipient),
            f"removed:{duty}:{now.date()}",
            payload,
            send_at=now,
            now=now,
            agency=row.agency,
        )
    outbox.cancel_waiting(session, [*rows, *changes.merged], Reason.REMOVED)


def _reminded(session: Session, occurrences: Sequence[int]) -> Iterable[tuple[str, int]]:
    """Recipients and occurrences of messages that went; the earliest occurrence first."""
    sent = [
        row
        for at in range(0, len(occurrences), _LISTED)
        for row in session.execute(
            select(OutboxRow.due_on, OutboxRow.id, OutboxRow.recipient, OutboxRow.occurrence).where(
                OutboxRow.occurrence.in_(occurrences[at : at + _LISTED]),
                OutboxRow.state == OutboxState.SENT,
                OutboxRow.kind != Kind.NOTICE,
            )
        )
    ]
    return [
        (recipient, number) for _, _, recipient, number in sorted(sent, key=lambda row: (row[0] or date.min, row[1]))
    ]


def _tell_moved(session: Session, changes: Changes, plan: str, audience: Audience, now: datetime) -> None:
    """Every owner hears of a moved deadline; of a recurring duty once."""
    told: set[tuple[int, str]] = set()
    for row, was in changes.moved:
        outbox.retire(session, row.id, was)
        if row.state != State.OPEN or (row.recurring and (row.duty_id, row.agency) in told):
            continue
        told.add((row.duty_id, row.agency))
        payload = {"say": "reminder_moved", "title": changes.titles[row.duty_id], "plan": plan, "agency": row.agency,
                   "was": was.isoformat(), "due": row.due_on.isoformat()}  # fmt: skip
        for recipient in audience.hearing(row.agency, duty=row.duty_id):
            name = f"moved:{row.due_on}:{now.date()}"
            outbox.add_notice(
                session, recipient, name, payload, send_at=now, now=now, occurrence=row.id, agency=row.agency
            )


def _tell_past(session: Session, changes: Changes, plan: str, audience: Audience, now: datetime) -> None:
    """One summary to whoever owes what was over before the plan was known."""
    # Nobody is told of days before they were let in, nor who wants to hear nothing.
    counted = Counter(
        (recipient, duty.plan_id)
        for duty, row in changes.new
        if row["due_on"] < row["known_on"]
        for recipient in audience.hearing(row["agency"])
        if audience.since(recipient) <= row["known_on"]
    )
    for (recipient, number), count in counted.items():
        payload = {"say": "reminder_past", "plan": plan, "plan_id": number, "count": count}
        outbox.add_notice(
            session, recipient, f"past:{number}:{now.date()}", payload, send_at=now, now=now, kind=Kind.DIGEST
        )
