"""An administrator has a message that could not be sent go once more.

It is looked at as delivery would look at it, so that what is not true any more, too late, or told by a newer message
is refused with why. What is queued keeps its row: it is the same message, and can go only once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import HANOI, Clock
from bot.notify.checks import check
from bot.notify.claims import AT_ANY_HOUR, Item
from bot.notify.context import CurrentContext, DeliveryContext, find_undecided
from bot.people.records import DecidedError
from bot.people.rows import check_admin
from bot.tracking.outbox import SENT_AGAIN, OutboxState, Reason, queue_again
from bot.tracking.records import Kind, Occurrence, Recipient, ReminderError
from bot.tracking.rows import find_occurrences
from bot.tracking.schedule import is_open, morning
from knowledge.agencies import DirectorySource
from knowledge.store import audit
from knowledge.store.audit import AuditKind
from knowledge.store.database import Store
from knowledge.store.models import OutboxRow
from knowledge.workdays import WorkCalendar

_WHY_NOT = {
    Reason.DONE: "việc đã xong hoặc đã báo kết quả",
    Reason.REMOVED: "kế hoạch không còn yêu cầu việc này",
    Reason.MOVED: "hạn của việc đã đổi",
    Reason.RECIPIENT: "người này không còn là người nhận",
}
_TOLD = (Kind.NOTICE, Kind.DIGEST)
"""What tells of something that has happened, or sums up: no newer message says the same."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A message that is to go once more.

    Attributes:
        to: a member's name; empty for a group chat.
        title: what it is about; empty for a digest.
        goes_at: when; None: at once.
    """

    to: str
    title: str
    goes_at: datetime | None


class Resending:
    """See the module. A call blocks for some tens of milliseconds."""

    def __init__(self, store: Store, clock: Clock, directory: DirectorySource) -> None:
        self._store = store
        self._clock = clock
        self._known = CurrentContext(directory)

    def send_again(self, number: int, by: int) -> Queued:
        """Queues a failed message.

        Raises:
            NotAllowedError: no administrator.
            DecidedError: it does not stand as failed any more: somebody has queued it before, or it has gone.
            ReminderError: there is none, or it need not or cannot go any more.
        """
        now = self._clock()
        with self._store.write() as session:
            check_admin(session, by)
            row = session.get(OutboxRow, number)
            if row is None:
                raise ReminderError("Không có tin này.")
            _check_failed(row)
            around = self._known.look(session, now)
            occurrence = find_occurrences(session, [row.occurrence]).get(row.occurrence)
            _check_true(session, row, occurrence, around, now)
            _check_newest(session, row)
            if not queue_again(session, number):
                raise DecidedError("Tin này vừa được người khác xếp gửi lại.")
            plan = occurrence.plan if occurrence is not None else None
            audit.record(
                session, AuditKind.REMINDER, SENT_AGAIN, by=by, now=now, plan_id=plan, subject=number,
            )  # fmt: skip
            member = Recipient.of(row.recipient).member
            to = around.audience.name_of(member) if member is not None else ""
            title = occurrence.title if occurrence is not None else ""
            return Queued(to or "", title, _goes_at(row, now, around.calendar))


def _check_failed(row: OutboxRow) -> None:
    state = OutboxState(row.state)
    if state is OutboxState.FAILED:
        return
    if state is OutboxState.SENT:
        at = f" lúc {row.sent_at.astimezone(HANOI):%H:%M ngày %d/%m/%Y}" if row.sent_at is not None else ""
        raise DecidedError(f"Tin này đã gửi được{at}, không gửi lần nữa.")
    if state in (OutboxState.WAITING, OutboxState.SENDING):
        raise DecidedError("Tin này đã được xếp gửi lại rồi và đang chờ gửi.")
    raise DecidedError("Tin này không cần gửi nữa.")


def _check_true(
    session: Session, row: OutboxRow, occurrence: Occurrence | None, around: DeliveryContext, now: datetime
) -> None:
    try:
        recipient = Recipient.of(row.recipient)
    except ValueError as error:
        raise ReminderError("Không rõ người nhận của tin này.") from error
    item = Item(
        row.id,
        row.occurrence,
        row.name,
        row.agency,
        row.due_on,
        row.send_at,
        row.payload,
        Kind(row.kind),
        row.attempts,
    )
    known = {occurrence.id: occurrence} if occurrence is not None else {}
    today = now.astimezone(HANOI).date()
    undecided = find_undecided(session, [item])
    checked = check(recipient, [item], known, around.audience, around.calendar, today, undecided)
    if checked.going:
        return
    ((state, reason),) = checked.settled
    if state is OutboxState.DROPPED:
        day = row.send_at.astimezone(HANOI)
        raise ReminderError(f"Tin này lẽ ra gửi ngày {day:%d/%m/%Y}, nay đã quá muộn để gửi lại; xin nhắc trực tiếp.")
    raise ReminderError(f"Không gửi lại: {_WHY_NOT.get(Reason(reason), 'tin không còn đúng')}.")


def _check_newest(session: Session, row: OutboxRow) -> None:
    """A reminder is not sent after a newer one of the same has reached its reader."""
    if not row.occurrence or row.kind in _TOLD:
        return
    newer = session.scalar(
        select(OutboxRow.sent_at)
        .where(
            OutboxRow.recipient == row.recipient,
            OutboxRow.occurrence == row.occurrence,
            OutboxRow.kind.not_in([each.value for each in _TOLD]),
            OutboxRow.state == OutboxState.SENT,
            OutboxRow.send_at > row.send_at,
        )
        .order_by(OutboxRow.sent_at.desc())
    )
    if newer is not None:
        at = f"{newer.astimezone(HANOI):%H:%M ngày %d/%m/%Y}"
        raise ReminderError(f"Không gửi lại: tin nhắc mới hơn của việc này đã đến người nhận lúc {at}.")


def _goes_at(row: OutboxRow, now: datetime, calendar: WorkCalendar) -> datetime | None:
    if row.name.startswith(AT_ANY_HOUR) or is_open(now, calendar):
        return None
    here = now.astimezone(HANOI)
    today = morning(here.date())
    if here < today and calendar.is_working(here.date()):
        return today
    return morning(calendar.next_working(here.date() + timedelta(days=1)))
