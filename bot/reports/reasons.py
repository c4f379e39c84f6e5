"""Why a message was not delivered, as administrators read it."""

from __future__ import annotations

from typing import Protocol

from bot.channels.contract import ChannelName

_CHANNELS = {channel.value for channel in ChannelName}


class Say(Protocol):
    """A sentence of the file of texts."""

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of that name."""


def why(say: Say, reason: str) -> str:
    """The reasons that delivery noted ("telegram:blocked zalo_oa:window"), in words."""
    said = []
    for part in reason.split():
        channel, _, code = part.rpartition(":")
        words = say(f"undelivered_{code}")
        said.append(f"{say(f'channel_{channel}')}: {words}" if channel in _CHANNELS else words)
    return " ".join(said)
