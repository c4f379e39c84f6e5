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
from bot.chat.turn import Button, Visit
from bot.menus.choices import Action, Opened
from bot.reports.colours import long_day
from bot.tracking.confirming import Confirmations
from bot.tracking.remarks import Remarks


def confirm(visit: Visit, action: Action, opened: Opened) -> None:
    """What was reported counts as done."""
    owed = answers_of(visit, Confirmations).confirm(action["ids"], who_answers(visit))
    visit.close(opened)
    visit.say("confirmed", task=title_of(owed), agency=agencies_of(owed))


def ask_return(visit: Visit, action: Action, _opened: Opened) -> None:
    """Asks why it is returned."""
    wait(visit, "return_reason", {"ids": action["ids"]})
    ask(visit, visit.text("ask_return"), [[stop_button(visit)]])


def take_return(visit: Visit, text: str) -> None:
    """It is owed again, for the reason that was typed."""
    with answered(visit) as waiting:
        owed = answers_of(visit, Confirmations).give_back(waiting["ids"], who_answers(visit), text)
    plan_again(visit, force=True)
    visit.say("given_back", task=title_of(owed), agency=agencies_of(owed))


def ask_progress(visit: Visit, action: Action, _opened: Opened) -> None:
    """Asks how far it is, or what is difficult."""
    owed = progress_of(visit).check_open(action["ids"], who_answers(visit))
    ids, difficulty = [each.id for each in owed], bool(action.get("difficulty"))
    wait(visit, "progress_words", {"ids": ids, "difficulty": difficulty})
    other = Button(visit.text("button_difficulty"), {"do": "progress_ask", "ids": ids, "difficulty": True})
    text = visit.text("ask_difficulty" if difficulty else "ask_progress", task=title_of(owed))
    ask(visit, text, [[*([] if difficulty else [other]), stop_button(visit, ids)]])


def take_progress(visit: Visit, text: str) -> None:
    """Keeps what was typed."""
    with answered(visit) as waiting:
        _keep(visit, waiting["ids"], text, difficulty=waiting["difficulty"])


def keep_progress(visit: Visit, action: Action, opened: Opened) -> None:
    """Keeps what was told in a sentence, once it is agreed."""
    _keep(visit, action["ids"], action["words"], difficulty=action["difficulty"])
    visit.close(opened)


def ask_direction(visit: Visit, action: Action, _opened: Opened) -> None:
    """Asks a leader for the direction."""
    owed = answers_of(visit, Remarks).check_directed(action["ids"], who_answers(visit))
    wait(visit, "direction", {"ids": [each.id for each in owed]})
    ask(visit, visit.text("ask_direction", task=title_of(owed), agency=agencies_of(owed)), [[stop_button(visit)]])


def take_direction(visit: Visit, text: str) -> None:
    """The owners hear it."""
    with answered(visit) as waiting:
        owed = answers_of(visit, Remarks).direct(waiting["ids"], who_answers(visit), text)
    visit.say("directed", task=title_of(owed), agency=agencies_of(owed))


def _keep(visit: Visit, ids: list[int], words: str, *, difficulty: bool) -> None:
    owed = answers_of(visit, Remarks).report_progress(ids, who_answers(visit), words, difficulty=difficulty)
    text = visit.text(
        "difficulty_kept" if difficulty else "progress_kept", task=title_of(owed), due=long_day(owed[0].due_on)
    )
    visit.reply(text, answer_buttons(visit, [each.id for each in owed], received=are_received(owed)))
