"""Readers tell that a page is finished; whoever listens shows it, or knows by it that the reader is alive."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

Listener = Callable[[int, int], None]
"""Told how many pages are finished, of how many. May be called from several threads."""

_listener: Listener | None = None


def listen(listener: Listener | None) -> None:
    """From now on tells `listener`; None for nobody. One for the process: pages are read in threads."""
    global _listener
    _listener = listener


def page_done(done: int, total: int) -> None:
    """Says that so many pages of so many are finished; costs nothing where nobody listens."""
    if _listener is not None:
        _listener(done, total)


class Pages:
    """Counts the finished pages of one file, which may be read side by side."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._counting = Lock()

    def finished(self) -> None:
        """Says that one more page is finished; from any thread."""
        with self._counting:
            self._done += 1
            page_done(self._done, self._total)
