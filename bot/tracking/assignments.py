"""Inside an agency its owner or leader gives a duty to a colleague, gives it to another, or takes it back.

A duty is given with all its days. What follows for who hears and who may answer stands in `audience`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.tracking.answering import Answering, Answers
from bot.tracking.audience import Audience, Person
from bot.tracking.outbox import add_notice
from bot.tracking.records import Occurrence, Recipient, ReminderError, State
from bot.tracking.rows import find_occurrences
from knowledge.store.models import AssignmentRow, OccurrenceRow

GIVEN, TAKEN, OVER = "assigned", "unassigned", "assignment_over"
"""Sentences of the messages, in the file of texts; the first two are told to who does it, the last to owners."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was given, or taken back.

    Attributes:
        name: of the colleague; of several only one.
    """

    occurrences: tuple[Occurrence, ...]
    name: str


class Assignments(Answers):
    """Duties given to colleagues. Calls block for some milliseconds of disk."""

    def candidates(self, ids: Collection[int], by: int) -> list[Person]:
        """To whom the member may give these, by name; the member first.

        Raises:
            ReminderError: the member is no owner or leader of an agency that owes them, or they are done.
        """
        with self._store.read() as session:
            answering = self._as(session, by, self._clock())
            agencies = [name for row in _own(answering, ids) for name in _today(answering, row)]
            people = {each.id: each for name in agencies for each in answering.audience.colleagues(0, name)}
            return sorted(people.values(), key=lambda each: (each.id != by, each.name, each.id))

    def check_open(self, ids: Collection[int], by: int) -> tuple[Occurrence, ...]:
        """Those of them that the member may give.

        Raises:
            ReminderError: as for `candidates`.
        """
        with self._store.read() as session:
            answering = self._as(session, by, self._clock())
            return tuple(answering.occurrences(_own(answering, ids)))

    def assign(self, ids: Collection[int], to: int, by: int) -> Given:
        """Gives these to a colleague, who hears of it; given to the same one again nothing changes.

        Raises:
            ReminderError: as for `candidates`, or the colleague is switched off or of another agency.
        """
        now = self._clock()
        with self._store.write() as session:
            answering = self._as(session, by, now)
            audience = answering.audience
            rows = [
                row
                for row in _own(answering, ids)
                if any(audience.is_of(to, name) for name in _today(answering, row))
            ]
            if not rows:
                raise ReminderError("Người này không còn ở cơ quan được giao việc, hoặc đang bị khóa.")
            for row, owed in zip(rows, answering.occurrences(rows), strict=True):
                before = _given(session, audience, row)
                if before is not None and before.member_id == to:
                    continue
                _take(answering, before, owed)
                given = AssignmentRow(
                    duty_id=row.duty_id, agency=row.agency, member_id=to, assigned_by=by, assigned_at=now
                )
                session.add(given)
                session.flush()
                _tell(answering, to, GIVEN, given.id, owed)
            return Given(tuple(answering.occurrences(rows)), audience.name_of(to))

    def take_back(self, ids: Collection[int], by: int) -> Given:
        """They are the owners' again; who had them hears of it.

        Raises:
            ReminderError: as for `candidates`, or they were given to nobody.
        """
        with self._store.write() as session:
            answering = self._as(session, by, self._clock())
            rows = _own(answering, ids)
            given = [(row, found) for row in rows if (found := _given(session, answering.audience, row))]
            if not given:
                raise ReminderError("Việc này chưa giao cho ai, hoặc đã lấy lại rồi.")
            name = answering.audience.name_of(given[0][1].member_id)
            for row, found in given:
                _take(answering, found, answering.occurrences([row])[0])
            return Given(tuple(answering.occurrences([row for row, _ in given])), name)


def release(session: Session, audience: Audience, now: datetime) -> None:
    """Ends assignments to people who cannot do them any more; owners hear of what is still to be done."""
    for given in audience.unfit:
        session.execute(delete(AssignmentRow).where(AssignmentRow.id == given.id))
        agencies = audience.offices.today(given.agency)
        open_ = session.scalar(
            select(OccurrenceRow.id)
            .where(
                OccurrenceRow.duty_id == given.duty,
                OccurrenceRow.agency.in_(agencies),
                OccurrenceRow.state == State.OPEN,
            )
            .order_by(OccurrenceRow.due_on)
            .limit(1)
        )
        owed = find_occurrences(session, [open_]).get(open_) if open_ is not None else None
        if owed is None or owed.task is None:
            continue
        for recipient in dict.fromkeys(each for name in agencies for each in audience.hearing(name)):
            _add(session, recipient, OVER, given.id, owed, now, None)


def _own(answering: Answering, ids: Collection[int]) -> list[OccurrenceRow]:
    """Those that are open and of agencies that the member is an owner or a leader of."""
    rows = [
        row
        for row in answering.rows(ids)
        if row.state == State.OPEN and (answering.member.is_admin or answering.answers_for(row.agency))
    ]
    if not rows:
        raise ReminderError("Việc này đã xong, hoặc chỉ đầu mối, lãnh đạo của cơ quan được giao mới giao lại được.")
    return rows


def _today(answering: Answering, row: OccurrenceRow) -> Sequence[str]:
    return answering.audience.offices.today(row.agency)


def _given(session: Session, audience: Audience, row: OccurrenceRow) -> AssignmentRow | None:
    wanted = select(AssignmentRow).where(AssignmentRow.duty_id == row.duty_id)
    today = {*audience.offices.today(row.agency)}
    found = session.scalars(wanted.order_by(AssignmentRow.id))
    return next((each for each in found if today & {*audience.offices.today(each.agency)}), None)


def _take(answering: Answering, before: AssignmentRow | None, owed: Occurrence) -> None:
    if before is None:
        return
    _tell(answering, before.member_id, TAKEN, before.id, owed)
    answering.session.delete(before)
    answering.session.flush()


def _tell(answering: Answering, member: int, say: str, number: int, owed: Occurrence) -> None:
    for recipient in answering.audience.in_place_of(Recipient(member), owed.agency):
        if recipient.member != answering.member.id:
            _add(answering.session, recipient, say, number, owed, answering.now, answering.member.id)


def _add(
    session: Session, recipient: Recipient, say: str, number: int, owed: Occurrence, now: datetime, by: int | None
) -> None:
    payload: dict[str, Any] = {"say": say, "title": owed.title, "agency": owed.agency,
                               "due": owed.due_on.isoformat(), "by": by}  # fmt: skip
    add_notice(
        session, recipient, f"{say}:{number}", payload, send_at=now, now=now, occurrence=owed.id, agency=owed.agency
    )
