"""/tiendo: how far an agency or a plan is, and what is due soon; pictures and files where they can be sent."""

from __future__ import annotations

import re

from bot.channels.contract import FileOut, Reply
from bot.conversation.choices import Action, Opened
from bot.conversation.owed import own_agencies
from bot.conversation.replanning import plan_first
from bot.conversation.visit import Button, Visit
from bot.reminders.boards import load_board
from bot.reminders.views.board import Board
from bot.reminders.views.files import calendar_file, progress_reply, progress_sheet, timeline_reply
from knowledge.library import LivePlan
from knowledge.text import fold
from knowledge.wording import short_label

_NUMBER = re.compile(r"\d+(?:/\S+)?")


def progress(visit: Visit, argument: str) -> None:
    """A member sees the own agency; an administrator names any agency or plan, or sees all."""
    if not visit.is_admin:
        agencies = own_agencies(visit)
        if not agencies:
            visit.say("no_agency")
        elif argument and _named(visit, argument, agencies) is None:
            visit.say("progress_own_only", agency=agencies[0])
        else:
            _show(visit, {"agency": _named(visit, argument, agencies) or agencies[0]})
        return
    plans = _plans_named(visit, argument)
    if len(plans) > 1:
        buttons = [[Button(short_label(plan), {"do": "progress", "plan": plan.id})] for plan in plans[:8]]
        visit.reply(visit.text("progress_which"), buttons)
    elif plans:
        _show(visit, {"plan": plans[0].id})
    else:
        _show(visit, {"agency": argument} if argument else {})


def show_progress(visit: Visit, action: Action, _opened: Opened) -> None:
    """One plan or agency that was offered."""
    _show(visit, _about(action))


def show_timeline(visit: Visit, action: Action, _opened: Opened) -> None:
    """What is due in the next 90 days."""
    _attach(visit, timeline_reply(_board(visit, _about(action)), visit.capabilities))


def give_sheet(visit: Visit, action: Action, _opened: Opened) -> None:
    """The workbook."""
    _give(visit, progress_sheet(_board(visit, _about(action))))


def give_calendar(visit: Visit, action: Action, _opened: Opened) -> None:
    """The calendar file."""
    _give(visit, calendar_file(_board(visit, _about(action)), visit.now))


def _show(visit: Visit, about: Action) -> None:
    rows = [[Button(visit.text("button_timeline"), {"do": "progress_timeline", **about})]]
    if visit.capabilities.files_out:
        rows.append(
            [
                Button(visit.text("button_sheet"), {"do": "progress_sheet", **about}),
                Button(visit.text("button_calendar"), {"do": "progress_calendar", **about}),
            ]
        )
    _attach(visit, progress_reply(_board(visit, about), visit.capabilities), rows)


def _attach(visit: Visit, reply: Reply, buttons: list[list[Button]] | None = None) -> None:
    """The one place where pictures are put to replies: the picture with its text, then what can be chosen."""
    if reply.file is None:
        visit.reply(reply.text, buttons or [], bold=reply.bold)
        return
    visit.send_file(reply.text, reply.file)
    if buttons:
        visit.reply(visit.text("progress_more"), buttons)


def _give(visit: Visit, file: FileOut) -> None:
    if visit.capabilities.files_out:
        visit.send_file("", file)
    else:
        visit.say("no_files_here")


def _board(visit: Visit, about: Action) -> Board:
    """The board; whoever is no administrator sees only what the own agencies owe.

    Raises:
        KehoachError: no such agency.
    """
    app = visit.services.app
    if not visit.is_admin and about.get("agency") not in own_agencies(visit):
        about = {"agency": next(iter(own_agencies(visit)), "")}
    plan_first(visit)
    with app.store.read() as session:
        return load_board(
            session,
            app.library,
            app.directory,
            visit.now.date(),
            agency=about.get("agency"),
            plan=about.get("plan"),
        )


def _about(action: Action) -> Action:
    return {name: action[name] for name in ("agency", "plan") if name in action}


def _plans_named(visit: Visit, argument: str) -> list[LivePlan]:
    """Live plans whose number begins as typed: "57", "57/KH-UBND"; with or without words before it."""
    words = fold(argument)
    if not words:
        return []
    match = _NUMBER.fullmatch(words.split()[-1])
    if match is None:
        return []
    plans = visit.services.app.library.plans()
    return [plan for plan in plans if _begins(fold(plan.metadata.number or ""), match[0])]


def _begins(number: str, typed: str) -> bool:
    return number == typed or ("/" not in typed and number.partition("/")[0] == typed)


def _named(visit: Visit, argument: str, agencies: tuple[str, ...]) -> str | None:
    """The one of the agencies that was typed."""
    found = visit.services.app.directory.resolve(argument)
    names = {fold(name) for name in (found.names if found else (argument,))}
    return next((each for each in agencies if fold(each) in names), None)
