"""Half a simulated year over the sample plans: what every person hears is what the rules say, no more and no less."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

from ingest.load import read_plan
from ingest.samples import sample_files
from knowledge.agencies import load_directory
from knowledge.deadlines import parse_deadline
from tests.bot.notify.scenario import Script, play


def test_every_occurrence_of_the_samples_is_reminded_as_the_rules_say(tmp_path: Path) -> None:
    directory = load_directory()
    drafts = {draft.name: draft for draft in (read_plan(path, directory) for path in sample_files())}
    rural = drafts["nong-thon-moi-2026"]
    unread = parse_deadline("Đợt 1 của dự án", plan_year=2026, issued=None)
    tasks = [replace(task, deadline=unread) if place % 3 == 0 else task for place, task in enumerate(rural.tasks)]
    for place, task in enumerate(tasks):
        if place % 3 == 1 and task.deadline.dates:
            early = f"Trước 7h30 ngày {task.deadline.dates[0]:%d/%m/%Y}"
            tasks[place] = replace(task, deadline=parse_deadline(early, plan_year=2026, issued=None))
    assert any("7h30" in task.deadline.phrase for task in tasks)
    script = Script(
        date(2026, 1, 1),
        date(2026, 6, 30),
        [
            (date(2026, 1, 1), drafts["462/UBND-NC"]),
            (date(2026, 1, 12), drafts["57/KH-UBND"]),
            (date(2026, 1, 20), replace(rural, tasks=tuple(tasks))),
            (date(2026, 2, 25), drafts["truyen-thong-2026"]),
        ],
        ("57/KH-UBND", date(2026, 3, 9), date(2026, 4, 20)),
        [(date(2026, 3, 24), date(2026, 3, 25)), (date(2026, 5, 11), date(2026, 5, 22))],
        {date(2026, 3, 2): {date(2026, 3, 27): False, date(2026, 3, 28): True}},
        [(date(2026, 5, 4), "462/UBND-NC")],
        people=45,
        offices=10,
        communes=3,
    )
    world = play(tmp_path / "dữ liệu", directory, script)
    world.close()
    assert world.differences[:40] == []
    said = Counter(said[2].split(":")[0].split(" ")[0] for _, said in world.heard)
    assert said.keys() == {
        "lead", "due", "overdue", "help", "leader", "follow", "digest", "unowned", "past", "removed", "moved",
        "missed", "undated", "followed", "checkin", "assigned", "unassigned", "over", "stand_in", "stand_in_over",
        "reminder_done", "reminder_reported", "reminder_confirmed", "reminder_returned", "transfer_asked",
        "transfer_kept", "transfer_moved", "transfer_received", "extension_asked", "extension_granted",
        "extension_declined",
    }  # fmt: skip
