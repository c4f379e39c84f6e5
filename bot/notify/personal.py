"""What people want to be reminded of on days of their own: set, listed, taken back.

A wish is a row of its own and a row of the outbox, written together; the outbox sends it once, as it does everything
else. Doing the same once more changes nothing: a message that a restart handles again is harmless.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.clock import HANOI, Clock
from bot.notify.claims import AT_ANY_HOUR, PERSONAL
from bot.tracking.outbox import OutboxState, add_notice
from bot.tracking.records import Recipient, ReminderError, RetypeError
from bot.tracking.schedule import morning
from knowledge.store.database import Store
from knowledge.store.models import OutboxRow, PersonalReminderRow
from knowledge.workdays import WorkCalendar

SAY = "personal"
"""The sentence of the message, in the file of texts."""
LONGEST = 300
"""Characters: a few lines on a phone."""
MOST = 50
"""Waiting at once for one person: more is no list that anybody reads."""
FARTHEST = timedelta(days=400)
"""Nobody counts farther ahead than that."""


@dataclass(frozen=True, slots=True)
class PersonalReminder:
    """Something to be reminded of.

    Attributes:
        at: Việt Nam's time.
    """

    id: int
    text: str
    at: datetime


class PersonalReminders:
    """One person sees and changes only their own. Calls block for some milliseconds of disk."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, member: int, text: str, at: datetime, *, at_any_hour: bool) -> PersonalReminder:
        """Reminds `member` at that moment; what is set already is given back as it is.

        Args:
            at_any_hour: it goes in the evening and on days off too.

        Raises:
            ReminderError: too long, too many.
        """
        if len(text) > LONGEST:
            raise RetypeError(f"Xin ghi việc cần nhắc ngắn hơn {LONGEST} ký tự.")
        now = self._clock()
        with self._store.write() as session:
            waiting = _waiting(session, member)
            for row in waiting:
                if (row.text, row.send_at) == (text, at):
                    return _reminder(row)
            if len(waiting) >= MOST:
                raise ReminderError(f"Anh/chị đã có {MOST} lời nhắc riêng; xin bỏ bớt bằng /nhac_rieng trước.")
            row = PersonalReminderRow(member_id=member, text=text, send_at=at, at_any_hour=at_any_hour, made_at=now)
            session.add(row)
            session.flush()
            payload = {"say": SAY, "task": text}
            add_notice(session, Recipient(member), _name(row), payload, send_at=at, now=now)
            return _reminder(row)

    def waiting(self, member: int) -> list[PersonalReminder]:
        """What is still to come, by time."""
        with self._store.read() as session:
            return [_reminder(row) for row in _waiting(session, member)]

    def find(self, member: int, number: int) -> PersonalReminder | None:
        """One of the member's, sent or not; None where there is none."""
        with self._store.read() as session:
            row = session.get(PersonalReminderRow, number)
            return _reminder(row) if row is not None and row.member_id == member else None

    def drop(self, member: int, number: int) -> PersonalReminder | None:
        """Takes one back that has not gone; None where there is none."""
        with self._store.write() as session:
            row = next((each for each in _waiting(session, member) if each.id == number), None)
            if row is None:
                return None
            dropped = _reminder(row)
            whose = OutboxRow.recipient == Recipient(member).key
            session.execute(delete(OutboxRow).where(whose, OutboxRow.occurrence == 0, OutboxRow.name == _name(row)))
            session.delete(row)
            return dropped


def office_hour(day: date, now: datetime, calendar: WorkCalendar) -> datetime | None:
    """When a wish without an hour goes: as offices open that day, or on the working day before a day off.

    Where that is over, on the next working day; None for a working day that has begun.
    """
    at = morning(calendar.previous(day))
    if at <= now and not calendar.is_working(day):
        at = morning(calendar.next_working(day))
    return at if at > now else None


def at_hour(day: date, hour: time) -> datetime:
    """That moment in Việt Nam."""
    return datetime.combine(day, hour, HANOI)


def _waiting(session: Session, member: int) -> list[PersonalReminderRow]:
    names = select(OutboxRow.name).where(
        OutboxRow.recipient == Recipient(member).key,
        OutboxRow.occurrence == 0,
        OutboxRow.state == OutboxState.WAITING.value,
    )
    going = set(session.scalars(names))
    rows = session.scalars(
        select(PersonalReminderRow)
        .where(PersonalReminderRow.member_id == member)
        .order_by(PersonalReminderRow.send_at, PersonalReminderRow.id)
    )
    return [row for row in rows if _name(row) in going]


def _name(row: PersonalReminderRow) -> str:
    return f"{AT_ANY_HOUR if row.at_any_hour else PERSONAL}{row.id}"


def _reminder(row: PersonalReminderRow) -> PersonalReminder:
    return PersonalReminder(row.id, row.text, row.send_at.astimezone(HANOI))
