"""Personal reminders: asked for in words or by /nhac_rieng, told back with their day and hour, listed, taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from bot.chat.own_reminder_words import Request, may_be_request, read_answer, read_request
from bot.chat.paging import show_list
from bot.chat.reminder_later import put_later
from bot.chat.reminder_talk import answered, ask, offered_days, stop_button, wait, who_answers, work_days
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, ForeignChoiceError, Opened, StaleChoiceError, find_pressed
from bot.notify.personal import FARTHEST, PersonalReminder, PersonalReminders, at_hour, office_hour
from bot.notify.wording import weekday
from bot.tracking.records import RetypeError

WAITING = "own_reminder"


def list_own(turn: Turn, _argument: str) -> None:
    """What is still to come; a number takes one back."""
    _show(turn)


def show_own(turn: Turn, _action: Action, _opened: Opened) -> None:
    """The same by a button."""
    _show(turn)


def take_request(turn: Turn, text: str, menu: Callable[[Turn], Opened | None]) -> bool:
    """Whether the message was a request to be reminded; if so, it is set or asked about.

    Args:
        menu: gives what was shown last: "nhắc lại thứ 6" after a reminder is about that one.
    """
    request = read_request(text, turn.now, work_days(turn)) if may_be_request(text) else None
    if request is None:
        return False
    if request.what or request.day is None or not _remind_of_shown(turn, request, _replied(turn) or menu(turn)):
        _take(turn, request)
    return True


def take_answer(turn: Turn, text: str) -> None:
    """The day, the hour or the matter that was asked for."""
    with answered(turn) as waiting:
        said, known = read_answer(text, turn.now, work_days(turn)), _kept(waiting)
        if not known.what:  # a day in what is typed now may be the matter's own: "báo cáo trước 8/12"
            _take(turn, Request(said.what, known.day or said.day, known.hour or said.hour, said.often))
        elif said.day or said.hour:
            _take(turn, Request(known.what, said.day or known.day, said.hour or known.hour, said.often))
        else:
            raise RetypeError(turn.text("day_unread"))


def ask_new(turn: Turn, _action: Action, _opened: Opened) -> None:
    """[Thêm lời nhắc]: asks what of."""
    _ask(turn, Request(""), "own_reminder_what")


def ask_again(turn: Turn, action: Action, _opened: Opened) -> None:
    """One that came is to come again: on which day?"""
    found = _reminders(turn).find(who_answers(turn), action["id"])
    if found is None:
        turn.say("choice_stale")
    else:
        _ask(turn, Request(found.text), "own_reminder_when")


def choose_day(turn: Turn, action: Action, opened: Opened) -> None:
    """A day that was offered."""
    turn.close(opened)
    _take(turn, _kept(action))


def drop(turn: Turn, action: Action, opened: Opened) -> None:
    """Takes one back."""
    dropped = _reminders(turn).drop(who_answers(turn), action["id"])
    if dropped is None:
        turn.say("own_reminder_gone")
        return
    if turn.capabilities.editing:
        turn.close(opened)
    told = _told(turn, "own_reminder_dropped", dropped)
    turn.reply(told, _list_row(turn))


def _remind_of_shown(turn: Turn, request: Request, shown: Opened | None) -> bool:
    """Puts off the reminder that was shown; False where none was."""
    actions = shown.actions if shown else ()
    again = next((action for action in actions if action["do"] == "personal_again"), None)
    later = next((action for action in actions if action["do"] == "reminder_later"), None)
    if again is not None and (found := _reminders(turn).find(who_answers(turn), again["id"])):
        _take(turn, Request(found.text, request.day, request.hour, request.often))
    elif later is not None and request.day is not None:
        put_later(turn, later["ids"], request.day)
    elif any(action["do"] == "reminder" for action in actions):
        turn.say("answer_which")
    else:
        return False
    return True


def _replied(turn: Turn) -> Opened | None:
    if turn.incoming.replied is None:
        return None
    try:
        with turn.services.app.store.read() as session:
            return find_pressed(session, turn.incoming.replied, turn.key, turn.now)[0]
    except (StaleChoiceError, ForeignChoiceError):
        return None


def _take(turn: Turn, request: Request) -> None:
    """Sets it, or asks for what is missing."""
    if not request.what:
        _ask(turn, request, "own_reminder_what")
        return
    if request.often:
        _ask(turn, Request(request.what, None, request.hour), "own_reminder_once")
        return
    today, calendar = turn.now.date(), work_days(turn)
    day = request.day
    if day is None and request.hour and at_hour(today, request.hour) > turn.now:
        day = today
    if day is None:
        _ask(turn, request, "own_reminder_when")
        return
    at = at_hour(day, request.hour) if request.hour else office_hour(day, turn.now, calendar)
    if day < today or day > today + FARTHEST:
        why = "own_reminder_past" if day < today else "own_reminder_far"
        _ask(turn, Request(request.what, None, request.hour), why)
    elif at is None or at <= turn.now:
        _ask(turn, Request(request.what, day), "own_reminder_hour")
    else:
        _set(turn, request.what, at, day, exact=request.hour is not None)


def _set(turn: Turn, what: str, at: datetime, day: date, *, exact: bool) -> None:
    made = _reminders(turn).add(who_answers(turn), what, at, at_any_hour=exact)
    lines = [_told(turn, "own_reminder_set", made)]
    if at.date() != day:
        lines.append(turn.text("own_reminder_day_off", date=weekday(day)))
    taking_back = Button(turn.text("button_own_reminder_drop"), {"do": "personal_drop", "id": made.id})
    turn.reply("\n".join(lines), [[taking_back], *_list_row(turn)])


def _ask(turn: Turn, known: Request, say: str) -> None:
    """Asks for what is missing: a matter, a day or an hour."""
    day, hour = known.day and known.day.isoformat(), known.hour and known.hour.isoformat()
    kept = {"what": known.what, "day": day, "hour": hour}
    wait(turn, WAITING, kept)
    days = offered_days(turn) if known.what and known.day is None else []
    rows = [[Button(weekday(day), {"do": "personal_day", **kept, "day": day.isoformat()})] for day in days]
    ask(turn, turn.text(say, task=known.what), [*rows, [stop_button(turn)]])


def _kept(values: Mapping[str, Any]) -> Request:
    """What is known already, out of a talk or a button."""
    day, hour = values.get("day"), values.get("hour")
    return Request(values["what"], day and date.fromisoformat(day), hour and time.fromisoformat(hour))


def _show(turn: Turn) -> None:
    if turn.incoming.group:
        turn.say("private_only")
        return
    waiting = _reminders(turn).waiting(who_answers(turn))
    new = [Button(turn.text("button_own_reminder_new"), {"do": "personal_new"})]
    if not waiting:
        turn.reply(turn.text("own_reminders_none"), [new])
        return
    rows = [(_told(turn, "own_reminder_row", each), {"do": "personal_drop", "id": each.id}) for each in waiting]
    head = turn.text("own_reminders_head", count=len(waiting))
    show_list(turn, head, [Item(*row) for row in rows], [new])


def _list_row(turn: Turn) -> list[list[Button]]:
    """[Các lời nhắc riêng], but in a group, where others read along."""
    return [] if turn.incoming.group else [[Button(turn.text("button_own_reminders"), {"do": "personal_list"})]]


def _told(turn: Turn, say: str, each: PersonalReminder) -> str:
    return turn.text(say, date=weekday(each.at.date()), time=f"{each.at.hour}:{each.at:%M}", task=each.text)


def _reminders(turn: Turn) -> PersonalReminders:
    return PersonalReminders(turn.services.app.store, turn.services.clock)
