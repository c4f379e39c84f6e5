"""Answers to a reminder: received; done with a note or a file; not done after all."""

from __future__ import annotations

from bot.chat.reminder_talk import (
    agencies_of,
    answer_buttons,
    answered,
    are_received,
    ask,
    progress_of,
    shown_time,
    stop_button,
    title_of,
    wait,
    who_answers,
    work_days,
)
from bot.chat.turn import Button, Turn
from bot.menus.choices import Action, Opened
from bot.reports.colours import long_day
from bot.tracking.progress import Done
from bot.tracking.results import check_size, drop, keep


def received(turn: Turn, action: Action, _opened: Opened) -> None:
    """The agency has received one thing, or all that were listed and are not late."""
    noted = progress_of(turn).acknowledge(action["ids"], who_answers(turn))
    taken, late = ({(each.duty, each.due_on) for each in part} for part in (noted.occurrences, noted.late))
    if late and taken:
        turn.say("received_some", count=len(taken), late=len(late))
    elif late:
        turn.say("received_none", late=len(late))
    elif len(taken) > 1:
        turn.say("received_all", count=len(taken))
    else:
        owed = noted.occurrences
        past = turn.now.date() > work_days(turn).next_working(owed[0].due_on)
        turn.say(
            "received_late" if past else "received",
            task=title_of(owed),
            agency=agencies_of(owed),
            due=long_day(owed[0].due_on),
        )


def ask_result(turn: Turn, action: Action, _opened: Opened) -> None:
    """Asks for a note or a file, either of which may be left out."""
    owed = progress_of(turn).check_open(action["ids"], who_answers(turn))
    ids = [each.id for each in owed]
    wait(turn, "result", {"ids": ids})
    buttons = [Button(turn.text("button_skip"), {"do": "reminder_skip", "ids": ids}), stop_button(turn, ids)]
    task, agency = title_of(owed), agencies_of(owed)
    files = turn.capabilities.files_in
    text = turn.text("ask_result" if files else "ask_result_note", task=task, agency=agency)
    if turn.now.date() > work_days(turn).next_working(owed[0].due_on):
        text += " " + turn.text("ask_late_reason")
    ask(turn, text, [buttons])


def skip_result(turn: Turn, action: Action, opened: Opened) -> None:
    """Done without a word, or with what was said before it was chosen."""
    _show_done(turn, progress_of(turn).done(action["ids"], who_answers(turn), note=action.get("note")))
    turn.close(opened)


def take_note(turn: Turn, text: str) -> None:
    """Done, with what was typed."""
    with answered(turn) as waiting:
        _show_done(turn, progress_of(turn).done(waiting["ids"], who_answers(turn), note=text))


def check_result_file(turn: Turn) -> None:
    """Refuses a file before it is fetched: too large, or of something that is no longer to be done.

    Raises:
        ReminderError: why.
    """
    file = turn.incoming.attached
    with answered(turn) as waiting:
        progress_of(turn).check_open(waiting["ids"], who_answers(turn))
        check_size(file.size if file else None)
        turn.dialogue.waiting = waiting


def take_result_file(turn: Turn, content: bytes) -> None:
    """Done, with a file and what was typed beside it.

    Raises:
        ReminderError: it is not kept; the talk goes on waiting for one.
    """
    file, home = turn.incoming.attached, turn.services.app.settings.home
    with answered(turn) as waiting:
        kept = keep(home, file.name if file else "", content)
        try:
            note = turn.incoming.text.strip() or None
            done = progress_of(turn).done(waiting["ids"], who_answers(turn), note=note, file=kept)
        except BaseException:
            drop(home, kept)
            raise
        _show_done(turn, done, with_file=True)


def undo(turn: Turn, action: Action, opened: Opened) -> None:
    """Not done after all."""
    undone = progress_of(turn).undo(action["ids"], who_answers(turn))
    for name in undone.files:
        drop(turn.services.app.settings.home, name)
    reopened = undone.occurrences
    turn.close(opened)
    text = turn.text("undone", task=title_of(reopened), due=long_day(reopened[0].due_on))
    turn.reply(
        text, answer_buttons(turn, [each.id for each in reopened], received=are_received(reopened)), instead=True
    )


def _show_done(turn: Turn, done: Done, *, with_file: bool = False) -> None:
    owed = done.occurrences
    button = Button(turn.text("button_undo"), {"do": "reminder_undo", "ids": [each.id for each in owed]})
    for name in done.replaced:
        drop(turn.services.app.settings.home, name)
    task, agency, until = title_of(owed), agencies_of(owed), shown_time(done.until)
    if done.unit:
        text = turn.text("reported", task=task, agency=agency, time=until, unit=done.unit)
    else:
        text = turn.text("done", task=task, agency=agency, time=until)
    turn.reply(f"{turn.text('file_kept')}\n{text}" if with_file else text, [[button]])
