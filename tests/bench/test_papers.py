"""The plans of the benchmark are as many different plans as it says."""

from __future__ import annotations

from pathlib import Path

from ingest.load import read_plan
from knowledge.agencies import load_directory
from tests.bench.papers import make_papers


def test_copies_are_different_plans_of_the_same_size(tmp_path: Path) -> None:
    make_papers(tmp_path / "giấy", 3)
    directory = load_directory()
    drafts = [read_plan(path, directory) for path in sorted((tmp_path / "giấy").iterdir())]
    assert len(drafts) == 12
    assert len({draft.name for draft in drafts}) == 12
    assert len({draft.digest for draft in drafts}) == 12
    by_kind = {suffix: [d for d in drafts if d.file.endswith(suffix)] for suffix in (".txt", ".docx", ".md", ".xlsx")}
    for copies in by_kind.values():
        assert len({len(draft.tasks) for draft in copies}) == 1
        assert len({draft.metadata.title for draft in copies}) == 3
        assert len({draft.tasks[0].lead for draft in copies}) == 1
