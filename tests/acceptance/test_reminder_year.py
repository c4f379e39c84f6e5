"""A simulated year over the real plans: what 300 people of 40 agencies hear is what the rules say."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from ingest.load import read_plan
from knowledge.agencies import load_directory
from knowledge.records import PlanDraft
from tests.bot.notify.scenario import Script, play
from tests.shared import SHARED

pytestmark = pytest.mark.acceptance

DIRECTORY = load_directory()
ANSWERED = {
    "reminder_done", "reminder_reported", "reminder_confirmed", "reminder_returned", "transfer_asked",
    "transfer_moved", "transfer_received", "extension_asked", "extension_granted", "extension_declined",
}  # fmt: skip
"""What people hear of what others report, ask and decide."""


def drafts() -> dict[str, PlanDraft]:
    """The plans by the beginning of their files' names."""
    assert SHARED is not None
    return {
        path.name[:3]: read_plan(path, DIRECTORY) for path in sorted((SHARED / "plans" / "hung-yen").glob("*.txt"))
    }


def test_the_year_2026(tmp_path: Path) -> None:
    read = drafts()
    script = Script(
        date(2026, 1, 1),
        date(2026, 12, 31),
        [
            (date(2026, 1, 2), read["004"]),
            (date(2026, 1, 5), read["000"]),
            (date(2026, 1, 6), read["001"]),
            (date(2026, 1, 12), read["003"]),
            (date(2026, 5, 11), read["002"]),
        ],
        (read["002"].name, date(2026, 12, 14), date(2026, 12, 28)),
        [(date(2026, 6, 9), date(2026, 6, 10)), (date(2026, 9, 28), date(2026, 10, 9))],
        {date(2026, 4, 1): {date(2026, 6, 12): False, date(2026, 6, 20): True}},
        [(date(2026, 8, 3), read["001"].name)],
    )
    world = play(tmp_path / "dữ liệu", DIRECTORY, script)
    world.close()
    assert world.differences[:40] == []
    said = Counter(said[2].split(":")[0].split(" ")[0] for _, said in world.heard)
    assert {"lead", "due", "overdue", "help", "leader", "follow", "digest", "unowned", "past"} <= said.keys()
    assert said.keys() >= ANSWERED


def test_the_plan_of_2022_in_its_year(tmp_path: Path) -> None:
    read = drafts()["001"]
    script = Script(
        date(2022, 1, 4),
        date(2022, 5, 31),
        [(date(2022, 1, 4), read)],
        (read.name, date(2022, 3, 9), date(2022, 4, 18)),
        [(date(2022, 2, 17), date(2022, 2, 18))],
        {date(2022, 3, 1): {date(2022, 3, 25): False, date(2022, 3, 26): True}},
    )
    world = play(tmp_path / "dữ liệu", DIRECTORY, script)
    world.close()
    assert world.differences[:40] == []
    said = Counter(said[2].split(":")[0].split(" ")[0] for _, said in world.heard)
    assert {
        "lead",
        "due",
        "overdue",
        "help",
        "leader",
        "follow",
        "digest",
        "unowned",
        "moved",
        "removed",
    } <= said.keys()
