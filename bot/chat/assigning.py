"""A duty given to a colleague: by [Giao việc] on its card, or in words ("giao việc 2 cho chị Lan")."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.chat.naming import Called, called_after
from bot.chat.open_tasks import Obligation
from bot.chat.paging import show_list
from bot.chat.reminder_talk import room_of, stop_button, title_of, who_answers
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.people.records import Role
from bot.reports.colours import long_day
from bot.tracking.assignments import Assignments, Given
from bot.tracking.audience import Person
from knowledge.text import fold, syllables

_CUES = ("giao", "cho", "cong")
_NUMBERED = re.compile(r"\b(?:viec|muc|so|nhiem vu) (?:so |thu )?(\d{1,3})\b")
_SAYS_WHICH = frozenset(syllables("giao phân công lại việc nhiệm vụ này đó kia ấy cho làm thực hiện xử lý nhé nha ạ"))
"""Words that say nothing of which duty is given."""

Meaning = Callable[[str], list[Obligation]]
"""The duties of one's own that words are of."""


def ask_who(turn: Turn, action: Action, _opened: Opened) -> None:
    """[Giao việc]: the colleagues to choose from."""
    only = action.get("people")
    people = _assignments(turn).candidates(action["ids"], who_answers(turn))
    _offer(turn, action["ids"], [each for each in people if only is None or each.id in only], confirm=False)


def assign(turn: Turn, action: Action, opened: Opened) -> None:
    """The colleague is chosen."""
    given = _assignments(turn).assign(action["ids"], action["to"], who_answers(turn))
    plan_again(turn)
    turn.close(opened)
    back = Button(turn.text("button_assign_back"), {"do": "assign_back", "ids": action["ids"]})
    turn.reply(_told(turn, "assigned_to", given), [[back]])


def take_back(turn: Turn, action: Action, opened: Opened) -> None:
    """The duty is the owners' again."""
    taken = _assignments(turn).take_back(action["ids"], who_answers(turn))
    plan_again(turn)
    turn.close(opened)
    turn.reply(_told(turn, "assigned_back", taken))


def take_told(turn: Turn, text: str, menus: Sequence[Opened | None], meant: Meaning) -> bool:
    """Whether the message gives a duty to somebody: it is offered, or what is missing is asked for."""
    member = turn.member
    if member is None:
        return False
    people = _colleagues(turn)
    called = called_after(text, _CUES, people)
    if called is None:
        return False
    if not (member.is_admin or member.roles & {Role.OWNER, Role.LEADER}):
        turn.say("assign_not_yours")
        return True
    ids = _shown(called.rest, menus)
    if ids is None:
        found = meant(" ".join(word for word in called.rest.split() if fold(word) not in _SAYS_WHICH))
        if not found:
            turn.say("no_duty_meant")
            return True
        if len(found) > 1:
            rows = [_row(turn, each, called) for each in found]
            show_list(turn, turn.text("assign_which", name=called.name), rows, [[stop_button(turn)]])
            return True
        ids = [each.id for each in found[0].occurrences]
    candidates = _assignments(turn).candidates(ids, member.id)
    named = {each.id for each in called.people}
    fitting = [each for each in candidates if each.id in named]
    if fitting:
        _offer(turn, ids, fitting, confirm=True)
    else:
        _offer(turn, ids, candidates, confirm=False, unknown=called.name)
    return True


def _offer(turn: Turn, ids: Sequence[int], people: Sequence[Person], *, confirm: bool, unknown: str = "") -> None:
    """One to be confirmed, several to choose from."""
    if not people:
        turn.say("assign_nobody")
        return
    with_ids = {"do": "assign", "ids": list(ids)}
    owed = _assignments(turn).check_open(ids, who_answers(turn))
    task, due = title_of(owed), long_day(owed[0].due_on)
    if confirm and len(people) == 1:
        agree = Button(turn.text("button_assign"), {**with_ids, "to": people[0].id})
        question = turn.text("assign_meant", task=task, due=due, name=people[0].name)
        turn.reply(question, [[agree, stop_button(turn, ids)]])
        return
    rows = [Item(_called(turn, each), {**with_ids, "to": each.id}) for each in people]
    head = turn.text("assign_to_whom", task=task, due=due)
    if unknown:
        head = f"{turn.text('colleague_unknown', name=unknown)}\n{head}"
    show_list(turn, head, rows, [[stop_button(turn)]])


def _called(turn: Turn, person: Person) -> str:
    return turn.text("colleague_self", name=person.name) if person.id == who_answers(turn) else person.name


def _row(turn: Turn, owed: Obligation, called: Called) -> Item:
    action: Action = {"do": "assign_who", "ids": [each.id for each in owed.occurrences]}
    if called.people:
        action["people"] = [each.id for each in called.people]
    return Item(owed.item(turn.now.date()).text, action)


def _shown(rest: str, menus: Sequence[Opened | None]) -> list[int] | None:
    """What was shown last and is meant: a row that is numbered, or the one duty; None where words tell."""
    plain = " ".join(syllables(rest))
    if numbered := _NUMBERED.search(plain):
        listed = next((each for each in menus if each is not None and each.rows), None)
        place = int(numbered[1]) - 1
        if listed is not None and 0 <= place < listed.rows:
            ids: list[int] | None = listed.actions[place].get("ids")
            return ids
    if not _SAYS_WHICH.issuperset(plain.split()):
        return None
    newest = next((each for each in menus if each is not None), None)
    if newest is None or newest.rows:
        return None
    shown = [action["ids"] for action in newest.actions if "ids" in action]
    return list(shown[0]) if shown else None


def _told(turn: Turn, say: str, given: Given) -> str:
    owed = given.occurrences
    return turn.text(say, task=title_of(owed), due=long_day(owed[0].due_on), name=given.name)


def _colleagues(turn: Turn) -> list[Person]:
    return _assignments(turn).colleagues(who_answers(turn))


def _assignments(turn: Turn) -> Assignments:
    app = turn.services.app
    return Assignments(app.store, turn.services.clock, app.directory, room_of(turn))
