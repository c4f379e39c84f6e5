"""The outbox: every message about a reminder is a row, the only record that it is to go or went.

    waiting -> sending -> sent
       |          +-----> waiting (to be tried again) -> failed
       +-> cancelled (no longer true)    +-> dropped (too late; a digest tells of it)

A row is unique by recipient, occurrence and name, so planning the same days again adds nothing.
Sessions come from the caller: a row is written in the transaction that gives its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import CursorResult, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.reminders.records import Kind, Planned, Recipient
from knowledge.store.models import OutboxRow

_AT_ONCE = 1_000


class OutboxState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DROPPED = "dropped"


def enqueue(session: Session, planned: Iterable[Planned], now: datetime) -> int:
    """Adds messages that are not there yet; says how many."""
    rows = (_row(each, now) for each in planned)
    added = 0
    while some := list(islice(rows, _AT_ONCE)):
        added += _add(session, some)
    return added


def add_notice(
    session: Session,
    recipient: Recipient,
    name: str,
    payload: dict[str, Any],
    *,
    send_at: datetime,
    now: datetime,
    kind: Kind = Kind.NOTICE,
    occurrence: int = 0,
    agency: str = "",
) -> bool:
    """Adds a message that says what has happened, or a digest; False when it is there already.

    Args:
        name: what makes it one: "digest:2026-11-23", "moved:2026-12-15".
        payload: what it says, for `wording`: {"say": which sentence, ...}.
    """
    values = {
        "recipient": recipient.key,
        "occurrence": occurrence,
        "name": name,
        "kind": kind.value,
        "agency": agency,
        "due_on": None,
        "send_at": send_at,
        "payload": payload,
        "state": OutboxState.WAITING.value,
        "attempts": 0,
        "made_at": now,
    }
    return bool(_add(session, [values]))


def cancel_waiting(
    session: Session, occurrences: Collection[int], reason: str, *, kinds: Collection[Kind] | None = None
) -> None:
    """Takes back what has not gone about these occurrences; notices go all the same unless named."""
    taken = kinds if kinds is not None else [kind for kind in Kind if kind not in {Kind.NOTICE, Kind.DIGEST}]
    numbers = sorted(set(occurrences))
    for at in range(0, len(numbers), _AT_ONCE):
        session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.occurrence.in_(numbers[at : at + _AT_ONCE]),
                OutboxRow.state == OutboxState.WAITING,
                OutboxRow.kind.in_([kind.value for kind in taken]),
            )
            .values(state=OutboxState.CANCELLED.value, reason=reason)
        )


def _row(planned: Planned, now: datetime) -> dict[str, Any]:
    return {
        "recipient": planned.recipient.key,
        "occurrence": planned.occurrence.id,
        "name": planned.step.name,
        "kind": planned.step.kind.value,
        "agency": planned.agency,
        "due_on": planned.occurrence.due_on,
        "send_at": planned.send_at,
        "payload": None,
        "state": OutboxState.WAITING.value,
        "attempts": 0,
        "made_at": now,
    }


def _add(session: Session, rows: list[dict[str, Any]]) -> int:
    dialect = session.get_bind().dialect.name
    making = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = (
        making(OutboxRow).on_conflict_do_nothing() if dialect in {"postgresql", "sqlite"} else insert(OutboxRow)
    )
    result = session.execute(statement.values(rows))
    return result.rowcount if isinstance(result, CursorResult) else 0
