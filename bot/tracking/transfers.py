"""A duty that is said to be another agency's: an administrator moves it, or keeps it where it is.

What is moved stays so for its duty, whatever version of the plan comes (`moved_agencies`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.people.agencies import place_agency
from bot.people.rows import check_admin
from bot.tracking.answering import Answering, Answers
from bot.tracking.outbox import Reason, cancel_waiting
from bot.tracking.progress import notify, still_open
from bot.tracking.records import Occurrence, Recipient, ReminderError, State
from bot.tracking.remarks import check_words
from bot.tracking.rows import find_occurrences
from knowledge.store.models import OccurrenceRow, TransferRow
from knowledge.wording import day

WAITING, MOVED, KEPT = "waiting", "moved", "kept"


@dataclass(frozen=True, slots=True)
class Transfer:
    """What somebody said, and what was decided.

    Attributes:
        occurrence: one of what the agency owes of the duty, the next one open; None where nothing is.
        asker: the name of who said it; empty for one who is gone.
    """

    id: int
    agency: str
    occurrence: Occurrence | None
    asker: str
    reason: str
    state: str
    moved_to: str


class Transfers(Answers):
    """Calls of owners and leaders, and of administrators."""

    def ask(self, occurrence: int, by: int, reason: str) -> Transfer:
        """Tells administrators that a duty is not the agency's; saying so once more is the same request.

        Raises:
            ReminderError: the member may not answer, or it is no longer asked for.
            AlreadyDoneError: it is done.
            RetypeError: no reason, or one too long.
        """
        now, reason = self._clock(), check_words(reason, "lý do")
        with self._store.write() as session:
            answering = self._as(session, by, now)
            (row,) = still_open(answering, answering.rows([occurrence]))
            waiting = session.scalar(
                select(TransferRow).where(
                    TransferRow.duty_id == row.duty_id, TransferRow.agency == row.agency, TransferRow.state == WAITING
                )
            )
            if waiting is not None:
                return _transfer(answering, waiting)
            asked = TransferRow(
                duty_id=row.duty_id, agency=row.agency, asked_by=by, asked_at=now, reason=reason, state=WAITING,
                moved_to="",
            )  # fmt: skip
            session.add(asked)
            session.flush()
            (owed,) = answering.occurrences([row])
            buttons = [
                ["move", {"do": "transfer", "id": asked.id}],
                ["keep", {"do": "transfer_keep", "id": asked.id}],
            ]
            administrators = answering.audience.administrators()
            notify(
                answering, administrators, owed, "transfer_asked", f"transfer:{asked.id}", now,
                reason=reason, buttons=buttons,
            )  # fmt: skip
            return _transfer(answering, asked)

    def find(self, transfer: int) -> Transfer:
        """One request.

        Raises:
            ReminderError: no such request.
        """
        with self._store.read() as session:
            row = session.get(TransferRow, transfer)
            if row is None:
                raise ReminderError("Yêu cầu này không còn nữa.")
            return _transfer(self._as(session, row.asked_by, self._clock()), row)

    def waiting(self, by: int) -> list[Transfer]:
        """Requests that nobody has decided, the oldest first.

        Raises:
            NotAllowedError: no administrator.
        """
        with self._store.read() as session:
            check_admin(session, by)
            answering = self._as(session, by, self._clock())
            rows = session.scalars(select(TransferRow).where(TransferRow.state == WAITING).order_by(TransferRow.id))
            return [_transfer(answering, row) for row in rows.all()]

    def keep(self, transfer: int, by: int, reason: str = "") -> Transfer:
        """It stays where it is; who asked hears that, and why.

        Raises:
            NotAllowedError: no administrator.
            ReminderError: no such request, or decided before.
        """
        now = self._clock()
        with self._store.write() as session:
            check_admin(session, by)
            answering = self._as(session, by, now)
            row = _undecided(answering, transfer, KEPT)
            if row.state == KEPT:
                return _transfer(answering, row)
            row.state, row.decided_by, row.decided_at = KEPT, by, now
            for owed in _open_of(answering, row)[:1]:
                notify(
                    answering, [Recipient(row.asked_by)], owed, "transfer_kept", f"transfer:{row.id}", now,
                    reason=reason.strip(),
                )  # fmt: skip
            return _transfer(answering, row)

    def move(self, transfer: int, by: int, agency: str) -> Transfer:
        """All that is open of the duty is owed by another agency from now on; both hear of it.

        Raises:
            NotAllowedError: no administrator.
            ReminderError: no such request, decided before, nothing of it is open, or the same agency.
        """
        now = self._clock()
        with self._store.write() as session:
            check_admin(session, by)
            answering = self._as(session, by, now)
            row = _undecided(answering, transfer, MOVED)
            if row.state == MOVED:
                return _transfer(answering, row)
            to = place_agency(self._directory, agency, now.date()).name
            if to == row.agency:
                raise ReminderError(f"Việc này đang là của {to}.")
            owed = _open_of(answering, row)
            if not owed:
                raise ReminderError("Việc này không còn gì phải làm nên không cần chuyển.")
            row.state, row.moved_to, row.decided_by, row.decided_at = MOVED, to, by, now
            moved = _move(answering, row, owed, to)
            told = [Recipient(row.asked_by), *answering.concerned(row.agency, row.duty_id)]
            notify(answering, told, owed[0], "transfer_moved", f"transfer:{row.id}", now, to=to)
            look = [["look", {"do": "reminder", "ids": [moved[0].id]}]]
            notify(
                answering, answering.concerned(to, row.duty_id), moved[0], "transfer_received", f"transfer:{row.id}",
                now, was=row.agency, buttons=look,
            )  # fmt: skip
            return _transfer(answering, row)


def moved_agencies(session: Session, duty: int | None = None) -> Mapping[int, Mapping[str, str]]:
    """By duty and agency, which agency owes it instead; what was moved on, or back, where it is now.

    Args:
        duty: of this one only.
    """
    wanted = select(TransferRow).where(TransferRow.state == MOVED).order_by(TransferRow.decided_at, TransferRow.id)
    moved: dict[int, dict[str, str]] = defaultdict(dict)
    for row in session.scalars(wanted if duty is None else wanted.where(TransferRow.duty_id == duty)):
        own = moved[row.duty_id]
        own |= {agency: row.moved_to for agency, to in own.items() if to == row.agency}
        own[row.agency] = row.moved_to
    return moved


def moved_from(session: Session, duty: int, agency: str) -> str | None:
    """The agency that the paper names for what another one owes of it now; None where it was not moved."""
    moved = moved_agencies(session, duty).get(duty, {})
    named = next((was for was, to in moved.items() if to == agency), None)
    return None if named == agency else named


def _move(answering: Answering, transfer: TransferRow, owed: list[Occurrence], to: str) -> list[Occurrence]:
    session = answering.session
    by_day = {
        row.planned_on: row
        for row in session.scalars(
            select(OccurrenceRow).where(OccurrenceRow.duty_id == transfer.duty_id, OccurrenceRow.agency == to)
        )
    }
    rows = []
    for each in owed:
        session.get_one(OccurrenceRow, each.id).state = State.TRANSFERRED.value
        row = by_day.get(each.planned_on)
        if row is None:
            row = OccurrenceRow(
                duty_id=each.duty, agency=to, planned_on=each.planned_on, due_on=each.due_on, known_on=each.known_on,
                previous_on=each.previous_on, next_on=each.next_on, recurring=each.recurring, state=State.OPEN.value,
            )  # fmt: skip
            session.add(row)
        elif row.state == State.TRANSFERRED:
            row.state = State.OPEN.value
        rows.append(row)
    cancel_waiting(session, [each.id for each in owed], Reason.REMOVED)
    session.flush()
    return answering.occurrences(rows)


def _open_of(answering: Answering, transfer: TransferRow) -> list[Occurrence]:
    """What the agency still owes of the duty, by day."""
    session = answering.session
    numbers = session.scalars(
        select(OccurrenceRow.id).where(
            OccurrenceRow.duty_id == transfer.duty_id,
            OccurrenceRow.agency == transfer.agency,
            OccurrenceRow.state == State.OPEN,
        )
    ).all()
    return sorted(find_occurrences(session, numbers).values(), key=lambda each: (each.due_on, each.id))


def _undecided(answering: Answering, transfer: int, decision: str) -> TransferRow:
    row = answering.session.scalar(select(TransferRow).where(TransferRow.id == transfer))
    if row is None:
        raise ReminderError("Yêu cầu này không còn nữa.")
    if row.state != WAITING and (row.state, row.decided_by) != (decision, answering.member.id):
        when = (row.decided_at or answering.now).astimezone(HANOI)
        verdict = f"chuyển cho {row.moved_to}" if row.state == MOVED else "giữ nguyên"
        who = answering.name_of(row.decided_by)
        raise ReminderError(f"Yêu cầu này {who} đã quyết định {verdict} lúc {when:%H:%M} ngày {day(when.date())}.")
    return row


def _transfer(answering: Answering, row: TransferRow) -> Transfer:
    owed = _open_of(answering, row)
    asker = answering.audience.name_of(row.asked_by)
    return Transfer(row.id, row.agency, owed[0] if owed else None, asker, row.reason, row.state, row.moved_to)
