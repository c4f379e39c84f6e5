"""Another day for a reminder; the deadline stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.chat.reminder_talk import (
    answer_buttons,
    answered,
    are_received,
    ask,
    offered_days,
    progress_of,
    stop_button,
    take_day,
    title_of,
    wait,
    who_answers,
    work_days,
)
from bot.chat.turn import Button, Turn
from bot.menus.choices import Action, Opened
from bot.reports.colours import long_day
from bot.tracking.progress import later_limit, later_problem
from bot.tracking.records import Occurrence, RetypeError
from bot.tracking.schedule import last_day
from knowledge.wording import day as day_of
from knowledge.workdays import WorkCalendar


def ask_later(turn: Turn, action: Action, _opened: Opened) -> None:
    """Offers days for the next reminder."""
    owed = progress_of(turn).check_open(action["ids"], who_answers(turn))
    today, calendar = turn.now.date(), work_days(turn)
    limit = min(_limit(each, today, calendar) for each in owed)
    ids = [each.id for each in owed]
    problem = later_problem(owed[0], limit, today, calendar) if limit <= today else None
    if problem is not None:
        turn.reply(problem, answer_buttons(turn, ids, received=are_received(owed), later=False))
        return
    fitting = [day for day in offered_days(turn) if day <= limit]
    rows = [[Button(long_day(day), {"do": "later_to", "ids": ids, "day": day.isoformat()})] for day in fitting]
    wait(turn, "later_day", {"ids": ids})
    text = turn.text("ask_later", task=title_of(owed), limit=long_day(limit))
    ask(turn, text, [*rows, [stop_button(turn, ids)]])


def later_to(turn: Turn, action: Action, opened: Opened) -> None:
    """Reminds again on the day that was pressed."""
    put_later(turn, action["ids"], date.fromisoformat(action["day"]))
    turn.close(opened)


def take_later_day(turn: Turn, text: str) -> None:
    """The same for a day that was typed."""
    with answered(turn) as waiting:
        put_later(turn, waiting["ids"], take_day(turn, text))


def put_later(turn: Turn, ids: Sequence[int], day: date) -> None:
    """Reminds the writer again of these on that day.

    Raises:
        ReminderError: they may not, or no such day can be.
    """
    today, calendar = turn.now.date(), work_days(turn)
    limit = min(_limit(each, today, calendar) for each in progress_of(turn).check_open(ids, who_answers(turn)))
    if today < limit < day:
        raise RetypeError(turn.text("later_limit", limit=day_of(limit)))
    moved = progress_of(turn).later(ids, who_answers(turn), day)
    turn.say("later_set", task=title_of(moved), date=long_day(day), due=long_day(moved[0].due_on))


def _limit(owed: Occurrence, today: date, calendar: WorkCalendar) -> date:
    """The last day for it: of what is owed in the morning the working day before."""
    limit = later_limit(owed, today, calendar)
    return limit if today > owed.due_on else min(limit, last_day(owed, calendar))
