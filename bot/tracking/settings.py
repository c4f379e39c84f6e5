"""What members and administrators set about reminders, each call one transaction with its rights checked inside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.contract import ChannelName
from bot.clock import HANOI, Clock
from bot.people.agencies import place_agency
from bot.people.rows import accounts_of, check_admin, get_member
from bot.tracking.audience import Audience, load_audience, unowned
from bot.tracking.outbox import OutboxState, take_back_planned
from bot.tracking.records import EVENING, MORNING, Kind, Recipient, ReminderError, State
from bot.tracking.rows import find_occurrences, open_between
from bot.tracking.rules import Name, Rules, Scope, load_rules, set_rule
from bot.tracking.schedule import DEFAULT_LEADS, FAR_LEAD, NEAR
from knowledge.agencies import Directory
from knowledge.store import audit
from knowledge.store.audit import AuditKind
from knowledge.store.database import Store
from knowledge.store.models import DutyRow, OccurrenceRow, OutboxRow, WorkDayRow

CHOOSABLE = (FAR_LEAD, *DEFAULT_LEADS)
"""Lead times that a member may choose among; those of a plan with others are told by the last of them."""
WEEK = (0, 1, 2, 3, 4)
"""Weekdays of a working week; 0: Monday."""
_NEAR = timedelta(days=31)
_LONGEST_NOTE = 100


@dataclass(frozen=True, slots=True)
class WorkDay:
    """A correction of the calendar."""

    day: date
    working: bool
    note: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that could not be sent.

    Attributes:
        id: of the message.
        to: a member's name, or that of a chat; with the agency on whose behalf it was to be heard.
        due_on: the deadline, where the message was about one thing.
        reason: why, as delivery noted it (`reasons`).
        occurrence: the number of what it was about; 0 where it was about none or several.
    """

    id: int
    to: str
    title: str
    kind: Kind
    at: datetime
    due_on: date | None
    reason: str
    occurrence: int = 0


@dataclass(frozen=True, slots=True)
class TaskLeads:
    """When one task is reminded of.

    Attributes:
        leads: working days before its days; several where its agencies have rules of their own,
            none where all its days are done.
        is_set: whether they were set for this task.
    """

    duty: int
    leads: tuple[tuple[int, ...], ...]
    is_set: bool


class ReminderSettings:
    """Rules, calendar corrections, and what administrators should look at."""

    def __init__(self, store: Store, clock: Clock, directory: Directory) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory

    def rules(self) -> Rules:
        """Every rule that is set."""
        with self._store.read() as session:
            return load_rules(session)

    def choose_leads(self, member: int, leads: Collection[int] | None) -> None:
        """Which lead times a member wants; None: all; none of them only where somebody else hears.

        Raises:
            ReminderError: a number that is none of `CHOOSABLE`, or nobody else of an agency would hear.
        """
        now = self._clock()
        with self._store.write() as session:
            get_member(session, member)
            if leads is not None and not set(leads) <= set(CHOOSABLE):
                raise ReminderError("Không có mốc nhắc này.")
            if leads is not None and not leads:
                audience = load_audience(session, self._directory, load_rules(session), now.date())
                alone = [
                    agency
                    for agency in audience.agencies_of(member)
                    if Recipient(member) in audience.owners(agency)
                    and not audience.has_substitute(Recipient(member), agency)
                ]
                if alone:
                    raise ReminderError(
                        f"{alone[0]} chưa có đầu mối khác nhận lời nhắc, nên anh/chị cần giữ ít nhất một mốc."
                    )
            chosen = None if leads is None or set(leads) == set(CHOOSABLE) else list(leads)
            set_rule(session, Scope.MEMBER, str(member), Name.LEADS, chosen, member, now)

    def choose_channel(self, member: int, channel: ChannelName | None) -> None:
        """The channel that is tried first for a member; None: the first one that was joined.

        Raises:
            ReminderError: the member has no account there.
        """
        now = self._clock()
        with self._store.write() as session:
            get_member(session, member)
            if channel is not None and channel not in {account.channel for account in accounts_of(session, member)}:
                raise ReminderError("Anh/chị chưa nối kênh này.")
            value = channel.value if channel else None
            set_rule(session, Scope.MEMBER, str(member), Name.CHANNEL, value, member, now)

    def choose_days(self, member: int, weekdays: Collection[int] | None) -> None:
        """The weekdays on which a member hears of lead times, from tomorrow on; None: whenever there is something.

        Raises:
            ReminderError: none of the days of a working week.
        """
        now = self._clock().astimezone(HANOI)
        with self._store.write() as session:
            get_member(session, member)
            if weekdays is not None and not (set(weekdays) and set(weekdays) <= set(WEEK)):
                raise ReminderError("Ngày nhận tin phải từ thứ Hai đến thứ Sáu.")
            chosen = None if weekdays is None or set(weekdays) == set(WEEK) else sorted(set(weekdays))
            kept = load_rules(session).own_days(member)
            if chosen is not None and kept is not None and [*kept.weekdays] == chosen:
                return
            since = (now + timedelta(days=1)).date().isoformat()
            value = None if chosen is None else {"weekdays": chosen, "since": since}
            set_rule(session, Scope.MEMBER, str(member), Name.DAYS, value, member, now)
            take_back_planned(session, now, Recipient(member))

    def choose_hours(self, member: int, opens: time | None, closes: time = EVENING) -> None:
        """From when to when a member's messages come; None: in office hours.

        Raises:
            ReminderError: no hour of theirs lies within office hours.
        """
        now = self._clock()
        with self._store.write() as session:
            get_member(session, member)
            if opens is not None and not MORNING <= opens < closes <= EVENING:
                raise ReminderError(f"Giờ nhận tin phải trong giờ làm việc, từ {MORNING:%H:%M} đến {EVENING:%H:%M}.")
            everything = opens is None or (opens, closes) == (MORNING, EVENING)
            value = None if everything or opens is None else [f"{opens:%H:%M}", f"{closes:%H:%M}"]
            set_rule(session, Scope.MEMBER, str(member), Name.HOURS, value, member, now)
            take_back_planned(session, now, Recipient(member))

    def set_leads(self, scope: Scope, subject: str, leads: Collection[int] | None, by: int) -> None:
        """Lead times of an agency, plan or duty; None: the default.

        Raises:
            NotAllowedError: no administrator.
            ReminderError: no lead time, or one that cannot be.
        """
        if leads is not None and not leads:
            raise ReminderError("Xin ghi ít nhất một mốc nhắc.")
        self._set(scope, subject, Name.LEADS, None if leads is None else list(leads), by)

    def set_extension_limit(
        self, scope: Scope, subject: str, limit: tuple[int | None, str | None] | None, by: int
    ) -> None:
        """How often days of a plan or an agency may be put off, and until when; None: the default.

        Args:
            limit: how often, and to which day (`rules.WITHIN`: the plan's years); None: without end.

        Raises:
            NotAllowedError: no administrator.
        """
        value = None if limit is None else {"times": limit[0], "until": limit[1]}
        self._set(scope, subject, Name.EXTENSIONS, value, by)

    def leads_of_task(self, task: int) -> TaskLeads | None:
        """Lead times of a live task as they are; None where it asks for nothing on a day."""
        with self._store.read() as session:
            duty = session.scalar(select(DutyRow).where(DutyRow.task_id == task))
            if duty is None:
                return None
            rules = load_rules(session)
            numbers = session.scalars(select(OccurrenceRow.id).where(OccurrenceRow.duty_id == duty.id)).all()
            if not numbers:
                return None
            found = find_occurrences(session, numbers).values()
            chosen = sorted({rules.leads(each) for each in found if each.state is State.OPEN}, reverse=True)
            return TaskLeads(duty.id, tuple(chosen), (Scope.DUTY, str(duty.id), Name.LEADS) in rules.values)

    def task_of_duty(self, duty: int) -> int | None:
        """The live task of a duty; None where there is none any more."""
        with self._store.read() as session:
            return session.scalar(select(DutyRow.task_id).where(DutyRow.id == duty))

    def set_following_unit(self, plan: int, agency: str | None, by: int) -> None:
        """Who follows a plan; None: the default.

        Raises:
            NotAllowedError: no administrator.
        """
        name = place_agency(self._directory, agency, self._clock().date()).name if agency else None
        self._set(Scope.PLAN, str(plan), Name.FOLLOW, name, by)

    def set_confirming(self, plan: int | None, unit: str | bool | None, by: int) -> None:
        """Who confirms what is reported of a plan, or of all plans where none is named.

        Args:
            unit: an agency; True: the unit that follows the plan; False: nobody; None: as for all plans.

        Raises:
            NotAllowedError: no administrator.
        """
        name = place_agency(self._directory, unit, self._clock().date()).name if isinstance(unit, str) else unit
        scope, subject = (Scope.ALL, "") if plan is None else (Scope.PLAN, str(plan))
        self._set(scope, subject, Name.CONFIRM, (name or None) if plan is None else name, by)

    def set_in_force(self, plan: int, in_force: bool | None, by: int) -> None:
        """Keeps a plan's yearly duties after its years, or ends the plan; None: its years decide.

        Raises:
            NotAllowedError: no administrator.
        """
        self._set(Scope.PLAN, str(plan), Name.FORCE, in_force, by)

    def set_checkins(self, on: bool, by: int) -> None:
        """Whether standing tasks are asked about every quarter.

        Raises:
            NotAllowedError: no administrator.
        """
        self._set(Scope.ALL, "", Name.CHECKIN, None if on else False, by)

    def work_days(self) -> list[WorkDay]:
        """Corrections of the calendar, by day."""
        with self._store.read() as session:
            rows = session.scalars(select(WorkDayRow).order_by(WorkDayRow.day))
            return [WorkDay(row.day, row.working, row.note) for row in rows]

    def set_work_day(self, day: date, working: bool, note: str, by: int) -> None:
        """Makes a day one of work, or off; a later word on the same day wins.

        Raises:
            NotAllowedError: no administrator.
        """
        now, note = self._clock(), note.strip()[:_LONGEST_NOTE]
        with self._store.write() as session:
            check_admin(session, by)
            session.merge(WorkDayRow(day=day, working=working, note=note, set_by=by, set_at=now))
            _record_day(session, day, "ngày làm việc" if working else "ngày nghỉ", by, now)

    def drop_work_day(self, day: date, by: int) -> bool:
        """Takes a correction back; False where there is none.

        Raises:
            NotAllowedError: no administrator.
        """
        with self._store.write() as session:
            check_admin(session, by)
            row = session.get(WorkDayRow, day)
            if row is None:
                return False
            session.delete(row)
            _record_day(session, day, "như lịch chung", by, self._clock())
            return True

    def unowned(self) -> dict[str, int]:
        """Agencies with duties that are late or near and nobody who hears of them, with how many."""
        today = self._clock().date()
        with self._store.read() as session:
            audience = load_audience(session, self._directory, load_rules(session), today)
            return unowned(list(open_between(session, date.min, today + NEAR)), audience, today)

    def undelivered(self, limit: int = 50) -> list[Undelivered]:
        """Messages of the last month that could not be sent, the latest first."""
        since = self._clock() - _NEAR
        with self._store.read() as session:
            rows = session.scalars(
                select(OutboxRow)
                .where(OutboxRow.state == OutboxState.FAILED, OutboxRow.send_at >= since)
                .order_by(OutboxRow.send_at.desc(), OutboxRow.id.desc())
                .limit(limit)
            ).all()
            audience = load_audience(session, self._directory, load_rules(session), self._clock().date())
            found = find_occurrences(session, [row.occurrence for row in rows if row.occurrence])
            return [
                Undelivered(
                    row.id,
                    _called(row, audience),
                    found[row.occurrence].title if row.occurrence in found else _told_of(row),
                    Kind(row.kind),
                    row.send_at,
                    found[row.occurrence].due_on if row.occurrence in found else None,
                    row.reason or "",
                    row.occurrence,
                )
                for row in rows
            ]

    def _set(self, scope: Scope, subject: str, name: Name, value: object, by: int) -> None:
        now = self._clock()
        with self._store.write() as session:
            check_admin(session, by)
            set_rule(session, scope, subject, name, value, by, now)
            number = int(subject) if subject.isdecimal() else None
            told = (subject if scope is Scope.AGENCY else "", _value_told(value))
            audit.record(
                session,
                AuditKind.REMINDER,
                f"rule_{name.value}",
                by=by,
                now=now,
                plan_id=number if scope is Scope.PLAN else _plan_of(session, number) if scope is Scope.DUTY else None,
                subject=number if scope is Scope.DUTY else None,
                detail="; ".join(part for part in told if part),
            )


def _plan_of(session: Session, duty: int | None) -> int | None:
    row = session.get(DutyRow, duty) if duty is not None else None
    return row.plan_id if row is not None else None


def _value_told(value: object) -> str:
    """A rule's value in a few words for the history."""
    if value is None:
        return "như mặc định"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, Mapping):
        return _limit_told(value.get("times"), value.get("until"))
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _limit_told(times: object, until: object) -> str:
    parts = (f"nhiều nhất {times} lần" if times is not None else "", f"đến {until}" if until else "")
    return ", ".join(part for part in parts if part) or "không giới hạn"


def _record_day(session: Session, day: date, told: str, by: int, now: datetime) -> None:
    detail = f"{day.isoformat()}: {told}"
    audit.record(session, AuditKind.REMINDER, "work_day", by=by, now=now, detail=detail)


def _called(row: OutboxRow, audience: Audience) -> str:
    recipient = Recipient.of(row.recipient)
    if recipient.chat is not None:
        name = "nhóm chat"
    else:
        name = (audience.name_of(recipient.member) if recipient.member is not None else "") or "người đã khóa"
    return f"{name} ({row.agency})" if row.agency else name


def _told_of(row: OutboxRow) -> str:
    payload = row.payload or {}
    return str(payload.get("title") or payload.get("agency") or "")


def read_leads(text: str) -> Sequence[int] | None:
    """Lead times as typed: "10, 5, 1" or "10 5 1"; None where they are no numbers."""
    pieces = text.replace(",", " ").replace(";", " ").split()
    if not pieces or not all(piece.isascii() and piece.isdigit() and len(piece) <= 3 for piece in pieces):
        return None
    return [int(piece) for piece in pieces]
