"""A task as people read it in chat: one row of a list, or a card with all that the paper says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knowledge.doubts import doubt_note
from knowledge.library import LiveTask
from knowledge.records import Origin
from knowledge.text import cut
from knowledge.wording import (
    added_note,
    corrected_note,
    day,
    ended,
    join_names,
    repealed_line,
    sentence_case,
    short_label,
    source_line,
    task_name,
    told_beside,
    told_due,
    told_helpers,
    told_no_lead,
)

_LABEL = 90
"""Characters of a task's name in a row: two lines on a phone."""
_PLAN = 60
_OFFICES = 20
"""Leading offices that a card names; a plan may print all communes of a province."""


def task_row(
    live: LiveTask, today: date, due: date | None = None, when: str | None = None, *, paper: bool = True
) -> str:
    """The task, its deadline and its paper.

    Args:
        due: the day that the list is about; the printed deadline when None.
        when: said in place of the deadline.
        paper: off where the list is of one paper.
    """
    if live.cancelled is not None:
        when = "đã dừng thực hiện"
    when = when or (_days(due, today) if due else cut(live.task.deadline.phrase or "không ghi hạn", 60))
    when += corrected_note(live, "deadline", briefly=True) + doubt_note(live.task, "deadline")
    return f"{task_name(live, _LABEL)} – {when}" + (f" – {cut(short_label(live.plan), _PLAN)}" if paper else "")


def task_card(live: LiveTask, today: date) -> str:
    """Who, by when, what, what must be delivered, and where it stands."""
    task = live.task
    named = f"{sentence_case(_few(task.lead))} chủ trì{told_beside(live, 'lead')}"
    lead = named if task.lead else told_no_lead(live)
    helped = f"; phối hợp: {told_helpers(live, 200)}" if task.coordinating else ""
    lines = [*filter(None, [repealed_line(live)]), f"{lead}{helped}."]
    lines.append(f"Hạn: {told_due(live, today, days_left=True)}.")
    if task.product:
        lines.append(f"Sản phẩm: {ended(cut(task.product, 300) + told_beside(live, 'product'))}")
    printed = task.origin is Origin.CLAUSE and "title" not in live.corrected
    sort = "Văn bản ghi" if printed else "Nhiệm vụ"
    lines.append(f"{sort}: {ended(cut(task.title, 300) + added_note(live) + told_beside(live, 'title'))}")
    if task.activity and task.activity != task.title:
        lines.append(f"Hoạt động: {ended(cut(task.activity, 300) + told_beside(live, 'activity'))}")
    if live.corrected or live.added or live.cancelled:
        lines.append("Người đính chính: quản trị viên.")
    lines.append(source_line(live.plan, task.source, task.number))
    return "\n".join(lines)


def _few(offices: Sequence[str]) -> str:
    """Offices joined; of very many the first ones and how many more."""
    if len(offices) <= _OFFICES:
        return join_names(offices)
    return f"{join_names(offices[:_OFFICES])} và {len(offices) - _OFFICES} cơ quan khác"


def _days(due: date, today: date) -> str:
    left = (due - today).days
    if left == 0:
        return "hạn hôm nay"
    return f"hạn {day(due)}, còn {left} ngày" if left > 0 else f"hạn {day(due)}, đã qua {-left} ngày"
