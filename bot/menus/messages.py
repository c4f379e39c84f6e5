"""A message before a channel decides how it is shown: a text, the rows of a list, and choices beside them.

The rows are numbered in the text, and the other choices go on with the numbers. Where there are buttons, those of
the rows carry the numbers alone. So a number typed means the same on every channel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.channels.contract import Capabilities, Choice, Reply
from bot.menus.choices import Action, Opened, new_token
from bot.menus.texts import Texts

_ROW = 4
"""Number buttons side by side: wide enough for a thumb."""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice beside the rows of a list."""

    label: str
    action: Action


@dataclass(frozen=True, slots=True)
class Item:
    """A row of a list; without an action it can only be read.

    Attributes:
        brief: one of many, told by name and day: its number can be typed, a button it has not.
    """

    text: str
    action: Action | None = None
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """See the module.

    Attributes:
        first: a choice for all rows, which stands before them where there are buttons.
        tail: below the rows.
        asides: choices that an answer has besides, which are pressed or typed in words: numbers go on
            meaning what was offered before.
        subject: what the choices are about, for their handlers.
    """

    head: str
    items: Sequence[Item] = ()
    buttons: Sequence[Sequence[Button]] = ()
    tail: str = ""
    asides: Sequence[Sequence[Button]] = ()
    subject: Mapping[str, Any] = field(default_factory=dict)
    first: Button | None = None

    @property
    def _listed(self) -> list[Button]:
        return [Button(item.text, item.action) for item in self.items if item.action is not None]

    @property
    def _beside(self) -> list[Sequence[Button]]:
        return [*([[self.first]] if self.first else []), *self.buttons]

    def open(self, generation: int) -> Opened | None:
        """Its choices, numbered ones first; None where there are none."""
        listed, asides = self._listed, [button for row in self.asides for button in row]
        buttons = [*listed, *(button for row in self._beside for button in row), *asides]
        if not buttons:
            return None
        actions = tuple(button.action for button in buttons)
        labels = tuple(button.label for button in buttons)
        return Opened(new_token(), actions, generation, dict(self.subject), labels, len(listed), len(asides))

    def lay_out(self, can: Capabilities, texts: Texts, opened: Opened | None) -> Reply:
        """As a channel shows it; `opened` is what `open` gave."""
        listed = self._listed
        text = _joined(self.head, *_lines(self.items), self.tail)
        if opened is None:
            return Reply(text)
        choices = [Choice(label, opened.data(at)) for at, label in enumerate(opened.labels)]
        count, at = len(listed), len(listed)
        below: list[tuple[Choice, ...]] = []
        for row in [*self._beside, *(self.asides if can.buttons else ())]:
            below.append(tuple(choices[at : at + len(row)]))
            at += len(row)
        if not can.buttons:
            typed = [texts.typed(button.label) for row in self.asides for button in row]
            words = texts.say("asides", words=", ".join(typed)) if typed else ""
            return Reply(_joined(text, words), (*((each,) for each in choices[:count]), *below), listed=count)
        full = (item for item in self.items if item.action is not None)
        numbers = [
            Choice(str(number), opened.data(number - 1)) for number, item in enumerate(full, 1) if not item.brief
        ]
        beside = [tuple(numbers[at : at + _ROW]) for at in range(0, len(numbers), _ROW)]
        before = 1 if self.first else 0
        return Reply(text, (*below[:before], *beside, *below[before:]))


def in_rows(buttons: Sequence[Button], wide: int = 2) -> tuple[tuple[Button, ...], ...]:
    """Buttons side by side."""
    return tuple(tuple(buttons[at : at + wide]) for at in range(0, len(buttons), wide))


def _lines(items: Sequence[Item]) -> Iterator[str]:
    """Rows that cannot be chosen have no numbers: a number would look like a choice."""
    number = 0
    for item in items:
        number += item.action is not None
        yield f"• {item.text}" if item.action is None else f"{number}. {item.text}"


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
