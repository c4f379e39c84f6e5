"""Choices that were offered, and what pressing one means: the one maker and checker of button data.

A button's data is TOKEN.NUMBER: the token is drawn at random and looked up among the open
choices, where it stands for whom and in which chat they were offered. So nobody can press
what was not offered to them, and nothing in it can be made up.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from bot.menus.dialogues import Key
from knowledge.store.models import OpenChoiceRow, table_of

ANYBODY = "*"
"""As whom choices are offered that anybody in a group chat may press; what they do checks who presses."""
CHOICES_LAST = timedelta(days=30)
"""After it a button says that it is stale."""
_TOKEN_BYTES = 9
_SHOWN = "shown"
"""Beside what they are about: how the choices were shown."""
_KEEP = insert(table_of(OpenChoiceRow))

Action = dict[str, Any]
"""What a choice does: "do" names a handler, the rest is what the handler needs."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Choices as they were offered.

    Attributes:
        generation: of the live plans at that time.
        subject: what they are about: the answer given, the list that is paged.
        labels: what each was called, for those who type it; none for what an older program offered.
        rows: how many of the first are rows of a list.
        asides: how many of the last have no number, so that they take none from what was offered before.
        at: when they were offered, once they are kept.
    """

    token: str
    actions: tuple[Action, ...]
    generation: int
    subject: dict[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    rows: int = 0
    asides: int = 0
    at: datetime | None = field(default=None, compare=False)

    @property
    def numbered(self) -> int:
        """How many can be chosen by number."""
        return len(self.actions) - self.asides

    def data(self, index: int) -> str:
        """Button data of the choice at `index`, from 0; at most 16 bytes."""
        return f"{self.token}.{index}"


class StaleChoiceError(Exception):
    """The button no longer means anything."""


class ForeignChoiceError(Exception):
    """The button was offered to somebody else."""


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def save_choices(session: Session, key: Key, opened: Opened, now: datetime) -> None:
    """Keeps choices that are offered now."""
    row = {
        "token": opened.token,
        "channel": key.channel,
        "chat": key.chat,
        "person": key.person,
        "at": now,
        "generation": opened.generation,
        "actions": list(opened.actions),
        "subject": _kept_subject(opened),
    }
    session.execute(_KEEP, row)


def change_subject(session: Session, opened: Opened) -> None:
    """Keeps what has changed about choices that stay open."""
    kept = _kept_subject(opened)
    session.execute(update(OpenChoiceRow).where(OpenChoiceRow.token == opened.token).values(subject=kept))


def drop_old_choices(session: Session, now: datetime) -> None:
    """Lets go of choices too old to be pressed."""
    session.execute(delete(OpenChoiceRow).where(OpenChoiceRow.at < now - CHOICES_LAST))


def close_choices(session: Session, token: str) -> None:
    """Makes every button of these choices stale."""
    session.execute(delete(OpenChoiceRow).where(OpenChoiceRow.token == token))


def find_pressed(session: Session, data: str, key: Key, now: datetime) -> tuple[Opened, int]:
    """What a pressed button was offered as, and its place.

    Raises:
        StaleChoiceError: too old, closed, or not ours at all.
        ForeignChoiceError: offered to another person or in another chat.
    """
    token, _, number = data.rpartition(".")
    row = session.get(OpenChoiceRow, token) if token else None
    if row is None or row.at < now - CHOICES_LAST:
        raise StaleChoiceError
    if not _is_offered_to(row, key):
        raise ForeignChoiceError
    if not (number.isascii() and number.isdigit()) or int(number) >= len(row.actions):
        raise StaleChoiceError
    return _opened(row), int(number)


def find_shown(session: Session, data: str, key: Key, now: datetime) -> tuple[Opened, bool] | None:
    """The choices of a button that stands in this chat, and whether they were offered to this person."""
    row = session.get(OpenChoiceRow, data.rpartition(".")[0])
    if row is None or row.at < now - CHOICES_LAST or (row.channel, row.chat) != (key.channel, key.chat):
        return None
    return _opened(row), _is_offered_to(row, key)


def find_opened(session: Session, token: str | None, key: Key, now: datetime) -> Opened | None:
    """The choices with that token; None when they are closed, too old or somebody else's."""
    row = session.get(OpenChoiceRow, token) if token else None
    open_ = row is not None and row.at >= now - CHOICES_LAST and _is_offered_to(row, key)
    return _opened(row) if row is not None and open_ else None


def _is_offered_to(row: OpenChoiceRow, key: Key) -> bool:
    return (row.channel, row.chat) == (key.channel, key.chat) and row.person in (key.person, ANYBODY)


def _opened(row: OpenChoiceRow) -> Opened:
    subject = dict(row.subject)
    shown = subject.pop(_SHOWN, {"labels": (), "rows": 0, "asides": 0})
    labels = tuple(shown["labels"])
    return Opened(
        row.token, tuple(row.actions), row.generation, subject, labels, shown["rows"], shown["asides"], row.at
    )


def _kept_subject(opened: Opened) -> dict[str, Any]:
    shown = {"labels": list(opened.labels), "rows": opened.rows, "asides": opened.asides}
    return {**opened.subject, _SHOWN: shown}
