"""What every talk about a reminder shares: who answers, the answers offered, what is waited for and for how long.

What a talk waits for stays in its dialogue, so it goes on after a restart. Who may answer is checked where it is
written (`bot.tracking.progress`): in a group chat anybody can press.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from bot.channels.contract import Address
from bot.chat.days import next_monday, read_day
from bot.chat.turn import Button, Turn
from bot.clock import HANOI
from bot.menus.choices import Action, Opened
from bot.tracking.answering import Answers
from bot.tracking.extensions import Extensions
from bot.tracking.progress import Progress
from bot.tracking.records import Occurrence, ReminderError, RetypeError
from bot.tracking.rules import load_calendar
from knowledge.text import cut_phrase
from knowledge.workdays import WorkCalendar

_Answers = TypeVar("_Answers", bound=Answers)
_TITLE = 120
_STEPS = (1, 3)
"""Working days offered, before next Monday."""
_WAIT = timedelta(minutes=30)
"""How long the next message is taken for a note, a day or a reason: later it is a question like any other."""


def answers_of(turn: Turn, kind: type[_Answers]) -> _Answers:
    """Calls of one kind, for whoever writes, where it is written."""
    app = turn.services.app
    return kind(app.store, turn.services.clock, app.directory, room_of(turn))


def progress_of(turn: Turn) -> Progress:
    """What owners answer."""
    return answers_of(turn, Progress)


def extensions_of(turn: Turn) -> Extensions:
    """Requests for more time."""
    return answers_of(turn, Extensions)


def room_of(turn: Turn) -> Address | None:
    """The group chat that is written in; None in a chat of two."""
    return turn.incoming.address if turn.incoming.group else None


def ask(turn: Turn, text: str, rows: Sequence[Sequence[Button]]) -> None:
    """Asks for something to be typed or chosen; in a group only what is said to us comes to us."""
    if turn.incoming.group:
        text = f"{text}\n{turn.text('answer_in_group')}"
    turn.reply(text, rows)


def answer_buttons(
    turn: Turn, ids: Sequence[int], *, received: bool = False, later: bool = True
) -> list[list[Button]]:
    """[Đã nhận] [Xong] [Xin lùi hạn] [Nhắc lại sau…].

    Args:
        received: somebody has said so: the first is left out.
        later: whether the last can be chosen.
    """
    which = {"ids": list(ids)}
    first = [] if received else [Button(turn.text("button_received"), {"do": "reminder_received", **which})]
    last = [Button(turn.text("button_later"), {"do": "reminder_later", **which})] if later else []
    return [
        [*first, Button(turn.text("button_done"), {"do": "reminder_done", **which})],
        [Button(turn.text("button_extend"), {"do": "reminder_extend", **which}), *last],
    ]


def assign_buttons(turn: Turn, ids: Sequence[int], *, given: bool) -> list[Button]:
    """[Giao việc], or what can be done with one that is given."""
    which = {"ids": list(ids)}
    if not given:
        return [Button(turn.text("button_assign"), {"do": "assign_who", **which})]
    return [
        Button(turn.text("button_assign_other"), {"do": "assign_who", **which}),
        Button(turn.text("button_assign_back"), {"do": "assign_back", **which}),
    ]


def stop(turn: Turn, action: Action, opened: Opened) -> None:
    """Nothing is changed; what may be answered is offered again, for a thumb that slipped."""
    turn.close(opened)
    ids = action.get("ids", ())
    turn.reply(turn.text("stopped"), answer_buttons(turn, ids) if ids else ())


def has_lapsed(turn: Turn) -> bool:
    """Whether what the talk waits for about a reminder was asked too long ago to be what is written now."""
    until = (turn.dialogue.waiting or {}).get("until")
    return until is not None and turn.now > datetime.fromisoformat(until)


def wait(turn: Turn, what: str, about: dict[str, Any]) -> None:
    turn.dialogue.waiting = {"for": what, **about, "until": (turn.now + _WAIT).isoformat()}


@contextmanager
def answered(turn: Turn) -> Iterator[dict[str, Any]]:
    """What the talk waited for is answered, unless the answer is to be typed again."""
    waiting, turn.dialogue.waiting = turn.dialogue.waiting or {}, None
    try:
        yield waiting
    except RetypeError:
        turn.dialogue.waiting = waiting
        raise


def take_day(turn: Turn, text: str) -> date:
    day = read_day(text, turn.now.date(), work_days(turn))
    if day is None:
        raise RetypeError(turn.text("day_unread"))
    return day


def stop_button(turn: Turn, ids: Sequence[int] = ()) -> Button:
    """[Thôi]; `ids` of what was to be answered."""
    return Button(turn.text("button_keep"), {"do": "reminder_stop", **({"ids": list(ids)} if ids else {})})


def are_received(owed: Sequence[Occurrence]) -> bool:
    return all(each.acknowledged_on is not None for each in owed)


def title_of(owed: Sequence[Occurrence]) -> str:
    return cut_phrase(owed[0].title, _TITLE)


def agencies_of(owed: Sequence[Occurrence]) -> str:
    return "; ".join(dict.fromkeys(each.agency for each in owed))


def shown_time(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%H:%M}"


def offered_days(turn: Turn) -> list[date]:
    """Days to be reminded on: working days soon, and next Monday."""
    today, calendar = turn.now.date(), work_days(turn)
    soon = [calendar.add(today, step) for step in _STEPS]
    return sorted({*soon, calendar.next_working(next_monday(today))})


def work_days(turn: Turn) -> WorkCalendar:
    with turn.services.app.store.read() as session:
        return load_calendar(session)


def who_answers(turn: Turn) -> int:
    if turn.member is None:
        raise ReminderError(turn.text("stranger"))
    return turn.member.id
