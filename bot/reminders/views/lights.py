"""Lights: how far occurrences are, and which of them a leader reads first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.reminders.records import AMBER_DAYS, Light, Occurrence, State
from knowledge.workdays import WorkCalendar

AHEAD = timedelta(days=90)
"""Boards and digests look at least so far ahead."""


class Standing(StrEnum):
    """Where an occurrence stands on a day, finer than a light."""

    DONE = "done"
    ON_TIME = "on_time"
    NEAR = "near"
    LATE = "late"
    BEFORE = "before"
    """Due before its plan was known here: nobody was asked, so it is no lateness and has no light."""


@dataclass(frozen=True, slots=True)
class Lights:
    """Occurrences by light.

    Attributes:
        red: late, the longest first.
        amber: near, the nearest first.
        green: open with time left, the nearest first.
        done: the latest deadline first.
        before: due before the plan was known, not done; counted in no light.
    """

    red: tuple[Occurrence, ...]
    amber: tuple[Occurrence, ...]
    green: tuple[Occurrence, ...]
    done: tuple[Occurrence, ...]
    before: tuple[Occurrence, ...]

    @property
    def total(self) -> int:
        """How many have a light; done ones count as green."""
        return len(self.red) + len(self.amber) + len(self.green) + len(self.done)


def lights(occurrences: Iterable[Occurrence], today: date, calendar: WorkCalendar) -> Lights:
    """The lights of an agency, a plan, or all: of the occurrences that are passed, cancelled ones aside."""
    found: dict[Standing, list[Occurrence]] = {standing: [] for standing in Standing}
    judge = Judge(today, calendar)
    for occurrence in occurrences:
        if occurrence.state is not State.CANCELLED:
            found[judge.standing(occurrence)].append(occurrence)
    for each in found.values():
        each.sort(key=lambda occurrence: (occurrence.due_on, occurrence.id))
    return Lights(
        red=tuple(found[Standing.LATE]),
        amber=tuple(found[Standing.NEAR]),
        green=tuple(found[Standing.ON_TIME]),
        done=tuple(reversed(found[Standing.DONE])),
        before=tuple(found[Standing.BEFORE]),
    )


class Judge:
    """Tells standings on one day; remembers the working days that it has counted."""

    def __init__(self, today: date, calendar: WorkCalendar) -> None:
        self._today = today
        self._calendar = calendar
        self._amber_from: dict[date, date] = {}

    def standing(self, occurrence: Occurrence) -> Standing:
        """Where an occurrence that is not cancelled stands.

        A deadline on a day off can be met on the next working day, so until then it is near, not late
        (as in `bot.reminders.schedule`).
        """
        if occurrence.state is State.DONE:
            return Standing.DONE
        if occurrence.due_on < occurrence.known_on:
            return Standing.BEFORE
        light = occurrence.light(self._today, self._first_amber(occurrence.due_on))
        if light is Light.RED:
            last = self._calendar.next_working(occurrence.due_on)
            return Standing.LATE if self._today > last else Standing.NEAR
        return Standing.NEAR if light is Light.AMBER else Standing.ON_TIME

    def shows(self, occurrence: Occurrence) -> bool:
        """Whether it counts where no days are asked for.

        Single deadlines of all years, recurring ones of this year and of the next `AHEAD`, and what is late.
        """
        if not occurrence.recurring or self.standing(occurrence) is Standing.LATE:
            return True
        year = self._today.year
        return date(year, 1, 1) <= occurrence.due_on <= max(date(year, 12, 31), self._today + AHEAD)

    def _first_amber(self, due: date) -> date:
        if due not in self._amber_from:
            self._amber_from[due] = self._calendar.add(due, -AMBER_DAYS)
        return self._amber_from[due]
