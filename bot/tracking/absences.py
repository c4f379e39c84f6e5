"""Days on which people are away, and who stands in: set, listed, ended.

The substitute is told when the days begin, the absent person what has happened when they are over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.people.rows import get_member
from bot.tracking.answering import Answers
from bot.tracking.deputies import Absence, load_absences
from bot.tracking.outbox import OutboxState, add_notice
from bot.tracking.records import Kind, Recipient, ReminderError, RetypeError
from bot.tracking.schedule import morning
from knowledge.store.models import AbsenceRow, OutboxRow
from knowledge.wording import day

LONGEST = timedelta(days=400)
BEGINS, ENDS, RETURNED, NOTED = "stand_in", "stand_in_over", "returned", "absence_noted"
"""Sentences of the messages, in the file of texts, and what their rows are called."""


@dataclass(frozen=True, slots=True)
class Away:
    """An absence with the names of both.

    Attributes:
        also_away: the substitute is away on some of the days too.
    """

    absence: Absence
    name: str
    substitute: str
    also_away: bool = False


class Absences(Answers):
    """Set by the person or an administrator. Calls block for some milliseconds of disk."""

    def add(self, member: int, substitute: int, first: date, last: date, by: int) -> Away:
        """Notes that a member is away on these days; noted again it is the same.

        Days that are over are left out.

        Raises:
            ReminderError: `by` is neither the member nor an administrator, no such days can be (`period_problem`),
                the substitute is nobody of the member's agencies, or other days are noted that overlap these.
        """
        now = self._clock()
        with self._store.write() as session:
            audience = self._as(session, by, now).audience
            _check(session, member, by)
            problem = period_problem(first, last, now.date())
            if problem:
                raise RetypeError(problem)
            if substitute not in {each.id for each in audience.colleagues(member)}:
                raise ReminderError("Người làm thay phải là đồng nghiệp cùng cơ quan, đang dùng trợ lý này.")
            first = max(first, now.date())
            known = load_absences(session)
            same = next((a for a in known if a.member == member and a.first <= last and first <= a.last), None)
            if same is not None and (same.substitute, same.last) != (substitute, last):
                raise ReminderError(
                    f"Đã ghi vắng mặt từ {day(same.first)} đến {day(same.last)}; xin bỏ lần ấy trước bằng /vang_mat."
                )
            if same is None:
                same = _add(session, member, substitute, first, last, by, now)
            also = any(a.member == substitute and a.first <= last and first <= a.last for a in known)
            return Away(same, audience.name_of(member), audience.name_of(substitute), also)

    def end(self, number: int, by: int) -> Away | None:
        """Takes days that have not begun back, or ends them with yesterday; None where they are over.

        Raises:
            ReminderError: `by` is neither the member nor an administrator.
        """
        now = self._clock()
        with self._store.write() as session:
            row = session.get(AbsenceRow, number)
            if row is None or row.last_on < now.date():
                return None
            _check(session, row.member_id, by)
            audience = self._as(session, by, now).audience
            names = audience.name_of(row.member_id), audience.name_of(row.substitute_id)
            ended = Absence(row.id, row.member_id, row.substitute_id, row.first_on, row.last_on)
            _end(session, row, now, by)
            return Away(ended, *names)

    def coming(self, member: int, *, everybody: bool = False) -> list[Away]:
        """Absences that are not over of which the member is one side, or all; by their first day."""
        now = self._clock()
        with self._store.read() as session:
            audience = self._as(session, member, now).audience
            return [
                Away(each, audience.name_of(each.member), audience.name_of(each.substitute))
                for each in load_absences(session)
                if each.last >= now.date() and (everybody or member in (each.member, each.substitute))
            ]


def period_problem(first: date, last: date, today: date) -> str | None:
    """Why nobody can be away on these days, as a Vietnamese sentence; None when somebody can."""
    if last < first:
        return "Ngày cuối phải từ ngày đầu trở đi."
    if last < today:
        return "Các ngày này đã qua."
    if last - first > LONGEST or first - today > LONGEST:
        return "Tôi chỉ ghi được vắng mặt trong vòng một năm tới."
    return None


def _check(session: Session, member: int, by: int) -> None:
    if by != member and not get_member(session, by).is_admin:
        raise ReminderError("Việc này chỉ chính người vắng mặt hoặc quản trị viên làm được.")


def _add(session: Session, member: int, substitute: int, first: date, last: date, by: int, now: datetime) -> Absence:
    row = AbsenceRow(member_id=member, substitute_id=substitute, first_on=first, last_on=last, set_by=by, set_at=now)
    session.add(row)
    session.flush()
    told = {"date": first.isoformat(), "wanted": last.isoformat(), "by": member}
    begins = max(morning(first), now)
    _tell(session, substitute, BEGINS, row, told, begins, now)
    if by != member:
        _tell(session, member, NOTED, row, {**told, "by": substitute}, now, now)
    payload = {"say": RETURNED, "absence": row.id}
    back = morning(last + timedelta(days=1))
    add_notice(session, Recipient(member), f"{RETURNED}:{row.id}", payload, send_at=back, now=now, kind=Kind.DIGEST)
    return Absence(row.id, member, substitute, first, last)


def _end(session: Session, row: AbsenceRow, now: datetime, by: int) -> None:
    today = now.date()
    if row.first_on <= today and by != row.substitute_id:
        told = {"date": row.first_on.isoformat(), "wanted": row.last_on.isoformat(), "by": row.member_id}
        _tell(session, row.substitute_id, ENDS, row, told, now, now)
    waiting = (OutboxRow.occurrence == 0, OutboxRow.state == OutboxState.WAITING)
    session.execute(delete(OutboxRow).where(*waiting, OutboxRow.name == f"{BEGINS}:{row.id}"))
    summary = OutboxRow.name == f"{RETURNED}:{row.id}"
    if row.first_on < today:
        row.last_on, row.set_at = today - timedelta(days=1), now
        session.execute(update(OutboxRow).where(*waiting, summary).values(send_at=now))
    else:
        session.execute(delete(OutboxRow).where(*waiting, summary))
        session.delete(row)


def _tell(
    session: Session, member: int, say: str, row: AbsenceRow, told: dict[str, object], at: datetime, now: datetime
) -> None:
    add_notice(session, Recipient(member), f"{say}:{row.id}", {"say": say, **told}, send_at=at, now=now)
