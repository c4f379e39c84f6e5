"""A plan file that an administrator sends: read as a draft, reported, waiting to be switched on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.app import App
from bot.chat.correcting import doubtful_buttons
from bot.chat.plans import find_overview, version_buttons
from bot.chat.turn import Turn
from knowledge.doubts import full_report
from knowledge.records import Deadline, PlanDraft, Report
from knowledge.store import versions
from knowledge.store.comparison import PlanDiff, TaskChange, diff
from knowledge.store.corrections import describe_waiting
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


def save_and_report(turn: Turn, draft: PlanDraft) -> None:
    """Keeps the draft and answers with what was understood, doubted and changed.

    Raises:
        PlanConflictError: another paper has this number.
    """
    store = turn.services.app.store
    (saved,) = versions.save_drafts(store, [draft], now=turn.now)
    plan = find_overview(turn, saved.plan_id)
    rows = [version_buttons(turn, plan), doubtful_buttons(turn, plan.id)] if plan else []
    buttons = [row for row in rows if row]
    if saved.unchanged:
        live = plan is not None and plan.live == saved.version
        state = turn.text("state_active" if live else "state_draft")
        turn.reply(turn.text("file_unchanged", plan=saved.plan_name, version=saved.version, state=state), buttons)
        return
    lines = [
        turn.text("file_read", plan=saved.plan_name, version=saved.version),
        *_understood(turn, full_report(draft)),
        *describe_relations(store, saved.plan_id, saved.version, most=_SHOWN),
        *_changes(turn, diff(store, saved.plan_id)),
        *(turn.text("correction_waits", reason=each) for each in describe_waiting(store, saved.plan_id)[:_SHOWN]),
    ]
    turn.reply("\n".join(lines), buttons)


def _understood(turn: Turn, report: Report) -> list[str]:
    lines = [
        turn.text(
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
            lines += [turn.text(name, count=len(items)), *_few(turn, items)]
    return lines


def _changes(turn: Turn, found: PlanDiff) -> list[str]:
    if found.old is None:
        return [turn.text("diff_first")]
    if not (found.added or found.removed or found.changed):
        return [turn.text("diff_none", version=found.old)]
    head = turn.text(
        "diff_counts",
        version=found.old,
        added=len(found.added),
        removed=len(found.removed),
        changed=len(found.changed),
    )
    items = [
        *(turn.text("diff_added", task=_named(task.activity or task.title)) for task in found.added),
        *(turn.text("diff_removed", task=_named(task.activity or task.title)) for task in found.removed),
        *(_change(turn, change) for change in found.changed),
    ]
    return [head, *_few(turn, items)]


def _change(turn: Turn, change: TaskChange) -> str:
    fields = "; ".join(
        turn.text(
            "diff_field",
            field=turn.text(f"field_{name}"),
            old=_printed(getattr(change.before, name)),
            new=_printed(getattr(change.after, name)),
        )
        for name in change.fields
    )
    return turn.text("diff_changed", task=_named(change.after.activity or change.after.title), fields=fields)


def _printed(value: object) -> str:
    if isinstance(value, Deadline):
        text = value.phrase
    else:
        text = "; ".join(value) if isinstance(value, tuple) else str(value or "")
    return cut(text, 60) or "(trống)"


def _named(text: str) -> str:
    return cut(text, 80)


def _few(turn: Turn, items: Sequence[str]) -> list[str]:
    lines = [f"• {cut(item, 220)}" for item in items[:_SHOWN]]
    if len(items) > _SHOWN:
        lines.append(turn.text("and_more", count=len(items) - _SHOWN))
    return lines
