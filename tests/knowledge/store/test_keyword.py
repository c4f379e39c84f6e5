"""Both keyword indexes find the same with the same scores, whatever was switched, corrected and taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from ingest.load import read_plan
from ingest.samples import sample_files
from knowledge.agencies import load_directory
from knowledge.store import keyword
from knowledge.store.corrections import Cells, edit_task
from knowledge.store.database import Store, open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate_many, save_drafts, withdraw
from knowledge.text import syllables
from tests.databases import Server
from tests.knowledge.store.papers import NOW, make_paper

QUESTIONS = Path(__file__).parents[2] / "samples" / "questions.jsonl"


@pytest.fixture
def stores(postgresql_server: Server, tmp_path: Path) -> Iterator[list[Store]]:
    """One on each database with the sample plans."""
    addresses = f"sqlite:///{tmp_path / 'kehoach.db'}", postgresql_server.database_of(tmp_path)
    directory = load_directory()
    drafts = [read_plan(path, directory) for path in sample_files()]
    with ExitStack() as stack:
        opened = [stack.enter_context(open_store(each, data=None)) for each in addresses]
        for store in opened:
            saved = save_drafts(store, drafts, now=NOW)
            activate_many(store, [each.plan_id for each in saved], now=NOW)
        yield opened


def live_plans(store: Store) -> list[int]:
    library = SqlLibrary(store)
    plans = [plan.id for plan in library.plans()]
    library.close()
    return plans


def found(store: Store) -> list[list[tuple[int, float]]]:
    """What each question finds, in all plans and in one, alone and among many others; also with more words."""
    first = live_plans(store)[:1]
    plans = [first, [*first, *range(10_000, 10_020)]]
    library = SqlLibrary(store)
    hits = [
        library.keyword(syllables(json.loads(line)["q"]), 40, within, more)
        for line in QUESTIONS.read_text().splitlines()
        for within in (None, *plans)
        for more in ((), syllables("tiến độ báo cáo"))
    ]
    library.close()
    return [[(hit.passage_id, round(hit.score, 9)) for hit in each] for each in hits]


def test_the_same_is_found_with_the_same_scores(stores: list[Store]) -> None:
    def same() -> None:
        first, second = map(found, stores)
        assert first == second
        assert sum(map(len, first)) > 1000

    same()
    for store in stores:
        first = live_plans(store)[0]
        saved = save_drafts(store, [make_paper(file="Kế hoạch khác.docx")], now=NOW)
        activate_many(store, [each.plan_id for each in saved], now=NOW)
        library = SqlLibrary(store)
        corrected = Cells(title="Báo cáo, báo cáo kỹ năng số")
        edit_task(store, library.tasks()[0].id, corrected, reason="thử", by=0, now=NOW, directory=load_directory())
        library.close()
        withdraw(store, first, reason="thử", by=0, now=NOW)
    same()
    for store in stores:
        with store.read() as session:
            assert keyword.find_damage(session) is None
        before = found(store)
        with store.write() as session:
            keyword.rebuild(session)
        assert found(store) == before


def test_in_how_many_passages_a_term_stands_is_kept_right(stores: list[Store]) -> None:
    def counted(store: Store) -> dict[str, int]:
        with store.read() as session:
            return {row.term: row.doc for row in session.execute(text("SELECT term, doc FROM keyword_terms"))}

    for store in stores:
        withdraw(store, live_plans(store)[0], reason="thử", by=0, now=NOW)
        kept = counted(store)
        with store.write() as session:
            keyword.rebuild(session)
        assert counted(store) == kept
    assert counted(stores[0]) == counted(stores[1])
    assert len(counted(stores[0])) > 1000
