"""/lich: corrections of the calendar of working days."""

from __future__ import annotations

from datetime import date

from bot.chat.days import read_day
from bot.chat.paging import show_list
from bot.chat.reminder_wishes import settings_of
from bot.chat.replanning import plan_again
from bot.chat.turn import Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.records import PeopleError
from bot.reports.colours import long_day
from knowledge.text import fold
from knowledge.workdays import WorkCalendar


def calendar(turn: Turn, argument: str) -> None:
    """Corrections of the calendar; "nghỉ 22/8/2026 lý do" and "làm 22/8/2026" add one."""
    words = argument.split(None, 2)
    if not words:
        _show_calendar(turn, instead=False)
        return
    kind = fold(words[0])
    meant = read_day(words[1], turn.now.date(), WorkCalendar()) if len(words) > 1 else None
    if kind not in {"nghi", "lam"} or meant is None:
        turn.say("calendar_how")
        return
    settings_of(turn).set_work_day(meant, kind == "lam", words[2] if len(words) > 2 else "", _by(turn))
    plan_again(turn)
    turn.say("calendar_working" if kind == "lam" else "calendar_off", date=long_day(meant))


def drop_correction(turn: Turn, action: Action, opened: Opened) -> None:
    """Takes one back."""
    settings_of(turn).drop_work_day(date.fromisoformat(action["day"]), _by(turn))
    plan_again(turn)
    turn.close(opened)
    _show_calendar(turn, instead=True)


def _show_calendar(turn: Turn, *, instead: bool) -> None:
    days = settings_of(turn).work_days()
    if not days:
        turn.reply(f"{turn.text('calendar_none')}\n{turn.text('calendar_how')}", instead=instead)
        return
    items = []
    for each in days:
        line = turn.text("calendar_working" if each.working else "calendar_off", date=long_day(each.day))
        note = f" ({each.note})" if each.note else ""
        items.append(Item(f"{line.rstrip('.')}{note}", {"do": "day_drop", "day": each.day.isoformat()}))
    show_list(turn, turn.text("calendar_head"), items, tail=turn.text("calendar_how"), instead=instead)


def _by(turn: Turn) -> int:
    if turn.member is None or not turn.is_admin:
        raise PeopleError(turn.text("admins_only"))
    return turn.member.id
