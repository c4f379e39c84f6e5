"""Two at once on one database file: exactly one wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest

from bot.people.members import ImportResult, ImportRow, People, Role
from bot.people.records import CodeError, DecidedError, LastAdministratorError, PeopleError
from bot.tracking.forgetting import forget_reminded
from knowledge.agencies import Directory
from knowledge.store.database import open_store
from tests.bot.people.conftest import MovedClock, telegram, zalo

ROUNDS = 5
"""Each meeting is repeated: the threads may happen to take turns."""


@pytest.fixture
def others(
    tmp_path: Path, people: People, clock: MovedClock, directory: Directory
) -> Iterator[tuple[People, People]]:
    """Two programs, each with the file of `people` open for itself."""
    people.appoint([telegram(1), zalo("second")])
    data = tmp_path / "dữ liệu"
    with open_store(data=data) as one, open_store(data=data) as other:
        yield (
            People(one, clock, directory, erase=forget_reminded),
            People(other, clock, directory, erase=forget_reminded),
        )


def meet(calls: Sequence[Callable[[], object]]) -> tuple[list[object], list[PeopleError]]:
    """Makes the calls at the same moment; what they gave, and what they raised."""
    barrier = Barrier(len(calls))

    def go(call: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return call()
        except PeopleError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        ended = list(pool.map(go, calls))
    return [e for e in ended if not isinstance(e, PeopleError)], [e for e in ended if isinstance(e, PeopleError)]


def test_two_administrators_answer_one_request(people: People, others: tuple[People, People]) -> None:
    one, other = others
    for number in range(ROUNDS):
        asked = people.request(telegram(100 + number), "Lan", "Sở Nội vụ").id
        done, told = meet([partial(one.approve, asked, 1), partial(other.reject, asked, 2)])
        assert (len(done), [type(error) for error in told]) == (1, [DecidedError])
        approved = people.find(telegram(100 + number)) is not None
        assert ("duyệt" if approved else "từ chối") in told[0].sentence


def test_two_approvals_make_one_member(people: People, others: tuple[People, People]) -> None:
    for number in range(ROUNDS):
        asked = people.request(telegram(100 + number), "Lan", "Sở Nội vụ").id
        done, told = meet([partial(each.approve, asked, by) for by, each in enumerate(others, 1)])
        assert (len(done), [type(error) for error in told]) == (1, [DecidedError])
    assert len(people.list(role=Role.STAFF)) == ROUNDS


def test_an_invitation_lets_one_of_two_in(people: People, others: tuple[People, People]) -> None:
    for number in range(ROUNDS):
        code = people.invite("Sở Tư pháp", Role.STAFF, None).code
        senders = [zalo(f"a{number}"), zalo(f"b{number}")]
        done, told = meet([partial(e.redeem, code, s) for e, s in zip(others, senders, strict=True)])
        assert [people.find(sender) for sender in senders if people.find(sender)] == done
        assert (len(done), [type(error) for error in told]) == (1, [CodeError])


def test_a_link_tapped_twice_at_once_makes_one_member(people: People, others: tuple[People, People]) -> None:
    code = people.invite("Sở Tư pháp", Role.STAFF, None).code
    done, told = meet([partial(each.redeem, code, zalo("lan")) for each in others])
    assert (len(done), done[0] == done[1], told) == (2, True, [])
    assert len(people.list(role=Role.STAFF)) == 1


def test_a_joining_code_takes_one_of_two_accounts(people: People, others: tuple[People, People]) -> None:
    lan = people.redeem(people.invite("Sở Tư pháp", Role.STAFF, None).code, telegram(77))
    for number in range(ROUNDS):
        code = people.join_code(lan)
        calls = [partial(each.join, code, zalo(f"{who}{number}")) for who, each in zip("ab", others, strict=True)]
        done, told = meet(calls)
        assert (done, [type(error) for error in told]) == ([lan], [CodeError])
    assert len(people.channels_of(lan.id)) == 1 + ROUNDS


def test_two_administrators_cannot_both_go(people: People, others: tuple[People, People]) -> None:
    one, other = others
    for _ in range(ROUNDS):
        done, told = meet([partial(one.switch_off, 2, None), partial(other.switch_off, 1, None)])
        assert (len(done), [type(error) for error in told]) == (1, [LastAdministratorError])
        left = people.administrators()
        assert len(left) == 1
        people.switch_on(3 - left[0].id, left[0].id)


def test_two_programs_that_start_at_once_appoint_once(people: People, others: tuple[People, People]) -> None:
    meet([partial(each.appoint, [telegram(5)]) for each in others])
    assert len(people.administrators()) == 3


def test_a_file_imported_twice_at_once_is_taken_once(others: tuple[People, People]) -> None:
    rows = [ImportRow(line, f"Người {line}", "Sở Nội vụ", "staff", f"zalo:n{line}") for line in range(2, 40)]
    done, told = meet([partial(each.import_rows, rows) for each in others])
    assert told == []
    assert {ImportResult(38, 0, 0), ImportResult(0, 0, 38)} == set(done)
