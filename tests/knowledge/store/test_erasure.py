"""What is erased leaves no byte in the database's files, however often pages were laid out anew before."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import delete, text

from knowledge.store.database import Store
from knowledge.store.doctor import doctor_report
from knowledge.store.erasure import erase_traces, note_erasure
from knowledge.store.models import FeedbackRow, SettingRow
from knowledge.store.versions import activate, save_drafts
from tests.knowledge.store.papers import NOW, make_paper

pytestmark = pytest.mark.sqlite  # a server cleans its own files, which are not ours to read


def files(store: Store) -> bytes:
    assert store.data is not None
    return b"".join((store.data / name).read_bytes() for name in ("kehoach.db", "kehoach.db-wal"))


def write(store: Store, person: int, length: int) -> None:
    said = f"người {person:03}; " * length
    with store.write() as session:
        session.add(
            FeedbackRow(at=NOW, verdict="wrong", question=said, turns=[], status="answered", answer="", evidence=[])
        )


def erase(store: Store, person: int) -> None:
    with store.write() as session:
        session.execute(delete(FeedbackRow).where(FeedbackRow.question.startswith(f"người {person:03}")))
        note_erasure(session)


@pytest.mark.parametrize("seed", range(3))
def test_no_byte_stays_and_all_else_does(store: Store, seed: int) -> None:
    dice = random.Random(seed)
    save_drafts(store, [make_paper()], now=NOW)
    activate(store, "57", now=NOW)
    for _ in range(300):
        write(store, dice.randrange(20), dice.choice((1, 5, 20, 900)))
    for person in range(10):
        erase(store, person)
    assert erase_traces(store)
    left = files(store)
    assert [f"người {person:03}".encode() in left for person in range(20)] == [False] * 10 + [True] * 10
    assert [finding.sentence for finding in doctor_report(store) if not finding.ok] == []


def test_only_where_something_was_erased(store: Store) -> None:
    write(store, 1, 5)
    with store.write() as session:
        session.execute(delete(FeedbackRow))
    before = files(store)
    assert erase_traces(store)
    assert files(store) == before
    erase(store, 1)
    assert erase_traces(store)
    with store.read() as session:
        assert session.get(SettingRow, "erased") is None


def test_with_a_reader_in_the_way_it_is_done_the_next_time(store: Store) -> None:
    write(store, 7, 50)
    with store.read() as reading:
        reading.execute(text("SELECT count(*) FROM feedback")).all()
        erase(store, 7)
        assert not erase_traces(store, wait=0.01)
        assert "người 007".encode() in files(store)
    assert erase_traces(store)
    assert "người 007".encode() not in files(store)


def test_a_writer_in_the_way_is_passed_by(store: Store) -> None:
    write(store, 7, 50)
    erase(store, 7)
    with store.write() as writing:
        writing.execute(text("SELECT 1"))
        assert not erase_traces(store, wait=0.01)
    assert erase_traces(store)
    assert "người 007".encode() not in files(store)
