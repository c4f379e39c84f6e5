"""A task without a readable day, asked about once a quarter: what is its day, is it done, is it another agency's.

A day that is told is reminded of as such; what the paper says stays, and administrators hear every answer.
"""

from __future__ import annotations

from bot.chat.reminder_talk import answered, ask, room_of, stop_button, take_day, wait, who_answers
from bot.chat.replanning import plan_again
from bot.chat.told import tell_administrators
from bot.chat.turn import Button, Turn
from bot.menus.choices import Action, Opened
from bot.reports.colours import long_day
from bot.tracking.undated import Said, Undated
from knowledge.library import LiveTask
from knowledge.text import cut_phrase
from knowledge.wording import short_label, task_name

_NAME, _PHRASE = 160, 120


def show(turn: Turn, action: Action, _opened: Opened) -> None:
    """The task with what may be answered."""
    task = _task(turn, action)
    if task is None:
        return
    which = {"task": action["task"], "agency": action["agency"]}
    answers = [
        [Button(turn.text("button_undated_day"), {"do": "undated_day", **which})],
        [
            Button(turn.text("button_undated_done"), {"do": "undated_done", **which}),
            Button(turn.text("button_undated_not_ours"), {"do": "undated_not_ours", **which}),
        ],
    ]
    turn.reply(_card(turn, task), [*answers, [stop_button(turn)]])


def ask_day(turn: Turn, action: Action, _opened: Opened) -> None:
    """The next message is its day."""
    if _task(turn, action) is None:
        return
    wait(turn, "undated_day", {"task": action["task"], "agency": action["agency"]})
    ask(turn, turn.text("ask_undated_day"), [[stop_button(turn)]])


def take_told_day(turn: Turn, text: str) -> None:
    """The day that was typed: reminded of from now on."""
    with answered(turn) as waiting:
        day = take_day(turn, text)
        kept = _undated_of(turn).answer(waiting["task"], waiting["agency"], who_answers(turn), Said.DAY, day)
    plan_again(turn, force=True)
    if kept:
        _tell(turn, waiting, turn.text("undated_said_day", date=long_day(day)))
    turn.say("undated_day_kept", date=long_day(day))


def say_done(turn: Turn, action: Action, opened: Opened) -> None:
    """It is done: not asked about again."""
    if _undated_of(turn).answer(action["task"], action["agency"], who_answers(turn), Said.DONE):
        _tell(turn, action, turn.text("undated_said_done"))
    turn.close(opened)
    turn.say("undated_done_kept")


def say_not_ours(turn: Turn, action: Action, opened: Opened) -> None:
    """An administrator hears that it is another agency's."""
    _undated_of(turn).check(action["task"], action["agency"], who_answers(turn))
    _tell(turn, action, turn.text("undated_said_not_ours"))
    turn.close(opened)
    turn.say("sent_to_administrators")


def _undated_of(turn: Turn) -> Undated:
    app = turn.services.app
    return Undated(app.store, turn.services.clock, app.directory, room_of(turn))


def _task(turn: Turn, action: Action) -> LiveTask | None:
    task = turn.services.app.library.tasks_by_id([action["task"]]).get(action["task"])
    if task is None:
        turn.say("task_gone")
    return task


def _tell(turn: Turn, action: Action, said: str) -> None:
    task, member = _task(turn, action), turn.member
    if task is not None and member is not None:
        line = turn.text("undated_told", name=member.name, agency=action["agency"], state=said)
        tell_administrators(turn, f"{line} {_card(turn, task)}")


def _card(turn: Turn, task: LiveTask) -> str:
    phrase = cut_phrase(task.task.deadline.phrase, _PHRASE)
    return turn.text("undated_card", task=task_name(task, _NAME), phrase=phrase, plan=short_label(task.plan))
