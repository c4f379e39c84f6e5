"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.turn import PAGE, Button, Item, Message, Turn
from bot.menus.choices import Action, Opened
from bot.menus.texts import Texts

TURN = "page"


def show_list(
    turn: Turn,
    head: str,
    items: Sequence[Item],
    buttons: Sequence[Sequence[Button]] = (),
    *,
    tail: str = "",
    asides: Sequence[Sequence[Button]] = (),
    subject: Mapping[str, Any] | None = None,
    instead: bool = False,
) -> None:
    """The first page of a list; every page has the same choices beside its rows.

    Args:
        subject: what those choices are about, for their handlers.
    """
    whole = Message(head, items, buttons, tail, asides, subject or {})
    turn.show(first_page(turn.services.texts, whole), instead=instead)


def first_page(texts: Texts, whole: Message) -> Message:
    """Of a message with any number of rows."""
    listed = {
        "head": whole.head,
        "tail": whole.tail,
        "items": [[item.text, item.action] for item in whole.items],
        "buttons": _kept(whole.buttons),
        "asides": _kept(whole.asides),
    }
    return _page(texts, {**whole.subject, "list": listed}, 0)


def pages_of(opened: Opened) -> int:
    """How many pages the list has that choices stand below; 0 where there is one only."""
    listed = opened.subject.get("list")
    return -(-len(listed["items"]) // PAGE) if listed else 0


def turn_page(turn: Turn, action: Action, opened: Opened) -> None:
    """Another page, in place of this one where the channel can."""
    turn.close(opened)
    turn.show(_page(turn.services.texts, opened.subject, action["page"]), instead=True)


def _page(texts: Texts, subject: dict[str, Any], page: int) -> Message:
    listed = subject["list"]
    pages = max(1, -(-len(listed["items"]) // PAGE))
    items = [Item(text, action) for text, action in listed["items"][page * PAGE : (page + 1) * PAGE]]
    head = listed["head"]
    turns = []
    if pages > 1:
        head = texts.say("page_head", head=head, page=page + 1, pages=pages)
        if page > 0:
            turns.append(Button(texts.say("button_page_before"), {"do": TURN, "page": page - 1}))
        if page + 1 < pages:
            turns.append(Button(texts.say("button_page_next"), {"do": TURN, "page": page + 1}))
    rows = [*([turns] if turns else []), *_as_buttons(listed["buttons"])]
    asides = _as_buttons(listed.get("asides", []))
    kept = subject if pages > 1 else {name: value for name, value in subject.items() if name != "list"}
    return Message(head, items, rows, listed["tail"], asides, kept)


def _kept(rows: Sequence[Sequence[Button]]) -> list[list[list[Any]]]:
    return [[[button.label, button.action] for button in row] for row in rows]


def _as_buttons(kept: list[list[list[Any]]]) -> list[list[Button]]:
    return [[Button(*button) for button in row] for row in kept]
