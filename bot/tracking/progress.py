"""What owners answer to a reminder: received, done, taken back, later.

Every call is one transaction and checks inside it whether the member may answer (`answering`); of two that
meet, the later one sees what the earlier one did. Doing the same once more changes nothing and says the same:
a message that a restart handles again is harmless. More time is asked for in `extensions`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.tracking.answering import Answering, Answers
from bot.tracking.lights import Judge
from bot.tracking.outbox import OutboxState, Reason, add_notice, cancel_waiting, enqueue
from bot.tracking.records import Kind, Occurrence, Planned, Recipient, ReminderError, RetypeError, State, Step
from bot.tracking.results import given_name
from bot.tracking.rules import load_calendar
from bot.tracking.schedule import LOOK_BACK, morning, owner_steps, sending_day
from knowledge.progress import Standing
from knowledge.store.models import OccurrenceRow, OutboxRow
from knowledge.wording import day
from knowledge.workdays import WorkCalendar

UNDO_LASTS = timedelta(minutes=10)
"""How long "done" can be taken back; for as long nobody else is told of it."""
LATER_DAYS = 5
"""Working days by which a reminder of something late can be put off."""
_OWNERS_KINDS = (Kind.LEAD, Kind.DUE, Kind.OVERDUE)
_LONGEST_NOTE = 500
_REPORTED = (State.REPORTED, State.DONE)


@dataclass(frozen=True, slots=True)
class Received:
    """What has been noted as received.

    Attributes:
        late: those of several that were left out, since they are late.
    """

    occurrences: tuple[Occurrence, ...]
    late: tuple[Occurrence, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What has been reported as done.

    Attributes:
        until: through this moment it can be taken back.
        unit: the agency that is to confirm it; empty where it counts already.
        replaced: names of files that came with an earlier report, which was returned: they may go.
    """

    occurrences: tuple[Occurrence, ...]
    until: datetime
    unit: str = ""
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    """What is to be done again.

    Attributes:
        files: names of files that had come with it and that nobody has been told of: they may go.
    """

    occurrences: tuple[Occurrence, ...]
    files: tuple[str, ...]


class AlreadyDoneError(ReminderError):
    """Somebody else has reported it before; the sentence says who and when."""


class Progress(Answers):
    """Answers of owners, leaders and administrators. Calls block for some milliseconds of disk."""

    def acknowledge(self, ids: Collection[int], by: int) -> Received:
        """Notes that the agency has received it: its owners are reminded only when the day is close.

        What is late is told above all the same. Of several things at once those that are late are left out: each of
        them is to be looked at by itself.

        Raises:
            ReminderError: the member may not answer, or it is no longer asked for.
            AlreadyDoneError: it is done.
        """
        now = self._clock()
        with self._store.write() as session:
            answering = self._as(session, by, now)
            rows = {row.id: row for row in still_open(answering, answering.rows(ids))}
            owed, judge = answering.occurrences(rows.values()), Judge(now.date(), load_calendar(session))
            late = [each for each in owed if judge.standing(each) is Standing.LATE] if _several(owed) else []
            for each in owed:
                row = rows[each.id]
                if each not in late and row.acknowledged_at is None:
                    row.acknowledged_at, row.acknowledged_by = now, by
            return Received(tuple(each for each in owed if each not in late), tuple(late))

    def check_open(self, ids: Collection[int], by: int) -> tuple[Occurrence, ...]:
        """Those of them that the member may answer for and that are still owed.

        Raises:
            ReminderError, AlreadyDoneError: as for `acknowledge`.
        """
        with self._store.read() as session:
            answering = self._as(session, by, self._clock())
            return tuple(answering.occurrences(still_open(answering, answering.rows(ids))))

    def done(self, ids: Collection[int], by: int, note: str | None = None, file: str | None = None) -> Done:
        """Ends the series; the agency's leaders and the following unit hear of it once `UNDO_LASTS` is over.

        Where somebody is set to confirm what is reported of its plan, it counts when they have (`confirming`); what
        they report themselves counts at once.

        Args:
            note: what the owner says about it.
            file: name of the file that came with it, as `results.keep` gave it.

        Raises:
            ReminderError: the member may not answer, it is no longer asked for, or the note is too long.
            AlreadyDoneError: somebody else was first.
        """
        now = self._clock()
        if note is not None and len(note) > _LONGEST_NOTE:
            raise RetypeError(f"Xin ghi chú ngắn hơn {_LONGEST_NOTE} ký tự.")
        with self._store.write() as session:
            answering = self._as(session, by, now)
            rows = answering.rows(ids)
            own = [row for row in rows if row.state in _REPORTED and row.done_by == by]
            if own and not any(row.state == State.OPEN for row in rows):
                again = answering.occurrences(own)
                return Done(tuple(again), _undo_until(own), _confirming_unit(answering, again))
            rows = still_open(answering, rows)
            replaced = {row.file for row in rows if row.file}
            for row, owed in zip(rows, answering.occurrences(rows), strict=True):
                waits = bool(answering.audience.confirmers(owed.plan)) and not answering.may_confirm(owed.plan)
                row.state = (State.REPORTED if waits else State.DONE).value
                row.done_at, row.done_by, row.note, row.file = now, by, note or None, file
            cancel_waiting(session, [row.id for row in rows], Reason.DONE)
            finished = answering.occurrences(rows)
            for occurrence in finished:
                _tell_done(answering, occurrence, now + UNDO_LASTS, note, file)
            unit = _confirming_unit(answering, finished)
            return Done(tuple(finished), now + UNDO_LASTS, unit, _unused(session, replaced))

    def undo(self, ids: Collection[int], by: int) -> Undone:
        """Takes "done" back: the series goes on, and what nobody has been told is not told.

        Administrators may so later as well; who has been told then hears of it, and who reported it.

        Raises:
            ReminderError: the member may not answer, it is not done, or `UNDO_LASTS` is over.
        """
        now = self._clock()
        with self._store.write() as session:
            answering = self._as(session, by, now)
            done = [row for row in answering.rows(ids) if row.state in _REPORTED]
            if not done:
                raise ReminderError("Việc này chưa được báo xong, hoặc đã hoàn tác rồi.")
            rows = [row for row in done if can_undo(row, now) or answering.member.is_admin]
            if not rows:
                raise ReminderError("Đã quá 10 phút nên không hoàn tác được nữa; xin nhờ quản trị viên nếu báo nhầm.")
            reporters = {row.id: row.done_by for row in rows}
            files = {row.file for row in rows if row.file and can_undo(row, now)}
            for row in rows:
                row.state, row.done_at, row.done_by = State.OPEN.value, None, None
                row.note, row.file, row.confirmed_at, row.confirmed_by = None, None, None, None
            bring_back(session, [row.id for row in rows], now)
            reopened = answering.occurrences(rows)
            for occurrence in reopened:
                if not _take_back_notices(session, occurrence.id):
                    reporter = reporters[occurrence.id]
                    also = [Recipient(reporter)] if reporter else []
                    tell(answering, occurrence, "reminder_undone", "undone", now, also=also)
            return Undone(tuple(reopened), _unused(session, files))

    def later(self, ids: Collection[int], by: int, until: date) -> tuple[Occurrence, ...]:
        """Moves the reminder to the morning of `until`; the deadline stays, and so do others' reminders.

        It is the member's own one, or the group chat's where the answer is given in one of the agency.

        Raises:
            ReminderError: the member is no owner or leader of the agency, or `until` is no day for it
                (`later_problem`).
            AlreadyDoneError: it is done.
        """
        now = self._clock()
        with self._store.write() as session:
            answering = self._as(session, by, now)
            rows = still_open(answering, answering.rows(ids))
            calendar = load_calendar(session)
            moved = [each for each in answering.occurrences(rows) if _is_reminded(answering, each)]
            if not moved:
                raise ReminderError("Chỉ đầu mối và lãnh đạo của cơ quan được giao mới được nhắc việc này.")
            for occurrence in moved:
                problem = later_problem(occurrence, until, now.date(), calendar)
                if problem:
                    raise RetypeError(problem)
                _move(answering, answering.recipient_for(occurrence.agency), occurrence, until, calendar)
            return tuple(moved)


def later_limit(occurrence: Occurrence, today: date, calendar: WorkCalendar) -> date:
    """The last day to which a reminder can be put off; `today` or before where there is none left."""
    return calendar.add(today, LATER_DAYS) if today > occurrence.due_on else calendar.previous(occurrence.due_on)


def later_problem(occurrence: Occurrence, until: date, today: date, calendar: WorkCalendar) -> str | None:
    """Why a reminder cannot be put off to that day, as a Vietnamese sentence; None when it can."""
    limit = later_limit(occurrence, today, calendar)
    if limit <= today:
        return "Hạn đã đến nên không lùi lời nhắc được nữa; xin chọn Xong hoặc Xin lùi hạn."
    if until <= today:
        return "Ngày nhắc lại phải sau hôm nay."
    if until > limit:
        return f"Ngày nhắc lại muộn nhất là {day(limit)}."
    if not calendar.is_working(until):
        return f"Ngày {day(until)} không phải ngày làm việc."
    return None


def _several(owed: Collection[Occurrence]) -> bool:
    """Whether they are more than one thing, whoever owes it."""
    return len({(each.duty, each.due_on) for each in owed}) > 1


def still_open(answering: Answering, rows: Sequence[OccurrenceRow]) -> list[OccurrenceRow]:
    """Those that are owed.

    Raises:
        AlreadyDoneError: none; the sentence says who reported it and when.
    """
    found = [row for row in rows if row.state == State.OPEN]
    if not found:
        first = rows[0]
        when = first.done_at.astimezone(HANOI) if first.done_at else answering.now
        who = answering.name_of(first.done_by)
        raise AlreadyDoneError(f"Việc này {who} đã báo xong lúc {when:%H:%M} ngày {day(when.date())}.")
    return found


def can_undo(row: OccurrenceRow, now: datetime) -> bool:
    """Whether who reported it as done can still take that back."""
    return row.state in _REPORTED and row.done_at is not None and now <= row.done_at + UNDO_LASTS


def _undo_until(rows: Sequence[OccurrenceRow]) -> datetime:
    return max(row.done_at.astimezone(HANOI) for row in rows if row.done_at) + UNDO_LASTS


def _confirming_unit(answering: Answering, reported: Sequence[Occurrence]) -> str:
    waiting = [each for each in reported if each.state is State.REPORTED]
    return (answering.audience.rules.confirming_unit(waiting[0].plan) or "") if waiting else ""


def _unused(session: Session, files: Collection[str]) -> tuple[str, ...]:
    """Of these files those that belong to nothing any more."""
    session.flush()
    kept = set(session.scalars(select(OccurrenceRow.file).where(OccurrenceRow.file.in_(files))))
    return tuple(sorted({*files} - kept))


def _tell_done(
    answering: Answering, occurrence: Occurrence, send_at: datetime, note: str | None, file: str | None
) -> None:
    """Who is to confirm it is asked to; the others who are concerned hear of it."""
    confirmers = answering.audience.confirmers(occurrence.plan) if occurrence.state is State.REPORTED else ()
    what: dict[str, Any] = {"note": note or "", "file": given_name(file) if file else ""}
    tell(answering, occurrence, "reminder_done", "done", send_at, **what, but=confirmers)
    buttons = [
        ["confirm", {"do": "confirm", "ids": [occurrence.id]}],
        ["return", {"do": "return", "ids": [occurrence.id]}],
    ]
    notify(answering, confirmers, occurrence, "reminder_reported", "done", send_at, buttons=buttons, **what)


def tell(
    answering: Answering,
    occurrence: Occurrence,
    say: str,
    name: str,
    send_at: datetime,
    *,
    also: Sequence[Recipient] = (),
    but: Sequence[Recipient] = (),
    **what: Any,
) -> None:
    """Leaders of the agency, the plan's following unit and `also`, but not who acts."""
    audience = answering.audience
    agencies = audience.offices.today(occurrence.agency)
    leaders = [each for agency in agencies for each in audience.leaders(agency)]
    told = [each for each in (*leaders, *audience.followers(occurrence.plan), *also) if each not in but]
    notify(answering, told, occurrence, say, name, send_at, **what)


def notify(
    answering: Answering,
    recipients: Sequence[Recipient],
    occurrence: Occurrence,
    say: str,
    name: str,
    send_at: datetime,
    **what: Any,
) -> None:
    """A notice about one occurrence to each of them, but not to who acts.

    Args:
        say: which sentence.
        what: what it says besides; "buttons": what may be answered, as pairs of a label's name and its action.
    """
    payload = {
        "say": say,
        "title": occurrence.title,
        "agency": occurrence.agency,
        "due": occurrence.due_on.isoformat(),
        "by": answering.member.id,
        **what,
    }
    for recipient in dict.fromkeys(recipients):
        if recipient.member == answering.member.id:
            continue
        add_notice(
            answering.session,
            recipient,
            f"{name}:{answering.now.isoformat()}",
            payload,
            send_at=send_at,
            now=answering.now,
            occurrence=occurrence.id,
            agency=occurrence.agency,
        )


def _take_back_notices(session: Session, occurrence: int) -> bool:
    """Takes away what nobody has been told of "done"; False where somebody has."""
    told = select(OutboxRow.state).where(OutboxRow.occurrence == occurrence, OutboxRow.name.like("done:%"))
    states = set(session.scalars(told))
    session.execute(
        delete(OutboxRow).where(
            OutboxRow.occurrence == occurrence,
            OutboxRow.name.like("done:%"),
            OutboxRow.state == OutboxState.WAITING,
        )
    )
    return not states & {OutboxState.SENDING.value, OutboxState.SENT.value}


def bring_back(session: Session, occurrences: Sequence[int], now: datetime) -> None:
    """What "done" took back waits again; whether it is still true is asked before it goes.

    So does the word that it was given to somebody. What would be too late by now was not missed: there was nothing to
    do then. Coordinating agencies are left to planning: they may have heard of another agency's part meanwhile.
    """
    calendar = load_calendar(session)
    still_sent = morning(calendar.add(sending_day(now, calendar), -LOOK_BACK))
    of_reminding = and_(
        OutboxRow.kind.not_in([Kind.NOTICE.value, Kind.DIGEST.value]),
        OutboxRow.name != "help",
        OutboxRow.send_at >= still_sent,
    )
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.occurrence.in_(occurrences),
            OutboxRow.state == OutboxState.CANCELLED,
            OutboxRow.reason == Reason.DONE,
            or_(of_reminding, OutboxRow.name.like("assigned:%")),
        )
        .values(state=OutboxState.WAITING.value, reason=None)
    )


def _is_reminded(answering: Answering, occurrence: Occurrence) -> bool:
    audience, recipient = answering.audience, answering.recipient_for(occurrence.agency)
    agencies = audience.offices.today(occurrence.agency)
    return any(audience.hears(recipient, occurrence, "later:", agency) for agency in agencies)


def _move(
    answering: Answering, recipient: Recipient, occurrence: Occurrence, until: date, calendar: WorkCalendar
) -> None:
    """One row for that morning instead of all until then.

    Days that are planned only later are taken back beforehand: a row that is there is not planned again.
    """
    session, now = answering.session, answering.now
    leads = answering.audience.rules.leads(occurrence)
    planned = [
        Planned(recipient, occurrence, step, morning(step.day), occurrence.agency)
        for step in owner_steps(occurrence, leads, calendar)
        if now.date() <= step.day <= until
    ]
    own = (OutboxRow.recipient == recipient.key, OutboxRow.occurrence == occurrence.id)
    enqueue(session, planned, now)
    session.execute(
        update(OutboxRow)
        .where(
            *own,
            OutboxRow.kind.in_([kind.value for kind in _OWNERS_KINDS]),
            OutboxRow.state == OutboxState.WAITING,
            OutboxRow.send_at < datetime.combine(until + timedelta(days=1), time(), HANOI),
        )
        .values(state=OutboxState.CANCELLED.value, reason=Reason.LATER.value)
    )
    if until > occurrence.due_on:
        kind = Kind.OVERDUE
    else:
        kind = Kind.DUE if until == calendar.previous(occurrence.due_on) else Kind.LEAD
    name = f"later:{until.isoformat()}"
    again = Planned(recipient, occurrence, Step(kind, name, until), morning(until), occurrence.agency)
    enqueue(session, [again], now)
    session.execute(
        update(OutboxRow)
        .where(*own, OutboxRow.name == name, OutboxRow.state == OutboxState.CANCELLED)
        .values(state=OutboxState.WAITING.value, reason=None, send_at=morning(until))
    )
