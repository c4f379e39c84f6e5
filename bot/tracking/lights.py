"""Standings: how far occurrences are on a day, and which of them a board shows."""

from __future__ import annotations

from datetime import date, timedelta

from bot.tracking.records import NEAR_DAYS, Occurrence, State
from knowledge.progress import Standing
from knowledge.workdays import WorkCalendar

AHEAD = timedelta(days=90)
"""Boards and digests look at least so far ahead."""


class Judge:
    """Tells standings on one day; remembers the working days that it has counted."""

    def __init__(self, today: date, calendar: WorkCalendar) -> None:
        self._today = today
        self._calendar = calendar
        self._near_from: dict[date, date] = {}

    @property
    def today(self) -> date:
        """The day on which standings are told."""
        return self._today

    def standing(self, occurrence: Occurrence) -> Standing:
        """Where an occurrence that is not cancelled stands.

        A deadline on a day off can be met on the next working day, so until then it is near, not late
        (as in `bot.tracking.schedule`).
        """
        due = occurrence.due_on
        done_on = occurrence.done_on
        reported_late = done_on is not None and self._is_past(due, done_on)
        if occurrence.state is State.DONE:
            return Standing.DONE_LATE if reported_late else Standing.DONE_IN_TIME
        if occurrence.state is State.REPORTED:
            # Its agency has done its part by the day on which it said so, however long it waits to be confirmed.
            return Standing.LATE if reported_late else Standing.IN_TIME
        if due < occurrence.known_on:
            return Standing.BEFORE
        if self._is_past(due, self._today):
            return Standing.LATE
        return Standing.NEAR if self._today >= self._first_near(due) else Standing.IN_TIME

    def shows(self, occurrence: Occurrence) -> bool:
        """Whether it counts where no days are asked for.

        Single deadlines of all years, recurring ones of this year and of the next `AHEAD`, and what is late.
        """
        if not occurrence.recurring or self.standing(occurrence) is Standing.LATE:
            return True
        return date(self._today.year, 1, 1) <= occurrence.due_on <= self.shown_until

    @property
    def shown_until(self) -> date:
        """The last day on which a recurring deadline counts where no days are asked for."""
        return max(date(self._today.year, 12, 31), self._today + AHEAD)

    def _is_past(self, due: date, on: date) -> bool:
        return on > due and on > self._calendar.next_working(due)

    def _first_near(self, due: date) -> date:
        if due not in self._near_from:
            self._near_from[due] = self._calendar.add(due, -NEAR_DAYS)
        return self._near_from[due]
