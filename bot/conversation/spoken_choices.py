"""Choices that are typed in words: "xong", "đã nhận" after a reminder, as people do who see no button."""

from __future__ import annotations

from bot.conversation.choices import Action
from knowledge.text import fold

_MEANT = {
    "reminder_received": {"da nhan", "da nhan viec", "nhan roi", "da nhan roi", "da nhan tat ca"},
    "reminder_done": {"xong", "da xong", "xong roi", "da xong roi", "hoan thanh", "da hoan thanh"},
    "reminder_extend": {"xin lui", "xin lui han", "lui han"},
    "reminder_later": {"nhac lai", "nhac lai sau", "nhac sau"},
    "reminder_undo": {"hoan tac"},
    "reminder_skip": {"bo qua", "xong", "da xong", "khong co"},
    "reminder_stop": {"thoi", "huy"},
    "extension_refuse": {"bo qua"},
    "extension_grant": {"dong y", "dong y lui han"},
    "extension_decline": {"khong dong y"},
}
_ABOUT_ONE = ("reminder_done", "reminder_extend", "reminder_later")


def is_spoken(text: str) -> bool:
    """Whether a message may be a choice in words."""
    words = _words(text)
    return any(words in meant for meant in _MEANT.values())


def spoken_choice(text: str, actions: tuple[Action, ...]) -> int | None:
    """The place of the one choice that is meant; None where none is, or several are."""
    words = _words(text)
    found = [place for place, action in enumerate(actions) if words in _MEANT.get(action["do"], ())]
    return found[0] if len(found) == 1 else None


def lacks_item(text: str, actions: tuple[Action, ...]) -> bool:
    """Whether it answers one thing of a list without saying which."""
    words = _words(text)
    listed = any(action["do"] == "reminder" for action in actions)
    return listed and any(words in _MEANT[name] for name in _ABOUT_ONE)


def _words(text: str) -> str:
    return fold(text).strip(" .!…")
