"""How fast one may ask, on a clock that the test moves."""

from __future__ import annotations

from bot.people.ratelimit import Pace, RateLimit
from tests.bot.people.conftest import MovedClock


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
