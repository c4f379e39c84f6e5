"""Channels that rest: a platform that is busy, out of reach, or does not know our token is left alone for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.channels.contract import ChannelName
from bot.notify.claims import LONGEST_HOLD

_FAILURES = 3
"""So many in a row and the channel rests."""
_LONGEST_REST = timedelta(minutes=1)
_TOKEN_WAIT = timedelta(minutes=10)


class RestingChannels:
    """Which channels rest, and until when; for one process."""

    def __init__(self) -> None:
        self._until: dict[ChannelName, datetime] = {}
        self._failures: dict[ChannelName, int] = {}

    def until(self, channel: ChannelName, now: datetime) -> datetime | None:
        """The end of a channel's rest; None when it does not rest."""
        until = self._until.get(channel)
        # Longer than any rest: the clock was moved back.
        return until if until is not None and now < until <= now + LONGEST_HOLD else None

    def ask_for(self, channel: ChannelName, until: datetime) -> None:
        """The platform has asked to be left alone."""
        self._until[channel] = until

    def note_token(self, channel: ChannelName, now: datetime) -> datetime:
        """The platform does not know our token; gives the moment of the next try."""
        self._until[channel] = now + _TOKEN_WAIT
        return self._until[channel]

    def note_failure(self, channel: ChannelName, now: datetime) -> None:
        """It was not reached; it rests when that goes on, longer each time."""
        self._failures[channel] = failures = self._failures.get(channel, 0) + 1
        if failures >= _FAILURES:
            self._until[channel] = now + min(timedelta(seconds=2 ** min(failures - _FAILURES, 10)), _LONGEST_REST)

    def note_success(self, channel: ChannelName) -> None:
        """It took a message."""
        self._failures.pop(channel, None)
