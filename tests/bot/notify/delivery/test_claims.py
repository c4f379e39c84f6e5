"""Claims with leases: several workers, and clocks that are moved."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.channels.contract import Address, ChannelName, Reply, Sender, Sent, TryAgainError
from bot.clock import HANOI
from bot.notify import claims
from bot.tracking.records import Recipient
from tests.bot.notify.delivering import AN, MORNING, Line, Office, deliver_all, worker


async def test_a_clock_that_is_moved_harms_nothing(office: Office) -> None:
    an, line = office.add_person(AN), Line(ChannelName.TELEGRAM, TryAgainError(""))
    office.add_row(an, office.add_occurrence())
    ahead = datetime(2026, 11, 27, 8, tzinfo=HANOI)
    deliverer = worker(office, line)
    await deliver_all(deliverer, ahead)  # put back to a moment that is still far off
    await deliver_all(deliverer, MORNING)
    assert len(line.posted) == 1
    assert [state for _, state, _ in office.states()] == ["sent"]
    await deliver_all(deliverer, ahead)
    assert len(line.posted) == 1


def test_a_lease_from_a_clock_that_was_ahead_is_not_waited_for(office: Office) -> None:
    office.add_row(Recipient(5), 0, "a")
    with office.store.write() as session:
        assert claims.claim(session, MORNING + timedelta(hours=5), "một") is not None
        assert claims.claim(session, MORNING, "hai") is not None
        assert claims.claim(session, MORNING, "ba") is None


def test_a_claim_is_one_workers_until_its_lease_ends(office: Office) -> None:
    row = office.add_row(Recipient(5), 0, "a")
    office.add_row(Recipient(5), 0, "b", send_at=MORNING + timedelta(seconds=5))
    with office.store.write() as session:
        first = claims.claim(session, MORNING, "một")
        assert first is not None
        assert first.ids == (row,)
        assert claims.claim(session, MORNING + timedelta(seconds=30), "hai") is None
        assert claims.renew(session, first, MORNING + timedelta(seconds=30))
        assert claims.claim(session, MORNING + timedelta(seconds=70), "hai") is None
        second = claims.claim(session, MORNING + timedelta(seconds=91), "hai")
        assert second is not None
        assert [item.name for item in second.items] == ["a", "b"]
        assert not claims.mark_sent(session, first, "telegram", "1", MORNING)
        assert claims.mark_sent(session, second, "telegram", "2", MORNING)


def test_two_writing_processes_claim_no_row_twice(office: Office) -> None:
    for number in range(20):
        office.add_row(Recipient(number + 1), 0, "a")
    seen: list[int] = []
    other = Office(office.home)
    for turn in range(30):
        with (office if turn % 2 else other).store.write() as session:
            batch = claims.claim(session, MORNING, f"{turn % 2}")
            seen += batch.ids if batch else ()
    other.close()
    assert len(seen) == len(set(seen)) == 20


SHIFTS = [timedelta(hours=hours) for hours in (-7, -3, -1, 1, 3, 24, 50)]


@pytest.mark.parametrize("shift", SHIFTS, ids=str)
@pytest.mark.parametrize("retry_after", [None, 40.0], ids=["unreachable", "busy"])
async def test_a_clock_moved_by_hours_loses_nothing_and_repeats_nothing(
    office: Office, shift: timedelta, retry_after: float | None
) -> None:
    """Some have gone, some were put back and one was with a worker that died when the clock was moved."""
    noon = datetime(2026, 11, 26, 12, tzinfo=HANOI)
    number = office.add_occurrence()
    people = [office.add_person(Sender(ChannelName.TELEGRAM, str(chat))) for chat in range(20)]
    for person in people:
        office.add_row(person, number, "later:2026-11-26", send_at=noon - timedelta(minutes=1))
    line = Line(ChannelName.TELEGRAM, *[TryAgainError("", retry_after=retry_after)] * 2)
    before = worker(office, line)
    for _ in range(8):
        await before.try_deliver_one(noon)
    with office.store.write() as session:
        assert claims.claim(session, noon, "one that died") is not None
    now = noon + shift
    workers = [before, worker(office, line)]  # one goes on, one is started after
    end = max(now, noon) + timedelta(days=4)
    while now < end and {state for _, state, _ in office.states()} != {"sent"}:
        for each in workers:
            await each.try_deliver_one(now)
        now += timedelta(minutes=15)
    assert {state for _, state, _ in office.states()} == {"sent"}
    assert sorted(int(chat) for chat, _ in line.posted) == [*range(20)]


async def test_a_clock_moved_back_while_a_message_is_sent(office: Office) -> None:
    """The worker's own moments count from its claim: the mark is made, and nobody sends it again."""
    an, clock = office.add_person(AN), [MORNING + timedelta(hours=4)]
    office.add_row(an, office.add_occurrence())

    class Turning(Line):
        async def send(self, address: Address, reply: Reply) -> Sent:
            clock[0] -= timedelta(hours=3)
            assert not await deliverer.try_deliver_one(clock[0])
            return await super().send(address, reply)

    line = Turning()
    deliverer = worker(office, line)
    await deliver_all(deliverer, clock[0])
    await deliver_all(deliverer, clock[0])
    assert [state for _, state, _ in office.states()] == ["sent"]
    assert len(line.posted) == 1
