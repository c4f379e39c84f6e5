"""Task objects as commands write them: what the paper says, and how far each agency is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.app import App
from knowledge.library import LiveTask
from knowledge.objects import Json, progress_json, task_json


def task_objects(app: App, found: Sequence[LiveTask]) -> Iterator[Json]:
    """The Task object of each task, with its `progress`."""
    tracked: dict[int | None, list[Json]] = {}
    plans = {task.plan.id for task in found} & app.tracking.tracked()
    for each in app.tracking.find(app.library, app.today, plans=plans) if plans else ():
        tracked.setdefault(each.task, []).append(progress_json(each))
    for task in found:
        yield {**task_json(task, app.today), "progress": tracked.get(task.id, [])}
