"""What agencies report is confirmed, or returned with a reason, by whoever is set to."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from bot.clock import HANOI
from bot.people.records import NotAllowedError
from bot.tracking.answering import Answering, Answers
from bot.tracking.progress import bring_back, notify
from bot.tracking.records import Occurrence, Recipient, ReminderError, State
from bot.tracking.remarks import RemarkKind, add_remark, check_words
from bot.tracking.rows import find_occurrences
from knowledge.store.models import OccurrenceRow
from knowledge.wording import day


class Confirmations(Answers):
    """Calls of members of confirming units and of administrators."""

    def confirm(self, ids: Collection[int], by: int) -> tuple[Occurrence, ...]:
        """What was reported counts as done, by the day on which it was reported.

        Confirming once more changes nothing.

        Raises:
            NotAllowedError: the member is nobody who may.
            ReminderError: nothing of it waits for that.
        """
        now = self._clock()
        with self._store.write() as session:
            answering = self._as(session, by, now)
            rows = _of_those(answering, ids, done=True)
            waiting = [row for row in rows if row.state == State.REPORTED]
            for row in waiting:
                row.state, row.confirmed_at, row.confirmed_by = State.DONE.value, now, by
            for occurrence in answering.occurrences(waiting):
                notify(
                    answering, _reporters(answering, occurrence), occurrence, "reminder_confirmed", "confirmed", now
                )
            return tuple(answering.occurrences(rows))

    def give_back(self, ids: Collection[int], by: int, reason: str) -> tuple[Occurrence, ...]:
        """It is owed again, and its owners hear why; its reminders go on.

        Raises:
            NotAllowedError: the member is nobody who may.
            RetypeError: no reason, or one too long.
            ReminderError: nothing of it waits for that.
        """
        now, reason = self._clock(), check_words(reason, "lý do trả lại")
        with self._store.write() as session:
            answering = self._as(session, by, now)
            rows = _of_those(answering, ids, done=False)
            told = {
                row.id: _reporters(answering, owed)
                for row, owed in zip(rows, answering.occurrences(rows), strict=True)
            }
            for row in rows:
                row.state, row.done_at, row.done_by = State.OPEN.value, None, None
                row.returned_at, row.returned_by, row.progressed_at = now, by, None
                add_remark(session, row.id, RemarkKind.RETURNED, reason, by, now)
            bring_back(session, [row.id for row in rows], now)
            returned = tuple(answering.occurrences(rows))
            for occurrence in returned:
                look = [["look", {"do": "reminder", "ids": [occurrence.id]}]]
                notify(
                    answering, told[occurrence.id], occurrence, "reminder_returned", "returned", now,
                    reason=reason, buttons=look,
                )  # fmt: skip
            return returned

    def waiting(self, by: int) -> list[Occurrence]:
        """What waits for the member to confirm it, the longest first."""
        with self._store.read() as session:
            answering = self._as(session, by, self._clock())
            wanted = (
                select(OccurrenceRow.id)
                .where(OccurrenceRow.state == State.REPORTED)
                .order_by(OccurrenceRow.done_at, OccurrenceRow.id)
            )
            numbers = session.scalars(wanted).all()
            found = find_occurrences(session, numbers)
            return [found[id_] for id_ in numbers if answering.may_confirm(found[id_].plan)]


def _of_those(answering: Answering, ids: Collection[int], *, done: bool) -> list[OccurrenceRow]:
    """Those that wait for confirmation; with `done` also what the member has confirmed.

    Raises:
        NotAllowedError: the member may confirm none of them.
        ReminderError: none of them waits.
    """
    session = answering.session
    wanted = select(OccurrenceRow).where(OccurrenceRow.id.in_(set(ids))).order_by(OccurrenceRow.id)
    rows = list(session.scalars(wanted))
    plans = {each.id: each.plan for each in answering.occurrences(rows)}
    own = [row for row in rows if answering.may_confirm(plans[row.id])]
    if rows and not own:
        raise NotAllowedError
    taken = [
        row
        for row in own
        if row.state == State.REPORTED
        or (done and row.state == State.DONE and row.confirmed_by == answering.member.id)
    ]
    if not taken:
        raise ReminderError(_why_not(answering, own))
    return taken


def _why_not(answering: Answering, rows: list[OccurrenceRow]) -> str:
    done = next((row for row in rows if row.confirmed_at is not None), None)
    if done is not None and done.confirmed_at is not None:
        when = day(done.confirmed_at.astimezone(HANOI).date())
        return f"Báo cáo này {answering.name_of(done.confirmed_by)} đã xác nhận ngày {when}."
    back = next((row for row in rows if row.state == State.OPEN and row.returned_at is not None), None)
    if back is not None and back.returned_at is not None:
        when = day(back.returned_at.astimezone(HANOI).date())
        return f"Báo cáo này {answering.name_of(back.returned_by)} đã trả lại ngày {when}."
    return "Việc này không có báo cáo nào chờ xác nhận."


def _reporters(answering: Answering, occurrence: Occurrence) -> list[Recipient]:
    """Who reported it, and all who hear today what the agency's owners are told of it."""
    row = answering.session.get(OccurrenceRow, occurrence.id)
    first = [Recipient(row.done_by)] if row is not None and row.done_by is not None else []
    return [*first, *answering.concerned(occurrence.agency, occurrence.duty)]
