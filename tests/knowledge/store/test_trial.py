"""The copy in which drafts are tried: all that answers need, without the papers' files; nothing of it stays."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from random import Random

import pytest
from sqlalchemy import select, text

from knowledge.store import trial
from knowledge.store.database import Store
from knowledge.store.keyword import find_damage, search
from knowledge.store.library import SqlLibrary
from knowledge.store.models import Base, PaperRow, ReadingFileRow, ReadingRow, table_of
from knowledge.store.papers import find_paper
from knowledge.store.trial import TrialError, trial_store
from knowledge.store.versions import activate, save_drafts
from knowledge.text import syllables
from tests.knowledge.store.papers import NOW, make_paper

pytestmark = pytest.mark.both_databases
_LIMIT = 2 << 20
_PAPER = b"%PDF" + Random(1).randbytes(3 << 20)
TITLES = ("Rà soát thủ tục hành chính", "Nâng cấp cổng dịch vụ công")


def _load(store: Store, *titles: str) -> None:
    """A draft with a paper larger than what may be copied."""
    content = _content(*titles)
    draft = replace(make_paper(titles=titles), digest=sha256(content).hexdigest())
    save_drafts(store, [draft], now=NOW, find_paper={draft.digest: content}.get)


def _content(*titles: str) -> bytes:
    return _PAPER + "".join(titles).encode()


def _rows(store: Store) -> dict[str, list[object]]:
    """Every table's rows, without the papers' contents, and what a word is found in."""
    left_out = table_of(PaperRow).c.content
    with store.read() as session:
        found: dict[str, list[object]] = {
            table.name: sorted(
                (tuple(row) for row in session.execute(select(*(each for each in table.c if each is not left_out)))),
                key=repr,
            )
            for table in Base.metadata.sorted_tables
        }
        found["found"] = [*search(session, syllables("thủ"), 10)]
        assert found["found"]
        return found


def _schema(store: Store) -> list[str]:
    with store.read() as session:
        return sorted(session.scalars(text("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")).all())


def test_everything_is_there_but_the_papers_files(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "LARGEST", _LIMIT)
    _load(store, *TITLES)
    activate(store, 1, now=NOW)
    before = _rows(store)
    with trial_store(store, [], NOW) as tried:
        assert _rows(tried) == before
        paper = find_paper(tried, 1, 1)
        assert paper is not None
        assert paper.content == b""
        if store.engine.dialect.name == "sqlite":
            assert _schema(tried) == _schema(store)
    own = find_paper(store, 1, 1)
    assert own is not None
    assert own.content == _content(*TITLES)


def test_files_that_wait_to_be_read_are_not_copied(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "LARGEST", _LIMIT)
    with store.write() as session:
        session.add(
            ReadingRow(
                id=7, loading=7, at=NOW, by=1, name="a.pdf", size=len(_PAPER), stage="waiting",
                tries=0, pages_read=0, pages=0, lines=[], gone=[],
            )
        )  # fmt: skip
        session.flush()
        session.add(ReadingFileRow(id=7, content=_PAPER))
    with trial_store(store, [], NOW) as tried, tried.read() as session:
        assert session.execute(select(ReadingFileRow.id, ReadingFileRow.content)).one() == (7, b"")


def test_what_waits_is_live_in_the_copy_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "LARGEST", _LIMIT)
    _load(store, *TITLES)
    activate(store, 1, now=NOW)
    _load(store, *TITLES, "Bồi dưỡng kỹ năng số")
    with trial_store(store, [1], NOW) as tried:
        assert [each.task.title for each in SqlLibrary(tried).tasks()] == [*TITLES, "Bồi dưỡng kỹ năng số"]
        with tried.write() as session:
            assert find_damage(session) is None
    assert [each.task.title for each in SqlLibrary(store).tasks()] == [*TITLES]


def test_a_store_that_is_too_large_without_them_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _load(store, *TITLES)
    monkeypatch.setattr(trial, "LARGEST", 100 << 10)
    with pytest.raises(TrialError, match="lớn nên không thử trước được"), trial_store(store, [1], NOW):
        pass
