"""More time: an owner asks for another deadline, an administrator decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.chat.days import month_end, read_day
from bot.chat.paging import show_list
from bot.chat.reminder_talk import (
    answered,
    ask,
    extensions_of,
    progress_of,
    stop_button,
    take_day,
    title_of,
    wait,
    who_answers,
    work_days,
)
from bot.chat.reminder_wishes import settings_of
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.records import PeopleError
from bot.reports.colours import long_day
from bot.tracking.extensions import Extension, wanted_problem
from bot.tracking.records import RetypeError
from bot.tracking.rules import EXTENSIONS, WITHIN, Scope
from knowledge.text import fold

_LIMIT = re.compile(r"(?:toi da )?(\d{1,2})(?: lan)?(?:,? (?:va )?(?:den|toi|khong qua) (.+))?")
_STEPS = (5, 10)
"""Working days offered, before the end of next month."""


def ask_wanted(turn: Turn, action: Action, _opened: Opened) -> None:
    """Offers days to which the deadline might be put off."""
    owed, calendar = progress_of(turn).check_open(action["ids"], who_answers(turn)), work_days(turn)
    ids, today = [each.id for each in owed], turn.now.date()
    start = max(today, *(each.due_on for each in owed))
    limits = [limit for limit in extensions_of(turn).limits(ids, who_answers(turn)).values() if limit]
    offered = [(turn.text("button_working_days", count=step), calendar.add(start, step)) for step in _STEPS]
    offered.append((turn.text("button_next_month"), month_end(start, 1)))
    offered = [(label, day) for label, day in offered if all(day <= limit for limit in limits)]
    rows = [
        [Button(f"{label}: {long_day(day)}", {"do": "extend_to", "ids": ids, "day": day.isoformat()})]
        for label, day in offered
    ]
    wait(turn, "wanted_day", {"ids": ids})
    text = turn.text("ask_wanted", task=title_of(owed), due=long_day(max(each.due_on for each in owed)))
    ask(turn, text, [*rows, [stop_button(turn, ids)]])


def extend_to(turn: Turn, action: Action, _opened: Opened) -> None:
    """The day is chosen; now the reason."""
    _ask_reason(turn, action["ids"], date.fromisoformat(action["day"]))


def take_wanted_day(turn: Turn, text: str) -> None:
    """The same for a day that was typed."""
    with answered(turn) as waiting:
        _ask_reason(turn, waiting["ids"], take_day(turn, text))


def take_reason(turn: Turn, text: str) -> None:
    """Sends the request to the administrators."""
    with answered(turn) as waiting:
        wanted = date.fromisoformat(waiting["day"])
        asked = [extensions_of(turn).ask(number, who_answers(turn), wanted, text) for number in waiting["ids"]]
    owed = [each.occurrence for each in asked]
    turn.say("extension_sent", task=title_of(owed), due=long_day(owed[0].due_on), wanted=long_day(wanted))


def grant(turn: Turn, action: Action, opened: Opened) -> None:
    """An administrator agrees."""
    granted = extensions_of(turn).decide(action["id"], who_answers(turn), granted=True)
    turn.close(opened)
    plan_again(turn, force=True)
    owed = granted.occurrence
    wanted = long_day(granted.wanted_on)
    turn.say("extension_yes", task=title_of([owed]), agency=owed.agency, due=long_day(owed.due_on), wanted=wanted)


def ask_decline_reason(turn: Turn, action: Action, _opened: Opened) -> None:
    """An administrator does not agree; perhaps says why."""
    wait(turn, "decline_reason", {"id": action["id"]})
    button = Button(turn.text("button_skip"), {"do": "extension_refuse", "id": action["id"]})
    ask(turn, turn.text("ask_decline_reason"), [[button, stop_button(turn)]])


def refuse(turn: Turn, action: Action, opened: Opened) -> None:
    """Declines without a reason."""
    _decline(turn, action["id"], "")
    turn.close(opened)


def take_decline_reason(turn: Turn, text: str) -> None:
    """Declines with the reason that was typed."""
    if not turn.is_admin:
        raise PeopleError(turn.text("admins_only"))
    with answered(turn) as waiting:
        _decline(turn, waiting["id"], text)


def list_extensions(turn: Turn, _action: Action, _opened: Opened) -> None:
    """Requests that wait: one by itself, several to choose from."""
    waiting = extensions_of(turn).waiting()
    if not waiting:
        turn.say("no_extensions")
    elif len(waiting) == 1:
        _show_extension(turn, waiting[0])
    else:
        items = [Item(_card(turn, each), {"do": "extension", "id": each.id}) for each in waiting]
        show_list(turn, turn.text("extensions_head", count=len(waiting)), items)


def show_extension(turn: Turn, action: Action, _opened: Opened) -> None:
    """One request, to be decided."""
    found = next((each for each in extensions_of(turn).waiting() if each.id == action["id"]), None)
    if found is None:
        turn.say("extension_gone")
    else:
        _show_extension(turn, found)


def ask_limit(turn: Turn, action: Action, _opened: Opened) -> None:
    """The next message is how often and how far days of a plan or an agency may be put off."""
    turn.dialogue.waiting = {"for": "rule_extensions", "scope": action["scope"], "subject": action["subject"]}
    turn.say("ask_extension_limit")


def take_limit(turn: Turn, text: str) -> None:
    """The limit that was typed."""
    if not turn.is_admin:
        raise PeopleError(turn.text("admins_only"))
    with answered(turn) as waiting:
        limit, scope = _read_limit(turn, text), Scope(waiting["scope"])
        settings_of(turn).set_extension_limit(scope, waiting["subject"], limit, who_answers(turn))
    turn.say("extension_limit_kept", limit=told_limit(turn, scope, waiting["subject"]))


def limit_button(turn: Turn, scope: Scope, subject: str) -> list[Button]:
    """[Mức lùi hạn] of a plan or an agency."""
    which = {"do": "rule_extensions_ask", "scope": scope.value, "subject": subject}
    return [Button(turn.text("button_extension_limit"), which)]


def told_limit(turn: Turn, scope: Scope, subject: str) -> str:
    """How often and how far days of a plan or an agency may be put off."""
    said = settings_of(turn).rules().extension_rule(scope, subject) or {"times": EXTENSIONS, "until": WITHIN}
    times, until = said["times"], said["until"]
    often = turn.text("extension_times_any") if times is None else turn.text("extension_times", count=times)
    if until is None:
        return f"{often}."
    if until == WITHIN:
        return f"{often}, {turn.text('extension_within')}."
    return f"{often}, {turn.text('extension_until', date=long_day(date.fromisoformat(until)))}."


def _read_limit(turn: Turn, text: str) -> tuple[int | None, str | None] | None:
    words = fold(text).strip(" .!")
    if words in ("mac dinh", "nhu cu"):
        return None
    if words in ("khong gioi han", "khong han che"):
        return None, None
    match = _LIMIT.fullmatch(words)
    day = read_day(match[2], turn.now.date(), work_days(turn)) if match and match[2] else None
    if match is None or (match[2] and day is None):
        raise RetypeError(turn.text("ask_extension_limit"))
    return int(match[1]), day.isoformat() if day else WITHIN


def _ask_reason(turn: Turn, ids: Sequence[int], day: date) -> None:
    owed = progress_of(turn).check_open(ids, who_answers(turn))
    limits = extensions_of(turn).limits(ids, who_answers(turn))
    for each in owed:
        problem = wanted_problem(each, day, turn.now.date(), limits.get(each.id))
        if problem:
            raise RetypeError(problem)
    wait(turn, "extension_reason", {"ids": list(ids), "day": day.isoformat()})
    ask(turn, turn.text("ask_reason", wanted=long_day(day)), [[stop_button(turn, ids)]])


def _decline(turn: Turn, number: int, reason: str) -> None:
    declined = extensions_of(turn).decide(number, who_answers(turn), granted=False, reason=reason)
    owed = declined.occurrence
    turn.say("extension_no", task=title_of([owed]), agency=owed.agency, due=long_day(owed.due_on))


def _show_extension(turn: Turn, extension: Extension) -> None:
    buttons = [
        Button(turn.text("button_grant"), {"do": "extension_grant", "id": extension.id}),
        Button(turn.text("button_decline"), {"do": "extension_decline", "id": extension.id}),
    ]
    turn.reply(_card(turn, extension), [buttons])


def _card(turn: Turn, extension: Extension) -> str:
    owed = extension.occurrence
    return turn.text(
        "extension_card",
        name=extension.asker or turn.text("somebody_gone"),
        reason=extension.reason,
        task=title_of([owed]),
        agency=owed.agency,
        due=long_day(owed.due_on),
        wanted=long_day(extension.wanted_on),
    )
