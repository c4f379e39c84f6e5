"""Lead times of a single task: found by words in /nhac, or from its card; administrators set them."""

from __future__ import annotations

from bot.chat.finding_tasks import find_tasks
from bot.chat.lead_times import leads_buttons, said_leads
from bot.chat.paging import show_list
from bot.chat.reminder_wishes import settings_of
from bot.chat.replanning import plan_first
from bot.chat.task_cards import task_row
from bot.chat.turn import Button, Item, Visit
from bot.menus.choices import Action, Opened
from bot.tracking.rules import Scope
from knowledge.text import syllables

_SHOWN = 20


def leads_button(visit: Visit, task: int) -> list[Button]:
    """[Ngày nhắc việc này], for administrators."""
    if not visit.is_admin or visit.incoming.group:
        return []
    return [Button(visit.text("button_task_leads"), {"do": "task_leads", "task": task})]


def ask_task(visit: Visit, _action: Action, _opened: Opened) -> None:
    """The next message is words of the task."""
    visit.dialogue.waiting = {"for": "rule_task"}
    visit.say("ask_rule_task")


def take_task(visit: Visit, text: str) -> None:
    """Tasks that fit."""
    found = find_tasks(visit, text)[:_SHOWN] if syllables(text) else []
    if not found:
        visit.say("search_nothing", words=text)
        return
    visit.dialogue.waiting = None
    if len(found) == 1:
        show_task_leads(visit, found[0].id)
        return
    today = visit.now.date()
    items = [Item(task_row(each, today), {"do": "task_leads", "task": each.id}) for each in found]
    show_list(visit, visit.text("rule_task_head"), items)


def show_pressed(visit: Visit, action: Action, _opened: Opened) -> None:
    """Of the task that was chosen."""
    show_task_leads(visit, action["task"])


def show_task_leads(visit: Visit, task: int) -> None:
    """Lead times of a live task, with what can be set."""
    live = visit.services.app.library.tasks_by_id([task]).get(task)
    if live is None:
        visit.say("task_gone")
        return
    plan_first(visit)
    row, found = task_row(live, visit.now.date()), settings_of(visit).leads_of_task(task)
    if found is None:
        visit.reply(f"{row}\n{visit.text('task_leads_none')}")
        return
    if len(found.leads) > 1:
        told = visit.text("task_leads_many")
    elif found.leads:
        told = visit.text("task_leads", leads=said_leads(found.leads[0]))
    else:
        told = visit.text("task_leads_over")
    buttons = leads_buttons(visit, Scope.DUTY, str(found.duty), is_set=found.is_set)
    visit.reply(f"{row}\n{told}", [buttons])


def show_duty_leads(visit: Visit, duty: int) -> None:
    """The same by the duty's number."""
    task = settings_of(visit).task_of_duty(duty)
    if task is None:
        visit.say("task_gone")
    else:
        show_task_leads(visit, task)
