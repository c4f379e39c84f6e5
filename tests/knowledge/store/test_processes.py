"""Several processes on one database: who is alive, and who has what only one may have."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from knowledge.store.database import Store, open_store
from knowledge.store.processes import SILENT, ServiceProcess, running_processes
from tests.databases import Server, fall_silent

POLL, PLAN = "poll:zalo", "reminders"


@pytest.fixture
def address(postgresql_server: Server, tmp_path: Path) -> str:
    return postgresql_server.database_of(tmp_path)


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address, data=None) as opened:
        yield opened


def test_a_lease_is_one_process_s_until_it_leaves(store: Store) -> None:
    one, other = ServiceProcess(store, "worker"), ServiceProcess(store, "worker")
    assert one.beat([POLL]).leases == {POLL}
    assert other.beat([POLL, PLAN]).leases == {PLAN}
    assert one.beat([POLL, PLAN]).leases == {POLL}
    one.leave()
    assert other.beat([POLL, PLAN]).leases == {POLL, PLAN}


def test_what_a_silent_one_had_is_free_and_stays_with_who_took_it(
    store: Store, postgresql_server: Server, address: str
) -> None:
    one, other = ServiceProcess(store, "worker"), ServiceProcess(store, "worker")
    one.beat([POLL])
    fall_silent(postgresql_server, address, one, SILENT / 2)
    assert other.beat([POLL]).leases == set()
    fall_silent(postgresql_server, address, one)
    assert other.beat([POLL]).leases == {POLL}
    assert one.beat([POLL]).leases == set()


def test_a_lease_that_nobody_has_is_told(store: Store, postgresql_server: Server, address: str) -> None:
    web, worker = ServiceProcess(store, "web", sends=False), ServiceProcess(store, "worker")
    assert web.beat([], [POLL]).vacant == {POLL}
    worker.beat([POLL])
    assert web.beat([], [POLL]).vacant == set()
    fall_silent(postgresql_server, address, worker)
    assert web.beat([], [POLL]).vacant == {POLL}


def test_those_that_send_are_counted_and_an_operator_sees_all(store: Store) -> None:
    processes = [
        ServiceProcess(store, "worker"),
        ServiceProcess(store, "web", sends=False),
        ServiceProcess(store, "all"),
    ]
    assert [each.beat().workers for each in processes] == [1, 1, 2]
    with store.read() as session:
        assert [role for role, _ in running_processes(session)] == ["worker", "web", "all"]
    processes[0].leave()
    assert processes[1].beat().workers == 1


def test_of_many_at_once_one_gets_it(address: str) -> None:
    """Each from a connection of its own, as processes have."""
    with ExitStack() as opened:
        processes = [ServiceProcess(opened.enter_context(open_store(address, data=None)), "worker") for _ in range(6)]
        got: list[bool] = []
        start = threading.Barrier(len(processes))

        def race(process: ServiceProcess) -> None:
            start.wait()
            got.append(POLL in process.beat([POLL]).leases)

        for _ in range(10):
            got.clear()
            threads = [threading.Thread(target=race, args=[each]) for each in processes]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
            assert sum(got) == 1
            for process in processes:
                process.leave()


def test_a_beat_waits_for_no_other_writer(store: Store) -> None:
    """A plan of thousands of tasks is written for longer than a process may be silent."""
    process = ServiceProcess(store, "worker")
    with store.write():
        assert process.beat([POLL]).leases == {POLL}


def test_who_never_spoke_or_left_is_not_alive(store: Store) -> None:
    process = ServiceProcess(store, "worker")
    alive = [process.is_alive]
    process.beat()
    alive.append(process.is_alive)
    process.leave()
    alive.append(process.is_alive)
    assert alive == [False, True, False]
