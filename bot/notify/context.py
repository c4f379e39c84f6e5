"""People, rules, calendar and tasks as delivery looks at them, read again only when they have changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from bot.clock import HANOI
from bot.notify.claims import Item
from bot.tracking.audience import Audience, load_audience
from bot.tracking.rules import Rules, load_calendar, load_rules
from knowledge.agencies import DirectorySource, directory_now
from knowledge.library import Library, LiveTask
from knowledge.store.audit import AuditKind
from knowledge.store.database import generation
from knowledge.store.models import (
    AbsenceRow,
    AgencyChatRow,
    AssignmentRow,
    AuditRow,
    ExtensionRow,
    MemberAgencyRow,
    MemberRoleRow,
    MemberRow,
    ReminderRuleRow,
    WorkDayRow,
)
from knowledge.workdays import WorkCalendar

_MARKS = select(
    select(func.max(AuditRow.id)).where(AuditRow.kind == AuditKind.PEOPLE.value).scalar_subquery(),
    select(func.count()).select_from(MemberRow).scalar_subquery(),
    select(func.sum(cast(MemberRow.active, Integer))).scalar_subquery(),
    select(func.count()).select_from(MemberRoleRow).scalar_subquery(),
    select(func.count()).select_from(MemberAgencyRow).scalar_subquery(),
    select(func.count()).select_from(AgencyChatRow).scalar_subquery(),
    select(func.max(AgencyChatRow.set_at)).scalar_subquery(),
    select(func.count()).select_from(ReminderRuleRow).scalar_subquery(),
    select(func.max(ReminderRuleRow.set_at)).scalar_subquery(),
    select(func.count()).select_from(WorkDayRow).scalar_subquery(),
    select(func.max(WorkDayRow.set_at)).scalar_subquery(),
    select(func.count()).select_from(AbsenceRow).scalar_subquery(),
    select(func.max(AbsenceRow.set_at)).scalar_subquery(),
    select(func.count()).select_from(AssignmentRow).scalar_subquery(),
    select(func.max(AssignmentRow.id)).scalar_subquery(),
)
"""Every change of people is in the audit; every other one changes a count or a moment."""
_TASKS_KEPT = 5_000


@dataclass(frozen=True)
class DeliveryContext:
    """What a message is checked against."""

    audience: Audience
    calendar: WorkCalendar

    @property
    def rules(self) -> Rules:
        """What is set."""
        return self.audience.rules


def find_marks(session: Session) -> tuple[object, ...]:
    """What changes whenever people, rules, days off, absences or assignments do."""
    return tuple(session.execute(_MARKS).one())


def find_undecided(session: Session, items: Iterable[Item]) -> set[int]:
    """Numbers of the requests for more time that these messages ask to decide and nobody has decided."""
    numbers = [item.name.rpartition(":")[2] for item in items if item.name.startswith("extension:")]
    asked = [int(number) for number in numbers if number.isdigit()]
    if not asked:
        return set()
    return set(
        session.scalars(select(ExtensionRow.id).where(ExtensionRow.id.in_(asked), ExtensionRow.state == "waiting"))
    )


class CurrentContext:
    """The context as it is; for one thread."""

    def __init__(self, directory: DirectorySource) -> None:
        self._directory = directory
        self._mark: tuple[object, ...] = ()
        self._around: DeliveryContext | None = None

    def look(self, session: Session, now: datetime) -> DeliveryContext:
        """As the session sees them."""
        today = now.astimezone(HANOI).date()
        directory = directory_now(self._directory)
        mark = (today, directory.edition, *find_marks(session))
        if self._around is None or mark != self._mark:
            audience = load_audience(session, directory, load_rules(session), today)
            self._around, self._mark = DeliveryContext(audience, load_calendar(session)), mark
        return self._around


class KnownTasks:
    """Live tasks, kept until a plan is switched; for one thread."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._generation = -1
        self._found: dict[int, LiveTask] = {}

    def find(self, session: Session, ids: Collection[int]) -> dict[int, LiveTask]:
        """Those of these numbers that are live.

        Args:
            session: a writing one, so that no plan is switched meanwhile.
        """
        live = generation(session)
        if live != self._generation or len(self._found) > _TASKS_KEPT:
            self._found, self._generation = {}, live
        missing = [number for number in ids if number not in self._found]
        if missing:
            self._found |= self._library.tasks_by_id(missing)
        return {number: self._found[number] for number in ids if number in self._found}
