"""What a talk is about, kept in the database so that a restart forgets nothing.

A dialogue is one person in one chat: in a group everybody has their own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Result, bindparam, insert, select, update
from sqlalchemy.orm import Session

from bot.channels.contract import Incoming
from knowledge.store.models import DailyCountRow, DialogueRow, table_of

TOPIC_LASTS = timedelta(minutes=10)
"""Of silence: after it, a message is no longer about what the chat was about."""
WAITING_LASTS = timedelta(days=1)
"""How long a question of ours (name, agency, confirmation) is still what the next message answers."""
_BURST = timedelta(minutes=1)
"""Pictures are sent several at once, and are answered once."""
TYPED = "typed"
"""Set in what a talk waits for: it was asked for without choices, so that numbers are answers to it."""
_REMEMBERED = 20
_MENUS = 6
"""How many menus may still be meant in words: a list, a card opened from it, what the card asked, and once more."""

# Every message runs these: made once, without mapped objects.
_TALKS, _COUNTS = table_of(DialogueRow), table_of(DailyCountRow)
_FIND = select(_TALKS.c.at, _TALKS.c.state).where(
    _TALKS.c.channel == bindparam("channel"),
    _TALKS.c.chat == bindparam("chat"),
    _TALKS.c.person == bindparam("person"),
)
_CHANGE = (
    update(_TALKS)
    .where(
        _TALKS.c.channel == bindparam("of_channel"),
        _TALKS.c.chat == bindparam("of_chat"),
        _TALKS.c.person == bindparam("of_person"),
    )
    .values(at=bindparam("now"), state=bindparam("new"))
)
_KEEP = insert(_TALKS)
_COUNT_ON = (
    update(_COUNTS)
    .where(_COUNTS.c.day == bindparam("of_day"), _COUNTS.c.name == bindparam("of_name"))
    .values(count=_COUNTS.c.count + 1)
)
_COUNT_FIRST = insert(_COUNTS)


@dataclass(frozen=True, slots=True)
class Key:
    """Whose talk, and where."""

    channel: str
    chat: str
    person: str

    @classmethod
    def of(cls, incoming: Incoming) -> Key:
        """The dialogue that a message belongs to."""
        return cls(incoming.address.channel.value, incoming.address.chat, incoming.sender.id)


@dataclass
class Dialogue:
    """The state of one talk.

    Attributes:
        turns: the person's latest messages, oldest first.
        about: the task whose card the person opened before those, and the generation of the plans that it is of.
        waiting: what we asked for and what is known already; None when nothing.
        menus: tokens of the choices with numbers, those shown or used last first: numbers are of the first,
            words may be of any. Nothing that is said takes them away, only other menus do.
        aside: token of the choices without numbers below the last answer.
        unread: the kind of the last message, where it was one that nobody reads, and just now.
    """

    at: datetime
    turns: list[str] = field(default_factory=list)
    waiting: dict[str, Any] | None = None
    menus: list[str] = field(default_factory=list)
    about: tuple[int, int] | None = None
    aside: str | None = None
    unread: str | None = None

    def open_task(self, task_id: int, generation: int) -> None:
        """The talk is about this task from now on, whatever was said before."""
        self.turns, self.about = [], (task_id, generation)

    def show_menu(self, token: str) -> None:
        """These choices are what numbers are of from now on."""
        self.menus, self.aside = _first(token, self.menus), None

    def drop_menus(self, closed: Collection[str]) -> None:
        """These are closed; the one that numbers are of stays, so that a number is told that it is over."""
        self.menus = [token for place, token in enumerate(self.menus) if place == 0 or token not in closed]

    def remember(self, message: str) -> None:
        """Adds a turn."""
        self.turns = [*self.turns, message][-_REMEMBERED:]


def find_dialogue(session: Session, key: Key, now: datetime) -> Dialogue:
    """The talk as it stands, without what has become too old."""
    row = session.execute(_FIND, {"channel": key.channel, "chat": key.chat, "person": key.person}).one_or_none()
    if row is None:
        return Dialogue(now)
    silence = now - row.at
    return Dialogue(
        now,
        list(row.state["turns"]) if silence <= TOPIC_LASTS else [],
        row.state["waiting"] if silence <= WAITING_LASTS else None,
        _menus(row.state),
        _pair(row.state.get("about")) if silence <= TOPIC_LASTS else None,
        row.state.get("aside"),
        row.state.get("unread") if silence <= _BURST else None,
    )


def _menus(state: dict[str, Any]) -> list[str]:
    """Of an older program there is one."""
    return list(state["menus"]) if "menus" in state else [menu for menu in [state.get("menu")] if menu]


def _first(token: str, menus: list[str]) -> list[str]:
    return [token, *(each for each in menus if each != token)][:_MENUS]


def _pair(kept: list[int] | None) -> tuple[int, int] | None:
    return (kept[0], kept[1]) if kept else None


def save_dialogue(session: Session, key: Key, dialogue: Dialogue) -> None:
    """Keeps the talk."""
    state = {
        "turns": dialogue.turns,
        "waiting": dialogue.waiting,
        "menus": dialogue.menus,
        "about": dialogue.about,
        "aside": dialogue.aside,
        "unread": dialogue.unread,
    }
    named = {"channel": key.channel, "chat": key.chat, "person": key.person}
    kept = session.execute(
        _CHANGE, {**{f"of_{name}": value for name, value in named.items()}, "now": dialogue.at, "new": state}
    )
    if not _changed(kept):
        session.execute(_KEEP, {**named, "at": dialogue.at, "state": state})


def offer_menu(session: Session, key: Key, menu: str, now: datetime) -> None:
    """A number typed next picks from `menu`. Being written to is no talk: the talk's time stays."""
    named = {"channel": key.channel, "chat": key.chat, "person": key.person}
    row = session.execute(_FIND, named).one_or_none()
    if row is None:
        state: dict[str, Any] = {"turns": [], "waiting": None, "menus": [menu], "about": None, "aside": None}
        session.execute(_KEEP, {**named, "at": now - TOPIC_LASTS, "state": state})
        return
    where = {f"of_{name}": value for name, value in named.items()}
    shown = {"menus": _first(menu, _menus(row.state)), "aside": None, "waiting": with_choices(row.state["waiting"])}
    session.execute(_CHANGE, {**where, "now": row.at, "new": {**row.state, **shown}})


def with_choices(waiting: dict[str, Any] | None) -> dict[str, Any] | None:
    """What a talk waits for once choices have been shown: numbers are of them."""
    return waiting and {name: value for name, value in waiting.items() if name != TYPED}


def count(session: Session, day: date, name: str) -> bool:
    """Counts one more of `name` on that day; true when it is the day's first."""
    if _changed(session.execute(_COUNT_ON, {"of_day": day, "of_name": name})):
        return False
    session.execute(_COUNT_FIRST, {"day": day, "name": name, "count": 1})
    return True


def _changed(result: Result[Any]) -> bool:
    """Whether an update found its row."""
    return isinstance(result, CursorResult) and result.rowcount > 0
