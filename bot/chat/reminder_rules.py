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
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.records import PeopleError
from bot.tracking.records import RetypeError
from bot.tracking.rules import FOLLOWING_UNIT, Name, Scope
from bot.tracking.schedule import DEFAULT_LEADS
from bot.tracking.settings import read_leads
from knowledge.text import cut
from knowledge.wording import short_label


def rules(turn: Turn, argument: str) -> None:
    """For administrators the default and what can be set, or a task by its words; for others their own wishes."""
    if not turn.is_admin:
        if not open_wishes(turn):
            turn.say("wishes_nobody")
    elif argument:
        take_task(turn, argument)
    else:
        _show_rules(turn, instead=False)


def toggle_checkins(turn: Turn, action: Action, opened: Opened) -> None:
    """The quarterly question about standing tasks, on or off."""
    settings_of(turn).set_checkins(bool(action["on"]), _by(turn))
    plan_again(turn)
    turn.close(opened)
    _show_rules(turn, instead=True)


def list_plans(turn: Turn, _action: Action, _opened: Opened) -> None:
    """Live plans, each with its rules."""
    plans = turn.services.app.library.plans()
    if not plans:
        turn.say("no_plans")
        return
    items = [Item(cut(short_label(plan), 120), {"do": "plan_rules", "plan": plan.id}) for plan in plans]
    show_list(turn, turn.text("plan_rules_head"), items)


def show_plan_rules(turn: Turn, action: Action, _opened: Opened) -> None:
    """Rules of one plan."""
    _show_plan(turn, action["plan"], instead=False)


def ask_leads(turn: Turn, action: Action, _opened: Opened) -> None:
    """The next message is the lead times of an agency or a plan."""
    turn.dialogue.waiting = {"for": "rule_leads", "scope": action["scope"], "subject": action["subject"]}
    turn.say("ask_leads")


def take_leads(turn: Turn, text: str) -> None:
    """Lead times that were typed."""
    waiting, leads = turn.dialogue.waiting or {}, read_leads(text)
    if leads is None:
        raise RetypeError(turn.text("ask_leads"))
    scope, subject = Scope(waiting["scope"]), waiting["subject"]
    settings_of(turn).set_leads(scope, subject, leads, _by(turn))
    plan_again(turn)
    turn.dialogue.waiting = None
    _show_subject(turn, scope, subject)


def drop_leads(turn: Turn, action: Action, opened: Opened) -> None:
    """The default lead times again."""
    settings_of(turn).set_leads(Scope(action["scope"]), action["subject"], None, _by(turn))
    plan_again(turn)
    turn.close(opened)
    _show_subject(turn, Scope(action["scope"]), action["subject"])


def toggle_confirming(turn: Turn, action: Action, opened: Opened) -> None:
    """Whether what is reported is confirmed by the unit that follows its plan, where a plan says nothing else."""
    settings_of(turn).set_confirming(None, bool(action["on"]), _by(turn))
    turn.close(opened)
    _show_rules(turn, instead=True)


def ask_confirming(turn: Turn, action: Action, _opened: Opened) -> None:
    """Who confirms what is reported of a plan: its following unit, nobody, or an agency that is typed."""
    plan = action["plan"]
    turn.dialogue.waiting = {"for": "rule_confirm", "plan": plan}
    unit = settings_of(turn).rules().following_unit(plan)
    labels = [
        (True, unit),
        (False, turn.text("button_confirm_nobody")),
        (None, turn.text("button_confirm_default")),
    ]
    rows = [[Button(label, {"do": "rule_confirm", "plan": plan, "agency": to})] for to, label in labels]
    turn.reply(turn.text("ask_confirming"), rows)


def take_confirming(turn: Turn, text: str) -> None:
    """Agencies that fit."""
    plan = (turn.dialogue.waiting or {})["plan"]
    offer_agencies(turn, text, {"do": "rule_confirm", "plan": plan}, "invite_choose")


def set_confirming(turn: Turn, action: Action, opened: Opened) -> None:
    """Who confirms what is reported of a plan is chosen."""
    settings_of(turn).set_confirming(action["plan"], action["agency"], _by(turn))
    turn.close(opened)
    _show_plan(turn, action["plan"], instead=True)


def ask_unit(turn: Turn, action: Action, _opened: Opened) -> None:
    """The next message is words of the agency that follows a plan."""
    turn.dialogue.waiting = {"for": "rule_unit", "plan": action["plan"]}
    turn.say("ask_unit")


def take_unit(turn: Turn, text: str) -> None:
    """Agencies that fit."""
    plan = (turn.dialogue.waiting or {})["plan"]
    offer_agencies(turn, text, {"do": "rule_unit", "plan": plan}, "invite_choose")


def set_unit(turn: Turn, action: Action, opened: Opened) -> None:
    """The following unit is chosen."""
    settings_of(turn).set_following_unit(action["plan"], action["agency"], _by(turn))
    plan_again(turn)
    turn.close(opened)
    _show_plan(turn, action["plan"], instead=True)


def set_force(turn: Turn, action: Action, opened: Opened) -> None:
    """Keeps a plan in force, ends it, or lets its years decide."""
    settings_of(turn).set_in_force(action["plan"], action["force"], _by(turn))
    plan_again(turn)
    turn.close(opened)
    _show_plan(turn, action["plan"], instead=True)


def ask_agency(turn: Turn, _action: Action, _opened: Opened) -> None:
    """The next message is words of the agency whose lead times are to be set."""
    turn.dialogue.waiting = {"for": "rule_agency"}
    turn.say("ask_rule_agency")


def take_agency(turn: Turn, text: str) -> None:
    """Agencies that fit."""
    offer_agencies(turn, text, {"do": "agency_rules"}, "invite_choose")


def show_agency_rules(turn: Turn, action: Action, _opened: Opened) -> None:
    """Rules of one agency."""
    _show_agency(turn, action["agency"])


def _show_rules(turn: Turn, *, instead: bool) -> None:
    settings = settings_of(turn)
    known, wishes = settings.rules(), wishes_button(turn)
    on, confirmed = known.checkins, known.confirmed
    waiting = transfers_of(turn).waiting(_by(turn))
    text = turn.text(
        "rules",
        leads=said_leads(DEFAULT_LEADS),
        unit=FOLLOWING_UNIT,
        state=f"{turn.text('checkins_on' if on else 'checkins_off')}\n"
        + turn.text("confirming_on" if confirmed else "confirming_off"),
    )
    rows = [
        [Button(turn.text("button_plan_rules"), {"do": "plan_rules_list"})],
        [Button(turn.text("button_agency_rules"), {"do": "agency_rules_ask"})],
        [Button(turn.text("button_task_rules"), {"do": "task_leads_ask"})],
        *([wishes] if wishes else []),
        [Button(turn.text("button_checkins_off" if on else "button_checkins_on"), {"do": "checkins", "on": not on})],
        [
            Button(
                turn.text("button_confirming_off" if confirmed else "button_confirming_on"),
                {"do": "confirming", "on": not confirmed},
            )
        ],
        [Button(turn.text("button_extensions", count=len(extensions_of(turn).waiting())), {"do": "extensions"})],
        [Button(turn.text("button_transfers", count=len(waiting)), {"do": "transfers"})],
        [Button(turn.text("button_unowned", count=len(settings.unowned())), {"do": "unowned"})],
        [Button(turn.text("button_undelivered", count=len(settings.undelivered())), {"do": "undelivered"})],
        [Button(turn.text("button_ledger"), {"do": "ledger"})],
    ]
    turn.reply(text, rows, instead=instead)


def _show_subject(turn: Turn, scope: Scope, subject: str) -> None:
    if scope is Scope.PLAN:
        _show_plan(turn, int(subject), instead=False)
    elif scope is Scope.DUTY:
        show_duty_leads(turn, int(subject))
    else:
        _show_agency(turn, subject)


def _show_plan(turn: Turn, plan: int, *, instead: bool) -> None:
    live = next((each for each in turn.services.app.library.plans() if each.id == plan), None)
    if live is None:
        turn.say("plan_gone")
        return
    known = settings_of(turn).rules()
    force = known.in_force(plan)
    states = {None: turn.text("force_years"), True: turn.text("force_kept"), False: turn.text("force_ended")}
    labels = [
        (None, turn.text("button_force_years")),
        (True, turn.text("button_force_keep")),
        (False, turn.text("button_force_end")),
    ]
    text = turn.text(
        "plan_rules",
        plan=short_label(live),
        leads=said_leads(known.values.get((Scope.PLAN, str(plan), Name.LEADS), DEFAULT_LEADS)),
        unit=known.following_unit(plan),
        confirms=known.confirming_unit(plan) or turn.text("confirm_nobody"),
        state=states[force],
        limit=told_limit(turn, Scope.PLAN, str(plan)),
    )
    rows = [
        leads_buttons(turn, Scope.PLAN, str(plan), is_set=(Scope.PLAN, str(plan), Name.LEADS) in known.values),
        [
            Button(turn.text("button_unit"), {"do": "rule_unit_ask", "plan": plan}),
            Button(turn.text("button_confirm_unit"), {"do": "rule_confirm_ask", "plan": plan}),
        ],
        limit_button(turn, Scope.PLAN, str(plan)),
        [Button(label, {"do": "rule_force", "plan": plan, "force": to}) for to, label in labels if to is not force],
    ]
    turn.reply(text, rows, instead=instead)


def _show_agency(turn: Turn, agency: str) -> None:
    known = settings_of(turn).rules()
    key = (Scope.AGENCY, agency, Name.LEADS)
    leads, limit = said_leads(known.values.get(key, DEFAULT_LEADS)), told_limit(turn, Scope.AGENCY, agency)
    text = turn.text("agency_rules", agency=agency, leads=leads, limit=limit)
    leads_row = leads_buttons(turn, Scope.AGENCY, agency, is_set=key in known.values)
    turn.reply(text, [leads_row, limit_button(turn, Scope.AGENCY, agency)])


def _by(turn: Turn) -> int:
    if turn.member is None or not turn.is_admin:
        raise PeopleError(turn.text("admins_only"))
    return turn.member.id
