"""Handing all over for good, in words: "bàn giao hết việc cho anh Minh từ 1/12"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.chat.days import read_span
from bot.chat.naming import called_after
from bot.chat.paging import show_list
from bot.chat.reminder_talk import answered, stop_button, wait, who_answers, work_days
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Item, Visit
from bot.menus.choices import Action, Opened
from bot.people.records import Role
from bot.reports.colours import long_day
from bot.tracking.handovers import Handover, Handovers
from bot.tracking.records import RetypeError

WAITING = "handover_day"
HANDS_OVER = re.compile(
    r"^(?!.*\b(?:da|vua|moi) ban giao\b)(?!.*\broi\b).*\bban giao"
    r"(?: lai)? (?:het|toan bo|tat ca|moi|cong viec|viec|nhiem vu|vai tro|dau moi)\b"
)
"""To hand papers over, or to have done so, is something else."""
_CUES = ("cho", "giao", "sang")


def take_told(visit: Visit, text: str) -> bool:
    """Whether the message hands all over: to whom and from when is confirmed first."""
    member, today = visit.member, visit.now.date()
    people = _handovers(visit).colleagues(who_answers(visit))
    called = called_after(text, _CUES, people)
    if called is None or member is None:
        return False
    if Role.OWNER not in member.roles:
        visit.say("handover_not_yours")
        return True
    first, _ = read_span(called.rest, today, work_days(visit))
    fitting = called.people or tuple(people)
    kept = {"day": (first or today).isoformat()}
    if len(fitting) == 1 and called.people:
        _confirm(visit, {"heir": fitting[0].id, **kept})
    elif not fitting:
        visit.say("absence_alone")
    else:
        rows = [Item(each.name, {"do": "handover_to", "heir": each.id, **kept}) for each in fitting]
        head = visit.text("handover_to_whom")
        if not called.people:
            head = f"{visit.text('colleague_unknown', name=called.name)}\n{head}"
        show_list(visit, head, rows, [[stop_button(visit)]])
    return True


def choose_heir(visit: Visit, action: Action, opened: Opened) -> None:
    """A colleague is chosen."""
    visit.close(opened)
    _confirm(visit, action)


def take_day(visit: Visit, text: str) -> None:
    """Another day was typed."""
    with answered(visit) as waiting:
        first, _ = read_span(text, visit.now.date(), work_days(visit))
        if first is None:
            raise RetypeError(visit.text("day_unread"))
        _confirm(visit, {**waiting, "day": first.isoformat()})


def ask_handover(visit: Visit, action: Action, opened: Opened) -> None:
    """It is sent to those who decide."""
    asked = _handovers(visit).ask(action["heir"], date.fromisoformat(action["day"]), who_answers(visit))
    visit.close(opened)
    visit.reply(_told(visit, "handover_sent", asked))


def agree(visit: Visit, action: Action, opened: Opened) -> None:
    """Somebody who may decide agrees."""
    _decide(visit, action, opened, agreed=True)


def decline(visit: Visit, action: Action, opened: Opened) -> None:
    """Or does not."""
    _decide(visit, action, opened, agreed=False)


def waiting_rows(visit: Visit) -> list[tuple[Handover, str]]:
    """What waits for this person's decision, each with its sentence."""
    waiting = _handovers(visit).waiting(who_answers(visit))
    return [(each, _told(visit, "handover_card", each)) for each in waiting]


def show_waiting(visit: Visit, action: Action, _opened: Opened) -> None:
    """One request, to be decided."""
    found = next((text for each, text in waiting_rows(visit) if each.id == action["id"]), None)
    if found is None:
        visit.say("handover_gone")
        return
    which = {"id": action["id"]}
    buttons = [
        Button(visit.text("button_agree"), {"do": "handover_agree", **which}),
        Button(visit.text("button_decline"), {"do": "handover_decline", **which}),
    ]
    visit.reply(found, [buttons])


def _decide(visit: Visit, action: Action, opened: Opened, *, agreed: bool) -> None:
    decided = _handovers(visit).decide(action["id"], who_answers(visit), agreed=agreed)
    visit.close(opened)
    if agreed:
        plan_again(visit, force=True)
    visit.reply(_told(visit, "handover_yes" if agreed else "handover_no", decided))


def _confirm(visit: Visit, kept: Mapping[str, Any]) -> None:
    """To whom and from when; another day may be typed."""
    known = {"heir": kept["heir"], "day": kept["day"]}
    wait(visit, WAITING, known)
    name = visit.services.people.get(known["heir"]).name
    ask = Button(visit.text("button_handover_ask"), {"do": "handover_ask", **known})
    question = visit.text("handover_meant", name=name, date=long_day(date.fromisoformat(known["day"])))
    visit.reply(question, [[ask, stop_button(visit)]])


def _told(visit: Visit, say: str, handover: Handover) -> str:
    from_on = long_day(handover.from_on)
    return visit.text(say, name=handover.heir, by=handover.name, agency=handover.agency, date=from_on)


def _handovers(visit: Visit) -> Handovers:
    app = visit.services.app
    return Handovers(app.store, visit.services.clock, app.directory)
