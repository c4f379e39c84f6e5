"""Rows of the outbox on their way: claimed with a lease, marked sent or failed, put back.

One claim is one message: the recipient whose row is due first, with all that is due to the
same one (several items of one morning go joined); digests, requests to be decided and what people want to be
reminded of at an hour of their own go each by itself, summaries of newly loaded plans together.
Of two workers, of whatever machine, only one gets a row: writers are let in one at a time, and PostgreSQL skips what
is locked by other means. A worker that died loses its rows when the lease ends.

While a row waits, `lease_until` is the moment before which it is not tried again.
Sessions come from the caller; `claim` wants a writing one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Row, Select, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from bot.tracking.outbox import OutboxState
from bot.tracking.records import Kind
from knowledge.store.models import OutboxRow

LEASE = timedelta(seconds=60)
"""How long a claimed row is nobody else's; a send that takes longer renews it."""
MOST = 30
"""Items in one message; more than that go in a second one."""
_ROWS = 2_000
"""Rows claimed for one recipient at once: all that one person can be due, so that what belongs together is seen
together; it becomes `MOST` items, and the rest is put back."""
LONGEST_HOLD = timedelta(hours=2)
"""A row is never held longer; a moment beyond it was written by a clock that was ahead."""
PERSONAL = "personal:"
"""What somebody wants to be reminded of, in office hours."""
AT_ANY_HOUR = "hour:"
"""The same at an hour that was said: it goes then, in the evening and on days off too."""
_BY_ITSELF = ("extension:", PERSONAL, AT_ANY_HOUR)
SUMMARY = "past:"
"""What was over when a plan came: of several plans loaded together one message tells."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a batch; see `OutboxRow`.

    Attributes:
        attempts: how often it was claimed, this time included.
    """

    id: int
    occurrence: int
    name: str
    agency: str
    due_on: date | None
    send_at: datetime
    payload: dict[str, Any] | None
    kind: Kind
    attempts: int

    @property
    def alone(self) -> bool:
        """It is a message of its own, never joined with others; summaries are with each other."""
        return self.kind is Kind.DIGEST or self.name.startswith(_BY_ITSELF)


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes to one recipient in one message.

    Attributes:
        recipient: its key (`Recipient.key`).
        items: by the moment at which they were to go.
    """

    recipient: str
    items: tuple[Item, ...]
    worker: str

    @property
    def ids(self) -> tuple[int, ...]:
        """The rows."""
        return tuple(item.id for item in self.items)


def has_due(session: Session, now: datetime, lease: timedelta = LEASE, *, in_hours: bool = True) -> bool:
    """Whether there is anything to claim: a read, so that an idle worker writes nothing."""
    moments = _moments(now, lease, (), in_hours=in_hours)
    return any(session.scalar(each, moments) is not None for each in (_ANY_LOST, _ANY_DUE))


def claim(
    session: Session,
    now: datetime,
    worker: str,
    *,
    lease: timedelta = LEASE,
    busy: Collection[str] = (),
    in_hours: bool = True,
) -> Batch | None:
    """The message that is due first, now this worker's; None when there is none.

    Args:
        worker: a name that no other process has.
        busy: recipients whom this worker is writing to: their next message waits, whatever the clock says.
        in_hours: outside office hours only what goes at any hour is claimed.
    """
    moments = _moments(now, lease, busy, in_hours=in_hours)
    recipient = session.scalar(_FIRST_LOST, moments) or session.scalar(_FIRST_FREE, moments)
    if recipient is None:
        return None
    rows = session.execute(_ROWS_OF, {**moments, "recipient": recipient})
    items = _together([_item(row) for row in rows])
    batch = Batch(recipient, items, worker)
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(batch.ids))
        .values(
            state=OutboxState.SENDING.value, worker=worker, lease_until=now + lease, attempts=OutboxRow.attempts + 1
        )
        .execution_options(synchronize_session=False)
    )
    return batch


def renew(session: Session, batch: Batch, now: datetime, lease: timedelta = LEASE) -> bool:
    """Keeps what is still being sent; False when another worker has it."""
    return _change(session, batch, batch.ids, lease_until=now + lease)


def mark_sent(session: Session, batch: Batch, channel: str, message: str, now: datetime) -> bool:
    """The platform took it. False when it was another worker's meanwhile.

    Args:
        message: the platform's id of it.
    """
    return _change(
        session, batch, batch.ids, state=OutboxState.SENT.value, channel=channel, message=message, sent_at=now,
        reason=None, lease_until=None,
    )  # fmt: skip


def mark_failed(session: Session, batch: Batch, reason: str) -> bool:
    """It cannot be delivered; `reason` is for administrators to read."""
    return _change(session, batch, batch.ids, state=OutboxState.FAILED.value, reason=reason, lease_until=None)


def put_back(
    session: Session,
    batch: Batch,
    at: datetime,
    reason: str,
    *,
    ids: Collection[int] | None = None,
    tried: bool = True,
) -> bool:
    """It is to be tried again from `at` on.

    Args:
        ids: only these rows of the batch.
        tried: counts as an attempt.
    """
    attempts = {} if tried else {"attempts": OutboxRow.attempts - 1}
    return _change(
        session, batch, batch.ids if ids is None else ids,
        state=OutboxState.WAITING.value, lease_until=at, reason=reason, **attempts,
    )  # fmt: skip


def settle(session: Session, batch: Batch, ids: Collection[int], state: OutboxState, reason: str) -> bool:
    """Rows that need not go: cancelled, or dropped, and why."""
    return _change(session, batch, ids, state=state.value, reason=reason, lease_until=None)


def _change(session: Session, batch: Batch, ids: Collection[int], **values: Any) -> bool:
    """Changes rows that are still this worker's."""
    result = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids), OutboxRow.state == OutboxState.SENDING.value, OutboxRow.worker == batch.worker)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and bool(result.rowcount)


def _moments(now: datetime, lease: timedelta, busy: Collection[str], *, in_hours: bool) -> dict[str, Any]:
    """The values of the statements below."""
    names = "%" if in_hours else f"{AT_ANY_HOUR}%"
    return {"now": now, "held": now + LONGEST_HOLD, "leased": now + 2 * lease, "busy": [*busy], "names": names}


def _first(wanted: ColumnElement[bool]) -> Select[str]:
    """The recipient of the row that is to go first."""
    return select(OutboxRow.recipient).where(wanted).order_by(OutboxRow.send_at, OutboxRow.id).limit(1)


# Made once: every message asks all of them, and making a statement takes longer than running it.
_NOW, _HELD, _LEASED = (bindparam(name, type_=OutboxRow.send_at.type) for name in ("now", "held", "leased"))
_IDLE = OutboxRow.recipient.not_in(bindparam("busy", expanding=True))
_NAMED = OutboxRow.name.like(bindparam("names"))
_DUE = and_(
    OutboxRow.state == OutboxState.WAITING.value,
    OutboxRow.send_at <= _NOW,
    # Held longer than anything is: the clock was moved back since.
    or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until <= _NOW, OutboxRow.lease_until > _HELD),
    _NAMED,
)
_LOST = and_(
    OutboxRow.state == OutboxState.SENDING.value,
    or_(OutboxRow.lease_until <= _NOW, OutboxRow.lease_until > _LEASED),
    _NAMED,
)
"""Rows whose worker is gone: their lease has ended, or is longer than any can be (the clock was moved back)."""
_WRITTEN_TO = select(OutboxRow.recipient).where(
    OutboxRow.state == OutboxState.SENDING.value, OutboxRow.lease_until.between(_NOW, _LEASED)
)
"""Those to whom some worker is writing: messages to one person come one after the other."""
_ANY_DUE = _first(_DUE)
_ANY_LOST = _first(and_(_LOST, _IDLE))
_FIRST_LOST = _ANY_LOST.with_for_update(skip_locked=True)
_FIRST_FREE = _first(and_(_DUE, _IDLE, OutboxRow.recipient.not_in(_WRITTEN_TO))).with_for_update(skip_locked=True)
_ROWS_OF = (
    select(
        OutboxRow.id,
        OutboxRow.occurrence,
        OutboxRow.name,
        OutboxRow.agency,
        OutboxRow.due_on,
        OutboxRow.send_at,
        OutboxRow.payload,
        OutboxRow.kind,
        OutboxRow.attempts,
    )
    .where(OutboxRow.recipient == bindparam("recipient"), or_(_LOST, _DUE))
    .order_by(OutboxRow.send_at, OutboxRow.id)
    .limit(_ROWS)
    .with_for_update(skip_locked=True)
)


def _together(items: Sequence[Item]) -> tuple[Item, ...]:
    """Of one recipient's due rows those that make the next message."""
    if items[0].name.startswith(SUMMARY):
        return tuple(item for item in items if item.name.startswith(SUMMARY))
    if items[0].alone:
        return (items[0],)
    return tuple(item for item in items if not item.alone)


def _item(row: Row[Any]) -> Item:
    return Item(
        row.id,
        row.occurrence,
        row.name,
        row.agency,
        row.due_on,
        row.send_at,
        row.payload,
        Kind(row.kind),
        row.attempts + 1,
    )


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that could not be delivered.

    Attributes:
        reason: codes, `digests.Digests.why` words them: "telegram:blocked zalo_oa:window".
    """

    id: int
    recipient: str
    occurrence: int
    name: str
    send_at: datetime
    reason: str


def find_failed(session: Session, since: datetime) -> list[Failed]:
    """What was to go since then and could not, the latest first."""
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.state == OutboxState.FAILED.value, OutboxRow.send_at >= since)
        .order_by(OutboxRow.send_at.desc(), OutboxRow.id.desc())
    )
    return [Failed(row.id, row.recipient, row.occurrence, row.name, row.send_at, row.reason or "") for row in rows]
