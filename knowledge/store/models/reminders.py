"""The tables of reminders: duties --< occurrences; the outbox; what was asked, set and corrected.

A duty is what a task asks for, kept over the versions of its plan; an occurrence is one day on
which one agency owes it. See `bot.tracking`.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.store.models.base import Base


class DutyRow(Base):
    """What a plan asks for, known again in later versions by its words."""

    __tablename__ = "duties"
    __table_args__ = (UniqueConstraint("plan_id", "key"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    key: Mapped[str]
    """Folded words of the task with its place among equal ones."""
    title: Mapped[str]
    task_id: Mapped[int | None] = mapped_column(index=True)
    """The live task; null when dropped. Not a foreign key: tasks of replaced versions may be removed."""
    hour: Mapped[time | None]
    """That its deadline prints beside the day."""
    last_year: Mapped[int | None]
    """Recurring occurrences count through this year; null: without end."""


class OccurrenceRow(Base):
    """One agency owes one thing by one day."""

    __tablename__ = "occurrences"
    __table_args__ = (UniqueConstraint("duty_id", "agency", "planned_on"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id", ondelete="CASCADE"), index=True)
    agency: Mapped[str] = mapped_column(index=True)
    planned_on: Mapped[date]
    due_on: Mapped[date] = mapped_column(index=True)
    known_on: Mapped[date]
    previous_on: Mapped[date | None]
    next_on: Mapped[date | None]
    recurring: Mapped[bool]
    state: Mapped[str] = mapped_column(index=True)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None]
    """A member's number."""
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None]
    note: Mapped[str | None]
    """What the owner said when it was done."""
    file: Mapped[str | None]
    """Name of the file that came with it, kept in the data folder."""
    progressed_at: Mapped[datetime | None]
    """When its agency last said how far it is."""
    returned_at: Mapped[datetime | None]
    """When what was reported was last returned; `note` and `file` stay until it is reported again."""
    returned_by: Mapped[int | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None]


class OutboxRow(Base):
    """A message to be sent, or that was; never twice the same."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("recipient", "occurrence", "name"),
        Index("ix_outbox_due", "state", "send_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    """ "member:12" or "chat:telegram:-100"."""
    occurrence: Mapped[int] = mapped_column(index=True)
    """0 where a message is about none, or several. Not a foreign key: a row outlives what it speaks of."""
    name: Mapped[str]
    """What it is among the messages about the occurrence: "lead:14", "digest:2026-11-23"."""
    kind: Mapped[str]
    agency: Mapped[str]
    due_on: Mapped[date | None]
    """The deadline when it was planned: another one now means that it must not go."""
    send_at: Mapped[datetime]
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What a notice or a digest says."""
    state: Mapped[str]
    """waiting, sending, sent, failed, cancelled, dropped."""
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    attempts: Mapped[int]
    reason: Mapped[str | None]
    """Why it failed, was cancelled or dropped."""
    channel: Mapped[str | None]
    message: Mapped[str | None]
    """The platform's id of the message it became."""
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class ReminderRuleRow(Base):
    """What an administrator or a member has set; see `bot.tracking.rules`."""

    __tablename__ = "reminder_rules"

    scope: Mapped[str] = mapped_column(primary_key=True)
    """all, agency, plan, duty, member."""
    subject: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    set_by: Mapped[int | None]
    set_at: Mapped[datetime]


class WorkDayRow(Base):
    """An administrator's correction of the calendar."""

    __tablename__ = "work_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    note: Mapped[str]
    set_by: Mapped[int | None]
    set_at: Mapped[datetime]


class ExtensionRow(Base):
    """Somebody asked for more time, and what was decided."""

    __tablename__ = "extensions"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id", ondelete="CASCADE"), index=True)
    asked_by: Mapped[int]
    asked_at: Mapped[datetime]
    wanted_on: Mapped[date]
    reason: Mapped[str]
    state: Mapped[str]
    """waiting, granted, declined."""
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]


class RemarkRow(Base):
    """What was said of a duty while it is open: how far it is, what is difficult, a leader's direction, a return."""

    __tablename__ = "remarks"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    """progress, difficulty, direction, returned."""
    text: Mapped[str]
    made_by: Mapped[int | None]
    made_at: Mapped[datetime]


class TransferRow(Base):
    """Somebody said that a duty is another agency's, and what was decided; what is moved stays so for its duty."""

    __tablename__ = "transfers"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id", ondelete="CASCADE"), index=True)
    agency: Mapped[str]
    asked_by: Mapped[int]
    asked_at: Mapped[datetime]
    reason: Mapped[str]
    state: Mapped[str]
    """waiting, moved, kept."""
    moved_to: Mapped[str]
    """The agency that owes it instead; empty unless moved."""
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]


class PersonalReminderRow(Base):
    """What somebody wants to be reminded of on a day of their own; its message is a row of the outbox."""

    __tablename__ = "personal_reminders"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    send_at: Mapped[datetime]
    at_any_hour: Mapped[bool]
    """An hour was said, so it does not wait for office hours."""
    made_at: Mapped[datetime]


class UrgingRow(Base):
    """An agency was urged about something late: at most once a day."""

    __tablename__ = "urgings"
    __table_args__ = (UniqueConstraint("occurrence_id", "day"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id", ondelete="CASCADE"))
    day: Mapped[date]
    number: Mapped[int]
    """Which time it is, from 1."""
    urged_by: Mapped[int | None]
    """A member's number."""
    urged_at: Mapped[datetime]
    told: Mapped[list[str]] = mapped_column(JSON)
    """Recipients, as the outbox calls them."""


class MemberAgencyRow(Base):
    """An agency, beside a member's own, that the member answers for as well."""

    __tablename__ = "member_agencies"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    agency: Mapped[str] = mapped_column(primary_key=True)


class AssignmentRow(Base):
    """A colleague whom an agency has given one of its duties to."""

    __tablename__ = "assignments"
    __table_args__ = (UniqueConstraint("duty_id", "agency"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duties.id", ondelete="CASCADE"), index=True)
    agency: Mapped[str]
    """As it was called when the duty was given."""
    member_id: Mapped[int]
    """Not a foreign key: owners hear of it when the person is gone."""
    assigned_by: Mapped[int | None]
    assigned_at: Mapped[datetime]


class AbsenceRow(Base):
    """Days on which somebody is away, and who stands in."""

    __tablename__ = "absences"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    substitute_id: Mapped[int]
    """Not a foreign key: the days stand when the substitute is gone."""
    first_on: Mapped[date]
    last_on: Mapped[date]
    set_by: Mapped[int | None]
    set_at: Mapped[datetime]


class HandoverRow(Base):
    """Somebody wants to hand all over to a colleague, and what came of it."""

    __tablename__ = "handovers"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    heir_id: Mapped[int]
    from_on: Mapped[date]
    state: Mapped[str]
    """waiting, agreed, declined, done."""
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
