"""The questions on the five real plans are answered in the same words on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import HANOI
from ingest.load import read_plan
from knowledge.agencies import load_directory
from knowledge.qa.asking import Assistant
from knowledge.qa.evaluation import asking_day
from knowledge.qa.query.lexicon import load_lexicon
from knowledge.store.database import Store, open_store
from knowledge.store.library import SqlLibrary
from knowledge.store.versions import activate_many, save_drafts
from tests.databases import Server
from tests.reading import read_lines
from tests.shared import SHARED

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

NOW = datetime(2026, 11, 20, 8, tzinfo=HANOI)


def test_every_answer_is_the_same(postgresql_server: Server, tmp_path: Path) -> None:
    assert SHARED is not None
    directory, lexicon = load_directory(), load_lexicon()
    drafts = [read_plan(path, directory) for path in sorted((SHARED / "plans" / "hung-yen").iterdir())]
    questions = read_lines(SHARED / "eval" / "questions.jsonl")

    def answers(store: Store) -> list[tuple[str, str]]:
        saved = save_drafts(store, drafts, now=NOW)
        activate_many(store, [each.plan_id for each in saved], now=NOW)
        library = SqlLibrary(store)
        assistant = Assistant(library, directory, lexicon)
        try:
            return [
                (each["q"], assistant.ask(each["q"], turns=each.get("turns") or (), as_of=asking_day(each)).text)
                for each in questions
            ]
        finally:
            library.close()

    with open_store(f"sqlite:///{tmp_path / 'kehoach.db'}", data=None) as store:
        wanted = answers(store)
    with open_store(postgresql_server.database_of(tmp_path), data=None) as store:
        assert answers(store) == wanted
    assert len(wanted) == 100
