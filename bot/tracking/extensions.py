"""More time: an owner asks, an administrator decides.

The day that the paper gives stays with the occurrence (`planned_on`); only the day owed (`due_on`) moves. How often
and how far is limited by rule (`rules.ExtensionLimit`) for who asks; what an administrator asks for is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from bot.clock import HANOI
from bot.people.rows import check_admin
from bot.tracking.answering import Answering, Answers
from bot.tracking.outbox import add_notice, retire
from bot.tracking.progress import AlreadyDoneError
from bot.tracking.records import Occurrence, Recipient, ReminderError, RetypeError, State
from bot.tracking.rows import find_occurrences
from knowledge.store.models import ExtensionRow, MemberRow, OccurrenceRow
from knowledge.wording import day

LONGEST = timedelta(days=365)
"""How far a deadline can be put off at once."""
_LONGEST_REASON = 500
WAITING, GRANTED, DECLINED = "waiting", "granted", "declined"


@dataclass(frozen=True, slots=True)
class Extension:
    """A request for more time.

    Attributes:
        asker: the name of who asked; empty for one who is gone.
        state: `WAITING`, `GRANTED` or `DECLINED`.
    """

    id: int
    occurrence: Occurrence
    asked_by: int
    asker: str
    wanted_on: date
    reason: str
    state: str


class Extensions(Answers):
    """Requests for more time. Calls block for some milliseconds of disk."""

    def ask(self, occurrence: int, by: int, wanted_on: date, reason: str) -> Extension:
        """Asks administrators to put the deadline off; they are told at once.

        Asking for the same day once more is the same request.

        Raises:
            ReminderError: the member may not answer, no such day can be (`wanted_problem`), no reason,
                another request waits, or the limit is reached.
            AlreadyDoneError: it is done.
        """
        now, reason = self._clock(), reason.strip()
        if not reason:
            raise RetypeError("Xin cho biết lý do xin lùi hạn.")
        if len(reason) > _LONGEST_REASON:
            raise RetypeError(f"Xin ghi lý do ngắn hơn {_LONGEST_REASON} ký tự.")
        with self._store.write() as session:
            answering = self._as(session, by, now)
            (row,) = answering.rows([occurrence])
            (found,) = answering.occurrences([row])
            if row.state != State.OPEN:
                raise AlreadyDoneError("Việc này đã được báo xong nên không cần lùi hạn.")
            limit = _limit(answering, found)
            problem = wanted_problem(found, wanted_on, now.date(), limit)
            if problem:
                raise RetypeError(problem)
            waiting = session.scalar(
                select(ExtensionRow).where(ExtensionRow.occurrence_id == row.id, ExtensionRow.state == WAITING)
            )
            if waiting is not None:
                if (waiting.asked_by, waiting.wanted_on) == (by, wanted_on):
                    return _extension(answering, waiting, found)
                raise ReminderError(
                    f"Đã có yêu cầu lùi hạn việc này đến {day(waiting.wanted_on)}, đang chờ quản trị viên."
                )
            asked = ExtensionRow(
                occurrence_id=row.id, asked_by=by, asked_at=now, wanted_on=wanted_on, reason=reason, state=WAITING
            )
            session.add(asked)
            session.flush()
            made = _extension(answering, asked, found)
            _tell(answering, made, "extension_asked", f"extension:{made.id}", answering.audience.administrators())
            return made

    def limits(self, occurrences: Iterable[int], by: int) -> dict[int, date | None]:
        """By occurrence the last day to which a member may ask to put it off; None: no such day.

        Raises:
            ReminderError: the member may not answer, or one was put off as often as may be.
        """
        with self._store.read() as session:
            answering = self._as(session, by, self._clock())
            found = answering.occurrences(answering.rows(list(occurrences)))
            return {each.id: _limit(answering, each) for each in found}

    def decide(self, extension: int, by: int, *, granted: bool, reason: str = "") -> Extension:
        """Grants or declines; owners hear of another day, who asked hears either way.

        Args:
            reason: why it is declined.

        Raises:
            NotAllowedError: no administrator.
            ReminderError: no such request, decided before (the sentence says by whom), the reason is too
                long, the day has passed, or the deadline is no longer before it.
            AlreadyDoneError: it is done meanwhile.
        """
        now, reason = self._clock(), reason.strip()
        if len(reason) > _LONGEST_REASON:
            raise RetypeError(f"Xin ghi lý do ngắn hơn {_LONGEST_REASON} ký tự.")
        with self._store.write() as session:
            check_admin(session, by)
            answering = self._as(session, by, now)
            row = session.scalar(select(ExtensionRow).where(ExtensionRow.id == extension))
            if row is None:
                raise ReminderError("Yêu cầu lùi hạn này không còn nữa.")
            if row.state != WAITING:
                raise ReminderError(_decided(answering, row, granted=granted))
            (owed,) = answering.rows([row.occurrence_id])
            (before,) = answering.occurrences([owed])
            if granted:
                _put_off(answering, row, owed, before)
            row.state, row.decided_by, row.decided_at = GRANTED if granted else DECLINED, by, now
            made = _extension(answering, row, before)
            told = [Recipient(row.asked_by)]
            if granted:
                told += answering.concerned(owed.agency, owed.duty_id)
            say = "extension_granted" if granted else "extension_declined"
            _tell(answering, made, say, f"extension:{made.id}:{row.state}", told, reason=reason)
            return made

    def waiting(self) -> list[Extension]:
        """Requests that nobody has decided, oldest first."""
        with self._store.read() as session:
            rows = list(session.scalars(select(ExtensionRow).where(ExtensionRow.state == WAITING)))
            found = find_occurrences(session, [row.occurrence_id for row in rows])
            names = {row.id: row.name for row in session.scalars(select(MemberRow))}
            return [
                _of(row, found[row.occurrence_id], names.get(row.asked_by, ""))
                for row in sorted(rows, key=lambda each: each.id)
                if row.occurrence_id in found and found[row.occurrence_id].state is State.OPEN
            ]


def wanted_problem(occurrence: Occurrence, wanted_on: date, today: date, limit: date | None = None) -> str | None:
    """Why a deadline cannot be put off to that day, as a Vietnamese sentence; None when it can.

    Args:
        limit: the last day that the rule allows.
    """
    if wanted_on <= today:
        return "Hạn mới phải sau hôm nay."
    if wanted_on <= occurrence.due_on:
        return f"Hạn mới phải sau hạn đang có ({day(occurrence.due_on)})."
    if wanted_on > max(today, occurrence.due_on) + LONGEST:
        return "Hạn mới không được muộn hơn một năm."
    if limit is not None and wanted_on > limit:
        return f"Việc này chỉ được lùi hạn đến {day(limit)}; lùi xa hơn, xin trao đổi với quản trị viên."
    return None


def _limit(answering: Answering, occurrence: Occurrence) -> date | None:
    """The last day that the rule allows; administrators are above it."""
    limit = answering.audience.rules.extension_limit(occurrence)
    if answering.member.is_admin:
        return None
    granted = select(func.count()).where(ExtensionRow.occurrence_id == occurrence.id, ExtensionRow.state == GRANTED)
    if limit.times is not None and (answering.session.scalar(granted) or 0) >= limit.times:
        raise ReminderError(_no_more(limit.times))
    return limit.until


def _no_more(times: int) -> str:
    if not times:
        return "Việc này không được lùi hạn; xin trao đổi với quản trị viên."
    return f"Việc này đã được lùi hạn {times} lần, là mức cho phép; lùi thêm, xin trao đổi với quản trị viên."


def _put_off(answering: Answering, row: ExtensionRow, owed: OccurrenceRow, before: Occurrence) -> None:
    if owed.state != State.OPEN:
        raise AlreadyDoneError("Việc này đã được báo xong nên không cần lùi hạn.")
    problem = wanted_problem(before, row.wanted_on, answering.now.date())
    if problem:
        raise ReminderError(f"Không lùi được đến {day(row.wanted_on)}. {problem}")
    retire(answering.session, owed.id, owed.due_on)
    owed.due_on = row.wanted_on


def _decided(answering: Answering, row: ExtensionRow, *, granted: bool) -> str:
    when = (row.decided_at or answering.now).astimezone(HANOI)
    verdict = "đồng ý" if row.state == GRANTED else "từ chối"
    again = "" if (row.state == GRANTED) == granted else "; quyết định đó giữ nguyên"
    who = answering.name_of(row.decided_by)
    return f"Yêu cầu này {who} đã {verdict} lúc {when:%H:%M} ngày {day(when.date())}{again}."


def _tell(
    answering: Answering, made: Extension, say: str, name: str, told: Iterable[Recipient], reason: str | None = None
) -> None:
    payload = {
        "say": say,
        "id": made.id,
        "title": made.occurrence.title,
        "agency": made.occurrence.agency,
        "due": made.occurrence.due_on.isoformat(),
        "wanted": made.wanted_on.isoformat(),
        "by": answering.member.id,
        "reason": made.reason if reason is None else reason,
    }
    for recipient in dict.fromkeys(told):
        add_notice(
            answering.session,
            recipient,
            name,
            payload,
            send_at=answering.now,
            now=answering.now,
            occurrence=made.occurrence.id,
            agency=made.occurrence.agency,
        )


def _extension(answering: Answering, row: ExtensionRow, occurrence: Occurrence) -> Extension:
    return _of(row, occurrence, answering.audience.name_of(row.asked_by))


def _of(row: ExtensionRow, occurrence: Occurrence, asker: str) -> Extension:
    return Extension(row.id, occurrence, row.asked_by, asker, row.wanted_on, row.reason, row.state)
