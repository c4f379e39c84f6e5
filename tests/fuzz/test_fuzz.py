"""A hundred mutated files: none breaks out, none ends its reader, nothing is left behind."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.fuzz.mutations import mutate
from tests.fuzz.running import fuzz


def test_a_hundred_mutated_files(tmp_path: Path) -> None:
    found = fuzz(tmp_path, range(100))
    assert found.ended == []
    assert found.outcomes["read"] > 10
    assert found.outcomes["refused"] > 10


def test_the_same_seed_makes_the_same_file() -> None:
    content = "KẾ HOẠCH\nSở Y tế báo cáo trước ngày 15/6/2026\n".encode()
    assert mutate("a.txt", content, Random(7)) == mutate("a.txt", content, Random(7))
