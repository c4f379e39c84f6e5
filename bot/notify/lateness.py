"""Are reminders late: what was to go in office hours and has not, whatever the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.tracking.outbox import OutboxState
from bot.tracking.records import EVENING
from bot.tracking.rules import load_calendar
from bot.tracking.schedule import morning
from knowledge.store.models import OutboxRow
from knowledge.workdays import WorkCalendar

LATE = timedelta(minutes=30)
"""Of office hours; messages to many go within minutes, and one that is planned late has been made late, too."""
_READERS = ("hours", "talk")
"""Why a message waits for its reader: their own hours, a talk they are in the middle of."""
_UNSENT = (OutboxState.WAITING.value, OutboxState.SENDING.value)


@dataclass(frozen=True, slots=True)
class Unsent:
    """Messages that should have gone.

    Attributes:
        since: when the first of them was to go.
    """

    count: int
    since: datetime


def find_unsent(session: Session, now: datetime) -> Unsent | None:
    """What is late by now; None where nothing is."""
    before = _last_open(now.astimezone(HANOI), load_calendar(session)) - LATE
    late = (
        OutboxRow.state.in_(_UNSENT),
        OutboxRow.send_at < before,
        OutboxRow.made_at < before,
        ~waits_for_reader(before),
    )
    count, since = session.execute(select(func.count(), func.min(OutboxRow.send_at)).where(*late)).one()
    return Unsent(count, since) if count else None


def waits_for_reader(moment: datetime) -> ColumnElement[bool]:
    """Whether a message was to wait for its reader then, still."""
    return and_(OutboxRow.reason.is_not(None), OutboxRow.reason.in_(_READERS), OutboxRow.lease_until > moment)


def _last_open(now: datetime, calendar: WorkCalendar) -> datetime:
    """The last moment of office hours, of which the first half hour of a day is none yet: all go then."""
    day = now.date()
    if calendar.is_working(day) and now >= morning(day) + LATE:
        return min(now, _evening(day))
    return _evening(calendar.previous(day - timedelta(days=1)))


def _evening(day: date) -> datetime:
    return datetime.combine(day, EVENING, HANOI)
