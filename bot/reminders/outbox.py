"""The outbox: every message about a reminder is a row, the only record that it is to go or went.

    waiting -> sending -> sent
       |          +-----> waiting (to be tried again) -> failed
       +-> cancelled (no longer true)    +-> dropped (too late; a digest tells of it)

A row is unique by recipient, occurrence and name, so planning the same days again adds nothing; it only brings
back what was cancelled for a reason that has passed (a task that is open again, a person who is back).
Sessions come from the caller: a row is written in the transaction that gives its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import and_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.reminders.records import Digest, Kind, Planned, Recipient
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


class Reason(StrEnum):
    """Why a message was taken back before it went."""

    DONE = "done"
    REMOVED = "removed"
    """The plan does not ask for it any more."""
    MOVED = "moved"
    """The deadline is another one."""
    RECIPIENT = "recipient"
    """The person is no longer one who is to hear of it."""
    ACKNOWLEDGED = "acknowledged"
    SUPERSEDED = "superseded"
    """A newer message about the same occurrence goes instead."""
    EMPTY = "empty"
    """A digest with nothing left to tell."""
    LATER = "later"
    """The reader put it off."""


_FINAL = (Reason.SUPERSEDED, Reason.LATER, Reason.MOVED)
"""What was taken back for these does not come back."""


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
    return bool(_add(session, [_told(recipient, name, payload, send_at, now, kind, occurrence, agency)]))


def add_digests(session: Session, digests: Iterable[Digest], now: datetime) -> None:
    """Adds digests that are not there yet."""
    rows = (_told(d.recipient, d.name, d.payload, d.send_at, now, Kind.DIGEST, 0, d.agency) for d in digests)
    while some := list(islice(rows, _AT_ONCE)):
        _add(session, some)


def _told(
    recipient: Recipient,
    name: str,
    payload: dict[str, Any],
    send_at: datetime,
    now: datetime,
    kind: Kind,
    occurrence: int,
    agency: str,
) -> dict[str, Any]:
    return {
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


def cancel_waiting(
    session: Session, occurrences: Collection[int], reason: Reason, *, kinds: Collection[Kind] | None = None
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
            .values(state=OutboxState.CANCELLED.value, reason=reason.value)
        )


def retire(session: Session, occurrence: int, due: date) -> None:
    """Ends what was planned and said for a deadline that is no longer this one.

    What has gone keeps its row under another name, so that the new deadline is told of anew.
    """
    cancel_waiting(session, [occurrence], Reason.MOVED)
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.occurrence == occurrence,
            OutboxRow.kind.not_in([Kind.NOTICE.value, Kind.DIGEST.value]),
            OutboxRow.name.not_like("%@%"),
        )
        .values(name=OutboxRow.name + f"@{due.isoformat()}")
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
    making = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Rows are given apart from the statement: it is compiled once, however many they are.
    statement = making(OutboxRow)
    # One comparison each: a list of unknown length cannot be compiled once for many rows.
    passed = and_(*(OutboxRow.reason != reason.value for reason in _FINAL))
    taken_back = and_(OutboxRow.state == OutboxState.CANCELLED.value, passed)
    again = {"state": OutboxState.WAITING.value, "reason": None, "attempts": 0, "due_on": statement.excluded.due_on,
             "send_at": statement.excluded.send_at, "agency": statement.excluded.agency}  # fmt: skip
    key = ["recipient", "occurrence", "name"]
    result = session.connection().execute(
        statement.on_conflict_do_update(index_elements=key, set_=again, where=taken_back), rows
    )
    return result.rowcount
