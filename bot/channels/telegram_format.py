"""Our plain text and choices as Telegram's HTML and buttons."""

from __future__ import annotations

from html import escape

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.channels.contract import Choice, RefusedError, Reply
from bot.channels.splitting import split_text, utf16_length

LENGTH = 4096
"""Longest text, in UTF-16 units after the mark-up is taken off."""
LONGEST_DATA = 64
"""Bytes of what a button carries."""


def format_reply(reply: Reply) -> tuple[str, ...]:
    """The HTML of each message that `reply` becomes."""
    pieces = split_text(reply.text, LENGTH, utf16_length)
    return tuple(_html(piece, reply.bold and number == 0) for number, piece in enumerate(pieces))


def _html(text: str, bold: bool) -> str:
    first, line_end, rest = escape(text, quote=False).partition("\n")
    return f"<b>{first}</b>{line_end}{rest}" if bold else first + line_end + rest


Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


def make_markup(reply: Reply) -> Markup | None:
    """What stands under the last message: choices, else the button that shares the person's own number.

    Raises:
        RefusedError: as for `make_keyboard`.
    """
    if reply.choices or reply.shares_phone is None:
        return make_keyboard(reply.choices)
    if not reply.shares_phone:
        return ReplyKeyboardRemove()
    button = KeyboardButton(reply.shares_phone, request_contact=True)
    return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)


def make_keyboard(choices: tuple[tuple[Choice, ...], ...]) -> InlineKeyboardMarkup | None:
    """The buttons under a message.

    Raises:
        RefusedError: a choice carries more, or less, than a button can.
    """
    if not choices:
        return None
    return InlineKeyboardMarkup([[_button(choice) for choice in row] for row in choices])


def _button(choice: Choice) -> InlineKeyboardButton:
    if not choice.label or not 1 <= len(choice.data.encode()) <= LONGEST_DATA:
        raise RefusedError("Telegram không nhận nút này.", f"button {choice.label!r}: data {choice.data!r}")
    return InlineKeyboardButton(choice.label, callback_data=choice.data)
