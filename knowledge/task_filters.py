"""Which tasks of a table are asked for: by agency and by day, the same in the command and on the page."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from knowledge.agencies import Directory
from knowledge.library import LiveTask
from knowledge.objects import horizon
from knowledge.records import Deadline


def is_led_by(live: LiveTask, agency: str, directory: Directory, today: date) -> bool:
    """Whether the agency leads the task by itself or as a member of a printed group, then or now.

    Args:
        agency: name, short name or initials; of one that the directory does not know, part of the printed name.
    """
    asked = directory.resolve(agency)
    if asked is None:
        return any(agency.casefold() in office.casefold() for office in live.task.lead)
    leads = set(live.task.lead_agencies)
    for day in {live.plan.metadata.issued or today, today}:
        leads.update(member for lead in live.task.lead_agencies for member in directory.members(lead, day))
    return not leads.isdisjoint(asked.names)


def is_due_within(live: LiveTask, first: date | None, last: date | None, today: date) -> bool:
    """Whether a day of the task lies between these, both included; without an end up to the horizon."""
    if first is None and last is None:
        return True
    start, until = first or date.min, last or horizon(today)
    return any(start <= day <= until for day in due_days(live.task.deadline, until))


@lru_cache(maxsize=4_000)  # a plan of 10,000 tasks has some hundreds of deadlines
def due_days(deadline: Deadline, until: date) -> tuple[date, ...]:
    """`Deadline.due_dates`, spelled out once."""
    return deadline.due_dates(until)
