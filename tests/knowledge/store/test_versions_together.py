"""Two who switch one plan at the same moment: one does, the other is told that it was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from bot.administration import cancel_switch, set_switch
from knowledge.errors import VersionError, VersionMovedError
from knowledge.store.audit import OPERATOR, PlanChange, Wanted, list_changes
from knowledge.store.catalog import list_plans
from knowledge.store.database import Store, generation
from knowledge.store.versions import (
    activate,
    discard,
    list_set,
    rollback,
    save_drafts,
    withdraw,
)
from tests.knowledge.store.meeting import meet
from tests.knowledge.store.papers import NOW, make_paper

pytestmark = pytest.mark.both_databases
ROUNDS = 5
"""Each meeting is repeated: the threads may happen to take turns."""


def switching(call: Callable[[], object]) -> list[bool]:
    """Makes the call twice at the same moment; which of the two did it."""
    return sorted(not each for each in meet(call, VersionMovedError))


def load(store: Store, number: int) -> int:
    """A new draft of plan 1; its version."""
    return save_drafts(store, [make_paper(titles=[f"Nhiệm vụ số {number}"])], now=NOW)[0].version


def live(store: Store) -> int | None:
    return list_plans(store)[0].live


def test_one_activates(store: Store) -> None:
    for number in range(1, ROUNDS + 1):
        version = load(store, number)
        assert switching(partial(activate, store, 1, now=NOW, version=version)) == [False, True]
        assert live(store) == version
        with store.read() as session:
            assert generation(session) == number


def test_one_takes_back_and_only_one_step(store: Store) -> None:
    for number in range(ROUNDS + 2):
        activate(store, 1, now=NOW, version=load(store, number))
    for number in range(ROUNDS + 2, 2, -1):
        assert live(store) == number
        assert switching(partial(rollback, store, 1, now=NOW, version=number)) == [False, True]
        assert live(store) == number - 1


def test_one_discards_and_a_newer_draft_stays(store: Store) -> None:
    for number in range(ROUNDS):
        version = load(store, number)
        assert switching(partial(discard, store, 1, now=NOW, version=version)) == [False, True]
    newer = load(store, ROUNDS)
    assert switching(partial(discard, store, 1, now=NOW, version=version)) == [False, False]
    assert switching(partial(activate, store, 1, now=NOW, version=version)) == [False, False]
    assert activate(store, 1, now=NOW).version == newer


def told(store: Store, change: PlanChange) -> int:
    """How often the history has it."""
    return sum(each.action == change for each in list_changes(store, Wanted(), limit=100)[0])


def test_one_withdraws_and_the_other_is_told(store: Store) -> None:
    version = load(store, 1)
    for number in range(1, ROUNDS + 1):
        activate(store, 1, now=NOW, version=version)
        call = partial(withdraw, store, 1, reason="chờ thay thế", by=1, now=NOW, version=version)
        did, heard = meet(call, VersionMovedError)
        assert (did, bool(heard)) == ("", True)
        assert (live(store), told(store, PlanChange.WITHDRAWN)) == (None, number)
    # Who means no version in particular hears that nothing is live.
    activate(store, 1, now=NOW, version=version)
    did, heard = meet(partial(withdraw, store, 1, reason="x", by=1, now=NOW), VersionError)
    assert (did, heard) == ("", "Kế hoạch này không đang dùng nên không có gì để rút.")


def test_one_calls_off_what_was_set_and_the_other_is_told(store: Store) -> None:
    version = load(store, 1)
    for number in range(1, ROUNDS + 1):
        made = set_switch(store, 1, NOW + timedelta(hours=number), by=OPERATOR, now=NOW, version=version)
        did, heard = meet(partial(cancel_switch, store, 1, by=OPERATOR, now=NOW, expected=made), VersionMovedError)
        assert (did, heard) == ("", "Kế hoạch này không có hẹn kích hoạt nào, hoặc hẹn ấy đã được xử lý.")
        assert (list_set(store), told(store, PlanChange.SWITCH_CANCELLED)) == ({}, number)
