"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.conversation.choices import Action, Opened
from bot.conversation.visit import PAGE, Button, Item, Visit

TURN = "page"


def show_list(
    visit: Visit,
    head: str,
    items: Sequence[Item],
    buttons: Sequence[Sequence[Button]] = (),
    *,
    tail: str = "",
    asides: Sequence[Sequence[Button]] = (),
    subject: dict[str, Any] | None = None,
    instead: bool = False,
) -> None:
    """The first page of a list; every page has the same choices beside its rows.

    Args:
        subject: what those choices are about, for their handlers.
    """
    listed = {
        "head": head,
        "tail": tail,
        "items": [[item.text, item.action] for item in items],
        "buttons": _kept(buttons),
        "asides": _kept(asides),
    }
    _show(visit, {**(subject or {}), "list": listed}, 0, instead=instead)


def turn_page(visit: Visit, action: Action, opened: Opened) -> None:
    """Another page, in place of this one where the channel can."""
    visit.close(opened)
    _show(visit, opened.subject, action["page"], instead=True)


def _show(visit: Visit, subject: dict[str, Any], page: int, *, instead: bool) -> None:
    listed = subject["list"]
    pages = max(1, -(-len(listed["items"]) // PAGE))
    items = [Item(text, action) for text, action in listed["items"][page * PAGE : (page + 1) * PAGE]]
    head = listed["head"]
    turns = []
    if pages > 1:
        head = visit.text("page_head", head=head, page=page + 1, pages=pages)
        if page > 0:
            turns.append(Button(visit.text("button_page_before"), {"do": TURN, "page": page - 1}))
        if page + 1 < pages:
            turns.append(Button(visit.text("button_page_next"), {"do": TURN, "page": page + 1}))
    rows = [*([turns] if turns else []), *_as_buttons(listed["buttons"])]
    asides = _as_buttons(listed.get("asides", []))
    kept = subject if pages > 1 else {name: value for name, value in subject.items() if name != "list"}
    visit.offer(head, items, rows, tail=listed["tail"], asides=asides, subject=kept, instead=instead)


def _kept(rows: Sequence[Sequence[Button]]) -> list[list[list[Any]]]:
    return [[[button.label, button.action] for button in row] for row in rows]


def _as_buttons(kept: list[list[list[Any]]]) -> list[list[Button]]:
    return [[Button(*button) for button in row] for row in kept]
