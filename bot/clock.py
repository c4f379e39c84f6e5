"""The clock, passed to whatever needs the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

Clock = Callable[[], datetime]
"""Gives the current time, aware, in the time zone of the users."""


def system_clock() -> datetime:
    """The time now in Việt Nam."""
    return datetime.now(HANOI)
