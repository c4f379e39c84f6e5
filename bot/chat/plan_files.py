"""A plan file that an administrator sends: read as a draft, reported, waiting to be switched on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.app import App
from bot.chat.correcting import doubtful_buttons
from bot.chat.plans import draft_buttons, find_overview, version_buttons
from bot.chat.turn import Turn
from bot.menus.texts import Texts
from knowledge.doubts import full_report
from knowledge.records import Deadline, PlanDraft, Report
from knowledge.store import versions
from knowledge.store.audit import OPERATOR
from knowledge.store.comparison import PlanDiff, TaskChange, diff
from knowledge.store.corrections import describe_waiting
from knowledge.store.database import Store
from knowledge.store.related import describe_relations
from knowledge.store.versions import Saved
from knowledge.text import cut

_SHOWN = 6
"""Lines of each part of the report: the rest is told as a number, the whole stands at the command line."""


def read_draft(app: App, name: str, content: bytes) -> PlanDraft:
    """The plan in a file's bytes, read in a process of its own; nothing of it stays on disk.

    Raises:
        PlanFileError: it is none; the sentence says why.
    """
    return app.plan_reader.read_bytes(name, content)


def save_draft(app: App, draft: PlanDraft, content: bytes, by: int) -> Saved:
    """Keeps the draft with its file.

    Args:
        by: number of the member who sends it, or of another system (`knowledge.store.audit.by_client`).

    Raises:
        PlanConflictError: another paper has this number.
    """
    find_paper = {draft.digest: content}.get
    (saved,) = versions.save_drafts(app.store, [draft], now=app.clock(), find_paper=find_paper, by=by)
    return saved


def save_and_report(turn: Turn, draft: PlanDraft, content: bytes) -> None:
    """Keeps the draft and answers with what was understood, doubted and changed.

    Raises:
        PlanConflictError: another paper has this number.
    """
    app = turn.services.app
    saved = save_draft(app, draft, content, turn.member.id if turn.member else OPERATOR)
    plan = find_overview(turn, saved.plan_id)
    rows = [version_buttons(turn, plan), draft_buttons(turn, plan), doubtful_buttons(turn, plan.id)] if plan else []
    buttons = [row for row in rows if row]
    if saved.unchanged:
        live = plan is not None and plan.live == saved.version
        state = turn.text("state_active" if live else "state_draft")
        turn.reply(turn.text("file_unchanged", plan=saved.plan_name, version=saved.version, state=state), buttons)
        return
    turn.reply("\n".join(report_lines(app.store, turn.services.texts, saved, draft)), buttons)


def report_lines(store: Store, texts: Texts, saved: Saved, draft: PlanDraft) -> list[str]:
    """What was read of a paper: what was understood, doubted, and what changes with it."""
    return [
        texts.say("file_read", plan=saved.plan_name, version=saved.version),
        *_understood(texts, full_report(draft)),
        *describe_relations(store, saved.plan_id, saved.version, most=_SHOWN),
        *_changes(texts, diff(store, saved.plan_id)),
        *(texts.say("correction_waits", reason=each) for each in describe_waiting(store, saved.plan_id)[:_SHOWN]),
    ]


def _understood(texts: Texts, report: Report) -> list[str]:
    lines = [
        texts.say(
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
            lines += [texts.say(name, count=len(items)), *_few(texts, items)]
    return lines


def _changes(texts: Texts, found: PlanDiff) -> list[str]:
    if found.old is None:
        return [texts.say("diff_first")]
    if not (found.added or found.removed or found.changed):
        return [texts.say("diff_none", version=found.old)]
    head = texts.say(
        "diff_counts",
        version=found.old,
        added=len(found.added),
        removed=len(found.removed),
        changed=len(found.changed),
    )
    items = [
        *(texts.say("diff_added", task=_named(task.activity or task.title)) for task in found.added),
        *(texts.say("diff_removed", task=_named(task.activity or task.title)) for task in found.removed),
        *(_change(texts, change) for change in found.changed),
    ]
    return [head, *_few(texts, items)]


def _change(texts: Texts, change: TaskChange) -> str:
    fields = "; ".join(
        texts.say(
            "diff_field",
            field=texts.say(f"field_{name}"),
            old=_printed(getattr(change.before, name)),
            new=_printed(getattr(change.after, name)),
        )
        for name in change.fields
    )
    return texts.say("diff_changed", task=_named(change.after.activity or change.after.title), fields=fields)


def _printed(value: object) -> str:
    if isinstance(value, Deadline):
        text = value.phrase
    else:
        text = "; ".join(value) if isinstance(value, tuple) else str(value or "")
    return cut(text, 60) or "(trống)"


def _named(text: str) -> str:
    return cut(text, 80)


def _few(texts: Texts, items: Sequence[str]) -> list[str]:
    lines = [f"• {cut(item, 220)}" for item in items[:_SHOWN]]
    if len(items) > _SHOWN:
        lines.append(texts.say("and_more", count=len(items) - _SHOWN))
    return lines
