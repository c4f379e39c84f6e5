"""A letter: what one recipient is told at once, before a channel decides how it is shown.

The rows of a list are numbered in the text, and the other choices go on with the numbers. Where there are buttons,
those of the rows that are told in full carry the numbers. A number typed means the same on every channel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.channels.contract import Address, Capabilities, Choice, Reply
from bot.menus.choices import ANYBODY, Action, Opened, new_token, save_choices
from bot.menus.dialogues import Key, offer_menu
from knowledge.store.database import generation

_ROW = 4
"""Number buttons side by side: wide enough for a thumb."""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice beside the rows."""

    label: str
    action: Action


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a list; without an action it can only be read.

    Attributes:
        brief: one of many, told by name and day: its number can be typed, a button it has not.
    """

    text: str
    action: Action | None = None
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """See the module.

    Attributes:
        head: the first line, set in bold.
        body: what follows it, above the rows.
        tail: below the rows.
        all_at_once: a choice for all rows, the first beside them.
    """

    head: str
    body: str = ""
    entries: tuple[Entry, ...] = ()
    tail: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    all_at_once: Button | None = None


def open_letter(
    session: Session, letter: Letter, address: Address, can: Capabilities, now: datetime, *, group: bool
) -> Reply:
    """The letter as its channel shows it; its choices are kept from now on."""
    text, rows = _lay_out(letter, can)
    actions = _actions(letter)
    if not actions:
        return Reply(text, bold=True, unhurried=True)
    listed = [entry.text for entry in letter.entries if entry.action is not None]
    labels = (*listed, *(button.label for button in _buttons(letter)))
    opened = Opened(new_token(), actions, generation(session), labels=labels, rows=len(listed))
    key = Key(address.channel.value, address.chat, ANYBODY if group else address.chat)
    save_choices(session, key, opened, now)
    offer_menu(session, key, opened.token, now)
    choices = tuple(tuple(Choice(label, opened.data(index)) for label, index in row) for row in rows)
    in_text = 0 if can.buttons else len(listed)
    return Reply(text, choices, bold=True, unhurried=True, listed=in_text)


def _actions(letter: Letter) -> tuple[Action, ...]:
    """What numbers mean: the rows come first, so that 2 is the second row on every channel."""
    rows = [entry.action for entry in letter.entries if entry.action is not None]
    return (*rows, *(button.action for button in _buttons(letter)))


def _buttons(letter: Letter) -> list[Button]:
    more = [letter.all_at_once] if letter.all_at_once else []
    return [*more, *(button for row in letter.buttons for button in row)]


def _lay_out(letter: Letter, can: Capabilities) -> tuple[str, list[list[tuple[str, int]]]]:
    """The text, and rows of choices with the place of what each does."""
    chosen = [entry for entry in letter.entries if entry.action is not None]
    count, first, below = len(chosen), list[tuple[str, int]](), list[list[tuple[str, int]]]()
    at = count
    if letter.all_at_once:
        first, at = [(letter.all_at_once.label, count)], count + 1
    for row in letter.buttons:
        below.append([(button.label, at + place) for place, button in enumerate(row)])
        at += len(row)
    if can.buttons:
        numbers = [(str(place + 1), place) for place, entry in enumerate(chosen) if not entry.brief]
        rows = [first, *(numbers[at : at + _ROW] for at in range(0, len(numbers), _ROW)), *below]
    else:
        rows = [*([(entry.text, place)] for place, entry in enumerate(chosen)), first, *below]
    return _joined(letter.head, letter.body, *_lines(letter.entries), letter.tail), [row for row in rows if row]


def _lines(entries: Sequence[Entry]) -> Iterator[str]:
    number = 0
    for entry in entries:
        number += entry.action is not None
        yield f"• {entry.text}" if entry.action is None else f"{number}. {entry.text}"


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def in_rows(buttons: Sequence[Button], wide: int = 2) -> tuple[tuple[Button, ...], ...]:
    """Buttons side by side."""
    return tuple(tuple(buttons[at : at + wide]) for at in range(0, len(buttons), wide))
