"""How fast one person may ask: a token bucket each.

In memory, gone with the process, where there is one process only; a row on a server, where a person's questions come
to any of several: one statement fills the bucket and takes out of it.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from functools import cached_property
from hashlib import sha256
from math import ceil
from threading import Lock
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, delete, func, select

from bot.people.records import Clock
from knowledge.store.database import Store
from knowledge.store.models import PaceRow, table_of

_PER_MINUTE = 20
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


def rate_limit(store: Store, clock: Clock, kind: str, per_minute: int = _PER_MINUTE) -> RateLimit:
    """The limit of questions of this kind, held over all processes that serve the database."""
    if store.is_shared:
        return SharedRateLimit(store, clock, kind, per_minute)
    return RateLimit(clock, per_minute)


class RateLimit:
    """Lets each person ask `burst` questions at once and `per_minute` a minute in the long run.

    Safe to use from several threads.
    """

    def __init__(self, clock: Clock, per_minute: int = _PER_MINUTE, burst: int | None = None) -> None:
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
            bucket = self._find(person)
            if bucket is None:
                return 0
            self._fill(bucket, self._clock())
            return max(0, ceil((1 - bucket.tokens) / self._per_second - _ROUNDING))

    def __len__(self) -> int:
        """People who are remembered."""
        return len(self._buckets)

    def _find(self, person: Hashable) -> _Bucket | None:
        return self._buckets.get(person)

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


class SharedRateLimit(RateLimit):
    """The same over all processes on one server.

    Args:
        kind: of the questions; those of another kind are counted by themselves.
    """

    def __init__(
        self, store: Store, clock: Clock, kind: str, per_minute: int = _PER_MINUTE, burst: int | None = None
    ) -> None:
        super().__init__(clock, per_minute, burst)
        self._store = store
        self._kind = kind

    def take(self, person: Hashable) -> Pace:
        """See `RateLimit`.

        Raises:
            StoreError: it could not be counted.
        """
        now = self._clock()
        with self._store.write_row() as session:
            refused = session.execute(self._take, {"name": self._name(person), "at": now}).scalar_one()
        with self._lock:
            self._sweep(now)
        return {0: Pace.ANSWER, 1: Pace.ASK_TO_WAIT}.get(refused, Pace.PASS_OVER)

    def _find(self, person: Hashable) -> _Bucket | None:
        with self._store.read() as session:
            row = session.execute(select(_TABLE).where(_TABLE.c.name == self._name(person))).first()
        return _Bucket(row.tokens, row.at) if row else None

    def _name(self, person: Hashable) -> str:
        return sha256(repr((self._kind, person)).encode()).hexdigest()

    @cached_property
    def _take(self) -> Any:
        """Fills the bucket by the time that has passed, and takes one out where there is one."""
        from sqlalchemy.dialects.postgresql import insert

        new = insert(_TABLE).values(
            name=bindparam("name"), tokens=self._burst - 1, refused=0, at=bindparam("at", type_=_TABLE.c.at.type)
        )
        seconds = func.greatest(0.0, func.extract("epoch", new.excluded.at - _TABLE.c.at))
        filled: ColumnElement[float] = func.least(self._burst, _TABLE.c.tokens + seconds * self._per_second)
        may = filled >= 1 - _ROUNDING
        changed = {
            "tokens": case((may, filled - 1), else_=filled),
            "refused": case((may, 0), else_=_TABLE.c.refused + 1),
            "at": new.excluded.at,
        }
        return new.on_conflict_do_update(index_elements=["name"], set_=changed).returning(_TABLE.c.refused)

    def _sweep(self, now: datetime) -> None:
        """Buckets that are full again by now."""
        self._taken += 1
        if self._taken % _SWEEP_EVERY == 0:
            full = now - timedelta(seconds=self._burst / self._per_second)
            with self._store.write_row() as session:
                session.execute(delete(_TABLE).where(_TABLE.c.at < full))


_TABLE = table_of(PaceRow)
