"""What answers are told of progress: what the boards count, in the words of `knowledge.progress`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.tracking.boards import Named, find_named, find_shown, find_standings
from bot.tracking.extensions import GRANTED
from bot.tracking.lights import Judge
from bot.tracking.records import Occurrence
from bot.tracking.rules import load_calendar
from knowledge.agencies import Directory
from knowledge.errors import KehoachError
from knowledge.library import Library
from knowledge.progress import Standing, State, TaskProgress
from knowledge.store.database import Store
from knowledge.store.models import DutyRow, ExtensionRow

_AT_ONCE = 500


class TrackedProgress:
    """`knowledge.progress.Progress` over occurrences; it counts what `load_board` counts."""

    def __init__(self, store: Store, directory: Directory) -> None:
        self._store = store
        self._directory = directory

    def tracked(self) -> frozenset[int]:
        """See `Progress.tracked`."""
        with self._store.read() as session:
            return frozenset(session.scalars(select(DutyRow.plan_id).distinct()))

    def find(
        self,
        library: Library,
        as_of: date,
        *,
        agencies: Sequence[str] = (),
        plans: Collection[int] | None = None,
        due_from: date | None = None,
        due_to: date | None = None,
        tasks: Collection[int] | None = None,
    ) -> Sequence[TaskProgress]:
        """See `Progress.find`.

        Args:
            tasks: only of these live ones, few enough for one query.
        """
        found: dict[int, Occurrence] = {}
        with self._store.read() as session:
            judge = Judge(as_of, load_calendar(session))
            for named in self._named(session, agencies, as_of):
                shown = find_shown(session, judge, named.names if named else None, plans, due_from, due_to, tasks)
                found |= {each.id: each for each in shown}
            wanted = sorted(found.values(), key=lambda each: (each.due_on, each.id))
            reasons = _reasons(session, [each.id for each in wanted if _is_put_off(each)])
        live = {each.id for each in library.tasks_by_id({o.task for o in wanted if o.task is not None}).values()}
        return [
            _progress(
                each if each.task in live else replace(each, task=None),
                judge.standing(each),
                as_of,
                reasons.get(each.id, ""),
            )
            for each in wanted
        ]

    def standings(self, as_of: date, plan: int) -> dict[int, frozenset[Standing]]:
        """How the tasks of a plan stand, as `find` tells each part of it; by task."""
        with self._store.read() as session:
            found = find_standings(session, Judge(as_of, load_calendar(session)), plan)
        return {task: frozenset(_told(*each, as_of) for each in stands) for task, stands in found.items()}

    def _named(self, session: Session, agencies: Sequence[str], as_of: date) -> Iterator[Named | None]:
        """Each of the agencies; None for all of them. One of which nobody has heard owes nothing."""
        if not agencies:
            yield None
        for agency in agencies:
            with suppress(KehoachError):
                yield find_named(session, self._directory, agency, as_of)


def _progress(
    occurrence: Occurrence,
    shown: Standing,
    as_of: date,
    reason: str,
) -> TaskProgress:
    return TaskProgress(
        plan=occurrence.plan,
        task=occurrence.task,
        title=occurrence.title,
        agency=occurrence.agency,
        due_on=occurrence.due_on,
        state=occurrence.processing,
        standing=_told(shown, occurrence.due_on, as_of),
        recurring=occurrence.recurring,
        done_on=occurrence.done_on if occurrence.processing is State.DONE else None,
        acknowledged_on=occurrence.acknowledged_on,
        extended_to=occurrence.due_on if _is_put_off(occurrence) else None,
        reason=reason,
        asked=shown is not Standing.BEFORE,
        of_past_year=occurrence.is_of_past_year(as_of),
    )


def _told(shown: Standing, due_on: date, as_of: date) -> Standing:
    """What fell due before its plan was tracked stands as its day says."""
    if shown is not Standing.BEFORE:
        return shown
    return Standing.LATE if due_on < as_of else Standing.IN_TIME


def _is_put_off(occurrence: Occurrence) -> bool:
    return occurrence.due_on != occurrence.planned_on


def _reasons(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Why these were put off, the latest reason of each."""
    found: dict[int, str] = {}
    for at in range(0, len(ids), _AT_ONCE):
        granted = (
            select(ExtensionRow.occurrence_id, ExtensionRow.reason)
            .where(ExtensionRow.occurrence_id.in_(ids[at : at + _AT_ONCE]), ExtensionRow.state == GRANTED)
            .order_by(ExtensionRow.id)
        )
        found.update((number, reason) for number, reason in session.execute(granted))
    return found
