"""Two who switch one plan at the same moment: one does, the other is told that it was done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

from knowledge.errors import VersionMovedError
from knowledge.store.catalog import list_plans
from knowledge.store.database import Store, generation
from knowledge.store.versions import activate, discard, rollback, save_drafts
from tests.knowledge.store.papers import NOW, make_paper

pytestmark = pytest.mark.both_databases
ROUNDS = 5
"""Each meeting is repeated: the threads may happen to take turns."""


def meet(call: Callable[[], object]) -> list[bool]:
    """Makes the call twice at the same moment; which of the two did it."""
    barrier = Barrier(2)

    def go(_: int) -> bool:
        barrier.wait()
        try:
            call()
        except VersionMovedError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(go, range(2)))


def load(store: Store, number: int) -> int:
    """A new draft of plan 1; its version."""
    return save_drafts(store, [make_paper(titles=[f"Nhiệm vụ số {number}"])], now=NOW)[0].version


def live(store: Store) -> int | None:
    return list_plans(store)[0].live


def test_one_activates(store: Store) -> None:
    for number in range(1, ROUNDS + 1):
        version = load(store, number)
        assert meet(partial(activate, store, 1, now=NOW, version=version)) == [False, True]
        assert live(store) == version
        with store.read() as session:
            assert generation(session) == number


def test_one_takes_back_and_only_one_step(store: Store) -> None:
    for number in range(ROUNDS + 2):
        activate(store, 1, now=NOW, version=load(store, number))
    for number in range(ROUNDS + 2, 2, -1):
        assert live(store) == number
        assert meet(partial(rollback, store, 1, now=NOW, version=number)) == [False, True]
        assert live(store) == number - 1


def test_one_discards_and_a_newer_draft_stays(store: Store) -> None:
    for number in range(ROUNDS):
        version = load(store, number)
        assert meet(partial(discard, store, 1, now=NOW, version=version)) == [False, True]
    newer = load(store, ROUNDS)
    assert meet(partial(discard, store, 1, now=NOW, version=version)) == [False, False]
    assert meet(partial(activate, store, 1, now=NOW, version=version)) == [False, False]
    assert activate(store, 1, now=NOW).version == newer
