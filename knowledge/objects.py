"""JSON objects of the product's contracts: a task and its source."""

from __future__ import annotations

from datetime import date
from typing import Any

from knowledge.correcting import told_value, value_of
from knowledge.doubts import FIELDS, doubts_of
from knowledge.library import LiveTask
from knowledge.progress import TaskProgress
from knowledge.records import Source

Json = dict[str, Any]


def horizon(today: date) -> date:
    """Up to where recurring duties are spelled out: the end of the year after the current one."""
    return date(today.year + 1, 12, 31)


def task_json(live: LiveTask, today: date) -> Json:
    """The Task object: dates of recurring duties through the year after `today`'s."""
    task = live.task
    return {
        "id": live.id,
        "plan": live.plan.name,
        "file": live.plan.file,
        "origin": task.origin.value,
        "section": task.section,
        "number": task.number,
        "title": task.title,
        "activity": task.activity,
        "product": task.product,
        "lead": list(task.lead),
        "coordinating": list(task.coordinating),
        "deadline_text": task.deadline.phrase,
        "kinds": [kind.value for kind in task.deadline.kinds],
        "start": task.deadline.start.isoformat() if task.deadline.start else None,
        "due_dates": [day.isoformat() for day in task.deadline.due_dates(horizon(today))],
        "lead_agencies": list(task.lead_agencies),
        "source": source_json(task.source),
        "sources": [source_json(source) for source in (task.source, *task.sources)],
        "doubts": [{"field": doubt.field, "why": doubt.why} for doubt in doubts_of(task)],
        "corrected": _corrected(live),
    }


def _corrected(live: LiveTask) -> list[str]:
    """The cells that a person gave their value: of an added task all that it has."""
    names = [name for name in FIELDS if live.added is not None and told_value(value_of(live.task, name))]
    return [name for name in FIELDS if name in {*names, *live.corrected}]


def progress_json(progress: TaskProgress) -> Json:
    """How far one agency is with a task: an entry of the Task object's `progress`."""
    return {
        "agency": progress.agency,
        "due_on": progress.due_on.isoformat(),
        "state": progress.state.value,
        "standing": progress.standing.value,
        "done_on": progress.done_on.isoformat() if progress.done_on else None,
        "extended_to": progress.extended_to.isoformat() if progress.extended_to else None,
        "reason": progress.reason,
    }


def source_json(source: Source) -> Json:
    """Where a fact stands: a table row or a clause."""
    place: Json = {"section_path": list(source.section_path)}
    if source.row is not None:
        place["row"] = source.row
    else:
        place["clause"] = source.clause
    return {**place, "page": source.page, "quote": source.quote}
