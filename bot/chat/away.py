"""Days away with a substitute: told in words or by /vang_mat, confirmed with days and name, listed, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.chat import handing_over
from bot.chat.days import read_span
from bot.chat.naming import Called, called_first, called_instead, find_named
from bot.chat.paging import show_list
from bot.chat.reminder_talk import answered, ask, stop_button, wait, who_answers, work_days
from bot.chat.replanning import plan_again
from bot.chat.turn import Button, Item, Turn
from bot.menus.choices import Action, Opened
from bot.reports.colours import long_day
from bot.tracking.absences import Absences, Away, period_problem
from bot.tracking.audience import Person
from bot.tracking.deputies import Absence
from bot.tracking.records import RetypeError
from knowledge.text import syllables

WAITING = "absence"
_LEAVES = ("nghi", "di", "vang", "xin")
"""Before them stands who is away, where that is somebody else."""
_NAMELESS = {"khong", "khong co", "chua co", "khong co ai"}


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is known of the days away.

    Attributes:
        member: who is away.
    """

    member: int
    first: date | None = None
    last: date | None = None
    substitute: int | None = None

    def kept(self) -> dict[str, Any]:
        days = {name: day.isoformat() for name, day in (("first", self.first), ("last", self.last)) if day}
        return {"member": self.member, **days, **({"substitute": self.substitute} if self.substitute else {})}


def list_absences(turn: Turn, argument: str) -> None:
    """What is noted and not over: one's own and where one stands in; everybody's for administrators.

    With a name an administrator notes days of somebody else.
    """
    member = who_answers(turn)
    if argument and turn.is_admin:
        _choose_absent(turn, argument)
        return
    coming = _absences(turn).coming(member, everybody=turn.is_admin)
    new = [Button(turn.text("button_absence_new"), {"do": "absence_new"})]
    asked = [Item(text, {"do": "handover", "id": each.id}) for each, text in handing_over.waiting_rows(turn)]
    if not coming and not asked:
        turn.reply(turn.text("absences_none"), [new])
        return
    rows = [*asked, *(_row(turn, each, member) for each in coming)]
    head = turn.text("absences_head", count=len(coming)) if coming else turn.text("absences_none")
    tail = turn.text("absence_for_another") if turn.is_admin else ""
    show_list(turn, head, rows, [new], tail=tail)


def show_absences(turn: Turn, _action: Action, _opened: Opened) -> None:
    """The same by a button."""
    list_absences(turn, "")


def ask_new(turn: Turn, action: Action, _opened: Opened) -> None:
    """[Ghi ngày vắng mặt]: one's own, or of the member whose card was opened."""
    _take(turn, _Draft(action.get("member", who_answers(turn))))


def take_told(turn: Turn, text: str) -> bool:
    """The days and the substitute that a message names; what is missing is asked for."""
    member = who_answers(turn)
    people = _absences(turn).colleagues(member)
    absent = called_first(text, _LEAVES, people)
    draft = _Draft(member)
    if absent is not None and len(absent.people) == 1:
        if not turn.is_admin:
            turn.say("absence_of_another", name=absent.people[0].name)
            return True
        draft, text = _Draft(absent.people[0].id), absent.rest
        people = _absences(turn).colleagues(draft.member)
    called = called_instead(text, people)
    first, last = read_span(called.rest if called else text, turn.now.date(), work_days(turn))
    _take(turn, replace(draft, first=first, last=last), called)
    return True


def take_back_told(turn: Turn) -> bool:
    """Whether there is anything to take back: it is shown."""
    if turn.incoming.group or not _absences(turn).coming(who_answers(turn)):
        return False
    list_absences(turn, "")
    return True


def take_answer(turn: Turn, text: str) -> None:
    """The days or the name that was asked for."""
    with answered(turn) as waiting:
        draft = _draft(waiting)
        people = _absences(turn).colleagues(draft.member)
        called = called_instead(text, people)
        first, last = read_span(called.rest if called else text, turn.now.date(), work_days(turn))
        if draft.first and first and not draft.last and first == last:
            first = None  # only the last day was asked for
        known = replace(draft, first=first or draft.first, last=last or draft.last)
        if called is None and draft.last and draft.first:
            called = Called(find_named(text, people), text, "")
        if called is None and known == draft:
            raise RetypeError(turn.text("day_unread"))
        _take(turn, known, called)


def choose_substitute(turn: Turn, action: Action, opened: Opened) -> None:
    """A colleague is chosen."""
    turn.close(opened)
    _take(turn, _draft(action))


def set_absence(turn: Turn, action: Action, opened: Opened) -> None:
    """What was confirmed is noted."""
    draft = _draft(action)
    if draft.first is None or draft.last is None or draft.substitute is None:
        return
    made = _absences(turn).add(draft.member, draft.substitute, draft.first, draft.last, who_answers(turn))
    plan_again(turn)
    turn.close(opened)
    own = made.absence.member == who_answers(turn)
    lines = [_told(turn, "absence_set" if own else "absence_set_for", made)]
    if made.also_away:
        lines.append(turn.text("absence_also", name=made.substitute))
    end = Button(turn.text("button_absence_end"), {"do": "absence_end", "id": made.absence.id})
    turn.reply("\n".join(lines), [[end]])


def end_absence(turn: Turn, action: Action, opened: Opened) -> None:
    """Back sooner, or it does not come about."""
    ended = _absences(turn).end(action["id"], who_answers(turn))
    if ended is None:
        turn.say("absence_gone")
        return
    plan_again(turn)
    if turn.capabilities.editing:
        turn.close(opened)
    turn.reply(_told(turn, "absence_ended", ended))


def _choose_absent(turn: Turn, name: str) -> None:
    people = turn.services.people.list(active_only=True)
    found = [each for each in people if set(syllables(name)) <= set(syllables(each.name))]
    if not found:
        turn.say("no_people")
    elif len(found) == 1:
        _take(turn, _Draft(found[0].id))
    else:
        rows = [Item(f"{each.name} – {each.agency}", {"do": "absence_new", "member": each.id}) for each in found]
        show_list(turn, turn.text("absence_which"), rows, [[stop_button(turn)]])


def _take(turn: Turn, draft: _Draft, called: Called | None = None) -> None:
    """Asks for what is missing, then for a yes."""
    if called is not None and len(called.people) == 1:
        draft = replace(draft, substitute=called.people[0].id)
    people = {each.id: each for each in _absences(turn).colleagues(draft.member)}
    today = turn.now.date()
    if draft.first is None or draft.last is None:
        if draft.first is None:
            _ask(turn, draft, turn.text("ask_absence_days"))
        else:
            _ask(turn, draft, turn.text("ask_absence_last", date=long_day(draft.first)))
        return
    if problem := period_problem(draft.first, draft.last, today):
        _ask(turn, replace(draft, first=None, last=None), f"{problem} {turn.text('ask_absence_days')}")
        return
    if draft.substitute is None or draft.substitute not in people:
        _ask_substitute(turn, draft, [*people.values()], called)
        return
    name = turn.services.people.get(draft.member).name
    agree = Button(turn.text("button_absence_set"), {"do": "absence_set", **draft.kept()})
    meant = Absence(0, draft.member, draft.substitute, max(draft.first, today), draft.last)
    say = "absence_meant" if draft.member == who_answers(turn) else "absence_meant_for"
    question = _told(turn, say, Away(meant, name, people[draft.substitute].name))
    turn.reply(question, [[agree, stop_button(turn)]])


def _ask_substitute(turn: Turn, draft: _Draft, people: Sequence[Person], called: Called | None) -> None:
    if not people:
        turn.say("absence_alone")
        return
    fitting = called.people if called is not None and called.people else people
    rows = [Item(each.name, {"do": "absence_who", **draft.kept(), "substitute": each.id}) for each in fitting]
    head = turn.text("ask_absence_who")
    if called is not None and not called.people:
        head = f"{turn.text('colleague_unknown', name=called.name)}\n{head}"
    wait(turn, WAITING, draft.kept())
    show_list(turn, head, rows, [[stop_button(turn)]])


def _ask(turn: Turn, draft: _Draft, text: str) -> None:
    wait(turn, WAITING, draft.kept())
    ask(turn, text, [[stop_button(turn)]])


def _draft(kept: Mapping[str, Any]) -> _Draft:
    first, last = (kept.get(name) and date.fromisoformat(kept[name]) for name in ("first", "last"))
    return _Draft(kept["member"], first or None, last or None, kept.get("substitute"))


def _row(turn: Turn, each: Away, member: int) -> Item:
    may_end = turn.is_admin or each.absence.member == member
    action: Action | None = {"do": "absence_end", "id": each.absence.id} if may_end else None
    return Item(_told(turn, "absence_row", each), action)


def _told(turn: Turn, say: str, away: Away) -> str:
    first, last = long_day(away.absence.first), long_day(away.absence.last)
    return turn.text(say, name=away.name or "—", date=first, wanted=last, by=away.substitute or "—")


def _absences(turn: Turn) -> Absences:
    app = turn.services.app
    return Absences(app.store, turn.services.clock, app.directory)
