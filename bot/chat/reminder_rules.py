"""/nhac: what members and administrators set about reminders."""

from __future__ import annotations

from bot.chat.joining import offer_agencies
from bot.chat.lead_times import leads_buttons, said_leads
from bot.chat.more_time import limit_button, told_limit
from bot.chat.paging import show_list
from bot.chat.reminder_talk import extensions_of
from bot.chat.reminder_wishes import open_wishes, settings_of, wishes_button
from bot.chat.replanning import plan_again
from bot.chat.task_leads import show_duty_leads, take_task
from bot.chat.transferring import transfers_of
from bot.chat.turn import Button, Item, Visit
from bot.menus.choices import Action, Opened
from bot.people.records import PeopleError
from bot.tracking.records import RetypeError
from bot.tracking.rules import FOLLOWING_UNIT, Name, Scope
from bot.tracking.schedule import DEFAULT_LEADS
from bot.tracking.settings import read_leads
from knowledge.text import cut
from knowledge.wording import short_label


def rules(visit: Visit, argument: str) -> None:
    """For administrators the default and what can be set, or a task by its words; for others their own wishes."""
    if not visit.is_admin:
        if not open_wishes(visit):
            visit.say("wishes_nobody")
    elif argument:
        take_task(visit, argument)
    else:
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


def toggle_confirming(visit: Visit, action: Action, opened: Opened) -> None:
    """Whether what is reported is confirmed by the unit that follows its plan, where a plan says nothing else."""
    settings_of(visit).set_confirming(None, bool(action["on"]), _by(visit))
    visit.close(opened)
    _show_rules(visit, instead=True)


def ask_confirming(visit: Visit, action: Action, _opened: Opened) -> None:
    """Who confirms what is reported of a plan: its following unit, nobody, or an agency that is typed."""
    plan = action["plan"]
    visit.dialogue.waiting = {"for": "rule_confirm", "plan": plan}
    unit = settings_of(visit).rules().following_unit(plan)
    labels = [
        (True, unit),
        (False, visit.text("button_confirm_nobody")),
        (None, visit.text("button_confirm_default")),
    ]
    rows = [[Button(label, {"do": "rule_confirm", "plan": plan, "agency": to})] for to, label in labels]
    visit.reply(visit.text("ask_confirming"), rows)


def take_confirming(visit: Visit, text: str) -> None:
    """Agencies that fit."""
    plan = (visit.dialogue.waiting or {})["plan"]
    offer_agencies(visit, text, {"do": "rule_confirm", "plan": plan}, "invite_choose")


def set_confirming(visit: Visit, action: Action, opened: Opened) -> None:
    """Who confirms what is reported of a plan is chosen."""
    settings_of(visit).set_confirming(action["plan"], action["agency"], _by(visit))
    visit.close(opened)
    _show_plan(visit, action["plan"], instead=True)


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


def _show_rules(visit: Visit, *, instead: bool) -> None:
    settings = settings_of(visit)
    known, wishes = settings.rules(), wishes_button(visit)
    on, confirmed = known.checkins, known.confirmed
    waiting = transfers_of(visit).waiting(_by(visit))
    text = visit.text(
        "rules",
        leads=said_leads(DEFAULT_LEADS),
        unit=FOLLOWING_UNIT,
        state=f"{visit.text('checkins_on' if on else 'checkins_off')}\n"
        + visit.text("confirming_on" if confirmed else "confirming_off"),
    )
    rows = [
        [Button(visit.text("button_plan_rules"), {"do": "plan_rules_list"})],
        [Button(visit.text("button_agency_rules"), {"do": "agency_rules_ask"})],
        [Button(visit.text("button_task_rules"), {"do": "task_leads_ask"})],
        *([wishes] if wishes else []),
        [Button(visit.text("button_checkins_off" if on else "button_checkins_on"), {"do": "checkins", "on": not on})],
        [
            Button(
                visit.text("button_confirming_off" if confirmed else "button_confirming_on"),
                {"do": "confirming", "on": not confirmed},
            )
        ],
        [Button(visit.text("button_extensions", count=len(extensions_of(visit).waiting())), {"do": "extensions"})],
        [Button(visit.text("button_transfers", count=len(waiting)), {"do": "transfers"})],
        [Button(visit.text("button_unowned", count=len(settings.unowned())), {"do": "unowned"})],
        [Button(visit.text("button_undelivered", count=len(settings.undelivered())), {"do": "undelivered"})],
        [Button(visit.text("button_ledger"), {"do": "ledger"})],
    ]
    visit.reply(text, rows, instead=instead)


def _show_subject(visit: Visit, scope: Scope, subject: str) -> None:
    if scope is Scope.PLAN:
        _show_plan(visit, int(subject), instead=False)
    elif scope is Scope.DUTY:
        show_duty_leads(visit, int(subject))
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
        leads=said_leads(known.values.get((Scope.PLAN, str(plan), Name.LEADS), DEFAULT_LEADS)),
        unit=known.following_unit(plan),
        confirms=known.confirming_unit(plan) or visit.text("confirm_nobody"),
        state=states[force],
        limit=told_limit(visit, Scope.PLAN, str(plan)),
    )
    rows = [
        leads_buttons(visit, Scope.PLAN, str(plan), is_set=(Scope.PLAN, str(plan), Name.LEADS) in known.values),
        [
            Button(visit.text("button_unit"), {"do": "rule_unit_ask", "plan": plan}),
            Button(visit.text("button_confirm_unit"), {"do": "rule_confirm_ask", "plan": plan}),
        ],
        limit_button(visit, Scope.PLAN, str(plan)),
        [Button(label, {"do": "rule_force", "plan": plan, "force": to}) for to, label in labels if to is not force],
    ]
    visit.reply(text, rows, instead=instead)


def _show_agency(visit: Visit, agency: str) -> None:
    known = settings_of(visit).rules()
    key = (Scope.AGENCY, agency, Name.LEADS)
    leads, limit = said_leads(known.values.get(key, DEFAULT_LEADS)), told_limit(visit, Scope.AGENCY, agency)
    text = visit.text("agency_rules", agency=agency, leads=leads, limit=limit)
    leads_row = leads_buttons(visit, Scope.AGENCY, agency, is_set=key in known.values)
    visit.reply(text, [leads_row, limit_button(visit, Scope.AGENCY, agency)])


def _by(visit: Visit) -> int:
    if visit.member is None or not visit.is_admin:
        raise PeopleError(visit.text("admins_only"))
    return visit.member.id
