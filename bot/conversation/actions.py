"""What each choice does: one table, with who may choose it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from bot.conversation import (
    accounts,
    administration,
    assigning,
    away,
    commands,
    further_agencies,
    groups,
    handing_over,
    joining,
    monitoring,
    more_time,
    owed,
    own_data,
    own_reminders,
    own_tasks,
    paging,
    plans,
    progress_views,
    questions,
    reminder_later,
    reminder_results,
    reminder_rules,
    reminder_talk,
    reminder_watch,
    reminder_wishes,
    reporting,
    task_leads,
    task_progress,
    told,
    transferring,
    work_calendar,
)
from bot.conversation.choices import Action, Opened
from bot.conversation.visit import Visit

Handler = Callable[[Visit, Action, Opened], None]


class Access(Enum):
    """Who may."""

    ANYONE = auto()
    MEMBER = auto()
    ADMIN = auto()


_ACTIONS: dict[str, tuple[Access, Handler]] = {
    paging.TURN: (Access.ANYONE, paging.turn_page),
    "my_agency": (Access.ANYONE, joining.choose_own_agency),
    "ask_forget": (Access.ANYONE, own_data.ask_forget_pressed),
    "forget": (Access.ANYONE, own_data.forget),
    "keep": (Access.ANYONE, own_data.keep),
    "ask": (Access.MEMBER, questions.ask_offered),
    "choose": (Access.MEMBER, questions.choose),
    "quote": (Access.MEMBER, questions.show_quotes),
    "related": (Access.MEMBER, questions.show_related),
    "judge": (Access.MEMBER, questions.judge),
    "task": (Access.MEMBER, own_tasks.show_task),
    "my_list": (Access.MEMBER, own_tasks.open_my_list),
    "command": (Access.MEMBER, commands.run_offered),
    "plan": (Access.MEMBER, plans.show_plan),
    "plan_tasks": (Access.MEMBER, plans.show_plan_tasks),
    "join_code": (Access.MEMBER, own_data.give_join_code),
    "accounts": (Access.MEMBER, accounts.list_accounts),
    "ask_take_off": (Access.MEMBER, accounts.ask_take_off),
    "take_off": (Access.MEMBER, accounts.take_off),
    "leave": (Access.ANYONE, accounts.leave),
    "rename": (Access.MEMBER, own_data.ask_name),
    "reminder": (Access.MEMBER, owed.show_card),
    "result_file": (Access.MEMBER, owed.give_file),
    "reminder_received": (Access.MEMBER, reminder_results.received),
    "reminder_done": (Access.MEMBER, reminder_results.ask_result),
    "reminder_skip": (Access.MEMBER, reminder_results.skip_result),
    "reminder_undo": (Access.MEMBER, reminder_results.undo),
    "reminder_later": (Access.MEMBER, reminder_later.ask_later),
    "later_to": (Access.MEMBER, reminder_later.later_to),
    "reminder_extend": (Access.MEMBER, more_time.ask_wanted),
    "extend_to": (Access.MEMBER, more_time.extend_to),
    "reminder_stop": (Access.MEMBER, reminder_talk.stop),
    "confirm": (Access.MEMBER, reporting.confirm),
    "return": (Access.MEMBER, reporting.ask_return),
    "progress_ask": (Access.MEMBER, reporting.ask_progress),
    "progress_keep": (Access.MEMBER, reporting.keep_progress),
    "direct": (Access.MEMBER, reporting.ask_direction),
    "not_ours_ask": (Access.MEMBER, transferring.ask_why),
    "not_ours": (Access.MEMBER, transferring.send),
    "transfers": (Access.ADMIN, transferring.list_transfers),
    "transfer_show": (Access.ADMIN, transferring.show_transfer),
    "transfer": (Access.ADMIN, transferring.ask_agency),
    "transfer_to": (Access.ADMIN, transferring.move),
    "transfer_keep": (Access.ADMIN, transferring.ask_keep_reason),
    "transfer_kept": (Access.ADMIN, transferring.keep),
    "assign_who": (Access.MEMBER, assigning.ask_who),
    "assign": (Access.MEMBER, assigning.assign),
    "assign_back": (Access.MEMBER, assigning.take_back),
    "absence_list": (Access.MEMBER, away.show_absences),
    "absence_new": (Access.MEMBER, away.ask_new),
    "absence_who": (Access.MEMBER, away.choose_substitute),
    "absence_set": (Access.MEMBER, away.set_absence),
    "absence_end": (Access.MEMBER, away.end_absence),
    "handover_to": (Access.MEMBER, handing_over.choose_heir),
    "handover_ask": (Access.MEMBER, handing_over.ask_handover),
    "handover_agree": (Access.MEMBER, handing_over.agree),
    "handover": (Access.MEMBER, handing_over.show_waiting),
    "handover_decline": (Access.MEMBER, handing_over.decline),
    "ask_move": (Access.MEMBER, told.ask_move),
    "move": (Access.ADMIN, told.move),
    "personal_list": (Access.MEMBER, own_reminders.show_own),
    "personal_new": (Access.MEMBER, own_reminders.ask_new),
    "personal_again": (Access.MEMBER, own_reminders.ask_again),
    "personal_day": (Access.MEMBER, own_reminders.choose_day),
    "personal_drop": (Access.MEMBER, own_reminders.drop),
    "progress": (Access.MEMBER, progress_views.show_progress),
    "progress_period": (Access.MEMBER, progress_views.choose_period),
    "progress_report": (Access.MEMBER, progress_views.give_report),
    "progress_tasks": (Access.MEMBER, monitoring.list_held),
    "unreported": (Access.MEMBER, monitoring.list_unreported),
    "urge": (Access.MEMBER, monitoring.urge),
    "unhealthy": (Access.MEMBER, monitoring.list_unhealthy),
    "unhealthy_list": (Access.MEMBER, monitoring.show_unhealthy),
    "progress_timeline": (Access.MEMBER, progress_views.show_timeline),
    "progress_sheet": (Access.MEMBER, progress_views.give_sheet),
    "progress_calendar": (Access.MEMBER, progress_views.give_calendar),
    "wishes": (Access.MEMBER, reminder_wishes.show_wishes),
    "wish_lead": (Access.MEMBER, reminder_wishes.toggle_lead),
    "wish_all": (Access.MEMBER, reminder_wishes.choose_all),
    "wish_none": (Access.MEMBER, reminder_wishes.choose_none),
    "wish_channel": (Access.MEMBER, reminder_wishes.choose_channel),
    "day_drop": (Access.ADMIN, work_calendar.drop_correction),
    "checkins": (Access.ADMIN, reminder_rules.toggle_checkins),
    "plan_rules_list": (Access.ADMIN, reminder_rules.list_plans),
    "plan_rules": (Access.ADMIN, reminder_rules.show_plan_rules),
    "agency_rules_ask": (Access.ADMIN, reminder_rules.ask_agency),
    "agency_rules": (Access.ADMIN, reminder_rules.show_agency_rules),
    "rule_leads_ask": (Access.ADMIN, reminder_rules.ask_leads),
    "rule_leads_drop": (Access.ADMIN, reminder_rules.drop_leads),
    "rule_unit_ask": (Access.ADMIN, reminder_rules.ask_unit),
    "rule_unit": (Access.ADMIN, reminder_rules.set_unit),
    "task_standing": (Access.ADMIN, task_progress.show_standing),
    "task_leads_ask": (Access.ADMIN, task_leads.ask_task),
    "task_leads": (Access.ADMIN, task_leads.show_pressed),
    "confirming": (Access.ADMIN, reminder_rules.toggle_confirming),
    "rule_confirm": (Access.ADMIN, reminder_rules.set_confirming),
    "rule_confirm_ask": (Access.ADMIN, reminder_rules.ask_confirming),
    "rule_force": (Access.ADMIN, reminder_rules.set_force),
    "unowned": (Access.ADMIN, reminder_watch.list_unowned),
    "undelivered": (Access.ADMIN, reminder_watch.list_undelivered),
    "further": (Access.ADMIN, further_agencies.show_agencies),
    "further_ask": (Access.ADMIN, further_agencies.ask_agency),
    "further_add": (Access.ADMIN, further_agencies.add_agency),
    "further_drop": (Access.ADMIN, further_agencies.drop_agency),
    "extension_grant": (Access.ADMIN, more_time.grant),
    "extension_decline": (Access.ADMIN, more_time.ask_decline_reason),
    "extension_refuse": (Access.ADMIN, more_time.refuse),
    "extension": (Access.ADMIN, more_time.show_extension),
    "extensions": (Access.ADMIN, more_time.list_extensions),
    "group_set": (Access.MEMBER, groups.set_group),
    "group_unset": (Access.MEMBER, groups.unset_group),
    "group_agency": (Access.ADMIN, groups.offer_group_agency),
    "activate": (Access.ADMIN, plans.activate),
    "discard": (Access.ADMIN, plans.discard),
    "rollback": (Access.ADMIN, plans.roll_back),
    "approve": (Access.ADMIN, joining.approve),
    "reject": (Access.ADMIN, joining.reject),
    "request": (Access.ADMIN, administration.show_request),
    "member": (Access.ADMIN, administration.show_member),
    "set_role": (Access.ADMIN, administration.set_role),
    "ask_switch_off": (Access.ADMIN, administration.ask_switch_off),
    "switch_off": (Access.ADMIN, administration.switch_off),
    "switch_on": (Access.ADMIN, administration.switch_on),
    "invite_agency": (Access.ADMIN, administration.choose_invited_agency),
    "invite_role": (Access.ADMIN, administration.make_invitation),
    "feedback": (Access.ADMIN, administration.list_marked),
    "told": (Access.ADMIN, administration.tell),
}


def run_action(visit: Visit, action: Action, opened: Opened) -> None:
    """Does what was chosen, if this person still may."""
    access, handler = _ACTIONS.get(action["do"], (Access.ANYONE, _stale))
    if access is Access.MEMBER and visit.member is None:
        visit.say("stranger")
    elif access is Access.ADMIN and not visit.is_admin:
        visit.say("admins_only")
    else:
        handler(visit, action, opened)


def _stale(visit: Visit, _action: Action, _opened: Opened) -> None:
    """A button of a program that knew more than this one."""
    visit.say("choice_stale")
