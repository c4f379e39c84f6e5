"""How the agencies stand with one task, each day of each to be opened: for administrators, from the task's card."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.chat.open_tasks import SIGNS
from bot.chat.paging import show_list
from bot.chat.replanning import plan_first
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.reports.colours import long_day
from bot.tracking.lights import Judge
from bot.tracking.records import NOT_OWED, Occurrence
from bot.tracking.rows import find_occurrences
from bot.tracking.rules import load_calendar
from knowledge.progress import Standing
from knowledge.store.models import DutyRow, OccurrenceRow

_AROUND = timedelta(days=200)
"""Days farther off are left out: a monthly task has a dozen in it."""
_ORDER = (
    Standing.LATE, Standing.NEAR, Standing.IN_TIME, Standing.DONE_LATE, Standing.DONE_IN_TIME, Standing.BEFORE,
)  # fmt: skip


def standing_button(turn: Turn, task: int) -> list[Button]:
    """[Tình hình thực hiện], for administrators."""
    if not turn.is_admin:
        return []
    return [Button(turn.text("button_standing"), {"do": "task_standing", "task": task})]


def show_standing(turn: Turn, action: Action, _opened: Opened) -> None:
    """What is late first, then what comes, then what is done."""
    plan_first(turn)
    today = turn.now.date()
    with turn.services.app.store.read() as session:
        numbers = session.scalars(
            select(OccurrenceRow.id)
            .join(DutyRow, DutyRow.id == OccurrenceRow.duty_id)
            .where(
                DutyRow.task_id == action["task"],
                OccurrenceRow.state.not_in(NOT_OWED),
                OccurrenceRow.due_on.between(today - _AROUND, today + _AROUND),
            )
        ).all()
        judge = Judge(today, load_calendar(session))
        found = [(judge.standing(each), each) for each in find_occurrences(session, numbers).values()]
    if not found:
        turn.say("no_standing")
        return
    found.sort(key=lambda pair: (_ORDER.index(pair[0]), pair[1].due_on, pair[1].agency))
    items = [
        Item(f"{SIGNS[standing]} {_row(turn, each)}", {"do": "reminder", "ids": [each.id]})
        for standing, each in found
    ]
    show_list(turn, turn.text("standing_head"), items)


def _row(turn: Turn, each: Occurrence) -> str:
    due = long_day(each.due_on)
    return turn.text("standing_row", agency=each.agency or turn.text("agency_none"), due=due)
