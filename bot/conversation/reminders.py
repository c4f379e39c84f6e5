"""Answers to a reminder: received, done with a note or a file, later, more time; and the card of one thing owed.

What a talk waits for stays in its dialogue, so it goes on after a restart. Who may answer is checked where it is
written (`bot.reminders.progress`): in a group chat anybody can press.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from bot.clock import HANOI
from bot.conversation.choices import Action, Opened
from bot.conversation.days import month_end, next_monday, read_day
from bot.conversation.paging import show_list
from bot.conversation.visit import Button, Item, Visit
from bot.people.records import PeopleError
from bot.reminders.extensions import Extension, Extensions, wanted_problem
from bot.reminders.planning import refresh
from bot.reminders.progress import Done, Progress, later_limit, later_problem
from bot.reminders.records import Occurrence, ReminderError, RetypeError
from bot.reminders.results import FOLDER, check_size, keep
from bot.reminders.rules import load_calendar
from bot.reminders.views.looks import long_day
from knowledge.answers.wording import cut
from knowledge.workdays import WorkCalendar

_TITLE = 120
_WAIT = timedelta(minutes=30)
"""How long the next message is taken for a note, a day or a reason: later it is a question like any other."""
_LATER_STEPS = (1, 3)
"""Working days offered for "later", before next Monday."""
_EXTENSION_STEPS = (5, 10)
"""Working days offered for a later deadline, before the end of next month."""


def progress_of(visit: Visit) -> Progress:
    """What owners answer."""
    app = visit.services.app
    return Progress(app.store, visit.services.clock, app.directory)


def extensions_of(visit: Visit) -> Extensions:
    """Requests for more time."""
    app = visit.services.app
    return Extensions(app.store, visit.services.clock, app.directory)


def plan_again(visit: Visit, *, force: bool = False) -> None:
    """Duties and messages follow what has just changed: a plan switched, a rule set, a deadline put off."""
    app = visit.services.app
    refresh(app.store, app.library, app.directory, visit.now, force=force)


def answer_buttons(visit: Visit, ids: Sequence[int], *, received: bool = False) -> list[list[Button]]:
    """[Đã nhận] [Xong] [Xin lùi hạn] [Nhắc lại sau…]; the first only while nobody has said so."""
    which = {"ids": list(ids)}
    first = [] if received else [Button(visit.text("button_received"), {"do": "reminder_received", **which})]
    return [
        [*first, Button(visit.text("button_done"), {"do": "reminder_done", **which})],
        [
            Button(visit.text("button_extend"), {"do": "reminder_extend", **which}),
            Button(visit.text("button_later"), {"do": "reminder_later", **which}),
        ],
    ]


# --- received ----------------------------------------------------------------------------------


def received(visit: Visit, action: Action, _opened: Opened) -> None:
    """The agency has received one thing, or all that were listed."""
    noted = progress_of(visit).acknowledge(action["ids"], _by(visit))
    if len({(each.duty, each.due_on) for each in noted}) == 1:
        visit.say("received", task=_title(noted), agency=_agencies(noted), due=long_day(noted[0].due_on))
    else:
        visit.say("received_all", count=len(noted))


# --- done --------------------------------------------------------------------------------------


def ask_result(visit: Visit, action: Action, _opened: Opened) -> None:
    """Asks for a note or a file, either of which may be left out."""
    owed = progress_of(visit).check_open(action["ids"], _by(visit))
    ids = [each.id for each in owed]
    _wait(visit, "result", {"ids": ids})
    buttons = [Button(visit.text("button_skip"), {"do": "reminder_skip", "ids": ids}), _stop_button(visit)]
    visit.reply(visit.text("ask_result", task=_title(owed), agency=_agencies(owed)), [buttons])


def skip_result(visit: Visit, action: Action, opened: Opened) -> None:
    """Done without a word."""
    _show_done(visit, progress_of(visit).done(action["ids"], _by(visit)))
    visit.close(opened)


def take_note(visit: Visit, text: str) -> None:
    """Done, with what was typed."""
    with _answered(visit) as waiting:
        _show_done(visit, progress_of(visit).done(waiting["ids"], _by(visit), note=text))


def check_result_file(visit: Visit) -> None:
    """Refuses a file before it is fetched: too large, or of something that is no longer to be done.

    Raises:
        ReminderError: why.
    """
    file = visit.incoming.file
    with _answered(visit) as waiting:
        progress_of(visit).check_open(waiting["ids"], _by(visit))
        check_size(file.size if file else None)
        visit.dialogue.waiting = waiting


def take_result_file(visit: Visit, content: bytes) -> None:
    """Done, with a file and what was typed beside it.

    Raises:
        ReminderError: it is not kept; the talk goes on waiting for one.
    """
    file, home = visit.incoming.file, visit.services.app.settings.home
    with _answered(visit) as waiting:
        kept = keep(home, file.name if file else "", content)
        try:
            note = visit.incoming.text.strip() or None
            done = progress_of(visit).done(waiting["ids"], _by(visit), note=note, file=kept)
        except BaseException:
            (home / FOLDER / kept).unlink(missing_ok=True)
            raise
        _show_done(visit, done, with_file=True)


def undo(visit: Visit, action: Action, opened: Opened) -> None:
    """Not done after all."""
    reopened = progress_of(visit).undo(action["ids"], _by(visit))
    visit.close(opened)
    text = visit.text("undone", task=_title(reopened), due=long_day(reopened[0].due_on))
    visit.reply(
        text, answer_buttons(visit, [each.id for each in reopened], received=_are_received(reopened)), instead=True
    )


# --- later -------------------------------------------------------------------------------------


def ask_later(visit: Visit, action: Action, _opened: Opened) -> None:
    """Offers days for the next reminder."""
    owed, today, calendar = progress_of(visit).check_open(action["ids"], _by(visit)), visit.now.date(), _days(visit)
    limit = min(later_limit(each, today, calendar) for each in owed)
    ids = [each.id for each in owed]
    problem = later_problem(owed[0], limit, today, calendar) if limit <= today else None
    if problem is not None:
        visit.reply(problem, answer_buttons(visit, ids, received=_are_received(owed)))
        return
    offered = [calendar.add(today, step) for step in _LATER_STEPS] + [calendar.next_working(next_monday(today))]
    fitting = sorted({day for day in offered if day <= limit})
    rows = [[Button(long_day(day), {"do": "later_to", "ids": ids, "day": day.isoformat()})] for day in fitting]
    _wait(visit, "later_day", {"ids": ids})
    text = visit.text("ask_later", task=_title(owed), limit=long_day(limit))
    visit.reply(text, [*rows, [_stop_button(visit)]])


def later_to(visit: Visit, action: Action, opened: Opened) -> None:
    """Reminds again on the day that was pressed."""
    _put_later(visit, action["ids"], date.fromisoformat(action["day"]))
    visit.close(opened)


def take_later_day(visit: Visit, text: str) -> None:
    """The same for a day that was typed."""
    with _answered(visit) as waiting:
        _put_later(visit, waiting["ids"], _read_day(visit, text))


# --- more time ---------------------------------------------------------------------------------


def ask_wanted(visit: Visit, action: Action, _opened: Opened) -> None:
    """Offers days to which the deadline might be put off."""
    owed, calendar = progress_of(visit).check_open(action["ids"], _by(visit)), _days(visit)
    ids, today = [each.id for each in owed], visit.now.date()
    start = max(today, *(each.due_on for each in owed))
    offered = [
        (visit.text("button_working_days", count=step), calendar.add(start, step)) for step in _EXTENSION_STEPS
    ]
    offered.append((visit.text("button_next_month"), month_end(start, 1)))
    rows = [
        [Button(f"{label}: {long_day(day)}", {"do": "extend_to", "ids": ids, "day": day.isoformat()})]
        for label, day in offered
    ]
    _wait(visit, "wanted_day", {"ids": ids})
    text = visit.text("ask_wanted", task=_title(owed), due=long_day(max(each.due_on for each in owed)))
    visit.reply(text, [*rows, [_stop_button(visit)]])


def extend_to(visit: Visit, action: Action, _opened: Opened) -> None:
    """The day is chosen; now the reason."""
    _ask_reason(visit, action["ids"], date.fromisoformat(action["day"]))


def take_wanted_day(visit: Visit, text: str) -> None:
    """The same for a day that was typed."""
    with _answered(visit) as waiting:
        _ask_reason(visit, waiting["ids"], _read_day(visit, text))


def take_reason(visit: Visit, text: str) -> None:
    """Sends the request to the administrators."""
    with _answered(visit) as waiting:
        wanted = date.fromisoformat(waiting["day"])
        asked = [extensions_of(visit).ask(number, _by(visit), wanted, text) for number in waiting["ids"]]
    owed = [each.occurrence for each in asked]
    visit.say("extension_sent", task=_title(owed), due=long_day(owed[0].due_on), wanted=long_day(wanted))


def grant(visit: Visit, action: Action, opened: Opened) -> None:
    """An administrator agrees."""
    granted = extensions_of(visit).decide(action["id"], _by(visit), granted=True)
    visit.close(opened)
    plan_again(visit, force=True)
    owed = granted.occurrence
    wanted = long_day(granted.wanted_on)
    visit.say("extension_yes", task=_title([owed]), agency=owed.agency, due=long_day(owed.due_on), wanted=wanted)


def ask_decline_reason(visit: Visit, action: Action, _opened: Opened) -> None:
    """An administrator does not agree; perhaps says why."""
    _wait(visit, "decline_reason", {"id": action["id"]})
    button = Button(visit.text("button_skip"), {"do": "extension_refuse", "id": action["id"]})
    visit.reply(visit.text("ask_decline_reason"), [[button, _stop_button(visit)]])


def refuse(visit: Visit, action: Action, opened: Opened) -> None:
    """Declines without a reason."""
    _decline(visit, action["id"], "")
    visit.close(opened)


def take_decline_reason(visit: Visit, text: str) -> None:
    """Declines with the reason that was typed."""
    if not visit.is_admin:
        raise PeopleError(visit.text("admins_only"))
    with _answered(visit) as waiting:
        _decline(visit, waiting["id"], text)


def list_extensions(visit: Visit, _action: Action, _opened: Opened) -> None:
    """Requests that wait: one by itself, several to choose from."""
    waiting = extensions_of(visit).waiting()
    if not waiting:
        visit.say("no_extensions")
    elif len(waiting) == 1:
        _show_extension(visit, waiting[0])
    else:
        items = [Item(_card(visit, each), {"do": "extension", "id": each.id}) for each in waiting]
        show_list(visit, visit.text("extensions_head", count=len(waiting)), items)


def show_extension(visit: Visit, action: Action, _opened: Opened) -> None:
    """One request, to be decided."""
    found = next((each for each in extensions_of(visit).waiting() if each.id == action["id"]), None)
    if found is None:
        visit.say("extension_gone")
    else:
        _show_extension(visit, found)


def stop(visit: Visit, _action: Action, opened: Opened) -> None:
    """Nothing is changed."""
    visit.close(opened)
    visit.say("stopped")


def has_lapsed(visit: Visit) -> bool:
    """Whether what the talk waits for about a reminder was asked too long ago to be what is written now."""
    until = (visit.dialogue.waiting or {}).get("until")
    return until is not None and visit.now > datetime.fromisoformat(until)


def _wait(visit: Visit, what: str, about: dict[str, Any]) -> None:
    visit.dialogue.waiting = {"for": what, **about, "until": (visit.now + _WAIT).isoformat()}


@contextmanager
def _answered(visit: Visit) -> Iterator[dict[str, Any]]:
    """What the talk waited for is answered, unless the answer is to be typed again."""
    waiting, visit.dialogue.waiting = visit.dialogue.waiting or {}, None
    try:
        yield waiting
    except RetypeError:
        visit.dialogue.waiting = waiting
        raise


def _read_day(visit: Visit, text: str) -> date:
    day = read_day(text, visit.now.date(), _days(visit))
    if day is None:
        raise RetypeError(visit.text("day_unread"))
    return day


def _show_done(visit: Visit, done: Done, *, with_file: bool = False) -> None:
    owed = done.occurrences
    button = Button(visit.text("button_undo"), {"do": "reminder_undo", "ids": [each.id for each in owed]})
    text = visit.text("done", task=_title(owed), agency=_agencies(owed), time=_clock(done.until))
    visit.reply(f"{visit.text('file_kept')}\n{text}" if with_file else text, [[button]])


def _put_later(visit: Visit, ids: Sequence[int], day: date) -> None:
    moved = progress_of(visit).later(ids, _by(visit), day)
    visit.say("later_set", task=_title(moved), date=long_day(day), due=long_day(moved[0].due_on))


def _ask_reason(visit: Visit, ids: Sequence[int], day: date) -> None:
    owed = progress_of(visit).check_open(ids, _by(visit))
    for each in owed:
        problem = wanted_problem(each, day, visit.now.date())
        if problem:
            raise RetypeError(problem)
    _wait(visit, "extension_reason", {"ids": list(ids), "day": day.isoformat()})
    visit.reply(visit.text("ask_reason", wanted=long_day(day)), [[_stop_button(visit)]])


def _decline(visit: Visit, number: int, reason: str) -> None:
    declined = extensions_of(visit).decide(number, _by(visit), granted=False, reason=reason)
    owed = declined.occurrence
    visit.say("extension_no", task=_title([owed]), agency=owed.agency, due=long_day(owed.due_on))


def _show_extension(visit: Visit, extension: Extension) -> None:
    buttons = [
        Button(visit.text("button_grant"), {"do": "extension_grant", "id": extension.id}),
        Button(visit.text("button_decline"), {"do": "extension_decline", "id": extension.id}),
    ]
    visit.reply(_card(visit, extension), [buttons])


def _card(visit: Visit, extension: Extension) -> str:
    owed = extension.occurrence
    return visit.text(
        "extension_card",
        name=extension.asker,
        reason=extension.reason,
        task=_title([owed]),
        agency=owed.agency,
        due=long_day(owed.due_on),
        wanted=long_day(extension.wanted_on),
    )


def _stop_button(visit: Visit) -> Button:
    return Button(visit.text("button_keep"), {"do": "reminder_stop"})


def _are_received(owed: Sequence[Occurrence]) -> bool:
    return all(each.acknowledged_on is not None for each in owed)


def _title(owed: Sequence[Occurrence]) -> str:
    return cut(owed[0].title, _TITLE)


def _agencies(owed: Sequence[Occurrence]) -> str:
    return "; ".join(dict.fromkeys(each.agency for each in owed))


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%H:%M}"


def _days(visit: Visit) -> WorkCalendar:
    with visit.services.app.store.read() as session:
        return load_calendar(session)


def _by(visit: Visit) -> int:
    if visit.member is None:
        raise ReminderError(visit.text("stranger"))
    return visit.member.id
