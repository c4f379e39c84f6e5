"""How long to wait after failures in a row, and how little to say about them."""

from __future__ import annotations

import logging

from bot.channels.contract import ChannelError, TryAgainError

LONGEST_PAUSE = 30.0
"""Seconds between two attempts where the platform does not say how long to wait."""


class Backoff:
    """Seconds to wait after each failure in a row: what the platform says, else 1, 2, 4..."""

    def __init__(self) -> None:
        self._next = 1.0

    def reset(self) -> None:
        """After a success."""
        self._next = 1.0

    def seconds(self, retry_after: float | None) -> float:
        """How long to wait now."""
        wait, self._next = self._next, min(self._next * 2, LONGEST_PAUSE)
        return wait if retry_after is None else retry_after


class Outage:
    """A platform that does not answer polls: one line when it begins and one when it is over.

    Args:
        what: what is asked for, as the log is to name it.

    Attributes:
        lasting: the last poll failed.
    """

    def __init__(self, what: str, log: logging.Logger) -> None:
        self._what = what
        self._log = log
        self._backoff = Backoff()
        self.lasting = False

    def failed(self, error: ChannelError) -> float:
        """Seconds to wait before asking again."""
        if not self.lasting:
            self._log.warning("%s: %s; asking again until it answers", self._what, error.detail)
        self.lasting = True
        return self._backoff.seconds(error.retry_after if isinstance(error, TryAgainError) else None)

    def answered(self) -> None:
        """The platform is there."""
        if self.lasting:
            self._log.warning("%s: answers again", self._what)
        self.lasting = False
        self._backoff.reset()
