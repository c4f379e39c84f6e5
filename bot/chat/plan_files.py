"""A plan file that an administrator sends: read as a draft, reported, waiting to be switched on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.app import App
from bot.chat.plans import find_overview, version_buttons
from bot.chat.turn import Visit
from knowledge.doubts import full_report
from knowledge.records import Deadline, PlanDraft, Report
from knowledge.store import versions
from knowledge.store.comparison import PlanDiff, TaskChange, diff
from knowledge.store.related import describe_relations
from knowledge.text import cut

_SHOWN = 6
"""Lines of each part of the report: the rest is told as a number, the whole stands at the command line."""


def read_draft(app: App, name: str, content: bytes) -> PlanDraft:
    """The plan in a file's bytes, read in a process of its own; nothing of it stays on disk.

    Raises:
        PlanFileError: it is none; the sentence says why.
    """
    return app.plan_reader.read_bytes(name, content)


def save_and_report(visit: Visit, draft: PlanDraft) -> None:
    """Keeps the draft and answers with what was understood, doubted and changed.

    Raises:
        PlanConflictError: another paper has this number.
    """
    store = visit.services.app.store
    (saved,) = versions.save_drafts(store, [draft], now=visit.now)
    plan = find_overview(visit, saved.plan_id)
    buttons = [version_buttons(visit, plan)] if plan else []
    if saved.unchanged:
        live = plan is not None and plan.live == saved.version
        state = visit.text("state_active" if live else "state_draft")
        visit.reply(visit.text("file_unchanged", plan=saved.plan_name, version=saved.version, state=state), buttons)
        return
    lines = [
        visit.text("file_read", plan=saved.plan_name, version=saved.version),
        *_understood(visit, full_report(draft)),
        *describe_relations(store, saved.plan_id, saved.version, most=_SHOWN),
        *_changes(visit, diff(store, saved.plan_id)),
    ]
    visit.reply("\n".join(lines), buttons)


def _understood(visit: Visit, report: Report) -> list[str]:
    lines = [
        visit.text(
            "report_counts",
            rows=report.rows,
            tables=report.tables,
            clauses=report.clauses,
            passages=report.passages,
            footnotes=report.footnotes,
        )
    ]
    doubts = [f"{doubt.what} ({doubt.where})" if doubt.where else doubt.what for doubt in report.doubts]
    for name, items in (
        ("report_doubts", doubts),
        ("report_filled", report.filled),
        ("report_dropped", report.dropped),
        ("report_unknown", report.unknown_agencies),
    ):
        if items:
            lines += [visit.text(name, count=len(items)), *_few(visit, items)]
    return lines


def _changes(visit: Visit, found: PlanDiff) -> list[str]:
    if found.old is None:
        return [visit.text("diff_first")]
    if not (found.added or found.removed or found.changed):
        return [visit.text("diff_none", version=found.old)]
    head = visit.text(
        "diff_counts",
        version=found.old,
        added=len(found.added),
        removed=len(found.removed),
        changed=len(found.changed),
    )
    items = [
        *(visit.text("diff_added", task=_named(task.activity or task.title)) for task in found.added),
        *(visit.text("diff_removed", task=_named(task.activity or task.title)) for task in found.removed),
        *(_change(visit, change) for change in found.changed),
    ]
    return [head, *_few(visit, items)]


def _change(visit: Visit, change: TaskChange) -> str:
    fields = "; ".join(
        visit.text(
            "diff_field",
            field=visit.text(f"field_{name}"),
            old=_printed(getattr(change.before, name)),
            new=_printed(getattr(change.after, name)),
        )
        for name in change.fields
    )
    return visit.text("diff_changed", task=_named(change.after.activity or change.after.title), fields=fields)


def _printed(value: object) -> str:
    if isinstance(value, Deadline):
        text = value.phrase
    else:
        text = "; ".join(value) if isinstance(value, tuple) else str(value or "")
    return cut(text, 60) or "(trống)"


def _named(text: str) -> str:
    return cut(text, 80)


def _few(visit: Visit, items: Sequence[str]) -> list[str]:
    lines = [f"• {cut(item, 220)}" for item in items[:_SHOWN]]
    if len(items) > _SHOWN:
        lines.append(visit.text("and_more", count=len(items) - _SHOWN))
    return lines
