"""The outbox: every message about a reminder is a row, the only record that it is to go or went.

    waiting -> sending -> sent
       |          +-----> waiting (to be tried again) -> failed -> waiting (an administrator has it go once more)
       +-> cancelled (no longer true)    +-> dropped (too late; a digest tells of it)

A row is unique by recipient, occurrence and name, so planning the same days again adds nothing; it only brings
back what was cancelled for a reason that has passed (a task that is open again, a person who is back).
Sessions come from the caller: a row is written in the transaction that gives its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, literal_column, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.tracking.records import Digest, Kind, Planned, Recipient, Step
from knowledge.store.models import OutboxRow

Key = tuple[str, int, str]
"""What a message is known by: recipient, occurrence, name."""
_AT_ONCE = 1_000
_MINUTE = timedelta(minutes=1)
"""What a pass at a moment has sent was sent some moments later."""


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
    """The person is not one who is to hear of it, or not any more: the agency has received it, for one."""
    SUPERSEDED = "superseded"
    """A newer message about the same occurrence goes instead."""
    CALENDAR = "calendar"
    """Working days were corrected or the reader has other days, and it goes on no day any more, or not yet."""
    EMPTY = "empty"
    """A digest with nothing left to tell."""
    LATER = "later"
    """The reader put it off."""


SENT_AGAIN = "message_again"
"""In the history: an administrator had a failed message go once more; the subject is its number."""
_GIVEN_UP = (OutboxState.FAILED.value, OutboxState.DROPPED.value)
_LAID_OUT = ("digest", "unowned", "followed", "checkin", "undated")
"""Digests that planning makes for a day."""
_FINAL = (Reason.SUPERSEDED, Reason.LATER, Reason.MOVED)
"""What was taken back for these does not come back."""


def enqueue(session: Session, planned: Iterable[Planned], now: datetime) -> int:
    """Adds messages that are not there yet; says how many."""
    rows = (_row(each, now) for each in planned)
    added = 0
    while some := list(islice(rows, _AT_ONCE)):
        added += _add(session, some)
    return added


def find_missing(session: Session, planned: Iterable[Planned]) -> list[Planned]:
    """Those that `enqueue` would add or bring back."""
    planned, missing = iter(planned), list[Planned]()
    gone = and_(OutboxRow.state == OutboxState.CANCELLED, _may_come_back())
    while some := list(islice(planned, _AT_ONCE)):
        wanted = OutboxRow.occurrence.in_({each.occurrence.id for each in some})
        rows = session.execute(select(OutboxRow.recipient, OutboxRow.occurrence, OutboxRow.name).where(wanted, ~gone))
        there = {tuple(row) for row in rows}
        missing += [each for each in some if (each.recipient.key, each.occurrence.id, each.step.name) not in there]
    return missing


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
    rows = [_told(d.recipient, d.name, d.payload, d.send_at, now, Kind.DIGEST, 0, d.agency) for d in digests]
    if rows:
        _add(session, rows)


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


def take_back_planned(session: Session, now: datetime, recipient: Recipient | None = None) -> None:
    """Takes back all that planning has laid out for later; planning the days anew brings back what still holds.

    What readers have put off, and notices, stay as they are.

    Args:
        recipient: only what this one is to hear.
    """
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.state == OutboxState.WAITING,
            OutboxRow.send_at > now,
            OutboxRow.attempts == 0,
            *([OutboxRow.recipient == recipient.key] if recipient else []),
            or_(
                and_(OutboxRow.occurrence > 0, OutboxRow.kind != Kind.NOTICE, OutboxRow.name.not_like("later:%")),
                *(OutboxRow.name.like(f"{sort}:%") for sort in _LAID_OUT),
            ),
        )
        .values(state=OutboxState.CANCELLED.value, reason=Reason.CALENDAR.value)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class PutOff:
    """A reminder that waits: its reader has put it off, or it is late."""

    recipient: str
    occurrence: int
    step: Step
    send_at: datetime
    agency: str


def find_taken_back(session: Session, first: datetime) -> list[int]:
    """Numbers of the rows from `first` on that `take_back_planned` has taken back, now or before."""
    taken = OutboxRow.state == OutboxState.CANCELLED, OutboxRow.reason == Reason.CALENDAR, OutboxRow.send_at >= first
    return list(session.scalars(select(OutboxRow.id).where(*taken)))


def find_late(session: Session, recipients: Collection[str], first: datetime, before: datetime) -> list[PutOff]:
    """Reminders for these that were to go from `first` on, before a moment, and wait still; not those to helpers."""
    rows = session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.recipient.in_(recipients),
            OutboxRow.state == OutboxState.WAITING,
            OutboxRow.send_at >= first,
            OutboxRow.send_at < before,
            OutboxRow.occurrence > 0,
            OutboxRow.kind.not_in([Kind.NOTICE.value, Kind.DIGEST.value]),
            OutboxRow.name != "help",
        )
        .order_by(OutboxRow.send_at, OutboxRow.id)
    )
    return [_waiting(row) for row in rows]


def find_put_off(session: Session, first: datetime, before: datetime) -> list[PutOff]:
    """What readers have put off to a moment from `first` on."""
    rows = session.scalars(
        select(OutboxRow).where(
            OutboxRow.state == OutboxState.WAITING,
            OutboxRow.send_at >= first,
            OutboxRow.send_at < before,
            OutboxRow.name.like("later:%"),
        )
    )
    return [_waiting(row) for row in rows]


def _waiting(row: OutboxRow) -> PutOff:
    at = row.send_at.astimezone(HANOI)
    return PutOff(row.recipient, row.occurrence, Step(Kind(row.kind), row.name, at.date()), at, row.agency)


def find_gone(session: Session, first: datetime, before: datetime, now: datetime) -> set[Key]:
    """What was to go from `first` on and has gone by `now`, or will not go any more."""
    rows = session.execute(
        select(OutboxRow.recipient, OutboxRow.occurrence, OutboxRow.name).where(
            OutboxRow.send_at >= first,
            OutboxRow.send_at < before,
            or_(
                OutboxRow.sent_at < now + _MINUTE,
                and_(OutboxRow.state.in_(_GIVEN_UP), OutboxRow.send_at <= now),
                and_(OutboxRow.state == OutboxState.CANCELLED, OutboxRow.reason.in_([each.value for each in _FINAL])),
            ),
        )
    )
    return {(recipient, occurrence, name) for recipient, occurrence, name in rows}


def queue_again(session: Session, number: int) -> bool:
    """Has a failed message tried anew, as if for the first time; False when it is not failed any more."""
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == number, OutboxRow.state == OutboxState.FAILED)
        .values(state=OutboxState.WAITING.value, attempts=0, reason=None, lease_until=None, worker=None)
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and bool(result.rowcount)


def put_off(session: Session, numbers: Sequence[int], until: datetime) -> None:
    """Of these rows those that wait go at `until`, if they were to go before."""
    for at in range(0, len(numbers), _AT_ONCE):
        session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.id.in_(numbers[at : at + _AT_ONCE]),
                OutboxRow.state == OutboxState.WAITING,
                OutboxRow.send_at < until,
            )
            .values(send_at=until)
            .execution_options(synchronize_session=False)
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
        "made_at": now,
    }


def _add(session: Session, rows: list[dict[str, Any]]) -> int:
    making = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Rows are given apart from the statement, what all have stands in it: it is compiled once, however many they are.
    statement = making(OutboxRow).values(state=literal_column(f"'{OutboxState.WAITING.value}'"), attempts=text("0"))
    taken_back = and_(OutboxRow.state == OutboxState.CANCELLED.value, _may_come_back())
    again = {"state": OutboxState.WAITING.value, "reason": None, "attempts": 0, "due_on": statement.excluded.due_on,
             "send_at": statement.excluded.send_at, "agency": statement.excluded.agency}  # fmt: skip
    key = ["recipient", "occurrence", "name"]
    result = session.connection().execute(
        statement.on_conflict_do_update(index_elements=key, set_=again, where=taken_back), rows
    )
    return result.rowcount


def _may_come_back() -> ColumnElement[bool]:
    # One comparison each: a list of unknown length cannot be compiled once for many rows.
    return and_(*(OutboxRow.reason != reason.value for reason in _FINAL))
