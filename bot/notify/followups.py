"""Messages that delivery itself brings about: what was missed, and what could not be delivered.

Each is one digest a day and recipient; what is added before it goes is told in the same one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.notify.claims import Batch
from bot.people.rows import admin_ids
from bot.tracking.outbox import OutboxState, add_notice
from bot.tracking.records import Kind, Recipient
from bot.tracking.schedule import morning
from knowledge.store.models import OutboxRow
from knowledge.workdays import WorkCalendar

UNDELIVERED = "undelivered"
MISSED = "missed"


def tell_missed(session: Session, recipient: Recipient, occurrences: Collection[int], now: datetime) -> None:
    """The recipient hears at once, and once, of reminders that were too late to be sent."""
    _add(session, recipient, MISSED, now.astimezone(HANOI).date(), occurrences, now, now)


def tell_undelivered(session: Session, batch: Batch, now: datetime, calendar: WorkCalendar) -> None:
    """Administrators hear next morning; not of such a digest itself, or it would never end."""
    rows = [item.id for item in batch.items if not item.name.startswith(f"{UNDELIVERED}:")]
    if not rows:
        return
    day = calendar.next_working(now.astimezone(HANOI).date() + timedelta(days=1))
    for member in session.scalars(admin_ids()).all():
        _add(session, Recipient(member), UNDELIVERED, day, rows, morning(day), now)


def _add(
    session: Session,
    recipient: Recipient,
    say: str,
    day: date,
    ids: Collection[int],
    send_at: datetime,
    now: datetime,
) -> None:
    """Into the digest of that day that waits, or a new one."""
    for number in count(1):
        name = f"{say}:{day}" if number == 1 else f"{say}:{day}:{number}"
        row = session.scalar(
            select(OutboxRow).where(
                OutboxRow.recipient == recipient.key, OutboxRow.occurrence == 0, OutboxRow.name == name
            )
        )
        if row is None:
            payload = {"say": say, "ids": sorted(ids)}
            add_notice(session, recipient, name, payload, send_at=send_at, now=now, kind=Kind.DIGEST)
            return
        if row.state == OutboxState.WAITING.value:
            known = (row.payload or {}).get("ids", [])
            row.payload = {"say": say, "ids": sorted({*known, *ids})}
            session.flush()
            return
