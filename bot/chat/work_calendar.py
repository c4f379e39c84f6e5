"""/lich: corrections of the calendar of working days."""

from __future__ import annotations

from datetime import date

from bot.chat.days import read_day
from bot.chat.paging import show_list
from bot.chat.reminder_wishes import settings_of
from bot.chat.replanning import plan_again
from bot.chat.turn import Item, Visit
from bot.menus.choices import Action, Opened
from bot.people.records import PeopleError
from bot.reports.colours import long_day
from knowledge.text import fold
from knowledge.workdays import WorkCalendar


def calendar(visit: Visit, argument: str) -> None:
    """Corrections of the calendar; "nghỉ 22/8/2026 lý do" and "làm 22/8/2026" add one."""
    words = argument.split(None, 2)
    if not words:
        _show_calendar(visit, instead=False)
        return
    kind = fold(words[0])
    meant = read_day(words[1], visit.now.date(), WorkCalendar()) if len(words) > 1 else None
    if kind not in {"nghi", "lam"} or meant is None:
        visit.say("calendar_how")
        return
    settings_of(visit).set_work_day(meant, kind == "lam", words[2] if len(words) > 2 else "", _by(visit))
    plan_again(visit)
    visit.say("calendar_working" if kind == "lam" else "calendar_off", date=long_day(meant))


def drop_correction(visit: Visit, action: Action, opened: Opened) -> None:
    """Takes one back."""
    settings_of(visit).drop_work_day(date.fromisoformat(action["day"]), _by(visit))
    plan_again(visit)
    visit.close(opened)
    _show_calendar(visit, instead=True)


def _show_calendar(visit: Visit, *, instead: bool) -> None:
    days = settings_of(visit).work_days()
    if not days:
        visit.reply(f"{visit.text('calendar_none')}\n{visit.text('calendar_how')}", instead=instead)
        return
    items = []
    for each in days:
        line = visit.text("calendar_working" if each.working else "calendar_off", date=long_day(each.day))
        note = f" ({each.note})" if each.note else ""
        items.append(Item(f"{line.rstrip('.')}{note}", {"do": "day_drop", "day": each.day.isoformat()}))
    show_list(visit, visit.text("calendar_head"), items, tail=visit.text("calendar_how"), instead=instead)


def _by(visit: Visit) -> int:
    if visit.member is None or not visit.is_admin:
        raise PeopleError(visit.text("admins_only"))
    return visit.member.id
