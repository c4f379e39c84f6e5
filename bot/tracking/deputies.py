"""Who acts in whose place, as it is stored: days away with a substitute, and duties given to a colleague.

What follows from it for who hears and who may answer stands in `audience`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import HANOI
from knowledge.store.models import AbsenceRow, AssignmentRow


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a member is away; the first and the last are among them."""

    id: int
    member: int
    substitute: int
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the member is away on that day."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Assignment:
    """A duty that an agency has given to one of its people.

    Attributes:
        by: who gave it; None for one who is gone.
        on: the day on which it was given.
    """

    id: int
    duty: int
    agency: str
    member: int
    by: int | None
    on: date


def load_absences(session: Session) -> list[Absence]:
    """All of them, by their first day."""
    rows = session.scalars(select(AbsenceRow).order_by(AbsenceRow.first_on, AbsenceRow.id))
    return [Absence(row.id, row.member_id, row.substitute_id, row.first_on, row.last_on) for row in rows]


def load_assignments(session: Session) -> list[Assignment]:
    """All of them, in the order in which they were given."""
    rows = session.scalars(select(AssignmentRow).order_by(AssignmentRow.id))
    return [
        Assignment(
            row.id, row.duty_id, row.agency, row.member_id, row.assigned_by, row.assigned_at.astimezone(HANOI).date()
        )
        for row in rows
    ]
