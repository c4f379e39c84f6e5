"""Known killers: read or refused within seconds and a gigabyte, whatever the readers make of them."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from ingest.isolation.limits import Limits
from ingest.isolation.reader import IsolatedReader
from knowledge.errors import PlanFileError
from tests.bot.papers import write_plan
from tests.bot.running import kehoach
from tests.ingest.isolation.rooms import NOW, left_in, wait_until_gone
from tests.killers import KILLERS, duties, picture_in_a_drawing, two_flate_layers

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", KILLERS)
def test_a_killer_costs_no_more_than_the_limits(tmp_path: Path, name: str) -> None:
    KILLERS[name](path := tmp_path / name)
    limits = Limits(seconds=4, patience=3)
    with IsolatedReader(tmp_path / "dữ liệu", lambda: NOW, limits=limits) as reader:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            assert reader.read(path).passages
        except PlanFileError as error:
            assert error.sentence.endswith((".", "--again"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < limits.seconds + 2
    assert after.ru_maxrss < 1_000_000
    assert left_in(tmp_path / "dữ liệu") == []
    wait_until_gone(tmp_path / "dữ liệu")


def test_what_stands_beside_killers_loads(tmp_path: Path) -> None:
    folder, home = tmp_path / "đến", tmp_path / "dữ liệu"
    folder.mkdir()
    two_flate_layers(folder / "a.pdf")
    picture_in_a_drawing(folder / "b.xlsx")
    write_plan(folder / "c.md")
    (folder / "d.docx").write_bytes(b"PK")
    run = kehoach(home, "load", folder, "--activate")
    assert run.code == 1
    assert "✓ c.md: 12/KH-UBND, bản 1 (đang dùng)." in run.out.splitlines()
    assert run.err.startswith("✗ a.pdf: ")
    assert run.err.splitlines()[-1].startswith("✗ d.docx: ")
    assert left_in(home) == []


def test_eight_thousand_duties_are_all_read_in_eight_seconds(tmp_path: Path) -> None:
    duties(path := tmp_path / "nhiều việc.txt")
    before = _computed()
    with IsolatedReader(tmp_path / "dữ liệu", lambda: NOW) as reader:
        assert len(reader.read(path).tasks) == 8_000
    assert _computed() - before < 8


def test_time_grows_as_the_paper_does(tmp_path: Path) -> None:
    """Three times the lines take three times as long, not nine times."""
    took = []
    with IsolatedReader(tmp_path / "dữ liệu", lambda: NOW) as reader:
        for lines in (2_000, 6_000):
            path = tmp_path / f"{lines}.txt"
            text = "các cơ quan tiếp tục thực hiện việc kiểm kê hồ sơ của từng tổ và\n" * lines
            path.write_text(f"KẾ HOẠCH\n{text}", encoding="utf-8")
            reader.read(path)
            start = time.monotonic()
            reader.read(path)
            took.append(time.monotonic() - start)
    assert took[1] < took[0] * 6


def _computed() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
