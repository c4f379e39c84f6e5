"""Accounts as settings and the members file write them: `telegram:123 zalo:abc`; and names that people type."""

from __future__ import annotations

import re

from bot.channels.contract import ChannelName, Sender
from bot.people.records import PeopleError
from knowledge.text import nfc, squeeze

_CHANNELS = {name.value: name for name in ChannelName if name is not ChannelName.WEB}
"""Where people have accounts; on the page everybody is who has signed in."""
_SEPARATORS = re.compile(r"[\s,;]+")
_ID = re.compile(r"[A-Za-z0-9_.\-]{1,128}")
_TELEGRAM_ID = re.compile(r"[1-9][0-9]{0,19}")
_PHONE = re.compile(r"(?:0|84)?[35789][0-9]{8}")
"""A mobile phone's number, also without its 0, which Excel drops: Zalo's ids are longer."""
NAMELESS = "Chưa ghi tên"
"""Stands for the name of somebody whose platform tells none and who has given none."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_LONGEST = {"họ tên": 80, "tên cơ quan": 200, "tên hệ thống": 80}


def read_senders(text: str) -> tuple[Sender, ...]:
    """The accounts written in `text`, apart by spaces, commas or semicolons, each once.

    Raises:
        PeopleError: one of them is not channel:id with a channel that exists; the sentence names it.
    """
    text = re.sub(r"\s*:\s*", ":", text)
    return tuple(dict.fromkeys(_read_sender(piece) for piece in _SEPARATORS.split(text) if piece))


def write_sender(sender: Sender) -> str:
    """The account as `read_senders` reads it."""
    return f"{sender.channel.value}:{sender.id}"


def check_name(text: str, what: str) -> str:
    """A name or agency as typed, cleaned.

    Args:
        what: "họ tên", "tên cơ quan" or "tên hệ thống".

    Raises:
        PeopleError: it holds no letters or is far too long.
    """
    cleaned = _clean(text)
    if sum(letter.isalpha() for letter in cleaned) < 2:
        raise PeopleError(f"Xin cho biết {what}.")
    if len(cleaned) > _LONGEST[what]:
        raise PeopleError(f"Xin ghi {what} ngắn hơn {_LONGEST[what]} ký tự.")
    return cleaned


def display_name(sender: Sender) -> str:
    """What the platform calls the sender, as far as it is a name."""
    return clean_name(sender) or NAMELESS


def clean_name(sender: Sender) -> str:
    """The same; empty where the platform tells none."""
    return _clean(sender.name)[: _LONGEST["họ tên"]].strip()


def _clean(text: str) -> str:
    return squeeze(_CONTROL.sub(" ", nfc(text)))


def _read_sender(piece: str) -> Sender:
    channel, colon, account = piece.partition(":")
    if not colon or not account:
        raise PeopleError(f"“{piece}” thiếu tên kênh; cần ghi như telegram:123 hoặc zalo:abc")
    try:
        name = _CHANNELS[channel.casefold()]
    except KeyError as error:
        raise PeopleError(f"không có kênh “{channel}” (các kênh: {', '.join(_CHANNELS)})") from error
    form = _TELEGRAM_ID if name is ChannelName.TELEGRAM else _ID
    if not form.fullmatch(account):
        raise PeopleError(f"“{piece}” không phải là mã người dùng của kênh {name.value}")
    if name in (ChannelName.ZALO, ChannelName.ZALO_OA) and _PHONE.fullmatch(account):
        raise PeopleError(f"“{piece}” là số điện thoại, không phải mã Zalo (chưa biết mã thì gửi lời mời)")
    return Sender(name, account)
