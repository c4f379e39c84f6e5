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
from bot.chat.turn import Button, Item, Visit
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


def ask_wanted(visit: Visit, action: Action, _opened: Opened) -> None:
    """Offers days to which the deadline might be put off."""
    owed, calendar = progress_of(visit).check_open(action["ids"], who_answers(visit)), work_days(visit)
    ids, today = [each.id for each in owed], visit.now.date()
    start = max(today, *(each.due_on for each in owed))
    limits = [limit for limit in extensions_of(visit).limits(ids, who_answers(visit)).values() if limit]
    offered = [(visit.text("button_working_days", count=step), calendar.add(start, step)) for step in _STEPS]
    offered.append((visit.text("button_next_month"), month_end(start, 1)))
    offered = [(label, day) for label, day in offered if all(day <= limit for limit in limits)]
    rows = [
        [Button(f"{label}: {long_day(day)}", {"do": "extend_to", "ids": ids, "day": day.isoformat()})]
        for label, day in offered
    ]
    wait(visit, "wanted_day", {"ids": ids})
    text = visit.text("ask_wanted", task=title_of(owed), due=long_day(max(each.due_on for each in owed)))
    ask(visit, text, [*rows, [stop_button(visit, ids)]])


def extend_to(visit: Visit, action: Action, _opened: Opened) -> None:
    """The day is chosen; now the reason."""
    _ask_reason(visit, action["ids"], date.fromisoformat(action["day"]))


def take_wanted_day(visit: Visit, text: str) -> None:
    """The same for a day that was typed."""
    with answered(visit) as waiting:
        _ask_reason(visit, waiting["ids"], take_day(visit, text))


def take_reason(visit: Visit, text: str) -> None:
    """Sends the request to the administrators."""
    with answered(visit) as waiting:
        wanted = date.fromisoformat(waiting["day"])
        asked = [extensions_of(visit).ask(number, who_answers(visit), wanted, text) for number in waiting["ids"]]
    owed = [each.occurrence for each in asked]
    visit.say("extension_sent", task=title_of(owed), due=long_day(owed[0].due_on), wanted=long_day(wanted))


def grant(visit: Visit, action: Action, opened: Opened) -> None:
    """An administrator agrees."""
    granted = extensions_of(visit).decide(action["id"], who_answers(visit), granted=True)
    visit.close(opened)
    plan_again(visit, force=True)
    owed = granted.occurrence
    wanted = long_day(granted.wanted_on)
    visit.say("extension_yes", task=title_of([owed]), agency=owed.agency, due=long_day(owed.due_on), wanted=wanted)


def ask_decline_reason(visit: Visit, action: Action, _opened: Opened) -> None:
    """An administrator does not agree; perhaps says why."""
    wait(visit, "decline_reason", {"id": action["id"]})
    button = Button(visit.text("button_skip"), {"do": "extension_refuse", "id": action["id"]})
    ask(visit, visit.text("ask_decline_reason"), [[button, stop_button(visit)]])


def refuse(visit: Visit, action: Action, opened: Opened) -> None:
    """Declines without a reason."""
    _decline(visit, action["id"], "")
    visit.close(opened)


def take_decline_reason(visit: Visit, text: str) -> None:
    """Declines with the reason that was typed."""
    if not visit.is_admin:
        raise PeopleError(visit.text("admins_only"))
    with answered(visit) as waiting:
        _decline(visit, waiting["id"], text)


def list_extensions(visit: Visit, _action: Action, _opened: Opened) -> None:
    """Requests that wait: one by itself, several to choose from."""
    waiting = extensions_of(visit).waiting()
    if not waiting:
        visit.say("no_extensions")
    elif len(waiting) == 1:
        _show_extension(visit, waiting[0])
    else:
        items = [Item(_card(visit, each), {"do": "extension", "id": each.id}) for each in waiting]
        show_list(visit, visit.text("extensions_head", count=len(waiting)), items)


def show_extension(visit: Visit, action: Action, _opened: Opened) -> None:
    """One request, to be decided."""
    found = next((each for each in extensions_of(visit).waiting() if each.id == action["id"]), None)
    if found is None:
        visit.say("extension_gone")
    else:
        _show_extension(visit, found)


def ask_limit(visit: Visit, action: Action, _opened: Opened) -> None:
    """The next message is how often and how far days of a plan or an agency may be put off."""
    visit.dialogue.waiting = {"for": "rule_extensions", "scope": action["scope"], "subject": action["subject"]}
    visit.say("ask_extension_limit")


def take_limit(visit: Visit, text: str) -> None:
    """The limit that was typed."""
    if not visit.is_admin:
        raise PeopleError(visit.text("admins_only"))
    with answered(visit) as waiting:
        limit, scope = _read_limit(visit, text), Scope(waiting["scope"])
        settings_of(visit).set_extension_limit(scope, waiting["subject"], limit, who_answers(visit))
    visit.say("extension_limit_kept", limit=told_limit(visit, scope, waiting["subject"]))


def limit_button(visit: Visit, scope: Scope, subject: str) -> list[Button]:
    """[Mức lùi hạn] of a plan or an agency."""
    which = {"do": "rule_extensions_ask", "scope": scope.value, "subject": subject}
    return [Button(visit.text("button_extension_limit"), which)]


def told_limit(visit: Visit, scope: Scope, subject: str) -> str:
    """How often and how far days of a plan or an agency may be put off."""
    said = settings_of(visit).rules().extension_rule(scope, subject) or {"times": EXTENSIONS, "until": WITHIN}
    times, until = said["times"], said["until"]
    often = visit.text("extension_times_any") if times is None else visit.text("extension_times", count=times)
    if until is None:
        return f"{often}."
    if until == WITHIN:
        return f"{often}, {visit.text('extension_within')}."
    return f"{often}, {visit.text('extension_until', date=long_day(date.fromisoformat(until)))}."


def _read_limit(visit: Visit, text: str) -> tuple[int | None, str | None] | None:
    words = fold(text).strip(" .!")
    if words in ("mac dinh", "nhu cu"):
        return None
    if words in ("khong gioi han", "khong han che"):
        return None, None
    match = _LIMIT.fullmatch(words)
    day = read_day(match[2], visit.now.date(), work_days(visit)) if match and match[2] else None
    if match is None or (match[2] and day is None):
        raise RetypeError(visit.text("ask_extension_limit"))
    return int(match[1]), day.isoformat() if day else WITHIN


def _ask_reason(visit: Visit, ids: Sequence[int], day: date) -> None:
    owed = progress_of(visit).check_open(ids, who_answers(visit))
    limits = extensions_of(visit).limits(ids, who_answers(visit))
    for each in owed:
        problem = wanted_problem(each, day, visit.now.date(), limits.get(each.id))
        if problem:
            raise RetypeError(problem)
    wait(visit, "extension_reason", {"ids": list(ids), "day": day.isoformat()})
    ask(visit, visit.text("ask_reason", wanted=long_day(day)), [[stop_button(visit, ids)]])


def _decline(visit: Visit, number: int, reason: str) -> None:
    declined = extensions_of(visit).decide(number, who_answers(visit), granted=False, reason=reason)
    owed = declined.occurrence
    visit.say("extension_no", task=title_of([owed]), agency=owed.agency, due=long_day(owed.due_on))


def _show_extension(visit: Visit, extension: Extension) -> None:
    buttons = [
        Button(visit.text("button_grant"), {"do": "extension_grant", "id": extension.id}),
        Button(visit.text("button_decline"), {"do": "extension_decline", "id": extension.id}),
    ]
    visit.reply(_card(visit, extension), [buttons])


def _card(visit: Visit, extension: Extension) -> str:
    owed = extension.occurrence
    return visit.text(
        "extension_card",
        name=extension.asker or visit.text("somebody_gone"),
        reason=extension.reason,
        task=title_of([owed]),
        agency=owed.agency,
        due=long_day(owed.due_on),
        wanted=long_day(extension.wanted_on),
    )
