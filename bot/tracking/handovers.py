"""Handing all over to a colleague for good: asked for, agreed by an administrator or a leader of the agency, done.

From its day on the colleague has what was given to the person, the agencies and the role of an owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.people import rows as members
from bot.people.records import Change, Role
from bot.people.rows import get_member
from bot.tracking.answering import Answering, Answers
from bot.tracking.audience import Audience
from bot.tracking.outbox import add_notice
from bot.tracking.records import Recipient, ReminderError, RetypeError
from knowledge.store.models import AssignmentRow, HandoverRow, MemberRow
from knowledge.wording import day

ASKED, AGREED, DECLINED, RECEIVED = "handover_asked", "handover_agreed", "handover_declined", "handover_received"
"""Sentences of the messages, in the file of texts."""
_FARTHEST = 400
_WAITS, _AGREED, _DECLINED, _DONE = "waiting", "agreed", "declined", "done"


@dataclass(frozen=True, slots=True)
class Handover:
    """Somebody wants to hand all over.

    Attributes:
        name, heir: what both are called.
    """

    id: int
    member: int
    name: str
    heir: str
    agency: str
    from_on: date


class Handovers(Answers):
    """Requests and their answers. Calls block for some milliseconds of disk."""

    def ask(self, heir: int, from_on: date, by: int) -> Handover:
        """Asks administrators and the agency's leaders; the same once more is the same request.

        Raises:
            ReminderError: the member is no owner, the heir no colleague, no such day can be, another waits.
        """
        now = self._clock()
        with self._store.write() as session:
            answering = self._as(session, by, now)
            audience = answering.audience
            if Role.OWNER not in answering.member.roles:
                raise ReminderError("Bàn giao vai trò đầu mối chỉ đầu mối của cơ quan làm được.")
            if heir not in {each.id for each in audience.colleagues(by)}:
                raise ReminderError("Người nhận bàn giao phải là đồng nghiệp cùng cơ quan, đang dùng trợ lý này.")
            if not 0 <= (from_on - now.date()).days <= _FARTHEST:
                raise RetypeError("Ngày bàn giao phải từ hôm nay trở đi, trong vòng một năm.")
            asked = session.scalar(
                select(HandoverRow).where(HandoverRow.member_id == by, HandoverRow.state.in_([_WAITS, _AGREED]))
            )
            if asked is not None and (asked.heir_id, asked.from_on) != (heir, from_on):
                raise ReminderError(f"Đã có đề nghị bàn giao từ {day(asked.from_on)}; xin chờ trả lời.")
            if asked is None:
                asked = HandoverRow(member_id=by, heir_id=heir, from_on=from_on, state=_WAITS, asked_at=now)
                session.add(asked)
                session.flush()
            deciding = [r for r in _deciding(audience, by) if r.member != by] or audience.administrators()
            _tell(answering, asked, ASKED, deciding, by)
            return _handover(session, asked)

    def decide(self, number: int, by: int, *, agreed: bool) -> Handover:
        """Agrees or does not; both hear of it, and what is agreed is done on its day.

        Raises:
            ReminderError: `by` is neither an administrator nor a leader of the agency, or it is decided.
        """
        now = self._clock()
        with self._store.write() as session:
            answering = self._as(session, by, now)
            row = session.scalar(select(HandoverRow).where(HandoverRow.id == number))
            if row is None or row.state not in (_WAITS, _AGREED if agreed else _DECLINED):
                raise ReminderError("Đề nghị bàn giao này không còn nữa, hoặc đã có người trả lời.")
            if not _may_decide(answering, row):
                raise ReminderError("Việc này cần quản trị viên, hoặc lãnh đạo khác của cơ quan.")
            if row.state == _WAITS:
                row.state, row.decided_by, row.decided_at = _AGREED if agreed else _DECLINED, by, now
                _tell(answering, row, AGREED if agreed else DECLINED, [Recipient(row.member_id)], None)
            return _handover(session, row)

    def waiting(self, by: int) -> list[Handover]:
        """Those that the member may decide and nobody has, the oldest first."""
        with self._store.read() as session:
            answering = self._as(session, by, self._clock())
            rows = session.scalars(select(HandoverRow).where(HandoverRow.state == _WAITS).order_by(HandoverRow.id))
            return [_handover(session, row) for row in rows if _may_decide(answering, row)]


def hand_over_due(session: Session, now: datetime) -> None:
    """Does what was agreed and whose day has come."""
    wanted = select(HandoverRow).where(HandoverRow.state == _AGREED, HandoverRow.from_on <= now.date())
    for row in session.scalars(wanted.order_by(HandoverRow.id)).all():
        heir = session.get(MemberRow, row.heir_id)
        if heir is None or not heir.active:
            row.state = _DECLINED
            _add(session, row, DECLINED, [Recipient(row.member_id)], _values(session, row), now)
            continue
        _hand_over(session, row, now)
        row.state = _DONE
        _add(session, row, RECEIVED, [Recipient(row.heir_id)], _values(session, row) | {"by": row.member_id}, now)


def _hand_over(session: Session, row: HandoverRow, now: datetime) -> None:
    giver, heir = get_member(session, row.member_id), get_member(session, row.heir_id)
    own = AssignmentRow.member_id == giver.id
    session.execute(update(AssignmentRow).where(own).values(member_id=heir.id, assigned_by=row.decided_by))
    for agency in (giver.agency, *members.further_agencies(session, giver.id)):
        if agency and agency != heir.agency:
            members.add_further_agency(session, heir.id, agency)
    if Role.OWNER in giver.roles:
        members.set_roles(session, heir.id, (heir.roles - {Role.STAFF}) | {Role.OWNER})
        members.set_roles(session, giver.id, (giver.roles - {Role.OWNER}) or {Role.STAFF})
    for each in (giver, heir):
        roles = " ".join(sorted(get_member(session, each.id).roles))
        members.record(session, now, row.decided_by, Change.EDITED, each.id, f"{roles}; {each.agency}")


def _deciding(audience: Audience, member: int) -> list[Recipient]:
    own = audience.person(member)
    leaders = [each for agency in (own.agencies if own else ()) for each in audience.leaders(agency)]
    return list(dict.fromkeys([*audience.administrators(), *leaders]))


def _may_decide(answering: Answering, row: HandoverRow) -> bool:
    if answering.member.is_admin:
        return True
    return row.member_id != answering.member.id and Recipient(answering.member.id) in _deciding(
        answering.audience, row.member_id
    )


def _tell(answering: Answering, row: HandoverRow, say: str, told: Iterable[Recipient], by: int | None) -> None:
    values = _values(answering.session, row) | ({"by": by} if by is not None else {})
    _add(answering.session, row, say, told, values, answering.now)


def _add(
    session: Session,
    row: HandoverRow,
    say: str,
    told: Iterable[Recipient],
    values: dict[str, Any],
    now: datetime,
) -> None:
    for recipient in told:
        add_notice(session, recipient, f"{say}:{row.id}", {"say": say, **values}, send_at=now, now=now)


def _values(session: Session, row: HandoverRow) -> dict[str, Any]:
    made = _handover(session, row)
    return {"agency": made.agency, "heir": row.heir_id, "date": row.from_on.isoformat()}


def _handover(session: Session, row: HandoverRow) -> Handover:
    giver, heir = session.get(MemberRow, row.member_id), session.get(MemberRow, row.heir_id)
    return Handover(
        row.id,
        row.member_id,
        giver.name if giver else "",
        heir.name if heir else "",
        giver.agency if giver else "",
        row.from_on,
    )
