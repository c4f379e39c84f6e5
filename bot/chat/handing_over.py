"""Handing all over for good, in words: "bàn giao hết việc cho anh Minh từ 1/12"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.chat.days import read_span
from bot.chat.naming import called_after
from bot.chat.paging import show_list
from bot.chat.reminder_talk import answered, stop_button, wait, who_answers, work_days
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.records import Role
from bot.reports.colours import long_day
from bot.tracking.handovers import Handover, Handovers
from bot.tracking.records import RetypeError

WAITING = "handover_day"
_CUES = ("cho", "giao", "sang")


def take_told(turn: Turn, text: str) -> bool:
    """Whether the message hands all over: to whom and from when is confirmed first."""
    member, today = turn.member, turn.now.date()
    people = _handovers(turn).colleagues(who_answers(turn))
    called = called_after(text, _CUES, people)
    if called is None or member is None:
        return False
    if Role.OWNER not in member.roles:
        turn.say("handover_not_yours")
        return True
    first, _ = read_span(called.rest, today, work_days(turn))
    fitting = called.people or tuple(people)
    kept = {"day": (first or today).isoformat()}
    if len(fitting) == 1 and called.people:
        _confirm(turn, {"heir": fitting[0].id, **kept})
    elif not fitting:
        turn.say("absence_alone")
    else:
        rows = [Item(each.name, {"do": "handover_to", "heir": each.id, **kept}) for each in fitting]
        head = turn.text("handover_to_whom")
        if not called.people:
            head = f"{turn.text('colleague_unknown', name=called.name)}\n{head}"
        show_list(turn, head, rows, [[stop_button(turn)]])
    return True


def choose_heir(turn: Turn, action: Action, opened: Opened) -> None:
    """A colleague is chosen."""
    turn.close(opened)
    _confirm(turn, action)


def take_day(turn: Turn, text: str) -> None:
    """Another day was typed."""
    with answered(turn) as waiting:
        first, _ = read_span(text, turn.now.date(), work_days(turn))
        if first is None:
            raise RetypeError(turn.text("day_unread"))
        _confirm(turn, {**waiting, "day": first.isoformat()})


def ask_handover(turn: Turn, action: Action, opened: Opened) -> None:
    """It is sent to those who decide."""
    asked = _handovers(turn).ask(action["heir"], date.fromisoformat(action["day"]), who_answers(turn))
    turn.close(opened)
    turn.reply(_told(turn, "handover_sent", asked))


def agree(turn: Turn, action: Action, opened: Opened) -> None:
    """Somebody who may decide agrees."""
    _decide(turn, action, opened, agreed=True)


def decline(turn: Turn, action: Action, opened: Opened) -> None:
    """Or does not."""
    _decide(turn, action, opened, agreed=False)


def waiting_rows(turn: Turn) -> list[tuple[Handover, str]]:
    """What waits for this person's decision, each with its sentence."""
    waiting = _handovers(turn).waiting(who_answers(turn))
    return [(each, _told(turn, "handover_card", each)) for each in waiting]


def show_waiting(turn: Turn, action: Action, _opened: Opened) -> None:
    """One request, to be decided."""
    found = next((text for each, text in waiting_rows(turn) if each.id == action["id"]), None)
    if found is None:
        turn.say("handover_gone")
        return
    which = {"id": action["id"]}
    buttons = [
        Button(turn.text("button_agree"), {"do": "handover_agree", **which}),
        Button(turn.text("button_decline"), {"do": "handover_decline", **which}),
    ]
    turn.reply(found, [buttons])


def _decide(turn: Turn, action: Action, opened: Opened, *, agreed: bool) -> None:
    decided = _handovers(turn).decide(action["id"], who_answers(turn), agreed=agreed)
    turn.close(opened)
    if agreed:
        plan_again(turn, force=True)
    turn.reply(_told(turn, "handover_yes" if agreed else "handover_no", decided))


def _confirm(turn: Turn, kept: Mapping[str, Any]) -> None:
    """To whom and from when; another day may be typed."""
    known = {"heir": kept["heir"], "day": kept["day"]}
    wait(turn, WAITING, known)
    name = turn.services.people.get(known["heir"]).name
    ask = Button(turn.text("button_handover_ask"), {"do": "handover_ask", **known})
    question = turn.text("handover_meant", name=name, date=long_day(date.fromisoformat(known["day"])))
    turn.reply(question, [[ask, stop_button(turn)]])


def _told(turn: Turn, say: str, handover: Handover) -> str:
    from_on = long_day(handover.from_on)
    return turn.text(say, name=handover.heir, by=handover.name, agency=handover.agency, date=from_on)


def _handovers(turn: Turn) -> Handovers:
    app = turn.services.app
    return Handovers(app.store, turn.services.clock, app.directory)
