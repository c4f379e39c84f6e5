"""The ledger of messages: by day and person what was sent, by which channel, failed and why, tried again, answered.

It is read out of the outbox and of what people have answered; for administrators only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from bot.clock import HANOI, Clock
from bot.people.rows import check_admin
from bot.tracking.outbox import OutboxState
from bot.tracking.records import Kind
from bot.tracking.rows import find_occurrences
from bot.tracking.schedule import morning
from knowledge.store.database import Store
from knowledge.store.models import ExtensionRow, MemberRow, OccurrenceRow, OutboxRow

DAYS = 14
"""How far back days are listed."""
_SHOWN = (OutboxState.SENT, OutboxState.FAILED, OutboxState.DROPPED, OutboxState.SENDING, OutboxState.WAITING)
_DAY = timedelta(days=1)
_LATE = timedelta(days=14)
"""What was to go longer ago is not sent any more, but for notices."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody was to be told.

    Attributes:
        id: of the message.
        title: what it is about; empty for a digest.
        at: when it went; when it was to go, where it has not.
        state: of the outbox: `WAITING` where it is to be tried again.
        channel: by which it went; empty where it has not.
        reason: why it failed or waits, as delivery noted it (`reasons`).
        attempts: how often it was tried.
        answered_at: when the reader first answered it; None where nobody has.
    """

    id: int
    title: str
    kind: Kind
    due_on: date | None
    at: datetime
    state: OutboxState
    channel: str
    reason: str
    attempts: int
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """What one person or group chat was told on one day.

    Attributes:
        key: of the recipient (`Recipient.key`).
        name: empty for somebody who is gone, and for a group chat.
    """

    key: str
    name: str
    agency: str
    entries: tuple[Entry, ...]

    @property
    def sent(self) -> int:
        """How many things went."""
        return sum(each.state is OutboxState.SENT for each in self.entries)

    @property
    def failed(self) -> int:
        """How many could not."""
        return sum(each.state in (OutboxState.FAILED, OutboxState.DROPPED) for each in self.entries)

    @property
    def answered(self) -> int:
        """How many were answered."""
        return sum(each.answered_at is not None for each in self.entries)


class Ledger:
    """See the module. Calls block for some milliseconds of disk."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def days(self, by: int) -> list[tuple[date, int, int]]:
        """The days on which something was to go, the latest first; with how much went and how much could not.

        Raises:
            NotAllowedError: no administrator.
        """
        today = self._clock().astimezone(HANOI).date()
        with self._store.read() as session:
            check_admin(session, by)
            found = []
            for day in (today - back * _DAY for back in range(DAYS)):
                counted = dict[str, int]()
                for state, count in session.execute(
                    select(OutboxRow.state, func.count()).where(*_of(day)).group_by(OutboxRow.state)
                ):
                    counted[state] = count
                sent = counted.get(OutboxState.SENT, 0)
                failed = counted.get(OutboxState.FAILED, 0) + counted.get(OutboxState.DROPPED, 0)
                if sent or failed:
                    found.append((day, sent, failed))
            return found

    def accounts(self, by: int, day: date, key: str | None = None) -> list[Account]:
        """What everybody was told on a day: first those whom something did not reach, then by name.

        Args:
            key: only this recipient.

        Raises:
            NotAllowedError: no administrator.
        """
        now = self._clock()
        with self._store.read() as session:
            check_admin(session, by)
            wanted = select(OutboxRow).where(*_of(day), OutboxRow.send_at <= now).order_by(OutboxRow.id)
            if key is not None:
                wanted = wanted.where(OutboxRow.recipient == key)
            rows = session.scalars(wanted).all()
            answers = _answers(session, rows)
            titles = {each.id: each.title for each in find_occurrences(session, _numbers(rows)).values()}
            names = {row.id: (row.name, row.agency) for row in session.scalars(select(MemberRow))}
            told: dict[str, list[OutboxRow]] = defaultdict(list)
            for row in rows:
                told[row.recipient].append(row)
            accounts = [_account(key, own, names, titles, answers) for key, own in told.items()]
        return sorted(accounts, key=lambda each: (not each.failed, each.agency, each.name, each.key))


def _of(day: date) -> tuple[ColumnElement[bool], ...]:
    """What went on a day, and what was to go on it and has not."""
    first, after = morning(day, time()), morning(day + _DAY, time())
    sent = OutboxRow.state == OutboxState.SENT.value
    return (
        OutboxRow.state.in_([state.value for state in _SHOWN]),
        OutboxRow.send_at >= first - _LATE,
        OutboxRow.send_at < after,
        or_(
            and_(sent, OutboxRow.sent_at >= first, OutboxRow.sent_at < after),
            and_(not_(sent), OutboxRow.send_at >= first),
        ),
    )


def _numbers(rows: Iterable[OutboxRow]) -> set[int]:
    return {row.occurrence for row in rows if row.occurrence}


def _answers(session: Session, rows: Sequence[OutboxRow]) -> dict[int, list[tuple[int | None, datetime]]]:
    """By occurrence, who answered when: received, done, more time, again later."""
    numbers, found = sorted(_numbers(rows)), defaultdict[int, list[tuple[int | None, datetime]]](list)
    for at in range(0, len(numbers), 500):
        some = numbers[at : at + 500]
        for row in session.scalars(select(OccurrenceRow).where(OccurrenceRow.id.in_(some))):
            found[row.id] += [(row.acknowledged_by, row.acknowledged_at)] if row.acknowledged_at else []
            found[row.id] += [(row.done_by, row.done_at)] if row.done_at else []
        for asked in session.scalars(select(ExtensionRow).where(ExtensionRow.occurrence_id.in_(some))):
            found[asked.occurrence_id].append((asked.asked_by, asked.asked_at))
        put_off = select(OutboxRow).where(OutboxRow.occurrence.in_(some), OutboxRow.name.like("later:%"))
        for later in session.scalars(put_off):
            found[later.occurrence].append((_member(later.recipient), later.made_at))
    return found


def _member(key: str) -> int | None:
    sort, _, number = key.partition(":")
    return int(number) if sort == "member" and number.isdigit() else None


def _account(
    key: str,
    rows: Sequence[OutboxRow],
    names: dict[int, tuple[str, str]],
    titles: dict[int, str],
    answers: dict[int, list[tuple[int | None, datetime]]],
) -> Account:
    member = _member(key)
    name, agency = names.get(member, ("", "")) if member is not None else ("", rows[0].agency)
    entries = []
    for row in rows:
        at = row.sent_at or row.send_at
        said = [
            when
            for who, when in answers.get(row.occurrence, ())
            if row.sent_at is not None and when >= row.sent_at and (member is None or who == member)
        ]
        payload = row.payload or {}
        entries.append(
            Entry(
                row.id,
                titles.get(row.occurrence) or str(payload.get("title") or payload.get("task") or ""),
                Kind(row.kind),
                row.due_on,
                at.astimezone(HANOI),
                OutboxState(row.state),
                row.channel or "",
                row.reason or "",
                row.attempts,
                min(said).astimezone(HANOI) if said else None,
            )
        )
    return Account(key, name, agency, tuple(entries))
