"""A task table that an administrator takes out as a workbook, and sends back corrected."""

from __future__ import annotations

from bot.app import App
from bot.channels.contract import FileOut
from bot.chat.correcting import reason_of
from bot.chat.paging import show_list
from bot.chat.questions import task_items
from bot.chat.reminder_talk import answered, ask, stop_button, wait
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Turn
from bot.menus.choices import Action, Opened, find_opened
from bot.people.records import PeopleError
from bot.reports.returned_table import ReturnedTable, read_returned
from bot.reports.returned_words import count_changes, told_table
from bot.reports.task_workbook import workbook_bytes
from knowledge.store import corrections
from knowledge.text import fold

_NAME = 60


def give_sheet(turn: Turn, action: Action, _opened: Opened) -> None:
    """The tasks of a live plan, or of its draft, as a workbook to be corrected and sent back."""
    app = turn.services.app
    draft = action.get("draft", False)
    tasks = corrections.draft_tasks(app.store, action["plan"]) if draft else app.library.tasks([action["plan"]])
    if not tasks:
        turn.say("plan_no_tasks")
    elif not turn.capabilities.files_out:
        turn.say("no_files_here")
    else:
        name = "-".join("".join(sign if sign.isalnum() else " " for sign in fold(tasks[0].plan.name)).split())
        content = workbook_bytes(app.store, tasks, app.directory, turn.now.date())
        turn.send_file(
            turn.text("task_sheet_sent"), FileOut(f"nhiem-vu-{name[:_NAME]}{'-nhap' if draft else ''}.xlsx", content)
        )


def show_difference(turn: Turn, content: bytes) -> None:
    """What a returned workbook would change, to be applied or not; nothing is changed yet.

    Raises:
        CorrectionError, PlanFileError: it cannot be read; the sentence says why.
    """
    app = turn.services.app
    table = read_returned(content)
    rows = [each.row for each in table.rows]
    weighed = corrections.weigh_table(app.store, rows, now=turn.now, directory=app.directory)
    text = told_table(turn.services.texts, table, weighed, app.library.plans())
    buttons = []
    if count_changes(weighed).any:
        buttons.append([Button(turn.text("button_table_apply"), {"do": "table_apply"}), stop_button(turn)])
    gone = gone_tasks(app, table)
    if gone:
        buttons.append([_gone_button(turn, gone)])
    turn.reply(text, buttons, subject={"table": table.kept()} if buttons else None)


def list_gone(turn: Turn, action: Action, _opened: Opened) -> None:
    """The tasks whose rows are missing: each is ended from its card, if it is to be."""
    found = turn.services.app.library.tasks_by_id(action["tasks"])
    tasks = [found[id_] for id_ in action["tasks"] if id_ in found]
    if not tasks:
        turn.say("task_gone")
        return
    show_list(turn, turn.text("table_gone_head", count=len(tasks)), task_items(turn, tasks))


def ask_reason(turn: Turn, _action: Action, opened: Opened) -> None:
    """Why all of it is changed: asked once."""
    wait(turn, "table_reason", {"token": opened.token})
    skip = Button(turn.text("button_skip"), {"do": "table_set", "token": opened.token})
    ask(turn, turn.text("ask_table_reason"), [[skip, stop_button(turn)]])


def take_reason(turn: Turn, text: str) -> None:
    """Applies it for the reason that was typed."""
    if not turn.is_admin:
        raise PeopleError(turn.text("admins_only"))
    with answered(turn) as waiting:
        _apply(turn, waiting["token"], reason_of(turn.text("table_reason_more", reason=text)))


def apply_without(turn: Turn, action: Action, opened: Opened) -> None:
    """Applies it with no more to be said."""
    _apply(turn, action["token"], turn.text("table_reason"))
    turn.close(opened)


def _apply(turn: Turn, token: str, reason: str) -> None:
    """What others changed since it was shown is told, and not applied."""
    app = turn.services.app
    with app.store.read() as session:
        shown = find_opened(session, token, turn.key, turn.now)
    if shown is None or turn.member is None:
        turn.say("choice_stale")
        return
    table = ReturnedTable.of_kept(shown.subject["table"])
    weighed = corrections.apply_table(
        app.store,
        [each.row for each in table.rows],
        reason=reason,
        by=turn.member.id,
        now=turn.now,
        directory=app.directory,
    )
    turn.close(shown)
    if count_changes(weighed).added:
        app.refresh_vectors()
    plan_again(turn)
    gone = next((action["tasks"] for action in shown.actions if action["do"] == "table_gone"), None)
    told = told_table(turn.services.texts, table, weighed, (), done=True)
    turn.reply(told, [[_gone_button(turn, gone)]] if gone else ())


def _gone_button(turn: Turn, gone: list[int]) -> Button:
    return Button(turn.text("button_table_gone", count=len(gone)), {"do": "table_gone", "tasks": gone})


def gone_tasks(app: App, table: ReturnedTable) -> list[int]:
    """The live tasks of the missing rows."""
    keys = corrections.table_keys(app.store, {each.plan_id for each in table.gone})
    gone = {(each.plan_id, each.key) for each in table.gone}
    tasks = app.library.tasks({plan for plan, _ in gone}) if gone else ()
    return [each.id for each in tasks if (each.plan.id, keys.get(each.id)) in gone]
