"""Known killers: read or refused within seconds and a gigabyte, whatever the readers make of them."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest

from ingest.isolation.reader import IsolatedReader
from tests.bot.papers import write_plan
from tests.bot.running import ROOT, kehoach
from tests.ingest.isolation.rooms import NOW, left_in, wait_until_gone
from tests.killers import KILLERS, duties, picture_in_a_drawing, two_flate_layers

pytestmark = pytest.mark.slow

SECONDS = 4

READ = f"""
import json, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from ingest.isolation.limits import Limits
from ingest.isolation.reader import IsolatedReader
from knowledge.errors import PlanFileError

passages, sentence = 0, ""
limits = Limits(seconds={SECONDS}, patience=3)
with IsolatedReader(Path(sys.argv[1]), lambda: datetime(2026, 3, 2, tzinfo=UTC), limits=limits) as reader:
    try:
        passages = len(reader.read(Path(sys.argv[2])).passages)
    except PlanFileError as error:
        sentence = error.sentence
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([passages, sentence, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""
"""Reads a file in a process that has had no other child: the largest child is told of a process's whole life."""


@pytest.mark.parametrize("name", KILLERS)
def test_a_killer_costs_no_more_than_the_limits(tmp_path: Path, name: str) -> None:
    KILLERS[name](path := tmp_path / name)
    command = [sys.executable, "-c", READ, str(tmp_path / "dữ liệu"), str(path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    passages, sentence, computed, kilobytes = json.loads(run.stdout)
    assert passages or sentence.endswith((".", "--again"))
    assert computed < SECONDS + 2
    assert kilobytes < 1_000_000
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


def test_eight_thousand_duties_are_all_read_in_a_few_seconds(tmp_path: Path) -> None:
    """How many seconds depends on the machine, so they are counted in a fixed piece of work of about one second."""
    duties(path := tmp_path / "nhiều việc.txt")
    text = path.read_text(encoding="utf-8")
    before = _fixed_work(text)
    started = _computed()
    with IsolatedReader(tmp_path / "dữ liệu", lambda: NOW) as reader:
        assert len(reader.read(path).tasks) == 8_000
    took = _computed() - started
    # Eight to ten of them as this is written; a way of reading that grows with the square takes hundreds.
    assert took < 14 * max(before, _fixed_work(text))


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


def _fixed_work(text: str) -> float:
    """Seconds of processor for cutting a text into words ten times."""
    started = time.process_time()
    for line in text.splitlines() * 10:
        words = re.findall(r"\w+", unicodedata.normalize("NFD", line).casefold())
        assert len({word: word.isdigit() for word in words}) <= len(line)
    return time.process_time() - started


def _computed() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
