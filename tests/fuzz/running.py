"""Reads mutated files, and looks for what they have done."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from ingest.isolation.limits import Limits
from ingest.isolation.reader import IsolatedReader
from knowledge.errors import PlanFileError
from tests.fuzz.materials import materials
from tests.fuzz.mutations import mutate
from tests.ingest.isolation.rooms import NOW, left_in, processes_of, wait_until_gone

LIMITS = Limits(seconds=5, patience=3, total_seconds=60)
"""A sample takes a tenth of a second; a mutation may make it fifty times as much work. A spoiled text layer
has each of its pages read by OCR: finished pages give more time, as they do for users."""
_SLACK = 5.0
"""Seconds beyond the limit: starting a child anew, on a busy machine."""


@dataclass
class Findings:
    """What came of the files."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0
    defects: dict[str, list[str]] = field(default_factory=dict)
    """Files that met a defect of ours, which the person is told in one sentence, by what and where."""
    ended: list[str] = field(default_factory=list)
    """Files that ended their reader."""


def fuzz(folder: Path, seeds: Sequence[int], keep: Path | None = None) -> Findings:
    """Reads one mutated file for each seed.

    Args:
        folder: for the data folder and the files.
        keep: where files that did harm are kept.

    Raises:
        AssertionError: a file broke out: no expected failure, over the time limit, or something left behind.
    """
    originals = materials(folder)
    found = Findings()
    home = folder / "dữ liệu"
    defects = _Defects()
    logging.getLogger("ingest.isolation.reader").addHandler(defects)
    with IsolatedReader(home, lambda: NOW, limits=LIMITS) as reader:
        for seed in seeds:
            chance = Random(seed)
            name, content = chance.choice(originals)
            spoiled = mutate(name, content, chance)
            path = folder / f"{seed} {name}"
            path.write_bytes(spoiled)
            outcome = _read(reader, path, found)
            found.outcomes[outcome] += 1
            for told in defects.take():
                found.defects.setdefault(told, []).append(path.name)
            if keep is not None and outcome in {"defect", "ended"}:
                keep.mkdir(exist_ok=True)
                (keep / path.name).write_bytes(spoiled)
            path.unlink()
    logging.getLogger("ingest.isolation.reader").removeHandler(defects)
    assert left_in(home) == []
    wait_until_gone(home)
    assert processes_of(home) == []
    return found


def _read(reader: IsolatedReader, path: Path, found: Findings) -> str:
    start = time.monotonic()
    outcome = "read"
    pages = 0

    def count(done: int, _: int) -> None:
        nonlocal pages
        pages = done

    try:
        reader.read(path, on_page=count)
    except PlanFileError as error:
        outcome = "refused"
        if "lỗi ngoài dự kiến" in error.sentence:
            outcome = "defect"
        if "để riêng" in error.sentence:
            outcome = "ended"
            found.ended.append(f"{path.name}: {error.detail}")
    took = time.monotonic() - start
    at_most = min(LIMITS.seconds * LIMITS.patience * (pages + 1), LIMITS.total_seconds) + _SLACK
    assert took < at_most, f"{path.name}: {took:.1f} s"
    found.slowest = max(found.slowest, took)
    return outcome


class _Defects(logging.Handler):
    """Where defects happened."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps what it was and where in our own code."""
        what, *frames = record.getMessage().splitlines()
        own = [line.strip() for line in frames if "/ingest/" in line or "/knowledge/" in line]
        self._told.append(f"{what.rpartition(': ')[2]} {own[-1] if own else ''}")

    def take(self) -> list[str]:
        """What has been told since the last time."""
        told, self._told = self._told, []
        return told
