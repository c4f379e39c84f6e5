"""How fast one may ask, on a clock that the test moves."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.people import ratelimit
from bot.people.ratelimit import Pace, RateLimit, SharedRateLimit, rate_limit
from knowledge.store.database import Store
from knowledge.store.models import PaceRow
from tests.bot.people.conftest import MovedClock
from tests.databases import POSTGRESQL

several = pytest.mark.parametrize("database_kind", [POSTGRESQL], indirect=True)


def test_twenty_a_minute_then_one_every_three_seconds(clock: MovedClock) -> None:
    limit = RateLimit(clock)
    assert [limit.take(7) for _ in range(20)] == [Pace.ANSWER] * 20
    assert [limit.take(7) for _ in range(3)] == [Pace.ASK_TO_WAIT, Pace.PASS_OVER, Pace.PASS_OVER]
    assert limit.sentence(7) == "Anh/chị hỏi hơi nhanh, tôi chưa theo kịp; xin đợi 3 giây rồi hỏi tiếp nhé."
    clock.pass_by(seconds=2)
    assert (limit.take(7), limit.seconds_left(7)) == (Pace.PASS_OVER, 1)
    clock.pass_by(seconds=1)
    assert [limit.take(7) for _ in range(2)] == [Pace.ANSWER, Pace.ASK_TO_WAIT]


def test_a_minute_brings_all_of_them_back_and_no_more(clock: MovedClock) -> None:
    limit = RateLimit(clock, per_minute=6)
    for _ in range(7):
        limit.take("a")
    clock.pass_by(hours=5)
    assert [limit.take("a") for _ in range(7)] == [Pace.ANSWER] * 6 + [Pace.ASK_TO_WAIT]


def test_one_person_does_not_hold_up_another(clock: MovedClock) -> None:
    limit = RateLimit(clock, per_minute=1)
    limit.take("a")
    assert (limit.take("a"), limit.take("b")) == (Pace.ASK_TO_WAIT, Pace.ANSWER)


def test_a_clock_set_back_locks_nobody_out(clock: MovedClock) -> None:
    limit = RateLimit(clock, per_minute=1)
    limit.take("a")
    clock.pass_by(hours=-3)
    assert limit.take("a") is Pace.ASK_TO_WAIT
    clock.pass_by(minutes=1)
    assert limit.take("a") is Pace.ANSWER


def test_who_has_not_asked_lately_is_not_remembered(clock: MovedClock) -> None:
    limit = RateLimit(clock)
    for person in range(20_000):
        limit.take(person)
        clock.pass_by(seconds=0.1)
    assert len(limit) <= 1_100
    assert limit.seconds_left("nobody") == 0


@several
def test_several_processes_count_together_as_one_would(store: Store, clock: MovedClock) -> None:
    shared = [rate_limit(store, clock, "chat") for _ in range(2)]
    alone = RateLimit(clock)
    steps = [timedelta(0)] * 24 + [
        timedelta(seconds=2),
        timedelta(seconds=1),
        timedelta(hours=-3),
        timedelta(minutes=1),
    ]
    for number, step in enumerate(steps * 2):
        clock.pass_by(seconds=step.total_seconds())
        for person in (7, ("telegram", "7")):
            expected = alone.take(person)
            assert shared[number % 2].take(person) is expected, number
            assert shared[(number + 1) % 2].seconds_left(person) == alone.seconds_left(person), number
    assert rate_limit(store, clock, "api read").take(7) is Pace.ANSWER  # of each kind by themselves
    assert shared[0].seconds_left("nobody") == 0


@several
def test_what_comes_to_several_at_once_is_counted_once_each(store: Store, clock: MovedClock) -> None:
    shared = [rate_limit(store, clock, "chat") for _ in range(4)]
    with ThreadPoolExecutor(8) as threads:
        paces = Counter(threads.map(lambda number: shared[number % 4].take("an"), range(80)))
    assert paces == {Pace.ANSWER: 20, Pace.ASK_TO_WAIT: 1, Pace.PASS_OVER: 59}


@several
def test_no_row_of_who_has_not_asked_lately_is_kept(
    store: Store, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ratelimit, "_SWEEP_EVERY", 10)
    limit = rate_limit(store, clock, "chat")
    assert isinstance(limit, SharedRateLimit)
    for person in range(100):
        limit.take(person)
        clock.pass_by(seconds=5)
    with store.read() as session:
        assert (session.scalar(select(func.count()).select_from(PaceRow)) or 0) <= 22
