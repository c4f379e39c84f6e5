"""Corrections from a task's card, for administrators: a cell, a doubt, the task as a whole, and taking them back.

What is asked and typed goes along in the choices and in what the talk waits for; what stood in the cell when it was
chosen goes along too, so that who comes second is told who changed it and when.
"""

from __future__ import annotations

from bot.chat.paging import show_list
from bot.chat.reminder_talk import answered, stop_button, wait
from bot.chat.replanning import plan_again
from bot.chat.task_cards import task_card
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.records import PeopleError
from bot.tracking.records import RetypeError
from knowledge.correcting import CorrectionKind, told_value, value_of
from knowledge.doubts import FIELDS, doubts_of, is_undated
from knowledge.errors import CorrectionError, CorrectionMovedError
from knowledge.library import LiveTask
from knowledge.records import Task
from knowledge.store import corrections
from knowledge.store.corrections import Cells, CorrectionOverview
from knowledge.text import cut, fold
from knowledge.wording import day, task_name, told_change

_NAME = 90
_SHOWN = 300
"""Characters of a cell: whoever changes it sees nearly all of it."""
_EMPTY = {"trong", "de trong", "bo trong", "xoa trang", "-"}
"""What is typed, folded, for a cell that is to hold nothing."""


def correction_rows(turn: Turn, live: LiveTask) -> list[list[Button]]:
    """What an administrator can do with a task in a chat of their own: settle its doubts, correct, end, take back."""
    if not turn.is_admin or turn.incoming.group:
        return []
    rows = []
    if live.cancelled is None:
        for field in dict.fromkeys(doubt.field for doubt in doubts_of(live.task)):
            which = {"task": live.id, "field": field, "seen": _told(live.task, field)}
            name = FIELDS.get(field, field)
            rows.append(
                [
                    Button(turn.text("button_doubt_right", field=name), {"do": "doubt_right", **which}),
                    Button(turn.text("button_doubt_wrong", field=name), {"do": "doubt_wrong", **which}),
                ]
            )
    changes = []
    if live.cancelled is None:
        changes = [
            Button(turn.text("button_correct"), {"do": "correct", "task": live.id}),
            Button(turn.text("button_cancel_task"), {"do": "cancel_ask", "task": live.id}),
        ]
    return [*rows, changes + _undo_button(turn, live)]


def choose_cell(turn: Turn, action: Action, _opened: Opened) -> None:
    """Which cell is to be corrected: by button, number or word."""
    live = _find(turn, action["task"])
    items = [
        Item(
            turn.text("cell_row", field=name, told=cut(_told(live.task, field), _NAME) or turn.text("cell_empty")),
            {"do": "correct_cell", "task": live.id, "field": field, "seen": _told(live.task, field)},
        )
        for field, name in FIELDS.items()
    ]
    turn.offer(turn.text("ask_cell", task=_name(live)), items, [[stop_button(turn)]])


def ask_value(turn: Turn, action: Action, _opened: Opened) -> None:
    """What the cell is to hold."""
    field, seen = action["field"], action["seen"]
    _find(turn, action["task"])
    wait(turn, "correct_value", {"task": action["task"], "field": field, "seen": seen})
    told = cut(seen, _SHOWN) or turn.text("cell_empty")
    turn.say("ask_title" if field == "title" else "ask_value", field=FIELDS[field], told=told)


def take_value(turn: Turn, text: str) -> None:
    """Reads what was typed as the paper would be read, and asks why."""
    _check_administrator(turn)
    with answered(turn) as waiting:
        field = waiting["field"]
        written = "" if fold(text).strip(" .") in _EMPTY else text
        try:
            tried = corrections.try_edit(
                turn.services.app.store,
                waiting["task"],
                _cells(field, written),
                now=turn.now,
                directory=turn.services.app.directory,
                expected={field: waiting["seen"]},
            )
        except CorrectionMovedError:
            raise
        except CorrectionError as error:
            raise RetypeError(error.sentence) from error
    about = {"task": waiting["task"], "field": field, "seen": waiting["seen"], "value": written}
    wait(turn, "correct_reason", about)
    lines = [_change(turn, tried.before, tried.after, field), *_warned(turn, tried.warnings)]
    turn.reply("\n".join([*lines, turn.text("ask_correct_reason")]))


def take_reason(turn: Turn, text: str) -> None:
    """Shows the whole change once more, to be set."""
    _check_administrator(turn)
    with answered(turn) as waiting:
        text = reason_of(text)
        about = {name: waiting[name] for name in ("task", "field", "seen", "value")}
        field = about["field"]
        tried = corrections.try_edit(
            turn.services.app.store,
            about["task"],
            _cells(field, about["value"]),
            now=turn.now,
            directory=turn.services.app.directory,
            expected={field: about["seen"]},
        )
    lines = [
        turn.text("correct_check", task=_task_name(tried.before)),
        _change(turn, tried.before, tried.after, field),
        *_warned(turn, tried.warnings),
        turn.text("reminder_reason", reason=text),
    ]
    yes = Button(turn.text("button_correct_set"), {"do": "correct_set", **about, "reason": text})
    turn.reply("\n".join(lines), [[yes, stop_button(turn)]])


def set_value(turn: Turn, action: Action, opened: Opened) -> None:
    """The cell holds it from now on."""
    field, app = action["field"], turn.services.app
    done = corrections.edit_task(
        app.store,
        action["task"],
        _cells(field, action["value"]),
        reason=action["reason"],
        by=_who(turn),
        now=turn.now,
        directory=app.directory,
        expected={field: action["seen"]},
    )
    turn.close(opened)
    told = cut(_told(done.task, field), _SHOWN) or turn.text("cell_empty")
    _tell_changed(turn, action["task"], turn.text("corrected", field=FIELDS[field], told=told))


def confirm_doubt(turn: Turn, action: Action, opened: Opened) -> None:
    """The doubtful cell is right."""
    _settle(turn, action, confirmed=True)
    turn.close(opened)
    name = FIELDS.get(action["field"], action["field"])
    _tell_changed(turn, action["task"], turn.text("doubt_confirmed", field=name, told=cut(action["seen"], _SHOWN)))


def refuse_doubt(turn: Turn, action: Action, _opened: Opened) -> None:
    """The doubtful cell is wrong: what is right is typed, or nothing stands there."""
    field = action["field"]
    live = _find(turn, action["task"])
    which = {"task": live.id, "field": field, "seen": action["seen"]}
    buttons = [Button(turn.text("button_correct_cell"), {"do": "correct_cell", **which})]
    if field != "title":
        buttons.append(Button(turn.text("button_drop_cell"), {"do": "doubt_drop", **which}))
    told = cut(action["seen"], _SHOWN) or turn.text("cell_empty")
    name = FIELDS.get(field, field)
    turn.reply(turn.text("ask_wrong_cell", field=name, told=told), [buttons, [stop_button(turn)]])


def drop_value(turn: Turn, action: Action, opened: Opened) -> None:
    """Nothing stands in the cell from now on."""
    _settle(turn, action, confirmed=False)
    turn.close(opened)
    name = FIELDS.get(action["field"], action["field"])
    _tell_changed(turn, action["task"], turn.text("doubt_dropped", field=name, told=cut(action["seen"], _SHOWN)))


def ask_cancel(turn: Turn, action: Action, _opened: Opened) -> None:
    """Why the task is not gone on with."""
    live = _find(turn, action["task"])
    wait(turn, "cancel_reason", {"task": live.id})
    turn.reply(turn.text("ask_cancel_reason", task=_name(live)))


def take_cancel_reason(turn: Turn, text: str) -> None:
    """What ending it means, to be confirmed."""
    _check_administrator(turn)
    with answered(turn) as waiting:
        text = reason_of(text)
        live = _find(turn, waiting["task"])
    yes = Button(turn.text("button_cancel_yes"), {"do": "cancel", "task": live.id, "reason": text})
    turn.reply(turn.text("cancel_check", task=_name(live), reason=text), [[yes, stop_button(turn)]])


def cancel(turn: Turn, action: Action, opened: Opened) -> None:
    """The task is in no list and no reminder from now on."""
    done = corrections.cancel_task(
        turn.services.app.store, action["task"], reason=action["reason"], by=_who(turn), now=turn.now
    )
    turn.close(opened)
    _tell_changed(turn, action["task"], turn.text("task_cancelled", task=_task_name(done.task)))


def ask_undo(turn: Turn, action: Action, _opened: Opened) -> None:
    """What the latest correction was, and whether it is to be taken back."""
    listed = corrections.list_corrections(turn.services.app.store, action["plan"])
    found = next((each for each in listed if each.correction.number == action["number"]), None)
    if found is None:
        turn.say("task_gone")
        return
    yes = Button(turn.text("button_undo_yes"), {"do": "correction_undo", "number": action["number"]})
    turn.reply(_told_undo(turn, found, done=False), [[yes, stop_button(turn)]])


def undo(turn: Turn, action: Action, opened: Opened) -> None:
    """The task is again as it was before."""
    app = turn.services.app
    undone = corrections.undo(app.store, action["number"], by=_who(turn), now=turn.now)
    if undone.correction.kind is CorrectionKind.ADD:
        app.refresh_vectors()
    turn.close(opened)
    plan_again(turn)
    turn.reply(_told_undo(turn, undone, done=True))


def list_doubtful(turn: Turn, action: Action, _opened: Opened) -> None:
    """The tasks of which something is doubtful, each to be opened."""
    found = doubtful_tasks(turn, action["plan"], draft=action.get("draft", False))
    if not found:
        turn.say("no_doubtful")
        return
    items = [
        Item(turn.text("doubtful_row", task=_name(each), reason=_why(turn, each)), {"do": "task", "id": each.id})
        for each in found
    ]
    show_list(turn, turn.text("doubtful_head", plan=found[0].plan.name, count=len(found)), items)


def doubtful_buttons(turn: Turn, plan_id: int) -> list[Button]:
    """[Chỗ cần xem lại (3)] of a plan, and of its draft; nothing where nothing is doubtful."""
    if not turn.is_admin or turn.incoming.group:
        return []
    live, draft = (len(doubtful_tasks(turn, plan_id, draft=draft)) for draft in (False, True))
    buttons = []
    if live:
        buttons.append(Button(turn.text("button_doubtful", count=live), {"do": "doubtful", "plan": plan_id}))
    if draft:
        label = turn.text("button_doubtful_draft", count=draft)
        buttons.append(Button(label, {"do": "doubtful", "plan": plan_id, "draft": True}))
    return buttons


def doubtful_tasks(turn: Turn, plan_id: int, *, draft: bool) -> list[LiveTask]:
    """Tasks with a doubt that nobody has settled, or with a deadline of which no day was read.

    Args:
        draft: of the plan's draft, in place of its live version.
    """
    app = turn.services.app
    tasks = corrections.draft_tasks(app.store, plan_id) if draft else app.library.tasks([plan_id])
    return [each for each in tasks if doubts_of(each.task) or _is_undated(each)]


def _is_undated(live: LiveTask) -> bool:
    """Whether no day was read, and nobody has looked at it: what a person wrote or confirmed is as it is."""
    seen = any(each.field == "deadline" for each in live.corrections)
    return is_undated(live.task.deadline) and not seen


def _why(turn: Turn, live: LiveTask) -> str:
    told = [f"{FIELDS.get(each.field, each.field)}: {cut(each.why, _NAME)}" for each in doubts_of(live.task)]
    if _is_undated(live) and not any(each.field == "deadline" for each in doubts_of(live.task)):
        told.append(turn.text("undated_why", phrase=cut(live.task.deadline.phrase, _NAME)))
    return "; ".join(told)


def _tell_changed(turn: Turn, task_id: int, text: str) -> None:
    """What has been done, with the way back; reminders follow."""
    plan_again(turn)
    live = find_shown_task(turn, task_id)
    buttons = [Button(turn.text("button_show_task"), {"do": "task", "id": task_id})] if live else []
    turn.reply(text, [[*buttons, *(_undo_button(turn, live) if live else [])]])


def _undo_button(turn: Turn, live: LiveTask) -> list[Button]:
    if not live.corrections:
        return []
    which = {"number": live.corrections[-1].number, "plan": live.plan.id}
    return [Button(turn.text("button_undo_correction"), {"do": "correction_undo_ask", **which})]


def _settle(turn: Turn, action: Action, *, confirmed: bool) -> None:
    live = _find(turn, action["task"])
    field = action["field"]
    now = _told(live.task, field)
    if now != action["seen"] and any(doubt.field == field for doubt in doubts_of(live.task)):
        raise CorrectionMovedError(turn.text("cell_moved", field=FIELDS.get(field, field), told=cut(now, _SHOWN)))
    corrections.settle_doubt(
        turn.services.app.store, live.id, field, confirmed=confirmed, by=_who(turn), now=turn.now
    )


def _cells(field: str, written: str) -> Cells:
    told = [written] if field in ("lead", "coordinating") else written
    return Cells(**{field: told})  # type: ignore[arg-type]


def _change(turn: Turn, before: Task, after: Task, field: str) -> str:
    old, new = (cut(_told(task, field), _SHOWN) or turn.text("cell_empty") for task in (before, after))
    change = turn.text("cell_change", field=FIELDS[field], old=old, new=new)
    dates = after.deadline.dates if field == "deadline" else ()
    return change + (turn.text("cell_days", days=", ".join(map(day, dates))) if dates else "")


def _warned(turn: Turn, warnings: tuple[str, ...]) -> list[str]:
    return [turn.text("cell_warning", reason=each) for each in warnings]


def _told_undo(turn: Turn, found: CorrectionOverview, *, done: bool) -> str:
    made = found.correction
    return turn.text(
        "correction_undone" if done else "undo_check",
        number=made.number,
        task=cut(found.title, _NAME),
        told=told_change(made, _NAME),
        by=found.by,
        date=day(made.on),
        reason=made.reason or turn.text("reason_none"),
    )


def _told(task: Task, field: str) -> str:
    return told_value(value_of(task, field))


def _name(live: LiveTask) -> str:
    return task_name(live, _NAME)


def _task_name(task: Task) -> str:
    return cut(task.activity or task.title, _NAME)


def find_shown_task(turn: Turn, task_id: int) -> LiveTask | None:
    """A live task; for an administrator also one of a draft."""
    app = turn.services.app
    live = app.library.tasks_by_id([task_id]).get(task_id)
    return live or (corrections.draft_task(app.store, task_id) if turn.is_admin else None)


def show_draft_task(turn: Turn, task_id: int) -> None:
    """What a draft says of a task, to be corrected before it is switched on."""
    task = corrections.draft_task(turn.services.app.store, task_id) if turn.is_admin else None
    if task is None:
        turn.say("task_gone")
        return
    card = task_card(task, turn.now.date())
    turn.reply(f"{turn.text('draft_task', plan=task.plan.name)}\n{card}", correction_rows(turn, task))


def _find(turn: Turn, task_id: int) -> LiveTask:
    live = find_shown_task(turn, task_id)
    if live is None:
        raise CorrectionError(turn.text("task_gone"))
    return live


def reason_of(text: str) -> str:
    """A typed reason.

    Raises:
        RetypeError: it is too long to be kept; it may be typed again.
    """
    try:
        return corrections.checked_reason(text)
    except CorrectionError as error:
        raise RetypeError(error.sentence) from error


def _check_administrator(turn: Turn) -> None:
    if not turn.is_admin:
        raise PeopleError(turn.text("admins_only"))


def _who(turn: Turn) -> int:
    if turn.member is None:
        raise PeopleError(turn.text("stranger"))
    return turn.member.id
