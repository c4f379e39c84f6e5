"""How fast one person may ask: a token bucket each, in memory, gone with the process."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from math import ceil
from threading import Lock

from bot.people.records import Clock

_SWEEP_EVERY = 1_000
"""People asking between two looks for buckets that are full again and need not be kept."""
_ROUNDING = 1e-6
"""Twenty thirds of a token make one less a rounding error."""


class Pace(Enum):
    """What to do with a question."""

    ANSWER = auto()
    ASK_TO_WAIT = auto()
    """Too many: say so, once."""
    PASS_OVER = auto()
    """Too many, and it has been said: a reply to each would be a flood of our own."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime
    told: bool = False


class RateLimit:
    """Lets each person ask `burst` questions at once and `per_minute` a minute in the long run.

    Safe to use from several threads.
    """

    def __init__(self, clock: Clock, per_minute: int = 20, burst: int | None = None) -> None:
        self._clock = clock
        self._per_second = per_minute / 60
        self._burst = float(per_minute if burst is None else burst)
        self._buckets: dict[Hashable, _Bucket] = {}
        self._lock = Lock()
        self._taken = 0

    def take(self, person: Hashable) -> Pace:
        """Counts one question of `person` (a member's number, or a sender who is none)."""
        with self._lock:
            now = self._clock()
            self._sweep(now)
            bucket = self._buckets.setdefault(person, _Bucket(self._burst, now))
            self._fill(bucket, now)
            if bucket.tokens >= 1 - _ROUNDING:
                bucket.tokens -= 1
                bucket.told = False
                return Pace.ANSWER
            told, bucket.told = bucket.told, True
            return Pace.PASS_OVER if told else Pace.ASK_TO_WAIT

    def sentence(self, person: Hashable) -> str:
        """What to tell a person who asks too fast."""
        return f"Anh/chị hỏi hơi nhanh, tôi chưa theo kịp; xin đợi {self.seconds_left(person)} giây rồi hỏi tiếp nhé."

    def seconds_left(self, person: Hashable) -> int:
        """Whole seconds until `person` may ask again, 0 when at once."""
        with self._lock:
            bucket = self._buckets.get(person)
            if bucket is None:
                return 0
            self._fill(bucket, self._clock())
            return max(0, ceil((1 - bucket.tokens) / self._per_second - _ROUNDING))

    def __len__(self) -> int:
        """People who are remembered."""
        return len(self._buckets)

    def _fill(self, bucket: _Bucket, now: datetime) -> None:
        """A clock that was set back gives nothing and takes nothing."""
        passed = max(0.0, (now - bucket.at).total_seconds())
        bucket.tokens = min(self._burst, bucket.tokens + passed * self._per_second)
        bucket.at = now

    def _sweep(self, now: datetime) -> None:
        self._taken += 1
        if self._taken % _SWEEP_EVERY:
            return
        for person, bucket in list(self._buckets.items()):
            self._fill(bucket, now)
            if bucket.tokens >= self._burst:
                del self._buckets[person]
