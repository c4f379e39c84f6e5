"""A task without a readable day, asked about once a quarter: what is its day, is it done, is it another agency's.

A day that is told is reminded of as such; what the paper says stays, and administrators hear every answer.
"""

from __future__ import annotations

from bot.chat.reminder_talk import answered, ask, room_of, stop_button, take_day, wait, who_answers
from bot.chat.replanning import plan_again
from bot.chat.told import tell_administrators
from bot.chat.turn import Button, Visit
from bot.menus.choices import Action, Opened
from bot.reports.colours import long_day
from bot.tracking.undated import Said, Undated
from knowledge.library import LiveTask
from knowledge.text import cut_phrase
from knowledge.wording import short_label, task_name

_NAME, _PHRASE = 160, 120


def show(visit: Visit, action: Action, _opened: Opened) -> None:
    """The task with what may be answered."""
    task = _task(visit, action)
    if task is None:
        return
    which = {"task": action["task"], "agency": action["agency"]}
    answers = [
        [Button(visit.text("button_undated_day"), {"do": "undated_day", **which})],
        [
            Button(visit.text("button_undated_done"), {"do": "undated_done", **which}),
            Button(visit.text("button_undated_not_ours"), {"do": "undated_not_ours", **which}),
        ],
    ]
    visit.reply(_card(visit, task), [*answers, [stop_button(visit)]])


def ask_day(visit: Visit, action: Action, _opened: Opened) -> None:
    """The next message is its day."""
    if _task(visit, action) is None:
        return
    wait(visit, "undated_day", {"task": action["task"], "agency": action["agency"]})
    ask(visit, visit.text("ask_undated_day"), [[stop_button(visit)]])


def take_told_day(visit: Visit, text: str) -> None:
    """The day that was typed: reminded of from now on."""
    with answered(visit) as waiting:
        day = take_day(visit, text)
        kept = _undated_of(visit).answer(waiting["task"], waiting["agency"], who_answers(visit), Said.DAY, day)
    plan_again(visit, force=True)
    if kept:
        _tell(visit, waiting, visit.text("undated_said_day", date=long_day(day)))
    visit.say("undated_day_kept", date=long_day(day))


def say_done(visit: Visit, action: Action, opened: Opened) -> None:
    """It is done: not asked about again."""
    if _undated_of(visit).answer(action["task"], action["agency"], who_answers(visit), Said.DONE):
        _tell(visit, action, visit.text("undated_said_done"))
    visit.close(opened)
    visit.say("undated_done_kept")


def say_not_ours(visit: Visit, action: Action, opened: Opened) -> None:
    """An administrator hears that it is another agency's."""
    _undated_of(visit).check(action["task"], action["agency"], who_answers(visit))
    _tell(visit, action, visit.text("undated_said_not_ours"))
    visit.close(opened)
    visit.say("sent_to_administrators")


def _undated_of(visit: Visit) -> Undated:
    app = visit.services.app
    return Undated(app.store, visit.services.clock, app.directory, room_of(visit))


def _task(visit: Visit, action: Action) -> LiveTask | None:
    task = visit.services.app.library.tasks_by_id([action["task"]]).get(action["task"])
    if task is None:
        visit.say("task_gone")
    return task


def _tell(visit: Visit, action: Action, said: str) -> None:
    task, member = _task(visit, action), visit.member
    if task is not None and member is not None:
        line = visit.text("undated_told", name=member.name, agency=action["agency"], state=said)
        tell_administrators(visit, f"{line} {_card(visit, task)}")


def _card(visit: Visit, task: LiveTask) -> str:
    phrase = cut_phrase(task.task.deadline.phrase, _PHRASE)
    return visit.text("undated_card", task=task_name(task, _NAME), phrase=phrase, plan=short_label(task.plan))
