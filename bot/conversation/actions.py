"""What each choice does: one table, with who may choose it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from bot.conversation import (
    accounts,
    administration,
    commands,
    groups,
    joining,
    own_data,
    own_tasks,
    paging,
    plans,
    questions,
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
