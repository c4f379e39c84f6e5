"""/nhac and /lich: what administrators set about reminders, and what they should look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.clock import HANOI
from bot.conversation.choices import Action, Opened
from bot.conversation.days import read_day
from bot.conversation.joining import offer_agencies
from bot.conversation.paging import show_list
from bot.conversation.reminder_talk import extensions_of
from bot.conversation.reminder_wishes import settings_of
from bot.conversation.replanning import plan_again
from bot.conversation.visit import Button, Item, Visit
from bot.people.records import PeopleError
from bot.reminders.records import RetypeError
from bot.reminders.rules import FOLLOWING_UNIT, Name, Scope
from bot.reminders.schedule import DEFAULT_LEADS
from bot.reminders.settings import read_leads
from bot.reminders.views.looks import long_day
from knowledge.answers.wording import cut, day, short_label
from knowledge.text import fold
from knowledge.workdays import WorkCalendar

# --- the calendar ------------------------------------------------------------------------------


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


# --- rules -------------------------------------------------------------------------------------


def rules(visit: Visit, _argument: str) -> None:
    """The default, and what can be set or looked at."""
    _show_rules(visit, instead=False)


def toggle_checkins(visit: Visit, action: Action, opened: Opened) -> None:
    """The quarterly question about standing tasks, on or off."""
    settings_of(visit).set_checkins(bool(action["on"]), _by(visit))
    plan_again(visit)
    visit.close(opened)
    _show_rules(visit, instead=True)


def list_plans(visit: Visit, _action: Action, _opened: Opened) -> None:
    """Live plans, each with its rules."""
    plans = visit.services.app.library.plans()
    if not plans:
        visit.say("no_plans")
        return
    items = [Item(cut(short_label(plan), 120), {"do": "plan_rules", "plan": plan.id}) for plan in plans]
    show_list(visit, visit.text("plan_rules_head"), items)


def show_plan_rules(visit: Visit, action: Action, _opened: Opened) -> None:
    """Rules of one plan."""
    _show_plan(visit, action["plan"], instead=False)


def ask_leads(visit: Visit, action: Action, _opened: Opened) -> None:
    """The next message is the lead times of an agency or a plan."""
    visit.dialogue.waiting = {"for": "rule_leads", "scope": action["scope"], "subject": action["subject"]}
    visit.say("ask_leads")


def take_leads(visit: Visit, text: str) -> None:
    """Lead times that were typed."""
    waiting, leads = visit.dialogue.waiting or {}, read_leads(text)
    if leads is None:
        raise RetypeError(visit.text("ask_leads"))
    scope, subject = Scope(waiting["scope"]), waiting["subject"]
    settings_of(visit).set_leads(scope, subject, leads, _by(visit))
    plan_again(visit)
    visit.dialogue.waiting = None
    _show_subject(visit, scope, subject)


def drop_leads(visit: Visit, action: Action, opened: Opened) -> None:
    """The default lead times again."""
    settings_of(visit).set_leads(Scope(action["scope"]), action["subject"], None, _by(visit))
    plan_again(visit)
    visit.close(opened)
    _show_subject(visit, Scope(action["scope"]), action["subject"])


def ask_unit(visit: Visit, action: Action, _opened: Opened) -> None:
    """The next message is words of the agency that follows a plan."""
    visit.dialogue.waiting = {"for": "rule_unit", "plan": action["plan"]}
    visit.say("ask_unit")


def take_unit(visit: Visit, text: str) -> None:
    """Agencies that fit."""
    plan = (visit.dialogue.waiting or {})["plan"]
    offer_agencies(visit, text, {"do": "rule_unit", "plan": plan}, "invite_choose")


def set_unit(visit: Visit, action: Action, opened: Opened) -> None:
    """The following unit is chosen."""
    settings_of(visit).set_following_unit(action["plan"], action["agency"], _by(visit))
    plan_again(visit)
    visit.close(opened)
    _show_plan(visit, action["plan"], instead=True)


def set_force(visit: Visit, action: Action, opened: Opened) -> None:
    """Keeps a plan in force, ends it, or lets its years decide."""
    settings_of(visit).set_in_force(action["plan"], action["force"], _by(visit))
    plan_again(visit)
    visit.close(opened)
    _show_plan(visit, action["plan"], instead=True)


def ask_agency(visit: Visit, _action: Action, _opened: Opened) -> None:
    """The next message is words of the agency whose lead times are to be set."""
    visit.dialogue.waiting = {"for": "rule_agency"}
    visit.say("ask_rule_agency")


def take_agency(visit: Visit, text: str) -> None:
    """Agencies that fit."""
    offer_agencies(visit, text, {"do": "agency_rules"}, "invite_choose")


def show_agency_rules(visit: Visit, action: Action, _opened: Opened) -> None:
    """Rules of one agency."""
    _show_agency(visit, action["agency"])


# --- what to look at ---------------------------------------------------------------------------


def list_unowned(visit: Visit, _action: Action, _opened: Opened) -> None:
    """Agencies with duties and nobody who hears of them."""
    found = settings_of(visit).unowned()
    if not found:
        visit.say("no_unowned")
        return
    items = [
        Item(visit.text("unowned_row", agency=agency or visit.text("agency_none"), count=count))
        for agency, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    show_list(visit, visit.text("unowned_head", count=len(found)), items)


def list_undelivered(visit: Visit, _action: Action, _opened: Opened) -> None:
    """Messages that could not be sent."""
    found = settings_of(visit).undelivered()
    if not found:
        visit.say("no_undelivered")
        return
    items = [
        Item(
            visit.text(
                "undelivered_row",
                name=each.to,
                task=cut(each.title, 80),
                date=day(each.at.astimezone(HANOI).date()),
                reason=each.reason,
            )
        )
        for each in found
    ]
    show_list(visit, visit.text("undelivered_head", count=len(found)), items)


def _show_rules(visit: Visit, *, instead: bool) -> None:
    settings = settings_of(visit)
    on = settings.rules().checkins
    text = visit.text(
        "rules",
        leads=_leads(DEFAULT_LEADS),
        unit=FOLLOWING_UNIT,
        state=visit.text("checkins_on" if on else "checkins_off"),
    )
    rows = [
        [Button(visit.text("button_plan_rules"), {"do": "plan_rules_list"})],
        [Button(visit.text("button_agency_rules"), {"do": "agency_rules_ask"})],
        [Button(visit.text("button_checkins_off" if on else "button_checkins_on"), {"do": "checkins", "on": not on})],
        [Button(visit.text("button_extensions", count=len(extensions_of(visit).waiting())), {"do": "extensions"})],
        [Button(visit.text("button_unowned", count=len(settings.unowned())), {"do": "unowned"})],
        [Button(visit.text("button_undelivered", count=len(settings.undelivered())), {"do": "undelivered"})],
    ]
    visit.reply(text, rows, instead=instead)


def _show_subject(visit: Visit, scope: Scope, subject: str) -> None:
    if scope is Scope.PLAN:
        _show_plan(visit, int(subject), instead=False)
    else:
        _show_agency(visit, subject)


def _show_plan(visit: Visit, plan: int, *, instead: bool) -> None:
    live = next((each for each in visit.services.app.library.plans() if each.id == plan), None)
    if live is None:
        visit.say("plan_gone")
        return
    known = settings_of(visit).rules()
    force = known.in_force(plan)
    states = {None: visit.text("force_years"), True: visit.text("force_kept"), False: visit.text("force_ended")}
    labels = [
        (None, visit.text("button_force_years")),
        (True, visit.text("button_force_keep")),
        (False, visit.text("button_force_end")),
    ]
    text = visit.text(
        "plan_rules",
        plan=short_label(live),
        leads=_leads(known.values.get((Scope.PLAN, str(plan), Name.LEADS), DEFAULT_LEADS)),
        unit=known.following_unit(plan),
        state=states[force],
    )
    rows = [
        _leads_buttons(visit, Scope.PLAN, str(plan), (Scope.PLAN, str(plan), Name.LEADS) in known.values),
        [Button(visit.text("button_unit"), {"do": "rule_unit_ask", "plan": plan})],
        [Button(label, {"do": "rule_force", "plan": plan, "force": to}) for to, label in labels if to is not force],
    ]
    visit.reply(text, rows, instead=instead)


def _show_agency(visit: Visit, agency: str) -> None:
    known = settings_of(visit).rules()
    key = (Scope.AGENCY, agency, Name.LEADS)
    text = visit.text("agency_rules", agency=agency, leads=_leads(known.values.get(key, DEFAULT_LEADS)))
    visit.reply(text, [_leads_buttons(visit, Scope.AGENCY, agency, key in known.values)])


def _leads_buttons(visit: Visit, scope: Scope, subject: str, is_set: bool) -> list[Button]:
    which = {"scope": scope.value, "subject": subject}
    buttons = [Button(visit.text("button_leads"), {"do": "rule_leads_ask", **which})]
    if is_set:
        buttons.append(Button(visit.text("button_leads_default"), {"do": "rule_leads_drop", **which}))
    return buttons


def _leads(leads: Sequence[int]) -> str:
    return ", ".join(str(lead) for lead in leads)


def _by(visit: Visit) -> int:
    if visit.member is None or not visit.is_admin:
        raise PeopleError(visit.text("admins_only"))
    return visit.member.id
