"""Lead times of a single task: found by words in /nhac, or from its card; administrators set them."""

from __future__ import annotations

from bot.chat.finding_tasks import find_tasks
from bot.chat.lead_times import leads_buttons, said_leads
from bot.chat.paging import show_list
from bot.chat.reminder_wishes import settings_of
from bot.chat.replanning import plan_first
from bot.chat.task_cards import task_row
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.tracking.rules import Scope
from knowledge.text import syllables

_SHOWN = 20


def leads_button(turn: Turn, task: int) -> list[Button]:
    """[Ngày nhắc việc này], for administrators."""
    if not turn.is_admin or turn.incoming.group:
        return []
    return [Button(turn.text("button_task_leads"), {"do": "task_leads", "task": task})]


def ask_task(turn: Turn, _action: Action, _opened: Opened) -> None:
    """The next message is words of the task."""
    turn.dialogue.waiting = {"for": "rule_task"}
    turn.say("ask_rule_task")


def take_task(turn: Turn, text: str) -> None:
    """Tasks that fit."""
    found = find_tasks(turn, text)[:_SHOWN] if syllables(text) else []
    if not found:
        turn.say("search_nothing", words=text)
        return
    turn.dialogue.waiting = None
    if len(found) == 1:
        show_task_leads(turn, found[0].id)
        return
    today = turn.now.date()
    items = [Item(task_row(each, today), {"do": "task_leads", "task": each.id}) for each in found]
    show_list(turn, turn.text("rule_task_head"), items)


def show_pressed(turn: Turn, action: Action, _opened: Opened) -> None:
    """Of the task that was chosen."""
    show_task_leads(turn, action["task"])


def show_task_leads(turn: Turn, task: int) -> None:
    """Lead times of a live task, with what can be set."""
    live = turn.services.app.library.tasks_by_id([task]).get(task)
    if live is None:
        turn.say("task_gone")
        return
    plan_first(turn)
    row, found = task_row(live, turn.now.date()), settings_of(turn).leads_of_task(task)
    if found is None:
        turn.reply(f"{row}\n{turn.text('task_leads_none')}")
        return
    if len(found.leads) > 1:
        told = turn.text("task_leads_many")
    elif found.leads:
        told = turn.text("task_leads", leads=said_leads(found.leads[0]))
    else:
        told = turn.text("task_leads_over")
    buttons = leads_buttons(turn, Scope.DUTY, str(found.duty), is_set=found.is_set)
    turn.reply(f"{row}\n{told}", [buttons])


def show_duty_leads(turn: Turn, duty: int) -> None:
    """The same by the duty's number."""
    task = settings_of(turn).task_of_duty(duty)
    if task is None:
        turn.say("task_gone")
    else:
        show_task_leads(turn, task)
