"""A duty on its way to done: how far it is, a leader's direction, a report that is confirmed or returned."""

from __future__ import annotations

from bot.chat.reminder_talk import (
    agencies_of,
    answer_buttons,
    answered,
    answers_of,
    are_received,
    ask,
    progress_of,
    stop_button,
    title_of,
    wait,
    who_answers,
)
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Turn
from bot.menus.choices import Action, Opened
from bot.reports.colours import long_day
from bot.tracking.confirming import Confirmations
from bot.tracking.remarks import Remarks


def confirm(turn: Turn, action: Action, opened: Opened) -> None:
    """What was reported counts as done."""
    owed = answers_of(turn, Confirmations).confirm(action["ids"], who_answers(turn))
    turn.close(opened)
    turn.say("confirmed", task=title_of(owed), agency=agencies_of(owed))


def ask_return(turn: Turn, action: Action, _opened: Opened) -> None:
    """Asks why it is returned."""
    wait(turn, "return_reason", {"ids": action["ids"]})
    ask(turn, turn.text("ask_return"), [[stop_button(turn)]])


def take_return(turn: Turn, text: str) -> None:
    """It is owed again, for the reason that was typed."""
    with answered(turn) as waiting:
        owed = answers_of(turn, Confirmations).give_back(waiting["ids"], who_answers(turn), text)
    plan_again(turn, force=True)
    turn.say("given_back", task=title_of(owed), agency=agencies_of(owed))


def ask_progress(turn: Turn, action: Action, _opened: Opened) -> None:
    """Asks how far it is, or what is difficult."""
    owed = progress_of(turn).check_open(action["ids"], who_answers(turn))
    ids, difficulty = [each.id for each in owed], bool(action.get("difficulty"))
    wait(turn, "progress_words", {"ids": ids, "difficulty": difficulty})
    other = Button(turn.text("button_difficulty"), {"do": "progress_ask", "ids": ids, "difficulty": True})
    text = turn.text("ask_difficulty" if difficulty else "ask_progress", task=title_of(owed))
    ask(turn, text, [[*([] if difficulty else [other]), stop_button(turn, ids)]])


def take_progress(turn: Turn, text: str) -> None:
    """Keeps what was typed."""
    with answered(turn) as waiting:
        _keep(turn, waiting["ids"], text, difficulty=waiting["difficulty"])


def keep_progress(turn: Turn, action: Action, opened: Opened) -> None:
    """Keeps what was told in a sentence, once it is agreed."""
    _keep(turn, action["ids"], action["words"], difficulty=action["difficulty"])
    turn.close(opened)


def ask_direction(turn: Turn, action: Action, _opened: Opened) -> None:
    """Asks a leader for the direction."""
    owed = answers_of(turn, Remarks).check_directed(action["ids"], who_answers(turn))
    wait(turn, "direction", {"ids": [each.id for each in owed]})
    ask(turn, turn.text("ask_direction", task=title_of(owed), agency=agencies_of(owed)), [[stop_button(turn)]])


def take_direction(turn: Turn, text: str) -> None:
    """The owners hear it."""
    with answered(turn) as waiting:
        owed = answers_of(turn, Remarks).direct(waiting["ids"], who_answers(turn), text)
    turn.say("directed", task=title_of(owed), agency=agencies_of(owed))


def _keep(turn: Turn, ids: list[int], words: str, *, difficulty: bool) -> None:
    owed = answers_of(turn, Remarks).report_progress(ids, who_answers(turn), words, difficulty=difficulty)
    text = turn.text(
        "difficulty_kept" if difficulty else "progress_kept", task=title_of(owed), due=long_day(owed[0].due_on)
    )
    turn.reply(text, answer_buttons(turn, [each.id for each in owed], received=are_received(owed)))
