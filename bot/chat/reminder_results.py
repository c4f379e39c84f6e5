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
from bot.chat.turn import Button, Visit
from bot.menus.choices import Action, Opened
from bot.reports.colours import long_day
from bot.tracking.progress import Done
from bot.tracking.results import check_size, drop, keep


def received(visit: Visit, action: Action, _opened: Opened) -> None:
    """The agency has received one thing, or all that were listed and are not late."""
    noted = progress_of(visit).acknowledge(action["ids"], who_answers(visit))
    taken, late = ({(each.duty, each.due_on) for each in part} for part in (noted.occurrences, noted.late))
    if late and taken:
        visit.say("received_some", count=len(taken), late=len(late))
    elif late:
        visit.say("received_none", late=len(late))
    elif len(taken) > 1:
        visit.say("received_all", count=len(taken))
    else:
        owed = noted.occurrences
        past = visit.now.date() > work_days(visit).next_working(owed[0].due_on)
        visit.say(
            "received_late" if past else "received",
            task=title_of(owed),
            agency=agencies_of(owed),
            due=long_day(owed[0].due_on),
        )


def ask_result(visit: Visit, action: Action, _opened: Opened) -> None:
    """Asks for a note or a file, either of which may be left out."""
    owed = progress_of(visit).check_open(action["ids"], who_answers(visit))
    ids = [each.id for each in owed]
    wait(visit, "result", {"ids": ids})
    buttons = [Button(visit.text("button_skip"), {"do": "reminder_skip", "ids": ids}), stop_button(visit, ids)]
    task, agency = title_of(owed), agencies_of(owed)
    files = visit.capabilities.files_in
    text = visit.text("ask_result" if files else "ask_result_note", task=task, agency=agency)
    if visit.now.date() > work_days(visit).next_working(owed[0].due_on):
        text += " " + visit.text("ask_late_reason")
    ask(visit, text, [buttons])


def skip_result(visit: Visit, action: Action, opened: Opened) -> None:
    """Done without a word, or with what was said before it was chosen."""
    _show_done(visit, progress_of(visit).done(action["ids"], who_answers(visit), note=action.get("note")))
    visit.close(opened)


def take_note(visit: Visit, text: str) -> None:
    """Done, with what was typed."""
    with answered(visit) as waiting:
        _show_done(visit, progress_of(visit).done(waiting["ids"], who_answers(visit), note=text))


def check_result_file(visit: Visit) -> None:
    """Refuses a file before it is fetched: too large, or of something that is no longer to be done.

    Raises:
        ReminderError: why.
    """
    file = visit.incoming.attached
    with answered(visit) as waiting:
        progress_of(visit).check_open(waiting["ids"], who_answers(visit))
        check_size(file.size if file else None)
        visit.dialogue.waiting = waiting


def take_result_file(visit: Visit, content: bytes) -> None:
    """Done, with a file and what was typed beside it.

    Raises:
        ReminderError: it is not kept; the talk goes on waiting for one.
    """
    file, home = visit.incoming.attached, visit.services.app.settings.home
    with answered(visit) as waiting:
        kept = keep(home, file.name if file else "", content)
        try:
            note = visit.incoming.text.strip() or None
            done = progress_of(visit).done(waiting["ids"], who_answers(visit), note=note, file=kept)
        except BaseException:
            drop(home, kept)
            raise
        _show_done(visit, done, with_file=True)


def undo(visit: Visit, action: Action, opened: Opened) -> None:
    """Not done after all."""
    undone = progress_of(visit).undo(action["ids"], who_answers(visit))
    for name in undone.files:
        drop(visit.services.app.settings.home, name)
    reopened = undone.occurrences
    visit.close(opened)
    text = visit.text("undone", task=title_of(reopened), due=long_day(reopened[0].due_on))
    visit.reply(
        text, answer_buttons(visit, [each.id for each in reopened], received=are_received(reopened)), instead=True
    )


def _show_done(visit: Visit, done: Done, *, with_file: bool = False) -> None:
    owed = done.occurrences
    button = Button(visit.text("button_undo"), {"do": "reminder_undo", "ids": [each.id for each in owed]})
    for name in done.replaced:
        drop(visit.services.app.settings.home, name)
    task, agency, until = title_of(owed), agencies_of(owed), shown_time(done.until)
    if done.unit:
        text = visit.text("reported", task=task, agency=agency, time=until, unit=done.unit)
    else:
        text = visit.text("done", task=task, agency=agency, time=until)
    visit.reply(f"{visit.text('file_kept')}\n{text}" if with_file else text, [[button]])
