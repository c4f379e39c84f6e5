"""Personal reminders: asked for in words or by /nhac_rieng, told back with their day and hour, listed, taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from bot.chat.own_reminder_words import Request, may_be_request, read_answer, read_request
from bot.chat.paging import show_list
from bot.chat.reminder_later import put_later
from bot.chat.reminder_talk import answered, ask, offered_days, stop_button, wait, who_answers, work_days
from bot.chat.turn import Button, Item, Visit
from bot.menus.choices import Action, ForeignChoiceError, Opened, StaleChoiceError, find_pressed
from bot.notify.personal import FARTHEST, PersonalReminder, PersonalReminders, at_hour, office_hour
from bot.notify.wording import weekday
from bot.tracking.records import RetypeError

WAITING = "own_reminder"


def list_own(visit: Visit, _argument: str) -> None:
    """What is still to come; a number takes one back."""
    _show(visit)


def show_own(visit: Visit, _action: Action, _opened: Opened) -> None:
    """The same by a button."""
    _show(visit)


def take_request(visit: Visit, text: str, menu: Callable[[Visit], Opened | None]) -> bool:
    """Whether the message was a request to be reminded; if so, it is set or asked about.

    Args:
        menu: gives what was shown last: "nhắc lại thứ 6" after a reminder is about that one.
    """
    request = read_request(text, visit.now, work_days(visit)) if may_be_request(text) else None
    if request is None:
        return False
    if request.what or request.day is None or not _remind_of_shown(visit, request, _replied(visit) or menu(visit)):
        _take(visit, request)
    return True


def take_answer(visit: Visit, text: str) -> None:
    """The day, the hour or the matter that was asked for."""
    with answered(visit) as waiting:
        said, known = read_answer(text, visit.now, work_days(visit)), _kept(waiting)
        if not known.what:  # a day in what is typed now may be the matter's own: "báo cáo trước 8/12"
            _take(visit, Request(said.what, known.day or said.day, known.hour or said.hour, said.often))
        elif said.day or said.hour:
            _take(visit, Request(known.what, said.day or known.day, said.hour or known.hour, said.often))
        else:
            raise RetypeError(visit.text("day_unread"))


def ask_new(visit: Visit, _action: Action, _opened: Opened) -> None:
    """[Thêm lời nhắc]: asks what of."""
    _ask(visit, Request(""), "own_reminder_what")


def ask_again(visit: Visit, action: Action, _opened: Opened) -> None:
    """One that came is to come again: on which day?"""
    found = _reminders(visit).find(who_answers(visit), action["id"])
    if found is None:
        visit.say("choice_stale")
    else:
        _ask(visit, Request(found.text), "own_reminder_when")


def choose_day(visit: Visit, action: Action, opened: Opened) -> None:
    """A day that was offered."""
    visit.close(opened)
    _take(visit, _kept(action))


def drop(visit: Visit, action: Action, opened: Opened) -> None:
    """Takes one back."""
    dropped = _reminders(visit).drop(who_answers(visit), action["id"])
    if dropped is None:
        visit.say("own_reminder_gone")
        return
    if visit.capabilities.editing:
        visit.close(opened)
    told = _told(visit, "own_reminder_dropped", dropped)
    visit.reply(told, _list_row(visit))


def _remind_of_shown(visit: Visit, request: Request, shown: Opened | None) -> bool:
    """Puts off the reminder that was shown; False where none was."""
    actions = shown.actions if shown else ()
    again = next((action for action in actions if action["do"] == "personal_again"), None)
    later = next((action for action in actions if action["do"] == "reminder_later"), None)
    if again is not None and (found := _reminders(visit).find(who_answers(visit), again["id"])):
        _take(visit, Request(found.text, request.day, request.hour, request.often))
    elif later is not None and request.day is not None:
        put_later(visit, later["ids"], request.day)
    elif any(action["do"] == "reminder" for action in actions):
        visit.say("answer_which")
    else:
        return False
    return True


def _replied(visit: Visit) -> Opened | None:
    if visit.incoming.replied is None:
        return None
    try:
        with visit.services.app.store.read() as session:
            return find_pressed(session, visit.incoming.replied, visit.key, visit.now)[0]
    except (StaleChoiceError, ForeignChoiceError):
        return None


def _take(visit: Visit, request: Request) -> None:
    """Sets it, or asks for what is missing."""
    if not request.what:
        _ask(visit, request, "own_reminder_what")
        return
    if request.often:
        _ask(visit, Request(request.what, None, request.hour), "own_reminder_once")
        return
    today, calendar = visit.now.date(), work_days(visit)
    day = request.day
    if day is None and request.hour and at_hour(today, request.hour) > visit.now:
        day = today
    if day is None:
        _ask(visit, request, "own_reminder_when")
        return
    at = at_hour(day, request.hour) if request.hour else office_hour(day, visit.now, calendar)
    if day < today or day > today + FARTHEST:
        why = "own_reminder_past" if day < today else "own_reminder_far"
        _ask(visit, Request(request.what, None, request.hour), why)
    elif at is None or at <= visit.now:
        _ask(visit, Request(request.what, day), "own_reminder_hour")
    else:
        _set(visit, request.what, at, day, exact=request.hour is not None)


def _set(visit: Visit, what: str, at: datetime, day: date, *, exact: bool) -> None:
    made = _reminders(visit).add(who_answers(visit), what, at, at_any_hour=exact)
    lines = [_told(visit, "own_reminder_set", made)]
    if at.date() != day:
        lines.append(visit.text("own_reminder_day_off", date=weekday(day)))
    taking_back = Button(visit.text("button_own_reminder_drop"), {"do": "personal_drop", "id": made.id})
    visit.reply("\n".join(lines), [[taking_back], *_list_row(visit)])


def _ask(visit: Visit, known: Request, say: str) -> None:
    """Asks for what is missing: a matter, a day or an hour."""
    day, hour = known.day and known.day.isoformat(), known.hour and known.hour.isoformat()
    kept = {"what": known.what, "day": day, "hour": hour}
    wait(visit, WAITING, kept)
    days = offered_days(visit) if known.what and known.day is None else []
    rows = [[Button(weekday(day), {"do": "personal_day", **kept, "day": day.isoformat()})] for day in days]
    ask(visit, visit.text(say, task=known.what), [*rows, [stop_button(visit)]])


def _kept(values: Mapping[str, Any]) -> Request:
    """What is known already, out of a talk or a button."""
    day, hour = values.get("day"), values.get("hour")
    return Request(values["what"], day and date.fromisoformat(day), hour and time.fromisoformat(hour))


def _show(visit: Visit) -> None:
    if visit.incoming.group:
        visit.say("private_only")
        return
    waiting = _reminders(visit).waiting(who_answers(visit))
    new = [Button(visit.text("button_own_reminder_new"), {"do": "personal_new"})]
    if not waiting:
        visit.reply(visit.text("own_reminders_none"), [new])
        return
    rows = [(_told(visit, "own_reminder_row", each), {"do": "personal_drop", "id": each.id}) for each in waiting]
    head = visit.text("own_reminders_head", count=len(waiting))
    show_list(visit, head, [Item(*row) for row in rows], [new])


def _list_row(visit: Visit) -> list[list[Button]]:
    """[Các lời nhắc riêng], but in a group, where others read along."""
    return [] if visit.incoming.group else [[Button(visit.text("button_own_reminders"), {"do": "personal_list"})]]


def _told(visit: Visit, say: str, each: PersonalReminder) -> str:
    return visit.text(say, date=weekday(each.at.date()), time=f"{each.at.hour}:{each.at:%M}", task=each.text)


def _reminders(visit: Visit) -> PersonalReminders:
    return PersonalReminders(visit.services.app.store, visit.services.clock)
