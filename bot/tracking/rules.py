"""What administrators and members have set about reminders: one row a rule, read together.

    scope    subject          name      value
    all      ""               checkin   false: do not ask quarterly about standing tasks
    agency   its name         leads     lead times in working days
    plan     its number       leads     the same
    plan     its number       follow    the unit that follows the plan
    all, plan                 confirm   who confirms what is reported: true the following unit, a name that agency,
                                        false (of a plan) nobody
    plan     its number       force     true: its yearly duties go on after its years; false: they have ended
    agency, plan              extensions  how often and how far a day may be put off: {"times", "until"}
    duty     its number       leads     the same
    duty     its number       said      of a task without a readable day, by agency: {"said": "day" or "done", "day"}
    member   number           leads     fewer of them; empty: none, where somebody else of the agency hears
    member   number           channel   the channel that is tried first
    member   number           days      weekdays on which lead times are told, and since when: {"weekdays", "since"}
    member   number           hours     from when to when messages come, within office hours: ["09:00", "17:00"]

Lead times of a duty win over those of its plan, those over the agency's, those over the default; so do limits of
putting off, which a duty has not of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.channels.contract import ChannelName
from bot.tracking.records import MORNING, Occurrence, ReminderError
from bot.tracking.schedule import leads_of
from knowledge.store.models import ReminderRuleRow, WorkDayRow
from knowledge.workdays import WorkCalendar

FOLLOWING_UNIT = "Sở Nội vụ"
"""Đơn vị theo dõi where nobody else is named."""
LONGEST_LEAD = 60
EXTENSIONS = 2
"""How often the day of one thing may be put off."""
WITHIN = "year"
"""Within the years of the plan."""


class Scope(StrEnum):
    """What a rule is about."""

    ALL = "all"
    AGENCY = "agency"
    PLAN = "plan"
    DUTY = "duty"
    MEMBER = "member"


class Name(StrEnum):
    """What a rule sets."""

    LEADS = "leads"
    FOLLOW = "follow"
    FORCE = "force"
    CONFIRM = "confirm"
    CHECKIN = "checkin"
    CHANNEL = "channel"
    DAYS = "days"
    HOURS = "hours"
    EXTENSIONS = "extensions"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class OwnDays:
    """The weekdays on which somebody wants to hear of lead times, and the day from which that holds; 0: Monday."""

    weekdays: tuple[int, ...]
    since: date


@dataclass(frozen=True, slots=True)
class OwnHours:
    """From when to when somebody wants messages, within office hours."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class ExtensionLimit:
    """How often a day may be put off, and to which day; None: without end. Administrators are above it."""

    times: int | None
    until: date | None


@dataclass(frozen=True)
class Rules:
    """All rules as they are now."""

    values: dict[tuple[Scope, str, Name], Any] = field(default_factory=dict)

    def leads(self, occurrence: Occurrence) -> tuple[int, ...]:
        """Lead times of an occurrence in working days, longest first."""
        chosen = self._first(
            (Scope.DUTY, str(occurrence.duty)), (Scope.PLAN, str(occurrence.plan)), (Scope.AGENCY, occurrence.agency)
        )
        return leads_of(occurrence, chosen)

    def member_leads(self, member: int) -> frozenset[int] | None:
        """The lead times that a member wants of those there are; None: all."""
        chosen = self.values.get((Scope.MEMBER, str(member), Name.LEADS))
        return None if chosen is None else frozenset(chosen)

    def following_unit(self, plan: int) -> str:
        """The agency that follows a plan."""
        return str(self.values.get((Scope.PLAN, str(plan), Name.FOLLOW), FOLLOWING_UNIT))

    def confirming_unit(self, plan: int) -> str | None:
        """The agency that confirms what is reported of a plan; None: what is reported counts at once."""
        said: bool | str = self.values.get(
            (Scope.PLAN, str(plan), Name.CONFIRM), self.values.get((Scope.ALL, "", Name.CONFIRM), False)
        )
        if isinstance(said, str):
            return said
        return self.following_unit(plan) if said else None

    @property
    def confirmed(self) -> bool:
        """Whether what is reported is to be confirmed where a plan says nothing else."""
        return bool(self.values.get((Scope.ALL, "", Name.CONFIRM), False))

    def in_force(self, plan: int) -> bool | None:
        """What an administrator has said of a plan's yearly duties; None: its years decide."""
        said: bool | None = self.values.get((Scope.PLAN, str(plan), Name.FORCE))
        return said

    def channel(self, member: int) -> ChannelName | None:
        """The channel that a member wants first."""
        chosen = self.values.get((Scope.MEMBER, str(member), Name.CHANNEL))
        return None if chosen is None else ChannelName(chosen)

    def own_days(self, member: int | None) -> OwnDays | None:
        """The days of a member's own; None: whenever there is something. A group chat has none."""
        return self._days.get(str(member))

    def own_hours(self, member: int | None) -> OwnHours | None:
        """The hours of a member's own; None: office hours."""
        return self._hours.get(str(member))

    def opens(self, member: int | None) -> time:
        """From when on messages of a day come."""
        hours = self.own_hours(member)
        return hours.opens if hours else MORNING

    def extension_limit(self, occurrence: Occurrence) -> ExtensionLimit:
        """How far an occurrence may be put off: twice, within the years of its plan, unless something else is set."""
        said = self.extension_rule(Scope.PLAN, str(occurrence.plan))
        said = said or self.extension_rule(Scope.AGENCY, occurrence.agency) or {"times": EXTENSIONS, "until": WITHIN}
        until = None if said["until"] in (None, WITHIN) else date.fromisoformat(said["until"])
        if said["until"] == WITHIN and occurrence.last_year:
            until = date(max(occurrence.last_year, occurrence.planned_on.year), 12, 31)
        return ExtensionLimit(said["times"], until)

    def extension_rule(self, scope: Scope, subject: str) -> dict[str, Any] | None:
        """What is set of a plan or an agency: {"times": 3 or None, "until": a day, `WITHIN` or None}."""
        said: dict[str, Any] | None = self.values.get((scope, subject, Name.EXTENSIONS))
        return said

    @property
    def checkins(self) -> bool:
        """Whether standing and conditional tasks are asked about every quarter."""
        return bool(self.values.get((Scope.ALL, "", Name.CHECKIN), True))

    def said_of(self, duty: int) -> dict[str, Any]:
        """What agencies have said of a duty without a readable day."""
        return dict(self.values.get((Scope.DUTY, str(duty), Name.SAID), {}))

    def told_day(self, duty: int, agency: str) -> date | None:
        """The day that an agency has told of it; None where it has told none."""
        said = self.said_of(duty).get(agency, {}).get("day")
        return date.fromisoformat(said) if said else None

    @cached_property
    def _days(self) -> dict[str, OwnDays]:
        """Planning asks for every message."""
        return {
            subject: OwnDays(tuple(said["weekdays"]), date.fromisoformat(said["since"]))
            for (_, subject, name), said in self.values.items()
            if name is Name.DAYS
        }

    @cached_property
    def _hours(self) -> dict[str, OwnHours]:
        return {
            subject: OwnHours(*map(time.fromisoformat, said))
            for (_, subject, name), said in self.values.items()
            if name is Name.HOURS
        }

    def _first(self, *subjects: tuple[Scope, str]) -> list[int] | None:
        for scope, subject in subjects:
            chosen: list[int] | None = self.values.get((scope, subject, Name.LEADS))
            if chosen is not None:
                return chosen
        return None


def load_rules(session: Session) -> Rules:
    """Every rule that is set."""
    rows = session.scalars(select(ReminderRuleRow))
    return Rules({(Scope(row.scope), row.subject, Name(row.name)): row.value for row in rows})


def set_rule(
    session: Session, scope: Scope, subject: str, name: Name, value: Any, by: int | None, now: datetime
) -> None:
    """Sets a rule; None takes it away. Who may is the caller's business.

    Raises:
        ReminderError: lead times that cannot be.
    """
    key = (ReminderRuleRow.scope == scope, ReminderRuleRow.subject == subject, ReminderRuleRow.name == name)
    if value is None:
        session.execute(delete(ReminderRuleRow).where(*key))
        return
    if name is Name.LEADS:
        value = check_leads(value)
    session.merge(
        ReminderRuleRow(scope=scope.value, subject=subject, name=name.value, value=value, set_by=by, set_at=now)
    )


def check_leads(leads: Collection[int]) -> list[int]:
    """Lead times in order, longest first.

    Raises:
        ReminderError: a number out of range.
    """
    if any(not 0 <= lead <= LONGEST_LEAD for lead in leads):
        raise ReminderError(f"Số ngày nhắc trước phải từ 0 đến {LONGEST_LEAD} ngày làm việc.")
    return sorted(set(leads), reverse=True)


def load_calendar(session: Session) -> WorkCalendar:
    """Working days with the administrators' corrections."""
    days = session.execute(select(WorkDayRow.day, WorkDayRow.working)).all()
    return WorkCalendar(
        days_off=(day for day, working in days if not working), working_days=(day for day, working in days if working)
    )
